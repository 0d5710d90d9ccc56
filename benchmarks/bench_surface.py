"""One surface, drawn by the book's kit and by what readers would use instead.

The cross-entropy of three scores over the two wrong ones: 64 × 64 values, contours and 100 arrows,
all drawn again for each move of a slider. Each library updates the drawing as its documentation
does. In JupyterLab one key press at a time is sent and its picture waited for, which spares it the
queue that a drag would build up.
"""

import subprocess
import tempfile
from pathlib import Path

import nbformat
from playwright.sync_api import Browser, Page

from benchmarks.frames import VIEWPORT, drag, install, slowed
from benchmarks.report import NOT_RUN, ROOT, progress, quantile, row, version
from website.chromium import launch
from website.tools import node

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
D3 = "d3/dist/d3.min.js"
#: A peer's name, the script that draws with it, and the libraries that this one wants.
PEERS = {
    "Plotly.js": ("plotly.js", ["plotly.js-dist-min/plotly.min.js"]),
    "Observable Plot": (
        "plot.js",
        [D3, "@observablehq/plot/dist/plot.umd.min.js"],
    ),
}
INTERACT = "interact + matplotlib"
#: How many times as fast the book's surface must be.
FASTER = {INTERACT: 20, "Plotly.js": 3}
SLOWDOWN = 4


def bundle(script: str) -> str:
    """Return one of the benchmark's scripts with what it imports."""
    command = [node(), HERE / "bundle.mjs", HERE / "js" / script]
    made = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=ROOT)
    if made.returncode:
        raise RuntimeError(f"{script} was not bundled:\n{made.stderr}")
    return made.stdout


def drawing(browser: Browser, script: str, libraries: list[str]) -> Page:
    """Return a page on which `script` has drawn the surface."""
    page = browser.new_page(viewport=VIEWPORT)
    page.set_content("<!doctype html><meta charset=utf-8><title>bench</title><body>")
    page.add_style_tag(path=ROOT / "lib" / "explorables" / "static" / "explorables.css")
    for library in libraries:
        page.add_script_tag(path=MODULES / library)
    page.add_script_tag(content=bundle(script))
    page.wait_for_selector("canvas, svg")
    install(page)
    return page


def installed(peer: str) -> bool:
    return all((MODULES / library).exists() for library in PEERS[peer][1])


def drags(pages: dict[str, Page], moves: int, rounds: int, factor: float) -> dict[str, list[float]]:
    """Drag each page's slider in turn, some rounds over; return the latencies by page."""
    latencies = {name: [] for name in pages}
    for _ in range(rounds):
        for name, page in pages.items():
            page.bring_to_front()
            with slowed(page, factor):
                target = page.locator("input[type=range]").first
                latencies[name] += drag(page, target, moves).latencies
    return latencies


def in_lab(browser: Browser, presses: int) -> list[float]:
    """Return the latencies of `interact` in a JupyterLab with a kernel of its own."""
    from tests.jupyter.lab import Notebook, running_lab

    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory) / "notebooks"
        folder.mkdir()
        cell = nbformat.v4.new_code_cell((HERE / "interact.py").read_text(encoding="utf-8"))
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": kernel})
        nbformat.write(notebook, folder / "interact.ipynb")
        with running_lab(folder, Path(directory) / "settings") as lab:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            Notebook(page, lab, folder / "interact.ipynb")
            page.get_by_role("menuitem", name="Run", exact=True).click()
            page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
            page.wait_for_selector(".jp-OutputArea img", timeout=120_000)
            page.evaluate((HERE / "js" / "lab.js").read_text(encoding="utf-8"))
            page.locator(".noUi-handle").first.focus()
            for i in range(presses + 1):
                page.keyboard.press("ArrowRight" if i % 20 < 10 else "ArrowLeft")
                page.wait_for_function("n => benchPictures.latencies.length > n", arg=i)
            latencies = page.evaluate("() => benchPictures.latencies")
            page.close()
            lab.shut_down_kernel("interact.ipynb")
    return latencies[1:]


def rows_of(measured: dict[str, list[float]], pace: str = "") -> list[dict]:
    """Compare ours with every peer; a peer without measurements was not run."""
    ours = measured["ours"]
    rows = []
    for peer, theirs in measured.items():
        if peer == "ours":
            continue
        times = FASTER.get(peer)
        own, other = (quantile(x, 0.95) if x else NOT_RUN for x in (ours, theirs))
        rows.append(
            row(
                f"64 × 64 surface, contours, 100 arrows: input to painted frame{pace}",
                "ms",
                own,
                peer_name=peer,
                peer=other,
                target=1 / times if times else None,
                met=own / other <= 1 / times if times and theirs else None,
                bounds="ratio",
                ours_p50=quantile(ours, 0.5),
                peer_p50=quantile(theirs, 0.5) if theirs else None,
                samples=len(ours),
                peer_samples=len(theirs),
            )
        )
    return rows


def run(site: Path, *, quick: bool = False) -> list[dict]:
    """Measure the surface; `site` is not needed, the pages are made here."""
    moves, rounds = (20, 1) if quick else (40, 3)
    rows = []
    with launch(closed=True, whole=True) as browser:
        pages = {"ours": drawing(browser, "ours.js", [])}
        for peer, (script, libraries) in PEERS.items():
            if installed(peer):
                pages[peer] = drawing(browser, script, libraries)
        for factor in (1, SLOWDOWN):
            progress(f"surface beside {', '.join(PEERS)}, {factor}× slowed")
            measured = drags(pages, moves, rounds, factor)
            measured |= {peer: [] for peer in PEERS if peer not in pages}
            if factor == 1:
                progress(f"surface beside {INTERACT} in JupyterLab")
                there = version("ipywidgets") and version("jupyterlab")
                measured[INTERACT] = in_lab(browser, 8 if quick else 20) if there else []
            pace = "" if factor == 1 else f", processor {factor}× slower"
            rows += rows_of(measured, pace)
    return rows


if __name__ == "__main__":
    from benchmarks.report import table

    print(table(run(Path())))
