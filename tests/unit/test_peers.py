"""What other libraries call what this one has: the names are there, in the version named."""

import importlib
from importlib.metadata import version

import pytest

from lib.losses.records import RECORDS
from lib.peers import LIBRARIES, OTHERS, names

INSTALLED = {"PyTorch": "torch", "scikit-learn": "scikit-learn"}
MODULES = ("losses", "schedules", "optimizers")


@pytest.mark.parametrize("library", INSTALLED)
def test_the_version_named_is_the_one_that_runs_here(library: str) -> None:
    assert version(INSTALLED[library]).partition("+")[0] == LIBRARIES[library].version


@pytest.mark.parametrize("library", INSTALLED)
@pytest.mark.parametrize("module", MODULES)
def test_what_a_peer_calls_it_is_there(library: str, module: str) -> None:
    place = getattr(LIBRARIES[library], module)
    found = {peer.name for theirs in names(module).values() for peer in theirs.get(library, ())}
    missing = [
        name
        for name in found
        if not hasattr(importlib.import_module(place), name.partition("(")[0])
    ]
    assert not missing
    assert bool(place) == bool(found)


def test_only_libraries_with_a_version_are_named() -> None:
    for module in MODULES:
        assert {library for theirs in names(module).values() for library in theirs} <= set(
            LIBRARIES
        )


def test_only_what_is_here_has_other_names() -> None:
    for module, functions in OTHERS.items():
        assert set(functions) <= set(importlib.import_module(f"lib.{module}").__all__)
    assert names("losses").keys() == RECORDS.keys()
