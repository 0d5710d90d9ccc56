"""What a loss can stand at, and how training looks when something is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lib._types import Array, ArrayLike, Integers
from lib._validation import as_choice, as_integer, as_number, as_probability, quiet
from lib.activations import softmax, tanh
from lib.datasets import gaussian_clouds
from lib.information import entropy
from lib.losses import softmax_cross_entropy, softmax_cross_entropy_grad
from lib.randomness import PortableRandom

__all__ = [
    "LearningCurves",
    "hidden_fault",
    "loss_landmarks",
    "nearest_landmarks",
    "train_with_fault",
]


@quiet
def loss_landmarks(
    classes: int,
    *,
    label_smoothing: float = 0.0,
    batch_size: int = 1,
    shares: ArrayLike | None = None,
) -> dict[str, float]:
    """Return the numbers at which a mean cross-entropy stands for a reason.

    Parameters
    ----------
    classes : int
        Number of classes C, at least 2.
    label_smoothing : float
        Share ε in [0, 1] of each label that is spread evenly over all classes.
    batch_size : int
        Number of samples in a batch, at least 1.
    shares : array_like, optional
        Shares of some classes among the labels, of shape (K,) with K < C; the other classes share
        the rest alike. All classes are alike if not given.

    Returns
    -------
    dict
        Numbers by name, in nats but for ``"base_2"`` and ``"base_10"``.

    Raises
    ------
    TypeError
        If `classes` or `batch_size` is not an integer, or another argument not a number.
    ValueError
        If an argument is outside its range, `shares` sum to more than 1 or are not fewer than the
        classes.

    Notes
    -----
    ``"uniform"`` is ln C, ``"base_2"`` and ``"base_10"`` are its logarithms to these bases,
    ``"sum"`` is that of a batch of more than one which is summed. ``"half"`` is ln 2, where that is
    not ln C, ``"softmax_twice"``
    ``ln(e + C − 1) − 1``, ``"smoothing"`` the entropy of a smoothed label and ``"frequencies"``
    that of the shares. ``"probabilities"`` and ``"sure"``, −1/C and −1, are what a negative
    log-likelihood makes of probabilities in the place of their logarithms. Where libraries stop:
    ``"below_1e-7"``, ``"below_1e-12"``, ``"below_1e-15"`` and ``"below_eps"`` are minus the
    logarithms of 10⁻⁷, 10⁻¹², 10⁻¹⁵ and 2⁻⁵², ``"below_eps_float32"`` is that of 2⁻²³,
    ``"below_2e-7"`` that of 2 · 10⁻⁷, ``"below_tiny"`` that of 2⁻¹²⁶, the least normal number of
    32 bits, and ``"below_100"`` is 100. ``"single_unit"`` is half of the
    one of 2⁻²³: a softmax over one unit under a binary loss that is cut there, with as many labels
    0 as 1.

    References
    ----------
    A. Karpathy, *CS231n: Convolutional Neural Networks for Visual Recognition*, Stanford, on the
    loss at the start.

    Examples
    --------
    >>> from lib.diagnosis import loss_landmarks
    >>> marks = loss_landmarks(10, label_smoothing=0.1)
    >>> {name: round(marks[name], 3) for name in ("uniform", "softmax_twice", "smoothing")}
    {'uniform': 2.303, 'softmax_twice': 1.461, 'smoothing': 0.5}
    """
    C = as_integer(classes, "classes", at_least=2)
    eps = as_number(label_smoothing, "label_smoothing", at_least=0, at_most=1)
    batch_size = as_integer(batch_size, "batch_size", at_least=1)
    chance = float(np.log(C))
    marks = {
        "zero": 0.0,
        "softmax_twice": float(np.log(np.e + C - 1) - 1),
        "uniform": chance,
        "base_10": chance / float(np.log(10)),
        "base_2": chance / float(np.log(2)),
        "probabilities": -1 / C,
        "sure": -1.0,
        "single_unit": float(-np.log(2.0**-23)) / 2,
        "below_2e-7": float(-np.log(2e-7)),
        "below_1e-7": float(-np.log(1e-7)),
        "below_eps_float32": float(-np.log(2.0**-23)),
        "below_1e-12": float(-np.log(1e-12)),
        "below_1e-15": float(-np.log(1e-15)),
        "below_eps": float(-np.log(2.0**-52)),
        "below_tiny": float(126 * np.log(2)),
        "below_100": 100.0,
    }
    if C > 2:
        marks["half"] = float(np.log(2))
    if batch_size > 1:
        marks["sum"] = batch_size * chance
    if eps:
        marks["smoothing"] = _shared_entropy([1 - eps + eps / C], C)
    if shares is not None:
        marks["frequencies"] = _shared_entropy(shares, C)
    return marks


def _shared_entropy(shares: ArrayLike, classes: int) -> float:
    """Return the entropy of some classes' shares, the others sharing the rest alike."""
    known = np.atleast_1d(as_probability(shares, "shares"))
    if known.ndim != 1 or len(known) >= classes:
        message = f"shares must be fewer than the {classes} classes, got shape {known.shape}"
        raise ValueError(message)
    rest = max(0.0, 1.0 - float(known.sum()))
    others = rest * float(np.log(classes - len(known)))
    return float(entropy(np.append(known, rest))) + others


#: The ruler is straight around 0 and logarithmic beyond.
RULER_SCALE = 0.25
#: What is printed with three decimals is off by as much; and the rounding of a loss with fewer, as
#: a share of it, by this at most.
ROUNDING, MOST_ROUNDED = 0.0005, 0.005


@quiet
def nearest_landmarks(
    loss: float,
    landmarks: Mapping[str, float],
    *,
    count: int = 1,
    within: float | None = None,
) -> dict[str, float]:
    """Return the landmarks that are nearest to a loss, the nearest first.

    Parameters
    ----------
    loss : float
        Number to be explained; finite.
    landmarks : mapping
        Numbers by name, as `loss_landmarks` gives them.
    count : int
        How many to return at most, at least 1.
    within : float, optional
        Share of its own size by which a landmark may be off, at least 0; one that is farther off,
        and by more than 0.0005 or the rounding of the loss, is left out. None is left out if not
        given.

    Returns
    -------
    dict
        The nearest landmarks by name; none if none is near enough.

    Raises
    ------
    TypeError
        If `loss` or `within` is not a number or `count` not an integer.
    ValueError
        If `loss` is not finite, `count` is less than 1 or `within` less than 0.

    Notes
    -----
    Near is what is near on a scale that is straight around 0 and logarithmic for large numbers,
    ``asinh(x / 0.25)``: 2.2 is as near to 2.3 as 22 is to 23. A loss is rounded by half a unit of
    the last decimal that it is written with, though not by more than 0.005 of it; a whole number
    is not.

    References
    ----------
    The scale is the one of matplotlib's ``AsinhScale``.

    Examples
    --------
    >>> from lib.diagnosis import loss_landmarks, nearest_landmarks
    >>> nearest_landmarks(0.7, loss_landmarks(10))
    {'half': 0.6931471805599453}
    >>> nearest_landmarks(7, loss_landmarks(10), within=0.02)
    {}
    """
    loss = as_number(loss, "loss")
    count = as_integer(count, "count", at_least=1)
    at = np.arcsinh(loss / RULER_SCALE)
    nearest = sorted(landmarks, key=lambda k: abs(np.arcsinh(landmarks[k] / RULER_SCALE) - at))
    if within is not None:
        share = as_number(within, "within", at_least=0)
        off = {name: abs(loss - landmarks[name]) for name in nearest}
        rounding = max(ROUNDING, min(unit_of(loss) % 1 / 2, MOST_ROUNDED * abs(loss)))
        nearest = [k for k in nearest if off[k] <= max(share * abs(landmarks[k]), rounding)]
    return {name: landmarks[name] for name in nearest[:count]}


def unit_of(loss: float) -> float:
    """Return the unit of a loss's last decimal as it is written, 1 if it has none."""
    return 10.0 ** -len(f"{loss:.10f}".rstrip("0").partition(".")[2])


class _Recipe(NamedTuple):
    """How a network is trained: what a fault may change."""

    rate: float = 0.15
    samples: int = 240


#: What can be wrong with a run, and what each changes; the first is a run with no fault.
_RECIPES = {
    "healthy": _Recipe(),
    "rate_too_large": _Recipe(rate=20.0),
    "rate_too_small": _Recipe(rate=0.0015),
    "shuffled_labels": _Recipe(),
    "leak": _Recipe(),
    "softmax_twice": _Recipe(),
    "equal_weights": _Recipe(),
    "overfitting": _Recipe(samples=24),
    "dropout": _Recipe(),
}
FAULTS = tuple(_RECIPES)
CLASSES, HIDDEN, BATCH, UPDATES = 4, 10, 12, 20
_KEPT = 0.35  # share of the hidden units that dropout leaves
_GRID = 2.0**16
_RADIUS, _SPREAD, _LEAK = 1.8, 0.9, 2.5


def hidden_fault(case: int) -> str:
    """Return the fault of a numbered case, so that a number can be given without naming it.

    Parameters
    ----------
    case : int
        Number of the case, at least 1.

    Returns
    -------
    str
        One of the names that `train_with_fault` takes. Of nine cases in a row, from 1, 10, 19 …
        on, each has another.

    Raises
    ------
    TypeError
        If `case` is not an integer.
    ValueError
        If `case` is less than 1.

    Notes
    -----
    Nine cases at a time are the nine kinds of run in an order that
    :class:`lib.randomness.PortableRandom` draws.

    References
    ----------
    The cases are the book's own.

    Examples
    --------
    >>> from lib.diagnosis import hidden_fault
    >>> sorted(hidden_fault(case) for case in range(1, 10))[:2]
    ['dropout', 'equal_weights']
    """
    nine, which = divmod(as_integer(case, "case", at_least=1) - 1, len(FAULTS))
    return FAULTS[PortableRandom(nine).permutation(len(FAULTS))[which]]


@dataclass(frozen=True)
class LearningCurves:
    """What a training loop prints: four arrays with an entry for the start and one an epoch.

    Attributes
    ----------
    training_loss, training_accuracy : ndarray
        Means over the batches of the epoch, each taken with the weights of the moment.
    validation_loss, validation_accuracy : ndarray
        Of 240 samples that are not trained on, after the epoch.
    attainable : float
        Loss of the true probabilities of the classes, given the two features that speak of them,
        on the validation samples.

    Notes
    -----
    The entries of the start are those of the network as it was drawn.

    References
    ----------
    I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press, 2016, section 7.8, on
    learning curves.

    Examples
    --------
    >>> from lib.diagnosis import train_with_fault
    >>> curves = train_with_fault("softmax_twice", case=1, epochs=0)
    >>> curves.training_loss.shape
    (1,)
    """

    training_loss: np.ndarray
    training_accuracy: np.ndarray
    validation_loss: np.ndarray
    validation_accuracy: np.ndarray
    attainable: float


class _Network(NamedTuple):
    """Two layers of weights and biases, the first under a tanh."""

    inner: Array
    inner_bias: Array
    outer: Array
    outer_bias: Array


@quiet
def train_with_fault(fault: str, *, case: int, epochs: int) -> LearningCurves:
    """Train a small network in which one thing is wrong.

    Parameters
    ----------
    fault : str
        ``"healthy"``, ``"rate_too_large"``, ``"rate_too_small"``, ``"shuffled_labels"``,
        ``"leak"``, ``"softmax_twice"``, ``"equal_weights"``, ``"overfitting"`` or ``"dropout"``.
    case : int
        Seed of the samples, the weights and the order of the batches, at least 1.
    epochs : int
        Number of epochs, at least 0; each has 20 updates.

    Returns
    -------
    LearningCurves
        Losses and accuracies of the start and after each epoch.

    Raises
    ------
    TypeError
        If `case` or `epochs` is not an integer.
    ValueError
        If there is no fault of that name, or a number is outside its range.

    Notes
    -----
    Four clouds of points, of which two of the four features tell; ten hidden units with a tanh; a
    softmax; plain gradient descent in batches of 12. The faults: rates of 20 and 0.0015 in place of
    0.15; the training labels in another order than the samples; a third feature that gives the
    label away; a softmax before the loss's own; all weights 0.5 at the start; 24 samples in place
    of 240; and, as far as the printed training loss is concerned, hidden units dropped with
    probability 0.65.

    Each step rounds the weights to multiples of 2⁻¹⁶, so that a run that is chaotic, as one with
    too large a rate is, comes out the same to the last digits wherever it is computed.

    References
    ----------
    I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press, 2016, chapters 6 to 8.

    Examples
    --------
    >>> from lib.diagnosis import train_with_fault
    >>> curves = train_with_fault("softmax_twice", case=1, epochs=20)
    >>> bool(curves.training_loss.min() > 0.744)  # however sure: ln(e + 3) − 1
    True
    """
    recipe = _RECIPES[as_choice(fault, "fault", FAULTS)]
    source = PortableRandom(as_integer(case, "case", at_least=1))
    epochs = as_integer(epochs, "epochs", at_least=0)

    X, y = _samples(recipe.samples, fault, source)
    V, v = _samples(240, fault, source)
    if fault == "shuffled_labels":
        y = y[source.permutation(len(y))]
    network = _drawn(fault, source)
    start = _judged(network, fault, X, y)
    rows = [(*start, *_judged(network, fault, V, v))]
    for _ in range(epochs):
        losses, right = [], 0
        for batch in _batches(len(y), source):
            network, loss, hits = _updated(network, fault, recipe.rate, X[batch], y[batch], source)
            losses.append(loss)
            right += hits
        printed = (float(np.mean(losses)), right / (BATCH * UPDATES))
        rows.append((*printed, *_judged(network, fault, V, v)))
    distances = ((V[:, None, :2] - _centres("")[:, :2]) ** 2).sum(axis=-1)
    attainable = float(softmax_cross_entropy(-distances / (2 * _SPREAD**2), v))
    training_loss, training_accuracy, validation_loss, validation_accuracy = np.array(rows).T
    return LearningCurves(
        training_loss, training_accuracy, validation_loss, validation_accuracy, attainable
    )


def _centres(fault: str) -> Array:
    """Return the clouds' centres, (C, 4): corners of a square, and a feature for the leak."""
    turn = np.pi / 4 * np.array([1, 3, 5, 7])
    tells = _LEAK * (np.arange(CLASSES) - 1.5) * (fault == "leak")
    return np.stack(
        [_RADIUS * np.cos(turn), _RADIUS * np.sin(turn), tells, np.zeros(CLASSES)], axis=-1
    )


def _samples(count: int, fault: str, source: PortableRandom) -> tuple[Array, Integers]:
    """Draw as many samples of each class."""
    return gaussian_clouds(_centres(fault), samples=count // CLASSES, spread=_SPREAD, rng=source)


def _drawn(fault: str, source: PortableRandom) -> _Network:
    """Return the network that training starts from."""
    features = 4
    inner = source.standard_normal((features, HIDDEN)) / np.sqrt(features)
    outer = source.standard_normal((HIDDEN, CLASSES)) / np.sqrt(HIDDEN)
    if fault == "equal_weights":
        inner, outer = np.full(inner.shape, 0.5), np.full(outer.shape, 0.5)
    return _rounded(_Network(inner, np.zeros(HIDDEN), outer, np.zeros(CLASSES)))


def _rounded(network: _Network) -> _Network:
    return _Network(*(np.floor(w * _GRID + 0.5) / _GRID for w in network))


def _batches(count: int, source: PortableRandom) -> list[Integers]:
    """Return an epoch's batches: as many passes over the samples as it takes."""
    passes = BATCH * UPDATES // count
    order = np.concatenate([source.permutation(count) for _ in range(passes)])
    return np.split(order, UPDATES)


def _scores(network: _Network, X: Array) -> tuple[Array, Array]:
    """Return the hidden units and the scores."""
    units = tanh(X @ network.inner + network.inner_bias)
    return units, units @ network.outer + network.outer_bias


def _judged(network: _Network, fault: str, X: Array, y: Integers) -> tuple[float, float]:
    """Return loss and accuracy of all samples."""
    _, z = _scores(network, X)
    right = float(np.mean(z.argmax(axis=-1) == y))
    return float(softmax_cross_entropy(softmax(z) if fault == "softmax_twice" else z, y)), right


def _updated(
    network: _Network, fault: str, rate: float, X: Array, y: Integers, source: PortableRandom
) -> tuple[_Network, float, int]:
    """Return the network after a step, the loss of the batch before it, and how many were right."""
    units, z = _scores(network, X)
    kept = np.ones(units.shape)
    if fault == "dropout":
        kept = (source.random(units.shape) < _KEPT) / _KEPT
        z = (units * kept) @ network.outer + network.outer_bias
    if fault == "softmax_twice":
        p = softmax(z)
        loss, dp = softmax_cross_entropy(p, y), softmax_cross_entropy_grad(p, y)
        dz = p * (dp - (dp * p).sum(axis=-1, keepdims=True))
    else:
        loss, dz = softmax_cross_entropy(z, y), softmax_cross_entropy_grad(z, y)
    du = dz @ network.outer.T * kept * (1 - units**2)
    slopes = _Network(X.T @ du, du.sum(axis=0), (units * kept).T @ dz, dz.sum(axis=0))
    moved = _Network(*(w - rate * slope for w, slope in zip(network, slopes, strict=True)))
    return _rounded(moved), float(loss), int((z.argmax(axis=-1) == y).sum())
