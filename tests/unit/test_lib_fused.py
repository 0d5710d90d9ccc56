"""Value and gradient in one go: the slow functions' numbers and errors, in less memory."""

import itertools
import tracemalloc

import ml_dtypes
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from numpy.testing import assert_allclose, assert_array_equal

import lib.losses.fused as fused
from lib.activations import softmax
from lib.losses import (
    linear_cross_entropy,
    linear_cross_entropy_value_and_grad,
    softmax_cross_entropy,
    softmax_cross_entropy_grad,
    softmax_cross_entropy_value_and_grad,
)
from lib.numdiff import numerical_gradient

WEIGHTS = np.linspace(0.25, 3.0, 7)


def batch(seed=0, shape=(300,), classes=7, dtype=np.float64):
    rng = np.random.default_rng(seed)
    z = rng.normal(scale=4, size=(*shape, classes)).astype(dtype)
    return z, rng.integers(0, classes, size=shape)


def peak_of(call):
    tracemalloc.start()
    try:
        result = call()
        return result, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


# --- softmax


@pytest.mark.parametrize("block", [1, 64, 2**17])
@pytest.mark.parametrize(
    ("smoothing", "weights", "ignored", "reduction", "shape"),
    list(
        itertools.product(
            (0.0, 0.1, 1.0), (None, WEIGHTS), (None, 3), ("mean", "sum"), ((40,), (4, 3), ())
        )
    ),
)
def test_the_numbers_are_those_of_the_slow_functions(
    monkeypatch, block, smoothing, weights, ignored, reduction, shape
):
    monkeypatch.setattr(fused, "BLOCK", block)
    z, labels = batch(shape=shape)
    labels = np.where(labels == 3, 2, labels) if shape == () else labels
    options = {
        "label_smoothing": smoothing,
        "class_weights": weights,
        "ignore_index": ignored,
        "reduction": reduction,
    }
    value, gradient = softmax_cross_entropy_value_and_grad(z, labels, **options)
    assert type(value) is float
    assert_allclose(value, softmax_cross_entropy(z, labels, **options), rtol=1e-14)
    expected = softmax_cross_entropy_grad(z, labels, **options)
    assert gradient.shape == z.shape
    assert_allclose(gradient, expected, rtol=1e-12, atol=1e-17)


def test_probabilities_are_labels_here_too():
    z, _ = batch()
    t = np.random.default_rng(1).dirichlet(np.ones(7), size=300)
    for smoothing, weights in itertools.product((0.0, 0.2), (None, WEIGHTS)):
        options = {"label_smoothing": smoothing, "class_weights": weights}
        value, gradient = softmax_cross_entropy_value_and_grad(z, t, **options)
        assert_allclose(value, softmax_cross_entropy(z, t, **options), rtol=1e-14)
        expected = softmax_cross_entropy_grad(z, t, **options)
        assert_allclose(gradient, expected, rtol=1e-10, atol=1e-17)


@pytest.mark.parametrize("margin", [0.3, 36.0, 37.0, 90.0, 300.0, 690.0])
def test_the_digits_of_a_sure_prediction_stay(margin):
    z, labels = batch(shape=(50,))
    z[np.arange(50), labels] = z.max(axis=-1) + margin
    value, gradient = softmax_cross_entropy_value_and_grad(z, labels, reduction="sum")
    assert_allclose(value, softmax_cross_entropy(z, labels, reduction="sum"), rtol=1e-15)
    assert_allclose(
        gradient, softmax_cross_entropy_grad(z, labels, reduction="sum"), rtol=2e-15, atol=0
    )
    assert np.all(gradient[np.arange(50), labels] < 0)


@pytest.mark.parametrize(("rows", "classes"), [(4_000, 100), (30, 50_257), (2_000, 2)])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_32_bits_are_within_2_units_of_the_row_s_largest(rows, classes, smoothing):
    z, labels = batch(shape=(rows,), classes=classes, dtype=np.float32)
    options = {"label_smoothing": smoothing, "reduction": "sum"}
    value, gradient = softmax_cross_entropy_value_and_grad(z, labels, **options)
    expected = softmax_cross_entropy_grad(z, labels, **options)
    assert gradient.dtype == np.float32
    largest = np.maximum(softmax(z), np.abs(expected)).max(axis=-1, keepdims=True)
    unit = np.spacing(largest.astype(np.float32))
    assert np.max(np.abs(gradient - expected) / unit) <= 2
    true = softmax_cross_entropy(z, labels, **options)
    assert abs(value - true) <= 2 * np.spacing(np.float32(true))


@pytest.mark.parametrize(
    "dtype", [np.float16, np.float32, np.float64, ml_dtypes.bfloat16, np.longdouble]
)
def test_the_gradient_has_the_type_of_the_logits(dtype):
    z, labels = batch(dtype=dtype)
    value, gradient = softmax_cross_entropy_value_and_grad(z, labels, reduction="sum")
    assert gradient.dtype == z.dtype
    wide = z.astype(np.float64)
    eps = {2: 1e-2, 4: 1e-6}.get(z.dtype.itemsize, 1e-13)
    assert_allclose(value, softmax_cross_entropy(wide, labels, reduction="sum"), rtol=1e-6)
    expected = softmax_cross_entropy_grad(wide, labels, reduction="sum")
    assert_allclose(gradient.astype(np.float64), expected, rtol=eps, atol=eps)
    assert softmax_cross_entropy_value_and_grad([[1, 2]], [0])[1].dtype == np.float64


def test_memory_is_the_gradient_s_and_little_more():
    for shape, classes in (((20_000,), 100), ((64,), 50_257)):
        z, labels = batch(shape=shape, classes=classes, dtype=np.float32)
        (_, gradient), peak = peak_of(
            lambda z=z, y=labels: softmax_cross_entropy_value_and_grad(z, y)
        )
        assert gradient.nbytes == z.nbytes
        assert peak <= 1.25 * z.nbytes
        assert not np.shares_memory(gradient, z)


BAD = [
    ([[1.0, np.nan, 2.0]], [0], {}),
    ([[1.0, np.inf, 2.0]], [0], {}),
    ([[-np.inf] * 3], [0], {}),
    ([[np.nan, 0.0, 0.0]], [7], {}),
    ([[1.0, 2.0, 3.0]], [3], {}),
    ([[1.0, 2.0, 3.0]], [3], {"ignore_index": -100}),
    ([[1.0, 2.0, 3.0]], [-100], {"ignore_index": -100}),
    ([[1.0, 2.0, 3.0]], [1.0], {}),
    ([[1.0, 2.0, 3.0]], [[0.5, 0.5, 0.5]], {}),
    ([[1.0, 2.0, 3.0]], [[0.5, 0.5, 0.0]], {"ignore_index": 0}),
    ([[1.0, 2.0, 3.0]], [0, 1], {}),
    ([[1.0, 2.0, 3.0]], [0], {"label_smoothing": 2}),
    ([[1.0, 2.0, 3.0]], [0], {"label_smoothing": "a"}),
    ([[1.0, 2.0, 3.0]], [0], {"class_weights": [1.0, 2.0]}),
    ([[1.0, 2.0, 3.0]], [0], {"class_weights": [1.0, -2.0, 0.0]}),
    ([[1.0, 2.0, 3.0]], [0], {"class_weights": [0.0, 2.0, 1.0]}),
    ([[1.0, 2.0, 3.0]], [0], {"class_weights": [np.inf, 2.0, 1.0]}),
    ([[1.0, 2.0, 3.0]], [0], {"ignore_index": 0.5}),
    ([[1.0, 2.0, 3.0]], [0], {"reduction": "average"}),
    (np.zeros((0, 3)), np.zeros(0, int), {}),
    (np.zeros((2, 0)), [0, 0], {}),
    (3.0, 0, {}),
    ([["a"]], [0], {}),
    ([[1.0, 2.0], [3.0]], [0], {}),
]


@pytest.mark.parametrize(("logits", "labels", "options"), BAD)
def test_bad_input_gives_the_slow_functions_errors(logits, labels, options):
    raised = []
    for function in (
        softmax_cross_entropy,
        softmax_cross_entropy_grad,
        softmax_cross_entropy_value_and_grad,
    ):
        with pytest.raises((TypeError, ValueError)) as caught:
            function(logits, labels, **options)
        raised.append((caught.type, str(caught.value)))
    if "reduction" not in options:
        assert raised[0] == raised[1] == raised[2]


def test_what_cannot_be_reduced_is_refused():
    with pytest.raises(ValueError, match="reduction must be 'mean' or 'sum', got 'none'"):
        softmax_cross_entropy_value_and_grad([[1.0, 2.0]], [0], reduction="none")


def test_nothing_that_counts_sums_to_0():
    z, labels = batch()
    labels[:] = -100
    for function in (softmax_cross_entropy, softmax_cross_entropy_value_and_grad):
        with pytest.raises(ValueError, match="mean loss is not defined where no label counts"):
            function(z, labels, ignore_index=-100)
    value, gradient = softmax_cross_entropy_value_and_grad(
        z, labels, ignore_index=-100, reduction="sum"
    )
    assert value == 0
    assert not gradient.any()
    value, gradient = softmax_cross_entropy_value_and_grad(z[:0], labels[:0], reduction="sum")
    assert value == 0
    assert gradient.shape == (0, 7)


# --- linear


def layer(rows=23, features=5, classes=11, dtype=np.float64):
    rng = np.random.default_rng(2)
    hidden = rng.normal(size=(rows, features)).astype(dtype)
    weight = rng.normal(size=(classes, features)).astype(dtype)
    bias = rng.normal(size=classes).astype(dtype)
    return hidden, weight, rng.integers(0, classes, size=rows), bias


@pytest.mark.parametrize(
    ("chunk", "with_bias", "ignored", "z_loss", "reduction"),
    list(
        itertools.product((None, 1, 4, 100), (False, True), (None, 3), (0.0, 0.01), ("mean", "sum"))
    ),
)
def test_linear_cross_entropy_is_that_of_the_scores(chunk, with_bias, ignored, z_loss, reduction):
    hidden, weight, labels, bias = layer()
    bias = bias if with_bias else None
    options = {
        "bias": bias,
        "ignore_index": ignored,
        "z_loss": z_loss,
        "chunk_size": chunk,
        "reduction": reduction,
    }
    value, gradients = linear_cross_entropy_value_and_grad(hidden, weight, labels, **options)
    leaves = [torch.tensor(a, requires_grad=True) for a in (hidden, weight, bias) if a is not None]
    z = leaves[0] @ leaves[1].T + (leaves[2] if with_bias else 0)
    y = torch.tensor(labels)
    counts = torch.ones(len(labels)) if ignored is None else (y != ignored).double()
    total = F.cross_entropy(
        z, y, ignore_index=-100 if ignored is None else ignored, reduction="sum"
    )
    total = total + z_loss * (counts * torch.logsumexp(z, -1) ** 2).sum()
    if reduction == "mean":
        total = total / counts.sum()
    total.backward()
    assert_allclose(value, total.item(), rtol=1e-13)
    assert_allclose(linear_cross_entropy(hidden, weight, labels, **options), value, rtol=1e-13)
    assert len(gradients) == len(leaves)
    for ours, leaf in zip(gradients, leaves, strict=True):
        assert ours.dtype == np.float64
        assert_allclose(ours, leaf.grad.numpy(), rtol=1e-10, atol=1e-14)


def test_linear_gradients_agree_with_central_differences():
    hidden, weight, labels, bias = layer(rows=4)
    options = {"z_loss": 0.05, "chunk_size": 3}
    _, gradients = linear_cross_entropy_value_and_grad(hidden, weight, labels, bias=bias, **options)
    functions = [
        lambda h: linear_cross_entropy(h, weight, labels, bias=bias, **options),
        lambda w: linear_cross_entropy(hidden, w, labels, bias=bias, **options),
        lambda b: linear_cross_entropy(hidden, weight, labels, bias=b, **options),
    ]
    for f, x, ours in zip(functions, (hidden, weight, bias), gradients, strict=True):
        assert_allclose(ours, numerical_gradient(f, x), rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("margin", [37.0, 90.0, 300.0, 690.0])
@pytest.mark.parametrize("chunk", [None, 1, 2])
def test_a_sure_prediction_keeps_its_digits(margin, chunk):
    weight = np.array([[margin], [0.0], [-1.0]])
    value, (of_hidden, of_weight) = linear_cross_entropy_value_and_grad(
        [[1.0]], weight, [0], chunk_size=chunk
    )
    z = weight.T
    assert_allclose(value, softmax_cross_entropy(z, [0]), rtol=1e-13, atol=0)
    slope = softmax_cross_entropy_grad(z, [0])
    assert_allclose(of_weight, slope.T, rtol=1e-12, atol=0)
    assert of_hidden[0, 0] < 0


def test_linear_types_follow_the_arguments():
    hidden, weight, labels, bias = layer(dtype=np.float32)
    value, gradients = linear_cross_entropy_value_and_grad(hidden, weight, labels, bias=bias)
    assert type(value) is float
    assert [g.dtype for g in gradients] == [np.float32] * 3
    wide = linear_cross_entropy(hidden, weight, labels, bias=bias)
    assert type(wide) is float
    assert_allclose(value, wide, rtol=1e-6)
    mixed = linear_cross_entropy_value_and_grad(hidden, weight.astype(np.float64), labels)[1]
    assert [g.dtype for g in mixed] == [np.float32, np.float64]


def test_linear_memory_is_a_chunk_s():
    rows, classes, chunk = 512, 8_192, 512
    hidden, weight, labels, _ = layer(rows, 16, classes, np.float32)
    (_, gradients), peak = peak_of(
        lambda: linear_cross_entropy_value_and_grad(hidden, weight, labels, chunk_size=chunk)
    )
    temporary = peak - sum(g.nbytes for g in gradients)
    assert temporary <= rows * classes * 4 / 8
    _, peak = peak_of(lambda: linear_cross_entropy(hidden, weight, labels, chunk_size=256))
    assert peak <= rows * classes * 4 / 8


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"hidden": [[np.nan] * 5] * 23}, ValueError, "hidden must not contain NaN, got nan at"),
        ({"weight": np.full((11, 5), np.inf)}, ValueError, "weight must be finite, got inf at"),
        ({"weight": np.ones((11, 4))}, ValueError, r"got shapes \(23, 5\) and \(11, 4\)"),
        ({"weight": np.ones(5)}, ValueError, r"got shapes \(23, 5\) and \(5,\)"),
        ({"weight": np.ones((0, 5))}, ValueError, "with one class or more"),
        (
            {"labels": np.full(23, 11)},
            ValueError,
            "labels must be class labels in 0 ... 10, got 11",
        ),
        ({"labels": np.zeros(22, int)}, ValueError, r"labels must have shape \(23,\)"),
        ({"labels": np.zeros(23)}, TypeError, "labels must be integer class labels"),
        ({"bias": np.ones(10)}, ValueError, r"bias must have shape \(11,\)"),
        ({"bias": np.full(11, np.nan)}, ValueError, "bias must not contain NaN"),
        ({"z_loss": -1}, ValueError, "z_loss must be >= 0, got -1"),
        ({"chunk_size": 0}, ValueError, "chunk_size must be >= 1, got 0"),
        ({"chunk_size": 2.0}, TypeError, "chunk_size must be an integer"),
        ({"reduction": "none"}, ValueError, "reduction must be 'mean' or 'sum', got 'none'"),
        ({"ignore_index": "a"}, TypeError, "ignore_index must be an integer"),
        ({"labels": np.full(23, 5), "ignore_index": 5}, ValueError, "where no label counts"),
        ({"hidden": [["a"]]}, TypeError, "hidden must hold real numbers"),
        ({"hidden": np.full((23, 5), 1e200), "weight": np.full((11, 5), 1e200)}, ValueError, "fin"),
    ],
)
def test_linear_refuses(change, error, message):
    names = ("hidden", "weight", "labels", "bias")
    arguments = dict(zip(names, layer(), strict=True)) | change
    for function in (linear_cross_entropy, linear_cross_entropy_value_and_grad):
        with pytest.raises(error, match=message):
            function(**arguments)


def test_linear_modifies_nothing():
    arguments = layer()
    before = [a.copy() for a in arguments]
    for a in arguments:
        a.setflags(write=False)
    hidden, weight, labels, bias = arguments
    linear_cross_entropy_value_and_grad(hidden, weight, labels, bias=bias, chunk_size=3)
    for a, b in zip(arguments, before, strict=True):
        assert_array_equal(a, b)


def test_one_class_and_no_rows():
    value, gradients = linear_cross_entropy_value_and_grad([[2.0]], [[3.0]], [0])
    assert value == 0
    assert not any(g.any() for g in gradients)
    value, gradients = linear_cross_entropy_value_and_grad(
        np.zeros((0, 2)), np.ones((3, 2)), np.zeros(0, int), reduction="sum"
    )
    assert value == 0
    assert gradients[1].shape == (3, 2)
