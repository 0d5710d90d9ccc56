"""Learning-rate schedules side by side, and what each does to a noisy descent."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from lib.explorables._base import Explorable, Quantity, counted
from lib.explorables._schedules import SCHEDULES, schedules_of
from lib.explorables._traits import Choice, Integer, Number
from lib.figures import draw_descent_values, draw_paths, draw_schedules, new_figure
from lib.randomness import PortableRandom
from lib.schedules import constant, with_linear_warmup
from lib.training import gradient_descent

#: ½ (a x² + b y²): the two curvatures of each surface.
SURFACES = {"bowl": (4.4, 4.4), "ravine": (1.0, 10.0)}
MOST_STEPS = 200
#: Iterations that make an epoch, where the schedule counts epochs.
EPOCH = 10
#: How many of the last points the mean value is taken over.
TAIL = 20


class ScheduleExplorer(Explorable):
    """A learning-rate schedule, and the descent it drives beside one at the constant rate.

    Parameters
    ----------
    schedule : ``"constant"``, ``"step"``, ``"exponential"``, ``"inverse_time"`` or ``"cosine"``.
    surface : ``"bowl"``, curved alike in both directions, or ``"ravine"``, ten times as steep
        across as along.
    per : what the schedule counts, ``"iteration"`` or ``"epoch"`` of ten iterations.
    init_value : α₀, the first rate.
    step_size, gamma : of step decay: drop by γ every ``step_size``.
    k : of exponential and 1/t decay.
    warmup : how many counts the rate climbs for before the schedule begins.
    noise : standard deviation of the noise in the gradient; both descents meet the same.
    seed : of the noise.
    x, y : where both start.
    view : ``"map"`` or ``"surface"``, f seen from above or in three dimensions.
    steps : iterations taken, 0 to 200.

    Examples
    --------
    >>> explorer = ScheduleExplorer(schedule="step", step_size=50, gamma=0.1, steps=200)
    >>> explorer.loss < explorer.constant_loss
    True
    """

    name = "schedule"
    title = "Learning-rate schedules"
    prompt = {
        "map": "Press Play: a constant rate never settles. Then choose a schedule that does.",
        "surface": "Turn the surface and press Play: a constant rate goes on jumping across it.",
    }
    challenge = (
        "In the ravine, with noise of 1 or more and 200 steps, "
        "bring the mean of the last 20 values below 0.001."
    )
    solutions = [{"schedule": "step", "step_size": 80, "gamma": 0.1, "noise": 1.0, "steps": 200}]

    schedule = Choice("step", SCHEDULES, label="Schedule")
    surface = Choice("ravine", {"bowl": "bowl", "ravine": "ravine"}, label="Surface")
    per = Choice("iteration", {"iteration": "iteration", "epoch": "epoch (10)"}, label="Counts")
    init_value = Number(0.15, 0.01, 0.5, step=0.01, label="First rate α₀")
    step_size = Integer(60, 1, 200, label="Drop every s")
    gamma = Number(0.2, 0.05, 1, step=0.05, label="Drop by γ")
    k = Number(0.02, 0, 0.5, step=0.005, label="Decay k")
    warmup = Integer(0, 0, 50, label="Warm-up")
    noise = Number(1.5, 0, 3, step=0.1, label="Noise")
    seed = Integer(1, 1, 99, label="Seed of the noise")
    x = Number(-4, -5, 5, step=0.1, label="Start, x")
    y = Number(2, -4, 4, step=0.1, label="Start, y")
    view = Choice("map", {"map": "map", "surface": "3-D"}, label="View")
    steps = Integer(200, 0, MOST_STEPS, label="Steps taken")

    def schedules(self) -> dict[str, Callable[[Any], Any]]:
        """Return all five schedules with the current options, by name; functions of the step."""
        unit = self.unit
        plain = schedules_of(self, decay_steps=MOST_STEPS // unit)
        warm = {
            name: with_linear_warmup(schedule, warmup_steps=self.warmup)
            for name, schedule in plain.items()
        }
        return {name: _every(unit, schedule) for name, schedule in warm.items()}

    @property
    def unit(self) -> int:
        """Iterations in one count of the schedule."""
        return EPOCH if self.per == "epoch" else 1

    def path(self, *, at_constant_rate: bool = False) -> np.ndarray:
        """Return the points passed through, shape (steps + 1, 2)."""
        rate = constant(self.init_value) if at_constant_rate else self.schedules()[self.schedule]
        rates = tuple(np.atleast_1d(rate(np.arange(MOST_STEPS))).tolist())
        return _path(self.surface, rates, (self.x, self.y), self.noise, self.seed, self.steps)

    def _tail(self, path: np.ndarray) -> float:
        return float(surface_value(self.surface, path[-TAIL:]).mean())

    @Quantity("rate α now", scientific=True)
    def learning_rate(self) -> float:
        """The rate that the next step would take."""
        return float(self.schedules()[self.schedule](self.steps))

    @Quantity("sum of all rates")
    def sum_of_rates(self) -> float:
        """How far the descent could have come, as the sum of the rates of its steps."""
        return float(np.sum(self.schedules()[self.schedule](np.arange(self.steps))))

    @Quantity("f, mean of last 20", scientific=True)
    def loss(self) -> float:
        """The mean of f over the last 20 points of the descent."""
        return self._tail(self.path())

    @Quantity("f at constant rate, mean of last 20", tone="q", scientific=True)
    def constant_loss(self) -> float:
        """The same for the descent at the constant rate α₀."""
        return self._tail(self.path(at_constant_rate=True))

    def describe(self) -> str:
        schedule, surface = SCHEDULES[self.schedule], self.surface
        steps = counted(self.steps, "step")
        return f"{super().describe()} The {schedule} schedule in the {surface}, {steps}."

    def figure(self) -> Any:
        figure, axes = new_figure(3, height=2.9, width_ratios=[1.2, 1.1, 1])
        labels = dict(type(self).schedule.options)
        curves = {labels[name]: rate for name, rate in self.schedules().items()}
        chosen = labels[self.schedule]
        paths = {chosen: self.path(), "constant rate": self.path(at_constant_rate=True)}
        draw_paths(
            axes[0],
            lambda p: surface_value(self.surface, p),
            paths,
            limits=(5, 5),
            domain=(0, 80),
            levels=[0.5, 2, 5, 10, 20, 40, 60],
        )
        draw_schedules(axes[1], curves, MOST_STEPS, highlight=chosen)
        values = {name: surface_value(self.surface, path) for name, path in paths.items()}
        draw_descent_values(axes[2], values)
        return figure


def _every(unit: int, schedule: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda t: schedule(np.asarray(t) // unit)


def surface_value(surface: str, points: np.ndarray) -> np.ndarray:
    """Return ½ (a x² + b y²) of points, shape (..., 2)."""
    return 0.5 * points**2 @ np.array(SURFACES[surface])


@lru_cache(maxsize=64)
def _path(
    surface: str,
    rates: tuple[float, ...],
    start: tuple[float, float],
    noise: float,
    seed: int,
    steps: int,
) -> np.ndarray:
    curvatures = np.array(SURFACES[surface])
    return gradient_descent(
        lambda point: curvatures * point,
        start,
        schedule=lambda t: rates[t],
        steps=steps,
        noise=noise,
        rng=PortableRandom(seed),
    )
