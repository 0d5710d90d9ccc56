"""The search index: every section's title and text, as a script that also loads from a disk."""

import json
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector

SILENT = (nodes.raw, nodes.comment, nodes.title, nodes.section, nodes.substitution_definition)


def own_text(section: nodes.Element) -> str:
    """Return a section's text without its title and its subsections."""
    parts = []
    for child in section.children:
        if isinstance(child, SILENT):
            continue
        leaves = child.findall(nodes.Text)
        parts += [leaf.astext() for leaf in leaves if not isinstance(leaf.parent, nodes.raw)]
    return " ".join(" ".join(parts).split())


class SectionCollector(EnvironmentCollector):
    """Keep each page's sections, and its first paragraph for its description."""

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        for store in ("book_sections", "book_lead"):
            getattr(env, store, {}).pop(docname, None)

    def merge_other(
        self, app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment
    ) -> None:
        for store in ("book_sections", "book_lead"):
            target = vars(env).setdefault(store, {})
            found = getattr(other, store, {})
            target.update({name: found[name] for name in docnames if name in found})

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        env = app.env
        sections = []
        for number, section in enumerate(doctree.findall(nodes.section)):
            if not isinstance(section.next_node(), nodes.title):
                continue  # an exercise's content, which belongs to the section around it
            title = section.next_node(nodes.title)
            anchor = section["ids"][0] if number and section["ids"] else ""
            sections.append([anchor, title.astext(), own_text(section)])
        vars(env).setdefault("book_sections", {})[env.docname] = sections
        paragraphs = (
            p.astext()
            for s in doctree.findall(nodes.section)
            for p in s.children
            if isinstance(p, nodes.paragraph)
        )
        lead = " ".join(next(paragraphs, "").split())
        vars(env).setdefault("book_lead", {})[env.docname] = lead


def write_index(app: Sphinx, error: Exception | None) -> None:
    """Write the index as `search-index.js`: a page opened from a disk cannot fetch a JSON file."""
    if error or app.builder.format != "html":
        return
    env = app.env
    entries = [
        {
            "id": f"{app.builder.get_target_uri(name)}{'#' if anchor else ''}{anchor}",
            "page": env.titles[name].astext(),
            "title": title,
            "text": text,
        }
        for name in sorted(env.found_docs)
        for anchor, title, text in getattr(env, "book_sections", {}).get(name, [])
    ]
    script = f"window.bookSearchIndex = {json.dumps(entries, ensure_ascii=False)};\n"
    (Path(app.outdir) / "_static" / "search-index.js").write_text(script, encoding="utf-8")


def replace_search(app: Sphinx) -> None:
    """Have Sphinx make no index of its own; the search page stays, as a page like another."""
    app.builder.search = False
    pages = app.config.html_additional_pages
    app.config.html_additional_pages = {**pages, "search": "search.html"}


def setup(app: Sphinx) -> None:
    app.connect("builder-inited", replace_search)
    app.add_env_collector(SectionCollector)
    app.connect("build-finished", write_index, priority=600)
