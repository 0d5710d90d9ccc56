"""Every explorable keeps the page's contract: driven in Chromium on the built site.

The embed pages are opened from the disk with the network closed, as on a train; that the same
script works in the chapters, and served, is tested with the site.
"""

import math
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from lib.explorables import REGISTRY, Explorable
from lib.explorables._traits import Text
from tests.browser.explorable import TRANSLATE, WORDS, Driven, permalink
from tests.conftest import strict_page
from tests.parity.test_parity import agree, run_script
from tests.states import in_views, random_explorables

CLASSES = pytest.mark.parametrize("cls", REGISTRY.values(), ids=REGISTRY)
ON_SCREEN = 1
#: Keys that undo each other: each is tried by itself on every control.
OPPOSITE = [
    ("ArrowLeft", "ArrowRight"),
    ("ArrowDown", "ArrowUp"),
    ("PageDown", "PageUp"),
    ("Home", "End"),
]


@pytest.fixture
def opened(site: Path, kept_page):
    """Open an explorable's embed page from the disk: `opened(cls, query, **page options)`.

    The same page goes on to the next address, unless other options are asked for.
    """

    def open_embed(cls: type[Explorable], query: str = "", **options: object) -> Driven:
        address = (site / "embed" / f"{cls.name}.html").as_uri() + query
        return Driven.open(kept_page(**{"width": 760, "height": 900, **options}), address, cls.name)

    return open_embed


def first_mark(driven: Driven):
    marks = driven.mount.locator('.ex-mark[role="slider"]:visible')
    return marks.last if marks.count() else None


@CLASSES
def test_it_opens_on_its_initial_state_and_names_its_controls(
    cls: type[Explorable], opened
) -> None:
    driven = opened(cls)
    ours = cls().values
    assert list(driven.values()) == list(ours)
    for key, shown in driven.values().items():
        assert agree(shown, ours[key]), key
    assert not driven.solved()
    assert driven.page.locator(".ex-formula math").first.is_visible()
    outputs = driven.mount.locator("output[data-quantity]").all_inner_texts()
    for output, (key, quantity) in zip(outputs, cls().shown.items(), strict=True):
        none_yet = quantity.infinite and ours[key] == math.inf
        assert re.search(r"[\d∞]|undefined", output) or (none_yet and quantity.infinite in output)
    nameless = driven.mount.evaluate(
        """m => [...m.querySelectorAll('input, textarea, select, button, [role=slider]')]
            .filter(c => !(c.getAttribute('aria-label') || c.textContent.trim() ||
              [...(c.labels ?? [])].some(l => l.textContent.trim()))).map(c => c.outerHTML)"""
    )
    assert nameless == []


@CLASSES
def test_the_screen_shows_what_its_python_prints(cls: type[Explorable], opened) -> None:
    for explorable in random_explorables(cls, ON_SCREEN, seed=3):
        driven = opened(cls, permalink(explorable))
        printed = run_script(driven.python())
        shown = driven.values()
        assert list(printed) == list(shown)
        for key, value in shown.items():
            assert agree(value, explorable.values[key]), f"{explorable!r}: {key}"
            assert agree(printed[key], value), f"{explorable!r}: {key}"


@CLASSES
def test_the_keyboard_moves_every_visible_control(cls: type[Explorable], opened) -> None:
    driven = opened(cls)
    controls = driven.mount.locator(
        'input[type="range"]:visible, .ex-mark[role="slider"]:visible'
    ).element_handles()  # one may hide others
    assert controls
    for control in controls:
        if not control.is_visible():
            continue
        name = control.evaluate("c => c.getAttribute('aria-label') ?? c.labels[0].textContent")
        control.focus()
        for back, on in OPPOSITE:
            # At an end the first moves nothing; from then on each moves what the other moved.
            driven.page.keyboard.press(back)
            before = driven.fingerprint()
            for key in (on, back):
                driven.page.keyboard.press(key)
                after = driven.fingerprint()
                assert after != before, (name, key)
                before = after
        assert control.get_attribute("aria-valuetext")


@CLASSES
def test_the_mouse_drags_a_slider_and_a_mark(cls: type[Explorable], opened) -> None:
    driven = opened(cls)
    mouse = driven.page.mouse
    slider = driven.mount.locator('input[type="range"]:visible').first
    if slider.count():
        before = driven.fingerprint()
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        y = box["y"] + box["height"] / 2
        mouse.move(box["x"] + box["width"] * 0.5, y)
        mouse.down()
        mouse.move(box["x"] + box["width"] * 0.83, y, steps=4)
        assert driven.fingerprint() != before, "the figure waits until the slider is let go"
        mouse.up()
    mark = first_mark(driven)
    assert slider.count() or mark
    if mark:
        before = driven.fingerprint()
        mark.scroll_into_view_if_needed()
        box = mark.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        mouse.move(x, y)
        mouse.down()
        for dx, dy in ((25, -18), (-30, 20), (-25, -25)):
            mouse.move(x + dx, y + dy, steps=3)
            if driven.fingerprint() != before:
                break
        mouse.up()
        assert driven.fingerprint() != before, mark.get_attribute("aria-label")


#: Waits until the page has not scrolled for a dozen frames.
STILL = """() => new Promise(done => {
    let [last, frames] = [scrollY, 0];
    const look = () => {
        frames = scrollY === last ? frames + 1 : 0;
        last = scrollY;
        if (frames === 12) done(); else requestAnimationFrame(look);
    };
    look();
})"""


@CLASSES
def test_touch_moves_it_on_a_phone(cls: type[Explorable], opened, attached) -> None:
    driven = opened(cls, width=390, height=560, has_touch=True, is_mobile=True)
    mark = first_mark(driven)
    target = mark or driven.mount.locator('input[type="range"]:visible').first
    target.scroll_into_view_if_needed()
    target.element_handle().wait_for_element_state("stable")  # what is above may still be laid out
    box = target.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before = driven.fingerprint()
    touch = attached(driven.page)

    def scrolled() -> float:
        return driven.page.evaluate("() => scrollY")

    def send(kind: str, *points: tuple[float, float]) -> None:
        touch.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": a, "y": b} for a, b in points]},
        )

    for dx, dy in ((24, -16), (-28, 18), (-24, -20)):
        send("touchStart", (x, y))
        send("touchMove", (x + dx / 2, y + dy / 2))
        send("touchMove", (x + dx, y + dy))
        send("touchEnd")
        if driven.fingerprint() != before:
            break
    assert driven.fingerprint() != before

    def swipe(x: float, y: float, up: int) -> None:
        send("touchStart", (x, y))
        for i in range(1, 9):
            send("touchMove", (x, y - up * i / 8))
        send("touchEnd")
        driven.page.evaluate(STILL)

    # A finger that drags a mark up and down does not scroll the page; beside the figure it does.
    driven.page.evaluate("() => scrollTo(0, 0)")
    if mark:
        mark.scroll_into_view_if_needed()
        start = scrolled()
        for up in (90, -90):
            box = mark.bounding_box()
            swipe(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, up)
            assert scrolled() == start
    start = scrolled()
    box = driven.mount.locator(".ex-prompt").bounding_box()
    swipe(box["x"] + 20, box["y"] + 10, 90)
    assert scrolled() > start

    # One that sets out on a slider scrolls, and leaves the slider as it was.
    slider = driven.mount.locator('input[type="range"]:visible').first
    slider.scroll_into_view_if_needed()
    before, start = driven.python(), scrolled()
    box = slider.bounding_box()
    held = slider.input_value()
    for share in (0.2, 0.9):
        up = 90 if scrolled() == start else -90
        swipe(box["x"] + share * box["width"], slider.bounding_box()["y"] + 10, up)
        assert scrolled() != start or up == -90
        assert slider.input_value() == held
        assert driven.python() == before


@CLASSES
def test_nothing_is_wider_than_the_screen(cls: type[Explorable], opened) -> None:
    """Opened on a phone or turned to another width; tests/site opens it on the narrowest one."""
    driven = opened(cls, width=390, height=844)
    for width in (390, 760, 320):
        driven.page.set_viewport_size({"width": width, "height": 844})
        driven.settle()
        assert driven.page.evaluate("() => document.documentElement.scrollWidth") <= width
    assert driven.values()


@CLASSES
def test_the_challenge_can_be_solved(cls: type[Explorable], opened) -> None:
    solved = [cls(**state) for state in cls.solutions]
    for explorable in solved:
        driven = opened(cls, permalink(explorable))
        assert driven.solved(), explorable
        driven.mount.get_by_role("button", name="Reset").click()
        assert not driven.solved()
        for key, shown in driven.values().items():
            assert agree(shown, cls().values[key]), key
    challenges = [explorable.words(cls.challenge) for explorable in solved]
    assert set(challenges) == {explorable.words(cls.challenge) for explorable in in_views(cls)}


@CLASSES
def test_words_and_numbers_are_those_of_the_view(cls: type[Explorable], opened) -> None:
    """Whichever view a link opens, and whichever a reader then chooses."""

    def check(driven: Driven, explorable: Explorable) -> None:
        driven.settle()
        mount = driven.mount
        assert mount.locator(".ex-prompt").inner_text() == explorable.words(cls.prompt)
        assert explorable.words(cls.challenge) in mount.locator("[data-challenge]").inner_text()
        labels = mount.locator(".ex-numbers dt").all_inner_texts()
        assert labels == [explorable.words(q.label) for q in explorable.shown.values()]
        assert list(driven.values()) == list(explorable.shown)
        formula = mount.locator(".ex-formula")
        assert formula.evaluate("f => f.scrollWidth - f.clientWidth") <= 0, explorable

    for explorable in in_views(cls):
        check(opened(cls, permalink(explorable), width=390), explorable)
    for explorable in in_views(cls):
        if "view" in explorable.state:
            driven = opened(cls, width=390)
            driven.mount.get_by_label("View", exact=True).select_option(explorable.view)
            check(driven, explorable)


@CLASSES
def test_a_hostile_link_falls_back_to_the_default(cls: type[Explorable], opened) -> None:
    hostile = ["", "NaN", "1e999", "-1,,", "<script>alert(1)</script>", "%00", "1," * 500]
    names = [*cls.class_traits(state=True), "__proto__", "hide"]
    ours = cls().values
    for shift in (0, 2, 4):  # each trait has three of them, and each page has several at once
        given = {name: hostile[(i + shift) % len(hostile)] for i, name in enumerate(names)}
        for name, trait in cls.class_traits(state=True).items():
            if isinstance(trait, Text):  # of which any that is not too long is one
                given[name] = "x" * 2001
        driven = opened(cls, "?" + "&".join(f"{cls.name}.{k}={text}" for k, text in given.items()))
        shown = driven.values()
        for key in ours:
            assert agree(shown[key], ours[key]), (given, key)
        assert driven.mount.get_by_role("alert").inner_text().startswith("The link does not fit")
    broken = opened(cls, "?%E0%A4%A=%&" + f"{cls.name}.=1&.x=2&=")
    assert agree(*[next(iter(v.values())) for v in (broken.values(), ours)])


def words(driven: Driven) -> list[str]:
    """Return the formula, the code and all numbers as they stand on the screen."""
    driven.rest()
    return driven.mount.evaluate(WORDS)


@CLASSES
def test_a_change_goes_into_the_address_and_comes_back(cls: type[Explorable], opened) -> None:
    driven = opened(cls)
    page = driven.page
    # The page is being translated; formulas, code, numbers and charts are exempt from it.
    numbers = driven.mount.locator(".ex-formula, pre[data-python], output, .ex-frame")
    assert set(numbers.evaluate_all("all => all.map(node => node.translate)")) == {False}
    driven.mount.evaluate(TRANSLATE, "[translate=no]")
    slider = driven.mount.locator('input[type="range"]:visible').first
    mark = first_mark(driven)
    (slider if slider.count() else mark).focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    driven.rest()  # the address follows once the hand rests
    address = page.url
    assert f"{cls.name}." in address
    values, shown = driven.values(), words(driven)
    driven.mount.locator(".ex-formula").evaluate(TRANSLATE, "")  # as one that heeds no exemption
    page.keyboard.press("ArrowLeft")
    back = words(driven)

    again = Driven.open(page, address, cls.name)
    assert again.values() == values
    assert words(again) == shown
    (slider if slider.count() else mark).press("ArrowLeft")
    assert words(again) == back


@CLASSES
def test_a_link_can_hide_parts(cls: type[Explorable], opened) -> None:
    driven = opened(cls, f"?{cls.name}.hide=controls,challenge,nonsense")
    assert not driven.mount.locator(".ex-controls").is_visible()
    assert not driven.mount.locator("[data-challenge]").is_visible()
    assert driven.mount.locator(".ex-stage").is_visible()


@CLASSES
def test_bad_entries_are_refused_and_said(cls: type[Explorable], opened) -> None:
    driven = opened(cls)
    driven.mount.locator("details").evaluate_all("all => all.forEach(d => d.open = true)")
    entry = driven.mount.locator('input[inputmode="decimal"]:visible').first
    alert = driven.mount.locator('[role="alert"]')
    before, held = driven.values(), entry.input_value()
    for text in ("", "1e99", "−1e99", "0.5.5", "NaN", "3 apples"):
        entry.fill(text)
        entry.press("Enter")
        assert driven.values() == before, text
        assert entry.input_value() == held
        assert "takes a" in alert.inner_text()
        assert text in alert.inner_text() or "1e99" in text
    # It is said at the entry, and until another is taken.
    assert 0 <= alert.bounding_box()["y"] - entry.bounding_box()["y"] < 80
    entry.press("ArrowUp")
    entry.press("ArrowDown")
    assert not alert.inner_text()
    assert driven.values().keys() == before.keys()


@pytest.fixture(scope="module")
def denied(browser: Browser) -> Iterator[Page]:
    """A page that may neither store nor copy anything."""
    page = strict_page(browser, 760, 900)
    page.add_init_script(
        """for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(
             window, name, {get() { throw new DOMException('denied', 'SecurityError') }});
           Object.defineProperty(navigator, 'clipboard', {value: undefined});"""
    )
    yield page
    page.context.close()


@CLASSES
def test_it_works_without_storage_and_clipboard(
    cls: type[Explorable], site: Path, denied: Page
) -> None:
    denied.bring_to_front()
    driven = Driven.open(denied, (site / "embed" / f"{cls.name}.html").as_uri(), cls.name)
    driven.mount.get_by_role("button", name="Copy link").click()
    driven.mount.get_by_role("button", name="Copied").click()
    expect(driven.mount.get_by_role("button", name="Copy link")).to_be_focused()
    assert driven.values()
    denied.goto("about:blank")
    faults, denied.watch.faults = denied.watch.faults, []
    assert not faults, "\n".join(faults)


@CLASSES
def test_without_javascript_a_figure_stands_in(cls: type[Explorable], site: Path, new_page) -> None:
    page = new_page(width=760, height=900, java_script_enabled=False)
    page.goto((site / "embed" / f"{cls.name}.html").as_uri())
    image = page.locator("[data-explorable] img:visible")
    assert image.count() == 1
    assert len(image.get_attribute("alt")) > 30
    assert image.bounding_box()["height"] > 100
