"""Listings: a function of the library with one line of its docstring; code on a narrow screen.

The rest of a docstring, which the API reference holds, would drown the few lines that a chapter is
about.
"""

import ast
import html
import re
from collections.abc import Iterable, Iterator

from docutils import nodes
from pygments.formatters import HtmlFormatter
from sphinx.application import Sphinx
from sphinx.highlighting import PygmentsBridge


def brief(source: str) -> str:
    '''Return Python source with every docstring cut to its first line.

    >>> print(brief('def one():\\n    """Return 1.\\n\\n    An int.\\n    """\\n    return 1'))
    def one():
        """Return 1."""
        return 1
    '''
    lines = source.splitlines()
    definitions = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    docstrings = [
        node.body[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, definitions) and ast.get_docstring(node) is not None
    ]
    for docstring in sorted(docstrings, key=lambda node: node.lineno, reverse=True):
        first, last = docstring.lineno - 1, docstring.end_lineno or 0
        if last - first > 1:
            lines[first:last] = [lines[first] + '"""']
    return "\n".join(lines)


def shorten(app: Sphinx, doctree: nodes.document) -> None:
    for block in doctree.findall(nodes.literal_block):
        if "source" in block and block.get("language") == "python":
            text = brief(block.astext())
            block.rawsource = text
            block[:] = [nodes.Text(text)]


class Lines(HtmlFormatter):  # type: ignore[misc]  # Pygments has no types
    """Code whose lines can wrap one by one, and whose longest can be made to fit."""

    def wrap(self, source: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        lines = [text for _, text in source]
        plain = (html.unescape(re.sub(r"<[^>]+>", "", line)).rstrip("\n") for line in lines)
        longest = max(map(len, plain), default=0)
        yield 0, f'<pre style="--longest:{longest}">'
        for line in lines:
            yield 1, f'<span class="line">{line}</span>'
        yield 0, "</pre>"


def setup(app: Sphinx) -> None:
    app.connect("doctree-read", shorten)
    PygmentsBridge.html_formatter = Lines
