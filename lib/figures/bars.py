"""Bars: probabilities, and parts that add up."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lib.figures.style import COLORS


def draw_stack(ax: Any, parts: Sequence[tuple[str, float, str]], *, limit: float, unit: str) -> Any:
    """Draw ``(label, value, tone)`` parts end to end on one bar; what passes ``limit`` is cut."""
    start = 0.0
    for i, (label, value, tone) in enumerate(parts):
        shown = min(value, limit - start)
        ax.barh(0, shown, left=start, height=0.6, color=COLORS[tone])
        number = f"{value:.3f}" if np.isfinite(value) else "∞"
        ax.text(
            limit if i else 0, 0.42, f"{label} {number}",
            ha="right" if i else "left", va="bottom", color=COLORS[tone],
        )  # fmt: skip
        start += shown
    ax.set_xlim(0, limit)
    ax.set_ylim(-0.4, 0.9)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(unit)
    return ax
