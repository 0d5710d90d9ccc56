"""The multi-class hinge loss beside cross-entropy, over two wrong scores."""

from typing import Any

import numpy as np

from lib.activations import softmax
from lib.explorables._base import Explorable, Quantity
from lib.explorables._traits import Choice, Number, Vector
from lib.figures import draw_score_plane, new_figure
from lib.losses import (
    multi_margin_loss,
    multi_margin_loss_grad,
    multiclass_hinge_loss,
    multiclass_hinge_loss_grad,
    softmax_cross_entropy,
    softmax_cross_entropy_grad,
)

LOWEST, HIGHEST = -4.0, 12.0
VARIANTS = {
    "weston_watkins": "Weston–Watkins",
    "crammer_singer": "Crammer–Singer",
    "multi_margin": "PyTorch (÷ C)",
}


class HingeExplorer(Explorable):
    """Three scores, of which the first belongs to the right class, judged by two losses.

    Parameters
    ----------
    right_score : the score of the right class, in [-4, 12].
    wrong_scores : the scores of the two wrong classes, each in [-4, 12].
    margin : by how much the right score has to win, in [0, 3].
    variant : ``"weston_watkins"``, ``"crammer_singer"`` or ``"multi_margin"`` (PyTorch's).
    view : ``"map"`` or ``"surface"``, the losses seen from above or in three dimensions.

    Examples
    --------
    >>> explorer = HingeExplorer(right_score=10, wrong_scores=[9, 9])
    >>> print(explorer.hinge, round(explorer.cross_entropy, 4))
    0.0 0.5514
    """

    name = "hinge"
    title = "Cross-entropy against the multi-class SVM loss"
    prompt = {
        "map": "Drag the wrong scores down: hinge stops at the margin, cross-entropy goes on.",
        "surface": "Turn both: hinge is folded, flat in one corner; cross-entropy is flat nowhere.",
    }
    challenge = "At a margin of 1 or more, find zero hinge loss with cross-entropy above 0.5."
    solutions = [{"right_score": 3.2, "wrong_scores": [2.2, 2.2], "margin": 1.0}]

    right_score = Number(3.2, LOWEST, HIGHEST, step=0.1, label="cat (right)")
    wrong_scores = Vector(
        [5.1, -1.7], LOWEST, HIGHEST, labels=["dog", "horse"], step=0.1, label="Wrong scores"
    )
    margin = Number(1.0, 0.0, 3.0, step=0.1, label="margin Δ")
    variant = Choice("weston_watkins", VARIANTS, label="Hinge variant")
    view = Choice("map", {"map": "map", "surface": "3-D"}, label="View")

    @property
    def scores(self) -> list[float]:
        """The three scores, the right one first."""
        return [self.right_score, *self.wrong_scores]

    @Quantity("Hinge loss")
    def hinge(self) -> float:
        """The hinge loss of the chosen variant."""
        return float(_hinge(self.variant, self.scores, self.margin))

    @Quantity("Cross-entropy", "nats")
    def cross_entropy(self) -> float:
        """−log of the softmax probability of the right class, in nats."""
        return float(softmax_cross_entropy(self.scores, 0))

    @Quantity("Slope of hinge in the plane")
    def hinge_slope(self) -> float:
        """The length of the hinge loss's gradient in the plane of the wrong scores."""
        return float(np.linalg.norm(_hinge_grad(self.variant, self.scores, self.margin)[1:]))

    @Quantity("Slope of cross-entropy in the plane")
    def cross_entropy_slope(self) -> float:
        """The length of the cross-entropy's gradient in the plane of the wrong scores."""
        return float(np.linalg.norm(softmax_cross_entropy_grad(self.scores, 0)[1:]))

    @Quantity("Softmax of the cat", tone="p")
    def probability(self) -> float:
        """The softmax probability of the right class."""
        return float(softmax(self.scores)[0])

    def figure(self) -> Any:
        figure, (left, right) = new_figure(2, height=3.2, sharey=True)
        draw_score_plane(
            left,
            lambda s: _hinge(self.variant, s, self.margin, np.zeros(s.shape[:-1], int)),
            lambda s: _hinge_grad(self.variant, s, self.margin, np.zeros(s.shape[:-1], int)),
            scores=self.scores,
        )
        draw_score_plane(
            right,
            lambda s: softmax_cross_entropy(s, np.zeros(s.shape[:-1], int), reduction="none"),
            lambda s: softmax_cross_entropy_grad(s, np.zeros(s.shape[:-1], int), reduction="none"),
            scores=self.scores,
        )
        left.set_title(f"Hinge loss {self.hinge:.3f}")
        right.set_title(f"Cross-entropy {self.cross_entropy:.3f} nats")
        left.set_ylabel("score of the horse")
        return figure


def _hinge(variant: str, scores: Any, margin: float, labels: Any = 0) -> Any:
    if variant == "multi_margin":
        return multi_margin_loss(scores, labels, margin=margin, reduction="none")
    return multiclass_hinge_loss(scores, labels, margin=margin, variant=variant, reduction="none")


def _hinge_grad(variant: str, scores: Any, margin: float, labels: Any = 0) -> Any:
    if variant == "multi_margin":
        return multi_margin_loss_grad(scores, labels, margin=margin, reduction="none")
    return multiclass_hinge_loss_grad(
        scores, labels, margin=margin, variant=variant, reduction="none"
    )
