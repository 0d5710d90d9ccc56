"""Entropy: the expected information of one draw from a box of three colours."""

from typing import Any

from lib._units import BASES, UNITS
from lib.coding import expected_length, kraft_sum
from lib.explorables._base import Explorable, Quantity
from lib.explorables._traits import Choice, Distribution, Vector
from lib.figures import (
    draw_binary_entropy,
    draw_information_tiles,
    draw_kraft_budget,
    draw_simplex,
    draw_simplex_point,
    draw_simplex_surface,
    new_figure,
)
from lib.information import binary_entropy, entropy, perplexity

COLOURS = ["black", "green", "blue"]
VIEWS = {
    "tiles": "tiles",
    "code": "code",
    "binary": "binary",
    "triangle": "triangle",
    "surface": "3-D",
}


class EntropyExplorer(Explorable):
    """A box of black, green and blue balls: its entropy, and codes that name the colour drawn.

    Parameters
    ----------
    p : the probabilities of the three colours.
    lengths : the codeword lengths of the three colours, in bits.
    unit : ``"nats"``, ``"bits"`` or ``"bans"``.
    view : ``"tiles"``, ``"code"``, ``"binary"``, ``"triangle"`` or ``"surface"``.

    Examples
    --------
    >>> explorer = EntropyExplorer(p=[0.5, 0.3, 0.2])
    >>> print(f"{explorer.entropy:.4f}")
    1.0297
    """

    name = "entropy"
    title = "Entropy"
    prompt = {
        "tiles": "Mix the colours: the area of all tiles, H(P), is largest when the box is even.",
        "code": "Shorten a codeword: the average length falls, and the budget is soon spent.",
        "binary": "Drag p: the answer is worth most where it is hardest to guess, at a half.",
        "triangle": "Drag P: the entropy is largest in the middle, and 0 in the corners.",
        "surface": "Turn the hill: it is highest above the even mixture, and 0 at the corners.",
    }
    challenge = {
        "tiles": (
            "Make the tile of a rarer colour three times as large as that of the most frequent one."
        ),
        "code": (
            "Choose a mixture of all three colours and a code within its budget "
            "whose average length is exactly H(P)."
        ),
        "binary": (
            "Find a share of black balls that makes “black or not” worth half a bit, "
            "to within 0.001 bits."
        ),
        **dict.fromkeys(
            ["triangle", "surface"],
            "Find a mixture of all three colours that is worth as much as a fair coin, 1 bit, "
            "to within 0.002 bits.",
        ),
    }
    solutions = [
        {"p": [0.96, 0.04, 0.0], "view": "tiles"},
        {"p": [0.25, 0.25, 0.5], "lengths": [2, 2, 1], "view": "code"},
        {"p": [0.11, 0.5, 0.39], "view": "binary"},
        {"p": [0.69, 0.29, 0.02], "view": "triangle"},
    ]

    p = Distribution([0.5, 0.3, 0.2], labels=COLOURS, label="Probabilities P")
    lengths = Vector(
        [2, 2, 2], 1, 6, labels=COLOURS, step=1, integer=True, label="Codeword lengths", unit="bits"
    )
    unit = Choice("nats", UNITS, label="Unit")
    view = Choice("tiles", VIEWS, label="View")

    @Quantity("H(P)", "{unit}", tone="h", views=("tiles", "triangle", "surface"))
    def entropy(self) -> float:
        """H(P), the information expected of one draw."""
        return float(entropy(self.p, base=BASES[self.unit]))

    @Quantity("H(P)", "bits", tone="h", views=("code",))
    def entropy_in_bits(self) -> float:
        """H(P) in bits, the unit of a binary code, whichever unit the other views have."""
        return float(entropy(self.p, base=2))

    @Quantity("perplexity", "outcomes", decimals=3, views=("triangle", "surface"))
    def perplexity(self) -> float:
        """How many equally likely outcomes P amounts to."""
        return float(perplexity(self.p))

    @Quantity("H(black or not)", "{unit}", tone="h", views=("binary",))
    def binary_entropy(self) -> float:
        """The entropy of the question whether the ball is black."""
        return float(binary_entropy(self.p[0], base=BASES[self.unit]))

    @Quantity("average length", "bits", decimals=3, views=("code",))
    def average_length(self) -> float:
        """The expected codeword length, in bits."""
        return float(expected_length(self.p, self.lengths))

    @Quantity("Kraft sum", decimals=3, views=("code",))
    def kraft_sum(self) -> float:
        """The sum of 2^(−length); a code of these lengths exists where it is at most 1."""
        return float(kraft_sum(self.lengths))

    def describe(self) -> str:
        box = ", ".join(f"{colour} {p:.2f}" for colour, p in zip(COLOURS, self.p, strict=True))
        return (
            f"A box with probabilities {box}, as tiles p wide and −log p tall. Their area, the "
            f"entropy, is {self.entropy:.3f} {self.unit}: as much as "
            f"{self.perplexity:.2f} equally likely outcomes."
        )

    def figure(self) -> Any:
        figure, (left, right) = new_figure(2, height=3.0, width_ratios=[1.15, 1])
        draw_information_tiles(left, self.p, COLOURS, unit=self.unit)
        if self.view == "code":
            draw_kraft_budget(right, self.lengths, COLOURS)
        elif self.view in ("triangle", "surface"):
            draw_simplex(right, COLOURS)
            draw_simplex_surface(
                right, entropy, domain=(0, 1.1), levels=[0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 1, 1.05]
            )
            draw_simplex_point(right, self.p, "P", "p")
        else:
            draw_binary_entropy(right, unit=self.unit, point=self.p[0])
            right.set_xlabel("P(black)")
        return figure
