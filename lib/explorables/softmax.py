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
VIEWS = {
    "bars": "bars",
    "triangle": "triangle",
    "jacobian": "Jacobian",
    "map": "loss map",
    "surface": "loss 3-D",
    "precision": "overflow",
}


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
    prompt = {
        "bars": "Drag a score, then lower T: the largest takes everything.",
        "triangle": "Move T: Q travels from the middle, where it knows nothing, to a corner.",
        "jacobian": "Raise a score: what its class gains, the others lose. Every column sums to 0.",
        "map": "Drag z: where the wrong class leads, each point of its lead costs 1 nat.",
        "surface": "Turn the surface: steep on one side, and never quite level on the other.",
        "precision": "Add to every z until the naive formula fails; the stable one never does.",
    }
    challenge = {
        "bars": "Let a wrong class lead by 1 or more, and bring the loss below 1 nat even so.",
        "triangle": (
            "Keep the scores 1 or more apart, and bring each probability within 0.04 of a third."
        ),
        "jacobian": (
            "Bring every ∂p/∂z to within 0.001 of 0 while ∂L/∂z of the right class is below −0.99."
        ),
        **dict.fromkeys(
            ["map", "surface"],
            "Make the loss larger than 8 nats although the right class does not score lowest.",
        ),
        "precision": (
            "Make p of the right class round to 0, so that −ln p is infinite, "
            "while the loss from the logits stays finite."
        ),
    }
    solutions = [
        {"logits": [0.0, 1.0, -10.0], "temperature": 3.0},
        {"logits": [0.0, 1.0, 2.0], "temperature": 10.0, "view": "triangle"},
        {"logits": [-10.0, 10.0, -1.7], "view": "jacobian"},
        {"logits": [0.0, 10.0, -1.7], "view": "map"},
        {"logits": [-10.0, 10.0, -1.7], "temperature": 0.02, "view": "precision"},
    ]

    logits = Vector([3.2, 5.1, -1.7], -10, 10, labels=CLASSES, step=0.1, label="Logits z")
    label = Integer(0, 0, 2, label="Right class")
    temperature = Number(1, 0.02, 10, step=0.01, label="Temperature T")
    shift = Number(0, -800, 800, step=0.1, label="Add to every z")
    dtype = Choice("float32", {"float32": "float32", "float64": "float64"}, label="Naive in")
    view = Choice("bars", VIEWS, label="View")

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

    @Quantity(
        dict.fromkeys(VIEWS, "loss, −ln p") | {"precision": "loss, from logits"},
        "nats",
        scientific=True,
    )
    def loss(self) -> float:
        """The cross-entropy in nats, from the logits by log-sum-exp."""
        log_p = log_softmax(self.scores, temperature=self.temperature)
        return float(nll_loss(log_p, self.label))

    @Quantity("−ln p, p rounded first", "nats", scientific=True, views=("precision",))
    def loss_from_probability(self) -> float:
        """−ln p in nats, from the rounded probability; infinite where that is 0."""
        return float(self_information(self.probability))

    @Quantity("∂L/∂z, right class", scientific=True, views=("jacobian",))
    def slope(self) -> float:
        """The derivative of the loss with respect to the logit of the right class."""
        return float(self.gradient[self.label])

    @Quantity("naive softmax", "of 3 wrong", decimals=0, views=("precision",))
    def naive_failures(self) -> int:
        """How many entries of the naive softmax are NaN, or off by more than 0.001."""
        right = np.abs(self.naive_probabilities - self.probabilities) <= 0.001
        return int((~right).sum())

    def describe(self) -> str:
        shares = ", ".join(
            f"{name} {p:.3f}" for name, p in zip(CLASSES, self.probabilities, strict=True)
        )
        naive = (
            f" With {self.shift:g} added to every logit, the naive softmax in {self.dtype} is "
            f"wrong for {self.naive_failures} of 3 classes."
        )
        return (
            f"Softmax of the logits {self.logits} at temperature {self.temperature:g}: {shares}. "
            f"The right class is {CLASSES[self.label]}; the loss is {self.loss:.4f} nats."
            f"{naive if self.view == 'precision' else ''}"
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
