"""Each widget's script draws its view by itself, a module from a blob, as in a notebook."""

import pytest

from lib.explorables import REGISTRY, Explorable
from tests.browser.explorable import ALIGNMENT, Driven, fonts_of
from tests.parity.test_parity import agree

# A page with nothing but a widget manager's part of the bargain: a model, and a place to draw in.
SHOW = """async ({ esm, css, state }) => {
    const style = document.createElement('style');
    style.textContent = css;
    document.head.append(style);
    const listeners = new Map();
    const heard = name => listeners.get(name) ?? listeners.set(name, new Set()).get(name);
    const model = {
        get: key => state[key],
        set: (key, value) => {
            state[key] = value;
            heard(`change:${key}`).forEach(listener => listener());
        },
        on: (name, listener) => heard(name).add(listener),
        off: (name, listener) => heard(name).delete(listener),
        save_changes: () => (window.saved = { ...state }),
    };
    const blob = new Blob([esm], { type: 'text/javascript' });
    const { default: widget } = await import(URL.createObjectURL(blob));
    const el = document.body.appendChild(document.createElement('div'));
    window.leave = await widget.render({ model, el });
}"""


@pytest.mark.parametrize("cls", REGISTRY.values(), ids=REGISTRY)
def test_a_widget_draws_its_view_with_nothing_else(cls: type[Explorable], page) -> None:
    ours = cls()
    state = {**ours.state, "_config": ours.config()}
    page.route("**/*", lambda route: route.abort())  # which the page's watch reports
    page.evaluate(SHOW, {"esm": str(ours._esm), "css": str(ours._css), "state": state})
    page.wait_for_selector("[data-ready]")
    driven = Driven(page, page.locator("figure.explorable"))
    values = driven.values()
    assert list(values) == list(ours.values)
    for key, value in ours.values.items():
        assert agree(values[key], value), key
    driven.rest()
    assert fonts_of(page, ".ex-formula") == {"Explorable Formula True"}
    assert all(abs(away) <= 2 for away in driven.mount.locator(".ex-formula").evaluate(ALIGNMENT))
    before = driven.fingerprint()
    driven.mount.locator(
        'input[type="range"]:visible, .ex-mark[role="slider"]:visible'
    ).first.press("ArrowRight")
    assert driven.fingerprint() != before
    assert page.evaluate("() => Boolean(saved)")
    page.evaluate("() => leave()")
    assert page.locator(".ex").count() == 0
