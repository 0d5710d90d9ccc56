"""The notebooks that readers take away: whole, without outputs, and able to run where they land."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from tests.site.test_pages import CHAPTERS, ROOT
from website.sphinxext.notebooks import setup_cell, to_notebook
from website.sphinxext.where import Place, place

RUN = """
import json, sys
source = json.load(open(sys.argv[1], encoding="utf-8"))["cells"]
for cell in source:
    if cell["cell_type"] == "code":
        exec(compile("".join(cell["source"]), cell["id"], "exec"), globals())
import lib
print(lib.__file__)
"""


def notebooks(site: Path) -> list[Path]:
    return sorted((site / "notebooks").rglob("*.ipynb"))


def test_every_page_that_offers_a_notebook_has_one_and_it_is_valid(site):
    offered = set()
    for name in CHAPTERS:
        text = (site / name).read_text(encoding="utf-8")
        for target in re.findall(r'href="([^"]+\.ipynb)" download', text):
            offered.add(((site / name).parent / target).resolve())
    assert offered == {path.resolve() for path in notebooks(site)}
    for path in notebooks(site):
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        assert notebook.metadata.kernelspec.name == "python3"
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        assert 'find_spec("lib")' in code[0].source
        assert notebook.cells[0] is code[0]
        assert all(not cell.outputs and cell.execution_count is None for cell in code)


def test_first_cell_knows_the_repository_and_the_site_if_there_are_any():
    fork = place({"GITHUB_REPOSITORY": "a/b", "GITHUB_REF_NAME": "main"})
    cell = setup_cell(fork, "book-1.0.0-py3-none-any.whl")
    assert "https://a.github.io/b/notebooks/book-1.0.0-py3-none-any.whl" in cell
    assert "git+https://github.com/a/b@main" in cell
    assert "http" not in setup_cell(Place(), "book.whl")
    compile(cell, "cell", "exec")


def test_a_chapter_becomes_a_notebook_cell_by_cell():
    head = "---\nkernelspec:\n  name: python3\n  display_name: P\n---\n\n"
    text = head + "# T\n\n```{code-cell}\n1 + 1\n```\n"
    notebook = to_notebook(text, Place(), "book.whl")
    assert [cell.cell_type for cell in notebook.cells] == ["code", "markdown", "code"]
    assert notebook.cells[2].source == "1 + 1"


@pytest.mark.parametrize("page", CHAPTERS)
def test_a_notebook_reads_as_plain_markdown(page):
    text = (ROOT / page).with_suffix(".md").read_text(encoding="utf-8")
    if "kernelspec:" not in text:
        return
    notebook = to_notebook(text, Place(), "book.whl")
    prose = "\n\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    assert not re.findall(
        r"^`{3,}\{.*|\{cite.*|^:\w+:.*|^\(.*\)=$|.*\.md[)#].*", prose, re.MULTILINE
    )
    assert prose.count("<summary>Answers</summary>") == text.count("{quiz}")
    assert prose.count("### Exercise: ") == text.count("{exercise}")
    figures = [c.metadata.get("mystnb", {}).get("figure") for c in notebook.cells]
    for figure, below in zip(figures, notebook.cells[1:], strict=False):
        assert not figure or below.source.startswith(f"**Figure:** {figure['caption'][:20]}")
    assert sum(map(bool, figures)) == len(re.findall(r"^    caption: ", text, re.MULTILINE))


def test_what_only_the_website_understands_becomes_text_folds_and_links():
    text = """---
kernelspec: {name: python3, display_name: P}
---

# T

From {cite:t}`kullback1951`, on the [nat](glossary.md#nat) and
[entropy](entropy.md#codes) {cite:p}`szegedy2016`.

```{literalinclude} ../lib/information.py
:language: python
:pyobject: self_information
```

```{quiz} Is $1 = 1$?
- [x] Yes
  > It is.
- [ ] No
  > It is.
```

```{exercise} Count
:label: a
Count to $2$.
```

`````{solution-start} a
:class: dropdown
`````

First:

```{code-cell} ipython3
2
```

Done.

`````{solution-end}
`````

After.
"""
    notebook = to_notebook(text, Place(), "book.whl")
    first, code, last, references = notebook.cells[1:]
    assert "From Kullback and Leibler [1951], on" in first.source
    assert "[Szegedy *et al.*, 2016]." in first.source
    assert "[nat](../../chapters/glossary.html#nat) and\n[entropy](entropy.ipynb)" in first.source
    assert "```python\n@quiet\ndef self_information(" in first.source
    assert "Parameters" not in first.source
    assert "### Is $1 = 1$?\n\n- Yes\n- No\n\n<details>" in first.source
    assert "- *Yes*: right. It is.\n- *No*: wrong. It is." in first.source
    assert "### Exercise: Count\n\nCount to $2$." in first.source
    assert first.source.endswith("<summary>Solution</summary>\n\nFirst:\n\n</details>")
    assert code.metadata["jupyter"] == {"source_hidden": True, "outputs_hidden": True}
    assert last.source.startswith("<details>\n<summary>Solution, continued</summary>\n\nDone.")
    assert last.source.endswith("</details>\n\nAfter.")
    assert "- Kullback and Leibler, *On Information and Sufficiency*, 1951" in references.source


def test_imports_fold_in_jupyter_and_a_link_within_the_notebook_leads_to_its_heading():
    head = "---\nkernelspec: {name: python3, display_name: P}\n---\n\n"
    cell = "```{code-cell} ipython3\n:tags: [hide-input]\n\nimport math\n```\n\n"
    text = f"{head}# One, and two\n\nA.\n\n{cell}[The top](#one-and-two).\n"
    _, _, code, below = to_notebook(text, Place(), "book.whl").cells
    assert code.metadata["jupyter"] == {"source_hidden": True}
    assert below.source == "[The top](#One,-and-two)."


def test_a_short_address_leads_to_its_heading_or_to_the_one_that_it_stands_under():
    head = "---\nkernelspec: {name: python3, display_name: P}\n---\n\n"
    body = "(nan)=\n(inf)=\n# It is NaN\n\n[a](#nan) [b](#inf) [c](#here) [d](#b).\n\n"
    body += "(here)=\nA.\n\n# B\n## C\n"
    _, below = to_notebook(head + body, Place(), "book.whl").cells
    assert "[a](#It-is-NaN) [b](#It-is-NaN) [c](#It-is-NaN) [d](#B)." in below.source


OF_FRESH = pytest.mark.xdist_group("fresh")


@pytest.fixture(scope="module")
def fresh(live: None, tmp_path_factory) -> Path:
    """An environment with what the notebooks need from others, and without the book's library."""
    place = tmp_path_factory.mktemp("fresh") / "venv"
    venv.create(place, symlinks=True)
    python = place / "bin" / "python"
    # The packages of this environment, pip among them, read-only, so that none is downloaded again;
    # without the editable install, which would make the library importable.
    here = Path(next(p for p in sys.path if p.endswith("site-packages")))
    libraries = place / "borrowed"
    libraries.mkdir()
    for entry in here.iterdir():
        if (
            not entry.name.startswith(("__editable__", "cross_entropy_book"))
            and entry.suffix != ".pth"
        ):
            (libraries / entry.name).symlink_to(entry)
    target = next((place / "lib").glob("python*/site-packages"))
    (target / "borrowed.pth").write_text(f"{libraries}\n")
    found = subprocess.run(
        [python, "-I", "-c", "import numpy, lib"], capture_output=True, text=True
    )
    assert "No module named 'lib'" in found.stderr
    return python


@OF_FRESH
@pytest.mark.parametrize("name", ["chapters/cross_entropy", "chapters/information_content"])
def test_notebook_runs_from_its_first_cell_where_the_library_is_not(site, fresh, tmp_path, name):
    folder = tmp_path / "notebooks"
    shutil.copytree(site / "notebooks", folder)
    script = tmp_path / "run.py"
    script.write_text(RUN)
    notebook = folder / f"{name}.ipynb"
    clean = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PYTHONHOME"}}
    result = subprocess.run(
        [fresh, "-I", script, notebook],
        cwd=notebook.parent,
        env={**clean, "MPLBACKEND": "Agg", "PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1"},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr[-3000:]
    where = Path(result.stdout.splitlines()[-1])
    assert fresh.parent.parent in where.parents, where
    assert json.loads(notebook.read_text(encoding="utf-8"))["cells"]


@pytest.fixture(scope="module", params=["wheel", "editable"])
def jupyter(request, site, tmp_path_factory, fresh) -> Path:
    """An environment of JupyterLab and the book's library, installed one way or the other."""
    command = [fresh, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    if request.param == "wheel":
        what = [next((site / "notebooks").glob("*.whl"))]
    else:
        tree = tmp_path_factory.mktemp("tree")
        shutil.copytree(ROOT / "lib", tree / "lib", ignore=shutil.ignore_patterns("js"))
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(ROOT / name, tree)
        what = ["--no-build-isolation", "--editable", tree]
    subprocess.run([*command, "--force-reinstall", *what], check=True)
    if request.param == "editable":
        subprocess.run([fresh, "-m", "lib.explorables.export"], cwd=fresh.parent, check=True)
    yield fresh
    subprocess.run(
        [fresh, "-m", "pip", "uninstall", "--quiet", "-y", "cross-entropy-book"], check=True
    )


TWO = """from lib.explorables import CrossEntropyExplorer, SoftmaxExplorer
explorer = SoftmaxExplorer(temperature=2)
explorer"""


@pytest.fixture
def short() -> Iterator[str]:
    """A folder with a name short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="k-", ignore_cleanup_errors=True) as folder:
        yield folder


@OF_FRESH
def test_an_exported_notebook_shows_its_figures_and_they_live_where_scripts_run(
    jupyter, tmp_path, short, browser, request
):
    cells = [nbformat.v4.new_code_cell(TWO), nbformat.v4.new_code_cell("CrossEntropyExplorer()")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, tmp_path / "mine.ipynb")
    clean = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PYTHONHOME"}}
    shared = str(Path(sys.prefix) / "share" / "jupyter")  # nbconvert's templates
    environment = {**clean, "JUPYTER_PATH": shared, "MPLBACKEND": "Agg", "HOME": str(tmp_path)}
    environment["JUPYTER_RUNTIME_DIR"] = short

    def convert(*arguments: str) -> None:
        command = [jupyter, "-m", "nbconvert", "--log-level=ERROR", *arguments]
        subprocess.run(command, cwd=tmp_path, env=environment, check=True)

    ipc = "--KernelManager.transport=ipc"  # another process may take a port before the kernel does
    if request.node.callspec.params["jupyter"] == "wheel":
        convert(ipc, "--execute", "--to", "notebook", "--output", "run", "mine.ipynb")
        run = nbformat.read(tmp_path / "run.ipynb", as_version=4)
        assert run.metadata.widgets, "without its state this is the easier case"
        names = {"html": "run.html", "slides": "run.slides.html"}
        for kind in names:
            convert("--to", kind, "run.ipynb")
    else:  # all at once
        names = {"html": "run.html"}
        convert(ipc, "--execute", "--to", "html", "--output", "run", "mine.ipynb")
    for name in names.values():
        page = (tmp_path / name).read_text(encoding="utf-8")
        assert "widget-view+json" not in page
        assert page.count("data-explorable=") >= 2
    for scripts in (False, True):
        context = browser.new_context(java_script_enabled=scripts)
        page = context.new_page()
        page.goto((tmp_path / "run.html").as_uri())
        figures = page.locator("figure.explorable")
        assert figures.count() == 2
        if not scripts:
            for picture in figures.locator("img").all():
                assert picture.bounding_box()["height"] > 100
        else:
            expect(page.locator("figure.explorable[data-ready]")).to_have_count(2)
            expect(figures.locator("img:visible")).to_have_count(0)
            loss = figures.first.locator('output[data-quantity="loss"]')
            before = loss.get_attribute("data-value")
            figures.first.locator("input[type=range]:visible").first.press("ArrowRight")
            expect(loss).not_to_have_attribute("data-value", before)
        context.close()
