"""Activations against SciPy and PyTorch, at the extremes, and in the numbers of the book."""

import warnings

import numpy as np
import pytest
import scipy.special
import torch
from numpy.testing import assert_allclose, assert_array_equal

from lib.activations import (
    log_softmax,
    logsumexp,
    naive_softmax,
    relu,
    relu_grad,
    sigmoid,
    sigmoid_grad,
    softmax,
    softmax_jacobian,
    tanh,
    tanh_grad,
)
from lib.numdiff import numerical_gradient

PAIRS = [
    (sigmoid, sigmoid_grad, torch.sigmoid),
    (tanh, tanh_grad, torch.tanh),
    (relu, relu_grad, torch.relu),
]


@pytest.mark.parametrize(("function", "slope", "peer"), PAIRS)
def test_function_and_slope_agree_with_pytorch(function, slope, peer):
    for scale in (1e-3, 1, 5, 20):
        x = np.random.default_rng(0).normal(scale=scale, size=(50, 20))
        leaf = torch.tensor(x, requires_grad=True)
        value = peer(leaf)
        value.sum().backward()
        assert_allclose(function(x), value.detach().numpy(), rtol=1e-10)
        # PyTorch's own slopes lose their digits where the function rounds to 1.
        assert_allclose(slope(x), leaf.grad.numpy(), rtol=1e-10, atol=3e-16)


@pytest.mark.parametrize(("function", "slope", "peer"), PAIRS)
def test_slope_agrees_with_central_differences(function, slope, peer):
    for x in np.random.default_rng(1).normal(scale=2, size=50):
        assert_allclose(slope(x), numerical_gradient(function, x), rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize(("function", "slope", "peer"), PAIRS)
def test_shapes_are_kept_and_numbers_stay_numbers(function, slope, peer):
    for f in (function, slope):
        assert isinstance(f(0.5), np.float64)
        assert f(np.float32([[1, 2]])).shape == (1, 2)
        assert f(np.float32([[1, 2]])).dtype == np.float64
        assert f([]).shape == (0,)


def test_saturation():
    x = np.array([-np.inf, -1e4, -40.0, 40.0, 1e4, np.inf])
    assert_allclose(sigmoid(x), [0, 0, 4.248354255291589e-18, 1, 1, 1], rtol=1e-14)
    e40 = 4.248354255291589e-18
    assert_allclose(sigmoid_grad(x), [0, 0, e40, e40, 0, 0], rtol=1e-14)
    assert_array_equal(tanh(x), [-1, -1, -1, 1, 1, 1])
    assert_allclose(tanh_grad([-20.0, 20.0]), 4 * e40, rtol=1e-14)
    assert_array_equal(tanh_grad([-np.inf, -1e308, 1e308]), 0)
    assert_array_equal(relu(x), [0, 0, 0, 40, 1e4, np.inf])
    assert_array_equal(relu_grad([-1.0, -0.0, 0.0, 5e-324]), [0, 0, 0, 1])


@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("temperature", [1.0, 0.25, 3])
def test_softmax_and_its_logarithm_agree_with_scipy(axis, temperature):
    rng = np.random.default_rng(2)
    for scale in (0.1, 1, 10, 300):
        z = rng.normal(scale=scale, size=(40, 7))
        options = {"axis": axis, "temperature": temperature}
        warmed = z / temperature
        assert_allclose(softmax(z, **options), scipy.special.softmax(warmed, axis=axis), rtol=1e-10)
        assert_allclose(
            log_softmax(z, **options),
            scipy.special.log_softmax(warmed, axis=axis),
            rtol=1e-10,
            atol=1e-13,
        )
        assert_allclose(
            logsumexp(z, axis=axis), scipy.special.logsumexp(z, axis=axis), rtol=1e-10, atol=1e-13
        )


@pytest.mark.parametrize(
    "scores",
    [
        np.array([-128, 127], dtype=np.int8),
        np.array([0, 255], dtype=np.uint8),
        np.array([2**63, 0], dtype=np.uint64),
        np.array([6e4, -6e4], dtype=np.float16),
        np.array([3e38, -3e38], dtype=np.float32),
        np.array([True, False]),
    ],
    ids=lambda scores: str(scores.dtype),
)
def test_the_difference_of_scores_is_taken_in_64_bits(scores):
    assert_array_equal(log_softmax(scores), log_softmax(scores.astype(np.float64)))
    assert softmax(scores).dtype == np.float64


def test_softmax_of_ten_thousand():
    assert_array_equal(softmax([1e4, -1e4, 1e4]), [0.5, 0, 0.5])
    assert_allclose(log_softmax([1e4, -1e4]), [0, -2e4])
    assert_allclose(logsumexp([1e4, 1e4]), 1e4 + np.log(2), rtol=1e-15)
    assert_array_equal(softmax([1e308, -1e308]), [1, 0])
    assert_array_equal(softmax([1.0, 0.0], temperature=1e-300), [1, 0])
    assert_allclose(softmax([1.0, 0.0], temperature=1e300), [0.5, 0.5])


def test_a_score_of_minus_infinity_is_a_class_ruled_out():
    assert_array_equal(softmax([0.0, -np.inf, 0.0]), [0.5, 0, 0.5])
    assert_array_equal(log_softmax([0.0, -np.inf]), [0, -np.inf])
    assert logsumexp([3.0, -np.inf]) == 3


def test_one_class():
    assert_array_equal(softmax([[3.0], [-4.0]]), 1)
    assert_array_equal(log_softmax([[3.0], [-4.0]]), 0)
    assert_array_equal(softmax_jacobian([3.0]), [[0.0]])
    assert softmax(np.zeros((0, 3))).shape == (0, 3)


def test_jacobian_agrees_with_autograd_and_central_differences():
    rng = np.random.default_rng(3)
    for z in rng.normal(scale=3, size=(30, 5)):
        peer = torch.autograd.functional.jacobian(lambda x: x.softmax(-1), torch.tensor(z))
        assert_allclose(softmax_jacobian(z), peer.numpy(), rtol=1e-10, atol=1e-15)
        rows = [numerical_gradient(lambda x, i=i: softmax(x)[i], z) for i in range(5)]
        assert_allclose(softmax_jacobian(z), rows, atol=1e-9)
    batch = rng.normal(size=(2, 3, 4))
    assert softmax_jacobian(batch).shape == (2, 3, 4, 4)
    assert_array_equal(softmax_jacobian(batch)[1, 2], softmax_jacobian(batch[1, 2]))


# --- The softmax that fails


def test_naive_softmax_agrees_where_it_can():
    z = np.random.default_rng(4).normal(size=(20, 5))
    assert_allclose(naive_softmax(z), softmax(z), rtol=1e-13)
    assert_allclose(naive_softmax(z, axis=0), softmax(z, axis=0), rtol=1e-13)
    assert naive_softmax([1, 2]).dtype == np.float64


@pytest.mark.parametrize(
    ("dtype", "below", "above"),
    [(np.float16, 11.08, 11.1), (np.float32, 88.72, 88.73), (np.float64, 709.78, 709.79)],
)
def test_naive_softmax_overflows_where_the_book_says(dtype, below, above):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fine = naive_softmax(np.array([below, 0], dtype=dtype))
        broken = naive_softmax(np.array([above, 0], dtype=dtype))
    assert fine.dtype == broken.dtype == dtype
    assert np.isfinite(fine).all()
    assert_array_equal(broken, [np.nan, 0])


def test_naive_softmax_underflows_to_0_over_0():
    assert_array_equal(naive_softmax([-800.0, -800.0]), [np.nan, np.nan])
    assert_array_equal(softmax([-800.0, -800.0]), [0.5, 0.5])


# --- The numbers of the book


def test_the_book_s_numbers():
    assert_allclose(softmax([3.2, 5.1, -1.7]), [0.1300, 0.8690, 0.0010], atol=5e-5)
    assert_allclose(softmax([10, 9, 9]), [0.5761, 0.2119, 0.2119], atol=5.1e-5)
    # Squared error after a sigmoid, for y = 0: the slope a · σ'(z) is steepest at a = 2/3.
    z = np.linspace(-5, 5, 200_001)
    slope = sigmoid(z) * sigmoid_grad(z)
    assert sigmoid(z[slope.argmax()]) == pytest.approx(2 / 3, abs=1e-4)
    assert slope.max() == pytest.approx(4 / 27)
    assert sigmoid(10) * sigmoid_grad(10) == pytest.approx(4.5e-5, abs=5e-7)
