"""Each symptom has an address short enough to paste, and a link to the ruler carries its number."""

import re
from pathlib import Path

from playwright.sync_api import expect

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "chapters" / "diagnosis.md").read_text(encoding="utf-8")
SYMPTOMS = re.findall(r"^\(([\w-]+)\)=\n### (.+)$", TEXT, re.MULTILINE)


def test_every_symptom_has_a_short_address_and_is_in_the_table() -> None:
    body = TEXT.split("## The number\n", 1)[1].split("\n## Worked examples", 1)[0]
    assert [title for _, title in SYMPTOMS] == re.findall(r"^### (.+)$", body, re.MULTILINE)
    assert all(len(short) <= 14 for short, _ in SYMPTOMS)
    listed = re.findall(r"^\| .+ \| \[(.+)\]\(#[\w-]+\) \|$", TEXT, re.MULTILINE)
    assert listed == [title for _, title in SYMPTOMS]


def test_a_short_address_leads_to_its_symptom(site: Path) -> None:
    page = (site / "chapters" / "diagnosis.html").read_text(encoding="utf-8")
    for short, title in SYMPTOMS:
        after = page.split(f'id="{short}"', 1)[1]
        assert f">{title}<" in after[:400], short


def test_a_link_carries_number_and_classes_into_the_chapter(server: str, page) -> None:
    page.goto(server + "chapters/diagnosis.html?diagnosis.number=3.91&diagnosis.classes=50")
    figure = page.locator('[data-explorable="diagnosis"]')
    figure.scroll_into_view_if_needed()
    page.wait_for_selector('[data-explorable="diagnosis"][data-ready]')
    expect(figure.locator(".ex-landmarks strong").first).to_have_text("3.9120: ln C = ln 50.")


def test_a_landmark_leads_to_its_symptom_on_the_page_and_keeps_the_figure(
    server: str, page
) -> None:
    page.goto(server + "chapters/diagnosis.html?diagnosis.number=15.42")
    figure = page.locator('[data-explorable="diagnosis"]')
    figure.scroll_into_view_if_needed()
    page.wait_for_selector('[data-explorable="diagnosis"][data-ready]')
    figure.get_by_role("link", name="15.4249: −ln(2 · 10⁻⁷).").click()
    expect(page).to_have_url(re.compile(r"\?diagnosis\.number=15\.42#cap$"))
    title = page.get_by_role("heading", name="The loss is exactly 16.118")
    expect(title).to_be_in_viewport()


def test_a_number_in_the_search_is_put_to_the_ruler(server: str, page) -> None:
    page.goto(server + "search.html?q=loss+stuck+at+3.912")
    page.get_by_role("link", name="Put 3.912 into its figure").click()
    figure = page.locator('[data-explorable="diagnosis"]')
    figure.scroll_into_view_if_needed()
    page.wait_for_selector('[data-explorable="diagnosis"][data-ready]')
    expect(figure.locator(".ex-landmarks")).to_contain_text("near ln 50: are there 50 classes?")
