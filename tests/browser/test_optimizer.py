"""The explorable of the optimisers, as a reader uses it."""

from pathlib import Path

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


def test_the_challenge_asks_for_a_start_far_along_the_ravine(site: Path, kept_page) -> None:
    page = (site / "embed" / "optimizer.html").as_uri()
    for x, solved in ((0.0, 0), (-4.0, 1)):
        state = OptimizerExplorer(curvature=100, rate=0.33, momentum=0.67, x=x)
        driven = Driven.open(kept_page(width=760, height=900), page + permalink(state), "optimizer")
        expect(driven.mount.locator("[data-challenge][data-solved]")).to_have_count(solved)
