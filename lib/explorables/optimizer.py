"""Four optimisers from one start: what each makes of the same gradient."""

from functools import lru_cache
from typing import Any

import numpy as np

from lib._types import Array
from lib.explorables._base import Explorable, Quantity, counted
from lib.explorables._traits import Choice, Integer, Number
from lib.figures import draw_descent_values, draw_paths, new_figure
from lib.optimizers import Optimizer, adam, sgd
from lib.randomness import PortableRandom
from lib.training import gradient_descent

MOST_STEPS = 100
#: The curvature of the steepest direction, which limits the plain rate to 0.2.
STEEPEST = 10.0
#: The last colour and the contours of each surface.
HEIGHTS = {
    "ravine": (80, [0.5, 2, 5, 10, 20, 40, 60]),
    "saddle": (20, [0.5, 1, 2, 4, 8, 12, 16]),
    "bowl": (80, [0.5, 2, 5, 10, 20, 40, 60]),
}
#: What the methods are called, in the order of the quantities.
NAMES = {"plain": "plain", "momentum": "momentum", "nesterov": "Nesterov", "adam": "Adam"}


class OptimizerExplorer(Explorable):
    """Plain descent, momentum, Nesterov's momentum and Adam, from one start, step by step.

    Parameters
    ----------
    surface : ``"ravine"``, ½ (10 x²/κ + 10 y²); ``"saddle"``, with a valley at x = −3 and another
        at 3; or ``"bowl"``, 5 (x² + y²), whose gradient is noisy.
    curvature : κ of the ravine, how many times as curved it is across as along.
    rate : α of plain descent and of both kinds of momentum.
    momentum : μ, the share of the velocity that stays; it is Adam's β₁ too.
    adam_rate : α of Adam.
    b2 : Adam's β₂.
    noise : standard deviation of the noise in the bowl's gradient; all four meet the same.
    seed : of the noise.
    x, y : where all four start.
    view : ``"map"`` or ``"surface"``, f seen from above or in three dimensions.
    steps : steps taken, 0 to 100.

    Examples
    --------
    >>> explorer = OptimizerExplorer(curvature=100, rate=0.15, steps=60)
    >>> explorer.momentum_loss < explorer.plain_loss
    True
    """

    name = "optimizer"
    title = "Four optimisers"
    prompt = {
        "map": "Press Play: one gradient, four ways to use it. Then stretch the ravine with κ.",
        "surface": "Turn the surface and press Play: one gradient, four ways to use it.",
    }
    challenge = (
        "In a ravine of κ = 100, start at |x| ≥ 3 where f is 20 or more, and find α and μ with "
        "which momentum comes below 0.001 within 40 steps and stays there for the rest of the 100."
    )
    solutions = [{"curvature": 100.0, "rate": 0.31, "momentum": 0.7}]

    surface = Choice(
        "ravine",
        {"ravine": "ravine", "saddle": "saddle", "bowl": "bowl with noise"},
        label="Surface",
    )
    curvature = Number(30, 1, 100, step=1, label="Curvature ratio κ")
    rate = Number(0.1, 0.001, 0.35, step=0.001, label="Rate α")
    momentum = Number(0.8, 0, 0.99, step=0.01, label="Momentum μ, Adam's β₁")
    adam_rate = Number(0.15, 0.01, 0.5, step=0.001, label="Adam's rate")
    b2 = Number(0.999, 0.9, 0.9999, step=0.0001, label="Adam's β₂")
    noise = Number(1, 0, 3, step=0.1, label="Noise")
    seed = Integer(1, 1, 99, label="Seed of the noise")
    x = Number(-4, -5, 5, step=0.1, label="Start, x")
    y = Number(2, -4, 4, step=0.1, label="Start, y")
    view = Choice("map", {"map": "map", "surface": "3-D"}, label="View")
    steps = Integer(MOST_STEPS, 0, MOST_STEPS, label="Steps taken")

    def path(self, method: str) -> Array:
        """Return the points that a method passes through, shape (steps + 1, 2).

        ``method`` is ``"plain"``, ``"momentum"``, ``"nesterov"`` or ``"adam"``.
        """
        noise = self.noise if self.surface == "bowl" else 0.0
        rate = self.adam_rate if method == "adam" else self.rate
        options = (self.momentum, self.b2)
        start = (self.x, self.y)
        return _path(
            method, rate, options, self.surface, self.curvature, start, noise, self.seed, self.steps
        )

    def _loss(self, method: str) -> float:
        return float(surface_value(self.surface, self.curvature, self.path(method)[-1]))

    @Quantity("f, plain (dashed)", tone="q", scientific=True)
    def plain_loss(self) -> float:
        """The value of f where plain descent has come to."""
        return self._loss("plain")

    @Quantity("f, momentum (solid)", scientific=True)
    def momentum_loss(self) -> float:
        """The value of f where momentum has come to."""
        return self._loss("momentum")

    @Quantity("f, Nesterov (dotted)", tone="h", scientific=True)
    def nesterov_loss(self) -> float:
        """The value of f where Nesterov's momentum has come to."""
        return self._loss("nesterov")

    @Quantity("f, Adam (dash-dot)", tone="d", scientific=True)
    def adam_loss(self) -> float:
        """The value of f where Adam has come to."""
        return self._loss("adam")

    @Quantity("Adam's longest step along x or y ÷ rate", decimals=3, tone="d")
    def adam_longest(self) -> float:
        """The longest of Adam's steps so far along x or y, in units of its rate."""
        steps = np.abs(np.diff(self.path("adam"), axis=0))
        return float(steps.max(initial=0) / self.adam_rate)

    def describe(self) -> str:
        surface = type(self).surface.options[self.surface]
        return f"{super().describe()} On the {surface}, after {counted(self.steps, 'step')}."

    def figure(self) -> Any:
        figure, axes = new_figure(2, height=3.1, width_ratios=[1.2, 1])
        paths = {NAMES[k]: self.path(k) for k in ("momentum", "plain", "nesterov", "adam")}
        top, levels = HEIGHTS[self.surface]

        def value(points: Array) -> Array:
            return surface_value(self.surface, self.curvature, points)

        draw_paths(axes[0], value, paths, limits=(5, 4), domain=(0, top), levels=levels)
        draw_descent_values(axes[1], {name: value(path) for name, path in paths.items()})
        return figure


def surface_value(surface: str, curvature: float, points: Array) -> Array:
    """Return f of points, shape (..., 2)."""
    x, y = points[..., 0], points[..., 1]
    if surface == "saddle":
        return 0.5 * (x * x - 9) * (x * x - 9) / (x * x + 9) + y * y
    along = STEEPEST / curvature if surface == "ravine" else STEEPEST
    return 0.5 * (along * x * x + STEEPEST * y * y)


def surface_slope(surface: str, curvature: float, point: Array) -> Array:
    """Return the gradient of f at a point, shape (2,)."""
    x, y = point
    if surface == "saddle":
        square = x * x
        return np.array([x * (square - 9) * (square + 27) / ((square + 9) * (square + 9)), 2 * y])
    along = STEEPEST / curvature if surface == "ravine" else STEEPEST
    return np.array([along * x, STEEPEST * y])


def _optimizer(method: str, rate: float, momentum: float, b2: float) -> Optimizer:
    if method == "adam":
        return adam(rate, b1=momentum, b2=b2)
    if method == "plain" or momentum == 0:
        return sgd(rate)
    return sgd(rate, momentum=momentum, nesterov=method == "nesterov")


@lru_cache(maxsize=256)
def _path(
    method: str,
    rate: float,
    options: tuple[float, float],
    surface: str,
    curvature: float,
    start: tuple[float, float],
    noise: float,
    seed: int,
    steps: int,
) -> Array:
    return gradient_descent(
        lambda point: surface_slope(surface, curvature, point),
        start,
        optimizer=_optimizer(method, rate, *options),
        steps=steps,
        noise=noise,
        rng=PortableRandom(seed),
    )
