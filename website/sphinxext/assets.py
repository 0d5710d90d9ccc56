"""The site's static files: one style sheet for all pages, and nothing that no page uses."""

import re
import shutil
from pathlib import Path

from pygments.formatters import HtmlFormatter
from sphinx.application import Sphinx
from sphinx.config import Config

ASSETS = Path(__file__).parents[1] / "assets"
STATIC = Path(__file__).parents[1] / "static"
EXPLORABLES = Path(__file__).parents[2] / "lib" / "explorables" / "static"
LIGHT, DARK = "a11y-high-contrast-light", "a11y-high-contrast-dark"
# Of what Sphinx and the theme put into _static, the pages use these alone.
KEPT = {
    *("THIRD-PARTY-LICENSES.txt", "book.css", "brand", "fonts", "formula.woff2", "katex"),
    *("explorables-3d.js", "explorables-tables.js", "explorables.js", "minisearch", "search"),
    *("search-index.js", "site.js", "snowball", "sphinx-design.min.css"),
}


def pygments_css() -> str:
    """Return the colours of code for the light and the dark page; paper is light.

    >>> "@media screen{:root[data-theme=dark] .highlight" in pygments_css()
    True
    """

    def rules(style: str, scope: str) -> str:
        found = HtmlFormatter(style=style).get_style_defs(scope).splitlines()
        kept = "\n".join(rule for rule in found if ".highlight" in rule)
        return re.sub(r"background(-color)?:[^;}]*;?", "", kept)  # of which the page decides

    dark = rules(DARK, ":root[data-theme=dark] .highlight")
    return f"{rules(LIGHT, '.highlight')}\n@media screen{{{dark}}}"


def katex_css() -> str:
    """Return KaTeX's style sheet as it is needed beside `book.css`: woff2 alone, own paths."""
    css = (STATIC / "katex" / "katex.min.css").read_text(encoding="utf-8")
    css = re.sub(r',url\([^)]*\.(woff|ttf)\) format\("[a-z]*"\)', "", css)
    return css.replace("url(fonts/", "url(katex/fonts/")


def style_sheet() -> str:
    """Return the one style sheet that every page loads: a second would delay its first paint."""
    palette = (EXPLORABLES / "palette.css").read_text(encoding="utf-8")
    # The palette's second half is for explorables outside the book's pages.
    light, dark = (r for r in palette.splitlines() if r.startswith(":root"))
    palette = f"{light}\n@media screen{{{dark}}}"
    own = (ASSETS / "book.css").read_text(encoding="utf-8")
    own = re.sub(r"/\*.*?\*/\s*|(?<=[{;,])\s+|\s+(?=[{}])|(?<=\})\s+", "", own, flags=re.S)
    figures = (EXPLORABLES / "explorables.css").read_text(encoding="utf-8")
    # A widget carries the font of its formula; a page gets it with its first formula.
    figures = re.sub(r'url\("?data:font/woff2[^)]*\)', "url(formula.woff2)", figures)
    return "\n".join([palette, katex_css(), own, pygments_css(), figures])


def configure(app: Sphinx, config: Config) -> None:
    # Last come first: the palette and the bundles are made by the explorables' own build.
    config.html_static_path = [*config.html_static_path, str(EXPLORABLES)]


def write_assets(app: Sphinx, error: Exception | None) -> None:
    """Write the style sheet and drop what the theme copied and no page uses."""
    if error or app.builder.format != "html":
        return
    out = Path(app.outdir)
    static = out / "_static"
    (static / "book.css").write_text(style_sheet(), encoding="utf-8")
    from lib.explorables import REGISTRY

    for asset in {asset for cls in REGISTRY.values() for asset in cls.needs}:
        (static / asset.file).write_text(asset.script(), encoding="utf-8")
    for kept in (static / "katex").glob("katex.min.*"):  # in the style sheet, and done by then
        kept.unlink()
    design = next(out.rglob("sphinx-design.min.css"), None)
    if design and design.parent != static:
        shutil.copy(design, static)
    for entry in static.iterdir():
        if entry.name not in KEPT and not entry.name.startswith(("view-", "data-")):
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    for name in ("_sphinx_design_static", "_sources"):
        shutil.rmtree(out / name, ignore_errors=True)


def setup(app: Sphinx) -> None:
    app.connect("config-inited", configure)
    app.connect("build-finished", write_assets, priority=950)
