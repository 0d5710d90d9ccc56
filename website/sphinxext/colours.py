r"""Colour in formulas: truth P, prediction Q, entropy H(P) and divergence D(P‖Q).

Authors write plain TeX, which also reads well in Jupyter. While the site is built the letters that
mean something get KaTeX's `\htmlClass`; the style sheet gives the classes their colours. A page on
which letters mean something else says so in its front matter: `colours: p=prediction y=truth`.
"""

import re
from collections.abc import Mapping

USUAL = {"P": "truth", "p": "truth", "Q": "prediction", "q": "prediction"}
CLASSES = {"truth", "prediction", "entropy", "divergence", "none"}

# What follows these is a name or a text, not a formula.
VERBATIM = {
    *("text", "textrm", "textbf", "textit", "texttt", "textsf", "mbox", "operatorname", "mathrm"),
    *("mathbb", "mathcal", "mathbf", "mathsf", "mathtt", "mathit", "boldsymbol", "label", "tag"),
    *("begin", "end", "color", "textcolor", "htmlClass", "href", "url", "ref", "eqref"),
    *("hspace", "kern", "mathop"),
}
ACCENTS = {"hat", "widehat", "tilde", "widetilde", "bar", "overline", "vec", "dot", "check"}
COLUMNS = re.compile(r"(array|darray|subarray|alignedat|alignat)\*?$")
TOKEN = re.compile(r"\\([A-Za-z]+)\*?|\\.|[{}]|\s+|.", re.S)


def meanings(declared: str) -> dict[str, str]:
    """Return what letters mean on a page, from its front matter.

    Raises ValueError if a declaration is not `letter=class`, or the class is not one of the book's.

    >>> meanings("p=prediction y=truth")["p"]
    'prediction'
    """
    found = dict(USUAL)
    for part in declared.split():
        letter, _, kind = part.partition("=")
        if len(letter) != 1 or not letter.isalpha() or kind not in CLASSES:
            raise ValueError(f"colours: {part!r} is not letter=class; classes: {sorted(CLASSES)}")
        found[letter] = kind
    return {letter: kind for letter, kind in found.items() if kind != "none"}


def tokens(tex: str) -> list[str]:
    r"""Split TeX into control words, control symbols, braces, white space and characters.

    >>> tokens(r"\log q_{i}")
    ['\\log', ' ', 'q', '_', '{', 'i', '}']
    """
    return [match[0] for match in TOKEN.finditer(tex)]


def group_end(parts: list[str], start: int) -> int:
    """Return the index after the group or the single token that begins at `start`."""
    while start < len(parts) and parts[start].isspace():
        start += 1
    if start >= len(parts) or parts[start] != "{":
        return min(start + 1, len(parts))
    depth = 0
    for index in range(start, len(parts)):
        depth += (parts[index] == "{") - (parts[index] == "}")
        if depth == 0:
            return index + 1
    return len(parts)


def arguments(parts: list[str], start: int) -> list[str] | None:
    """Return the tokens between the parentheses that open at `start`, None if none open there."""
    opening = {r"\left", r"\big", r"\Big", r"\bigl", r"\Bigl"}
    while start < len(parts) and (parts[start].isspace() or parts[start] in opening):
        start += 1
    if start >= len(parts) or parts[start] != "(":
        return None
    depth = 0
    for index in range(start, len(parts)):
        depth += (parts[index] == "(") - (parts[index] == ")")
        if depth == 0:
            return parts[start + 1 : index]
    return None


def after_scripts(parts: list[str], start: int) -> int:
    """Return the index after the subscripts and superscripts that begin at `start`."""
    while start < len(parts) and parts[start] in {"_", "^"}:
        start = group_end(parts, start + 1)
    return start


def role(parts: list[str], index: int, letters: Mapping[str, str]) -> str:
    """Return the class of the letter at `index`, or an empty string."""
    letter = parts[index]
    before = parts[index - 1] if index else ""
    after = parts[index + 1] if index + 1 < len(parts) else ""
    if any(len(near) == 1 and near.isalpha() for near in (before, after)):
        return ""  # part of a name of several letters
    if letter in "HD":
        inside = arguments(parts, after_scripts(parts, index + 1))
        if inside is None:
            return ""
        bars = {r"\|", r"\Vert", r"\parallel", "‖"} & set(inside)
        if letter == "D":
            return "divergence" if bars else ""
        return "" if bars or {",", ";", "|", r"\mid"} & set(inside) else "entropy"
    if letter.islower() and before in {"_", "^"}:
        return ""  # an index or an exponent: the p of a norm
    return letters.get(letter, "")


def colour(tex: str, letters: Mapping[str, str] = USUAL) -> str:
    r"""Return `tex` with the letters that mean something wrapped in `\htmlClass`.

    >>> print(colour(r"D(P \| q_i)"))
    \htmlClass{divergence}{D}(\htmlClass{truth}{P} \| \htmlClass{prediction}{q}_i)
    >>> print(colour(r"H(X) \text{ if } H(P, x)"))
    \htmlClass{entropy}{H}(X) \text{ if } H(\htmlClass{truth}{P}, x)
    """
    parts = tokens(tex)
    out: list[str] = []
    index = 0
    while index < len(parts):
        part = parts[index]
        name = part[1:].rstrip("*") if part.startswith("\\") else ""
        if name in VERBATIM or name in ACCENTS:
            end = group_end(parts, index + 1)
            if name == "begin" and COLUMNS.search("".join(parts[index + 1 : end]).strip("{} ")):
                end = group_end(parts, end)
            if name in {"textcolor", "htmlClass", "href"}:
                end = group_end(parts, end)
            out += parts[index:end]
            index = end
            continue
        kind = role(parts, index, letters) if len(part) == 1 and part.isalpha() else ""
        out.append(rf"\htmlClass{{{kind}}}{{{part}}}" if kind else part)
        index += 1
    return "".join(out)
