"""Lists, formulas and tables that pages make of the losses' records."""

import re

import pytest
from pybtex.database import parse_file

import lib.losses
from lib.losses.records import RECORDS, Record, record
from lib.peers import LIBRARIES
from tests.page_side import ROOT
from website.losses import called_elsewhere, formula, peers, reference, table
from website.sphinxext.maths import Katex
from website.sphinxext.plain import rewritten

every_record = pytest.mark.parametrize("known", RECORDS.values(), ids=lambda known: known.name)


@pytest.fixture(scope="module")
def katex() -> Katex:
    return Katex()


@every_record
def test_the_formulas_of_a_record_can_be_set(known: Record, katex: Katex) -> None:
    assert known.formula.startswith("L")
    assert katex.render(formula(known.name).strip("$\n"), display=True)
    (cell,) = re.findall(rf"^\| `{known.name}` \| \$(.*?)\$ \|", table(), re.MULTILINE)
    assert "|" not in cell, "a bar ends the cell of a table"
    assert katex.render(cell, display=False)


@every_record
def test_the_sources_of_a_record_are_in_the_bibliography(known: Record) -> None:
    entries = parse_file(str(ROOT / "chapters" / "references.bib")).entries
    assert set(known.source) <= set(entries)


def test_the_reference_has_every_function_once() -> None:
    listed = re.findall(r"autofunction:: (\w+)", reference())
    assert sorted(listed) == sorted(lib.losses.__all__)


def test_the_tables_have_every_loss_and_every_name() -> None:
    assert table().count("\n") == len(RECORDS) + 1
    for library in LIBRARIES:
        named = [peer for known in RECORDS.values() for peer in known.peers.get(library, ())]
        assert peers(library).count("\n") == len(named) + 1
    assert "| `step_decay` | `StepLR` |" in called_elsewhere("schedules")


def test_a_notebook_gets_the_text_instead_of_the_directive() -> None:
    assert rewritten("```{loss} mse_loss\n```\n", str) == formula("mse_loss")
    assert rewritten("```{losses}\n```\n", str) == table()
    assert rewritten("```{peers} Keras\n```\n", str) == peers("Keras")


def test_the_catalogue_writes_no_formula_of_a_loss_itself() -> None:
    """An entry takes its formula from the record, so that there is one."""
    text = (ROOT / "chapters" / "catalogue.md").read_text(encoding="utf-8")
    named = re.findall(r"^```\{loss\} (\w+)$", text, re.MULTILINE)
    assert set(named) == {name for name, known in RECORDS.items() if "PyTorch" in known.peers}
    assert "$$" not in text


def test_a_second_record_or_an_unknown_group_is_refused() -> None:
    with pytest.raises(ValueError, match="mse_loss has a record already"):
        record(lib.losses.mse_loss)
    with pytest.raises(ValueError, match="group must be one of"):
        record(lambda x: x, group="Others")
