"""Measure everything: `python -m benchmarks`, which is what `make bench` runs.

The book is built into `_build/bench`, the groups are measured one after another, and what came out
is printed, saved in `benchmarks/results.json` and made into the book's page. A run of a few groups
keeps the rows of the others; a quick run saves nothing.
"""

import argparse
import importlib
import subprocess
import sys
import time
import traceback
from pathlib import Path

from benchmarks import page
from benchmarks.report import (
    FIELDS,
    NOT_RUN,
    RESULTS,
    ROOT,
    load,
    machine,
    progress,
    read,
    row,
    save,
    table,
)

#: The groups in the order of the page, their modules, and whether they want the built site.
GROUPS = {
    "latency": ("benchmarks.bench_latency", True),
    "surface": ("benchmarks.bench_surface", True),
    "page": ("benchmarks.bench_page", True),
    "audit": ("benchmarks.bench_audit", True),
    "lib": ("benchmarks.bench_lib", False),
    "build": ("benchmarks.bench_build", True),
    "grading": ("benchmarks.bench_grading", False),
}


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few repetitions; nothing is saved")
    parser.add_argument(
        "--only",
        nargs="+",
        choices=GROUPS,
        default=list(GROUPS),
        metavar="GROUP",
        help=f"measure these groups: {', '.join(GROUPS)}",
    )
    parser.add_argument("--site", type=Path, help="a built site, in place of building one")
    return parser.parse_args(arguments)


def built_site() -> Path:
    """Build the book for the benchmarks and return where it is."""
    out = ROOT / "_build" / "bench" / "book"
    progress("building the book")
    command = [sys.executable, "-m", "website.build", "--out", str(out), "--quiet"]
    subprocess.run(command, cwd=ROOT, check=True, stdout=sys.stderr)
    return out / "html"


def measure(group: str, site: Path | None, quick: bool) -> list[dict]:
    """Return a group's rows; where it is missing or breaks, its last row says so."""
    name, wants_site = GROUPS[group]
    rows = []
    try:
        module = importlib.import_module(name)
        made = module.run(site, quick=quick) if wants_site else module.run(quick=quick)
        for one in made:
            rows.append(checked(one))
    except Exception as error:  # one group must not cost the others, nor what it measured
        traceback.print_exc()
        rows.append(row(group, "", NOT_RUN, detail=f"{type(error).__name__}: {error}"[:300]))
    return rows


def checked(one: dict) -> dict:
    """Return a row as every module must give it.

    Raises
    ------
    ValueError
        If a field is missing.
    """
    missing = [field for field in FIELDS if field not in one]
    if missing:
        raise ValueError(f"a row without {', '.join(missing)}: {one}")
    return one


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    took, began = {}, time.monotonic()
    wants_site = any(GROUPS[group][1] for group in options.only)
    site = (options.site or built_site()).resolve() if wants_site else None
    if wants_site and not options.site:
        took["the book"] = time.monotonic() - began
    results = {"machine": machine(), "groups": {}}
    if RESULTS.exists() and not options.quick:
        results["groups"] = read()["groups"]
    for group in options.only:
        before, began = load(), time.monotonic()
        rows = measure(group, site, options.quick)
        took[group] = time.monotonic() - began
        results["groups"][group] = {"load": [before, load()], "rows": rows}
        print(f"\n{group}\n{table(rows)}", flush=True)
        if not options.quick:
            results["groups"] = {g: results["groups"][g] for g in GROUPS if g in results["groups"]}
            save(results)
    if not options.quick:
        page.write(results)
    print("\n" + ", ".join(f"{group} {seconds:.0f} s" for group, seconds in took.items()))
    rows = [one for group in results["groups"].values() for one in group["rows"]]
    missed = [one for one in rows if one["met"] is False]
    met = sum(one["met"] is True for one in rows)
    print(f"\n{met} targets met, {len(missed)} missed")
    for one in missed:
        print(f"  missed: {one['name']} {one['peer_name']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
