"""Softmax: logits, temperature, precision and the loss over two of the logits."""

from typing import Any

import numpy as np

from lib.activations import log_softmax, naive_softmax, softmax, softmax_jacobian
from lib.explorables._base import Explorable, Quantity
from lib.explorables._traits import Choice, Integer, Number, Vector
from lib.figures import (
    draw_logit_loss,
    draw_naive_softmax,
    draw_scores_and_probabilities,
    new_figure,
)
from lib.information import self_information
from lib.losses import nll_loss, softmax_cross_entropy_grad

CLASSES = ["cat", "dog", "horse"]


class SoftmaxExplorer(Explorable):
    """Three logits, a temperature, and the probabilities and the loss they make.

    Parameters
    ----------
    logits : three scores in [-10, 10].
    label : the right class, 0, 1 or 2.
    temperature : what the scores are divided by, in [0.02, 10].
    shift : a number added to every score, in [-800, 800]. The softmax ignores it; its formula,
        computed as it is written, overflows.
    dtype : ``"float32"`` or ``"float64"``, the number format of that naive computation.
    view : ``"bars"``, ``"triangle"``, ``"jacobian"``, ``"map"``, ``"surface"`` or ``"precision"``.

    Examples
    --------
    >>> explorer = SoftmaxExplorer(logits=[3.2, 5.1, -1.7], label=0)
    >>> explorer.probabilities.round(4)
    array([0.13 , 0.869, 0.001])
    >>> round(explorer.loss, 4)
    2.0404
    """

    name = "softmax"
    title = "Softmax"
    prompt = "Drag a score, then lower T: the largest takes everything."
    challenge = (
        "Make p of the right class round to 0, so that −ln p is infinite, "
        "while the loss from the logits stays finite."
    )
    solution = {"logits": [-10.0, 10.0, -1.7], "temperature": 0.02}

    logits = Vector([3.2, 5.1, -1.7], -10, 10, labels=CLASSES, step=0.1, label="Logits z")
    label = Integer(0, 0, 2, label="Right class")
    temperature = Number(1, 0.02, 10, step=0.01, label="Temperature T")
    shift = Number(0, -800, 800, step=0.1, label="Add to every z")
    dtype = Choice("float32", {"float32": "float32", "float64": "float64"}, label="Naive in")
    view = Choice(
        "bars",
        {
            "bars": "bars",
            "triangle": "triangle",
            "jacobian": "Jacobian",
            "map": "loss map",
            "surface": "loss 3-D",
            "precision": "overflow",
        },
        label="View",
    )

    @property
    def scores(self) -> np.ndarray:
        """The logits with the shift added, shape (3,)."""
        return np.add(self.logits, self.shift)

    @property
    def probabilities(self) -> np.ndarray:
        """The softmax at the temperature, shape (3,)."""
        return softmax(self.scores, temperature=self.temperature)

    @property
    def jacobian(self) -> np.ndarray:
        """Derivatives of the probabilities with respect to the logits, shape (3, 3)."""
        return softmax_jacobian(self.scores / self.temperature) / self.temperature

    @property
    def naive_probabilities(self) -> np.ndarray:
        """The softmax as its formula is written, in the chosen number format, shape (3,)."""
        return naive_softmax((self.scores / self.temperature).astype(self.dtype))

    @property
    def gradient(self) -> np.ndarray:
        """Derivative of the loss with respect to the logits, (p − y) / T, shape (3,)."""
        scores = self.scores / self.temperature
        return softmax_cross_entropy_grad(scores, self.label) / self.temperature

    @Quantity("p of the right class", tone="q", scientific=True)
    def probability(self) -> float:
        """The probability of the right class."""
        return float(self.probabilities[self.label])

    @Quantity("loss, from logits", "nats", scientific=True)
    def loss(self) -> float:
        """The cross-entropy in nats, from the logits by log-sum-exp."""
        log_p = log_softmax(self.scores, temperature=self.temperature)
        return float(nll_loss(log_p, self.label))

    @Quantity("−ln p", "nats", scientific=True)
    def loss_from_probability(self) -> float:
        """−ln p in nats, from the rounded probability; infinite where that is 0."""
        return float(self_information(self.probability))

    @Quantity("∂L/∂z, right class", scientific=True)
    def slope(self) -> float:
        """The derivative of the loss with respect to the logit of the right class."""
        return float(self.gradient[self.label])

    @Quantity("naive softmax", "of 3 wrong", decimals=0)
    def naive_failures(self) -> int:
        """How many entries of the naive softmax are NaN, or off by more than 0.001."""
        right = np.abs(self.naive_probabilities - self.probabilities) <= 0.001
        return int((~right).sum())

    def describe(self) -> str:
        shares = ", ".join(
            f"{name} {p:.3f}" for name, p in zip(CLASSES, self.probabilities, strict=True)
        )
        return (
            f"Softmax of the logits {self.logits} at temperature {self.temperature:g}: {shares}. "
            f"The right class is {CLASSES[self.label]}; the loss is {self.loss:.4f} nats. "
            f"With {self.shift:g} added to every logit, the naive softmax in {self.dtype} is wrong "
            f"for {self.naive_failures} of 3 classes."
        )

    def figure(self) -> Any:
        figure, (left, right) = new_figure(2, height=3.2, width_ratios=[1.2, 1])
        draw_scores_and_probabilities(left, self.logits, self.probabilities, CLASSES)
        if self.view == "precision":
            draw_naive_softmax(right, self.naive_probabilities, self.probabilities, CLASSES)
            right.set_title(f"{self.shift:+g} to every z, {self.dtype}")
            return figure
        draw_logit_loss(
            right, self.logits, self.label, temperature=self.temperature, labels=CLASSES[:2]
        )
        return figure
