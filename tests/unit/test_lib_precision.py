"""Rounding to narrower formats, bit by bit with NumPy's and ml_dtypes' own, and what it loses."""

import ml_dtypes
import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal

from lib.losses import binary_cross_entropy_with_logits, binary_cross_entropy_with_logits_grad
from lib.precision import (
    FORMULAS,
    correct_digits,
    round_to,
    rounded_loss,
    rounded_loss_grad,
    spacing,
)

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


def first_lost(values):
    """The first margin in hundredths at which a number is 0 or not finite; inf if none is."""
    lost = (values == 0) | ~np.isfinite(values)
    assert not lost.any() or lost[np.argmax(lost) :].all(), "lost and found again"
    return MARGINS[np.argmax(lost)] if lost.any() else np.inf


MARGINS = np.arange(1, 20_001) / 100
#: PyTorch's spelling of each formula, of scores (..., 2) whose first is right.
SPELLED = {
    "softmax": lambda z: -torch.log(torch.softmax(z, -1)[..., 0]),
    "epsilon": lambda z: -torch.log(torch.softmax(z, -1)[..., 0] + 1e-8),
    "logsumexp": lambda z: torch.logsumexp(z, -1) - z[..., 0],
    "log_softmax": lambda z: -torch.log_softmax(z, -1)[..., 0],
    "softplus": lambda z: torch.nn.functional.softplus(z[..., 1] - z[..., 0]),
}


@pytest.mark.parametrize("formula", SPELLED)
@pytest.mark.parametrize("sign", [1, -1], ids=["leads", "trails"])
def test_where_float32_loses_a_loss_is_where_pytorch_does(formula, sign):
    scores = torch.zeros(len(MARGINS), 2)
    scores[:, 0] = torch.from_numpy(sign * MARGINS)
    scores.requires_grad_()
    loss = SPELLED[formula](scores)
    (slope,) = torch.autograd.grad(loss.sum(), scores)
    margins, name = sign * MARGINS, {"dtype": "float32", "formula": formula}
    ours = first_lost(rounded_loss(margins, **name)), first_lost(rounded_loss_grad(margins, **name))
    theirs = first_lost(loss.detach().numpy()), first_lost(slope[:, 0].numpy())
    # Not every processor's exponential has the subnormal numbers, below e^-87.3.
    assert [min(m, 87.3) for m in ours] == [min(m, 87.3) for m in theirs]
    assert [m == np.inf for m in ours] == [m == np.inf for m in theirs]
    assert all(m in (np.inf, pytest.approx(n, abs=16.7)) for m, n in zip(ours, theirs, strict=True))


@every_format
@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("sign", [1, -1], ids=["leads", "trails"])
def test_what_is_lost_stays_lost(name, formula, sign):
    first_lost(rounded_loss(sign * MARGINS, name, formula=formula))
    first_lost(rounded_loss_grad(sign * MARGINS, name, formula=formula))


@every_format
def test_near_a_margin_of_0_all_formulas_are_right_to_the_format(name):
    margins = np.array([-0.5, -0.25, 0.0, 0.25, 0.5])
    exact = binary_cross_entropy_with_logits(margins, np.ones(5), reduction="none")
    slopes = binary_cross_entropy_with_logits_grad(margins, np.ones(5), reduction="none")
    most = correct_digits(1.0, 1.0, name)
    for formula in FORMULAS:
        got = correct_digits(rounded_loss(margins, name, formula=formula), exact, name)
        assert got.min() > most - 1.1, formula
        got = correct_digits(rounded_loss_grad(margins, name, formula=formula), slopes, name)
        assert got.min() > most - 1.3, formula


def test_the_digits_of_each_format():
    assert correct_digits(1.0, 1.0, "float32") == pytest.approx(24 * np.log10(2))
    assert correct_digits(1.0, 1.0, "float8_e4m3fn") == pytest.approx(4 * np.log10(2))
    assert correct_digits(0.0, 1e-9, "float16") == 0
    assert correct_digits(0.99, 1.0, "float32") == pytest.approx(2)


def test_what_the_losses_refuse():
    for function in (rounded_loss, rounded_loss_grad):
        with pytest.raises(ValueError, match="formula"):
            function(1.0, "float16", formula="sigmoid")
        with pytest.raises(ValueError, match="dtype"):
            function(1.0, "float64", formula="softmax")
        with pytest.raises(ValueError, match="margin"):
            function(np.nan, "float16", formula="softmax")
        with pytest.raises(TypeError, match="margin"):
            function("1", "float16", formula="softmax")
    with pytest.raises(ValueError, match="exact"):
        correct_digits(1.0, np.inf, "float16")
