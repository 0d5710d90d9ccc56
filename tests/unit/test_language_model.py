"""The book's character model: its files, its network beside PyTorch's, and how it was made."""

import gzip
import hashlib
import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from benchmarks.language_model import network, packing, pairs, sources
from benchmarks.language_model.measure import by_line
from lib.language import (
    EVERYDAY,
    OTHER,
    TABLES,
    TRAINED,
    CharacterModel,
    NGramModel,
    arithmetic_decode,
    arithmetic_encode,
    bits_per_character,
    guessing_bounds,
)

ABOUT = json.loads(TRAINED.read_text(encoding="utf-8"))
ROWS = {row["model"]: row for row in ABOUT["table"]}
LINES = EVERYDAY.splitlines()


@pytest.fixture(scope="module")
def model():
    return CharacterModel.load()


# --- The files


def test_the_weights_are_those_that_were_trained(model, tmp_path, monkeypatch):
    data = TRAINED.with_suffix(".bin").read_bytes()
    assert hashlib.sha256(data).hexdigest() == ABOUT["sha256"]
    assert len(gzip.compress(data, 9)) <= 300_000
    assert model.alphabet == ABOUT["alphabet"]
    assert model.alphabet[-1] == OTHER
    assert ABOUT["sha256"] in model.card["Weights"]
    other = tmp_path / "model.json"
    other.write_bytes(TRAINED.read_bytes())
    other.with_suffix(".bin").write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    monkeypatch.setattr("lib.language.TRAINED", other)
    with pytest.raises(ValueError, match=r"the numbers beside model\.json must be those"):
        CharacterModel.load()


def test_our_sentences_cost_what_was_measured(model):
    """Computed again from the committed weights: NumPy's order of adding is all that may differ."""
    costs = model.surprisals("\n" + EVERYDAY)[1:]
    for line, nats in zip(by_line(costs, EVERYDAY), ABOUT["everyday_lines"], strict=True):
        assert line.sum() == pytest.approx(nats, abs=1e-9)
    assert bits_per_character(costs) == pytest.approx(ROWS["network"]["everyday"], abs=1e-9)


def test_the_measurements_fit_together():
    assert len(ROWS) == len(ABOUT["table"])
    assert ROWS["uniform"]["held_out"] == pytest.approx(np.log2(len(ABOUT["alphabet"])))
    counted = [ROWS[f"n-grams of {n}"]["bytes"] for n in range(3, 10)]
    assert counted == sorted(counted)
    size = ROWS["network"]["bytes"]
    assert size == len(gzip.compress(TRAINED.with_suffix(".bin").read_bytes(), 9, mtime=0))
    assert all(row["bytes"] <= size for name, row in ROWS.items() if "counted" in name)
    assert ABOUT["rounding"]["held_out"]["8 bits"] == ROWS["network"]["held_out"]
    assert abs(ABOUT["rounding"]["held_out"]["64 bits"] - ROWS["network"]["held_out"]) < 0.01
    lower, upper = ABOUT["guessing"]["bounds"]
    assert lower < upper
    assert ABOUT["perplexity"]["whole"] == pytest.approx(2 ** ROWS["network"]["held_out"])
    assert ABOUT["calibration"]["bits"][0] == pytest.approx(ROWS["network"]["held_out"])
    assert ABOUT["calibration"]["bits"][1] <= ABOUT["calibration"]["bits"][0]
    last = [curve[-1] for curve in ABOUT["curves"].values()]
    assert len(last) == 2
    assert all(row[0] == ABOUT["recipe"]["steps"] for row in last)
    assert all(curve[0][1] > curve[-1][1] + 1 for curve in ABOUT["curves"].values())


def test_the_sentences_are_fifty_and_typed_on_one_keyboard():
    assert len(LINES) == len(set(LINES)) == ABOUT["texts"]["everyday"]["lines"] == 50
    assert len(EVERYDAY) == ABOUT["texts"]["everyday"]["characters"]
    assert EVERYDAY.isascii()


# --- The network


def test_the_network_is_pytorch_s(model):
    """The same states as `torch.nn.GRU`, whose second bias of r and z is 0, on our sentences."""
    weights = random_weights(symbols=7, units=5)
    ours = CharacterModel(weights, "abcdef" + OTHER)
    gru = torch.nn.GRU(7, 5, dtype=torch.float64)
    with torch.no_grad():
        for bias in (gru.bias_ih_l0, gru.bias_hh_l0):
            bias.zero_()
        gru.weight_ih_l0.copy_(torch.tensor(weights["input"]))
        gru.weight_hh_l0.copy_(torch.tensor(weights["state"]))
        gru.bias_hh_l0[10:] = torch.tensor(weights["reset"])
        codes = torch.tensor([0, 3, 6, 6, 2, 5, 1])
        states = gru(torch.nn.functional.one_hot(codes, 7).double()[:, None])[0][:, 0]
        scores = states @ torch.tensor(weights["output"]).T + torch.tensor(weights["bias"])
        expected = torch.log_softmax(scores, dim=1)
    text = "ad" + "\u4e16" + OTHER + "cfb"
    assert_allclose(ours.state(text), states[-1].numpy(), rtol=0, atol=1e-14)
    for i in range(7):
        assert_allclose(np.log(ours.next_probs(text[: i + 1])), expected[i].numpy(), atol=1e-13)


def random_weights(symbols, units, seed=0):
    rng = np.random.default_rng(seed)
    weights = network.initial(symbols, units, rng)
    weights["reset"], weights["bias"] = rng.normal(size=units), rng.normal(size=symbols)
    return weights


def test_the_gradient_is_pytorch_s():
    rng = np.random.default_rng(1)
    weights = random_weights(symbols=7, units=5)
    x, y = rng.integers(7, size=(2, 9, 3))
    h = rng.uniform(-1, 1, (3, 5)).astype(np.float32)
    loss, gradient, after = network.loss_and_gradient(weights, h, x, y)
    leaves = {name: torch.tensor(w, requires_grad=True) for name, w in weights.items()}
    state, scores = torch.tensor(h, dtype=torch.float64), []
    for t in range(9):
        given, past = leaves["input"].T[torch.tensor(x[t])], state @ leaves["state"].T
        r, z = torch.sigmoid(given[:, :10] + past[:, :10]).split(5, dim=1)
        n = torch.tanh(given[:, 10:] + r * (past[:, 10:] + leaves["reset"]))
        state = (1 - z) * n + z * state
        scores.append(state @ leaves["output"].T + leaves["bias"])
    theirs = torch.nn.functional.cross_entropy(torch.cat(scores), torch.tensor(y.ravel()))
    theirs.backward()
    assert loss == pytest.approx(theirs.item(), rel=1e-6)
    assert_allclose(after, state.detach().numpy(), atol=1e-6)
    assert set(gradient) == set(leaves)
    for name, leaf in leaves.items():
        assert_allclose(gradient[name], leaf.grad.numpy(), atol=1e-6)


def test_a_small_network_learns_and_learns_the_same_again():
    codes = np.array(["ab c\n".index(c) for c in "abc abc\nab abc\n" * 40])
    recipe = network.Recipe(units=8, steps=60, batch=4, length=16, rate=2e-2)
    losses = []
    first = network.train(codes, 5, recipe, lambda step, loss, params: losses.append(loss))
    again = network.train(codes, 5, recipe)
    assert losses[0] == pytest.approx(np.log(5), abs=0.15)
    assert np.mean(losses[-5:]) < 0.6
    for name in first:
        assert_array_equal(first[name], again[name])
    other = network.train(codes, 5, recipe._replace(seed=1))
    assert np.any(other["state"] != first["state"])


# --- What it predicts


def test_probabilities_sum_to_1_after_any_context(model):
    for context in ("", "\n", "The ", "qzx\u4e16\U0001f600\ud800", LINES[0] * 3, OTHER * 9):
        probs = model.next_probs(context)
        assert abs(math.fsum(probs) - 1) <= 1e-12
        assert probs.min() > 0
        assert probs.shape == (len(model.alphabet),)


def test_the_first_character_has_no_context(model):
    assert_array_equal(model.next_probs(""), model.next_probs("", state=model.state("")))
    assert not model.state("").any()
    first = model.surprisals("The")[0]
    place = model.alphabet.index("T")
    assert first == pytest.approx(-np.log(model.next_probs("")[place]), abs=1e-12)
    assert model.next_probs("\n")[place] > 3 * model.next_probs("")[place]


def test_a_surprisal_is_that_of_the_next_character(model):
    text = LINES[3] + "\n\u4e16" + LINES[4]
    surprisals = model.surprisals(text)
    assert surprisals.shape == (len(text),)
    for i, symbol in enumerate(text):
        place = model.alphabet.find(symbol if symbol in model.alphabet else OTHER)
        expected = -np.log(model.next_probs(text[:i])[place])
        assert surprisals[i] == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_what_goes_on_is_what_begins_anew(model):
    text = LINES[5] + " " + LINES[6]
    whole = model.surprisals(text)
    for cut in (0, 1, 17, len(text)):
        state = model.state(text[:cut])
        rest = model.surprisals(text[cut:], state=state)
        assert_allclose(rest, whole[cut:], rtol=1e-12, atol=1e-12)
        # The same steps in the same order: to the last bit, as the coder needs it.
        assert_array_equal(model.state(text[cut:], state=state), model.state(text))
        for i in range(cut, min(cut + 5, len(text))):
            fresh = CharacterModel.load().next_probs(text[:i])
            assert_array_equal(model.next_probs(text[:i]), fresh)
    # Whatever was asked before.
    model.next_probs("Something else")
    assert_array_equal(model.next_probs(text), CharacterModel.load().next_probs(text))
    assert_array_equal(model.next_probs(text[:9]), CharacterModel.load().next_probs(text[:9]))
    assert not model.surprisals("").size


def test_a_window_is_read_anew_for_each_character(model):
    text = "\n" + LINES[7]
    whole = model.surprisals(text)
    for context in (0, 1, 5, 16):
        costs = model.surprisals(text, context=context)
        for i, symbol in enumerate(text):
            alone = model.next_probs(text[max(0, i - context) : i])
            expected = -np.log(alone[model.alphabet.index(symbol)])
            assert costs[i] == pytest.approx(expected, rel=1e-12, abs=1e-12)
        assert_allclose(costs[: context + 1], whole[: context + 1], rtol=1e-12, atol=1e-12)
    assert_allclose(model.surprisals(text, context=10**6), whole, rtol=1e-12, atol=1e-12)
    assert not model.surprisals("", context=3).size
    bits = [bits_per_character(model.surprisals(text, context=c)[1:]) for c in (0, 2, 8)]
    assert bits == sorted(bits, reverse=True)


def test_a_temperature_divides_the_scores(model):
    text = "\n" + LINES[8]
    for t in (0.5, 1.0, 3.0):
        probs = model.next_probs(text, temperature=t)
        levelled = model.next_probs(text) ** (1 / t)
        assert_allclose(probs, levelled / levelled.sum(), rtol=1e-12)
        costs = model.surprisals(text, temperature=t)
        place = model.alphabet.index(text[-1])
        last = model.next_probs(text[:-1], temperature=t)[place]
        assert costs[-1] == pytest.approx(-np.log(last), rel=1e-12)
    assert_array_equal(model.surprisals(text, temperature=1), model.surprisals(text))


def test_the_tables_cost_what_was_measured():
    """Those loaded have the network's alphabet; the measured ones had rare signs besides."""
    for order, name in ((1, "letters"), (2, "pairs"), (3, "n-grams of 3")):
        costs = NGramModel.load(order).surprisals("\n" + EVERYDAY)[1:]
        assert bits_per_character(costs) == pytest.approx(ROWS[name]["everyday"], abs=1e-3)
    about = json.loads(TABLES.read_text(encoding="utf-8"))
    assert about["text"] == ABOUT["texts"]["learnt"]["sha256"]
    data = TABLES.with_suffix(".bin").read_bytes()
    assert hashlib.sha256(data).hexdigest() == about["sha256"]
    assert len(gzip.compress(data, 9)) <= 30_000


def test_characters_outside_the_alphabet_are_one(model):
    assert_array_equal(model.surprisals("a\u4e16b"), model.surprisals("a\U0001f600b"))
    assert_array_equal(model.next_probs("\u4e16"), model.next_probs(OTHER))


def test_spelling_matters(model):
    lines = (f"\nI'll {word} it." for word in ("send", "sedn"))
    right, wrong = (bits_per_character(model.surprisals(line)) for line in lines)
    assert wrong > right + 0.3


def test_our_sentences_are_found_again_from_their_code(model):
    text = "".join(c for c in "\n".join(LINES[:12]) if c in model.alphabet)
    code = arithmetic_encode(text, model)
    entropy = model.surprisals(text).sum() / np.log(2) / 8
    assert abs(len(code) - entropy) <= 0.001 * entropy + 4
    assert arithmetic_decode(code, CharacterModel.load(), len(text)) == text
    assert len(code) < 0.35 * len(text)


WEIGHTS = random_weights(symbols=3, units=2)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: CharacterModel(WEIGHTS, "ba" + OTHER), ValueError, "alphabet must be sorted"),
        (lambda: CharacterModel(WEIGHTS, "aa" + OTHER), ValueError, "without repetition"),
        (lambda: CharacterModel(WEIGHTS, "abc"), ValueError, r"end with U\+FFFD, got 'abc'"),
        (lambda: CharacterModel(WEIGHTS, None), TypeError, "alphabet must be a string"),
        (
            lambda: CharacterModel(WEIGHTS, "abc" + OTHER),
            ValueError,
            r"weights\['input'\] must have shape \(6, 4\), got \(6, 3\)",
        ),
        (
            lambda: CharacterModel({"input": [1]}, "ab" + OTHER),
            ValueError,
            "weights must have the names input, state, reset, output, bias, got",
        ),
        (
            lambda: CharacterModel(WEIGHTS | {"bias": [np.inf, 0, 0]}, "ab" + OTHER),
            ValueError,
            r"weights\['bias'\] must be finite, got inf at index 0",
        ),
        (
            lambda: CharacterModel(WEIGHTS, "ab" + OTHER).surprisals("a", state=[1]),
            ValueError,
            r"state must have shape \(2,\), got shape \(1,\)",
        ),
        (
            lambda: CharacterModel(WEIGHTS, "ab" + OTHER).next_probs("a", state=[1, np.nan]),
            ValueError,
            "state must not contain NaN",
        ),
        (lambda: CharacterModel(WEIGHTS, "ab" + OTHER).state(1), TypeError, "text must be a str"),
        (lambda: CharacterModel.load().next_probs(3), TypeError, "context must be a string"),
        (lambda: CharacterModel.load().surprisals(None), TypeError, "text must be a string"),
        (
            lambda: CharacterModel(WEIGHTS, "ab" + OTHER).surprisals("a", context=-1),
            ValueError,
            "context must be >= 0, got -1",
        ),
        (
            lambda: CharacterModel(WEIGHTS, "ab" + OTHER).surprisals("a", state=[0, 0], context=1),
            ValueError,
            "context must not be given beside state",
        ),
        (
            lambda: CharacterModel(WEIGHTS, "ab" + OTHER).surprisals("a", temperature=0),
            ValueError,
            "temperature must be positive, got 0",
        ),
        (
            lambda: CharacterModel(WEIGHTS, "ab" + OTHER).next_probs("a", temperature=np.nan),
            ValueError,
            "temperature must",
        ),
        (lambda: NGramModel.load(0), ValueError, "order must be >= 1, got 0"),
        (lambda: NGramModel.load(1.5), TypeError, "order must be an integer"),
    ],
)
def test_bad_input(call, error, message):
    with pytest.raises(error, match=message):
        call()


# --- How sizes are measured


def test_rounding_keeps_each_row_to_a_step_of_its_own():
    weights = random_weights(symbols=7, units=5)
    data, about = packing.rounded(weights)
    start = 0
    for one in about:
        start += np.dtype(one["dtype"]).itemsize * math.prod(one["shape"])
        assert one["dtype"] == "|i1" or start % 4 == 0
    assert start == len(data)
    arrays = {one["name"]: one for one in about}
    assert set(arrays) == {*weights, "input_factor", "state_factor", "output_factor"}


@given(st.lists(st.integers(0, 10**15), unique=True, min_size=1))
def test_gaps_are_read_back(numbers):
    numbers = np.sort(np.array(numbers))
    found, value, shift = [], 0, 0
    for byte in packing.gaps(numbers):
        value += (byte & 127) << shift
        shift += 7
        if byte < 128:
            found.append(value)
            value = shift = 0
    assert_array_equal(np.cumsum(found), numbers)


def test_a_packed_table_loses_little_and_stays_a_distribution():
    text = EVERYDAY * 2 + "xyz"
    whole, small = NGramModel(5).fit(text), packing.PackedNGrams(5).fit(text)
    assert small.alphabet == whole.alphabet
    for context in ("", "T", "The n", "zzzzz", "school"):
        assert abs(math.fsum(small.next_probs(context)) - 1) <= 1e-12
        assert_allclose(small.next_probs(context), whole.next_probs(context), rtol=0.08, atol=1e-3)
    rare = packing.PackedNGrams(5, least=3).fit(text)
    assert rare.size < small.size
    assert abs(math.fsum(rare.next_probs("The n")) - 1) <= 1e-12
    # Pairs stay whatever they occur, longer n-grams go.
    assert len(rare._levels[1].keys) == len(small._levels[1].keys)
    assert len(rare._levels[4].keys) < len(small._levels[4].keys)


def test_byte_pairs_join_to_the_text():
    merges = pairs.learn(EVERYDAY, 60)
    assert len(set(merges)) == 60
    tokens = pairs.tokens(EVERYDAY, merges)
    assert "".join(tokens) == EVERYDAY
    assert len(tokens) < 0.75 * len(EVERYDAY)
    assert " the" in tokens
    vocabulary = sorted(set(tokens))
    assert len(pairs.written(tokens, vocabulary)) == len(tokens)
    # By hand: in "aaab aaab" the pair a a comes first, then aa with a b.
    assert pairs.learn("aaab\naaab", 2)[0] == ("a", "a")


def test_sentences_are_sentences_and_ours_are_not_learnt():
    assert sources.sentence("it rains") == "It rains."
    assert sources.sentence("Why?") == "Why?"
    assert sources.tidy([" a  “b” ", 'a "b"', ""]) == ['a "b"']
    lines = [f"Line {i}." for i in range(4_000)]
    learnt, held_out = sources.split(lines)
    assert (len(learnt), held_out) == (3_600, lines[1_800:2_000] + lines[3_800:])
    text = sources.text_of(lines * 1, [*LINES, "Z\u4e16."])
    assert not set(LINES) & set(text.learnt.splitlines())
    assert "\u4e16" not in text.alphabet
    assert set(text.held_out) <= set(text.alphabet)


def test_the_bounds_are_those_of_the_ranks():
    ranks = np.repeat(np.arange(1, len(ABOUT["alphabet"]) + 1), ABOUT["guessing"]["counts"])
    assert ranks.size == ABOUT["texts"]["held_out"]["characters"]
    assert_allclose(guessing_bounds(ranks), ABOUT["guessing"]["bounds"], rtol=1e-12)
    assert np.mean(ranks == 1) == pytest.approx(ABOUT["calibration"]["accuracy"])


def test_the_versions_are_those_that_are_pinned():
    folder = Path(sources.__file__).parent
    pins = dict(
        line.split("==")
        for line in (folder / "requirements.txt").read_text(encoding="utf-8").splitlines()
        if "==" in line
    )
    pins |= json.loads((folder / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    assert ABOUT["packages"].items() <= pins.items()
    assert set(sources.PACKAGES) <= set(ABOUT["packages"])
