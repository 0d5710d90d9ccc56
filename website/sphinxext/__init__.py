"""The book's Sphinx extension: what the site does beyond stock Jupyter Book.

Each module here that has a `setup` registers itself. `_config.yml` loads this as a local extension,
so that `jupyter-book build .` and `make book` give the same pages.
"""

from importlib import import_module
from pkgutil import iter_modules

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata


def allow_parallel_reading(app: Sphinx) -> None:
    """Say of an extension that does not say so itself that pages may be read in parallel.

    sphinx-multitoc-numbering numbers the chapters when all pages have been read.
    """
    extension = app.extensions.get("sphinx_multitoc_numbering")
    if extension:
        extension.parallel_read_safe = True


def setup(app: Sphinx) -> ExtensionMetadata:
    for found in iter_modules(__path__):
        module = import_module(f"{__name__}.{found.name}")
        if hasattr(module, "setup"):
            module.setup(app)
    app.connect("builder-inited", allow_parallel_reading)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
