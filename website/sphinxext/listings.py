"""Listings of the library: each function with the first line of its docstring.

The rest of a docstring, which the API reference holds, would drown the few lines that a chapter is
about.
"""

import ast
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx


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


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("doctree-read", shorten)
    return {"parallel_read_safe": True}
