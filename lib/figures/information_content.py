"""Information content: the curve −log p, and information measured in coins."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lib._units import BASES
from lib.figures.style import COLORS
from lib.information import self_information

_COINS = 10


def draw_self_information(
    ax: Any,
    *,
    unit: str = "nats",
    points: Sequence[tuple[float, str]] = (),
    top: float = 5.0,
) -> Any:
    """Draw −log p against p up to ``top`` nats and mark ``(p, label)`` points; return ``ax``."""
    scale = float(self_information(np.exp(-1.0), base=BASES[unit]))
    p = np.linspace(np.exp(-top) / 2, 1, 600)
    ax.plot(p, self_information(p, base=BASES[unit]), color=COLORS["ink"])
    for at, label in points:
        y = min(float(self_information(at, base=BASES[unit])), top * scale)
        ax.plot([0, at, at], [y, y, 0], color=COLORS["p"], linestyle="--", linewidth=1)
        ax.plot(at, y, "o", color=COLORS["p"], markersize=7, clip_on=False, zorder=5)
        ax.annotate(
            label, (at, y), xytext=(8, 4), textcoords="offset points", color=COLORS["p"]
        )  # fmt: skip
    ax.set_xlim(0, 1)
    ax.set_ylim(0, top * scale)
    ax.set_xlabel("probability p")
    ax.set_ylabel(f"information content −log p, {unit}")
    return ax


def draw_heads(ax: Any, p: float, *, times: int = 1) -> Any:
    """Draw the bits of ``times`` events of probability ``p`` over as many heads; return ``ax``."""
    bits = float(self_information(p, base=2))
    total = times * bits
    if bits > 0:
        starts = np.minimum(np.arange(times) * min(bits, _COINS), _COINS)
        widths = np.minimum(bits, _COINS - starts)
        ax.barh(
            1, widths, left=starts, height=0.5, color=COLORS["p"], edgecolor=COLORS["paper"]
        )  # fmt: skip
    for i in range(int(min(np.ceil(total - 1e-9), _COINS))):
        width = min(1.0, total - i)
        ax.barh(0, width, left=i, height=0.5, color=COLORS["muted"], edgecolor=COLORS["paper"])
        if width == 1.0:
            ax.text(i + 0.5, 0, "H", color=COLORS["paper"], ha="center", va="center_baseline")
    heads = f"{total:.2f}" if np.isfinite(total) else "∞"
    again = "the event" if times == 1 else f"the event, {times} times in a row"
    ax.text(0, 1.32, again, color=COLORS["p"], va="bottom")
    ax.text(0, 0.32, f"{heads} heads in a row", color=COLORS["muted"], va="bottom")
    ax.set_xlim(0, _COINS)
    ax.set_ylim(-0.4, 1.8)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.set_xlabel("bits" + (" (cut at 10)" if total > _COINS else ""))
    ax.set_box_aspect(0.5)
    return ax
