"""A chapter's text without what only the website understands, for its notebook.

Notebook programs show a directive as a block of code, without its first line, a citation as its
key, and no caption. Here exercises become text, solutions and answers fold, code from `lib` is
written out, captions stand below their figures, citations name author and year, and links lead to
the notebook or page beside this one.
"""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import nbformat
from myst_nb.core.read import is_myst_markdown_notebook
from pybtex.database import parse_file
from pybtex.richtext import Text

from website.losses import markdown
from website.sphinxext.listings import brief
from website.sphinxext.quiz import read_answers

CHAPTERS = Path(__file__).resolve().parents[2] / "chapters"
FENCE = re.compile(
    r"^(?P<ticks>`{3,})\{(?P<name>[\w-]+)\}[ ]?(?P<argument>[^\n]*)\n(?P<body>.*?)^(?P=ticks)[ ]*$",
    re.MULTILINE | re.DOTALL,
)
OPTION = re.compile(r"^:([\w-]+):[ ]*(.*)\n?", re.MULTILINE)
CITATION = re.compile(r"\{cite:(?P<kind>[tp])\}`(?P<key>\w+)`")
LINK = re.compile(r"\]\((?P<page>\w+)\.md(?P<anchor>#[\w-]+)?\)")
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


def folded(summary: str, body: str) -> str:
    return f"<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>"


def source(path: Path, name: str) -> str:
    """Return the source of a function or class, its decorators included."""
    text = path.read_text(encoding="utf-8")
    definitions = ast.FunctionDef | ast.ClassDef
    body = ast.parse(text).body
    node = next(n for n in body if isinstance(n, definitions) and n.name == name)
    first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
    return "\n".join(text.splitlines()[first - 1 : node.end_lineno])


def quiz(question: str, body: str) -> str:
    answers = read_answers(body.splitlines())
    texts = [" ".join(answer["text"]) for answer in answers]
    reasons = [
        f"- *{text}*: {'right' if answer['right'] else 'wrong'}. {' '.join(answer['why'])}"
        for text, answer in zip(texts, answers, strict=True)
    ]
    choices = "\n".join(f"- {text}" for text in texts)
    return f"### {question}\n\n{choices}\n\n" + folded("Answers", "\n".join(reasons))


def directive(match: re.Match[str]) -> str:
    name, argument = match["name"], match["argument"]
    options = dict(OPTION.findall(match["body"]))
    if derived := markdown(name, argument.strip()):
        return derived
    body = FENCE.sub(directive, OPTION.sub("", match["body"])).strip()
    if name == "quiz":
        return quiz(argument, match["body"])
    if name == "exercise":
        return f"### Exercise: {argument}\n\n{body}"
    if name == "solution":
        return folded("Solution", body)
    if name == "literalinclude":
        return f"```python\n{brief(source(CHAPTERS / argument, options['pyobject']))}\n```"
    return f"**{argument}**\n\n{body}" if argument else body


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


def link(match: re.Match[str], pages: str, beside: Callable[[str], str]) -> str:
    """Return a link to the notebook beside this one, or else to the page itself."""
    page = CHAPTERS / f"{match['page']}.md"
    if page.exists() and is_myst_markdown_notebook(page.read_text(encoding="utf-8")):
        return f"]({beside(page.stem)})"
    return f"]({pages.format(page.stem)}{match['anchor'] or ''})"


def headings(notebook: nbformat.NotebookNode) -> dict[str, str]:
    """Return the anchors that Jupyter gives to headings by those that the page gives to them."""
    texts = (cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    titles = [title for text in texts for title in HEADING.findall(text)]
    return {
        re.sub(r"[^\w\- ]", "", title).lower().replace(" ", "-"): title.replace(" ", "-")
        for title in titles
    }


def solutions_apart(text: str, inside: bool) -> tuple[str, bool]:
    """Fold what a cell holds of solutions that span cells; say whether it ends inside one."""
    marks = re.compile(r"^(`{3,})\{solution-(start|end)\}[^\n]*\n(?:(?!\1)[^\n]*\n)*?\1[ ]*$", re.M)
    parts, at, again = [], 0, inside
    for mark in [*marks.finditer(text), None]:
        part = text[at : mark.start() if mark else None].strip()
        if part:
            summary = "Solution, continued" if again else "Solution"
            parts.append(folded(summary, part) if inside else part)
        if mark:
            inside, again, at = mark[2] == "start", False, mark.end()
    return "\n\n".join(parts), inside


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
    notebook.cells = list(with_captions(notebook.cells))
    for cell in notebook.cells:
        if cell.cell_type == "code":
            if "hide-input" in cell.metadata.get("tags", []):
                cell.metadata["jupyter"] = {"source_hidden": True}
            elif inside:
                cell.metadata["jupyter"] = {"source_hidden": True, "outputs_hidden": True}
            continue
        text, inside = solutions_apart(cell.source, inside)
        text = FENCE.sub(directive, text)
        cited |= dict.fromkeys(m["key"] for m in CITATION.finditer(text))
        text = CITATION.sub(citation, text)
        text = LINK.sub(lambda match: link(match, pages, beside), text)
        cell.source = re.sub(r"\]\(#([\w-]+)\)", lambda m: f"](#{anchors[m[1]]})", text)
    if cited:
        entries = (bibliography()[key] for key in cited)
        lines = sorted(
            f"- {names}, *{title}*" + f", {year}" * bool(year) for names, year, title in entries
        )
        notebook.cells.append(nbformat.v4.new_markdown_cell("## References\n\n" + "\n".join(lines)))
