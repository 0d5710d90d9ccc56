"""Every computed number in the prose, recomputed from ``lib``.

Each chapter has a module beside this one, with ``NUMBERS``: (the words as they stand in the
chapter, the value, the number as it is printed there). A number that a chapter repeats is listed
with the words around each place. ``STATED`` holds sentences without a number of their own: (the
words, whether a computation bears them out).
"""

import importlib
import re
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

# What these modules compute is computed in one process.
pytestmark = pytest.mark.xdist_group("numbers")
HERE = Path(__file__).parent
CHAPTERS = HERE.parents[1] / "chapters"
MODULES = sorted(p.stem for p in HERE.glob("*.py") if p.stem not in {"__init__", "test_numbers"})


@cache
def cases(chapter: str, name: str) -> list[tuple]:
    """Return what a chapter's module lists; it computes when it is imported, so in a test first."""
    return list(getattr(importlib.import_module(f"tests.numbers.{chapter}"), name, ()))


def squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@cache
def prose(chapter: str) -> str:
    return squeeze((CHAPTERS / f"{chapter}.md").read_text(encoding="utf-8"))


def mistake(chapter: str, words: str, value: float, printed: str) -> str | None:
    """Return what is wrong with a number as the prose has it, if anything."""
    if squeeze(words) not in prose(chapter):
        return f"{chapter}.md no longer says {words!r}"
    if printed not in words:
        return f"{printed!r} does not stand in {words!r}"
    written = Decimal(printed.replace("−", "-").replace("%", "").replace(",", ""))
    if Decimal(float(value)).quantize(written) != written:
        return f"{chapter}.md prints {printed} in {words!r}, lib gives {value!r}"
    return None


@pytest.mark.parametrize("chapter", MODULES)
def test_number(chapter: str) -> None:
    mistakes = [wrong for case in cases(chapter, "NUMBERS") if (wrong := mistake(chapter, *case))]
    assert not mistakes, "\n".join(mistakes)


@pytest.mark.parametrize("chapter", MODULES)
def test_statement(chapter: str) -> None:
    for words, holds in cases(chapter, "STATED"):
        assert squeeze(words) in prose(chapter), f"{chapter}.md no longer says {words!r}"
        assert holds, f"{chapter}.md says {words!r}, and it is not so"
