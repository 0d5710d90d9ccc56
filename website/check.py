"""Check a built site: every page is there, none is empty, nothing it points to is missing."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml

ROOT = Path(__file__).resolve().parents[1]
LEAST_TEXT = 200  # characters in a page's article; the shortest real page has several times that
URL_ATTRIBUTES = {"href", "src", "poster", "data"}


class Page(HTMLParser):
    """What the check wants to know of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.references: list[str] = []
        self.ids: set[str] = set()
        self.text = ""
        self._inside = False
        self._silent = 0
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name == "id" and value:
                self.ids.add(value)
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
            self.text += data


def listed_pages(toc: Path = ROOT / "_toc.yml") -> Iterator[str]:
    """Yield the names of the pages in a table of contents."""

    def files(entry: object) -> Iterator[str]:
        if isinstance(entry, dict):
            for key, value in entry.items():
                if key in {"file", "root"}:
                    yield str(value).removesuffix(".md")
                else:
                    yield from files(value)
        elif isinstance(entry, list):
            for part in entry:
                yield from files(part)

    yield from files(yaml.safe_load(toc.read_text(encoding="utf-8")))


def problems(site: Path, pages: list[str] | None = None, root: str = "/") -> list[str]:
    """Return what is wrong with the site, one line each, naming the page.

    Parameters
    ----------
    site
        The directory with `index.html`.
    pages
        Names of the pages that must be there; by default, those of the table of contents.
    root
        Where the site will be on its host; the 404 page, which is served anywhere, starts from it.
    """
    names = list(listed_pages()) if pages is None else pages
    found = []
    for name in names:
        path = site / f"{name}.html"
        if not path.exists():
            found.append(f"{name}: listed in _toc.yml, but {path.name} was not built")
        elif len(text := Page(path).text.strip()) < LEAST_TEXT:
            found.append(f"{name}: the page is empty or nearly so ({len(text)} characters)")
    parsed = {
        path.resolve(): Page(path)
        for path in sorted(site.rglob("*.html"))
        if "_static" not in path.parts
    }
    for page in parsed.values():
        found += broken_references(page, parsed, site, root)
    return found


def broken_references(page: Page, pages: dict[Path, Page], site: Path, root: str) -> Iterator[str]:
    """Yield the references of a page that lead nowhere within the site."""
    where = page.path.relative_to(site).as_posix()
    for reference in dict.fromkeys(page.references):
        parts = urlsplit(reference)
        if parts.scheme or parts.netloc:
            continue
        path = unquote(parts.path)
        if path.startswith(root):
            target = site / path.removeprefix(root)
        else:
            target = page.path.parent / path if path else page.path
        target = target.resolve()
        if target.is_dir():
            target = target / "index.html"
        if not target.exists():
            yield f"{where}: {reference} does not exist"
        elif (
            parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids
        ):
            yield f"{where}: {reference} has no such place"
