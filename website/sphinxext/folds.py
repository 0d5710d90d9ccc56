"""Folded admonitions, solutions and code as `<details>`: they open without a script."""

from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from website.sphinxext.element import html


class FoldDropdowns(SphinxPostTransform):
    """Turn every titled block with the class `dropdown` into a fold."""

    default_priority = 950  # after titles got their numbers
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        for section in self.document.findall(nodes.section):
            # sphinx-exercise gives the content of every exercise the same identity.
            if {"exercise-content", "solution-content"} & set(section["ids"]):
                section["ids"] = []
        for node in list(self.document.findall(nodes.Element)):
            title = node.children[0] if node.children else None
            if "dropdown" not in node.get("classes", []) or not isinstance(title, nodes.title):
                continue
            # A summary is a button already: a link in it would be a button in a button.
            for link in list(title.findall(nodes.reference)):
                link.parent.replace(link, link.children)
            summary = html("summary", *title.children)
            body = html("div", *node.children[1:], CLASS="fold-body")
            node.replace_self(html("details", summary, body, CLASS="fold"))  # has its ids, classes


def visit_folded_code(translator: Any, node: HideCodeCellNode) -> None:
    """Name the fold by its words alone: MyST-NB's own says something else to a screen reader."""
    prompt = translator.encode(node["prompt_show"])
    translator.body.append(f'<details class="hide">\n<summary>{prompt}</summary>\n')


def depart_folded_code(translator: Any, node: HideCodeCellNode) -> None:
    translator.body.append("</details>\n")


def setup(app: Sphinx) -> None:
    app.add_node(HideCodeCellNode, override=True, html=(visit_folded_code, depart_folded_code))
    app.add_post_transform(FoldDropdowns)
