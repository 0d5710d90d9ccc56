"""An explorable answers the hand first on a slow phone, and always ends as its state is."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.frames import slowed
from lib.explorables import REGISTRY
from tests.browser.explorable import ALIGNMENT, Driven, fonts_of

# Moves the first slider whose place is its number to and fro, once each frame, and tells what each
# frame left waiting.
MOVE = """(mount) => new Promise((done) => {
    const said = (range) => Number(range.ariaValueText?.replace('−', '-').split(' ')[0]);
    // A slider whose steps are even in powers of ten says the power, rounded.
    const ways = [[said, 1e-9], [(range) => Math.log10(said(range)), 0.02]];
    const ranges = [...mount.querySelectorAll('input[type=range]')].filter((r) => r.offsetParent);
    const fits = ([at, near]) => (r) => Math.abs(at(r) - r.value) < near;
    const [at, near] = ways.find((way) => ranges.some(fits(way)));
    const range = ranges.find(fits([at, near]));
    const [min, max] = [Number(range.min), Number(range.max)];
    const seen = { behind: [], late: 0 };
    let left = 9;
    const move = () => {
        range.value = min + (max - min) * (0.5 + 0.45 * Math.sin(left));
        range.dispatchEvent(new Event('input', { bubbles: true }));
        const asked = Number(range.value);
        requestAnimationFrame(() => {
            seen.behind.push(Math.abs(at(range) - asked) < near ? 0 : at(range) - asked);
            seen.late = Math.max(seen.late, mount.dataset.drawing ?? 0);
            left -= 1;
            if (left) requestAnimationFrame(move); else done(seen);
        });
    };
    move();
})"""


# A clock by which each part of a drawing takes long, whatever processor draws it.
SLOW_CLOCK = """() => {
    const now = performance.now.bind(performance);
    let read = 0;
    performance.now = () => now() + 3 * read++;
}"""


@pytest.fixture
def opened(site: Path, kept_page) -> Callable[..., Driven]:
    def at(name: str, query: str = "", *, beside: bool = False) -> Driven:
        address = (site / "embed" / f"{name}.html").as_uri() + query
        return Driven.open(kept_page(width=760, height=900, beside=beside), address, name)

    return at


# Changes one control after the other, taken at random, and lets each change be drawn.
WANDER = """async (mount) => {
    let seed = 7;
    const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
    // How a surface is turned is no part of the state.
    const shown = (control) => control.offsetParent && !control.closest('.ex-dials');
    for (let step = 0; step < 40; step++) {
        const all = [...mount.querySelectorAll('input[type=range], input[type=checkbox], select')];
        const controls = all.filter(shown);
        const control = controls[Math.floor(random() * controls.length)];
        const share = random();
        if (control.type === 'checkbox') control.click();
        else if (control.type === 'range') {
            control.value = Number(control.min) + share * (control.max - control.min);
            control.dispatchEvent(new Event('input', { bubbles: true }));
        } else {
            const options = [...control.options].filter((option) => !option.disabled);
            control.value = options[Math.floor(share * options.length)].value;
            control.dispatchEvent(new Event('change', { bubbles: true }));
        }
        await new Promise(requestAnimationFrame);
        do { await new Promise(requestAnimationFrame); } while (mount.dataset.drawing);
    }
}"""


# The same with a surface in three dimensions: how many of the frames painted it.
MOVE_SURFACE = """async (mount) => {
    const canvas = [...mount.querySelectorAll('.ex-turntable canvas')].find(c => c.offsetParent);
    mount.querySelector('.ex-fold').open = true;
    const range = mount.querySelector('.ex-fold input[type=range]'); // P, which shapes the surface
    const { clearRect } = CanvasRenderingContext2D.prototype;
    let painted = 0;
    CanvasRenderingContext2D.prototype.clearRect = function (...box) {
        painted += this.canvas === canvas;
        return clearRect.apply(this, box);
    };
    for (let left = 12; left; left--) {
        range.value = Number(range.min) + (range.max - range.min) * (0.2 + 0.05 * left);
        range.dispatchEvent(new Event('input', { bubbles: true }));
        await new Promise(requestAnimationFrame);
    }
    return painted;
}"""


def shapes(driven: Driven) -> list[str]:
    """Return what is drawn and seen, sorted: what came and went stands elsewhere."""
    driven.settle()
    return driven.mount.evaluate(
        """(mount) => [...mount.querySelectorAll('.ex-stage *')]
            .filter((node) => !node.closest('[hidden], [display=none]'))
            .map((node) => [
                node.localName,
                ...[...node.attributes].map(({ name, value }) => `${name}="${value}"`).sort(),
                node.children.length ? '' : node.textContent,
            ].join(' '))
            .sort()"""
    )


def formula(driven: Driven) -> list[str]:
    """Return the formula's elements in their order; that of attributes is nothing that is seen."""
    return driven.mount.locator(".ex-formula").evaluate(
        """(box) => [...box.querySelectorAll('*')].map((node) => [
            node.localName,
            ...[...node.attributes].map(({ name, value }) => `${name}="${value}"`).sort(),
            node.children.length ? '' : node.textContent,
        ].join(' '))"""
    )


def assert_as_fresh(driven: Driven, name: str, opened: Callable[..., Driven]) -> None:
    """The page looks as one that is opened in the state that this one has come to."""
    driven.rest()  # the address is then written and the formula fits
    fresh = opened(name, driven.page.evaluate("() => location.search"), beside=True)
    fresh.rest()
    driven.page.bring_to_front()  # a page behind another gets its timers once a second at most
    driven.rest()
    assert shapes(driven) == shapes(fresh)
    assert driven.values() == fresh.values()
    assert formula(driven) == formula(fresh)


@pytest.mark.parametrize("name", REGISTRY)
def test_it_answers_at_once_and_catches_up(name: str, opened) -> None:
    driven = opened(name)
    driven.page.evaluate(SLOW_CLOCK)
    seen = driven.mount.evaluate(MOVE)
    assert all(abs(behind) < 1e-9 for behind in seen["behind"]), "a slider lags behind the hand"
    assert seen["late"], "nothing ever waited: this slider does not test catching up"
    assert seen["late"] <= 3, "a chart is more than three frames behind"
    assert_as_fresh(driven, name, opened)


@pytest.mark.parametrize("name", REGISTRY)
def test_nothing_drawn_before_is_left(name: str, opened) -> None:
    driven = opened(name)
    driven.mount.evaluate(WANDER)
    assert_as_fresh(driven, name, opened)


# What the page changed in its formula while the first slider moved, and the elements before it did.
CHANGES = f"""async (mount) => {{
    const formula = mount.querySelector('.ex-formula');
    const [before, kinds] = [[...formula.querySelectorAll('*')], new Set()];
    const watch = new MutationObserver(all => all.forEach(({{ type }}) => kinds.add(type)));
    watch.observe(formula, {{ subtree: true, childList: true, characterData: true }});
    await ({MOVE})(mount);
    const stay = before.every((element, i) => formula.querySelectorAll('*')[i] === element);
    return {{ kinds: [...kinds], stay }};
}}"""


def test_the_numbers_of_a_formula_change_in_place(opened) -> None:
    driven = opened("cross_entropy")
    driven.rest()
    before = driven.mount.locator(".ex-formula").text_content()
    assert driven.mount.evaluate(CHANGES) == {"kinds": ["characterData"], "stay": True}
    driven.settle()
    assert driven.mount.locator(".ex-formula").text_content() != before


@pytest.mark.parametrize("name", REGISTRY)
def test_a_formula_is_set_in_its_own_font_and_aligned(name: str, kept_page, server: str) -> None:
    # Served: asked for fonts, Chromium 150 reads the page once more, which a file may not do.
    page = kept_page(width=760, height=900)
    driven = Driven.open(page, f"{server}/embed/{name}.html", name)
    for option in driven.mount.locator('[data-control="view"]:is(select) option').all() or [None]:
        if option:
            driven.mount.locator('[data-control="view"]').select_option(
                option.get_attribute("value")
            )
        for width in (1280, 390):
            driven.page.set_viewport_size({"width": width, "height": 900})
            driven.rest()
            away = driven.mount.locator(".ex-formula").evaluate(ALIGNMENT)
            assert all(abs(pixels) <= 2 for pixels in away), (width, away)
        # Of the narrow one; that all characters of both are in it, the parity of the page tells.
        assert fonts_of(driven.page, ".ex-formula") == {"Explorable Formula True"}


def test_a_surface_in_three_dimensions_moves_with_the_hand(opened) -> None:
    driven = opened("cross_entropy", "?cross_entropy.view=surface")
    driven.settle()
    with slowed(driven.page, 16):
        painted = driven.mount.evaluate(MOVE_SURFACE)
    assert painted == 12


def painting(driven: Driven) -> float:
    """Move a slider and return how long the page painted, by the browser's trace, in milliseconds.

    That is its thread's own time: what else the machine does is not in it.
    """
    browser = driven.page.context.browser
    browser.start_tracing(page=driven.page, categories=["devtools.timeline"])
    driven.mount.evaluate(MOVE)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    return sum(event.get("tdur", 0) for event in events if event["name"] == "Paint") / 1e3


def test_a_chapter_is_not_painted_again_with_its_figure(site: Path, new_page) -> None:
    page = new_page(width=760, height=900)
    chapter = (site / "chapters" / "cross_entropy.html").as_uri()
    driven = Driven.open(page, chapter, "cross_entropy")
    page.keyboard.press("Shift")  # what is below is laid out from the first key on
    page.wait_for_selector("[data-laid]", state="attached")
    sheet = page.evaluate_handle(
        """() => {
            const sheet = new CSSStyleSheet();
            document.adoptedStyleSheets.push(sheet);
            return sheet;
        }"""
    )
    alone, with_all = [], []
    for _ in range(3):
        sheet.evaluate("sheet => sheet.replaceSync('')")
        alone.append(painting(driven))
        sheet.evaluate("sheet => sheet.replaceSync('* { isolation: auto !important }')")
        with_all.append(painting(driven))
    # The least of some is what the work itself takes: a cold cache only adds to it.
    assert 0 < min(alone) < 0.8 * min(with_all), (alone, with_all)
