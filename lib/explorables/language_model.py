"""What each character of a text costs a language model that the reader holds in hand."""

import math
from functools import lru_cache
from typing import Any

import numpy as np

from lib._types import Array
from lib.explorables._assets import CHARACTER_MODEL, CHARACTER_NGRAMS
from lib.explorables._base import Explorable, Quantity, counted
from lib.explorables._traits import Choice, Integer, Number, Text
from lib.figures import draw_character_costs, draw_model_bits, new_figure
from lib.information import entropy
from lib.language import (
    CharacterModel,
    NGramModel,
    bits_per_byte,
    bits_per_character,
    perplexity_of,
)

MOST = 4000
#: What the model has learnt are straight signs; each of these is read as one of them.
STRAIGHT = str.maketrans("‘’“”–—\xa0", "''\"\"-- ")
CONTEXTS = (0, 1, 2, 4, 8, 16)
EXAMPLES = (
    ("everyday words", "The last train is often late, so I take the bus.", 48),
    ("a misspelt word", "She put the lettre on the kitchen table.", 4),
    ("a phrase again and again", "We sang it again and again and again and again.", 47),
    ("a telephone number", "My new number is 555 0142, please write it down.", 19),
    ("another language", "Le train de midi est encore en retard.", 6),
    ("a line of a program", "for i in range(10): print(i * i)", 16),
)
#: By the name of a quantity, what costs as much.
MODELS = {**{name: name for name in ("uniform", "letters", "pairs", "triples")}, "bits": "network"}
WORDS = {
    "0": "no character",
    "1": "1 character",
    **{str(n): f"{n} characters" for n in CONTEXTS[2:]},
}


class LanguageModelExplorer(Explorable):
    """A text, and what each of its characters costs the book's own language model.

    The model reads a line break first, so that it knows that a sentence begins, and takes curly
    quotes and long dashes for straight and short ones. A page loads its weights besides the
    figure's script; in Jupyter they come from the kernel, and no notebook saves them. Beside it
    stand tables of single characters, pairs and triples, counted on the text that it has learnt.

    Parameters
    ----------
    text : what to read, up to 4000 characters.
    place : how many of its characters stand before the one that is looked at; what is beyond the
        end stands for the end.
    context : how many characters before each one the model is allowed to see: ``"0"``, ``"1"``,
        ``"2"``, ``"4"``, ``"8"``, ``"16"`` or ``"all"``.
    temperature : T, by which the scores are divided.

    Examples
    --------
    >>> right = LanguageModelExplorer(text="She put the letter on the table.")
    >>> wrong = LanguageModelExplorer(text="She put the lettre on the table.")
    >>> print(f"{right.bits:.2f} {wrong.bits:.2f} {right.triples:.2f}")
    1.42 1.98 2.21
    """

    name = "language_model"
    title = "What each character costs"
    prompt = (
        "A column behind each character shows its surprisal. Find the misspelt word by its colour, "
        "put it right, and see what the text costs then; or type one of your own."
    )
    challenge = (
        "At T = 1, write 40 characters or more that cost less than 1.8 bits each on average, with "
        "one of them above 12 bits."
    )
    solutions = [
        {
            "text": "She said that the children were not allowed to go to the partz.",
            "temperature": 1,
        }
    ]
    needs = (CHARACTER_MODEL, CHARACTER_NGRAMS)

    text = Text(
        "She put the lettre on the kitchen table.",
        MOST,
        label="Your text",
        help="It is read after a line break, as a sentence begins, and curly quotes as straight "
        "ones. Network and tables have learnt from the same short English sentences. A character "
        "outside the 79 that they know costs more than shown, since nothing says which it is.",
        examples=EXAMPLES,
    )
    place = Integer(4, 0, MOST, label="Characters before it")
    context = Choice("all", {**WORDS, "all": "all"}, label="Context")
    temperature = Number(1, 0.25, 4, step=0.05, label="Temperature T")

    def costs(self) -> Array:
        """Return what each character costs the network, in nats."""
        return _costs(self.text, self.context, self.temperature)

    def next_probs(self) -> Array:
        """Return the network's distribution of the character at the place."""
        before = f"\n{_straight(self.text[: self.place])}"
        if self.context != "all":
            before = before[len(before) - min(int(self.context), len(before)) :]
        return _network().next_probs(before, temperature=self.temperature)

    @Quantity("network", "bits", decimals=3, tone="q", infinite="–")
    def bits(self) -> float:
        """What a character costs the network in the mean, in bits; inf without a text."""
        return bits_per_character(self.costs()) if self.text else math.inf

    @Quantity("triples", "bits", decimals=3, infinite="–")
    def triples(self) -> float:
        """What it costs by counts of three characters in a row, in bits."""
        return self._counted(3)

    @Quantity("pairs", "bits", decimals=3, infinite="–")
    def pairs(self) -> float:
        """What it costs by counts of two characters in a row, in bits."""
        return self._counted(2)

    @Quantity("letters", "bits", decimals=3, infinite="–")
    def letters(self) -> float:
        """What it costs by counts of single characters, in bits."""
        return self._counted(1)

    @Quantity("uniform", "bits", decimals=3)
    def uniform(self) -> float:
        """What it costs who takes all symbols for equally probable, in bits."""
        return float(np.log2(len(_network().alphabet)))

    @Quantity("network, per byte", "bits", decimals=3, infinite="–")
    def per_byte(self) -> float:
        """What a byte of the text in UTF-8 costs the network, in bits."""
        return bits_per_byte(self.costs(), _straight(self.text)) if self.text else math.inf

    @Quantity("perplexity", decimals=2, scientific=True, infinite="–")
    def perplexity(self) -> float:
        """Perplexity of the network, per character."""
        return perplexity_of(self.costs()) if self.text else math.inf

    @Quantity("most surprising", "bits", decimals=2, tone="d", infinite="–")
    def highest(self) -> float:
        """What the most surprising character costs, in bits."""
        return float(self.costs().max() / np.log(2)) if self.text else math.inf

    @Quantity("entropy at the place", "bits", decimals=2, tone="h")
    def entropy(self) -> float:
        """Entropy of the distribution of the character at the place, in bits."""
        return float(entropy(self.next_probs(), base=2))

    def _counted(self, order: int) -> float:
        return bits_per_character(_counts(self.text, order)) if self.text else math.inf

    def describe(self) -> str:
        if not self.text:
            return f"{self.title}: there is no text yet."
        costs = self.costs() / np.log(2)
        most = int(costs.argmax())
        return (
            f"A text of {counted(len(self.text), 'character')}, each coloured by its surprisal. "
            f"It costs the network {self.bits:.2f} bits a character, {self.triples:.2f} by "
            f"triples, {self.pairs:.2f} by pairs, {self.letters:.2f} by letters, "
            f"{self.uniform:.2f} if all were equally probable. The most surprising is character "
            f"{most + 1}, at {costs[most]:.2f} bits."
        )

    def figure(self) -> Any:
        figure, (above, below) = new_figure(1, 2, height=3.4)
        draw_character_costs(above, self.text, self.costs() / np.log(2))
        bits = {name: float(getattr(self, name)) for name in MODELS}
        draw_model_bits(below, {MODELS[key]: v for key, v in bits.items() if math.isfinite(v)})
        return figure


def _straight(text: str) -> str:
    return text.translate(STRAIGHT)


@lru_cache(maxsize=1)
def _network() -> CharacterModel:
    return CharacterModel.load()


@lru_cache(maxsize=3)
def _table(order: int) -> NGramModel:
    return NGramModel.load(order)


@lru_cache(maxsize=32)
def _costs(text: str, context: str, temperature: float) -> Array:
    """Return what each character costs, in nats, after a line break."""
    window = None if context == "all" else int(context)
    whole = f"\n{_straight(text)}"
    costs = _network().surprisals(whole, context=window, temperature=temperature)[1:]
    costs.flags.writeable = False
    return costs


@lru_cache(maxsize=32)
def _counts(text: str, order: int) -> Array:
    return _table(order).surprisals(f"\n{_straight(text)}")[1:]
