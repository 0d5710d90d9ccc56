"""Programs that the build calls and that the environment brings along."""

import shutil
import sysconfig


def node() -> str:
    """Return the path of Node: the environment's or the machine's, or raise FileNotFoundError."""
    # `which` knows what a program's file is called here: `node`, or on Windows `node.EXE`.
    found = shutil.which("node", path=sysconfig.get_path("scripts")) or shutil.which("node")
    if not found:
        raise FileNotFoundError("Node is missing: pip install -r requirements.txt brings it")
    return found
