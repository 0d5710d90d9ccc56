"""Drag a control in a real browser and time each frame; turn it and count them."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import ElementHandle, Locator, Page

PROBE = Path(__file__).with_name("js") / "frames.js"
DRAWN = "() => !document.querySelector('[data-drawing]')"
FORGET = "() => Object.values(benchFrames).forEach((list) => { list.length = 0; })"
VIEWPORT = {"width": 760, "height": 900}


@dataclass(frozen=True)
class Frames:
    """What one drag cost.

    Milliseconds from an event to its painted frame, and to the frame by which every part of the
    explorable has been drawn since.
    """

    latencies: list[float]
    wholes: list[float]


@contextmanager
def slowed(page: Page, factor: float) -> Iterator[None]:
    """Slow the page's processor down by `factor` for as long as the context lasts."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": factor})
    try:
        yield
    finally:
        session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        session.detach()


def install(page: Page) -> None:
    """Start the clock in the page."""
    page.evaluate(PROBE.read_text(encoding="utf-8"))


def grasp(page: Page, target: Locator | ElementHandle) -> tuple[float, float]:
    """Press the mouse on the middle of a control and return where that is."""
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    return x, y


def is_slider(target: Locator | ElementHandle) -> bool:
    return target.evaluate("node => node.matches('input[type=range]')")


def drag(page: Page, target: Locator | ElementHandle, moves: int, warm: int = 0) -> Frames:
    """Drag a slider's thumb to and fro, or a mark or a surface around, by `moves` mouse moves.

    Before these come `warm` others that do not count; at the end it is back where it was.
    """
    is_range = is_slider(target)
    x, y = grasp(page, target)
    reach = target.bounding_box()["width"] * 0.4 if is_range else 30
    for i in range(warm + moves):
        if i == warm:
            page.evaluate(FORGET)
        angle = 2 * math.pi * i / 37
        page.mouse.move(
            x + reach * math.sin(angle), y if is_range else y + 20 * (1 - math.cos(angle))
        )
    page.wait_for_function(DRAWN)
    frames = page.evaluate("() => benchFrames")
    page.mouse.move(x, y)  # the next drag begins where this one did, not at an end of the range
    page.mouse.up()
    return Frames(frames["latencies"], frames["wholes"])


def spin(page: Page, target: Locator | ElementHandle, seconds: float) -> float | None:
    """Move a control once in every frame; return how often a second it has its surfaces painted.

    The page moves it itself, since the browser's driver sends some 35 mouse moves a second and no
    more. The slowest surface counts; None if the control changes no surface.
    """
    if not is_slider(target):
        grasp(page, target)
    rate = target.evaluate("(node, seconds) => benchSpin(node, seconds)", seconds)
    page.mouse.up()
    return rate
