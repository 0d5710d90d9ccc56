"""The numbers in the chapter on calibration."""

from functools import cache

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression

from lib.activations import sigmoid, softmax
from lib.calibration import (
    calibration_refinement,
    expected_calibration_error,
    fit_temperature,
)
from lib.explorables import CalibrationExplorer
from lib.information import binary_entropy, kl_divergence
from lib.losses import binary_cross_entropy_with_logits, softmax_cross_entropy
from lib.schedules import constant
from lib.training import fit_softmax_regression
from tests.numbers import training

FIT, HELD = slice(0, None, 2), slice(1, None, 2)
Y = training.L_TEST
SCORES = {
    "softmax": training.READER.logits(training.D_TEST),
    "SVM": training.SVM.scores(training.D_TEST),
}
TEMPERATURE = {name: fit_temperature(z[FIT], Y[FIT]) for name, z in SCORES.items()}


def right(z) -> float:
    return np.mean(z[HELD].argmax(axis=-1) == Y[HELD])


def confidence(z) -> float:
    return softmax(z[HELD]).max(axis=-1).mean()


def loss(z, temperature: float = 1) -> float:
    return softmax_cross_entropy(z[HELD] / temperature, Y[HELD])


@cache
def penalised(l2: float) -> np.ndarray:
    settings = {**training.SMALL, "l2": l2}
    model, _ = fit_softmax_regression(training.D, training.L, schedule=training.COSINE, **settings)
    return model.logits(training.D_TEST)


def best(l2: float) -> float:
    """Return the best temperature of the test images for a penalty."""
    return fit_temperature(penalised(l2), Y)


def sixty(start: int, epochs: int) -> tuple[float, float]:
    """Return the losses of a model of sixty images, as it is and mended."""
    few = slice(start, start + 60)
    images, labels = training.D[few], training.L[few]
    model, _ = fit_softmax_regression(images, labels, schedule=constant(4.0), epochs=epochs)
    z = model.logits(training.D_TEST)
    return loss(z), loss(z, fit_temperature(z[FIT], Y[FIT]))


#: Of ten sixties after 75, 250 and 750 epochs.
EARLY = np.array([sixty(start, 75) for start in range(0, 600, 60)])
SIXTIES = np.array([[sixty(k, epochs) for epochs in (250, 750)] for k in range(0, 600, 60)])
RISE, MENDED_RISE = (SIXTIES[:, 1] - SIXTIES[:, 0]).T


def error(values) -> float:
    return values.std(ddof=1) / np.sqrt(len(values))


@cache
def by_chance(temperature: float) -> np.ndarray:
    """Return what the ECE would be were the softmax regression calibrated."""
    rng = np.random.default_rng(1)
    probs = softmax(SCORES["softmax"][HELD] / temperature)
    drawn = (rng.random((300, len(probs), 1)) < probs.cumsum(axis=-1)).argmax(axis=-1)
    return np.array([expected_calibration_error(probs, labels, bins=10) for labels in drawn])


def ece(temperature: float = 1) -> float:
    probs = softmax(SCORES["softmax"][HELD] / temperature)
    return expected_calibration_error(probs, Y[HELD], bins=10)


def binary_beta() -> float:
    """Return scikit-learn's inverse temperature for log-odds that are calibrated."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(20_000, 1))
    y = (rng.random(20_000) < sigmoid(2 * x[:, 0])).astype(int)
    model = LogisticRegression(C=1e6).fit(x, y)
    calibrated = CalibratedClassifierCV(FrozenEstimator(model), method="temperature").fit(x, y)
    return calibrated.calibrated_classifiers_[0].calibrators[0].beta_


U = (np.arange(200_000) + 0.5) / 200_000  # the chances of rain
ODD = 2 * np.log(U / (1 - U))  # the log-odds that are said
SURCHARGE = kl_divergence(np.c_[U, 1 - U], np.c_[sigmoid(ODD), sigmoid(-ODD)]).mean()


def moved(p: float, old: float, new: float) -> float:
    odds = p / (1 - p) * (new / (1 - new)) / (old / (1 - old))
    return odds / (1 + odds)


def square_ece(top: bool) -> float:
    """Return the ECE of P(y = 1 | q) = q², without chance: both labels, weighed by counts."""
    q = (np.arange(1000) + 0.5) / 1000
    ones = np.round(1000 * q**2).astype(int)
    probs, labels = np.repeat(q, 1000), np.concatenate([[1] * k + [0] * (1000 - k) for k in ones])
    given = np.stack([1 - probs, probs], axis=-1) if top else probs
    return expected_calibration_error(given, labels, bins=10)


def cost(said, price: float = 0.2) -> float:
    return np.where(said > price, price, U).mean()


def refined(said, labels) -> float:
    return calibration_refinement(said, labels, strategy="quantile").refinement


RAINY = (np.random.default_rng(0).random(200) < U[::1000]).astype(int)
#: Of what is said, of the truth behind it, which has the same order, and of another order.
REFINED = [refined(p, RAINY) for p in (sigmoid(ODD[::1000]), U[::1000], U[::1000] * 37 % 1)]
RAINY_2000 = (np.random.default_rng(0).random(2000) < U[::100]).astype(int)


def first_class(z) -> float:
    """Return the log-odds of the first class."""
    return np.log(softmax(z)[0] / (1 - softmax(z)[0]))


#: Of two samples, before and after their scores are halved.
PAIR = np.array([2, 1.9, -9]), np.array([0.9, -0.5, -0.5])
COMPARED, HALVED = [[first_class(z / by) for z in PAIR] for by in (1, 2)]
BY_HAND = [0.1, 0.2, 0.6, 0.8, 0.8], [0, 1, 1, 1, 0]

NUMBERS = [
    ("Going without costs $0.1 \\cdot 5 = 0.5$ on average", 0.1 * 5, "0.5"),
    ("is rainy: going without costs 1.25.", 5 * sigmoid(np.log(0.1 / 0.9) / 2), "1.25"),
    ("the first fits $\\beta = 0.5$ and not 1", binary_beta(), "0.5"),
    ("right in 0.973 of the images and says 0.897", right(SCORES["softmax"]), "0.973"),
    ("of the images and says 0.897 on average", confidence(SCORES["softmax"]), "0.897"),
    ("with $T = 0.25$ its loss falls", TEMPERATURE["SVM"], "0.25"),
    ("its loss falls from 0.658 to 0.101", loss(SCORES["SVM"]), "0.658"),
    ("its loss falls from 0.658 to 0.101", loss(SCORES["SVM"], TEMPERATURE["SVM"]), "0.101"),
    ("{0.2}^{1/3} (u - 0.2)\\,du = 0.009$", cost(sigmoid(ODD)) - cost(U), "0.009"),
    ("on top of the 0.18 that even the truth costs", cost(U), "0.18"),
    ("is right in 0.973 of the images before and after", right(SCORES["softmax"]), "0.973"),
    ("and a loss of 0.693, the same as knowing nothing", np.log(2), "0.693"),
    ("then rises by 0.018, because", RISE.mean(), "0.018"),
    ("Is a gap of 0.077 on 225", ece(), "0.077"),
    ("chance gives 0.038, and", by_chance(1).mean(), "0.038"),
    ("now been 0.63 on one half", TEMPERATURE["softmax"], "0.63"),
    ("0.47 on the other", fit_temperature(SCORES["softmax"][HELD], Y[HELD]), "0.47"),
    ("0.57 on all of them", best(0.001), "0.57"),
    ("the 2000 days of the figure by more, 2.16,", CalibrationExplorer().best_temperature, "2.16"),
    ("0.5/\\sqrt{100} = 0.05$", (U[::100] < 0.5).std() / np.sqrt(100), "0.05"),
    ("has a best temperature of 0.57,", best(0.001), "0.57"),
    ("with ten times that penalty 0.37", best(0.01), "0.37"),
    ("Its loss is the entropy of 0.3, 0.61 nats.", binary_entropy(0.3), "0.61"),
    ("a gap of 0.35. The second", 0.5 - 0.15, "0.35"),
    ("\\frac{0.2}{3} = 0.18$", expected_calibration_error(*BY_HAND, bins=2), "0.18"),
    ("For $s = 2$: $\\ln 3$, odds of 3 : 1, 0.75.", sigmoid(np.log(9) / 2), "0.75"),
    ("odds of $9/e = 3.31$, 0.77.", 9 / np.e, "3.31"),
    ("odds of $9/e = 3.31$, 0.77.", sigmoid(np.log(9) - 1), "0.77"),
    ("1.5, a probability of 0.6.", moved(0.9, 0.6, 0.2), "0.6"),
]

STATED = [
    (
        "of the days on which *this* forecaster says 10 percent, a quarter is rainy",
        np.isclose(sigmoid(np.log(0.1 / 0.9) / 2), 0.25),
    ),
    ("is the mean of $q - q^2$, which is $1/6$", abs(square_ece(top=False) - 1 / 6) < 1e-3),
    ("an ECE of 0. The accuracy is ¾", square_ece(top=True) < 1e-3),
    ("Five percent, for being too sure.", 0.045 < cost(sigmoid(ODD)) / cost(U) - 1 < 0.055),
    (
        "is $\\int_0^1 H(u)\\,du = \\frac12$ nat",
        abs(binary_entropy(U).mean() - 0.5) < 1e-6,
    ),
    (
        "The first and the last have nearly the same loss.",
        abs(0.5 + SURCHARGE - (2 * 0.5 + np.log(2)) / 3) < 0.01,
    ),
    ("seldom more than 0.06.", ece() > 0.06 > np.quantile(by_chance(1), 0.95)),
    ("With two classes a temperature cannot touch it", REFINED[0] == REFINED[1] < REFINED[2]),
    (
        "On average the loss on other images is least after 250 epochs",
        EARLY[:, 0].mean() > SIXTIES[:, 0, 0].mean() < SIXTIES[:, 1, 0].mean(),
    ),
    (
        "With a temperature, fitted on yet other images, it stays where it was",
        abs(MENDED_RISE.mean()) < error(MENDED_RISE) < 0.003 < 2.5 * error(RISE) < RISE.mean(),
    ),
    (
        "For a single sixty the order is a matter of luck, with a temperature and without",
        (RISE > 0).any() and (RISE < 0).any() and (MENDED_RISE > 0).any() and min(MENDED_RISE) < 0,
    ),
    (
        "What is left after the temperature is no more than chance",
        ece(TEMPERATURE["softmax"]) < np.quantile(by_chance(TEMPERATURE["softmax"]), 0.95),
    ),
    (
        "With a hundred, even the truth looks bad",
        expected_calibration_error(U[::100], RAINY_2000, bins=100) > 0.06,
    ),
    (
        "Both are halved. With more classes it could.",
        COMPARED[0] < COMPARED[1] and HALVED[0] > HALVED[1],
    ),
    ("whose difference is $2z$", np.isclose(sigmoid(2 * 0.7), softmax([-0.7, 0.7])[1])),
    (
        "if every label has the largest score, the loss falls as $T \\to 0$",
        binary_cross_entropy_with_logits([20.0, -20.0], [1, 0])
        < binary_cross_entropy_with_logits([1.0, -1.0], [1, 0]),
    ),
]
