"""The front page's parts: the live figure behind its poster, and the map of the chapters."""

import html
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from website.brand import cover
from website.contents import Chapter, chapters
from website.sphinxext.explorables import Explorable


class Hero(Explorable):
    """An explorable that opens the page: `{hero} cross_entropy`.

    Until the reader moves and its script has come, the cover stands in its place.
    """

    option_spec = {"alt": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        (mount,) = super().run()
        names = [*(f"surface-{i}" for i in range(9)), "p", "q", "ink", "paper"]
        art = cover({name: f"var(--{name})" for name in names})
        poster = (
            '<svg class="cover" viewBox="0 0 1000 842" role="img" '
            f'aria-label="{html.escape(self.options["alt"])}">{art}</svg>'
        )
        markup = f'<div class="hero">{mount.astext()}{poster}</div>'
        return [nodes.raw("", markup, format="html")]


@dataclass
class Stop:
    """A chapter on the map."""

    chapter: Chapter
    column: int
    row: int
    href: str = ""


class chapter_map(nodes.General, nodes.Element):
    """The map, until the addresses of all pages are known."""


class ChapterMap(SphinxDirective):
    """Which chapter builds on which, as the chapters say themselves."""

    def run(self) -> list[nodes.Node]:
        toc = Path(self.env.srcdir) / "_toc.yml"
        try:
            found = chapters(toc)
        except ValueError as error:
            raise self.error(str(error)) from error
        for path in [toc, *(toc.parent / f"{chapter.page}.md" for chapter in found)]:
            self.env.note_dependency(str(path))
        node = chapter_map(chapters=found)
        self.set_source_info(node)
        return [node]


def stops(found: list[Chapter]) -> dict[str, Stop]:
    """Place the chapters: a column a part, a row a chapter."""
    columns = list(dict.fromkeys(chapter.part for chapter in found))
    rows = [0] * len(columns)
    placed = {}
    for chapter in found:
        column = columns.index(chapter.part)
        placed[chapter.name] = Stop(chapter, column, rows[column])
        rows[column] += 1
    return placed


# Where a chapter's box begins, as a part of its row and of its column; `book.css` agrees.
TOP, SIDE = 0.13, 0.06
GAP = 0.05  # between a line's end and the box, so that the dot is seen


def curve(start: Stop, end: Stop, columns: int, rows: int) -> str:
    """Return the path from a chapter to one that needs it, on a 100 × 100 canvas.

    It passes other columns between two rows, here at 40 of 100:

    >>> from types import SimpleNamespace as Place
    >>> curve(Place(row=2, column=1), Place(row=1, column=3), 4, 5)
    'M48.5 50.0C50.0 50.0 50.0 40.0 51.5 40.0H73.5C74.8 40.0 74.8 30.0 76.1 30.0'
    """
    width, height = 100 / columns, 100 / rows

    def middle(stop: Stop) -> float:
        return (stop.row + 0.5) * height

    if start.column == end.column and end.row == start.row + 1:
        x = (start.column + 0.5) * width
        return f"M{x:.1f} {middle(start):.1f}V{(end.row + TOP - GAP) * height:.1f}"
    if start.column == end.column:
        left, right = (start.column + SIDE) * width, (end.column + SIDE - GAP / 3) * width
        half = left - width * 0.09
    else:
        left, right = (start.column + 1 - SIDE) * width, (end.column + SIDE - GAP / 3) * width
        half = (left + right) / 2
    begin = f"M{left:.1f} {middle(start):.1f}"
    if end.column > start.column + 1:  # between two rows past the columns on the way
        way = (start.row + (end.row > start.row)) * height
        near, far = (start.column + 1 + SIDE) * width, (end.column - SIDE) * width
        out, into = (left + near) / 2, (far + right) / 2
        begin += f"C{out:.1f} {middle(start):.1f} {out:.1f} {way:.1f} {near:.1f} {way:.1f}"
        return (
            f"{begin}H{far:.1f}"
            f"C{into:.1f} {way:.1f} {into:.1f} {middle(end):.1f} {right:.1f} {middle(end):.1f}"
        )
    return (
        f"{begin}C{half:.1f} {middle(start):.1f} "
        f"{half:.1f} {middle(end):.1f} {right:.1f} {middle(end):.1f}"
    )


def tip(path: str) -> str:
    """Return where a path ends.

    >>> tip("M10.0 20.0V30.0"), tip("M1 2C3 4 5 6 7 8")
    ('10.0 30.0', '7 8')
    """
    if "V" in path:
        x, _, y = path.removeprefix("M").replace("V", " ").split()
        return f"{x} {y}"
    return " ".join(path.split()[-2:])


class DrawChapterMap(SphinxPostTransform):
    """Draw the map as lists of links, with the arrows behind them."""

    default_priority = 300
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        for node in list(self.document.findall(chapter_map)):
            placed = stops(node["chapters"])
            for stop in placed.values():
                if stop.chapter.page in self.env.titles:
                    stop.href = self.app.builder.get_relative_uri(
                        self.env.docname, stop.chapter.page
                    )
            node.replace_self(nodes.raw("", self.draw(placed), format="html"))

    def draw(self, placed: dict[str, Stop]) -> str:
        parts: dict[str, list[Stop]] = {}
        for stop in placed.values():
            parts.setdefault(stop.chapter.part, []).append(stop)
        rows = max(map(len, parts.values()))
        arrows = "".join(
            f'<path d="{(path := curve(placed[need], stop, len(parts), rows))}"/>'
            f'<path class="tip" d="M{tip(path)}h0"/>'
            for stop in placed.values()
            for need in stop.chapter.needs
        )
        columns = "".join(
            f'<section style="--column:{number}"><h3>Part {html.escape(part)}</h3><ol>'
            + "".join(self.item(stop, placed) for stop in column)
            + "</ol></section>"
            for number, (part, column) in enumerate(parts.items(), start=1)
        )
        return (
            f'<div class="chapter-map" style="--rows:{rows};--columns:{len(parts)}">{columns}'
            '<svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true" '
            f'focusable="false">{arrows}</svg></div>'
        )

    @staticmethod
    def item(stop: Stop, placed: dict[str, Stop]) -> str:
        label = html.escape(stop.chapter.title)
        title = f'<a href="{stop.href}">{label}</a>' if stop.href else f"<span>{label}</span>"
        needs = ", ".join(html.escape(placed[name].chapter.title) for name in stop.chapter.needs)
        return f"<li>{title}<small>{f'needs {needs}' if needs else 'a place to start'}</small></li>"


def setup(app: Sphinx) -> None:
    app.add_directive("hero", Hero)
    app.add_directive("chapter-map", ChapterMap)
    app.add_node(chapter_map)
    app.add_post_transform(DrawChapterMap)
