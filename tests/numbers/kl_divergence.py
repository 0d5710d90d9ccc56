"""The numbers in the chapter on the KL divergence."""

from decimal import Decimal, localcontext
from math import comb

import numpy as np
import torch
from torch.nn.functional import kl_div

from lib.activations import softmax
from lib.information import entropy, kl_divergence
from lib.losses import kl_div_loss

CAT, ANSWER = [1, 0, 0], [0.7, 0.2, 0.1]
P, Q = [0.5, 0.3, 0.2], [0.4, 0.4, 0.2]
FAIR, BENT, BADLY_BENT = [0.5, 0.5], [0.25, 0.75], [0.1, 0.9]
DIRECT = kl_divergence(FAIR, BADLY_BENT)
DETOUR = kl_divergence(FAIR, BENT) + kl_divergence(BENT, BADLY_BENT)
PER_TOSS = kl_divergence(FAIR, [0.6, 0.4])
A, B = np.array([0.6, 0.3, 0.1]), np.array([0.3, 0.2, 0.5])
PARTS = A * np.log(A / B)
R = A[0] / (1 - A[0])
EQUAL = np.array([A[0] / R, A[1] * R, A[2] * R])
CAT_AS_MEAN = kl_div_loss(np.log([ANSWER]), [CAT], reduction="mean")


def softened(epsilon: float) -> float:
    """Return the divergence from a forecast whose zero was replaced by `epsilon`."""
    q = np.array([0.5, 0.5, epsilon])
    return kl_divergence(P, q / q.sum())


def fitted(direction: int, second: int = 20) -> float:
    """Return the position of the bell nearest to two humps, in one direction or the other."""
    x = np.arange(31)
    humps = 0.6 * softmax(-((x - 10) ** 2) / 4.5) + 0.4 * softmax(-((x - second) ** 2) / 4.5)
    positions, widths = np.linspace(5, 25, 41), np.linspace(1, 8, 71)
    bells = softmax(-((x - positions[:, None, None]) ** 2) / (2 * widths[:, None] ** 2))
    pair = (humps, bells) if direction > 0 else (bells, humps)
    divergence = kl_divergence(*pair)
    return positions[np.unravel_index(divergence.argmin(), divergence.shape)[0]]


def share_of_broken_triangles() -> float:
    a, b, c = np.random.default_rng(0).dirichlet([1, 1, 1], size=(3, 10_000))
    return (kl_divergence(a, c) > kl_divergence(a, b) + kl_divergence(b, c)).mean()


def share_of_misleading_runs() -> float:
    """Return the probability that 147 tosses of a fair coin speak for the other coin."""
    heads = np.arange(148)
    log_ways = np.concatenate([[0], np.cumsum(np.log(np.arange(147, 0, -1) / np.arange(1, 148)))])
    evidence = heads * np.log(0.5 / 0.6) + (147 - heads) * np.log(0.5 / 0.4)
    return np.exp(log_ways - 147 * np.log(2))[evidence < 0].sum()


def waiting(odds: float, most: int = 6000) -> np.ndarray:
    """Return with which probability the odds have not been there after 0, 1, ... tosses."""
    heads, left = np.arange(most + 1), [1.0]
    chance = np.eye(1, most + 1)[0]  # of each number of heads, the odds not having been there
    for tosses in range(1, most):
        chance = (chance + np.append(0, chance[:-1])) / 2
        evidence = heads * np.log(0.5 / 0.6) + (tosses - heads) * np.log(0.5 / 0.4)
        chance[evidence >= np.log(odds)] = 0
        left.append(chance.sum())
    return np.array(left)


def bettable(tosses: int, odds: float) -> float:
    """Return the probability that a run of tosses ends at the odds or above."""
    heads = np.arange(tosses + 1)
    evidence = heads * np.log(0.5 / 0.6) + (tosses - heads) * np.log(0.5 / 0.4)
    return sum(comb(tosses, int(k)) for k in heads[evidence >= np.log(odds)]) / 2**tosses


WAITING = waiting(20)
#: A forecast that nearly agrees with P, and the divergence of the stored numbers, in 50 digits.
NEAR = np.array(P) + 1e-8 * np.array([1, -2, 1])
PLAIN = np.sum(P * np.log(P / NEAR))
with localcontext(prec=50):
    PAIRS = [(Decimal(float(a)), Decimal(float(b))) for a, b in zip(P, NEAR, strict=True)]
    EXACT = float(sum(a * (a / b).ln() for a, b in PAIRS))
LOG_ANSWER = torch.tensor(np.log(ANSWER))[None]
SHORT, LONG = (
    float(kl_div(LOG_ANSWER, torch.tensor([[total, 0.0, 0.0]]), reduction="batchmean"))
    for total in (0.5, 2.0)
)
JOINT = np.array([[0.4, 0.1], [0.2, 0.3]])
INDEPENDENT = np.outer(JOINT.sum(axis=1), JOINT.sum(axis=0))

NUMBERS = [
    ("multiply the odds by $0.5/0.4 = 1.25$", 0.5 / 0.4, "1.25"),
    ("heads by $0.5/0.6 = 0.83$", 0.5 / 0.6, "0.83"),
    ("it takes 152 tosses on average", WAITING.sum(), "152"),
    ("2 percent of the runs need more than 500", 100 * WAITING[500], "2"),
    ("half of the time 116 are enough", np.argmax(WAITING <= 0.5), "116"),
    ("the plain sum is 2 percent off", 100 * abs(PLAIN / EXACT - 1), "2"),
    ("the target (0.5, 0, 0) has −0.17", SHORT, "−0.17"),
    ("The first answer costs 0.36 [nats]", kl_divergence(CAT, ANSWER), "0.36"),
    ("the second 0.92.", kl_divergence(CAT, [0.4, 0.3, 0.3]), "0.92"),
    ("Here the values, 0.025 and 0.026", kl_divergence(P, Q), "0.025"),
    ("Here the values, 0.025 and 0.026", kl_divergence(Q, P), "0.026"),
    ("bell at position 14.0, the mean of $P$", fitted(1), "14.0"),
    ("bell at position 14.0, the mean of $P$", 0.6 * 10 + 0.4 * 20, "14.0"),
    ("a wide bell centred at 14 that", fitted(1), "14"),
    ("a narrow one at 10.0", fitted(-1), "10.0"),
    ("The direct way measures 0.51 nats", DIRECT, "0.51"),
    ("the detour 0.24", DETOUR, "0.24"),
    ("has an entropy of 1.03 nats", entropy(P), "1.03"),
    (r"$\ln 3 = 1.10$", np.log(3), "1.10"),
    ("the divergence is 0.069.", kl_divergence(P, [1 / 3, 1 / 3, 1 / 3]), "0.069"),
    ("At 0.020 nats a toss", PER_TOSS, "0.020"),
    (r"needs $\ln 20 = 3.00$ nats", np.log(20), "3.00"),
    ("nats a toss, 147 tosses bring", np.log(20) / PER_TOSS, "147"),
    ("reaches 20 to 1 at 147 tosses", np.log(20) / PER_TOSS, "147"),
    ("a dashed line at 3.0 nats, marked 20 to 1, at 147", np.log(20), "3.0"),
    (r"$\ln 9 = 2.20$ are there already", np.log(9), "2.20"),
    ("The remaining 0.80 are what 39 tosses", np.log(20 / 9), "0.80"),
    ("The remaining 0.80 are what 39 tosses", np.log(20 / 9) / PER_TOSS, "39"),
    ("of the cat is −0.7 where it should be 0.36", -np.sum(CAT * np.asarray(ANSWER)), "−0.7"),
    ("is −0.7 where it should be 0.36", kl_div_loss(np.log([ANSWER]), [CAT]), "0.36"),
    ("0.51 directly, 0.24 by the detour", DIRECT, "0.51"),
    ("0.51 directly, 0.24 by the detour", DETOUR, "0.24"),
    ("25 percent break the inequality", 100 * share_of_broken_triangles(), "25"),
    ("the parts are 0.42, 0.12 and −0.16", PARTS[0], "0.42"),
    ("the parts are 0.42, 0.12 and −0.16", PARTS[1], "0.12"),
    ("the parts are 0.42, 0.12 and −0.16", PARTS[2], "−0.16"),
    ("with the sum 0.38", kl_divergence(A, B), "0.38"),
    ("0.91, 2.75 or 5.05 nats", softened(1e-3), "0.91"),
    ("0.91, 2.75 or 5.05 nats", softened(1e-7), "2.75"),
    ("0.91, 2.75 or 5.05 nats", softened(1e-12), "5.05"),
    ("both directions are 0.90", kl_divergence(A, A[::-1]), "0.90"),
    ("both directions are 0.90", kl_divergence(A[::-1], A), "0.90"),
    ("The second number, 0.119, is", CAT_AS_MEAN, "0.119"),
    ("is the first, 0.357, divided", kl_divergence(CAT, ANSWER), "0.357"),
    ("- [ ] 0.289", 0.2 / np.log(2), "0.289"),
    ("- [x] 0.139", 0.2 * np.log(2), "0.139"),
    (r"$\ln 2 = 0.693$ nats", np.log(2), "0.693"),
    (r"0.2 \times 0.693 = 0.139", 0.2 * 0.693, "0.139"),
    (r"0.2 \times 0.693 = 0.139", np.log(2), "0.693"),
    ("= 0.208$ bits", kl_divergence(FAIR, BENT, base=2), "0.208"),
    ("= 0.189$ bits", kl_divergence(BENT, FAIR, base=2), "0.189"),
    ("$r = 1.5$ and $Q = (0.4, 0.45, 0.15)$", R, "1.5"),
    ("$r = 1.5$ and $Q = (0.4, 0.45, 0.15)$", EQUAL[0], "0.4"),
    ("$r = 1.5$ and $Q = (0.4, 0.45, 0.15)$", EQUAL[1], "0.45"),
    ("$r = 1.5$ and $Q = (0.4, 0.45, 0.15)$", EQUAL[2], "0.15"),
    (r"0.2 \ln 1.5 = 0.081$ nats", kl_divergence(A, EQUAL), "0.081"),
    (r"0.2 \ln 1.5 = 0.081$ nats", kl_divergence(EQUAL, A), "0.081"),
    ("147 divergences, 3.00 nats", 147 * PER_TOSS, "3.00"),
    ("binomial distribution, is 12.4 percent", 100 * share_of_misleading_runs(), "12.4"),
]
#: Sentences, and whether a computation bears them out.
STATED = [
    ("after 147 tosses half of all runs allow the bet", bettable(147, 20) == 0.5),
    ("A target that sums to less than 1 can make the loss negative", SHORT < 0 < LONG),
    (
        "Move the second one from 20 to 15, and the reverse bell covers both as well",
        fitted(-1, 15) == fitted(1, 15) == 12 and fitted(-1) == 10,
    ),
    ("at 13 the two bells are the same", fitted(-1, 13) == fitted(1, 13)),
    ("both divergences are then smallest at $Q = P$", kl_divergence(P, P) == 0),
    (
        "$I(X; Y)$ is the divergence of the pair's true distribution",
        np.isclose(
            kl_divergence(JOINT.ravel(), INDEPENDENT.ravel()),
            entropy(JOINT.sum(axis=0)) + entropy(JOINT.sum(axis=1)) - entropy(JOINT.ravel()),
        ),
    ),
    (
        "With `log_target=True` it wants the logarithms of the target as well",
        np.isclose(
            float(
                kl_div(LOG_ANSWER, torch.log(torch.tensor([P])), log_target=True, reduction="sum")
            ),
            kl_divergence(P, ANSWER),
        ),
    ),
    ("by a series where it is small", abs(kl_divergence(P, NEAR) / EXACT - 1) < 1e-6),
    ("If you begin at even odds, a bet of 20 to 1", np.log(20 / 9) < np.log(20 / 1)),
    (
        "They keep the word *divergence* for the sum of both directions",
        np.isclose(
            kl_divergence(P, Q) + kl_divergence(Q, P),
            np.sum((np.array(P) - Q) * np.log(np.array(P) / Q)),
        ),
    ),
]
