"""Gradient descent, and the linear classifiers it trains.

Logistic and softmax regression minimise the mean cross-entropy, the multi-class SVM the mean hinge
loss, all plus ``l2 / 2`` times the sum of the squared weights; the bias is not penalised.
scikit-learn's ``LogisticRegression(C=c)`` minimises the same function of N samples if
``l2 = 1 / (c N)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeVar, cast

import numpy as np

from lib._types import Array, ArrayLike, Integers, Random, Rate, Seed
from lib._validation import (
    as_array,
    as_finite,
    as_function,
    as_integer,
    as_labels,
    as_number,
    as_real,
    as_rng,
    as_schedule,
    as_single,
    quiet,
)
from lib.activations import sigmoid, softmax
from lib.losses import (
    binary_cross_entropy_with_logits,
    binary_cross_entropy_with_logits_grad,
    multiclass_hinge_loss,
    multiclass_hinge_loss_grad,
    softmax_cross_entropy,
    softmax_cross_entropy_grad,
)
from lib.optimizers import Optimizer, sgd

__all__ = [
    "History",
    "LogisticRegression",
    "MulticlassSVM",
    "SoftmaxRegression",
    "fit_logistic_regression",
    "fit_multiclass_svm",
    "fit_softmax_regression",
    "gradient_descent",
]


@quiet
def gradient_descent(
    grad: Callable[[Array], ArrayLike],
    x0: ArrayLike,
    *,
    schedule: Rate | None = None,
    optimizer: Optimizer | None = None,
    steps: int,
    noise: float = 0.0,
    rng: Seed = None,
) -> Array:
    """Walk downhill from a point and return every point of the way.

    Parameters
    ----------
    grad : callable
        Gradient: a function of an array of the shape of `x0` that returns one of the same shape.
    x0 : array_like
        Starting point, of any shape; finite.
    schedule : callable, optional
        Learning rate as a function of the step 0 ... steps - 1, such as
        ``lib.schedules.constant(0.1)``.
    optimizer : lib.optimizers.Optimizer, optional
        What turns the gradient into a step, such as ``lib.optimizers.adam(0.1)``, in place of
        `schedule`: exactly one of the two is given.
    steps : int
        Number of steps, at least 0.
    noise : float
        Standard deviation, at least 0, of the normal noise added to each coordinate of the
        gradient, which stands for the choice of a random batch.
    rng : int, numpy.random.Generator or lib.randomness.PortableRandom, optional
        Seed or source of the noise.

    Returns
    -------
    ndarray
        Points, of shape (steps + 1, ...): the start first. A walk that overflows stays at the
        first point that is not finite.

    Raises
    ------
    TypeError
        If `x0` does not hold real numbers, `grad` or `schedule` is not a function, `optimizer` not
        an optimiser or `steps` not an integer.
    ValueError
        If both or neither of `schedule` and `optimizer` are given, `x0` is not finite, `steps` or
        `noise` is negative, `grad` returns another shape or NaN, or `schedule` anything but a
        finite number.

    Notes
    -----
    ``xₜ₊₁ = xₜ − α(t) (∇f(xₜ) + noise · ξₜ)``, with ``ξₜ`` standard normal.

    References
    ----------
    L. Bottou, F. E. Curtis and J. Nocedal, "Optimization Methods for Large-Scale Machine Learning",
    *SIAM Review* 60, 2018, pp. 223-311.

    Examples
    --------
    >>> from lib.schedules import constant
    >>> from lib.training import gradient_descent
    >>> gradient_descent(lambda x: 2 * x, 8.0, schedule=constant(0.25), steps=3)
    array([8., 4., 2., 1.])
    """
    as_function(grad, "grad", "function of the point")
    x = as_finite(x0, "x0")
    optimizer = _as_optimizer(schedule, optimizer)
    steps = as_integer(steps, "steps", at_least=0)
    noise = as_number(noise, "noise", at_least=0)
    rng = as_rng(rng)

    trajectory = np.empty((steps + 1, *x.shape))
    trajectory[0] = x
    state = optimizer.init(x)
    for t in range(steps):
        if not np.isfinite(trajectory[t]).all():
            trajectory[t + 1 :] = trajectory[t]
            break
        gradient = _gradient_at(grad, trajectory[t])
        if noise:
            gradient = gradient + noise * rng.standard_normal(x.shape)
        updates, state = optimizer.update(gradient, state, trajectory[t])
        trajectory[t + 1] = trajectory[t] + updates
    return trajectory


def _as_optimizer(schedule: Rate | None, optimizer: Optimizer | None) -> Optimizer:
    """Return the one of the two that is given, as an optimiser."""
    if (schedule is None) == (optimizer is None):
        given = "both" if optimizer else "neither"
        raise ValueError(f"gradient_descent must be given schedule or optimizer, got {given}")
    if optimizer is None:
        return sgd(as_schedule(cast(Rate, schedule)))
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"optimizer must be one such as adam(0.1), got {optimizer!r}")
    return optimizer


def _gradient_at(grad: Callable[[Array], ArrayLike], x: Array) -> Array:
    """Return the gradient, once it is known to be numbers of the point's shape."""
    gradient = as_real(grad(x.copy()), "grad(x)")
    if gradient.shape != x.shape:
        message = f"grad must return the shape of x0, {x.shape}, got shape {gradient.shape}"
        raise ValueError(message)
    return gradient


@dataclass(frozen=True)
class LogisticRegression:
    """Linear classifier of two classes.

    Attributes
    ----------
    weights : ndarray
        One weight for each feature, of shape (D,).
    bias : float
        Log-odds of class 1 where all features are 0.

    Notes
    -----
    ``P(y = 1 | x) = σ(w · x + b)``

    References
    ----------
    C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer, 2006, section 4.3.2.

    Examples
    --------
    >>> import numpy as np
    >>> from lib.training import LogisticRegression
    >>> model = LogisticRegression(weights=np.array([2.0]), bias=-1.0)
    >>> model.predict_proba([[0.5], [3.0]]).round(4)
    array([0.5   , 0.9933])
    """

    weights: np.ndarray
    bias: float

    def logits(self, X: ArrayLike) -> Array:
        """Return the log-odds of class 1, of shape (N,), for samples of shape (N, D)."""
        return _scores(self, X)

    def predict_proba(self, X: ArrayLike) -> Array:
        """Return the probability of class 1, of shape (N,), for samples of shape (N, D)."""
        return sigmoid(self.logits(X))

    def predict(self, X: ArrayLike) -> Integers:
        """Return the likelier class, 0 or 1, of shape (N,), for samples of shape (N, D)."""
        return (self.logits(X) > 0).astype(np.intp)


@dataclass(frozen=True)
class SoftmaxRegression:
    """Linear classifier of several classes.

    Attributes
    ----------
    weights : ndarray
        Weights of shape (D, C): one column for each class.
    bias : ndarray
        One bias for each class, of shape (C,).

    Notes
    -----
    ``P(y = c | x) = softmax(x W + b)_c``

    References
    ----------
    C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer, 2006, section 4.3.4.

    Examples
    --------
    >>> import numpy as np
    >>> from lib.training import SoftmaxRegression
    >>> model = SoftmaxRegression(weights=np.array([[1.0, 0.0, -1.0]]), bias=np.zeros(3))
    >>> model.predict([[2.0], [-2.0]])
    array([0, 2])
    """

    weights: np.ndarray
    bias: np.ndarray

    def logits(self, X: ArrayLike) -> Array:
        """Return the scores of the classes, of shape (N, C), for samples of shape (N, D)."""
        return _scores(self, X)

    def predict_proba(self, X: ArrayLike) -> Array:
        """Return the probabilities of the classes, of shape (N, C), for samples (N, D)."""
        return softmax(self.logits(X))

    def predict(self, X: ArrayLike) -> Integers:
        """Return the likeliest class, of shape (N,), for samples of shape (N, D)."""
        return self.logits(X).argmax(axis=-1)


@dataclass(frozen=True)
class MulticlassSVM:
    """Linear classifier of several classes whose scores are not made into probabilities.

    Attributes
    ----------
    weights : ndarray
        Weights of shape (D, C): one column for each class.
    bias : ndarray
        One bias for each class, of shape (C,).

    Notes
    -----
    The class of x is the one with the largest score ``(x W + b)_c``.

    References
    ----------
    J. Weston and C. Watkins, "Support Vector Machines for Multi-Class Pattern Recognition",
    *European Symposium on Artificial Neural Networks*, 1999.

    Examples
    --------
    >>> import numpy as np
    >>> from lib.training import MulticlassSVM
    >>> model = MulticlassSVM(weights=np.array([[1.0, 0.0, -1.0]]), bias=np.zeros(3))
    >>> model.scores([[2.0]])
    array([[ 2.,  0., -2.]])
    """

    weights: np.ndarray
    bias: np.ndarray

    def scores(self, X: ArrayLike) -> Array:
        """Return the scores of the classes, of shape (N, C), for samples of shape (N, D)."""
        return _scores(self, X)

    def predict(self, X: ArrayLike) -> Integers:
        """Return the class with the largest score, of shape (N,), for samples of shape (N, D)."""
        return self.scores(X).argmax(axis=-1)


@dataclass(frozen=True)
class History:
    """What happened in training: three arrays with one entry an epoch.

    Attributes
    ----------
    loss : ndarray
        Mean loss of all samples, without the penalty, of the model with which the epoch starts.
        Cross-entropy is in nats. The first entry is that of weights 0: log C for cross-entropy,
        (C - 1) times the margin for the hinge loss.
    accuracy : ndarray
        Share of all samples that this model classifies rightly.
    learning_rate : ndarray
        Learning rate of the epoch.

    Notes
    -----
    The model that training returns comes after the last entry.

    References
    ----------
    I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press, 2016, section 7.8, on
    learning curves.

    Examples
    --------
    >>> from lib.schedules import constant
    >>> from lib.training import fit_logistic_regression
    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]
    >>> _, history = fit_logistic_regression(X, y, schedule=constant(1.0), epochs=3)
    >>> history.loss.round(4)
    array([0.6931, 0.5455, 0.5056])
    """

    loss: np.ndarray
    accuracy: np.ndarray
    learning_rate: np.ndarray


@quiet
def fit_logistic_regression(
    X: ArrayLike,
    y: ArrayLike,
    *,
    schedule: Rate,
    epochs: int,
    batch_size: int | None = None,
    l2: float = 0.0,
    rng: Seed = None,
) -> tuple[LogisticRegression, History]:
    """Train a linear classifier of two classes by gradient descent on the log loss.

    Parameters
    ----------
    X : array_like
        Samples of shape (N, D); finite.
    y : array_like
        Classes 0 and 1, of shape (N,): integers or booleans.
    schedule : callable
        Learning rate as a function of the *epoch* 0 ... epochs - 1.
    epochs : int
        Number of passes over the samples, at least 0.
    batch_size : int, optional
        Number of samples in each update, drawn without replacement; None takes all of them.
    l2 : float
        Strength λ of the penalty, at least 0.
    rng : int, numpy.random.Generator or lib.randomness.PortableRandom, optional
        Seed or source of the order of the samples, which matters for batches alone.

    Returns
    -------
    model : LogisticRegression
        With `weights`, `bias`, `predict_proba` and `predict`.
    history : History
        With `loss`, `accuracy` and `learning_rate`, one entry an epoch.

    Raises
    ------
    TypeError
        If `X` does not hold real numbers, `y` not integers, or an option is of the wrong type.
    ValueError
        If `X` or `y` is of the wrong shape, `X` is not finite, a class is neither 0 nor 1, an
        option is outside its range, or training diverges.

    Notes
    -----
    ``L(w, b) = mean [−y log σ(z) − (1 − y) log σ(−z)] + (λ/2) ‖w‖²``, with ``z = X w + b``.

    Training starts at 0 and follows the gradient ``∂L/∂w = Xᵀ (σ(z) − y) / N + λ w``.
    scikit-learn's ``LogisticRegression(C=c)`` has the same minimum if ``λ = 1 / (c N)``.

    References
    ----------
    C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer, 2006, section 4.3.2.

    Examples
    --------
    >>> from lib.schedules import constant
    >>> from lib.training import fit_logistic_regression
    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]
    >>> model, history = fit_logistic_regression(X, y, schedule=constant(1.0), epochs=100)
    >>> model.predict(X)
    array([0, 0, 1, 1])
    """
    X = _as_samples(X)
    y = as_array(y, "y")
    y = y.astype(np.intp) if y.dtype == bool else y
    y = as_labels(y, classes=2, shape=X.shape[:1], name="y", of=f"X of shape {X.shape}")
    model = LogisticRegression(weights=np.zeros(X.shape[1]), bias=0.0)
    loss, grad = binary_cross_entropy_with_logits, binary_cross_entropy_with_logits_grad
    return _fit(model, loss, grad, X, y, schedule, epochs, batch_size, l2, rng)


@quiet
def fit_softmax_regression(
    X: ArrayLike,
    y: ArrayLike,
    *,
    schedule: Rate,
    epochs: int,
    batch_size: int | None = None,
    l2: float = 0.0,
    rng: Seed = None,
) -> tuple[SoftmaxRegression, History]:
    """Train a linear classifier of several classes by gradient descent on the cross-entropy.

    Parameters
    ----------
    X : array_like
        Samples of shape (N, D); finite.
    y : array_like
        Integer classes of shape (N,). There are as many classes as the largest says: C = max + 1.
    schedule : callable
        Learning rate as a function of the *epoch* 0 ... epochs - 1.
    epochs : int
        Number of passes over the samples, at least 0.
    batch_size : int, optional
        Number of samples in each update, drawn without replacement; None takes all of them.
    l2 : float
        Strength λ of the penalty, at least 0.
    rng : int, numpy.random.Generator or lib.randomness.PortableRandom, optional
        Seed or source of the order of the samples, which matters for batches alone.

    Returns
    -------
    model : SoftmaxRegression
        With `weights`, `bias`, `predict_proba` and `predict`.
    history : History
        With `loss`, `accuracy` and `learning_rate`, one entry an epoch.

    Raises
    ------
    TypeError
        If `X` does not hold real numbers, `y` not integers, or an option is of the wrong type.
    ValueError
        If `X` or `y` is of the wrong shape, `X` is not finite, a class is negative, an option is
        outside its range, or training diverges.

    Notes
    -----
    ``L(W, b) = mean [−log softmax(z)_y] + (λ/2) ‖W‖²``, with ``z = X W + b``.

    Training starts at 0 and follows the gradient ``∂L/∂W = Xᵀ (softmax(z) − y) / N + λ W``, with y
    as one-hot rows. scikit-learn's ``LogisticRegression(C=c)`` has the same minimum if
    ``λ = 1 / (c N)``; its ``coef_`` is the transpose of `weights`.

    References
    ----------
    C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer, 2006, section 4.3.4.

    Examples
    --------
    >>> from lib.schedules import constant
    >>> from lib.training import fit_softmax_regression
    >>> X, y = [[0.0], [1.0], [4.0], [5.0]], [0, 0, 1, 1]
    >>> model, history = fit_softmax_regression(X, y, schedule=constant(0.5), epochs=100)
    >>> print(f"{history.loss[0]:.4f}", model.predict(X))
    0.6931 [0 0 1 1]
    """
    X, y, zeros = _as_classes(X, y)
    loss, grad = softmax_cross_entropy, softmax_cross_entropy_grad
    model = SoftmaxRegression(**zeros)
    return _fit(model, loss, grad, X, y, schedule, epochs, batch_size, l2, rng)


@quiet
def fit_multiclass_svm(
    X: ArrayLike,
    y: ArrayLike,
    *,
    schedule: Rate,
    epochs: int,
    batch_size: int | None = None,
    l2: float = 0.0,
    rng: Seed = None,
    margin: float = 1.0,
) -> tuple[MulticlassSVM, History]:
    """Train a linear classifier of several classes by subgradient descent on the hinge loss.

    Parameters
    ----------
    X : array_like
        Samples of shape (N, D); finite.
    y : array_like
        Integer classes of shape (N,). There are as many classes as the largest says: C = max + 1.
    schedule : callable
        Learning rate as a function of the *epoch* 0 ... epochs - 1.
    epochs : int
        Number of passes over the samples, at least 0.
    batch_size : int, optional
        Number of samples in each update, drawn without replacement; None takes all of them.
    l2 : float
        Strength λ of the penalty, at least 0.
    rng : int, numpy.random.Generator or lib.randomness.PortableRandom, optional
        Seed or source of the order of the samples, which matters for batches alone.
    margin : float
        Margin Δ, at least 0, by which the right score has to win.

    Returns
    -------
    model : MulticlassSVM
        With `weights`, `bias`, `scores` and `predict`.
    history : History
        With `loss`, `accuracy` and `learning_rate`, one entry an epoch.

    Raises
    ------
    TypeError
        If `X` does not hold real numbers, `y` not integers, or an option is of the wrong type.
    ValueError
        If `X` or `y` is of the wrong shape, `X` is not finite, a class is negative, an option is
        outside its range, or training diverges.

    Notes
    -----
    ``L(W, b) = mean Σ_(j≠y) max(0, Δ − s_y + s_j) + (λ/2) ‖W‖²``, with ``s = X W + b``: the loss of
    Weston and Watkins.

    Training starts at 0. The slope is the same however small the loss is, so that a rate that does
    not decay leaves the weights jumping about the minimum, unless the loss reaches 0.

    References
    ----------
    J. Weston and C. Watkins, "Support Vector Machines for Multi-Class Pattern Recognition",
    *European Symposium on Artificial Neural Networks*, 1999; S. Shalev-Shwartz, Y. Singer, N.
    Srebro and A. Cotter, "Pegasos: Primal Estimated Sub-Gradient Solver for SVM", *Mathematical
    Programming* 127, 2011, pp. 3-30, for the training.

    Examples
    --------
    >>> from lib.schedules import constant
    >>> from lib.training import fit_multiclass_svm
    >>> X, y = [[0.0], [1.0], [4.0], [5.0]], [0, 0, 1, 1]
    >>> model, history = fit_multiclass_svm(X, y, schedule=constant(0.1), epochs=100)
    >>> print(f"{history.loss[0]:.1f} {history.loss[-1]:.1f}", model.predict(X))
    1.0 0.0 [0 0 1 1]
    """
    X, y, zeros = _as_classes(X, y)
    loss = partial(multiclass_hinge_loss, margin=margin)
    grad = partial(multiclass_hinge_loss_grad, margin=margin)
    model = MulticlassSVM(**zeros)
    return _fit(model, loss, grad, X, y, schedule, epochs, batch_size, l2, rng)


Model = TypeVar("Model", LogisticRegression, SoftmaxRegression, MulticlassSVM)
Loss = Callable[[Array, Integers], Array]


def _as_classes(X: ArrayLike, y: ArrayLike) -> tuple[Array, Integers, dict[str, Array]]:
    """Return samples, their classes 0 ... C - 1, and the weights and bias to start from."""
    X = _as_samples(X)
    y = as_array(y, "y")
    classes = int(y.max(initial=0)) + 1 if y.dtype.kind in "iu" else 1
    y = as_labels(y, classes=classes, shape=X.shape[:1], name="y", of=f"X of shape {X.shape}")
    return X, y, {"weights": np.zeros((X.shape[1], classes)), "bias": np.zeros(classes)}


@quiet
def _scores(model: Model, X: ArrayLike) -> Array:
    """Return a linear model's scores of samples of shape (N, D)."""
    return _as_samples(X, len(model.weights)) @ model.weights + model.bias


def _fit(
    model: Model,
    loss: Loss,
    loss_grad: Loss,
    X: Array,
    y: Integers,
    schedule: Rate,
    epochs: int,
    batch_size: int | None,
    l2: float,
    rng: Seed,
) -> tuple[Model, History]:
    """Run the training loop that all classifiers share."""
    as_schedule(schedule)
    epochs = as_integer(epochs, "epochs", at_least=0)
    batch_size = as_integer(len(X) if batch_size is None else batch_size, "batch_size", at_least=1)
    l2 = as_number(l2, "l2", at_least=0)
    rng = as_rng(rng)

    records = []
    for epoch in range(epochs):
        learning_rate = as_single(schedule(epoch), "schedule(epoch)")
        accuracy = np.mean(model.predict(X) == y)
        records.append((loss(_scores(model, X), y), accuracy, learning_rate))
        for batch in _batches(len(X), batch_size, rng):
            model = _updated(model, loss_grad, X[batch], y[batch], learning_rate, l2)
        if not np.isfinite(model.weights).all():
            raise ValueError(
                f"schedule must give smaller rates: training diverged in epoch {epoch}, "
                f"got a learning rate of {learning_rate:g}"
            )
    return model, History(*np.array(records).reshape(epochs, 3).T)


def _updated(
    model: Model, loss_grad: Loss, X: Array, y: Integers, learning_rate: float, l2: float
) -> Model:
    """Return the model after one step against the gradient of its loss on a batch."""
    dz = loss_grad(_scores(model, X), y)
    weights = model.weights - learning_rate * (X.T @ dz + l2 * model.weights)
    bias = model.bias - learning_rate * dz.sum(axis=0)
    return type(model)(weights=weights, bias=bias)


def _batches(count: int, batch_size: int, rng: Random) -> Iterator[Integers | slice]:
    """Yield the samples of each batch: all in their order, or a new shuffle cut into pieces."""
    if batch_size >= count:
        yield slice(None)
        return
    order = rng.permutation(count)
    for start in range(0, count, batch_size):
        yield order[start : start + batch_size]


def _as_samples(X: ArrayLike, features: int | None = None) -> Array:
    """Return samples of shape (N, D), with N and D at least 1 and D as the model has it."""
    X = as_finite(X, "X")
    if X.ndim != 2 or 0 in X.shape or features not in (None, X.shape[1]):
        wanted = f"(N, {features or 'D'}), with one sample or more"
        raise ValueError(f"X must have shape {wanted}, got shape {X.shape}")
    return X
