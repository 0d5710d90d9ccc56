"""The explorable of a rare class: what the weight does, and what undoes it."""

import math

import pytest

from lib.activations import sigmoid
from lib.explorables import ImbalanceExplorer
from lib.imbalance import undo_focal, weightless_threshold
from lib.information import binary_entropy


@pytest.mark.parametrize("weight", [0.1, 1, 21.7, 100])
@pytest.mark.parametrize("at", [-4, 0.5, 4])
def test_subtracting_the_logarithm_of_the_weight_gives_the_truth(weight: float, at: float) -> None:
    explorer = ImbalanceExplorer(weight=weight, at=at)
    assert explorer.corrected == pytest.approx(explorer.truth, rel=1e-9)
    assert (explorer.said > explorer.truth) == (weight > 1) or weight == 1
    assert explorer.corrected_log_loss == pytest.approx(ImbalanceExplorer(weight=1).log_loss)


@pytest.mark.parametrize("gamma", [0.5, 2, 5])
@pytest.mark.parametrize("at", [-2, 0.5, 2])
def test_a_focus_is_undone_before_the_weight(gamma: float, at: float) -> None:
    explorer = ImbalanceExplorer(gamma=gamma, at=at)
    assert explorer.corrected == pytest.approx(explorer.truth, rel=0.05)
    assert abs(explorer.said - explorer.truth) > abs(explorer.corrected - explorer.truth)
    truth = ImbalanceExplorer(weight=1).log_loss
    assert truth <= explorer.corrected_log_loss == pytest.approx(truth, abs=1e-5)
    flat = ImbalanceExplorer(model="hand", slope=0, bias=0.7, weight=3, gamma=gamma)
    share = undo_focal(sigmoid(0.7), gamma=gamma)
    assert flat.corrected == pytest.approx(share / (share + 3 * (1 - share)))


@pytest.mark.parametrize("counts", [[956, 44], [900, 100], [1000, 10]])
def test_no_decision_at_the_balanced_weight_hangs_on_rounding(counts: list[int]) -> None:
    w = counts[0] / counts[1]
    seen = {
        (e.found, e.false_alarms)
        for weight in (w, float(f"{w:.3g}"))
        for t in (0.49, 0.5, 0.51)
        for e in [ImbalanceExplorer(counts=counts, weight=weight, threshold=t)]
    }
    assert len(seen) == 1


def test_a_threshold_stands_for_the_weight() -> None:
    weighed = ImbalanceExplorer(counts=[900, 100], weight=9)
    plain = ImbalanceExplorer(counts=[900, 100], weight=1, threshold=weightless_threshold(9))
    assert (plain.found, plain.false_alarms) == (weighed.found, weighed.false_alarms)
    assert ImbalanceExplorer(counts=[900, 100], weight=1).found < weighed.found


def test_the_weighted_loss_counts_both_classes_alike() -> None:
    nothing = ImbalanceExplorer(model="hand", slope=0, bias=0, weight=7)
    assert nothing.loss == pytest.approx(math.log(2))
    shares = ImbalanceExplorer(model="hand", slope=0, bias=-2, weight=1, counts=[900, 100])
    assert shares.log_loss == pytest.approx(shares.loss)
    assert shares.log_loss >= binary_entropy(0.1)


def test_all_are_called_rare_or_none() -> None:
    everything = ImbalanceExplorer(model="hand", slope=0, bias=3, counts=[100, 10])
    assert (everything.found, everything.false_alarms) == pytest.approx((10, 100))
    nothing = ImbalanceExplorer(model="hand", slope=0, bias=-3)
    assert (nothing.found, nothing.false_alarms) == (0, 0)


def test_the_words_say_what_is_on_screen() -> None:
    explorer = ImbalanceExplorer()
    assert f"it says {explorer.said:.3f}, undone {explorer.corrected:.3f}" in explorer.describe()
    constant = ImbalanceExplorer(view="constant", gamma=2, weight=1)
    assert f"costs least is {constant.constant:.3f}" in constant.describe()
    assert set(constant.values) == {"share", "constant", "error"}


@pytest.mark.parametrize("counts", [[10, 1000], [1000, 10], [500, 500]])
@pytest.mark.parametrize("weight", [0.1, 21.7, 100])
@pytest.mark.parametrize("gamma", [0, 2, 5])
def test_the_least_loss_is_on_the_map(counts: list[int], weight: float, gamma: float) -> None:
    trained = ImbalanceExplorer(counts=counts, weight=weight, gamma=gamma)
    slope, bias = trained.line
    by_hand = ImbalanceExplorer(
        counts=counts, weight=weight, gamma=gamma, model="hand", slope=slope, bias=bias
    )
    assert by_hand.loss == trained.loss
    axes = by_hand.figure().axes[0]
    assert axes.get_xlim()[0] <= bias <= axes.get_xlim()[1]
    assert axes.get_ylim()[0] <= slope <= axes.get_ylim()[1]
