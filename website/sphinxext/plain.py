"""A chapter's text without what only the website understands, for its notebook.

Notebook programs show a directive as a block of code, without its first line, a citation as its
key, and no caption. Here exercises become text, solutions and answers fold, code from `lib` is
written out, captions stand below their figures, citations name author and year, and links lead to
the notebook or page beside this one.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise, takewhile
from pathlib import Path

import nbformat
from markdown_it import MarkdownIt
from myst_nb.core.read import is_myst_markdown_notebook
from pybtex.database import parse_file
from pybtex.richtext import Text
from sphinx.pycode import ModuleAnalyzer

from website.losses import markdown
from website.sphinxext.listings import brief
from website.sphinxext.quiz import read_answers

CHAPTERS = Path(__file__).resolve().parents[2] / "chapters"
MARKDOWN = MarkdownIt("commonmark")
DIRECTIVE = re.compile(r"\{([\w-]+)\} ?(.*)")
OPTION = re.compile(r":([\w-]+):[ ]*(.*)")
CITATION = re.compile(r"\{cite:(?P<kind>[tp])\}`(?P<key>\w+)`")
TARGET = re.compile(r"^\(([\w-]+)\)=\n", re.MULTILINE)  # the short address of what follows
LINK = re.compile(r"\]\((?!\))(?:(?P<page>\w+)\.md)?(?P<anchor>#[\w-]+)?\)")
CLOSED = "</details>"
EMPTY = re.compile(r"<details>\n<summary>[^\n]*</summary>\n\n</details>\s*")
Prose = Callable[[str], str]


def opened(summary: str) -> str:
    return f"<details>\n<summary>{summary}</summary>"


def folded(summary: str, body: str) -> str:
    return f"{opened(summary)}\n\n{body}\n\n{CLOSED}"


def source(path: Path, name: str) -> str:
    """Return the source of a function or class, its decorators included."""
    _, first, last = ModuleAnalyzer.for_file(str(path), path.stem).find_tags()[name]
    return "\n".join(path.read_text(encoding="utf-8").splitlines()[first - 1 : last])


def quiz(question: str, body: str) -> str:
    answers = read_answers(body.splitlines())
    texts = [" ".join(answer["text"]) for answer in answers]
    reasons = [
        f"- *{text}*: {'right' if answer['right'] else 'wrong'}. {' '.join(answer['why'])}"
        for text, answer in zip(texts, answers, strict=True)
    ]
    choices = "\n".join(f"- {text}" for text in texts)
    return f"### {question}\n\n{choices}\n\n" + folded("Answers", "\n".join(reasons))


def directive(name: str, argument: str, body: str, prose: Prose) -> str:
    if derived := markdown(name, argument):
        return derived
    if name == "quiz":
        return prose(quiz(argument, body))
    lines = body.splitlines(keepends=True)
    given = takewhile(bool, map(OPTION.match, lines))
    options = {option[1]: option[2] for option in given if option}
    inside = rewritten("".join(lines[len(options) :]), prose)
    match name:
        case "exercise":
            return f"### Exercise: {argument}\n\n{inside}"
        case "solution":
            return folded("Solution", inside)
        case "solution-start":  # the end stands in a later cell
            return opened("Solution")
        case "solution-end":
            return CLOSED
        case "literalinclude":
            return f"```python\n{brief(source(CHAPTERS / argument, options['pyobject']))}\n```"
    return f"**{argument}**\n\n{inside}" if argument else inside


def rewritten(text: str, prose: Prose) -> str:
    """Return a text with other words for its directives and `prose` of what is no code."""
    lines, at, found = text.splitlines(keepends=True), 0, []
    for token in MARKDOWN.parse(text):
        if token.type == "fence" and token.map:
            start, end = token.map
            found.append(prose("".join(lines[at:start])))
            head = DIRECTIVE.fullmatch(token.info)
            code = "".join(lines[start:end])
            found.append(directive(head[1], head[2], token.content, prose) if head else code)
            at = end
    found.append(prose("".join(lines[at:])))
    return "\n\n".join(part.strip("\n") for part in found if part.strip())


@cache
def bibliography() -> dict[str, tuple[str, str, str]]:
    """Return the authors, year and title of every entry."""
    found = {}
    for key, entry in parse_file(str(CHAPTERS / "references.bib")).entries.items():
        people = [str(Text.from_latex(" ".join(p.last_names))) for p in entry.persons["author"]]
        names = f"{people[0]} *et al.*" if len(people) > 2 else " and ".join(people)
        title = str(Text.from_latex(entry.fields["title"]))
        found[key] = names, entry.fields.get("year", ""), title
    return found


def citation(match: re.Match[str]) -> str:
    names, year, _ = bibliography()[match["key"]]
    if match["kind"] == "t":
        return f"{names} [{year}]" if year else names
    return f"[{names}, {year}]" if year else f"[{names}]"


def headings(notebook: nbformat.NotebookNode) -> dict[str, str]:
    """Return the anchors that Jupyter gives to headings by those that the page gives to them.

    Jupyter knows no short address: it leads to its heading, or to the one that it stands under.
    """
    texts = (cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    found: dict[str, str] = {}
    title, waiting = "", list[str]()
    for before, token in (pair for text in texts for pair in pairwise(MARKDOWN.parse(text))):
        if before.type == "heading_open":
            title = token.content
            own = re.sub(r"[^\w\- ]", "", title).lower().replace(" ", "-")
            found.update(dict.fromkeys([own, *waiting], title.replace(" ", "-")))
            waiting = []
        elif token.type == "inline":
            names, text = TARGET.findall(f"{token.content}\n"), TARGET.sub("", f"{token.content}\n")
            found.update(dict.fromkeys(names, title.replace(" ", "-")))
            waiting = [] if text.strip() else names
    return found


def with_captions(cells: list[nbformat.NotebookNode]) -> Iterator[nbformat.NotebookNode]:
    """Yield the cells, each figure's caption after it."""
    for cell in cells:
        yield cell
        if caption := cell.metadata.get("mystnb", {}).get("figure", {}).get("caption"):
            yield nbformat.v4.new_markdown_cell(f"**Figure:** {caption}")


def make_plain(
    notebook: nbformat.NotebookNode, pages: str, beside: Callable[[str], str] = "{}.ipynb".format
) -> None:
    """Rewrite the notebook's Markdown in place, and fold the code of solutions and hidden input.

    `pages` is the address of a page that is no notebook, with braces for its name; `beside` gives
    the file of a notebook by the name of its page.
    """
    inside = False
    cited: dict[str, None] = {}
    anchors = headings(notebook)

    def prose(text: str) -> str:
        cited.update(dict.fromkeys(match["key"] for match in CITATION.finditer(text)))
        return LINK.sub(link, CITATION.sub(citation, TARGET.sub("", text)))

    def link(match: re.Match[str]) -> str:
        name, anchor = match["page"], match["anchor"] or ""
        if not name:
            return f"](#{anchors[anchor[1:]]})"
        page = CHAPTERS / f"{name}.md"
        if page.exists() and is_myst_markdown_notebook(page.read_text(encoding="utf-8")):
            return f"]({beside(name)})"
        return f"]({pages.format(name)}{anchor})"

    notebook.cells = list(with_captions(notebook.cells))
    for cell in notebook.cells:
        if cell.cell_type == "code":
            if "hide-input" in cell.metadata.get("tags", []):
                cell.metadata["jupyter"] = {"source_hidden": True}
            elif inside:
                cell.metadata["jupyter"] = {"source_hidden": True, "outputs_hidden": True}
            continue
        parts = [opened("Solution, continued")] * inside + [rewritten(cell.source, prose)]
        inside = "".join(parts).count("<details>") > "".join(parts).count(CLOSED)
        cell.source = EMPTY.sub("", "\n\n".join([*parts, *[CLOSED] * inside])).strip()
    if cited:
        entries = (bibliography()[key] for key in cited)
        lines = sorted(
            f"- {names}, *{title}*" + f", {year}" * bool(year) for names, year, title in entries
        )
        notebook.cells.append(nbformat.v4.new_markdown_cell("## References\n\n" + "\n".join(lines)))
