"""What is particular to the explorable on the KL divergence."""

import math

import pytest

from lib.explorables import KLExplorer, StateError
from tests.page_side import page_answers
from tests.parity.test_parity import agree


def test_the_picture_of_a_cat() -> None:
    explorer = KLExplorer(p=[1, 0, 0], q=[0.7, 0.2, 0.1])
    assert explorer.kl_divergence == pytest.approx(0.3567, abs=5e-5)
    assert explorer.reverse_kl_divergence == math.inf


def test_one_zero_in_q_makes_one_direction_infinite() -> None:
    explorer = KLExplorer(p=[0.6, 0.3, 0.1], q=[0.6, 0.4, 0.0])
    assert explorer.kl_divergence == math.inf
    assert explorer.reverse_kl_divergence < 0.2


def test_units_are_the_same_divergence() -> None:
    nats, bits, bans = (KLExplorer(unit=unit) for unit in ("nats", "bits", "bans"))
    for key in KLExplorer.quantities:
        assert getattr(bits, key) == pytest.approx(getattr(nats, key) / math.log(2))
        assert getattr(bans, key) == pytest.approx(getattr(nats, key) / math.log(10))


@pytest.mark.parametrize("p", [[0.5, 0.5], [0.5, 0.5, 0.1], [1.5, -0.5, 0], "abc"])
def test_what_is_no_distribution_is_refused(p: object) -> None:
    with pytest.raises(StateError, match="p"):
        KLExplorer(p=p)


@pytest.mark.parametrize(
    ("p", "q", "solved"),
    [
        ([0.6, 0.3, 0.1], [0.1, 0.3, 0.6], True),  # two classes trade places
        ([0.6, 0.3, 0.1], [0.4, 0.45, 0.15], True),  # no class trades places
        ([0.6, 0.3, 0.1], [0.34, 0.46, 0.2], False),  # nearly equal
        ([0.6, 0.3, 0.1], [0.6, 0.3, 0.1], False),  # equal, but not different
        ([0.6, 0.3, 0.1], [0.55, 0.33, 0.12], False),  # too near to count
        ([0.5, 0.5, 0.0], [0.5, 0.0, 0.5], False),  # both infinite: no number to compare
    ],
)
def test_what_counts_as_solved(p: list[float], q: list[float], solved: bool) -> None:
    assert page_answers([KLExplorer(p=p, q=q)])[0]["solved"] is solved


def test_distributions_within_the_tolerance_of_a_sum_of_one_agree() -> None:
    explorer = KLExplorer(p=[0.5, 0.3, 0.2 - 9e-7], q=[0.5, 0.3, 0.2])
    answer = page_answers([explorer])[0]["values"]
    assert explorer.kl_divergence == 0
    for key, ours in explorer.values.items():
        assert agree(float(answer[key]), ours)
