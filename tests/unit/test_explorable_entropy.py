"""The entropy explorable: the box of balls, its code and its budget."""

import math

import pytest

from lib.explorables import EntropyExplorer, StateError


def test_the_box_of_ten_balls() -> None:
    assert EntropyExplorer().entropy == pytest.approx(1.0297, abs=5e-5)
    assert EntropyExplorer(unit="bits").entropy == pytest.approx(1.4855, abs=5e-5)


def test_the_even_box_is_worth_three_outcomes() -> None:
    even = EntropyExplorer(p=[1 / 3, 1 / 3, 1 / 3])
    assert even.entropy == pytest.approx(math.log(3))
    assert even.perplexity == pytest.approx(3)


def test_black_or_not_is_the_first_of_two_questions() -> None:
    box = EntropyExplorer()
    rest = EntropyExplorer(p=[0, 0.6, 0.4])
    assert box.entropy == pytest.approx(box.binary_entropy + 0.5 * rest.entropy)


def test_a_certain_colour_has_no_entropy() -> None:
    certain = EntropyExplorer(p=[0, 1, 0])
    assert certain.entropy == 0
    assert certain.binary_entropy == 0
    assert certain.perplexity == 1


@pytest.mark.parametrize("a", range(1, 7))
@pytest.mark.parametrize("b", range(1, 7))
@pytest.mark.parametrize("c", range(1, 7))
def test_no_code_within_the_budget_beats_the_entropy(a: int, b: int, c: int) -> None:
    code = EntropyExplorer(lengths=[a, b, c])
    if code.kraft_sum <= 1:
        assert code.average_length > code.entropy_in_bits


def test_the_challenge_has_an_exact_answer() -> None:
    code = EntropyExplorer(p=[0.5, 0.25, 0.25], lengths=[1, 2, 2])
    assert code.average_length == code.entropy_in_bits == 1.5
    assert code.kraft_sum == 1


@pytest.mark.parametrize("view", ["tiles", "code", "binary", "triangle", "surface"])
def test_every_view_has_its_drawing(view: str) -> None:
    explorer = EntropyExplorer(p=[1, 0, 0], lengths=[1, 1, 1], view=view)
    assert len(explorer.figure().axes) == 2


@pytest.mark.parametrize(
    "bad", [{"p": [0.5, 0.5]}, {"p": [0.5, 0.6, -0.1]}, {"p": [0.5, 0.3, 0.3]},
            {"lengths": [1, 2]}, {"lengths": [0, 2, 2]}, {"lengths": [1.5, 2, 2]},
            {"lengths": [1, 2, 7]}, {"view": "pie"}],
)  # fmt: skip
def test_bad_state_is_refused(bad: dict) -> None:
    with pytest.raises(StateError):
        EntropyExplorer(**bad)
