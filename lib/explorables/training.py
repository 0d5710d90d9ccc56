"""Linear classifiers of points in the plane, trained with one loss or the other."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from lib.datasets import toy_dataset
from lib.explorables._base import Explorable, Quantity, counted
from lib.explorables._schedules import SCHEDULES, schedules_of
from lib.explorables._traits import Choice, Integer, Number, Vector
from lib.figures import draw_regions, draw_training_curve, new_figure
from lib.losses import multiclass_hinge_loss, softmax_cross_entropy
from lib.randomness import PortableRandom
from lib.training import History, fit_multiclass_svm, fit_softmax_regression

MOST_EPOCHS = 100
#: Beyond these the region is drawn darker: a lead of the margin, or odds of nine to one.
LEADS = {"cross_entropy": float(np.log(9)), "hinge": 1.0}
LOSSES: dict[str, Callable[..., Any]] = {
    "cross_entropy": softmax_cross_entropy,
    "hinge": multiclass_hinge_loss,
}


class TrainingExplorer(Explorable):
    """A linear classifier of points in the plane, trained as many epochs as the reader wants.

    Parameters
    ----------
    data : ``"separable"``, two clouds that a line parts and a point of the reader's own;
        ``"overlapping"``, two clouds that overlap; ``"three"`` clouds; or ``"ring"``, a disc in a
        ring.
    loss : what training minimises, ``"cross_entropy"`` or ``"hinge"``.
    schedule : ``"constant"``, ``"step"``, ``"exponential"``, ``"inverse_time"`` or ``"cosine"``,
        counted in epochs.
    init_value : α₀, the learning rate of the first epoch.
    step_size, gamma : of step decay: drop by γ every ``step_size`` epochs.
    k : of exponential and 1/t decay, per epoch.
    batch : how many samples are in an update: ``"all"``, ``"16"`` or ``"4"``.
    l2 : strength of the penalty on the squared weights.
    seed : of the order of the samples, which matters for batches alone.
    point : the reader's own point, of the first class, among the separable clouds.
    epochs : epochs trained, 0 to 100.

    Examples
    --------
    >>> explorer = TrainingExplorer(data="overlapping", epochs=0)
    >>> print(f"{explorer.cross_entropy:.4f}")
    0.6931
    """

    name = "training"
    title = "Training a classifier"
    prompt = "Start over and press Play. Then drag the large point deep into the other cloud."
    challenge = (
        "Two clouds that overlap, batches of 4, a first rate of 1 or more: "
        "end 100 epochs with a cross-entropy below 0.4324 nats and no penalty."
    )
    solutions = [
        {
            "data": "overlapping",
            "batch": "4",
            "schedule": "exponential",
            "init_value": 1.0,
            "k": 0.05,
            "epochs": 100,
        }
    ]

    data = Choice(
        "separable",
        {
            "separable": "two, and your point",
            "overlapping": "two that overlap",
            "three": "three clouds",
            "ring": "disc in a ring",
        },
        label="Points",
    )
    loss = Choice(
        "cross_entropy", {"cross_entropy": "cross-entropy", "hinge": "hinge"}, label="Loss"
    )
    schedule = Choice("constant", SCHEDULES, label="Schedule")
    init_value = Number(0.2, 0.01, 2, step=0.01, label="First rate α₀")
    step_size = Integer(30, 1, MOST_EPOCHS, label="Drop every s")
    gamma = Number(0.1, 0.05, 1, step=0.05, label="Drop by γ")
    k = Number(0.05, 0, 0.5, step=0.005, label="Decay k")
    batch = Choice("all", {"all": "all", "16": "16", "4": "4"}, label="Batches of")
    l2 = Number(0, 0, 0.1, step=0.001, label="Penalty λ")
    seed = Integer(1, 1, 99, label="Seed of the order")
    point = Vector([0.4, 1.4], -3.2, 3.2, labels=["x₁", "x₂"], step=0.1, label="Your point")
    epochs = Integer(25, 0, MOST_EPOCHS, label="Epochs trained")

    @property
    def samples(self) -> tuple[np.ndarray, np.ndarray]:
        """The points, shape (N, 2), and their classes, shape (N,)."""
        X, y = toy_dataset(self.data)
        if self.data != "separable":
            return X, y
        return np.vstack([X, self.point]), np.append(y, 0)

    def rate(self) -> Callable[[Any], Any]:
        """Return the learning rate as a function of the epoch."""
        return schedules_of(self, decay_steps=MOST_EPOCHS)[self.schedule]

    def fit(self) -> tuple[Any, History]:
        """Return the model after the epochs trained, and the history of its training."""
        rates = tuple(np.atleast_1d(self.rate()(np.arange(self.epochs))).tolist())
        batch = None if self.batch == "all" else int(self.batch)
        point = tuple(self.point) if self.data == "separable" else None
        return _fit(self.data, point, self.loss, rates, batch, self.l2, self.seed)

    def _score(self) -> Callable[[np.ndarray], np.ndarray]:
        model, _ = self.fit()
        return model.scores if self.loss == "hinge" else model.logits

    def _mean(self, loss: str) -> float:
        X, y = self.samples
        return float(LOSSES[loss](self._score()(X), y))

    @Quantity("cross-entropy", "nats")
    def cross_entropy(self) -> float:
        """The mean cross-entropy of the points, whether or not it was trained for."""
        return self._mean("cross_entropy")

    @Quantity("hinge loss")
    def hinge(self) -> float:
        """The mean hinge loss of the points, at margin 1, whether or not it was trained for."""
        return self._mean("hinge")

    @Quantity("share right", decimals=3)
    def accuracy(self) -> float:
        """The share of the points classified rightly."""
        X, y = self.samples
        return float(np.mean(self.fit()[0].predict(X) == y))

    @Quantity("weights ‖W‖", decimals=3)
    def weight_norm(self) -> float:
        """The length of all weights together, without the bias."""
        return float(np.linalg.norm(self.fit()[0].weights))

    @Quantity("rate α now", scientific=True)
    def learning_rate(self) -> float:
        """The rate of the next epoch."""
        return float(self.rate()(self.epochs))

    def curves(self) -> dict[str, np.ndarray]:
        """Return loss and accuracy before each epoch and after the last, shape (epochs + 1,)."""
        _, history = self.fit()
        return {
            "loss": np.append(history.loss, getattr(self, self.loss)),
            "accuracy": np.append(history.accuracy, self.accuracy),
        }

    def describe(self) -> str:
        points, loss = type(self).data.options[self.data], type(self).loss.options[self.loss]
        return (
            f"{super().describe()} Points: {points}; trained with {loss} for "
            f"{counted(self.epochs, 'epoch')}."
        )

    def figure(self) -> Any:
        X, y = self.samples
        figure, (left, right) = new_figure(2, height=3.1)
        draw_regions(left, self._score(), X, y, lead=LEADS[self.loss], limits=(4, 3.3))
        curves = self.curves()
        name = dict(type(self).loss.options)[self.loss]
        draw_training_curve(right, {name: curves["loss"], "share right": curves["accuracy"]})
        return figure


@lru_cache(maxsize=64)
def _fit(
    data: str,
    point: tuple[float, float] | None,
    loss: str,
    rates: tuple[float, ...],
    batch: int | None,
    l2: float,
    seed: int,
) -> tuple[Any, History]:
    X, y = toy_dataset(data)
    if point is not None:
        X, y = np.vstack([X, point]), np.append(y, 0)
    fit = fit_multiclass_svm if loss == "hinge" else fit_softmax_regression
    return fit(
        X,
        y,
        schedule=lambda epoch: rates[epoch],
        epochs=len(rates),
        batch_size=batch,
        l2=l2,
        rng=PortableRandom(seed),
    )
