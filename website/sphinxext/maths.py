"""Mathematics, rendered while the book is built.

Sphinx hands the TeX of every formula to KaTeX, which runs in one Node process for each builder
process; the page gets HTML and MathML and needs no script to show them. A formula that KaTeX
cannot read is a warning at its place in the source, and so fails the build.
"""

import json
import os
import re
import subprocess
from functools import cache
from html import escape
from pathlib import Path
from typing import IO, Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

from website.sphinxext.colours import colour, meanings
from website.tools import node

logger = logging.getLogger(__name__)
KATEX = Path(__file__).parents[1] / "static" / "katex"
MARKS = re.compile(r"[.,;:!?)]+")
ANNOTATION = re.compile(r"<annotation.*?</annotation>", re.S)  # the TeX again, for no reader
MATHML = re.compile(r"<math.*?</math>", re.S)
ROMAN = re.compile(r'(?:<mi mathvariant="normal">[A-Za-z]</mi>){2,}')
IDLE = re.compile("<mo>\u2061</mo>(?=</)")  # an operator's name that is applied to nothing
BLANK = re.compile(r"<mtext>([\s\u2005\u2009\u200a]+)</mtext>")
BLANKS = {"\xa0": 0.25, "\u2005": 0.2222, "\u2009": 0.1667, "\u200a": 0.0556}  # in em
# What KaTeX writes as letters, and as signs that are spoken "parallel to" and "divides".
SIGNS = {
    '<mi mathvariant="normal">∥</mi>': '<mo stretchy="false">‖</mo>',
    "<mo>∥</mo>": '<mo stretchy="false">‖</mo>',
    '<mi mathvariant="normal">∣</mi>': '<mo stretchy="false">|</mo>',
    "<mo>∣</mo>": '<mo stretchy="false">|</mo>',
    '<mi mathvariant="normal">/</mi>': "<mo>/</mo>",
    '<mi mathvariant="normal">.</mi>': '<mo separator="true">.</mo>',
}
SERVER = Path(__file__).with_name("katex_server.mjs")


class MathsError(ValueError):
    """KaTeX could not read the TeX."""


def pipes(process: subprocess.Popen[str] | None) -> tuple[IO[str], IO[str]]:
    """Return what a process reads from and what it writes to."""
    assert process is not None
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


class Katex:
    """A Node process that renders TeX, started at the first formula."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._owner = 0

    def render(self, tex: str, *, display: bool) -> str:
        """Return the HTML of a formula, or raise `MathsError` if KaTeX cannot read it."""
        if self._owner != os.getpid():  # Sphinx forks to write in parallel; pipes are not shared
            self._owner = os.getpid()
            self._process = subprocess.Popen(
                [node(), str(SERVER), str(KATEX)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
            )
        questions, answers = pipes(self._process)
        questions.write(json.dumps({"tex": tex, "display": display}) + "\n")
        questions.flush()
        answer = json.loads(answers.readline())
        if "error" in answer:
            raise MathsError(answer["error"])
        html = ANNOTATION.sub("", answer["html"])
        return MATHML.sub(lambda found: spoken(found[0]), html)

    def close(self) -> None:
        """End the process."""
        if self._process is not None and self._owner == os.getpid():
            questions, answers = pipes(self._process)
            questions.close()
            self._process.wait()
            answers.close()
            self._process, self._owner = None, 0


katex = Katex()


def spoken(mathml: str) -> str:
    """Return KaTeX's MathML as a machine should read it: signs as signs, names whole, no blanks.

    >>> spoken('<mi>P</mi><mtext>\u2009</mtext><mi mathvariant="normal">∥</mi>')
    '<mi>P</mi><mspace width="0.1667em"></mspace><mo stretchy="false">‖</mo>'
    >>> spoken('<mi mathvariant="normal">J</mi><mi mathvariant="normal">S</mi>')
    '<mi>JS</mi>'
    >>> spoken('<msub><mi>λ</mi><mi>max</mi><mo>\u2061</mo></msub>')
    '<msub><mi>λ</mi><mi>max</mi></msub>'
    """
    for letters, sign in SIGNS.items():
        mathml = mathml.replace(letters, sign)
    mathml = IDLE.sub("", mathml)
    mathml = ROMAN.sub(lambda found: f"<mi>{re.sub(r'<[^>]+>', '', found[0])}</mi>", mathml)
    return BLANK.sub(
        lambda found: f'<mspace width="{sum(BLANKS[c] for c in found[1]):g}em"></mspace>', mathml
    )


@cache
def render(tex: str, *, display: bool, colours: str = "") -> str:
    """Return the formula's HTML with the book's colours in it, as `colours` declares them."""
    return katex.render(colour(tex, meanings(colours)), display=display)


def aligned(tex: str) -> str:
    r"""Return the lines of a display as one formula: KaTeX wants the environment named.

    >>> print(aligned("a &= b"))
    \begin{aligned}a &= b\end{aligned}
    >>> print(aligned("a = b"))
    a = b
    """
    if r"\begin{" in tex or not ("&" in tex or r"\\" in tex):
        return tex
    return rf"\begin{{aligned}}{tex}\end{{aligned}}"


def _rendered(translator: Any, node: nodes.Element, *, display: bool) -> str:
    tex = node.astext()
    if display:
        tex = aligned(tex.strip())
    builder = translator.builder
    page = builder.env.metadata.get(getattr(builder, "current_docname", ""), {})
    try:
        return render(tex, display=display, colours=page.get("colours", ""))
    except ValueError as error:
        logger.warning("%s", error, location=node, type="maths")
        return ""


class KeepMarks(SphinxPostTransform):
    """Give a formula the marks right behind it: browsers would begin a line with them."""

    default_priority = 960
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        for formula in list(self.document.findall(nodes.math)):
            after = formula.next_node(descend=False, siblings=True)
            marks = isinstance(after, nodes.Text) and MARKS.match(after)
            if marks:
                formula["marks"] = marks.group()
                # Not by its value: another text of the paragraph may be the same two signs.
                place = next(i for i, one in enumerate(formula.parent) if one is after)
                formula.parent[place] = nodes.Text(after.astext()[marks.end() :])


def with_marks(html: str, marks: str) -> str:
    """Return a formula with marks inside its last part, where no line breaks.

    >>> with_marks("<span><span><span>a</span></span></span>", ".")
    '<span><span><span>a.</span></span></span>'
    """
    end = "</span>" * 3  # of the last part, of the visible formula, of the whole
    return html.removesuffix(end) + marks + end if html.endswith(end) else html + marks


def visit_math(translator: Any, node: nodes.math) -> None:
    html = _rendered(translator, node, display=False)
    marks = node.get("marks", "")
    if marks:
        html = with_marks(html, marks)
    tex = escape(f"${node.astext()}${marks}")  # what a copy of the formula holds
    translator.body.append(f'<span class="math" data-tex="{tex}" translate="no">{html}</span>')
    raise nodes.SkipNode


def visit_math_block(translator: Any, node: nodes.math_block) -> None:
    tex = f"$${node.astext().strip()}$$"
    opening = translator.starttag(node, "div", CLASS="math", translate="no", **{"data-tex": tex})
    translator.body.append(opening)
    translator.body.append(_rendered(translator, node, display=True))
    if node.get("number"):
        number = get_node_equation_number(translator, node)
        translator.body.append(f'<span class="eqno">({number})')
        translator.add_permalink_ref(node, "Link to this equation")
        translator.body.append("</span>")
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    app.add_html_math_renderer("katex", (visit_math, None), (visit_math_block, None))
    app.add_post_transform(KeepMarks)
    app.connect("build-finished", lambda app, error: katex.close())
