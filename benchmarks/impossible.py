"""What an event of probability 0 costs in other libraries: ``python -m benchmarks.impossible``.

Writes the version and the loss of each, in nats, beside this file; with names of `PEERS` behind
the command, of these alone. The chapter on diagnosis names these numbers. Keras, LightGBM and
Keras 2, which lives on as tf_keras, are not in the lock: ``pip install keras lightgbm`` beforehand,
and ``pip install tensorflow-cpu tf_keras``.
"""

import json
import os
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_suffix(".json")


def pytorch() -> float:
    """Return `BCELoss` for a probability of 0 and the label 1."""
    import torch

    return float(torch.nn.BCELoss()(torch.tensor(0.0), torch.tensor(1.0)))


def scikit_learn() -> float:
    """Return `log_loss`, which takes the mean of a row that is impossible and one that is sure."""
    from sklearn.metrics import log_loss

    return 2 * float(log_loss([0, 1], [[0.0, 1.0], [0.0, 1.0]]))


def keras() -> float:
    """Return `CategoricalCrossentropy` for a one-hot label and the other class."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    from keras.losses import CategoricalCrossentropy

    return float(CategoricalCrossentropy()(np.array([[0.0, 1.0]]), np.array([[1.0, 0.0]])))


def scikit_learn_float32() -> float:
    """Return `log_loss` as above, of predictions that are `float32`."""
    from sklearn.metrics import log_loss

    return 2 * float(log_loss([0, 1], np.array([[0, 1], [0, 1]], dtype=np.float32)))


def keras_scores() -> float:
    """Return `BinaryCrossentropy` for a score of −3, which it takes for a probability."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    from keras.losses import BinaryCrossentropy

    return float(BinaryCrossentropy()(np.array([[1.0]]), np.array([[-3.0]])))


def keras_label_0() -> float:
    """Return `BinaryCrossentropy` for the label 0 and a probability of 1."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    from keras.losses import BinaryCrossentropy

    return float(BinaryCrossentropy()(np.array([[0.0]]), np.array([[1.0]])))


def keras_single_unit() -> float:
    """Return the loss of a softmax over one unit, for as many labels 0 as 1."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    from keras import Sequential, layers

    model = Sequential([layers.Input((3,)), layers.Dense(1, activation="softmax")])
    model.compile("sgd", "binary_crossentropy")
    x = np.random.default_rng(0).normal(size=(64, 3))
    return model.fit(x, np.tile([0.0, 1.0], 32), epochs=3, verbose=0).history["loss"][-1]


def keras_2(label: float, compiled: bool = False) -> float:
    """Return `BinaryCrossentropy` of Keras 2 for a label and the other class."""
    import tensorflow as tf
    from tf_keras.losses import BinaryCrossentropy

    cost = tf.function(BinaryCrossentropy()) if compiled else BinaryCrossentropy()
    return float(cost(tf.constant([[label]]), tf.constant([[1 - label]])))


def keras_2_unit(bias: float) -> float:
    """Return the loss of a unit that says its bias to all, for as many labels 0 as 1."""
    from tf_keras import Sequential, layers

    model = Sequential([layers.Dense(1, kernel_initializer="zeros")])
    model.compile("sgd", "binary_crossentropy")
    x = np.random.default_rng(0).normal(size=(64, 3))
    model.build(x.shape)
    model.set_weights([np.zeros((3, 1)), np.array([bias])])
    return model.fit(x, np.tile([0.0, 1.0], 32), epochs=3, verbose=0).history["loss"][-1]


def keras_2_softmax(predicted: bool = False) -> float:
    """Return the binary loss of two outputs, 0.5152 and 0.4848, of which the second is right.

    As `evaluate` prints it, or as the loss function has it of what `predict` returns.
    """
    from tf_keras import Sequential, layers, losses

    lead = np.log(0.5152 / 0.4848)
    model = Sequential([layers.Dense(2, activation="softmax", kernel_initializer="zeros")])
    model.compile("sgd", "binary_crossentropy")
    x, y = np.ones((1, 1)), np.array([[0.0, 1.0]])
    model.build(x.shape)
    model.set_weights([np.zeros((1, 2)), np.array([lead / 2, -lead / 2])])
    if predicted:
        return float(losses.BinaryCrossentropy()(y, model.predict(x, verbose=0)))
    return model.evaluate(x, y, verbose=0)


def keras_one_class() -> float:
    """Return the loss of ten classes alike, of which one is said to all: nine in ten are wrong."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    from keras.losses import CategoricalCrossentropy

    return float(CategoricalCrossentropy()(np.eye(10), np.tile(np.eye(10)[:1], (10, 1))))


def lightgbm(metric: str = "cross_entropy", objective: str = "cross_entropy") -> float:
    """Return a metric of scores of 1000 whose labels are 0."""
    import lightgbm as lgb

    measured: dict = {}
    training = lgb.Dataset(np.arange(40.0)[:, None], np.tile([0.0, 1.0], 20))
    wrong = training.create_valid(np.zeros((10, 1)), np.zeros(10), init_score=np.full(10, 1000.0))
    lgb.train(
        {"objective": objective, "metric": metric, "verbose": -1},
        training,
        num_boost_round=1,
        valid_sets=[wrong],
        callbacks=[lgb.record_evaluation(measured)],
    )
    return measured["valid_0"][metric][0]


def lightgbm_own_objective(score: float) -> float:
    """Return `multi_logloss` under an objective of one's own that leaves three scores alike."""
    import lightgbm as lgb

    def unmoved(scores: np.ndarray, _: lgb.Dataset) -> tuple[np.ndarray, np.ndarray]:
        return np.zeros_like(scores), np.ones_like(scores)

    measured: dict = {}
    x, y = np.arange(60.0)[:, None], np.tile([0.0, 1.0, 2.0], 20)
    training = lgb.Dataset(x, y, init_score=np.full((60, 3), score))
    lgb.train(
        {"objective": unmoved, "num_class": 3, "metric": "multi_logloss", "verbose": -1},
        training,
        num_boost_round=1,
        valid_sets=[training],
        callbacks=[lgb.record_evaluation(measured)],
    )
    return measured["training"]["multi_logloss"][0]


def lightgbm_weighted(rounds: int, minimised: bool = False) -> float:
    """Return what training with `scale_pos_weight=50` prints after rounds, or what it minimises."""
    import lightgbm as lgb
    from sklearn.metrics import log_loss

    measured: dict = {}
    rng = np.random.default_rng(0)
    x = rng.normal(size=(4000, 5))
    y = x[:, 0] + 1.5 * rng.normal(size=4000) > 2.3
    training = lgb.Dataset(x, y.astype(float))
    model = lgb.train(
        {
            "objective": "binary",
            "metric": "binary_logloss",
            "scale_pos_weight": 50,
            "learning_rate": 0.05,
            "verbose": -1,
        },
        training,
        num_boost_round=rounds,
        valid_sets=[training],
        callbacks=[lgb.record_evaluation(measured)],
    )
    if minimised:
        return float(log_loss(y, model.predict(x), sample_weight=np.where(y, 50, 1)))
    return measured["training"]["binary_logloss"][-1]


#: By the distribution's name, and after a blank the case.
PEERS = {
    "torch": pytorch,
    "scikit-learn": scikit_learn,
    "scikit-learn float32": scikit_learn_float32,
    "keras": keras,
    "keras scores": keras_scores,
    "keras label 0": keras_label_0,
    "keras single unit": keras_single_unit,
    "keras one class of ten": keras_one_class,
    "tf_keras label 1": lambda: keras_2(1.0),
    "tf_keras label 0": lambda: keras_2(0.0),
    "tf_keras label 0 compiled": lambda: keras_2(0.0, compiled=True),
    "tf_keras all 0": lambda: keras_2_unit(-5.0),
    "tf_keras all 1": lambda: keras_2_unit(5.0),
    "tf_keras softmax": keras_2_softmax,
    "tf_keras softmax predicted": lambda: keras_2_softmax(predicted=True),
    "lightgbm": lightgbm,
    "lightgbm binary": lambda: lightgbm("binary_logloss", "binary"),
    "lightgbm own objective": lambda: lightgbm_own_objective(0.0),
    "lightgbm own objective, scores of 2": lambda: lightgbm_own_objective(2.0),
    "lightgbm weighted, 1 round": lambda: lightgbm_weighted(1),
    "lightgbm weighted, 50 rounds": lambda: lightgbm_weighted(50),
    "lightgbm minimised, 1 round": lambda: lightgbm_weighted(1, minimised=True),
    "lightgbm minimised, 50 rounds": lambda: lightgbm_weighted(50, minimised=True),
}

if __name__ == "__main__":
    names = sys.argv[1:] or list(PEERS)
    found = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    for name in names:
        found[name] = {"version": version(name.split()[0]), "nats": PEERS[name]()}
    found = {name: found[name] for name in PEERS if name in found}
    FILE.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(FILE.read_text(encoding="utf-8"))
