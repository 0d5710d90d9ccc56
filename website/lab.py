"""Open the chapters as notebooks in JupyterLab: `python -m website.lab`, which `make lab` runs.

The chapters are text; Jupytext shows them as notebooks. The one setting that makes a double-click
do so is written into the environment, not into the reader's own configuration.
"""

import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = Path(sys.prefix) / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
PLUGIN = "@jupyterlab/docmanager-extension:plugin"


def open_text_as_notebooks(path: Path = SETTINGS) -> None:
    """Make JupyterLab open Markdown notebooks with Jupytext, keeping other settings."""
    settings = json.loads(path.read_text()) if path.exists() else {}
    viewers = settings.setdefault(PLUGIN, {}).setdefault("defaultViewers", {})
    viewers.update({"markdown": "Jupytext Notebook", "myst": "Jupytext Notebook"})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(settings, indent=2) + "\n")


def main() -> None:
    open_text_as_notebooks()
    os.chdir(ROOT)
    command = [sys.executable, "-m", "jupyterlab", *sys.argv[1:]]
    os.execv(sys.executable, command)


if __name__ == "__main__":
    main()
