"""Predictions and what came of them: a forecaster whose faults one sets, or the reader's own."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from lib._types import Array, ArrayLike, Integers
from lib.activations import sigmoid, softmax
from lib.calibration import (
    CalibrationRefinement,
    ReliabilityCurve,
    brier_score,
    calibration_refinement,
    expected_calibration_error,
    fit_temperature,
    reliability_curve,
)
from lib.explorables._base import Explorable, Quantity
from lib.explorables._traits import Choice, Integer, Number, StateError
from lib.figures import draw_reliability, draw_stack, new_figure
from lib.losses import binary_cross_entropy_with_logits, softmax_cross_entropy
from lib.randomness import PortableRandom

MOST_DAYS = 5000
#: The most predictions, and the most numbers, that a reader may give.
MOST_SAMPLES, MOST_NUMBERS = 100_000, 1_000_000
#: What stands for a probability of 0 where a temperature is applied, so that a score is finite.
LEAST = 1e-30


class Predictions(NamedTuple):
    """Probabilities, the scores behind them and the labels."""

    probs: Array
    logits: Array
    labels: Integers


class CalibrationExplorer(Explorable):
    """Predicted probabilities beside the frequencies that came of them.

    Without arguments it shows the days of a forecaster whose faults can be set. With `probs` and
    `labels` it shows the reader's own predictions, up to 100,000 of them and a million numbers:
    probabilities of class 1, of shape (N,), or distributions over C classes, of shape (N, C), of
    which the most probable class is judged. They stay in the kernel: the view is sent a copy, which
    no notebook's saved state and no link holds. Up to 4096 numbers go with a page that is made of
    the notebook.

    Parameters
    ----------
    probs, labels : predictions and integer classes of the reader's own.
    names : what *Show the Python* is to call these two.
    sharpness : factor on the true log-odds; above 1 the forecaster is too sure.
    bias : what the forecaster adds to the log-odds.
    knowledge : share of the days on which the forecaster knows anything; on the others it has
        log-odds of 0 before the bias.
    samples : days, 20 to 5000.
    seed : of the days.
    temperature : T, by which the log-odds are divided, or the logarithms of a row of probabilities.
    bins : number of bins.
    strategy : whether the bins are equally wide, ``"uniform"``, or equally full, ``"quantile"``.
    price : what it costs to guard against the event (with rows: against an error of the most
        probable class), as a share of the damage.

    Examples
    --------
    >>> explorer = CalibrationExplorer(probs=[0.9, 0.8, 0.3], labels=[1, 0, 0], bins=2)
    >>> explorer.curve().count
    array([1, 2])
    """

    name = "calibration"
    title = "What was predicted, and what happened"
    prompt = (
        "Each dot is a bin of predictions, as high as the share of them that came true. Drag T "
        "until the dots lie on the diagonal."
    )
    challenge = (
        "With T at 1, make an honest forecaster, with an ECE below 0.05 in ten bins or more, who "
        "costs as much as the one at the start, who exaggerates: 0.60 nats."
    )
    solutions = [{"sharpness": 1, "knowledge": 0.55}]

    sharpness = Number(2, 0.2, 4, step=0.05, label="Sharpness")
    bias = Number(0, -2, 2, step=0.05, label="Bias of the log-odds")
    knowledge = Number(1, 0, 1, step=0.01, label="Share of days it knows about")
    temperature = Number(1, 0.2, 5, step=0.01, label="Temperature T")
    bins = Integer(10, 1, 100, label="Bins")
    strategy = Choice(
        "uniform", {"uniform": "equally wide", "quantile": "equally full"}, label="Bins are"
    )
    price = Number(0.2, 0.01, 0.99, step=0.01, label="Price of acting")
    samples = Integer(2000, 20, MOST_DAYS, label="Days")
    seed = Integer(1, 1, 50, label="Seed")

    def __init__(
        self,
        *,
        probs: ArrayLike | None = None,
        labels: ArrayLike | None = None,
        names: tuple[str, str] = ("probs", "labels"),
        **state: Any,
    ) -> None:
        if (probs is None) != (labels is None):
            raise StateError("probs and labels belong together, got one of them")
        if probs is None or labels is None:
            super().__init__(**state)
            return
        if np.size(probs) > MOST_NUMBERS or np.size(labels) > MOST_SAMPLES:
            raise StateError(
                f"probs must be at most {MOST_SAMPLES} predictions and {MOST_NUMBERS} numbers, "
                f"got shape {np.shape(probs)}"
            )
        reliability_curve(probs, labels)  # says what is wrong with them
        super().__init__(**state)
        given = {"probs": np.asarray(probs), "labels": np.asarray(labels)}
        self._hold(given, dict(zip(given, names, strict=True)))

    def config(self) -> dict[str, Any]:
        # What the challenge asks for, one's own predictions cannot be made to do.
        return {**super().config(), **({"challenge": ""} if self._data else {})}

    @property
    def probs(self) -> Array | None:
        """The reader's own predictions, if any were given."""
        return self._data.get("probs")

    @property
    def labels(self) -> Array | None:
        """The reader's own labels, if any were given."""
        return self._data.get("labels")

    def predictions(self) -> Predictions:
        """Return what is judged, at the temperature."""
        if self.probs is None or self.labels is None:
            days = _days(self.seed)[: self.samples]
            rain, happens, knows = days.T
            truth = np.log(rain) - np.log1p(-rain)
            logits = self.sharpness * np.where(knows < self.knowledge, truth, 0) + self.bias
            logits = logits / self.temperature
            return Predictions(sigmoid(logits), logits, (happens < rain).astype(int))
        probs, labels = self.probs, self.labels.astype(int)
        logits = _scores(probs) / self.temperature
        if self.temperature != 1:
            probs = sigmoid(logits) if probs.ndim == 1 else softmax(logits)
        return Predictions(probs, logits, labels)

    def curve(self) -> ReliabilityCurve:
        """Return confidence, accuracy and count of each bin that is not empty."""
        probs, _, labels = self.predictions()
        return reliability_curve(probs, labels, bins=self.bins, strategy=self.strategy)

    def _parts(self) -> CalibrationRefinement:
        probs, logits, labels = self.predictions()
        parts = calibration_refinement(probs, labels, bins=self.bins, strategy=self.strategy)
        if self._data and self.temperature == 1:
            return parts
        loss = binary_cross_entropy_with_logits if probs.ndim == 1 else softmax_cross_entropy
        return parts._replace(calibration=float(loss(logits, labels)) - parts.refinement)

    @Quantity("ECE", tone="d")
    def ece(self) -> float:
        """Expected calibration error of these bins, without a unit."""
        probs, _, labels = self.predictions()
        found = expected_calibration_error(probs, labels, bins=self.bins, strategy=self.strategy)
        return float(found)

    @Quantity("loss", "nats", tone="q", scientific=True)
    def loss(self) -> float:
        """Mean cross-entropy, in nats."""
        return float(sum(self._parts()))

    @Quantity("calibration", "nats", tone="d", scientific=True)
    def calibration(self) -> float:
        """What replacing predictions by the frequencies in their bins would gain, in nats."""
        return float(self._parts().calibration)

    @Quantity("refinement", "nats", tone="h")
    def refinement(self) -> float:
        """What would be left of the loss, in nats; of rows, the naming of other classes too."""
        return float(self._parts().refinement)

    @Quantity("Brier score")
    def brier(self) -> float:
        """Brier score, without a unit, from 0 to 1, or from 0 to 2 of rows."""
        probs, _, labels = self.predictions()
        return float(brier_score(probs, labels))

    @Quantity("mean cost")
    def cost(self) -> float:
        """Mean cost of guarding where it is worth its price, in shares of the damage."""
        probs, _, labels = self.predictions()
        if probs.ndim == 1:
            risk, event = probs, labels == 1
        else:
            risk, event = 1 - probs.max(axis=-1), probs.argmax(axis=-1) != labels
        return float(np.where(risk > self.price, self.price, event).mean())

    @Quantity("accuracy", decimals=3)
    def accuracy(self) -> float:
        """Share of the samples whose more, or most, probable class is the label."""
        probs, _, labels = self.predictions()
        answers = probs > 0.5 if probs.ndim == 1 else probs.argmax(axis=-1)
        return float(np.mean(answers == labels))

    @Quantity("best T", decimals=3, scientific=True)
    def best_temperature(self) -> float:
        """Temperature of the least loss, 0 or infinite where none is the best, 1 where all are."""
        probs, logits, labels = self.predictions()
        try:
            return fit_temperature(logits * self.temperature, labels)
        except ValueError:
            if probs.ndim == 1:
                leads = np.where(labels == 1, logits, -logits)
            else:
                leads = np.take_along_axis(logits, labels[:, None], axis=-1) - logits
            if not leads.any():
                return 1.0
            return 0.0 if leads.min() >= 0 else np.inf

    def describe(self) -> str:
        curve = self.curve()
        widest = np.argmax(curve.count * np.abs(curve.confidence - curve.accuracy))
        whose = "The reader's predictions" if self._data else "Forecasts"
        return (
            f"{whose}, {curve.count.sum()} in {len(curve.count)} bins, beside what happened: ECE "
            f"{self.ece:.4f}; loss {self.loss:.4f} nats, of it calibration {self.calibration:.4f}. "
            f"The bin that counts most predicts {curve.confidence[widest]:.2f} on average, and "
            f"{curve.accuracy[widest]:.2f} came true."
        )

    def figure(self) -> Any:
        figure, (left, right) = new_figure(2, height=2.9)
        draw_reliability(left, self.curve())
        parts = [("refinement", self.refinement, "h"), ("calibration", self.calibration, "d")]
        limit = max(1.0, min(1.1 * self.loss, 20.0))
        draw_stack(right, parts, limit=limit, unit="nats")
        right.set_title(f"loss {self.loss:.3f} nats, ECE {self.ece:.3f}")
        return figure


@lru_cache(maxsize=64)
def _days(seed: int) -> Array:
    """Return three random numbers for each day: its chance of rain, what happens, what is known."""
    return PortableRandom(seed).random((MOST_DAYS, 3))


def _scores(probs: Array) -> Array:
    """Return log-odds, or logarithms of each row, of probabilities of which none counts as 0."""
    if probs.ndim == 1:
        return np.log(np.maximum(probs, LEAST)) - np.log(np.maximum(1 - probs, LEAST))
    return np.log(np.maximum(probs, LEAST))
