"""A chapter is added to a scratch copy of the book by CONTRIBUTING's checklist, step by step."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scratch import CHAPTERS, Scratch
from tests.warm import warm

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

How little is needed? Drag the point, and watch the curve.

```{{code-cell}} ipython3
:tags: [hide-input]

from lib.explorables import SurpriseExplorer
```

```{{code-cell}} ipython3
SurpriseExplorer()
```

## What you will learn

- Little {{cite:p}}`shannon1948`.

## What you need

- [Training](training.md).

## Worked examples

[The figure at the top](#a-new-chapter) begins with one event.

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


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Scratch]:
    """Yield a copy of what the chapters' tests read."""
    for name in COPIED:
        ignored = shutil.ignore_patterns("js", "static", "__pycache__", Path(__file__).name)
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    with warm(*CHAPTERS) as python:
        yield Scratch(tmp_path, python)


def red(scratch: Scratch) -> set[str]:
    """Return which tests of the chapter and of the lists fail."""
    chosen = "new_chapter or readme or listed"
    return scratch.red("-k", chosen, "tests/chapters", "tests/numbers")


def test_a_new_chapter_is_red_until_the_checklist_is_done(scratch: Scratch) -> None:
    after = "file: chapters/training"
    scratch.edit("_toc.yml", after, f"{after}\n      - file: chapters/new_chapter")
    scratch.write("chapters/new_chapter.md", "# A new chapter\n\nHow little is needed?\n")
    assert red(scratch) >= {
        "test_the_readme_lists_the_parts",
        "test_a_chapter_has_the_shape_of_all",
        "test_exercises_have_solutions_and_questions_have_answers",
        "test_a_chapter_opens_with_its_figure",
        "test_the_library_is_shown_and_something_is_cited",
        "test_a_chapter_has_an_assignment",
        "test_every_computed_number_is_recomputed",
    }

    scratch.write("chapters/new_chapter.md", CHAPTER.replace("0.6931", "0.6932"))
    scratch.write("tests/numbers/new_chapter.py", NUMBERS)
    scratch.write("assignments/new_chapter.md", "Questions; tests/course reads them.\n")
    training = "[Training a classifier](chapters/training.md)"
    scratch.edit("README.md", training, f"{training} · [A new chapter](chapters/new_chapter.md)")
    assert red(scratch) == {"test_number", "test_every_computed_number_is_recomputed"}

    scratch.write("chapters/new_chapter.md", CHAPTER)
    assert red(scratch) == set()
    assert scratch.changed() == [
        "README.md",
        "_toc.yml",
        "assignments/new_chapter.md",
        "chapters/new_chapter.md",
        "tests/numbers/new_chapter.py",
    ]
