"""One loss by six formulas in narrow number formats, beside what it is."""

from typing import Any

import numpy as np

from lib.explorables._base import Explorable, Quantity
from lib.explorables._traits import Choice, Number
from lib.figures import draw_digits, draw_rounded_loss, new_figure
from lib.figures.precision import FORMULA_NAMES
from lib.losses import binary_cross_entropy_with_logits, binary_cross_entropy_with_logits_grad
from lib.precision import correct_digits, rounded_loss, rounded_loss_grad

#: Margins at which it is asked whether anything is left of a result.
MARGINS = np.arange(1, 20_001) / 100


class PrecisionExplorer(Explorable):
    """The cross-entropy of two classes, and what a number format returns for it.

    Parameters
    ----------
    margin : by how much the score of the right class leads, or trails, from 0.1 to 200.
    answer : ``"right"`` where the right class leads, ``"wrong"`` where it trails.
    dtype : ``"float32"``, ``"bfloat16"``, ``"float16"`` or ``"float8_e4m3fn"``.
    formula : how the loss is computed, as `lib.precision.rounded_loss` names it.
    view : ``"loss"``, or ``"slope"``, the derivative with respect to the right class's score alone.

    Examples
    --------
    >>> explorer = PrecisionExplorer(margin=8, dtype="float16", formula="softmax")
    >>> print(explorer.softmax, round(explorer.exact, 6), round(explorer.gone, 2))
    0.0 0.000335 7.63
    """

    name = "precision"
    title = "A loss in few bits"
    prompt = {
        "loss": "Drag the mark along the exact loss: where does the type leave it, and read 0?",
        "slope": "Drag the mark to the upright line: there the slope is 0, and teaches nothing.",
    }
    challenge = {
        "loss": "Find a type and a formula that read a loss of 0 where more than 0.015 is due.",
        "slope": "Make the slope of a wrong answer exactly 0, though it should be −1.",
    }
    solutions = [
        {"margin": 4.1, "dtype": "bfloat16", "formula": "logsumexp"},
        {
            "view": "slope",
            "answer": "wrong",
            "margin": 110,
            "dtype": "float32",
            "formula": "epsilon",
        },
    ]

    may_be_nan = ("softmax", "epsilon")

    view = Choice("loss", {"loss": "the loss", "slope": "its slope"}, label="View")
    margin = Number(8.0, 0.1, 200, step=0.1, label="Margin")
    answer = Choice(
        "right", {"right": "leads", "wrong": "trails"},
        label="The right class",
    )  # fmt: skip
    dtype = Choice(
        "float16",
        {
            "float32": "float32",
            "bfloat16": "bfloat16",
            "float16": "float16",
            "float8_e4m3fn": "float8 (e4m3fn)",
        },
        label="Type",
    )
    formula = Choice("softmax", FORMULA_NAMES, label="Formula drawn")

    @property
    def signed(self) -> float:
        """The margin, below 0 where the right class trails."""
        return self.margin if self.answer == "right" else -self.margin

    def by(self, formula: str, margin: Any = None) -> Any:
        """Return what the type gives for the loss or slope by a formula."""
        compute = rounded_loss if self.view == "loss" else rounded_loss_grad
        return compute(self.signed if margin is None else margin, self.dtype, formula=formula)

    @Quantity({"loss": "exact loss", "slope": "exact slope"}, decimals=6, scientific=True)
    def exact(self) -> float:
        """The loss in nats, or its slope, in float64 and without losing digits."""
        if self.view == "loss":
            return float(binary_cross_entropy_with_logits(self.signed, 1))
        return float(binary_cross_entropy_with_logits_grad(self.signed, 1))

    @Quantity(FORMULA_NAMES["softmax"], decimals=6, tone="q", scientific=True)
    def softmax(self) -> float:
        """By a logarithm of the softmax."""
        return float(self.by("softmax"))

    @Quantity(FORMULA_NAMES["epsilon"], decimals=6, tone="q", scientific=True)
    def epsilon(self) -> float:
        """By a logarithm of the softmax and 1e-8."""
        return float(self.by("epsilon"))

    @Quantity(FORMULA_NAMES["logsumexp"], decimals=6, tone="q", scientific=True)
    def logsumexp(self) -> float:
        """By the log-sum-exp of the scores, less the right one."""
        return float(self.by("logsumexp"))

    @Quantity(FORMULA_NAMES["log_softmax"], decimals=6, tone="q", scientific=True)
    def log_softmax(self) -> float:
        """By the logarithm of the softmax in one formula."""
        return float(self.by("log_softmax"))

    @Quantity(FORMULA_NAMES["float32"], decimals=6, tone="q", scientific=True)
    def float32(self) -> float:
        """By the same, computed in float32 and rounded to the type."""
        return float(self.by("float32"))

    @Quantity(FORMULA_NAMES["softplus"], decimals=6, tone="q", scientific=True)
    def softplus(self) -> float:
        """By max(−margin, 0) + log1p(e^−|margin|)."""
        return float(self.by("softplus"))

    @Quantity("digits right, as drawn", decimals=1)
    def digits(self) -> float:
        """How many decimal digits the formula that is drawn gets right."""
        return float(correct_digits(self.by(self.formula), self.exact, self.dtype))

    @Quantity("0, ∞ or NaN from", decimals=2, infinite="not up to 200")
    def gone(self) -> float:
        """The first margin, in hundredths to 200, at which it is 0, ∞ or NaN; inf if none is."""
        side = 1 if self.answer == "right" else -1
        computed = self.by(self.formula, side * MARGINS)
        lost = (computed == 0) | ~np.isfinite(computed)
        return float(MARGINS[np.argmax(lost)]) if lost.any() else np.inf

    def describe(self) -> str:
        verb = "leads" if self.answer == "right" else "trails"
        returned = self.by(self.formula)
        lost = "at no margin up to 200" if np.isinf(self.gone) else f"from {self.gone:.4g} on"
        return (
            f"The {self.view} of two classes whose right one {verb} by {self.margin:.4g} is "
            f"{self.exact:.3g}; formula {FORMULA_NAMES[self.formula]} in {self.dtype} "
            f"returns {returned:.3g}, {self.digits:.1f} digits of it right. It is lost {lost}."
        )

    def figure(self) -> Any:
        figure, (left, right) = new_figure(2, height=3)
        sign, slope = (1 if self.answer == "right" else -1), self.view == "slope"
        draw_rounded_loss(
            left, self.dtype, self.formula, sign=sign, slope=slope, margin=self.margin
        )
        draw_digits(right, self.dtype, sign=sign, slope=slope)
        return figure
