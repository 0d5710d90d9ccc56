"""A rare class, weights and focus: where the loss is least, and what the model then says."""

from functools import lru_cache
from typing import Any

import numpy as np

from lib.activations import sigmoid
from lib.calibration import undo_weights
from lib.explorables._base import Explorable, Quantity
from lib.explorables._traits import Choice, Number, Vector
from lib.figures import draw_best_constants, draw_line_loss, draw_rare_class, new_figure
from lib.imbalance import SEPARATION, best_constant, expected_counts, fit_scores, undo_focal
from lib.losses import binary_cross_entropy_with_logits, sigmoid_focal_loss

LINE = ("map", "surface")
CONSTANT = ("constant",)
#: What a logit may miss of the threshold's by rounding alone.
ROUNDING = 1e-9


class ImbalanceExplorer(Explorable):
    """A score that speaks of a rare class, and a model of it that is trained with a weight.

    Parameters
    ----------
    counts : numbers of samples of the common class 0 and of the rare class 1, each 10 to 1000.
    weight : w, the weight of the rare class in the loss, 0.1 to 100.
    gamma : γ of the focal loss, 0 to 5; 0 is the log loss.
    model : ``"trained"``, at the least loss, or ``"hand"``, with the slope and bias below.
    slope, bias : a and b of the logit a x + b, where it is set by hand.
    threshold : probability from which on the model calls a sample rare.
    at : the score x whose probability is read off.
    view : ``"map"`` or ``"surface"``, the loss over slope and bias; or ``"constant"``, the loss of
        a model that gives all samples the same answer.

    Examples
    --------
    >>> explorer = ImbalanceExplorer(counts=[900, 100], weight=9, at=0)
    >>> print(f"{explorer.said:.4f} {explorer.corrected:.4f} {explorer.truth:.4f}")
    0.5000 0.1000 0.1000
    """

    name = "imbalance"
    title = "A rare class"
    prompt = {
        **dict.fromkeys(
            LINE, "Move w: the least loss slides along the bias, and p leaves the true P."
        ),
        "constant": "Take w = 1 and raise γ: the answer that costs least leaves the true share.",
    }
    challenge = {
        **dict.fromkeys(
            LINE,
            "Without a weight (w = 1, γ = 0), set the threshold so that the trained model decides "
            "as it does with w = n₀/n₁ and a threshold of ½. Keep at least 3 common for 1 rare: "
            "with equal numbers ½ itself would do.",
        ),
        "constant": "Without a weight (w = 1), find a γ whose best constant is off by 0.1.",
    }
    solutions = [
        {"weight": 1.0, "threshold": 0.04},
        {"weight": 1.0, "gamma": 0.93, "view": "constant"},
    ]

    view = Choice(
        "map", {"map": "loss map", "surface": "loss 3-D", "constant": "one constant"}, label="View"
    )
    counts = Vector(
        [956, 44],
        10,
        1000,
        labels=["common, n₀", "rare, n₁"],
        step=1,
        integer=True,
        label="How many samples",
    )
    weight = Number(21.7, 0.1, 100, step=0.1, label="Weight of the rare class w")
    gamma = Number(0, 0, 5, step=0.01, label="Focus γ")
    model = Choice(
        "trained", {"trained": "at the least loss", "hand": "set by hand"}, label="Model"
    )
    slope = Number(0.5, -2, 4, step=0.01, label="Slope a")
    bias = Number(1.5, -7, 10, step=0.01, label="Bias b")
    threshold = Number(0.5, 0.001, 0.999, step=0.001, label="Threshold t")
    at = Number(0.5, -4, 4, step=0.1, label="Read off at x")

    @property
    def prior(self) -> float:
        """The share of the rare class among the samples."""
        return self.counts[1] / (self.counts[0] + self.counts[1])

    @property
    def line(self) -> tuple[float, float]:
        """Slope and bias of the model, those of the least loss or as they are set."""
        if self.model == "hand":
            return self.slope, self.bias
        return _trained(tuple(self.counts), self.weight, self.gamma)

    def logits(self, x: Any) -> Any:
        """Return the model's logit of the rare class at a score."""
        slope, bias = self.line
        return slope * np.asarray(x) + bias

    def losses(self, slope: Any, bias: Any) -> Any:
        """Return the mean loss that training sees of a line, or of lines, of one shape."""
        scores, expected = expected_counts(self.counts)
        z = np.multiply.outer(slope, scores) + np.asarray(bias)[..., None]
        shares = expected * [[1.0], [self.weight]]
        shares = shares / shares.sum()
        common, rare = (
            sigmoid_focal_loss(z, np.full_like(z, y), gamma=self.gamma, reduction="none")
            for y in (0.0, 1.0)
        )
        return common @ shares[0] + rare @ shares[1]

    @Quantity("weighted loss", "nats", decimals=3, tone="d", views=LINE)
    def loss(self) -> float:
        """The mean loss that training sees, with weight and focus, in nats."""
        return float(self.losses(*self.line))

    @Quantity("log loss of p", "nats", decimals=3, tone="q", views=LINE)
    def log_loss(self) -> float:
        """The log loss of what the model says, all samples alike, in nats."""
        return _log_loss(self.logits, self.counts)

    @Quantity("log loss, undone", "nats", decimals=3, views=LINE)
    def corrected_log_loss(self) -> float:
        """The log loss once weight and focus are undone, in nats."""
        return _log_loss(lambda x: self._undone(self.logits(x)), self.counts)

    @Quantity("p at x", decimals=3, tone="q", views=LINE)
    def said(self) -> float:
        """The probability of the rare class that the model says at the score."""
        return float(sigmoid(self.logits(self.at)))

    @Quantity("p at x, undone", decimals=3, views=LINE)
    def corrected(self) -> float:
        """The same once weight and focus are undone; with γ = 0, by subtracting ln w."""
        return float(sigmoid(self._undone(self.logits(self.at))))

    @Quantity("true P at x", decimals=3, tone="p", views=LINE)
    def truth(self) -> float:
        """The true probability of the rare class at the score."""
        return float(sigmoid(self.true_logits(self.at)))

    @Quantity("rare ones found", decimals=1, views=LINE)
    def found(self) -> float:
        """How many samples of the rare class it calls rare, on average."""
        return self._called(1)

    @Quantity("false alarms", decimals=1, views=LINE)
    def false_alarms(self) -> float:
        """How many samples of the common class it calls rare, on average."""
        return self._called(0)

    @Quantity("true share π", decimals=3, tone="p", views=CONSTANT)
    def share(self) -> float:
        """The share of the rare class, which is the true answer."""
        return self.prior

    @Quantity("best constant", decimals=3, tone="q", views=CONSTANT)
    def constant(self) -> float:
        """The answer that costs least if all samples get the same."""
        return float(best_constant(self.prior, class_weight=self.weight, gamma=self.gamma))

    @Quantity("off by", decimals=3, tone="d", views=CONSTANT)
    def error(self) -> float:
        """By how much the best constant is above the true share."""
        return self.constant - self.prior

    def true_logits(self, x: Any) -> Any:
        """Return the log-odds of the rare class at a score."""
        return SEPARATION * np.asarray(x) + np.log(self.counts[1] / self.counts[0])

    def _undone(self, logits: Any) -> Any:
        both = sigmoid(np.stack([-np.asarray(logits), logits], axis=-1))
        scores = undo_weights(np.log(undo_focal(both, gamma=self.gamma)), [1.0, self.weight])
        return scores[..., 1] - scores[..., 0]

    def _called(self, label: int) -> float:
        scores, expected = expected_counts(self.counts)
        bar = np.log(self.threshold) - np.log1p(-self.threshold)
        return float(expected[label][self.logits(scores) >= bar - ROUNDING].sum())

    def describe(self) -> str:
        n = f"{self.counts[1]} rare among {sum(self.counts)} samples"
        if self.view == "constant":
            return (
                f"{n}: with the weight {self.weight:g} and γ = {self.gamma:g} the constant answer "
                f"that costs least is {self.constant:.3f}, and the true share {self.prior:.3f}."
            )
        return (
            f"{n}. With the weight {self.weight:g} and γ = {self.gamma:g} the loss of the model is "
            f"{self.loss:.3f} nats. At x = {self.at:g} it says {self.said:.3f}, undone "
            f"{self.corrected:.3f}, where {self.truth:.3f} is true. From {self.threshold:g} on it "
            f"finds {self.found:.1f} of the rare, with {self.false_alarms:.1f} false alarms."
        )

    def figure(self) -> Any:
        figure, (left, right) = new_figure(2, height=3.2)
        if self.view == "constant":
            draw_best_constants(left, right, self.prior, class_weight=self.weight, gamma=self.gamma)
            return figure
        draw_line_loss(left, self.losses, line=self.line)
        x = np.linspace(-4, 4, 161)
        draw_rare_class(
            right,
            x,
            {
                "true": sigmoid(self.true_logits(x)),
                "said": sigmoid(self.logits(x)),
                "undone": sigmoid(self._undone(self.logits(x))),
            },
            threshold=self.threshold,
        )
        return figure


def _log_loss(logits: Any, counts: Any) -> float:
    scores, expected = expected_counts(counts)
    z = logits(scores)
    losses = [binary_cross_entropy_with_logits(z, y + 0 * z, reduction="none") for y in (0, 1)]
    return float(np.sum(losses * expected) / expected.sum())


@lru_cache(maxsize=64)
def _trained(counts: tuple[int, int], weight: float, gamma: float) -> tuple[float, float]:
    return fit_scores(*expected_counts(counts), class_weight=weight, gamma=gamma)
