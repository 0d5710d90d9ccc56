"""Names of the library in the prose link to the API reference.

A chapter writes plain code, as in `entropy` or `lib.losses.mse_loss`, which reads the same in
Jupyter; on the website the first mention of each function on a page becomes a link. A short name
that two modules share stays plain. Links to a prepared figure keep its state.
"""

import re
from collections import defaultdict
from typing import Any, cast

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains.python import PythonDomain
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode

REFERENCE = "chapters/api"
#: What a name in the prose may link to.
KINDS = {"function", "class"}


def targets(objects: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Map names, short and dotted, to (page, anchor); ambiguous short names are left out.

    Functions are known by the module they are defined in and by the package that re-exports them.
    """
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for full, entry in objects.items():
        if entry.objtype not in KINDS or entry.docname != REFERENCE:
            continue
        parts = full.split(".")
        place = (entry.docname, entry.node_id)
        found[full].add(place)
        found[parts[-1]].add(place)
        if len(parts) > 3:
            found[".".join([*parts[:2], parts[-1]])].add(place)
    return {name: next(iter(places)) for name, places in found.items() if len(places) == 1}


class LinkNames(SphinxPostTransform):
    """Turn the first mention of each documented name into a link."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        if not self.env.docname.startswith("chapters/") or self.env.docname == REFERENCE:
            return
        known = targets(cast(PythonDomain, self.env.get_domain("py")).objects)
        seen = set()
        for node in list(self.document.findall(nodes.literal)):
            text = node.astext().removesuffix("()")
            if text not in known or known[text] in seen or _inside_link_or_title(node):
                continue
            seen.add(known[text])
            page, anchor = known[text]
            reference = make_refnode(
                self.app.builder, self.env.docname, page, anchor, node.deepcopy()
            )
            node.replace_self(reference)


def _inside_link_or_title(node: nodes.Node) -> bool:
    at = node.parent
    while at is not None:
        if isinstance(at, nodes.reference | nodes.title | nodes.term):
            return True
        at = at.parent
    return False


class LinkStates(SphinxPostTransform):
    """Let a link whose words are an address with a state lead to that state.

    In Jupyter the same link opens the chapter.
    """

    default_priority = 901
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        for node in list(self.document.findall(nodes.reference)):
            path, mark, query = node.astext().partition("?")
            if mark and path.endswith(".html") and "refuri" in node and "?" not in node["refuri"]:
                node["refuri"] += f"?{query}"


def leave_plain_types(
    app: Sphinx, env: BuildEnvironment, node: nodes.Element, text: nodes.Node
) -> nodes.Node | None:
    """Let the words of a parameter's type stand as they are, unless they name something of ours.

    NumPy-style docstrings describe types in words ("array_like", "int, optional"), and Sphinx takes
    each for the name of a class.
    """
    words = node.get("refdomain") == "py" and node.get("reftype") == "class"
    return text if words and not node.get("reftarget", "").startswith("lib.") else None


def keep_initials(
    app: Sphinx, what: str, name: str, item: object, options: object, lines: list[str]
) -> None:
    """Keep an author's initial at the start of a line from becoming the number of a list."""
    lines[:] = [re.sub(r"^(\s*)(?=[A-Z]\. )", r"\1\\", line) for line in lines]


def setup(app: Sphinx) -> None:
    app.add_post_transform(LinkNames)
    app.add_post_transform(LinkStates)
    app.connect("missing-reference", leave_plain_types)
    app.connect("autodoc-process-docstring", keep_initials)
