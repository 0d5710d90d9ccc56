"""Information measures against SciPy, at the extremes, and in the numbers of the book."""

import numpy as np
import pytest
import scipy.special
import scipy.stats
from numpy.testing import assert_allclose, assert_array_equal
from scipy.spatial.distance import jensenshannon

from lib.information import (
    binary_entropy,
    conditional_entropy,
    cross_entropy,
    entropy,
    jensen_shannon_divergence,
    kl_divergence,
    mutual_information,
    perplexity,
    self_information,
)

BASES = [None, 2, 10, np.e]


def distributions(seed, count=400):
    """Yield pairs of distributions, flat and steep, over 1 to 30 outcomes."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        outcomes, steepness = rng.integers(1, 31), 10 ** rng.uniform(-2, 2)
        p, q = rng.dirichlet(np.full(outcomes, steepness), size=2) + 1e-12
        yield p / p.sum(), q / q.sum()


@pytest.mark.parametrize("base", BASES)
def test_scipy_s_entropy_and_rel_entr(base):
    unit = np.log(base or np.e)
    for p, q in distributions(seed=0):
        # SciPy divides by the sum, which is 1 up to rounding.
        scale = {"rtol": 1e-10, "atol": 1e-14}
        assert_allclose(entropy(p, base=base), scipy.stats.entropy(p, base=base), **scale)
        divergence = kl_divergence(p, q, base=base)
        assert_allclose(divergence, scipy.stats.entropy(p, q, base=base), **scale)
        assert_allclose(divergence, scipy.special.rel_entr(p, q).sum() / unit, **scale)
        expected = (scipy.special.entr(p) + scipy.special.rel_entr(p, q)).sum() / unit
        assert_allclose(cross_entropy(p, q, base=base), expected, **scale)
        shannon = jensenshannon(p, q, base=base) ** 2
        assert_allclose(jensen_shannon_divergence(p, q, base=base), shannon, **scale)
        assert_allclose(self_information(p, base=base), -np.log(p) / unit, **scale)
        assert_allclose(
            binary_entropy(p, base=base),
            (scipy.special.entr(p) + scipy.special.entr(1 - p)) / unit,
            **scale,
        )
        assert_allclose(perplexity(p), np.exp(scipy.stats.entropy(p)), rtol=1e-10)


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -3])
def test_any_axis_can_hold_the_distribution(axis):
    rng = np.random.default_rng(1)
    p, q = (np.moveaxis(rng.dirichlet(np.ones(4), size=(3, 2)), -1, axis) for _ in range(2))
    assert_allclose(entropy(p, axis=axis), scipy.stats.entropy(p, axis=axis))
    assert_allclose(kl_divergence(p, q, axis=axis), scipy.stats.entropy(p, q, axis=axis))
    assert perplexity(p, axis=axis).shape == jensen_shannon_divergence(p, q, axis=axis).shape


@pytest.mark.parametrize("measure", [cross_entropy, kl_divergence, jensen_shannon_divergence])
def test_leading_axes_broadcast(measure):
    rng = np.random.default_rng(2)
    p, q = rng.dirichlet(np.ones(3)), rng.dirichlet(np.ones(3), size=(5, 2))
    assert measure(p, q).shape == (5, 2)
    assert measure(q[:, None, 0], q[None, :, 1]).shape == (5, 5)
    assert measure(p, q)[3, 1] == measure(p, q[3, 1])
    assert measure(p, q.T, axis=0).shape == (2, 5)


def test_zero_probabilities():
    assert entropy([1, 0, 0]) == 0
    assert cross_entropy([1, 0, 0], [1, 0, 0]) == 0
    assert cross_entropy([0.5, 0.5, 0], [1, 0, 0]) == np.inf
    assert kl_divergence([0.5, 0.5, 0], [1, 0, 0]) == np.inf
    assert kl_divergence([1, 0, 0], [0.5, 0.5, 0]) == np.log(2)
    assert jensen_shannon_divergence([1, 0], [0, 1]) == np.log(2)
    assert_array_equal(self_information([0, 1]), [np.inf, 0])
    assert_array_equal(binary_entropy([0, 1]), [0, 0])


@pytest.mark.parametrize(
    "value", [self_information(1.0), entropy([1.0]), cross_entropy([1, 0], [1, 0])]
)
def test_nothing_is_minus_zero(value):
    assert str(float(value)) == "0.0"


def test_the_smallest_probabilities():
    tiny = 5e-324
    assert_allclose(self_information(tiny, base=2), 1074)
    assert_allclose(kl_divergence([0.5, 0.5], [1.0, tiny]), np.log(0.5) - np.log(tiny) / 2)
    assert 0 <= jensen_shannon_divergence([1.0, tiny], [1.0, 0.0]) < 1e-300
    # log(1 − p) is −p here, where 1 − p rounds to 1.
    assert_allclose(binary_entropy(1e-20), 1e-20 * (1 - np.log(1e-20)), rtol=1e-14)


def test_sums_within_a_millionth_of_1_are_accepted():
    assert entropy(np.array([0.1, 0.2, 0.7], dtype=np.float32)) > 0
    assert entropy([0.5, 0.5 + 9e-7]) > 0
    assert kl_divergence([0.5, 0.5], [0.5 + 4e-7, 0.5 + 4e-7]) == 0
    with pytest.raises(ValueError, match=r"p must sum to 1 along axis -1, got 1\.000002"):
        entropy([0.5, 0.500002])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (entropy([0.5, 0.3, 0.2]), 1.0297),
        (entropy([0.5, 0.3, 0.2], base=2), 1.4855),
        (kl_divergence([1, 0, 0], [0.7, 0.2, 0.1]), 0.3567),
        (cross_entropy([0.5, 0.3, 0.2], [0.4, 0.4, 0.2]), 1.0549),
        (cross_entropy([0.5, 0.3, 0.2], [0.4, 0.4, 0.2], base=2), 1.5219),
        (kl_divergence([0.5, 0.3, 0.2], [0.4, 0.4, 0.2]), 0.0253),
        (kl_divergence([0.4, 0.4, 0.2], [0.5, 0.3, 0.2]), 0.0258),
        (cross_entropy([0, 1, 0], [0.2, 0.7, 0.1]), 0.3567),
        (cross_entropy([1, 0, 0], [0.5, 0.2, 0.3]), 0.6931),
        (cross_entropy([1, 0, 0], [0.8, 0.1, 0.1]), 0.2231),
        (cross_entropy([1, 0, 0], [[0.5, 0.2, 0.3], [0.8, 0.1, 0.1]]).mean(), 0.4581),
        (cross_entropy([1, 0, 0], [[0.5, 0.2, 0.3], [0.8, 0.1, 0.1]], base=10).mean(), 0.1990),
        (self_information(0.5**20, base=2), 20),
        (entropy(np.full(1000, 0.001)), np.log(1000)),
    ],
)
def test_the_book_s_numbers(value, expected):
    assert value == pytest.approx(expected, abs=5.1e-5)


JOINT = np.array([[1 / 8, 1 / 16, 1 / 32, 1 / 32], [1 / 16, 1 / 8, 1 / 32, 1 / 32]])
JOINT = np.concatenate([JOINT, [[1 / 16] * 4, [1 / 4, 0, 0, 0]]])


def test_the_textbook_s_joint_distribution():
    """Cover and Thomas, example 2.2.1, with the rows for what they call Y."""
    assert_allclose(conditional_entropy(JOINT, base=2), 11 / 8)
    assert_allclose(conditional_entropy(JOINT.T, base=2), 13 / 8)
    assert_allclose(mutual_information(JOINT, base=2), 3 / 8)
    assert_allclose(mutual_information([JOINT, JOINT.T], base=2), 3 / 8)


def test_information_of_nearly_independent_variables_keeps_its_digits():
    e = 1e-6
    joint = np.array([[0.25 + e, 0.25 - e], [0.25 - e, 0.25 + e]])
    assert_allclose(mutual_information(joint), 8 * e**2, rtol=1e-9)
    assert mutual_information(np.full((3, 4), 1 / 12)) <= 1e-31


def test_perplexity_of_a_prediction():
    assert_allclose(perplexity([0.5, 0.5], [0.9, 0.1]), 10 / 3)
    assert perplexity([0.5, 0.5], [1, 0]) == np.inf
    assert perplexity([[0.5, 0.5]] * 3, [0.9, 0.1]).shape == (3,)
    for measure in (conditional_entropy, mutual_information):
        with pytest.raises(ValueError, match=r"joint must have shape \(\.\.\., X, Y\), got"):
            measure([0.5, 0.5])
        with pytest.raises(ValueError, match="joint must sum to 1"):
            measure([[0.5, 0.5], [0.5, 0.5]])
