"""Pairs of directions, and the matrix of their similarities."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lib._types import ArrayLike
from lib.figures.style import COLORS, SURFACE


def draw_pairs(ax: Any, pictures: ArrayLike, texts: ArrayLike) -> Any:
    """Draw pictures on an outer ring and their texts on an inner one, partners joined.

    Parameters
    ----------
    ax : axes.
    pictures, texts : directions in degrees, shape (N,).
    """
    around = np.linspace(0, 2 * np.pi, 181)
    places = []
    for radius, tone, angles in ((1.0, "p", pictures), (0.68, "q", texts)):
        ax.plot(radius * np.cos(around), radius * np.sin(around), color=COLORS["rule"], lw=1)
        angles = np.radians(angles)
        places.append(radius * np.stack([np.cos(angles), np.sin(angles)], axis=1))
        ax.plot(*places[-1].T, "o", color=COLORS[tone], markersize=12, zorder=3)
        for i, at in enumerate(places[-1]):
            ax.annotate(
                str(i + 1), at, ha="center", va="center_baseline", fontsize=8, fontweight="bold",
                color=COLORS["paper"], zorder=4,
            )  # fmt: skip
    for start, end in zip(*places, strict=True):
        ax.plot(*np.stack([start, end]).T, color=COLORS["muted"], lw=1)
    ax.text(0, 0.1, "pictures", color=COLORS["p"], ha="center")
    ax.text(0, -0.12, "texts", color=COLORS["q"], ha="center")
    ax.set_aspect("equal")
    ax.set_axis_off()
    return ax


def draw_similarities(ax: Any, similarities: ArrayLike) -> Any:
    """Draw a matrix of similarities from −1 to 1, its diagonal framed.

    Parameters
    ----------
    ax : axes.
    similarities : of pictures (rows) with texts (columns), shape (N, N).
    """
    s = np.asarray(similarities, dtype=float)
    ax.imshow(s, cmap=SURFACE, vmin=-1, vmax=1)
    for (i, j), value in np.ndenumerate(s):
        text = f"{value:.1f}".replace("-0.0", "0.0").replace("-", "−")
        ax.text(j, i, text, ha="center", va="center", fontsize=8, color="black")
        if i == j:
            frame = [(j - 0.5, i - 0.5), (j + 0.5, i - 0.5), (j + 0.5, i + 0.5), (j - 0.5, i + 0.5)]
            ax.plot(*np.transpose([*frame, frame[0]]), color=COLORS["ink"], lw=1.5)
    names = [str(i + 1) for i in range(len(s))]
    ax.set_xticks(range(len(s)), names, color=COLORS["q"])
    ax.set_yticks(range(len(s)), names, color=COLORS["p"])
    ax.set_xlabel("text", color=COLORS["q"])
    ax.set_ylabel("picture", color=COLORS["p"])
    ax.tick_params(length=0)
    return ax


def draw_contrastive_floors(ax: Any, sizes: Sequence[int]) -> Any:
    """Draw the least contrastive loss over the temperature, and chance, for batches of some sizes.

    Parameters
    ----------
    ax : axes.
    sizes : numbers of pairs N, each at least 2.
    """
    temperature = np.geomspace(0.02, 2, 200)
    for n, tone in zip(sizes, ("h", "d", "q", "p"), strict=False):
        lead = n / (n - 1) / temperature
        ax.plot(temperature, np.log1p((n - 1) * np.exp(-lead)), color=COLORS[tone])
        ax.axhline(np.log(n), color=COLORS[tone], lw=1, ls="--")
        ax.text(0.021, np.log(n) - 0.1, f"N = {n}", color=COLORS[tone], va="top")
    ax.set_xscale("log")
    ax.set_xlim(0.02, 2)
    ax.set_xticks(
        [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2], ["0.02", "0.05", "0.1", "0.2", "0.5", "1", "2"]
    )
    ax.set_xticks([], minor=True)
    ax.set_ylim(0, None)
    ax.set_xlabel("temperature τ")
    ax.set_ylabel("loss, nats")
    return ax
