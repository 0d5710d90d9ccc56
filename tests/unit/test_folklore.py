"""The page of folklore holds every trap of the book, and nothing that no chapter shows."""

import re
from pathlib import Path

import pytest

CHAPTERS = Path(__file__).parents[2] / "chapters"
PAGE = (CHAPTERS / "folklore.md").read_text(encoding="utf-8")
#: What is said in a section, by the chapter to whose traps it links; what is true stands below.
SAID = {
    where: re.findall(r'^"(.+)"\n: \S', section, flags=re.M)
    for where, section in re.findall(
        r"^\[The traps of the chapter\]\((\w+)\.md#traps\)\n(.*?)(?=^## |\Z)",
        PAGE,
        flags=re.M | re.S,
    )
}


def traps(chapter: Path) -> list[str]:
    """Return the headings of a chapter's traps, without their quotation marks."""
    text = chapter.read_text(encoding="utf-8")
    section = re.search(r"^## Traps\n(.*?)(?=^## )", text, flags=re.M | re.S)
    return re.findall(r'^### "?(.+?)"?$', section[1], flags=re.M) if section else []


ALL = {p.stem: traps(p) for p in sorted(CHAPTERS.glob("*.md"))}


@pytest.mark.parametrize("chapter", [name for name, found in ALL.items() if found])
def test_every_trap_of_a_chapter_is_on_the_page(chapter: str) -> None:
    assert SAID[chapter] == ALL[chapter]


def test_every_saying_is_a_trap_of_the_chapter_it_is_under() -> None:
    assert sum(map(len, SAID.values())) == PAGE.count("\n: ")
    for where, said in SAID.items():
        assert set(said) <= set(ALL[where])
