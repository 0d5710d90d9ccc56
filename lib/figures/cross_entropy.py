"""The figures of the chapter on cross-entropy."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lib.figures.style import COLORS
from lib.information import (
    binary_entropy,
    cross_entropy,
    entropy,
    kl_divergence,
    self_information,
)


def draw_two_outcome_cross_entropy(ax: Any, p: float, *, limit: float = 3.0) -> Any:
    """Draw H(P, Q) of two outcomes against the predicted probability of the first.

    Parameters
    ----------
    ax : axes to draw on.
    p : true probability of the first outcome.
    limit : the loss, in nats, at which the plot is cut.

    Examples
    --------
    >>> from lib.figures import new_figure
    >>> figure, ax = new_figure()
    >>> draw_two_outcome_cross_entropy(ax, 0.7).get_title("left")
    'P = (0.7, 0.3)'
    """
    q = np.linspace(0, 1, 401)
    loss = cross_entropy([p, 1 - p], np.stack([q, 1 - q], axis=-1))
    floor = float(binary_entropy(p))
    ax.plot(q, np.minimum(loss, 2 * limit), color=COLORS["ink"])
    ax.axhline(floor, color=COLORS["h"], linestyle="--", linewidth=1.4)
    ax.plot(p, floor, "o", color=COLORS["p"], markersize=8, clip_on=False, zorder=5)
    below = floor > 0.3  # where there is room under the line, the label is clear of the curve
    ax.text(
        0.04, floor + (-0.06 if below else 0.06), f"H(P) = {floor:.3f}",
        color=COLORS["h"], va="top" if below else "bottom",
    )  # fmt: skip
    ax.set_xlim(0, 1)
    ax.set_ylim(0, limit)
    ax.set_xticks([0, 0.5, 1])
    ax.set_title(f"P = ({p:g}, {1 - p:g})", color=COLORS["p"])
    ax.set_xlabel("prediction q")
    return ax


def draw_decomposition(
    ax: Any, p: Sequence[float], predictions: Mapping[str, Sequence[float]]
) -> Any:
    """Draw a bar for each prediction: H(P), and D(P‖Q) on top of it, in nats.

    Parameters
    ----------
    ax : axes to draw on.
    p : the true distribution.
    predictions : a distribution for each name.

    Examples
    --------
    >>> from lib.figures import new_figure
    >>> figure, ax = new_figure()
    >>> bars = draw_decomposition(ax, [0.5, 0.5], {"fair": [0.5, 0.5], "loaded": [0.9, 0.1]})
    >>> [label.get_text() for label in bars.get_yticklabels()]
    ['fair', 'loaded']
    """
    floor = float(entropy(p))
    for row, q in enumerate(predictions.values()):
        extra = float(kl_divergence(p, q))
        ax.barh(row, floor, height=0.62, color=COLORS["h"])
        ax.barh(row, extra, left=floor, height=0.62, color=COLORS["d"])
        ax.text(
            floor + extra + 0.015, row, f"{floor:.3f} + {extra:.3f} = {floor + extra:.3f}",
            va="center", color=COLORS["ink"],
        )  # fmt: skip
    # The names stand on their parts, D(P‖Q) on the widest of them.
    extras = [float(kl_divergence(p, q)) for q in predictions.values()]
    widest = int(np.argmax(extras))
    look = {"ha": "center", "va": "center", "color": COLORS["paper"], "weight": "bold"}
    ax.text(floor / 2, widest, "H(P)", **look)
    ax.text(floor + extras[widest] / 2, widest, "D(P‖Q)", **look)
    ax.set_yticks(range(len(predictions)), list(predictions))
    ax.set_ylim(len(predictions) - 0.5, -0.5)
    ax.set_xlim(0, 1.7 * (floor + extras[widest]))
    ax.set_xlabel("H(P, Q) in nats")
    return ax


def draw_surcharge_tiles(
    ax: Any, p: Sequence[float], q: Sequence[float], labels: Sequence[str]
) -> Any:
    """Draw each outcome as a tile P wide and −ln Q tall, and where −ln P stands on it.

    The tile up to −ln P has the entropy's colour. What −ln Q adds is filled in the divergence's,
    what it lacks is hatched on the tile.

    Parameters
    ----------
    ax : axes to draw on.
    p, q : the truth and the prediction, without zeros.
    labels : the outcomes.

    Examples
    --------
    >>> from lib.figures import new_figure
    >>> figure, ax = new_figure()
    >>> len(draw_surcharge_tiles(ax, [0.5, 0.5], [0.6, 0.4], ["yes", "no"]).patches)
    4
    """
    wide = np.asarray(p, dtype=float)
    own, paid = self_information(wide), self_information(q)
    left = np.cumsum(wide) - wide
    edge = {"align": "edge", "edgecolor": COLORS["paper"], "linewidth": 2}
    ax.bar(left, own, width=wide, color=COLORS["h"], alpha=0.55, **edge)
    for start, width, low, high, label in zip(left, wide, own, paid, labels, strict=True):
        look = {"color": COLORS["d"], "alpha": 0.55}
        if high < low:
            look = {"fill": False, "hatch": "////", "ec": COLORS["d"], "lw": 0}
        if high != low:
            bottom, height = min(low, high), abs(high - low)
            ax.bar(start, height, width=width, bottom=bottom, align="edge", **look)
        ax.text(start + width / 2, -0.03, label, ha="center", va="top")
    ax.set(xlim=(0, 1), ylim=(0, 1.1 * max(own.max(), paid.max())), xticks=[])
    ax.set_xlabel("each tile is P wide", labelpad=14)
    ax.set_title(f"H(P, Q) = {cross_entropy(p, q):.3f} nats", color=COLORS["ink"])
    return ax
