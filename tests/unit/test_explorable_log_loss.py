"""The log-loss explorable: what its three views compute."""

import math

import numpy as np
import pytest

from lib.explorables import LogLossExplorer, StateError


def test_three_events_and_their_opposites() -> None:
    good = LogLossExplorer(labels=[1, 1, 0], probs=[0.8, 0.7, 0.1])
    assert good.likelihood == pytest.approx(0.8 * 0.7 * 0.9)
    assert good.total_loss == pytest.approx(0.6852, abs=5e-5)
    assert good.mean_loss == pytest.approx(0.2284, abs=5e-5)
    bad = LogLossExplorer(labels=[0, 0, 1], probs=[0.8, 0.7, 0.1])
    assert bad.total_loss == pytest.approx(5.1160, abs=5e-5)
    assert bad.mean_loss == pytest.approx(1.7053, abs=5e-5)


@pytest.mark.parametrize("view", ["events", "coin", "product"])
def test_the_four_numbers_are_one_chain(view: str) -> None:
    explorer = LogLossExplorer(view=view, theta=0.6, repeats=2)
    assert math.log(explorer.likelihood) == pytest.approx(explorer.log_likelihood)
    assert explorer.total_loss == -explorer.log_likelihood
    assert explorer.mean_loss == pytest.approx(explorer.total_loss / len(explorer.outcomes))


@pytest.mark.parametrize(
    ("precision", "last"), [("float64", 107), ("float32", 14)], ids=["float64", "float32"]
)
def test_the_product_underflows_and_the_sum_does_not(precision: str, last: int) -> None:
    fair = {"view": "coin", "theta": 0.5, "precision": precision}
    assert LogLossExplorer(**fair, repeats=last).likelihood > 0
    lost = LogLossExplorer(**fair, repeats=last + 1)
    assert lost.likelihood == 0
    assert lost.total_loss == pytest.approx(10 * (last + 1) * math.log(2))


def test_the_mean_loss_does_not_depend_on_the_size_of_the_data() -> None:
    losses = [LogLossExplorer(view="coin", repeats=r).mean_loss for r in (1, 20, 200)]
    assert losses == pytest.approx([math.log(2)] * 3)


@pytest.mark.parametrize("heads", range(11))
def test_the_optimum_is_the_share_of_heads(heads: int) -> None:
    grid = [k / 100 for k in range(101)]
    coins = [LogLossExplorer(view="coin", heads=heads, theta=theta) for theta in grid]
    assert grid[np.argmin([coin.mean_loss for coin in coins])] == heads / 10
    assert grid[np.argmax([coin.likelihood for coin in coins])] == heads / 10


def test_a_certain_mistake_is_infinite_and_shown_as_such() -> None:
    sure = LogLossExplorer(labels=[1, 1, 0], probs=[0.0, 0.7, 0.1])
    assert sure.likelihood == 0
    assert sure.mean_loss == math.inf
    assert sure.log_likelihood == -math.inf
    assert "inf" in sure.describe()
    assert sure.mount_html().startswith("<figure")


@pytest.mark.parametrize("view", ["events", "coin", "product"])
@pytest.mark.parametrize("theta", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("repeats", [1, 200])
def test_every_view_has_a_figure(view: str, theta: float, repeats: int) -> None:
    figure = LogLossExplorer(view=view, theta=theta, repeats=repeats).figure()
    figure.canvas.draw()
    assert all(ax.has_data() for ax in figure.axes)


@pytest.mark.parametrize(
    "state",
    [
        {"labels": [1, 1]},
        {"labels": [1, 2, 0]},
        {"labels": [1, 0.5, 0]},
        {"probs": [0.8, 0.7, 1.1]},
        {"probs": [0.8, 0.7, float("nan")]},
        {"theta": -0.1},
        {"heads": 7.5},
        {"repeats": 0},
        {"precision": "float16"},
        {"view": "everything"},
    ],
)
def test_bad_state_is_refused(state: dict) -> None:
    with pytest.raises(StateError, match=next(iter(state))):
        LogLossExplorer(**state)
