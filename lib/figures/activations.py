"""Activations: functions with their slopes, products of slopes, and tables of pairs."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lib.activations import relu, relu_grad, sigmoid, sigmoid_grad, tanh, tanh_grad
from lib.figures.style import COLORS

_FUNCTIONS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "sigmoid": (sigmoid, sigmoid_grad),
    "tanh": (tanh, tanh_grad),
    "relu": (relu, relu_grad),
}
_NAMES = {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU"}
_DASHES = {"sigmoid": "-", "tanh": "--", "relu": ":"}
_LIMITS = {"sigmoid": (-0.1, 1.15), "tanh": (-1.15, 1.15), "relu": (-0.5, 6)}
_FREE = {"sigmoid": "upper left", "tanh": "lower right", "relu": "upper left"}


def draw_activation(ax: Any, activation: str, *, x: float | None = None) -> Any:
    """Draw an activation in orange and its derivative dashed in ink.

    Parameters
    ----------
    ax : axes.
    activation : ``"sigmoid"``, ``"tanh"`` or ``"relu"``.
    x : an input to mark on both curves.
    """
    function, derivative = _FUNCTIONS[activation]
    reach = 6 if x is None or abs(x) <= 6 else 10
    inputs = np.linspace(-reach, reach, 601)
    ax.plot(inputs, function(inputs), color=COLORS["q"], label="f(x)")
    # The slope of ReLU jumps: two pieces, so that no line joins them.
    pieces = [inputs[inputs < 0], inputs[inputs > 0]] if activation == "relu" else [inputs]
    for i, piece in enumerate(pieces):
        label = "f′(x)" if i == 0 else None
        ax.plot(piece, derivative(piece), "--", color=COLORS["ink"], label=label)
    if x is not None:
        ax.plot(x, function(x), "o", color=COLORS["q"], zorder=4)
        ax.plot(x, derivative(x), "o", color=COLORS["ink"], zorder=4)
    low, high = _LIMITS[activation]
    ax.set_xlim(-reach, reach)
    ax.set_ylim(low, high if activation != "relu" else reach)
    ax.set_title(_NAMES[activation])
    ax.set_xlabel("x")
    ax.legend(loc=_FREE[activation], handlelength=1.5)
    return ax


def draw_slope_products(
    ax: Any, *, x: float, weight: float = 1.0, depth: int = 20, activation: str | None = None
) -> Any:
    """Draw the size of the product of slopes after each of `depth` layers, for each activation.

    Products below 1e-12, and those that are 0, stand on the lower border. With `activation` that
    line is the one in ink; without, they are told apart by their dashes alone.
    """
    for name, (function, derivative) in _FUNCTIONS.items():
        h, products = x, [1.0]
        for _ in range(depth):
            products.append(products[-1] * float(weight * derivative(weight * h)))
            h = function(weight * h)
        chosen = activation in (None, name)
        ax.plot(
            range(depth + 1), np.maximum(np.abs(products), 1e-12), _DASHES[name],
            marker="o" if activation else None, markersize=3,
            color=COLORS["ink" if chosen else "muted"], label=_NAMES[name],
        )  # fmt: skip
    ax.set_yscale("log")
    ax.set_ylim(1e-12, 1e4)
    ax.set_xlim(0, depth)
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.set_xlabel("layers")
    ax.set_title("product of slopes")
    ax.legend(loc="lower left")
    return ax


def draw_pairing(
    ax: Any, gradients: np.ndarray, outputs: Sequence[str], losses: Sequence[str]
) -> Any:
    """Draw ∂L/∂z of each output activation (rows) with each loss (columns) as a table.

    Matched pairs stand on the diagonal, in teal; NaN is written as undefined.
    """
    for (i, j), value in np.ndenumerate(gradients):
        text = "undefined" if np.isnan(value) else f"{value:.3g}"
        color = COLORS["h" if i == j else "ink"]
        ax.text(j, i, text, ha="center", va="center", color=color, fontsize=9)
    rows, columns = gradients.shape
    ax.set_xlim(-0.5, columns - 0.5)
    ax.set_ylim(rows - 0.5, -0.5)
    ax.set_xticks(range(columns), losses)
    ax.set_yticks(range(rows), outputs)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.hlines(np.arange(rows) - 0.5, -0.5, columns - 0.5, color=COLORS["muted"], linewidth=0.6)
    return ax
