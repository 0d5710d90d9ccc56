"""The build: it fails where it must and says where, costs little, and never leaves a stale page."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from website.check import problems

pytestmark = pytest.mark.xdist_group("build")
ROOT = Path(__file__).resolve().parents[2]
HEAD = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

"""
CONTENTS = "format: jb-book\nroot: index\nchapters:\n  - file: chapters/a_sum\n"
SUM = """# A sum

A page long enough to count as one: it adds two numbers with the book's own library, prints what
comes out, says no more than that, and says it in so many words that the check for empty pages has
nothing to say about it, which is what this sentence is for.

$P(x)$ and {eq}`one`

$$
D(P \\| Q) \\ge 0
$$ (one)

```{code-cell} ipython3
from lib.information import entropy
from lib.marker import MARK
print(f"{entropy([0.5, 0.5]):.4f}", MARK)
```
"""


#: The class of the one explorable that the small book's library has: pictures of twenty would take
#: most of the time of a build in which the library has changed.
ONE = "KLExplorer"


class Tree:
    """A copy of the project with a book of two pages, to break and to edit."""

    def __init__(self, place: Path, python: Sequence[str] = (sys.executable,)) -> None:
        self.root, self.python = place / "book", python
        skip = shutil.ignore_patterns("__pycache__", "js")
        for name in ("lib", "website"):
            shutil.copytree(ROOT / name, self.root / name, ignore=skip)
        listed = self.root / "lib" / "explorables" / "__init__.py"
        lines = listed.read_text(encoding="utf-8").splitlines(keepends=True)
        others = re.compile(rf"from lib\.explorables\.[a-z]\w* import (?!{ONE}$)")
        self.write(
            "lib/explorables/__init__.py", "".join(line for line in lines if not others.match(line))
        )
        for name in ("_config.yml", "requirements.txt", "pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(ROOT / name, self.root)
        shutil.copy(ROOT / "CITATION.cff", self.root)
        (self.root / "chapters").mkdir()
        shutil.copy(ROOT / "chapters" / "references.bib", self.root / "chapters")
        self.write("index.md", "# A book\n\n" + "It has two pages, and this is the first. " * 8)
        self.write("lib/marker.py", 'MARK = "first"\n')
        self.chapter(SUM)
        self.write("_toc.yml", CONTENTS)

    def write(self, name: str, text: str) -> None:
        (self.root / name).write_text(text, encoding="utf-8")

    def chapter(self, body: str) -> None:
        self.write("chapters/a_sum.md", HEAD + body)

    def build(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [*self.python, "-m", "website.build", *arguments],
            cwd=self.root,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
        )

    def page(self, name: str = "chapters/a_sum") -> str:
        return (self.root / "_build" / "html" / f"{name}.html").read_text(encoding="utf-8")


def test_an_edit_reaches_the_page_and_nothing_else_is_executed(built):
    tree = built
    again = tree.build()
    assert again.returncode == 0, again.stderr
    assert "executing" not in again.stdout
    assert "0 added, 0 changed" in again.stdout or "no targets" in again.stdout

    tree.chapter(SUM.replace("nothing to say about it", "nothing to say about that"))
    prose = tree.build()
    assert prose.returncode == 0, prose.stderr
    assert "executing" not in prose.stdout
    assert "to say about that" in tree.page()
    notebook = tree.root / "_build" / "html" / "notebooks" / "chapters" / "a_sum.ipynb"
    assert "to say about that" in notebook.read_text(encoding="utf-8")

    notebook.unlink()
    assert tree.build().returncode == 0
    assert notebook.exists(), "a notebook that was lost is not made again"

    tree.write("lib/marker.py", 'MARK = "second"\n')
    library = tree.build()
    assert library.returncode == 0, library.stderr
    assert "executing 1 notebooks: a_sum" in library.stdout
    assert "0.6931 second" in tree.page()
    assert "0.6931 first" not in tree.page()

    tree.chapter(SUM.replace("# A sum", "# A new title"))
    assert tree.build().returncode == 0
    assert "A new title" in tree.page("index"), "the sidebar of another page is stale"


BROKEN_READ = (
    SUM + '\n```{code-cell} ipython3\nimport warnings\nwarnings.warn("soft")\n```\n',
    ["a_sum.md", "stderr"],
)
BROKEN_WRITTEN = (SUM + "\nSee {ref}`nowhere`.\n", ["a_sum.md", "nowhere"])
BROKEN = [
    (SUM + "\n```{code-cell} ipython3\n1 / 0\n```\n", ["a_sum.md", "ZeroDivisionError", "1 / 0"]),
    (SUM + "\n{cite}`nobody1900`\n", ["a_sum.md", "nobody1900"]),
    (SUM + "\n$\\frac{1$\n", ["a_sum.md", "KaTeX"]),
    (SUM + "\n```{explorable} unheard_of\n```\n", ["a_sum.md", "unheard_of"]),
    (SUM + "\n![a picture](missing.png)\n", ["a_sum.md", "missing.png"]),
    (SUM + '\n<a href="nowhere.html">a raw link</a>\n', ["a_sum.html", "nowhere.html"]),
    ("# Empty\n", ["chapters/a_sum", "empty"]),
    (
        SUM + "\n```{exercise}\n:label: ex-1\nDo.\n```\n\n```{solution} ex-2\nDone.\n```\n",
        ["a_sum.md", "ex-1 has no solution", "ex-2, which is no exercise"],
    ),
]


def assert_broken(result, said):
    output = result.stdout + result.stderr
    assert result.returncode != 0, output
    for words in said:
        assert words in output


@pytest.mark.parametrize(("body", "said"), BROKEN, ids=lambda value: "")
def test_a_broken_chapter_fails_the_build_and_is_named(built, body, said):
    built.chapter(body)
    assert_broken(built.build("--quiet"), said)


@pytest.mark.parametrize(("body", "said"), [BROKEN_READ, BROKEN_WRITTEN], ids=["read", "written"])
def test_a_broken_chapter_fails_again_until_it_is_mended(built, body, said):
    """Sphinx says nothing a second time of a page that has not changed."""
    built.chapter(body)
    for _ in range(2):
        assert_broken(built.build("--quiet"), said)
    built.chapter(SUM)
    assert built.build("--quiet").returncode == 0
    assert "0 added, 0 changed" in built.build().stdout


def test_a_page_that_the_contents_list_but_that_is_not_there_fails_the_build(built):
    built.chapter(SUM)
    built.write("_toc.yml", f"{CONTENTS}  - file: chapters/gone\n")
    result = built.build("--quiet")
    built.write("_toc.yml", CONTENTS)
    assert_broken(result, ["chapters/gone"])


def test_the_check_names_missing_assets_empty_pages_and_dead_anchors(tmp_path):
    text = "enough to read " * 30
    (tmp_path / "a.html").write_text(
        f'<article id="here">{text}</article><img src="no.png"><a href="#there"></a>'
        '<a href="b.html#gone"></a><a href="https://example.org/"></a><a href="#here"></a>'
    )
    (tmp_path / "b.html").write_text("<article><script>long</script>short</article>")
    assert problems(tmp_path, ["a", "b", "c"]) == [
        "b: the page is empty or nearly so (5 characters)",
        "c: listed in _toc.yml, but c.html was not built",
        "a.html: no.png does not exist",
        "a.html: #there has no such place",
        "a.html: b.html#gone has no such place",
    ]


def test_the_check_remembers_pages_by_their_bytes_alone(tmp_path):
    site, memory = tmp_path / "site", tmp_path / "checked.json"
    site.mkdir()
    text = "enough to read " * 30

    def faults(anchor: str) -> list[str]:
        (site / "b.html").write_text(f'<article id="{anchor}">{text}</article>')
        return problems(site, ["a", "b"], memory=memory)

    (site / "a.html").write_text(f'<article>{text}</article><a href="b.html#here"></a>')
    lost = ["a.html: b.html#here has no such place"]
    assert [faults("here"), faults("gone"), faults("gone"), faults("here")] == [[], lost, lost, []]
    stolen = json.loads(memory.read_text()) | {"reader": "another version of the check"}
    for entry in stolen.values():
        if isinstance(entry, dict):
            entry["characters"] = 0
    memory.write_text(json.dumps(stolen))
    assert faults("here") == []


def test_a_fork_points_at_itself_and_a_stray_copy_at_nothing(built):
    built.chapter(SUM)
    assert built.build("--quiet", GITHUB_REPOSITORY="").returncode == 0
    assert "colab" not in built.page()
    assert "canonical" not in built.page()
    assert not (built.root / "_build" / "html" / "sitemap.xml").exists()
    assert 'href="/_static/book.css"' in built.page("404"), "lost below chapters/ it has no style"
    fork = {
        "GITHUB_REPOSITORY": "someone/fork",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REF_NAME": "main",
        "BOOK_JUPYTERHUB_URL": "https://hub.example.org",
    }
    result = built.build("--quiet", **fork)
    assert result.returncode == 0, result.stderr
    page = built.page()
    base = "https://someone.github.io/fork/"
    assert f'<link rel="canonical" href="{base}chapters/a_sum.html">' in page
    assert (
        "colab.research.google.com/github/someone/fork/blob/notebooks/chapters/a_sum.ipynb" in page
    )
    assert "mybinder.org/v2/gh/someone/fork/main" in page
    assert (
        "hub.example.org/hub/user-redirect/git-pull?repo=https%3A%2F%2Fgithub.com%2Fsomeone" in page
    )
    assert f"{base}chapters/a_sum.html" in (
        built.root / "_build" / "html" / "sitemap.xml"
    ).read_text(encoding="utf-8")
    lost = built.page("404")
    assert 'href="/fork/_static/book.css"' in lost
    assert 'href="/fork/index.html"' in lost
    assert 'data-content_root="/fork/"' in lost, "its search would lead nowhere"
    notebook = (built.root / "_build/html/notebooks/chapters/a_sum.ipynb").read_text()
    assert f"{base}notebooks/" in notebook
