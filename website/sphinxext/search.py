"""The search index: every section's title and text, as a script that also loads from a disk."""

import json
import re
import unicodedata
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector

SILENT = (nodes.raw, nodes.comment, nodes.title, nodes.section, nodes.substitution_definition)
#: References whose words are a key until Sphinx resolves them.
KEYS = {"cite", "eq", "numref", "p", "ref", "t"}
SIGNS = {
    "approx": "≈", "cdot": "·", "cdots": "⋯", "dots": "…", "ldots": "…", "equiv": "≡",
    "forall": "∀", "ge": "≥", "geq": "≥", "le": "≤", "leq": "≤", "ll": "≪", "gg": "≫", "ne": "≠",
    "neq": "≠", "in": "∈", "infty": "∞", "int": "∫", "sum": "∑", "prod": "∏", "lfloor": "⌊",
    "rfloor": "⌋", "to": "→", "mapsto": "↦", "Rightarrow": "⇒", "mid": "|", "parallel": "‖",
    "Vert": "‖", "nabla": "∇", "partial": "∂", "odot": "⊙", "times": "×", "pm": "±", "propto": "∝",
    "sim": "~", "sqrt": "√", "top": "ᵀ",
}  # fmt: skip
LAYOUT = re.compile(
    r"\\(left|right|middle|[bB]igg?[lrm]?|displaystyle|quad|qquad|nolimits|limits|hline)(?![a-zA-Z])"
    r"|\\(begin|end)\{[^{}]*\}(\{[clr|@{}]*\})?|\\\\(\[[^\]]*\])?|\\[,;:!> \n]|[&~]"
)


def readable(tex: str) -> str:
    r"""Return a formula as a line of text, to search in and to show among the results.

    >>> readable(r"H(P, Q) = -\sum_x P(x) \log Q(x)")
    'H(P, Q) = -∑_x P(x) log Q(x)'
    >>> readable(r"\frac{e^{z_i}}{\sum_j e^{z_j}} \le \alpha \, \mathrm{softmax}(z)")
    '(e^(z_i))/(∑_j e^(z_j)) ≤ α softmax(z)'
    """

    def group(match: re.Match[str]) -> str:
        return match[1] if len(match[1]) < 2 else f"({match[1]})"

    def quotient(match: re.Match[str]) -> str:
        parts = filter(None, match.groups())
        return "/".join(p if len(p) < 2 else f"({p})" for p in parts) + " "

    def sign(match: re.Match[str]) -> str:
        name = match[1]
        case = "CAPITAL" if name[0].isupper() else "SMALL"
        try:
            greek = unicodedata.lookup(f"GREEK {case} LETTER {name.removeprefix('var')}")
        except KeyError:
            greek = f"{name} "
        return SIGNS.get(name, greek)

    text = LAYOUT.sub(" ", tex).replace(r"\|", "‖").replace(r"\{", "❴").replace(r"\}", "❵")
    text = re.sub(r"\\[dt]frac(?![a-z])", r"\\frac", text)
    part = r"(?:\{([^{}]*)\}|(\w))"
    before = ""
    while text != before:
        before = text
        text = re.sub(r"\\(?:text\w*|math\w+|operatorname|boldsymbol) ?\{([^{}]*)\}", r"\1", text)
        text = re.sub(r"(?<=[\^_])\{([^{}]*)\}", group, text)
        text = re.sub(r"\\sqrt ?\{([^{}]*)\}", r"√(\1)", text)
        text = re.sub(rf"\\frac ?{part} ?{part}", quotient, text)
    text = re.sub(r"\\([a-zA-Z]+)", sign, text)
    text = re.sub(r"[{}\\]", "", text).replace("❴", "{").replace("❵", "}")
    return " ".join(re.sub(r"(?<=\w) +(?=\()| +(?=[),^_])", "", text).split())


def own_text(section: nodes.Element) -> str:
    """Return a section's text without its title and its subsections."""
    parts: list[str] = []

    def walk(node: nodes.Node) -> None:
        if isinstance(node, SILENT) or _is_key(node):
            return
        if isinstance(node, nodes.math | nodes.math_block):
            parts.append(readable(node.astext()))
            return
        if isinstance(node, nodes.Text):
            parts.append(node.astext())
        for child in node.children:
            walk(child)
        if not isinstance(node, nodes.Text | nodes.Inline):
            parts.append(" ")  # words of two blocks stay two words

    for child in section.children:
        walk(child)
    return " ".join("".join(parts).split())


def _is_key(node: nodes.Node) -> bool:
    return (
        isinstance(node, nodes.Element)
        and node.get("reftype") in KEYS
        and not node.get("refexplicit")
    )


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
    app.builder.search = False  # type: ignore[attr-defined] # of the HTML builders
    pages = app.config.html_additional_pages
    app.config.html_additional_pages = {**pages, "search": "search.html"}


def setup(app: Sphinx) -> None:
    app.connect("builder-inited", replace_search)
    app.add_env_collector(SectionCollector)
    app.connect("build-finished", write_index, priority=600)
