"""How long after an event the page shows its consequence: every control of every explorable.

Run ``python -m benchmarks.bench_latency SITE [NAME …]`` for a table of one row a control. The page
is the explorable's embed page, the events are real mouse moves, and each view of an explorable is
measured as a scene of its own. A figure is taken over the frames of a drag; what counts for an
explorable is its slowest control.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

from benchmarks.frames import VIEWPORT, Frames, drag, install, slowed, spin
from benchmarks.report import progress, quantile, row
from lib.explorables import REGISTRY
from website.chromium import launch
from website.server import serving

SLOWDOWN = 4
#: Mouse moves of a drag, by how many times the processor is slowed; the first drag begins with some
#: that are not measured, because they compile what runs.
MOVES = {1: 15, SLOWDOWN: 30}
WARM, QUICK = 10, 10
SPIN = 1.2  # seconds
BUDGET = 1000 / 60  # milliseconds: one frame of a 60 Hz display
LEAST_RATE = 30  # frames a second, in 3-D
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


def label_of(control: Locator) -> str:
    return control.evaluate(
        """node => node.getAttribute('aria-label') ?? node.labels?.[0]?.textContent
            ?? (node.matches('.ex-turntable') ? 'turned by hand' : 'unnamed')"""
    )


def measure(browser: Browser, site: str, name: str, moves: dict[float, int]) -> Iterator[dict]:
    """Yield what each control of each scene costs at each pace: the frames of a drag.

    `moves` says how many mouse moves are measured at which pace. Of a scene in three dimensions how
    often a second it is painted is measured in place of the frames.
    """
    for scene in scenes(name):
        page = browser.new_page(viewport=VIEWPORT)
        open_scene(page, site, name, scene)
        for control in page.locator(CONTROLS).all():
            about = {"name": name, "scene": scene, "control": label_of(control)}
            for factor, count in moves.items():
                with slowed(page, factor):
                    frames, rate = Frames([], []), None
                    if scene == SURFACE:
                        rate = spin(page, control, SPIN)
                    else:
                        frames = drag(page, control, count, WARM if factor == 1 else 0)
                if frames.latencies or rate:
                    yield {**about, "factor": factor, "frames": frames, "rate": rate}
        page.close()


def slowest(measured: list[dict[str, object]], share: float) -> float:
    """Return the quantile of the control whose 95th percentile is the largest."""
    worst = max(measured, key=lambda one: quantile(one["frames"].latencies, 0.95))
    return quantile(worst["frames"].latencies, share)


def bare(browser: Browser, moves: dict[float, int]) -> dict[float, list[float]]:
    """Return the latencies of a page with one slider that writes its value: what no page beats."""
    page = browser.new_page(viewport=VIEWPORT)
    page.goto(BARE.as_uri())
    install(page)
    latencies = {}
    for factor, count in moves.items():
        with slowed(page, factor):
            frames = drag(page, page.locator("input"), count, WARM if factor == 1 else 0)
            latencies[factor] = frames.latencies
    page.close()
    return latencies


def rows_of(
    name: str, measured: list[dict[str, object]], factor: float, floor: list[float]
) -> list[dict]:
    """Return the rows of one explorable: its flat scenes together, its surface apart."""
    flat = [one for one in measured if one["scene"] != SURFACE]
    solid = [one for one in measured if one["rate"] is not None]
    pace = "" if factor == 1 else f", processor {factor:g}× slower"
    worst = max(flat, key=lambda one: quantile(one["frames"].latencies, 0.95))
    made = [
        row(
            f"{name}: input to painted frame{pace}",
            "ms",
            p95 := slowest(flat, 0.95),
            target=BUDGET if factor > 1 else None,
            met=p95 <= BUDGET if factor > 1 else None,
            peer_name="a bare slider",
            peer=quantile(floor, 0.95),
            peer_p50=quantile(floor, 0.5),
            ours_p50=slowest(flat, 0.5),
            detail=f"p95 of the slowest of {len(flat)} controls, “{worst['control']}”",
            samples=sum(len(one["frames"].latencies) for one in flat),
            controls=len(flat),
        ),
        row(
            f"{name}: input to everything drawn{pace}",
            "ms",
            max(quantile(one["frames"].wholes, 0.95) for one in flat),
            ours_p50=max(quantile(one["frames"].wholes, 0.5) for one in flat),
            detail=f"p95 of the slowest of {len(flat)} controls",
            samples=sum(len(one["frames"].wholes) for one in flat),
        ),
    ]
    if solid:
        slow = min(solid, key=lambda one: one["rate"])
        rate = slow["rate"]
        made.append(
            row(
                f"{name}: 3-D surface{pace}",
                "frames/s",
                rate,
                target=LEAST_RATE if factor > 1 else None,
                sense="≥",
                met=rate >= LEAST_RATE if factor > 1 else None,
                detail=f"the slowest of {len(solid)} controls, “{slow['control']}”",
                ours_p50=None,
                samples=len(solid),
            )
        )
    return made


def run(site: Path, *, quick: bool = False) -> list[dict]:
    """Measure every explorable of a built site, at the machine's pace and slowed."""
    moves = {factor: QUICK if quick else count for factor, count in MOVES.items()}
    rows: dict[float, list[dict]] = {factor: [] for factor in moves}
    with serving(site) as address, launch(closed=True, whole=True) as browser:
        for name in REGISTRY:
            progress(f"latency of {name}")
            floor = bare(browser, moves)
            measured = list(measure(browser, address, name, moves))
            for factor in moves:
                own = [one for one in measured if one["factor"] == factor]
                rows[factor] += rows_of(name, own, factor, floor[factor])
    return [one for of_pace in rows.values() for one in of_pace]


def main(names: list[str]) -> None:
    """Print one line for each control."""
    site = Path(names.pop(0))
    with serving(site) as address, launch(closed=True, whole=True) as browser:
        for name in names or REGISTRY:
            for one in measure(browser, address, name, {**MOVES, SLOWDOWN: 100}):
                if one["factor"] == 1:
                    continue
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
