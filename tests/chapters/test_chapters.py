"""Every chapter keeps the book's shape, and every computed number in it is under test."""

import ast
import importlib
import itertools
import re
import textwrap
from functools import cache
from pathlib import Path

import jupytext
import pytest

from tests.numbers.test_numbers import squeeze
from website.contents import chapters, listed_pages, parts
from website.sphinxext.listings import brief

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = [chapter.name for chapter in chapters()]
APPENDICES = [Path(page).name for page in parts()["Appendices"]]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SECTIONS = [
    *("What you will learn", "What you need", "Worked examples", "Traps"),
    *("Check yourself", "Exercises", "Going further"),
]
MOST_LINES = 32
#: More in front of the figure, and it leaves a phone's first screen.
MOST_WORDS = 115


@cache
def text(name: str) -> str:
    return (ROOT / "chapters" / f"{name}.md").read_text(encoding="utf-8")


@cache
def notebook(name: str):
    return jupytext.reads(text(name), fmt="md:myst")


def anchor(name: str) -> str:
    """Return the anchor of a chapter's title."""
    title = re.search(r"^# (.+)$", text(name), re.MULTILINE)[1]
    return re.sub(r"[^\w\- ]", "", title).lower().replace(" ", "-")


def blocks(name: str, directive: str) -> list[str]:
    """Return the bodies of a directive, its argument and options included."""
    opening = rf"^(`{{3,}}|:{{3,}})\{{{directive}\}}"
    return re.findall(rf"{opening}(.*?)^\1\s*$", text(name), re.MULTILINE | re.DOTALL)


#: What a fence of these kinds holds is code, not prose.
CODE = {"code-cell", "literalinclude", "eval-rst"}
FENCE = re.compile(r"(`{3,})(?:\{([\w:-]+)\})?.*")


def prose(name: str) -> str:
    """Return a page's text without its front matter and code."""
    kept, open_fences = [], []
    for line in re.sub(r"\A---\n.*?\n---\n", "", text(name), flags=re.DOTALL).splitlines():
        fence = FENCE.fullmatch(line)
        code = any(is_code for _, is_code in open_fences)
        if open_fences and line.rstrip() == open_fences[-1][0]:
            open_fences.pop()
        elif fence and not code:
            ticks, directive = fence.groups()
            open_fences.append((ticks, directive is None or directive in CODE))
            code = open_fences[-1][1]
        if not code:
            kept.append(line)
    assert not open_fences, f"{name}.md leaves a fence open"
    return "\n".join(kept)


def test_every_page_is_listed_once() -> None:
    listed = listed_pages()
    assert len(listed) == len(set(listed))
    assert {Path(p).name for p in listed[1:]} == {p.stem for p in (ROOT / "chapters").glob("*.md")}


def test_the_readme_lists_the_parts() -> None:
    rows = re.findall(r"^\| ([IV]+\. .+?|Appendices) \| (.+) \|$", README, re.MULTILINE)
    titles = {name: re.search(r"^# (.+)$", text(name), re.MULTILINE)[1] for name in APPENDICES}
    expected: dict[str, list[str]] = {}
    for chapter in chapters():
        expected.setdefault(chapter.part, []).append(f"[{chapter.title}]({chapter.page}.md)")
    expected["Appendices"] = [f"[{titles[name]}](chapters/{name}.md)" for name in APPENDICES]
    assert [part for part, _ in rows] == list(expected)
    for part, listed in rows:
        assert listed == " · ".join(expected[part])


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_has_the_shape_of_all(name: str) -> None:
    headings = re.findall(r"^(#{1,6}) (.+)$", prose(name), re.MULTILINE)
    assert [h for h in headings if len(h[0]) == 1] == headings[:1], "one title, at the top"
    sections = [title for level, title in headings if level == "##"]
    order = [title for title in sections if title in SECTIONS]
    assert order == SECTIONS
    opening = prose(name).split("\n# ", 1)[-1].split("\n## ", 1)[0]
    assert "?" in opening, "a chapter opens with a question"


def imports_alone(source: str) -> bool:
    return all(isinstance(line, ast.Import | ast.ImportFrom) for line in ast.parse(source).body)


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_opens_with_its_figure(name: str) -> None:
    """A question and what to drag; the imports, folded; an explorable; then all the rest."""
    cells = notebook(name).cells
    opening = list(itertools.takewhile(lambda c: "## What you will learn" not in c.source, cells))
    code = [cell for cell in opening if cell.cell_type == "code"]
    assert len(code) == 2, "the folded imports and the first explorable, before all sections"
    imports, explorable = code
    assert imports_alone(imports.source), "the first cell holds imports alone"
    assert re.fullmatch(r"\w+Explorer\([^\n]*\)", explorable.source), "no explorable"
    assert opening.index(explorable) == 2, "nothing comes between the opening and its figure"
    assert len(opening[0].source.split()) <= MOST_WORDS, "the opening is long"
    assert f"](#{anchor(name)})" in text(name), "no later text speaks of the figure at the top"
    for cell in cells:
        if cell.cell_type == "code":
            folded = "hide-input" in cell.metadata.get("tags", [])
            assert folded == (cell is imports), "the imports are folded, and nothing else"
            assert cell is explorable or cell.source != explorable.source, "the same figure twice"


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_has_an_assignment(name: str) -> None:
    assert (ROOT / "assignments" / f"{name}.md").exists()


@pytest.mark.parametrize("name", [*CHAPTERS, *APPENDICES])
def test_heading_levels_are_in_order(name: str) -> None:
    levels = [len(h) for h in re.findall(r"^(#{1,6}) ", prose(name), re.MULTILINE)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


@pytest.mark.parametrize("name", CHAPTERS)
def test_exercises_have_solutions_and_questions_have_answers(name: str) -> None:
    exercises = re.findall(r"\{exercise(?:-start)?\}.*?:label: *(\S+)", text(name), re.DOTALL)
    solutions = re.findall(r"\{solution(?:-start)?\} *(\S+)", text(name))
    assert len(exercises) >= 5
    assert sorted(exercises) == sorted(solutions)
    assert text(name).count(":class: dropdown") >= len(solutions)
    assert len(blocks(name, "quiz")) >= 3


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_library_is_shown_and_something_is_cited(name: str) -> None:
    assert ":pyobject:" in text(name), "no function of lib is shown from its source"
    assert re.search(r"\{cite(:\w)?\}`", text(name)), "nothing is cited"


@pytest.mark.parametrize("name", [*CHAPTERS, "build_your_own", "catalogue"])
def test_cells_are_short_import_and_do_not_define_the_library(name: str) -> None:
    taught = set()
    for module in ("information", "activations", "losses", "schedules", "training", "numdiff"):
        taught |= set(importlib.import_module(f"lib.{module}").__all__)
    for cell in notebook(name).cells:
        if cell.cell_type != "code":
            continue
        assert len(cell.source.splitlines()) <= MOST_LINES, cell.source
        assert not set(re.findall(r"^def (\w+)", cell.source, re.MULTILINE)) & taught
        assert "sys.path" not in cell.source


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_listing_shows_the_code_of_a_function_and_one_line_of_its_docstring(name: str) -> None:
    shown = re.findall(r"\{literalinclude\} \.\./(\S+)\n(?:.*\n)?:pyobject: (\S+)", text(name))
    assert shown
    for path, wanted in shown:
        source = (ROOT / path).read_text(encoding="utf-8")
        found = next(n for n in ast.walk(ast.parse(source)) if getattr(n, "name", "") == wanted)
        listing = brief(textwrap.dedent(ast.get_source_segment(source, found, padded=True)))
        shortened = ast.parse(listing).body[0]
        assert len(listing.splitlines()) <= MOST_LINES
        assert ast.get_docstring(shortened) == ast.get_docstring(found).splitlines()[0]
        assert ast.unparse(shortened.body[1:]) == ast.unparse(found.body[1:])


@pytest.mark.parametrize("name", [*CHAPTERS, "build_your_own", "catalogue", "folklore"])
def test_every_figure_says_what_it_shows(name: str) -> None:
    for cell in notebook(name).cells:
        about = cell.metadata.get("mystnb", {})
        if "figure" in about:
            assert len(about["figure"]["caption"]) > 30
            assert len(about.get("image", {}).get("alt", "")) > 40, about["figure"]["name"]
    for image in re.findall(r"\{image\}.*?```", text(name), re.DOTALL):
        assert ":alt:" in image
    assert not re.search(r"!\[\]\(", text(name))


@pytest.mark.parametrize("name", [*CHAPTERS, *APPENDICES])
def test_no_directive_stands_in_a_sentence(name: str) -> None:
    """Roles but citations show raw in Jupyter; links and code are written as plain Markdown."""
    roles = set(re.findall(r"\{([\w:-]+)\}`", prose(name)))
    assert roles <= {"cite", "cite:p", "cite:t", "cite:ts", "cite:ps"}, roles


#: Numbers with three decimals or more follow from a calculation, but for what is given.
COMPUTED = re.compile(r"(?<![\w.])\d+\.\d{3,}(?!\w)")


@pytest.mark.xdist_group("numbers")
@pytest.mark.parametrize("name", [*CHAPTERS, "catalogue", "folklore", "build_your_own"])
def test_what_is_given_stands_in_the_chapter(name: str) -> None:
    page = squeeze(prose(name))
    given = getattr(importlib.import_module(f"tests.numbers.{name}"), "GIVEN", ())
    missing = [words for words in given if squeeze(words) not in page]
    assert not missing, f"{name}.md no longer says {missing}"


@pytest.mark.xdist_group("numbers")
@pytest.mark.parametrize("name", [*CHAPTERS, "catalogue", "folklore", "build_your_own"])
def test_every_computed_number_is_recomputed(name: str) -> None:
    module = importlib.import_module(f"tests.numbers.{name}")
    page = squeeze(prose(name))
    covered = set()
    given = getattr(module, "GIVEN", ())
    snippets = [(squeeze(words), str(printed)) for words, _, printed in module.NUMBERS]
    snippets += [(squeeze(words), None) for words in given]
    for words, printed in snippets:
        for found in re.finditer(re.escape(words), page):
            inside = COMPUTED.finditer(words)
            for number in inside:
                if printed is None or number.group() == printed.lstrip("−-").rstrip("%"):
                    covered.add(found.start() + number.start())
    loose = [
        page[max(0, m.start() - 40) : m.end() + 20]
        for m in COMPUTED.finditer(page)
        if m.start() not in covered
    ]
    assert not loose, f"{len(loose)} numbers are under no test:\n" + "\n".join(loose)
