"""Tests that share what is costly to make run in one process: the course's classes, say."""

import os

import pytest

pytestmark = pytest.mark.xdist_group("groups")


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="there is one process only")
def test_a_group_stays_together(request: pytest.FixtureRequest) -> None:
    # This is how pytest-xdist tells its scheduler; where it cannot, it is silent.
    assert request.node.nodeid.endswith("@groups")
