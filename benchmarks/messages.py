"""What Keras says of labels that do not fit: ``python -m benchmarks.messages``.

Writes the versions and the last line of each error beside this file. The catalogue explains them.
Keras 3 and Keras 2, which lives on as tf_keras, are not in the lock: ``pip install keras
tensorflow-cpu tf_keras`` beforehand.
"""

import importlib
import json
import os
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

FILE = Path(__file__).with_suffix(".json")
NUMBERS = np.arange(60) % 10
ROWS = np.eye(10)[NUMBERS]
#: By what is wrong: the labels, the units of the last layer and the loss.
CASES: dict[str, tuple[Any, int, str]] = {
    "class numbers": (NUMBERS[:, None], 10, "categorical_crossentropy"),
    "flat class numbers": (NUMBERS, 10, "categorical_crossentropy"),
    "one-hot rows": (ROWS, 10, "sparse_categorical_crossentropy"),
    "binary loss": (NUMBERS[:, None], 10, "binary_crossentropy"),
    "a unit too few": (ROWS, 9, "categorical_crossentropy"),
    "a label too large": (NUMBERS + 5, 10, "sparse_categorical_crossentropy"),
}


def said(library: str, labels: np.ndarray, units: int, loss: str) -> str:
    """Return the last line of the error that a fit raises, without the graph's addresses."""
    keras = importlib.import_module(library)
    model = keras.Sequential([keras.layers.Dense(units, activation="softmax")])
    model.compile("sgd", loss)
    x = np.random.default_rng(0).normal(size=(len(labels), 3))
    try:
        model.fit(x, labels, verbose=0)
    except Exception as error:  # of TensorFlow or of Keras, each of its own class
        lines = [line.strip() for line in str(error).splitlines()]
        told = [line for line in lines if line and "[[{{" not in line]
        return told[-1].split("  Label values")[0].removeprefix("ValueError: ")
    return ""


if __name__ == "__main__":
    os.environ["KERAS_BACKEND"] = "tensorflow"
    found = {
        library: {
            "version": version(library),
            **{name: said(library, *case) for name, case in CASES.items()},
        }
        for library in ("keras", "tf_keras")
    }
    FILE.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(FILE.read_text(encoding="utf-8"))
