"""The book's Sphinx extension: what the site does beyond stock Jupyter Book.

Each module registers itself; this one only lists them. `_config.yml` loads it as a local extension,
so that `jupyter-book build .` and `make book` give the same pages.
"""

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from website.sphinxext import execution, explorables, maths, pages


def setup(app: Sphinx) -> ExtensionMetadata:
    for module in (execution, maths, explorables, pages):
        module.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
