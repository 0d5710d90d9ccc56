"""The library against SciPy, scikit-learn and PyTorch: time and memory of what the book computes.

Run ``python -m benchmarks.bench_lib`` for a table, ``--quick`` for a small one. Each repetition
times ours and the peer one after the other, in turns; the ratio is the median of the ratios of
these pairs. Memory is what Python's allocator hands out at the peak, less the result that stays:
the arrays of NumPy, SciPy and scikit-learn, but not those of PyTorch.
"""

import argparse
import contextlib
import importlib
import statistics
import time
import tracemalloc

import mpmath
import numpy as np

from lib.activations import log_softmax, softmax
from lib.information import kl_divergence
from lib.losses import (
    linear_cross_entropy_value_and_grad,
    multiclass_hinge_loss,
    multiclass_hinge_loss_grad,
    softmax_cross_entropy,
    softmax_cross_entropy_grad,
    softmax_cross_entropy_value_and_grad,
)

#: Name of a peer in the table, and the module that has to be there for it to run.
PEERS = {"SciPy": "scipy.special", "scikit-learn": "sklearn.metrics", "PyTorch": "torch"}


def data(rows, classes):
    """Return scores, labels, and two batches of distributions."""
    rng = np.random.default_rng(0)
    scores = rng.normal(scale=3.0, size=(rows, classes))
    labels = np.arange(rows) % classes
    return scores, labels, softmax(scores), softmax(scores[::-1])


#: A divergence of some 5e-14, in the sum of which the terms cancel.
NEARLY_EQUAL = "KL divergence, nearly equal"


def nudged(p):
    """Return distributions that differ from others in the seventh digit."""
    q = p * (1 + 1e-6 * np.random.default_rng(1).uniform(-1, 1, size=p.shape))
    return q / q.sum(axis=-1, keepdims=True)


def ours(scores, labels, p, q):
    """Return our computations by name."""
    near = nudged(p)
    return {
        "softmax": lambda: softmax(scores),
        "log-softmax": lambda: log_softmax(scores),
        "softmax cross-entropy": lambda: softmax_cross_entropy(scores, labels),
        "cross-entropy and gradient": lambda: (
            softmax_cross_entropy(scores, labels),
            softmax_cross_entropy_grad(scores, labels),
        ),
        "hinge (Weston-Watkins)": lambda: multiclass_hinge_loss(scores, labels),
        "hinge (Crammer-Singer)": lambda: multiclass_hinge_loss(
            scores, labels, variant="crammer_singer"
        ),
        "hinge and gradient": lambda: (
            multiclass_hinge_loss(scores, labels),
            multiclass_hinge_loss_grad(scores, labels),
        ),
        "KL divergence": lambda: kl_divergence(p, q),
        NEARLY_EQUAL: lambda: kl_divergence(p, near),
    }


def scipy_calls(special, scores, labels, p, q):
    rows, near = np.arange(len(labels)), nudged(p)
    return {
        "softmax": lambda: special.softmax(scores, axis=-1),
        "log-softmax": lambda: special.log_softmax(scores, axis=-1),
        "softmax cross-entropy": lambda: -special.log_softmax(scores, axis=-1)[rows, labels].mean(),
        "KL divergence": lambda: special.rel_entr(p, q).sum(axis=-1),
        NEARLY_EQUAL: lambda: special.rel_entr(p, near).sum(axis=-1),
    }


def sklearn_calls(metrics, scores, labels, p, q):
    classes = np.arange(scores.shape[1])
    # Its log loss starts from probabilities: the softmax is not even counted against it.
    return {
        "softmax cross-entropy": lambda: metrics.log_loss(labels, p, labels=classes),
        "hinge (Crammer-Singer)": lambda: metrics.hinge_loss(labels, scores, labels=classes),
    }


def torch_calls(torch, scores, labels, p, q):
    functional = torch.nn.functional
    x, y = torch.from_numpy(scores), torch.from_numpy(labels)
    log_q, targets = torch.from_numpy(np.log(q)), torch.from_numpy(p)

    def with_gradient(loss):
        leaf = x.detach().requires_grad_()
        loss(leaf, y).backward()
        return leaf.grad

    return {
        "softmax": lambda: functional.softmax(x, -1),
        "log-softmax": lambda: functional.log_softmax(x, -1),
        "softmax cross-entropy": lambda: functional.cross_entropy(x, y),
        "cross-entropy and gradient": lambda: with_gradient(functional.cross_entropy),
        "hinge (Weston-Watkins)": lambda: functional.multi_margin_loss(x, y),
        "hinge and gradient": lambda: with_gradient(functional.multi_margin_loss),
        "KL divergence": lambda: functional.kl_div(log_q, targets, reduction="none").sum(-1),
    }


CALLS = {"SciPy": scipy_calls, "scikit-learn": sklearn_calls, "PyTorch": torch_calls}

#: The computations each peer has.
HAS = {
    "SciPy": ["softmax", "log-softmax", "softmax cross-entropy", "KL divergence", NEARLY_EQUAL],
    "scikit-learn": ["softmax cross-entropy", "hinge (Crammer-Singer)"],
    "PyTorch": [
        "softmax",
        "log-softmax",
        "softmax cross-entropy",
        "cross-entropy and gradient",
        "hinge (Weston-Watkins)",
        "hinge and gradient",
        "KL divergence",
    ],
}


def run(quick=False):
    """Measure everything and return one row for each comparison.

    A row is a dictionary: `name`, `ours` and `peer` (medians in `unit`), `peer_name`, `ratio`
    (ours / peer), `target` (the largest ratio allowed, or None), `met` (None without a target), and
    `ours_p95` and `peer_p95`. A peer that is not installed has "not run" in place of its number.
    """
    many = 2_000 if quick else 1_000_000
    repetitions = 3 if quick else 7
    rows = []
    for count, calls in ((many, 1), (1, 20 if quick else 500)):
        arguments = data(count, 10)
        for peer_name, names in HAS.items():
            peers = peer_calls(peer_name, arguments)
            for name in names:
                target = time_target(name, peer_name, count)
                label = f"{name}, {count:,} × 10"
                pair = (ours(*arguments)[name], peers and peers[name])
                timed = time_row(label, peer_name, *pair, target, calls, repetitions)
                rows.append(timed | {"shape": [count, 10]})
    rows += memory_rows(data(many, 10), many)
    rows += growth_rows(many, repetitions)
    rows.append(digits_row(30 if quick else 300))
    return rows + fused_rows(quick)


def fused_rows(quick):
    """Value and gradient at once, in 32 bits on one thread, and the linear layer in chunks."""
    shapes = [(64, 5_000), (2_000, 100)] if quick else [(2_048, 50_257), (100_000, 100)]
    repetitions, rng, rows = 3 if quick else 9, np.random.default_rng(0), []
    for count, classes in shapes:
        scores = rng.normal(scale=3.0, size=(count, classes)).astype(np.float32)
        labels = np.arange(count) % classes

        def fused(scores=scores, labels=labels):
            return softmax_cross_entropy_value_and_grad(scores, labels)

        name = f"value and gradient, 32 bits, {count:,} × {classes:,}"
        with one_thread() as torch:
            peer = torch and prepared_leaf(torch, scores, labels)
            rows.append(time_row(name, "PyTorch", fused, peer, 0.8, 1, repetitions))
        peak = temporary_memory(fused) + scores.nbytes / 2**20
        size = [scores.nbytes / 2**20]
        rows.append(row(f"peak memory of {name}", "MiB", [peak], "the input", size, 2.0))
    count, features, classes, chunk = (
        (128, 32, 4_096, 256) if quick else (2_048, 512, 50_257, 4_096)
    )
    hidden = rng.normal(size=(count, features)).astype(np.float32)
    weight = (rng.normal(size=(classes, features)) / features**0.5).astype(np.float32)
    labels = np.arange(count) % classes

    def linear(chunk_size=None):
        return linear_cross_entropy_value_and_grad(hidden, weight, labels, chunk_size=chunk_size)

    name = f"linear cross-entropy, {count:,} × {features} × {classes:,}, chunks of {chunk:,}"
    rows.append(time_row(name, "unchunked", lambda: linear(chunk), linear, 1.3, 1, repetitions))
    temporary = temporary_memory(lambda: linear(chunk))
    scores_size = [count * classes * 4 / 2**20]
    rows.append(
        row(f"temporary memory of {name}", "MiB", [temporary], "the scores", scores_size, 1 / 8)
    )
    return rows


@contextlib.contextmanager
def one_thread():
    """Give PyTorch one thread for a while, as NumPy has for all but products of matrices."""
    try:
        torch = importlib.import_module(PEERS["PyTorch"])
    except ImportError:
        yield None
        return
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield torch
    finally:
        torch.set_num_threads(threads)


def prepared_leaf(torch, scores, labels):
    """Return PyTorch's value and gradient, from a leaf that is there already."""
    leaf, y = torch.from_numpy(scores).requires_grad_(), torch.from_numpy(labels)

    def call():
        leaf.grad = None
        torch.nn.functional.cross_entropy(leaf, y).backward()
        return leaf.grad

    return call


def time_target(name, peer_name, count):
    """Return the largest ratio allowed: what the book promises, for large batches."""
    promised = name in ("softmax cross-entropy", "KL divergence") and peer_name != "PyTorch"
    return 1.0 if promised and count > 1 else None


def peer_calls(peer_name, arguments):
    """Return a peer's computations by name, or None if the peer is not installed."""
    try:
        module = importlib.import_module(PEERS[peer_name])
    except ImportError:
        return None
    return CALLS[peer_name](module, *arguments)


def time_row(name, peer_name, our_call, peer_call, target, calls, repetitions):
    """Time both in turns, `calls` calls at a time."""
    unit, scale = ("ms", 1e3) if calls == 1 else ("µs", 1e6)
    mine, theirs = [], []
    for _ in range(repetitions + 1):
        mine.append(seconds(our_call, calls) * scale)
        if peer_call:
            theirs.append(seconds(peer_call, calls) * scale)
    # The first of each is there to fill the caches.
    return row(name, unit, mine[1:], peer_name, theirs[1:], target)


def seconds(call, calls):
    start = time.perf_counter()
    for _ in range(calls):
        call()
    return (time.perf_counter() - start) / calls


def row(name, unit, mine, peer_name, theirs, target):
    """Return a row of the table from paired measurements."""
    ratio = None
    if theirs:
        ratio = statistics.median(a / b for a, b in zip(mine, theirs, strict=True))
    return {
        "name": name,
        "ours": statistics.median(mine),
        "peer": statistics.median(theirs) if theirs else "not run",
        "peer_name": peer_name,
        "unit": unit,
        "ratio": ratio,
        "target": target,
        "met": None if target is None or ratio is None else bool(ratio <= target),
        "ours_p95": float(np.percentile(mine, 95)),
        "peer_p95": float(np.percentile(theirs, 95)) if theirs else None,
        "samples": len(mine),
    }


def memory_rows(arguments, count):
    """Compare the temporary memory with the size of the input, and with the peers'."""
    input_size = arguments[0].nbytes / 2**20
    rows = []
    for name, call in ours(*arguments).items():
        temporary = temporary_memory(call)
        target = 2.0 if name == "softmax cross-entropy" else None
        label = f"temporary memory of {name}, {count:,} × 10"
        rows.append(row(label, "MiB", [temporary], "the input", [input_size], target))
        for peer_name in ("SciPy", "scikit-learn"):
            if name in HAS[peer_name]:
                peers = peer_calls(peer_name, arguments)
                theirs = [temporary_memory(peers[name])] if peers else []
                rows.append(row(label, "MiB", [temporary], peer_name, theirs, None))
    return rows


def digits_row(count):
    """Compare the errors of nearly equal distributions' divergences, beside 256 bits."""
    _, _, p, q = data(count, 10)
    q = nudged(p)
    with mpmath.workprec(256):
        pairs = [
            zip(map(mpmath.mpf, a), map(mpmath.mpf, b), strict=True)
            for a, b in zip(p, q, strict=True)
        ]
        true = [mpmath.fsum(a * mpmath.log(a / b) for a, b in pair) for pair in pairs]

        def error(divergences):
            each = zip(divergences, true, strict=True)
            return statistics.median(float(abs(mpmath.mpf(d) / t - 1)) for d, t in each)

        peers = peer_calls("SciPy", (p, np.arange(count), p, q))
        theirs = [error(peers[NEARLY_EQUAL]())] if peers else []
        name = f"relative error of {NEARLY_EQUAL}, {count:,} × 10"
        return row(name, "", [error(kl_divergence(p, q))], "SciPy", theirs, None)


def temporary_memory(call):
    """Return the MiB allocated at the peak of a call, without those of its result."""
    tracemalloc.start()
    try:
        result = call()
        kept, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    del result
    return (peak - kept) / 2**20


def growth_rows(many, repetitions):
    """Time the softmax cross-entropy as the batch grows, and as the classes do."""
    shapes = [(n, 10) for n in (100, 1_000, 10_000, 100_000) if n < many]
    shapes += [(min(many, 10_000), classes) for classes in (2, 100, 1_000)]
    rows = []
    for count, classes in shapes:
        arguments = data(count, classes)
        peers = peer_calls("SciPy", arguments)
        name = "softmax cross-entropy"
        label = f"{name}, {count:,} × {classes:,}"
        pair = (ours(*arguments)[name], peers and peers[name])
        timed = time_row(label, "SciPy", *pair, None, 1, repetitions)
        rows.append(timed | {"shape": [count, classes]})
    return rows


def table(rows):
    """Return the rows as lines of text."""
    lines = [f"{'':56} {'ours':>10} {'peer':>10} unit {'':13} {'ratio':>6} {'target':>6} met"]
    for r in rows:
        peer = r["peer"] if isinstance(r["peer"], str) else f"{r['peer']:.3g}"
        ratio = "" if r["ratio"] is None else f"{r['ratio']:.2f}"
        target = "" if r["target"] is None else f"≤ {r['target']:g}"
        met = {None: "", True: "yes", False: "NO"}[r["met"]]
        numbers = f"{r['ours']:>10.3g} {peer:>10} {r['unit']:4} {r['peer_name']:13}"
        lines.append(f"{r['name']:56} {numbers} {ratio:>6} {target:>6} {met}")
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="small batches, few repetitions")
    print(table(run(quick=parser.parse_args().quick)))
