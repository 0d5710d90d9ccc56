"""A scratch copy of the book, to which a test adds something, and what its own tests say of it."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.faults import call

#: What the copy's tests of chapters import, and what those of the library import besides.
CHAPTERS = ("pytest", "yaml", "jupytext", "matplotlib.pyplot", "pybtex.database", "traitlets")
LIBRARY = (
    *CHAPTERS,
    "hypothesis",
    "playwright.sync_api",
    "scipy.stats",
    "sklearn.metrics",
    "torch",
)


class Scratch:
    """A copy under git, to tell what has changed in it; `python` begins its commands."""

    def __init__(self, root: Path, python: Sequence[str]) -> None:
        self.root, self.python = root, python
        self.passed = 0
        self.git("init", "--quiet")
        (root / ".git" / "info" / "exclude").write_text("__pycache__/\n", encoding="utf-8")
        self.git("add", "--all")

    def git(self, *arguments: str) -> str:
        return subprocess.run(
            ["git", *arguments], cwd=self.root, check=True, capture_output=True, text=True
        ).stdout

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a text that stands in a file once."""
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{name}: {old}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def write(self, name: str, text: str) -> None:
        (self.root / name).write_text(text, encoding="utf-8")

    def append(self, name: str, text: str) -> None:
        self.write(name, (self.root / name).read_text(encoding="utf-8") + text)

    def red(self, *chosen: str) -> set[str]:
        """Return which of these tests fail, without parameters; `passed` counts the others."""
        command = [*self.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0"]
        command += ["-p", "xdist.plugin"]  # other plugins take longer to load than the tests to run
        status, output = call([*command, *chosen], self.root, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
        assert status in {0, 1}, output[-4000:]
        self.passed = int(match[1]) if (match := re.search(r"(\d+) passed", output)) else 0
        return set(re.findall(r"^FAILED \S+::(\w+)", output, re.MULTILINE))

    def changed(self) -> list[str]:
        """Return the files that were touched or are new."""
        changes = [line.split() for line in self.git("status", "--porcelain").splitlines()]
        return sorted(path for kind, path in changes if kind != "A")

    def added(self, *names: str) -> int:
        """Return how many lines these files, new ones among them, have that they had not."""
        self.git("add", "--intent-to-add", *names)
        stat = self.git("diff", "--numstat", "--", *names)
        return sum(int(line.split()[0]) for line in stat.splitlines())
