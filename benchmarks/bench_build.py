"""How long the book takes to build: cold, after an edit, and a single chapter.

Everything happens in a copy of the tree, so that nobody's build is disturbed.
"""

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import yaml

from benchmarks.report import ROOT, progress, row

COPIED = ("lib", "website", "chapters", "assignments", "benchmarks", "course")
COLD, INCREMENTAL = 90, 8  # seconds
EDITS = 3  # repetitions
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

    def build(self, *options: str) -> float:
        """Build, and return the seconds it took."""
        command = [sys.executable, "-m", "website.build", "--out", str(self.out), "--quiet"]
        start = time.monotonic()
        made = subprocess.run(
            [*command, *options],
            cwd=self.root,
            capture_output=True,
            encoding="utf-8",
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


def chapters() -> list[str]:
    """Return the names of the chapters and appendices, in the book's order."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    return [chapter["file"] for part in toc["parts"] for chapter in part["chapters"]]


def page_of(tree: Tree) -> str:
    page = tree.out / "html" / Path(EDITED).with_suffix(".html")
    return page.read_text(encoding="utf-8")


def prose(text: str, number: int) -> str:
    return f"{text}\nSentence {number} that a benchmark adds.\n"


def code(text: str, number: int) -> str:
    """Let the first cell, whatever its tags are, print one line more."""
    first = r"(```\{code-cell\} ipython3\n(?::.*\n)*\n?)"
    return re.sub(first, rf"\1print('added {number}')\n", text, count=1)


def halved(text: str) -> str:
    """Halve every entropy, which keeps the inequalities that chapters assert; double would not."""
    return (
        f"{text}\n_entropy = entropy\n\n\ndef entropy(*args, **options):\n"
        "    return _entropy(*args, **options) / 2\n"
    )


def run(site: Path, *, quick: bool = False) -> Iterator[dict]:
    """Build the copy again and again; `site` is not needed."""
    edits = 1 if quick else EDITS
    with tempfile.TemporaryDirectory() as place:
        tree = Tree(Path(place))
        names = chapters()
        progress("build: cold")
        yield seconds(f"cold build, {len(names)} chapters and appendices", [tree.build()], COLD)
        for name, change in (
            ("prose of one chapter edited", prose),
            ("code of one chapter edited", code),
        ):
            taken = []
            for number in range(1, edits + 1):
                progress(f"build: {name}, {number} of {edits}")
                stale = page_of(tree)
                tree.edit(EDITED, lambda text, number=number, change=change: change(text, number))
                taken.append(tree.build())
                if page_of(tree) == stale:
                    raise RuntimeError(f"stale page after an edit of {EDITED}")
            yield seconds(f"build, {name}", taken, INCREMENTAL)
        yield from after_library(tree)
        if quick:
            return
        name = "cold build, 1 chapter"
        progress(f"build: {name}")
        tree.forget()
        yield seconds(name, [tree.build("--only", names[0])], None)


def seconds(name: str, taken: Sequence[float], target: float | None) -> dict:
    """Return the row of builds of one kind: their median."""
    median = statistics.median(taken)
    met = median <= target if target else None
    return row(name, "s", median, target=target, met=met, samples=len(taken))


def after_library(tree: Tree) -> Iterator[dict]:
    """Change what a library function returns; look whether the page that prints it follows."""
    name = "library edited, every chapter executed again"
    progress(f"build: {name}")
    tree.edit("lib/information.py", halved)
    yield seconds(f"build, {name}", [tree.build()], None)
    stale = "0.5148" not in page_of(tree)
    yield row(
        "stale pages after a change in the library",
        "pages",
        int(stale),
        target=0,
        met=not stale,
    )


if __name__ == "__main__":
    from benchmarks.report import table

    print(table(list(run(Path(), quick="--quick" in sys.argv))))
