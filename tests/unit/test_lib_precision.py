"""Rounding to narrower formats, bit by bit with NumPy's and ml_dtypes' own."""

import ml_dtypes
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from lib.precision import round_to, spacing

FORMATS = {
    "bfloat16": ml_dtypes.bfloat16,
    "float16": np.float16,
    "float32": np.float32,
    "float8_e4m3fn": ml_dtypes.float8_e4m3fn,
}
every_format = pytest.mark.parametrize("name", FORMATS)


def numbers(dtype):
    """Numbers of every size, every number of a narrow format, and what lies half-way between."""
    rng = np.random.default_rng(0)
    wide = rng.normal(size=20_000) * 10 ** rng.uniform(-50, 42, size=20_000)
    edges = [0.0, -0.0, np.inf, -np.inf, np.nan, 448, 464, 464.01, 65504, 65519.99, 65520, 5e-324]
    if np.dtype(dtype).itemsize > 2:
        own = wide.astype(dtype)
    else:
        bits = {1: np.uint8, 2: np.uint16}[np.dtype(dtype).itemsize]
        own = np.arange(2 ** (8 * np.dtype(dtype).itemsize), dtype=bits).view(dtype)
    own = np.sort(own.astype(np.float64)[np.isfinite(own.astype(np.float64))])
    half = (own[1:] + own[:-1]) / 2
    # ml_dtypes rounds by way of float32, and so twice.
    below = np.nextafter(half.astype(np.float32), np.float32(0)).astype(np.float64)
    return np.concatenate([wide, wide / 1e3, edges, own, half, below])


@every_format
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_every_bit_agrees(name):
    x = numbers(FORMATS[name])
    rounded = round_to(x, name)
    expected = x.astype(FORMATS[name]).astype(np.float64)
    assert_array_equal(rounded, expected)
    assert_array_equal(np.signbit(rounded[x == 0]), np.signbit(x[x == 0]))
    finite = np.isfinite(rounded)
    assert_array_equal(round_to(rounded[finite], name), rounded[finite])


@every_format
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_spacing_is_the_distance_to_the_next(name):
    info = ml_dtypes.finfo(FORMATS[name])
    assert spacing(1.0, name) == float(info.eps)
    assert spacing(0.0, name) == float(info.smallest_subnormal)
    assert np.isnan(spacing(np.inf, name))
    if name in ("float16", "float32"):
        x = (
            np.random.default_rng(1).normal(size=500)
            * 10.0 ** np.arange(-2, 3)[:, None].repeat(100, 1).ravel()
        )
        assert_array_equal(spacing(x, name), np.abs(np.spacing(x.astype(FORMATS[name]))))


def test_the_numbers_that_are_told():
    """One rounding, of 1 + 2⁻⁸ + 2⁻⁴⁰ up, which by way of float32 is a tie and goes down.

    1e-8 is 0 in float16; 1 − 1e-7 is 1 in float16 and bfloat16."""
    assert round_to(1 + 2.0**-8 + 2.0**-40, "bfloat16") == 1 + 2.0**-7
    assert round_to(1e-8, "float16") == 0
    assert round_to(1 - 1e-7, "float16") == round_to(1 - 1e-7, "bfloat16") == 1
    assert round_to(1e5, "float16") == np.inf
    assert np.isnan(round_to(1e5, "float8_e4m3fn"))
    assert isinstance(round_to(0.1, "float32"), np.float64)
    assert round_to([[0.1]], "float32").shape == (1, 1)


def test_bad_arguments():
    for function in (round_to, spacing):
        with pytest.raises(ValueError, match=r"dtype must be 'bfloat16' or .*, got 'float64'"):
            function(1.0, "float64")
        with pytest.raises(TypeError, match="x must hold real numbers"):
            function("a", "float16")
