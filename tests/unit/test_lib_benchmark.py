"""The benchmark of the library runs and reports; the budget of memory is kept."""

import json
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from lib.losses import softmax_cross_entropy, softmax_cross_entropy_grad

ROOT = Path(__file__).parents[2]
COLUMNS = {"name", "ours", "peer", "peer_name", "unit", "ratio", "target", "met"}


SCRIPT = """
import json
from benchmarks.bench_lib import PEERS, run, table
def measured():
    rows = run(quick=True)
    return [rows, table(rows)]
whole = measured()
PEERS["PyTorch"] = "a_module_that_does_not_exist"
print(json.dumps([whole, measured()]))
"""


@pytest.fixture(scope="module")
def measured():
    """What the benchmark finds, with every peer and without one: its rows, and its table."""
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.xdist_group("benchmark")
def test_the_benchmark_compares_with_every_peer(measured):
    rows, table = measured[0]
    peers = {"SciPy", "scikit-learn", "PyTorch", "the input", "unchunked", "the scores"}
    assert {row["peer_name"] for row in rows} == peers
    for row in rows:
        assert set(row) >= COLUMNS
        assert row["ours"] >= 0
        assert row["peer"] > 0
        assert row["met"] in ((None,) if row["target"] is None else (True, False))
        assert row["name"] in table
    assert len([row for row in rows if row["target"]]) == 10


@pytest.mark.xdist_group("benchmark")
def test_a_peer_that_is_not_installed_is_reported_as_not_run(measured):
    rows, table = measured[1]
    torch_rows = [row for row in rows if row["peer_name"] == "PyTorch"]
    assert torch_rows
    for row in torch_rows:
        assert row["peer"] == "not run"
        assert row["ratio"] is row["met"] is None
    assert "not run" in table


@pytest.mark.parametrize(
    ("function", "labels", "options"),
    [
        (softmax_cross_entropy, np.arange(200_000) % 10, {}),
        (softmax_cross_entropy, np.full((200_000, 10), 0.1), {}),
        (softmax_cross_entropy, np.arange(200_000) % 10, {"label_smoothing": 0.1}),
        (softmax_cross_entropy_grad, np.arange(200_000) % 10, {}),
        (softmax_cross_entropy_grad, np.arange(200_000) % 10, {"label_smoothing": 0.1}),
    ],
    ids=["classes", "probabilities", "smoothed", "gradient", "smoothed gradient"],
)
def test_temporary_memory_is_at_most_twice_the_input(function, labels, options):
    logits = np.random.default_rng(0).normal(size=(200_000, 10))
    tracemalloc.start()
    result = function(logits, labels, **options)
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert np.all(np.isfinite(result))
    assert peak - kept <= 2 * (logits.nbytes + labels.nbytes)


def test_scores_in_32_bits_are_converted_without_a_second_copy():
    logits = np.random.default_rng(0).normal(size=(200_000, 10)).astype(np.float32)
    tracemalloc.start()
    softmax_cross_entropy(logits, np.arange(200_000) % 10)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak <= 3 * logits.nbytes
