"""The figure of pairs that look for each other, as a reader uses it."""

import math
from pathlib import Path

import pytest
from playwright.sync_api import expect

from lib.explorables import ContrastiveExplorer
from tests.browser.explorable import Driven, permalink


@pytest.fixture
def opened(site: Path, kept_page):
    """Open the explorable in a state, from the disk."""

    def open_state(explorable: ContrastiveExplorer) -> Driven:
        page = (site / "embed" / "contrastive.html").as_uri() + permalink(explorable)
        return Driven.open(kept_page(width=760, height=900), page, "contrastive")

    return open_state


def letter(driven: Driven, ring: str, number: int):
    return driven.mount.locator(f".ex-point-{ring}-{number - 1} text")


def test_a_heap_says_who_is_in_it_and_a_hand_where_it_has_moved_one(opened) -> None:
    heap = ContrastiveExplorer(pictures=[90] * 8, texts=[90] * 8)
    driven = opened(heap)
    for ring in ("pictures", "texts"):
        expect(letter(driven, ring, 6)).to_have_text("1–6")
    upper = driven.mount.get_by_role("slider", name="Picture 6")
    at = upper.locator(".disc").bounding_box()
    top = (at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    circle = driven.mount.locator(".circles circle").first.bounding_box()
    right = (circle["x"] + circle["width"], circle["y"] + circle["height"] / 2)
    assert math.isclose(top[1], circle["y"], abs_tol=1)
    mouse = driven.page.mouse
    mouse.move(*top)
    mouse.down()
    mouse.move(right[0] - 40, top[1] + 40, steps=3)
    mouse.move(*right, steps=3)
    mouse.up()
    driven.settle()
    expect(letter(driven, "pictures", 6)).to_have_text("6")
    expect(letter(driven, "pictures", 5)).to_have_text("1–5")
    expect(driven.mount.locator(".words")).to_contain_text("Picture 6: 0°")
    driven.mount.get_by_role("slider", name="Picture 5").press("ArrowDown")
    driven.settle()
    expect(driven.mount.locator(".words")).to_contain_text("Picture 5: 89°")


def test_a_heap_of_others_has_no_dash(opened) -> None:
    some = ContrastiveExplorer(pairs=6, pictures=[90, 90, -90, 0, 90, 180, 0, 0])
    driven = opened(some)
    expect(letter(driven, "pictures", 5)).to_have_text("1…5")
    expect(letter(driven, "pictures", 3)).to_have_text("3")
