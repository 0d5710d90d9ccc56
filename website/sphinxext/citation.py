"""How to cite the book: `CITATION.cff`, written out as a sentence and as BibTeX."""

from pathlib import Path

import yaml
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from website.sphinxext.where import place

CITATION = Path(__file__).resolve().parents[2] / "CITATION.cff"


def citation(address: str, path: Path = CITATION) -> tuple[str, str]:
    """Return the citation as Markdown and as BibTeX.

    >>> sentence, entry = citation("https://example.org/")
    >>> sentence.endswith("<https://example.org/>"), entry.startswith("@misc{crossentropy")
    (True, True)
    """
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    authors = " and ".join(author["name"] for author in data["authors"])
    year = str(data["date-released"])[:4]
    sentence = f"{authors} ({year}). *{data['title']}*. Version {data['version']}."
    fields = {
        "author": f"{{{authors}}}",
        "title": f"{{{data['title']}}}",
        "year": year,
        "note": f"Version {data['version']}",
    }
    if address:
        sentence += f" <{address}>"
        fields["url"] = address
    lines = "".join(f"  {name:6} = {{{value}}},\n" for name, value in fields.items())
    return sentence, f"@misc{{crossentropy{year},\n{lines}}}"


class HowToCite(SphinxDirective):
    """The citation, as a sentence and as BibTeX."""

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(CITATION))
        where = place()
        sentence, entry = citation(where.base or where.source)
        text = StringList([sentence, "", "```bibtex", *entry.splitlines(), "```"], str(CITATION))
        holder = nodes.Element()
        self.state.nested_parse(text, self.content_offset, holder)
        return holder.children


def setup(app: Sphinx) -> None:
    app.add_directive("how-to-cite", HowToCite)
