"""The page computes what ``lib`` computes, for every explorable and every kind of state."""

import contextlib
import io
import math

import pytest
from fontTools.ttLib import TTFont

from lib.explorables import REGISTRY, Explorable
from lib.explorables._base import STATIC
from tests.page_side import page_answers
from tests.states import random_explorables

STATES = 1000
SCRIPTS = 60
#: Explorables whose every state is a run of hundreds of steps: fewer of them say as much.
COSTLY = {"training": 40, "gradient": 100, "schedule": 300}


def number(cls: type[Explorable], usual: int) -> int:
    """Return how many states of an explorable are compared."""
    return min(usual, COSTLY.get(cls.name, usual))


CLASSES = pytest.mark.parametrize("cls", REGISTRY.values(), ids=REGISTRY)


def run_script(script: str) -> dict[str, float]:
    """Run what *Show the Python* shows; return the quantities it prints, in order."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(script, "show-the-python", "exec"), {"__name__": "__main__"})
    lines = [line.split() for line in output.getvalue().splitlines()]
    assert all(len(line) == 2 for line in lines), output.getvalue()
    return {key: float(value) for key, value in lines}


def agree(page: float, ours: float) -> bool:
    return page == ours or math.isclose(page, ours, rel_tol=1e-12, abs_tol=1e-13)


@CLASSES
def test_every_quantity_agrees_with_lib(cls: type[Explorable]) -> None:
    explorables = list(random_explorables(cls, number(cls, STATES)))
    for explorable, answer in zip(explorables, page_answers(explorables), strict=True):
        for key, ours in explorable.values.items():
            shown = answer["values"][key]
            assert shown is not None, f"{explorable!r}: the page has no {key}"
            assert agree(float(shown), ours), f"{explorable!r}: {key} is {shown}, lib says {ours}"


@CLASSES
def test_the_python_shown_prints_the_numbers_on_screen(cls: type[Explorable]) -> None:
    explorables = list(random_explorables(cls, number(cls, SCRIPTS), seed=1))
    for explorable, answer in zip(explorables, page_answers(explorables), strict=True):
        printed = run_script(answer["python"])
        assert list(printed) == list(cls.quantities), repr(explorable)
        for key, value in printed.items():
            assert agree(value, explorable.values[key]), f"{explorable!r}: {key}"
            assert agree(float(answer["values"][key]), value), f"{explorable!r}: {key}"


@CLASSES
def test_words_and_formulas_are_whole_in_every_state(cls: type[Explorable]) -> None:
    explorables = list(random_explorables(cls, number(cls, 100), seed=2))
    glyphs = set(map(chr, TTFont(STATIC / "formula.woff2").getBestCmap()))
    for explorable, answer in zip(explorables, page_answers(explorables), strict=True):
        assert answer["faults"] == [], f"{explorable!r}: {answer['faults']}"
        for text in (answer["formula"], answer["narrow"]):
            assert set(text) <= glyphs, f"{explorable!r}: {set(text) - glyphs} has no glyph"
        summary = [] if answer["summary"] is None else [answer["summary"]]  # or the numbers
        for text in (answer["formula"], answer["narrow"], *summary):
            assert text
            for leak in ("undefined", "NaN", "[object", "null"):
                assert leak not in text, f"{explorable!r}: {text}"


@CLASSES
def test_the_challenge_is_solved_by_its_solution_and_not_at_first(cls: type[Explorable]) -> None:
    answers = page_answers([cls(), cls(**cls.solution)])
    assert [answer["solved"] for answer in answers] == [False, True]
