"""Losses that judge probabilities: log loss, softmax cross-entropy and their relatives."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib._types import Array, ArrayLike, Integers
from lib._validation import (
    as_array,
    as_choice,
    as_distribution,
    as_labels,
    as_matching,
    as_non_negative,
    as_number,
    as_probability,
    as_real,
    as_shifted_scores,
    as_sign,
    check_shapes,
    class_axis,
    one_hot,
    pick,
    quiet,
    reduce_gradient,
    reduce_losses,
    weighted,
)
from lib.activations import sigmoid, softmax
from lib.information import xlog1py, xlogy

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_grad",
    "binary_cross_entropy_with_logits",
    "binary_cross_entropy_with_logits_grad",
    "kl_div_loss",
    "kl_div_loss_grad",
    "multilabel_soft_margin_loss",
    "multilabel_soft_margin_loss_grad",
    "nll_loss",
    "nll_loss_grad",
    "soft_margin_loss",
    "soft_margin_loss_grad",
    "softmax_cross_entropy",
    "softmax_cross_entropy_grad",
]


@quiet
def softmax_cross_entropy(
    logits: ArrayLike, labels: ArrayLike, *, label_smoothing: float = 0.0, reduction: str = "mean"
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
        not match, an argument contains NaN, an option is outside its range, or ``reduction="mean"``
        meets an empty batch.

    Notes
    -----
    ``L = −log softmax(z)_y = log Σⱼ e^(zⱼ) − z_y``, and ``L = −Σⱼ yⱼ log softmax(z)ⱼ`` for
    probabilities. Smoothing replaces y by ``(1 − ε) y + ε / C``.

    PyTorch's function is ``torch.nn.functional.cross_entropy``, whose classes lie on axis 1.

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
    z = as_shifted_scores(logits, "logits")
    y = _as_classes_or_probabilities(labels, z)
    z_y = _score_of_label(
        z, y, as_number(label_smoothing, "label_smoothing", at_least=0, at_most=1)
    )
    log_normaliser = np.log(np.exp(z, out=z).sum(axis=-1))
    return reduce_losses(log_normaliser - z_y, reduction)


@quiet
def softmax_cross_entropy_grad(
    logits: ArrayLike, labels: ArrayLike, *, label_smoothing: float = 0.0, reduction: str = "mean"
) -> Array:
    """Return the derivative of the softmax cross-entropy with respect to the logits: p − y.

    Parameters
    ----------
    logits : array_like
        Scores before the softmax, of shape (..., C).
    labels : array_like
        Integer classes of shape (...), or probabilities of shape (..., C).
    label_smoothing : float
        Share in [0, 1] of each label's mass that is spread evenly over all C classes.
    reduction : {"mean", "sum", "none"}
        Which loss to differentiate: the mean, which carries its ``1/N``, or the sum. ``"none"``
        gives each sample's own gradient, the same numbers as ``"sum"``.

    Returns
    -------
    ndarray
        Derivative with respect to `logits`, of the same shape.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers, or the classes are not integers.
    ValueError
        If a class is outside 0 ... C - 1, a row of probabilities does not sum to 1, the shapes do
        not match, an argument contains NaN, an option is outside its range, or ``reduction="mean"``
        meets an empty batch.

    Notes
    -----
    ``∂L/∂z = softmax(z) − y``, with y the one-hot label or the row of probabilities.

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
    y = _as_classes_or_probabilities(labels, p)
    p -= _smooth(y, p, as_number(label_smoothing, "label_smoothing", at_least=0, at_most=1))
    return reduce_gradient(p, reduction, samples=p.size // p.shape[-1])


def _as_classes_or_probabilities(labels: ArrayLike, z: Array) -> NDArray[Any]:
    """Return the labels as classes if they have one axis less than `z`, else as probabilities."""
    labels = as_array(labels, "labels")
    if labels.shape == z.shape:
        return as_distribution(labels, "labels")
    if labels.shape != z.shape[:-1]:
        raise ValueError(
            f"labels must be classes of shape {z.shape[:-1]} or probabilities of shape {z.shape}, "
            f"to match logits of shape {z.shape}, got shape {labels.shape}"
        )
    hint = f" (probabilities need the shape of the logits, {z.shape})"
    return as_labels(labels, classes=z.shape[-1], shape=labels.shape, of="logits", hint=hint)


def _score_of_label(z: Array, y: NDArray[Any], smoothing: float) -> Array:
    """Return the score of each label: its mean under the label's smoothed distribution."""
    z_y = pick(z, y) if y.ndim < z.ndim else weighted(y, z).sum(axis=-1)
    if smoothing == 0:
        return z_y
    return weighted(1 - smoothing, z_y) + smoothing * z.mean(axis=-1)


def _smooth(y: NDArray[Any], z: Array, smoothing: float) -> Array:
    """Return labels as distributions, with a share of their mass spread over the classes."""
    classes = z.shape[-1]
    if y.ndim < z.ndim:
        y = one_hot(y, classes)
    return y if smoothing == 0 else (1 - smoothing) * y + smoothing / classes


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


@quiet
def binary_cross_entropy_grad(
    probs: ArrayLike, labels: ArrayLike, *, reduction: str = "mean"
) -> Array:
    """Return the derivative of the log loss with respect to the probabilities.

    Parameters
    ----------
    probs : array_like
        Predicted probabilities of the label 1, in [0, 1], of any shape.
    labels : array_like
        Labels 0 and 1, or probabilities between them, of the shape of `probs`.
    reduction : {"mean", "sum", "none"}
        Which loss to differentiate: the mean, which carries its ``1/N``, or the sum. ``"none"``
        gives each sample's own gradient, the same numbers as ``"sum"``.

    Returns
    -------
    ndarray
        Derivative with respect to `probs`, of the same shape.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If a probability or label is outside [0, 1], the shapes do not match, an argument contains
        NaN, an option is outside its range, or ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    ``∂L/∂p = (1 − y) / (1 − p) − y / p = (p − y) / (p (1 − p))``, with ``0 / 0 = 0`` in the first
    form: a label that is right for certain leaves the one slope that exists.

    PyTorch keeps ``p (1 − p)`` above 1e-12, so that its gradient is finite, and 0 for a label that
    is right for certain. Away from 0 and 1 they agree.

    References
    ----------
    C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer, 2006, section 4.3.2.

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


@quiet
def binary_cross_entropy_with_logits(
    logits: ArrayLike, labels: ArrayLike, *, reduction: str = "mean"
) -> Array:
    """Return the log loss of the sigmoid of logits, finite for every finite logit.

    Parameters
    ----------
    logits : array_like
        Log-odds of the label 1, of any shape.
    labels : array_like
        Labels 0 and 1, or probabilities between them, of the shape of `logits`.
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
    ``L = −y log σ(z) − (1 − y) log σ(−z)``, with ``−log σ(z) = log(1 + e^(−z))``.

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
    losses = weighted(y, np.logaddexp(0, -z)) + weighted(1 - y, np.logaddexp(0, z))
    return reduce_losses(losses, reduction)


@quiet
def binary_cross_entropy_with_logits_grad(
    logits: ArrayLike, labels: ArrayLike, *, reduction: str = "mean"
) -> Array:
    """Return the derivative of the log loss with respect to the logits: σ(z) − y.

    Parameters
    ----------
    logits : array_like
        Log-odds of the label 1, of any shape.
    labels : array_like
        Labels 0 and 1, or probabilities between them, of the shape of `logits`.
    reduction : {"mean", "sum", "none"}
        Which loss to differentiate: the mean, which carries its ``1/N``, or the sum. ``"none"``
        gives each sample's own gradient, the same numbers as ``"sum"``.

    Returns
    -------
    ndarray
        Derivative with respect to `logits`, of the same shape.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If a label is outside [0, 1], the shapes do not match, an argument contains NaN, an option
        is outside its range, or ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    ``∂L/∂z = σ(z) − y``

    References
    ----------
    C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer, 2006, section 4.3.2.

    Examples
    --------
    >>> from lib.losses import binary_cross_entropy_with_logits_grad
    >>> binary_cross_entropy_with_logits_grad([0.0, 0.0], [1, 0], reduction="sum")
    array([-0.5,  0.5])
    """
    z, y = as_matching(logits=logits, labels=as_probability(labels, "labels"))
    return reduce_gradient(sigmoid(z) - y, reduction, shape=z.shape)


@quiet
def nll_loss(log_probs: ArrayLike, labels: ArrayLike, *, reduction: str = "mean") -> Array:
    """Return the negative log-likelihood of labels, given log-probabilities.

    Parameters
    ----------
    log_probs : array_like
        Log-probabilities in nats, of shape (N, C), (N, C, d1, d2, ...) or (C,): the classes lie on
        axis 1, as in PyTorch.
    labels : array_like
        Integer classes 0 ... C - 1, of shape (N,), (N, d1, d2, ...) or ().
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
        option is outside its range, or ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    ``L = −log p_y``. After :func:`lib.activations.log_softmax` it is the softmax cross-entropy.

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
    log_p, y = _classes_last(log_probs, labels)
    return reduce_losses(0.0 - pick(log_p, y), reduction)


@quiet
def nll_loss_grad(log_probs: ArrayLike, labels: ArrayLike, *, reduction: str = "mean") -> Array:
    """Return the derivative of the negative log-likelihood with respect to the log-probabilities.

    Parameters
    ----------
    log_probs : array_like
        Log-probabilities in nats, of shape (N, C), (N, C, d1, d2, ...) or (C,).
    labels : array_like
        Integer classes 0 ... C - 1, of shape (N,), (N, d1, d2, ...) or ().
    reduction : {"mean", "sum", "none"}
        Which loss to differentiate: the mean, which carries its ``1/N``, or the sum. ``"none"``
        gives each sample's own gradient, the same numbers as ``"sum"``.

    Returns
    -------
    ndarray
        Derivative with respect to `log_probs`, of the same shape.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers, or the classes are not integers.
    ValueError
        If a class is outside 0 ... C - 1, the shapes do not match, an argument contains NaN, an
        option is outside its range, or ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    ``∂L/∂log p`` is -1 at the label and 0 elsewhere.

    References
    ----------
    C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer, 2006, section 4.3.4.

    Examples
    --------
    >>> from lib.losses import nll_loss_grad
    >>> nll_loss_grad([[-0.5, -1.0, -2.0]], [1])
    array([[ 0., -1.,  0.]])
    """
    log_p, y = _classes_last(log_probs, labels)
    gradient = 0.0 - one_hot(y, log_p.shape[-1])
    gradient = np.moveaxis(gradient, -1, min(1, log_p.ndim - 1))
    return reduce_gradient(gradient, reduction, samples=y.size)


def _classes_last(log_probs: ArrayLike, labels: ArrayLike) -> tuple[Array, Integers]:
    """Return log-probabilities with their class axis, PyTorch's axis 1, moved last; and labels."""
    log_p = as_real(log_probs, "log_probs")
    axis = class_axis(log_p, "log_probs", min(1, log_p.ndim - 1))
    of = f"log_probs of shape {log_p.shape}"
    log_p = np.moveaxis(log_p, axis, -1)
    return log_p, as_labels(labels, classes=log_p.shape[-1], shape=log_p.shape[:-1], of=of)


@quiet
def kl_div_loss(
    log_predictions: ArrayLike, targets: ArrayLike, *, reduction: str = "batchmean"
) -> Array:
    """Return the Kullback-Leibler divergence of targets from predictions given as logarithms.

    Parameters
    ----------
    log_predictions : array_like
        Logarithms of the predicted probabilities, in nats: shape (N, ...).
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
        If a target is negative, the shapes do not match, an argument contains NaN, an option is
        outside its range, or ``reduction="mean"`` meets an empty batch.

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


@quiet
def kl_div_loss_grad(
    log_predictions: ArrayLike, targets: ArrayLike, *, reduction: str = "batchmean"
) -> Array:
    """Return the derivative of the divergence with respect to the log-predictions: −t.

    Parameters
    ----------
    log_predictions : array_like
        Logarithms of the predicted probabilities, in nats: shape (N, ...).
    targets : array_like
        Target probabilities, non-negative, of the shape of `log_predictions`.
    reduction : {"batchmean", "mean", "sum", "none"}
        As in :func:`kl_div_loss`; ``"none"`` gives the same numbers as ``"sum"``.

    Returns
    -------
    ndarray
        Derivative with respect to `log_predictions`, of the same shape.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If a target is negative, the shapes do not match, an argument contains NaN, an option is
        outside its range, or ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    ``∂L/∂log q = −t``

    References
    ----------
    S. Kullback and R. A. Leibler, "On Information and Sufficiency", *Annals of Mathematical
    Statistics* 22, 1951, pp. 79-86.

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


def _divergence(
    log_predictions: ArrayLike, targets: ArrayLike, reduction: str
) -> tuple[Array, Array, str, int | None]:
    """Return the arguments, with "batchmean" as the mean over the length of the first axis."""
    as_choice(reduction, "reduction", ("batchmean", "mean", "sum", "none"))
    log_q, t = as_matching(
        log_predictions=log_predictions, targets=as_non_negative(targets, "targets")
    )
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


@quiet
def soft_margin_loss_grad(
    scores: ArrayLike, labels: ArrayLike, *, reduction: str = "mean"
) -> Array:
    """Return the derivative of the logistic loss with respect to the scores.

    Parameters
    ----------
    scores : array_like
        Real scores of any shape.
    labels : array_like
        Labels 1 and -1, of the shape of `scores`.
    reduction : {"mean", "sum", "none"}
        Which loss to differentiate: the mean, which carries its ``1/N``, or the sum. ``"none"``
        gives each sample's own gradient, the same numbers as ``"sum"``.

    Returns
    -------
    ndarray
        Derivative with respect to `scores`, of the same shape.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If a label is neither 1 nor -1, the shapes do not match, an argument contains NaN, an option
        is outside its range, or ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    ``∂L/∂s = −y σ(−y s)``

    References
    ----------
    T. Hastie, R. Tibshirani and J. Friedman, *The Elements of Statistical Learning*, 2nd ed.,
    Springer, 2009, section 10.6.

    Examples
    --------
    >>> from lib.losses import soft_margin_loss_grad
    >>> soft_margin_loss_grad([0.0, 0.0], [1, -1], reduction="sum")
    array([-0.5,  0.5])
    """
    s, y = as_matching(scores=scores, labels=as_sign(labels, "labels"))
    return reduce_gradient(-y * sigmoid(-y * s), reduction, shape=s.shape)


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


@quiet
def multilabel_soft_margin_loss_grad(
    logits: ArrayLike, labels: ArrayLike, *, reduction: str = "mean"
) -> Array:
    """Return the derivative of the multi-label log loss with respect to the logits.

    Parameters
    ----------
    logits : array_like
        Log-odds of each label, of shape (..., C).
    labels : array_like
        Labels 0 and 1, of the shape of `logits`; any number of them can be 1.
    reduction : {"mean", "sum", "none"}
        Which loss to differentiate: the mean, which carries its ``1/N``, or the sum. ``"none"``
        gives each sample's own gradient, the same numbers as ``"sum"``.

    Returns
    -------
    ndarray
        Derivative with respect to `logits`, of the same shape.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If a label is outside [0, 1], the shapes do not match, an argument contains NaN, an option
        is outside its range, or ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    ``∂L/∂zᵢ = (σ(zᵢ) − yᵢ) / C``

    References
    ----------
    C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer, 2006, section 5.2.

    Examples
    --------
    >>> from lib.losses import multilabel_soft_margin_loss_grad
    >>> multilabel_soft_margin_loss_grad([[0.0, 0.0]], [[1, 0]])
    array([[-0.25,  0.25]])
    """
    z, y = _multilabel(logits, labels)
    classes = z.shape[-1]
    return reduce_gradient((sigmoid(z) - y) / classes, reduction, samples=z.size // classes)


def _multilabel(logits: ArrayLike, labels: ArrayLike) -> tuple[Array, Array]:
    """Return logits and labels of one and the same shape (..., C)."""
    z, y = as_real(logits, "logits"), as_probability(labels, "labels")
    class_axis(z, "logits", -1)
    check_shapes(logits=z, labels=y, same=True)
    return z, y
