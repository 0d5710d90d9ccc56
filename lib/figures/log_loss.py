"""Log loss and likelihood: events on the loss curves, a coin's likelihood, underflow."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lib.figures.style import COLORS
from lib.losses import binary_cross_entropy_with_logits

_TOP = 5.0


def draw_log_loss_events(ax: Any, probs: Sequence[float], labels: Sequence[int]) -> Any:
    """Draw the loss of a prediction for both labels, and each event on the curve of its label.

    Parameters
    ----------
    ax : axes to draw on.
    probs : predicted probabilities of the label 1, shape (N,).
    labels : what happened, 0 or 1, shape (N,). A loss above 5 nats stands at the upper edge.
    """
    p = np.linspace(1e-4, 1 - 1e-4, 800)
    ax.plot(p, -np.log(p), color=COLORS["p"], label="it happened (y = 1): −log p")
    ax.plot(p, -np.log1p(-p), color=COLORS["p"], ls="--", label="it did not (y = 0): −log(1 − p)")
    for number, (prob, label) in enumerate(zip(probs, labels, strict=True), start=1):
        with np.errstate(divide="ignore"):
            loss = -np.log(prob if label == 1 else 1 - prob)
        height = min(loss, _TOP)
        ax.plot([prob, prob], [0, height], color=COLORS["q"], linewidth=1, zorder=3)
        ax.plot(prob, height, "o", color=COLORS["q"], markersize=13, clip_on=False, zorder=4)
        ax.text(
            prob, height, str(number), color=COLORS["paper"], ha="center", va="center_baseline",
            fontsize=8, fontweight="bold", zorder=5,
        )  # fmt: skip
    ax.set(xlim=(0, 1), ylim=(0, _TOP), xlabel="predicted probability p", ylabel="loss, nats")
    ax.legend(loc="upper center")
    return ax


def _per_ten(theta: np.ndarray, heads: int, tails: int) -> Any:
    """Return the log-likelihood of one round of flips, with ``0 log 0 = 0``."""
    with np.errstate(divide="ignore", invalid="ignore"):
        up = heads * np.log(theta) if heads else 0.0
        down = tails * np.log1p(-theta) if tails else 0.0
    return up + down


def draw_likelihood(
    ax: Any, heads: int, tails: int, repeats: int = 1, *, theta: float | None = None
) -> Any:
    """Draw the likelihood of θ as a share of its maximum, computed as float64 computes products.

    Parameters
    ----------
    ax : axes to draw on.
    heads, tails : flips of each kind in one round.
    repeats : number of rounds.
    theta : a value to mark.
    """
    grid = np.linspace(0, 1, 801)
    best = heads / (heads + tails)
    top = np.exp(repeats * _per_ten(np.array(best), heads, tails))
    share = np.exp(repeats * _per_ten(grid, heads, tails)) / top if top else np.zeros_like(grid)
    ax.plot(grid, share, color=COLORS["q"])
    ax.axvline(best, color=COLORS["p"], linewidth=1, ls="--")
    if theta is not None:
        mark = np.exp(repeats * _per_ten(np.array(theta), heads, tails)) / top if top else 0.0
        ax.plot(theta, mark, "o", color=COLORS["q"], markersize=9, clip_on=False)
    if not top:
        ax.text(0.5, 0.5, "every product is 0", ha="center", color=COLORS["ink"])
    ax.set(
        xlim=(0, 1),
        ylim=(0, 1.08),
        xlabel="θ",
        title=f"likelihood, {repeats * (heads + tails)} flips",
    )
    ax.set_ylabel("share of its maximum")
    return ax


def draw_mean_log_loss(ax: Any, heads: int, tails: int, *, theta: float | None = None) -> Any:
    """Draw the mean log loss of θ a flip; it does not depend on how often the flips are repeated.

    Parameters
    ----------
    ax : axes to draw on.
    heads, tails : flips of each kind.
    theta : a value to mark.
    """
    count = heads + tails
    grid = np.linspace(0, 1, 801)
    ax.plot(grid, np.minimum(-_per_ten(grid, heads, tails) / count, 10), color=COLORS["q"])
    ax.axvline(heads / count, color=COLORS["p"], linewidth=1, ls="--")
    if theta is not None:
        loss = float(-_per_ten(np.array(theta), heads, tails) / count)
        ax.plot(theta, min(loss, 3), "o", color=COLORS["q"], markersize=9, clip_on=False)
    ax.set(xlim=(0, 1), ylim=(0, 3), xlabel="θ", ylabel="nats a flip", title="mean log loss")
    return ax


def draw_underflow(ax: Any, factors: np.ndarray, *, precision: str = "float64") -> Any:
    """Draw the running product of probabilities and the running sum of their logarithms.

    Parameters
    ----------
    ax : axes to draw on.
    factors : probabilities, shape (N,).
    precision : ``"float64"`` or ``"float32"``, the arithmetic of the product.
    """
    kind = np.dtype(precision)
    smallest = float(np.finfo(kind).smallest_subnormal)
    count = np.arange(1, len(factors) + 1)
    with np.errstate(under="ignore", divide="ignore"):
        product = np.cumprod(factors.astype(kind)).astype(float)
        logs = np.cumsum(np.log(factors)) / np.log(10)
        shown = np.where(product > 0, np.log10(np.where(product > 0, product, 1)), np.nan)
    ax.plot(count, logs, color=COLORS["h"], ls="--", label="sum of logarithms")
    ax.plot(count, shown, color=COLORS["q"], linewidth=3, alpha=0.8, label="product")
    floor = np.log10(smallest)
    ax.axhline(floor, color=COLORS["muted"], linewidth=1, ls=":")
    ax.text(0, floor, f" smallest {precision}", va="bottom", color=COLORS["muted"])
    lost = np.flatnonzero(product == 0)
    if len(lost) and np.isfinite(logs[lost[0]]):
        ax.annotate(
            f"0 from event {count[lost[0]]} on", (count[lost[0]], floor), color=COLORS["q"],
            xytext=(-8, -14), textcoords="offset points", ha="right",
        )  # fmt: skip
    ax.set(xlabel="events", ylabel="power of ten", xlim=(0, len(factors)))
    ax.legend(loc="upper right")
    return ax


def draw_growing_scores(ax: Any, leads: Sequence[float], *, largest: float = 8.0) -> Any:
    """Draw the mean log loss and the accuracy of samples while all their scores grow.

    Parameters
    ----------
    ax : axes to draw on.
    leads : by how much the right answer of each sample leads, as a logit, at scale 1.
    largest : where the scale ends.

    Examples
    --------
    >>> from lib.figures import new_figure
    >>> figure, ax = new_figure()
    >>> [float(x) for x in draw_growing_scores(ax, [1.0] * 9 + [-1.0]).get_xlim()]
    [0.0, 8.0]
    """
    scales = np.linspace(0, largest, 201)
    logits = scales[:, None] * np.asarray(leads)
    ones = np.ones_like(logits)
    loss = binary_cross_entropy_with_logits(logits, ones, reduction="none").mean(axis=-1)
    accuracy = (np.asarray(leads) > 0).mean()
    ax.plot(scales, loss, color=COLORS["ink"], label="log loss")
    ax.axhline(accuracy, color=COLORS["muted"], linestyle=":", label="accuracy")
    ax.set_xlim(0, largest)
    ax.set_ylim(0, 1.05)
    ax.set_xlabel("scale of the scores")
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return ax
