"""Make a student's notebook inert, once, before anybody looks at a page made of it.

nbconvert's pages, nbgrader's formgrader among them, pass on HTML and links as they are; formgrader
runs with the teacher's rights.
"""

import itertools
import re

import bleach
from bs4 import BeautifulSoup
from nbconvert.preprocessors.sanitize import SanitizeHTML
from nbgrader.utils import is_locked

TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "div", "dl", "dt", "em", "hr"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "i", "img", "li", "ol", "p", "pre", "small", "span"),
    *("strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul"),
}
# What one notebook may show: characters of Markdown, and marks of HTML (a tag, an entity, a line of
# text), which nest so deep. Sanitising and showing more would keep everybody waiting.
MAX_MARKDOWN, MAX_MARKS, MAX_DEPTH = 300_000, 20_000, 200
TOO_MUCH = "[too much to be shown here; the submission has it all]"
IMAGE = r"data:image/(?:png|jpeg|gif|webp|svg\+xml);base64,"
ADDRESS = r"(?:https?://|mailto:|#)"
# In Markdown: the beginning of whatever could be HTML, but for tags that cannot carry anything.
MARKUP = re.compile(
    r"<(?!(?:/?(?:b|br|code|em|hr|i|p|strong|sub|sup|u) */?|https?://[^\s<>\"']*)>)(?=[a-z/!?])",
    re.IGNORECASE,
)


CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def visible(text):
    r"""Return a text in which what steers a terminal, or turns a line around, can be seen.

    >>> visible("\x1b[2J")
    '\\u001b[2J'
    """
    return CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def depth(text):
    """Return how deep the tags of some HTML nest at most."""
    steps = (-1 if closing else 1 for closing in re.findall("<(/?)[a-z]", text, re.IGNORECASE))
    return max(itertools.accumulate(steps), default=0)


def allowed(tag, name, value):
    """Return whether an attribute of an output's HTML may stay."""
    if name in ("href", "src"):
        return re.match(ADDRESS if name == "href" else IMAGE, value) is not None
    return name in ("alt", "align", "colspan", "height", "rowspan", "title", "width")


def inert_markdown(source, attachments=()):
    """Return Markdown in which nothing becomes HTML of its own or leads to a script.

    A space behind what could begin a tag or a link makes it text, in prose, code and formulas
    alike, and changes nothing in how a formula looks. Links stay if they lead to another site or
    to one of the ``attachments``.

    >>> inert_markdown("$a<b$ <b>so</b> <script> [x](javascript:1) [y](https://a.org)")
    '$a< b$ <b>so</b> < script> [x] (javascript:1) [y](https://a.org)'
    """
    names = "|".join(re.escape(name) for name in attachments)
    kept = rf"\s*<?(?:{ADDRESS}|{IMAGE}|attachment:(?:{names or '(?!)'})(?=[\s)>]))"
    source = MARKUP.sub("< ", source)
    return re.sub(rf"\](?=[(:])(?![(:]{kept})", "] ", source)


class Inert(SanitizeHTML):
    """nbconvert's sanitiser, with tables and pictures allowed, and with formulas left whole."""

    characters, marks = MAX_MARKDOWN, MAX_MARKS

    def preprocess_cell(self, cell, resources, index):
        """Sanitise what is the student's."""
        if cell.cell_type == "markdown" and not is_locked(cell):
            given = cell.get("attachments", {})
            kept = {n: v for n, v in given.items() if re.fullmatch(r"[\w.-]+", n, re.ASCII)}
            kept = {
                name: {kind: data}
                for name, forms in kept.items()
                for kind, data in forms.items()
                if re.fullmatch(r"image/(png|jpeg|gif|webp)", kind) and isinstance(data, str)
            }
            if given:
                cell.attachments = kept
            cell.source = self.sanitize_markdown(cell.source, kept)
        elif cell.cell_type != "markdown":
            super().preprocess_cell(cell, resources, index)
        return cell, resources

    def sanitize_code_outputs(self, outputs):
        """Sanitise outputs; what the page would show as Markdown is sanitised as such."""
        for output in outputs:
            data = output.get("data", {})
            texts = {k: self.sanitize_markdown(v) for k, v in data.items() if k == "text/markdown"}
            super().sanitize_code_outputs([output])
            data.update(texts)
        return outputs

    def sanitize_markdown(self, source, attachments=()):
        """Return Markdown that is inert, and not too long."""
        self.characters -= len(source)
        return inert_markdown(source, attachments) if self.characters >= 0 else TOO_MUCH

    def sanitize_html_tags(self, html_str):
        """Return HTML of harmless tags; scripts and style sheets go with all they hold."""
        self.marks -= html_str.count("<") + html_str.count("&") + len(html_str) // 100
        if self.marks < 0 or depth(html_str) > MAX_DEPTH:
            return TOO_MUCH
        soup = BeautifulSoup(html_str, "html.parser")
        for part in soup(["script", "style"]):
            part.decompose()
        return bleach.clean(
            str(soup), TAGS, allowed, protocols={"https", "http", "mailto", "data"}, strip=True
        )


def make_inert(notebook):
    """Change a notebook in place."""
    sanitizer = Inert()
    sanitizer.safe_output_keys |= {"image/svg+xml", "image/gif", "image/webp"}
    for index, cell in enumerate(notebook.cells):
        sanitizer.preprocess_cell(cell, {}, index)
