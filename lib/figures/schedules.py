"""Learning-rate schedules, and descent on surfaces of two numbers."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from lib.figures.style import COLORS, SURFACE


def draw_schedules(
    ax: Any,
    schedules: Mapping[str, Callable[[Any], Any]],
    steps: int,
    *,
    highlight: str | None = None,
) -> Any:
    """Draw learning rates against the step; one of them in ink, the others muted."""
    t = np.arange(steps + 1)
    styles = [("--", 2), ("-", 2.4), (":", 2), ("-.", 2), ("-", 1)]
    for (name, schedule), (style, width) in zip(schedules.items(), styles, strict=False):
        chosen = highlight in (None, name)
        if highlight is not None:
            width = 2 if chosen else 1.1
        ax.plot(
            t, schedule(t), linestyle=style, color=COLORS["ink" if chosen else "muted"],
            linewidth=width, drawstyle="steps-post", label=name,
        )  # fmt: skip
    ax.legend(fontsize=9, handlelength=2.8)
    ax.set_xlim(0, steps)
    ax.set_ylim(bottom=0)
    ax.set_xlabel("step t")
    ax.set_title("learning rate α(t)")
    return ax


def draw_paths(
    ax: Any,
    f: Callable[[np.ndarray], np.ndarray],
    paths: Mapping[str, np.ndarray],
    *,
    limits: Sequence[float],
    domain: tuple[float, float],
    levels: Sequence[float],
) -> Any:
    """Draw descents over a surface of two numbers.

    Parameters
    ----------
    ax : axes.
    f : maps points, shape (..., 2), to values, shape (...,).
    paths : points passed through, shape (steps + 1, 2), by name; the first in ink.
    limits : how far the axes reach from 0, in x and in y.
    domain : values of the first and the last colour.
    levels : values of the contours.
    """
    x, y = (np.linspace(-limit, limit, 121) for limit in limits)
    values = f(np.stack(np.meshgrid(x, y), axis=-1))
    ax.pcolormesh(
        x, y, values, cmap=SURFACE, vmin=domain[0], vmax=domain[1], shading="gouraud",
        rasterized=True,
    )  # fmt: skip
    ax.contour(x, y, values, levels=levels, colors=COLORS["ink"], linewidths=0.6, alpha=0.5)
    styles = [("ink", "-", 1.6), ("q", "--", 1.2), ("h", ":", 1.6), ("d", "-.", 1.2)]
    for (name, path), (tone, line, width) in zip(paths.items(), styles, strict=False):
        ax.plot(*path.T, line, color=COLORS[tone], linewidth=width, label=name)
        ax.plot(*path[-1], "o", color=COLORS[tone], markersize=6, mec=COLORS["paper"])
    ax.plot(*next(iter(paths.values()))[0], "o", color=COLORS["p"], mec=COLORS["paper"])
    ax.set_xlim(-limits[0], limits[0])
    ax.set_ylim(-limits[1], limits[1])
    ax.legend(loc="lower right", fontsize=8)
    return ax


def draw_descent_values(ax: Any, values: Mapping[str, np.ndarray]) -> Any:
    """Draw the value after each step on a logarithmic axis, one curve a descent."""
    for (name, series), (tone, line) in zip(
        values.items(), [("ink", "-"), ("q", "--"), ("h", ":"), ("d", "-.")], strict=False
    ):
        ax.semilogy(series, line, color=COLORS[tone], linewidth=1.4, label=name)
    ax.set_xlabel("step t")
    ax.set_title("value f")
    ax.legend(fontsize=9)
    return ax


def draw_factors(ax: Any, u: np.ndarray, factors: Mapping[str, np.ndarray]) -> Any:
    """Draw what one step leaves of the distance against u, the rate times the curvature."""
    for (name, factor), (tone, line) in zip(
        factors.items(), [("ink", "-"), ("q", "--"), ("ink", (0, (9, 3)))], strict=False
    ):
        ax.plot(u, factor, linestyle=line, color=COLORS[tone], linewidth=1.8, label=name)
    ax.axhline(1, color=COLORS["rule"], linewidth=1)
    ax.set_ylim(0, 1.5)
    ax.set_xlim(u[0], u[-1])
    ax.set_xlabel("rate times curvature, αa")
    ax.set_title("factor per step")
    ax.legend(fontsize=9, loc="lower right", handlelength=4)
    return ax
