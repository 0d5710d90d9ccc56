"""Losses of classes that ask the right score to win by a margin."""

from __future__ import annotations

import numpy as np

from lib._docs import gradient_of
from lib._types import Array, ArrayLike
from lib._validation import (
    as_array,
    as_choice,
    as_labels,
    as_number,
    as_real,
    check,
    check_shapes,
    class_axis,
    one_hot,
    pick,
    quiet,
    reduce_gradient,
    reduce_losses,
)
from lib.losses.records import Peer, Specimen, record


@quiet
def multiclass_hinge_loss(
    scores: ArrayLike,
    labels: ArrayLike,
    *,
    margin: float = 1.0,
    variant: str = "weston_watkins",
    reduction: str = "mean",
) -> Array:
    """Return the multi-class hinge loss, also called the multi-class SVM loss.

    Parameters
    ----------
    scores : array_like
        Real scores, of shape (..., C).
    labels : array_like
        Integer classes 0 ... C - 1, of the shape of `scores` without its last axis.
    margin : float
        By how much, at least 0, the right score has to win.
    variant : {"weston_watkins", "crammer_singer"}
        Whether the wrong classes are summed over, or the worst of them counts.
    reduction : {"mean", "sum", "none"}
        Whether to return the mean of the losses, their sum, or each of them.

    Returns
    -------
    float or ndarray
        The loss, in the unit of the scores; with ``"none"``, one per row: shape (...).

    Raises
    ------
    TypeError
        If an argument does not hold real numbers, or the classes are not integers.
    ValueError
        If a class is outside 0 ... C - 1, the shapes do not match, an argument contains NaN, an
        option is outside its range, or ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    | Weston-Watkins: ``L = Σ_(j≠y) max(0, Δ − s_y + s_j)``
    | Crammer-Singer: ``L = max(0, Δ − s_y + max_(j≠y) s_j)``

    PyTorch's :func:`multi_margin_loss` is the first, divided by C.

    References
    ----------
    J. Weston and C. Watkins, "Support Vector Machines for Multi-Class Pattern Recognition",
    *European Symposium on Artificial Neural Networks*, 1999; K. Crammer and Y. Singer, "On the
    Algorithmic Implementation of Multiclass Kernel-based Vector Machines", *Journal of Machine
    Learning Research* 2, 2001, pp. 265-292.

    Examples
    --------
    >>> from lib.losses import multiclass_hinge_loss
    >>> print(f"{multiclass_hinge_loss([[3.2, 5.1, -1.7]], [0]):.1f}")
    2.9
    """
    as_choice(variant, "variant", ("weston_watkins", "crammer_singer"))
    violations = _violations(scores, labels, margin)
    if variant == "weston_watkins":
        losses = np.maximum(violations, 0).sum(axis=-1)
    else:
        losses = np.maximum(violations.max(axis=-1), 0)
    return reduce_losses(losses, reduction)


@gradient_of(multiclass_hinge_loss)
@quiet
def multiclass_hinge_loss_grad(
    scores: ArrayLike,
    labels: ArrayLike,
    *,
    margin: float = 1.0,
    variant: str = "weston_watkins",
    reduction: str = "mean",
) -> Array:
    """Return the derivative of the multi-class hinge loss with respect to the scores.

    Notes
    -----
    ``∂L/∂s_j = 1`` for each wrong class that violates the margin (for the first of the worst, in
    the Crammer-Singer variant), ``∂L/∂s_y`` is minus their number, and the rest is 0. Where the
    margin is met exactly the derivative is 0, as in PyTorch.

    References
    ----------
    J. Weston and C. Watkins, "Support Vector Machines for Multi-Class Pattern Recognition",
    *European Symposium on Artificial Neural Networks*, 1999.

    Examples
    --------
    >>> from lib.losses import multiclass_hinge_loss_grad
    >>> multiclass_hinge_loss_grad([[3.2, 5.1, -1.7]], [0])
    array([[-1.,  1.,  0.]])
    """
    as_choice(variant, "variant", ("weston_watkins", "crammer_singer"))
    violations = _violations(scores, labels, margin)
    gradient = np.where(violations > 0, 1.0, 0.0)
    if variant == "crammer_singer":
        gradient *= one_hot(violations.argmax(axis=-1), violations.shape[-1])
    _balance(gradient, labels)
    return reduce_gradient(gradient, reduction, samples=np.size(labels))


record(
    multiclass_hinge_loss,
    group="Margins",
    title="multi-class hinge",
    formula=r"L = \sum_{j \ne y} \max(0,\ \Delta - s_y + s_j)",
    slope=r"\frac{\partial L}{\partial s_j} = 1 \ \text{where}\ s_j > s_y - \Delta",
    takes="scores, $(N, C)$",
    target="classes",
    sample="class_scores",
    source=("westonwatkins1999", "crammer2001"),
    options={"margin": (1.0, 0.0, 2.5), "variant": ("weston_watkins", "crammer_singer")},
    specimen=Specimen(
        "score",
        "[[x, 0.0, -1.0]], [0], margin=margin",
        value="first + second",
        slope="-(first > 0) - (second > 0)",
        index=(0, 0),
        where={"first": "max(0, margin - x + 0)", "second": "max(0, margin - x - 1)"},
    ),
    peers={
        "Keras": Peer(
            "CategoricalHinge",
            "one-hot targets; the worst class only, a score of 0 always among the rivals",
        ),
        "scikit-learn": Peer("hinge_loss", "the worst class only: `crammer_singer`"),
        "optax": Peer("multiclass_hinge_loss", "the worst class only: `crammer_singer`"),
    },
)


@quiet
def multi_margin_loss(
    scores: ArrayLike,
    labels: ArrayLike,
    *,
    p: int = 1,
    margin: float = 1.0,
    reduction: str = "mean",
) -> Array:
    """Return PyTorch's multi-class hinge loss: Weston-Watkins divided by the number of classes.

    Parameters
    ----------
    scores : array_like
        Real scores, of shape (..., C).
    labels : array_like
        Integer classes 0 ... C - 1, of the shape of `scores` without its last axis.
    p : {1, 2}
        Power to which each violation of the margin is raised.
    margin : float
        By how much, at least 0, the right score has to win.
    reduction : {"mean", "sum", "none"}
        Whether to return the mean of the losses, their sum, or each of them.

    Returns
    -------
    float or ndarray
        The loss, in the unit of the scores to the power p; with ``"none"``, one per row: shape
        (...).

    Raises
    ------
    TypeError
        If an argument does not hold real numbers, or the classes are not integers.
    ValueError
        If a class is outside 0 ... C - 1, the shapes do not match, an argument contains NaN, an
        option is outside its range, or ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    ``L = (1/C) Σ_(j≠y) max(0, Δ − s_y + s_j)^p``

    References
    ----------
    J. Weston and C. Watkins, "Support Vector Machines for Multi-Class Pattern Recognition",
    *European Symposium on Artificial Neural Networks*, 1999.

    Examples
    --------
    >>> from lib.losses import multi_margin_loss
    >>> print(f"{multi_margin_loss([[3.2, 5.1, -1.7]], [0]):.4f}")
    0.9667
    """
    as_choice(p, "p", (1, 2))
    violations = _violations(scores, labels, margin)
    return reduce_losses((np.maximum(violations, 0) ** p).mean(axis=-1), reduction)


@gradient_of(multi_margin_loss)
@quiet
def multi_margin_loss_grad(
    scores: ArrayLike,
    labels: ArrayLike,
    *,
    p: int = 1,
    margin: float = 1.0,
    reduction: str = "mean",
) -> Array:
    """Return the derivative of the multi-margin loss with respect to the scores.

    Notes
    -----
    With the violation ``vⱼ = max(0, Δ − s_y + s_j)`` of each wrong class, ``∂L/∂s_j`` is
    ``1 / C`` where ``vⱼ > 0`` for ``p = 1``, and ``2 vⱼ / C`` for ``p = 2``; ``∂L/∂s_y`` is minus
    their sum. Where the margin is met exactly the derivative is 0, as in PyTorch.

    Examples
    --------
    >>> from lib.losses import multi_margin_loss_grad
    >>> multi_margin_loss_grad([[1.0, 2.0, 0.5, -3.0]], [0], p=2)
    array([[-1.25,  1.  ,  0.25,  0.  ]])
    """
    as_choice(p, "p", (1, 2))
    violations = _violations(scores, labels, margin)
    slope = np.where(violations > 0, 1.0 if p == 1 else 2.0 * violations, 0.0)
    gradient = slope / violations.shape[-1]
    _balance(gradient, labels)
    return reduce_gradient(gradient, reduction, samples=np.size(labels))


record(
    multi_margin_loss,
    group="Margins",
    title="multi-class hinge over C",
    formula=r"L = \frac1C \sum_{j \ne y} \max(0,\ \Delta - s_y + s_j)^p",
    slope=(
        r"\frac{\partial L}{\partial s_j} = \frac1C \ \text{where}\ s_j > s_y - \Delta \quad "
        r"(p = 1)"
    ),
    takes="scores, $(N, C)$",
    target="classes",
    sample="class_scores",
    source=("westonwatkins1999",),
    options={"p": (1, 2), "margin": (1.0, 3)},
    specimen=Specimen(
        "score",
        "[[x, 0.0, -1.0]], [0], p=power, margin=margin",
        value="(first**power + second**power) / 3",
        slope="-(power / 3) * ((first > 0) * first ** (power - 1)"
        " + (second > 0) * second ** (power - 1))",
        index=(0, 0),
        where={"first": "max(0, margin - x + 0)", "second": "max(0, margin - x - 1)"},
    ),
    peers={"PyTorch": "MultiMarginLoss"},
)


def _violations(scores: ArrayLike, labels: ArrayLike, margin: float) -> Array:
    """Return ``margin − s_y + s_j`` for every wrong class j, and -inf for the right one."""
    s = as_real(scores, "scores")
    class_axis(s, "scores", -1)
    of = f"scores of shape {s.shape}"
    y = as_labels(labels, classes=s.shape[-1], shape=s.shape[:-1], of=of)
    violations = as_number(margin, "margin", at_least=0) - pick(s, y)[..., None] + s
    np.put_along_axis(violations, y[..., None], -np.inf, axis=-1)
    return violations


def _balance(gradient: Array, labels: ArrayLike) -> None:
    """Give the right class minus what the wrong ones have: raising all scores changes nothing."""
    labels = np.asarray(labels, dtype=np.intp)[..., None]
    np.put_along_axis(gradient, labels, -gradient.sum(axis=-1, keepdims=True), axis=-1)


@quiet
def multilabel_margin_loss(
    scores: ArrayLike, labels: ArrayLike, *, reduction: str = "mean"
) -> Array:
    """Return the hinge loss of samples that have several right classes each.

    Parameters
    ----------
    scores : array_like
        Real scores, of shape (..., C).
    labels : array_like
        Integer ids of the right classes, of the shape of `scores`: each row lists its classes
        first, and is padded with -1. What follows the first -1 is ignored.
    reduction : {"mean", "sum", "none"}
        Whether to return the mean of the losses, their sum, or each of them.

    Returns
    -------
    float or ndarray
        The loss, in the unit of the scores; with ``"none"``, one per row: shape (...).

    Raises
    ------
    TypeError
        If an argument does not hold real numbers, or the ids are not integers.
    ValueError
        If an id is outside -1 ... C - 1, the shapes do not match, an argument contains NaN, an
        option is outside its range, or ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    ``L = (1/C) Σ_(y right) Σ_(j wrong) max(0, 1 − s_y + s_j)``

    References
    ----------
    A. Elisseeff and J. Weston, "A Kernel Method for Multi-Labelled Classification", *Advances in
    Neural Information Processing Systems* 14, 2001.

    Examples
    --------
    Classes 3 and 0 are right, 1 and 2 are wrong:

    >>> from lib.losses import multilabel_margin_loss
    >>> print(f"{multilabel_margin_loss([[0.1, 0.2, 0.4, 0.8]], [[3, 0, -1, -1]]):.4f}")
    0.8500
    """
    violations, _ = _multilabel_violations(scores, labels)
    losses = np.maximum(violations, 0).sum(axis=(-2, -1)) / violations.shape[-1]
    return reduce_losses(losses, reduction)


@gradient_of(multilabel_margin_loss)
@quiet
def multilabel_margin_loss_grad(
    scores: ArrayLike, labels: ArrayLike, *, reduction: str = "mean"
) -> Array:
    """Return the derivative of the multi-label hinge loss with respect to the scores.

    Notes
    -----
    Each pair of a right class y and a wrong class j with ``s_y < s_j + 1`` adds ``1 / C`` to
    ``∂L/∂s_j`` and takes it from ``∂L/∂s_y``. Where the margin is met exactly the derivative is 0,
    as in PyTorch.

    Examples
    --------
    >>> from lib.losses import multilabel_margin_loss_grad
    >>> multilabel_margin_loss_grad([[0.1, 0.2, 0.4, 0.8]], [[3, 0, -1, -1]])
    array([[-0.5,  0.5,  0.5, -0.5]])
    """
    violations, right = _multilabel_violations(scores, labels)
    active = np.where(violations > 0, 1.0, 0.0)
    violators = active.sum(axis=-1, keepdims=True)
    gradient = (active - right * violators).sum(axis=-2) / violations.shape[-1]
    return reduce_gradient(gradient, reduction, samples=gradient.size // gradient.shape[-1])


record(
    multilabel_margin_loss,
    group="Margins",
    title="hinge of several labels",
    formula=(
        r"L = \frac1C \sum_{y\ \text{right}} \; \sum_{j\ \text{wrong}} \max(0,\ 1 - s_y + s_j)"
    ),
    slope="",
    takes="scores, $(N, C)$",
    target="class numbers, padded with −1",
    sample="label_lists",
    source=("elisseeff2001",),
    specimen=Specimen(
        "score",
        "[[x, 1.0, 0.0, -1.0]], [[0, 1, -1, -1]]",
        value="(max(0, 1 - x + 0) + max(0, 1 - x - 1)) / 4",
        slope="-((1 - x > 0) + (1 - x - 1 > 0)) / 4",
        index=(0, 0),
    ),
    peers={"PyTorch": "MultiLabelMarginLoss"},
)


def _multilabel_violations(scores: ArrayLike, labels: ArrayLike) -> tuple[Array, Array]:
    """Return ``1 − s_y + s_j`` of each listed class y and each class j, and y as one-hot rows.

    Both have the shape (..., K, C), with K the length of the longest list. A violation is -inf
    where y is padding or j is not wrong.
    """
    s, y = as_real(scores, "scores"), as_array(labels, "labels")
    class_axis(s, "scores", -1)
    check_shapes(scores=s, labels=y, same=True)
    if y.dtype.kind not in "iu" and y.size:
        raise TypeError(f"labels must be integer class ids, got dtype {y.dtype}")
    y = y.astype(np.intp, copy=False)
    classes = s.shape[-1]
    check((y >= -1) & (y < classes), y, "labels", f"be ids in 0 ... {classes - 1} or -1")

    listed = np.logical_and.accumulate(y >= 0, axis=-1)
    longest = int(listed.sum(axis=-1).max(initial=0))
    y, listed = y[..., :longest], listed[..., :longest]
    right = one_hot(np.where(listed, y, 0), classes) * listed[..., None]
    s_y = np.take_along_axis(s, np.where(listed, y, 0), axis=-1)
    wrong = ~right.any(axis=-2, keepdims=True) & listed[..., None]
    return np.where(wrong, 1 - s_y[..., None] + s[..., None, :], -np.inf), right
