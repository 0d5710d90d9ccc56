"""Number formats of 8 to 32 bits: what rounding to them does, computed in float64."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lib._types import Array, ArrayLike
from lib._validation import as_array, as_choice, quiet

__all__ = ["round_to", "spacing"]


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


def _as_values(x: ArrayLike, dtype: str) -> tuple[Array, _Format]:
    """Return numbers, NaN included, as float64, and the format."""
    values = as_array(x, "x").astype(np.float64)
    return values, _FORMATS[as_choice(dtype, "dtype", list(_FORMATS))]


def _step(values: Array, of: _Format) -> Array:
    """Return the distance between the format's numbers of this size."""
    exponent = np.frexp(values)[1] - 1
    exponent = np.where(values == 0, of.least, exponent)
    return np.ldexp(1.0, np.maximum(exponent, of.least) - of.digits)
