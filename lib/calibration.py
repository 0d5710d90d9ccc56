"""Calibration: do events of which a model says 80 percent happen 80 times in a hundred?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lib._docs import documented_as
from lib._types import Array, ArrayLike, Integers
from lib._validation import (
    as_array,
    as_choice,
    as_distribution,
    as_finite,
    as_integer,
    as_labels,
    as_probability,
    as_real,
    check,
    class_axis,
    one_hot,
    pick,
    quiet,
)
from lib.activations import softmax
from lib.information import binary_entropy, self_information

__all__ = [
    "CalibrationRefinement",
    "ReliabilityCurve",
    "brier_score",
    "calibration_refinement",
    "expected_calibration_error",
    "fit_temperature",
    "reliability_curve",
    "undo_weights",
]


class ReliabilityCurve(NamedTuple):
    """What a model said and what happened, one entry for each bin that is not empty.

    Attributes
    ----------
    confidence : ndarray
        Mean predicted probability in each bin.
    accuracy : ndarray
        Share of the bin's samples that are of class 1, or of the predicted class.
    count : ndarray
        Number of samples in each bin.

    Notes
    -----
    A calibrated model has confidence equal to accuracy, up to chance.

    References
    ----------
    A. H. Murphy and R. L. Winkler, "Reliability of Subjective Probability Forecasts of
    Precipitation and Temperature", *Journal of the Royal Statistical Society C* 26, 1977,
    pp. 41-47.

    Examples
    --------
    >>> from lib.calibration import reliability_curve
    >>> reliability_curve([0.1, 0.2, 0.9], [0, 1, 1], bins=2).accuracy
    array([0.5, 1. ])
    """

    confidence: np.ndarray
    accuracy: np.ndarray
    count: np.ndarray  # type: ignore[assignment] # hides tuple.count, which nobody calls


@quiet
def reliability_curve(
    probs: ArrayLike, labels: ArrayLike, *, bins: int = 15, strategy: str = "uniform"
) -> ReliabilityCurve:
    """Sort predictions into bins by their probability, and count how often they were right.

    Parameters
    ----------
    probs : array_like
        Either probabilities of class 1, of shape (N,), or distributions over C classes, of shape
        (N, C), of which the largest probability and its class are judged.
    labels : array_like
        Integer classes of shape (N,).
    bins : int
        Number of bins, at least 1.
    strategy : {"uniform", "quantile"}
        Whether the bins are equally wide, from 0 to 1, or equally full.

    Returns
    -------
    ReliabilityCurve
        Named tuple of `confidence`, `accuracy` and `count`, without the empty bins.

    Raises
    ------
    TypeError
        If `probs` does not hold real numbers, or the labels are not integers.
    ValueError
        If the shapes do not match or there is no sample, a probability is outside [0, 1], a row
        does not sum to 1, a label is no class, or an option is outside its range.

    Notes
    -----
    A bin contains its right edge, the first one its left edge too, as in scikit-learn's
    ``calibration_curve``. Two columns and one are different questions: the top label of 0.1 has a
    confidence of 0.9.

    References
    ----------
    C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On Calibration of Modern Neural Networks",
    *International Conference on Machine Learning*, 2017.

    Examples
    --------
    >>> from lib.calibration import reliability_curve
    >>> reliability_curve([0.1, 0.3, 0.7, 0.9], [0, 1, 1, 1], bins=2).confidence
    array([0.2, 0.8])
    """
    confidence, right = _judged(*_as_predictions(probs, labels))
    bins = as_integer(bins, "bins", at_least=1)
    edges = np.linspace(0, 1, bins + 1)
    if as_choice(strategy, "strategy", ("uniform", "quantile")) == "quantile":
        edges = np.quantile(confidence, edges)
    index = np.searchsorted(edges[1:-1], confidence, side="left")
    count = np.bincount(index, minlength=bins)
    full = count > 0
    means = [np.bincount(index, weights=w, minlength=bins)[full] for w in (confidence, right)]
    return ReliabilityCurve(means[0] / count[full], means[1] / count[full], count[full])


@documented_as(reliability_curve)
@quiet
def expected_calibration_error(
    probs: ArrayLike, labels: ArrayLike, *, bins: int = 15, strategy: str = "uniform"
) -> Array:
    """Return how far confidence lies from accuracy, in the mean of the samples.

    Returns
    -------
    float
        Error in [0, 1], without a unit.

    Notes
    -----
    ``ECE = Σ_b (n_b / N) |accuracy_b − confidence_b|`` over the bins of :func:`reliability_curve`.
    The number depends on the bins, and is above 0 even of a calibrated model, by chance.

    References
    ----------
    M. P. Naeini, G. F. Cooper and M. Hauskrecht, "Obtaining Well Calibrated Probabilities Using
    Bayesian Binning", *AAAI Conference on Artificial Intelligence*, 2015.

    Examples
    --------
    >>> from lib.calibration import expected_calibration_error
    >>> print(f"{expected_calibration_error([0.1, 0.3, 0.7, 0.9], [0, 1, 1, 1], bins=2):.4f}")
    0.2500
    """
    curve = reliability_curve(probs, labels, bins=bins, strategy=strategy)
    gaps = np.abs(curve.accuracy - curve.confidence)
    return (curve.count * gaps).sum() / curve.count.sum()


class CalibrationRefinement(NamedTuple):
    """The two parts of a cross-entropy, in nats.

    Attributes
    ----------
    calibration : float
        What is paid because frequencies are not as they were predicted.
    refinement : float
        What would be left if each prediction were replaced by the frequency in its bin.

    Notes
    -----
    Their sum is the cross-entropy.

    References
    ----------
    M. H. DeGroot and S. E. Fienberg, "The Comparison and Evaluation of Forecasters", *Journal of
    the Royal Statistical Society D* 32, 1983, pp. 12-22.

    Examples
    --------
    >>> from lib.calibration import calibration_refinement
    >>> parts = calibration_refinement([0.9, 0.9, 0.9, 0.9], [1, 1, 1, 0])
    >>> print(f"{parts.calibration:.4f} {parts.refinement:.4f}")
    0.0923 0.5623
    """

    calibration: float
    refinement: float


@documented_as(reliability_curve)
@quiet
def calibration_refinement(
    probs: ArrayLike, labels: ArrayLike, *, bins: int = 15, strategy: str = "uniform"
) -> CalibrationRefinement:
    """Split a cross-entropy into what calibration would gain and what would remain.

    Returns
    -------
    CalibrationRefinement
        Named tuple of `calibration` and `refinement`, in nats.

    Notes
    -----
    ``refinement = Σ_b (n_b / N) H(accuracy_b)`` is the loss of the bins' frequencies. Of rows it
    has one term more, which no bin changes, but a temperature does: the cross-entropy of the label
    among the other classes where the top label is wrong. ``calibration`` is the loss less that. It
    is below 0 where the bins are so wide that their frequencies say less than the predictions, and
    too large by chance where they are so narrow that each holds few samples.

    References
    ----------
    J. Bröcker, "Reliability, Sufficiency, and the Decomposition of Proper Scores", *Quarterly
    Journal of the Royal Meteorological Society* 135, 2009, pp. 1512-1519.

    Examples
    --------
    >>> from lib.calibration import calibration_refinement
    >>> parts = calibration_refinement([0.1, 0.3, 0.7, 0.9], [0, 1, 1, 1], bins=2)
    >>> print(f"{parts.refinement:.4f}")
    0.3466
    """
    curve = reliability_curve(probs, labels, bins=bins, strategy=strategy)
    p, y = _as_predictions(probs, labels)
    share = curve.count / curve.count.sum()
    left = (share * binary_entropy(curve.accuracy)).sum()
    if p.ndim == 1:
        return CalibrationRefinement(self_information(np.where(y, p, 1 - p)).mean() - left, left)
    top = one_hot(p.argmax(axis=-1), p.shape[-1]) > 0
    others = np.where(top, 0, p)
    right = p.argmax(axis=-1) == y
    of_top = self_information(np.where(right, p.max(axis=-1), others.sum(axis=-1))).mean()
    known = right | (others.sum(axis=-1) == 0)  # nothing is left to be said of the others
    rest = np.where(known, 1, others.sum(axis=-1))
    among = self_information(np.where(known, 1, pick(others, y) / rest)).mean()
    return CalibrationRefinement(of_top - left, left + among)


@documented_as(reliability_curve)
@quiet
def brier_score(probs: ArrayLike, labels: ArrayLike) -> Array:
    """Return the mean squared error of probabilities.

    Parameters
    ----------
    probs : array_like
        Either probabilities of class 1, of shape (N,), or distributions over C classes, of shape
        (N, C).

    Returns
    -------
    float
        Score, without a unit: of (N,) the mean square, 0 ... 1; of (N, C) the mean of the sum over
        classes, 0 ... 2, which is twice as much for two classes.

    Raises
    ------
    TypeError
        If `probs` does not hold real numbers, or the labels are not integers.
    ValueError
        If the shapes do not match or there is no sample, a probability is outside [0, 1], a row
        does not sum to 1, or a label is no class.

    Notes
    -----
    ``mean (p − y)²``, or ``mean Σ_c (p_c − y_c)²`` with one-hot y: both are proper, and
    scikit-learn's ``brier_score_loss`` has both.

    References
    ----------
    G. W. Brier, "Verification of Forecasts Expressed in Terms of Probability", *Monthly Weather
    Review* 78, 1950, pp. 1-3.

    Examples
    --------
    >>> from lib.calibration import brier_score
    >>> print(f"{brier_score([0.8, 0.4], [1, 0]):.4f}")
    0.1000
    """
    p, y = _as_predictions(probs, labels)
    if p.ndim == 1:
        return ((p - y) ** 2).mean()
    return ((p - one_hot(y, p.shape[-1])) ** 2).sum(axis=-1).mean()


@quiet
def fit_temperature(logits: ArrayLike, labels: ArrayLike) -> float:
    """Return the temperature at which logits predict labels best.

    Parameters
    ----------
    logits : array_like
        Scores of shape (N, C), or log-odds of class 1 of shape (N,); finite.
    labels : array_like
        Integer classes of shape (N,), of samples that the model has not been trained with.

    Returns
    -------
    float
        Temperature T > 0: above 1 where the model is too sure of itself, below 1 where it is not
        sure enough.

    Raises
    ------
    TypeError
        If `logits` does not hold real numbers, or the labels are not integers.
    ValueError
        If the shapes do not match or there is no sample, `logits` is not finite, a label is no
        class, or no temperature is the best: the loss falls as T goes to 0, because every label has
        the largest score, or as T grows without bound, because the labels' mean score is not above
        the mean of all scores, or it is the same at every T, because the scores of each row are
        equal.

    Notes
    -----
    T minimises ``mean −log softmax(z / T)_y``, or the log loss of ``σ(z / T)``. In ``β = 1 / T``
    that is convex, with the slope ``mean [Σⱼ pⱼ zⱼ − z_y]``, whose only zero is found by Newton's
    steps, kept within an interval that contains it. The order of the scores, and with it the
    accuracy, stays as it is.

    scikit-learn's ``CalibratedClassifierCV(method="temperature")`` divides log-odds of two classes
    by 2 T in effect.

    References
    ----------
    C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On Calibration of Modern Neural Networks",
    *International Conference on Machine Learning*, 2017, section 4.2.

    Examples
    --------
    Log-odds of 2, of which three in four are right, where ln 3 would be true:

    >>> from lib.calibration import fit_temperature
    >>> print(f"{fit_temperature([2.0, 2.0, 2.0, 2.0], [1, 1, 1, 0]):.4f}")
    1.8205
    """
    z = as_finite(logits, "logits")
    if z.ndim == 1:
        z = np.stack([np.zeros_like(z), z], axis=-1)
        labels = _as_integers(labels)
    if z.ndim != 2 or not z.size:
        message = "logits must have shape (N, C) or (N,), with a sample and a class or more"
        raise ValueError(f"{message}, got shape {np.shape(logits)}")
    y = as_labels(labels, classes=z.shape[1], shape=z.shape[:1], of=f"logits of {np.shape(logits)}")
    z = z - pick(z, y)[:, None]
    if not z.any():
        raise ValueError(
            "logits must differ within a row, got equal scores in each: "
            "every temperature gives the same loss"
        )
    if z.max() <= 0:
        raise ValueError(
            "logits must leave a label without the largest score, got labels that all have it: "
            "the temperature would go to 0"
        )
    if _slope(z, 0.0)[0] >= 0:
        raise ValueError(
            "logits must be larger for the labels than in the mean of all classes, got ones that "
            "are not: the temperature would grow without bound"
        )
    return 1 / _zero_of_slope(z)


def _slope(z: Array, beta: float) -> tuple[float, float]:
    """Return the loss's first and second derivative at 1/T, for scores less the label's."""
    p = softmax(beta * z)
    mean = (p * z).sum(axis=-1)
    return mean.mean(), (p * (z - mean[:, None]) ** 2).sum(axis=-1).mean()


def _zero_of_slope(z: Array) -> float:
    """Return where the slope, which is below 0 at 0 and above it somewhere, is 0."""
    low, high = 0.0, np.inf
    beta = 1 / np.abs(z).max()
    for _ in range(500):
        slope, curvature = _slope(z, beta)
        low, high = (beta, high) if slope < 0 else (low, beta)
        step = beta - slope / curvature if curvature > 0 else np.inf
        middle = 2 * beta if high == np.inf else (low + high) / 2
        following = step if low < step < min(high, 4 * beta) else middle
        # A step so small may lead out of the interval, by its rounding.
        if min(abs(step - beta), abs(following - beta)) <= 4 * np.spacing(beta):
            break
        beta = following
    return beta


@quiet
def undo_weights(logits: ArrayLike, weights: ArrayLike) -> Array:
    """Return logits as they would be had training not weighed the classes.

    Parameters
    ----------
    logits : array_like
        Scores of shape (..., C) of a model trained with class weights.
    weights : array_like
        Those weights, above 0 and finite, of shape (C,).

    Returns
    -------
    ndarray
        Scores of the shape of `logits`.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `logits` contains NaN or has no class, or `weights` is not of shape (C,), above 0 and
        finite.

    Notes
    -----
    ``z − ln w``. Training with weights w fits ``P(c | x) w_c``, up to a factor; of binary logits
    subtract ``ln(pos_weight)``.

    References
    ----------
    C. Elkan, "The Foundations of Cost-Sensitive Learning", *International Joint Conference on
    Artificial Intelligence*, 2001.

    Examples
    --------
    >>> import numpy as np
    >>> from lib.activations import softmax
    >>> from lib.calibration import undo_weights
    >>> softmax(undo_weights(np.log([0.5, 0.5]), [1.0, 9.0])).round(4)
    array([0.9, 0.1])
    """
    z = as_real(logits, "logits")
    axis = class_axis(z, "logits", -1)
    w = as_finite(weights, "weights")
    if w.shape != z.shape[axis:]:
        message = f"weights must have shape {z.shape[axis:]}, one for each class of logits"
        raise ValueError(f"{message}, got shape {w.shape}")
    check(w > 0, w, "weights", "be above 0")
    return z - np.log(w)


def _judged(p: Array, y: Integers) -> tuple[Array, Array]:
    """Return the probability that is judged in each sample, and 1 where it came true, else 0."""
    if p.ndim == 1:
        return p, y.astype(np.float64)
    return p.max(axis=-1), (p.argmax(axis=-1) == y).astype(np.float64)


def _as_predictions(probs: ArrayLike, labels: ArrayLike) -> tuple[Array, Integers]:
    """Return probabilities (N,) or distributions (N, C), and their labels."""
    shape = as_array(probs, "probs").shape
    if len(shape) not in (1, 2) or 0 in shape:
        message = "probs must have shape (N,) or (N, C), with a sample and a class or more"
        raise ValueError(f"{message}, got shape {shape}")
    p = as_probability(probs, "probs") if len(shape) == 1 else as_distribution(probs, "probs")
    classes = 2 if p.ndim == 1 else shape[1]
    y = _as_integers(labels) if p.ndim == 1 else labels
    return p, as_labels(y, classes=classes, shape=shape[:1], of=f"probs of shape {shape}")


def _as_integers(labels: ArrayLike) -> ArrayLike:
    """Return labels, True and False as 1 and 0."""
    y = as_array(labels, "labels")
    return y.astype(np.intp) if y.dtype == bool else y
