"""Lighthouse on every page of the site."""

import statistics
import subprocess
from collections.abc import Sequence
from pathlib import Path

from benchmarks import lighthouse
from benchmarks.report import NOT_RUN, progress, row
from website.contents import listed_pages


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


def run(site: Path, *, quick: bool = False) -> list[dict]:
    """Audit a built site."""
    pages = [f"{name}.html" for name in listed_pages() if (site / f"{name}.html").exists()]
    if quick:
        pages = pages[:2]
    progress(f"audit: Lighthouse on {len(pages)} pages")
    return lighthouse_rows(site, pages, 1 if quick else 3)
