"""Language models of characters: what the next character of a text costs, and what that shows.

A model has an `alphabet` and gives, after any context, one probability for each of its symbols. The
last symbol, U+FFFD, stands for every character that the model has not seen. What a character costs
is its surprisal, ``−log`` of its probability, in nats; the functions below turn surprisals into
perplexity and into bits, and a model into a compressor.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np

from lib._types import Array, ArrayLike, Integers
from lib._validation import (
    SUM_TOLERANCE_32,
    as_array,
    as_choice,
    as_distribution,
    as_finite,
    as_integer,
    as_real,
    check,
)
from lib.activations import log_softmax, softmax

__all__ = [
    "CharacterModel",
    "NGramModel",
    "arithmetic_decode",
    "arithmetic_encode",
    "bits_per_byte",
    "bits_per_character",
    "guessing_bounds",
    "letter_guesses",
    "perplexity_of",
]

#: The symbol for every character that is not in the alphabet.
OTHER = "\ufffd"

#: What `benchmarks/language_model` has trained, beside what it measured: the book's own model.
TRAINED = Path(__file__).parent / "data" / "character_model.json"

#: Fifty sentences of ours on everyday matters, on which models are compared. None learns from them.
EVERYDAY = TRAINED.with_name("everyday.txt").read_text(encoding="utf-8")

#: Shannon's 27: the letters and the blank, whatever the case.
LETTERS = "abcdefghijklmnopqrstuvwxyz "

#: Tables of letters, pairs and triples, counted on the same text.
TABLES = Path(__file__).parent / "data" / "character_ngrams.json"

#: A share of a stored table has eleven steps to a factor of two: 255 of them reach down to 10⁻⁷.
STEPS = 11
#: What a context of a stored table passes on at least, so that rounding holds nothing impossible.
FLOOR = 1e-4

#: A discount where the counts give none (see :class:`NGramModel`).
USUAL_DISCOUNT = 0.75


class Model(Protocol):
    """What the arithmetic coder needs of a model."""

    @property
    def alphabet(self) -> str: ...

    def next_probs(self, context: str) -> Array: ...


class _Grams(NamedTuple):
    """The different n-grams of one length in a text, numbered in the order of their keys."""

    keys: Integers
    """Number of the n-gram without its last character, times the alphabet's size, plus the last."""
    counts: Integers
    suffixes: Integers
    """Number of the n-gram without its first character."""


class _Level(NamedTuple):
    """What the n-grams of one length give to a prediction from n − 1 characters of context."""

    keys: Integers
    """As in `_Grams`, and a last one that is never found."""
    shares: Array
    """Probability that each n-gram keeps for its last character; 0 for what is not found."""
    rests: Array
    """Probability that each context passes on; 1 for what is not found."""


class NGramModel:
    """Predict each character from the characters before it, by counting n-grams.

    Parameters
    ----------
    order : int
        Length of the n-grams, at least 1: 2 is a bigram, which sees one character of context.
    smoothing : {"interpolated_kneser_ney", "add_one"}
        What gives a probability to n-grams that the text does not have.

    Attributes
    ----------
    alphabet : str
        The characters of the text, sorted, and U+FFFD for every other; empty before `fit`.

    Raises
    ------
    TypeError
        If `order` is not an integer.
    ValueError
        If `order` is below 1, or `smoothing` is unknown.

    Notes
    -----
    With ``c(h w)`` the count of context h followed by w, V the size of the alphabet and h′ the
    context h without its first character:

    - *add-one*: ``P(w | h) = (c(h w) + 1) / (Σ_v c(h v) + V)``.
    - *interpolated Kneser-Ney*: ``P(w | h) = [max(c(h w) − D, 0) + D t(h) P(w | h′)] / Σ_v c(h v)``
      with t(h) the number of different characters after h, and the uniform distribution below the
      empty context. Below the longest n-grams, ``c(h w)`` is not how often h w occurs but how many
      different characters stand before it.

    Each length has its own discount ``D = n₁ / (n₁ + 2 n₂)``, from the numbers of n-grams of that
    length counted once and twice (Ney, Essen and Kneser, 1994): close to what would predict each
    n-gram best from all the others, and without a held-out text. Where either number is 0, as in
    very short texts, D is 0.75. So every symbol has a probability above 0 after every context.

    At the start of a text a character is predicted from the shorter context there is; nothing
    stands for a start. An unseen context passes everything on to a shorter one (add-one: to the
    uniform distribution).

    References
    ----------
    R. Kneser and H. Ney, "Improved Backing-off for M-gram Language Modeling", *International
    Conference on Acoustics, Speech, and Signal Processing*, 1995; S. F. Chen and J. Goodman, "An
    Empirical Study of Smoothing Techniques for Language Modeling", *Computer Speech and Language*
    13, 1999, pp. 359-394, sections 2.1 and 2.7; for the discount, H. Ney, U. Essen and R. Kneser,
    "On Structuring Probabilistic Dependences in Stochastic Language Modelling", *Computer Speech
    and Language* 8, 1994, pp. 1-38.

    Examples
    --------
    >>> from lib.language import NGramModel
    >>> model = NGramModel(2, smoothing="add_one").fit("abracadabra")
    >>> model.alphabet[:-1]
    'abcdr'
    >>> model.next_probs("b").round(3)
    array([0.125, 0.125, 0.125, 0.125, 0.375, 0.125])
    """

    def __init__(self, order: int, *, smoothing: str = "interpolated_kneser_ney") -> None:
        self.order = as_integer(order, "order", at_least=1)
        choices = ("interpolated_kneser_ney", "add_one")
        self.smoothing = as_choice(smoothing, "smoothing", choices)
        self.alphabet = ""
        self._points: Integers = np.array([], dtype=np.uint32)
        self._levels: list[_Level] = []

    def fit(self, text: str) -> NGramModel:
        """Count the n-grams of a text, of all lengths up to the order; return the model.

        Parameters
        ----------
        text : str
            What to learn from: at least one character. What was learnt before is forgotten.

        Returns
        -------
        NGramModel
            The model itself.

        Raises
        ------
        TypeError
            If `text` is not a string.
        ValueError
            If `text` is empty.
        """
        points = _code_points(text, "text")
        if not points.size:
            raise ValueError("text must have at least one character, got none")
        self._points = np.setdiff1d(points, _code_points(OTHER, "text"))
        self.alphabet = "".join(map(chr, self._points)) + OTHER
        grams = list(_count(self._codes(text, "text"), len(self.alphabet), self.order))
        counts = [g.counts for g in grams]
        if self.smoothing == "interpolated_kneser_ney":
            counts = list(_continuations(grams))
        contexts = (1, *(len(g.keys) for g in grams))
        self._levels = [
            self._level(g.keys, c, n) for g, c, n in zip(grams, counts, contexts, strict=False)
        ]
        return self

    @classmethod
    def load(cls, order: int) -> NGramModel:
        """Return the book's own table, counted on the text that `CharacterModel.load` learnt from.

        Its shares have 8 bits each: ``2^(−k / 11)`` for a whole k from 0 to 255.

        Parameters
        ----------
        order : int
            1 for letters, 2 for pairs, 3 for triples.

        Returns
        -------
        NGramModel
            The model, with the alphabet of the network.

        Raises
        ------
        TypeError
            If `order` is not an integer.
        ValueError
            If `order` is not 1, 2 or 3.
        """
        model = cls(order)
        about = json.loads(TABLES.read_text(encoding="utf-8"))
        arrays = _arrays(about, TABLES)
        if f"gaps_{order}_1" not in arrays:
            raise ValueError(f"order must be one of {about['orders']}, got {order}")
        model.alphabet = about["alphabet"]
        model._points = _code_points(model.alphabet, "alphabet")[:-1]
        contexts = 1
        for length in range(1, order + 1):
            keys = np.cumsum(arrays[f"gaps_{order}_{length}"].astype(np.int64))
            codes = arrays[f"codes_{order}_{length}"].astype(np.int64)
            model._levels.append(_unpacked(keys, codes, contexts, len(model.alphabet)))
            contexts = len(keys)
        return model

    def next_probs(self, context: str) -> Array:
        """Return the probability of each symbol of the alphabet after a context.

        Parameters
        ----------
        context : str
            The text so far. Its last ``order − 1`` characters count.

        Returns
        -------
        ndarray
            Probabilities above 0 that sum to 1, of shape (len(alphabet),), in the alphabet's order.

        Raises
        ------
        TypeError
            If `context` is not a string.
        ValueError
            If the model has not been fitted.
        """
        codes = self._codes(context, "context", last=self.order - 1)
        symbols = len(self.alphabet)
        probs = uniform = np.full(symbols, 1 / symbols)
        # Numbers of the n-grams that end after each character; at first those of none.
        found: Integers = np.zeros(len(codes) + 1, dtype=np.int64)
        for length, level in enumerate(self._levels[: len(codes) + 1]):
            here = int(found[-1])
            probs = level.rests[here] * (uniform if self.smoothing == "add_one" else probs)
            start, stop = np.searchsorted(level.keys, [here * symbols, (here + 1) * symbols])
            probs[level.keys[start:stop] - here * symbols] += level.shares[start:stop]
            found = _find(level.keys, found[:-1] * symbols + codes[length:])
        return probs

    def surprisals(self, text: str) -> Array:
        """Return what each character of a text costs, each predicted from those before it.

        Parameters
        ----------
        text : str
            Any text; a character outside the alphabet costs what the symbol for all others does.

        Returns
        -------
        ndarray
            ``−log P(character | context)`` in nats, of shape (len(text),).

        Raises
        ------
        TypeError
            If `text` is not a string.
        ValueError
            If the model has not been fitted.
        """
        codes = self._codes(text, "text")
        symbols = len(self.alphabet)
        probs = np.full(len(codes), 1 / symbols)
        found: Integers = np.zeros(len(codes), dtype=np.int64)  # Numbers of the contexts.
        for length, level in enumerate(self._levels):
            grams = _find(level.keys, found * symbols + codes[length:])
            below = 1 / symbols if self.smoothing == "add_one" else probs[length:]
            probs[length:] = level.rests[found] * below + level.shares[grams]
            found = grams[:-1]
        return 0.0 - np.log(np.minimum(probs, 1.0))

    def _level(self, keys: Integers, counts: Integers, contexts: int) -> _Level:
        """Return what n-grams keep of each prediction, and what their contexts pass on."""
        symbols = len(self.alphabet)
        context = keys // symbols
        if self.smoothing == "add_one":
            kept, given = counts.astype(np.float64), np.full(contexts, float(symbols))
        else:
            d = _discount(counts)
            kept = np.maximum(counts - d, 0.0)
            given = d * np.bincount(context[counts > 0], minlength=contexts)
        totals = np.bincount(context, weights=kept, minlength=contexts) + given
        followed = np.maximum(totals, np.finfo(float).tiny)  # 0 / 0 = 0: what nothing follows ...
        shares, rests = kept / followed[context], given / followed
        rests[totals == 0] = 1.0  # ... passes everything on.
        never = np.iinfo(np.int64).max
        return _Level(np.append(keys, never), np.append(shares, 0.0), np.append(rests, 1.0))

    def _codes(self, text: str, name: str, *, last: int | None = None) -> Integers:
        """Return each character's place in the alphabet, of the `last` so many if that is given."""
        points = _code_points(text, name, last=last)
        if not self.alphabet:
            raise ValueError("the model must be fitted, got one without counts; call fit(text)")
        return _places(self._points, points)


def _places(known: Integers, points: Integers) -> Integers:
    """Return the place of each number among sorted ones; their count for what is not there."""
    if not known.size:
        return np.zeros(len(points), dtype=np.int64)
    places = np.minimum(np.searchsorted(known, points), len(known) - 1)
    return np.where(known[places] == points, places, len(known))


class CharacterModel:
    """Predict each character with a small recurrent network, which reads one after the other.

    Parameters
    ----------
    weights : mapping of str to array_like
        Arrays of the names and shapes below; finite.
    alphabet : str
        Its V symbols: the characters that it knows, sorted, and U+FFFD for every other.
    card : mapping of str to str, optional
        What a reader should know of the model: where it comes from, and what it is bad at.

    Attributes
    ----------
    alphabet : str
        As given.
    card : dict of str to str
        As given; of the book's own model the text, the packages, their licences, the seed and more.

    Raises
    ------
    TypeError
        If `weights` does not hold real numbers, or `alphabet` is not a string.
    ValueError
        If an array is missing, unknown, not finite or not of its shape, or the alphabet is not
        sorted or does not end with U+FFFD.

    Notes
    -----
    A gated recurrent unit of H numbers, the state h, at first 0. With x the column of the input
    matrix for the character read, and U the state matrix, whose 3 H rows are those of r, z and n:

    - ``r = σ(x_r + U_r h)`` and ``z = σ(x_z + U_z h)``
    - ``n = tanh(x_n + r (U_n h + c))``
    - ``h ← (1 − z) n + z h``
    - ``P(next) = softmax(W h + b)``

    That is PyTorch's ``GRU``, with one bias where it has two. The arrays are ``"input"`` of shape
    (3 H, V), ``"state"`` for U (3 H, H), ``"reset"`` for c (H,), ``"output"`` for W (V, H) and
    ``"bias"`` for b (V,).

    :meth:`load` gives the network of the book. Its weights have 8 bits each, with a factor for each
    row of a matrix. The first character of a text is predicted from the state 0, and so from no
    context; a line break before a text says that a sentence begins. A context that goes on from the
    last one costs no more than its new characters.

    References
    ----------
    K. Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder for Statistical
    Machine Translation", *Empirical Methods in Natural Language Processing*, 2014, section 2.3.

    Examples
    --------
    >>> from lib.language import CharacterModel
    >>> model = CharacterModel.load()
    >>> probs = model.next_probs("\\nThe weathe")
    >>> model.alphabet[probs.argmax()], f"{probs.max():.2f}"
    ('r', '0.98')
    """

    def __init__(
        self,
        weights: Mapping[str, ArrayLike],
        alphabet: str,
        *,
        card: Mapping[str, str] | None = None,
    ) -> None:
        points = _code_points(alphabet, "alphabet")
        if alphabet[-1:] != OTHER or np.any(np.diff(points.astype(np.int64)) <= 0):
            message = "alphabet must be sorted, without repetition, and end with U+FFFD"
            raise ValueError(f"{message}, got {alphabet!r}")
        names = ("input", "state", "reset", "output", "bias")
        if set(weights) != set(names):
            raise ValueError(f"weights must have the names {', '.join(names)}, got {list(weights)}")
        arrays = {name: as_finite(weights[name], f"weights[{name!r}]") for name in names}
        units, symbols = arrays["reset"].size, len(alphabet)
        shapes = [(3 * units, symbols), (3 * units, units), (units,), (symbols, units), (symbols,)]
        for name, shape in zip(names, shapes, strict=True):
            if arrays[name].shape != shape:
                message = f"weights[{name!r}] must have shape {shape}, got {arrays[name].shape}"
                raise ValueError(message)
        self.alphabet = alphabet
        self.card = dict(card or {})
        self._points = points[:-1]
        self._given = np.ascontiguousarray(arrays["input"].T)
        self._state, self._reset = arrays["state"], arrays["reset"]
        self._output, self._bias = arrays["output"], arrays["bias"]
        self._last = "", np.zeros(units)

    @classmethod
    def load(cls) -> CharacterModel:
        """Return the model of the book, which knows short English sentences.

        Returns
        -------
        CharacterModel
            The model, with its card.

        Raises
        ------
        ValueError
            If the file of the weights is not the one that was trained.
        """
        about = json.loads(TRAINED.read_text(encoding="utf-8"))
        stored = _arrays(about, TRAINED)
        arrays = {name: array.astype(np.float64) for name, array in stored.items()}
        weights = {
            name: array * arrays.get(f"{name}_factor", 1.0)
            for name, array in arrays.items()
            if not name.endswith("_factor")
        }
        return cls(weights, about["alphabet"], card=about["card"])

    def state(self, text: str, *, state: ArrayLike | None = None) -> Array:
        """Return what the network keeps of a text, from which it can go on reading.

        Parameters
        ----------
        text : str
            What to read.
        state : array_like, optional
            What it kept of the text before, of shape (H,); without it nothing stands before.

        Returns
        -------
        ndarray
            Numbers in [−1, 1], of shape (H,), if those of `state` are.

        Raises
        ------
        TypeError
            If `text` is not a string.
        ValueError
            If `state` is not finite or not of shape (H,).
        """
        h = self._begin(state)
        for code in self._codes(text, "text"):
            h = self._step(h, code)
        return h

    def next_probs(
        self, context: str, *, state: ArrayLike | None = None, temperature: float = 1.0
    ) -> Array:
        """Return the probability of each symbol of the alphabet after a context.

        Parameters
        ----------
        context : str
            The text so far, all of which counts.
        state : array_like, optional
            What :meth:`state` returned for the text before the context.
        temperature : float, optional
            Positive; the scores are divided by it.

        Returns
        -------
        ndarray
            Probabilities above 0 that sum to 1, of shape (V,), in the alphabet's order.

        Raises
        ------
        TypeError
            If `context` is not a string.
        ValueError
            If `state` is not finite or not of shape (H,), or `temperature` is not positive.
        """
        t = _positive(temperature)
        if state is not None:
            h = self.state(context, state=state)
        else:
            _code_points(context, "context", last=0)
            before, h = self._last
            if not context.startswith(before):
                before, h = "", self._begin(None)
            h = self.state(context[len(before) :], state=h)
            self._last = context, h
        return softmax((self._output @ h + self._bias) / t)

    def surprisals(
        self,
        text: str,
        *,
        state: ArrayLike | None = None,
        context: int | None = None,
        temperature: float = 1.0,
    ) -> Array:
        """Return what each character of a text costs, each predicted from those before it.

        Parameters
        ----------
        text : str
            Any text; a character outside the alphabet costs what the symbol for all others does.
        state : array_like, optional
            What :meth:`state` returned for the text before this one.
        context : int, optional
            How many characters before each one the model is allowed to see: it reads a window of
            them from the state 0, anew for each character. Without it all count.
        temperature : float, optional
            Positive; the scores are divided by it.

        Returns
        -------
        ndarray
            ``−log P(character | context)`` in nats, of shape (len(text),).

        Raises
        ------
        TypeError
            If `text` is not a string.
        ValueError
            If `state` is not finite or not of shape (H,), `context` is below 0 or given beside
            `state`, or `temperature` is not positive.
        """
        t = _positive(temperature)
        codes = self._codes(text, "text")
        if context is None:
            h = self._begin(state)
            states = np.empty((len(codes), h.size))
            for i, code in enumerate(codes):
                states[i] = h
                h = self._step(h, code)
        elif state is None:
            states = self._windows(codes, as_integer(context, "context", at_least=0))
        else:
            raise ValueError("context must not be given beside state, which stands for more of it")
        logs = log_softmax((states @ self._output.T + self._bias) / t)
        return 0.0 - np.minimum(logs[np.arange(len(codes)), codes], 0.0)

    def _windows(self, codes: Integers, context: int) -> Array:
        """Return the state before each character that has seen so many characters at most."""
        states = np.zeros((len(codes), self._reset.size))
        for back in range(min(context, max(len(codes) - 1, 0)), 0, -1):  # all windows at once
            states[back:] = self._step(states[back:], codes[:-back])
        return states

    def _begin(self, state: ArrayLike | None) -> Array:
        if state is None:
            return np.zeros_like(self._reset)
        h = as_finite(state, "state")
        if h.shape != self._reset.shape:
            raise ValueError(f"state must have shape {self._reset.shape}, got shape {h.shape}")
        return h

    def _step(self, h: Array, code: int | Integers) -> Array:
        """Return the state after one more character, or of several readings each."""
        given, past = self._given[code], (self._state @ h.T).T
        units = h.shape[-1]
        # σ(x) = (1 + tanh(x / 2)) / 2, which overflows nowhere.
        gates = 0.5 + 0.5 * np.tanh(0.5 * (given[..., : 2 * units] + past[..., : 2 * units]))
        new = past[..., 2 * units :] + self._reset
        n = np.tanh(given[..., 2 * units :] + gates[..., :units] * new)
        return n + gates[..., units:] * (h - n)

    def _codes(self, text: str, name: str) -> Integers:
        """Return each character's place in the alphabet."""
        return _places(self._points, _code_points(text, name))


def _code_points(text: str, name: str, *, last: int | None = None) -> Integers:
    """Return the number of each character in Unicode."""
    if not isinstance(text, str):
        raise TypeError(f"{name} must be a string, got {type(text).__name__}")
    if last is not None:
        text = text[max(0, len(text) - last) :]
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def _count(codes: Integers, symbols: int, order: int) -> Iterator[_Grams]:
    """Yield the n-grams of a text, those of one character first."""
    contexts = suffixes = np.zeros(len(codes), dtype=np.int64)
    for _ in range(order):
        keys, first, numbers, counts = np.unique(
            contexts * symbols + codes, return_index=True, return_inverse=True, return_counts=True
        )
        yield _Grams(keys, counts, suffixes[first])
        # An n-gram is what comes before the next character, and the end of the next n-gram.
        contexts, suffixes, codes = numbers[:-1], numbers[1:], codes[1:]


def _continuations(grams: list[_Grams]) -> Iterator[Integers]:
    """Yield how many characters stand before each n-gram; of the longest, how often it occurs."""
    for shorter, longer in itertools.pairwise(grams):
        yield np.bincount(longer.suffixes, minlength=len(shorter.keys))
    yield grams[-1].counts


def _discount(counts: Integers) -> float:
    once, twice = np.count_nonzero(counts == 1), np.count_nonzero(counts == 2)
    return once / (once + 2 * twice) if once and twice else USUAL_DISCOUNT


def _arrays(about: Mapping[str, Any], beside: Path) -> dict[str, Array]:
    """Return the arrays that a JSON file tells of, whose bytes stand in a file beside it."""
    data = beside.with_suffix(".bin").read_bytes()
    if hashlib.sha256(data).hexdigest() != about["sha256"]:
        raise ValueError(f"the numbers beside {beside.name} must be those it describes")
    arrays: dict[str, Array] = {}
    start = 0
    for array in about["arrays"]:
        values = np.frombuffer(data, array["dtype"], int(np.prod(array["shape"])), start)
        start += values.nbytes
        arrays[array["name"]] = values.reshape(array["shape"])
    return arrays


def _unpacked(keys: Integers, codes: Integers, contexts: int, symbols: int) -> _Level:
    """Return what a file says of n-grams of one length, whose shares it has at 8 bits."""
    shares = 2.0 ** (-codes.astype(np.float64) / STEPS)
    sums = np.bincount(keys // symbols, weights=shares, minlength=contexts)
    shares *= np.minimum(1.0, (1 - FLOOR) / np.maximum(sums, FLOOR))[keys // symbols]
    rests = 1 - np.bincount(keys // symbols, weights=shares, minlength=contexts)
    never = np.iinfo(np.int64).max
    return _Level(np.append(keys, never), np.append(shares, 0.0), np.append(rests, 1.0))


def _find(keys: Integers, wanted: Integers) -> Integers:
    """Return the places of numbers among sorted ones, of which the last is larger; −1 for none."""
    places = np.searchsorted(keys, wanted)
    return np.where(keys[places] == wanted, places, -1)


def _positive(temperature: float) -> float:
    t = float(as_finite(temperature, "temperature"))
    if t <= 0:
        raise ValueError(f"temperature must be positive, got {t:g}")
    return t


def _as_surprisals(surprisals: ArrayLike) -> Array:
    """Return numbers that −log of a probability can be, at least one."""
    array = as_real(surprisals, "surprisals")
    if not array.size:
        raise ValueError("surprisals must hold at least one number, got none")
    check(array >= -SUM_TOLERANCE_32, array, "surprisals", "be at least 0, as −log p is")
    return array


def perplexity_of(surprisals: ArrayLike) -> float:
    """Return the perplexity: among how many equally likely symbols the text was a choice.

    Parameters
    ----------
    surprisals : array_like
        What each symbol of a text cost, in nats, of any shape.

    Returns
    -------
    float
        Perplexity, at least 1, without a unit; ``inf`` if a symbol was held impossible.

    Raises
    ------
    TypeError
        If `surprisals` does not hold real numbers.
    ValueError
        If there is none, or one is below 0 or NaN.

    Notes
    -----
    ``exp(mean surprisal)``. Of several texts, put all surprisals together: neither the mean of the
    texts' perplexities nor the perplexity of the mean of their means is that of the whole.

    References
    ----------
    F. Jelinek, R. L. Mercer, L. R. Bahl and J. K. Baker, "Perplexity: a measure of the difficulty
    of speech recognition tasks", *Journal of the Acoustical Society of America* 62, 1977, p. S63.

    Examples
    --------
    Three symbols at 1 nat and one at 3:

    >>> from lib.language import perplexity_of
    >>> print(f"{perplexity_of([1, 1, 1, 3]):.4f}")
    4.4817
    """
    return float(np.exp(_as_surprisals(surprisals).mean()))


def bits_per_character(surprisals: ArrayLike) -> float:
    """Return what a character costs in the mean, in bits.

    Parameters
    ----------
    surprisals : array_like
        What each character of a text cost, in nats, of any shape.

    Returns
    -------
    float
        Bits per character; ``inf`` if a character was held impossible.

    Raises
    ------
    TypeError
        If `surprisals` does not hold real numbers.
    ValueError
        If there is none, or one is below 0 or NaN.

    Notes
    -----
    ``mean surprisal / log 2``

    References
    ----------
    C. E. Shannon, "Prediction and Entropy of Printed English", *Bell System Technical Journal* 30,
    1951, pp. 50-64.

    Examples
    --------
    >>> import numpy as np
    >>> from lib.language import bits_per_character
    >>> print(f"{bits_per_character(np.log([2, 8])):.1f}")
    2.0
    """
    return float(_as_surprisals(surprisals).mean() / np.log(2))


def bits_per_byte(surprisals: ArrayLike, text: str) -> float:
    """Return what a byte of a text costs in the mean, in bits, whatever a model's symbols are.

    Parameters
    ----------
    surprisals : array_like
        What each symbol of the text cost, in nats: characters, or tokens of any length that make up
        the text.
    text : str
        The text, at least one character.

    Returns
    -------
    float
        Bits per byte; ``inf`` if a symbol was held impossible.

    Raises
    ------
    TypeError
        If `surprisals` does not hold real numbers, or `text` is not a string.
    ValueError
        If there is no surprisal or no text, or a surprisal is below 0 or NaN.

    Notes
    -----
    ``Σ surprisals / (log 2 · bytes of the text in UTF-8)``. Models that cut a text into different
    symbols differ in how many they count; all of them count the same bytes. Below 8 the model
    compresses the text.

    References
    ----------
    L. Gao et al., "The Pile: An 800GB Dataset of Diverse Text for Language Modeling", 2020,
    arXiv:2101.00027, section 3.1.

    Examples
    --------
    One character of two bytes:

    >>> import numpy as np
    >>> from lib.language import bits_per_byte
    >>> print(f"{bits_per_byte(np.log([8]), 'é'):.1f}")
    1.5
    """
    total = _as_surprisals(surprisals).sum() / np.log(2)
    if not _code_points(text, "text").size:
        raise ValueError("text must have at least one character, got none")
    return float(total / len(text.encode("utf-8", "surrogatepass")))


def guessing_bounds(ranks: ArrayLike, *, shown: int | None = None) -> tuple[float, float]:
    """Return Shannon's bounds of the entropy of a text, from how many guesses its letters took.

    Parameters
    ----------
    ranks : array_like
        For each of many letters the number of the guess that was right, 1 for the first: integers,
        of any shape.
    shown : int, optional
        The rank that stands for a letter which was shown and not guessed, where one does.

    Returns
    -------
    lower, upper : float
        Bounds in bits per character, 0 ≤ lower ≤ upper.

    Raises
    ------
    TypeError
        If `ranks` are not integers.
    ValueError
        If there is none, or one is below 1.

    Notes
    -----
    With qᵢ the share of the letters that took i guesses:

    ``Σ i (qᵢ − qᵢ₊₁) log₂ i ≤ H ≤ −Σ qᵢ log₂ qᵢ``

    The upper bound holds for every guesser who would guess the same again, since the text can be
    found from the ranks. The lower one is that of an ideal guesser, who always names the likeliest
    letter left, and whose shares therefore fall. Here they are put in falling order first: in few
    letters they do not fall by themselves, and the bound could come out above the upper one.

    From a letter that was shown no guess tells anything. Whoever is to find the text has to be told
    it, by log₂ 27 bits at most, which the upper bound is charged; the lower one leaves it out.

    Of few letters both come out too low, since shares of few are less even than those of many.

    References
    ----------
    C. E. Shannon, "Prediction and Entropy of Printed English", *Bell System Technical Journal* 30,
    1951, pp. 50-64, equation 17.

    Examples
    --------
    Three letters of four at the first guess:

    >>> from lib.language import guessing_bounds
    >>> lower, upper = guessing_bounds([1, 1, 2, 1])
    >>> print(f"{lower:.4f} to {upper:.4f}")
    0.5000 to 0.8113
    """
    ranks = as_array(ranks, "ranks")
    if not ranks.size:
        raise ValueError("ranks must hold at least one rank, got none")
    if ranks.dtype.kind not in "iu":
        raise TypeError(f"ranks must be integers, got dtype {ranks.dtype}")
    check(ranks >= 1, ranks, "ranks", "be at least 1, the first guess")
    each, counts = np.unique(ranks, return_counts=True)
    q = counts / ranks.size
    told = np.sum(q[each == shown]) * np.log2(len(LETTERS))
    guessed = np.sort(q[each != shown])[::-1]
    i = np.arange(1, len(guessed) + 1)
    lower = np.sum(i * (guessed - np.append(guessed[1:], 0.0)[: len(guessed)]) * np.log2(i))
    return float(lower), float(told - np.sum(q * np.log2(q)))


def letter_guesses(model: Model, text: str, *, before: str = "") -> tuple[Array, Integers]:
    """Let a model play Shannon's guessing game: what each letter costs it, and takes of guesses.

    Parameters
    ----------
    model : NGramModel or CharacterModel
        Or anything with their `alphabet` and `next_probs`; with all of the 27 letters, small or
        capital.
    text : str
        Letters from a to z, small or capital, and blanks.
    before : str
        What the model reads before the text.

    Returns
    -------
    surprisals : ndarray
        ``−log P(letter | before, letters so far)`` in nats, of shape (len(text),).
    guesses : ndarray of int
        Of the guess that is right, if the model names the likeliest letters first, its number: 1
        for the first, at most 27.

    Raises
    ------
    TypeError
        If `text` or `before` is not a string.
    ValueError
        If `text` has another character, or the model lacks a letter or gives no distribution.

    Notes
    -----
    The game has 27 symbols, whatever the model's alphabet: P is the model's probability of a letter
    in either case, divided by that of all 27 together. The model reads the text as it is. Letters
    that are equally likely are named in alphabetical order.

    References
    ----------
    C. E. Shannon, "Prediction and Entropy of Printed English", *Bell System Technical Journal* 30,
    1951, pp. 50-64, sections 3 and 4.

    Examples
    --------
    >>> from lib.language import CharacterModel, letter_guesses
    >>> _, guesses = letter_guesses(CharacterModel.load(), "The weather", before="\\n")
    >>> guesses
    array([ 1,  1,  1,  1, 13,  4,  1,  1,  1,  1,  1])
    """
    _code_points(before, "before")
    _code_points(text, "text")
    if not set(text.lower()) <= set(LETTERS):
        raise ValueError(f"text must have no characters but letters and blanks, got {text!r}")
    known = {symbol: place for place, symbol in enumerate(model.alphabet)}
    cases = [[known[c] for c in {x, x.upper()} if c in known] for x in LETTERS]
    if not all(cases):
        raise ValueError(f"model must know all 27 letters, got the alphabet {model.alphabet!r}")
    costs = np.empty(len(text))
    guesses: Integers = np.empty(len(text), dtype=np.int64)
    for i, letter in enumerate(text.lower()):
        context = before + text[:i]
        probs = as_distribution(model.next_probs(context), "model.next_probs(context)")
        shares = np.array([probs[both].sum() for both in cases])
        place = LETTERS.index(letter)
        share = shares[place]
        costs[i] = np.log(shares.sum()) - np.log(share)
        guesses[i] = 1 + np.sum(shares > share) + np.sum(shares[:place] == share)
    return 0.0 + np.maximum(costs, 0.0), guesses


# An interval of whole numbers stands for what the text can still be. Its width is kept above LEAST
# by writing out SHIFT of its binary digits at a time, and a probability is rounded to 1 / SHARES:
# together they cost less than a millionth of a bit a character.
START, LEAST, SHIFT, SHARES = 112, 1 << 80, 32, 1 << 48


def arithmetic_encode(text: str, model: Model) -> bytes:
    """Return a text as the bytes of an arithmetic code that is driven by a model.

    Parameters
    ----------
    text : str
        What to encode, of characters of the model's alphabet.
    model : NGramModel or CharacterModel
        Or anything with its `alphabet` and `next_probs`.

    Returns
    -------
    bytes
        The code, which :func:`arithmetic_decode` turns into the text again. Its length is the sum
        of the surprisals in bits, to a part in a thousand and 4 bytes.

    Raises
    ------
    TypeError
        If `text` is not a string.
    ValueError
        If a character is outside the alphabet, or the model gives no distribution.

    Notes
    -----
    Each character narrows an interval, which starts as [0, 1), to the part that has the character's
    probability as its share. The code is the shortest binary fraction in the last interval. All of
    it is done in whole numbers, so that decoding repeats it exactly, given the same probabilities:
    with the same model on the same machine. Where a model holds a character impossible, its share
    is about 2⁻⁴⁸.

    References
    ----------
    I. H. Witten, R. M. Neal and J. G. Cleary, "Arithmetic Coding for Data Compression",
    *Communications of the ACM* 30, 1987, pp. 520-540.

    Examples
    --------
    >>> from lib.language import NGramModel, arithmetic_decode, arithmetic_encode
    >>> model = NGramModel(3).fit("to be or not to be " * 20)
    >>> code = arithmetic_encode("to be or not to be", model)
    >>> len(code), arithmetic_decode(code, model, 18)
    (1, 'to be or not to be')
    """
    _code_points(text, "text")
    places = {symbol: place for place, symbol in enumerate(model.alphabet)}
    for i, symbol in enumerate(text):
        if symbol not in places:
            message = "text must consist of characters of the model's alphabet"
            raise ValueError(f"{message}, got {symbol!r} at index {i}")
    low, width, bits, context = 0, 1 << START, START, ""
    for symbol in text:
        bounds = _bounds(model, context)
        start, stop = bounds[places[symbol]], bounds[places[symbol] + 1]
        unit = width // bounds[-1]
        low, width = low + unit * start, unit * (stop - start)
        while width < LEAST:
            low, width, bits = low << SHIFT, width << SHIFT, bits + SHIFT
        context += symbol
    # Of the multiples of any power of 2 up to the width, one lies in the interval.
    free = width.bit_length() - 1
    count = (bits - free + 7) // 8
    return (-(-low >> (bits - 8 * count))).to_bytes(count, "big")


def arithmetic_decode(data: bytes, model: Model, length: int) -> str:
    """Return the text that :func:`arithmetic_encode` has encoded.

    Parameters
    ----------
    data : bytes
        The code.
    model : NGramModel or CharacterModel
        The model that it was encoded with.
    length : int
        Number of characters of the text, which the code does not tell.

    Returns
    -------
    str
        The text. A wrong code, model or length gives another text, and no error.

    Raises
    ------
    TypeError
        If `data` is not bytes, or `length` is not an integer.
    ValueError
        If `length` is below 0, or the model gives no distribution.

    Notes
    -----
    The coder's steps are repeated; at each, the code lies in one character's part of the interval.

    References
    ----------
    I. H. Witten, R. M. Neal and J. G. Cleary, "Arithmetic Coding for Data Compression",
    *Communications of the ACM* 30, 1987, pp. 520-540.

    Examples
    --------
    >>> from lib.language import NGramModel, arithmetic_decode
    >>> arithmetic_decode(b"", NGramModel(1).fit("b"), 3)
    'bbb'
    """
    if not isinstance(data, bytes | bytearray | memoryview):
        raise TypeError(f"data must be bytes, got {type(data).__name__}")
    stream, text = bytes(data), ""
    position = START // 8
    width, code = 1 << START, int.from_bytes(stream[:position].ljust(position, b"\0"), "big")
    for _ in range(as_integer(length, "length", at_least=0)):
        bounds = _bounds(model, text)
        unit = width // bounds[-1]
        place = bisect_right(bounds, min(code // unit, bounds[-1] - 1)) - 1
        code, width = code - unit * bounds[place], unit * (bounds[place + 1] - bounds[place])
        while width < LEAST:
            more = stream[position : position + SHIFT // 8].ljust(SHIFT // 8, b"\0")
            code, width = code << SHIFT | int.from_bytes(more, "big"), width << SHIFT
            position += SHIFT // 8
        text += model.alphabet[place]
    return text


def _bounds(model: Model, context: str) -> list[int]:
    """Return where each symbol's part begins, in whole numbers from 0, and where the last ends."""
    probs = as_distribution(model.next_probs(context), "model.next_probs(context)")
    if probs.shape != (len(model.alphabet),):
        message = "model.next_probs(context) must have one probability for each of the alphabet's"
        raise ValueError(f"{message} {len(model.alphabet)} symbols, got shape {probs.shape}")
    shares = np.floor(probs * SHARES).astype(np.int64) + 1
    return [0, *np.cumsum(shares).tolist()]
