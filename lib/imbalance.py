"""What class weights and a focus do to a model's answers, and a problem with a rare class."""

from __future__ import annotations

import numpy as np

from lib._types import Array, ArrayLike
from lib._validation import as_finite, as_non_negative, as_number, as_probability, check, quiet
from lib.activations import sigmoid
from lib.information import xlog1py, xlogy

__all__ = [
    "best_constant",
    "expected_counts",
    "fit_scores",
    "undo_focal",
    "weightless_threshold",
]

#: The means of the two classes' scores, which have a standard deviation of 1, are so far apart.
SEPARATION = 1.5
#: The scores that occur. None is 0, where the classes are equally likely once they count alike: no
#: decision at the balanced weight hangs on rounding.
SCORES = np.arange(-15, 16, 2) / 4


@quiet
def best_constant(prior: ArrayLike, *, class_weight: float = 1.0, gamma: float = 0.0) -> Array:
    """Return the constant answer that a weighted log loss or focal loss likes best.

    Parameters
    ----------
    prior : array_like
        Share π of class 1, in [0, 1], of any shape.
    class_weight : float
        Weight w of class 1, above 0; class 0 has the weight 1.
    gamma : float
        Exponent γ of the focal loss, at least 0; 0 is the log loss.

    Returns
    -------
    float or ndarray
        Probability of class 1 that minimises the expected loss, of the shape of `prior`.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `prior` is outside [0, 1] or NaN, `class_weight` is not above 0 or `gamma` is below 0.

    Notes
    -----
    The minimum of ``w π ℓ(q) + (1 − π) ℓ(1 − q)`` with ``ℓ(q) = −(1 − q)^γ log q``. For γ = 0 it is
    ``w π / (w π + 1 − π)``; for other γ the answer whose :func:`undo_focal` that is.

    References
    ----------
    C. Elkan, "The Foundations of Cost-Sensitive Learning", *International Joint Conference on
    Artificial Intelligence*, 2001; N. Charoenphakdee, J. Vongkulbhisal, N. Chairatanakul and
    M. Sugiyama, "On Focal Loss for Class-Posterior Probability Estimation: A Theoretical
    Perspective", *Computer Vision and Pattern Recognition*, 2021.

    Examples
    --------
    >>> from lib.imbalance import best_constant
    >>> print(f"{best_constant(0.1, class_weight=9.0):.4f} {best_constant(0.1, gamma=2.0):.4f}")
    0.5000 0.3058
    """
    share = as_probability(prior, "prior")
    w = as_number(class_weight, "class_weight", above=0)
    gamma = as_number(gamma, "gamma", at_least=0)
    share = w * share / (w * share + (1 - share))
    if gamma == 0:
        return share
    low, high = np.full_like(share, -800.0), np.full_like(share, 800.0)
    for _ in range(70):
        middle = (low + high) / 2
        below = _unfocused(middle, gamma) < share
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.where((share > 0) & (share < 1), sigmoid((low + high) / 2), share)[()]


@quiet
def undo_focal(probs: ArrayLike, *, gamma: float) -> Array:
    """Return the probabilities that a model meant which was trained with the focal loss.

    Parameters
    ----------
    probs : array_like
        Probabilities of class 1 as the model says them, in [0, 1], of any shape.
    gamma : float
        Exponent γ of the focal loss, at least 0.

    Returns
    -------
    ndarray
        Probabilities of class 1, of the shape of `probs`.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `probs` is outside [0, 1] or NaN, or `gamma` is below 0.

    Notes
    -----
    ``s(1 − q) / (s(q) + s(1 − q))`` with ``s(q) = (1 − q)^γ (1 − q − γ q log q)``, the size of the
    loss's slope at the label 1: where the best constant is q, the two slopes balance.

    References
    ----------
    N. Charoenphakdee, J. Vongkulbhisal, N. Chairatanakul and M. Sugiyama, "On Focal Loss for
    Class-Posterior Probability Estimation: A Theoretical Perspective", *Computer Vision and Pattern
    Recognition*, 2021.

    Examples
    --------
    >>> from lib.imbalance import undo_focal
    >>> undo_focal([0.3058, 0.5], gamma=2.0).round(4)
    array([0.1, 0.5])
    """
    q = as_probability(probs, "probs")
    gamma = as_number(gamma, "gamma", at_least=0)
    rise, fall = _steepness(1 - q, q, gamma), _steepness(q, 1 - q, gamma)
    return rise / (rise + fall)


def _steepness(q: Array, rest: Array, gamma: float) -> Array:
    """Return minus the slope of the focal loss over the logit, at a label that got q."""
    q_log_q = np.where(rest < 0.5, xlog1py(q, -rest), xlogy(q, q))
    return rest**gamma * (rest - gamma * q_log_q)


def _unfocused(z: Array, gamma: float) -> Array:
    q, rest = sigmoid(z), sigmoid(-z)
    rise, fall = _steepness(rest, q, gamma), _steepness(q, rest, gamma)
    return rise / (rise + fall)


@quiet
def weightless_threshold(class_weight: float, *, threshold: float = 0.5) -> float:
    """Return the threshold that decides without class weights what another decides with them.

    Parameters
    ----------
    class_weight : float
        Weight w of class 1 in training, above 0; class 0 has the weight 1.
    threshold : float
        Threshold in [0, 1] on the probabilities of the model that was trained with the weight.

    Returns
    -------
    float
        Threshold on the probabilities of a model that was trained without.

    Raises
    ------
    TypeError
        If an argument is not a number.
    ValueError
        If `class_weight` is not above 0 or `threshold` outside [0, 1].

    Notes
    -----
    ``t / (t + w (1 − t))``, since the weight multiplies the odds by w. At t = ½ that is
    ``1 / (1 + w)``, the least probability at which an alarm pays if a miss costs w false alarms.

    References
    ----------
    C. Elkan, "The Foundations of Cost-Sensitive Learning", *International Joint Conference on
    Artificial Intelligence*, 2001.

    Examples
    --------
    >>> from lib.imbalance import weightless_threshold
    >>> print(weightless_threshold(9.0))
    0.1
    """
    w = as_number(class_weight, "class_weight", above=0)
    t = as_number(threshold, "threshold", at_least=0, at_most=1)
    return t / (t + w * (1 - t))


@quiet
def expected_counts(counts: ArrayLike) -> tuple[Array, Array]:
    """Return the scores of a problem with two classes, and how many samples are expected at each.

    Parameters
    ----------
    counts : array_like
        Numbers of samples of class 0 and of class 1, above 0, of shape (2,).

    Returns
    -------
    scores : ndarray
        Scores x from −3.75 to 3.75 in half steps, of shape (16,).
    expected : ndarray
        Expected numbers of samples, of shape (2, 16): a row for each class, which sums to its
        count.

    Raises
    ------
    TypeError
        If `counts` does not hold real numbers.
    ValueError
        If `counts` is not of shape (2,), above 0 and finite.

    Notes
    -----
    A class's shares are proportional to ``exp(−(x ∓ ¾)² / 2)``. So the odds of class 1 at x are
    ``counts[1] / counts[0] · exp(1.5 x)``: a line in x with the slope 1.5 is the true logit, and
    whatever a model says that differs from it comes from its loss.

    References
    ----------
    C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer, 2006, section 4.2.1.

    Examples
    --------
    >>> from lib.imbalance import expected_counts
    >>> scores, expected = expected_counts([900, 100])
    >>> print((expected[1] / expected.sum(axis=0))[scores == 0.25].round(4))
    [0.1392]
    """
    n = as_finite(counts, "counts")
    if n.shape != (2,):
        raise ValueError(f"counts must have shape (2,), one for each class, got shape {n.shape}")
    check(n > 0, n, "counts", "be above 0")
    middle = SEPARATION / 2 * np.array([[-1.0], [1.0]])
    shares = np.exp(-((SCORES - middle) ** 2) / 2)
    return SCORES.copy(), n[:, None] * shares / shares.sum(axis=1, keepdims=True)


@quiet
def fit_scores(
    scores: ArrayLike, counts: ArrayLike, *, class_weight: float = 1.0, gamma: float = 0.0
) -> tuple[float, float]:
    """Return the slope and the bias of a logit over one feature that lose least.

    Parameters
    ----------
    scores : array_like
        Values x of the feature, of shape (K,).
    counts : array_like
        Numbers of samples of class 0 and of class 1 at each of them, of shape (2, K), at least 0;
        they need not be whole.
    class_weight : float
        Weight w of class 1, above 0; class 0 has the weight 1.
    gamma : float
        Exponent γ of the focal loss, at least 0; 0 is the log loss.

    Returns
    -------
    slope, bias : float
        a and b of the logit ``z = a x + b`` of class 1.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the shapes do not match, an argument is outside its range or not finite, or no slope and
        bias lose least, because a threshold tells the classes apart or a class has no sample.

    Notes
    -----
    The mean is the sum of the weighted losses over the sum of the weights. Newton's steps from
    (0, 0), each halved until it does not raise the loss; where the focal loss is not convex, its
    curvature is taken without its sign.

    References
    ----------
    C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer, 2006, section 4.3.3.

    Examples
    --------
    >>> from lib.imbalance import expected_counts, fit_scores
    >>> a, b = fit_scores(*expected_counts([900, 100]), class_weight=9.0)
    >>> print(f"{a:.4f} {abs(b):.4f}")
    1.5000 0.0000
    """
    x, n = as_finite(scores, "scores"), as_non_negative(counts, "counts")
    if x.ndim != 1 or n.shape != (2, *x.shape):
        message = f"counts must have shape (2, K) for scores of shape (K,), got shape {n.shape}"
        raise ValueError(f"{message} for scores of shape {x.shape}")
    w = as_number(class_weight, "class_weight", above=0)
    gamma = as_number(gamma, "gamma", at_least=0)
    shares = n * [[1.0], [w]]
    if (shares.sum(axis=1) > 0).all() and np.isfinite(shares.sum()):
        line = _least(x, shares / shares.sum(), gamma)
        if line is not None:
            return line
    raise ValueError(
        "counts must have samples of both classes that no threshold tells apart, got others: "
        "no slope and bias lose least"
    )


def _least(x: Array, shares: Array, gamma: float) -> tuple[float, float] | None:
    """Return slope and bias of the least loss, or None if it is not found."""
    a = b = 0.0
    loss = _at(a, b, x, shares, gamma)[0]
    for _ in range(200):
        _, (g, h), curvature = _at(a, b, x, shares, gamma)
        down = _newton(x, (shares * curvature).sum(axis=0), g, h)
        down = down or _newton(x, (shares * np.abs(curvature)).sum(axis=0), g, h)
        if down is None:
            return None
        for _ in range(60):
            following = _at(a - down[0], b - down[1], x, shares, gamma)[0]
            if following <= loss * (1 + 1e-14):
                break
            down = down[0] / 2, down[1] / 2
        a, b, loss = a - down[0], b - down[1], following
        if abs(down[0]) + abs(down[1]) < 1e-13:
            return a, b
    return None


def _at(
    a: float, b: float, x: Array, shares: Array, gamma: float
) -> tuple[float, tuple[float, float], Array]:
    """Return the mean focal loss, its slopes over a and b, and each sample's curvature."""
    sign = np.array([[-1.0], [1.0]])
    margin = sign * (a * x + b)
    p, q, nats = sigmoid(margin), sigmoid(-margin), np.logaddexp(0.0, -margin)
    focus = q**gamma
    slope = (shares * -sign * focus * (q + gamma * p * nats)).sum(axis=0)
    curvature = focus * p * (q * (2 * gamma + 1 - gamma * nats) + gamma**2 * p * nats)
    return (shares * focus * nats).sum(), (slope @ x, slope.sum()), curvature


def _newton(x: Array, curvature: Array, g: float, h: float) -> tuple[float, float] | None:
    """Return the step down of Newton's method, unless the loss curves downwards there."""
    xx, x1, ones = curvature @ x**2, curvature @ x, curvature.sum()
    determinant = xx * ones - x1**2
    if not (determinant > 1e-12 * xx * ones and ones > 0):
        return None
    return (ones * g - x1 * h) / determinant, (xx * h - x1 * g) / determinant
