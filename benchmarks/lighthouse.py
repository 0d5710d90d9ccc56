"""Print Lighthouse's scores of the site's pages: `python -m benchmarks.lighthouse [PAGE …]`.

Mobile preset, gzipped as static hosts send it. The performance score is measured on a simulated
phone and falls when the machine is busy; the other three do not depend on it. A page that is kept
out of search engines on purpose (search, 404, embed) is measured without that category.
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from website.chromium import path
from website.contents import listed_pages
from website.server import serving
from website.tools import node

ROOT = Path(__file__).resolve().parents[1]
#: What Lighthouse calls what it gives points for.
CATEGORIES = {
    "performance": "performance",
    "accessibility": "accessibility",
    "best practices": "best-practices",
    "search engines": "seo",
}
HEAD = ("page", *CATEGORIES)


def scores(site: Path, pages: list[str], categories: Iterable[str] = CATEGORIES) -> list[dict]:
    """Return for each page its scores, and the audits that cost it points."""
    heads = ["page", *categories]
    names = ",".join(CATEGORIES[head] for head in heads[1:])
    with serving(site) as address:
        command = [node(), "benchmarks/lighthouse.mjs", path(), names]
        command += [address + page for page in pages]
        result = subprocess.run(
            command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True
        )
    lines = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    return [
        dict(zip(heads, [page, *line["scores"]], strict=True), failed=line["failed"])
        for page, line in zip(pages, lines, strict=True)
    ]


def main() -> None:
    pages = sys.argv[1:] or [f"{name}.html" for name in listed_pages()]
    site = ROOT / "_build" / "html"
    if missing := [page for page in pages if not (site / page).is_file()]:
        sys.exit(f"not among the built pages: {', '.join(missing)}")
    print(("{:42}" + "{:>16}" * 4).format(*HEAD))
    for row in scores(site, pages):
        print(("{:42}" + "{:>16}" * 4).format(*(row[key] for key in HEAD)))
        for audit in row["failed"]:
            print(f"    {audit}")


if __name__ == "__main__":
    main()
