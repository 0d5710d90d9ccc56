# Makes the book's library importable where it is not yet: on Colab, or beside a download.
import importlib.util
import subprocess
import sys
from pathlib import Path

if importlib.util.find_spec("lib") is None:
    here = Path.cwd()
    wheels = [folder / "WHEEL" for folder in (here, *here.parents)]
    sources = [str(wheel) for wheel in wheels if wheel.exists()] + ["SOURCES"]
    for source in sources:
        if not subprocess.call([sys.executable, "-m", "pip", "install", "--quiet", source]):
            break
    else:
        raise ImportError("lib is missing: put the wheel from the site's notebooks folder here")
