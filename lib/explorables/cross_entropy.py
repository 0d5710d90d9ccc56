"""Cross-entropy over the triangle of predictions."""

from typing import Any

import numpy as np

from lib._units import BASES, UNITS
from lib.explorables._base import Explorable, Quantity
from lib.explorables._traits import Choice, Distribution
from lib.figures import (
    draw_simplex,
    draw_simplex_point,
    draw_simplex_surface,
    draw_stack,
    new_figure,
)
from lib.information import cross_entropy, entropy, kl_divergence


class CrossEntropyExplorer(Explorable):
    """A truth P and a prediction Q over three outcomes, and what Q costs.

    Parameters
    ----------
    p, q : truth and prediction, each three probabilities that sum to 1.
    unit : ``"nats"``, ``"bits"`` or ``"bans"``.
    view : ``"map"`` or ``"surface"``, the loss seen from above or in three dimensions.

    Examples
    --------
    >>> explorer = CrossEntropyExplorer(p=[0.5, 0.3, 0.2], q=[0.4, 0.4, 0.2])
    >>> f"{explorer.cross_entropy:.4f} nats"
    '1.0549 nats'
    """

    name = "cross_entropy"
    title = "Cross-entropy"
    prompt = {
        "map": "Drag Q towards P: the loss falls, but never below H(P).",
        "surface": "Move Q by its sliders: the surface is lowest, at H(P), where Q is P.",
    }
    challenge = "Bring the cross-entropy to zero. Moving Q alone is not enough."
    solutions = [{"p": [0.0, 1.0, 0.0], "q": [0.0, 1.0, 0.0]}]

    p = Distribution([0.5, 0.3, 0.2], labels=["sun", "cloud", "rain"], label="Truth P")
    q = Distribution([0.15, 0.25, 0.6], labels=["sun", "cloud", "rain"], label="Prediction Q")
    unit = Choice("nats", UNITS, label="Unit")
    view = Choice("map", {"map": "map", "surface": "3-D"}, label="View")

    @Quantity("H(P, Q)", "{unit}")
    def cross_entropy(self) -> float:
        """H(P, Q) in the chosen unit."""
        return float(cross_entropy(self.p, self.q, base=BASES[self.unit]))

    @Quantity("H(P)", "{unit}", tone="h")
    def entropy(self) -> float:
        """H(P), the least that H(P, Q) can be."""
        return float(entropy(self.p, base=BASES[self.unit]))

    @Quantity("D(P‖Q)", "{unit}", tone="d")
    def kl_divergence(self) -> float:
        """D(P‖Q), what the prediction adds."""
        return float(kl_divergence(self.p, self.q, base=BASES[self.unit]))

    @Quantity("D(Q‖P)", "{unit}")
    def reverse_kl_divergence(self) -> float:
        """D(Q‖P), the divergence the other way round."""
        return float(kl_divergence(self.q, self.p, base=BASES[self.unit]))

    def figure(self) -> Any:
        figure, (left, right) = new_figure(2, height=3.2, width_ratios=[1.2, 1])
        p = np.array(self.p)
        draw_simplex(left, type(self).q.labels)
        draw_simplex_surface(
            left,
            lambda q: cross_entropy(p, q),
            domain=(float(entropy(p)), float(entropy(p)) + 3),
            levels=[0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3, 3.5],
            descent=lambda q: p / q,
        )
        draw_simplex_point(left, self.p, "P", "p")
        draw_simplex_point(left, self.q, "Q", "q")
        parts = [("H(P)", self.entropy, "h"), ("D(P‖Q)", self.kl_divergence, "d")]
        limit = {"nats": 3, "bits": 4, "bans": 1.2}[self.unit]
        draw_stack(right, parts, limit=limit, unit=self.unit)
        right.set_box_aspect(0.35)
        right.set_title("H(P, Q) = H(P) + D(P‖Q)")
        return figure
