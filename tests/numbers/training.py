"""The numbers in the chapter on training a classifier."""

import numpy as np
from sklearn.datasets import load_digits, load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from threadpoolctl import threadpool_limits

from lib.activations import softmax
from lib.information import binary_entropy
from lib.losses import (
    binary_cross_entropy_with_logits,
    softmax_cross_entropy,
)
from lib.schedules import constant, cosine_decay
from lib.training import fit_logistic_regression, fit_multiclass_svm, fit_softmax_regression

# Matrices this small are slowed down by threads.
threadpool_limits(limits=1)


def split(data, target, test_size: int) -> list[np.ndarray]:
    options = {"test_size": test_size, "stratify": target, "random_state": 0}
    return train_test_split(data, target, **options)


IRIS, DIGITS = load_iris(), load_digits()
X, X_TEST, Y, Y_TEST = split(IRIS.data, IRIS.target, 50)
Z, Z_TEST = ((A - X.mean(axis=0)) / X.std(axis=0) for A in (X, X_TEST))
MODEL, HISTORY = fit_softmax_regression(Z, Y, schedule=constant(1.0), epochs=1000, l2=0.01)
PEER = LogisticRegression(C=1.0, tol=1e-10).fit(Z, Y)

D, D_TEST, L, L_TEST = split(DIGITS.data / 16, DIGITS.target, 450)
SMALL = {"epochs": 40, "batch_size": 32, "l2": 0.001, "rng": 0}
COSINE = cosine_decay(2.0, decay_steps=40)
_, JUMPY = fit_softmax_regression(D, L, schedule=constant(2.0), **SMALL)
READER, LOG = fit_softmax_regression(D, L, schedule=COSINE, **SMALL)
SVM, SVM_LOG = fit_multiclass_svm(D, L, schedule=cosine_decay(0.05, decay_steps=40), **SMALL)
DIGIT_PEER = LogisticRegression(C=1 / (0.001 * len(D)), tol=1e-6, max_iter=1000).fit(D, L)

STEP, _ = fit_softmax_regression(np.eye(2), [0, 1], schedule=constant(1.0), epochs=1)
LOUD = 10.0 * np.random.default_rng(0).normal(size=(64, 10))
LOUD_LOSS = softmax_cross_entropy(D @ LOUD, L)


def accuracy(model, samples: np.ndarray, labels: np.ndarray) -> float:
    return np.mean(model.predict(samples) == labels)


def pulled(epochs: int) -> tuple[float, float]:
    """Return loss and length of the weights that part setosa from the rest."""
    y = (Y == 0).astype(int)
    model, _ = fit_logistic_regression(Z, y, schedule=constant(1.0), epochs=epochs)
    assert accuracy(model, Z, y) == 1
    return (
        binary_cross_entropy_with_logits(model.logits(Z), y),
        np.linalg.norm(model.weights),
    )


def length(C: float) -> float:
    """Return the length of scikit-learn's weights for iris."""
    return np.linalg.norm(LogisticRegression(C=C, max_iter=10_000).fit(Z, Y).coef_)


def losses_of(features: np.ndarray) -> np.ndarray:
    """Return iris's training loss before each epoch at the rate 0.3."""
    return fit_softmax_regression(features, Y, schedule=constant(0.3), epochs=501)[1].loss


RAW, CENTRED, STANDARDISED = losses_of(X), losses_of(X - X.mean(axis=0)), losses_of(Z)


def border(features: np.ndarray) -> float:
    """Return 2 over the largest curvature of softmax regression of 3 classes at weights of 0."""
    ones = np.c_[features, np.ones(len(features))]
    return 2 * 3 / np.linalg.eigvalsh(ones.T @ ones / len(ones))[-1]


PULLED = {epochs: pulled(epochs) for epochs in (10, 100, 1000)}
FALLING = "The loss falls from 0.071 to 0.010 and 0.0012"
GROWING = "grows from 1.9 to 3.5 and 5.4"
SETOSA = [
    *(
        (FALLING, PULLED[n][0], text)
        for n, text in ((10, "0.071"), (100, "0.010"), (1000, "0.0012"))
    ),
    *((GROWING, PULLED[n][1], text) for n, text in ((10, "1.9"), (100, "3.5"), (1000, "5.4"))),
]
START = softmax_cross_entropy(np.zeros((1, 3)), [0])
TEN = softmax_cross_entropy(np.zeros((1, 10)), [0])
PEER_LOSS = softmax_cross_entropy(DIGIT_PEER.decision_function(D_TEST), L_TEST)
PEER_RIGHT = DIGIT_PEER.score(D_TEST, L_TEST)
OURS = softmax_cross_entropy(READER.logits(D_TEST), L_TEST)
RIGHT = accuracy(READER, D_TEST, L_TEST)
SVM_NATS = softmax_cross_entropy(SVM.scores(D_TEST), L_TEST)
LAST = "the last three values of the loss are 0.51, 0.34 and 0.18"
RUNS = (JUMPY, LOG)
ALT = "starts at 2.30, rises to 2.81 after the first epoch and is at 0.27 after the second"

SURPRISE = -np.log2(softmax(READER.logits(D_TEST))[np.arange(len(L_TEST)), L_TEST])
HARDEST = np.argsort(-SURPRISE)[:12]
_, COPIES = fit_softmax_regression(
    np.repeat(D[:1], 20, axis=0), L[:20], schedule=constant(0.1), epochs=201
)


def loss_on_test(C: float) -> float:
    """Return the test loss of scikit-learn's model of iris."""
    fitted = LogisticRegression(C=C, max_iter=10_000).fit(Z, Y)
    return softmax_cross_entropy(fitted.decision_function(Z_TEST), Y_TEST)


_, TWENTY = fit_softmax_regression(D[:20], L[:20], schedule=constant(2.0), epochs=201)
FIT, VAL, L_FIT, L_VAL = train_test_split(D, L, test_size=300, stratify=L, random_state=1)


def validation_losses(l2: float, epochs: int = 40) -> np.ndarray:
    schedule, options = cosine_decay(2.0, decay_steps=epochs), SMALL | {"l2": l2, "epochs": epochs}
    model, _ = fit_softmax_regression(FIT, L_FIT, schedule=schedule, **options)
    return softmax_cross_entropy(model.logits(VAL), L_VAL, reduction="none")


EACH = [validation_losses(l2) for l2 in (0.0, 0.0001, 0.001, 0.01, 0.1)]
LOSSES = [each.mean() for each in EACH]
LEAD = EACH[1] - EACH[0]
ERROR = LEAD.std(ddof=1) / np.sqrt(len(LEAD))
LONG = [validation_losses(l2, 400).mean() for l2 in (0.0, 0.0001)]
WINNER, _ = fit_softmax_regression(D, L, schedule=COSINE, **(SMALL | {"l2": 0.0}))


def scaled(scores: np.ndarray, factor: float) -> float:
    return softmax_cross_entropy(factor * scores, L_TEST)


FACTORS = np.linspace(1, 6, 501)
SVM_SCALED = [scaled(SVM.scores(D_TEST), factor) for factor in FACTORS]
OURS_SCALED = [scaled(READER.logits(D_TEST), factor) for factor in FACTORS]


def misled() -> tuple[float, float]:
    """Return the length of iris's weights with one wrong label, and its probability."""
    flower = int(np.flatnonzero(Y == 0)[0])
    wrong = Y.copy()
    wrong[flower] = 2
    model, _ = fit_softmax_regression(Z, wrong, schedule=constant(1.0), epochs=1000, l2=0.01)
    return np.linalg.norm(model.weights), model.predict_proba(Z)[flower, 2]


SHORTER, DOUBTED = misled()

NUMBERS = [
    ("from 7.1 down to 1.8", SURPRISE[HARDEST[0]], "7.1"),
    ("from 7.1 down to 1.8", SURPRISE[HARDEST[-1]], "1.8"),
    ("the loss goes on falling to 0.01.", TWENTY.loss[200], "0.01"),
    ("is their entropy: 0.056 nats", binary_entropy(0.01), "0.056"),
    ("Here are 1,797 small images", len(DIGITS.data), "1,797"),
    ("touched the 650 numbers", READER.weights.size + READER.bias.size, "650"),
    ("a model with 650 numbers, all of them 0", READER.weights.size + READER.bias.size, "650"),
    ("it reads 96 of 100 images", 100 * RIGHT, "96"),
    (r"the loss is $\ln 3 = 1.10$ nats", START, "1.10"),
    ("The accuracy jumps to 0.81 after a single step", HISTORY.accuracy[1], "0.81"),
    ("The loss is still 0.53 then", HISTORY.loss[1], "0.53"),
    ("and falls to 0.15 by the end", HISTORY.loss[-1], "0.15"),
    ("All 50 answers agree", np.sum(MODEL.predict(Z_TEST) == PEER.predict(Z_TEST)), "50"),
    ("the test accuracy 0.96, two mistakes", accuracy(MODEL, Z_TEST, Y_TEST), "0.96"),
    ("the test accuracy 0.96, two mistakes", PEER.score(Z_TEST, Y_TEST), "0.96"),
    (
        "a test loss of 0.183 nats",
        softmax_cross_entropy(MODEL.logits(Z_TEST), Y_TEST),
        "0.183",
    ),
    (
        "a test loss of 0.183 nats",
        softmax_cross_entropy(PEER.decision_function(Z_TEST), Y_TEST),
        "0.183",
    ),
    (r"starts at $\ln 2 = 0.6931$", binary_cross_entropy_with_logits(0.0, 1.0), "0.6931"),
    (r"Both runs start at $\ln 10 = 2.30$", LOG.loss[0], "2.30"),
    (LAST, JUMPY.loss[-3], "0.51"),
    (LAST, JUMPY.loss[-2], "0.34"),
    (LAST, JUMPY.loss[-1], "0.18"),
    *(("With cosine decay they are 0.136 each time", loss, "0.136") for loss in LOG.loss[-3:]),
    *(("is at 2.81, higher than before", log.loss[1], "2.81") for log in RUNS),
    *(("though 0.25 of the images are right", log.accuracy[1], "0.25") for log in RUNS),
    *(("by then instead of 0.10", log.accuracy[0], "0.10") for log in RUNS),
    *(("One epoch later it is at 0.27", log.loss[2], "0.27") for log in RUNS),
    *((ALT, log.loss[0], "2.30") for log in RUNS),
    *((ALT, log.loss[1], "2.81") for log in RUNS),
    *((ALT, log.loss[2], "0.27") for log in RUNS),
    ("it ends flat at 0.14.", LOG.loss[-1], "0.14"),
    ("climbs from 0.1 to above 0.9 in two", LOG.accuracy[0], "0.1"),
    ("climbs from 0.1 to above 0.9 in two", LOG.accuracy[2], "0.9"),
    ("it ends flat at 0.98.", LOG.accuracy[-1], "0.98"),
    ("the training accuracy is 0.984", LOG.accuracy[-1], "0.984"),
    ("and the test accuracy 0.962.", RIGHT, "0.962"),
    ("has a test loss of 0.172 nats", PEER_LOSS, "0.172"),
    ("and reads 0.967 of the test images", PEER_RIGHT, "0.967"),
    ("ours has 0.173 and 0.962", OURS, "0.173"),
    ("ours has 0.173 and 0.962", RIGHT, "0.962"),
    ("Two of 450 images make", len(L_TEST), "450"),
    ("Its loss starts at $C - 1 = 9$", SVM_LOG.loss[0], "9"),
    ("the SVM reads 0.97 and softmax regression 0.96", accuracy(SVM, D_TEST, L_TEST), "0.97"),
    ("the SVM reads 0.97 and softmax regression 0.96", RIGHT, "0.96"),
    ("they have a cross-entropy of 0.67 nats", SVM_NATS, "0.67"),
    ("nats, 3.9 times as much", SVM_NATS / OURS, "3.9"),
    ("$e/(e + 9) = 0.23$", softmax([1.0, *[0.0] * 9])[0], "0.23"),
    (r"1/(1 + e^{-0.5}) = 0.6225", STEP.predict_proba(np.eye(2))[0, 0], "0.6225"),
    (
        "the loss has fallen to 0.4741 nats",
        softmax_cross_entropy(STEP.logits(np.eye(2)), [0, 1]),
        "0.4741",
    ),
    (r"-0.25 & 0.25 \\ 0.25 & -0.25", STEP.weights[0, 0], "0.25"),
    ("are now $(0.25, -0.25)$", STEP.logits(np.eye(2))[0, 0], "0.25"),
    ("are now $(0.25, -0.25)$", STEP.logits(np.eye(2))[0, 1], "-0.25"),
    ("lengths of each of 150 flowers", len(IRIS.data), "150"),
    ("With $N = 100$ and", len(X), "100"),
    ("so $D = 64$ and $C = 10$", D.shape[1], "64"),
    ("so $D = 64$ and $C = 10$", L.max() + 1, "10"),
    ("the 64 weights of a class", len(READER.weights), "64"),
    ("Divide the grey levels by 16,", DIGITS.data.max(), "16"),
    ("batches of 1347, 128", len(D), "1347"),
    (r"$4 \cdot 3 + 3 = 15$ numbers", MODEL.weights.size + MODEL.bias.size, "15"),
    (r"$64 \cdot 10 + 10 = 650$", READER.weights.size + READER.bias.size, "650"),
    (r"$1347 \cdot \ln 10 = 3102$", len(D) * TEN, "3102"),
    ("your rate is in effect 1347 times too large", len(D), "1347"),
    ("If you see 82 here, the weights", LOUD_LOSS, "82"),
    *SETOSA,
    ("is right on 0.984 of the images", accuracy(READER, D, L), "0.984"),
    ("and on 0.962 of the others", RIGHT, "0.962"),
    ("they have reached 0.205 and 0.213", CENTRED[100], "0.205"),
    ("they have reached 0.205 and 0.213", STANDARDISED[100], "0.213"),
    ("from 1.7 to 2.8 and down to 0.3", RAW[99], "1.7"),
    ("from 1.7 to 2.8 and down to 0.3", RAW[100], "2.8"),
    ("from 1.7 to 2.8 and down to 0.3", RAW[101], "0.3"),
    ("even a little ahead, with 0.089 against 0.103", RAW[500], "0.089"),
    ("even a little ahead, with 0.089 against 0.103", STANDARDISED[500], "0.103"),
    ("below its best, 0.95 after 0.96", HISTORY.accuracy[999], "0.95"),
    ("below its best, 0.95 after 0.96", HISTORY.accuracy.max(), "0.96"),
    ("would come out 0.009 higher or lower", np.sqrt(RIGHT * (1 - RIGHT) / len(L_TEST)), "0.009"),
    ("over 0.0001 is small, 0.005 nats", LEAD.mean(), "0.005"),
    ("it reads 0.973 of the test images", accuracy(WINNER, D_TEST, L_TEST), "0.973"),
    (
        "with a loss of 0.118 nats in place of 0.173",
        softmax_cross_entropy(WINNER.logits(D_TEST), L_TEST),
        "0.118",
    ),
    ("with a loss of 0.118 nats in place of 0.173", OURS, "0.173"),
    ("multiplied by 4.4 they have a loss", FACTORS[np.argmin(SVM_SCALED)], "4.4"),
    ("they have a loss of 0.127 nats", scaled(SVM.scores(D_TEST), 4.4), "0.127"),
    ("gains by a factor as well, to 0.121 nats", min(OURS_SCALED), "0.121"),
    ("with batches of 32 you would see 73.7", 32 * TEN, "73.7"),
    ("a probability of 0.0007, and pays", DOUBTED, "0.0007"),
    ("get shorter, from 4.15 to 3.22", np.linalg.norm(MODEL.weights), "4.15"),
    ("get shorter, from 4.15 to 3.22", SHORTER, "3.22"),
    ("the loss of the first batch is 6.91 nats", np.log(1000), "6.91"),
    (r"$\ln 1000 = 6.91$", np.log(1000), "6.91"),
    ("The accuracy jumps from 0.33 to 0.81 in one step", HISTORY.accuracy[0], "0.33"),
    ("The accuracy jumps from 0.33 to 0.81 in one step", HISTORY.accuracy[1], "0.81"),
    ("the loss falls from 1.10 to 0.53 only", HISTORY.loss[0], "1.10"),
    ("the loss falls from 1.10 to 0.53 only", HISTORY.loss[1], "0.53"),
    ("the loss should be below 0.19", 1 - HISTORY.accuracy[1], "0.19"),
    ("an epoch has 169 updates instead of one", np.ceil(len(D) / 8), "169"),
]
#: Numbers that are given, not computed.
GIVEN = [
    "The penalty 0.001 was chosen",
    "Its lead over 0.0001 is",
    "and 0.0001 is better than 0.",
]
#: Sentences, and whether a computation bears them out.
MISREAD = (READER.predict(D_TEST[HARDEST]) != L_TEST[HARDEST]).sum()
RARE = np.log([[0.99, 0.01]] * 100)
LEFT_OUT = Z @ np.array([[1.0], [2.0], [0.0], [0.5]])


def loss_of(scores: np.ndarray) -> float:
    return softmax_cross_entropy(scores, Y)


STATED = [
    ("All but one are read wrongly", MISREAD == 11),
    ("After ten epochs all twenty are right", TWENTY.accuracy[10] == 1 != TWENTY.accuracy[1]),
    ("No penalty at all is best here", sorted(LOSSES) == LOSSES),
    (
        "a small penalty on their size. What happened",
        SMALL["l2"] > 0,
    ),
    (
        "It must, because these twenty are linearly independent",
        np.linalg.matrix_rank(np.c_[D[:20], np.ones(20)]) == 20,
    ),
    # One image twenty times: its least loss is the entropy of the labels.
    ("Twenty copies of one image with different labels it could not learn", COPIES.loss[-1] > 1.5),
    ("but four times its standard error", 3.5 < LEAD.mean() / ERROR < 4.5),
    ("and 0.0001 is better than 0. Change either", LONG[1] < LONG[0]),
    ("It is three times the border of the raw ones", round(0.3 / border(X)) == 3),
    (
        "For centred and standardised features the rate is safe",
        border(X - X.mean(axis=0)) > 0.3 < border(Z)
        and (np.diff(CENTRED) < 0).all()
        and (np.diff(STANDARDISED) < 0).all(),
    ),
    ("here standardising gains nothing over centring", CENTRED[100] < STANDARDISED[100]),
    ("the jumps end, and after 500 epochs", (np.diff(RAW[400:]) < 0).all()),
    (
        "the test loss falls to less than a quarter of the default's",
        loss_on_test(10_000.0) < loss_on_test(100.0) < loss_on_test(1.0)
        and loss_on_test(1e4) < loss_on_test(1) / 4,
    ),
    (
        "the same vector, added to those of all classes, changes no probability",
        np.isclose(loss_of(MODEL.logits(Z) + LEFT_OUT), loss_of(MODEL.logits(Z))),
    ),
    (
        "the same number, added to all, changes no probability",
        np.isclose(loss_of(MODEL.logits(Z) + 5.0), loss_of(MODEL.logits(Z))),
    ),
    (
        "which is sensible and starts at their entropy",
        np.isclose(softmax_cross_entropy(RARE, [1] + [0] * 99), binary_entropy(0.01)),
    ),
]
