"""Explorables on the page: their fallback figures as files, and a page of their own to embed."""

import base64
import hashlib
import html
import json
import re
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from website.sphinxext.pages import first_script, policy

logger = logging.getLogger(__name__)
EMBED = Path(__file__).parents[1] / "templates" / "embed.html"
DATA_URL = re.compile(r'src="data:image/png;base64,([^"]+)"')


def images_to_files(markup: str, images: Path, url: str) -> str:
    """Return `markup` with its PNG data URLs written into `images` and linked to from there.

    They load when they are shown: on paper, and where the figure's script does not come. Files are
    named after their content; `url` is how the page reaches `images`, with a slash at its end.
    """

    def move(match: re.Match[str]) -> str:
        data = base64.b64decode(match[1])
        name = f"{hashlib.sha256(data).hexdigest()[:20]}.png"
        images.mkdir(parents=True, exist_ok=True)
        if not (images / name).exists():
            (images / name).write_bytes(data)
        return f'loading="lazy" src="{url}{name}"'

    return DATA_URL.sub(move, markup)


class MoveImages(SphinxPostTransform):
    """Keep the pictures of explorables out of the page: few readers need them."""

    default_priority = 400
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        builder = self.app.builder
        depth = builder.get_target_uri(self.env.docname).count("/")
        for node in self.document.findall(nodes.raw):
            if "data-explorable=" in node.astext():
                markup = images_to_files(
                    node.astext(), Path(builder.outdir) / "_images", "../" * depth + "_images/"
                )
                node.children = [nodes.Text(markup)]


def mounts(app: Sphinx) -> dict[str, dict[str, str]]:
    """Return the title and the markup of every explorable in its first state.

    They depend on what the cells depend on, so they are kept beside the executed cells.
    """
    kept = Path(app.config.nb_execution_cache_path) / "mounts.json"
    if not kept.exists():
        from lib.explorables import REGISTRY

        made = {}
        for name, cls in REGISTRY.items():
            instance = cls()
            made[name] = {"title": instance.title, "markup": instance.mount_html()}
        kept.write_text(json.dumps(made), encoding="utf-8")
    found: dict[str, dict[str, str]] = json.loads(kept.read_text(encoding="utf-8"))
    return found


class Explorable(SphinxDirective):
    """An explorable on a page that is not a notebook: `{explorable} cross_entropy`."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        known = mounts(self.env.app)
        name = self.arguments[0]
        if name not in known:
            raise self.error(f"unknown explorable {name!r}; there are {', '.join(sorted(known))}")
        return [nodes.raw("", known[name]["markup"], format="html")]


def chapter_of(app: Sphinx, name: str) -> str:
    """Return the page that shows the explorable `name`, or an empty string."""
    for page in sorted(app.env.found_docs):
        path = Path(app.outdir) / app.builder.get_target_uri(page)
        if f'data-explorable="{name}"' in path.read_text(encoding="utf-8"):
            return page
    return ""


def write_embeds(app: Sphinx, error: Exception | None) -> None:
    """Write `embed/<name>.html` for every explorable."""
    if error or app.builder.name != "html":
        return
    template = EMBED.read_text(encoding="utf-8")
    theme = first_script("embed-theme.js")
    out = Path(app.outdir)
    (out / "embed").mkdir(exist_ok=True)
    for name, mount in mounts(app).items():
        chapter, title = chapter_of(app, name), mount["title"]
        origin = app.env.titles[chapter].astext() if chapter else app.config.html_title
        target = app.builder.get_target_uri(chapter or app.config.root_doc)
        back = f'<a href="../{target}" target="_top">{html.escape(origin)}</a>'
        page = template
        for key, value in {
            "csp": policy(theme),
            "name": name,
            "theme": theme,
            "title": html.escape(f"{title} · {app.config.html_title}"),
            "description": html.escape(f"{title}: an interactive figure to frame in a course."),
            "heading": html.escape(title),
            "back": back,
            "mount": images_to_files(mount["markup"], out / "_images", "../_images/"),
        }.items():
            page = page.replace(f"[[{key}]]", value)
        (out / "embed" / f"{name}.html").write_text(page, encoding="utf-8")


def setup(app: Sphinx) -> None:
    app.add_directive("explorable", Explorable)
    app.add_post_transform(MoveImages)
    app.connect("build-finished", write_embeds, priority=700)
