"""What does not depend on the machine's pace: audits of every page, agreement with the library."""

import re
import statistics
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from benchmarks import lighthouse
from benchmarks.report import NOT_RUN, ROOT, progress, row
from tests.site.test_pages import arrive, axe, open_everything
from website.chromium import launch
from website.contents import listed_pages

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PARITY = ROOT / "tests" / "parity"


def axe_row(site: Path, pages: list[str]) -> dict:
    """Count what axe-core finds on the pages, opened from a folder, light and dark."""
    name, target = "axe-core violations, every page, light and dark", 0
    if not AXE.exists():
        return row(name, "violations", NOT_RUN, target=target)
    found = []
    with launch(closed=True, whole=True) as browser:
        for scheme in ("light", "dark"):
            for page_name in pages:
                context = browser.new_context(color_scheme=scheme, reduced_motion="reduce")
                page = context.new_page()
                arrive(page, (site / page_name).as_uri())
                open_everything(page)
                found += [f"{page_name}, {scheme}: {line}" for line in axe(page)]
                context.close()
    count = len(found)
    return row(name, "violations", count, target=target, met=count == 0, detail="; ".join(found))


def file_row(site: Path, pages: list[str]) -> dict:
    """Open every page from a folder without a network; count the explorables that stay dead."""
    dead, mounts = 0, 0
    with launch(closed=True, whole=True) as browser:
        page = browser.new_page()
        for name in pages:
            with suppress(AssertionError):  # one that is dead; they are counted
                arrive(page, (site / name).as_uri())
            mounts += page.locator("[data-explorable]").count()
            dead += page.locator("[data-explorable]:not([data-ready])").count()
    detail = f"of {mounts} on {len(pages)} pages"
    name = "explorables that are dead from file://, network off"
    return row(name, "explorables", dead, target=0, met=dead == 0, detail=detail)


def lighthouse_rows(site: Path, pages: list[str], runs: int) -> list[dict]:
    """Return the lowest score of all pages in each category, a page's being its runs' median."""
    categories = lighthouse.HEAD[1:]
    try:
        of_runs = [lighthouse.scores(site, pages) for _ in range(runs)]
    except (FileNotFoundError, subprocess.CalledProcessError):
        of_runs = []
    scores = [
        {"page": one[0]["page"], **{c: statistics.median(s[c] for s in one) for c in categories}}
        for one in zip(*of_runs, strict=True)
    ]
    rows = []
    for category in categories:
        ours = min((s[category] for s in scores), default=NOT_RUN)
        short = [s for s in scores if s[category] < 100]
        detail = ", ".join(
            f"{Path(s['page']).stem} {s[category]}"
            for s in sorted(short, key=lambda s: s[category])
        )
        rows.append(
            row(
                f"Lighthouse, {category}, the lowest of {len(pages)} pages",
                "points",
                ours,
                target=100,
                met=ours >= 100 if scores else None,
                sense="≥",
                detail=detail,
                samples=len(of_runs),
            )
        )
    return rows


def parity_row() -> dict:
    """Run the tests that compare the JavaScript with the library on generated states."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(PARITY)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")
    counts = {word: int(n) for n, word in re.findall(r"(\d+) (passed|failed|error)", result.stdout)}
    name = "comparisons of page and library that differ by more than 1e-12"
    if not counts.get("passed") and not counts.get("failed"):
        return row(name, "comparisons", NOT_RUN, target=0)
    bad = counts.get("failed", 0) + counts.get("error", 0)
    detail = f"of {sum(counts.values())} test functions, each over generated states"
    return row(name, "comparisons", bad, target=0, met=bad == 0, detail=detail)


def run(site: Path, *, quick: bool = False) -> list[dict]:
    """Audit a built site."""
    pages = [f"{name}.html" for name in listed_pages() if (site / f"{name}.html").exists()]
    if quick:
        pages = pages[:2]
    progress(f"audit: axe-core on {len(pages)} pages")
    rows = [axe_row(site, pages), file_row(site, pages)]
    progress(f"audit: Lighthouse on {len(pages)} pages")
    rows += lighthouse_rows(site, pages, 1 if quick else 3)
    progress("audit: page against library")
    return [*rows, parity_row()]
