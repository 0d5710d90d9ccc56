"""Every computed number in the prose, recomputed from ``lib``.

Each chapter has a module beside this one, with ``NUMBERS``: (the words as they stand in the
chapter, the value, the number as it is printed there). A number that a chapter repeats is listed
with the words around each place. ``STATED`` holds sentences without a number of their own: (the
words, whether a computation bears them out).
"""

import importlib
import re
from decimal import Decimal
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CHAPTERS = HERE.parents[1] / "chapters"
MODULES = sorted(p.stem for p in HERE.glob("*.py") if p.stem not in {"__init__", "test_numbers"})


def listed(name: str) -> list:
    """Return the cases of one name from all modules, as parameters."""
    return [
        pytest.param(module, *case, id=f"{module}-{i}")
        for module in MODULES
        for i, case in enumerate(
            getattr(importlib.import_module(f"tests.numbers.{module}"), name, ())
        )
    ]


CASES, STATED = listed("NUMBERS"), listed("STATED")


def squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.fixture(scope="session")
def prose() -> dict[str, str]:
    return {p.stem: squeeze(p.read_text(encoding="utf-8")) for p in CHAPTERS.glob("*.md")}


@pytest.mark.parametrize(("chapter", "words", "value", "printed"), CASES)
def test_number(
    prose: dict[str, str], chapter: str, words: str, value: float, printed: str
) -> None:
    assert squeeze(words) in prose[chapter], f"{chapter}.md no longer says {words!r}"
    assert printed in words, f"{printed!r} does not stand in {words!r}"
    written = Decimal(printed.replace("−", "-").replace("%", "").replace(",", ""))
    rounded = Decimal(float(value)).quantize(written)
    assert rounded == written, f"{chapter}.md prints {printed}, lib gives {value!r}"


@pytest.mark.parametrize(("chapter", "words", "holds"), STATED)
def test_statement(prose: dict[str, str], chapter: str, words: str, holds: bool) -> None:
    assert squeeze(words) in prose[chapter], f"{chapter}.md no longer says {words!r}"
    assert holds, f"{chapter}.md says {words!r}, and it is not so"
