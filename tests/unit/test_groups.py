"""How tests share a machine: those with something costly in common run in one process.

And no process has threads that would wait for those of another.
"""

import os

import pytest
import torch
from threadpoolctl import threadpool_info

pytestmark = pytest.mark.xdist_group("groups")


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="there is one process only")
def test_a_group_stays_together(request: pytest.FixtureRequest) -> None:
    # This is how pytest-xdist tells its scheduler; where it cannot, it is silent.
    assert request.node.nodeid.endswith("@groups")


def test_the_tests_compute_in_one_thread_each() -> None:
    """However many processors there are: each of them has a test of its own to run."""
    found = {one["filepath"]: one["num_threads"] for one in threadpool_info()}
    assert found
    assert set(found.values()) == {torch.get_num_threads()} == {1}, found
