"""The training explorable: its start, its end, and what each choice does."""

import math

import numpy as np
import pytest
from scipy.optimize import minimize

from lib.datasets import TOY_DATASETS
from lib.explorables import StateError, TrainingExplorer
from lib.losses import softmax_cross_entropy


@pytest.mark.parametrize("data", TOY_DATASETS)
@pytest.mark.parametrize("loss", ["cross_entropy", "hinge"])
def test_training_starts_at_log_c_and_lowers_its_loss(data: str, loss: str) -> None:
    classes = 3 if data == "three" else 2
    start = TrainingExplorer(data=data, loss=loss, epochs=0)
    assert start.cross_entropy == pytest.approx(math.log(classes))
    assert start.hinge == classes - 1
    assert start.weight_norm == 0
    end = TrainingExplorer(data=data, loss=loss, epochs=100)
    assert getattr(end, loss) < 0.9 * getattr(start, loss) or data == "ring"
    assert end.accuracy > (0.5 if data == "ring" else 0.7)


def test_a_shorter_run_is_the_start_of_a_longer_one() -> None:
    options = {"data": "three", "batch": "4", "seed": 5}
    longer = TrainingExplorer(**options, epochs=40).curves()
    shorter = TrainingExplorer(**options, epochs=25).curves()
    for key, values in shorter.items():
        assert values.shape == (26,)
        np.testing.assert_array_equal(values, longer[key][:26])


def test_the_seed_is_the_order_of_the_batches() -> None:
    def loss(**state: object) -> float:
        return TrainingExplorer(data="overlapping", **state).cross_entropy

    assert loss(seed=1) == loss(seed=2)
    assert loss(batch="4", seed=1) == loss(batch="4", seed=1)
    assert loss(batch="4", seed=1) != loss(batch="4", seed=2)


def test_the_own_point_counts_among_the_separable_clouds_alone() -> None:
    assert len(TrainingExplorer().samples[0]) == 61
    far = {"point": [3.0, 2.0], "epochs": 100}
    assert TrainingExplorer(**far).accuracy < 1
    near = TrainingExplorer(point=[-1.5, -0.8], epochs=100)
    assert near.accuracy == 1
    assert near.cross_entropy < TrainingExplorer(**far).cross_entropy
    others = [TrainingExplorer(data="ring", point=p).cross_entropy for p in ([0, 0], [3, 3])]
    assert others[0] == others[1]


def test_weights_stop_under_the_hinge_loss_and_grow_under_cross_entropy() -> None:
    def norm(loss: str, epochs: int) -> float:
        state = {"point": [-1.5, -0.8], "init_value": 1.0, "batch": "4", "loss": loss}
        return TrainingExplorer(**state, epochs=epochs).weight_norm

    assert norm("hinge", 50) == norm("hinge", 100)
    assert norm("cross_entropy", 100) > 1.2 * norm("cross_entropy", 50)


def test_the_challenge_asks_for_all_but_a_ten_thousandth_of_what_can_be_had() -> None:
    X, y = TrainingExplorer(data="overlapping").samples
    X = np.column_stack([X, np.ones(len(X))])
    best = minimize(
        lambda w: softmax_cross_entropy(X @ w.reshape(3, 2), y), np.zeros(6), tol=1e-12
    ).fun
    assert best < 0.4324 < best + 2e-4
    for rate in (1.0, 1.5, 2.0):
        for seed in range(1, 8):
            options = {"data": "overlapping", "batch": "4", "init_value": rate, "seed": seed}
            assert TrainingExplorer(**options, epochs=100).cross_entropy > 0.4324


def test_the_penalty_shrinks_the_weights() -> None:
    norms = [TrainingExplorer(l2=l2, epochs=100).weight_norm for l2 in (0, 0.01, 0.1)]
    assert norms == sorted(norms, reverse=True)


@pytest.mark.parametrize(
    "state",
    [{"data": "moons"}, {"batch": 4}, {"epochs": 101}, {"point": [0, 9]}, {"init_value": 0}],
)
def test_bad_state_is_refused(state: dict) -> None:
    with pytest.raises(StateError):
        TrainingExplorer(**state)
