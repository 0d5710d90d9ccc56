"""On a slow phone an explorable answers the hand first and catches up when the hand rests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.frames import slowed
from lib.explorables import REGISTRY
from tests.browser.explorable import Driven

# Moves the first slider to and fro, once each frame, and tells what each frame left waiting.
MOVE = """(mount) => new Promise((done) => {
    const range = [...mount.querySelectorAll('input[type=range]')].find(r => r.offsetParent);
    const [min, max] = [Number(range.min), Number(range.max)];
    const seen = { behind: [], waited: 0 };
    let left = 24;
    const move = () => {
        range.value = min + (max - min) * (0.5 + 0.45 * Math.sin(left));
        range.dispatchEvent(new Event('input', { bubbles: true }));
        const asked = Number(range.value);
        requestAnimationFrame(() => {
            seen.behind.push(Number(range.ariaValueText?.replace('−', '-').split(' ')[0]) - asked);
            seen.waited += 'drawing' in mount.dataset;
            left -= 1;
            if (left) requestAnimationFrame(move); else done(seen);
        });
    };
    move();
})"""


@pytest.fixture
def opened(site: Path, new_page) -> Callable[..., Driven]:
    def at(name: str, query: str = "") -> Driven:
        page = (site / "embed" / f"{name}.html").as_uri()
        return Driven.open(new_page(width=760, height=900), page + query, name)

    return at


def formula(driven: Driven) -> str:
    driven.page.wait_for_timeout(400)  # it is set whole when the hand has rested
    driven.settle()
    return driven.mount.locator(".ex-formula").inner_html()


@pytest.mark.parametrize("name", REGISTRY)
def test_it_answers_at_once_and_catches_up(name: str, opened) -> None:
    driven = opened(name)
    with slowed(driven.page, 16):
        seen = driven.mount.evaluate(MOVE)
    assert all(abs(behind) < 1e-9 for behind in seen["behind"]), "a slider lags behind the hand"
    assert seen["waited"], "nothing ever waited: this slider does not test catching up"
    driven.page.wait_for_timeout(300)  # the address is written when the hand has rested
    query = driven.page.evaluate("() => location.search")
    fresh = opened(name, query)
    # What came and went stands elsewhere in the document, so the order of the shapes is left out.
    assert sorted(driven.fingerprint().split("<")) == sorted(fresh.fingerprint().split("<"))
    assert formula(driven) == formula(fresh)
