"""The loss of sequences whose alignment with their labels is unknown."""

from __future__ import annotations

import numpy as np

from lib._types import Array, ArrayLike, Integers
from lib._validation import (
    as_array,
    as_integer,
    as_real,
    check,
    quiet,
    reduce_losses,
)
from lib.losses.records import Peer, Specimen, record

__all__ = ["ctc_loss"]

#: Position of the forward variable at which nothing has been written yet.
START = 0


@quiet
def ctc_loss(
    log_probs: ArrayLike,
    targets: ArrayLike,
    input_lengths: ArrayLike,
    target_lengths: ArrayLike,
    *,
    blank: int = 0,
    zero_infinity: bool = False,
    reduction: str = "mean",
) -> Array:
    """Return the connectionist temporal classification loss.

    The probability of a label sequence is the sum over all its alignments: ways to write one class
    or a blank at each time, such that merging repeats and then dropping blanks leaves the labels.

    Parameters
    ----------
    log_probs : array_like
        Log-probabilities of C classes, the blank among them, at T times, in nats: shape (T, N, C),
        or (T, C) for one sequence.
    targets : array_like
        Integer labels, none of them the blank: shape (N, S) or (S,) for one sequence, of which the
        first `target_lengths` count; or, for several, the sequences one after the other in a
        single axis.
    input_lengths : array_like
        Number of times that count, at most T: shape (N,) or ().
    target_lengths : array_like
        Number of labels in each target: shape (N,) or ().
    blank : int
        Class that stands for no label.
    zero_infinity : bool
        Whether to count an impossible target, such as one longer than its input, as 0.
    reduction : {"mean", "sum", "none"}
        The mean is that of each loss divided by its target's length (by 1 for an empty target).

    Returns
    -------
    float or ndarray
        The loss in nats; with ``"none"``, one per sequence. ``inf`` for an impossible target.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers, or labels and lengths are not integers.
    ValueError
        If a label is outside 0 ... C - 1 or is the blank, a length is negative or too large, the
        shapes do not match, an argument contains NaN, an option is outside its range, or
        ``reduction="mean"`` meets an empty batch.

    Notes
    -----
    ``L = −log Σ_(alignments) Πₜ pₜ``. With blanks around each label,
    ``l = (-, l₁, -, l₂, -, ...)``, the forward variable sums, in logarithms, the alignments that
    have reached position s at time t:

    ``αₜ(s) = log p_t(l_s) + logsumexp(αₜ₋₁(s), αₜ₋₁(s − 1), αₜ₋₁(s − 2))``

    The last term is there only if ``l_s`` is a label that differs from ``l_(s − 2)``.

    References
    ----------
    A. Graves, S. Fernández, F. Gomez and J. Schmidhuber, "Connectionist Temporal Classification:
    Labelling Unsegmented Sequence Data with Recurrent Neural Networks", *International Conference
    on Machine Learning*, 2006.

    Examples
    --------
    Three times, uniform over a blank and two labels: "1" has 6 alignments out of 27.

    >>> import numpy as np
    >>> from lib.losses import ctc_loss
    >>> print(f"{np.exp(-ctc_loss(np.log(np.full((3, 3), 1 / 3)), [1], 3, 1)) * 27:.4f}")
    6.0000
    """
    log_p, labels, times, lengths = _sequences(
        log_probs, targets, input_lengths, target_lengths, blank
    )
    may_skip = np.zeros(labels.shape, dtype=bool)
    may_skip[:, 2:] = (labels[:, 2:] != blank) & (labels[:, 2:] != labels[:, :-2])
    rows = np.arange(len(labels))

    alpha = np.full(labels.shape, -np.inf)
    alpha[:, START] = 0.0
    for t, log_p_t in enumerate(log_p):
        emission = log_p_t[rows[:, None], labels]
        emission[:, START] = -np.inf
        paths = np.logaddexp(alpha, _shift(alpha, 1))
        paths = np.where(may_skip, np.logaddexp(paths, _shift(alpha, 2)), paths)
        alpha = np.where(t < times[:, None], emission + paths, alpha)
    last = 2 * lengths + 1
    losses = -np.logaddexp(alpha[rows, last], alpha[rows, last - 1])

    if zero_infinity:
        losses[np.isinf(losses)] = 0.0
    if reduction == "mean":
        losses /= np.maximum(lengths, 1)
    return reduce_losses(losses if np.ndim(log_probs) == 3 else losses[0], reduction)


#: The derivative with respect to a score that all frames share, by way of likelihoods.
CTC_SCRIPT = """
import numpy as np

from lib.activations import log_softmax
from lib.losses import ctc_loss

log_probs = log_softmax([[0.0, {x}]] * 3)[:, None]  # 3 frames; the blank and "a"
loss = ctc_loss(log_probs, [[1]], [3], [1])
print("value", loss)

# Softmax of "a" at each frame, less the share that "a" there has in the paths that spell "a".
forced = np.repeat(log_probs, 3, axis=1)
forced[range(3), range(3), 0] = -np.inf
with_a = ctc_loss(forced, [[1]] * 3, [3] * 3, [1] * 3, reduction="none")
print("gradient", np.sum(np.exp(log_probs[:, 0, 1]) - np.exp(loss - with_a)))
"""

record(
    ctc_loss,
    group="Sequences",
    title="connectionist temporal classification",
    formula=r"L = - \ln \sum_{\pi \to y} \; \prod_t p_t(\pi_t)",
    slope="",
    takes="log-probabilities, $(T, N, C)$, and lengths",
    target="labels, $(N, S)$, and lengths",
    sample="sequences",
    source=("graves2006",),
    options={"blank": (0,), "zero_infinity": (False, True)},
    specimen=Specimen(
        "score",
        "[[[-softplus(x), -softplus(-x)]]] * 3, [[1]], [3], [1]",
        value="-log(3 * p * (1 - p) ** 2 + 2 * p**2 * (1 - p) + p**3)",
        slope="3 * p - (3 * (1 - p) ** 2 + 4 * p * (1 - p) + 3 * p**2) "
        "/ (3 * (1 - p) ** 2 + 2 * p * (1 - p) + p**2)",
        where={"p": "sigmoid(x)"},
        script=CTC_SCRIPT,
    ),
    peers={
        "PyTorch": "CTCLoss",
        "Keras": Peer("CTC", "the mean is not divided by the targets' lengths"),
        "optax": "ctc_loss",
    },
)


def _shift(alpha: Array, steps: int) -> Array:
    """Return the forward variable of the position `steps` back, where there is one."""
    shifted = np.full(alpha.shape, -np.inf)
    shifted[:, steps:] = alpha[:, :-steps]
    return shifted


def _sequences(
    log_probs: ArrayLike,
    targets: ArrayLike,
    input_lengths: ArrayLike,
    target_lengths: ArrayLike,
    blank: int,
) -> tuple[Array, Integers, Integers, Integers]:
    """Return log-probabilities (T, N, C), extended labels, and both lengths (N,).

    The labels of a row are: start, blank, first label, blank, second label, ..., blank. The start
    is written as -1; what lies beyond a target's length is blank.
    """
    log_p = as_real(log_probs, "log_probs")
    if log_p.ndim not in (2, 3):
        raise ValueError(
            "log_probs must have shape (T, N, C), or (T, C) for one sequence, "
            f"got shape {log_p.shape}"
        )
    log_p = log_p if log_p.ndim == 3 else log_p[:, None]
    longest, count, classes = log_p.shape
    blank = as_integer(blank, "blank", at_least=0)
    if blank >= classes:
        raise ValueError(f"blank must be a class in 0 ... {classes - 1}, got {blank}")
    times = _as_lengths(input_lengths, "input_lengths", count)
    check(times <= longest, times, "input_lengths", f"be at most T = {longest}")
    lengths = _as_lengths(target_lengths, "target_lengths", count)

    width = lengths.max(initial=0)
    labels = np.full((count, 2 * width + 2), blank)
    labels[:, START] = -1
    listed = np.arange(width) < lengths[:, None]
    labels[:, 2::2][listed] = _as_flat_targets(targets, lengths, classes, blank)
    return log_p, labels, times, lengths


def _as_lengths(values: ArrayLike, name: str, count: int) -> Integers:
    """Return one length for each of `count` sequences."""
    lengths = _as_integers(values, name)
    if lengths.shape != (count,) and not (lengths.ndim == 0 and count == 1):
        raise ValueError(
            f"{name} must have shape ({count},), one length for each sequence, "
            f"got shape {lengths.shape}"
        )
    check(lengths >= 0, lengths, name, "be non-negative")
    return lengths.reshape(count)


def _as_flat_targets(targets: ArrayLike, lengths: Integers, classes: int, blank: int) -> Integers:
    """Return the labels that count, one sequence after the other."""
    targets = _as_integers(targets, "targets")
    if targets.ndim == 2 or len(lengths) == 1:
        targets = np.atleast_2d(targets)
        if len(targets) != len(lengths) or lengths.max(initial=0) > targets.shape[1]:
            raise ValueError(
                f"targets must have shape ({len(lengths)}, S) with S at least the longest of "
                f"target_lengths, {lengths.max(initial=0)}, got shape {targets.shape}"
            )
        targets = targets[np.arange(targets.shape[1]) < lengths[:, None]]
    elif targets.shape != (lengths.sum(),):
        raise ValueError(
            f"targets must have shape ({len(lengths)}, S), or ({lengths.sum()},) as the sum of "
            f"target_lengths, got shape {targets.shape}"
        )
    valid = (targets >= 0) & (targets < classes) & (targets != blank)
    check(valid, targets, "targets", f"be labels in 0 ... {classes - 1} but not the blank {blank}")
    return targets


def _as_integers(values: ArrayLike, name: str) -> Integers:
    """Return `values` as an array of integers."""
    array = as_array(values, name)
    if array.dtype.kind not in "iu" and array.size:
        raise TypeError(f"{name} must be integers, got dtype {array.dtype}")
    return array.astype(np.intp, copy=False)
