"""Entropy: tiles whose area it is, the binary curve, and a code's share of the Kraft budget."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lib._units import BASES
from lib.coding import kraft_sum, prefix_code
from lib.figures.style import COLORS
from lib.information import binary_entropy, entropy, self_information


def draw_information_tiles(
    ax: Any, p: ArrayLike, labels: Sequence[str], *, unit: str = "nats", top: float = 3.5
) -> Any:
    """Draw each outcome as a tile, p wide and −log p tall up to ``top`` nats; return ``ax``."""
    base = BASES[unit]
    p = np.asarray(p, dtype=float)
    limit = top * float(self_information(np.exp(-1.0), base=base))
    heights = self_information(p, base=base)
    mean = float(entropy(p, base=base))
    left = np.cumsum(p) - p
    for x, start, height, label in zip(p, left, heights, labels, strict=True):
        if x == 0:
            continue
        shown = min(height, limit)
        ax.bar(
            start, shown, width=x, align="edge", color=COLORS["h"], alpha=0.55,
            edgecolor=COLORS["paper"], linewidth=2,
        )  # fmt: skip
        if x > 0.08:
            middle = start + x / 2
            inside = shown > 0.12 * limit
            # On a flat tile the area stands above, and above the line of the mean if that is near.
            above = mean if shown <= mean < shown + 0.12 * limit else shown
            y = 0.02 * limit if inside else above + 0.02 * limit
            ax.text(middle, y, f"{x * height:.3f}", ha="center", va="bottom")
            ax.text(middle, -0.03 * limit, label, ha="center", va="top")
    ax.axhline(mean, color=COLORS["h"], linestyle="--", linewidth=1.2)
    ax.set_title(f"all area = mean height = H(P) = {mean:.3f} {unit}", color=COLORS["h"])
    ax.set_xlim(0, 1)
    ax.set_ylim(0, limit)
    ax.set_xticks([])
    ax.set_xlabel("each tile is p wide", labelpad=16)
    ax.set_ylabel(f"−log p, {unit}")
    return ax


def draw_binary_entropy(ax: Any, *, unit: str = "nats", point: float | None = None) -> Any:
    """Draw the entropy of two outcomes against the probability of one; return ``ax``."""
    p = np.linspace(0, 1, 401)
    ax.plot(p, binary_entropy(p, base=BASES[unit]), color=COLORS["h"])
    if point is not None:
        y = float(binary_entropy(point, base=BASES[unit]))
        ax.plot([0, point, point], [y, y, 0], color=COLORS["p"], linestyle="--", linewidth=1)
        ax.plot(point, y, "o", color=COLORS["p"], markersize=7, clip_on=False, zorder=5)
    ax.set_xlim(0, 1)
    ax.set_ylim(0, float(binary_entropy(0.5, base=BASES[unit])) * 1.08)
    ax.set_xlabel("probability p")
    ax.set_ylabel(f"H(p), {unit}")
    return ax


def draw_kraft_budget(ax: Any, lengths: Sequence[int], labels: Sequence[str]) -> Any:
    """Draw codewords as shares 2^(−length) of the Kraft budget of 1, end to end; return ``ax``."""
    total = float(kraft_sum(lengths))
    fits = total <= 1
    words = prefix_code(lengths) if fits else [""] * len(lengths)
    color = COLORS["ink"] if fits else COLORS["d"]
    start = 0.0
    for i in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        share = 2.0 ** -lengths[i]
        ax.barh(0, share, left=start, height=0.5, color=color, edgecolor=COLORS["paper"])
        if share > 0.05:
            middle = start + share / 2
            ax.text(middle, 0, words[i], color=COLORS["paper"], ha="center", va="center_baseline")
            ax.text(middle, -0.32, labels[i], ha="center", va="top")
        start += share
    ax.axvline(1, color=COLORS["q"], linewidth=2, ymax=0.8)
    ax.text(1, 0.62, "budget", color=COLORS["q"], ha="center", va="bottom")
    verdict = "" if fits else ": no such code"
    ax.text(0, 0.32, f"Kraft sum {total:.3f}{verdict}", color=color, va="bottom")
    ax.set_xlim(0, max(1.5, total))
    ax.set_ylim(-0.6, 0.9)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.set_xlabel("share of all codewords, 2^(−length)")
    ax.set_box_aspect(0.45)
    return ax
