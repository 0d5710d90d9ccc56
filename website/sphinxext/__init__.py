"""The book's Sphinx extension: what the site does beyond stock Jupyter Book.

Each module registers itself; this one only lists them. `_config.yml` loads it as a local extension,
so that `jupyter-book build .` and `make book` give the same pages.
"""

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from website.sphinxext import (
    again,
    assets,
    autolink,
    citation,
    execution,
    exercises,
    explorables,
    folds,
    front,
    listings,
    losses,
    maths,
    notebooks,
    pages,
    quiz,
    search,
    tables,
)


def allow_parallel_reading(app: Sphinx) -> None:
    """Say of an extension that does not say so itself that pages may be read in parallel.

    sphinx-multitoc-numbering numbers the chapters when all pages have been read.
    """
    extension = app.extensions.get("sphinx_multitoc_numbering")
    if extension:
        extension.parallel_read_safe = True


def setup(app: Sphinx) -> ExtensionMetadata:
    modules = (
        again,
        assets,
        autolink,
        citation,
        execution,
        exercises,
        explorables,
        folds,
        front,
        listings,
        losses,
        maths,
        notebooks,
        pages,
        quiz,
        search,
        tables,
    )
    for module in modules:
        module.setup(app)
    app.connect("builder-inited", allow_parallel_reading)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
