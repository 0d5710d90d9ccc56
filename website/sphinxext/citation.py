"""How to cite the book: `CITATION.cff`, written out as a sentence and as BibTeX.

The version is that of `lib`. One that is in preparation has no date of release; its year is that of
the book's copyright.
"""

from pathlib import Path

import yaml
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import lib
from website.sphinxext.where import place

CITATION = Path(__file__).resolve().parents[2] / "CITATION.cff"


def citation(
    address: str, *, copyright_year: str, version: str = lib.__version__, path: Path = CITATION
) -> tuple[str, str]:
    """Return the citation as Markdown and as BibTeX.

    >>> sentence, entry = citation("https://example.org/", copyright_year="2030", version="3.dev0")
    >>> sentence.endswith("Version 3.dev0, in preparation. <https://example.org/>")
    True
    >>> entry.splitlines()[0]
    '@misc{crossentropy2030,'
    """
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    authors = " and ".join(author["name"] for author in data["authors"])
    edition = f"Version {version}"
    if "dev" in version:
        edition, year = f"{edition}, in preparation", copyright_year
    else:
        year = str(data["date-released"])[:4]
    sentence = f"{authors} ({year}). *{data['title']}*. {edition}."
    fields = {
        "author": f"{{{authors}}}",
        "title": f"{{{data['title']}}}",
        "year": year,
        "note": edition,
    }
    if address:
        sentence += f" <{address}>"
        fields["url"] = address
    lines = "".join(f"  {name:6} = {{{value}}},\n" for name, value in fields.items())
    return sentence, f"@misc{{crossentropy{year},\n{lines}}}"


class HowToCite(SphinxDirective):
    """The citation, as a sentence and as BibTeX."""

    def run(self) -> list[nodes.Node]:
        for source in (str(CITATION), lib.__file__):
            self.env.note_dependency(source)
        where = place()
        sentence, entry = citation(
            where.base or where.source, copyright_year=self.config.copyright[:4]
        )
        text = StringList([sentence, "", "```bibtex", *entry.splitlines(), "```"], str(CITATION))
        holder = nodes.Element()
        self.state.nested_parse(text, self.content_offset, holder)
        return holder.children


def setup(app: Sphinx) -> None:
    app.add_directive("how-to-cite", HowToCite)
