"""Every explorable is live in Firefox and in WebKitGTK, served and from the disk."""

import math
import re
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from lib.explorables import REGISTRY
from tests.browser.explorable import ALIGNMENT, SETTLED
from tests.engines.browsers import Engine, until
from tests.parity.test_parity import agree
from website.server import serving

pytestmark = pytest.mark.engines

FIGURE = "document.querySelector(`[data-explorable=${name}]`)"
ARRIVE = f"""name => {{
    const figures = [...document.querySelectorAll('[data-explorable]')];
    const waits = figures.find(f => !('ready' in f.dataset)) ?? {FIGURE};
    waits.scrollIntoView({{ block: 'center', behavior: 'instant' }});
    return figures.every(f => 'ready' in f.dataset);
}}"""
VALUES = f"""name => Object.fromEntries([...{FIGURE}.querySelectorAll('output[data-quantity]')]
    .map(o => [o.dataset.quantity, o.dataset.value]))"""
FORMULA = f"""name => {{
    const box = {FIGURE}.querySelector('.ex-formula math').getBoundingClientRect();
    return box.width * box.height;
}}"""
ALIGNED = f"name => ({ALIGNMENT})({FIGURE}.querySelector('.ex-formula'))"
# The first slider on screen that has a step to go.
FOCUS = f"""name => {{
    const room = c => c.checkVisibility() && +c.value + +(c.step || 1) <= +c.max;
    const slider = [...{FIGURE}.querySelectorAll('input[type=range]')].find(room);
    slider.focus();
    return [slider.value, slider.step];
}}"""
FOCUSED = "() => document.activeElement.value"


def pages(site: Path, name: str) -> dict[str, str]:
    """Return where an explorable is: alone, and in the first chapter that has it."""
    chapters = sorted((site / "chapters").glob("*.html"))
    mount = f'data-explorable="{name}"'
    chapter = next(c for c in chapters if mount in c.read_text(encoding="utf-8"))
    return {"embed": f"embed/{name}.html", "chapter": f"chapters/{chapter.name}"}


@pytest.mark.parametrize("name", REGISTRY)
@pytest.mark.parametrize("place", ["embed", "chapter"])
@pytest.mark.parametrize("way", ["served", "disk"])
def test_one_key_moves_a_number(
    engine: Engine, addresses: dict[str, str], site: Path, way: str, place: str, name: str
) -> None:
    engine.open(addresses[way] + pages(site, name)[place])
    until(lambda: engine.ask(ARRIVE, name), "all explorables of the page to be ready")
    engine.ask(SETTLED)
    assert engine.faults() == []
    before = {key: float(text) for key, text in engine.ask(VALUES, name).items()}
    if place == "embed":
        ours = REGISTRY[name]().values
        assert list(before) == list(ours)
        for key, value in ours.items():
            assert agree(before[key], value), key
    assert engine.ask(FORMULA, name) > 0
    away = engine.ask(ALIGNED, name)
    assert all(abs(pixels) <= 2 for pixels in away), away
    value, step = map(float, engine.ask(FOCUS, name))
    engine.press(Keys.ARROW_RIGHT)
    engine.ask(SETTLED)
    assert math.isclose(float(engine.ask(FOCUSED)), value + step)
    after = {key: float(text) for key, text in engine.ask(VALUES, name).items()}
    assert after != before
    assert engine.faults() == []


FAULTY = """<!doctype html><html lang="en"><head><title>Faulty</title></head><body>
<img src="http://192.0.2.1/there.png" alt=""><script>console.error('said on purpose')</script>
<script>throw new Error('thrown on purpose')</script></body></html>"""
# From the disk WebKit does not say what was thrown, and Firefox asks by https.
FAULTS = [
    "error: said on purpose",
    "error: .*(thrown on purpose|Script error)",
    "request to https?://192.0.2.1/there.png",
]


@pytest.mark.parametrize("way", ["served", "disk"])
def test_faults_are_seen(engine: Engine, way: str, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "faulty.html").write_text(FAULTY)
    (tmp_path / "site" / "404.html").write_text("<html><head></head></html>")
    root = engine.prepared(tmp_path / "site", tmp_path / "copy")
    with serving(root) as served:
        engine.open({"served": served, "disk": root.as_uri() + "/"}[way] + "faulty.html")
        for fault in FAULTS:
            seen = re.compile(fault).search
            until(lambda seen=seen: any(map(seen, engine.faults())), fault, seconds=20)
