"""What pages say of the losses, made of their records: lists, formulas and tables, as Markdown."""

import importlib
import re

from lib.losses.records import GROUPS, RECORDS, Record, in_order
from lib.peers import LIBRARIES, names

#: TeX that takes little room, and how much of the other fits in a line.
SILENT, LINE = re.compile(r"\\[a-zA-Z]+|[{}\\\s^_&]"), 28
Rows = list[tuple[str, ...]]


def functions(module: str, members: list[str]) -> str:
    """Return the descriptions of these functions, for a page that Sphinx makes."""
    lines = [f".. currentmodule:: {module}", "", *(f".. autofunction:: {name}" for name in members)]
    return "\n".join(["```{eval-rst}", *lines, "```"])


def reference() -> str:
    """Return the section of each group of losses in the API reference."""
    sections = []
    for group in GROUPS:
        members = [
            name
            for record in RECORDS.values()
            if record.group == group
            for name in sorted(record.functions, key=len)
        ]
        sections += [f"### {group}", functions("lib.losses", members)]
    return "\n\n".join(sections)


def formula(name: str) -> str:
    """Return a loss and its derivative as a displayed formula."""
    record = RECORDS[name]
    parts = [part for part in (record.formula, record.slope) if part]
    if sum(len(SILENT.sub("", part)) for part in parts) <= LINE:
        return "$$\n" + ", \\qquad ".join(parts) + "\n$$"
    lines = " \\\\[0.6em]\n".join(parts)
    return f"$$\n\\begin{{gathered}}\n{lines}\n\\end{{gathered}}\n$$"


def table() -> str:
    """Return a table of all losses."""
    rows: Rows = [("function", "loss", "takes", "target"), ("---",) * 4]
    return lines_of([*rows, *map(row, in_order())])


def row(record: Record) -> tuple[str, ...]:
    bars = record.formula.replace("\\|", "\\Vert ").replace("|", "\\vert ")
    return f"`{record.name}`", f"${bars}$", record.takes, record.target


def peers(library: str) -> str:
    """Return a table of what a library calls the losses, beside PyTorch's names."""
    major, minor, _ = LIBRARIES[library].version.split(".")
    rows: Rows = [(f"{library} {major}.{minor}", "PyTorch", "here", "differs in"), ("---",) * 4]
    for name, theirs in names("losses").items():
        pytorch = ", ".join(f"`{peer.name}`" for peer in theirs.get("PyTorch", ())) or "none"
        for peer in theirs.get(library, ()):
            rows.append((f"`{peer.name}`", pytorch, f"`{name}`", peer.differs))
    return lines_of(rows)


def called_elsewhere(module: str) -> str:
    """Return a table of what the libraries call each function of ``lib.<module>``."""
    known = names(module)
    libraries = [name for name in LIBRARIES if any(name in theirs for theirs in known.values())]
    rows: Rows = [("", *libraries), ("---",) * (len(libraries) + 1)]
    for ours in importlib.import_module(f"lib.{module}").__all__:
        if theirs := known.get(ours):
            cells = (
                ", ".join(
                    f"`{peer.name}`" + f" ({peer.differs})" * bool(peer.differs)
                    for peer in theirs.get(library, ())
                )
                for library in libraries
            )
            rows.append((f"`{ours}`", *cells))
    return lines_of(rows)


def lines_of(rows: Rows) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def markdown(directive: str, argument: str) -> str | None:
    """Return what a directive of the losses stands for, if it is one."""
    match directive, argument.split():
        case "loss", [name]:
            return formula(name)
        case "losses", []:
            return table()
        case "peers", [library] if library in LIBRARIES:
            return peers(library)
        case "peers", [module]:
            return called_elsewhere(module)
    return None
