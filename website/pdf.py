"""Typeset the whole book as one PDF: `python -m website.pdf`, which `make pdf` runs.

The pages of the built site, in reading order, become one document: explorables give way to their
figures, folded solutions open, links between pages become links within the document. Chromium sets
it twice, because the table of contents needs the page numbers of the first setting.
"""

import argparse
import re
from pathlib import Path
from posixpath import dirname, join, normpath
from string import ascii_lowercase
from typing import Any, cast
from urllib.parse import urlsplit

import yaml
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Browser
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from website.brand import cover, palette
from website.build import main as build
from website.chromium import launch
from website.contents import parts

ROOT = Path(__file__).resolve().parents[1]
STYLE = ROOT / "website" / "assets" / "print.css"
PATIENCE = 120_000  # milliseconds: the book is one long page
AWAY = ".headerlink, .copy, .cover, script, .quiz-answer [role]"


def slug(page: str) -> str:
    """Return the identity of a page within the document.

    >>> slug("chapters/cross_entropy")
    'page-chapters-cross-entropy'
    """
    return "page-" + re.sub(r"[^a-z0-9]+", "-", page.lower())


def still(article: Tag) -> None:
    """Put figures in the place of explorables, and open what is folded."""
    for figure in article.select("figure.explorable"):
        image, caption = figure.select_one(".explorable-fallback"), figure.find("figcaption")
        figure.clear()
        figure["class"] = "still"
        for part in (image, caption):
            if part:
                figure.append(part)
    for folded in article.select("details"):
        folded["open"] = ""
    for quiz in article.select("fieldset.quiz"):
        letter(quiz)
    for gone in article.select(AWAY):
        gone.decompose()


def one(within: Tag, selector: str) -> Tag:
    """Return the first element that a selector finds, or raise ValueError."""
    found = within.select_one(selector)
    if found is None:
        raise ValueError(f"nothing on the page is {selector}")
    return found


def letter(quiz: Tag) -> None:
    """Put letters in the place of a quiz's buttons, and what is right below its answers."""
    for mark, answer in zip(ascii_lowercase, quiz.select(".quiz-answer"), strict=False):
        button = one(answer, "input")
        button.name, button.attrs, button.string = "b", {}, f"{mark})"
        if answer["data-answer"] == "right":
            key = one(answer, ".quiz-why").extract()
            one(key, "strong").string = f"Answer: {mark}."
    quiz.append(key)


def relink(article: Tag, page: str, pages: set[str], site: Path) -> None:
    """Make identities unique, links inner ones, and pictures absolute."""
    own = slug(page)
    for element in article.select("[id]"):
        element["id"] = f"{own}--{element['id']}"
    for element in article.select("[for], [aria-labelledby]"):
        for name in ("for", "aria-labelledby"):
            if element.get(name):
                element[name] = f"{own}--{element[name]}"
    for image in article.select("img"):
        image["src"] = (site / dirname(page) / str(image["src"])).resolve().as_uri()
        image.attrs.pop("loading", None)
    for link in article.select("a[href]"):
        url = urlsplit(str(link["href"]))
        if url.scheme:
            continue
        target = normpath(join(dirname(page), url.path)) if url.path else f"{page}.html"
        name = target.removesuffix(".html")
        if name in pages:
            link["href"] = f"#{slug(name)}" + (f"--{url.fragment}" if url.fragment else "")
        else:
            link.unwrap()


def article_of(site: Path, page: str, pages: set[str]) -> Tag:
    """Return a page's text, ready for the document."""
    text = (site / f"{page}.html").read_text(encoding="utf-8")
    article = one(BeautifulSoup(text, "html.parser"), "article")
    still(article)
    relink(article, page, pages, site)
    article["id"] = slug(page)
    return article


def contents(toc: list[tuple[str, list[str]]], titles: dict[str, str], on: dict[str, int]) -> str:
    """Return the table of contents; `on` gives the pages that are known."""
    blocks = []
    for caption, pages in toc[1:]:
        items = "".join(
            f'<li><a href="#{slug(page)}"><span>{titles[page]}</span> '
            f"<b>{on.get(page, '')}</b></a></li>"
            for page in pages
        )
        blocks.append(f"<h3>{caption}</h3><ol>{items}</ol>")
    return f'<nav class="print-contents"><h2>Contents</h2>{"".join(blocks)}</nav>'


def articles_of(site: Path, toc: list[tuple[str, list[str]]]) -> dict[str, Tag]:
    """Return the text of every page, the first of a part under the part's name."""
    pages = {page for _, names in toc for page in names}
    articles = {page: article_of(site, page, pages) for _, names in toc for page in names}
    for caption, names in toc:
        if caption:
            name = BeautifulSoup(f'<p class="part-name">{caption}</p>', "html.parser")
            articles[names[0]].insert(0, name)
    return articles


def document(site: Path, title: str, front: str, index: str, rest: str) -> str:
    """Return the book as one HTML document: cover, front page, table of contents and the rest."""
    art = cover(palette("light"))
    main, _, below = title.partition(": ")
    return (
        f'<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8">'
        f"<title>{title}</title>"
        f'<link rel="stylesheet" href="{(site / "_static/book.css").as_uri()}">'
        f'<link rel="stylesheet" href="{STYLE.as_uri()}"></head><body class="text">'
        f'<section class="print-cover"><p class="print-title">{main}</p><p>{below}</p>'
        f'<svg viewBox="0 0 1000 842" aria-hidden="true">{art}</svg></section>'
        f"{front}{index}{rest}</body></html>"
    )


def page_numbers(pdf: Path, toc: list[tuple[str, list[str]]]) -> dict[str, int]:
    """Return the page that each chapter begins on, from the document's named destinations."""
    reader = PdfReader(pdf)
    places = reader.named_destinations
    found = {}
    for _, names in toc:
        for page in names:
            place = places.get(f"/{slug(page)}") or places.get(slug(page))
            if place is not None:
                number = reader.get_destination_page_number(place)
                assert number is not None, f"{place} is on no page"
                found[page] = number + 1
    return found


def restore_spaces(writer: PdfWriter, headings: list[str]) -> None:
    """Write the outline's titles as the headings are: Chromium joins the lines of a long one."""
    known = {"".join(heading.split()): heading for heading in headings}

    def walk(item: Any) -> None:
        while item is not None:
            item = item.get_object()
            title = known.get("".join(item["/Title"].split()))
            if title:
                item[NameObject("/Title")] = TextStringObject(title)
            walk(item.get("/First"))
            item = item.get("/Next")

    walk(cast(DictionaryObject, writer.root_object["/Outlines"]).get("/First"))


def typeset(browser: Browser, site: Path, toc_file: Path, title: str, target: Path) -> None:
    """Write the book to `target`."""
    toc = list(parts(toc_file).items())
    target.parent.mkdir(parents=True, exist_ok=True)
    source = target.with_suffix(".html")
    articles = articles_of(site, toc)
    titles = {page: one(article, "h1").decode_contents() for page, article in articles.items()}
    headings = [h.get_text() for a in articles.values() for h in a.select("h1, h2, h3")]
    front, *rest = map(str, articles.values())
    on: dict[str, int] = {}
    page = browser.new_context(java_script_enabled=False).new_page()
    for final in (False, True):  # the first is for its page numbers alone
        index = contents(toc, titles, on)
        source.write_text(document(site, title, front, index, "".join(rest)), encoding="utf-8")
        page.goto(source.as_uri(), wait_until="load", timeout=PATIENCE)
        page.pdf(
            path=target,
            prefer_css_page_size=True,
            print_background=True,
            outline=final,
            tagged=final,
        )
        on = page_numbers(target, toc)
    page.context.close()
    source.unlink()
    writer = PdfWriter(clone_from=target)
    restore_spaces(writer, [" ".join(heading.split()) for heading in headings])
    writer.add_metadata({"/Title": title, "/Author": "The Cross-Entropy Book authors"})
    writer.page_mode = "/UseOutlines"
    writer.write(target)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m website.pdf", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "_build" / "cross-entropy-book.pdf")
    options = parser.parse_args()
    if failed := build(["--quiet"]):
        return failed
    title = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["title"]
    with launch() as browser:
        typeset(browser, ROOT / "_build" / "html", ROOT / "_toc.yml", title, options.out)
    count = len(PdfReader(options.out).pages)
    print(f"{options.out}: {count} pages, {options.out.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
