"""A chapter is added to a scratch copy of the book by CONTRIBUTING's checklist, step by step."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COPIED = ["chapters", "assignments", "lib", "website", "tests/chapters"]
FILES = [
    *("_toc.yml", "_config.yml", "index.md", "README.md", "CITATION.cff", "pyproject.toml"),
    *("tests/__init__.py", "tests/numbers/__init__.py", "tests/numbers/test_numbers.py"),
]
EXERCISE = """
```{{exercise}} Number {0}
:label: new-{0}
What is $1 + {0}$?
```

```{{solution}} new-{0}
:class: dropdown
A sum.
```
"""
QUIZ = """
```{{quiz}} Question {0}?
- [x] Yes.
- [ ] No.
```
"""
CHAPTER = f"""---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
description: A chapter that is here for a test.
---

# A new chapter

How little is needed?

## What you will learn

- Little {{cite:p}}`shannon1948`.

## What you need

- [Training](training.md).

## Worked examples

```{{code-cell}} ipython3
from lib.explorables import SurpriseExplorer
SurpriseExplorer()
```

```{{literalinclude}} ../lib/information.py
:pyobject: entropy
```

The entropy of a fair coin is 0.6931 nats.

## Traps

None.

## Check yourself
{"".join(QUIZ.format(i) for i in range(3))}
## Exercises
{"".join(EXERCISE.format(i) for i in range(5))}
## Going further

Nothing.
"""
NUMBERS = """from lib.information import entropy

NUMBERS = [("a fair coin is 0.6931 nats", entropy([0.5, 0.5]), "0.6931")]
"""


class Scratch:
    """A copy of what the chapters' tests read, and what they say of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in COPIED:
            ignored = shutil.ignore_patterns("js", "static", "__pycache__", Path(__file__).name)
            shutil.copytree(ROOT / name, root / name, ignore=ignored)
        for name in FILES:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, root / name)
        self.git("init", "--quiet")
        self.git("add", "--all")

    def git(self, *arguments: str) -> str:
        return subprocess.run(
            ["git", *arguments], cwd=self.root, check=True, capture_output=True, text=True
        ).stdout

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{name}: {old}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def write(self, name: str, text: str) -> None:
        (self.root / name).write_text(text, encoding="utf-8")

    def red(self) -> set[str]:
        """Return which tests of the chapter and of the lists fail, without parameters."""
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0"]
        command += ["-p", "xdist.plugin"]  # other plugins take longer to load than the tests to run
        chosen = ["-k", "new_chapter or readme or listed", "tests/chapters", "tests/numbers"]
        result = subprocess.run(
            [*command, *chosen],
            cwd=self.root,
            env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            capture_output=True,
            text=True,
        )
        assert result.returncode in {0, 1}, result.stdout[-2000:] + result.stderr[-2000:]
        return set(re.findall(r"^FAILED \S+::(\w+)", result.stdout, re.MULTILINE))


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    return Scratch(tmp_path)


def test_a_new_chapter_is_red_until_the_checklist_is_done(scratch: Scratch) -> None:
    after = "file: chapters/training"
    scratch.edit("_toc.yml", after, f"{after}\n      - file: chapters/new_chapter")
    scratch.write("chapters/new_chapter.md", "# A new chapter\n\nHow little is needed?\n")
    assert scratch.red() >= {
        "test_the_readme_lists_the_parts",
        "test_a_chapter_has_the_shape_of_all",
        "test_exercises_have_solutions_and_questions_have_answers",
        "test_an_explorable_comes_early_and_the_library_is_shown",
        "test_a_chapter_has_an_assignment",
        "test_every_computed_number_is_recomputed",
    }

    scratch.write("chapters/new_chapter.md", CHAPTER.replace("0.6931", "0.6932"))
    scratch.write("tests/numbers/new_chapter.py", NUMBERS)
    scratch.write("assignments/new_chapter.md", "Questions; tests/course reads them.\n")
    training = "[Training a classifier](chapters/training.md)"
    scratch.edit("README.md", training, f"{training} · [A new chapter](chapters/new_chapter.md)")
    assert scratch.red() == {"test_number", "test_every_computed_number_is_recomputed"}

    scratch.write("chapters/new_chapter.md", CHAPTER)
    assert scratch.red() == set()
    changes = [line.split() for line in scratch.git("status", "--porcelain").splitlines()]
    assert sorted(path for kind, path in changes if kind != "A") == [
        "README.md",
        "_toc.yml",
        "assignments/new_chapter.md",
        "chapters/new_chapter.md",
        "tests/numbers/new_chapter.py",
    ]
