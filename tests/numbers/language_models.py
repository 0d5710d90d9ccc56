"""The numbers in the chapter on language models."""

import json
from collections import Counter
from itertools import pairwise

import numpy as np
from scipy.stats import spearmanr

from benchmarks import shifted
from benchmarks.language_model.measure import MERGES
from lib.activations import softmax
from lib.information import conditional_entropy, cross_entropy, kl_divergence
from lib.language import (
    EVERYDAY,
    TRAINED,
    CharacterModel,
    NGramModel,
    bits_per_byte,
    bits_per_character,
    guessing_bounds,
    perplexity_of,
)
from lib.losses import softmax_cross_entropy_grad
from lib.optimizers import adam
from lib.training import gradient_descent

ABOUT = json.loads(TRAINED.read_text(encoding="utf-8"))
ROWS = {row["model"]: row for row in ABOUT["table"]}
HELD_OUT = {name: row["held_out"] for name, row in ROWS.items()}
#: Those that have learnt from the text; a program alone has little of the short one to go by.
MODELS = [row for name, row in ROWS.items() if "alone" not in name]
CUT = [row for name, row in ROWS.items() if "counted" in name]
BEST_CUT = min(CUT, key=lambda row: row["held_out"])
PLACE = ABOUT["position"]

MODEL = CharacterModel.load()
COSTS = MODEL.surprisals("\n" + EVERYDAY)[1:]
LINES = EVERYDAY.splitlines(keepends=True)
LEARNT, UNSEEN = "".join(LINES[:40]), "".join(LINES[40:])
LENGTHS = np.array([len(line) for line in LINES])


def sentence(text: str) -> np.ndarray:
    """Return the bits of each character of a sentence."""
    return MODEL.surprisals("\n" + text)[1:] / np.log(2)


RIGHT, MISSPELT = sentence("Could you open the window?"), sentence("Could you open the windwo?")


def sign_bits(sign: str) -> float:
    """Return what a sign costs the network on the fifty sentences, in bits."""
    return COSTS[[c == sign for c in EVERYDAY]].mean() / np.log(2)


def joined(merges: int) -> tuple[float, float, float]:
    """Return perplexity, bits a byte, and nats of known symbols, with so many pairs joined."""
    learnt, unseen = LEARNT, UNSEEN
    for i in range(merges):
        pair = "".join(Counter(pairwise(learnt)).most_common(1)[0][0])
        learnt, unseen = (text.replace(pair, chr(0xE000 + i)) for text in (learnt, unseen))
    grams = NGramModel(1).fit(learnt)
    nats = grams.surprisals(unseen)
    known = nats[[c in grams.alphabet for c in unseen]].sum()
    return perplexity_of(nats), bits_per_byte(nats, UNSEEN), known


JOINED = {merges: joined(merges) for merges in (0, 25, 100)}
UNKNOWN = set(UNSEEN) - set(LEARNT)


def all_cuts(merges: int) -> float:
    """Return bits a byte of the other ten sentences, all cuts together."""
    learnt, stands = LEARNT, {}
    for i in range(merges):
        pair, symbol = "".join(Counter(pairwise(learnt)).most_common(1)[0][0]), chr(0xE000 + i)
        learnt = learnt.replace(pair, symbol)
        stands[symbol] = "".join(stands.get(c, c) for c in pair)
    grams = NGramModel(1).fit(learnt)
    probs = {stands.get(c, c): p for c, p in zip(grams.alphabet, grams.next_probs(""), strict=True)}
    probs |= dict.fromkeys(UNKNOWN, probs["\ufffd"])
    so_far = [1.0]  # The probability of all that stands before each place, times 16 a character.
    for end in range(1, len(UNSEEN) + 1):
        pieces = [(at, UNSEEN[at:end]) for at in range(max(0, end - 20), end)]
        so_far.append(sum(so_far[at] * probs.get(s, 0.0) * 16 ** len(s) for at, s in pieces))
    return 4 - np.log2(so_far[-1]) / len(UNSEEN)


ALL_CUTS = {merges: all_cuts(merges) for merges in (0, 100)}

ALPHABET = sorted(set(LEARNT))
CODES = np.array([ALPHABET.index(c) for c in LEARNT])


def ahead(places: int) -> np.ndarray:
    """Return how often each symbol comes so many places after each."""
    counts = np.zeros((len(ALPHABET), len(ALPHABET)))
    np.add.at(counts, (CODES[: len(CODES) - places], CODES[places:]), 1)
    return counts


def least(places: int) -> float:
    """Return the least loss of labels that are so many places ahead."""
    counts = ahead(places)
    return conditional_entropy(counts / counts.sum())


COUNTED = ahead(1) / ahead(1).sum(axis=1, keepdims=True)


def trained() -> np.ndarray:
    """Return the table that descent on the cross-entropy finds."""
    before, after = CODES[:-1], CODES[1:]

    def gradient(W):
        rows = np.zeros_like(W)
        np.add.at(rows, before, softmax_cross_entropy_grad(W[before], after))
        return rows

    start = np.zeros_like(COUNTED)
    return softmax(gradient_descent(gradient, start, optimizer=adam(1.0), steps=200)[-1])


TRAINED_TABLE = trained()
SHARE = np.linalg.matrix_power(COUNTED, 200)[0]
#: Of the source that the table is: bits that nobody can save.
SOURCE = SHARE @ cross_entropy(COUNTED, COUNTED) / np.log(2)


def write(table: np.ndarray, numbers) -> np.ndarray:
    text, at = [], ALPHABET.index("\n")
    sums = table.cumsum(axis=1)
    for u in numbers:
        at = min(int(np.searchsorted(sums[at], u)), len(table) - 1)
        text.append(at)
    return np.array(text)


def divergences() -> list[float]:
    """Return the mean divergence of tables that learnt from more and more of the source."""
    draws = np.random.default_rng(0)
    draws.random(20_000)
    found = []
    for n in (1000, 4000, 16_000, 64_000):
        seen = write(COUNTED, draws.random(n))
        again = np.ones_like(COUNTED)
        np.add.at(again, (seen[:-1], seen[1:]), 1)
        found.append(SHARE @ kl_divergence(COUNTED, again / again.sum(axis=1, keepdims=True)))
    return found


LEFT = np.array(divergences())
TEN = {symbol for symbol, _ in Counter(LEARNT).most_common(10)}


def pairs_cost(known: set[str]) -> float:
    """Return bits a character of the other ten sentences, with one symbol for what is unknown."""
    learnt, unseen = ("".join(c if c in known else "~" for c in x) for x in (LEARNT, UNSEEN))
    return bits_per_character(NGramModel(2).fit(learnt).surprisals(unseen))


SEVEN = NGramModel(7).fit(LEARNT)
NEW_PAIRS = sum(pair not in set(pairwise(LEARNT)) for pair in pairwise(UNSEEN))

AMOUNTS = np.array([row["characters"] for row in ABOUT["amount"]])
FELL = {n: np.array([row["bits"][n] for row in ABOUT["amount"]]) for n in ("2", "3", "5", "7")}


def law(bits: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the floor of the power law that fits the first losses, and what it says of all."""
    n, tried = AMOUNTS[: len(bits)], []
    for floor in np.arange(0, bits.min(), 0.002):
        slope, log_scale = np.polyfit(np.log(n), np.log(bits - floor), 1)
        said = floor + np.exp(log_scale) * AMOUNTS**slope
        tried.append((np.sum((said[: len(bits)] - bits) ** 2), floor, said))
    return min(tried, key=lambda one: one[0])[1:]


UNPACKED = max(HELD_OUT[f"n-grams of {n}"] - FELL[n][-1] for n in "57")
FLOOR = {first: law(FELL["5"][:first])[0] for first in (4, 6)}
MISSES = [abs(law(FELL[n][:6])[1][-1] - FELL[n][-1]) for n in "57"]
FIT = [np.abs(law(FELL[n])[1] - FELL[n]).max() for n in "57"]


def hoffmann(weights_power: float, tokens_power: float) -> tuple[float, float]:
    return 406.4 / 70e9**weights_power, 410.7 / 1.4e12**tokens_power


TOO_FEW, UNROUNDED = hoffmann(0.34, 0.28), hoffmann(0.3392, 0.2849)
GUESSES = np.array(ABOUT["guessing"]["counts"])
RANKS = np.repeat(np.arange(1, len(GUESSES) + 1), GUESSES)


def few() -> dict[int, float]:
    """Return the mean upper bound from a few of the network's numbers of guesses."""
    draws = np.random.default_rng(0)
    return {
        n: np.mean([guessing_bounds(draws.choice(RANKS, n))[1] for _ in range(500)])
        for n in (30, 1000)
    }


FEW = few()
EASY_AND_HARD = [np.full(3, 1.0), np.full(1, 3.0)]
HARD_AND_EASY = [np.full(3, 3.0), np.full(1, 1.0)]


def whole(texts) -> float:
    return perplexity_of(np.concatenate(texts))


def of_means(texts) -> float:
    return perplexity_of([nats.mean() for nats in texts])


def windows(text: str, stride: int) -> float:
    """Return bits a character in windows of 32."""
    nats, done = [], 1
    for start in range(0, len(text), stride):
        window = MODEL.surprisals(text[start : start + 32])
        nats.append(window[max(done - start, 0) :])
        done = start + 32
    counted = np.concatenate(nats)
    assert len(counted) == len(text) - 1
    return bits_per_character(counted)


TWENTY = "\n" + "".join(LINES[:20])
ALL_BEFORE = bits_per_character(MODEL.surprisals(TWENTY)[1:])
WINDOWS = {stride: windows(TWENTY, stride) for stride in (32, 16)}
#: What the first symbol of each window but the text's own beginning costs, in bits.
AT_FIRST = np.arange(32, len(TWENTY), 32)
FIRST = MODEL.surprisals(TWENTY, context=0)[AT_FIRST] / np.log(2)
FIRST_MORE = FIRST - MODEL.surprisals(TWENTY)[AT_FIRST] / np.log(2)
FIRST_SHARE = FIRST_MORE.sum() / ((WINDOWS[32] - ALL_BEFORE) * (len(TWENTY) - 1))


def context_bits(seen: int) -> float:
    """Return bits a character of all fifty sentences where only so many before each are seen."""
    return bits_per_character(MODEL.surprisals("\n" + EVERYDAY, context=seen)[1:])


def written(temperature: float) -> tuple[str, float]:
    """Return 120 characters that the network writes, and what each of them costs it, in bits."""
    state, text, bits = MODEL.state("\nThe weather"), "", []
    for u in np.random.default_rng(1).random(120):
        probs = MODEL.next_probs("", state=state)
        drawn = softmax(np.log(probs) / temperature).cumsum()
        at = min(int(np.searchsorted(drawn, u)), len(probs) - 1)
        bits.append(-np.log2(probs[at]))
        text += MODEL.alphabet[at]
        state = MODEL.state(MODEL.alphabet[at], state=state)
    return text, float(np.mean(bits))


COLD, WARM = written(0.05), written(1.0)


def at_temperature(temperature: float) -> float:
    """Return bits a character of the fifty sentences."""
    return bits_per_character(MODEL.surprisals("\n" + EVERYDAY, temperature=temperature)[1:])


def with_added(c: float) -> float:
    """Return bits a character of the other ten sentences, with c more of each pair."""
    places = {symbol: i for i, symbol in enumerate(ALPHABET)}
    new = np.array([places.get(symbol, len(ALPHABET)) for symbol in UNSEEN])
    more = np.pad(ahead(1), (0, 1)) + c
    more /= more.sum(axis=1, keepdims=True)
    return -np.log2(more[new[:-1], new[1:]]).mean()


ADDED = {c: with_added(c) for c in (1, 0.1, 0.03, 0.01)}
KNESER_NEY = bits_per_character(NGramModel(2).fit(LEARNT).surprisals(UNSEEN)[1:])
#: Distributions that fall, of ideal guessers, one row for each beginning.
IDEAL = -np.sort(-np.random.default_rng(0).dirichlet(np.full(27, 0.2), 200))
LAYERS = np.arange(1, 28) * (IDEAL - np.pad(IDEAL[:, 1:], ((0, 0), (0, 1))))
NUMBER = "My new number is 555 0142, please write it down."
TELEPHONE = {
    seen: bits_per_character(MODEL.surprisals("\n" + NUMBER, context=seen)[1:])
    for seen in (8, 16, None)
}
SHIFTED = json.loads(shifted.FILE.read_text(encoding="utf-8"))
#: Labels and inputs of the library's collator, where 0 is the end of a text and the padding.
COLLATED = SHIFTED["collated"]["labels"], SHIFTED["collated"]["inputs"]
BITS = COSTS.sum() / np.log(2)
GZIP = HELD_OUT["gzip, alone"] - HELD_OUT["network"]
SIZE = ROWS["network"]["bytes"]

NUMBERS = [
    ("tokens of four bytes it is 1.15 bits a byte", 3.2 / np.log(2) / 4, "1.15"),
    ("with single characters 4.6.", 3.2 / np.log(2), "4.6"),
    ("the best model of this chapter needs 1.9,", min(row["held_out"] for row in MODELS), "1.9"),
    ("the best model of this chapter needs 1.9,", min(row["everyday"] for row in MODELS), "1.9"),
    ("each letter occurs 4.5.", ROWS["letters"]["held_out"], "4.5"),
    ("each letter occurs 4.5.", ROWS["letters"]["everyday"], "4.5"),
    ("it keeps 256 numbers $h$", MODEL.state("").size, "256"),
    ("are 79 characters, and one more", len(MODEL.alphabet) - 1, "79"),
    ("8 bits and weigh 266 KB", SIZE / 1000, "266"),
    ("change places cost 12 bits", MISSPELT.sum() - RIGHT.sum(), "12"),
    ("pays 3.9 bits for it", PLACE["1"]["bits"], "3.9"),
    ("from 2.1 to 2.2 for each", min(PLACE[i]["bits"] for i in "234"), "2.1"),
    ("from 2.1 to 2.2 for each", max(PLACE[i]["bits"] for i in "234"), "2.2"),
    ("Capitals cost 4.1 bits", PLACE["capitals"]["bits"], "4.1"),
    ("bits and digits 5.6.", PLACE["digits"]["bits"], "5.6"),
    ("a comma costs 7.2 and", sign_bits(","), "7.2"),
    ("and a question mark 6.3.", sign_bits("?"), "6.3"),
    ("and 1.6 for the seventh", PLACE["7"]["bits"], "1.6"),
    ("four times worse, from 22.7 to 94.0", JOINED[0][0], "22.7"),
    ("four times worse, from 22.7 to 94.0", JOINED[100][0], "94.0"),
    ("better, from 4.50 to 4.05,", JOINED[0][1], "4.50"),
    ("better, from 4.50 to 4.05,", JOINED[100][1], "4.05"),
    ("they cost 3.99 bits a byte in place of 4.05,", ALL_CUTS[100], "3.99"),
    ("they cost 3.99 bits a byte in place of 4.05,", JOINED[100][1], "4.05"),
    ("26 of their 518 pairs never came", NEW_PAIRS, "26"),
    ("26 of their 518 pairs never came", len(UNSEEN) - 1, "518"),
    ("costs 1.17 bits a character, on", bits_per_character(SEVEN.surprisals(LEARNT)), "1.17"),
    ("same kind 3.18.", bits_per_character(SEVEN.surprisals(UNSEEN)), "3.18"),
    ("has learnt from 1.4 million", ABOUT["texts"]["learnt"]["characters"] / 1e6, "1.4"),
    ("make of 60,000 characters", round(ABOUT["texts"]["held_out"]["characters"], -3), "60,000"),
    ("The network, with 2.101 bits, does", HELD_OUT["network"], "2.101"),
    ("is smaller and costs 2.067", BEST_CUT["held_out"], "2.067"),
    ("costs 1.955 after the learnt", HELD_OUT["PPMd, after the text learnt from"], "1.955"),
    ("which takes 370 KB packed", ROWS["PPMd, after the text learnt from"]["bytes"] / 1000, "370"),
    ("joined as above, 512 times", MERGES, "512"),
    ("everyday sentences it costs 2.105.", BEST_CUT["everyday"], "2.105"),
    ("than 7-grams, 2.026 against 1.998,", HELD_OUT["n-grams of 9"], "2.026"),
    ("than 7-grams, 2.026 against 1.998,", HELD_OUT["n-grams of 7"], "1.998"),
    ("9-grams costs 1.908, less", HELD_OUT["network and n-grams of 9, half each"], "1.908"),
    ("nearly the same: 2.137 for the network", ROWS["network"]["everyday"], "2.137"),
    ("1.931 for the mixture", ROWS["network and n-grams of 9, half each"]["everyday"], "1.931"),
    ("network saves 1.38 bits a character", GZIP, "1.38"),
    ("so its 266 KB are paid back", SIZE / 1000, "266"),
    ("paid back after 1.5 million characters", 8 * SIZE / GZIP / 1e6, "1.5"),
    ("loss of 2.10 is a better upper bound than 2.51", HELD_OUT["network"], "2.10"),
    ("loss of 2.10 is a better upper bound than 2.51", guessing_bounds(RANKS)[1], "2.51"),
    ("five guesses for every letter would get 3.6", 5 * np.log2(5) - 4 * np.log2(4), "3.6"),
    ("equally often gets 4.75 bits", guessing_bounds(np.arange(1, 28))[0], "4.75"),
    ("equally often gets 4.75 bits", guessing_bounds(np.arange(1, 28))[1], "4.75"),
    ("four bytes a token, 1.94 nats would", 1.69 + sum(TOO_FEW), "1.94"),
    ("some 0.7 bits a byte.)", (1.69 + sum(TOO_FEW)) / np.log(2) / 4, "0.7"),
    ("upper bound of 2.09 after 30 letters", FEW[30], "2.09"),
    ("and of 2.48 after 1000", FEW[1000], "2.48"),
    ("for five characters 1.57 from the first four", FLOOR[4], "1.57"),
    ("amounts and 1.79 from six", FLOOR[6], "1.79"),
    ("Learn from 22,000 characters", round(AMOUNTS[0], -3), "22,000"),
    ("so on up to 1.4 million", AMOUNTS[-1] / 1e6, "1.4"),
    ("cost up to 0.005 bits less than above", UNPACKED, "0.005"),
    ("tokens that is 1.94, of which", 1.69 + sum(TOO_FEW), "1.94"),
    ("of which 0.08 is for too few weights", TOO_FEW[0], "0.08"),
    ("weights and 0.16 for too few tokens", TOO_FEW[1], "0.16"),
    ("the parts are 0.085 and 0.142", UNROUNDED[0], "0.085"),
    ("the parts are 0.085 and 0.142", UNROUNDED[1], "0.142"),
    ("and the sum is 1.92.", 1.69 + sum(UNROUNDED), "1.92"),
    ("Of the 0.26 bits that windows", WINDOWS[32] - ALL_BEFORE, "0.26"),
    ("44 percent is for the first symbol", 100 * FIRST_SHARE, "44"),
    ("and pays 6.1 bits, more", FIRST.mean(), "6.1"),
    ("a line has 55 characters on average", LENGTHS.mean(), "55"),
    ("before each the network pays 2.19 bits", context_bits(8), "2.19"),
    ("with 16 2.15 and", context_bits(16), "2.15"),
    ("and with all 2.14.", bits_per_character(COSTS), "2.14"),
    ("as people's sentences do, 2.1 bits", ROWS["network"]["everyday"], "2.1"),
    ("it repeats itself, for 1.2 bits", COLD[1], "1.2"),
    ("sentences 2.58 bits a character at $T = 0.5$", at_temperature(0.5), "2.58"),
    ("at $T = 0.5$, 2.14 at 1 and", at_temperature(1), "2.14"),
    ("at 1 and 2.60 at 2.", at_temperature(2), "2.60"),
    ("near $\\ln 50257 = 10.82$", np.log(50257), "10.82"),
    ("logits of Qwen2's small models it is 11.93.", np.log(151936), "11.93"),
    ("is right in 55.5 percent", 100 * ABOUT["calibration"]["accuracy"], "55.5"),
    ("how often it is right, is 0.015;", ABOUT["calibration"]["ece_15"][0], "0.015"),
    ("temperature of the least loss is 0.99:", ABOUT["calibration"]["temperature"], "0.99"),
    ("the perplexity from 22.7 to 94.0, while", JOINED[0][0], "22.7"),
    ("the perplexity from 22.7 to 94.0, while", JOINED[100][0], "94.0"),
    ("network's 1,430 unseen lines", ABOUT["texts"]["held_out"]["lines"], "1,430"),
    ("unseen lines that is 4.29, and", ABOUT["perplexity"]["whole"], "4.29"),
    ("perplexities is 4.51.", ABOUT["perplexity"]["mean of the lines' perplexities"], "4.51"),
    ("which is 35 percent of the ten", 100 * np.mean([c not in TEN for c in UNSEEN]), "35"),
    ("pairs cost 2.64 bits a character", pairs_cost(TEN), "2.64"),
    ("instead of 3.58.", pairs_cost(set(LEARNT + UNSEEN)), "3.58"),
    ("whoever knows it pays 3.17 bits", SOURCE, "3.17"),
    ("it 2.94 bits a character with 8", TELEPHONE[8], "2.94"),
    ("before each, 2.97 with 16", TELEPHONE[16], "2.97"),
    ("and 2.98 with all.", TELEPHONE[None], "2.98"),
    ("18 percent of such", 100 - 100 * LENGTHS.sum() / (50 * LENGTHS.max()), "18"),
    ("places turn 2.14 bits into 1.75", BITS / LENGTHS.sum(), "2.14"),
    ("places turn 2.14 bits into 1.75", BITS / (50 * LENGTHS.max()), "1.75"),
    (
        "loses to PPMd by 0.15 bits",
        HELD_OUT["network"] - HELD_OUT["PPMd, after the text learnt from"],
        "0.15",
    ),
    ("of its own size by 0.03.", HELD_OUT["network"] - BEST_CUT["held_out"], "0.03"),
    ("$e^{2.77} = 16$", np.exp(2.77), "16"),
    ("that is 4 bits a token", 2.77 / np.log(2), "4"),
    ("6.8: as uncertain", 2**2.77, "6.8"),
    ("0.66 nats a byte against 0.75", 3.3 / 5, "0.66"),
    ("0.66 nats a byte against 0.75", 3.0 / 4, "0.75"),
    ("660/300 = 2.2 nats a token", 660 / 300, "2.2"),
    ("perplexity $e^{2.2} = 9.0$", np.exp(2.2), "9.0"),
    ("$660 / \\ln 2 = 952$", 660 / np.log(2), "952"),
    ("which is 0.79 bits a byte", 660 / np.log(2) / 1200, "0.79"),
    ("a file of about 119 bytes", 660 / np.log(2) / 8, "119"),
    ("that of all symbols 2.5.", np.log(whole(HARD_AND_EASY)), "2.5"),
    ("$(e^3 + e)/2 = 11.40$", np.mean([perplexity_of(t) for t in HARD_AND_EASY]), "11.40"),
    ("below $e^{2.5} = 12.18$", whole(HARD_AND_EASY), "12.18"),
    ("upper one is the entropy, 1.5 bits", guessing_bounds([1, 1, 2, 3])[1], "1.5"),
    ("\\frac14 \\log_2 3 = 1.19$", guessing_bounds([1, 1, 2, 3])[0], "1.19"),
    ("$3 \\cdot \\frac14 \\cdot 1.585$", np.log2(3), "1.585"),
]

GIVEN = [
    "L = 1.69 + \\frac{406.4}{N^{0.34}} + \\frac{410.7}{D^{0.28}}",
    "with 0.3392 and 0.2849, as the source of the paper has them",
]

STATED = [
    (
        "are unknown to all three tables and cost [too little](#traps); without them the order",
        {"!", "j"} == UNKNOWN
        and UNSEEN.count("!") == UNSEEN.count("j") == 1
        and JOINED[0][2] > JOINED[25][2] > JOINED[100][2],
    ),
    (
        "A third of all bits goes into first letters.",
        0.3
        < PLACE["1"]["count"]
        * PLACE["1"]["bits"]
        / (HELD_OUT["network"] * ABOUT["texts"]["held_out"]["characters"])
        < 0.35,
    ),
    (
        "Signs that nothing announces cost more still",
        min(map(sign_bits, ",?")) > PLACE["digits"]["bits"] > PLACE["capitals"]["bits"],
    ),
    ("The same sentences can be cut in other ways", np.isclose(ALL_CUTS[0], JOINED[0][1])),
    (
        "then has $i$ equally likely letters left, $\\log_2 i$ bits, and that happens with the",
        np.allclose(LAYERS.sum(axis=1), 1),
    ),
    (
        "so the entropy after this beginning is at least",
        np.all(LAYERS @ np.log2(np.arange(1, 28)) <= cross_entropy(IDEAL, IDEAL) / np.log(2)),
    ),
    (
        "and so the bound for $H$ is the mean of these sums",
        np.isclose(
            np.mean(LAYERS @ np.log2(np.arange(1, 28))),
            guessing_bounds(
                np.repeat(np.arange(1, 28), np.rint(1e6 * IDEAL.mean(axis=0)).astype(int))
            )[0],
            atol=1e-4,
        ),
    ),
    ("They are the same table, to four decimals.", np.abs(TRAINED_TABLE - COUNTED).max() < 1e-4),
    (
        "The least loss is the [conditional entropy]",
        np.isclose(-np.log(COUNTED[CODES[:-1], CODES[1:]]).mean(), least(1)),
    ),
    (
        "Given the same random numbers, both tables write the same",
        np.array_equal(
            *(
                write(table, np.random.default_rng(5).random(36))
                for table in (COUNTED, TRAINED_TABLE)
            )
        ),
    ),
    (
        "is smaller and costs 2.067",
        BEST_CUT["bytes"] < SIZE and BEST_CUT["model"].startswith("n-grams of 6, counted 4"),
    ),
    ("It is the best of five such tables on this very text", len(CUT) == 5),
    (
        "less than each of them by more than a tenth of a bit",
        HELD_OUT["network and n-grams of 9, half each"] + 0.1
        < min(HELD_OUT["network"], HELD_OUT["n-grams of 9"]),
    ),
    (
        "On the fifty everyday sentences, which are of another kind, the order is nearly the same",
        spearmanr(*zip(*((row["held_out"], row["everyday"]) for row in MODELS), strict=True))[0]
        > 0.95,
    ),
    (
        "Tables of n-grams get better as they grow, up to 7-grams.",
        np.argmin([HELD_OUT[f"n-grams of {n}"] for n in range(3, 10)]) == 4
        and np.all(np.diff([HELD_OUT[f"n-grams of {n}"] for n in range(3, 8)]) < 0),
    ),
    (
        "lie around it, and the best of them below",
        min(row["held_out"] for row in CUT)
        < HELD_OUT["network"]
        < max(row["held_out"] for row in CUT)
        and all(row["bytes"] < SIZE for row in CUT),
    ),
    (
        "leaves less than half of the divergence, and at last less than a third",
        np.all(LEFT[1:] < LEFT[:-1] / 2) and LEFT[-1] < LEFT[-2] / 3,
    ),
    ("more than a table of letters.", FIRST.mean() > ROWS["letters"]["everyday"] + 1),
    ("A power law with a floor fits to a hundredth of a bit", max(FIT) < 0.0105),
    ("it predicts the seventh nearly as well", max(MISSES) < 0.013),
    (
        "it may be higher or lower",
        of_means(EASY_AND_HARD) > whole(EASY_AND_HARD)
        and of_means(HARD_AND_EASY) < whole(HARD_AND_EASY),
    ),
    (
        "a decoder-only model, such as GPT-2, does it: it takes the inputs as labels",
        np.isclose(SHIFTED["library"]["labels = inputs"], SHIFTED["by hand"]["1 ahead"])
        and np.isclose(SHIFTED["library"]["labels shifted before"], SHIFTED["by hand"]["2 ahead"])
        and SHIFTED["transformers"].startswith("5.24"),
    ),
    (
        "an `attention_mask` keeps padding from being read, not from being counted",
        abs(SHIFTED["library"]["padded, with a mask alone"] - SHIFTED["by hand"]["the texts alone"])
        > 0.1
        and np.isclose(
            SHIFTED["library"]["padded, with -100"], SHIFTED["by hand"]["the texts alone"]
        ),
    ),
    (
        "it masks the true ends as well",
        [row[: len(seen)] for row, seen in zip(*COLLATED, strict=True)]
        == [[-100 if token == 0 else token for token in seen] for seen in COLLATED[1]],
    ),
    (
        "Shifted twice the model learns what comes after next, which is harder",
        least(0) == 0 < least(1) < least(2),
    ),
    ("can be a quarter of a bit too high, as here", 0.24 < WINDOWS[32] - ALL_BEFORE < 0.28),
    ("An overlap of half a window removes nearly all of this", WINDOWS[16] - ALL_BEFORE < 0.012),
    ("what it writes costs it about as much", abs(WARM[1] - ROWS["network"]["everyday"]) < 0.2),
    ("At a low temperature it repeats itself", COLD[0].count("the story") >= 2),
    ("its loss and its perplexity are higher, and it is the better one", 3.5 / 5 < 3.2 / 4.3),
    ("0.1 nats a token are 10 percent of the perplexity", 0.1 < np.expm1(0.1) < 0.11),
    ("A tenth is better than one, and Kneser–Ney is better than both", ADDED[0.1] > KNESER_NEY),
    ("A tenth is better than one", min(ADDED, key=ADDED.get) == 0.1),
]
