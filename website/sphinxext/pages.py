"""The page around the chapter: what the templates need to know, and its policy."""

import base64
import hashlib
import html
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import imagesize
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

from website.sphinxext.notebooks import is_notebook
from website.sphinxext.where import Place, place

ASSETS = Path(__file__).parents[1] / "assets"


def first_script(theme: str) -> str:
    """Return what stands in the page, to run before all scripts that are files and may not come."""
    parts = [(ASSETS / name).read_text(encoding="utf-8") for name in (theme, "still.js")]
    return "\n".join(part.strip() for part in parts)


THEME_SCRIPT = first_script("theme.js")
DESCRIPTION_LENGTH = 160
# Jupyter Book prepares every notebook for a kernel service that the book does not use.
THEBE = re.compile(
    r'<script type="text/x-thebe-config">.*?</script>\s*<script>kernelName = .*?</script>', re.S
)


def policy(*inline_scripts: str) -> str:
    """Return the Content-Security-Policy of a page: nothing from anywhere but the site itself.

    `file:` lets a page that was opened from a disk read its neighbours. KaTeX places its glyphs
    with style attributes, which is what `style-src-attr` allows.

    >>> "https:" in policy()
    False
    """
    hashes = "".join(
        f" 'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'"
        for s in inline_scripts
    )
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' file:{hashes}",
            "style-src 'self' file:",
            "style-src-attr 'unsafe-inline'",
            "img-src 'self' file: data:",
            "font-src 'self' file:",
            "connect-src 'self'",
            "frame-src 'self' file:",
            "base-uri 'none'",
            "form-action 'self' file:",
        ]
    )


#: Characters that the first screen shows at most, on a large one.
FIRST_SCREEN = 1500


def fonts_of(body: str) -> list[str]:
    """Return the fonts that a page needs from its first screen on: fetched before they are met.

    >>> fonts_of("<p>words</p>")
    ['fonts/source-serif', 'fonts/source-sans']
    >>> fonts_of("<p>words</p>" * FIRST_SCREEN + "<em>far below</em>")
    ['fonts/source-serif', 'fonts/source-sans']
    """
    seen = 0
    for text in re.finditer(r">[^<]+", body):
        seen += len(text[0])
        if seen > FIRST_SCREEN:
            body = body[: text.end()]
            break
    fonts = ["fonts/source-serif", "fonts/source-sans"]
    if "<em>" in body:
        fonts.append("fonts/source-serif-italic")
    if 'class="katex' in body:
        fonts += ["katex/fonts/KaTeX_Main-Regular", "katex/fonts/KaTeX_Math-Italic"]
    return fonts


def describe(env: BuildEnvironment, page: str) -> str:
    """Return a page's description: its front matter's, else its first sentences."""
    given = env.metadata.get(page, {}).get("description")
    if given:
        return str(given)
    text = env.book_lead.get(page, "") if hasattr(env, "book_lead") else ""
    if len(text) <= DESCRIPTION_LENGTH:
        return text
    cut = text[:DESCRIPTION_LENGTH]
    sentences = re.match(r".*[.!?](?= )", cut, flags=re.S)
    return sentences[0] if sentences and len(sentences[0]) > 60 else cut.rsplit(" ", 1)[0] + " …"


def book_contents(toctree: str) -> str:
    """Return the sidebar's list: captions as plain labels, not headings without a level."""
    plain = re.sub(r'<p[^>]* class="caption"[^>]*>', '<p class="part">', toctree)
    return plain.replace(' class="caption-text"', "")


def page_contents(toc: str) -> str:
    """Return the page's own table of contents without its title, or an empty string.

    >>> page_contents('<ul><li><a href="#">T</a><ul><li><a href="#a">A</a></li></ul></li></ul>')
    '<ul><li><a href="#a">A</a></li></ul>'
    """
    inner = re.search(r"<ul>.*?<ul>(.*)</ul>\s*</li>\s*</ul>\s*$", toc, flags=re.S)
    return f"<ul>{inner[1]}</ul>" if inner else ""


def size_image(tag: str, files: Mapping[str, Path]) -> str:
    """Return an `<img>` with its size as attributes, loaded when the reader comes near it.

    The browser then keeps its place free, and shrinks it in proportion on a narrow screen.
    `files` gives the files of pictures, by name, whose size the page does not say.

    >>> print(size_image('<img src="a.png" style="width: 624px; height: 240.5px;" />', {}))
    <img src="a.png" width="624" height="240" loading="lazy" decoding="async">
    """
    tag = tag.removesuffix(">").removesuffix("/").rstrip()
    style = re.search(r' style="width: ([\d.]+)px; height: ([\d.]+)px;"', tag)
    if style:
        tag = tag.replace(style[0], "")
        size = (round(float(style[1])), round(float(style[2])))
    elif " width=" not in tag:
        source = re.search(r' src="[^"]*?([^"/]+)"', tag)
        file = files.get(unquote(source[1])) if source else None
        size = tuple(map(round, imagesize.get(file))) if file else (-1, -1)
    else:
        size = (-1, -1)
    if size[0] > 0:
        tag += f' width="{size[0]}" height="{size[1]}"'
    if " loading=" not in tag:
        tag += ' loading="lazy" decoding="async"'
    return tag + ">"


def tidy(body: str) -> str:
    """Return a page's text without what Sphinx writes and HTML or ARIA does not allow.

    >>> tidy('<th class="head"><p></p></th>')
    '<td></td>'
    >>> tidy('<dd><p><ul class="simple"><li><p>a</p></li></ul>\\n</p></dd>')
    '<dd><ul class="simple"><li><p>a</p></li></ul></dd>'
    """
    # A deprecated role, and not one that the list around it may hold.
    body = body.replace(' role="doc-biblioentry"', ' role="listitem"')
    # The empty corner of a table heads nothing.
    body = re.sub(r'<th class="head[^"]*">\s*(?:<p>\s*</p>)?\s*</th>', "<td></td>", body)
    # Several return values: a list, which a paragraph cannot hold.
    return re.sub(r'<p>(<ul class="simple">(?:(?!<ul).)*?</ul>)\s*</p>', r"\1", body, flags=re.S)


def add_context(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Add what `layout.html` needs of this page, as `book`."""
    where: Place = place()
    env = app.env
    body = THEBE.sub("", context.get("body", ""))
    if pagename in env.found_docs:
        # Sphinx copies the pictures when all pages are written.
        files = {name: Path(app.srcdir) / path for path, name in app.builder.images.items()}
        body = re.sub(r"<img [^>]*>", lambda match: size_image(match[0], files), body)
    context["body"] = body = tidy(body)
    heading = html.unescape(re.sub(r"<[^>]+>", "", context.get("title") or app.config.html_title))
    front = pagename == app.config.root_doc
    heading = {"search": "Search", "404": "Page not found"}.get(pagename, heading)
    pathto = context["pathto"]
    if pagename == "404":
        # Served at any address: its links start from the root, the host's where no site's is known.
        site_path = urlsplit(where.base).path or "/"
        relative = pathto
        pathto = context["pathto"] = lambda *a, **k: site_path + relative(*a, **k)
        context["content_root"] = site_path
    styles = ["sphinx-design.min.css"] if " sd-" in body or '"sd-' in body else []
    notebook = is_notebook(env, pagename)
    cite = "chapters/cite"
    context["book"] = {
        "csp": policy(THEME_SCRIPT),
        "theme_script": THEME_SCRIPT,
        "title": html.escape(
            app.config.html_title if front else f"{heading} · {app.config.html_title}"
        ),
        "heading": app.config.html_title if front else heading,
        "description": describe(env, pagename) or app.config.html_title,
        "robots": "noindex" if pagename in {"search", "404"} else "",
        "url": where.base and where.base + ("" if front else app.builder.get_target_uri(pagename)),
        "base": where.base,
        "fonts": " ".join(fonts_of(body)),
        "styles": styles,
        "toc": book_contents(
            context["toctree"](collapse=False, titles_only=True, maxdepth=1, includehidden=True)
        ),
        "contents": "" if front else page_contents(context.get("toc") or ""),
        "notebook": pathto(f"notebooks/{pagename}.ipynb", 1) if notebook else "",
        "tools": where.tools(pagename) if notebook else [],
        "cite": pathto(cite) if cite in env.found_docs else "",
        "source": f"{where.source}/blob/{where.ref}/{pagename}.md"
        if where.source and pagename in env.found_docs
        else "",
    }


def rewrite_all_if_contents_changed(app: Sphinx, env: Any) -> list[str]:
    """Have every page written again when a title or the order of the pages changed.

    The sidebar and the links to the neighbours stand on every page; Sphinx alone would write only
    the page that was edited.
    """
    titles = {name: title.astext() for name, title in sorted(env.titles.items())}
    contents = repr((titles, sorted(env.toctree_includes.items())))
    changed = getattr(env, "book_contents", contents) != contents
    env.book_contents = contents
    return sorted(env.found_docs) if changed else []


def configure(app: Sphinx, config: Config) -> None:
    config.html_additional_pages = {**config.html_additional_pages, "404": "404.html"}
    config.book_place = repr(place())


def write_sitemap(app: Sphinx, error: Exception | None) -> None:
    """Write `sitemap.xml` and `robots.txt` where the site's address is known."""
    base = place().base
    if error or app.builder.format != "html" or not base:
        return
    root = app.config.root_doc
    pages = sorted(app.env.found_docs)
    urls = [base if page == root else base + app.builder.get_target_uri(page) for page in pages]
    lines = "".join(f"  <url><loc>{html.escape(url)}</loc></url>\n" for url in urls)
    out = Path(app.outdir)
    (out / "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{lines}</urlset>\n',
        encoding="utf-8",
    )
    (out / "robots.txt").write_text(
        f"User-agent: *\nAllow: /\nSitemap: {base}sitemap.xml\n", encoding="utf-8"
    )


def tell_hosts(app: Sphinx, error: Exception | None) -> None:
    """Keep GitHub Pages, serving a branch, from dropping the folders that begin with `_`."""
    if not error and app.builder.format == "html":
        (Path(app.outdir) / ".nojekyll").touch()


def setup(app: Sphinx) -> None:
    app.add_config_value("book_place", "", "html", str)
    app.connect("config-inited", configure)
    app.connect("env-updated", rewrite_all_if_contents_changed)
    app.connect("html-page-context", add_context, priority=900)
    app.connect("build-finished", write_sitemap)
    app.connect("build-finished", tell_hosts)
