"""Explorables in a notebook that leaves Jupyter: nbconvert, JupyterLab's menu, a course's feedback.

A wheel installs `jupyter/*.json`, which switch this on in its environment; an editable install
does not, and `python -m lib.explorables.export` does it.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from traitlets import Bool

from lib.explorables._base import REGISTRY, STATIC

CONFIG = Path(__file__).parent / "jupyter"
#: Where Jupyter looks for each file, below the environment.
PLACES = {
    "jupyter_config.json": "etc/jupyter",
    "explorables.json": "etc/jupyter/labconfig/default_setting_overrides.d",
}
VIEW = "application/vnd.jupyter.widget-view+json"


NAME = re.compile(r'<figure class="explorable" data-explorable="(\w+)"')


def live(page: str, names: set[str]) -> str:
    """Return the HTML of a mount and what brings all mounts of its page, `names`, to life."""
    css = (STATIC / "explorables.css").read_text(encoding="utf-8")
    files = [*(f"view-{name}.js" for name in sorted(names)), "explorables.js"]
    assets = sorted({asset for name in names for asset in REGISTRY[name].needs})
    scripts = [asset.script() for asset in assets]
    scripts += [(STATIC / file).read_text(encoding="utf-8") for file in files]
    return f"{page}<style>{css}</style>" + "".join(f"<script>{text}</script>" for text in scripts)


class CarryExplorables(Preprocessor):
    """Let a page carry its explorables: pictures that come to life where scripts run.

    A widget would ask another host for its script and show a broken link where there is none. What
    nbconvert sanitises, before this or after, would be shown as text: there the picture has to do.
    """

    enabled = Bool(True).tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        outputs = [
            output.data
            for cell in nb.cells
            for output in cell.get("outputs", [])
            if "data" in output
        ]
        mounts = [data for data in outputs if "data-explorable=" in data.get("text/html", "")]
        for data in mounts:
            data.pop(VIEW, None)
            unsafe = getattr(self.parent, "sanitize_html", False)
            if "image/png" in data and (unsafe or not NAME.search(data["text/html"])):
                del data["text/html"]
        if mounts and not any(VIEW in data for data in outputs):
            nb.metadata.pop("widgets", None)
        if whole := [data for data in mounts if "text/html" in data]:
            names = {name for data in whole for name in NAME.findall(data["text/html"])}
            whole[0]["text/html"] = live(whole[0]["text/html"], names)
        return nb, resources


def switch_on(prefix: Path = Path(sys.prefix)) -> None:
    """Have nbconvert carry explorables and JupyterLab save them, keeping other settings."""
    for name, place in PLACES.items():
        path = prefix / place / name
        settings = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        for section, values in json.loads((CONFIG / name).read_text(encoding="utf-8")).items():
            held = settings.setdefault(section, {})
            for key, value in values.items():
                if isinstance(value, list):  # others may have steps of their own
                    value = list(dict.fromkeys([*held.get(key, []), *value]))
                held[key] = value
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    switch_on()
