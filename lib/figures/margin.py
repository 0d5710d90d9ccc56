"""The figures of the chapter on cross-entropy and the multi-class SVM loss."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lib.figures.style import COLORS, SURFACE
from lib.losses import (
    multiclass_hinge_loss,
    multiclass_hinge_loss_grad,
    softmax_cross_entropy,
    softmax_cross_entropy_grad,
)

_DOMAIN = (-4.0, 12.0)
_LEVELS = (0.01, 0.5, 1, 2, 4, 6, 8)


def draw_score_plane(
    ax: Any,
    loss: Callable[[np.ndarray], np.ndarray],
    gradient: Callable[[np.ndarray], np.ndarray],
    *,
    scores: Sequence[float],
    grid: int = 129,
    arrows: int = 9,
) -> Any:
    """Draw a loss of three scores over the two wrong ones, with arrows of descent.

    Parameters
    ----------
    ax : axes to draw on.
    loss : maps scores, shape (..., 3), to losses, shape (...).
    gradient : maps scores, shape (..., 3), to the gradient of the same shape.
    scores : the scores to mark; the first, of the right class, is the same everywhere.
    grid, arrows : points and arrows along a side.
    """
    line = np.linspace(*_DOMAIN, grid)
    values = loss(_plane(scores[0], line))
    ax.pcolormesh(
        line, line, np.minimum(values, 10), cmap=SURFACE, vmin=0, vmax=10, shading="gouraud"
    )
    ax.contour(line, line, values, levels=_LEVELS, colors=COLORS["ink"], linewidths=0.6, alpha=0.5)
    step = (_DOMAIN[1] - _DOMAIN[0]) / arrows
    centres = _DOMAIN[0] + step * (np.arange(arrows) + 0.5)
    down = -gradient(_plane(scores[0], centres))[..., 1:]
    length = np.linalg.norm(down, axis=-1, keepdims=True)
    longest = length.max()
    down = np.where(length > 0, down / np.sqrt(np.where(length > 0, length, 1) * longest), np.nan)
    ax.quiver(
        *np.meshgrid(centres, centres), *np.moveaxis(down * 0.7 * step, -1, 0),
        angles="xy", scale_units="xy", scale=1, width=0.005, color=COLORS["ink"], alpha=0.7,
        pivot="mid",
    )  # fmt: skip
    ax.plot(
        *scores[1:], "o", color=COLORS["q"], markersize=9, mec=COLORS["paper"], mew=1.5,
        clip_on=False, zorder=5,
    )  # fmt: skip
    ax.set_aspect("equal")
    ax.set_xlabel("score of the dog")
    return ax


def _plane(right: float, line: np.ndarray) -> np.ndarray:
    """Return the scores (right, x, y) of every x and y on the line: shape (N, N, 3)."""
    x, y = np.meshgrid(line, line)
    return np.stack([np.full(x.shape, right), x, y], axis=-1)


def draw_lead_losses(axes: Sequence[Any], *, margin: float = 1.0) -> Sequence[Any]:
    """Draw both losses of two classes, and their slopes, against the lead of the right score.

    Parameters
    ----------
    axes : two axes, for the losses and for their slopes.
    margin : of the hinge loss.
    """
    lead = np.linspace(-3, 6, 361)
    scores = np.stack([lead, np.zeros_like(lead)], axis=-1)
    labels = np.zeros(lead.size, dtype=int)
    curves: list[tuple[str, str, Callable[..., Any], Callable[..., Any], dict[str, float]]] = [
        ("hinge", "--", multiclass_hinge_loss, multiclass_hinge_loss_grad, {"margin": margin}),
        ("cross-entropy", "-", softmax_cross_entropy, softmax_cross_entropy_grad, {}),
    ]
    for name, style, loss, grad, options in curves:
        value = loss(scores, labels, reduction="none", **options)
        slope = grad(scores, labels, reduction="none", **options)[:, 0]
        axes[0].plot(lead, value, style, color=COLORS["ink"], label=name)
        axes[1].plot(lead, slope, style, color=COLORS["ink"], label=name)
    for ax, title in zip(axes, ("Loss", "Slope"), strict=True):
        ax.axvline(margin, color=COLORS["muted"], linewidth=1, linestyle=":")
        ax.set_title(title)
        ax.set_xlabel("lead of the right score")
    axes[0].legend(loc="upper right")
    return axes
