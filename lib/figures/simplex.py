"""The triangle of three-outcome distributions."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lib.figures.style import COLORS, SURFACE

_CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(0.75)]])


def _inner_lattice(n: int) -> np.ndarray:
    """Distributions at the centres of small triangles: all strictly inside. Shape (n(n+1)/2, 3)."""
    cells = [(i, j, n - 1 - i - j) for i in range(n) for j in range(n - i)]
    return (np.array(cells) + 1 / 3) / n


def draw_simplex(ax: Any, labels: Sequence[str]) -> Any:
    """Draw the empty triangle with the outcome at each corner; return ``ax``."""
    ax.set_aspect("equal")
    ax.axis("off")
    outline = np.vstack([_CORNERS, _CORNERS[:1]])
    ax.plot(*outline.T, color=COLORS["muted"], linewidth=1)
    places = [("left", "top", -0.03), ("right", "top", -0.03), ("center", "bottom", 0.02)]
    for (x, y), text, (ha, va, dy) in zip(_CORNERS, labels, places, strict=True):
        ax.text(x, y + dy, f"all {text}", ha=ha, va=va, color=COLORS["ink"])
    ax.set_xlim(-0.05, 1.05)
    ax.set_ylim(-0.12, 1.0)
    return ax


def draw_simplex_surface(
    ax: Any,
    surface: Callable[[np.ndarray], np.ndarray],
    *,
    domain: tuple[float, float],
    levels: Sequence[float],
    descent: Callable[[np.ndarray], np.ndarray] | None = None,
    grid: int = 90,
) -> Any:
    """Draw a function of a distribution as colours and contours, with arrows of descent.

    Parameters
    ----------
    ax : axes prepared by `draw_simplex`.
    surface : maps distributions, shape (N, 3), to values, shape (N,).
    domain : values of the first and the last colour.
    levels : values of the contours.
    descent : maps distributions, shape (N, 3), to directions in probabilities, shape (N, 3).
    grid : points along a side.
    """
    q = _inner_lattice(grid)
    x, y = (q @ _CORNERS).T
    values = np.minimum(surface(q), domain[1])
    ax.tripcolor(
        x, y, values, cmap=SURFACE, vmin=domain[0], vmax=domain[1], shading="gouraud", zorder=0
    )
    ax.tricontour(x, y, values, levels=levels, colors=COLORS["ink"], linewidths=0.6, alpha=0.5)
    if descent is not None:
        at = _inner_lattice(9)
        steps = descent(at) @ _CORNERS - descent(at).sum(axis=1, keepdims=True) * _CORNERS.mean(0)
        length = np.linalg.norm(steps, axis=1, keepdims=True)
        steps = steps / np.sqrt(length * length.max()) * 0.05
        ax.quiver(
            *(at @ _CORNERS).T,
            *steps.T,
            angles="xy",
            scale_units="xy",
            scale=1,
            width=0.004,
            color=COLORS["ink"],
            alpha=0.7,
            pivot="mid",
        )
    return ax


def draw_simplex_point(ax: Any, q: Sequence[float], letter: str, tone: str) -> Any:
    """Mark one distribution in the triangle with its letter, in the palette's ``tone``."""
    x, y = np.asarray(q, dtype=float) @ _CORNERS
    ax.plot(x, y, "o", color=COLORS[tone], markersize=13, mec=COLORS["paper"], mew=1.5, zorder=5)
    ax.text(
        x, y, letter, color=COLORS["paper"], ha="center", va="center_baseline",
        fontsize=8, fontweight="bold", zorder=6,
    )  # fmt: skip
    return ax
