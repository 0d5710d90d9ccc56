"""Gradient descent and the classifiers against scikit-learn's optimum, and bad arguments."""

import dataclasses

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_digits, load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.svm import SVC
from threadpoolctl import threadpool_limits

from lib.losses import multiclass_hinge_loss, softmax_cross_entropy
from lib.numdiff import numerical_gradient
from lib.schedules import constant, cosine_decay, inverse_time_decay, step_decay
from lib.training import (
    fit_logistic_regression,
    fit_multiclass_svm,
    fit_softmax_regression,
    gradient_descent,
)


@pytest.fixture(autouse=True)
def one_thread():
    """Threads do not speed up matrices this small, and waiting for them takes seconds."""
    with threadpool_limits(limits=1):
        yield


def standardised(dataset):
    X, y = dataset(return_X_y=True)
    spread = X.std(axis=0)
    return (X - X.mean(axis=0)) / np.where(spread == 0, 1, spread), y


FITS = [fit_logistic_regression, fit_softmax_regression, fit_multiclass_svm]
IRIS, DIGITS = standardised(load_iris), standardised(load_digits)


def scikit_learn(X, y, l2):
    """scikit-learn's optimum of the same function: C sums the losses, l2 is of their mean."""
    model = LogisticRegression(C=1 / (l2 * len(X)), tol=1e-12, max_iter=10_000)
    return model.fit(X, y)


# --- Classifiers


@pytest.mark.parametrize("l2", [0.01, 0.1])
def test_logistic_regression_reaches_the_optimum_on_iris(l2):
    X, y = IRIS[0], (IRIS[1] == 2).astype(int)
    peer = scikit_learn(X, y, l2)
    model, history = fit_logistic_regression(X, y, schedule=constant(1.0), epochs=4000, l2=l2)
    assert_allclose(model.weights, peer.coef_[0], atol=1e-5)
    assert_allclose(model.bias, peer.intercept_[0], atol=1e-5)
    assert_allclose(model.predict_proba(X), peer.predict_proba(X)[:, 1], atol=1e-5)
    assert_array_equal(model.predict(X), peer.predict(X))
    assert history.accuracy[-1] == peer.score(X, y)


@pytest.mark.parametrize("l2", [0.01, 0.1])
def test_softmax_regression_reaches_the_optimum_on_iris(l2):
    X, y = IRIS
    peer = scikit_learn(X, y, l2)
    model, history = fit_softmax_regression(X, y, schedule=constant(1.0), epochs=3000, l2=l2)
    assert_allclose(model.weights, peer.coef_.T, atol=1e-5)
    assert_allclose(model.predict_proba(X), peer.predict_proba(X), atol=1e-5)
    assert_array_equal(model.predict(X), peer.predict(X))
    assert_allclose(history.loss[-1], log_loss(y, peer.predict_proba(X)), rtol=1e-6)


def test_softmax_regression_reaches_the_optimum_on_digits():
    X, y = DIGITS
    l2 = 0.1
    peer = scikit_learn(X, y, l2)
    model, history = fit_softmax_regression(X, y, schedule=constant(0.5), epochs=1000, l2=l2)
    assert_allclose(model.weights, peer.coef_.T, atol=1e-5)
    assert_allclose(model.predict_proba(X), peer.predict_proba(X), atol=1e-5)
    assert_array_equal(model.predict(X), peer.predict(X))
    assert history.accuracy[-1] == peer.score(X, y)


def test_logistic_regression_reaches_the_optimum_on_digits():
    X, y = DIGITS[0], DIGITS[1] == 8
    l2 = 0.1
    peer = scikit_learn(X, y, l2)
    model, _ = fit_logistic_regression(X, y, schedule=constant(0.5), epochs=1000, l2=l2)
    assert_allclose(model.weights, peer.coef_[0], atol=1e-5)
    assert_allclose(model.predict_proba(X), peer.predict_proba(X)[:, 1], atol=1e-5)


def test_the_svm_of_two_classes_reaches_the_optimum_of_scikit_learn():
    """With v = w₁ − w₀ and w₀ = −w₁, the penalty is λ/4 ‖v‖²: SVC's, if C = 2 / (λ N)."""
    X, y = IRIS[0], (IRIS[1] == 2).astype(int)
    l2 = 0.1
    peer = SVC(kernel="linear", C=2 / (l2 * len(X)), tol=1e-8).fit(X, y)
    model, _ = fit_multiclass_svm(X, y, schedule=inverse_time_decay(1.0, k=0.1), epochs=4000, l2=l2)
    assert_allclose(model.weights[:, 0], -model.weights[:, 1], atol=1e-12)
    assert_allclose(np.diff(model.weights)[:, 0], peer.coef_[0], atol=0.01)
    assert_allclose(np.diff(model.bias), peer.intercept_, atol=0.01)
    assert_array_equal(model.predict(X), peer.predict(X))


@pytest.mark.parametrize("margin", [1.0, 2.5])
def test_the_svm_of_three_classes_follows_the_gradient_of_its_loss(margin):
    X, y = IRIS
    l2 = 0.01

    def objective(weights, bias):
        loss = multiclass_hinge_loss(X @ weights + bias, y, margin=margin)
        return loss + l2 / 2 * np.sum(weights**2)

    options = {"schedule": constant(0.03), "l2": l2, "margin": margin}
    before, history = fit_multiclass_svm(X, y, epochs=5, **options)
    after, _ = fit_multiclass_svm(X, y, epochs=6, **options)
    slope = numerical_gradient(lambda w: objective(w, before.bias), before.weights)
    assert_allclose((before.weights - after.weights) / 0.03, slope, atol=1e-7)
    slope = numerical_gradient(lambda b: objective(before.weights, b), before.bias)
    assert_allclose((before.bias - after.bias) / 0.03, slope, atol=1e-7)
    assert_allclose(history.loss[0], 2 * margin)


def test_the_svm_stops_where_all_lead_by_the_margin():
    X, y = IRIS[0], (IRIS[1] != 0).astype(int)
    options = {"schedule": constant(0.5), "batch_size": 10, "rng": 0}
    model, history = fit_multiclass_svm(X, y, epochs=40, **options)
    assert history.loss[-1] == 0
    assert_array_equal(model.weights, fit_multiclass_svm(X, y, epochs=60, **options)[0].weights)


def test_batches_and_a_schedule_come_close_to_the_same_optimum():
    X, y = IRIS
    peer = scikit_learn(X, y, 0.01)
    schedule = cosine_decay(0.5, decay_steps=300)
    options = {"schedule": schedule, "epochs": 300, "batch_size": 16, "l2": 0.01}
    model, history = fit_softmax_regression(X, y, rng=0, **options)
    assert_allclose(model.predict_proba(X), peer.predict_proba(X), atol=0.01)
    assert_array_equal(history.learning_rate, schedule(np.arange(300)))


def test_history_has_one_entry_an_epoch_and_starts_at_log_c():
    X, y = IRIS
    _, history = fit_softmax_regression(X, y, schedule=step_decay(0.1, step_size=3), epochs=7)
    for curve in dataclasses.astuple(history):
        assert curve.shape == (7,)
    assert_allclose(history.loss[0], np.log(3))
    assert np.all(np.diff(history.loss) < 0)
    assert history.accuracy[-1] > history.accuracy[0]
    assert_allclose(history.learning_rate, [0.1, 0.1, 0.1, 0.01, 0.01, 0.01, 0.001])
    _, logistic = fit_logistic_regression(X, y == 0, schedule=constant(0.1), epochs=2)
    assert_allclose(logistic.loss[0], np.log(2))


@pytest.mark.parametrize("fit", FITS)
def test_training_is_deterministic_under_a_seed(fit):
    X, y = IRIS[0], (IRIS[1] == 1).astype(int)
    options = {"schedule": constant(0.1), "epochs": 5, "batch_size": 10}
    weights = [fit(X, y, rng=rng, **options)[0].weights for rng in (1, 1, 2)]
    assert_array_equal(weights[0], weights[1])
    assert not np.array_equal(weights[0], weights[2])
    generator = np.random.default_rng(1)
    assert_array_equal(fit(X, y, rng=generator, **options)[0].weights, weights[0])


def test_every_sample_counts_once_an_epoch():
    """With batches of one and a tiny rate, the epoch's steps add up to the full gradient."""
    X, y = IRIS
    rate = 1e-9
    model, _ = fit_softmax_regression(X, y, schedule=constant(rate), epochs=1, batch_size=1, rng=3)

    def loss(weights):
        return softmax_cross_entropy(X @ weights, y, reduction="sum")

    gradient = numerical_gradient(loss, np.zeros((4, 3)))
    assert_allclose(model.weights / -rate, gradient, rtol=1e-4, atol=1e-4)


def test_no_epoch_leaves_the_model_at_0():
    model, history = fit_softmax_regression(*IRIS, schedule=constant(1.0), epochs=0)
    assert_array_equal(model.weights, np.zeros((4, 3)))
    assert_array_equal(model.bias, np.zeros(3))
    assert history.loss.shape == (0,)


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize(
    ("X", "y", "options", "error", "message"),
    [
        ([1.0, 2.0], [0, 1], {}, ValueError, r"X must have shape \(N, D\).*got shape \(2,\)"),
        (np.zeros((0, 2)), [], {}, ValueError, "X must have shape"),
        ([[np.nan], [1]], [0, 1], {}, ValueError, "X must not contain NaN, got NaN at index"),
        ([[np.inf], [1]], [0, 1], {}, ValueError, "X must be finite, got inf at index"),
        ([["a"], ["b"]], [0, 1], {}, TypeError, "X must hold real numbers"),
        ([[1], [2]], [0, 1, 1], {}, ValueError, r"y must have shape \(2,\).*got shape \(3,\)"),
        ([[1], [2]], [0, -1], {}, ValueError, "y must be class labels in 0 ... .*got -1"),
        ([[1], [2]], [0.0, 1.0], {}, TypeError, "y must be integer class labels, got dtype float"),
        ([[1], [2]], ["a", "b"], {}, TypeError, "y must hold real numbers"),
        ([[1], [2]], [0, 1], {"epochs": -1}, ValueError, "epochs must be >= 0"),
        ([[1], [2]], [0, 1], {"epochs": 1.5}, TypeError, "epochs must be an integer"),
        ([[1], [2]], [0, 1], {"batch_size": 0}, ValueError, "batch_size must be >= 1"),
        ([[1], [2]], [0, 1], {"l2": -0.1}, ValueError, "l2 must be >= 0"),
        ([[1], [2]], [0, np.nan], {}, TypeError, "y must be integer class labels, got dtype float"),
        ([[1], [2]], [[0], [0, 1]], {}, ValueError, "y must be a rectangular array of numbers"),
        ([[1], [2]], [0, 1], {"schedule": 0.1}, TypeError, "schedule must be a function"),
        (
            [[1], [2]],
            [0, 1],
            {"schedule": np.ones},
            ValueError,
            r"schedule\(epoch\) must be a sing",
        ),
        (
            [[1], [2]],
            [0, 1],
            {"schedule": lambda t: np.nan},
            ValueError,
            r"schedule\(epoch\) must not contain NaN",
        ),
        ([[1], [2]], [0, 1], {"l2": 1e9, "epochs": 99}, ValueError, "training diverged in epoch"),
    ],
)
def test_bad_training_arguments(fit, X, y, options, error, message):
    with pytest.raises(error, match=message):
        fit(X, y, **{"schedule": constant(0.1), "epochs": 2} | options)


def test_the_margin_is_not_negative():
    with pytest.raises(ValueError, match="margin must be >= 0"):
        fit_multiclass_svm(*IRIS, schedule=constant(0.1), epochs=1, margin=-1)


def test_logistic_regression_has_two_classes():
    with pytest.raises(ValueError, match=r"y must be class labels in 0 ... 1, got 2 at index 100"):
        fit_logistic_regression(*IRIS, schedule=constant(0.1), epochs=1)


def test_a_model_knows_how_many_features_it_has():
    model, _ = fit_softmax_regression(*IRIS, schedule=constant(0.1), epochs=1)
    with pytest.raises(ValueError, match=r"X must have shape \(N, 4\).*got shape \(1, 3\)"):
        model.predict([[1.0, 2.0, 3.0]])


def test_scores_that_overflow_give_no_warning():
    model, _ = fit_logistic_regression([[-1.0], [1.0]], [0, 1], schedule=constant(9.0), epochs=1)
    assert model.weights > 1
    with np.errstate(all="raise"):
        assert_array_equal(model.predict_proba([[-1.7e308], [1.7e308]]), [0, 1])


# --- Gradient descent


def bowl(x):
    return np.array([1.0, 10.0]) * x


def test_gradient_descent_follows_its_formula():
    schedule = inverse_time_decay(0.15, k=0.1)
    trajectory = gradient_descent(bowl, [3.0, 1.0], schedule=schedule, steps=40)
    assert trajectory.shape == (41, 2)
    assert_array_equal(trajectory[0], [3.0, 1.0])
    for t in range(40):
        expected = trajectory[t] - schedule(t) * bowl(trajectory[t])
        assert_allclose(trajectory[t + 1], expected, rtol=1e-15)


def test_gradient_descent_converges_oscillates_and_diverges():
    ends = {
        rate: gradient_descent(bowl, [1.0, 1.0], schedule=constant(rate), steps=200)[-1]
        for rate in (0.01, 0.1, 0.2, 0.21)
    }
    assert_allclose(ends[0.1], 0, atol=1e-9)
    assert_allclose(np.abs(ends[0.2][1]), 1)
    assert np.abs(ends[0.21][1]) > 1e6
    assert 0.1 < ends[0.01][0] < 0.2


def test_a_walk_that_overflows_stays_where_it_is():
    trajectory = gradient_descent(lambda x: x**3, [2.0, 0.0], schedule=constant(9.0), steps=50)
    assert not np.isnan(trajectory).any()
    assert np.isinf(trajectory[-1, 0])
    assert_array_equal(trajectory[-2], trajectory[-1])


def test_a_rate_of_0_stays_even_where_the_gradient_overflows():
    walk = gradient_descent(lambda x: x * np.inf, [8.0, -1.0], schedule=constant(0), steps=2)
    assert_array_equal(walk, [[8.0, -1.0]] * 3)


def test_points_of_any_shape():
    assert gradient_descent(lambda x: x, 1.0, schedule=constant(0.5), steps=2).tolist() == [
        1,
        0.5,
        0.25,
    ]
    walk = gradient_descent(lambda x: x, np.ones((2, 3)), schedule=constant(0.5), steps=1)
    assert walk.shape == (2, 2, 3)
    assert gradient_descent(lambda x: x, [1.0], schedule=constant(1), steps=0).shape == (1, 1)


def test_noise_has_its_standard_deviation_and_its_seed():
    options = {"schedule": constant(0.1), "steps": 4000, "noise": 2.0}
    still = np.zeros_like
    walk = gradient_descent(still, [0.0], rng=0, **options)
    assert np.diff(walk, axis=0).std() == pytest.approx(0.2, rel=0.05)
    assert_array_equal(walk, gradient_descent(still, [0.0], rng=0, **options))
    assert not np.array_equal(walk, gradient_descent(still, [0.0], rng=1, **options))


def test_a_gradient_that_writes_into_its_argument_does_no_harm():
    def grad(x):
        x *= 2
        return x

    start = np.array([1.0])
    walk = gradient_descent(grad, start, schedule=constant(0.25), steps=2)
    assert_array_equal(walk[:, 0], [1.0, 0.5, 0.25])
    assert_array_equal(start, [1.0])


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"x0": [np.inf]}, ValueError, "x0 must be finite, got inf at index 0"),
        ({"x0": "here"}, TypeError, "x0 must hold real numbers"),
        ({"steps": -1}, ValueError, "steps must be >= 0"),
        ({"steps": 2.0}, TypeError, "steps must be an integer"),
        ({"noise": -1}, ValueError, "noise must be >= 0"),
        ({"schedule": 0.1}, TypeError, r"such as constant\(0.1\), got 0.1"),
        ({"grad": lambda x: np.zeros(3)}, ValueError, r"the shape of x0, \(1,\), got shape \(3,\)"),
        (
            {"grad": lambda x: x * np.nan},
            ValueError,
            r"grad\(x\) must not contain NaN, got NaN at index 0",
        ),
        ({"grad": lambda x: "up"}, TypeError, r"grad\(x\) must hold real numbers"),
        ({"grad": 2.0}, TypeError, "grad must be a function of the point, got 2.0"),
        ({"schedule": lambda t: np.nan}, ValueError, r"schedule\(t\) must not contain NaN"),
        ({"schedule": np.ones}, ValueError, r"schedule\(t\) must be a single number, got shape"),
    ],
)
def test_bad_descent_arguments(change, error, message):
    arguments = {"grad": bowl, "x0": [1.0], "schedule": constant(0.1), "steps": 2} | change
    if "grad" not in change:
        arguments["grad"] = np.positive
    with pytest.raises(error, match=message):
        gradient_descent(arguments.pop("grad"), arguments.pop("x0"), **arguments)


# --- Numerical differentiation


def test_numerical_gradient_of_known_functions():
    x = np.random.default_rng(0).normal(size=(3, 4))
    assert_allclose(numerical_gradient(lambda x: np.sin(x).sum(), x), np.cos(x), atol=1e-9)
    assert_allclose(numerical_gradient(np.exp, 0.0), 1.0, atol=1e-9)
    assert isinstance(numerical_gradient(np.exp, 0), np.float64)
    assert_allclose(numerical_gradient(lambda x: x[0] ** 3, [2, 5], eps=1e-4), [12, 0], atol=1e-7)
    # The step is that of the points as they are stored: 1e9 + 1e-6 is not a double.
    assert numerical_gradient(lambda x: 3 * x, 1e9) == 3


@pytest.mark.parametrize(
    ("f", "x", "eps", "error", "message"),
    [
        (np.sum, [np.nan], 1e-6, ValueError, "x must not contain NaN"),
        (np.sum, [np.inf], 1e-6, ValueError, "x must be finite"),
        (np.sum, "x", 1e-6, TypeError, "x must hold real numbers"),
        (np.sum, [1.0], 0, ValueError, "eps must be > 0, got 0"),
        (np.sum, [1.0], "small", TypeError, "eps must be a number"),
        (np.exp, [1.0], 1e-6, ValueError, r"f\(x\) must be a single number, got shape \(1,"),
        (lambda x: np.nan, [1.0], 1e-6, ValueError, r"f\(x\) must not contain NaN, got NaN"),
        (lambda x: np.inf, [1.0], 1e-6, ValueError, r"f\(x\) must be finite, got inf"),
        (lambda x: None, [1.0], 1e-6, TypeError, r"f\(x\) must hold real numbers"),
        (1.0, [1.0], 1e-6, TypeError, "f must be a function that returns a number, got 1.0"),
        (np.sum, [0.0, 1e16], 1e-6, ValueError, "eps must be large enough to change x, got 1e-06"),
    ],
)
def test_bad_numerical_gradient_arguments(f, x, eps, error, message):
    with pytest.raises(error, match=message):
        numerical_gradient(f, x, eps=eps)
