"""What a page takes from the records of the losses, and from the names that peers have.

`{loss} huber_loss` is its formula, `{losses}` the table of all, `{loss-reference}` their part of
the API reference. `{peers} Keras` is what a library calls the losses, `{peers} schedules` what each
library calls the functions of `lib.schedules`.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from website.losses import markdown, reference


class Derived(SphinxDirective):
    """Parse what the directive stands for in its place."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        try:
            text = markdown(self.name, "".join(self.arguments))
        except KeyError as error:
            raise self.error(f"{self.name}: there is no {error}") from error
        if text is None:
            raise self.error(f"{self.name} knows no {''.join(self.arguments)!r}")
        return self.parse_text_to_nodes(text)


class Reference(SphinxDirective):
    """The functions of all losses, under the headings of their groups."""

    def run(self) -> list[nodes.Node]:
        return self.parse_text_to_nodes(reference(), allow_section_headings=True)


def setup(app: Sphinx) -> None:
    for name in ("loss", "losses", "peers"):
        app.add_directive(name, Derived)
    app.add_directive("loss-reference", Reference)
