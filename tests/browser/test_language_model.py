"""The figure of a language model, as a reader uses it: typing, looking, and without its weights."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import lib
from lib.explorables import LanguageModelExplorer
from tests.browser.explorable import Driven, permalink
from tests.browser.test_drawing import SLOW_CLOCK
from tests.parity.test_parity import agree

NAME = "language_model"
WEIGHTS = "**/data-character_model.js"
EVERYDAY = Path(lib.__file__).parent / "data" / "everyday.txt"


@pytest.fixture
def opened(site: Path, new_page):
    """Open the explorable in a state, from the disk, in a page of its own."""

    def open_state(explorable: LanguageModelExplorer | None = None, **options: object) -> Driven:
        page = (site / "embed" / f"{NAME}.html").as_uri()
        query = permalink(explorable) if explorable else ""
        driven = Driven.open(
            new_page(**{"width": 760, "height": 900, **options}), page + query, NAME
        )
        driven.settle()
        return driven

    return open_state


def area(driven: Driven):
    return driven.mount.get_by_label("Your text")


def reading(driven: Driven):
    return driven.mount.get_by_role("slider", name="The text, each character")


def shows(driven: Driven, **state: object) -> LanguageModelExplorer:
    """Assert that the numbers at rest are those of a state; return it."""
    driven.rest()
    ours = LanguageModelExplorer(**state)
    shown = driven.values()
    for key, value in ours.values.items():
        assert agree(shown[key], value), (key, shown[key], value)
    return ours


def test_what_is_typed_is_read_at_once_and_is_one_step_to_take_back(opened) -> None:
    driven = opened()
    first = LanguageModelExplorer().text
    text = area(driven)
    text.press("Control+End")
    driven.page.keyboard.type(" It is late.")
    whole = f"{first} It is late."
    shows(driven, text=whole, place=len(whole))
    assert reading(driven).locator("span").count() == len(whole) + 1
    # In the middle: what follows is read again, exactly once the hand rests.
    text.evaluate("area => area.setSelectionRange(16, 18)")
    driven.page.keyboard.type("er")
    shows(driven, text=whole.replace("lettre", "letter"), place=18)
    undo, taken = driven.mount.get_by_role("button", name="Undo"), 0
    while undo.get_attribute("aria-disabled") == "false":
        text.press("Control+z")
        taken += 1
    driven.settle()
    assert text.input_value() == first
    assert taken < 7, "keys that follow each other are one step"


def test_an_input_method_ends_what_it_puts_together(opened) -> None:
    driven = opened(LanguageModelExplorer(text="", place=0))
    text = area(driven)
    text.focus()
    compose = """(area, [type, value]) => {
        if (value !== null) area.value = value;
        const event = type === 'input'
            ? new InputEvent('input', { isComposing: true, bubbles: true })
            : new CompositionEvent(type, { bubbles: true });
        area.dispatchEvent(event);
    }"""
    text.evaluate(compose, ["compositionstart", None])
    for part in ("n", "ni", "nih"):
        text.evaluate(compose, ["input", part])
        driven.settle()
        assert text.input_value() == part, "the figure leaves it alone"
        assert reading(driven).locator("span").count() == 1
    text.evaluate(compose, ["compositionend", "你"])
    driven.settle()
    assert reading(driven).locator("span").count() == 2
    shows(driven, text="你", place=1)


def test_a_character_is_looked_at_by_hand_and_by_keys(opened) -> None:
    driven = opened()
    box = reading(driven)
    costs = LanguageModelExplorer().costs() / 0.6931471805599453
    box.locator("span").nth(4).click()
    expect(box).to_have_attribute("aria-valuenow", "4")
    expect(box).to_have_attribute(
        "aria-valuetext", f"“p” after “She ”: {costs[4]:.2f} bits, probability {2 ** -costs[4]:.4f}"
    )
    box.press("ArrowRight")
    expect(box).to_have_attribute("aria-valuenow", "5")
    box.press("End")
    expect(box).to_have_attribute("aria-valuetext", "what comes next, after “…tchen table.”")
    box.press("Home")
    expect(box).to_have_attribute("aria-valuenow", "0")
    driven.settle()
    ours = shows(driven, place=0)
    assert ours.entropy > 3


def test_what_stands_there_is_marked_among_the_likely(opened) -> None:
    driven = opened()
    names = driven.mount.locator("svg").first.locator(".name")
    assert names.count() == 13
    assert names.first.text_content() == "w"
    chosen = [n for n in names.all() if n.get_attribute("text-decoration")]
    assert [n.text_content() for n in chosen] == ["p"]


#: The colours and numbers of the bars by context, before a text changes and in the frame after.
BARS = """async area => {
    const svg = area.closest('figure').querySelectorAll('svg')[2];
    const bars = () => [...svg.querySelectorAll('g.column')].map(bar => [
        bar.querySelector('rect').getAttribute('stroke'),
        bar.querySelector('.value').textContent,
    ]);
    const before = bars();
    area.value += ' And so on and on and on.';
    area.dispatchEvent(new InputEvent('input', { bubbles: true }));
    for (let i = 0; i < 600 && String(bars()) === String(before); i++)
        await new Promise(requestAnimationFrame);
    return [before, bars()];
}"""


def test_bars_of_the_text_before_are_grey_until_they_are_read(opened) -> None:
    driven = opened()
    driven.rest()  # they are drawn and read
    before, now = area(driven).evaluate(BARS)
    tone, grey = before[-1][0], now[0][0]
    assert grey != tone
    assert [bar[0] for bar in before] == [tone] * 7
    assert [bar[0] for bar in now] == [grey] * 6 + [tone]
    assert [bar[1] for bar in now[:-1]] == [bar[1] for bar in before[:-1]]
    text = f"{LanguageModelExplorer().text} And so on and on and on."
    assert now[-1][1] == f"{LanguageModelExplorer(text=text).bits:.2f}"
    bars = driven.mount.locator("svg").nth(2).locator("rect")
    driven.page.wait_for_function(  # they are read in slices, however slow the machine
        "([all, tone]) => all.every((bar) => bar.getAttribute('stroke') === tone)",
        arg=[bars.element_handles(), tone],
    )


#: What a key in the middle of a text has changed in its frame, and whether charts wait.
KEY = """async area => {
    const figure = area.closest('[data-explorable]');
    const look = () => [
        figure.querySelectorAll('.ex-lettering span').length,
        figure.querySelector('[data-quantity=bits]').textContent,
        figure.querySelector('svg').textContent,
    ];
    const before = look();
    area.focus();
    area.setRangeText('zz', 50, 50, 'end');
    area.dispatchEvent(new InputEvent('input', { bubbles: true }));
    await new Promise(requestAnimationFrame);
    return [before, look(), 'drawing' in figure.dataset];
}"""


def test_the_frame_of_a_key_shows_the_text_and_the_numbers_and_lets_charts_wait(opened) -> None:
    text = "The last train is often late, so I take the bus. " * 5
    driven = opened(LanguageModelExplorer(text=text, place=20))
    driven.page.evaluate(SLOW_CLOCK)
    (spans, bits, chart), now, waits = area(driven).evaluate(KEY)
    assert now[0] == spans + 2
    assert now[1] != bits
    assert now[2] == chart
    assert waits
    shows(driven, text=f"{text[:50]}zz{text[50:]}", place=52)
    assert driven.mount.locator("svg").first.text_content() != chart


def test_lines_that_are_not_seen_are_not_drawn(opened) -> None:
    text = "The last train is often late, so I take the bus. " * 40
    driven = opened(LanguageModelExplorer(text=text, place=len(text)))
    driven.rest()
    lines = reading(driven).locator("div")
    texts = lines.all_text_contents()
    assert "".join(texts) == f"{text}\xa0"
    assert len(texts) > 20
    assert all(line.endswith(" ") for line in texts[:-1])
    expect(lines.first).to_have_css("content-visibility", "hidden")
    expect(lines.last).to_have_css("content-visibility", "visible")
    tall = {round(line.bounding_box()["height"]) for line in lines.all()}
    assert len(tall) == 1, "each is one line"
    area(driven).press("Control+Home")
    expect(lines.first).to_have_css("content-visibility", "visible")
    driven.page.set_viewport_size({"width": 390, "height": 900})
    driven.rest()
    assert lines.count() > 1.5 * len(texts)


def test_of_no_text_no_cost_is_shown(opened) -> None:
    driven = opened()
    area(driven).fill("")
    driven.rest()
    shown = driven.mount.locator("output").all_text_contents()
    assert shown == [*["– bits"] * 4, "6.322 bits", "– bits", "–", "– bits", "4.80 bits"]
    driven.mount.locator(".ex-tables summary").click()
    rows = driven.mount.locator(".ex-tables tr").filter(has_text="network")
    expect(rows).to_have_text(["network– bits", "network, per byte– bits"])
    assert "A text of 0 characters." in driven.mount.locator(".ex-stage").get_attribute(
        "aria-label"
    )
    names = driven.mount.locator("svg").nth(1).locator(".name").all_text_contents()
    assert names == ["uniform"]
    area(driven).fill("It")
    shows(driven, text="It", place=2)


def test_a_table_says_which_bars_are_of_the_text_before(opened) -> None:
    driven = opened()
    driven.mount.locator(".ex-tables summary").click()
    rows = driven.mount.locator(".ex-tables tr")
    grey = rows.filter(has_text="(grey: of the text before)")
    expect(rows.filter(has_text="16")).not_to_have_count(0)
    expect(grey).to_have_count(0)
    text = EVERYDAY.read_text(encoding="utf-8")[:1200]
    area(driven).fill(text)
    expect(grey).to_have_count(6, timeout=60_000)
    expect(grey).to_have_count(0, timeout=60_000)
    shown = driven.mount.get_by_label("the network by context").locator("tr").all_text_contents()
    assert f"16{LanguageModelExplorer(text=text, context='16').bits:.4f}" in shown


def test_a_link_has_room_for_so_many_characters(opened) -> None:
    driven = opened()
    text = area(driven)
    alert = driven.mount.get_by_role("alert")
    copy = driven.mount.get_by_role("button", name="Copy link")
    text.fill("Short enough for a link.")
    driven.rest()
    assert "Short+enough" in driven.page.url
    copy.click()
    expect(alert).to_have_count(0)
    text.fill("A long text. " * 200)
    driven.rest()
    assert "long" not in driven.page.url
    driven.mount.get_by_role("button", name="Cop").filter(has_text="link").click()
    expect(alert).to_contain_text("Too long for a link, which goes without it: Your text.")
    text.fill("x" * 4010)
    expect(alert).to_contain_text("has room for 4000 characters")
    assert len(text.input_value()) == 4000


def test_without_its_weights_it_says_so_and_asks_again(server, new_page) -> None:
    page: Page = new_page(width=760, height=900)
    held: list = []
    page.route(WEIGHTS, lambda route: held.append(route))
    page.goto(f"{server}embed/{NAME}.html", wait_until="domcontentloaded")
    page.wait_for_selector("[data-ready]")
    driven = Driven(page, page.locator("figure.explorable"))
    words = driven.mount.locator(".ex-asset")
    expect(words).to_contain_text("Loading the character model, the tables of letters.")
    text = area(driven)
    text.fill("Can I type already?")
    expect(reading(driven).locator("span")).to_have_count(20)
    expect(driven.mount.locator("output[data-quantity=bits]")).to_have_text("– bits")
    held.pop().abort()
    expect(words).to_contain_text("Not loaded: the character model. What needs it stays empty.")
    expect(words).not_to_have_attribute("aria-busy", "true")
    driven.settle()
    ours = LanguageModelExplorer(text="Can I type already?", place=19)
    assert agree(driven.values()["triples"], ours.triples), "what has come is used"
    assert driven.mount.locator("svg").nth(1).locator(".name").all_text_contents() == [
        "uniform",
        "letters",
        "pairs",
        "triples",
    ]
    assert all("ERR_FAILED" in fault for fault in page.watch.faults)
    page.watch.faults.clear()
    page.unroute(WEIGHTS)
    words.get_by_role("button", name="Try again").click()
    expect(words).to_be_hidden()
    shows(driven, text="Can I type already?", place=19)


def test_the_weights_come_once_and_only_to_who_needs_them(server, new_page) -> None:
    page: Page = new_page()
    Driven.open(page, f"{server}embed/kl.html", "kl").rest()
    assert not any("/data-" in url for url in page.watch.requests)
    Driven.open(page, f"{server}embed/{NAME}.html", NAME).rest()
    asked = [url.rpartition("/")[2] for url in page.watch.requests if "/data-" in url]
    assert sorted(asked) == ["data-character_model.js", "data-character_ngrams.js"]
