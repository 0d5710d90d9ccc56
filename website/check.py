"""Check a built site: every page is there, none is empty, nothing it points to is missing."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from website.contents import listed_pages

LEAST_TEXT = 200  # characters in a page's article; the shortest real page has several times that
URL_ATTRIBUTES = {"href", "src", "poster", "data"}


@dataclass(frozen=True)
class Page:
    """What the check wants to know of a page."""

    references: list[str]
    ids: list[str]
    characters: int  # in its article


class Reader(HTMLParser):
    """Collects a page's references, its ids and the text of its article."""

    def __init__(self) -> None:
        super().__init__()
        self.references: list[str] = []
        self.ids: list[str] = []
        self.text: list[str] = []
        self._inside = False
        self._silent = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name == "id" and value:
                self.ids.append(value)
            elif name in URL_ATTRIBUTES and value is not None:
                self.references.append(value)
            elif name == "srcset" and value:
                self.references += [part.split()[0] for part in value.split(",")]
        self._inside |= tag == "article"
        self._silent += tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        self._inside &= tag != "article"
        self._silent -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if self._inside and not self._silent:
            self.text.append(data)


def read(html: str) -> Page:
    reader = Reader()
    reader.feed(html)
    text = "".join(reader.text).strip()
    return Page(list(dict.fromkeys(reader.references)), reader.ids, len(text))


def read_pages(site: Path, memory: Path | None) -> dict[Path, Page]:
    """Read all pages of a site; those whose bytes are in `memory`, a file, are not parsed again."""
    own = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    known = json.loads(memory.read_text(encoding="utf-8")) if memory and memory.exists() else {}
    if known.get("reader") != own:  # another version of this module wrote it
        known = {}
    seen: dict[str, Page] = {}
    pages = {}
    for path in sorted(site.rglob("*.html")):
        if "_static" in path.parts:
            continue
        content = path.read_bytes()
        key = hashlib.sha256(content).hexdigest()
        if key not in seen:
            seen[key] = Page(**known[key]) if key in known else read(content.decode())
        pages[path] = seen[key]
    if memory:
        entries = {key: asdict(page) for key, page in seen.items()}
        memory.write_text(json.dumps({"reader": own, **entries}), encoding="utf-8")
    return pages


def problems(
    site: Path, pages: list[str] | None = None, root: str = "/", memory: Path | None = None
) -> list[str]:
    """Return what is wrong with the site, one line each, naming the page.

    `site` is the directory with `index.html`, and `pages` names those that must be there, by
    default the table of contents'. `root` is where the site will be on its host; the 404 page,
    which is served anywhere, starts from it. `memory` is a file that keeps what was read of each
    page for the next check; it may be missing.
    """
    site = site.resolve()
    parsed = read_pages(site, memory)
    found = []
    for name in listed_pages() if pages is None else pages:
        path = site / f"{name}.html"
        if path not in parsed:
            found.append(f"{name}: listed in _toc.yml, but {path.name} was not built")
        elif (length := parsed[path].characters) < LEAST_TEXT:
            found.append(f"{name}: the page is empty or nearly so ({length} characters)")
    for path in parsed:
        found += broken_references(path, parsed, site, root)
    return found


def broken_references(path: Path, pages: dict[Path, Page], site: Path, root: str) -> Iterator[str]:
    """Yield the references of a page that lead nowhere within the site."""
    where = path.relative_to(site).as_posix()
    for reference in pages[path].references:
        parts = urlsplit(reference)
        if parts.scheme or parts.netloc:
            continue
        named = unquote(parts.path)
        if named.startswith(root):
            target = site / named.removeprefix(root)
        else:
            target = path.parent / named if named else path
        target = target.resolve()
        if target.is_dir():
            target = target / "index.html"
        if not target.exists():
            yield f"{where}: {reference} does not exist"
        elif (
            parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids
        ):
            yield f"{where}: {reference} has no such place"
