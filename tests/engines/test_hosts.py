"""In Firefox and WebKitGTK: numbers as people type them, translators, hosts that scale, fingers."""

import math
from collections.abc import Callable

import pytest
from selenium.webdriver.common.keys import Keys

from lib.explorables import (
    REGISTRY,
    Explorable,
    GradientExplorer,
    HingeExplorer,
    SoftmaxExplorer,
)
from tests.browser.explorable import SETTLED, TRANSLATE, WORDS, permalink
from tests.engines.browsers import Engine, Point, until

pytestmark = pytest.mark.engines

MOUNT = "document.querySelector('figure.explorable')"
READY = f"() => 'ready' in {MOUNT}.dataset"
# The page has then done what waits for the hand to rest, as writing the address.
REST = "() => new Promise(done => setTimeout(done, 350))"


@pytest.fixture
def opened(engine: Engine, addresses: dict[str, str]) -> Callable[..., None]:
    """Open an explorable's embed page in a state."""

    def open_state(explorable: Explorable, width: int = 1280, height: int = 800) -> None:
        address = addresses["served"] + f"embed/{explorable.name}.html" + permalink(explorable)
        engine.open(address, width, height)
        until(lambda: engine.ask(READY), "the explorable to be ready")
        engine.ask(SETTLED)

    return open_state


# The entry of one name gets the focus, with all that is in it chosen.
ENTER = """label => {
    const entry = document.querySelector(`[role=spinbutton][aria-label="${label}, exact value"]`);
    entry.scrollIntoView({ block: 'center', behavior: 'instant' });
    entry.focus();
    entry.select();
    const { left, top, width, height } = entry.getBoundingClientRect();
    return [left + width / 2, top + height / 2];
}"""
ENTERED = """() => {
    const entry = document.activeElement;
    const range = entry.parentElement.querySelector('input[type=range]');
    return [entry.value, entry.ariaValueNow, range.ariaValueText].map(text =>
        Number(text.replace('−', '-')));
}"""
SAID = "() => document.querySelector('[role=alert]').textContent"
TEMPERATURE = {"0,5": 0.5, "1/3": 1 / 3, "75 %": 0.75, "12e-1 ": 1.2, ".6": 0.6}


def test_numbers_are_taken_as_people_type_them(engine: Engine, opened) -> None:
    opened(SoftmaxExplorer(temperature=0.8))

    def typed(label: str, keys: str) -> float:
        at = engine.ask(ENTER, label)
        engine.press(keys)
        engine.ask(SETTLED)
        shown, now, said = engine.ask(ENTERED)
        assert math.isclose(shown, now, abs_tol=0.005), "two decimals are shown"
        assert shown == said
        # The wheel over an entry that has the focus moves none but the page.
        engine.wheel(at, 100)
        engine.ask(REST)
        assert engine.ask(ENTERED) == [shown, now, said]
        return now

    for text, value in TEMPERATURE.items():
        assert typed("Temperature T", text + Keys.ENTER) == value, text
        assert engine.ask(SAID) == ""
    assert typed("Add to every z", "−2,5" + Keys.ENTER) == -2.5
    keys = {Keys.ARROW_UP: 0.61, Keys.ARROW_DOWN: 0.6, Keys.PAGE_UP: 0.7, Keys.PAGE_DOWN: 0.6}
    for key, value in keys.items():
        assert typed("Temperature T", key) == value, key
    for text in ("3 apples", "NaN", "0.5.5", "99"):
        assert typed("Temperature T", text + Keys.ENTER) == 0.6, text
        assert "takes a number from" in engine.ask(SAID)
    assert engine.faults() == []


FIRST = f"""() => {{
    const controls = {MOUNT}.querySelectorAll('input[type=range], .ex-mark[role=slider]');
    [...controls].find(control => control.checkVisibility()).focus();
}}"""


@pytest.mark.parametrize("name", REGISTRY)
def test_a_translated_page_goes_on(engine: Engine, opened, name: str) -> None:
    """Its formula, code and numbers are those of a page that nobody has translated."""

    def moved(*exempt: str) -> list[str]:
        opened(REGISTRY[name]())
        for spared in exempt:
            engine.ask(f"spared => ({TRANSLATE})({MOUNT}, spared)", spared)
        engine.ask(FIRST)
        engine.press(Keys.ARROW_RIGHT * 2 + Keys.ARROW_UP)
        engine.ask(SETTLED)
        engine.ask(REST)
        return engine.ask(f"() => ({WORDS})({MOUNT})")

    untouched = moved()
    assert moved("[translate=no]") == untouched
    assert moved(".ex-stage, .ex-prompt") == untouched, "by one that heeds no exemption"
    assert engine.faults() == []


# A place of the window where there is nothing but a plane: some way through all there are.
PLACE = """share => {
    document.querySelector('.ex-area').scrollIntoView({ block: 'center', behavior: 'instant' });
    const places = [];
    for (let y = 40; y < innerHeight - 40; y += 10)
        for (let x = 40; x < innerWidth - 40; x += 10)
            if (document.elementFromPoint(x, y)?.matches('.ex-area')) places.push([x, y]);
    return places[Math.floor(places.length * share)];
}"""
# What engines measure in a host that scales is their own affair; what lies under a place is not.
UNDER = "at => document.elementFromPoint(...at)?.closest('.ex-mark')?.classList.value ?? ''"
DISC = "at => document.elementFromPoint(...at)?.matches('.ex-mark .disc')"


@pytest.mark.parametrize("host", ["zoom: 2", "zoom: 0.7", "transform: scale(0.6)"])
@pytest.mark.parametrize(
    "explorable",
    [HingeExplorer, GradientExplorer, SoftmaxExplorer],
    ids=lambda cls: cls.name,
)
def test_a_press_and_a_drag_land_where_they_are_on_a_host_that_scales(
    engine: Engine, opened, explorable: type[Explorable], host: str
) -> None:
    opened(explorable(view="map"))
    style = f"document.querySelector('main').setAttribute('style', '{host}; transform-origin: 0 0')"
    engine.ask(f"() => {style}")
    engine.ask(REST)
    engine.ask(SETTLED)
    at: Point = engine.ask(PLACE, 0.6)
    engine.drag(at)
    engine.ask(SETTLED)
    assert engine.ask(DISC, at), engine.ask(UNDER, at)
    x, y = at
    engine.drag(at, (x - 8, y - 10), (x - 20, y - 30))
    engine.ask(SETTLED)
    assert engine.ask(DISC, [x - 20, y - 30]), engine.ask(UNDER, [x - 20, y - 30])
    assert engine.faults() == []


SLIDER = """() => {
    const sliders = [...document.querySelectorAll('.ex input[type=range]')];
    window.slider = sliders.find(one => one.checkVisibility());
    slider.scrollIntoView({ block: 'center', behavior: 'instant' });
    const { left, top, width, height } = slider.getBoundingClientRect();
    return [left, top + height / 2, width];
}"""
FINGERS = """() => {
    window.fingers = 0;
    addEventListener('pointerdown', event => (fingers += event.pointerType === 'touch'), true);
}"""
STATE = """() => [Math.round(scrollY), slider.value,
    document.querySelector('pre[data-python]').textContent]"""


def test_a_finger_that_sets_out_on_a_slider_scrolls_or_moves_it(engine: Engine, opened) -> None:
    opened(SoftmaxExplorer(), width=390, height=560)
    engine.ask(FINGERS)

    def swipe(x: float, y: float, up: int) -> list[tuple[object, object]]:
        before = engine.ask(STATE)
        engine.drag((x, y), *((x, y - up * i / 8) for i in range(1, 9)), finger=True)
        engine.ask(REST)
        engine.ask(SETTLED)
        return list(zip(before, engine.ask(STATE), strict=True))

    left, y, width = engine.ask(SLIDER)
    try:
        scroll, *rest = swipe(left - 30, y, 90)  # over the slider's name
    except NotImplementedError as error:
        pytest.skip(str(error))
    if not engine.ask("() => fingers"):
        pytest.skip(f"{engine.version}: to the page its driver's finger is a mouse")
    assert scroll[0] != scroll[1], "what is tried is no finger"
    assert all(before == after for before, after in rest)

    for share, up in ((0.2, 90), (0.8, -90), (0.5, 60)):
        left, y, width = engine.ask(SLIDER)
        changed = [a != b for a, b in swipe(left + share * width, y, up)]
        assert changed in ([True, False, False], [False, True, True], [False] * 3), (up, changed)
    assert engine.faults() == []


CHOOSE = """mode => {
    for (let i = 0; i < 3 && document.documentElement.dataset.mode !== mode; i++)
        document.querySelector('.theme-button').click();
}"""
THEME = """() => [document.documentElement.dataset.theme,
    getComputedStyle(document.body).backgroundColor]"""


def test_after_back_the_theme_is_the_chosen_one(engine: Engine, addresses: dict[str, str]) -> None:
    first, second = (addresses["served"] + f"chapters/{n}.html" for n in ("glossary", "notation"))
    engine.open(first)
    engine.ask(CHOOSE, "light")
    light = engine.ask(THEME)
    engine.open(second)
    engine.ask(CHOOSE, "dark")
    dark = engine.ask(THEME)
    assert all(now != before for now, before in zip(dark, light, strict=True))
    engine.back()
    until(lambda: engine.ask("() => document.URL") == first, "the page before")
    until(lambda: engine.ask(THEME) == dark, "its theme", seconds=5)
    engine.ask("() => localStorage.clear()")
