"""Losses of pairs and triplets: which of two is ranked higher, and how near two points are."""

from __future__ import annotations

from typing import Any

import numpy as np

from lib._docs import gradient_of
from lib._types import Array, ArrayLike
from lib._validation import (
    as_matching,
    as_number,
    as_sign,
    check_shapes,
    class_axis,
    quiet,
    reduce_gradient,
    reduce_losses,
)
from lib.losses.records import Specimen, record

#: What PyTorch adds to each squared length in a cosine: 1e-12 as a 32-bit number.
COSINE_EPS = float(np.float32(1e-12))


@quiet
def hinge_embedding_loss(
    distances: ArrayLike, labels: ArrayLike, *, margin: float = 1.0, reduction: str = "mean"
) -> Array:
    """Return the loss of distances between pairs that are alike or unlike.

    Parameters
    ----------
    distances : array_like
        Distances, of any shape.
    labels : array_like
        1 for a pair that is alike and -1 for one that is not, of the shape of `distances`.
    margin : float
        Distance from which on an unlike pair is far enough apart.
    reduction : {"mean", "sum", "none"}
        Whether to return the mean of the losses, their sum, or each of them.

    Returns
    -------
    float or ndarray
        The loss, in the unit of the distances; with ``"none"``, one per pair.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If a label is neither 1 nor -1, the shapes do not match, an argument contains NaN, an option
        is outside its range, or ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    ``L = x`` where ``y = 1``, and ``L = max(0, Δ − x)`` where ``y = −1``.

    References
    ----------
    R. Hadsell, S. Chopra and Y. LeCun, "Dimensionality Reduction by Learning an Invariant
    Mapping", *Computer Vision and Pattern Recognition*, 2006, for the squared form.

    Examples
    --------
    >>> from lib.losses import hinge_embedding_loss
    >>> hinge_embedding_loss([0.25, 0.25], [1, -1], reduction="none")
    array([0.25, 0.75])
    """
    x, y = as_matching(distances=distances, labels=as_sign(labels, "labels"))
    margin = as_number(margin, "margin")
    return reduce_losses(np.where(y == 1, x, np.maximum(margin - x, 0)), reduction)


@gradient_of(hinge_embedding_loss)
@quiet
def hinge_embedding_loss_grad(
    distances: ArrayLike, labels: ArrayLike, *, margin: float = 1.0, reduction: str = "mean"
) -> Array:
    """Return the derivative of the hinge embedding loss with respect to the distances.

    Notes
    -----
    ``∂L/∂x`` is 1 for a pair that is alike; for an unlike pair it is -1 up to the margin, the
    margin itself included as in PyTorch, and 0 beyond.

    Examples
    --------
    >>> from lib.losses import hinge_embedding_loss_grad
    >>> hinge_embedding_loss_grad([0.25, 0.25, 2.0], [1, -1, -1], reduction="sum")
    array([ 1., -1.,  0.])
    """
    x, y = as_matching(distances=distances, labels=as_sign(labels, "labels"))
    margin = as_number(margin, "margin")
    slope = np.where(y == 1, 1.0, np.where(x <= margin, -1.0, 0.0))
    return reduce_gradient(slope, reduction, shape=x.shape)


record(
    hinge_embedding_loss,
    group="Similarity",
    title="hinge of distances",
    formula=r"L = \begin{cases} x & y = 1 \\ \max(0,\ \Delta - x) & y = -1 \end{cases}",
    slope=(
        r"\frac{\partial L}{\partial x} = \begin{cases} 1 & y = 1 \\ -1 & y = -1,\ x \le "
        r"\Delta \end{cases}"
    ),
    takes="distances",
    target="1 if alike, −1 if not",
    sample="signed",
    source=("hadsell2006",),
    options={"margin": (1.0, 0.2, 3)},
    specimen=Specimen(
        "distance",
        "[x], [sign], margin=margin",
        value="x if bit else max(0, margin - x)",
        slope="1 if bit else -(x <= margin)",
    ),
    peers={"PyTorch": "HingeEmbeddingLoss"},
)


@quiet
def margin_ranking_loss(
    x1: ArrayLike, x2: ArrayLike, labels: ArrayLike, *, margin: float = 0.0, reduction: str = "mean"
) -> Array:
    """Return the loss of pairs of scores of which one should be ranked higher.

    Parameters
    ----------
    x1, x2 : array_like
        Scores to compare, of shapes that match.
    labels : array_like
        1 where `x1` should be the higher and -1 where `x2` should, of the shape of the scores.
    margin : float
        By how much it should be.
    reduction : {"mean", "sum", "none"}
        Whether to return the mean of the losses, their sum, or each of them.

    Returns
    -------
    float or ndarray
        The loss, in the unit of the scores; with ``"none"``, one per pair.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If a label is neither 1 nor -1, the shapes do not match, an argument contains NaN, an option
        is outside its range, or ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    ``L = max(0, Δ − y (x₁ − x₂))``

    References
    ----------
    T. Joachims, "Optimizing Search Engines using Clickthrough Data", *Knowledge Discovery and Data
    Mining*, 2002.

    Examples
    --------
    >>> from lib.losses import margin_ranking_loss
    >>> margin_ranking_loss([2.0, 2.0], [1.5, 1.5], [1, -1], margin=1.0, reduction="none")
    array([0.5, 1.5])
    """
    x1, x2, y = as_matching(x1=x1, x2=x2, labels=as_sign(labels, "labels"))
    margin = as_number(margin, "margin")
    return reduce_losses(np.maximum(margin - y * (x1 - x2), 0), reduction)


@gradient_of(margin_ranking_loss)
@quiet
def margin_ranking_loss_grad(
    x1: ArrayLike, x2: ArrayLike, labels: ArrayLike, *, margin: float = 0.0, reduction: str = "mean"
) -> tuple[Array, Array]:
    """Return the derivatives of the ranking loss with respect to both scores.

    Returns
    -------
    tuple of ndarray
        Derivatives with respect to `x1` and `x2`, of their shapes.

    Notes
    -----
    ``∂L/∂x₁ = −y`` and ``∂L/∂x₂ = y`` where ``Δ − y (x₁ − x₂) ≥ 0``, else 0. The kink belongs to
    the slope, as in PyTorch.

    Examples
    --------
    >>> from lib.losses import margin_ranking_loss_grad
    >>> margin_ranking_loss_grad([2.0], [1.5], [1], margin=1.0)
    (array([-1.]), array([1.]))
    """
    x1, x2, y = as_matching(x1=x1, x2=x2, labels=as_sign(labels, "labels"))
    slope = np.where(as_number(margin, "margin") - y * (x1 - x2) >= 0, y, 0.0)
    return (
        reduce_gradient(0.0 - slope, reduction, shape=x1.shape),
        reduce_gradient(slope, reduction, shape=x2.shape),
    )


record(
    margin_ranking_loss,
    group="Similarity",
    title="ranking",
    formula=r"L = \max\bigl(0,\ \Delta - y (x_1 - x_2)\bigr)",
    slope=(
        r"\frac{\partial L}{\partial x_1} = -y, \quad \frac{\partial L}{\partial x_2} = y "
        r"\quad \text{where}\ y (x_1 - x_2) \le \Delta"
    ),
    takes="two arrays of scores",
    target="1 if the first is to be higher, else −1",
    sample="pairs_of_scores",
    source=("joachims2002",),
    options={"margin": (0.0, 1.5, -0.5)},
    specimen=Specimen(
        "ranking",
        "[x], [target], [sign], margin=margin",
        value="max(0, margin - sign * (x - target))",
        slope="-sign * (margin - sign * (x - target) >= 0)",
    ),
    peers={"PyTorch": "MarginRankingLoss"},
)


@quiet
def cosine_embedding_loss(
    x1: ArrayLike, x2: ArrayLike, labels: ArrayLike, *, margin: float = 0.0, reduction: str = "mean"
) -> Array:
    """Return the loss of the angle between pairs of vectors that are alike or unlike.

    Parameters
    ----------
    x1, x2 : array_like
        Vectors along the last axis, of shape (..., D); leading axes broadcast.
    labels : array_like
        1 for a pair that is alike and -1 for one that is not, of shape (...).
    margin : float
        Cosine in [-1, 1] down to which an unlike pair is far enough apart.
    reduction : {"mean", "sum", "none"}
        Whether to return the mean of the losses, their sum, or each of them.

    Returns
    -------
    float or ndarray
        The loss, without a unit; with ``"none"``, one per pair: shape (...).

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If a label is neither 1 nor -1, the shapes do not match, an argument contains NaN, an option
        is outside its range, or ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    ``L = 1 − cos(x₁, x₂)`` where ``y = 1``, and ``L = max(0, cos(x₁, x₂) − Δ)`` where ``y = −1``.
    As in PyTorch, 1e-12 is added to each squared length, which gives the null vector a cosine of 0.

    References
    ----------
    G. Salton, A. Wong and C. S. Yang, "A Vector Space Model for Automatic Indexing",
    *Communications of the ACM* 18, 1975, pp. 613-620, for the cosine as a similarity.

    Examples
    --------
    >>> from lib.losses import cosine_embedding_loss
    >>> print(f"{cosine_embedding_loss([[1.0, 0.0]], [[0.0, 2.0]], [1]):.4f}")
    1.0000
    """
    x1, x2, y, margin = _pairs(x1, x2, labels, margin)
    cosine, _, _ = _cosine(x1, x2)
    losses = np.where(y == 1, 1 - cosine, np.maximum(cosine - margin, 0))
    return reduce_losses(losses, reduction)


@gradient_of(cosine_embedding_loss)
@quiet
def cosine_embedding_loss_grad(
    x1: ArrayLike, x2: ArrayLike, labels: ArrayLike, *, margin: float = 0.0, reduction: str = "mean"
) -> tuple[Array, Array]:
    """Return the derivatives of the cosine loss with respect to both vectors.

    Returns
    -------
    tuple of ndarray
        Derivatives with respect to `x1` and `x2`, of their shapes.

    Notes
    -----
    ``∂cos/∂x₁ = x₂ / (‖x₁‖ ‖x₂‖) − cos · x₁ / ‖x₁‖²``, times -1 where ``y = 1``, times 1 where
    ``y = −1`` and ``cos ≥ Δ``, else 0. The kink belongs to the slope, as in PyTorch.

    Examples
    --------
    >>> from lib.losses import cosine_embedding_loss_grad
    >>> for gradient in cosine_embedding_loss_grad([[1.0, 0.0]], [[0.0, 2.0]], [1]):
    ...     print(gradient.round(4))
    [[ 0. -1.]]
    [[-0.5  0. ]]
    """
    x1, x2, y, margin = _pairs(x1, x2, labels, margin)
    cosine, square1, square2 = _cosine(x1, x2)
    slope = np.where(y == 1, -1.0, np.where(cosine >= margin, 1.0, 0.0))[..., None]
    cosine = cosine[..., None]
    length = np.sqrt(square1 * square2)
    gradient1 = slope * (x2 / length - cosine * x1 / square1)
    gradient2 = slope * (x1 / length - cosine * x2 / square2)
    return (
        reduce_gradient(gradient1, reduction, samples=y.size, shape=x1.shape),
        reduce_gradient(gradient2, reduction, samples=y.size, shape=x2.shape),
    )


record(
    cosine_embedding_loss,
    group="Similarity",
    title="cosine",
    formula=(
        r"L = \begin{cases} 1 - \cos(x_1, x_2) & y = 1 \\ \max(0,\ \cos(x_1, x_2) - \Delta) & "
        r"y = -1 \end{cases}"
    ),
    slope=(
        r"\frac{\partial \cos}{\partial x_1} = \frac{x_2}{\|x_1\| \|x_2\|} - \cos(x_1, x_2) "
        r"\frac{x_1}{\|x_1\|^2}"
    ),
    takes="two arrays of vectors, $(N, D)$",
    target="1 if alike, −1 if not",
    sample="pairs_of_vectors",
    options={"margin": (0.0, 0.5, -0.3)},
    specimen=Specimen(
        "cosine",
        "[[x, 1.0]], [[1.0, 0.0]], [sign], margin=margin",
        value="1 - cosine if bit else max(0, cosine - margin)",
        slope="(-1 if bit else cosine >= margin) * (1 / length - cosine * x / square)",
        index=(0, 0),
        where={
            "cosine": "x / shown(length, sqrt(x ** 2 + 1))",
            "length": f"sqrt(square * (1 + {COSINE_EPS}))",
            "square": f"x ** 2 + 1 + {COSINE_EPS}",
        },
        largest={"margin": (0.9, 0.5)},  # at 1 the loss of an unlike pair is 0 everywhere
    ),
    peers={"PyTorch": "CosineEmbeddingLoss"},
)


def _pairs(
    x1: ArrayLike, x2: ArrayLike, labels: ArrayLike, margin: float
) -> tuple[Array, Array, Array, float]:
    """Return two arrays of vectors, one label for each pair, and the margin."""
    (x1, x2), y = _as_vectors(x1=x1, x2=x2), as_sign(labels, "labels")
    shape = np.broadcast_shapes(x1.shape, x2.shape)
    if y.shape != shape[:-1]:
        raise ValueError(
            f"labels must have shape {shape[:-1]}, one label for each pair of vectors of shape "
            f"{shape}, got shape {y.shape}"
        )
    return x1, x2, y, as_number(margin, "margin", at_least=-1, at_most=1)


def _as_vectors(**arrays: ArrayLike) -> tuple[Array, ...]:
    """Return arrays of vectors along the last axis, of as many coordinates as each other."""
    vectors = as_matching(**arrays)
    for name, array in zip(arrays, vectors, strict=True):
        class_axis(array, name, -1)
    named: dict[str, Any] = dict(zip(arrays, vectors, strict=True))
    check_shapes(vectors=True, **named)
    return vectors


def _cosine(x1: Array, x2: Array) -> tuple[Array, Array, Array]:
    """Return the cosines, and the squared lengths with an axis of 1 in place of the vectors'."""
    square1 = (x1**2).sum(axis=-1, keepdims=True) + COSINE_EPS
    square2 = (x2**2).sum(axis=-1, keepdims=True) + COSINE_EPS
    cosine = (x1 * x2).sum(axis=-1) / np.sqrt(square1 * square2)[..., 0]
    return cosine, square1, square2


@quiet
def triplet_margin_loss(
    anchors: ArrayLike,
    positives: ArrayLike,
    negatives: ArrayLike,
    *,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-6,
    swap: bool = False,
    reduction: str = "mean",
) -> Array:
    """Return the loss of anchors that should be nearer to a positive than to a negative.

    Parameters
    ----------
    anchors, positives, negatives : array_like
        Vectors along the last axis, of shape (..., D); leading axes broadcast.
    margin : float
        By how much, above 0, the positive should be nearer.
    p : float
        Exponent of the norm, 1 or more; ``inf`` is the largest difference.
    eps : float
        Number, at least 0, added to each difference of coordinates.
    swap : bool
        Whether to take the distance from the positive to the negative, where that is shorter than
        the one from the anchor to the negative.
    reduction : {"mean", "sum", "none"}
        Whether to return the mean of the losses, their sum, or each of them.

    Returns
    -------
    float or ndarray
        The loss, in the unit of the coordinates; with ``"none"``, one per triplet: shape (...).

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the shapes do not match, an argument contains NaN, an option is outside its range, or
        ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    ``L = max(0, Δ + ‖a − p + ε‖ − ‖a − n + ε‖)``. The ε is PyTorch's: it keeps the norm
    differentiable where two points coincide.

    References
    ----------
    V. Balntas, E. Riba, D. Ponsa and K. Mikolajczyk, "Learning local feature descriptors with
    triplets and shallow convolutional neural networks", *British Machine Vision Conference*, 2016.

    Examples
    --------
    >>> from lib.losses import triplet_margin_loss
    >>> print(f"{triplet_margin_loss([[0.0, 0.0]], [[3.0, 4.0]], [[0.0, 5.5]]):.4f}")
    0.5000
    """
    near, far, swapped = _distances(anchors, positives, negatives, p, eps, swap)
    margin = as_number(margin, "margin", above=0)
    return reduce_losses(np.maximum(margin + near - np.minimum(far, swapped), 0), reduction)


@gradient_of(triplet_margin_loss)
@quiet
def triplet_margin_loss_grad(
    anchors: ArrayLike,
    positives: ArrayLike,
    negatives: ArrayLike,
    *,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-6,
    swap: bool = False,
    reduction: str = "mean",
) -> tuple[Array, Array, Array]:
    """Return the derivatives of the triplet loss with respect to its three vectors.

    Returns
    -------
    tuple of ndarray
        Derivatives with respect to `anchors`, `positives` and `negatives`, of their shapes.

    Notes
    -----
    ``∂‖d‖/∂d = sign(d) (|d| / ‖d‖)^(p − 1)``, which is 0 for the null vector. Each distance passes
    its slope on to its two ends, with opposite signs. As in PyTorch, a loss of exactly 0 at the
    kink has a slope, and two distances that tie for the shorter share it.

    Examples
    --------
    >>> from lib.losses import triplet_margin_loss_grad
    >>> for gradient in triplet_margin_loss_grad([[0.0]], [[1.0]], [[-1.5]]):
    ...     print(gradient)
    [[-2.]]
    [[1.]]
    [[1.]]
    """
    near, far, swapped = _distances(anchors, positives, negatives, p, eps, swap)
    margin = as_number(margin, "margin", above=0)
    active = np.where(margin + near - np.minimum(far, swapped) >= 0, 1.0, 0.0)[..., None]
    share = np.where(far == swapped, 0.5, np.where(far < swapped, 1.0, 0.0))[..., None]

    a, b, c = (np.asarray(x, dtype=np.float64) for x in (anchors, positives, negatives))
    to_near = active * _norm_grad(a - b + eps, p)
    to_far = active * share * _norm_grad(a - c + eps, p)
    to_swapped = active * (1 - share) * _norm_grad(b - c + eps, p)
    samples = active.size
    return (
        reduce_gradient(to_near - to_far, reduction, samples=samples, shape=a.shape),
        reduce_gradient(0.0 - to_near - to_swapped, reduction, samples=samples, shape=b.shape),
        reduce_gradient(to_far + to_swapped, reduction, samples=samples, shape=c.shape),
    )


record(
    triplet_margin_loss,
    group="Similarity",
    title="triplet",
    formula=r"L = \max\bigl(0,\ \Delta + \|a - p\| - \|a - n\|\bigr)",
    slope=(
        r"\frac{\partial L}{\partial a} = \frac{a - p}{\|a - p\|} - \frac{a - n}{\|a - n\|} "
        r"\quad \text{where}\ L > 0"
    ),
    takes="anchors, positives and negatives, $(N, D)$",
    target="none: the roles say it",
    sample="triplets",
    source=("balntas2016",),
    options={
        "margin": (1.0, 0.2),
        "p": (2, 1, 3.5, np.inf),
        "eps": (1e-6, 0.1),
        "swap": (False, True),
    },
    specimen=Specimen(
        "triplet",
        "[[x]], [[0.0]], [[2.0]], margin=margin",
        value="max(0, margin + abs(near) - abs(far))",
        slope="(margin + abs(near) - abs(far) >= 0) * (sgn(near) - sgn(far))",
        index=(0, 0),
        where={"near": "shown(x + 1e-6, x - 0)", "far": "shown(x - 2 + 1e-6, x - 2)"},
    ),
    peers={"PyTorch": "TripletMarginLoss"},
)


def _distances(
    anchors: ArrayLike,
    positives: ArrayLike,
    negatives: ArrayLike,
    p: float,
    eps: float,
    swap: bool,
) -> tuple[Array, Array, Array]:
    """Return the distances anchor-positive, anchor-negative and, if swapping, positive-negative."""
    a, b, c = _as_vectors(anchors=anchors, positives=positives, negatives=negatives)
    if p != np.inf:
        as_number(p, "p", at_least=1)
    as_number(eps, "eps", at_least=0)
    near, far = _norm(a - b + eps, p), _norm(a - c + eps, p)
    return near, far, _norm(b - c + eps, p) if swap else np.full(far.shape, np.inf)


def _norm(d: Array, p: float) -> Array:
    """Return the p-norm along the last axis."""
    return np.linalg.norm(d, ord=p, axis=-1)


def _norm_grad(d: Array, p: float) -> Array:
    """Return the derivative of the p-norm; coordinates that tie for the largest share it."""
    size, norm = np.abs(d), _norm(d, p)[..., None]
    if p == np.inf:
        largest = size == norm
        return np.sign(d) * largest / largest.sum(axis=-1, keepdims=True)
    return np.sign(d) * (size / np.where(norm == 0, 1.0, norm)) ** (p - 1)
