"""A text whose characters are coloured by what they cost."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.patches import Rectangle

from lib._types import ArrayLike
from lib.figures.style import COLORS

#: Characters to a line, and lines; the cost that fills a character's place, in bits.
ACROSS, DOWN, FULL = 46, 5, 12.0


def draw_character_costs(ax: Any, text: str, bits: ArrayLike) -> Any:
    """Draw a text; behind each character stands a column as high as what it costs, up to 12 bits.

    Parameters
    ----------
    ax : axes.
    text : what is longer than five lines of 46 characters is cut.
    bits : what each of its characters costs.

    Examples
    --------
    >>> from lib.figures import new_figure
    >>> figure, ax = new_figure()
    >>> [each.get_text() for each in draw_character_costs(ax, "A\\nb", [3, 1, 12]).texts]
    ['A', '↵', 'b']
    """
    shares = np.clip(np.asarray(bits, dtype=float) / FULL, 0, 1)
    row = column = 0
    for symbol, share in zip(text, shares, strict=True):
        if column == ACROSS:
            row, column = row + 1, 0
        if row == DOWN:
            break
        tint = (COLORS["q"], 0.15 + 0.4 * share)
        ax.add_patch(Rectangle((column, -row), 1, 0.9 * share, color=tint, linewidth=0))
        shown = "↵" if symbol == "\n" else symbol if ord(symbol) < 0x250 else "□"
        ax.text(
            column + 0.5, 0.42 - row, shown if shown.isprintable() else "□", ha="center",
            va="center", family="monospace", fontsize=9, parse_math=False,
        )  # fmt: skip
        row, column = (row + 1, 0) if symbol == "\n" else (row, column + 1)
    ax.set_xlim(0, ACROSS)
    ax.set_ylim(-min(max(row, 1), DOWN - 1) - 0.1, 1)
    ax.set_axis_off()
    return ax


def draw_model_bits(ax: Any, bits: Mapping[str, float]) -> Any:
    """Draw what a character costs several models, the last of which is the one to look at.

    Examples
    --------
    >>> from lib.figures import new_figure
    >>> figure, ax = new_figure()
    >>> draw_model_bits(ax, {"uniform": 6.3, "network": 2.1}).get_xlabel()
    'bits a character'
    """
    tones = [COLORS["muted"]] * (len(bits) - 1) + [COLORS["q"]]
    for place, ((_, value), tone) in enumerate(zip(bits.items(), tones, strict=True)):
        ax.barh(place, value, height=0.7, color=tone)
        ax.text(value, place, f" {value:.2f}", va="center", color=tone)
    ax.set_yticks(range(len(bits)), list(bits))
    ax.set_xlim(0, 1.15 * max(1.0, *bits.values()))
    ax.invert_yaxis()
    ax.set_xlabel("bits a character")
    return ax
