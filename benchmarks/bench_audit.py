"""What does not depend on the machine's pace: audits of every page, agreement with the library."""

import re
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks import lighthouse
from benchmarks.report import NOT_RUN, ROOT, progress, row
from tests.site.test_pages import arrive, axe, axe_in_the_dark, open_everything
from website.chromium import launch
from website.contents import listed_pages

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PARITY = ROOT / "tests" / "parity"


def page_rows(site: Path, pages: list[str]) -> list[dict]:
    """Open every page from a folder without a network: what axe-core finds, what stays dead."""
    found, dead, mounts = [], 0, 0
    with launch(closed=True, whole=True) as browser:
        for name in pages:
            context = browser.new_context(color_scheme="light", reduced_motion="reduce")
            page = context.new_page()
            with suppress(AssertionError):  # an explorable that is dead; they are counted
                arrive(page, (site / name).as_uri())
            mounts += page.locator("[data-explorable]").count()
            dead += page.locator("[data-explorable]:not([data-ready])").count()
            if AXE.exists():
                open_everything(page)
                found += [f"{name}, light: {line}" for line in axe(page)]
                found += [f"{name}, dark: {line}" for line in axe_in_the_dark(page)]
            context.close()
    words, count = "axe-core violations, every page, light and dark", len(found)
    if AXE.exists():
        detail = "; ".join(found)
        first = row(words, "violations", count, target=0, met=count == 0, detail=detail)
    else:
        first = row(words, "violations", NOT_RUN, target=0)
    detail = f"of {mounts} on {len(pages)} pages"
    name = "explorables that are dead from file://, network off"
    return [first, row(name, "explorables", dead, target=0, met=dead == 0, detail=detail)]


def lighthouse_rows(site: Path, pages: list[str], runs: int) -> list[dict]:
    """Return the lowest score of all pages in each category.

    A page with all points is measured once, another `runs` times: its scores are the medians.
    """
    categories = lighthouse.HEAD[1:]
    scores: dict[str, list[dict]] = {page: [] for page in pages}
    try:
        for _ in range(runs):
            again = [p for p in pages if not scores[p] or min_of(scores[p][0], categories) < 100]
            for one in lighthouse.scores(site, again) if again else ():
                scores[one["page"]].append(one)
    except (FileNotFoundError, subprocess.CalledProcessError):
        scores = {}
    rows = []
    for category in categories:
        medians = {
            Path(page).stem: statistics.median(one[category] for one in measured)
            for page, measured in scores.items()
        }
        ours = min(medians.values(), default=NOT_RUN)
        short = sorted((score, page) for page, score in medians.items() if score < 100)
        rows.append(
            row(
                f"Lighthouse, {category}, the lowest of {len(pages)} pages",
                "points",
                ours,
                target=100,
                met=ours >= 100 if medians else None,
                sense="≥",
                detail=", ".join(f"{page} {score}" for score, page in short),
                samples=max(map(len, scores.values()), default=0),
            )
        )
    return rows


def min_of(one: dict, categories: Sequence[str]) -> float:
    return min(one[category] for category in categories)


@contextmanager
def comparing() -> Iterator[subprocess.Popen[str]]:
    """Run the tests that compare the JavaScript with the library on generated states."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(PARITY)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8") as process:
        yield process


def parity_row(said: str) -> dict:
    """Count what the tests of `comparing` said."""
    counts = {word: int(n) for n, word in re.findall(r"(\d+) (passed|failed|error)", said)}
    name = "comparisons of page and library that differ by more than 1e-12"
    if not counts.get("passed") and not counts.get("failed"):
        return row(name, "comparisons", NOT_RUN, target=0)
    bad = counts.get("failed", 0) + counts.get("error", 0)
    detail = f"of {sum(counts.values())} test functions, each over generated states"
    return row(name, "comparisons", bad, target=0, met=bad == 0, detail=detail)


def run(site: Path, *, quick: bool = False) -> list[dict]:
    """Audit a built site; what depends on the machine's pace has it for itself."""
    pages = [f"{name}.html" for name in listed_pages() if (site / f"{name}.html").exists()]
    if quick:
        pages = pages[:2]
    progress(f"audit: axe-core on {len(pages)} pages, and page against library")
    with comparing() as comparison:
        rows = page_rows(site, pages)
        compared = parity_row(comparison.communicate()[0])
    progress(f"audit: Lighthouse on {len(pages)} pages")
    return [*rows, *lighthouse_rows(site, pages, 1 if quick else 3), compared]
