"""The numbers in the chapter on the KL divergence."""

import numpy as np

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


def fitted(direction: int) -> float:
    """Return the position of the bell nearest to two humps, in one direction or the other."""
    x = np.arange(31)
    humps = 0.6 * softmax(-((x - 10) ** 2) / 4.5) + 0.4 * softmax(-((x - 20) ** 2) / 4.5)
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


NUMBERS = [
    ("The first answer is 0.36 [nats]", kl_divergence(CAT, ANSWER), "0.36"),
    ("the second 0.92.", kl_divergence(CAT, [0.4, 0.3, 0.3]), "0.92"),
    ("Here the values, 0.025 and 0.026", kl_divergence(P, Q), "0.025"),
    ("Here the values, 0.025 and 0.026", kl_divergence(Q, P), "0.026"),
    ("bell at position 14.0, the mean of $P$", fitted(1), "14.0"),
    ("bell at position 14.0, the mean of $P$", 0.6 * 10 + 0.4 * 20, "14.0"),
    ("a wide bell centred at 14 that", fitted(1), "14"),
    ("a narrow one at 10.0", fitted(-1), "10.0"),
    ("The direct way measures 0.51 nats", DIRECT, "0.51"),
    ("the detour 0.24", DETOUR, "0.24"),
    ("has an entropy of 1.0297 nats", entropy(P), "1.0297"),
    (r"$\ln 3 = 1.0986$", np.log(3), "1.0986"),
    ("the divergence is 0.0690", kl_divergence(P, [1 / 3, 1 / 3, 1 / 3]), "0.0690"),
    ("At 0.020 nats a toss", PER_TOSS, "0.020"),
    (r"needs $\ln 20 = 3.00$ nats", np.log(20), "3.00"),
    ("nats a toss, 147 tosses bring", np.log(20) / PER_TOSS, "147"),
    ("reaches 20 to 1 at 147 tosses", np.log(20) / PER_TOSS, "147"),
    ("a dashed line at 3.0 nats, marked 20 to 1, at 147", np.log(20), "3.0"),
    (r"$\ln 9 = 2.1972$ are there already", np.log(9), "2.1972"),
    ("The remaining 0.7985 are what 39 tosses", np.log(20 / 9), "0.7985"),
    ("The remaining 0.7985 are what 39 tosses", np.log(20 / 9) / PER_TOSS, "39"),
    ("of the cat is −0.7 where it should be 0.3567", -np.sum(CAT * np.asarray(ANSWER)), "−0.7"),
    ("is −0.7 where it should be 0.3567", kl_div_loss(np.log([ANSWER]), [CAT]), "0.3567"),
    ("0.5108 directly, 0.2362 by the detour", DIRECT, "0.5108"),
    ("0.5108 directly, 0.2362 by the detour", DETOUR, "0.2362"),
    ("25 percent break the inequality", 100 * share_of_broken_triangles(), "25"),
    ("the parts are 0.4159, 0.1216 and −0.1609", PARTS[0], "0.4159"),
    ("the parts are 0.4159, 0.1216 and −0.1609", PARTS[1], "0.1216"),
    ("the parts are 0.4159, 0.1216 and −0.1609", PARTS[2], "−0.1609"),
    ("with the sum 0.3766", kl_divergence(A, B), "0.3766"),
    ("0.9074, 2.7485 or 5.0511 nats", softened(1e-3), "0.9074"),
    ("0.9074, 2.7485 or 5.0511 nats", softened(1e-7), "2.7485"),
    ("0.9074, 2.7485 or 5.0511 nats", softened(1e-12), "5.0511"),
    ("both directions are 0.8959", kl_divergence(A, A[::-1]), "0.8959"),
    ("both directions are 0.8959", kl_divergence(A[::-1], A), "0.8959"),
    ("The second number, 0.1189, is", CAT_AS_MEAN, "0.1189"),
    ("is the first, 0.3567, divided", kl_divergence(CAT, ANSWER), "0.3567"),
    ("- [ ] 0.2885", 0.2 / np.log(2), "0.2885"),
    ("- [x] 0.1386", 0.2 * np.log(2), "0.1386"),
    (r"$\ln 2 = 0.6931$ nats", np.log(2), "0.6931"),
    (r"0.2 \times 0.6931 = 0.1386", 0.2 * 0.6931, "0.1386"),
    (r"0.2 \times 0.6931 = 0.1386", np.log(2), "0.6931"),
    ("= 0.2075$ bits", kl_divergence(FAIR, BENT, base=2), "0.2075"),
    ("= 0.1887$ bits", kl_divergence(BENT, FAIR, base=2), "0.1887"),
    ("$r = 1.5$ and $Q = (0.4, 0.45, 0.15)$", R, "1.5"),
    ("$r = 1.5$ and $Q = (0.4, 0.45, 0.15)$", EQUAL[0], "0.4"),
    ("$r = 1.5$ and $Q = (0.4, 0.45, 0.15)$", EQUAL[1], "0.45"),
    ("$r = 1.5$ and $Q = (0.4, 0.45, 0.15)$", EQUAL[2], "0.15"),
    (r"0.2 \ln 1.5 = 0.0811$ nats", kl_divergence(A, EQUAL), "0.0811"),
    (r"0.2 \ln 1.5 = 0.0811$ nats", kl_divergence(EQUAL, A), "0.0811"),
    ("147 divergences, 3.00 nats", 147 * PER_TOSS, "3.00"),
    ("binomial distribution, is 12.4 percent", 100 * share_of_misleading_runs(), "12.4"),
]
#: Sentences, and whether a computation bears them out.
STATED = [
    ("If you begin at even odds, a bet of 20 to 1", np.log(20 / 9) < np.log(20 / 1)),
    (
        "They keep the word *divergence* for the sum of both directions",
        np.isclose(
            kl_divergence(P, Q) + kl_divergence(Q, P),
            np.sum((np.array(P) - Q) * np.log(np.array(P) / Q)),
        ),
    ),
]
