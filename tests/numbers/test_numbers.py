"""Every computed number in the prose, recomputed from ``lib``.

Each chapter has a module beside this one, with ``NUMBERS``: (the words as they stand in the
chapter, the value, the number as it is printed there). A number that a chapter repeats is listed
with the words around each place.
"""

import importlib
import re
from decimal import Decimal
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CHAPTERS = HERE.parents[1] / "chapters"
MODULES = sorted(p.stem for p in HERE.glob("*.py") if p.stem not in {"__init__", "test_numbers"})
CASES = [
    pytest.param(module, *case, id=f"{module}-{i}")
    for module in MODULES
    for i, case in enumerate(importlib.import_module(f"tests.numbers.{module}").NUMBERS)
]


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
