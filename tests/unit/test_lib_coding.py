"""Codes: the Kraft budget, prefix codes, and how near to the entropy they come."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.coding import expected_length, huffman_lengths, kraft_sum, prefix_code, shannon_lengths
from lib.information import entropy

code_lengths = st.lists(st.integers(1, 12), min_size=1, max_size=12)
weights = st.lists(st.integers(1, 10**6), min_size=2, max_size=12)


def is_prefix_free(words: list[str]) -> bool:
    return not any(
        i != j and b.startswith(a) for i, a in enumerate(words) for j, b in enumerate(words)
    )


def test_the_box_of_ten_balls() -> None:
    p = [0.5, 0.3, 0.2]
    assert huffman_lengths(p).tolist() == [1, 2, 2]
    assert expected_length(p, huffman_lengths(p)) == pytest.approx(1.5)
    assert prefix_code([1, 2, 2]) == ["0", "10", "11"]


def test_kraft_of_batches_and_other_alphabets() -> None:
    assert kraft_sum([[1, 1], [2, 2]]).tolist() == [1.0, 0.5]
    assert kraft_sum([1, 1, 1], base=3) == pytest.approx(1)


@given(code_lengths)
def test_a_prefix_code_exists_exactly_within_the_budget(lengths: list[int]) -> None:
    if kraft_sum(lengths) <= 1:
        words = prefix_code(lengths)
        assert [len(word) for word in words] == lengths
        assert is_prefix_free(words)
    else:
        with pytest.raises(ValueError, match="Kraft sum"):
            prefix_code(lengths)


@given(weights)
def test_huffman_is_within_a_bit_and_no_worse_than_shannon(counts: list[int]) -> None:
    p = np.array(counts) / sum(counts)
    bound = entropy(p, base=2)
    huffman, shannon = huffman_lengths(p), shannon_lengths(p)
    assert kraft_sum(huffman) == 1
    assert kraft_sum(shannon) <= 1
    best = expected_length(p, huffman)
    assert bound - 1e-12 <= best < bound + 1
    assert best <= expected_length(p, shannon) + 1e-12
    assert expected_length(p, shannon) < bound + 1


@given(weights, st.data())
def test_no_code_within_the_budget_beats_the_entropy(
    counts: list[int], data: st.DataObject
) -> None:
    p = np.array(counts) / sum(counts)
    lengths = data.draw(st.lists(st.integers(1, 20), min_size=p.size, max_size=p.size))
    if kraft_sum(lengths) <= 1:
        assert expected_length(p, lengths) >= entropy(p, base=2) - 1e-12


def test_very_long_codewords_are_exact() -> None:
    assert prefix_code([*range(1, 80), 79])[-1] == "1" * 79


@pytest.mark.parametrize("bad", [[0, 1], [1.5, 1], [np.nan, 1], [np.inf, 1], [], 3])
def test_bad_lengths_are_refused(bad: object) -> None:
    with pytest.raises(ValueError, match="lengths"):
        kraft_sum(bad)


@np.errstate(all="raise")
def test_the_share_of_a_very_long_codeword_rounds_to_0() -> None:
    assert kraft_sum([5000]) == 0


def test_bad_distributions_are_refused() -> None:
    with pytest.raises(ValueError, match="sum to 1"):
        expected_length([0.5, 0.6], [1, 1])
    with pytest.raises(ValueError, match=r"shapes \(3,\) and \(2,\)"):
        expected_length([0.5, 0.5], [1, 2, 2])
    with pytest.raises(ValueError, match=r"broadcasts with p, got shapes \(2, 2\) and \(3, 2\)"):
        expected_length(np.full((3, 2), 0.5), np.ones((2, 2)))
    with pytest.raises(ValueError, match="above 0"):
        shannon_lengths([1.0, 0.0])
    with pytest.raises(ValueError, match="one-dimensional"):
        huffman_lengths([[0.5, 0.5]])
