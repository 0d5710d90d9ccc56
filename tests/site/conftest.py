"""A small book for the tests of the build, which those of `make serve` go on with."""

from collections.abc import Iterator

import pytest

from tests.site.test_build import Tree
from tests.warm import warm

#: What a build imports.
SPHINX = ("jupyter_book.sphinx", "myst_nb.sphinx_ext", "sphinx.builders.html")


@pytest.fixture(scope="session")
def built(live: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tree]:
    """A book that has been built, for what needs no more than another chapter or environment."""
    with warm(*SPHINX) as python:
        tree = Tree(tmp_path_factory.mktemp("built"), python)
        first = tree.build()
        assert first.returncode == 0, first.stdout + first.stderr
        assert "executing 1 notebooks: a_sum" in first.stdout
        assert "0.6931 first" in tree.page()
        yield tree
