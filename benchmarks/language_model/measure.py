"""What the models make of two texts that they have not seen, in bits and bytes.

A model reads a line break first, and what it costs is left out: every text begins with a sentence.
"""

import bz2
import gzip
import lzma
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.language_model import pairs
from benchmarks.language_model.packing import PackedNGrams, packed
from benchmarks.language_model.sources import Text
from lib.calibration import expected_calibration_error, fit_temperature, reliability_curve
from lib.language import (
    EVERYDAY,
    CharacterModel,
    NGramModel,
    bits_per_byte,
    bits_per_character,
    guessing_bounds,
    perplexity_of,
)

START = "\n"
#: Characters of the held-out text that are measured.
HELD_OUT = 60_000
ORDERS = range(3, 10)
MERGES = 512


def costs(model: Any, text: str) -> np.ndarray:
    """Return what each character of a text costs after a line break, in nats."""
    return model.surprisals(START + text)[1:]


def bits(model: Any, text: str) -> float:
    return bits_per_character(costs(model, text))


def measure(model: CharacterModel, unrounded: CharacterModel, size: int, text: Text) -> dict:
    """Return everything that the book says of its model, and of others beside it."""
    unseen = text.held_out[: text.held_out.rindex("\n", 0, HELD_OUT) + 1]
    ours, everyday = costs(model, unseen), costs(model, EVERYDAY)
    nine = NGramModel(9).fit(text.learnt)
    probs = every_prediction(model, unseen)
    labels = np.array([model.alphabet.index(symbol) for symbol in unseen])
    ranks = 1 + np.sum(probs > probs[np.arange(len(labels)), labels][:, None], axis=1)
    print("the network:", f"{bits_per_character(ours):.3f}", "bits", flush=True)
    return {
        "texts": {
            "learnt": {"characters": len(text.learnt), "sha256": text.sha256},
            "held_out": {"characters": len(unseen), "lines": unseen.count("\n")},
            "everyday": {"characters": len(EVERYDAY), "lines": EVERYDAY.count("\n")},
        },
        "table": [
            *tables(text, unseen, size),
            *byte_pairs(text, unseen),
            *compressors(text.learnt, unseen),
            row("network", bits_per_character(ours), bits_per_character(everyday), size),
            row(
                "network and n-grams of 9, half each",
                bits_per_character(half_each(ours, costs(nine, unseen))),
                bits_per_character(half_each(everyday, costs(nine, EVERYDAY))),
                size + PackedNGrams(9).fit(text.learnt).size,
            ),
        ],
        "everyday_lines": [float(line.sum()) for line in by_line(everyday, EVERYDAY)],
        "rounding": {
            "held_out": {"64 bits": bits(unrounded, unseen), "8 bits": bits(model, unseen)},
            "everyday": {"64 bits": bits(unrounded, EVERYDAY), "8 bits": bits(model, EVERYDAY)},
        },
        "guessing": {
            "counts": np.bincount(ranks, minlength=len(model.alphabet) + 1)[1:].tolist(),
            "bounds": list(guessing_bounds(ranks)),
        },
        "perplexity": perplexities(ours, unseen),
        "calibration": calibration(probs, labels),
        "position": positions(ours, unseen),
        "context": contexts(model, unseen),
        "amount": amounts(text.learnt, unseen),
    }


def row(name: str, held_out: float, everyday: float | None, size: int | None) -> dict:
    print(f"{name}: {held_out:.3f}, {everyday and round(everyday, 3)}, {size}", flush=True)
    return {"model": name, "held_out": held_out, "everyday": everyday, "bytes": size}


def tables(text: Text, unseen: str, size: int) -> list[dict]:
    """Return what knows nothing, what counts, and what counts within the network's size."""
    rows = [row("uniform", *[float(np.log2(len(text.alphabet)))] * 2, 0)]
    for order, name in ((1, "letters"), (2, "pairs"), *((n, f"n-grams of {n}") for n in ORDERS)):
        model = PackedNGrams(order).fit(text.learnt)
        rows.append(row(name, bits(model, unseen), bits(model, EVERYDAY), model.size))
        least = 1
        while model.size > size and order > 2:
            least += 1
            model = PackedNGrams(order, least=least).fit(text.learnt)
        if least > 1:
            name += f", counted {least} times and more"
            rows.append(row(name, bits(model, unseen), bits(model, EVERYDAY), model.size))
    return rows


def byte_pairs(text: Text, unseen: str) -> list[dict]:
    """Return what n-grams of tokens cost, in bits per byte: of ASCII, that is per character."""
    merges = pairs.learn(text.learnt, MERGES)
    learnt = pairs.tokens(START + text.learnt, merges)
    vocabulary = sorted(set(learnt))
    rules = packed("\n".join(map("\t".join, merges)).encode())
    rows = []
    for order in (1, 2, 3):
        model = PackedNGrams(order).fit(pairs.written(learnt, vocabulary))
        found = []
        for piece in (unseen, EVERYDAY):
            ids = pairs.written(pairs.tokens(START + piece, merges), vocabulary)
            found.append(bits_per_byte(model.surprisals(ids)[1:], piece))
        rows.append(row(f"byte pairs, n-grams of {order}", *found, model.size + rules))
    return rows


def compressors(learnt: str, unseen: str) -> list[dict]:
    """Return what programs make of the text alone, and of what it adds to the text learnt from."""
    import pyppmd

    programs: dict[str, Callable[[bytes], bytes]] = {
        "gzip": lambda data: gzip.compress(data, 9, mtime=0),
        "bz2": bz2.compress,
        "xz": lambda data: lzma.compress(data, preset=9 | lzma.PRESET_EXTREME),
        "PPMd": lambda data: pyppmd.compress(data, max_order=6, mem_size=1 << 26),
    }
    rows = []
    for name, program in programs.items():
        before = len(program(learnt.encode()))
        alone, after = [], []
        for text in (unseen, EVERYDAY):
            each = 8 / len(text)
            alone.append(each * len(program(text.encode())))
            after.append(each * (len(program((learnt + text).encode())) - before))
        rows.append(row(f"{name}, alone", *alone, 0))
        rows.append(row(f"{name}, after the text learnt from", *after, before))
    return rows


def half_each(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the surprisals, in nats, of the mean of two predictions."""
    return np.log(2) - np.logaddexp(-a, -b)


def every_prediction(model: CharacterModel, text: str) -> np.ndarray:
    """Return the distribution before each character, of shape (characters, symbols)."""
    probs = np.empty((len(text), len(model.alphabet)))
    state = model.state(START)
    for i, symbol in enumerate(text):
        probs[i] = model.next_probs("", state=state)
        state = model.state(symbol, state=state)
    return probs


def by_line(surprisals: np.ndarray, text: str) -> list[np.ndarray]:
    """Return the surprisals of each line and of the line break after it."""
    ends = np.flatnonzero([symbol == "\n" for symbol in text]) + 1
    return np.split(surprisals, ends[:-1])


def perplexities(ours: np.ndarray, unseen: str) -> dict:
    """Return the perplexity of the whole, and two means over its lines that differ from it."""
    lines = by_line(ours, unseen)
    return {
        "whole": perplexity_of(ours),
        "mean of the lines' perplexities": float(np.mean([perplexity_of(s) for s in lines])),
        "perplexity of the lines' mean": perplexity_of([s.mean() for s in lines]),
    }


def calibration(probs: np.ndarray, labels: np.ndarray) -> dict:
    """Return how far confidence lies from accuracy, before and after the best temperature."""
    logs = np.log(probs)
    temperature = fit_temperature(logs, labels)
    cooled = probs ** (1 / temperature)
    cooled /= cooled.sum(axis=1, keepdims=True)
    curve = reliability_curve(probs, labels, bins=10)
    return {
        "temperature": temperature,
        "bits": [mean_bits(p, labels) for p in (probs, cooled)],
        "ece_15": [float(expected_calibration_error(p, labels)) for p in (probs, cooled)],
        "accuracy": float(np.mean(probs.argmax(axis=1) == labels)),
        "reliability_10": {name: np.asarray(a).tolist() for name, a in curve._asdict().items()},
    }


def mean_bits(probs: np.ndarray, labels: np.ndarray) -> float:
    return float(-np.log2(probs[np.arange(len(labels)), labels]).mean())


def positions(ours: np.ndarray, unseen: str) -> dict:
    """Return bits by the place in a word, and of capitals, blanks and line breaks."""
    place, places = 0, []
    for symbol in unseen:
        place = place + 1 if symbol.isalpha() or (symbol == "'" and place) else 0
        places.append(place)
    at = np.array(places)
    kinds = {str(n): at == n for n in range(1, 11)}
    tests = {
        "capitals": str.isupper,
        "digits": str.isdigit,
        "blanks": " ".__eq__,
        "line breaks": "\n".__eq__,
    }
    for name, test in tests.items():
        kinds[name] = np.array([test(symbol) for symbol in unseen])
    return {
        name: {"count": int(which.sum()), "bits": bits_per_character(ours[which])}
        for name, which in kinds.items()
    }


def contexts(model: CharacterModel, unseen: str, count: int = 1_000) -> dict:
    """Return bits where the network sees only so many characters before each that it predicts."""
    places = np.linspace(64, len(unseen) - 1, count).astype(int)
    return {
        str(length): float(
            np.mean(
                [
                    -np.log2(
                        model.next_probs(unseen[i - length : i])[model.alphabet.index(unseen[i])]
                    )
                    for i in places
                ]
            )
        )
        for length in (0, 1, 2, 4, 8, 16, 32, 64)
    }


def amounts(learnt: str, unseen: str) -> list[dict]:
    """Return bits of n-grams that have seen the first half, quarter ... of the text."""
    return [
        {
            "characters": len(part),
            "bits": {str(n): bits(NGramModel(n).fit(part), unseen) for n in (1, 2, 3, 5, 7)},
        }
        for part in (learnt[: len(learnt) >> halvings] for halvings in range(6, -1, -1))
    ]
