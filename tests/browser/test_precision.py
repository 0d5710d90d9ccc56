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
