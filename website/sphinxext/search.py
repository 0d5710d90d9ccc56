"""The search index: sections with their texts, and the glossary's terms with all their names.

It is a script, which also loads from a disk; `website/static/search/engine.js` searches it.
"""

import json
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeGuard

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector
from sphinx.util import logging
from sphinx_exercise.nodes import solution_node

from website.sphinxext.element import element

logger = logging.getLogger(__name__)
GLOSSARY = "chapters/glossary"
#: What a glossary's entry begins its lists of other names with.
LISTS = {"Also:", "Chinese:"}
#: What the front matter of a page says whose tables nobody looks for: measurements by the hundred.
MEASURED = "last, without tables"
#: What the environment keeps of each page.
STORES = ("book_sections", "book_lead", "book_terms")
SILENT = (
    *(nodes.raw, nodes.comment, nodes.title, nodes.section, nodes.substitution_definition),
    # Of a function its signature and its first sentence are found, not parameters and transcripts.
    *(nodes.field_list, nodes.doctest_block),
    # An exercise is found; its solution says again what the chapter has said.
    solution_node,
)
#: References whose words are a key until Sphinx resolves them.
KEYS = {"cite", "eq", "numref", "p", "ref", "t"}
SIGNS = {
    "approx": "≈", "cdot": "·", "cdots": "⋯", "dots": "…", "ldots": "…", "equiv": "≡",
    "forall": "∀", "ge": "≥", "geq": "≥", "le": "≤", "leq": "≤", "ll": "≪", "gg": "≫", "ne": "≠",
    "neq": "≠", "in": "∈", "infty": "∞", "int": "∫", "sum": "∑", "prod": "∏", "lfloor": "⌊",
    "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "to": "→", "gets": "←", "leftarrow": "←",
    "rightarrow": "→", "mapsto": "↦", "Rightarrow": "⇒", "Leftrightarrow": "⇔", "mid": "|",
    "parallel": "‖", "Vert": "‖", "nabla": "∇", "partial": "∂", "odot": "⊙", "times": "×",
    "pm": "±", "propto": "∝", "sim": "~", "sqrt": "√", "top": "ᵀ", "ell": "ℓ", "lambda": "λ",
    "Lambda": "Λ", "prime": "′", "circ": "∘", "langle": "⟨", "rangle": "⟩", "cup": "∪", "cap": "∩",
    "setminus": "∖", "subset": "⊂", "subseteq": "⊆", "emptyset": "∅",
}  # fmt: skip
ACCENTS = {"hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "tilde": "\u0303"}
#: What can stand raised or lowered as a character of its own.
RAISED = dict(zip("0123456789+−=()in'ᵀ*", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁱⁿ′ᵀ*", strict=True))
LOWERED = dict(
    zip("0123456789+−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True)
)
#: A line that only sets or draws a figure, and what a chart prints.
DRAWN = re.compile(r"[A-Z]\w+\(.*=.*\)|figure, ax\w* = .*|draw_\w+\(.*\)|<\w+ size .*>")
#: What stands in for signs that TeX would take for its own, until the end.
LAST_SIGNS = str.maketrans({"❴": "{", "❵": "}", "⌃": "^", "⌄": "_"})
#: What stands above or below a stroke without parentheses.
ATOM = re.compile(r"[∂∇]?(\d+(\.\d+)?|[^\W\d]\w*)([\^⌃]?\([^()]*\)|⌃\w+)?")
LAYOUT = re.compile(
    r"\\(left|right|middle|[bB]igg?[lrm]?|displaystyle|quad|qquad|nolimits|limits|hline)(?![a-zA-Z])"
    r"|\\(begin|end)\{[^{}]*\}(\{[clr|@{}]*\})?|\\\\(\[[^\]]*\])?|\\[,;:!> \n]|[&~]"
)


class Term(NamedTuple):
    """An entry of the glossary."""

    name: str
    anchor: str
    page: str  # the page that explains it, without a suffix
    heading: str  # of the page, where it does; empty for all of it
    others: list[str]
    chinese: list[str]


def readable(tex: str) -> str:
    r"""Return a formula as a line of text, to search in and to show among the results.

    >>> readable(r"H(P, Q) = -\sum_x P(x) \log_2 Q(x)")
    'H(P, Q) = −∑ₓ P(x) log₂ Q(x)'
    >>> readable(r"\frac{e^{z_i}}{\sum_j e^{z_j}} \le \alpha \, \mathrm{softmax}(z)_y")
    'e^zᵢ/(∑ⱼ e^zⱼ) ≤ α softmax(z)_y'
    >>> readable(r"\frac{\partial L}{\partial z} \leftarrow \tfrac12 \hat\theta^{2}")
    '∂L/∂z ← 1/2 θ̂²'
    """

    def quotient(match: re.Match[str]) -> str:
        parts = [part.strip() for part in match.groups() if part is not None]
        return "/".join(p if ATOM.fullmatch(p) else f"({p})" for p in parts) + " "

    def sign(match: re.Match[str]) -> str:
        name = match[1]
        case = "CAPITAL" if name[0].isupper() else "SMALL"
        try:
            greek = unicodedata.lookup(f"GREEK {case} LETTER {name.removeprefix('var')}")
        except KeyError:
            greek = f"{name} "
        return SIGNS.get(name, greek)

    def script(match: re.Match[str]) -> str:
        where, inner = match[1], (match[2] or match[3] or "").strip()
        small = RAISED if where == "^" else LOWERED
        signs = inner.replace(" ", "")
        if len(signs) < 4 and all(c in small for c in signs):
            return "".join(small[c] for c in signs)
        done = "⌃" if where == "^" else "⌄"
        return done + (inner if re.fullmatch(r"\w+", inner) else f"({inner})")

    text = LAYOUT.sub(" ", tex).replace(r"\|", "‖").replace(r"\{", "❴").replace(r"\}", "❵")
    text = re.sub(r"\\[dt]frac(?![a-z])", r"\\frac", text).replace("-", "−")
    kept = "|".join(
        ["frac", "sqrt", r"text\w*", r"math\w+", "operatorname", "boldsymbol", *ACCENTS]
    )
    text = re.sub(rf"\\(?!(?:{kept})(?![a-zA-Z]))([a-zA-Z]+)", sign, text)
    text = re.sub(r"(?<=[∂∇]) +| +(?=[\^_])", "", text)
    font = r"\\(?:text\w*|math\w+|operatorname|boldsymbol) ?\{([^{}]*)\}"
    part = r"(?:\{([^{}]*)\}|([^\W_]|ᵀ))"
    before = ""
    while text != before:
        before = text
        text = re.sub(rf"([\^_]) ?{font}", r"\1{\2}", text)
        text = re.sub(font, r"\1", text)
        for name, mark in ACCENTS.items():
            text = re.sub(rf"\\{name}(?![a-zA-Z]) ?{part}", rf"\1\2{mark}", text)
        text = re.sub(rf"([\^_]) ?{part}", script, text)
        text = re.sub(r"\\sqrt ?\{([^{}]*)\}", r"√(\1)", text)
        text = re.sub(rf"\\frac ?{part} ?{part}", quotient, text)
    text = re.sub(r"[{}\\]", "", text).translate(LAST_SIGNS)
    return " ".join(re.sub(r"(?<=\w) +(?=\()| +(?=[),.^_])", "", text).split())


def leads_to(row: nodes.Node) -> str:
    """Return the section of the page that is all that a table's row has after its first cell.

    Such a table is a way to sections, and the words in the first cell are words for these.
    """
    cells = row.children[1:] if isinstance(row, nodes.row) else []
    links = [link for cell in cells for link in cell.findall(nodes.reference)]
    if len(links) != 1 or "".join(cell.astext() for cell in cells) != links[0].astext():
        return ""
    return str(links[0].get("refid", ""))


def asked_for(doctree: nodes.document) -> dict[str, str]:
    """Return, by the sections' anchors, the words under which tables of the page lead to them."""
    found: dict[str, str] = {}
    for row in doctree.findall(nodes.row):
        if anchor := leads_to(row):
            found[anchor] = f"{found.get(anchor, '')} {row.children[0].astext()}".strip()
    return found


def own_text(section: nodes.Element, without: tuple[type[nodes.Node], ...] = ()) -> tuple[str, str]:
    """Return a section's prose and its code, without its title, subsections and other names.

    Of the code, the lines that say a name for the first time, without those that say how a figure
    is set or drawn: its cell says it, and its output again, and a chart is found by its caption.
    """
    prose: list[str] = []
    code: list[str] = []
    named: set[str] = set()

    def is_new(line: str) -> bool:
        if DRAWN.fullmatch(line):
            return False
        names = {name for name in re.findall(r"[^\W\d]\w+", line) if name not in named}
        named.update(names)
        return bool(names)

    def walk(node: nodes.Node) -> None:
        if isinstance(node, SILENT + without) or _is_key(node) or is_names(node) or leads_to(node):
            return
        # A quiz is found; the reasons beside its answers say again what the chapter has said.
        if isinstance(node, element) and node["attributes"].get("CLASS") == "quiz-why":
            return
        if isinstance(node, nodes.literal_block):
            code.extend(filter(is_new, node.astext().splitlines()))
            return
        if isinstance(node, nodes.math | nodes.math_block):
            space = " " if isinstance(node, nodes.math_block) else ""
            prose.extend((space, readable(node.astext()), space))
            return
        if isinstance(node, nodes.Text):
            prose.append(node.astext())
        for child in (
            node.children[:1] if isinstance(node, addnodes.desc_content) else node.children
        ):
            walk(child)
        if not isinstance(node, nodes.Text | nodes.Inline):
            prose.append(" ")  # words of two blocks stay two words

    for child in section.children:
        walk(child)
    # Where a citation stood, a space is left before the stop.
    said = re.sub(r" +(?=[.,;:](?: |$))", "", " ".join("".join(prose).split()))
    return said, " ".join(" ".join(code).split())


def _is_key(node: nodes.Node) -> bool:
    return (
        isinstance(node, nodes.Element)
        and node.get("reftype") in KEYS
        and not node.get("refexplicit")
    )


def is_names(node: nodes.Node) -> TypeGuard[nodes.paragraph]:
    """Return whether this is the paragraph of a glossary's entry that gives its other names."""
    first = node.children[0] if isinstance(node, nodes.paragraph) and node.children else None
    return isinstance(first, nodes.emphasis) and first.astext() in LISTS


def names(paragraph: nodes.paragraph) -> dict[str, list[str]]:
    """Return the names in a paragraph like `*Also:* surprisal, surprise. *Chinese:* 信息量.`."""
    found: dict[str, list[str]] = {}
    kind = ""
    for node in paragraph.children:
        if isinstance(node, nodes.emphasis) and node.astext() in LISTS:
            kind = node.astext()
            found[kind] = [""]
        else:
            # A name in code stays whole.
            text = node.astext()
            first, *others = [text] if isinstance(node, nodes.literal) else text.split(",")
            found[kind][-1] += first
            found[kind] += others
    return {kind: [" ".join(n.split()).rstrip(".") for n in found[kind]] for kind in found}


def terms_of(glossary: nodes.document) -> list[Term]:
    """Return the entries of the glossary, the sections that have no sections of their own."""
    found = []
    for section in glossary.findall(nodes.section):
        if any(isinstance(child, nodes.section) for child in section.children):
            continue
        other: dict[str, list[str]] = {}
        for child in section.children:
            if is_names(child):
                other |= names(child)
        links = [
            (node["reftarget"], node.get("reftargetid") or "")
            for node in section.findall(addnodes.pending_xref)
            if node.get("refdomain") == "doc"
        ]
        found.append(
            Term(
                name=section.next_node(nodes.title).astext(),
                anchor=section["ids"][0],
                page=links[-1][0] if links else "",
                heading=links[-1][1] if links else "",
                others=other.get("Also:", []),
                chinese=other.get("Chinese:", []),
            )
        )
    return found


def mark_names(app: Sphinx, doctree: nodes.document) -> None:
    """Give the glossary's other names their look, and tell browsers which are Chinese."""
    if app.env.docname != GLOSSARY:
        return
    for paragraph in filter(is_names, list(doctree.findall(nodes.paragraph))):
        paragraph["classes"].append("names")
        chinese = False
        for node in list(paragraph.children):
            if isinstance(node, nodes.emphasis):
                chinese = node.astext() == "Chinese:"
            elif chinese and isinstance(node, nodes.Text):
                text = node.astext()
                # docutils makes an attribute of such a class.
                wrapped = nodes.inline("", text.strip(), classes=["language-zh-Hans"])
                paragraph.replace(node, [nodes.Text(" "), wrapped])


def warn_of_names_given_twice(docname: str, terms: list[Term]) -> None:
    """Warn, which stops the build, of a name that leads to two terms, and of an empty one."""
    owners: dict[str, str] = {}
    for term in terms:
        for name in (term.name, *term.others, *term.chinese):
            key = re.sub(r"[\W_]+", "", name).lower()
            if not key or owners.setdefault(key, term.name) != term.name:
                fault = f"also a name of “{owners[key]}”" if key else "an empty name"
                logger.warning(
                    "“%s” of the term “%s”: %s", name, term.name, fault, location=docname
                )


class SectionCollector(EnvironmentCollector):
    """Keep each page's sections, its first paragraph for its description, the glossary's terms."""

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        for store in STORES:
            getattr(env, store, {}).pop(docname, None)

    def merge_other(
        self, app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment
    ) -> None:
        for store in STORES:
            target = vars(env).setdefault(store, {})
            found = getattr(other, store, {})
            target.update({name: found[name] for name in docnames if name in found})

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        env = app.env
        sections = []
        asked = asked_for(doctree)
        measured = env.metadata[env.docname].get("search") == MEASURED
        for number, section in enumerate(doctree.findall(nodes.section)):
            if not isinstance(section.next_node(), nodes.title):
                continue  # an exercise's content, which belongs to the section around it
            title = section.next_node(nodes.title)
            anchor = section["ids"][0] if number and section["ids"] else ""
            words = " ".join(asked[name] for name in section["ids"] if name in asked)
            found = [anchor, title.astext(), *own_text(section, (nodes.table,) if measured else ())]
            sections.append([*found, words] if words else found)
        vars(env).setdefault("book_sections", {})[env.docname] = sections
        paragraphs = (
            p.astext()
            for s in doctree.findall(nodes.section)
            for p in s.children
            if isinstance(p, nodes.paragraph)
        )
        lead = " ".join(next(paragraphs, "").split())
        vars(env).setdefault("book_lead", {})[env.docname] = lead
        if env.docname == GLOSSARY:
            terms = terms_of(doctree)
            warn_of_names_given_twice(env.docname, terms)
            vars(env).setdefault("book_terms", {})[env.docname] = terms


def anchor_of(title: str) -> str:
    """Return the anchor that most sections have, which a reader of the index makes of the title.

    >>> anchor_of("What you will learn: ln 2, or 0.693?")
    'what-you-will-learn-ln-2-or-0-693'
    """
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def index_of(env: BuildEnvironment, address: Callable[[str], str]) -> dict[str, list[Any]]:
    """Return the index: the pages with their sections, and the glossary's terms.

    `address` gives a page's address from its name. A page whose front matter says `search: last`
    comes after the others (`search: last, without tables` leaves its tables out too), and one that
    says `takes: figure.trait` is offered with a number of the query as that trait.
    A term knows the page, and the section, that its entry refers to last. An anchor that follows
    from its title is left out.
    """
    pages = {
        name: {
            "url": address(name),
            "title": env.titles[name].astext(),
            "last": env.metadata.get(name, {}).get("search") in ("last", MEASURED),
            "takes": env.metadata.get(name, {}).get("takes", ""),
            "sections": getattr(env, "book_sections", {}).get(name, []),
        }
        for name in sorted(env.found_docs)
    }
    numbers = {name: number for number, name in enumerate(pages)}

    def letters(anchor: str) -> str:
        return re.sub(r"[\W_]+", "", anchor)

    def place(term: Term) -> int:
        """Return the number of the section that explains a term, 0 for the page."""
        sections = pages[term.page]["sections"] if term.page in pages else []
        wanted = letters(term.heading)
        return next((i for i, s in enumerate(sections) if wanted and letters(s[0]) == wanted), 0)

    terms = [
        {
            "name": term.name,
            "url": f"{address(glossary)}#{term.anchor}",
            "page": numbers.get(term.page, -1),
            "section": place(term),
            "others": term.others,
            "chinese": term.chinese,
        }
        for glossary, found in getattr(env, "book_terms", {}).items()
        for term in found
    ]
    for page in pages.values():
        page["sections"] = [
            [None if anchor == anchor_of(title) else anchor, title, *texts]
            for anchor, title, *texts in page["sections"]
        ]
    return {"pages": list(pages.values()), "terms": terms}


def write_index(app: Sphinx, error: Exception | None) -> None:
    """Write the index as `search-index.js`: a page opened from a disk cannot fetch a JSON file."""
    if error or app.builder.format != "html":
        return
    index = index_of(app.env, app.builder.get_target_uri)
    script = f"window.bookSearchIndex = {json.dumps(index, ensure_ascii=False)};\n"
    (Path(app.outdir) / "_static" / "search-index.js").write_text(script, encoding="utf-8")


def replace_search(app: Sphinx) -> None:
    """Have Sphinx make no index of its own; the search page stays, as a page like another."""
    app.builder.search = False  # type: ignore[attr-defined] # of the HTML builders
    pages = app.config.html_additional_pages
    app.config.html_additional_pages = {**pages, "search": "search.html"}


def setup(app: Sphinx) -> None:
    app.connect("builder-inited", replace_search)
    app.connect("doctree-read", mark_names)
    app.add_env_collector(SectionCollector)
    app.connect("build-finished", write_index, priority=600)
