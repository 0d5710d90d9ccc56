"""Weights and focus: their best answers, and the problem with a rare class."""

import math

import numpy as np
import pytest
import torch
from scipy.optimize import minimize, minimize_scalar
from sklearn.linear_model import LogisticRegression

from lib.activations import sigmoid, softmax
from lib.calibration import undo_weights
from lib.imbalance import (
    SEPARATION,
    best_constant,
    expected_counts,
    fit_scores,
    undo_focal,
    weightless_threshold,
)
from lib.losses import sigmoid_focal_loss

CASES = [(0.044, 1.0, 2.0), (0.1, 9.0, 0.0), (0.3, 0.5, 5.0), (0.9, 3.0, 0.5), (0.001, 1.0, 1.0)]


@pytest.mark.parametrize(("prior", "weight", "gamma"), CASES)
def test_the_best_constant_minimises_the_loss(prior: float, weight: float, gamma: float) -> None:
    def loss(z: float) -> float:
        ours, theirs = (sigmoid_focal_loss(z, y, gamma=gamma) for y in (1.0, 0.0))
        return weight * prior * ours + (1 - prior) * theirs

    best = minimize_scalar(loss, bracket=(-3, 0), options={"xtol": 1e-10}).x
    ours = best_constant(prior, class_weight=weight, gamma=gamma)
    assert ours == pytest.approx(sigmoid(best), rel=1e-6)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0, 5.0])
def test_undoing_the_focus_gives_the_share_back(gamma: float) -> None:
    shares = np.array([0.0, 1e-300, 1e-12, 0.044, 0.5, 0.9, 1 - 1e-12, 1.0])
    back = undo_focal(best_constant(shares, gamma=gamma), gamma=gamma)
    np.testing.assert_allclose(back, shares, rtol=1e-12, atol=1e-12)
    rare = best_constant(shares[:4], gamma=gamma)
    np.testing.assert_allclose(undo_focal(rare, gamma=gamma), shares[:4], rtol=1e-12)


def test_the_focus_draws_the_best_constant_towards_a_half() -> None:
    for gamma in (0.5, 2.0):
        assert 0.044 < best_constant(0.044, gamma=gamma) < 0.5 < best_constant(0.7, gamma=gamma)
        assert best_constant(0.7, gamma=gamma) < 0.7
        assert best_constant(0.5, gamma=gamma) == pytest.approx(0.5)


def test_a_threshold_decides_what_the_weight_decides() -> None:
    z = np.linspace(-6, 6, 241) + 0.01
    for weight, t in ((9.0, 0.5), (21.7, 0.3), (0.5, 0.8)):
        weighed = sigmoid(z + math.log(weight)) >= t
        plain = sigmoid(z) >= weightless_threshold(weight, threshold=t)
        np.testing.assert_array_equal(weighed, plain)
        assert 0 < weighed.sum() < z.size
    assert weightless_threshold(9.0) == 0.1


def test_the_true_logit_is_a_line() -> None:
    scores, expected = expected_counts([956, 44])
    np.testing.assert_allclose(expected.sum(axis=1), [956, 44])
    line = np.log(expected[1] / expected[0])
    np.testing.assert_allclose(line, SEPARATION * scores + math.log(44 / 956), atol=1e-12)


@pytest.mark.parametrize("weight", [0.1, 1.0, 21.7, 100.0])
def test_the_weight_moves_the_bias_and_nothing_else(weight: float) -> None:
    a, b = fit_scores(*expected_counts([956, 44]), class_weight=weight)
    assert a == pytest.approx(SEPARATION, rel=1e-10)
    assert b == pytest.approx(math.log(weight * 44 / 956), abs=1e-10)
    undone = undo_weights([0.0, b], [1.0, weight])
    assert softmax(undone)[1] == pytest.approx(0.044)


@pytest.mark.parametrize("counts", [[956, 44], [10, 1000], [1000, 10]])
@pytest.mark.parametrize(("weight", "gamma"), [(1.0, 2.0), (21.7, 0.5), (100.0, 5.0)])
def test_the_line_of_least_focal_loss(counts: list[int], weight: float, gamma: float) -> None:
    scores, expected = expected_counts(counts)
    shares = expected * [[1.0], [weight]] / (expected * [[1.0], [weight]]).sum()

    def loss(line: np.ndarray) -> float:
        z = line[0] * scores + line[1]
        common, rare = (
            sigmoid_focal_loss(z, y + 0 * z, gamma=gamma, reduction="none") for y in (0.0, 1.0)
        )
        return shares[0] @ common + shares[1] @ rare

    ours = fit_scores(scores, expected, class_weight=weight, gamma=gamma)
    theirs = minimize(loss, [1.0, 0.0], tol=1e-12)
    assert loss(np.array(ours)) <= theirs.fun + 1e-13
    np.testing.assert_allclose(ours, theirs.x, atol=1e-3)


def test_the_line_is_that_of_scikit_learn_and_of_pytorch() -> None:
    rng = np.random.default_rng(3)
    y = (rng.random(400) < 0.1).astype(int)
    x = rng.normal(size=400) + y
    counts = np.stack([y == 0, y == 1]).astype(float)
    a, b = fit_scores(x, counts, class_weight=9.0)
    theirs = LogisticRegression(C=np.inf, class_weight={0: 1.0, 1: 9.0}, tol=1e-10)
    theirs.fit(x[:, None], y)
    assert a == pytest.approx(theirs.coef_[0, 0], rel=1e-5)
    assert b == pytest.approx(theirs.intercept_[0], rel=1e-5)
    line = torch.tensor([a, b], dtype=torch.float64, requires_grad=True)
    logits = line[0] * torch.tensor(x) + line[1]
    weight = torch.tensor(9.0, dtype=torch.float64)
    loss = torch.nn.functional.binary_cross_entropy_with_logits
    loss(logits, torch.tensor(y, dtype=torch.float64), pos_weight=weight).backward()
    assert line.grad is not None
    assert float(line.grad.abs().max()) < 1e-12


@pytest.mark.parametrize(
    "counts", [[[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]], [[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]]]
)
def test_what_has_no_line_of_least_loss_is_refused(counts: list[list[float]]) -> None:
    with pytest.raises(ValueError, match=r"counts must .* got others"):
        fit_scores([-1.0, 0.0, 1.0], counts)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: best_constant(1.5), "prior"),
        (lambda: best_constant(0.5, class_weight=0), "class_weight"),
        (lambda: best_constant(0.5, gamma=-1), "gamma"),
        (lambda: undo_focal([0.5, math.nan], gamma=1), "probs"),
        (lambda: undo_focal(0.5, gamma=-0.1), "gamma"),
        (lambda: weightless_threshold(-1), "class_weight"),
        (lambda: weightless_threshold(1, threshold=1.1), "threshold"),
        (lambda: expected_counts([1, 2, 3]), "counts"),
        (lambda: expected_counts([1, 0]), "counts"),
        (lambda: fit_scores([0.0, 1.0], [[1.0], [1.0]]), "counts"),
        (lambda: fit_scores([0.0, math.inf], [[1.0, 1], [1.0, 1]]), "scores"),
        (lambda: fit_scores([0.0, 1.0], [[1.0, -1], [1.0, 1]]), "counts"),
    ],
)
def test_what_is_outside_its_range_is_refused_by_name(call, name: str) -> None:
    with pytest.raises(ValueError, match=rf"{name}.* must ") as caught:
        call()
    assert "got" in str(caught.value)
