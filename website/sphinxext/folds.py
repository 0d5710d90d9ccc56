"""Folded admonitions, solutions and code as `<details>`: they open without a script."""

from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform


class fold(nodes.General, nodes.Element):
    """A block that opens on demand; its first child is its `fold_title`."""


class fold_title(nodes.TextElement):
    """What stands there while the block is closed."""


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
            classes = [c for c in node["classes"] if c not in {"dropdown", "toggle-shown"}]
            new = fold("", ids=node["ids"], classes=classes)
            # A summary is a button already: a link in it would be a button in a button.
            for link in list(title.findall(nodes.reference)):
                link.parent.replace(link, link.children)
            new += fold_title("", "", *title.children)
            new += node.children[1:]
            node.replace_self(new)


def visit_fold(translator: Any, node: fold) -> None:
    kinds = " ".join(dict.fromkeys(["fold", *node["classes"]]))
    node_id = f' id="{node["ids"][0]}"' if node["ids"] else ""
    translator.body.append(f'<details class="{kinds}"{node_id}>\n')


def depart_fold(translator: Any, node: fold) -> None:
    translator.body.append("</div></details>\n")


def visit_fold_title(translator: Any, node: fold_title) -> None:
    translator.body.append("<summary>")


def depart_fold_title(translator: Any, node: fold_title) -> None:
    translator.body.append('</summary>\n<div class="fold-body">\n')


def visit_folded_code(translator: Any, node: HideCodeCellNode) -> None:
    """Name the fold by its words alone: MyST-NB's own says something else to a screen reader."""
    prompt = translator.encode(node["prompt_show"])
    translator.body.append(f'<details class="hide">\n<summary>{prompt}</summary>\n')


def depart_folded_code(translator: Any, node: HideCodeCellNode) -> None:
    translator.body.append("</details>\n")


def setup(app: Sphinx) -> None:
    app.add_node(HideCodeCellNode, override=True, html=(visit_folded_code, depart_folded_code))
    app.add_node(fold, html=(visit_fold, depart_fold))
    app.add_node(fold_title, html=(visit_fold_title, depart_fold_title))
    app.add_post_transform(FoldDropdowns)
