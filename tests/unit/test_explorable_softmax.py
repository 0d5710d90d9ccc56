"""The softmax explorable: the book's example, invariances, overflow, refusals."""

import numpy as np
import pytest

from lib.activations import naive_softmax, softmax
from lib.explorables import SoftmaxExplorer, StateError
from lib.losses import softmax_cross_entropy
from lib.numdiff import numerical_gradient
from tests.page_side import page_answers


def test_the_books_example() -> None:
    explorer = SoftmaxExplorer(logits=[3.2, 5.1, -1.7], label=0)
    assert explorer.probabilities.round(4).tolist() == [0.13, 0.869, 0.001]
    assert round(explorer.loss, 4) == 2.0404
    assert explorer.loss == pytest.approx(softmax_cross_entropy([3.2, 5.1, -1.7], 0))
    assert explorer.naive_failures == 0


def test_gradient_and_jacobian_are_the_derivatives_at_any_temperature() -> None:
    explorer = SoftmaxExplorer(logits=[1.0, -0.5, 2.0], label=2, temperature=0.7)

    def loss(z: np.ndarray) -> float:
        return SoftmaxExplorer(logits=z.tolist(), label=2, temperature=0.7).loss

    slopes = numerical_gradient(loss, np.array(explorer.logits))
    np.testing.assert_allclose(explorer.gradient, slopes, atol=1e-8)
    columns = [
        (
            softmax(explorer.scores + d, temperature=0.7)
            - softmax(explorer.scores - d, temperature=0.7)
        )
        / 2e-6
        for d in 1e-6 * np.eye(3)
    ]
    np.testing.assert_allclose(explorer.jacobian, np.transpose(columns), atol=1e-8)


def test_a_shift_changes_nothing_but_the_naive_softmax() -> None:
    start = SoftmaxExplorer()
    moved = SoftmaxExplorer(shift=90.0)
    np.testing.assert_allclose(moved.probabilities, start.probabilities, rtol=1e-12)
    assert moved.loss == pytest.approx(start.loss)
    assert np.isnan(moved.naive_probabilities).tolist() == [True, True, False]  # 88.3 still fits
    assert moved.naive_failures == 2  # the horse's 0.001 has become 0, which is near enough


@pytest.mark.parametrize(
    ("dtype", "last", "first"), [("float32", 88.72, 88.73), ("float64", 709.78, 709.79)]
)
def test_the_naive_softmax_overflows_at_the_formats_limit(
    dtype: str, last: float, first: float
) -> None:
    at = SoftmaxExplorer(logits=[0.0, -10.0, -10.0], shift=last, dtype=dtype)
    above = SoftmaxExplorer(logits=[0.0, -10.0, -10.0], shift=first, dtype=dtype)
    assert np.isnan(above.naive_probabilities).tolist() == [True, False, False]
    assert (at.naive_failures, above.naive_failures) == (0, 1)
    assert above.naive_probabilities.dtype == dtype
    # The page's own arithmetic meets the same wall.
    assert [a["values"]["naive_failures"] for a in page_answers([at, above])] == [0, 1]
    assert page_answers([above])[0]["values"]["probability"] == pytest.approx(above.probability)


def test_an_infinite_sum_of_finite_exponentials_is_a_failure_without_nan() -> None:
    explorer = SoftmaxExplorer(logits=[0.0, 0.0, 0.0], shift=88.5)
    assert explorer.naive_probabilities.tolist() == [0.0, 0.0, 0.0]
    assert explorer.naive_failures == 3


def test_underflow_of_every_exponential_is_a_failure_too() -> None:
    assert SoftmaxExplorer(shift=-800.0, dtype="float64").naive_failures == 3


def test_the_naive_answer_agrees_with_lib_in_its_own_format() -> None:
    explorer = SoftmaxExplorer(shift=20.0)
    scores = np.array(explorer.logits) + 20.0
    ours = naive_softmax(scores.astype(np.float32))
    np.testing.assert_array_equal(explorer.naive_probabilities, ours)


def test_log_sum_exp_survives_where_the_probability_rounds_to_zero() -> None:
    explorer = SoftmaxExplorer(logits=[-10.0, 10.0, 0.0], temperature=0.02)
    assert explorer.probability == 0.0
    assert explorer.loss_from_probability == np.inf
    assert explorer.loss == pytest.approx(1000.0)


@pytest.mark.parametrize(
    "state",
    [
        {"logits": [1.0, 2.0]},
        {"logits": [1.0, 2.0, float("nan")]},
        {"logits": [100.0, 0.0, 0.0]},
        {"label": 3},
        {"label": 0.5},
        {"temperature": 0.0},
        {"dtype": "float16"},
        {"view": "pie"},
    ],
)
def test_bad_states_are_refused(state: dict) -> None:
    with pytest.raises(StateError):
        SoftmaxExplorer(**state)


def test_the_figure_of_overflow_shows_what_the_naive_formula_gives() -> None:
    explorer = SoftmaxExplorer(view="precision", shift=100.0)
    right = explorer.figure().axes[1]
    assert [text.get_text() for text in right.texts] == ["naive: NaN"] * 3
    assert "wrong for 3 of 3 classes" in explorer.describe()
    stable = SoftmaxExplorer(view="precision").figure().axes[1]
    assert stable.texts[0].get_text() == "naive: 0.130"
