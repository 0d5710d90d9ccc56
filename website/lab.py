"""Open the chapters as notebooks in JupyterLab: `python -m website.lab`, which `make lab` runs.

The chapters are text; Jupytext shows them as notebooks. The settings that make a double-click do
so, and that keep explorables in a saved notebook, are written into the environment, not into the
reader's own configuration.
"""

import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = Path(sys.prefix) / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
DOCUMENTS = "@jupyterlab/docmanager-extension:plugin"
WIDGETS = "@jupyter-widgets/jupyterlab-manager:plugin"


def configure(path: Path = SETTINGS) -> None:
    """Make JupyterLab open text notebooks and save widgets, keeping other settings.

    Without saved widgets a notebook that is opened again says "model not found" where an explorable
    was, until its cells are run.
    """
    settings = json.loads(path.read_text()) if path.exists() else {}
    settings.setdefault(WIDGETS, {})["saveState"] = True
    viewers = settings.setdefault(DOCUMENTS, {}).setdefault("defaultViewers", {})
    viewers.update({"markdown": "Jupytext Notebook", "myst": "Jupytext Notebook"})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(settings, indent=2) + "\n")


def main() -> None:
    configure()
    os.chdir(ROOT)
    command = [sys.executable, "-m", "jupyterlab", *sys.argv[1:]]
    os.execv(sys.executable, command)


if __name__ == "__main__":
    main()
