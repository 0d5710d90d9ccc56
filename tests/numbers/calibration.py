"""The numbers in the chapter on calibration."""

from functools import cache

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression

from lib.activations import sigmoid, softmax
from lib.calibration import (
    brier_score,
    calibration_refinement,
    expected_calibration_error,
    fit_temperature,
    reliability_curve,
)
from lib.explorables import CalibrationExplorer
from lib.information import binary_entropy, kl_divergence
from lib.losses import binary_cross_entropy_with_logits, softmax_cross_entropy
from lib.schedules import constant, cosine_decay
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
def best(l2: float, epochs: int = 40) -> float:
    """Return the best temperature of the test images for a penalty and a time of training."""
    settings = {**training.SMALL, "l2": l2, "epochs": epochs}
    schedule = cosine_decay(2.0, decay_steps=epochs)
    model, _ = fit_softmax_regression(training.D, training.L, schedule=schedule, **settings)
    return fit_temperature(model.logits(training.D_TEST), Y)


#: After how many epochs ten models of sixty images each are judged.
EPOCHS = 75, 250, 750


def sixties() -> np.ndarray:
    """Return the test images' scores, (10, 3, 450, 10), after each of the epochs.

    All ten are trained at once, each on all its images, by the steps of `fit_softmax_regression`.
    """
    X, y = training.D[:600].reshape(10, 60, -1), np.eye(10)[training.L[:600]].reshape(10, 60, 10)
    weights, bias, scores = np.zeros((10, 64, 10)), np.zeros((10, 1, 10)), []
    for epoch in range(1, max(EPOCHS) + 1):
        dz = np.exp(X @ weights + bias)
        dz = (dz / dz.sum(axis=-1, keepdims=True) - y) / 60
        weights = weights - 4 * X.transpose(0, 2, 1) @ dz
        bias = bias - 4 * dz.sum(axis=1, keepdims=True)
        if epoch in EPOCHS:
            scores.append(training.D_TEST @ weights + bias)
    return np.swapaxes(scores, 0, 1)


SIXTIES_SCORES = sixties()
FIRST, _ = fit_softmax_regression(
    training.D[:60], training.L[:60], schedule=constant(4.0), epochs=EPOCHS[0]
)
assert np.allclose(FIRST.logits(training.D_TEST), SIXTIES_SCORES[0, 0], atol=1e-12)
#: Their losses, as they are and mended, (10, 3, 2).
SIXTIES = np.array(
    [[(loss(z), loss(z, fit_temperature(z[FIT], Y[FIT]))) for z in one] for one in SIXTIES_SCORES]
)
EARLY_CHANGE, _ = (SIXTIES[:, 1] - SIXTIES[:, 0]).T
RISE, MENDED_RISE = (SIXTIES[:, 2] - SIXTIES[:, 1]).T


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


def among_others(temperature: float) -> float:
    """Return the part of the digits' refinement that no bin changes."""
    probs = softmax(SCORES["softmax"][HELD] / temperature)
    curve = reliability_curve(probs, Y[HELD])
    of_top = (curve.count / len(probs) * binary_entropy(curve.accuracy)).sum()
    return calibration_refinement(probs, Y[HELD]).refinement - of_top


def in_last_bin(name: str) -> float:
    probs = softmax(SCORES[name][HELD] / TEMPERATURE[name])
    return np.mean(probs.max(axis=-1) > 0.9)


def simple() -> tuple[float, float]:
    """Return best temperature and ECE of the best model that is too simple, on its own samples."""
    x = np.linspace(-3, 3, 2000)
    y = (np.random.default_rng(0).random(2000) < sigmoid(x**2 - 2 + x)).astype(int)
    model = LogisticRegression(C=np.inf, tol=1e-10).fit(x[:, None], y)
    z = model.decision_function(x[:, None])
    by_place = [abs(y[k : k + 200].mean() - sigmoid(z[k : k + 200]).mean()) for k in (0, 800)]
    return fit_temperature(z, y), min(by_place)


def held_back(l2: float, epochs: int) -> float:
    """Return the best temperature on the training samples."""
    model, _ = fit_softmax_regression(
        training.Z, training.Y, schedule=constant(1.0), epochs=epochs, l2=l2
    )
    return fit_temperature(model.logits(training.Z), training.Y)


def outcome(p: float, q: np.ndarray) -> dict[str, np.ndarray]:
    """Return what is expected of each score where p is true and q is said."""
    return {
        "Brier": p * (1 - q) ** 2 + (1 - p) * q**2,
        "distance": p * (1 - q) + (1 - p) * q,
        "wrong answers": np.where(q > 0.5, 1 - p, p),
    }


SAID = np.linspace(0, 1, 201)
#: Which predictions are best where a quarter comes true.
WANTED = {
    name: SAID[score <= score.min() + 1e-12].tolist() for name, score in outcome(0.25, SAID).items()
}

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

BEST = {(l2, n): best(l2, n) for l2, n in ((0.01, 40), (0.001, 40), (0, 40), (0, 200))}

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
    ("the loss rises by 0.018, three times", RISE.mean(), "0.018"),
    ("its standard error of 0.006, because", error(RISE), "0.006"),
    ("with $q = 0.8$ it is right in 0.64", 0.8**2, "0.64"),
    ("in $1 - 0.04 = 0.96$", 1 - 0.2**2, "0.96"),
    ("on average in 0.80.", (0.8**2 + 1 - 0.2**2) / 2, "0.80"),
    ("it is 0.012 at $T = 0.2$", among_others(0.2), "0.012"),
    ("0.019 at 1 and 0.044 at 5", among_others(1), "0.019"),
    ("0.019 at 1 and 0.044 at 5", among_others(5), "0.044"),
    ("Without a penalty it is 0.84 after 40 epochs", BEST[0, 40], "0.84"),
    ("and 1.09 after 200.", BEST[0, 200], "1.09"),
    ("Is a gap of 0.077 on 225", ece(), "0.077"),
    ("chance gives 0.038, and", by_chance(1).mean(), "0.038"),
    ("now been 0.63 on one half", TEMPERATURE["softmax"], "0.63"),
    ("0.47 on the other", fit_temperature(SCORES["softmax"][HELD], Y[HELD]), "0.47"),
    ("0.57 on all of them", BEST[0.001, 40], "0.57"),
    ("the 2000 days of the figure by more, 2.16,", CalibrationExplorer().best_temperature, "2.16"),
    ("0.5/\\sqrt{100} = 0.05$", (U[::100] < 0.5).std() / np.sqrt(100), "0.05"),
    ("has a best temperature of 0.57,", BEST[0.001, 40], "0.57"),
    ("with ten times that penalty 0.37", BEST[0.01, 40], "0.37"),
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
        "Between 75 and 250 epochs the mean losses on other images cannot be told apart",
        abs(EARLY_CHANGE.mean()) < error(EARLY_CHANGE),
    ),
    (
        "still not sure enough after 40 epochs, and too sure after 200",
        BEST[0, 40] < 0.9 and BEST[0, 200] > 1.05,
    ),
    ("wants something else, and the share of wrong", WANTED["distance"] == [0.0]),
    ("So is the squared error of a probability", WANTED["Brier"] == [0.25]),
    (
        "it does not care, as long as $q$ stays below ½",
        WANTED["wrong answers"] == SAID[SAID <= 0.5].tolist(),
    ),
    (
        "as in {cite:t}`brier1950`, and for two classes twice as much",
        np.isclose(
            brier_score([[0.2, 0.8], [0.9, 0.1]], [1, 1]), 2 * brier_score([0.8, 0.1], [1, 1])
        ),
    ),
    (
        "A penalty or an early stop may hold its weights back",
        max(held_back(0.01, 1000), held_back(0, 10)) < 0.9,
    ),
    (
        "it is right on average, but wrong in places",
        abs(simple()[0] - 1) < 1e-4 and simple()[1] > 0.1,
    ),
    (
        "nearly nine in ten images are in the last bin",
        all(0.86 < in_last_bin(name) < 0.9 for name in SCORES),
    ),
    (
        "it falls as $T \\to \\infty$: look for labels",
        softmax_cross_entropy([[1.0, 0.0], [0.0, 1.0]], [1, 0])
        > softmax_cross_entropy([[0.1, 0.0], [0.0, 0.1]], [1, 0]),
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
        "What is left after the temperature cannot be told from chance",
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
        "If every label has the largest score, the loss falls as $T \\to 0$",
        binary_cross_entropy_with_logits([20.0, -20.0], [1, 0])
        < binary_cross_entropy_with_logits([1.0, -1.0], [1, 0]),
    ),
]
