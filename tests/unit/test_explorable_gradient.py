"""The gradient explorable: slopes, descent, and the two views of it."""

import math
from itertools import pairwise

import numpy as np
import pytest

from lib.activations import sigmoid, sigmoid_grad
from lib.explorables import GradientExplorer, StateError
from lib.explorables.gradient import LOSSES
from lib.numdiff import numerical_gradient


def _squared_error_slope(z: float) -> float:
    return sigmoid(z) * sigmoid_grad(z)


STATES = [{"view": "neuron", "z": 3.0}, {"view": "map", "weight": 1.5, "bias": -2.0}]


def test_at_z_10_one_loss_teaches_and_the_other_does_not() -> None:
    explorer = GradientExplorer(z=10, y=0, steps=0)
    assert explorer.cross_entropy_slope == pytest.approx(0.99995, abs=5e-6)
    assert explorer.squared_error_slope == pytest.approx(4.5e-5, abs=5e-7)


def test_squared_error_is_steepest_where_the_output_is_two_thirds() -> None:
    steepest = GradientExplorer(z=math.log(2), y=0, steps=0)
    assert steepest.squared_error_distance == pytest.approx(2 / 3)
    assert steepest.squared_error_slope == pytest.approx(4 / 27)
    for z in np.linspace(-10, 10, 201):
        assert GradientExplorer(z=z, steps=0).squared_error_slope <= 4 / 27 + 1e-15


@pytest.mark.parametrize("state", STATES, ids=["neuron", "map"])
@pytest.mark.parametrize("loss", LOSSES)
def test_the_slope_is_the_length_of_the_numerical_gradient(state: dict, loss: str) -> None:
    def value(at: np.ndarray) -> float:
        moved = dict(zip([k for k in state if k != "view"], np.atleast_1d(at), strict=True))
        return getattr(GradientExplorer(**(state | moved), steps=0), loss)

    start = np.array([v for v in state.values() if not isinstance(v, str)])
    expected = np.linalg.norm(numerical_gradient(value, start))
    explorer = GradientExplorer(**state, steps=0)
    assert getattr(explorer, f"{loss}_slope") == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("state", STATES, ids=["neuron", "map"])
@pytest.mark.parametrize("rate", [0.05, 0.5, 1.5])
def test_each_loss_falls_at_every_step(state: dict, rate: float) -> None:
    for loss in LOSSES:
        values = [
            getattr(GradientExplorer(**state, learning_rate=rate, steps=steps), loss)
            for steps in range(0, 40, 2)
        ]
        assert all(a > b for a, b in pairwise(values))


def test_the_label_mirrors_the_neuron() -> None:
    zero = GradientExplorer(z=4, y=0, steps=100)
    one = GradientExplorer(z=-4, y=1, steps=100)
    assert list(zero.values.values()) == pytest.approx(list(one.values.values()), rel=1e-9)


def test_over_weights_cross_entropy_has_one_end_and_squared_error_has_not() -> None:
    corners = [(-4, 4), (4, 4), (-4, -4), (4, -4)]
    ends = {
        loss: [
            GradientExplorer(view="map", weight=w, bias=b, steps=300).path(loss)[-1]
            for w, b in corners
        ]
        for loss in LOSSES
    }
    assert np.ptp(ends["cross_entropy"], axis=0).max() < 1e-3
    assert np.ptp(ends["squared_error"], axis=0).max() > 5


def test_the_factor_is_squared_errors_alone_and_an_old_state_has_one_rate_for_both() -> None:
    same, faster = GradientExplorer(), GradientExplorer(squared_error_factor=6.75)
    assert same.squared_error_factor == 1
    assert np.array_equal(same.path("cross_entropy"), faster.path("cross_entropy"))
    alone = GradientExplorer(learning_rate=1.5, squared_error_factor=2)
    assert alone.path("squared_error")[1] == pytest.approx(4 - 3 * _squared_error_slope(4))


def test_with_the_same_longest_step_squared_error_is_behind_only_far_out() -> None:
    def steps(z: float, factor: float) -> list[int]:
        explorer = GradientExplorer(z=z, steps=300, squared_error_factor=factor)
        arrived = [np.abs(sigmoid(explorer.path(loss))) <= 0.1 for loss in LOSSES]
        return [int(np.argmax(a)) for a in arrived]

    assert steps(4, 1) == [30, 281]
    assert [steps(z, 6.75) for z in (1, 2, 4, 6)] == [[23, 22], [26, 25], [30, 42], [34, 148]]


@pytest.mark.parametrize("view", ["neuron", "map", "surface"])
@pytest.mark.parametrize("steps", [0, 300])
def test_every_view_has_a_figure(view: str, steps: int) -> None:
    figure = GradientExplorer(view=view, steps=steps).figure()
    figure.canvas.draw()
    assert all(ax.has_data() for ax in figure.axes)


@pytest.mark.parametrize(
    "state",
    [
        {"z": 11},
        {"z": float("inf")},
        {"y": 2},
        {"y": 0.5},
        {"learning_rate": 0},
        {"squared_error_factor": 0.5},
        {"steps": -1},
        {"steps": 2.5},
        {"weight": 7},
        {"view": "sideways"},
    ],
)
def test_bad_state_is_refused(state: dict) -> None:
    with pytest.raises(StateError, match=next(iter(state))):
        GradientExplorer(**state)
