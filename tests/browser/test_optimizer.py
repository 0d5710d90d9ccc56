"""The explorable of the optimisers, as a reader uses it."""

from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import expect

from lib.explorables import OptimizerExplorer
from tests.browser.explorable import Driven, permalink


def test_each_surface_begins_where_there_is_something_to_see(site: Path, kept_page) -> None:
    page = (site / "embed" / "optimizer.html").as_uri()
    opened = kept_page(width=760, height=900)
    start = permalink(OptimizerExplorer(x=1.5, y=-1.0))
    driven = Driven.open(opened, page + start, "optimizer")
    surface = driven.mount.locator('select[data-control="surface"]')
    handle = driven.mount.get_by_role("slider", name="Start of all four")
    expect(handle).to_have_attribute("aria-valuetext", "x 1.5, y −1.0")
    surface.select_option("saddle")
    expect(handle).to_have_attribute("aria-valuetext", "x −0.1, y 2.0")
    expect(driven.mount.get_by_label("ravine κ", exact=True)).to_be_hidden()
    surface.select_option("bowl")
    expect(handle).to_have_attribute("aria-valuetext", "x −4.0, y 2.0")
    expect(driven.mount.get_by_label("noise σ", exact=True)).to_be_visible()


def test_what_diverges_is_not_drawn_on(site: Path, kept_page) -> None:
    page = (site / "embed" / "optimizer.html").as_uri()
    opened = kept_page(width=760, height=900)
    state = permalink(OptimizerExplorer(rate=0.3, momentum=0.5))
    driven = Driven.open(opened, page + state, "optimizer")
    drawn = driven.mount.locator("path.path").evaluate_all(
        "all => all.map(p => p.getAttribute('d'))"
    )
    points = [len(d.replace("M", "L").split("L")) - 1 for d in drawn]
    assert points[0] < 20, "plain descent at a rate of 0.3 leaves the map"
    assert points[3] > 50, "Adam does not"
    ends = driven.mount.locator("g.dot").evaluate_all(
        "a => a.map(g => g.getAttribute('transform') + g.querySelector('path').getAttribute('d'))"
    )
    tops = [end.split(")")[0].split(",")[1] for end in ends if end.endswith("Z")]
    assert len(tops) == 2, "plain descent and Nesterov's are marked at the top edge of the values"
    assert len(set(tops)) == 1


@pytest.mark.parametrize(
    ("state", "solved"),
    [
        ({"rate": 0.31, "momentum": 0.7}, 1),
        ({"rate": 0.31, "momentum": 0.7, "x": 0.0}, 0),
        ({"rate": 0.31, "momentum": 0.7, "steps": 31}, 0),
        ({"rate": 0.2, "momentum": 0.8}, 0),
        ({"rate": 0.13, "momentum": 0.8}, 0),
    ],
    ids=["solved", "a near start", "not to the end", "a dip", "another dip"],
)
def test_the_challenge_asks_for_a_long_way_and_for_rest(
    state: dict, solved: int, site: Path, kept_page
) -> None:
    page = (site / "embed" / "optimizer.html").as_uri()
    query = permalink(OptimizerExplorer(curvature=100, **state))
    driven = Driven.open(kept_page(width=760, height=900), page + query, "optimizer")
    expect(driven.mount.locator("[data-challenge][data-solved]")).to_have_count(solved)


def test_in_three_dimensions_paths_run_along_the_surface(site: Path, kept_page) -> None:
    page = (site / "embed" / "optimizer.html").as_uri()
    wild = permalink(OptimizerExplorer(view="surface", curvature=100, rate=0.35))
    driven = Driven.open(kept_page(width=760, height=900), page + wild, "optimizer")
    driven.settle()
    solid = driven.mount.locator(".ex-turntable:visible")
    assert solid.locator("path.gone").count() == 2, "plain descent and Nesterov's have left"
    momentum = solid.locator("path.way").nth(1).get_attribute("d")
    assert momentum.count("M") > 3, "it leaves the ground and returns"
    assert momentum.count("L") > 300, "its steps follow the ground"


def test_what_the_surface_hides_is_pale(site: Path, kept_page) -> None:
    page = (site / "embed" / "optimizer.html").as_uri()
    query = permalink(OptimizerExplorer(view="surface"))
    driven = Driven.open(kept_page(width=760, height=900), page + query, "optimizer")
    driven.settle()
    solid = driven.mount.locator(".ex-turntable:visible")

    def hidden() -> list[bool]:
        drawn = solid.locator("path.veiled").evaluate_all(
            "all => all.map(p => p.getAttribute('d'))"
        )
        return [d != "" for d in drawn]

    assert hidden() == [False] * 4, "at first one looks along the ravine"
    assert set(
        solid.locator(".pin").evaluate_all("a => a.map(g => +g.getAttribute('opacity'))")
    ) == {1}
    turn = """(range, angle) => {
        range.value = angle;
        range.dispatchEvent(new Event('input'));
    }"""
    driven.mount.get_by_label("Turn", exact=True).evaluate(turn, 0)
    driven.settle()
    assert hidden() == [True] * 4, "from the side a wall is before it"
    assert 0.3 in solid.locator(".pin").evaluate_all("a => a.map(g => +g.getAttribute('opacity'))")
    driven.mount.get_by_label("Tip", exact=True).evaluate(turn, 1.5)
    driven.settle()
    assert hidden() == [False] * 4, "from above there is none"


@pytest.mark.parametrize("tip", [0.1, 0.8, 1.3, 1.5])
def test_the_ticks_of_the_height_never_overlap(tip: float, site: Path, kept_page) -> None:
    page = (site / "embed" / "optimizer.html").as_uri()
    query = permalink(OptimizerExplorer(view="surface"))
    driven = Driven.open(kept_page(width=760, height=900), page + query, "optimizer")
    driven.settle()
    driven.mount.get_by_label("Tip", exact=True).evaluate(
        "(range, angle) => { range.value = angle; range.dispatchEvent(new Event('input')); }", tip
    )
    driven.settle()
    places = driven.mount.locator(".ex-turntable text.height").evaluate_all(
        "all => all.map(text => +text.getAttribute('y'))"
    )
    assert places
    assert all(low - high >= 11.9 for low, high in pairwise(places))
