"""The numbers in the chapter on the softmax."""

import numpy as np

from lib.activations import (
    log_softmax,
    logsumexp,
    naive_softmax,
    sigmoid,
    softmax,
    softmax_jacobian,
)
from lib.information import entropy
from lib.losses import softmax_cross_entropy, softmax_cross_entropy_grad
from tests.numbers import training

Z = np.array([3.2, 5.1, -1.7])
P = softmax(Z)
E = np.exp(Z)
COOL, WARM = softmax(Z, temperature=0.5), softmax(Z, temperature=10)
GRADIENT = softmax_cross_entropy_grad(Z, 0)
COUNT = [0.0, 1.0, 2.0]
LARGE = softmax([1000.0, 1001.0, 999.0])
ROW = softmax_jacobian(np.log([0.3, 0.14 / 0.3, 0.07 / 0.3]))[0]
LOGS = np.log([0.5, 0.3, 0.2])


def first_failure(dtype: str, around: float) -> float:
    """Return the first score, in steps of 0.01, whose naive softmax with 0 is NaN."""
    scores = np.round(np.arange(around - 1, around + 1, 0.01), 2)
    pairs = np.stack([scores, np.zeros_like(scores)], axis=-1).astype(dtype)
    return scores[np.isnan(naive_softmax(pairs)).any(axis=-1)].min()


def floor(classes: int) -> float:
    """Return the least loss of a softmax on top of a softmax."""
    return softmax_cross_entropy(np.eye(classes)[0], 0)


def last_underflow(dtype: str) -> float:
    """Return the lowest score, in steps of 0.01, whose exponential is not yet 0."""
    scores = np.round(np.arange(-110, -100, 0.01), 2)
    alone = np.isnan(naive_softmax(scores[:, None].astype(dtype)))[:, 0]
    return scores[~alone].min()


#: The scores in the chapter are those of the model that the book trains, for one of its images.
OF_A_TWO = [2.64, -1.11, 4.18, 3.20, -3.11, -1.86, -2.51, 0.14, -1.99, 0.43]
LOGITS = training.READER.logits(training.D_TEST)
assert (np.round(LOGITS[0], 2) == OF_A_TWO).all()
assert training.L_TEST[0] == 2
assert np.argsort(-LOGITS[0])[:3].tolist() == [2, 3, 0]
assert sum(score < 0 for score in OF_A_TWO) == 5, "half of them are negative"
RIGHT = (LOGITS.argmax(axis=1) == training.L_TEST).mean()
TEMPERATURES = np.linspace(0.2, 2, 181)
AT = [softmax_cross_entropy(LOGITS / t, training.L_TEST) for t in TEMPERATURES]

NUMBERS = [
    (
        "right on 96 percent of new images",
        100 * (LOGITS.argmax(axis=1) == training.L_TEST).mean(),
        "96",
    ),
    ("new images and claims 89", 100 * softmax(LOGITS).max(axis=1).mean(), "89"),
    ("A temperature near 0.6", TEMPERATURES[np.argmin(AT)], "0.6"),
    ("The dog takes 0.87", P[1], "0.87"),
    ("the cat 0.13, and the horse", P[0], "0.13"),
    ("and the horse 0.001", P[2], "0.001"),
    (
        "the true value is $4.25 \\cdot 10^{-18}$",
        softmax_cross_entropy([40.0, 0.0], 0) * 1e18,
        "4.25",
    ),
    ("The dog's score is 1.9 above the cat's", Z[1] - Z[0], "1.9"),
    ("$e^{1.9} = 6.6859$ times", P[1] / P[0], "6.6859"),
    ("The dog falls from 1 to 0.35", softmax(Z, temperature=50)[1], "0.35"),
    ("the horse rises from 0 to 0.31", softmax(Z, temperature=50)[2], "0.31"),
    ("At $T = 0.5$ the dog has 0.98", COOL[1], "0.98"),
    ("(glossary.md#entropy) is 0.11 nats", entropy(COOL), "0.11"),
    ("at $T = 10$ it has 0.43", WARM[1], "0.43"),
    ("the entropy is 1.06, close to", entropy(WARM), "1.06"),
    ("close to the $\\ln 3 = 1.10$", np.log(3), "1.10"),
    ("A 32-bit number ends at $3.4 \\times 10^{38}$", np.finfo(np.float32).max / 1e38, "3.4"),
    ("and $e^{88.73}$ is larger than that", first_failure("float32", 88.5), "88.73"),
    ("88.72 in 32 bits and 709.78 in 64", np.log(np.finfo(np.float32).max), "88.72"),
    ("88.72 in 32 bits and 709.78 in 64", np.log(np.finfo(np.float64).max), "709.78"),
    ("bar of float32 ends at 88.72", first_failure("float32", 88.5) - 0.01, "88.72"),
    ("with the words NaN from 88.73", first_failure("float32", 88.5), "88.73"),
    ("bar of float64 ends at 709.78", first_failure("float64", 709.5) - 0.01, "709.78"),
    ("with the words NaN from 709.79", first_failure("float64", 709.5), "709.79"),
    ("Below −103.97 every exponential of 32 bits", last_underflow("float32"), "−103.97"),
    ("though the true value is 1000", -log_softmax([1000.0, 0.0])[1], "1000"),
    ("the exponentials are 24.5325", E[0], "24.5325"),
    ("24.5325, 164.0219 and 0.1827", E[1], "164.0219"),
    ("24.5325, 164.0219 and 0.1827", E[2], "0.1827"),
    ("their sum is 188.7371. Divide", E.sum(), "188.7371"),
    ("$24.5325 / 188.7371 = 0.1300$", E[0] / E.sum(), "0.1300"),
    ("$-\\ln 0.1300 = 2.0404$ nats", softmax_cross_entropy(Z, 0), "2.0404"),
    ("their log-sum-exp is 5.2404", logsumexp(Z), "5.2404"),
    ("The probabilities are (0.2447, 0.6652, 0.0900).\n\n### Two", LARGE[0], "0.2447"),
    ("The probabilities are (0.2447, 0.6652, 0.0900).\n\n### Two", LARGE[1], "0.6652"),
    ("The probabilities are (0.2447, 0.6652, 0.0900).\n\n### Two", LARGE[2], "0.0900"),
    ("$\\sigma(1.9) = 0.8699$ for the dog", sigmoid(1.9), "0.8699"),
    ("The floor is 0.313 nats for 2 classes", floor(2), "0.313"),
    ("0.744 for 4 and 1.461 for 10", floor(4), "0.744"),
    ("0.744 for 4 and 1.461 for 10", floor(10), "1.461"),
    ("the log-sum-exp, 5.2404 here", logsumexp(Z), "5.2404"),
    ("0.87 means that the answer is right in 87 of 100", P[1], "0.87"),
    ("the dog's 0.8690 has become 0.9781", P[1], "0.8690"),
    ("the dog's 0.8690 has become 0.9781", softmax(2 * Z)[1], "0.9781"),
    ("it stops at 16.1 nats", -np.log(1e-7), "16.1"),
    ("has a row (0.21, −0.14, x)", ROW[0], "0.21"),
    ("has a row (0.21, −0.14, x)", ROW[1], "−0.14"),
    ("- [x] −0.07", ROW[2], "−0.07"),
    ("at temperature 1 it says (0.13, 0.87, 0.00)", P[0], "0.13"),
    ("at temperature 1 it says (0.13, 0.87, 0.00)", P[1], "0.87"),
    ("at temperature 1 it says (0.13, 0.87, 0.00)", P[2], "0.00"),
    ("The exponentials are 1, 2.7183 and 7.3891", np.exp(1), "2.7183"),
    ("The exponentials are 1, 2.7183 and 7.3891", np.exp(2), "7.3891"),
    ("their sum is 11.1073. The probabilities", np.exp(COUNT).sum(), "11.1073"),
    ("The probabilities are (0.0900, 0.2447, 0.6652)", softmax(COUNT)[0], "0.0900"),
    ("The probabilities are (0.0900, 0.2447, 0.6652)", softmax(COUNT)[1], "0.2447"),
    ("The probabilities are (0.0900, 0.2447, 0.6652)", softmax(COUNT)[2], "0.6652"),
    ("$-\\ln 0.0900 = 2.4076$ nats", softmax(COUNT)[0], "0.0900"),
    ("which is $\\ln 11.1073 - 0$", np.exp(COUNT).sum(), "11.1073"),
    ("$-\\ln 0.0900 = 2.4076$ nats", softmax_cross_entropy(COUNT, 0), "2.4076"),
    ("(−0.6931, −1.2040, −1.6094). So does", LOGS[0], "−0.6931"),
    ("(−0.6931, −1.2040, −1.6094). So does", LOGS[1], "−1.2040"),
    ("(−0.6931, −1.2040, −1.6094). So does", LOGS[2], "−1.6094"),
    ("$e^{d/T} = 0.75 / 0.25 = 3$", 0.75 / 0.25, "3"),
    ("For $d = 1.9$ that is 1.7295", 1.9 / np.log(3), "1.7295"),
    ("The largest number of the 16-bit format is 65504", np.finfo(np.float16).max, "65504"),
    ("$\\ln 65504 = 11.0899$", np.log(65504), "11.0899"),
    ("neighbouring numbers near 11 are 0.0078 apart", np.spacing(np.float16(11)), "0.0078"),
    ("finds the first failure at 11.09", first_failure("float16", 11), "11.09"),
    ("11.09 is stored as 11.0938", np.float16(11.09), "11.0938"),
    ("For 1000 classes that is 5.9095 nats", floor(1000), "5.9095"),
    ("guessing costs 6.9078", np.log(1000), "6.9078"),
    (r"$24.5325 / 188.7371 = 0.1300$", E[0], "24.5325"),
    (r"$24.5325 / 188.7371 = 0.1300$", E.sum(), "188.7371"),
    (r"$-\ln 0.1300 = 2.0404$", P[0], "0.1300"),
    (
        "its slope has length $\\sqrt{2}$",
        (softmax_cross_entropy_grad([-10.0, 10.0, -9.0], 0) ** 2).sum(),
        "2",
    ),
    ("minus 3.2.", Z[0], "3.2"),
    ("Subtract 1001 and it is the softmax of (−1, 0, −2)", max(1000, 1001, 999), "1001"),
    ("Subtract 1001 and it is the softmax of (−1, 0, −2)", 1000 - 1001, "−1"),
    ("Subtract 1001 and it is the softmax of (−1, 0, −2)", 999 - 1001, "−2"),
    ("The difference of their scores is 1.9, and", Z[1] - Z[0], "1.9"),
    ("The maximum of (3.2, 5.1, −1.7) is 5.1", Z.max(), "5.1"),
    ("The row would sum to 0.14.", 0.21 - 0.14 + 0.07, "0.14"),
    ("so $T = d / \\ln 3$", 0.75 / 0.25, "3"),
]
#: Numbers that are given, not computed.
GIVEN = [
    "of the scores (3.2, 5.1, −1.7) one is negative",
    "scores (1000, 0), and class 1 is right",
    "the probability of class 1 is $e^{-1000}$",
    "For the scores (3.2, 5.1, −1.7) the exponentials",
    "cannot do (1000, 1001, 999) at all",
    "see the scores (1000, 0) above",
    "The maximum of (3.2, 5.1, −1.7) is",
    "Two scores of 88.5 are below",
    "are raised by 7.",
    "$e^{z_i + 7} = e^7 e^{z_i}$, and the common factor $e^7$",
    "Add 1e-7 to every",
    "whose softmax is $(0.5, 0.3, 0.2)$",
    "get a probability of 0.75? What is that temperature for $d = 1.9$?",
    r"What is it for 1000 classes, and how far below the $\ln 1000$",
]
