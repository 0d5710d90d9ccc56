"""The figures of the catalogue: one loss and its gradient, and all of them."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lib.figures.style import COLORS

Curve = tuple[str, Callable[[float], float], Callable[[float], float]]
Plot = tuple[str, Callable[[float], float], Callable[[float], float], tuple[float, float]]


def draw_loss_and_gradient(
    axes: Sequence[Any],
    curves: Sequence[Curve],
    *,
    domain: tuple[float, float],
    x: float,
    label: str,
    points: int = 301,
) -> Sequence[Any]:
    """Draw losses of one number on the first axes and their gradients on the second.

    Parameters
    ----------
    axes : two axes.
    curves : (name, loss, gradient) of each loss; the second and later ones are dashed.
    domain : the inputs to draw.
    x : the input to mark on the first loss.
    label : the name of the input.
    points : how many inputs to evaluate.

    Examples
    --------
    >>> from lib.figures import new_figure
    >>> from lib.losses import mse_loss, mse_loss_grad
    >>> figure, axes = new_figure(2)
    >>> square = ("mse_loss", lambda x: mse_loss(x, 0.0), lambda x: mse_loss_grad(x, 0.0))
    >>> left, right = draw_loss_and_gradient(axes, [square], domain=(-4, 4), x=2.0, label="x")
    >>> right.get_title(loc="left")
    'gradient at 2.00: 4.000'
    """
    inputs = np.linspace(*domain, points)
    names, *parts = zip(*curves, strict=True)
    for ax, functions, word in zip(axes, parts, ("loss", "gradient"), strict=True):
        for i, (name, function) in enumerate(zip(names, functions, strict=True)):
            values = np.array([float(function(v)) for v in inputs])
            values[np.abs(values) > 1e3] = np.nan
            ax.plot(
                inputs, values, "--" if i else "-", color=COLORS["muted" if i else "ink"],
                label=name,
            )  # fmt: skip
        at = float(functions[0](x))
        ax.plot(x, at, "o", color=COLORS["q"], markersize=8, mec=COLORS["paper"], zorder=5)
        ax.set_title(f"{word} at {x:.2f}: {at:.3f}")
        ax.set_xlabel(label)
    axes[0].legend(loc="upper center")
    return axes


def draw_loss_gallery(
    axes: np.ndarray,
    curves: Sequence[Plot],
    *,
    points: int = 121,
    limit: float = 6.0,
) -> np.ndarray:
    """Draw one small plot a loss: its curve solid, its gradient dashed.

    Parameters
    ----------
    axes : at least as many axes as there are curves; the rest are removed.
    curves : (name, loss, gradient, domain) of each loss.
    points : how many inputs to evaluate.
    limit : the largest value drawn, in either direction.
    """
    for ax, (name, loss, gradient, domain) in zip(axes.flat, curves, strict=False):
        inputs = np.linspace(*domain, points)
        for function, style in ((loss, "-"), (gradient, "--")):
            values = np.array([float(function(x)) for x in inputs])
            values[np.abs(values) > limit] = np.nan
            ax.plot(inputs, values, style, color=COLORS["ink"], linewidth=1.3)
        ax.axhline(0, color=COLORS["rule"], linewidth=0.8, zorder=0)
        ax.set_title(name.removesuffix("_loss"), fontsize=6.5)
        ax.tick_params(labelsize=6.5)
    for ax in axes.flat[len(curves) :]:
        ax.remove()
    return axes
