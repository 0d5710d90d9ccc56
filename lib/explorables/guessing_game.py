"""Shannon's guessing game: the letters of a hidden sentence, and what the guesses say of it."""

import unicodedata
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from lib._types import Array, Integers
from lib.explorables._assets import CHARACTER_MODEL, CHARACTER_NGRAMS
from lib.explorables._base import Explorable, Quantity, counted
from lib.explorables._traits import Integer, StateError, Vector
from lib.figures import draw_bounds, draw_guesses, new_figure
from lib.language import (
    LETTERS,
    CharacterModel,
    NGramModel,
    bits_per_character,
    guessing_bounds,
    letter_guesses,
)

#: What is hidden: sentences of the book's own, of small letters and blanks after the first.
SENTENCES = (
    "The train was so full that we had to stand all the way home",
    "My neighbour is teaching her parrot to say good morning",
    "Please leave your wet umbrella by the door before you come in",
    "Nobody at the table wanted to take the last slice of cake",
    "We spent the whole afternoon looking for a shop that sells maps",
    "A cold cup of tea was all that was left of her breakfast",
    "If it snows again tonight the school will probably stay closed",
    "He learned to swim in the lake behind the old mill",
    "Turn left at the bakery and you will see the post office",
    "Her first job was washing dishes in a small hotel near the sea",
    "Most of the tomatoes in our garden were eaten by snails",
    "Could you turn the music down while the baby is sleeping",
    "They painted the kitchen yellow because it gets so little sun",
    "Someone has parked a blue van right in front of our gate",
    "It took him three weeks to answer a very short letter",
    "You can keep the book until the end of the month if you like",
    "Our dog hides under the sofa whenever it hears thunder",
    "The museum is closed today but the garden behind it is open",
    "She always forgets where she has put her reading glasses",
    "This road looks much shorter on the map than it really is",
    "After the storm half the village had no power for two days",
    "Why does the lift stop on every floor when we are in a hurry",
    "Bring a warm jacket because it gets windy on the bridge at night",
    "Half of the class had never seen the sea before this trip",
)
#: Letters that a sentence may have.
LONGEST = 90
#: The rank of a letter that was shown.
SHOWN = len(LETTERS)
#: What a letter costs whoever knows nothing but the alphabet.
CHANCE = float(np.log2(len(LETTERS)))


class Played(NamedTuple):
    """What a model makes of a sentence: surprisals in nats, and the numbers of its guesses."""

    surprisals: Array
    guesses: Integers


class GuessingGame(Explorable):
    """Shannon's guessing game: guess a sentence letter by letter, and measure what you know.

    The alphabet has 27 letters, those from a to z in either case and the blank. Without arguments a
    sentence of the book is hidden; with `text` the reader's own, for another to guess: the view is
    sent a copy, which no link holds, and a page that is made of the notebook not in plain words.

    A guess that is taken back counts all the same, once another is made at its place, and a letter
    that was shown counts as 27 guesses, though it is none: the upper bound is charged all of its
    log₂ 27 bits. A link that is copied tells how many guesses each
    letter took, and not the letters: whoever opens it finds them in `rival`.

    Parameters
    ----------
    text : a sentence of the reader's own, of at most 90 letters and blanks; what else is in it is
        left out.
    sentence : which sentence of the book, from 1.
    ranks : of each letter found so far, the number of the guess that was right: 1 for the first, 27
        for a letter that was shown. What is longer than the sentence does not count.
    tried : the letters that were tried at the next place and are wrong, as their places in the
        alphabet, from 1.
    rival : the ranks of another player, to be beaten.

    Examples
    --------
    >>> game = GuessingGame(sentence=1, ranks=[2, 1, 1, 1, 5])
    >>> game.found_text, game.found, game.left
    ('The t', 5.0, 54.0)
    >>> print(f"{game.lower:.3f} to {game.upper:.3f}, the network {game.network:.3f}")
    0.951 to 1.371, the network 1.454
    """

    name = "guessing_game"
    title = "Guess the next letter"
    prompt = (
        "A sentence is hidden. Guess its letters, one after the other: the fewer guesses you need, "
        "the less a letter tells you."
    )
    challenge = (
        "Find 30 letters or more of a sentence, none of them revealed, with fewer guesses than the "
        "network needs for the same letters."
    )
    needs = (CHARACTER_MODEL, CHARACTER_NGRAMS)
    solutions = [{"ranks": [2, *[1] * 24, 2, 3, 1, 5, 1]}]

    sentence = Integer(1, 1, len(SENTENCES), label="Sentence")
    ranks = Vector([], 1, len(LETTERS), labels=[], max_length=LONGEST, step=1, integer=True,
                   label="Guesses for each letter")  # fmt: skip
    tried = Vector([], 1, len(LETTERS), labels=[], max_length=len(LETTERS) - 1, step=1,
                   integer=True, label="Letters tried")  # fmt: skip
    rival = Vector([], 1, len(LETTERS), labels=[], max_length=LONGEST, step=1, integer=True,
                   label="Another player's guesses")  # fmt: skip

    def __init__(self, *, text: str | None = None, **state: Any) -> None:
        if text is None:
            super().__init__(**state)
            return
        if not isinstance(text, str):
            raise StateError(f"text must be a string, got {type(text).__name__}")
        plain = " ".join("".join(filter(_is_letter, unicodedata.normalize("NFKD", text))).split())
        if not 1 <= len(plain) <= LONGEST:
            raise StateError(f"text must have 1 to {LONGEST} letters and blanks, got {len(plain)}")
        super().__init__(**state)
        self._hold({"text": np.array([*map(ord, plain)])}, {"text": "text"})

    def _whole(self) -> str:
        """Return the sentence."""
        if not self._data:
            return SENTENCES[self.sentence - 1]
        return "".join(chr(int(code)) for code in self._data["text"])

    @property
    def counted_ranks(self) -> list[int]:
        """The ranks that belong to letters of the sentence."""
        return [int(rank) for rank in self.ranks[: len(self._whole())]]

    @property
    def found_text(self) -> str:
        """The letters that were found."""
        return self._whole()[: len(self.ranks)]

    def shared(self) -> dict[str, Any]:
        """Return what a copied link holds: the guesses as another player's, and no letter."""
        return {**self.state, "ranks": [], "tried": [], "rival": self.ranks or self.rival}

    def _bounds(self) -> tuple[float, float]:
        ranks = self.counted_ranks
        return guessing_bounds(ranks, shown=SHOWN) if ranks else (0.0, CHANCE)

    def _network(self) -> Played:
        """Return what the network makes of the letters that were found."""
        n, whole = len(self.ranks), _network(self._whole())
        return Played(whole.surprisals[:n], whole.guesses[:n])

    def _counted(self, order: int) -> Array:
        return _counted_surprisals(order, self._whole())[: len(self.ranks)]

    @Quantity("Letters found", decimals=0)
    def found(self) -> float:
        """How many letters were found."""
        return float(len(self.counted_ranks))

    @Quantity("Still hidden", decimals=0)
    def left(self) -> float:
        """How many letters are still hidden."""
        return float(len(self._whole()) - len(self.counted_ranks))

    @Quantity("Your guesses", decimals=0, tone="h")
    def own_guesses(self) -> float:
        """How many guesses these letters took; one that was shown counts as 27."""
        return float(sum(self.counted_ranks))

    @Quantity("Network's guesses", decimals=0, tone="q")
    def network_guesses(self) -> float:
        """How many the network took for the same letters."""
        return float(self._network().guesses.sum())

    @Quantity("Your upper bound", "bits", 3, tone="h")
    def upper(self) -> float:
        """Shannon's upper bound of the reader's entropy a letter; log₂ 27 before the first."""
        return self._bounds()[1]

    @Quantity("Network's upper", "bits", 3, tone="q", infinite="–")
    def network_upper(self) -> float:
        """The upper bound by the network's own guesses."""
        guesses = self._network().guesses
        return guessing_bounds(guesses)[1] if guesses.size else np.inf

    @Quantity("Your lower, if ideal", "bits", 3, tone="h")
    def lower(self) -> float:
        """Shannon's lower bound of the entropy a letter, if the guesses were ideal; first 0."""
        return self._bounds()[0]

    @Quantity("Network's lower, if ideal", "bits", 3, tone="q", infinite="–")
    def network_lower(self) -> float:
        """The lower bound by the network's own guesses."""
        guesses = self._network().guesses
        return guessing_bounds(guesses)[0] if guesses.size else np.inf

    @Quantity("Network pays", "bits", 3, tone="q", infinite="–")
    def network(self) -> float:
        """What a letter cost the network in the mean; as of every model, ∞ before the first."""
        return _bits(self._network().surprisals)

    @Quantity("Triples of letters", "bits", 3, tone="muted", infinite="–")
    def triples(self) -> float:
        """What a letter cost a model that sees two letters before it."""
        return _bits(self._counted(3))

    @Quantity("Pairs of letters", "bits", 3, tone="muted", infinite="–")
    def pairs(self) -> float:
        """What a letter cost a model that sees one letter before it."""
        return _bits(self._counted(2))

    @Quantity("Single letters", "bits", 3, tone="muted", infinite="–")
    def letters(self) -> float:
        """What a letter cost a model that knows how frequent each is."""
        return _bits(self._counted(1))

    def describe(self) -> str:
        n, length = len(self.counted_ranks), len(self._whole())
        which = "A sentence of the reader's own" if self._data else f"Sentence {self.sentence}"
        if not n:
            return f"{which}, of {counted(length, 'letter')} from a to z and blanks, is hidden."
        guesses = sum(self.counted_ranks)
        return (
            f"{which}: {n} of {counted(length, 'letter')} found, in {guesses} "
            f"guess{'' if guesses == 1 else 'es'}; the network took {self.network_guesses:.0f}. "
            f"By them a letter has at most {self.upper:.3f} bits, and at least {self.lower:.3f} if "
            f"they were ideal; by the network's, {self.network_lower:.3f} to "
            f"{self.network_upper:.3f}."
        )

    def figure(self) -> Any:
        ranks, found = self.counted_ranks, self.found_text
        figure, (left, right) = new_figure(2, height=2.9)
        draw_guesses(left, found, ranks, len(self._whole()))
        models = {"network": self._network().surprisals}
        models |= {
            name: self._counted(k) for k, name in ((3, "triples"), (2, "pairs"), (1, "letters"))
        }
        n = np.arange(1, len(ranks) + 1)
        draw_bounds(
            right,
            [guessing_bounds(ranks[:k], shown=SHOWN) for k in n],
            {name: np.cumsum(nats) / n / np.log(2) for name, nats in models.items()},
            letters=len(self._whole()),
            chance=CHANCE,
        )
        return figure


def _is_letter(symbol: str) -> bool:
    return symbol.lower() in LETTERS


def _bits(surprisals: Array) -> float:
    return bits_per_character(surprisals) if surprisals.size else np.inf


@lru_cache(maxsize=1)
def _model() -> CharacterModel:
    return CharacterModel.load()


@lru_cache(maxsize=256)
def _network(text: str) -> Played:
    return Played(*letter_guesses(_model(), text, before="\n"))


@lru_cache(maxsize=1024)
def _counted_surprisals(order: int, text: str) -> Array:
    return letter_guesses(NGramModel.load(order), text, before="\n")[0]
