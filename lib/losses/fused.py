"""Softmax cross-entropy as training wants it: value and gradient at once, the last layer included.

The functions with ``value_and_grad`` in their names return a Python float and gradients of the
floating type that they are given. They hold no more of the exponentials at once than their
docstrings say, and raise the same errors as the functions that take their time.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lib._docs import documented_as
from lib._types import Array, ArrayLike, Integers
from lib._validation import (
    NARROW,
    as_array,
    as_choice,
    as_ignored,
    as_integer,
    as_labels,
    as_number,
    check,
    chunks,
    divisor,
    quiet,
    set_to_minus_the_rest,
    total_weight,
    weighted,
    weighted_sum,
)
from lib.activations import sigmoid
from lib.losses.classification import (
    Target,
    as_target,
    softmax_cross_entropy,
    without_ignored,
)
from lib.losses.records import record

Floats = NDArray[np.floating]

#: How many scores are worked on at once. Nothing but their exponentials is made of them, mostly in
#: 32 bits: so the processor's cache holds more of them than of what `lib._validation.BLOCK` counts.
BLOCK = 2**17


@documented_as(softmax_cross_entropy)
@quiet
def softmax_cross_entropy_value_and_grad(
    logits: ArrayLike,
    labels: ArrayLike,
    *,
    label_smoothing: float = 0.0,
    class_weights: ArrayLike | None = None,
    ignore_index: int | None = None,
    reduction: str = "mean",
) -> tuple[float, Floats]:
    """Return the softmax cross-entropy and its gradient, from one pass over the exponentials.

    Parameters
    ----------
    labels : array_like
        Integer classes of shape (...), or probabilities of shape (..., C).
    reduction : {"mean", "sum"}
        Whether to return the mean of the losses or their sum.

    Returns
    -------
    value : float
        The loss in nats.
    gradient : ndarray
        Derivative with respect to `logits`, of the same shape and floating type (float64 for
        integers).

    Raises
    ------
    TypeError
        If an argument does not hold real numbers, or the classes are not integers.
    ValueError
        In the cases in which :func:`softmax_cross_entropy` raises it, with the same message, and
        for ``reduction="none"``.

    Notes
    -----
    The numbers are those of :func:`softmax_cross_entropy` and :func:`softmax_cross_entropy_grad`,
    computed in the type of `logits`, or in 32 bits if that is narrower; in 64 bits where labels are
    smoothed or probabilities. In 32 bits value and gradient are within 2 units in the last place of
    the row's largest number.

    The rows are taken a block at a time, so small that scores and exponentials stay in the
    processor's cache. Beside the gradient no array of the size of `logits` is made, but for
    probabilities as labels, which are checked in 64 bits.

    References
    ----------
    P. Blanchard, D. J. Higham and N. J. Higham, "Accurately computing the log-sum-exp and softmax
    functions", *IMA Journal of Numerical Analysis* 41, 2021, pp. 2311-2330.

    Examples
    --------
    >>> import numpy as np
    >>> from lib.losses import softmax_cross_entropy_value_and_grad
    >>> logits = np.array([[3.2, 5.1, -1.7]], dtype=np.float32)
    >>> value, gradient = softmax_cross_entropy_value_and_grad(logits, [0])
    >>> print(f"{value:.4f}", gradient.round(4), gradient.dtype)
    2.0404 [[-0.87   0.869  0.001]] float32
    """
    options = (label_smoothing, class_weights, ignore_index)
    try:
        as_choice(reduction, "reduction", ("mean", "sum"))
        z = as_array(logits, "logits")
        target = as_target(labels, z, *options)
        return _value_and_grad(z, target, divisor(reduction, target.total(reduction)))
    except (TypeError, ValueError):
        # Its checks have an order of their own, and look at every score: it says what is wrong.
        softmax_cross_entropy(
            logits,
            labels,
            label_smoothing=label_smoothing,
            class_weights=class_weights,
            ignore_index=ignore_index,
            reduction=reduction,
        )
        raise


def _value_and_grad(z: NDArray[Any], target: Target, total: float) -> tuple[float, Floats]:
    """Return the sum of the losses over `total`, and its gradient."""
    classes = z.shape[-1]
    flat, targets = z.reshape(-1, classes), target.flat()
    gradient = np.empty(flat.shape, dtype=z.dtype if _is_floating(z) else np.float64)
    in_type, fill = _working_type(z), _of_classes
    if target.smoothing or not target.is_class:
        in_type, fill = np.dtype(np.float64), _of_distributions
    value = 0.0
    for rows in chunks(len(flat), max(1, BLOCK // classes)):
        g = gradient[rows]
        work = g if g.dtype == in_type else np.empty(g.shape, in_type)
        value += fill(flat[rows], targets.slice(rows), total, work)
        if work is not g:
            g[...] = work
    return value / total + 0.0, gradient.reshape(z.shape)


def _of_classes(z: Floats, target: Target, total: float, g: Floats) -> float:
    """Write the gradient of a block of rows with a class each to `g`; return the sum of losses."""
    rows, y = np.arange(len(z)), target.y
    largest, others, sums = _exponentials(z, g, rows)
    weight = np.broadcast_to(target.weight_of_label(), rows.shape)
    of_label = g[rows, y]
    # The sum without the label: of what is left out for digits' sake, or of what contains a 1.
    others_of_label = np.where(y == largest, others, sums - of_label)
    scale = weight / (total * sums.astype(np.float64))
    g *= scale.astype(g.dtype)[:, None]
    g[rows, y] = -scale * others_of_label
    lead = z[rows, y].astype(np.float64) - z[rows, largest]
    losses = weighted(weight, np.log1p(others.astype(np.float64)) - lead)
    return float(losses.sum())


def _of_distributions(z: Floats, target: Target, total: float, g: Floats) -> float:
    """The same for rows that have a distribution each, smoothed classes included."""
    rows, t = np.arange(len(z)), target.rows().astype(g.dtype)
    mass = t.sum(axis=-1, dtype=np.float64)
    largest = z.argmax(axis=-1)
    z_y = weighted_sum(t, z.astype(g.dtype, copy=False) - z[rows, largest, None].astype(g.dtype))
    largest, others, sums = _exponentials(z, g, rows)
    g *= (mass / sums)[:, None].astype(g.dtype)
    g -= t
    set_to_minus_the_rest(g, largest)
    g /= total
    return float((mass * np.log1p(others.astype(np.float64)) - z_y).sum())


def _exponentials(z: Floats, g: Floats, rows: Integers) -> tuple[Integers, Floats, Floats]:
    """Write the exponentials of shifted scores to `g`; return the largest score's place, the sum of
    the other exponentials, and the sum of all.
    """
    largest = z.argmax(axis=-1)
    top = z[rows, largest]
    # NaN is the largest where there is one.
    if not np.isfinite(top).all():
        raise ValueError("logits must have a finite largest score in every row, got another")
    np.subtract(z, top[:, None], out=g, dtype=g.dtype)
    np.exp(g, out=g)
    g[rows, largest] = 0.0
    others = g.sum(axis=-1, dtype=np.float64)
    g[rows, largest] = 1.0
    return largest, others, 1 + others


@quiet
def linear_cross_entropy(
    hidden: ArrayLike,
    weight: ArrayLike,
    labels: ArrayLike,
    *,
    bias: ArrayLike | None = None,
    ignore_index: int | None = None,
    z_loss: float = 0.0,
    chunk_size: int | None = None,
    reduction: str = "mean",
) -> float:
    """Return the softmax cross-entropy of a linear layer's scores, without holding them all.

    Parameters
    ----------
    hidden : array_like
        What comes into the last layer, of shape (N, D); finite.
    weight : array_like
        The layer's weights, a row for each class: shape (C, D); finite.
    labels : array_like
        Integer classes 0 ... C - 1, of shape (N,).
    bias : array_like, optional
        The layer's biases, of shape (C,); finite.
    ignore_index : int, optional
        Label that does not count, inside 0 ... C - 1 or outside.
    z_loss : float
        Strength, at least 0, of a penalty that keeps the logarithm of the softmax's sum near 0.
    chunk_size : int, optional
        At most `chunk_size` rows and as many classes are worked on at once; None takes all.
    reduction : {"mean", "sum"}
        Whether to return the mean of the losses of the labels that count, or their sum.

    Returns
    -------
    float
        The loss in nats.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers, the classes are not integers or an option is of
        the wrong type.
    ValueError
        If the shapes do not match, `hidden`, `weight` or `bias` is not finite, a class is outside
        0 ... C - 1, an option is outside its range, or ``reduction="mean"`` meets an empty batch or
        one in which no label counts.

    Notes
    -----
    ``L = log Z − z_y + λ log² Z``, with ``z = W h + b``, ``Z = Σⱼ e^(zⱼ)`` and ``λ = z_loss``.

    With a `chunk_size`, no N × C array is made: the sum of the exponentials of one block of classes
    is added to that of the blocks before, after both have been shifted to the same largest score.
    The label's own exponential stays out of it, which keeps the digits of a sure prediction.

    References
    ----------
    E. Wijmans et al., "Cut Your Losses in Large-Vocabulary Language Models", *International
    Conference on Learning Representations*, 2025; for the penalty, A. Chowdhery et al., "PaLM:
    Scaling Language Modeling with Pathways", *Journal of Machine Learning Research* 24, 2023,
    section 5.

    Examples
    --------
    >>> from lib.losses import linear_cross_entropy
    >>> hidden, weight = [[1.0, 2.0]], [[1.2, 1.0], [0.9, 2.1], [0.1, -0.9]]
    >>> print(f"{linear_cross_entropy(hidden, weight, [0]):.4f} nats")
    2.0404 nats
    """
    layer = _as_layer(hidden, weight, labels, bias, ignore_index, z_loss, chunk_size, reduction)
    buffer = layer.buffer(np.dtype(np.float64))
    losses = (layer.normalisers(rows, buffer).loss for rows in layer.rows())
    return sum(losses) / layer.total + 0.0


@documented_as(linear_cross_entropy)
@quiet
def linear_cross_entropy_value_and_grad(
    hidden: ArrayLike,
    weight: ArrayLike,
    labels: ArrayLike,
    *,
    bias: ArrayLike | None = None,
    ignore_index: int | None = None,
    z_loss: float = 0.0,
    chunk_size: int | None = None,
    reduction: str = "mean",
) -> tuple[float, tuple[Floats, ...]]:
    """Return the cross-entropy of a linear layer's scores, and its gradients.

    Returns
    -------
    value : float
        The loss in nats.
    gradients : tuple of ndarray
        Derivatives with respect to `hidden`, to `weight` and, where there is one, to `bias`: of
        their shapes and floating types.

    Notes
    -----
    With ``G = ∂L/∂z = (1 + 2 λ log Z) softmax(z) − y``, one row a sample: ``∂L/∂H = G W``,
    ``∂L/∂W = Gᵀ H`` and ``∂L/∂b = Σ G``.

    The scores of a block are computed twice, once for Z and once for G; only those of the last
    block are still there. So a `chunk_size` costs a matrix product in three at most, and saves
    the N × C scores.

    References
    ----------
    E. Wijmans et al., "Cut Your Losses in Large-Vocabulary Language Models", *International
    Conference on Learning Representations*, 2025.

    Examples
    --------
    >>> from lib.losses import linear_cross_entropy_value_and_grad
    >>> hidden, weight = [[1.0, 2.0]], [[1.2, 1.0], [0.9, 2.1], [0.1, -0.9]]
    >>> value, gradients = linear_cross_entropy_value_and_grad(hidden, weight, [0])
    >>> print(f"{value:.4f}", gradients[0].round(4))
    2.0404 [[-0.2618  0.9541]]
    """
    layer = _as_layer(hidden, weight, labels, bias, ignore_index, z_loss, chunk_size, reduction)
    given = [layer.hidden, layer.weight, *([] if layer.bias is None else [layer.bias])]
    dtype = _working_type(*given)
    gradients = [np.zeros(array.shape, dtype) for array in given]
    buffer = layer.buffer(dtype)
    losses = 0.0
    for rows in layer.rows():
        sums = layer.normalisers(rows, buffer)
        losses += sums.loss
        layer.add_gradients(rows, sums, buffer, gradients)
    types = [array.dtype if _is_floating(array) else np.float64 for array in given]
    cast = (g.astype(t, copy=False) for g, t in zip(gradients, types, strict=True))
    return losses / layer.total + 0.0, tuple(cast)


record(
    linear_cross_entropy,
    group="Classification",
    title="cross-entropy with the last layer",
    formula=r"L = -\ln \operatorname{softmax}(W h)_y",
    slope=r"\frac{\partial L}{\partial h} = W^{\mathsf T} (p - e_y)",
    takes="features, $(N, D)$, and weights, $(C, D)$",
    target="classes",
    sample="layers",
    options={
        "bias": (None,),
        "ignore_index": (None,),
        "z_loss": (0.0, 0.01),
        "chunk_size": (None, 3),
    },
    reductions=("mean", "sum"),
)


class _Sums(NamedTuple):
    """What the scores of a chunk of rows add up to."""

    hidden: Floats
    z_y: Array
    """Score of each label."""
    log_others: Array
    """Logarithm of the sum of the other classes' exponentials."""
    log_z: Array
    shift: Array
    """What was subtracted from the scores of the last block of classes, before exp."""
    loss: float


class _Layer(NamedTuple):
    """A linear layer with labels for its scores, checked."""

    hidden: NDArray[Any]
    weight: NDArray[Any]
    bias: NDArray[Any] | None
    y: Integers
    counts: Array
    """1 for a row that counts and 0 for one that is ignored."""
    z_loss: float
    chunk: int
    total: float
    """What the sum of the losses is divided by."""

    def rows(self) -> list[slice]:
        return list(chunks(len(self.y), self.chunk))

    def blocks(self) -> list[slice]:
        return list(chunks(len(self.weight), self.chunk))

    def buffer(self, dtype: np.dtype[Any]) -> Floats:
        """Return room for the scores of one chunk of rows and one block of classes."""
        shape = min(self.chunk, len(self.y)), min(self.chunk, len(self.weight))
        return np.empty(shape[0] * shape[1], dtype)

    def scores(self, h: Floats, block: slice, buffer: Floats) -> Floats:
        """Write the scores of a block of classes to the buffer; return the part that they fill."""
        weight = self.weight[block].astype(h.dtype, copy=False)
        z = buffer[: len(h) * len(weight)].reshape(len(h), len(weight))
        np.matmul(h, weight.T, out=z)
        if self.bias is not None:
            z += self.bias[block].astype(h.dtype, copy=False)
        return z

    def normalisers(self, rows: slice, buffer: Floats) -> _Sums:
        """Add up the exponentials of a chunk of rows, one block of classes after the other."""
        h = self.hidden[rows].astype(buffer.dtype, copy=False)
        y = self.y[rows]
        z_y = np.einsum("nd,nd->n", h, self.weight[y].astype(h.dtype, copy=False))
        if self.bias is not None:
            z_y = z_y + self.bias[y].astype(h.dtype, copy=False)
        z_y = z_y.astype(np.float64)
        largest, total = np.full(len(y), -np.inf), np.zeros(len(y))
        shift = np.zeros(len(y))
        for block in self.blocks():
            z = self.scores(h, block, buffer)
            _put(z, y, block, -np.inf)
            largest_so_far, largest = largest, np.maximum(largest, z.max(axis=-1))
            finite = np.abs(np.where(largest == -np.inf, 0, largest)) + np.abs(z_y) < np.inf
            check(finite, largest, "hidden @ weight.T", "be finite")
            shift = np.where(largest == -np.inf, 0.0, largest)
            z -= shift[:, None].astype(z.dtype)
            np.exp(z, out=z)
            total = total * np.exp(largest_so_far - shift) + z.sum(axis=-1)
        log_others = shift + np.log(total)
        log_z = np.logaddexp(log_others, z_y)
        losses = np.logaddexp(0, log_others - z_y) + self.z_loss * log_z**2
        loss = float((self.counts[rows] * losses).sum())
        return _Sums(h, z_y, log_others, log_z, shift, loss)

    def add_gradients(
        self, rows: slice, sums: _Sums, buffer: Floats, gradients: list[Floats]
    ) -> None:
        """Add what a chunk of rows contributes; the buffer holds its last block's exponentials."""
        h, y, log_z = sums.hidden, self.y[rows], sums.log_z
        share = self.counts[rows] / self.total
        of_penalty = 2 * self.z_loss * log_z * share
        # At the label p − 1, as minus the probability of the others.
        at_label = of_penalty * np.exp(sums.z_y - log_z) - share * sigmoid(
            sums.log_others - sums.z_y
        )
        last, *before = reversed(self.blocks())
        for block in (last, *before):
            if block is last:
                g = buffer[: len(h) * (block.stop - block.start)].reshape(len(h), -1)
                g *= ((share + of_penalty) * np.exp(sums.shift - log_z))[:, None].astype(g.dtype)
            else:
                g = self.scores(h, block, buffer)
                g -= log_z[:, None].astype(g.dtype)
                np.exp(g, out=g)
                g *= (share + of_penalty)[:, None].astype(g.dtype)
            _put(g, y, block, at_label)
            gradients[0][rows] += g @ self.weight[block].astype(g.dtype, copy=False)
            gradients[1][block] += g.T @ h
            if self.bias is not None:
                gradients[2][block] += g.sum(axis=0)


def _as_layer(
    hidden: ArrayLike,
    weight: ArrayLike,
    labels: ArrayLike,
    bias: ArrayLike | None,
    ignore_index: int | None,
    z_loss: float,
    chunk_size: int | None,
    reduction: str,
) -> _Layer:
    """Return the arguments of a linear cross-entropy, once they are known to go together."""
    h, w = _as_finite_floating(hidden, "hidden"), _as_finite_floating(weight, "weight")
    if h.ndim != 2 or w.ndim != 2 or h.shape[1] != w.shape[1] or not len(w):
        raise ValueError(
            "hidden and weight must have shapes (N, D) and (C, D), with one class or more, "
            f"got shapes {h.shape} and {w.shape}"
        )
    b = None if bias is None else _as_finite_floating(bias, "bias")
    if b is not None and b.shape != w.shape[:1]:
        message = f"bias must have shape {w.shape[:1]}, one number for each row of weight"
        raise ValueError(f"{message}, got shape {b.shape}")
    ignored, of = as_ignored(ignore_index), f"hidden of shape {h.shape}"
    y = as_labels(labels, classes=len(w), shape=h.shape[:1], of=of, ignored=ignored)
    y, counts = without_ignored(y, ignored)
    counts = np.broadcast_to(counts, y.shape)
    z_loss = as_number(z_loss, "z_loss", at_least=0)
    whole = max(len(h), len(w))
    chunk = whole if chunk_size is None else as_integer(chunk_size, "chunk_size", at_least=1)
    as_choice(reduction, "reduction", ("mean", "sum"))
    total = divisor(reduction, total_weight(counts, reduction))
    return _Layer(h, w, b, y, counts, z_loss, min(chunk, whole), total)


def _as_finite_floating(values: ArrayLike, name: str) -> NDArray[Any]:
    """Return an array of the type it came in, once it is known to be finite."""
    array = as_array(values, name)
    if array.size and not (np.isfinite(array.min()) and np.isfinite(array.max())):
        check(~np.isnan(array), array, name, "not contain NaN")
        check(np.isfinite(array), array, name, "be finite")
    return array


def _put(z: Floats, y: Integers, block: slice, value: Array | float) -> None:
    """Write to the entries of the labels that lie in a block of classes."""
    inside = (y >= block.start) & (y < block.stop)
    z[inside, y[inside] - block.start] = np.broadcast_to(value, y.shape)[inside]


def _is_floating(array: NDArray[Any]) -> bool:
    return array.dtype.kind == "f" or array.dtype.name in NARROW


def _working_type(*arrays: NDArray[Any]) -> np.dtype[Any]:
    """Return the type to compute in: the widest of the arrays', of 32 bits or more."""
    types = [
        a.dtype if a.dtype.kind == "f" else np.float64 for a in arrays if a.dtype.name not in NARROW
    ]
    return np.result_type(np.float32, *types)
