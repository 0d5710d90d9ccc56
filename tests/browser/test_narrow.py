"""Figures as wide as an output beside a notebook's panels, on a machine whose letters are wide."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from lib.explorables import REGISTRY, CalibrationExplorer, PrecisionExplorer
from tests.browser.explorable import Driven, permalink

WIDTH = 317  # pixels of the figure
BESIDE = 17  # of the embed page, on both sides of it
# The widest of the usual fonts are by that much wider than those of a machine of the tests.
WIDE_LETTERS = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('.ex-frame svg text { letter-spacing: 0.07em }');
    document.adoptedStyleSheets = [sheet];
}"""

# What of a chart's words is cut by the figure's edge, and what stands on other words. A text's box
# is a little larger than its letters.
FAULTS = """mount => {
    const edge = mount.querySelector('.ex').getBoundingClientRect();
    return [...mount.querySelectorAll('.ex-stage svg')].flatMap(svg => {
        const words = [...svg.querySelectorAll('text')]
            .filter(text => text.textContent.trim() && text.checkVisibility())
            .map(text => [text.textContent, text.getBoundingClientRect()])
            .filter(([, { width }]) => width);
        const cut = words.filter(([, { left, right }]) => left < edge.left || right > edge.right);
        const on = words.flatMap(([text, a], i) => words.slice(0, i)
            .filter(([, b]) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 3
                && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 7)
            .map(([other]) => `${text} on ${other}`));
        return [...cut.map(([text]) => `${text} is cut`), ...on];
    });
}"""


def scenes() -> Iterator[tuple[str, str]]:
    """Yield each explorable's name, once for each of its views, and the query that shows it."""
    for name, cls in REGISTRY.items():
        options = cls().config()["schema"].get("view", {}).get("options", [])
        yield from ((name, f"?{name}.view={one['value']}") for one in options)
        if not options:
            yield name, ""


@pytest.fixture
def opened(site: Path, kept_page):
    def at(name: str, query: str) -> Driven:
        page = kept_page(width=WIDTH + BESIDE, height=900)
        driven = Driven.open(page, (site / "embed" / f"{name}.html").as_uri() + query, name)
        page.evaluate(WIDE_LETTERS)
        driven.settle()
        return driven

    return at


@pytest.mark.parametrize(("name", "query"), list(scenes()))
def test_no_words_of_a_chart_are_cut_or_stand_on_others(name: str, query: str, opened) -> None:
    driven = opened(name, query)
    assert driven.mount.locator(".ex").bounding_box()["width"] == pytest.approx(WIDTH, abs=1)
    assert driven.mount.evaluate(FAULTS) == []


@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "float32"])
@pytest.mark.parametrize("view", ["loss", "slope"])
@pytest.mark.parametrize("answer", ["right", "wrong"])
def test_the_numbers_of_the_formulas_stand_apart(
    dtype: str, view: str, answer: str, opened
) -> None:
    state = PrecisionExplorer(dtype=dtype, view=view, answer=answer)
    assert opened("precision", permalink(state)).mount.evaluate(FAULTS) == []


def test_controls_beside_each_other_stand_in_line(opened) -> None:
    driven = opened("precision", "")
    label = driven.mount.locator(".ex-row label", has_text="Type")
    label.evaluate("node => { node.textContent = 'A type of so many letters that it is broken'; }")
    tops = driven.mount.locator(".ex-row select").evaluate_all(
        "all => all.map(one => Math.round(one.getBoundingClientRect().top))"
    )
    assert tops[0] == tops[1]


def test_counts_are_whole_numbers_in_a_table(opened) -> None:
    driven = opened("calibration", permalink(CalibrationExplorer(bins=10)))
    driven.mount.get_by_text("Numbers as a table").click()
    table = driven.mount.get_by_role("table", name="Number of predictions in each bin")
    how = driven.mount.get_by_text("the greatest 510, for 0.900–1.000.")
    expect(how).to_be_visible()
    counts = table.locator("tbody td").all_inner_texts()
    assert len(counts) == 10
    assert sum(map(int, counts)) == 2000


def test_fractions_of_two_lines_stand_apart(opened) -> None:
    driven = opened("imbalance", "?imbalance.view=constant")
    driven.rest()
    boxes = driven.mount.locator(".ex-formula mfrac").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).map(({ top, bottom }) => [top, bottom])"
    )
    (_, above), (below, _) = boxes
    assert below - above >= 6, "pixels"
