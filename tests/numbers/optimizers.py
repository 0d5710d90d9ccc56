"""The numbers in the chapter on momentum and Adam."""

import json
import math
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import torch
from sklearn.datasets import load_digits, load_iris

from lib._types import Rate
from lib.explorables import OptimizerExplorer
from lib.explorables.optimizer import NAMES, _optimizer, surface_value
from lib.losses import softmax_cross_entropy_grad
from lib.optimizers import Optimizer, adam, adamw, chain, clip_by_global_norm, sgd
from lib.schedules import ReduceOnPlateau, cosine_decay
from lib.training import gradient_descent

PEERS = json.loads(
    (Path(__file__).parents[2] / "benchmarks" / "schedulers.json").read_text(encoding="utf-8")
)
HUNDRED, START = np.array([0.1, 10.0]), np.array([-4.0, 2.0])


def ravine(kappa: float, degrees: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Return the curvatures of a turned ravine as a matrix, and its start."""
    turned = math.radians(degrees)
    axes = np.array([[math.cos(turned), -math.sin(turned)], [math.sin(turned), math.cos(turned)]])
    return axes @ np.diag([10 / kappa, 10.0]) @ axes.T, axes @ START


def adam_by_number(
    slope: Callable[[int, float], float],
    x: float,
    rate: Rate | float,
    steps: int,
    b2: float = 0.999,
) -> np.ndarray:
    """Return the points of Adam's descent in one coordinate, `slope` being told the step too.

    Python's own numbers take a fiftieth of the time of arrays of one; ``lib`` is asked whether the
    first 200 steps are its own.
    """
    points, m, s, sum1, sum2 = [x], 0.0, 0.0, 0.0, 0.0
    optimizer = adam(rate, b2=b2)
    state = optimizer.init(0.0)
    rates = np.broadcast_to(rate(np.arange(steps)) if callable(rate) else rate, steps).tolist()
    for t, alpha in enumerate(rates):
        g = slope(t, x)
        m, s = 0.9 * m + (1 - 0.9) * g, b2 * s + (1 - b2) * g * g
        sum1, sum2 = 0.9 * sum1 + (1 - 0.9), b2 * sum2 + (1 - b2)
        step = alpha * (m / sum1) / (math.sqrt(s / sum2) + 1e-8)
        if t < 200:
            update, state = optimizer.update(g, state)
            assert math.isclose(step, -update, rel_tol=1e-12)
        x -= step
        points.append(x)
    return np.array(points)


def settled(values: np.ndarray) -> float:
    """Return the first step after which f stays below 0.001 for 500 more."""
    above = np.flatnonzero(values >= 1e-3)
    last = above[np.diff(np.append(above, len(values))) > 500]
    return int(last[0]) + 1 if last.size else math.inf


def steps_needed(kappa: float, optimizer: Optimizer, degrees: float = 0.0) -> float:
    H, start = ravine(kappa, degrees)
    steps = round(600 + 2.5 * kappa)
    path = gradient_descent(lambda x: H @ x, start, optimizer=optimizer, steps=steps)
    return settled(0.5 * np.einsum("ti,ij,tj->t", path, H, path))


TURNS = [(kappa, degrees) for kappa in (100, 1000, 10_000) for degrees in (0, 45)]


@cache
def adam_steps(rate: float) -> dict[tuple[int, int], float]:
    """Return how many steps Adam needs in each of the ravines; it walks in all at once."""
    H, start = map(np.array, zip(*(ravine(*turn) for turn in TURNS), strict=True))
    path = gradient_descent(
        lambda x: np.einsum("nij,nj->ni", H, x), start, optimizer=adam(rate), steps=1300
    )
    values = 0.5 * np.einsum("tni,nij,tnj->nt", path, H, path)
    return {turn: settled(series) for turn, series in zip(TURNS, values, strict=True)}


def best_adam(kappa: int, degrees: int) -> float:
    """Return the fewest steps that Adam takes at three rates."""
    return min(adam_steps(rate)[kappa, degrees] for rate in (0.3, 1.0, 3.0))


def opening(momentum: float, *, nesterov: bool = False) -> float:
    """Return how many steps a descent needs in the figure as it opens."""
    return steps_needed(30, sgd(0.1, momentum=momentum, nesterov=nesterov))


@cache
def resting(decay_steps: float = math.inf, steps: int = 9500) -> np.ndarray:
    """Return where Adam goes in the ravine of 100, its rate constant or a cosine."""
    rate = 0.1 if decay_steps == math.inf else cosine_decay(0.1, decay_steps=decay_steps)
    columns = [
        adam_by_number(lambda _, x, a=a: a * x, x, rate, steps)
        for a, x in zip(HUNDRED, START, strict=True)
    ]
    return np.column_stack(columns)


def thrown_out(decay_steps: float = math.inf, steps: int = 9500) -> tuple[float, float]:
    """Return when Adam leaves the bottom of the ravine of 100, and how high it gets."""
    after = 0.5 * resting(decay_steps, steps)[1000:] ** 2 @ HUNDRED
    late = np.flatnonzero(after >= 1e-3)
    return 1000 + int(late[0]) if late.size else math.inf, float(after.max())


@cache
def in_units() -> list[float]:
    """Return Adam's steps for a weight in units 1, 10 and 100 times as large."""
    units = np.array([1, 10, 100])
    path = gradient_descent(
        lambda w: (w - 4 * units) / units**2, np.zeros(3), optimizer=adam(0.1), steps=7500
    )
    return [settled(values) for values in (0.5 * (path / units - 4) ** 2).T]


def turns_at_the_border() -> bool:
    """Return whether the steep direction begins to grow where its border lies, by √ŝ."""
    across = resting()[:, 1]
    square, border = 0.0, 0.1 * (1 - 0.9) * 10 / (2 * (1 + 0.9))
    for t, y in enumerate(across, 1):
        square = 0.999 * square + 0.001 * (10 * y) ** 2
        if math.sqrt(square / (1 - 0.999**t)) < border:
            break
    lowest = 7000 + 50 * int(np.abs(across[7000:8750]).reshape(-1, 50).max(axis=1).argmin())
    return abs(lowest - t) < 200


def best_plain(kappa: float) -> Optimizer:
    return sgd(2 / (10 / kappa + 10))


def share(kappa: float) -> float:
    """Return √μ of the best momentum."""
    return (math.sqrt(kappa) - 1) / (math.sqrt(kappa) + 1)


def best_momentum(kappa: float) -> Optimizer:
    rate = 4 / (math.sqrt(10 / kappa) + math.sqrt(10)) ** 2
    return sgd(rate, momentum=share(kappa) ** 2)


def fitted_to(mu: float) -> float:
    return ((1 + math.sqrt(mu)) / (1 - math.sqrt(mu))) ** 2


def tenth(factor: float) -> float:
    """Return the number of steps in which the distance becomes ten times smaller."""
    return math.log(0.1) / math.log(factor)


def condition(features: np.ndarray) -> float:
    """Return κ of a linear model with a bias."""
    features = np.column_stack([features, np.ones(len(features))])
    curvatures = np.linalg.eigvalsh(features.T @ features / len(features))
    return curvatures[-1] / curvatures[0]


IRIS = load_iris().data
CENTRED = IRIS - IRIS.mean(axis=0)


@cache
def after_quiet(
    quiet: tuple[float, int], loud: int, b2: float = 0.999, limit: float = math.inf
) -> list[float]:
    """Return how many rates each of the loud gradients of 1 moves the weight, clipped or not.

    `quiet` is the gradient before them, and for how many steps.
    """
    before, steps = quiet
    if limit < math.inf:
        clip = clip_by_global_norm(limit)
        before, after = (float(clip.update(g, clip.init(0.0))[0]) for g in (before, 1.0))
    else:
        after = 1.0
    path = adam_by_number(lambda t, _: before if t < steps else after, 0.0, 1.0, steps + loud, b2)
    return list(np.abs(np.diff(path[-loud - 1 :])))


def alone(optimizer: Optimizer, decay: float = 0.0) -> float:
    """Return what 100 steps leave of a weight of 1 whose loss is flat but for a penalty."""
    path = gradient_descent(lambda w: decay * w, [1.0], optimizer=optimizer, steps=100)
    return float(path[-1, 0])


@cache
def in_noise(name: str) -> np.ndarray:
    """Return the mean of the quiet and of the noisy weights after 2500 steps."""
    optimizer = adam(2e-3) if name == "l2" else adamw(2e-3, weight_decay=0.1)
    w, noise = np.ones((2, 500)), np.random.default_rng(0)
    state = optimizer.init(w)
    for _ in range(2500):
        g = np.array([[0.1], [10.0]]) * noise.normal(size=w.shape)
        updates, state = optimizer.update(g + 0.1 * w if name == "l2" else g, state, w)
        w = w + updates
    return w.mean(axis=1)


def two_of_adam() -> tuple[float, float, float]:
    """Return the corrected mean, the root of the mean square and the second step of 4, 1."""
    mean = (0.9 * 0.1 * 4 + 0.1 * 1) / (1 - 0.9**2)
    square = (0.999 * 0.001 * 16 + 0.001 * 1) / (1 - 0.999**2)
    return mean, square, after_quiet((4.0, 1), 1)[0]


def plateau(values: list[float], patience: int = 2, mode: str = "min") -> list[int]:
    """Return which values cut the rate, counted from 1."""
    scheduler, cuts = ReduceOnPlateau(1.0, patience=patience, mode=mode), []
    for n, value in enumerate(values, 1):
        before = scheduler.get_lr()
        scheduler.step(value)
        if scheduler.get_lr() < before:
            cuts.append(n)
    return cuts


def reaches(rate: float, mu: float, *, nesterov: bool = False) -> bool:
    """Return whether a descent along the curvature 10 converges."""
    optimizer = sgd(rate, momentum=mu, nesterov=nesterov)
    path = gradient_descent(lambda x: 10 * x, [1.0], optimizer=optimizer, steps=600)
    return bool(abs(path[-1, 0]) < 1)


@cache
def circling() -> int:
    """Return how many of 2001 starts momentum, fitted to 1 and 25, leaves on a cycle of three."""

    def slope(x: np.ndarray) -> np.ndarray:
        return np.where(x < 1, 25 * x, np.where(x < 2, x + 24, 25 * x - 24))

    starts = np.linspace(-10, 10, 2001)
    path = gradient_descent(slope, starts, optimizer=sgd(1 / 9, momentum=4 / 9), steps=2000)
    again = np.abs(path[-1] - path[-4]) < 1e-9
    return int(np.sum(again & (np.ptp(path[-3:], axis=0) > 0.5)))


@cache
def in_bowl(optimizer: str, b2: float = 0.999) -> tuple[float, float]:
    """Return the mean of f in the noisy bowl over 500 noises: steps 61 to 100, and around 2000."""
    explorer = OptimizerExplorer(surface="bowl", b2=b2)
    made = _optimizer(
        optimizer,
        explorer.adam_rate if optimizer == "adam" else explorer.rate,
        explorer.momentum,
        b2,
    )
    path = gradient_descent(
        lambda x: 10 * x,
        np.tile([explorer.x, explorer.y], (500, 1)),
        optimizer=made,
        steps=2000 if optimizer == "adam" and b2 == 0.999 else 100,
        noise=explorer.noise,
        rng=0,
    )
    f = 5 * np.sum(path**2, axis=2).mean(axis=1)
    return float(f[61:101].mean()), float(f[-100:].mean())


def nesterov_roots(mu: float, u: float) -> np.ndarray:
    """Return the roots of the chapter's equation, with u for αa."""
    return np.roots([1, -(1 + mu) * (1 - u), mu * (1 - u)])


def follows(mu: float, u: float) -> bool:
    """Return whether a descent of lib with Nesterov's momentum obeys the chapter's equation."""
    path = gradient_descent(
        lambda x: u * x, [1.0], optimizer=sgd(1.0, momentum=mu, nesterov=True), steps=12
    )[:, 0]
    # The equation is that of the looked-ahead points too, once there is a velocity.
    predicted = (1 + mu) * (1 - u) * path[1:-1] - mu * (1 - u) * path[:-2]
    return bool(np.allclose(path[2:], predicted))


def saddle(steps: int) -> OptimizerExplorer:
    return OptimizerExplorer(surface="saddle", x=-0.1, y=2, steps=steps)


def from_ridge(method: str) -> float:
    """Return the distance from the ridge after five steps."""
    return -saddle(5).path(method)[-1, 0]


def momentum_keeps(mu: float, u: float) -> float:
    return float(np.abs(np.roots([1, -(1 + mu - u), mu])).max())


def accumulated() -> float:
    """Return how far the mean of the means is off, as a share of the gradient."""
    digits = load_digits()
    X, y = digits.data[:32] / 16, digits.target[:32]

    def slope(rows: slice) -> np.ndarray:
        return X[rows].T @ softmax_cross_entropy_grad(np.zeros((32, 10))[rows], y[rows])

    whole = slope(slice(0, 32))
    halves = (slope(slice(0, 30)) + slope(slice(30, 32))) / 2
    return float(np.linalg.norm(halves - whole) / np.linalg.norm(whole))


def undivided(*stages: Optimizer) -> float:
    """Return how far apart the ends are with and without the division by 8."""
    ends = [
        gradient_descent(
            lambda x, parts=parts: parts * HUNDRED * x / 50,
            START,
            optimizer=chain(*stages, adam(0.1)),
            steps=30,
        )[-1]
        for parts in (1, 8)
    ]
    return float(np.abs(ends[0] - ends[1]).max())


def resumed(kind: str = "LinearLR", *, too_early: bool) -> np.ndarray:
    """Return the rate in PyTorch's optimiser and what the scheduler says: resumed, a step later."""
    weight = torch.nn.Parameter(torch.zeros(1))
    options = {
        "LinearLR": {"start_factor": 0.1, "total_iters": 5},
        "StepLR": {"step_size": 3},
        "ExponentialLR": {"gamma": 0.9},
        "CosineAnnealingLR": {"T_max": 30},
    }

    def made() -> tuple:
        optimizer = torch.optim.SGD([weight], lr=1.0)
        scheduler = getattr(torch.optim.lr_scheduler, kind)
        return optimizer, lambda: scheduler(optimizer, **options[kind])

    optimizer, make = made()
    scheduler = make()
    for _ in range(10):
        optimizer.step()
        scheduler.step()
    saved = optimizer.state_dict(), scheduler.state_dict()
    optimizer, make = made()
    if too_early:
        optimizer.load_state_dict(saved[0])
        scheduler = make()
    else:
        scheduler = make()
        optimizer.load_state_dict(saved[0])
    scheduler.load_state_dict(saved[1])
    rates = []
    for _ in range(2):
        rates.append([optimizer.param_groups[0]["lr"], scheduler.get_last_lr()[0]])
        optimizer.step()
        scheduler.step()
    return np.array(rates)


PLAIN, MOMENTUM = steps_needed(100, best_plain(100)), steps_needed(100, best_momentum(100))
ADAM, ADAM_1000 = adam_steps(0.1)[100, 0], adam_steps(0.1)[1000, 0]
OUT_AT, OUT_TO = thrown_out()
MEAN, SQUARE, SECOND = two_of_adam()
SILENCE, CALM = (0.0, 12_000), (1e-3, 3000)
LONGEST = (1 - 0.9) / math.sqrt((1 - 0.999) * (1 - 0.9**2 / 0.999))
TOKENS = (100 * 2 + 4 * 5) / 104

NUMBERS = [
    ("takes 249 steps until the value is below 0.001", PLAIN, "249"),
    ("tuned in the same way, takes 47, and", MOMENTUM, "47"),
    ("at a rate of 0.1, takes 96. Where", ADAM, "96"),
    ("stays there it would take 117 steps", opening(0.0), "117"),
    ("swings from wall to wall, and yet takes 46", opening(0.8), "46"),
    ("Adam takes 47, and", steps_needed(30, adam(0.15, b1=0.8)), "47"),
    ("Nesterov's momentum is the first, with 30", opening(0.8, nesterov=True), "30"),
    ("are then 0.37 for plain descent", from_ridge("plain"), "0.37"),
    ("0.75 for momentum", from_ridge("momentum"), "0.75"),
    ("0.85 for Adam", from_ridge("adam"), "0.85"),
    ("1.23 for Nesterov's momentum", from_ridge("nesterov"), "1.23"),
    ("so its $f$ of 5.13 is still", saddle(5).adam_loss, "5.13"),
    ("is 0.01 for Adam, 0.10 for plain", in_bowl("adam")[0], "0.01"),
    ("0.10 for plain descent, 0.35", in_bowl("plain")[0], "0.10"),
    ("0.35 for momentum and", in_bowl("momentum")[0], "0.35"),
    ("and 0.39 for Nesterov's", in_bowl("nesterov")[0], "0.39"),
    ("in 2000 steps it would rise to 0.05", in_bowl("adam")[1], "0.05"),
    ("it is then at 0.05 already", in_bowl("adam", 0.9)[0], "0.05"),
    ("momentum keeps 0.97 of the distance", momentum_keeps(0.95, 0.5), "0.97"),
    ("and Nesterov's 0.69", np.abs(nesterov_roots(0.95, 0.5)).max(), "0.69"),
    ("is 40 steps long", 4 / 0.1, "40"),
    ("reaches $x = 0$ after 60", int(np.argmax(resting()[:, 0] >= 0)), "60"),
    ("keeps $f$ above 0.001 up to step 95", ADAM - 1, "95"),
    ("it takes 6579 steps in the place of 93", in_units()[2], "6579"),
    ("6579 steps in the place of 93", in_units()[0], "93"),
    ("$\\sqrt{\\beta_2} = 0.9995$", math.sqrt(0.999), "0.9995"),
    (
        "is still at −1.5 when the steps run out",
        OptimizerExplorer(curvature=100).path("plain")[-1, 0],
        "−1.5",
    ),
    ("0.195 takes 170 steps", steps_needed(100, sgd(0.195)), "170"),
    ("in the place of the 249 above", PLAIN, "249"),
    ("$\\mu = 0.7$ take 31 steps", steps_needed(100, sgd(0.31, momentum=0.7)), "31"),
    ("from 205 of 2001 even ones", circling(), "205"),
    ("first to be thrown out, just below 0.14", 2 * 1.8 / 2.6 / 10, "0.14"),
    ("For $\\kappa = 100$ that is 0.98: it", 99 / 101, "0.98"),
    ("it takes 115 steps to make the distance ten times smaller", tenth(99 / 101), "115"),
    ("make a ravine of 8443", condition(IRIS), "8443"),
    ("brings it down to 177", condition(CENTRED), "177"),
    ("What is left, 141 after standardising", condition(CENTRED / IRIS.std(axis=0)), "141"),
    ("For $\\kappa = 100$ it is 0.82, and", share(100), "0.82"),
    ("after 11.5 steps in the place of 115", tenth(share(100)), "11.5"),
    ("in the place of 115", tenth(99 / 101), "115"),
    ("which for $\\mu = 0.9$ is 1.36", 2 * 1.9 / 2.8, "1.36"),
    (
        "[0.23 of the rate](diagnosis.md#the-loss-jumps-after-resuming)",
        math.sqrt(0.1 / 1.9),
        "0.23",
    ),
    ("for the figure's 0.8 it is 0.33", math.sqrt(0.2 / 1.8), "0.33"),
    (
        "nearly the [3.16](#how-long-is-a-step) of a silence without end",
        after_quiet(SILENCE, 1)[0],
        "3.16",
    ),
    ("A single one would make a step of 3.11 rates", after_quiet(CALM, 20)[0], "3.11"),
    ("All twenty make one of 6.41", max(after_quiet(CALM, 20)), "6.41"),
    ("of more than [7.27](#exercises)", LONGEST, "7.27"),
    (
        "ten times the mean leaves a step of 5.12 rates",
        max(after_quiet(CALM, 20, limit=10 * CALM[0])),
        "5.12",
    ),
    (
        "twice the mean, 0.002, one of 1.82",
        max(after_quiet(CALM, 20, limit=2 * CALM[0])),
        "1.82",
    ),
    ("3.16 times the rate with", after_quiet(SILENCE, 1)[0], "3.16"),
    ("0.45 times with", after_quiet(SILENCE, 1, b2=0.95)[0], "0.45"),
    (
        "the weight loses nearly the rate, 0.001, at every step",
        (1 - alone(adam(1e-3), 0.01)) / 100,
        "0.001",
    ),
    ("where $\\kappa$ is 1000, Adam takes 96 steps", ADAM_1000, "96"),
    ("AdamW leaves 0.6 of both", float(in_noise("decay").mean()), "0.6"),
    ("the third step | 0.271 |", PEERS["torch"]["momentum_step_after_a_cut"], "0.271"),
    ("| 0.271 | 1.81 |", PEERS["keras"]["momentum_step_after_a_cut"], "1.81"),
    ("| 0.271 | 1.81 | 0.271 |", PEERS["optax"]["momentum_step_after_a_cut"], "0.271"),
    ("if not told | 0.01 |", PEERS["torch"]["adamw_decay"], "0.01"),
    ("| 0.01 | 0.004 |", PEERS["keras"]["adamw_decay"], "0.004"),
    ("| 0.004 | 0.0001 |", PEERS["optax"]["adamw_decay"], "0.0001"),
    ("the value that cuts | 4th |", PEERS["torch"]["plateau_cuts_at"], "4"),
    ("| 4th | 3rd | 3rd |", PEERS["keras"]["plateau_cuts_at"], "3"),
    ("| 3rd | 3rd |", PEERS["optax"]["plateau_cuts_at"], "3"),
    ("twice its length | 1 |", PEERS["torch"]["cosine_at_twice_its_length"], "1"),
    ("| 1 | 0 | 0 |", PEERS["keras"]["cosine_at_twice_its_length"], "0"),
    ("| 1 | 0 | 0 |", PEERS["optax"]["cosine_at_twice_its_length"], "0"),
    ("$2 / (1 - \\beta_2)$ steps, 2000 by default", 2 / (1 - 0.999), "2000"),
    ("$\\hat m = 0.46 / 0.19 = 2.42$", MEAN, "2.42"),
    ("the mean of the squares is 8.50", SQUARE, "8.50"),
    ("its root 2.91", math.sqrt(SQUARE), "2.91"),
    ("The step is 0.83 of the rate", SECOND, "0.83"),
    ("$\\alpha = 2/10.1 = 0.198$", 2 / 10.1, "0.198"),
    ("hence $\\mu = 0.67$", share(100) ** 2, "0.67"),
    ("^2 = 0.33$. That rate", 4 / (math.sqrt(0.1) + math.sqrt(10)) ** 2, "0.33"),
    ("Across them it takes 94, then", best_adam(100, 45), "94"),
    ("takes 94, then 233, then", best_adam(1000, 45), "233"),
    ("then 233, then 666: it", best_adam(10_000, 45), "666"),
    ("the rate of 0.1 takes 605 steps", adam_steps(0.1)[100, 45], "605"),
    ("and the rate of 1 takes 94", adam_steps(1.0)[100, 45], "94"),
    ("have the loss 2.12 together", TOKENS, "2.12"),
    ("the mean of the two means is 3.5", (2 + 5) / 2, "3.5"),
    ("each token of the short one counts 25 times", 100 / 4, "25"),
    ("22 steps and 230 steps", math.ceil(tenth(0.9)), "22"),
    ("22 steps and 230 steps", math.ceil(tenth(0.99)), "230"),
    ("1442 for 0.9", fitted_to(0.9), "1442"),
    ("The bound is 7.27 times the rate", LONGEST, "7.27"),
    ("gradients that grow by 11 percent", 100 * (0.999 / 0.9 - 1), "11"),
]

GIVEN = (
    "is below 0.001",
    "another rate may be faster: 0.195",
    "above 0.001 up to",
    "twice the mean, 0.002",
    "with the rate 0.001",
    "0.01 at a rate of 0.001",
    "$\\beta_2 = 0.999$",
    "$(1 - 0.0002)^{2500}$",
    "0.79995 is below 0.8",
    "0.9, 0.8, 0.79995, 0.8, 0.79",
)

STATED = [
    (
        "Adam's hardly changes",
        np.abs(
            OptimizerExplorer(curvature=100).path("adam")
            - OptimizerExplorer(curvature=30).path("adam")
        ).max()
        < 0.6,
    ),
    (
        "where plain descent lasts until 0.2, and momentum as far as the slider goes",
        reaches(0.199, 0.0)
        and not reaches(0.201, 0.0)
        and reaches(0.35, 0.8)
        and reaches(0.138, 0.8, nesterov=True)
        and not reaches(0.139, 0.8, nesterov=True),
    ),
    (
        "is still the highest of the four",
        saddle(5).adam_loss
        == max(surface_value("saddle", 1, saddle(5).path(name)[-1]) for name in NAMES),
    ),
    (
        "Its first step was its whole rate, and it has taken longer ones since",
        abs(-0.1 - saddle(1).path("adam")[-1, 0] - 0.15) < 1e-4 and saddle(5).adam_longest > 1.02,
    ),
    (
        "Adam is lowest because the mean of its squares still holds",
        min(NAMES, key=lambda name: in_bowl(name)[0]) == "adam",
    ),
    (
        "the looked-ahead points $x_t$ are kept",
        all(follows(mu, u) for mu in (0.5, 0.9) for u in (0.1, 1.0, 1.3)),
    ),
    (
        "The price is the border, where one of the roots reaches −1",
        all(
            np.isclose(nesterov_roots(mu, 2 * (1 + mu) / (1 + 2 * mu)).min(), -1)
            for mu in (0.5, 0.9)
        ),
    ),
    (
        "After 9000 quiet steps it is thrown out",
        8950 < OUT_AT < 9100 and 0.01 < OUT_TO < 0.1,
    ),
    (
        "A cosine over 10,000 steps falls fast enough, one over 20,000 does not",
        thrown_out(10_000, 10_000)[0] == math.inf and 9000 < thrown_out(20_000, 11_000)[0] < 11_000,
    ),
    (
        "with one over 100,000 the point is thrown as high as with a constant rate",
        0.9 < thrown_out(100_000, 12_000)[1] / thrown_out(steps=12_000)[1] < 1.1,
    ),
    (
        "the rate $\\alpha (1 - \\beta_1) / \\sqrt{\\hat s}$, and that rate grows until it passes",
        turns_at_the_border(),
    ),
    (
        "Adam takes 86 steps along the axes whatever $\\kappa$ is",
        {best_adam(kappa, 0) for kappa in (100, 1000, 10_000)} == {86},
    ),
    (
        "The limit of 0.5 halves the spike and helps nothing",
        math.isclose(*(max(after_quiet(CALM, 20, limit=c)) for c in (0.5, math.inf)), rel_tol=0.01),
    ),
    ("is fitted to a $\\kappa$ of [about 1400]", 1350 < fitted_to(0.9) < 1450),
    (
        "in the longest ravine it is the fastest of the three",
        steps_needed(1000, sgd(0.1, momentum=share(1000), nesterov=True))
        < steps_needed(1000, best_momentum(1000))
        < steps_needed(1000, best_plain(1000)),
    ),
    (
        "the steepest one is done in two steps at $\\alpha = 1/a_2$",
        abs(
            gradient_descent(
                lambda x: 10 * x, 2.0, optimizer=sgd(0.1, momentum=0.8, nesterov=True), steps=2
            )[-1]
        )
        < 1e-12,
    ),
    ("repeats the same three points for ever from some starts", 0 < circling() < 2001),
    (
        "Momentum converges for $\\alpha a < 2 (1 + \\mu)$",
        reaches(0.379, 0.9) and not reaches(0.381, 0.9),
    ),
    (
        "and less than the 2 of plain descent",
        reaches(0.135, 0.9, nesterov=True) and not reaches(0.137, 0.9, nesterov=True),
    ),
    (
        "$\\lambda$ has cancelled, so its size has no effect",
        math.isclose(alone(adam(1e-3), 1e-4), alone(adam(1e-3), 1.0), rel_tol=1e-3),
    ),
    (
        "multiplies it by $(1 - \\alpha\\lambda)$ at every step",
        math.isclose(alone(adamw(1e-3, weight_decay=1.0)), 0.999**100),
    ),
    (
        "the quiet weight is all but gone, and the noisy one has hardly moved",
        in_noise("l2")[0] < 0.02 and in_noise("l2")[1] > 0.94,
    ),
    (
        "as $(1 - 0.0002)^{2500}$ says",
        bool(np.allclose(in_noise("decay"), (1 - 2e-4) ** 2500, atol=0.01)),
    ),
    (
        "two values may be no better than the best one, and the third cuts the rate",
        plateau([0.7] * 5) == [4] and plateau([1 - 9e-5 * n for n in range(3)] + [1.0]) == [],
    ),
    (
        'an accuracy needs `mode="max"`, or its improvements count as failures',
        plateau([0.5, 0.6, 0.7, 0.8, 0.9]) == [4]
        and plateau([0.5, 0.6, 0.7, 0.8, 0.9], mode="max") == [],
    ),
    (
        "gives each of the last two images fifteen times the weight of the others",
        30 / 2 == 15 and accumulated() > 1.8,
    ),
    (
        "That rate is beyond the border of 0.2, behind which plain descent diverges",
        not reaches(0.33, 0.0),
    ),
    (
        "Plain descent and momentum do not notice the turn",
        steps_needed(100, best_plain(100), 45) == PLAIN
        and steps_needed(100, best_momentum(100), 45) == MOMENTUM,
    ),
    (
        "In Keras 3.15 `Adam(weight_decay=0.01)` *is* the decay",
        PEERS["keras"]["version"].startswith("3.15")
        and math.isclose(PEERS["keras"]["adam_after_100_steps"], (1 - 1e-5) ** 100, rel_tol=1e-5)
        and math.isclose(
            PEERS["torch"]["adam_after_100_steps"], alone(adam(1e-3), 0.01), rel_tol=1e-4
        ),
    ),
    (
        "takes away a tenth of a percent in 100 steps",
        math.isclose(1 - alone(adamw(1e-3, weight_decay=0.01)), 1e-3, rel_tol=1e-2),
    ),
    (
        "before a clipping it decides what is clipped",
        undivided() < 1e-4 and undivided(clip_by_global_norm(0.5)) > 0.1,
    ),
    (
        "the rate is ten times too small, and at first `get_last_lr()` does not say so. Nor does",
        np.allclose(resumed(too_early=True), [[0.1, 1.0], [0.1, 0.1]]),
    ),
    ("so make both first, and load both afterwards", np.allclose(resumed(too_early=False), 1.0)),
    (
        "which begin with the factor 1, come back right in either order",
        all(
            np.array_equal(resumed(kind, too_early=True), resumed(kind, too_early=False))
            for kind in ("StepLR", "ExponentialLR", "CosineAnnealingLR")
        ),
    ),
    (
        "about 158,000 for 0.99",
        round(fitted_to(0.99), -3) == 158_000,
    ),
    (
        "With a patience of 0 every value that is no better cuts: the third, the fourth and the",
        plateau([0.9, 0.8, 0.79995, 0.8, 0.79, 0.8, 0.8, 0.8], 0) == [3, 4, 6, 7, 8],
    ),
    (
        "are not, and the eighth cuts",
        plateau([0.9, 0.8, 0.79995, 0.8, 0.79, 0.8, 0.8, 0.8]) == [8],
    ),
    (
        "| | PyTorch 2.13.0 | Keras 3.15.1 | optax 0.2.8 |",
        [PEERS[name]["version"].split("+")[0] for name in ("torch", "keras", "optax")]
        == ["2.13.0", "3.15.1", "0.2.8"]
        and torch.__version__.startswith("2.13.0"),
    ),
]
