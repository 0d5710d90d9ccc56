"""Kullback-Leibler divergence, one bar for each outcome's part of it, both ways round."""

from typing import Any

from lib._units import BASES, UNITS
from lib.explorables._base import Explorable, Quantity
from lib.explorables._traits import Choice, Distribution
from lib.figures import draw_contributions, draw_two_distributions, new_figure
from lib.information import jensen_shannon_divergence, kl_divergence

CLASSES = ["cat", "dog", "horse"]


class KLExplorer(Explorable):
    """Two distributions over three classes, and how far each is from the other.

    Parameters
    ----------
    p, q : truth and prediction, each three probabilities that sum to 1.
    unit : ``"nats"``, ``"bits"`` or ``"bans"``.
    view : ``"both"``, each measured from the other, or ``"mixture"``, both from their mixture.

    Examples
    --------
    >>> explorer = KLExplorer(p=[1, 0, 0], q=[0.7, 0.2, 0.1])
    >>> print(f"{explorer.kl_divergence:.4f} {explorer.reverse_kl_divergence:.4f}")
    0.3567 inf
    """

    name = "kl"
    title = "KL divergence"
    prompt = {
        "both": "Drag P and Q: parts of a divergence may be negative, their sum never.",
        "mixture": "Drag a bar to 0: measured from the mixture M, nothing becomes infinite.",
    }
    challenge = {
        "both": (
            "Make the two divergences equal, to within 0.0005 nats, while both are above 0.05 nats."
        ),
        "mixture": (
            "Make Jensen–Shannon as large as it can be, 1 bit, with two classes possible in P."
        ),
    }
    solutions = [
        {"p": [0.6, 0.3, 0.1], "q": [0.1, 0.3, 0.6]},
        {"p": [0.7, 0.3, 0.0], "q": [0.0, 0.0, 1.0], "view": "mixture"},
    ]

    p = Distribution([0.6, 0.3, 0.1], labels=CLASSES, label="Truth P")
    q = Distribution([0.3, 0.2, 0.5], labels=CLASSES, label="Prediction Q")
    unit = Choice("nats", UNITS, label="Unit")
    view = Choice("both", {"both": "both directions", "mixture": "to the mixture"}, label="View")

    @Quantity("D(P‖Q)", "{unit}", tone="d", views=("both",))
    def kl_divergence(self) -> float:
        """D(P‖Q), the price of believing Q where P is true."""
        return float(kl_divergence(self.p, self.q, base=BASES[self.unit]))

    @Quantity("D(Q‖P)", "{unit}", views=("both",))
    def reverse_kl_divergence(self) -> float:
        """D(Q‖P), the price of believing P where Q is true."""
        return float(kl_divergence(self.q, self.p, base=BASES[self.unit]))

    @Quantity("Jensen–Shannon", "{unit}", tone="d", views=("mixture",))
    def jensen_shannon_divergence(self) -> float:
        """The symmetric divergence of P and Q, at most log 2."""
        return float(jensen_shannon_divergence(self.p, self.q, base=BASES[self.unit]))

    def figure(self) -> Any:
        figure, (left, middle, right) = new_figure(3, height=2.8, width_ratios=[1.3, 1, 1])
        mixture = [(a + b) / 2 for a, b in zip(self.p, self.q, strict=True)]
        shown = mixture if self.view == "mixture" else None
        draw_two_distributions(left, self.p, self.q, CLASSES, mixture=shown)
        ends = {"both": (self.q, self.p), "mixture": (mixture, mixture)}[self.view]
        names = {"both": "QP", "mixture": "MM"}[self.view]
        draw_contributions(middle, self.p, ends[0], CLASSES, unit=self.unit)
        draw_contributions(right, self.q, ends[1], CLASSES, unit=self.unit, tone="ink")
        middle.set_title(f"parts of D(P‖{names[0]})")
        right.set_title(f"parts of D(Q‖{names[1]})")
        return figure
