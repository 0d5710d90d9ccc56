"""Driving one explorable in a browser, by what the page promises about it."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote

from playwright.sync_api import CDPSession, ElementHandle, Locator, Page

from lib.explorables import Explorable

#: Waits until the frame that shows the latest state has been painted.
# Two frames after an event everything is drawn, or what waits says so: parts for the next frames,
# a surface in three dimensions for its painter. What it waited for is an event too.
SETTLED = """() => new Promise(done => {
    let waited = false;
    const look = () => {
        const before = waited;
        waited = document.querySelector('[data-drawing], [aria-busy=true]') !== null;
        if (waited || before) ahead(); else done();
    };
    const ahead = () => requestAnimationFrame(() => requestAnimationFrame(look));
    ahead();
})"""

#: Given a formula of equations, how far each row's equals sign is from the first one's, and each
#: left side from the sign behind it, in pixels.
ALIGNMENT = """formula => [...formula.querySelectorAll('.ex-equations')].flatMap(table => {
    const edge = (node, side) => node.getBoundingClientRect()[side];
    const rights = [...table.querySelectorAll('mtd:last-child')];
    const first = edge(rights[0], 'left');
    const lefts = [...table.querySelectorAll('mtd:first-child:not(:has(mspace:only-child))')];
    return [
        ...rights.map(cell => edge(cell.firstElementChild, 'left') - first),
        ...lefts.map(cell => edge(cell.firstElementChild, 'right') - first),
    ];
})"""

#: What a translator makes of a page: other text nodes, wrapped; exempt is what says so, or nothing.
TRANSLATE = """(root, exempt) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts) {
        if (!text.data.trim() || (exempt && text.parentElement.closest(exempt))) continue;
        const [outer, inner] = [document.createElement('font'), document.createElement('font')];
        inner.textContent = text.data;
        outer.append(inner);
        text.replaceWith(outer);
    }
}"""

#: The formula, the code and all numbers as they stand on the screen.
WORDS = """mount => ['math', 'pre[data-python]', 'output', 'td', 'svg text']
    .flatMap(selector => [...mount.querySelectorAll(selector)])
    .filter(node => node.getBoundingClientRect().width > 0)
    .map(node => node.textContent).sort()"""


@contextmanager
def devtools(page: Page) -> Iterator[CDPSession]:
    """Speak to the browser's own tools: left attached, they slow down all that the page does."""
    session = page.context.new_cdp_session(page)
    try:
        yield session
    finally:
        session.detach()


def fonts_of(page: Page, selector: str) -> set[str]:
    """Return the names of the fonts that the browser draws the texts below `selector` with."""
    leaves = f"{selector} :not(:has(*))"
    with devtools(page) as session:
        session.send("DOM.enable")
        session.send("CSS.enable")
        root = session.send("DOM.getDocument")["root"]["nodeId"]
        found = session.send("DOM.querySelectorAll", {"nodeId": root, "selector": leaves})
        used = [
            session.send("CSS.getPlatformFontsForNode", {"nodeId": n}) for n in found["nodeIds"]
        ]
    fonts = [font for one in used for font in one["fonts"]]
    return {f"{font['familyName']} {font['isCustomFont']}" for font in fonts}


def number(text: str) -> float:
    """Return a number that the page carries; NaN is one object, so that equal pages are equal.

    What a figure cannot say yet, because something that it needs has not come, is NaN too.
    """
    return math.nan if text in ("NaN", "undefined") else float(text)


def permalink(explorable: Explorable) -> str:
    """Return the query of a link to an explorable's state."""

    def text(value: Any) -> str:
        if isinstance(value, bool):
            return str(value).lower()
        return ",".join(map(repr, value)) if isinstance(value, list) else str(value)

    return "?" + "&".join(
        f"{explorable.name}.{key}={quote(text(value), safe=',')}"
        for key, value in explorable.state.items()
    )


@dataclass
class Driven:
    """An explorable that is alive in ``page``."""

    page: Page
    mount: Locator

    @classmethod
    def open(cls, page: Page, address: str, name: str) -> "Driven":
        page.goto(address)
        mount = page.locator(f'[data-explorable="{name}"]').first
        page.wait_for_selector(f'[data-explorable="{name}"][data-ready]')
        return cls(page, mount)

    @cached_property
    def figure(self) -> ElementHandle:
        """The figure on the page that is open now: to find it anew takes longer than to ask it."""
        return self.mount.element_handle()

    def read(self, look: str) -> Any:
        """Return what a function finds in the figure once its latest state has been painted."""
        return self.figure.evaluate(f"mount => ({SETTLED})().then(() => ({look})(mount))")

    def settle(self) -> None:
        self.page.evaluate(SETTLED)

    def rest(self) -> None:
        """Let the page do what it does when the hand rests.

        The page waits by its own clock: its earlier timers, of 250 ms at most, have then run
        however busy the machine is. What is drawn late sets its timers late.
        """
        pause = "() => new Promise(done => setTimeout(done, 300))"
        self.page.evaluate(f"() => ({SETTLED})().then({pause}).then({SETTLED})")

    def values(self) -> dict[str, float]:
        """Return the numbers on screen, in full."""
        shown = self.read(
            """mount => [...mount.querySelectorAll('output[data-quantity]')]
                .map(output => [output.dataset.quantity, output.dataset.value])"""
        )
        return {key: number(value) for key, value in shown}

    def python(self) -> str:
        return self.read("mount => mount.querySelector('pre[data-python]').textContent")

    def solved(self) -> bool:
        return self.read("mount => mount.querySelector('[data-challenge][data-solved]') !== null")

    def fingerprint(self) -> str:
        """Return all that a reader can tell has changed: numbers, code and the chart's marks."""
        return self.read(
            """mount => [...mount.querySelectorAll('output[data-quantity]')]
                .map(output => output.dataset.value)
                .concat(mount.querySelector('pre[data-python]').textContent,
                        mount.querySelector('.ex-stage').innerHTML).join('|')"""
        )
