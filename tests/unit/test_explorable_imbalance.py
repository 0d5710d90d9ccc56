"""The explorable of a rare class: what the weight does, and what undoes it."""

import math

import pytest

from lib.explorables import ImbalanceExplorer
from lib.imbalance import weightless_threshold
from lib.information import binary_entropy


@pytest.mark.parametrize("weight", [0.1, 1, 21.7, 100])
@pytest.mark.parametrize("at", [-4, 0.5, 4])
def test_subtracting_the_logarithm_of_the_weight_gives_the_truth(weight: float, at: float) -> None:
    explorer = ImbalanceExplorer(weight=weight, at=at)
    assert explorer.corrected == pytest.approx(explorer.truth, rel=1e-9)
    assert (explorer.said > explorer.truth) == (weight > 1) or weight == 1
    assert explorer.corrected_log_loss == pytest.approx(ImbalanceExplorer(weight=1).log_loss)


def test_a_focus_is_not_undone_by_it() -> None:
    explorer = ImbalanceExplorer(gamma=2)
    assert abs(explorer.corrected - explorer.truth) > 0.02
    assert explorer.corrected_log_loss > ImbalanceExplorer().corrected_log_loss + 0.01


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
    assert f"it says {explorer.said:.3f}, less ln w {explorer.corrected:.3f}" in explorer.describe()
    constant = ImbalanceExplorer(view="constant", gamma=2, weight=1)
    assert f"costs least is {constant.constant:.3f}" in constant.describe()
    assert set(constant.values) == {"share", "constant", "error"}
