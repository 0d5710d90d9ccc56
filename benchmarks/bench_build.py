"""How long the book takes to build: cold, after an edit, in parallel, and as it grows.

Everything happens in a copy of the tree, so that nobody's build is disturbed.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import yaml

from benchmarks.report import ROOT, progress, row

COPIED = ("lib", "website", "chapters", "assignments", "benchmarks", "course")
COLD, INCREMENTAL = 90, 8  # seconds
EDITED = "chapters/cross_entropy.md"


class Tree:
    """A copy of the project that can be edited and built."""

    def __init__(self, place: Path) -> None:
        self.root, self.out = place / "book", place / "out"
        skip = shutil.ignore_patterns("node_modules", "__pycache__", "_build", ".git")
        for name in COPIED:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, self.root / name, ignore=skip)
        for path in ROOT.iterdir():
            if path.is_file():
                shutil.copy(path, self.root)

    def build(self, *options: str, processors: int | None = None) -> float:
        """Build, on so many processors if given, and return the seconds it took."""
        command = [sys.executable, "-m", "website.build", "--out", str(self.out), "--quiet"]
        allowed = os.sched_getaffinity(0)
        chosen = set(sorted(allowed)[:processors]) if processors else allowed
        start = time.monotonic()
        made = subprocess.run(
            [*command, *options],
            cwd=self.root,
            capture_output=True,
            text=True,
            preexec_fn=lambda: os.sched_setaffinity(0, chosen),
        )
        seconds = time.monotonic() - start
        if made.returncode:
            raise RuntimeError(
                f"the copy was not built:\n{made.stdout[-2000:]}{made.stderr[-2000:]}"
            )
        return seconds

    def forget(self) -> None:
        shutil.rmtree(self.out, ignore_errors=True)

    def edit(self, file: str, change: Callable[[str], str]) -> None:
        path = self.root / file
        before = path.read_text(encoding="utf-8")
        after = change(before)
        if after == before:
            raise ValueError(f"{file}: the edit changed nothing")
        path.write_text(after, encoding="utf-8")

    def keep_chapters(self, count: int) -> None:
        """Cut the table of contents to its first `count` chapters."""
        toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
        left = count
        for part in toc["parts"]:
            part["chapters"] = part["chapters"][: max(0, left)]
            left -= len(part["chapters"])
        toc["parts"] = [part for part in toc["parts"] if part["chapters"]]
        (self.root / "_toc.yml").write_text(yaml.safe_dump(toc), encoding="utf-8")


def chapter_count() -> int:
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    return sum(len(part["chapters"]) for part in toc["parts"])


def page_of(tree: Tree) -> str:
    page = tree.out / "html" / Path(EDITED).with_suffix(".html")
    return page.read_text(encoding="utf-8")


def prose(text: str) -> str:
    return f"{text}\nA sentence that a benchmark adds.\n"


def code(text: str) -> str:
    return re.sub(r"(```\{code-cell\} ipython3\n)(?=import)", r"\1print('added')\n", text, count=1)


def library(text: str) -> str:
    return f"{text}\nADDED = 1\n"


def run(site: Path, *, quick: bool = False) -> list[dict]:
    """Build the copy again and again; `site` is not needed."""
    rows = []
    with tempfile.TemporaryDirectory() as place:
        tree = Tree(Path(place))
        count = chapter_count()
        progress("build: cold, in parallel")
        parallel = tree.build()
        rows.append(seconds(f"cold build, {count} chapters and appendices", parallel, COLD))
        for name, file, change in (
            ("prose of one chapter edited", EDITED, prose),
            ("code of one chapter edited", EDITED, code),
            ("library edited, every chapter executed again", "lib/numdiff.py", library),
        ):
            progress(f"build: {name}")
            stale = page_of(tree)
            tree.edit(file, change)
            target = INCREMENTAL if file == EDITED else None
            rows.append(seconds(f"build, {name}", tree.build(), target))
            if file == EDITED and page_of(tree) == stale:
                raise RuntimeError(f"stale page after an edit of {file}")
        rows.append(never_stale(tree))
        if quick:
            return rows
        tree.forget()
        progress("build: cold, on one processor")
        serial = tree.build(processors=1)
        rows.append(
            row(
                "cold build, all processors against one",
                "s",
                parallel,
                peer_name="one processor",
                peer=serial,
            )
        )
        for chapters in (1, count // 2):
            progress(f"build: cold, {chapters} chapters")
            tree.forget()
            tree.keep_chapters(chapters)
            rows.append(seconds(f"cold build, {chapters} chapters", tree.build("--no-check"), None))
    return rows


def seconds(name: str, taken: float, target: float | None) -> dict:
    return row(name, "s", taken, target=target, met=taken <= target if target else None)


def never_stale(tree: Tree) -> dict:
    """Change what a library function returns and look whether the page that prints it follows."""
    progress("build: is a page stale after a change in the library?")

    # Half of an entropy keeps the inequalities that chapters assert; double would fail the build.
    def halved(text: str) -> str:
        return (
            f"{text}\n_entropy = entropy\n\n\ndef entropy(*args, **options):\n"
            "    return _entropy(*args, **options) / 2\n"
        )

    tree.edit("lib/information.py", halved)
    tree.build("--no-check")
    stale = "0.5148" not in page_of(tree)
    return row(
        "stale pages after a change in the library",
        "pages",
        int(stale),
        target=0,
        met=not stale,
    )


if __name__ == "__main__":
    from benchmarks.report import table

    print(table(run(Path(), quick="--quick" in sys.argv)))
