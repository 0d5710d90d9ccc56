"""Calibration against scikit-learn, closed forms and derivatives."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss

from lib import calibration
from lib.activations import softmax
from lib.calibration import (
    brier_score,
    calibration_refinement,
    expected_calibration_error,
    fit_temperature,
    reliability_curve,
    undo_weights,
)
from lib.losses import binary_cross_entropy_with_logits, softmax_cross_entropy


def sample(count=400, classes=3, seed=0):
    rng = np.random.default_rng(seed)
    z = rng.normal(scale=2, size=(count, classes))
    labels = np.array([rng.choice(classes, p=p) for p in softmax(z / 1.7)])
    return z, labels


@pytest.mark.parametrize("strategy", ["uniform", "quantile"])
@pytest.mark.parametrize("bins", [1, 2, 10, 15])
def test_the_curve_is_scikit_learn_s(strategy, bins):
    rng = np.random.default_rng(1)
    p = np.round(rng.random(300), 2)  # many on the edges of bins
    p[:2] = 0, 1
    y = (rng.random(300) < p).astype(int)
    curve = reliability_curve(p, y, bins=bins, strategy=strategy)
    accuracy, confidence = calibration_curve(y, p, n_bins=bins, strategy=strategy)
    assert_allclose(curve.accuracy, accuracy)
    assert_allclose(curve.confidence, confidence)
    assert curve.count.sum() == 300
    gap = (curve.count / 300 * np.abs(accuracy - confidence)).sum()
    assert_allclose(expected_calibration_error(p, y, bins=bins, strategy=strategy), gap)


def test_bins_contain_their_right_edge():
    curve = reliability_curve([0.0, 0.5, 0.75, 1.0], [0, 1, 0, 1], bins=2)
    assert_array_equal(curve.count, [2, 2])
    assert_allclose(curve.confidence, [0.25, 0.875])


def test_one_column_and_two_are_different_questions():
    p, y = np.array([0.1, 0.4, 0.9, 0.8]), np.array([0, 1, 1, 0])
    two = np.stack([1 - p, p], axis=-1)
    curve = reliability_curve(two, y, bins=10)
    assert_allclose(curve.confidence, [0.6, 0.8, 0.9])
    assert_allclose(curve.accuracy, [0.0, 0.0, 1.0])
    assert expected_calibration_error(two, y) != expected_calibration_error(p, y)


def test_closed_form_of_an_uncalibrated_coin():
    """P(y = 1 | p) = p² with p uniform: binary ECE 1/6, top-label ECE 0... and accuracy 3/4."""
    p = (np.arange(2_000) + 0.5) / 2_000
    # As many labels of 1 in each bin as the formula says.
    copies = 1_000
    confidence, right = np.repeat(p, 2), np.tile([1, 0], 2_000)
    weight = np.stack([p**2, 1 - p**2], axis=-1).ravel()
    count = np.round(weight * copies).astype(int)
    error = expected_calibration_error(
        np.repeat(confidence, count), np.repeat(right, count), bins=100
    )
    assert error == pytest.approx(1 / 6, abs=2e-3)


def test_brier_scores_are_scikit_learn_s():
    z, labels = sample()
    p = softmax(z)
    assert_allclose(brier_score(p, labels), brier_score_loss(labels, p, scale_by_half=False))
    q = p[:, 0]
    assert_allclose(brier_score(q, labels == 0), brier_score_loss(labels == 0, q))
    two = np.stack([1 - q, q], axis=-1)
    assert_allclose(brier_score(two, (labels == 0).astype(int)), 2 * brier_score(q, labels == 0))
    assert brier_score([[1.0, 0.0]], [1]) == 2
    assert brier_score([1.0], [0]) == 1


@pytest.mark.parametrize("scale", [1e-6, 0.3, 1, 3, 1000])
@pytest.mark.parametrize("classes", [2, 10])
def test_the_best_temperature_is_found_in_a_few_steps(scale, classes, monkeypatch):
    """Newton's steps double the digits: rounding at the end must not lead away from the zero."""
    slope, slopes = calibration._slope, []
    monkeypatch.setattr(
        calibration, "_slope", lambda z, beta: slopes.append(slope(z, beta)) or slopes[-1]
    )
    z, labels = sample(classes=classes)
    fit_temperature(scale * z, labels)
    assert len(slopes) <= 15
    last, curvature = slopes[-1]
    assert abs(last) <= 1e-14 * curvature / scale


@pytest.mark.parametrize("scale", [1e-3, 1.0, 50.0])
def test_the_temperature_is_where_the_loss_is_least(scale):
    z, labels = sample()
    z *= scale
    best = fit_temperature(z, labels)
    assert best == pytest.approx(1.7 * scale, rel=0.2)
    loss = softmax_cross_entropy(z / best, labels)
    for factor in (0.99, 1.01):
        assert loss < softmax_cross_entropy(z / (best * factor), labels)
    p = softmax(z / best)
    slope = (p * z).sum(axis=-1) - z[np.arange(len(z)), labels]
    assert abs(slope.mean()) <= 1e-13 * np.abs(z).max()


def test_the_temperature_of_log_odds():
    z = np.array([2.0, 2.0, 2.0, 2.0])
    assert fit_temperature(z, [1, 1, 1, 0]) == pytest.approx(2 / np.log(3), rel=1e-14)
    logits, labels = sample(classes=2)
    binary = logits[:, 1] - logits[:, 0]
    assert fit_temperature(binary, labels) == pytest.approx(fit_temperature(logits, labels))
    best = fit_temperature(binary, labels.astype(bool))
    losses = [binary_cross_entropy_with_logits(binary / t, labels) for t in (best, best * 1.01)]
    assert losses[0] < losses[1]


@pytest.mark.parametrize(
    ("logits", "labels", "message"),
    [
        ([[2.0, 1.0], [0.0, 3.0]], [0, 1], "temperature would go to 0"),
        ([[2.0, 1.0], [0.0, 3.0]], [1, 0], "temperature would grow without bound"),
        ([[1.0, 1.0]], [0], "every temperature gives the same loss"),
        (np.zeros(3), [0, 1, 1], "every temperature gives the same loss"),
        ([[1.0, 1.0], [2.0, 1.0]], [0, 0], "temperature would go to 0"),
        ([2.0, -2.0], [1, 0], "temperature would go to 0"),
        ([2.0, 2.0], [1, 0], "temperature would grow without bound"),
        ([[np.inf, 1.0]], [0], "logits must be finite"),
        (np.zeros((0, 3)), [], "with a sample and a class or more"),
        (np.zeros((1, 2, 3)), [0], r"logits must have shape \(N, C\) or \(N,\)"),
        ([[1.0, 2.0]], [2], "labels must be class labels in 0 ... 1, got 2"),
    ],
)
def test_there_may_be_no_best_temperature(logits, labels, message):
    with pytest.raises(ValueError, match=message):
        fit_temperature(logits, labels)


def test_weights_are_undone():
    """The scores that fit P(c | x) w_c, less ln w, fit P(c | x)."""
    p, w = np.array([0.956, 0.044]), np.array([1 / 0.956, 1 / 0.044])
    weighed = np.log(p * w)
    assert_allclose(softmax(undo_weights(weighed, w)), p, rtol=1e-14)
    for bad in ([1.0], [1.0, 0.0], [1.0, -1.0], [1.0, np.inf], [np.nan, 1.0]):
        with pytest.raises(ValueError, match="weights must"):
            undo_weights(weighed, bad)


@pytest.mark.parametrize("function", [reliability_curve, expected_calibration_error, brier_score])
@pytest.mark.parametrize(
    ("probs", "labels", "error", "message"),
    [
        ([1.5], [1], ValueError, r"probs must lie in \[0, 1\]"),
        ([[0.5, 0.6]], [1], ValueError, "probs must sum to 1"),
        ([0.5], [2], ValueError, "labels must be class labels in 0 ... 1"),
        ([0.5], [0.5], TypeError, "labels must be integer class labels"),
        ([0.5, 0.5], [1], ValueError, r"labels must have shape \(2,\)"),
        ([], [], ValueError, "with a sample and a class or more"),
        (0.5, 1, ValueError, r"probs must have shape \(N,\) or \(N, C\)"),
        ([np.nan], [1], ValueError, "probs must not contain NaN"),
    ],
)
def test_bad_predictions(function, probs, labels, error, message):
    with pytest.raises(error, match=message):
        function(probs, labels)


def test_bad_bins():
    for options, error in (
        ({"bins": 0}, ValueError),
        ({"bins": 2.5}, TypeError),
        ({"strategy": "equal"}, ValueError),
    ):
        with pytest.raises(error, match=f"{next(iter(options))} must"):
            reliability_curve([0.5], [1], **options)


@pytest.mark.parametrize("strategy", ["uniform", "quantile"])
@pytest.mark.parametrize("bins", [1, 4, 15])
def test_calibration_and_refinement_are_the_loss_and_what_the_bins_would_pay(bins, strategy):
    z, y = sample()
    p = softmax(z)
    parts = calibration_refinement(p, y, bins=bins, strategy=strategy)
    assert_allclose(sum(parts), softmax_cross_entropy(z, y), rtol=1e-12)
    # Each top probability replaced by its bin's frequency, the others scaled to fill the row.
    top = p.max(axis=-1)
    edges = np.linspace(0, 1, bins + 1)
    if strategy == "quantile":
        edges = np.quantile(top, edges)
    bin_of = np.searchsorted(edges[1:-1], top)
    right = p.argmax(axis=-1) == y
    rate = np.array([right[bin_of == b].mean() for b in bin_of])
    new = p * ((1 - rate) / (1 - top))[:, None]
    new[np.arange(len(y)), p.argmax(axis=-1)] = rate
    assert_allclose(new.sum(axis=-1), 1)
    refined = -np.log(new[np.arange(len(y)), y]).mean()
    assert_allclose(parts.refinement, refined, rtol=1e-12)

    events = calibration_refinement(p[:, 1], (y == 1).astype(int), bins=bins, strategy=strategy)
    loss = -np.log(np.where(y == 1, p[:, 1], 1 - p[:, 1])).mean()
    assert_allclose(sum(events), loss, rtol=1e-12)


def test_a_split_loss_at_its_ends():
    assert calibration_refinement([0.0, 1.0], [0, 1]) == (0.0, 0.0)
    assert calibration_refinement([0.0, 1.0], [1, 0]) == (np.inf, 0.0)
    sure = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    assert_allclose(calibration_refinement(sure, [1, 1]), [np.inf, np.log(2)])
    missing = [[0.6, 0.4, 0.0]]
    assert calibration_refinement(missing, [2])[1] == np.inf
    wide = calibration_refinement([0.1, 0.9], [0, 1], bins=1)
    assert wide.calibration < 0, "one bin says less than the predictions"
