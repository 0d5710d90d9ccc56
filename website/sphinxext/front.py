"""The front page's parts: the live figure behind its poster, and the map of the chapters."""

import html
from dataclasses import dataclass, field
from typing import Any

import yaml
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from website.brand import cover
from website.sphinxext.explorables import Explorable

logger = logging.getLogger(__name__)


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

    name: str
    needs: list[str]
    column: int
    row: int
    label: str = ""
    href: str = ""
    arrows: list[str] = field(default_factory=list)


class chapter_map(nodes.General, nodes.Element):
    """The map, until the titles and addresses of all pages are known."""


class ChapterMap(SphinxDirective):
    """Which chapter needs which: YAML, one key a part, in it `chapter: [what it needs]`."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        node = chapter_map(parts=yaml.safe_load("\n".join(self.content)))
        self.set_source_info(node)
        return [node]


def stops(parts: dict[str, dict[str, list[str]]]) -> dict[str, Stop]:
    """Place the chapters: a column a part, a row a chapter.

    Raises
    ------
    ValueError
        If a chapter needs one that comes later or is not on the map.
    """
    placed: dict[str, Stop] = {}
    for column, chapters in enumerate(parts.values()):
        for row, (name, needs) in enumerate(chapters.items()):
            unknown = [need for need in needs if need not in placed]
            if unknown:
                raise ValueError(f"{name} needs {', '.join(unknown)}, which comes later or never")
            placed[name] = Stop(name, needs, column, row)
    return placed


# Where a chapter's box begins, as a part of its row and of its column; `book.css` agrees.
TOP, SIDE = 0.15, 0.06
GAP = 0.05  # between a line's end and the box, so that the dot is seen


def curve(start: Stop, end: Stop, columns: int, rows: int) -> str:
    """Return the path from a chapter to one that needs it, on a 100 × 100 canvas."""
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
    return (
        f"M{left:.1f} {middle(start):.1f}C{half:.1f} {middle(start):.1f} "
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
            try:
                placed = stops(node["parts"])
            except ValueError as error:
                logger.warning("chapter map: %s", error, location=node)
                continue
            node.replace_self(nodes.raw("", self.draw(node["parts"], placed), format="html"))

    def draw(self, parts: dict[str, dict[str, list[str]]], placed: dict[str, Stop]) -> str:
        env, builder = self.env, self.app.builder
        for stop in placed.values():
            page = f"chapters/{stop.name}"
            if page in env.titles:
                stop.label = env.titles[page].astext()
                stop.href = builder.get_relative_uri(env.docname, page)
            else:
                stop.label = stop.name.replace("_", " ").capitalize()
        rows = max(len(chapters) for chapters in parts.values())
        arrows = "".join(
            f'<path d="{(path := curve(placed[need], stop, len(parts), rows))}"/>'
            f'<path class="tip" d="M{tip(path)}h0"/>'
            for stop in placed.values()
            for need in stop.needs
        )
        columns = "".join(
            f'<section style="--column:{number + 1}"><h3>{html.escape(title)}</h3><ol>'
            + "".join(self.item(placed[name], placed) for name in chapters)
            + "</ol></section>"
            for number, (title, chapters) in enumerate(parts.items())
        )
        return (
            f'<div class="chapter-map" style="--rows:{rows}">{columns}'
            '<svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true" '
            f'focusable="false">{arrows}</svg></div>'
        )

    @staticmethod
    def item(stop: Stop, placed: dict[str, Stop]) -> str:
        label = html.escape(stop.label)
        title = f'<a href="{stop.href}">{label}</a>' if stop.href else f"<span>{label}</span>"
        needs = ", ".join(html.escape(placed[name].label) for name in stop.needs)
        return f"<li>{title}<small>{f'needs {needs}' if needs else 'a place to start'}</small></li>"


def setup(app: Sphinx) -> None:
    app.add_directive("hero", Hero)
    app.add_directive("chapter-map", ChapterMap)
    app.add_node(chapter_map)
    app.add_post_transform(DrawChapterMap)
