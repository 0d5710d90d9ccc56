"""Losses that judge probabilities: log loss, softmax cross-entropy and their relatives."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lib._docs import gradient_of
from lib._types import Array, ArrayLike, Integers, Shape
from lib._validation import (
    BLOCK,
    as_array,
    as_choice,
    as_class_weights,
    as_distribution,
    as_ignored,
    as_labels,
    as_log_probability,
    as_matching,
    as_non_negative,
    as_number,
    as_probability,
    as_real,
    as_scores,
    as_sign,
    check,
    check_shapes,
    chunks,
    class_axis,
    one_hot,
    pick,
    places,
    quiet,
    reduce_gradient,
    reduce_losses,
    set_to_minus_the_rest,
    total_weight,
    weighted,
    weighted_sum,
)
from lib.activations import log_sum_exp, sigmoid, softmax
from lib.information import xlog1py, xlogy
from lib.losses.records import REDUCTIONS, Peer, Specimen, record


@quiet
def softmax_cross_entropy(
    logits: ArrayLike,
    labels: ArrayLike,
    *,
    label_smoothing: float = 0.0,
    class_weights: ArrayLike | None = None,
    ignore_index: int | None = None,
    reduction: str = "mean",
) -> Array:
    """Return the cross-entropy of labels and the softmax of logits.

    Parameters
    ----------
    logits : array_like
        Scores before the softmax, of shape (..., C). A score of ``-inf`` rules a class out.
    labels : array_like
        Either integer classes 0 ... C - 1, of the shape of `logits` without its last axis, or
        probabilities, of the shape of `logits`, each row summing to 1. The number of axes decides.
    label_smoothing : float
        Share in [0, 1] of each label's mass that is spread evenly over all C classes.
    class_weights : array_like, optional
        Weights w of the classes, of shape (C,), finite and at least 0; 1 each if not given.
    ignore_index : int, optional
        Class label that does not count, inside 0 ... C - 1 or outside; for integer labels alone.
    reduction : {"mean", "sum", "none"}
        Whether to return the mean of the losses, their sum, or each of them.

    Returns
    -------
    float or ndarray
        The loss in nats; with ``"none"``, one per row: shape (...).

    Raises
    ------
    TypeError
        If an argument does not hold real numbers, or the classes are not integers.
    ValueError
        If a class is outside 0 ... C - 1, a row of probabilities does not sum to 1, the shapes do
        not match, an argument contains NaN, an option is outside its range, `ignore_index` comes
        with probabilities, or ``reduction="mean"`` meets an empty batch or one in which no label
        counts.

    Notes
    -----
    ``L = −log softmax(z)_y = log Σⱼ e^(zⱼ) − z_y``, and ``L = −Σⱼ wⱼ yⱼ log softmax(z)ⱼ`` for
    probabilities and weights. Smoothing replaces y by ``(1 − ε) y + ε / C``, and the weights weigh
    the mass that it spreads too.

    The mean is the sum of the losses over the sum of the weights of the labels that count; for
    probabilities, over the number of rows. All of this is PyTorch's
    ``torch.nn.functional.cross_entropy``, whose classes lie on axis 1; where no label counts, its
    mean is NaN.

    The loss of a right class that leads by m is about ``e^(−m)``, and above 0 up to m = 745, where
    64 bits end. It is right to 4 + m units in its last place at most: m is a rounded difference.

    References
    ----------
    I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press, 2016, section 6.2.2.3;
    for smoothing, C. Szegedy et al., "Rethinking the Inception Architecture for Computer Vision",
    *Computer Vision and Pattern Recognition*, 2016.

    Examples
    --------
    >>> from lib.losses import softmax_cross_entropy
    >>> print(f"{softmax_cross_entropy([[3.2, 5.1, -1.7]], [0]):.4f} nats")
    2.0404 nats
    """
    z, largest = as_scores(logits, "logits")
    target = as_target(labels, z, label_smoothing, class_weights, ignore_index)
    losses = target.losses(z, largest)
    return reduce_losses(losses, reduction, samples=target.total(reduction))


@gradient_of(softmax_cross_entropy)
@quiet
def softmax_cross_entropy_grad(
    logits: ArrayLike,
    labels: ArrayLike,
    *,
    label_smoothing: float = 0.0,
    class_weights: ArrayLike | None = None,
    ignore_index: int | None = None,
    reduction: str = "mean",
) -> Array:
    """Return the derivative of the softmax cross-entropy with respect to the logits: p − y.

    Notes
    -----
    ``∂L/∂z = softmax(z) − y``, with y the one-hot label or the row of probabilities. With weights,
    y becomes ``w y`` and softmax(z) is multiplied by its sum.

    The derivatives of a row sum to 0. The one at the label, or at the largest score where y is not
    one-hot, is minus the sum of the others: so it keeps the digits that ``p − 1`` loses.

    References
    ----------
    C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer, 2006, section 4.3.4.

    Examples
    --------
    >>> from lib.losses import softmax_cross_entropy_grad
    >>> softmax_cross_entropy_grad([[3.2, 5.1, -1.7]], [0]).round(4)
    array([[-0.87 ,  0.869,  0.001]])
    """
    p = softmax(logits)
    target = as_target(labels, p, label_smoothing, class_weights, ignore_index)
    if target.is_class and target.smoothing == 0:
        gradient = set_to_minus_the_rest(p, target.y)
        gradient *= target.weight_of_label()[..., None]
    else:
        largest = p.argmax(axis=-1)
        y = target.rows()
        p *= y.sum(axis=-1, keepdims=True)
        p -= y
        gradient = set_to_minus_the_rest(p, largest)
    return reduce_gradient(gradient, reduction, samples=target.total(reduction))


record(
    softmax_cross_entropy,
    group="Classification",
    title="softmax cross-entropy",
    formula=r"L = -\ln \operatorname{softmax}(z)_y = \ln \sum_j e^{z_j} - z_y",
    slope=r"\frac{\partial L}{\partial z_j} = p_j - [j = y]",
    takes="logits, $(N, C)$",
    target="classes, or rows of probabilities",
    sample="class_scores_or_distributions",
    source=("szegedy2016",),
    options={"label_smoothing": (0.0, 0.1, 1.0), "class_weights": (None,), "ignore_index": (None,)},
    specimen=Specimen(
        "score",
        "[[x, 0.0, -1.0]], [0], label_smoothing=smoothing",
        value="total - (1 - 2 * smoothing / 3) * x + smoothing / 3 if smoothing else total - x",
        slope="exp(x - total) - (1 - 2 * smoothing / 3)",
        index=(0, 0),
        where={"total": "logsumexp(x, 0, -1)"},
    ),
    peers={
        "PyTorch": "CrossEntropyLoss",
        "Keras": (
            "SparseCategoricalCrossentropy(from_logits=True)",
            Peer("CategoricalCrossentropy(from_logits=True)", "targets are probabilities"),
        ),
        "scikit-learn": Peer("log_loss", "takes probabilities, the target first"),
        "optax": "softmax_cross_entropy_with_integer_labels",
    },
)


class Target(NamedTuple):
    """What each row should be: a class or a distribution, smoothed and weighted."""

    y: NDArray[Any]
    """Classes, 0 where they are ignored, or probabilities, with an axis more."""
    smoothing: float
    weights: Array | None
    """One for each class."""
    counts: Array | float
    """1 for a row that counts and 0 for one that is ignored."""
    shape: Shape
    """Of the rows and their classes."""

    @property
    def is_class(self) -> bool:
        return self.y.ndim < len(self.shape)

    def flat(self) -> Target:
        """Return the same with one axis of rows."""
        y = self.y.reshape(-1) if self.is_class else self.y.reshape(-1, self.shape[-1])
        counts = self.counts if isinstance(self.counts, float) else self.counts.reshape(-1)
        return self._replace(y=y, counts=counts, shape=(len(y), self.shape[-1]))

    def slice(self, rows: slice) -> Target:
        """Return the target of some of the rows of a flat one."""
        counts = self.counts if isinstance(self.counts, float) else self.counts[rows]
        y = self.y[rows]
        return self._replace(y=y, counts=counts, shape=(len(y), self.shape[-1]))

    def weight_of_label(self) -> Array:
        """Return the weight of each row's class, as far as weights and ignored rows make it."""
        if self.weights is None or not self.is_class:
            return np.asarray(self.counts)
        return np.asarray(self.weights[self.y] * self.counts)

    def total(self, reduction: str) -> float:
        """Return what the mean is divided by."""
        return total_weight(np.broadcast_to(self.weight_of_label(), self.shape[:-1]), reduction)

    def score(self, z: Array) -> tuple[Array, Array]:
        """Return Σⱼ yⱼ zⱼ and Σⱼ yⱼ of each row, without making the rows of classes."""
        weights = np.ones(self.shape[-1]) if self.weights is None else self.weights
        if self.is_class:
            mass = self.weight_of_label()
            z_y = weighted(mass, pick(z, self.y))
        else:
            y = self.y if self.weights is None else self.y * weights
            z_y, mass = weighted_sum(y, z), y.sum(axis=-1)
        if self.smoothing:
            share = self.smoothing * self.counts
            z_y = weighted(1 - self.smoothing, z_y)
            z_y += weighted(share, weighted_sum(weights, z) / len(weights))
            mass = (1 - self.smoothing) * mass + share * weights.mean()
        return z_y, mass

    def losses(self, z: NDArray[Any], largest: Array) -> Array:
        """Return the loss of each row of scores, of which the largest are known."""
        flat, top, targets = z.reshape(-1, z.shape[-1]), largest.reshape(-1, 1), self.flat()
        losses = np.empty(len(flat))
        for rows in chunks(len(flat), max(1, BLOCK // z.shape[-1])):
            shifted = np.subtract(flat[rows], top[rows], dtype=np.float64)
            losses[rows] = _losses(shifted, targets.slice(rows))
        return losses.reshape(self.shape[:-1])

    def rows(self) -> Array:
        """Return yⱼ of each row and class."""
        y = one_hot(self.y, self.shape[-1]) if self.is_class else np.array(self.y)
        if self.smoothing:
            y *= 1 - self.smoothing
            y += self.smoothing / self.shape[-1]
        if self.weights is not None:
            y *= self.weights
        y *= np.asarray(self.counts)[..., None]
        return y


def _losses(z: Array, target: Target) -> Array:
    """Return the loss of each row of shifted scores, which are overwritten."""
    if target.smoothing or not target.is_class:
        z_y, mass = target.score(z)
        return mass * log_sum_exp(z)[..., 0] - z_y
    at = places(z, target.y)
    z_y = z.take(at)
    np.put(np.exp(z, out=z), at, 0.0)
    # log Σ e^z of the others and the label, whose e^z is 1 + (e^z − 1): where the label leads, the
    # 1 would hide the others.
    return weighted(target.weight_of_label(), np.log1p(z.sum(axis=-1) + np.expm1(z_y)) - z_y)


def as_target(
    labels: ArrayLike,
    z: Array,
    label_smoothing: float,
    class_weights: ArrayLike | None,
    ignore_index: int | None,
) -> Target:
    """Return what each row of scores should be, once the options are known to make sense."""
    ignored = as_ignored(ignore_index)
    y = _as_classes_or_probabilities(labels, z, ignored)
    smoothing = as_number(label_smoothing, "label_smoothing", at_least=0, at_most=1)
    weights = as_class_weights(class_weights, z.shape[-1])
    y, counts = without_ignored(y, ignored)
    return Target(y, smoothing, weights, counts, z.shape)


def without_ignored(y: NDArray[Any], ignored: int | None) -> tuple[NDArray[Any], Array | float]:
    """Return labels with 0 for those that are ignored; and 0 for those, 1 for the others."""
    if ignored is None:
        return y, 1.0
    return np.where(y == ignored, 0, y), np.where(y == ignored, 0.0, 1.0)


def _as_classes_or_probabilities(
    labels: ArrayLike, z: Array, ignored: int | None = None
) -> NDArray[Any]:
    """Return the labels as classes if they have one axis less than `z`, else as probabilities."""
    labels = as_array(labels, "labels")
    if labels.shape == z.shape:
        if ignored is not None:
            message = "ignore_index must be None where labels are probabilities, got"
            raise ValueError(f"{message} {ignored}; leave out the rows that do not count")
        return as_distribution(labels, "labels")
    if labels.shape != z.shape[:-1]:
        raise ValueError(
            f"labels must be classes of shape {z.shape[:-1]} or probabilities of shape {z.shape}, "
            f"to match logits of shape {z.shape}, got shape {labels.shape}"
        )
    hint = f" (probabilities need the shape of the logits, {z.shape})"
    shape, classes = labels.shape, z.shape[-1]
    return as_labels(labels, classes=classes, shape=shape, of="logits", hint=hint, ignored=ignored)


@quiet
def binary_cross_entropy(probs: ArrayLike, labels: ArrayLike, *, reduction: str = "mean") -> Array:
    """Return the log loss of predicted probabilities.

    Parameters
    ----------
    probs : array_like
        Predicted probabilities of the label 1, in [0, 1], of any shape.
    labels : array_like
        Labels 0 and 1, or probabilities between them, of the shape of `probs`.
    reduction : {"mean", "sum", "none"}
        Whether to return the mean of the losses, their sum, or each of them.

    Returns
    -------
    float or ndarray
        The loss in nats; with ``"none"``, one per probability. ``inf`` where a probability of 0
        meets the label 1, or the reverse.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If a probability or label is outside [0, 1], the shapes do not match, an argument contains
        NaN, an option is outside its range, or ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    ``L = −y log p − (1 − y) log(1 − p)``

    PyTorch's ``binary_cross_entropy`` stops the logarithm at -100, so that it returns 100 where
    this function returns ``inf``; everywhere else they agree.

    References
    ----------
    C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer, 2006, section 4.3.2.

    Examples
    --------
    >>> from lib.losses import binary_cross_entropy
    >>> print(f"{binary_cross_entropy([0.8, 0.7, 0.1], [1, 1, 0]):.4f}")
    0.2284
    """
    p, y = as_matching(
        probs=as_probability(probs, "probs"), labels=as_probability(labels, "labels")
    )
    return reduce_losses(-xlogy(y, p) - xlog1py(1 - y, -p), reduction)


@gradient_of(binary_cross_entropy)
@quiet
def binary_cross_entropy_grad(
    probs: ArrayLike, labels: ArrayLike, *, reduction: str = "mean"
) -> Array:
    """Return the derivative of the log loss with respect to the probabilities.

    Notes
    -----
    ``∂L/∂p = (1 − y) / (1 − p) − y / p = (p − y) / (p (1 − p))``, with ``0 / 0 = 0`` in the first
    form: a label that is right for certain leaves the one slope that exists.

    PyTorch keeps ``p (1 − p)`` above 1e-12, so that its gradient is finite, and 0 for a label that
    is right for certain. Away from 0 and 1 they agree.

    Examples
    --------
    >>> from lib.losses import binary_cross_entropy_grad
    >>> binary_cross_entropy_grad([0.8, 0.5], [1, 0], reduction="sum")
    array([-1.25,  2.  ])
    """
    p, y = as_matching(
        probs=as_probability(probs, "probs"), labels=as_probability(labels, "labels")
    )
    gradient = weighted(1 - y, 1 / (1 - p)) - weighted(y, 1 / p)
    return reduce_gradient(gradient, reduction, shape=p.shape)


record(
    binary_cross_entropy,
    group="Classification",
    title="log loss of probabilities",
    formula=r"L = -y \ln p - (1 - y) \ln (1 - p)",
    slope=r"\frac{\partial L}{\partial p} = \frac{p - y}{p (1 - p)}",
    takes="probabilities",
    target="0 or 1, or probabilities",
    sample="probabilities",
    specimen=Specimen(
        "probability",
        "[x], [bit]",
        value="-log(x) if bit else -log1p(-x)",
        slope="-1 / x if bit else 1 / (1 - x)",
    ),
    peers={
        "PyTorch": Peer("BCELoss", "stops at 100"),
        "Keras": Peer("BinaryCrossentropy()", "clips probabilities at $10^{-7}$"),
        "scikit-learn": Peer("log_loss", "the target first"),
    },
)


@quiet
def binary_cross_entropy_with_logits(
    logits: ArrayLike,
    labels: ArrayLike,
    *,
    pos_weight: ArrayLike | None = None,
    reduction: str = "mean",
) -> Array:
    """Return the log loss of the sigmoid of logits, finite for every finite logit.

    Parameters
    ----------
    logits : array_like
        Log-odds of the label 1, of any shape.
    labels : array_like
        Labels 0 and 1, or probabilities between them, of the shape of `logits`.
    pos_weight : array_like, optional
        Weight w of the label 1, finite and at least 0: a number, or an array that broadcasts onto
        `logits`, such as one weight for each of C questions. It does not enter the mean's divisor.
    reduction : {"mean", "sum", "none"}
        Whether to return the mean of the losses, their sum, or each of them.

    Returns
    -------
    float or ndarray
        The loss in nats; with ``"none"``, one per logit.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If a label is outside [0, 1], the shapes do not match, an argument contains NaN, an option
        is outside its range, or ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    ``L = −w y log σ(z) − (1 − y) log σ(−z)``, with ``−log σ(z) = log(1 + e^(−z))``.

    References
    ----------
    C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer, 2006, section 4.3.2.

    Examples
    --------
    >>> from lib.losses import binary_cross_entropy_with_logits
    >>> binary_cross_entropy_with_logits([-1e4, 0.0, 1e4], [1, 1, 1], reduction="none").round(4)
    array([1.000e+04, 6.931e-01, 0.000e+00])
    """
    z, y = as_matching(logits=logits, labels=as_probability(labels, "labels"))
    w = _as_pos_weight(pos_weight, z, y)
    losses = weighted(w * y, np.logaddexp(0, -z)) + weighted(1 - y, np.logaddexp(0, z))
    return reduce_losses(losses, reduction)


@gradient_of(binary_cross_entropy_with_logits)
@quiet
def binary_cross_entropy_with_logits_grad(
    logits: ArrayLike,
    labels: ArrayLike,
    *,
    pos_weight: ArrayLike | None = None,
    reduction: str = "mean",
) -> Array:
    """Return the derivative of the log loss with respect to the logits: σ(z) − y.

    Notes
    -----
    ``∂L/∂z = σ(z) − y = (1 − y) σ(z) − y σ(−z)``; with a weight, ``w y`` in the last term. The last
    form keeps the digits of a sure and right prediction, which ``σ(z) − 1`` loses.

    Examples
    --------
    >>> from lib.losses import binary_cross_entropy_with_logits_grad
    >>> binary_cross_entropy_with_logits_grad([0.0, 0.0], [1, 0], reduction="sum")
    array([-0.5,  0.5])
    """
    z, y = as_matching(logits=logits, labels=as_probability(labels, "labels"))
    w = _as_pos_weight(pos_weight, z, y)
    gradient = (1 - y) * sigmoid(z) - w * y * sigmoid(-z)
    return reduce_gradient(gradient, reduction, shape=z.shape)


record(
    binary_cross_entropy_with_logits,
    group="Classification",
    title="log loss of logits",
    formula=r"L = y \ln (1 + e^{-z}) + (1 - y) \ln (1 + e^{z})",
    slope=r"\frac{\partial L}{\partial z} = \sigma(z) - y",
    takes="logits",
    target="0 or 1, or probabilities",
    sample="binary_logits",
    options={"pos_weight": (None, 3.0)},
    specimen=Specimen(
        "score",
        "[x], [bit]",
        value="softplus(-x if bit else x)",
        slope="-sigmoid(-x) if bit else sigmoid(x)",
    ),
    peers={
        "PyTorch": "BCEWithLogitsLoss",
        "Keras": "BinaryCrossentropy(from_logits=True)",
        "optax": "sigmoid_binary_cross_entropy",
    },
)


def _as_pos_weight(pos_weight: ArrayLike | None, z: Array, y: Array) -> Array:
    """Return the weight of the label 1, once it is known to broadcast onto the losses."""
    w = as_non_negative(1.0 if pos_weight is None else pos_weight, "pos_weight")
    check(w < np.inf, w, "pos_weight", "be finite")
    check_shapes(onto_first=True, logits=np.broadcast_arrays(z, y)[0], pos_weight=w)
    return w


@quiet
def nll_loss(
    log_probs: ArrayLike,
    labels: ArrayLike,
    *,
    class_weights: ArrayLike | None = None,
    ignore_index: int | None = None,
    reduction: str = "mean",
) -> Array:
    """Return the negative log-likelihood of labels, given log-probabilities.

    Parameters
    ----------
    log_probs : array_like
        Log-probabilities in nats, of shape (N, C), (N, C, d1, d2, ...) or (C,): the classes lie on
        axis 1, as in PyTorch.
    labels : array_like
        Integer classes 0 ... C - 1, of shape (N,), (N, d1, d2, ...) or ().
    class_weights : array_like, optional
        Weights w of the classes, of shape (C,), finite and at least 0; 1 each if not given.
    ignore_index : int, optional
        Label that does not count, inside 0 ... C - 1 or outside.
    reduction : {"mean", "sum", "none"}
        Whether to return the mean of the losses, their sum, or each of them.

    Returns
    -------
    float or ndarray
        The loss in nats; with ``"none"``, one per label.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers, or the classes are not integers.
    ValueError
        If a class is outside 0 ... C - 1, the shapes do not match, an argument contains NaN, an
        option is outside its range, or ``reduction="mean"`` meets an empty batch or one in which no
        label counts.

    Notes
    -----
    ``L = −w_y log p_y``. After :func:`lib.activations.log_softmax` it is the softmax cross-entropy.
    The mean is the sum of the losses over the sum of the weights of the labels that count.

    As in PyTorch, any numbers are taken for log-probabilities: given probabilities by mistake, the
    loss is negative.

    References
    ----------
    C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer, 2006, section 4.3.4.

    Examples
    --------
    >>> from lib.activations import log_softmax
    >>> from lib.losses import nll_loss
    >>> print(f"{nll_loss(log_softmax([[3.2, 5.1, -1.7]]), [0]):.4f}")
    2.0404
    """
    log_p, y, weights = _classes_last(log_probs, labels, class_weights, ignore_index)
    losses = 0.0 - weighted(weights, pick(log_p, y))
    return reduce_losses(losses, reduction, samples=total_weight(weights, reduction))


@gradient_of(nll_loss)
@quiet
def nll_loss_grad(
    log_probs: ArrayLike,
    labels: ArrayLike,
    *,
    class_weights: ArrayLike | None = None,
    ignore_index: int | None = None,
    reduction: str = "mean",
) -> Array:
    """Return the derivative of the negative log-likelihood with respect to the log-probabilities.

    Notes
    -----
    ``∂L/∂log p`` is ``−w_y`` at the label and 0 elsewhere.

    Examples
    --------
    >>> from lib.losses import nll_loss_grad
    >>> nll_loss_grad([[-0.5, -1.0, -2.0]], [1])
    array([[ 0., -1.,  0.]])
    """
    log_p, y, weights = _classes_last(log_probs, labels, class_weights, ignore_index)
    gradient = one_hot(y, log_p.shape[-1])
    gradient *= -weights[..., None]
    gradient = np.moveaxis(gradient, -1, min(1, log_p.ndim - 1))
    return reduce_gradient(gradient, reduction, samples=total_weight(weights, reduction))


record(
    nll_loss,
    group="Classification",
    title="negative log-likelihood",
    formula=r"L = - \ln p_y",
    slope=r"\frac{\partial L}{\partial \ln p_j} = - [j = y]",
    takes="log-probabilities, $(N, C)$",
    target="classes",
    sample="spatial_log_probs",
    options={"class_weights": (None,), "ignore_index": (None,)},
    specimen=Specimen(
        "log",
        "[[x, log1p(-exp(x))]], [0]",
        value="-x",
        slope="-1",
        index=(0, 0),
    ),
    peers={
        "PyTorch": "NLLLoss",
        "Keras": Peer("SparseCategoricalCrossentropy()", "takes probabilities, and clips them"),
    },
)


def _classes_last(
    log_probs: ArrayLike,
    labels: ArrayLike,
    class_weights: ArrayLike | None,
    ignore_index: int | None,
) -> tuple[Array, Integers, Array]:
    """Return log-probabilities with their class axis, PyTorch's axis 1, moved last; the labels, 0
    for those that are ignored; and the weight of each label.
    """
    log_p = as_real(log_probs, "log_probs")
    axis = class_axis(log_p, "log_probs", min(1, log_p.ndim - 1))
    of, ignored = f"log_probs of shape {log_p.shape}", as_ignored(ignore_index)
    log_p = np.moveaxis(log_p, axis, -1)
    shape, classes = log_p.shape[:-1], log_p.shape[-1]
    y = as_labels(labels, classes=classes, shape=shape, of=of, ignored=ignored)
    y, counts = without_ignored(y, ignored)
    weights = as_class_weights(class_weights, classes)
    of_label = np.ones(shape) if weights is None else weights[y]
    return log_p, y, of_label * counts


@quiet
def kl_div_loss(
    log_predictions: ArrayLike, targets: ArrayLike, *, reduction: str = "batchmean"
) -> Array:
    """Return the Kullback-Leibler divergence of targets from predictions given as logarithms.

    Parameters
    ----------
    log_predictions : array_like
        Logarithms of the predicted probabilities, in nats, not above 0: shape (N, ...).
    targets : array_like
        Target probabilities, non-negative, of the shape of `log_predictions`.
    reduction : {"batchmean", "mean", "sum", "none"}
        ``"batchmean"`` divides the sum by N, the length of the first axis, and is the divergence;
        ``"mean"`` divides by the number of elements, and is not.

    Returns
    -------
    float or ndarray
        The loss in nats; with ``"none"``, one term per element, which can be negative.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If a prediction is above 0 by more than rounding, as a probability is that was given without
        its logarithm, a target is negative, the shapes do not match, an argument contains NaN, an
        option is outside its range, or ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    ``L = Σ t (log t − log q)``, with ``0 log 0 = 0``.

    PyTorch's default is ``"mean"``. Predictions come as logarithms, because a probability can round
    to 0 and its logarithm cannot.

    References
    ----------
    S. Kullback and R. A. Leibler, "On Information and Sufficiency", *Annals of Mathematical
    Statistics* 22, 1951, pp. 79-86.

    Examples
    --------
    >>> import numpy as np
    >>> from lib.losses import kl_div_loss
    >>> print(f"{kl_div_loss(np.log([[0.7, 0.2, 0.1]]), [[1.0, 0.0, 0.0]]):.4f}")
    0.3567
    """
    log_q, t, reduction, samples = _divergence(log_predictions, targets, reduction)
    return reduce_losses(xlogy(t, t) - weighted(t, log_q), reduction, samples=samples)


@gradient_of(kl_div_loss)
@quiet
def kl_div_loss_grad(
    log_predictions: ArrayLike, targets: ArrayLike, *, reduction: str = "batchmean"
) -> Array:
    """Return the derivative of the divergence with respect to the log-predictions: −t.

    Parameters
    ----------
    reduction : {"batchmean", "mean", "sum", "none"}
        As in :func:`kl_div_loss`; ``"none"`` gives the same numbers as ``"sum"``.

    Notes
    -----
    ``∂L/∂log q = −t``

    Examples
    --------
    >>> import numpy as np
    >>> from lib.losses import kl_div_loss_grad
    >>> kl_div_loss_grad(np.log([[0.7, 0.2, 0.1]]), [[0.5, 0.25, 0.25]])
    array([[-0.5 , -0.25, -0.25]])
    """
    log_q, t, reduction, samples = _divergence(log_predictions, targets, reduction)
    gradient = -np.broadcast_to(t, np.broadcast_shapes(log_q.shape, t.shape))
    return reduce_gradient(gradient, reduction, samples=samples, shape=log_q.shape)


record(
    kl_div_loss,
    group="Classification",
    title="Kullback–Leibler divergence",
    formula=r"L = \sum_j p_j (\ln p_j - \ln q_j)",
    slope=r"\frac{\partial L}{\partial \ln q_j} = - p_j",
    takes="log-probabilities, $(N, C)$",
    target="rows of probabilities",
    sample="log_distributions",
    reductions=("batchmean", *REDUCTIONS),
    specimen=Specimen(
        "log",
        "[x], [share], reduction='sum'",
        value="share * (log(share) - x) if share > 0 else 0",
        slope="-share",
    ),
    peers={
        "PyTorch": "KLDivLoss",
        "Keras": Peer("KLDivergence", "takes probabilities, the target first"),
    },
)


def _divergence(
    log_predictions: ArrayLike, targets: ArrayLike, reduction: str
) -> tuple[Array, Array, str, int | None]:
    """Return the arguments, with "batchmean" as the mean over the length of the first axis."""
    as_choice(reduction, "reduction", ("batchmean", "mean", "sum", "none"))
    t = as_non_negative(targets, "targets")
    log_q = as_log_probability(log_predictions, "log_predictions")
    check_shapes(log_predictions=log_q, targets=t)
    if reduction != "batchmean":
        return log_q, t, reduction, None
    return log_q, t, "mean", (*np.broadcast_shapes(log_q.shape, t.shape), 1)[0]


@quiet
def soft_margin_loss(scores: ArrayLike, labels: ArrayLike, *, reduction: str = "mean") -> Array:
    """Return the logistic loss of scores for labels 1 and -1.

    Parameters
    ----------
    scores : array_like
        Real scores of any shape; their sign is the prediction.
    labels : array_like
        Labels 1 and -1, of the shape of `scores`.
    reduction : {"mean", "sum", "none"}
        Whether to return the mean of the losses, their sum, or each of them.

    Returns
    -------
    float or ndarray
        The loss in nats; with ``"none"``, one per score.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If a label is neither 1 nor -1, the shapes do not match, an argument contains NaN, an option
        is outside its range, or ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    ``L = log(1 + e^(−y s))``: the log loss with logits, for labels ±1 in place of 0 and 1.

    References
    ----------
    T. Hastie, R. Tibshirani and J. Friedman, *The Elements of Statistical Learning*, 2nd ed.,
    Springer, 2009, section 10.6.

    Examples
    --------
    >>> from lib.losses import soft_margin_loss
    >>> print(f"{soft_margin_loss([0.0, 2.0], [1, -1]):.4f}")
    1.4100
    """
    s, y = as_matching(scores=scores, labels=as_sign(labels, "labels"))
    return reduce_losses(np.logaddexp(0, -y * s), reduction)


@gradient_of(soft_margin_loss)
@quiet
def soft_margin_loss_grad(
    scores: ArrayLike, labels: ArrayLike, *, reduction: str = "mean"
) -> Array:
    """Return the derivative of the logistic loss with respect to the scores.

    Notes
    -----
    ``∂L/∂s = −y σ(−y s)``

    Examples
    --------
    >>> from lib.losses import soft_margin_loss_grad
    >>> soft_margin_loss_grad([0.0, 0.0], [1, -1], reduction="sum")
    array([-0.5,  0.5])
    """
    s, y = as_matching(scores=scores, labels=as_sign(labels, "labels"))
    return reduce_gradient(-y * sigmoid(-y * s), reduction, shape=s.shape)


record(
    soft_margin_loss,
    group="Classification",
    title="logistic loss",
    formula=r"L = \ln (1 + e^{-y s})",
    slope=r"\frac{\partial L}{\partial s} = -y\,\sigma(-y s)",
    takes="scores",
    target="1 or −1",
    sample="signed",
    specimen=Specimen(
        "score",
        "[x], [sign]",
        value="softplus(-sign * x)",
        slope="-sign * sigmoid(-sign * x)",
    ),
    peers={"PyTorch": "SoftMarginLoss"},
)


@quiet
def multilabel_soft_margin_loss(
    logits: ArrayLike, labels: ArrayLike, *, reduction: str = "mean"
) -> Array:
    """Return the log loss of C yes-or-no questions, averaged over the questions.

    Parameters
    ----------
    logits : array_like
        Log-odds of each label, of shape (..., C).
    labels : array_like
        Labels 0 and 1, of the shape of `logits`; any number of them can be 1.
    reduction : {"mean", "sum", "none"}
        Whether to return the mean of the losses, their sum, or each of them.

    Returns
    -------
    float or ndarray
        The loss in nats; with ``"none"``, one per row: shape (...).

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If a label is outside [0, 1], the shapes do not match, an argument contains NaN, an option
        is outside its range, or ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    ``L = −(1/C) Σᵢ [yᵢ log σ(zᵢ) + (1 − yᵢ) log σ(−zᵢ)]``

    References
    ----------
    C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer, 2006, section 5.2.

    Examples
    --------
    >>> from lib.losses import multilabel_soft_margin_loss
    >>> print(f"{multilabel_soft_margin_loss([[2.0, -1.0, 0.5]], [[1, 0, 1]]):.4f}")
    0.3048
    """
    z, y = _multilabel(logits, labels)
    losses = binary_cross_entropy_with_logits(z, y, reduction="none")
    return reduce_losses(losses.mean(axis=-1), reduction)


@gradient_of(multilabel_soft_margin_loss)
@quiet
def multilabel_soft_margin_loss_grad(
    logits: ArrayLike, labels: ArrayLike, *, reduction: str = "mean"
) -> Array:
    """Return the derivative of the multi-label log loss with respect to the logits.

    Notes
    -----
    ``∂L/∂zᵢ = (σ(zᵢ) − yᵢ) / C = ((1 − yᵢ) σ(zᵢ) − yᵢ σ(−zᵢ)) / C``

    Examples
    --------
    >>> from lib.losses import multilabel_soft_margin_loss_grad
    >>> multilabel_soft_margin_loss_grad([[0.0, 0.0]], [[1, 0]])
    array([[-0.25,  0.25]])
    """
    z, y = _multilabel(logits, labels)
    classes = z.shape[-1]
    gradient = binary_cross_entropy_with_logits_grad(z, y, reduction="none") / classes
    return reduce_gradient(gradient, reduction, samples=z.size // classes)


record(
    multilabel_soft_margin_loss,
    group="Classification",
    title="log loss of several labels",
    formula=(
        r"L = \frac1C \sum_j \bigl( y_j \ln (1 + e^{-z_j}) + (1 - y_j) \ln (1 + e^{z_j}) "
        r"\bigr)"
    ),
    slope=r"\frac{\partial L}{\partial z_j} = \frac{\sigma(z_j) - y_j}{C}",
    takes="logits, $(N, C)$",
    target="0 or 1 for each class",
    sample="several_labels",
    specimen=Specimen(
        "score",
        "[[x, 0.0, -1.0]], [[bit, 1, 0]]",
        value="(softplus(-x if bit else x) + softplus(0) + softplus(-1)) / 3",
        slope="(-sigmoid(-x) if bit else sigmoid(x)) / 3",
        index=(0, 0),
    ),
    peers={"PyTorch": "MultiLabelSoftMarginLoss"},
)


def _multilabel(logits: ArrayLike, labels: ArrayLike) -> tuple[Array, Array]:
    """Return logits and labels of one and the same shape (..., C)."""
    z, y = as_real(logits, "logits"), as_probability(labels, "labels")
    class_axis(z, "logits", -1)
    check_shapes(logits=z, labels=y, same=True)
    return z, y
