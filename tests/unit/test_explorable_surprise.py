"""The surprise explorable: one event, a run of events, and heads in a row."""

import math

import pytest

from lib.explorables import StateError, SurpriseExplorer


@pytest.mark.parametrize(("p", "heads"), [(1, 0), (0.5, 1), (0.25, 2), (2.0**-20, 20)])
def test_heads_in_a_row_are_bits(p: float, heads: float) -> None:
    assert SurpriseExplorer(p=p).heads == heads
    assert SurpriseExplorer(p=p, unit="bits").self_information == heads


def test_the_units_are_one_curve() -> None:
    nats, bits, bans = (SurpriseExplorer(p=0.1, unit=u) for u in ("nats", "bits", "bans"))
    assert nats.self_information == pytest.approx(math.log(10))
    assert bits.self_information == pytest.approx(math.log2(10))
    assert bans.self_information == pytest.approx(1)


@pytest.mark.parametrize("unit", ["nats", "bits", "bans"])
def test_a_run_is_one_event_of_the_product(unit: str) -> None:
    run = SurpriseExplorer(p=0.9, times=20, unit=unit)
    whole = SurpriseExplorer(p=run.run_probability, unit=unit)
    assert run.total_information == pytest.approx(whole.self_information)
    assert run.total_information == pytest.approx(20 * run.self_information)


def test_twenty_near_certainties_beat_three_heads_and_nineteen_do_not() -> None:
    assert SurpriseExplorer(p=0.9, times=20).heads > 3
    assert SurpriseExplorer(p=0.9, times=19).heads < 3


def test_the_sum_outlives_the_product() -> None:
    run = SurpriseExplorer(p=1e-20, times=32)
    assert run.run_probability == 0
    assert run.total_information == pytest.approx(640 * math.log(10))


def test_the_impossible_is_infinite_and_drawn() -> None:
    never = SurpriseExplorer(p=0, times=5)
    assert never.self_information == math.inf
    assert never.heads == math.inf
    assert "infinite" in never.describe()
    assert "as much as 2.32 heads" in SurpriseExplorer(p=0.2).describe()
    assert len(never.figure().axes) == 2


@pytest.mark.parametrize(
    "bad", [{"p": 1.5}, {"p": -0.1}, {"p": math.nan}, {"times": 0}, {"times": 33}, {"times": 1.5},
            {"unit": "shannons"}, {"p": "half"}],
)  # fmt: skip
def test_bad_state_is_refused(bad: dict) -> None:
    with pytest.raises(StateError):
        SurpriseExplorer(**bad)
