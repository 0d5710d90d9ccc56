"""The table of folklore holds every trap of the book, and nothing that no chapter shows."""

import re
from pathlib import Path

import pytest

CHAPTERS = Path(__file__).parents[2] / "chapters"
TABLE = (CHAPTERS / "folklore.md").read_text(encoding="utf-8")
ROWS = re.findall(r'^\| "(.+?)" \| .+ \| \[[^]]+\]\((\w+)\.md#traps\) \|$', TABLE, flags=re.M)


def traps(chapter: Path) -> list[str]:
    """Return the headings of a chapter's traps, without their quotation marks."""
    text = chapter.read_text(encoding="utf-8")
    section = re.search(r"^## Traps\n(.*?)(?=^## )", text, flags=re.M | re.S)
    return re.findall(r'^### "?(.+?)"?$', section[1], flags=re.M) if section else []


ALL = {p.stem: traps(p) for p in sorted(CHAPTERS.glob("*.md"))}


@pytest.mark.parametrize("chapter", [name for name, found in ALL.items() if found])
def test_every_trap_of_a_chapter_is_in_the_table(chapter: str) -> None:
    assert [said for said, where in ROWS if where == chapter] == ALL[chapter]


def test_every_row_is_a_trap_of_the_chapter_it_names() -> None:
    assert len(ROWS) == TABLE.count("\n| ") - 1
    for said, where in ROWS:
        assert said in ALL[where]
