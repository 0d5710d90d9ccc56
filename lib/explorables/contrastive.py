"""Pairs of directions that look for each other: the contrastive loss on a circle."""

from typing import Any

import numpy as np

from lib.explorables._base import Explorable, Quantity, counted
from lib.explorables._traits import Choice, Integer, Number, Vector
from lib.figures import draw_pairs, draw_similarities, new_figure
from lib.losses import contrastive_loss, contrastive_loss_grad

FEWEST, MOST = 2, 8
#: Similarities that are nearer to each other than this are equal.
TIE = 1e-9
NUMBERED = [str(i + 1) for i in range(MOST)]


class ContrastiveExplorer(Explorable):
    """Pictures and texts as directions in the plane, each of which looks for its partner.

    Parameters
    ----------
    pictures, texts : directions in degrees, in [-180, 180], eight of each; equal places belong
        together.
    pairs : how many of them there are, 2 to 8: the first ones count.
    temperature : τ, by which the similarities are divided, in [0.05, 2].
    matrix : what the matrix shows, ``"similarities"``, or the softmax of its ``"rows"`` or
        ``"columns"``.

    Examples
    --------
    >>> explorer = ContrastiveExplorer(pairs=4, pictures=[0] * 8, texts=[0] * 8)
    >>> print(f"{explorer.loss:.4f} {explorer.chance:.4f}")
    1.3863 1.3863
    """

    name = "contrastive"
    title = "Pairs that look for each other"
    prompt = "Press Play: partners meet, strangers part. Then drag some away, and lower τ."
    challenge = (
        "Find a trap for descent: with τ of 0.5 or more, points at rest (a slope below 0.001) "
        "whose loss is at least half a nat below chance, and yet 0.1 above the floor."
    )
    solutions = [
        {
            "pairs": 6,
            "pictures": [0, 0, 120, 120, -120, -120, 0, 0],
            "texts": [0, 0, 120, 120, -120, -120, 0, 0],
        }
    ]

    pictures = Vector(
        [90, 20, -50, -110, 170, 125, -20, 55],
        -180, 180, labels=NUMBERED, step=1, label="Pictures, degrees",
    )  # fmt: skip
    texts = Vector(
        [65, 120, -15, -75, -155, 20, 145, -135],
        -180, 180, labels=NUMBERED, step=1, label="Texts, degrees",
    )  # fmt: skip
    pairs = Integer(6, FEWEST, MOST, label="Pairs N")
    temperature = Number(0.5, 0.05, 2, step=0.01, label="Temperature τ")
    matrix = Choice(
        "similarities",
        {
            "similarities": "similarities",
            "rows": "softmax of rows",
            "columns": "softmax of columns",
        },
        label="Matrix",
    )

    @property
    def angles(self) -> np.ndarray:
        """The angle from each text (column) to each picture (row), in radians, shape (N, N)."""
        pictures, texts = (np.radians(x[: self.pairs]) for x in (self.pictures, self.texts))
        return pictures[:, None] - texts

    @property
    def similarities(self) -> np.ndarray:
        """The cosine of each picture with each text, shape (N, N)."""
        return np.cos(self.angles)

    @property
    def gradient(self) -> np.ndarray:
        """The slope of the loss in all angles, pictures first, in nats a radian, shape (2, N)."""
        s = self.similarities
        pull = contrastive_loss_grad(s, temperature=self.temperature, symmetric=True)
        pull = -np.sin(self.angles) * pull
        return np.stack([pull.sum(axis=1), -pull.sum(axis=0)])

    @Quantity("Loss, both ways", "nats", tone="d")
    def loss(self) -> float:
        """The symmetric contrastive loss, the mean of the rows' and the columns'."""
        s = self.similarities
        return float(contrastive_loss(s, temperature=self.temperature, symmetric=True))

    @Quantity("Pictures look for texts", "nats", tone="p")
    def row_loss(self) -> float:
        """The mean cross-entropy of the rows."""
        return float(contrastive_loss(self.similarities, temperature=self.temperature))

    @Quantity("Texts look for pictures", "nats", tone="q")
    def column_loss(self) -> float:
        """The mean cross-entropy of the columns."""
        return float(contrastive_loss(self.similarities.T, temperature=self.temperature))

    @Quantity("Chance, ln N", "nats")
    def chance(self) -> float:
        """The loss of similarities that are all equal."""
        return float(np.log(self.pairs))

    @Quantity("Floor on a circle", "nats", tone="h", scientific=True)
    def floor(self) -> float:
        """The loss of pairs that coincide and stand evenly; none lower has been found."""
        even = np.radians(360 * np.arange(self.pairs) / self.pairs)
        s = np.cos(even[:, None] - even)
        return float(contrastive_loss(s, temperature=self.temperature))

    @Quantity("Own text strictly nearest", "of {pairs} pictures", decimals=0)
    def found(self) -> float:
        """How many pictures have their own text nearer than every other."""
        s = self.similarities
        others = np.where(np.eye(self.pairs) > 0, -np.inf, s).max(axis=1)
        return float(np.sum(s.diagonal() > others + TIE))

    @Quantity("Slope", "nats/rad")
    def slope(self) -> float:
        """The length of the gradient with respect to all angles."""
        return float(np.linalg.norm(self.gradient))

    def describe(self) -> str:
        return (
            f"{super().describe()} {counted(self.pairs, 'pair')}, temperature {self.temperature:g}."
        )

    def figure(self) -> Any:
        figure, (left, right) = new_figure(2, height=3.1)
        draw_pairs(left, self.pictures[: self.pairs], self.texts[: self.pairs])
        draw_similarities(right, self.similarities)
        return figure
