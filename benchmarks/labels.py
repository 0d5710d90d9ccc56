"""What weights and ignored labels do in other libraries: ``python -m benchmarks.labels``.

Writes the version and the loss of each, in nats, beside this file; a loss of None is NaN. The
chapter on scarce, wrong and missing labels names these numbers. Keras and Optax are not in the
lock:
``pip install keras jax optax`` beforehand.
"""

import json
import math
import os
from importlib.metadata import version
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_suffix(".json")
LOGITS = np.array([[3.4984, -0.1238, 2.7632], [-1.0089, -1.7351, 0.6044]])
LABELS = np.array([2, 1])
WEIGHTS = {0: 1.0, 1: 2.0, 2: 5.0}

os.environ.setdefault("KERAS_BACKEND", "jax")


def keras_class_weight() -> float:
    """Return the loss that a model without layers prints for `class_weight`."""
    import keras

    model = keras.Sequential([keras.Input((3,)), keras.layers.Identity()])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.SGD(0.0), loss=loss)
    return float(model.train_on_batch(LOGITS, LABELS, class_weight=WEIGHTS))


def keras_mean_with_sample_weight() -> float:
    """Return the loss with the weights of the labels and the reduction that divides by them."""
    from keras.losses import SparseCategoricalCrossentropy

    loss = SparseCategoricalCrossentropy(from_logits=True, reduction="mean_with_sample_weight")
    return float(loss(LABELS, LOGITS, sample_weight=np.array([WEIGHTS[y] for y in LABELS])))


def keras_all_ignored() -> float:
    """Return the loss where every label is the one that `ignore_class` names."""
    from keras.losses import SparseCategoricalCrossentropy

    loss = SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)
    return float(loss(np.array([-1, -1]), LOGITS))


def optax(label: int) -> float:
    """Return the loss of the first row with a label that is no class."""
    from optax.losses import softmax_cross_entropy_with_integer_labels

    return float(softmax_cross_entropy_with_integer_labels(LOGITS[:1], np.array([label]))[0])


#: By the distribution's name, and after a blank the case.
PEERS = {
    "keras class_weight": keras_class_weight,
    "keras mean_with_sample_weight": keras_mean_with_sample_weight,
    "keras all ignored": keras_all_ignored,
    "optax -1": lambda: optax(-1),
    "optax last": lambda: optax(2),
    "optax -100": lambda: optax(-100),
}

if __name__ == "__main__":
    measured = {}
    for name, ask in PEERS.items():
        nats = ask()
        nats = None if math.isnan(nats) else nats
        measured[name] = {"version": version(name.split()[0]), "nats": nats}
    FILE.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
