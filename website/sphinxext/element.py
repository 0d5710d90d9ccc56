"""An element of HTML in the doctree, where docutils has no node that means the same."""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx


class element(nodes.General, nodes.Element):
    """An element with a `tag` and `attributes`."""


def html(tag: str, *children: nodes.Node, **attributes: str) -> element:
    """Return an element that is not void: `html("div", child, CLASS="fold", role="status")`."""
    return element("", *children, tag=tag, attributes=attributes)


def visit(translator: Any, node: element) -> None:
    translator.body.append(translator.starttag(node, node["tag"], "", **node["attributes"]))


def depart(translator: Any, node: element) -> None:
    translator.body.append(f"</{node['tag']}>\n")


def setup(app: Sphinx) -> None:
    app.add_node(element, html=(visit, depart))
