"""The gradient of cross-entropy beside that of squared error."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from lib.figures.style import COLORS, SURFACE

_TONES = {"cross_entropy": "d", "squared_error": "ink"}
_DASHES = {"cross_entropy": "-", "squared_error": "--"}
_NAMES = {"cross_entropy": "cross-entropy", "squared_error": "½ squared error"}


def draw_loss_over_logit(
    ax: Any,
    name: str,
    loss: Callable[[Any, Any], Any],
    y: int,
    start: float | None = None,
    end: float | None = None,
) -> Any:
    """Draw a loss against the logit, and where a neuron starts and has come to.

    Parameters
    ----------
    ax : axes to draw on.
    name : ``"cross_entropy"`` or ``"squared_error"``.
    loss : function of one logit and its label.
    y : the label, 0 or 1.
    start, end : logits to mark.
    """
    z = np.linspace(-10, 10, 401)
    color = COLORS[_TONES[name]]
    ax.plot(z, [loss(at, y) for at in z], color=color, ls=_DASHES[name])
    if start is not None:
        ax.plot(start, loss(start, y), "o", mfc=COLORS["paper"], mec=COLORS["q"], markersize=9)
    if end is not None:
        ax.plot(end, loss(end, y), "o", color=COLORS["q"], markersize=7)
    ax.set(xlim=(-10, 10), xlabel="logit z", title=_NAMES[name])
    ax.set_ylim(bottom=0)
    return ax


def draw_learning_curves(ax: Any, distances: Mapping[str, Any]) -> Any:
    """Draw how far the output is from the label after each step, for one loss or several.

    Parameters
    ----------
    ax : axes to draw on.
    distances : |p − y| by the name of the loss, each of shape (steps + 1,).
    """
    for name, values in distances.items():
        ax.plot(values, color=COLORS[_TONES[name]], ls=_DASHES[name], label=_NAMES[name])
    ax.set(xlabel="step", ylim=(0, 1), title="|p − y|")
    ax.legend(loc="upper right", fontsize=9)
    return ax


def draw_slopes(ax: Any, slopes: Mapping[str, Callable[[Any, Any], Any]], y: int) -> Any:
    """Draw the size of each loss's derivative against the logit.

    Parameters
    ----------
    ax : axes to draw on.
    slopes : derivatives by the name of the loss, functions of a logit and its label.
    y : the label, 0 or 1.
    """
    z = np.linspace(-10, 10, 401)
    for name, slope in slopes.items():
        sizes = [abs(slope(at, y)) for at in z]
        ax.plot(z, sizes, color=COLORS[_TONES[name]], ls=_DASHES[name], label=_NAMES[name])
    ax.set(xlim=(-10, 10), ylim=(0, 1.05), xlabel="logit z", ylabel="|∂L/∂z|")
    ax.legend(loc="center left")
    return ax


def draw_descent(
    ax: Any,
    name: str,
    loss: Callable[[np.ndarray], float],
    gradient: Callable[[np.ndarray], np.ndarray],
    path: np.ndarray,
    *,
    limit: float = 6.0,
) -> Any:
    """Draw a loss over weight and bias, arrows of descent and a path through it.

    Parameters
    ----------
    ax : axes to draw on.
    name : ``"cross_entropy"`` or ``"squared_error"``.
    loss, gradient : functions of a weight and a bias, shape (2,).
    path : weights and biases, shape (steps + 1, 2).
    limit : half the side of the square that is drawn.
    """
    side = np.linspace(-limit, limit, 61)
    values = np.array([[loss(np.array([w, b])) for w in side] for b in side])
    low, top = {"cross_entropy": (0.47, 4.0), "squared_error": (0.08, 0.5)}[name]
    ax.pcolormesh(
        side, side, values, cmap=SURFACE, vmin=low, vmax=top, shading="gouraud", rasterized=True
    )
    levels = np.linspace(0, top, 9)[1:]
    ax.contour(side, side, values, levels=levels, colors=COLORS["ink"], linewidths=0.6, alpha=0.5)
    at = np.linspace(-limit, limit, 19)[1::2]
    field = np.array([[-gradient(np.array([w, b])) for w in at] for b in at])
    length = np.linalg.norm(field, axis=-1, keepdims=True)
    field *= 1.1 / np.sqrt(np.maximum(length, 1e-12) * length.max())
    ax.quiver(
        *np.meshgrid(at, at), field[..., 0], field[..., 1], angles="xy", scale_units="xy", scale=1,
        width=0.005, color=COLORS["ink"], alpha=0.7, pivot="mid",
    )  # fmt: skip
    ax.plot(*path.T, color=COLORS["q"], linewidth=2.5)
    ax.plot(*path[0], "o", mfc=COLORS["paper"], mec=COLORS["q"], markersize=9, clip_on=False)
    ax.plot(*path[-1], "o", color=COLORS["q"], markersize=7, clip_on=False)
    ax.set(xlabel="weight w", ylabel="bias b", title=_NAMES[name], aspect="equal")
    return ax
