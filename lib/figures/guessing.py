"""A guessed sentence, and what its guesses say of its entropy."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lib._types import ArrayLike
from lib.figures.style import COLORS

#: Letters in a line.
ACROSS = 16


def draw_guesses(ax: Any, found: str, ranks: Sequence[int], length: int) -> Any:
    """Draw the letters that were found, how many guesses each took beneath, and dots for the rest.

    Parameters
    ----------
    ax : axes.
    found : the letters.
    ranks : of each, the number of the guess that was right.
    length : letters of the whole sentence.
    """
    lines = -(-length // ACROSS)
    for i in range(length):
        x, y = i % ACROSS, -(i // ACROSS)
        hidden = i >= len(found)
        letter = "·" if hidden else {" ": "␣"}.get(found[i], found[i])
        tone = "muted" if hidden or letter == "␣" else "ink"
        ax.text(x, y, letter, ha="center", va="center_baseline", fontsize=13, color=COLORS[tone])
        if not hidden:
            ax.text(x, y - 0.42, str(ranks[i]), ha="center", va="center", fontsize=7.5,
                    color=COLORS["h" if ranks[i] == 1 else "ink"])  # fmt: skip
    ax.set(xlim=(-0.7, ACROSS - 0.3), ylim=(-lines + 0.2, 0.6))
    ax.set_axis_off()
    return ax


def draw_bounds(
    ax: Any, bounds: ArrayLike, models: dict[str, ArrayLike], *, letters: int, chance: float
) -> Any:
    """Draw how two bounds close in on a reader's entropy, and what models pay beside them.

    Parameters
    ----------
    ax : axes.
    bounds : lower and upper bound after each letter, in bits a letter, of shape (N, 2).
    models : by name, the mean surprisal after each letter, in bits a letter, of shape (N,).
    letters : of the whole text, where the axis ends.
    chance : bits a letter of whoever knows only the alphabet.
    """
    low, high = np.reshape(bounds, (-1, 2)).T
    n = np.arange(1, len(low) + 1)
    ax.axhline(chance, color=COLORS["muted"], lw=1, ls=(0, (4, 3)))
    ax.text(letters, chance - 0.1, "27 letters alike", ha="right", va="top", color=COLORS["muted"])
    ax.fill_between(n, low, high, color=COLORS["h"], alpha=0.18, lw=0)
    for bound in (low, high):
        ax.plot(n, bound, color=COLORS["h"])
    for i, (name, bits) in enumerate(models.items()):
        line = COLORS["muted"] if i else COLORS["q"]
        ax.plot(n, bits, color=line, lw=1 if i else 1.6)
        if len(n):
            ax.annotate(name, (n[-1], np.asarray(bits)[-1]), xytext=(3, 0), color=line,
                        textcoords="offset points", va="center", fontsize=8)  # fmt: skip
    ax.set(xlim=(0, letters), ylim=(0, 5), xlabel="letters found", ylabel="bits a letter")
    return ax
