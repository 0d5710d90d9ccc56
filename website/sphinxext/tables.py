"""Code in a table breaks at the joints of a name, where a narrow screen lacks the room for it."""

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

JOINT = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[_/.])(?=\w)")


def pieces(name: str) -> list[str]:
    """Part a name where its words meet.

    >>> pieces("PoissonNLLLoss")
    ['Poisson', 'NLL', 'Loss']
    >>> pieces("lib/losses.py")
    ['lib/', 'losses.', 'py']
    >>> pieces("kl_divergence")
    ['kl_', 'divergence']
    """
    return JOINT.split(name)


class BreakAtJoints(SphinxPostTransform):
    """Put a `<wbr>` at each joint of the code in tables: a place to break, and no character."""

    default_priority = 950
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        for entry in self.document.findall(nodes.entry):
            for literal in entry.findall(nodes.literal):
                first, *more = pieces(literal.astext())
                children: list[nodes.Node] = [nodes.Text(first)]
                for piece in more:
                    children += [nodes.raw("", "<wbr>", format="html"), nodes.Text(piece)]
                literal.children = []
                literal.extend(children)


def setup(app: Sphinx) -> None:
    app.add_post_transform(BreakAtJoints)
