"""The figures of the chapter on the KL divergence."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lib.figures.style import COLORS
from lib.information import kl_divergence, xlogy

_LOG = {"nats": 1.0, "bits": np.log(2), "bans": np.log(10)}
_RANGE = (-0.6, 1.6)  # nats


def draw_two_distributions(
    ax: Any,
    p: Sequence[float],
    q: Sequence[float],
    labels: Sequence[str],
    *,
    mixture: Sequence[float] | None = None,
) -> Any:
    """Draw P and Q as bars side by side, one pair for each outcome, and between them a mixture M.

    Examples
    --------
    >>> from lib.figures import new_figure
    >>> figure, ax = new_figure()
    >>> len(draw_two_distributions(ax, [0.5, 0.5], [0.9, 0.1], ["heads", "tails"]).patches)
    4
    """
    at = np.arange(len(labels))
    for shift, values, tone in ((-0.2, p, "p"), (0.2, q, "q")):
        bars = ax.bar(at + shift, values, width=0.38, color=COLORS[tone], label=tone.upper())
        ax.bar_label(bars, fmt="%.2f", color=COLORS[tone], fontsize=8)
    if mixture is not None:
        ax.bar(at, mixture, width=0.5, fill=False, edgecolor=COLORS["ink"], label="M")
    ax.set_xticks(at, labels)
    ax.set_ylim(0, 1.3)  # room for the legend above a bar of 1
    ax.set_yticks([0, 0.5, 1])
    ax.set_title("probabilities")
    ax.legend(loc="upper right", fontsize=8, ncols=3)
    return ax


def draw_contributions(
    ax: Any,
    p: ArrayLike,
    q: ArrayLike,
    labels: Sequence[str],
    *,
    unit: str = "nats",
    tone: str = "d",
) -> Any:
    """Draw each outcome's part of D(P‖Q), ``p log(p/q)``, and the sum of the parts.

    Parameters
    ----------
    ax : axes to draw on.
    p, q : the two distributions.
    labels : the outcomes.
    unit : ``"nats"``, ``"bits"`` or ``"bans"``.
    tone : the palette's name of the bars' colour.

    Examples
    --------
    >>> from lib.figures import new_figure
    >>> figure, ax = new_figure()
    >>> draw_contributions(ax, [1, 0], [0, 1], ["heads", "tails"]).texts[0].get_text()
    '∞'
    """
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = xlogy(p, p) - xlogy(p, q)
    values = np.append(parts, kl_divergence(p, q)) / _LOG[unit]
    low, high = (bound / _LOG[unit] for bound in _RANGE)
    fills = [COLORS["paper"]] * len(parts) + [COLORS[tone]]
    ax.bar(np.arange(values.size), np.clip(values, low, high), color=fills, edgecolor=COLORS[tone])
    ax.axhline(0, color=COLORS["muted"], linewidth=0.8)
    for x, value in enumerate(values):
        text = f"{value:.2f}".replace("-", "−") if np.isfinite(value) else "∞"
        above = value >= 0
        ax.text(
            x, np.clip(value, low, high) + (0.02 if above else -0.02) * (high - low), text,
            ha="center", va="bottom" if above else "top", color=COLORS[tone], fontsize=8,
        )  # fmt: skip
    ax.set_xticks(range(values.size), [*labels, "sum"], fontsize=8)
    ax.set_ylim(low * 1.15, high * 1.1)
    ax.set_title(f"parts of the divergence, {unit}")
    ax.set_ylabel(unit)
    return ax


def draw_log_tangent(ax: Any) -> Any:
    """Draw ln t and the line t − 1, which it touches at 1 and never crosses.

    Examples
    --------
    >>> from lib.figures import new_figure
    >>> figure, ax = new_figure()
    >>> len(draw_log_tangent(ax).lines)
    3
    """
    t = np.linspace(0.05, 3, 300)
    ax.fill_between(t, np.log(t), t - 1, color=COLORS["d"], alpha=0.15, linewidth=0)
    ax.plot(t, t - 1, color=COLORS["muted"], linestyle="--")
    ax.plot(t, np.log(t), color=COLORS["ink"])
    ax.plot(1, 0, "o", color=COLORS["d"], markersize=8, zorder=5)
    ax.text(2.2, 1.42, "t − 1", color=COLORS["muted"], ha="right")
    ax.text(2.4, 0.42, "ln t", color=COLORS["ink"])
    ax.set_xlim(0, 3)
    ax.set_ylim(-2.2, 2)
    ax.set_xlabel("t")
    return ax


def draw_fits(
    ax: Any, x: Sequence[float], p: Sequence[float], fits: Mapping[str, Sequence[float]]
) -> Any:
    """Draw a distribution as bars and up to three approximations of it as lines.

    Parameters
    ----------
    ax : axes to draw on.
    x : the outcomes.
    p : the distribution to approximate.
    fits : an approximation for each name.

    Examples
    --------
    >>> from lib.figures import new_figure
    >>> figure, ax = new_figure()
    >>> len(draw_fits(ax, [0, 1], [0.5, 0.5], {"fit": [0.4, 0.6]}).patches)
    2
    """
    ax.bar(x, p, width=0.8, color=COLORS["p"], alpha=0.55, label="P")
    for (name, q), style in zip(fits.items(), ["-", "--", ":"], strict=False):
        ax.plot(x, q, style, color=COLORS["q"], label=name)
    ax.set_xlabel("outcome")
    ax.set_ylabel("probability")
    ax.legend(fontsize=8.5)
    return ax


def draw_evidence(
    ax: Any,
    p: Sequence[float],
    q: Sequence[float],
    *,
    steps: int,
    walks: int,
    odds: float,
    seed: int = 0,
) -> Any:
    """Draw log-odds of P against Q, from even odds, while outcomes of P come in.

    Parameters
    ----------
    ax : axes to draw on.
    p, q : the true distribution and its rival, without zeros.
    steps : how many outcomes each walk sees.
    walks : how many walks are drawn.
    odds : the odds at which a level is marked.
    seed : of the outcomes.

    Examples
    --------
    >>> from lib.figures import new_figure
    >>> figure, ax = new_figure()
    >>> len(draw_evidence(ax, [0.5, 0.5], [0.6, 0.4], steps=9, walks=3, odds=20).lines)
    5
    """
    drawn = np.random.default_rng(seed).choice(len(p), size=(walks, steps), p=p)
    moves = (np.log(p) - np.log(q))[drawn]
    time = np.arange(steps + 1)
    for walk in np.cumsum(moves, axis=1):
        ax.plot(time, [0, *walk], color=COLORS["muted"], lw=0.8)
    ax.plot(time, time * kl_divergence(p, q), color=COLORS["d"], lw=2)
    ax.axhline(np.log(odds), color=COLORS["ink"], ls="--", lw=1)
    ax.annotate(f"{odds:g} to 1", (0, np.log(odds)), (2, 3), textcoords="offset points")
    ax.set(xlim=(0, steps), xlabel="tosses", title="log-odds, nats")
    return ax
