"""The figure of a loss in few bits, as a reader uses it."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from lib.explorables import PrecisionExplorer
from tests.browser.explorable import Driven, permalink


@pytest.fixture
def opened(site: Path, kept_page):
    """Open the explorable in a state, from the disk."""

    def open_state(explorable: PrecisionExplorer) -> Driven:
        page = (site / "embed" / "precision.html").as_uri() + permalink(explorable)
        return Driven.open(kept_page(width=760, height=900), page, "precision")

    return open_state


def test_what_is_not_a_number_is_shown_as_that(opened) -> None:
    lost = PrecisionExplorer(view="slope", answer="wrong", margin=100, dtype="float32")
    driven = opened(lost)
    shown = driven.mount.locator("[data-quantity=softmax]")
    expect(shown).to_have_text("NaN")
    expect(shown).to_have_attribute("data-value", "NaN")
    expect(driven.mount.locator("svg").first).to_contain_text("NaN from 88.73")
    driven.mount.get_by_label("Formula drawn").select_option("epsilon")
    expect(driven.mount.locator("svg").first).to_contain_text("0 from 103.98")


def test_a_margin_that_is_not_there_is_said_in_words(opened) -> None:
    fine = PrecisionExplorer(answer="wrong", margin=200.0, dtype="float32", formula="epsilon")
    driven = opened(fine)
    shown = driven.mount.locator("[data-quantity=gone]")
    expect(shown).to_have_text("not up to 200")
    expect(shown).to_have_attribute("data-value", "Infinity")
    driven.mount.get_by_label("Formula drawn").select_option("softmax")
    expect(shown).to_have_text("103.98")
    expect(driven.mount.locator("[data-quantity=softmax]")).to_have_text("∞")


def test_an_infinite_loss_is_drawn_at_its_level(opened) -> None:
    driven = opened(PrecisionExplorer(answer="wrong", margin=150.0, dtype="float32"))
    heights = driven.mount.evaluate(
        """mount => {
            const svg = mount.querySelector('svg');
            const last = ([...svg.querySelectorAll('.curves path')].at(-1).getAttribute('d')
                .match(/[\\d.]+/g).map(Number)).at(-1);
            const boxOf = (node) => node.getBoundingClientRect();
            const top = (node) => boxOf(node).top - boxOf(svg).top;
            const middle = (node) => top(node) + boxOf(node).height / 2;
            const tick = [...svg.querySelectorAll('.tick-y')].find(t => t.textContent === '∞');
            const name = [...svg.querySelectorAll('.rules text')].at(0);
            const square = svg.querySelector('.dot path');
            const bottom = top(name) + boxOf(name).height;
            return [last, middle(square), middle(tick.querySelector('path')), bottom];
        }"""
    )
    curve, square, tick, name = heights
    assert curve == pytest.approx(square, abs=1) == pytest.approx(tick, abs=1)
    assert name < square - 4.5, "the rule's name and the square touch"


def test_curves_that_end_apart_have_numbers_of_their_own(opened) -> None:
    driven = opened(PrecisionExplorer(margin=30.0, dtype="float16"))
    names = driven.mount.locator("svg").nth(1).locator(".dot text").all_text_contents()
    assert [name for name in names if name] == ["3", "1 2 4", "5 6"]


def test_the_slider_s_steps_are_even_in_powers_of_ten(opened) -> None:
    driven = opened(PrecisionExplorer(margin=1.0))
    leads = driven.mount.get_by_label("leads by", exact=True)
    for margin in ("1.02", "1.05", "1.07"):
        leads.press("ArrowRight")
        driven.settle()
        expect(driven.mount.get_by_role("spinbutton")).to_have_value(margin)
    driven.mount.get_by_label("The right class").select_option("wrong")
    expect(driven.mount.get_by_label("trails by", exact=True)).to_be_visible()


def test_the_mark_follows_the_exact_loss(opened) -> None:
    driven = opened(PrecisionExplorer(margin=8.0))
    mark = driven.mount.get_by_role("slider", name="Margin, on the exact curve")
    mark.press("Home")
    expect(driven.mount.get_by_role("spinbutton")).to_have_value("0.10")
    mark.press("End")
    expect(driven.mount.get_by_role("spinbutton")).to_have_value("200.00")
    ours = PrecisionExplorer(margin=200.0)
    shown = driven.mount.locator("[data-quantity=exact]")
    assert float(shown.get_attribute("data-value")) == pytest.approx(ours.exact, rel=1e-12)
