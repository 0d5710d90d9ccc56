"""Follow every link that leaves the book: `python -m website.links`, which `make links` runs.

Needs a network, so it is no part of the tests; the publishing workflow runs it once a week.
"""

import sys
from pathlib import Path

from website.build import build

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    out = ROOT / "_build" / "links"
    good = build(out, quiet=True, builder="linkcheck")
    report = out / "html" / "output.txt"
    if report.exists():
        print(report.read_text(encoding="utf-8").strip() or "Every link leads somewhere.")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
