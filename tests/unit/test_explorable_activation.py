"""The activation explorable: slopes that multiply, pairs of output and loss, refusals."""

import numpy as np
import pytest

from lib.activations import sigmoid, softmax
from lib.explorables import ActivationExplorer, StateError
from lib.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    mse_loss,
    nll_loss,
    softmax_cross_entropy,
)
from lib.numdiff import numerical_gradient
from tests.page_side import page_answers

OUTPUT = {"identity": lambda z: z, "sigmoid": sigmoid, "softmax": softmax}
LOSS = {
    "mse": lambda a, label: 0.5 * mse_loss(a, np.eye(3)[label], reduction="sum"),
    "bce": lambda a, label: binary_cross_entropy(a, np.eye(3)[label], reduction="sum"),
    "ce": lambda a, label: nll_loss(np.log(a), label),
}


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("weight", [-1.3, 0.6, 2.0])
def test_the_stacks_slope_is_the_derivative_of_the_whole_stack(
    activation: str, weight: float
) -> None:
    explorer = ActivationExplorer(activation=activation, x=0.7, weight=weight, depth=4)
    function = {"sigmoid": sigmoid, "tanh": np.tanh, "relu": lambda v: np.maximum(v, 0)}[activation]

    def through(x: np.ndarray) -> float:
        for _ in range(4):
            x = function(weight * x)
        return float(x[0])

    slope = numerical_gradient(through, np.array([0.7]))[0]
    assert explorer.stack_slope == pytest.approx(slope, abs=1e-8)
    assert len(explorer.slopes) == 4


def test_sigmoids_vanish_and_relus_do_not() -> None:
    assert ActivationExplorer(x=2.0, depth=10).stack_slope < 0.25**10
    assert ActivationExplorer(activation="relu", x=2.0, depth=20).stack_slope == 1.0
    assert ActivationExplorer(activation="relu", x=-2.0, depth=1).stack_slope == 0.0


@pytest.mark.parametrize("right", [True, False])
@pytest.mark.parametrize("z", [-2.5, 0.4, 3.0])
def test_every_pair_is_the_derivative_of_its_loss(z: float, right: bool) -> None:
    explorer = ActivationExplorer(x=z, right=right)
    label = 0 if right else 1
    for i, (output, activate) in enumerate(OUTPUT.items()):
        for j, (name, loss) in enumerate(LOSS.items()):
            ours = explorer.pairing[i, j]
            defined = output != "identity" or name == "mse" or (name == "bce" and 0 < z < 1)
            assert np.isfinite(ours) == defined, (output, name)
            if not defined or (output, name, right) == ("identity", "bce", False):
                continue  # that loss is infinite, its slope is not: tested by itself below

            def total(logit: np.ndarray, activate=activate, loss=loss) -> float:
                return float(loss(activate(np.array([logit[0], 0.0, 0.0])), label))

            slope = numerical_gradient(total, np.array([z]))[0]
            assert ours == pytest.approx(slope, abs=1e-7), (output, name)


def test_identity_with_log_loss_has_the_probabilitys_slope() -> None:
    assert ActivationExplorer(x=0.25, right=False).pairing[0, 1] == pytest.approx(1 / 0.75)


def test_matched_pairs_give_prediction_minus_target() -> None:
    for right in (True, False):
        for pair in ("identity_mse", "sigmoid_bce", "softmax_ce"):
            explorer = ActivationExplorer(x=1.7, right=right, pair=pair)
            assert explorer.pair_gradient == pytest.approx(explorer.prediction - right)


def test_matched_pairs_are_the_losses_of_logits() -> None:
    z = np.array([1.7, 0.0, 0.0])
    for loss, activate, name in (
        (lambda v: binary_cross_entropy_with_logits(v, [1, 0, 0], reduction="sum"), sigmoid, "bce"),
        (lambda v: softmax_cross_entropy(v, 0), softmax, "ce"),
    ):
        assert float(loss(z)) == pytest.approx(float(LOSS[name](activate(z), 0)))


def test_a_saturated_unit_learns_from_log_loss_alone() -> None:
    explorer = ActivationExplorer(x=10.0, right=False)
    squared, log_loss = explorer.pairing[1, :2]
    assert log_loss > 0.9999
    assert squared < 1e-4


def test_the_page_has_the_same_nine_gradients() -> None:
    states = [
        ActivationExplorer(x=x, right=right, pair=f"{output}_{loss}")
        for x in (-10.0, -0.3, 0.0, 0.5, 1.0, 9.9)
        for right in (True, False)
        for output in OUTPUT
        for loss in LOSS
        if output != "identity" or loss == "mse"
    ]
    for state, answer in zip(states, page_answers(states), strict=True):
        shown = answer["values"]["pair_gradient"]
        assert shown == pytest.approx(state.pair_gradient, rel=1e-12, abs=1e-13), state


def test_the_challenge_needs_what_it_asks() -> None:
    stack = ActivationExplorer.solutions[1]
    changes = [{}, {"depth": 9}, {"weight": 6.0}, {"activation": "relu"}]
    solved = [ActivationExplorer(**{**stack, **change}) for change in changes]
    assert [a["solved"] for a in page_answers(solved)] == [True, False, False, False]


@pytest.mark.parametrize(
    "state",
    [
        {"activation": "gelu"},
        {"x": float("inf")},
        {"x": 10.5},
        {"depth": 0},
        {"depth": 2.5},
        {"pair": "identity_bce"},
        {"right": 1},
    ],
)
def test_bad_states_are_refused(state: dict) -> None:
    with pytest.raises(StateError):
        ActivationExplorer(**state)


def test_the_figure_of_the_pairing_is_the_pairing() -> None:
    explorer = ActivationExplorer(view="pairing", x=5.0, pair="sigmoid_mse")
    (ax,) = explorer.figure().axes
    written = [text.get_text() for text in ax.texts]
    expected = ["undefined" if np.isnan(v) else f"{v:.3g}" for v in explorer.pairing.ravel()]
    assert written == expected
    assert len(ActivationExplorer(view="stack").figure().axes) == 2


@pytest.mark.parametrize("x", [-10.0, 0.0, 10.0])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_the_figure_has_room_for_its_input(activation: str, x: float) -> None:
    explorer = ActivationExplorer(activation=activation, x=x)
    ax = explorer.figure().axes[0]
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    assert left <= x <= right
    assert low <= explorer.value <= high


@pytest.mark.parametrize(
    ("view", "words"),
    [("function", "tanh, the input 3"), ("stack", "7 tanh layers"), ("pairing", "softmax + CE")],
)
def test_the_description_says_what_is_in_view(view: str, words: str) -> None:
    explorer = ActivationExplorer(view=view, activation="tanh", x=3, depth=7, pair="softmax_ce")
    assert words in explorer.describe()
