"""What a chapter costs to load: ours, a stock Jupyter Book page, and a Python in the page.

The stock page is the same chapter's prose and formulas, one `interact` slider and one plot, built
by Jupyter Book 1 as it comes. What it asks of content delivery networks is answered by a second
server on the loopback from the npm packages, so that it is not punished for a closed network. All
are loaded over a slow line (1.6 Mbit/s, 150 ms) on a processor slowed four times, as
Lighthouse does it for a phone, with an empty cache.
"""

import re
import shutil
import statistics
import subprocess
import sys
from contextlib import nullcontext, suppress
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Request, TimeoutError

from benchmarks.frames import VIEWPORT
from benchmarks.report import NOT_RUN, ROOT, progress, row, version
from website.chromium import launch
from website.server import SiteHandler, serving

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
STOCK = ROOT / "_build" / "bench" / "stock"
CHAPTER = "chapters/cross_entropy"
LINE = {"offline": False, "latency": 150, "downloadThroughput": 204_800, "uploadThroughput": 93_750}
SLOWDOWN = 4
BUDGET = 300  # kilobytes
JSDELIVR = r"https://cdn\.jsdelivr\.net/npm"
CDNJS = r"https://cdnjs\.cloudflare\.com/ajax/libs"
#: What a stock page loads from elsewhere, and the package that has it.
NETWORKS = {
    rf"{JSDELIVR}/@jupyter-widgets/html-manager@[^/\"]+/": "@jupyter-widgets/html-manager/",
    rf"{CDNJS}/require\.js/[^/\"]+/require\.min\.js": "requirejs/require.js",
    rf"{JSDELIVR}/mathjax@3/": "mathjax/",
}
HEAVY = re.compile("html-manager|mathjax|fontawesome|fa-(solid|brands|regular)", re.I)
METRICS = {
    "bytes": ("transferred", "KB"),
    "requests": ("requests", "requests"),
    "third": ("requests to third parties", "requests"),
    "heavy": ("requests for a widget manager, MathJax or an icon font", "requests"),
    "fcp": ("first contentful paint", "ms"),
    "lcp": ("largest contentful paint", "ms"),
    "tbt": ("blocking time", "ms"),
}


class Handler(SiteHandler):
    """A handler that does not complain of visitors who leave early."""

    def handle(self) -> None:
        with suppress(ConnectionError):
            super().handle()


def prose_of(chapter: Path) -> str:
    """Return a chapter's headings, paragraphs and formulas, without what stock lacks."""
    text = chapter.read_text(encoding="utf-8").split("\n---\n", 1)[1]
    text = re.sub(r"^(`{3,}|:{3,}).*?^\1\s*$", "", text, flags=re.M | re.S)
    text = re.sub(r"\{[\w:]+\}`[^`]*`", "", text)
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)


def build_stock() -> Path:
    """Build the stock book and return its site, its third parties still where they are."""
    shutil.rmtree(STOCK, ignore_errors=True)
    STOCK.mkdir(parents=True)
    cell = (HERE / "interact.py").read_text(encoding="utf-8")
    head = "---\njupytext:\n  text_representation: {extension: .md, format_name: myst}\n"
    kernel = "kernelspec: {display_name: Python 3, language: python, name: python3}\n---\n\n"
    page = head + kernel + prose_of(ROOT / f"{CHAPTER}.md")
    (STOCK / "chapter.md").write_text(
        f"{page}\n\n```{{code-cell}} ipython3\n{cell}```\n", encoding="utf-8"
    )
    (STOCK / "_config.yml").write_text(
        "title: Stock\nexecute: {execute_notebooks: force}\n", encoding="utf-8"
    )
    (STOCK / "_toc.yml").write_text("format: jb-book\nroot: chapter\n", encoding="utf-8")
    command = [Path(sys.executable).with_name("jupyter-book"), "build", str(STOCK)]
    made = subprocess.run(command, capture_output=True, encoding="utf-8")
    site = STOCK / "_build" / "html"
    if not (site / "chapter.html").exists():
        raise RuntimeError(
            f"the stock book was not built:\n{made.stdout[-1500:]}{made.stderr[-1500:]}"
        )
    return site


def redirect(site: Path, address: str) -> None:
    """Make the stock pages ask the second server instead of the networks."""
    for page in site.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        for pattern, package in NETWORKS.items():
            text = re.sub(pattern, address + package, text)
        # Another origin without CORS, and require.js unminified: neither check would pass.
        text = re.sub(r' ?(crossorigin|integrity)="[^"]*"', "", text)
        page.write_text(text, encoding="utf-8")


class Visit:
    """One load of a page with an empty cache: what it cost."""

    def __init__(self, browser: Browser, address: str, ready: str) -> None:
        self.address, self.bytes, self.third, self.failed = address, 0, 0, []
        self.requests: list[Request] = []
        context = browser.new_context(viewport={"width": 412, "height": 823})
        context.add_init_script(path=HERE / "js" / "vitals.js")
        page = context.new_page()
        self._slow(page)
        page.on("requestfinished", lambda request: self.requests.append(request))
        page.on("requestfailed", lambda request: self.failed.append(request.url))
        page.goto(address, timeout=180_000)
        page.wait_for_selector(ready, state="attached", timeout=180_000)
        page.wait_for_load_state("networkidle", timeout=180_000)
        self.vitals = page.evaluate("() => benchVitals")
        self.ready = page.evaluate("() => Number(document.body.dataset.ready ?? 0)")
        self._count()
        context.close()

    def _slow(self, page: Page) -> None:
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", LINE)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})

    def _count(self) -> None:
        home = urlsplit(self.address).netloc
        for request in self.requests:
            parts = urlsplit(request.url)
            if parts.scheme in {"http", "https"}:
                sizes = request.sizes()
                self.bytes += sizes["responseBodySize"] + sizes["responseHeadersSize"]
                self.third += parts.netloc != home
        urls = [request.url for request in self.requests] + self.failed
        self.heavy = sum(bool(HEAVY.search(url)) for url in urls)
        self.third += sum(urlsplit(url).netloc != home for url in self.failed)

    def figures(self) -> dict[str, float]:
        fcp = self.vitals["fcp"] or 0
        blocking = [t["duration"] - 50 for t in self.vitals["tasks"] if t["start"] >= fcp]
        return {
            "bytes": self.bytes / 1000,
            "requests": len(self.requests) + len(self.failed),
            "third": self.third,
            "heavy": self.heavy,
            "fcp": fcp,
            "lcp": self.vitals["lcp"] or fcp,
            "tbt": sum(blocking),
        }


def medians(visits: list[dict[str, float]]) -> dict[str, float]:
    return {key: statistics.median(v[key] for v in visits) for key in METRICS}


def rows_of(visits: list[dict], stock_visits: list[dict]) -> list[dict]:
    ours, theirs = medians(visits), medians(stock_visits) if stock_visits else None
    rows = []
    for key, (words, unit) in METRICS.items():
        target = {"bytes": BUDGET, "third": 0, "heavy": 0}.get(key)
        rows.append(
            row(
                f"a chapter's first load: {words}",
                unit,
                ours[key],
                peer_name="stock Jupyter Book 1",
                peer=theirs[key] if theirs else NOT_RUN,
                target=target,
                samples=len(visits),
            )
        )
        # What our page costs is measured whether or not the peer was there.
        if target is not None:
            rows[-1]["met"] = ours[key] <= target
    return rows


#: The slider of a page, and what ought to change with it.
OURS_ALIVE = (
    ".explorable[data-ready] input[type=range]:visible",
    ".explorable output[data-quantity]",
)
STOCK_ALIVE = (".noUi-handle", ".jupyter-widgets img, .jupyter-widgets .output, img")
CHANGED = """([selector, before]) =>
    [...document.querySelectorAll(selector)].map(n => n.src ?? n.textContent)
        .join('|') !== before"""
SHOWN = "all => all.map(n => n.src ?? n.textContent).join('|')"


def answers(browser: Browser, address: str, slider: str, watched: str) -> int:
    """Say by 1 or 0 whether a press on a page's slider changes what the page shows."""
    page = browser.new_page(viewport=VIEWPORT)
    page.goto(address, timeout=180_000)
    page.wait_for_selector(slider, state="attached")
    page.wait_for_load_state("networkidle")
    before = page.locator(watched).evaluate_all(SHOWN)
    page.locator(slider).first.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    try:
        page.wait_for_function(CHANGED, arg=[watched, before], timeout=3_000)
        changed = 1
    except TimeoutError:
        changed = 0
    page.close()
    return changed


def alive_row(browser: Browser, ours: str, stock: str | None) -> dict:
    live = answers(browser, ours, *OURS_ALIVE)
    peer = answers(browser, stock, *STOCK_ALIVE) if stock else NOT_RUN
    made = row(
        "sliders that answer on the static page",
        "of 1",
        live,
        peer_name="stock Jupyter Book 1",
        peer=peer,
        target=1,
        sense="≥",
    )
    return made | {"met": live == 1}


def pyodide_rows(browser: Browser, ours: dict) -> list[dict]:
    """Start a Python in the page, as far as its npm package goes: no NumPy, no matplotlib."""
    name = "a chapter's first load, beside a bare Python in the page"
    if not (MODULES / "pyodide" / "pyodide.mjs").exists():
        return [row(name, "KB", ours["bytes"], peer_name="Pyodide", peer=NOT_RUN)]
    folder = ROOT / "_build" / "bench" / "pyodide"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(MODULES / "pyodide", folder / "pyodide")
    shutil.copy(HERE / "js" / "pyodide.html", folder / "index.html")
    progress("page: Pyodide")
    with serving(folder, handler=Handler) as address:
        visit = Visit(browser, f"{address}index.html", "[data-ready]")
    peer = "Pyodide, before any package"
    return [
        row(name, "KB", ours["bytes"], peer_name=peer, peer=visit.bytes / 1000),
        row(
            "largest paint, beside Python's first answer",
            "ms",
            ours["lcp"],
            peer_name=peer,
            peer=visit.ready,
        ),
    ]


def run(site: Path, *, quick: bool = False) -> list[dict]:
    """Load our chapter and the stock page in turns, with an empty cache each time."""
    times = 1 if quick else 3
    there = version("jupyter-book") and (MODULES / "mathjax").exists()
    with (
        launch(closed=True, whole=True) as browser,
        serving(site, handler=Handler) as home,
        serving(MODULES, handler=Handler) as networks,
    ):
        visits, stock_visits = [], []
        if there:
            progress("page: building the stock book")
            stock = build_stock()
            redirect(stock, networks)
        for i in range(times):
            progress(f"page: load {i + 1} of {times}")
            ready = "[data-explorable][data-ready]"
            visits.append(Visit(browser, f"{home}{CHAPTER}.html", ready).figures())
            if there:
                with serving(stock, handler=Handler) as address:
                    visit = Visit(browser, f"{address}chapter.html", ".jupyter-widgets")
                    stock_visits.append(visit.figures())
        with serving(stock, handler=Handler) if there else nullcontext() as address:
            alive = alive_row(
                browser, f"{home}{CHAPTER}.html", address and f"{address}chapter.html"
            )
        return [
            *rows_of(visits, stock_visits),
            alive,
            *pyodide_rows(browser, medians(visits)),
        ]


if __name__ == "__main__":
    from benchmarks.report import table

    print(table(run(Path(sys.argv[1]), quick="--quick" in sys.argv)))
