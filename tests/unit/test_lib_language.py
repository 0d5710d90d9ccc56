"""Language models beside slow ones written by the formula, and what surprisals make."""

import math
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from lib.information import entropy
from lib.language import (
    LETTERS,
    NGramModel,
    arithmetic_decode,
    arithmetic_encode,
    bits_per_byte,
    bits_per_character,
    guessing_bounds,
    letter_guesses,
    perplexity_of,
)

ROOT = Path(__file__).parents[2]
OTHER = "\ufffd"
SMOOTHINGS = ["interpolated_kneser_ney", "add_one"]
every_smoothing = pytest.mark.parametrize("smoothing", SMOOTHINGS)


def prose(chapter: str, length: int) -> str:
    return (ROOT / "chapters" / f"{chapter}.md").read_text(encoding="utf-8")[:length]


class Slow:
    """The same models, by their formulas, from dictionaries of strings."""

    def __init__(self, order: int, smoothing: str, text: str) -> None:
        self.order, self.smoothing = order, smoothing
        self.alphabet = "".join(sorted(set(text) - {OTHER})) + OTHER
        self.counts: dict[int, dict[str, int]] = {
            n: Counter(text[i : i + n] for i in range(len(text) - n + 1))
            for n in range(1, order + 1)
        }
        if smoothing == "interpolated_kneser_ney":
            for n in range(1, order):
                before = defaultdict(set)
                for gram in self.counts[n + 1]:
                    before[gram[1:]].add(gram[0])
                self.counts[n] = {gram: len(before[gram]) for gram in self.counts[n]}

    def discount(self, n: int) -> float:
        once = sum(c == 1 for c in self.counts[n].values())
        twice = sum(c == 2 for c in self.counts[n].values())
        return once / (once + 2 * twice) if once * twice else 0.75

    def after(self, context: str) -> dict[str, int]:
        counts = self.counts[len(context) + 1]
        return {w: counts.get(context + w, 0) for w in self.alphabet}

    def probability(self, symbol: str, context: str) -> float:
        context = context[-(self.order - 1) :] if self.order > 1 else ""
        context = "".join(c if c in self.alphabet else OTHER for c in context)
        if self.smoothing == "add_one":
            after = self.after(context)
            return (after[symbol] + 1) / (sum(after.values()) + len(self.alphabet))
        return self.interpolated(symbol, context)

    def interpolated(self, symbol: str, context: str) -> float:
        below = self.interpolated(symbol, context[1:]) if context else 1 / len(self.alphabet)
        after = self.after(context)
        total = sum(after.values())
        if total == 0:
            return below
        d = self.discount(len(context) + 1)
        kinds = sum(c > 0 for c in after.values())
        return (max(after[symbol] - d, 0) + d * kinds * below) / total


texts = st.text("abcé\u4e16\U0001f600\ufffd", min_size=1, max_size=60)
contexts = st.text("abcéx\u4e16\U0001f600\ufffd", max_size=8)


# --- The model


@given(texts, contexts, st.integers(1, 6), st.sampled_from(SMOOTHINGS))
def test_every_probability_is_the_formula_s(text, context, order, smoothing):
    model = NGramModel(order, smoothing=smoothing).fit(text)
    slow = Slow(order, smoothing, text)
    assert model.alphabet == slow.alphabet
    ours = model.next_probs(context)
    assert_allclose(ours, [slow.probability(w, context) for w in slow.alphabet], rtol=1e-12)


@every_smoothing
@pytest.mark.parametrize("order", [1, 2, 3, 5, 9])
def test_prose_costs_what_the_formula_says(order, smoothing):
    learnt, unseen = prose("entropy", 5_000), prose("kl_divergence", 400) + "\u4e16 été"
    model, slow = NGramModel(order, smoothing=smoothing).fit(learnt), Slow(order, smoothing, learnt)
    if smoothing != "add_one":
        assert all(0 < slow.discount(n) < 1 and slow.discount(n) != 0.75 for n in range(2, order))
    expected = [
        -math.log(slow.probability(w if w in slow.alphabet else OTHER, unseen[:i]))
        for i, w in enumerate(unseen)
    ]
    assert_allclose(model.surprisals(unseen), expected, rtol=1e-12)


@given(texts, contexts, st.integers(1, 9), st.sampled_from(SMOOTHINGS))
def test_probabilities_sum_to_1_after_any_context(text, context, order, smoothing):
    probs = NGramModel(order, smoothing=smoothing).fit(text).next_probs(context)
    assert abs(math.fsum(probs) - 1) <= 1e-12
    assert probs.min() > 0


@every_smoothing
def test_probabilities_sum_to_1_after_long_training(smoothing):
    text = prose("entropy", 20_000)
    model = NGramModel(9, smoothing=smoothing).fit(text)
    for context in (
        "",
        "e",
        text[:8],
        text[-8:],
        text[100:108],
        "\u4e16" * 8,
        "zqxzqxzq",
        "th\u4e16",
    ):
        assert abs(math.fsum(model.next_probs(context)) - 1) <= 1e-12


@given(texts, contexts, st.integers(1, 6), st.sampled_from(SMOOTHINGS))
def test_a_surprisal_is_that_of_the_next_character(learnt, text, order, smoothing):
    model = NGramModel(order, smoothing=smoothing).fit(learnt)
    surprisals = model.surprisals(text)
    assert surprisals.shape == (len(text),)
    for i, w in enumerate(text):
        place = model.alphabet.find(w if w in model.alphabet else OTHER)
        assert surprisals[i] == -np.log(model.next_probs(text[:i])[place])


def test_kneser_ney_by_hand():
    """Of aab: each bigram once, a and b after one character each, so that all discounts are 3/4."""
    model = NGramModel(2).fit("aab")
    assert_array_equal(model.next_probs(""), [0.375, 0.375, 0.25])
    assert_array_equal(model.next_probs("a"), [0.40625, 0.40625, 0.1875])
    assert_array_equal(model.next_probs("b"), model.next_probs(""))


def test_a_frequent_character_of_one_context_is_unlikely_elsewhere():
    """Why Kneser and Ney count what stands before: the u, always after q, is no likely start."""
    text = "qu" * 30 + "xaybzaxbyazb" * 3
    assert text.count("u") > text.count("a")
    model = NGramModel(2).fit(text)
    u, a = (model.next_probs("")[model.alphabet.index(c)] for c in "ua")
    assert u < a


def test_add_one_by_hand():
    model = NGramModel(2, smoothing="add_one").fit("abac")
    assert_array_equal(model.next_probs(""), [3 / 8, 2 / 8, 2 / 8, 1 / 8])
    assert_array_equal(model.next_probs("a"), [1 / 6, 2 / 6, 2 / 6, 1 / 6])
    assert_array_equal(model.next_probs("c"), [1 / 4] * 4)


@every_smoothing
def test_the_first_characters_have_the_shorter_context_there_is(smoothing):
    text = prose("entropy", 3_000)
    model = NGramModel(5, smoothing=smoothing).fit(text)
    for n in range(5):
        begun, seen = model.surprisals(text[100 : 100 + n + 1]), model.surprisals(text)
        for i in range(n + 1):
            place = model.alphabet.index(text[100 + i])
            assert begun[i] == -np.log(model.next_probs(text[100 : 100 + i])[place])
        assert begun[0] != seen[100]


@every_smoothing
def test_no_more_than_the_order_is_seen(smoothing):
    text = prose("entropy", 3_000)
    model = NGramModel(4, smoothing=smoothing).fit(text)
    assert_array_equal(model.next_probs("xyz the"), model.next_probs("the"))
    assert np.any(model.next_probs("xthe") != model.next_probs("xxhe"))
    assert_array_equal(
        NGramModel(1, smoothing=smoothing).fit(text).next_probs("the"),
        NGramModel(1, smoothing=smoothing).fit(text).next_probs(""),
    )


def test_a_better_model_is_less_surprised():
    learnt, unseen = prose("entropy", 30_000), prose("kl_divergence", 10_000)
    bits = [bits_per_character(NGramModel(n).fit(learnt).surprisals(unseen)) for n in (1, 2, 3, 5)]
    assert bits == sorted(bits, reverse=True)
    adding = NGramModel(5, smoothing="add_one").fit(learnt)
    assert bits_per_character(adding.surprisals(unseen)) > bits[-1] + 1


@every_smoothing
def test_characters_that_were_not_seen_share_a_symbol(smoothing):
    model = NGramModel(2, smoothing=smoothing).fit("abab")
    assert model.alphabet == "ab" + OTHER
    assert_array_equal(model.surprisals("a\u4e16"), model.surprisals("a\U0001f600"))
    assert_array_equal(model.next_probs("\u4e16"), model.next_probs(OTHER))
    # One that was seen is the same symbol.
    assert NGramModel(2, smoothing=smoothing).fit("ab" + OTHER).alphabet == "ab" + OTHER
    assert NGramModel(2, smoothing=smoothing).fit(OTHER).alphabet == OTHER
    assert_array_equal(NGramModel(2, smoothing=smoothing).fit(OTHER).next_probs("a"), [1.0])


def test_large_alphabets_and_half_characters():
    text = "".join(map(chr, range(0x4E00, 0x9000))) + "\ud800\U0010ffff"
    model = NGramModel(9).fit(text)
    assert len(model.alphabet) == len(text) + 1
    assert abs(math.fsum(model.next_probs(text[:8])) - 1) <= 1e-12
    assert np.all(np.isfinite(model.surprisals(text)))


def test_a_model_is_fitted_anew():
    model = NGramModel(3)
    assert model.alphabet == ""
    assert model.fit("abc") is model
    again = model.fit("xyz" * 9).next_probs("x")
    assert model.alphabet == "xyz" + OTHER
    assert_array_equal(again, NGramModel(3).fit("xyz" * 9).next_probs("x"))


@every_smoothing
def test_texts_shorter_than_the_order(smoothing):
    model = NGramModel(9, smoothing=smoothing).fit("ab")
    assert_allclose(model.next_probs("ab" * 9).sum(), 1, rtol=1e-14)
    assert model.surprisals("").shape == (0,)


# --- What surprisals make


def test_perplexity_is_of_all_symbols_together():
    texts = [[1.0, 1.0, 1.0], [3.0]]
    assert perplexity_of([1.0, 1.0, 1.0, 3.0]) == pytest.approx(4.4817, abs=5e-5)
    assert perplexity_of([np.mean(t) for t in texts]) == pytest.approx(7.3891, abs=5e-5)
    assert np.mean([perplexity_of(t) for t in texts]) == pytest.approx(11.4019, abs=5e-5)


@given(st.lists(st.floats(0, 30), min_size=1))
def test_perplexity_is_two_to_the_bits(surprisals):
    assert perplexity_of(surprisals) == pytest.approx(2 ** bits_per_character(surprisals))
    assert perplexity_of(surprisals) == pytest.approx(math.exp(sum(surprisals) / len(surprisals)))


def test_what_knows_nothing_has_the_perplexity_of_its_alphabet():
    model = NGramModel(3, smoothing="add_one").fit("abcdefg")
    assert perplexity_of(model.surprisals("\u4e16" * 50)[3:]) == pytest.approx(8)


def test_impossible_symbols_cost_everything():
    for mean in (perplexity_of, bits_per_character, lambda s: bits_per_byte(s, "ab")):
        assert mean([0.0, np.inf]) == np.inf


@pytest.mark.parametrize(
    ("text", "size"), [("plain", 5), ("naïve", 6), ("世界", 6), ("\U0001f600", 4), ("\ud800", 3)]
)
def test_bytes_are_those_of_utf_8(text, size):
    surprisals = np.arange(1.0, len(text) + 1)
    bits = surprisals.sum() / np.log(2)
    assert bits_per_byte(surprisals, text) == pytest.approx(bits / size)
    assert bits_per_character(surprisals) == pytest.approx(bits / len(text))
    # Tokens of several characters have the same bytes.
    assert bits_per_byte([surprisals.sum()], text) == pytest.approx(bits / size)


# --- The guessing game


@pytest.mark.parametrize(
    ("ranks", "lower", "upper"),
    [
        ([1, 1, 1], 0, 0),
        ([1, 2], 1, 1),
        ([*range(1, 28)], np.log2(27), np.log2(27)),
        ([1, 1, 1, 2], 0.5, entropy([0.75, 0.25], base=2)),
        # 2 (4/8 − 1/8) log 2 ... of shares 4, 2, 1, 1: Σ i (qᵢ − qᵢ₊₁) log₂ i.
        ([1] * 4 + [2] * 2 + [3, 4], 2 / 8 + 0 + 4 / 8 * 2, 1.75),
        ([[1, 1], [3, 1]], 0.5, entropy([0.75, 0.25], base=2)),
        (np.array([7, 7], dtype=np.uint8), 0, 0),
    ],
)
def test_bounds_of_known_ranks(ranks, lower, upper):
    assert_allclose(guessing_bounds(ranks), [lower, upper], rtol=1e-15, atol=1e-15)


@given(st.lists(st.lists(st.integers(0, 9), min_size=2, max_size=5).filter(any), min_size=1))
def test_the_bounds_of_an_ideal_guesser_hold_the_entropy(contexts):
    """Contexts of known counts: an ideal guesser names their characters from the most frequent."""
    ranks = [i + 1 for row in contexts for i, c in enumerate(sorted(row)[::-1]) for _ in range(c)]
    total = sum(map(sum, contexts))
    true = sum(sum(row) / total * entropy(np.array(row) / sum(row), base=2) for row in contexts)
    lower, upper = guessing_bounds(ranks)
    assert lower <= true + 1e-12
    assert true <= upper + 1e-12


@given(st.lists(st.integers(1, 30), min_size=1, max_size=50), st.none() | st.integers(1, 30))
def test_the_bounds_are_in_order_for_any_guesser(ranks, shown):
    lower, upper = guessing_bounds(ranks, shown=shown)
    assert type(lower) is type(upper) is float
    assert 0 <= lower <= upper + 1e-12


def test_a_letter_that_was_shown_is_charged_as_a_letter():
    # Whoever is shown all of them knows nothing but the alphabet.
    assert_allclose(guessing_bounds([27] * 30, shown=27), [0, np.log2(27)], rtol=1e-15)
    assert guessing_bounds([27] * 30) == (0, 0)
    # Half of them: which half, 1 bit a letter, and the letters themselves.
    half = guessing_bounds([27, 1] * 10, shown=27)
    assert_allclose(half, [0, 1 + np.log2(27) / 2], rtol=1e-15)
    # 1, 1, 2, 3 are 4 letters of 6, whose part of the lower bound is what it is alone.
    assert_allclose(
        guessing_bounds([1, 9, 1, 2, 9, 3], shown=9)[0],
        4 / 6 * guessing_bounds([1, 1, 2, 3])[0],
        rtol=1e-15,
    )
    assert guessing_bounds([1, 2, 2], shown=27) == guessing_bounds([1, 2, 2])


def test_the_lower_bound_is_shannon_s_formula_where_shares_fall():
    counts = [80, 7, 5, 4, 2, 1, 1]
    q = [c / 100 for c in counts] + [0]
    formula = sum((i + 1) * (q[i] - q[i + 1]) * math.log2(i + 1) for i in range(7))
    ranks = [rank for rank, c in enumerate(counts, start=1) for _ in range(c)]
    assert guessing_bounds(ranks)[0] == pytest.approx(formula)


class Fixed:
    """A model that expects the same after any context, and keeps what contexts it was asked of."""

    def __init__(self, weights):
        self.alphabet = "".join(weights)
        self.probs = np.array(list(weights.values())) / sum(weights.values())
        self.asked = []

    def next_probs(self, context):
        self.asked.append(context)
        return self.probs


def test_a_model_guesses_the_likeliest_first_whatever_the_case():
    weights = {letter: 1.0 for letter in LETTERS} | {"T": 5.0, "e": 4.0, "7": 50.0, "X": 3.0}
    model = Fixed(weights)
    surprisals, guesses = letter_guesses(model, "Text a", before="\n")
    # t: 5 + 1; then e and x, equal at 4, in alphabetical order; a before b, and the blank last.
    assert_array_equal(guesses, [1, 2, 3, 1, 27, 4])
    shares = np.array([6, 4, 4, 6, 1, 1]) / (27 + 5 + 3 + 3)
    assert_allclose(surprisals, -np.log(shares), rtol=1e-14)
    assert model.asked == ["\n", "\nT", "\nTe", "\nTex", "\nText", "\nText "]


def test_the_game_of_a_model_is_played_on_any_alphabet():
    every = NGramModel(4).fit(prose("entropy", 20_000) + LETTERS)
    text = "The entropy of a fair coin"
    surprisals, guesses = letter_guesses(every, text)
    # Among 27 letters in either case every letter is likelier than in the whole alphabet.
    assert np.all(surprisals < every.surprisals(text))
    lower, upper = guessing_bounds(guesses)
    assert lower <= upper < bits_per_character(surprisals) + 1
    nothing = letter_guesses(every, "")
    assert [part.shape for part in nothing] == [(0,), (0,)]


@pytest.mark.parametrize(
    ("model", "text", "wrong"),
    [
        (Fixed(dict.fromkeys(LETTERS, 1.0)), "it's", "letters and blanks"),
        (Fixed(dict.fromkeys(LETTERS, 1.0)), "é", "letters and blanks"),
        (Fixed(dict.fromkeys("abc", 1.0)), "abc", "all 27 letters"),
    ],
)
def test_the_game_says_what_it_cannot_play(model, text, wrong):
    with pytest.raises(ValueError, match=wrong):
        letter_guesses(model, text)


# --- The arithmetic coder


def cost(text, model):
    """Return the size of a code that would be no longer than the cross-entropy, in bytes."""
    return model.surprisals(text).sum() / np.log(2) / 8


@given(texts, st.data(), st.integers(1, 5), st.sampled_from(SMOOTHINGS))
@settings(deadline=None)
def test_what_is_encoded_is_decoded(learnt, data, order, smoothing):
    model = NGramModel(order, smoothing=smoothing).fit(learnt)
    text = data.draw(st.text(model.alphabet, max_size=40))
    code = arithmetic_encode(text, model)
    assert arithmetic_decode(code, model, len(text)) == text
    assert cost(text, model) * 0.999 - 1 <= len(code) <= cost(text, model) * 1.001 + 4


@every_smoothing
def test_the_code_is_as_long_as_the_cross_entropy(smoothing):
    text = prose("kl_divergence", 6_000)
    model = NGramModel(4, smoothing=smoothing).fit(prose("entropy", 20_000) + text[:100])
    text = "".join(c for c in text if c in model.alphabet)
    code = arithmetic_encode(text, model)
    assert abs(len(code) - cost(text, model)) <= 0.001 * cost(text, model) + 2
    assert arithmetic_decode(code, model, len(text)) == text


class Given:
    """A model that always says the same."""

    def __init__(self, alphabet, probs):
        self.alphabet, self.probs = alphabet, np.array(probs)

    def next_probs(self, context):
        return self.probs


@pytest.mark.parametrize(
    "probs",
    [
        [1.0, 0.0, 0.0],
        [1 - 1e-12, 1e-12, 0.0],
        [1e-15, 1 - 1e-6, 1e-6],
        [1 / 3, 1 / 3, 1 / 3],
        [5e-324, 1.0, 5e-324],
        [0.1 + 9e-7, 0.2, 0.7],
    ],
)
@pytest.mark.parametrize("text", ["", "a" * 3_000, "abc" * 40, "c" * 50 + "b" * 50, "b" * 3_000])
def test_the_coder_with_the_surest_models(probs, text):
    model = Given("abc", probs)
    code = arithmetic_encode(text, model)
    assert arithmetic_decode(code, model, len(text)) == text
    shares = np.maximum(probs, 2.0**-48)
    bits = -np.log2(shares[["abc".index(c) for c in text]]).sum()
    assert len(code) <= bits / 8 * 1.001 + 4


def test_a_certain_text_needs_no_byte():
    model = Given("ab", [1.0, 0.0])
    assert arithmetic_encode("", model) == b""
    assert len(arithmetic_encode("a" * 10_000, model)) <= 1
    assert arithmetic_decode(bytearray(), model, 5) == "aaaaa"


def test_a_wrong_code_gives_another_text():
    model = NGramModel(3).fit(prose("entropy", 3_000))
    for data in (b"", b"\xff" * 40, b"\x00" * 40, bytes(range(200))):
        assert len(arithmetic_decode(data, model, 60)) == 60


# --- What is refused

FITTED = NGramModel(2).fit("abab")


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: NGramModel(0), ValueError, "order must be >= 1, got 0"),
        (lambda: NGramModel(2.0), TypeError, "order must be an integer, got 2.0"),
        (lambda: NGramModel(2, smoothing="laplace"), ValueError, "smoothing must be 'interpolated"),
        (lambda: NGramModel(2).fit(""), ValueError, "text must have at least one character"),
        (lambda: NGramModel(2).fit(b"ab"), TypeError, "text must be a string, got bytes"),
        (lambda: NGramModel(2).fit(["a"]), TypeError, "text must be a string, got list"),
        (lambda: NGramModel(2).surprisals("a"), ValueError, "the model must be fitted"),
        (lambda: NGramModel(2).next_probs("a"), ValueError, "the model must be fitted"),
        (lambda: FITTED.surprisals(None), TypeError, "text must be a string, got NoneType"),
        (lambda: FITTED.next_probs(3), TypeError, "context must be a string, got int"),
        (lambda: perplexity_of([]), ValueError, "surprisals must hold at least one number"),
        (lambda: perplexity_of([1, -1]), ValueError, "surprisals must be at least 0.*got -1.0 at"),
        (lambda: perplexity_of([np.nan]), ValueError, "surprisals must not contain NaN"),
        (lambda: perplexity_of("abc"), TypeError, "surprisals must hold real numbers"),
        (lambda: bits_per_character([-2.0]), ValueError, "surprisals must be at least 0"),
        (lambda: bits_per_byte([1.0], ""), ValueError, "text must have at least one character"),
        (lambda: bits_per_byte([1.0], b"a"), TypeError, "text must be a string, got bytes"),
        (lambda: bits_per_byte([], "a"), ValueError, "surprisals must hold at least one number"),
        (lambda: guessing_bounds([]), ValueError, "ranks must hold at least one rank, got none"),
        (lambda: guessing_bounds([1, 0]), ValueError, "ranks must be at least 1.*got 0 at index 1"),
        (lambda: guessing_bounds([1.0]), TypeError, "ranks must be integers, got dtype float64"),
        (lambda: guessing_bounds([True]), TypeError, "ranks must be integers, got dtype bool"),
        (
            lambda: arithmetic_encode("abc", FITTED),
            ValueError,
            "text must consist of characters of the model's alphabet, got 'c' at index 2",
        ),
        (lambda: arithmetic_encode(b"a", FITTED), TypeError, "text must be a string, got bytes"),
        (lambda: arithmetic_decode("a", FITTED, 1), TypeError, "data must be bytes, got str"),
        (lambda: arithmetic_decode(b"a", FITTED, -1), ValueError, "length must be >= 0, got -1"),
        (lambda: arithmetic_decode(b"a", FITTED, 1.0), TypeError, "length must be an integer"),
        (
            lambda: arithmetic_encode("a", Given("ab", [0.5, 0.6])),
            ValueError,
            r"next_probs\(context\) must sum to 1",
        ),
        (
            lambda: arithmetic_decode(b"", Given("ab", [0.5, 0.5, 0.0]), 1),
            ValueError,
            r"alphabet's 2 symbols, got shape \(3,\)",
        ),
    ],
)
def test_bad_input(call, error, message):
    with pytest.raises(error, match=message):
        call()
