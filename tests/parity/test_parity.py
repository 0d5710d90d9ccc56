"""The page computes what ``lib`` computes, for every explorable and every kind of state."""

import contextlib
import io
import math
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from lib.explorables import REGISTRY, Explorable, ScheduleExplorer
from lib.explorables._base import STATIC
from lib.explorables._traits import Integer
from tests.page_side import page_answers
from tests.states import in_views, moved

STATES = 1000
SCRIPTS = 40
WORDED = 100
#: Explorables whose every state is a run of hundreds of steps: fewer of them say as much.
COSTLY = {
    "training": 40,
    "gradient": 100,
    "schedule": 300,
    "diagnosis": 60,
    "calibration": 150,
    "imbalance": 300,
    "optimizer": 150,
    "language_model": 80,
    "guessing_game": 150,
    "precision": 300,
}


RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

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
    alike = page == ours or (math.isnan(page) and math.isnan(ours))
    return alike or math.isclose(page, ours, rel_tol=1e-12, abs_tol=1e-13)


def asked(
    cls: type[Explorable],
    usual: int,
    seed: int,
    compute: Callable[[Explorable], Any],
    **options: bool,
) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Yield an explorable's random states, what we compute there, and what the page answers."""
    ours = []

    def states() -> Iterator[Explorable]:
        for explorable in moved(cls, min(usual, COSTLY.get(cls.name, usual)), seed):
            ours.append((repr(explorable), compute(explorable)))
            yield explorable

    answers = page_answers(states(), **options)
    for (state, computed), answer in zip(ours, answers, strict=True):
        yield state, computed, answer


def every_value(explorable: Explorable) -> dict[str, float]:
    return {key: float(getattr(explorable, key)) for key in explorable.quantities}


@CLASSES
def test_every_quantity_agrees_with_lib(cls: type[Explorable]) -> None:
    for state, values, answer in asked(cls, STATES, 0, every_value, words=False):
        for key, ours in values.items():
            assert key in cls.may_be_nan or not math.isnan(ours), f"{state}: {key} is NaN"
            shown = answer["values"][key]
            assert shown is not None, f"{state}: the page has no {key}"
            assert agree(float(shown), ours), f"{state}: {key} is {shown}, lib says {ours}"


@CLASSES
def test_the_python_shown_prints_the_numbers_on_screen(cls: type[Explorable]) -> None:
    usual = SCRIPTS // 2 if cls.name in COSTLY else SCRIPTS  # what is costly is run twice here
    for state, values, answer in asked(cls, usual, 1, lambda explorable: explorable.values):
        printed = run_script(answer["python"])
        assert list(printed) == list(values), state
        for key, value in printed.items():
            assert agree(value, values[key]), f"{state}: {key}"
            assert agree(float(answer["values"][key]), value), f"{state}: {key}"


@CLASSES
def test_words_and_formulas_are_whole_in_every_state(cls: type[Explorable]) -> None:
    glyphs = set(map(chr, TTFont(STATIC / "formula.woff2").getBestCmap()))
    for state, _, answer in asked(cls, WORDED, 2, lambda _: None):
        assert answer["faults"] == [], f"{state}: {answer['faults']}"
        for text in (answer["formula"], answer["narrow"]):
            assert set(text) <= glyphs, f"{state}: {set(text) - glyphs} has no glyph"
        summary = [] if answer["summary"] is None else [answer["summary"]]  # or the numbers
        for text in (answer["formula"], answer["narrow"], *summary):
            assert text
            for leak in ("undefined", "NaN", "[object", "null"):
                assert leak not in text, f"{state}: {text}"
            assert not re.search(r"\d{8}", text), f"{state}: {text}"


@CLASSES
def test_challenges_are_solved_by_the_solutions_and_not_at_first(cls: type[Explorable]) -> None:
    for explorable, answer in zip(in_views(cls), page_answers(in_views(cls)), strict=True):
        assert not answer["solved"], f"{explorable!r}: solved before it begins"
    solved = [cls(**state) for state in cls.solutions]
    for explorable, answer in zip(solved, page_answers(solved), strict=True):
        assert answer["solved"], repr(explorable)
    challenges = {explorable.words(cls.challenge) for explorable in in_views(cls)}
    assert {explorable.words(cls.challenge) for explorable in solved} == challenges


def test_a_number_that_has_grown_large_is_a_power_of_ten() -> None:
    wild = ScheduleExplorer(schedule="constant", init_value=0.5, steps=200)
    assert wild.loss > 1e100
    summary = page_answers([wild])[0]["summary"]
    power = f"{wild.loss:.1e}".split("e+")
    assert summary.count(f"{power[0]} × 10{power[1].translate(RAISED)}") == 2
    assert f"{wild.loss:.1e}" in wild.describe()


@CLASSES
def test_one_is_not_counted_as_many(cls: type[Explorable]) -> None:
    """Of each trait that counts, in each view."""
    ones = [
        cls(**{**explorable.state, name: 1})
        for explorable in in_views(cls)
        for name, trait in cls.class_traits(state=True).items()
        if isinstance(trait, Integer) and trait.minimum <= 1 <= trait.maximum
    ]
    for one, answer in zip(ones, page_answers(ones), strict=True):
        for text in (one.describe(), answer["summary"] or ""):
            assert not re.search(r"(?<![\d.])1 (\w+ )?(step|epoch|layer|round|time)s\b", text)
