"""What the book holds: `_toc.yml` has the order, each chapter says what it builds on."""

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
TOC = ROOT / "_toc.yml"
APPENDICES = "Appendices"
NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")
NEEDS = re.compile(r"^## What you need\n(.*?)^## ", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((\w+)\.md\)")


@dataclass(frozen=True)
class Chapter:
    """A chapter of a numbered part."""

    name: str
    part: str
    title: str
    needs: tuple[str, ...]

    @property
    def page(self) -> str:
        return f"chapters/{self.name}"


def parts(toc: Path = TOC) -> dict[str, list[str]]:
    """Return the pages of each part in reading order; the front page is a part without a name."""
    data = yaml.safe_load(toc.read_text(encoding="utf-8"))
    found = {"": [data["root"]]}
    for part in data.get("parts", [{"chapters": data.get("chapters", [])}]):
        pages = found.setdefault(part.get("caption", ""), [])
        pages += [entry["file"].removesuffix(".md") for entry in part["chapters"]]
    return found


def listed_pages(toc: Path = TOC) -> list[str]:
    """Return the names of all pages in reading order."""
    return [page for pages in parts(toc).values() for page in pages]


def chapters(toc: Path = TOC) -> list[Chapter]:
    """Return the chapters of the numbered parts in reading order.

    What a chapter needs are the chapters that its section "What you need" links to, without those
    that another of them needs already. Raises ValueError if a chapter needs one that comes later or
    is not there.

    >>> softmax = next(chapter for chapter in chapters() if chapter.name == "softmax")
    >>> softmax.part, softmax.title, softmax.needs
    ('II. From scores to losses', 'Softmax', ('log_loss',))
    """
    found: list[Chapter] = []
    before: dict[str, set[str]] = {}  # all that a chapter builds on, near and far
    taught = {k: pages for k, pages in parts(toc).items() if k not in {"", APPENDICES}}
    all_pages = {page for pages in taught.values() for page in pages}
    for numeral, (caption, pages) in zip(NUMERALS, taught.items(), strict=False):
        for page in pages:
            name = page.rpartition("/")[2]
            text = (toc.parent / f"{page}.md").read_text(encoding="utf-8")
            title = re.search(r"^# (.+)$", text, re.MULTILINE)
            section = NEEDS.search(text)
            links = list(dict.fromkeys(LINK.findall(section[1]))) if section else []
            named = [link for link in links if f"chapters/{link}" in all_pages]
            if late := [need for need in named if need not in before]:
                raise ValueError(f"{name} needs {', '.join(late)}, which comes later")
            implied = set().union(*(before[need] for need in named))
            before[name] = implied | set(named)
            needs = tuple(need for need in named if need not in implied)
            found.append(Chapter(name, f"{numeral}. {caption}", title[1] if title else name, needs))
    return found
