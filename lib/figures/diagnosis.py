"""The ruler on which losses stand, with its landmarks."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from lib.diagnosis import RULER_SCALE, nearest_landmarks
from lib.figures.style import COLORS


def draw_ruler(
    ax: Any,
    loss: float,
    landmarks: Mapping[str, float],
    names: Mapping[str, str],
    *,
    limits: tuple[float, float] = (-1.5, 150),
) -> Any:
    """Draw a loss among the landmarks, the nearest three with their names.

    Parameters
    ----------
    ax : axes.
    loss : the number to be explained; beyond the limits it stands at their end.
    landmarks : numbers by key, as `lib.diagnosis.loss_landmarks` gives them.
    names : what to write beside them, by key.
    limits : ends of the ruler.
    """
    near = nearest_landmarks(loss, landmarks, count=3)
    ax.set_xscale("asinh", linear_width=RULER_SCALE)
    for value in landmarks.values():
        if limits[0] <= value <= limits[1]:
            ax.axvline(value, ymax=0.7, color=COLORS["muted"], linewidth=0.8)
    for i, (key, value) in enumerate(near.items()):
        at = min(max(value, limits[0]), limits[1])
        right = np.arcsinh(at / RULER_SCALE) > np.arcsinh(5 / RULER_SCALE)
        ax.plot(at, 0.15 + 0.2 * i, "o", color=COLORS["d"], markersize=4)
        ax.annotate(
            f"{names[key]} = {value:.4g}",
            (at, 0.15 + 0.2 * i),
            xytext=(-7 if right else 7, 0),
            textcoords="offset points",
            ha="right" if right else "left",
            va="center",
            color=COLORS["d"],
            bbox={"facecolor": COLORS["paper"], "edgecolor": "none", "pad": 1},
        )
    at = min(max(loss, limits[0]), limits[1])
    ax.axvline(at, color=COLORS["q"])
    ax.annotate(
        f"{loss:.4g}",
        (at, 0.93),
        xytext=(5, 0),
        textcoords="offset points",
        va="center",
        color=COLORS["q"],
        fontweight="bold",
    )
    ax.set_xlim(*limits)
    ax.set_ylim(0, 1)
    ticks = [-1, 0, 0.5, 1, 2, 5, 10, 20, 50, 100]
    ax.set_xticks(ticks, [f"{t:g}".replace("-", "−") for t in ticks])
    ax.set_xticks([], minor=True)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.set_xlabel("loss, nats")
    return ax
