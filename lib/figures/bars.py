"""Bars: probabilities, and parts that add up."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lib.figures.style import COLORS


def draw_stack(ax: Any, parts: Sequence[tuple[str, float, str]], *, limit: float, unit: str) -> Any:
    """Draw ``(label, value, tone)`` parts end to end on one bar; what passes ``limit`` is cut.

    Each label has a line of its own above the bar, and a stroke leads from it to its part. A value
    below 0 is only written.

    Examples
    --------
    >>> from lib.figures import new_figure
    >>> figure, ax = new_figure()
    >>> parts = [("H(P)", 1.0, "h"), ("D(P‖Q)", 0.5, "d")]
    >>> [label.get_text() for label in draw_stack(ax, parts, limit=3, unit="nats").texts]
    ['H(P) 1.000', 'D(P‖Q) 0.500']
    """
    start = 0.0
    for i, (label, value, tone) in enumerate(parts):
        shown = max(0.0, min(value, limit - start))
        ax.barh(0, shown, left=start, height=0.6, color=COLORS[tone])
        number = f"{value:z.3f}".replace("-", "−") if np.isfinite(value) else "∞"
        anchor = start + shown / 2 if i else 0.0
        line = 0.45 * (len(parts) - i)
        ax.plot([anchor, anchor], [0.3, line], color=COLORS[tone], linewidth=1)
        right = anchor > limit / 2
        ax.text(
            anchor + (-0.01 if right else 0.01) * limit, line, f"{label} {number}",
            ha="right" if right else "left", va="center", color=COLORS[tone],
        )  # fmt: skip
        start += shown
    ax.set_xlim(0, limit)
    ax.set_ylim(-0.4, 0.3 + 0.45 * len(parts))
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(unit)
    return ax
