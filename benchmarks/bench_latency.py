"""How long after an event the page shows its consequence: every control of every explorable.

Run ``python -m benchmarks.bench_latency SITE [NAME …]`` for a table of one row a control. The page
is the explorable's embed page, the processor is slowed, the events are real mouse moves, and each
view is a scene of its own. A short drag of every control finds the slowest; that one is dragged
again, five times, each time right after a bare slider: what counts are the ratios.
"""

import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, ElementHandle, Page

from benchmarks.frames import VIEWPORT, Frames, drag, install, slowed, spin
from benchmarks.report import pair_ratio, progress, quantile, row
from lib.explorables import REGISTRY
from website.chromium import launch
from website.server import serving

SLOWDOWN = 4
PACE = f", processor {SLOWDOWN}× slower"
#: Mouse moves of the drag that looks for the slowest control, and of one that counts; before the
#: first drag of a page come some that compile what runs.
SWEEP, MOVES, WARM = 8, 20, 10
ROUNDS = 5
SPIN = 1.2  # seconds
#: The first frame's budgets, times a bare slider's; until all is drawn; frames a second in 3-D.
FIRST = {0.5: 2.0, 0.95: 2.5}
WHOLE = 60  # milliseconds
LEAST_RATE = 58
SURFACE = "surface"  # the scene in three dimensions
BARE = Path(__file__).with_name("js") / "bare.html"
CONTROLS = "input[type=range]:visible, .ex-mark[role=slider]:visible, .ex-turntable:visible"


def scenes(name: str) -> list[str]:
    """Return the views of an explorable: the choices of its trait `view`, if it has one."""
    options = REGISTRY[name]().config()["schema"].get("view", {}).get("options", [])
    return [option["value"] for option in options] or [""]


def open_scene(page: Page, site: str, name: str, scene: str) -> None:
    """Open the embed page with every fold open and its first drawing done."""
    page.goto(f"{site}embed/{name}.html" + (f"?{name}.view={scene}" if scene else ""))
    page.wait_for_selector("[data-ready]")
    page.evaluate("() => document.querySelectorAll('.ex-fold').forEach(f => { f.open = true; })")
    page.wait_for_load_state("networkidle")
    install(page)


def label_of(control: ElementHandle) -> str:
    return control.evaluate(
        """node => node.getAttribute('aria-label') ?? node.labels?.[0]?.textContent
            ?? (node.matches('.ex-turntable') ? 'turned by hand' : 'unnamed')"""
    )


def measure(browser: Browser, site: str, name: str, moves: int) -> Iterator[dict]:
    """Yield what each control of each scene costs: the frames of a drag.

    Of a scene in three dimensions how often a second it is painted is measured in place of them.
    """
    for scene in scenes(name):
        page = browser.new_page(viewport=VIEWPORT)
        open_scene(page, site, name, scene)
        warm = WARM
        # The elements, since a place is another control's where a number of marks has changed.
        for place, control in enumerate(page.query_selector_all(CONTROLS)):
            if not control.is_visible():
                continue
            about = {"scene": scene, "place": place, "control": label_of(control)}
            with slowed(page, SLOWDOWN):
                frames, rate = Frames([], []), None
                if scene == SURFACE:
                    rate = spin(page, control, SPIN)
                else:
                    frames, warm = drag(page, control, moves, warm), 0
            if frames.latencies or rate:
                yield {**about, "frames": frames, "rate": rate}
        page.close()


def beside_bare(
    browser: Browser, site: str, name: str, one: dict, rounds: int
) -> tuple[list[Frames], list[Frames]]:
    """Drag a control again, each time after a page with one slider that writes its value."""
    ours, bare = [], []
    own, floor = (browser.new_page(viewport=VIEWPORT) for _ in range(2))
    open_scene(own, site, name, one["scene"])
    floor.goto(BARE.as_uri())
    install(floor)
    control = own.query_selector_all(CONTROLS)[one["place"]]
    slider = floor.query_selector("input")
    for number in range(rounds):
        for page, target, kept in ((floor, slider, bare), (own, control, ours)):
            page.bring_to_front()
            with slowed(page, SLOWDOWN):
                kept.append(drag(page, target, MOVES, 0 if number else WARM))
    own.close()
    floor.close()
    return ours, bare


def worst(measured: list[dict]) -> dict:
    """Return the control in a plane whose 95th percentile is the largest."""
    flat = [one for one in measured if one["scene"] != SURFACE]
    return max(flat, key=lambda one: quantile(one["frames"].latencies, 0.95))


def rows_of(
    name: str, measured: list[dict], ours: list[Frames], bare: list[Frames]
) -> Iterator[dict]:
    """Yield the rows of one explorable: its slowest control, and its surfaces."""
    flat = sum(one["scene"] != SURFACE for one in measured)
    detail = f"the slowest of {flat} controls, “{worst(measured)['control']}”"
    for share, most in FIRST.items():
        own, floor = ([quantile(f.latencies, share) for f in all_] for all_ in (ours, bare))
        ratio = pair_ratio(own, floor)
        yield row(
            f"{name}: input to painted frame, p{100 * share:.0f}{PACE}",
            "ms",
            statistics.median(own),
            peer_name="a bare slider",
            peer=statistics.median(floor),
            ratio=ratio,
            target=most,
            bounds="ratio",
            met=ratio <= most,
            detail=detail,
            samples=len(own),
        )
    whole = statistics.median(quantile(frames.wholes, 0.95) for frames in ours)
    yield row(
        f"{name}: input to everything drawn, p95{PACE}",
        "ms",
        whole,
        target=WHOLE,
        met=whole <= WHOLE,
        detail=detail,
        samples=len(ours),
    )
    if solid := [one for one in measured if one["rate"] is not None]:
        slow = min(solid, key=lambda one: one["rate"])
        yield row(
            f"{name}: 3-D surface{PACE}",
            "frames/s",
            slow["rate"],
            target=LEAST_RATE,
            sense="≥",
            met=slow["rate"] >= LEAST_RATE,
            detail=f"the slowest of {len(solid)} controls, “{slow['control']}”",
        )


def run(site: Path, *, quick: bool = False) -> list[dict]:
    """Measure every explorable of a built site, with the processor slowed."""
    rows = []
    with serving(site) as address, launch(closed=True, whole=True) as browser:
        for name in REGISTRY:
            progress(f"latency of {name}")
            measured = list(measure(browser, address, name, SWEEP))
            slowest = worst(measured)
            again = beside_bare(browser, address, name, slowest, 1 if quick else ROUNDS)
            rows += rows_of(name, measured, *again)
    return rows


def main(names: list[str]) -> None:
    """Print one line for each control."""
    site = Path(names.pop(0))
    with serving(site) as address, launch(closed=True, whole=True) as browser:
        for name in names or REGISTRY:
            for one in measure(browser, address, name, 100):
                line = f"{name:14}{one['scene']:10}{one['control']:44.44}"
                if one["rate"]:
                    line += f"{one['rate']:7.0f} frames/s"
                else:
                    latencies, wholes = one["frames"].latencies, one["frames"].wholes
                    p50, p95 = (quantile(latencies, share) for share in (0.5, 0.95))
                    line += (
                        f"{p50:7.1f}{p95:7.1f}{quantile(wholes, 0.95):7.1f} ms{len(latencies):5}"
                    )
                print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
