"""Number formats of 8 to 32 bits: what rounding to them does, computed in float64.

`rounded_loss` computes one loss, that of two classes, by formulas that mean the same and round
differently.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lib._types import Array, ArrayLike
from lib._validation import as_array, as_choice, as_finite, quiet

__all__ = ["correct_digits", "round_to", "rounded_loss", "rounded_loss_grad", "spacing"]


class _Format(NamedTuple):
    digits: int
    """Binary digits after the first."""
    least: int
    """Exponent of the smallest normal number."""
    largest: float
    beyond: float
    """What a number becomes that rounds to more than the largest."""


_FORMATS = {
    "bfloat16": _Format(7, -126, (2 - 2.0**-7) * 2.0**127, np.inf),
    "float16": _Format(10, -14, 65504.0, np.inf),
    "float32": _Format(23, -126, (2 - 2.0**-23) * 2.0**127, np.inf),
    "float8_e4m3fn": _Format(3, -6, 448.0, np.nan),
}

#: The ways to compute a loss that `rounded_loss` knows.
FORMULAS = ("softmax", "epsilon", "logsumexp", "log_softmax", "float32", "softplus")
#: What ``"epsilon"`` adds to a probability.
EPSILON = 1e-8


@quiet
def round_to(x: ArrayLike, dtype: str) -> Array:
    """Return numbers rounded to those that a narrower format has.

    Parameters
    ----------
    x : array_like
        Real numbers of any shape; infinities and NaN are allowed here.
    dtype : {"bfloat16", "float16", "float32", "float8_e4m3fn"}
        Format to round to.

    Returns
    -------
    ndarray
        The nearest numbers of the format, the even one of two that are as near, as float64, of the
        shape of `x`. Beyond the largest ±inf, or NaN in ``"float8_e4m3fn"``, which has no infinity.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers.
    ValueError
        If `dtype` is none of the formats.

    Notes
    -----
    With ``2^e ≤ |x| < 2^(e+1)`` and d binary digits after the first, the numbers of a format lie
    ``2^(max(e, e_min) − d)`` apart; x is divided by that, rounded to an integer, and multiplied
    again. All three steps are exact but for the rounding. (ml_dtypes goes from 64 bits to bfloat16
    and to 8 bits by way of float32, and so rounds twice.)

    References
    ----------
    IEEE Std 754-2019, section 4.3.1; P. Micikevicius et al., "FP8 Formats for Deep Learning",
    arXiv:2209.05433, 2022.

    Examples
    --------
    >>> from lib.precision import round_to
    >>> round_to([0.1, 1.003, 1e5], "float16")
    array([0.09997559, 1.00292969,        inf])
    """
    values, of = _as_values(x, dtype)
    step = _step(values, of)
    rounded = np.where(np.isfinite(values), np.rint(values / step) * step, values)
    over = np.abs(rounded) > of.largest
    return np.where(over, np.copysign(of.beyond, values), rounded)[()]


@quiet
def spacing(x: ArrayLike, dtype: str) -> Array:
    """Return how far apart a format's numbers lie around `x`.

    Parameters
    ----------
    x : array_like
        Real numbers of any shape.
    dtype : {"bfloat16", "float16", "float32", "float8_e4m3fn"}
        Format whose numbers are meant.

    Returns
    -------
    ndarray
        Distance from the number to which `x` rounds to the next one away from 0, of the shape of
        `x`; NaN where it rounds to no number.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers.
    ValueError
        If `dtype` is none of the formats.

    Notes
    -----
    ``2^(max(e, e_min) − d)`` with ``2^e ≤ |x| < 2^(e+1)`` and d binary digits after the first.

    References
    ----------
    IEEE Std 754-2019, section 3.3.

    Examples
    --------
    >>> from lib.precision import spacing
    >>> spacing([1.0, 1000.0], "bfloat16")
    array([0.0078125, 4.       ])
    """
    rounded = np.asarray(round_to(x, dtype))
    return np.where(np.isfinite(rounded), _step(rounded, _FORMATS[dtype]), np.nan)[()]


@quiet
def rounded_loss(margin: ArrayLike, dtype: str, *, formula: str) -> Array:
    """Return the cross-entropy of two classes as a narrow format computes it.

    Parameters
    ----------
    margin : array_like
        By how much the score of the right class leads that of the other, of any shape; below 0
        where it trails.
    dtype : {"bfloat16", "float16", "float32", "float8_e4m3fn"}
        Format to which the margin and the result of every step are rounded.
    formula : {"softmax", "epsilon", "logsumexp", "log_softmax", "float32", "softplus"}
        How the loss is computed; see Notes.

    Returns
    -------
    ndarray
        Losses in nats, of the shape of `margin`; inf or NaN where the format gives that.

    Raises
    ------
    TypeError
        If `margin` does not hold real numbers.
    ValueError
        If `margin` holds NaN or infinities, or `dtype` or `formula` is none of the names.

    Notes
    -----
    The scores are m and 0, the first of the right class; t is the larger one, and
    ``S = e^(m−t) + e^(0−t)``.

    ``"softmax"`` : ``−log p`` with ``p = e^(m−t) / S``
    ``"epsilon"`` : ``−log(p + 1e-8)``
    ``"logsumexp"`` : ``(t + log S) − m``
    ``"log_softmax"`` : ``−((m − t) − log S)``
    ``"float32"`` : the same in float32, from the rounded margin, and rounded to `dtype` at the end
    ``"softplus"`` : ``max(−m, 0) + log1p(e^−|m|)``

    In real numbers all but the second are ``log(1 + e^−m)``. A step is an arithmetic operation, an
    exponential or a logarithm, computed in float64 and rounded once. Libraries round less often
    where they work in float32 inside.

    References
    ----------
    P. Blanchard, D. J. Higham and N. J. Higham, "Accurately computing the log-sum-exp and softmax
    functions", IMA Journal of Numerical Analysis 41(4), 2021.

    Examples
    --------
    >>> from lib.precision import rounded_loss
    >>> for formula in ("softmax", "softplus"):
    ...     print(rounded_loss(8.0, "float16", formula=formula))
    0.0
    0.00033545494079589844
    """
    m, rounded = _in_format(margin, dtype)
    return _FORMULAS[as_choice(formula, "formula", list(FORMULAS))].loss(m, rounded) + 0.0


@quiet
def rounded_loss_grad(margin: ArrayLike, dtype: str, *, formula: str) -> Array:
    """Return the slope of `rounded_loss` as a narrow format computes it.

    Parameters
    ----------
    margin : array_like
        By how much the score of the right class leads that of the other, of any shape.
    dtype : {"bfloat16", "float16", "float32", "float8_e4m3fn"}
        Format to which the margin and the result of every step are rounded.
    formula : {"softmax", "epsilon", "logsumexp", "log_softmax", "float32", "softplus"}
        How the loss is computed.

    Returns
    -------
    ndarray
        Derivatives with respect to the score of the right class, of the shape of `margin`, which
        are −σ(−m) in real numbers; NaN or inf where the format gives that.

    Raises
    ------
    TypeError
        If `margin` does not hold real numbers.
    ValueError
        If `margin` holds NaN or infinities, or `dtype` or `formula` is none of the names.

    Notes
    -----
    The chain rule as automatic differentiation applies it, t taken as a constant. With L for the
    loss:

    ``"softmax"``, ``"epsilon"`` : ``p (g − g p)`` with ``g = −1/p``, or ``−1/(p + 1e-8)``
    ``"logsumexp"`` : ``e^(m − (t + log S)) − 1``
    ``"log_softmax"``, ``"float32"`` : ``e^−L − 1``
    ``"softplus"`` : ``−e^−m / (1 + e^−m)``, for m < 0 ``−1 / (1 + e^m)``

    References
    ----------
    A. Griewank and A. Walther, *Evaluating Derivatives*, 2nd ed., SIAM, 2008, chapter 3.

    Examples
    --------
    >>> from lib.precision import rounded_loss_grad
    >>> for formula in ("softmax", "epsilon", "softplus"):
    ...     print(round(rounded_loss_grad(-18.5, "bfloat16", formula=formula), 3))
    -1.0
    -0.479
    -1.0
    """
    m, rounded = _in_format(margin, dtype)
    return _FORMULAS[as_choice(formula, "formula", list(FORMULAS))].slope(m, rounded) + 0.0


@quiet
def correct_digits(computed: ArrayLike, exact: ArrayLike, dtype: str) -> Array:
    """Return how many decimal digits of a computed number are right.

    Parameters
    ----------
    computed : array_like
        Numbers of any shape; infinities and NaN are allowed here.
    exact : array_like
        What they should be, finite, of a shape that broadcasts with `computed`.
    dtype : {"bfloat16", "float16", "float32", "float8_e4m3fn"}
        Format in which they were computed.

    Returns
    -------
    ndarray
        ``−log10 |computed / exact − 1|``, but at least 0 and at most the digits that the format
        has; 0 where `computed` is infinite or NaN.

    Raises
    ------
    TypeError
        If `computed` or `exact` does not hold real numbers.
    ValueError
        If `exact` holds NaN or infinities, or `dtype` is none of the formats.

    Notes
    -----
    A format with d binary digits after the first has ``(d + 1) log10 2`` decimal digits.

    References
    ----------
    N. J. Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed., SIAM, 2002,
    section 1.2.

    Examples
    --------
    >>> from lib.precision import correct_digits
    >>> correct_digits([3.1, 3.1416, 0.0], 3.141592653589793, "float32").round(1)
    array([1.9, 5.6, 0. ])
    """
    values, of = _as_values(computed, dtype)
    right = as_finite(exact, "exact")
    error = np.abs(values - right) / np.abs(right)
    digits = np.where(values == right, np.inf, -np.log10(error))
    most = (of.digits + 1) * np.log10(2)
    return np.where(np.isfinite(values), np.clip(digits, 0.0, most) + 0.0, 0.0)[()]


Rounding = Callable[[Array], Array]


class _Formula(NamedTuple):
    """A loss of a rounded margin, and its slope; both take the rounding of every step."""

    loss: Callable[[Array, Rounding], Array]
    slope: Callable[[Array, Rounding], Array]


def _in_format(margin: ArrayLike, dtype: str) -> tuple[Array, Rounding]:
    """Return the margin rounded to the format, and the rounding."""
    m = as_finite(margin, "margin")
    return round_to(m, dtype), lambda x: round_to(x, dtype)


def _float32(x: Array) -> Array:
    return round_to(x, "float32")


def _parts(m: Array, rounded: Rounding) -> tuple[Array, Array, Array]:
    """Return the larger score, the exponential of the right one below it, and their sum."""
    top = np.maximum(m, 0.0)
    right, other = rounded(np.exp(m - top)), rounded(np.exp(-top))
    return top, right, rounded(right + other)


def _probability(m: Array, rounded: Rounding) -> Array:
    _, right, total = _parts(m, rounded)
    return rounded(right / total)


def _safe(m: Array, rounded: Rounding) -> Array:
    """Return the probability with something added against a logarithm of 0."""
    return rounded(_probability(m, rounded) + rounded(np.asarray(EPSILON)))


def _log_sum(m: Array, rounded: Rounding) -> Array:
    top, _, total = _parts(m, rounded)
    return rounded(top + rounded(np.log(total)))


def _log_softmax_loss(m: Array, rounded: Rounding) -> Array:
    top, _, total = _parts(m, rounded)
    return -rounded((m - top) - rounded(np.log(total)))


def _through(g: Array, p: Array, rounded: Rounding) -> Array:
    """Return the slope g with respect to a probability, taken through the softmax."""
    return rounded(p * rounded(g - rounded(g * p)))


def _softmax_slope(m: Array, rounded: Rounding) -> Array:
    p = _probability(m, rounded)
    return _through(-rounded(1 / p), p, rounded)


def _epsilon_slope(m: Array, rounded: Rounding) -> Array:
    return _through(-rounded(1 / _safe(m, rounded)), _probability(m, rounded), rounded)


def _log_softmax_slope(m: Array, rounded: Rounding) -> Array:
    return rounded(rounded(np.exp(-_log_softmax_loss(m, rounded))) - 1)


def _softplus_loss(m: Array, rounded: Rounding) -> Array:
    return rounded(np.maximum(-m, 0.0) + rounded(np.log1p(rounded(np.exp(-np.abs(m))))))


def _softplus_slope(m: Array, rounded: Rounding) -> Array:
    small = rounded(np.exp(-np.abs(m)))
    return -rounded(np.where(m < 0, 1.0, small) / rounded(1 + small))


_FORMULAS = {
    "softmax": _Formula(
        lambda m, rounded: -rounded(np.log(_probability(m, rounded))), _softmax_slope
    ),
    "epsilon": _Formula(lambda m, rounded: -rounded(np.log(_safe(m, rounded))), _epsilon_slope),
    "logsumexp": _Formula(
        lambda m, rounded: rounded(_log_sum(m, rounded) - m),
        lambda m, rounded: rounded(rounded(np.exp(rounded(m - _log_sum(m, rounded)))) - 1),
    ),
    "log_softmax": _Formula(_log_softmax_loss, _log_softmax_slope),
    "float32": _Formula(
        lambda m, rounded: rounded(_log_softmax_loss(m, _float32)),
        lambda m, rounded: rounded(_log_softmax_slope(m, _float32)),
    ),
    "softplus": _Formula(_softplus_loss, _softplus_slope),
}


def _as_values(x: ArrayLike, dtype: str) -> tuple[Array, _Format]:
    """Return numbers, NaN included, as float64, and the format."""
    values = as_array(x, "x").astype(np.float64)
    return values, _FORMATS[as_choice(dtype, "dtype", list(_FORMATS))]


def _step(values: Array, of: _Format) -> Array:
    """Return the distance between the format's numbers of this size."""
    exponent = np.frexp(values)[1] - 1
    exponent = np.where(values == 0, of.least, exponent)
    return np.ldexp(1.0, np.maximum(exponent, of.least) - of.digits)
