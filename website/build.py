"""Build the book: `python -m website.build`, which is what `make book` runs.

The work is Jupyter Book's and Sphinx's, with the extension in `website/sphinxext`; this command
chooses the directories, turns warnings into errors and checks what came out.
"""

import argparse
import gc
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from jupyter_book.sphinx import build_sphinx

from website.check import problems
from website.sphinxext.where import place

ROOT = Path(__file__).resolve().parents[1]
ERRORS_SHOWN = 30


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m website.build", description=__doc__)
    parser.add_argument(
        "--out", type=Path, default=ROOT / "_build", help="build directory (default: _build)"
    )
    parser.add_argument(
        "--only",
        nargs="+",
        metavar="PAGE",
        help="build these pages alone (names as in _toc.yml), into OUT/preview; "
        "references to other pages are not checked",
    )
    parser.add_argument("--fresh", action="store_true", help="forget earlier builds first")
    parser.add_argument("--quiet", action="store_true", help="print warnings and errors only")
    parser.add_argument("--no-check", action="store_true", help="do not check the result")
    return parser.parse_args(arguments)


def partial_toc(pages: Sequence[str], directory: str) -> Path:
    """Write a table of contents with the start page and `pages`; return its path."""
    root = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))["root"]
    chapters = [{"file": str(Path(page).with_suffix(""))} for page in pages]
    toc = {
        "format": "jb-book",
        "root": root,
        "chapters": [c for c in chapters if c["file"] != root],
    }
    path = Path(directory) / "_toc.yml"
    path.write_text(yaml.safe_dump(toc), encoding="utf-8")
    return path


def build(
    out: Path,
    *,
    only: Sequence[str] = (),
    fresh: bool = False,
    quiet: bool = False,
    builder: str = "html",
) -> bool:
    """Build into `out`/html and say whether Sphinx was content."""
    overrides: dict[str, Any] = {"latex_individualpages": False}
    with tempfile.TemporaryDirectory() as directory:
        if only:
            overrides |= {"external_toc_path": str(partial_toc(only, directory)), "nitpicky": False}
        result = build_sphinx(
            ROOT,
            out / "html",
            builder=builder,
            noconfig=True,
            path_config=ROOT / "_config.yml",
            confoverrides=overrides,
            doctreedir=out / "doctrees",
            freshenv=fresh,
            force_all=fresh,
            warningiserror=not only,
            keep_going=True,
            quiet=quiet,
            jobs=os.cpu_count(),
        )
    return bool(result == 0)


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    out = options.out.resolve()
    if options.only:
        out = out / "preview"
    start = time.monotonic()
    if not build(out, only=options.only or (), fresh=options.fresh, quiet=options.quiet):
        print("\nThe book was not built; the first message above says where.", file=sys.stderr)
        return 1
    if not (options.no_check or options.only):
        found = problems(
            out / "html", root=urlsplit(place().base).path or "/", memory=out / "checked.json"
        )
        for problem in found[:ERRORS_SHOWN]:
            print(f"error: {problem}", file=sys.stderr)
        if found:
            print(f"\n{len(found)} problems in the built pages.", file=sys.stderr)
            return 1
    print(f"\nBuilt in {time.monotonic() - start:.1f} s. Open {out / 'html' / 'index.html'}")
    return 0


if __name__ == "__main__":
    # A build keeps nearly all that it makes: looking for garbage was a quarter of its time.
    gc.disable()
    status = main()
    gc.freeze()  # nor when it ends
    sys.exit(status)
