"""The figures of the chapter on rare classes, weights and focus."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from lib.figures.style import COLORS, SURFACE
from lib.imbalance import best_constant
from lib.losses import sigmoid_focal_loss

_BIASES = (-7.0, 10.0)
_SLOPES = (-2.0, 4.0)
_LEVELS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.5)
_LOOKS = {"true": ("p", "-"), "said": ("q", "-"), "undone": ("q", "--")}


def draw_line_loss(
    ax: Any,
    loss: Callable[[Any, Any], Any],
    *,
    line: tuple[float, float],
    title: str = "loss, nats",
) -> Any:
    """Draw the loss of a logit a x + b over its bias and slope, and where a model stands.

    Parameters
    ----------
    ax : axes to draw on.
    loss : maps slopes and biases of one shape to losses.
    line : the model's slope and bias.
    title : words above it.
    """
    bias, slope = np.linspace(*_BIASES, 97), np.linspace(*_SLOPES, 97)
    b, a = np.meshgrid(bias, slope)
    values = loss(a, b)
    ax.pcolormesh(
        bias, slope, np.minimum(values, 2), cmap=SURFACE, vmin=0, vmax=2, shading="gouraud",
        rasterized=True,
    )  # fmt: skip
    ax.contour(bias, slope, values, levels=_LEVELS, colors=COLORS["ink"], linewidths=0.6, alpha=0.5)
    ax.plot(
        line[1], line[0], "o", color=COLORS["q"], markersize=9, mec=COLORS["paper"], mew=1.5,
        clip_on=False, zorder=5,
    )  # fmt: skip
    ax.set(xlim=_BIASES, ylim=_SLOPES, xlabel="bias b", ylabel="slope a", title=title)
    return ax


def draw_rare_class(
    ax: Any, x: Any, curves: Mapping[str, Any], *, threshold: float | None = None
) -> Any:
    """Draw the probability of the rare class over the score: true, said, and undone.

    Parameters
    ----------
    ax : axes to draw on.
    x : scores, of shape (K,).
    curves : probabilities of shape (K,) by their names, ``"true"``, ``"said"``, ``"undone"``.
    threshold : probability that is marked, if any.
    """
    for name, values in curves.items():
        tone, dash = _LOOKS[name]
        ax.plot(x, values, dash, color=COLORS[tone], label=name)
    if threshold is not None:
        ax.axhline(threshold, color=COLORS["muted"], linewidth=1, linestyle=":")
    ax.set(xlabel="score x", ylim=(0, 1), title="probability of the rare class")
    ax.legend(loc="upper left", fontsize=9)
    return ax


def draw_best_constants(
    left: Any, right: Any, prior: float, *, class_weight: float = 1.0, gamma: float = 0.0
) -> tuple[Any, Any]:
    """Draw what a constant answer costs, and the best one against the true share.

    Parameters
    ----------
    left, right : axes to draw on.
    prior : share of class 1, in (0, 1).
    class_weight : weight of class 1.
    gamma : exponent of the focal loss.
    """
    q = np.linspace(0.002, 0.998, 499)
    z = np.log(q) - np.log1p(-q)
    share = class_weight * prior / (class_weight * prior + 1 - prior)
    losses = [sigmoid_focal_loss(z, y + 0 * z, gamma=gamma, reduction="none") for y in (0, 1)]
    best = best_constant(prior, class_weight=class_weight, gamma=gamma)
    left.plot(q, (1 - share) * losses[0] + share * losses[1], color=COLORS["d"])
    left.axvline(prior, color=COLORS["p"], linewidth=1, linestyle=":")
    left.axvline(best, color=COLORS["q"], linewidth=1)
    left.set(xlim=(0, 1), ylim=(0, 1.5), xlabel="constant answer q", title="mean loss, nats")
    shares = np.linspace(0, 1, 201)
    right.plot(shares, shares, ":", color=COLORS["muted"])
    right.plot(
        shares, best_constant(shares, class_weight=class_weight, gamma=gamma), color=COLORS["q"]
    )
    right.plot(prior, best, "o", color=COLORS["q"])
    right.set(xlim=(0, 1), ylim=(0, 1), xlabel="true share π", title="best constant")
    return left, right
