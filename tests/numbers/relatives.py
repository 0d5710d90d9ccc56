"""The numbers in the chapter on what else is cross-entropy."""

import itertools
import math

import numpy as np
import torch
from threadpoolctl import threadpool_limits
from torch.nn import functional as F

from lib.activations import log_softmax, softmax
from lib.explorables import ContrastiveExplorer
from lib.information import (
    cross_entropy,
    entropy,
    jensen_shannon_divergence,
    kl_divergence,
)
from lib.losses import (
    contrastive_loss,
    contrastive_loss_grad,
    ctc_loss,
    distillation_loss,
    distillation_loss_grad,
    preference_loss,
    preference_loss_grad,
    softmax_cross_entropy_grad,
)

# Small products: threads that wait for each other are slower than one.
threadpool_limits(limits=1)


def simplex(n: int) -> np.ndarray:
    """Return the similarities of pairs that coincide at the corners of a simplex."""
    return np.eye(n) - (1 - np.eye(n)) / (n - 1)


def floor(n: int, temperature: float) -> float:
    return contrastive_loss(simplex(n), temperature=temperature)


def temperature_of(n: int, loss: float) -> float:
    """Return the temperature at which the floor of n pairs is `loss`, by halving."""
    low, high = 0.01, 2.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if formula(n, middle) < loss else (low, middle)
    return low


def formula(n: int, temperature: float) -> float:
    return math.log1p((n - 1) * math.exp(-n / (n - 1) / temperature))


def random_pairs(dimensions: int, temperature: float, matched: bool) -> list[float]:
    """Return the loss of 256 random directions with themselves, or with others, a few times."""
    rng, losses = np.random.default_rng(7), []
    for _ in range(10):
        u, v = rng.normal(size=(2, 256, dimensions))
        u, v = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (u, v))
        losses.append(contrastive_loss(u @ (u if matched else v).T, temperature=temperature))
    return losses


def leashed(beta: float) -> np.ndarray:
    return softmax(np.log(REFERENCE) + REWARD / beta)


def gain(p: np.ndarray, beta: float) -> float:
    """Return the mean reward less the price of the leash."""
    return float(p @ REWARD - beta * kl_divergence(p, REFERENCE))


def ways(target: list[int], frames: int) -> float:
    """Return how many ways there are to write a target, of 4 ** frames."""
    even = np.full((frames, 4), -math.log(4))
    loss = ctc_loss(even, target, frames, len(target), reduction="sum")
    return math.exp(frames * math.log(4) - loss)


def fits(target: list[int], frames: int) -> bool:
    repeats = sum(a == b for a, b in itertools.pairwise(target))
    return frames >= len(target) + repeats


def ctc_gradient() -> torch.Tensor:
    """Return PyTorch's gradient of a target that does not fit."""
    scores = torch.zeros(2, 1, 3, requires_grad=True)
    lengths = torch.tensor([2]), torch.tensor([2])
    loss = F.ctc_loss(scores.log_softmax(-1), torch.tensor([[1, 1]]), *lengths)
    loss.backward()
    assert torch.isinf(loss)
    assert scores.grad is not None
    return scores.grad


def rested(angles: np.ndarray, temperature: float, rate: float = 0.25) -> np.ndarray:
    """Return the losses at which the figure's descent leaves arrangements, shape (K, 2, N)."""
    n = angles.shape[-1]
    for step in range(2001):
        between = angles[:, 0, :, None] - angles[:, 1, None]
        z = np.cos(between) / temperature
        rows, columns = log_softmax(z), log_softmax(z, axis=1)
        if step == 2000:
            break
        pull = (np.exp(rows) + np.exp(columns)) / 2 - np.eye(n)
        pull = -np.sin(between) * pull / n / temperature
        slopes = np.stack([pull.sum(axis=2), -pull.sum(axis=1)], axis=1)
        going = np.linalg.norm(slopes, axis=(1, 2)) * n * temperature >= 1e-3
        if not going.any():
            break
        angles = angles - rate * n * temperature * slopes * going[:, None, None]
    return -np.einsum("kii->ki", rows + columns).mean(axis=1) / 2


def rested_in(dimensions: int, temperature: float) -> np.ndarray:
    """Return the losses after the same descent of six pairs of random unit vectors, 100 times."""
    both = np.random.default_rng(0).normal(size=(2, 100, 6, dimensions))
    for _ in range(300):
        both = both / np.linalg.norm(both, axis=-1, keepdims=True)
        u, v = both
        z = u @ v.transpose(0, 2, 1) / temperature
        rows, columns = log_softmax(z), log_softmax(z, axis=1)
        pull = (np.exp(rows) + np.exp(columns)) / 2 - np.eye(6)
        slopes = np.stack([pull @ v, pull.transpose(0, 2, 1) @ u])
        both = both - 0.25 * (slopes - np.sum(slopes * both, axis=-1, keepdims=True) * both)
    return -np.einsum("kii->ki", rows + columns).mean(axis=1) / 2


def displaced(own: float) -> tuple[np.ndarray, float]:
    """Return three answers after DPO with `own` times the chosen one's loss, and DPO's loss."""
    features, weights = np.array([[1, 1], [1, 0], [0, 2]]), np.zeros(2)
    start = now = log_softmax(features @ weights)
    for _ in range(20):
        chosen, rejected = preference_loss_grad(now[0], now[1], start[0], start[1])
        centred = features - np.exp(now) @ features
        weights = weights - (chosen - own) * centred[0] - rejected * centred[1]
        now = log_softmax(features @ weights)
    return np.exp(now), preference_loss(now[0], now[1], start[0], start[1])


HEAP = np.full((1, 2, 6), np.pi / 2)
HEAP[0, 0, 5] = 0.0
#: The same at rest: the heap has gone on to 112°, the sixth pair to −67°.
TRAP = np.full((1, 2, 6), np.radians(112.4))
TRAP[0, :, 5] = np.radians(-66.9)
NUDGED = np.repeat(TRAP, 4, axis=0)
NUDGED[:, 0, :5] += np.radians([[1, 2, 3, 4, 5], [3, 1, 5, 2, 4], [5, 4, 3, 2, 1], [2, 4, 1, 5, 3]])
STARTS = np.random.default_rng(0).uniform(-np.pi, np.pi, size=(200, 2, 6))
ANGLES = np.linspace(0, np.pi, 18_001)
PUSH = np.exp(np.cos(ANGLES) / 0.5) * np.sin(ANGLES)
DISPLACED = displaced(0.0)[0]
CROWDED = [90, 75, 60, 45, 30, 15, 0, -15]
CROWD = ContrastiveExplorer(pairs=6, pictures=CROWDED, texts=CROWDED)
AROUND = 2 * np.pi * np.arange(6) / 6
CIRCLE = np.cos(AROUND[:, None] - AROUND)
FLOOR, COLD_FLOOR = (contrastive_loss(CIRCLE, temperature=t) for t in (0.5, 0.1))
ROWS = np.array([[0.9, 0.6, 0.1], [0.2, 0.7, 0.8], [0.0, 0.1, 0.5]])
WARM, COLD = (contrastive_loss_grad(ROWS, temperature=t, reduction="sum") for t in (1.0, 0.1))
REFERENCE, REWARD = np.array([0.5, 0.3, 0.2]), np.array([0.0, 1.0, 2.0])
CHECKED = softmax(np.log([0.8, 0.2]) + np.array([0, 1]) * math.log(36))
TWO = np.array([[1.0, 0.0], [0.5, 1.0]])
TWO_ROWS = contrastive_loss(TWO, temperature=0.5, reduction="none")
TEACHER, STUDENT = np.array([[3.0, 0.0]]), np.array([[1.0, 0.0]])
P, Q = np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.3, 0.5])
SCORES = np.array([[0.0, 5, 0], [5, 0, 0], [0, 0, 5]])
RAW, MEANT = (ctc_loss(given, [1, 2], 3, 2) for given in (SCORES, log_softmax(SCORES)))
#: Both answers have lost, the rejected one more.
FALLEN = preference_loss(-20.0, -30.0, -12.0, -12.0)
#: Four pairs in two heaps, each text opposite to its picture.
HEAPS = np.array([1, 1, -1, -1])
WORST = contrastive_loss(-np.outer(HEAPS, HEAPS), temperature=0.5)


def worst_of_a_search() -> float:
    """Return the largest loss of four pairs on a circle that climbing finds."""
    rng, largest = np.random.default_rng(1), 0.0
    for _ in range(6):
        a, b = rng.uniform(-np.pi, np.pi, size=(2, 4))
        for _ in range(300):
            angles = a[:, None] - b
            pull = contrastive_loss_grad(np.cos(angles), temperature=0.5, symmetric=True)
            slope = -np.sin(angles) * pull
            a, b = a + 0.5 * slope.sum(axis=1), b - 0.5 * slope.sum(axis=0)
        loss = contrastive_loss(np.cos(a[:, None] - b), temperature=0.5, symmetric=True)
        largest = max(largest, float(loss))
    return largest


LOST = random_pairs(128, 0.07, False)
COPIES = np.repeat(np.eye(128), 2, axis=0)
SHARED = COPIES @ COPIES.T
OPENING = "Its contrastive loss is stuck at 5.5. After some repairs it falls, to 4.55"
REFERS = "At $\\beta = 1$ the best model earns 1.350 and is 0.323 nats away"
HALF = "The same vectors cost 4.548 at $\\tau = 1$ and 0.011 at $\\tau = 0.1$"
FIRST = "costs $\\ln(1 + e^{-2}) = 0.127$; the second"

NUMBERS = [
    (OPENING, math.log(256), "5.5"),
    (OPENING, floor(256, 1.0), "4.55"),
    ("the token that came | 10.825 for 50,257 |", math.log(50257), "10.825"),
    ("| the partner | 5.545 for 256 |", math.log(256), "5.545"),
    ("the hidden token | 10.326 for 30,522 |", math.log(30522), "10.326"),
    ("which is greatest at 39° for", math.degrees(ANGLES[PUSH.argmax()]), "39"),
    (
        "| the one preferred by people | 0.693 |",
        preference_loss(-12.0, -12.0, -12.0, -12.0),
        "0.693",
    ),
    ("| its source | 0.693 |", math.log(2), "0.693"),
    ("and yet they pay 1.488 nats, where chance is", CROWD.loss, "1.488"),
    ("1.488 nats, where chance is 1.792: the", CROWD.chance, "1.792"),
    (
        "the slope is 0 too, at a loss of 4.617.",
        contrastive_loss(-CIRCLE, temperature=0.5),
        "4.617",
    ),
    ("The loss comes to rest at 1.359, far above", rested(HEAP, 0.5)[0], "1.359"),
    ("far above the floor of 0.617, though", contrastive_loss(CIRCLE, temperature=0.5), "0.617"),
    ("The chosen answer falls from 0.333 to 0.248, the", 1 / 3, "0.333"),
    ("The chosen answer falls from 0.333 to 0.248, the", DISPLACED[0], "0.248"),
    ("the rejected one to 0.093, and the loss falls too", DISPLACED[1], "0.093"),
    ("So a loss of 4.55 with 256 pairs is as good", floor(256, 1.0), "4.55"),
    (r"poor at $\tau = 0.1$, where the floor is 0.011.", floor(256, 0.1), "0.011"),
    (
        r"six pairs at $\tau = 0.5$ cost 0.617, where",
        contrastive_loss(CIRCLE, temperature=0.5),
        "0.617",
    ),
    ("where a simplex would cost 0.374.", floor(6, 0.5), "0.374"),
    ("the row that is wrong pulls with 7.32, fifteen times", -COLD[1, 1], "7.32"),
    ("The reference earns 0.7.", REFERENCE @ REWARD, "0.7"),
    (REFERS, leashed(1.0) @ REWARD, "1.350"),
    (REFERS, kl_divergence(leashed(1.0), REFERENCE), "0.323"),
    (r"and is $-\ln 0.2 = 1.609$ nats away", -math.log(0.2), "1.609"),
    (FIRST, TWO_ROWS[0], "0.127"),
    (r"the second $(1, 2)$, $\ln(1 + e^{-1}) = 0.313$; their", TWO_ROWS[1], "0.313"),
    ("their mean is 0.220.", TWO_ROWS.mean(), "0.220"),
    (r"so $\beta = 1/\ln 36 = 0.279$.", 1 / math.log(36), "0.279"),
    (
        "How far is it from the reference? 1.146 nats.",
        kl_divergence(CHECKED, [0.8, 0.2]),
        "1.146",
    ),
    ("is stuck at 0.693, and rightly.", math.log(2), "0.693"),
    (r"With 256 pairs and $\tau = 1$ nothing is below 4.548.", floor(256, 1.0), "4.548"),
    (HALF, floor(256, 1.0), "4.548"),
    (HALF, floor(256, 0.1), "0.011"),
    (r"$\ln 32$ is 2.08 nats less than $\ln 256$", math.log(256) - math.log(32), "2.08"),
    ("print −7.51, for a loss of", RAW, "−7.51"),
    ("for a loss of 0.013:", MEANT, "0.013"),
    ("The contrastive loss starts at 3.47. What", math.log(32), "3.47"),
    (r"chance would be $\ln 256 = 5.55$", math.log(256), "5.55"),
    (r"> $\ln 32 = 3.466$. The vectors", math.log(32), "3.466"),
    (r"The cost is $\ln(1 + 2 e^{-1.5}) = 0.369$.", floor(3, 1.0), "0.369"),
    ("reports a loss of 0.313 on a pair", preference_loss(-7.0, -17.0, -12.0, -12.0), "0.313"),
    (r"$\sigma(\text{logit}) = e^{-0.313} = 0.731$", math.exp(-0.313), "0.731"),
]
#: Numbers that are given, not computed.
GIVEN = [r"$\sigma(\text{logit}) = e^{-0.313} = 0.731$"]


def read(written: str) -> str:
    """Return what CTC reads: repetitions merged, then blanks dropped."""
    merged = [a for a, b in zip(written, " " + written, strict=False) if a != b]
    return "".join(merged).replace("-", "")


BATCH = [[1, 2, 3], [1, 0, 0]], [6, 6], [3, 1]
EVEN = np.full((6, 2, 4), -math.log(4))
REAL = P / (P + Q)
OTHERS = np.random.default_rng(2).dirichlet(np.ones(3), size=200)
STATED = [
    (
        "At a low temperature such a loss starts *above* $\\ln N$",
        min(LOST) > math.log(256),
    ),
    (
        "independent random directions in 128 dimensions cost about 6.3 on average at",
        abs(np.mean(LOST) - 6.3) < 0.1,
    ),
    (
        "All six pictures find their texts, and yet they pay",
        CROWD.found == 6,
    ),
    (
        "Move the pictures in the heap by different amounts, 1° to 5°, with the arrow keys, and",
        bool(np.all(rested(NUDGED, 0.5) < FLOOR + 1e-5))
        and rested(TRAP, 0.5)[0] > 1.35
        and rested(HEAP + np.radians(1), 0.5)[0] > 1.35,
    ),
    (
        "though not far enough below chance for the challenge",
        math.log(6) - 0.5 < rested(HEAP, 0.5)[0] < math.log(6),
    ),
    (
        "like text 6 under picture 2 at the start",
        ContrastiveExplorer().pictures[1] == ContrastiveExplorer().texts[5],
    ),
    (
        "At $\\tau = 0.5$ it has always come down to the floor; at 0.1 about one start in five",
        bool(np.all(rested(STARTS[:60], 0.5) < FLOOR + 1e-5))
        and 0.15 < np.mean(rested(STARTS, 0.1) > COLD_FLOOR + 0.05) < 0.27,
    ),
    (
        "with steps four times as long, all starts came down",
        bool(np.all(rested(STARTS, 0.1, rate=1.0) < COLD_FLOOR + 1e-3)),
    ),
    (
        "in three dimensions, and in 128, none of a hundred starts was caught",
        all(rested_in(dimensions, 0.1).max() < 0.05 for dimensions in (3, 128)),
    ),
    (
        "the rejected one to 0.093, and the loss falls too.",
        displaced(0.0)[1] < math.log(2),
    ),
    (
        "What helps is to add the chosen answer's own $-\\ln p$ to the loss",
        displaced(0.1)[0][0] > 1 / 3 and displaced(0.1)[1] < math.log(2),
    ),
    (
        "a pair that is separated by 50 nats hardly pulls",
        preference_loss_grad(-12.0, -62.0, -12.0, -12.0)[1] < 0.02 * 0.05,
    ),
    (
        "All of them can be equal to it: at the corners of a regular *simplex*",
        all(
            np.linalg.matrix_rank(simplex(n)) == n - 1
            and np.linalg.eigvalsh(simplex(n)).min() > -1e-12
            for n in (3, 4, 9)
        ),
    ),
    (
        "and the simplex reaches it",
        all(
            math.isclose(floor(n, t), formula(n, t), rel_tol=1e-9)
            for n in (2, 16, 256)
            for t in (0.1, 1.0)
        ),
    ),
    (
        "are nearly at right angles, and cost hardly more than the simplex",
        0 < max(random_pairs(512, 1.0, True)) - floor(256, 1.0) < 0.006,
    ),
    (
        "at a temperature of 1 the loss can fall by about one nat, for 16 pairs or more",
        all(0.95 < math.log(n) - floor(n, 1.0) < 1.01 for n in (16, 256, 4096))
        and math.log(8) - floor(8, 1.0) < 0.91,
    ),
    (
        "on the nearest stranger at most twice as hard as on the other",
        all(
            max(strangers) <= 2 * min(strangers)
            for strangers in (np.delete(row, i) for i, row in enumerate(WARM))
        )
        and -WARM.diagonal().min() < 1.2 * -WARM.diagonal().max(),
    ),
    (
        "fifteen times as hard as any that is right, and nearly all of it is between",
        14.5 < COLD[1, 1] / COLD[0, 0] < 15.5
        and COLD[0, 0] < COLD[2, 2]
        and COLD[1, 2] > 0.99 * -COLD[1, 1],
    ),
    (
        "pictures that each share their text with one other in the batch cannot get below",
        0 <= contrastive_loss(SHARED, temperature=0.02) - math.log(2) < 1e-6,
    ),
    (
        "A divergence is never negative, so the best is $p = p^*$",
        all(
            math.isclose(
                gain(p, beta),
                beta * math.log(REFERENCE @ np.exp(REWARD / beta))
                - beta * kl_divergence(p, leashed(beta)),
                rel_tol=1e-9,
            )
            and gain(p, beta) < gain(leashed(beta), beta)
            for p in OTHERS
            for beta in (0.3, 1.0, 3.0)
        ),
    ),
    (
        "it says the third answer in more than 9,999 of 10,000 cases",
        leashed(0.1)[2] > 0.9999
        and math.isclose(kl_divergence(leashed(0.1), REFERENCE), -math.log(0.2), rel_tol=1e-3),
    ),
    (
        r"the slope is $\mp \beta\, \sigma(-\text{logit})$",
        all(
            math.isclose(slope, sign * 0.1 / (1 + math.exp(0.4)))
            for slope, sign in zip(
                preference_loss_grad(-10.0, -14.0, -12.0, -12.0), (-1, 1), strict=True
            )
        ),
    ),
    (
        "about 3,000 times *less* probable, and the loss is lower than in the line before",
        2950 < math.exp(8) < 3050
        and preference_loss(-20, -30, -12, -12) < preference_loss(-10, -14, -12, -12),
    ),
    (
        "in the example above the chosen one did, by a factor of 3,000",
        2950 < math.exp(-12 - -20) < 3050,
    ),
    (
        "they differ by the entropy of the teacher, which the student cannot change",
        math.isclose(
            cross_entropy(softmax(TEACHER), softmax(STUDENT))[0]
            - distillation_loss(STUDENT, TEACHER),
            entropy(softmax(TEACHER))[0],
        )
        and np.allclose(
            distillation_loss_grad(STUDENT, TEACHER),
            softmax_cross_entropy_grad(STUDENT, softmax(TEACHER)),
        ),
    ),
    ("`hh-e-l-ll--oo` says `hello`", read("hh-e-l-ll--oo") == "hello"),
    (
        "A target of $S$ labels fits into $T$ frames only if",
        all(
            (ways(target, frames) > 0.5) == fits(target, frames)
            for target in ([1], [1, 1], [1, 2, 2], [1, 1, 1], [3, 1, 2])
            for frames in range(1, 7)
        ),
    ),
    (
        "the loss is infinite, and in PyTorch 2.13 the gradient is NaN",
        torch.__version__.startswith("2.13") and bool(torch.isnan(ctc_gradient()).all()),
    ),
    (
        "PyTorch divides each loss by the length of its target first",
        math.isclose(
            ctc_loss(EVEN, *BATCH),
            float(F.ctc_loss(torch.tensor(EVEN), *map(torch.tensor, BATCH))),
        )
        and math.isclose(
            ctc_loss(EVEN, *BATCH), np.mean(ctc_loss(EVEN, *BATCH, reduction="none") / [3, 1])
        ),
    ),
    (
        "`zero_infinity=True` counts such a target as 0",
        ctc_loss(EVEN[:2, 0], [1, 1], 2, 2, zero_infinity=True) == 0,
    ),
    (
        "It is $\\ln 2$ minus the [Jensen–Shannon divergence]",
        math.isclose(
            -(P @ np.log(REAL) + Q @ np.log(1 - REAL)) / 2,
            math.log(2) - jensen_shannon_divergence(P, Q),
        ),
    ),
    ("For 90 percent right these odds have to be 9, so", math.isclose(CHECKED[1], 0.9)),
    (
        "The columns have $(2, 1)$ and $(0, 2)$: the same two losses in the other order",
        np.allclose(contrastive_loss(TWO.T, temperature=0.5, reduction="none"), TWO_ROWS[::-1]),
    ),
    (
        "It is above 4.7. What makes it so bad?",
        WORST > 4.7
        and math.isclose(WORST, 4 + math.log(2) + math.log1p(math.exp(-4)))
        and 4.7 < worst_of_a_search() < WORST + 1e-9,
    ),
    (
        "asks for about three fifths of the temperature",
        0.58 < temperature_of(32768, 0.1) / temperature_of(256, 0.1) < 0.62,
    ),
    (
        r"In general $\binom{T + S}{2S}$",
        all(
            round(ways(target, frames)) == math.comb(frames + len(target), 2 * len(target))
            for target in ([1], [1, 2], [1, 2, 3], [1, 2, 1, 3])
            for frames in range(len(target), 9)
        ),
    ),
    (
        "With $\\beta = 1$ the logit is 10, and the loss $\\ln(1 + e^{-10})$, less than a",
        preference_loss(-7.0, -17.0, -12.0, -12.0, beta=1.0) < 1e-4,
    ),
]
