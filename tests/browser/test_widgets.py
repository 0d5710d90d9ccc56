"""Each widget's script draws its view by itself, a module from a blob, as in a notebook."""

import base64
import json
import shutil
from pathlib import Path

import anywidget
import numpy as np
import pytest
from ipywidgets.embed import dependency_state, embed_snippet, html_template
from playwright.sync_api import expect

from lib.explorables import REGISTRY, CalibrationExplorer, Explorable
from tests.browser.explorable import ALIGNMENT, Driven, fonts_of
from tests.page_side import ROOT
from tests.parity.test_parity import agree
from website.server import serving

# A page with nothing but a widget manager's part of the bargain: a model, and a place to draw in.
# What the kernel answers comes as bytes of a longer message, at any place of it.
SHOW = """async ({ esm, css, state, answers }) => {
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
        send: wish => {
            (window.wishes ??= []).push(wish);
            const tell = () => {
                const { content, buffers } = answers[wish.wants];
                const views = buffers.map(text => {
                    const bytes = Uint8Array.from(atob(`AAAA${text}`), c => c.charCodeAt(0));
                    return new DataView(bytes.buffer, 3);
                });
                heard('msg:custom').forEach(one => one(content, views));
            };
            if (wish.wants === 'data') window.tell = tell;
            else if (answers) setTimeout(tell);
        },
        save_changes: () => (window.saved = { ...state }),
    };
    const blob = new Blob([esm], { type: 'text/javascript' });
    const { default: widget } = await import(URL.createObjectURL(blob));
    const el = document.body.appendChild(document.createElement('div'));
    window.leave = await widget.render({ model, el });
}"""


def answer_of(ours: Explorable, wanted: str, monkeypatch: pytest.MonkeyPatch) -> dict:
    """Return what the kernel answers a view that asks."""
    sent = []
    with monkeypatch.context() as patch:
        patch.setattr(Explorable, "send", lambda self, *message: sent.append(message))
        ours._handle_custom_msg({"wants": wanted}, [])
    ((content, buffers),) = sent
    return {"content": content, "buffers": [base64.b64encode(b).decode() for b in buffers]}


@pytest.mark.parametrize("cls", REGISTRY.values(), ids=REGISTRY)
def test_a_widget_draws_its_view_with_nothing_else(
    cls: type[Explorable], page, monkeypatch
) -> None:
    ours = cls()
    state = {**ours.state, "_config": ours.config()}
    answers = {asset.name: answer_of(ours, asset.name, monkeypatch) for asset in cls.needs}
    page.route("**/*", lambda route: route.abort())  # which the page's watch reports
    widget = {"esm": str(ours._esm), "css": str(ours._css)}
    page.evaluate(SHOW, {**widget, "state": state, "answers": answers})
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


def test_a_widget_asks_for_the_data_that_its_figure_shows(page, monkeypatch) -> None:
    rng = np.random.default_rng(0)
    probs = rng.dirichlet(np.ones(3), size=500)
    labels = np.array([rng.choice(3, p=p) for p in probs])
    ours = CalibrationExplorer(probs=probs, labels=labels, names=("p_valid", "y_valid"))
    answers = {"data": answer_of(ours, "data", monkeypatch)}
    state = {**ours.state, "_config": ours.config()}
    assert answers["data"]["buffers"][0][:200] not in json.dumps(state)
    page.route("**/*", lambda route: route.abort())
    widget = {"esm": str(ours._esm), "css": str(ours._css)}
    page.evaluate(SHOW, {**widget, "state": state, "answers": answers})
    assert page.evaluate("() => wishes") == [{"wants": "data"}]
    assert page.locator(".explorable-wait").inner_text().startswith("The data of this figure")
    page.evaluate("() => tell()")
    page.wait_for_selector("[data-ready]")
    assert page.locator(".explorable-wait").count() == 0
    driven = Driven(page, page.locator("figure.explorable"))
    for key, value in ours.values.items():
        assert agree(driven.values()[key], value), key
    assert "p_valid" in driven.mount.locator("[data-python]").text_content()
    assert driven.mount.locator("[data-challenge]").count() == 0
    driven.mount.locator('input[type="range"]:visible').first.press("ArrowRight")
    driven.rest()
    assert driven.values()["loss"] != ours.loss
    page.evaluate("() => { tell(); leave(); }")
    assert page.locator(".ex").count() == 0


#: The stock widget manager of pages, as nbconvert and `ipywidgets.embed` have it loaded.
STOCK = {
    "require.js": ROOT / "node_modules" / "requirejs" / "require.js",
    "manager.js": ROOT / "node_modules/@jupyter-widgets/html-manager/dist/embed-amd.js",
    "anywidget.js": Path(anywidget.__file__).parent / "nbextension" / "index.js",
}


#: Ids that stand on a page more than once: each widget has loaded a kit of its own.
SHARED = """() => {
    const ids = [...document.querySelectorAll('.ex [id]')].map(({ id }) => id);
    return ids.filter((id, i) => ids.indexOf(id) !== i);
}"""


def test_the_stock_widget_manager_draws_every_widget_from_its_saved_state(page, tmp_path) -> None:
    """The page has no kernel, and nothing of the book but what the state holds."""
    for name, file in STOCK.items():
        shutil.copy(file, tmp_path / name)
    widgets = [cls() for cls in REGISTRY.values()]
    state = dependency_state(widgets)
    saved = embed_snippet(widgets, state=state, embed_url="manager.js", requirejs=False)
    snippet = f'<script src="require.js"></script>{saved}'
    index = html_template.format(title="Saved", snippet=snippet)
    (tmp_path / "index.html").write_text(index, encoding="utf-8")
    with serving(tmp_path) as address:
        page.goto(address)
        for ours in widgets:
            page.wait_for_selector(f'[data-explorable="{ours.name}"][data-ready]')
            driven = Driven(page, page.locator(f'[data-explorable="{ours.name}"]'))
            if ours.needs:  # what only a kernel has
                expect(driven.mount.locator(".ex-asset")).to_contain_text("In the kernel: ")
                expect(driven.mount.locator(".ex-asset[aria-busy]")).to_have_count(0)
            before = driven.values()
            assert list(before) == list(ours.values)
            for key, value in ours.values.items():
                assert agree(before[key], value) or ours.needs, (ours.name, key)
            control = 'input[type="range"]:visible, .ex-mark[role="slider"]:visible'
            driven.mount.locator(control).first.press("ArrowRight")
            assert driven.values() != before or ours.needs, ours.name
        assert page.evaluate(SHARED) == [], "what a figure names by an id is in another one"
    own = "strict mode: use allowUnionTypes"  # what the manager says of its own schema
    page.watch.faults[:] = [fault for fault in page.watch.faults if own not in fault]
