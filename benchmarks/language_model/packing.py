"""How large a model is: what a file of it weighs, at 8 bits a number and packed by gzip.

The network's file is the one that the book loads. A table of n-grams is stored as the gaps between
the numbers of its n-grams and, for each, what it keeps of the prediction; the rest of a context is
what its n-grams leave. What is measured is the model as it would be read back from such a file.
"""

import gzip
from typing import Any

import numpy as np

from lib.language import (
    OTHER,
    STEPS,
    NGramModel,
    _code_points,
    _continuations,
    _count,
    _discount,
    _unpacked,
)


def packed(data: bytes) -> int:
    """Return how many bytes gzip makes of some."""
    return len(gzip.compress(data, 9, mtime=0))


def rounded(weights: dict[str, np.ndarray]) -> tuple[bytes, list[dict[str, Any]]]:
    """Return weights as bytes, and what stands there: matrices at 8 bits, a factor for each row."""
    arrays: dict[str, np.ndarray] = {}
    for name, matrix in weights.items():
        if matrix.ndim == 2:
            factor = (np.abs(matrix).max(axis=1, keepdims=True) / 127).astype("<f4")
            arrays[f"{name}_factor"] = factor
            arrays[name] = np.rint(matrix / factor).clip(-127, 127).astype("i1")
        else:
            arrays[name] = matrix.astype("<f4")
    # Numbers of four bytes first, where a reader wants them to begin at a multiple of four.
    ordered = sorted(arrays.items(), key=lambda item: item[1].dtype.itemsize, reverse=True)
    about = [{"name": n, "shape": list(a.shape), "dtype": a.dtype.str} for n, a in ordered]
    return b"".join(a.tobytes() for _, a in ordered), about


def gaps(numbers: np.ndarray) -> bytes:
    """Return rising numbers as the distances between them, seven bits to a byte."""
    distances = np.diff(numbers, prepend=0)
    groups = [distances & 127]
    while np.any(distances := distances >> 7):
        groups.append(distances & 127)
    width = len(groups)
    digits = np.stack(groups, axis=1)
    used = width - np.argmax(digits[:, ::-1] > 0, axis=1)
    used[~np.any(digits, axis=1)] = 1
    place = np.arange(width)
    digits[place < used[:, None] - 1] |= 128
    return digits[place < used[:, None]].astype(np.uint8).tobytes()


class PackedNGrams(NGramModel):
    """An n-gram model as it comes back from its file; `size` is what the file weighs in bytes.

    `stored` has of each length the numbers of its n-grams and what stands for their shares.

    N-grams of three characters and more that occur less than `least` times are left out, and what
    they would have kept goes to shorter contexts.
    """

    def __init__(self, order: int, *, least: int = 1) -> None:
        super().__init__(order)
        self.least = least
        self.size = 0
        self.stored: list[tuple[np.ndarray, np.ndarray]] = []

    def fit(self, text: str) -> "PackedNGrams":
        points = _code_points(text, "text")
        self._points = np.setdiff1d(points, _code_points(OTHER, "text"))
        self.alphabet = "".join(map(chr, self._points)) + OTHER
        symbols = len(self.alphabet)
        grams = list(_count(self._codes(text, "text"), symbols, self.order))
        contexts, stays, files = 1, np.ones(1, dtype=bool), [self.alphabet.encode()]
        self._levels, self.stored = [], []
        for length, (g, counts) in enumerate(zip(grams, _continuations(grams), strict=True), 1):
            numbers = np.cumsum(stays) - 1  # of the contexts that are left
            d = _discount(counts)
            context = g.keys // symbols
            seen = np.bincount(context[counts > 0], minlength=contexts)
            kept = np.maximum(counts - d, 0.0)
            totals = np.bincount(context, weights=kept, minlength=contexts) + d * seen
            share = kept / np.maximum(totals, np.finfo(float).tiny)[context]
            here = (g.counts >= self.least) & (share > 0) if length > 2 else share > 0
            keys = numbers[context[here]] * symbols + g.keys[here] % symbols
            codes = np.rint(-STEPS * np.log2(share[here])).clip(0, 255).astype(np.uint8)
            files += [gaps(keys), codes.tobytes()]
            self.stored.append((keys, codes))
            self._levels.append(_unpacked(keys, codes, int(stays.sum()), symbols))
            contexts, stays = len(g.keys), here
        self.size = packed(b"".join(files))
        return self
