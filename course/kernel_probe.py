"""A fingerprint of what a mark relies on inside the kernel, compared after every test cell.

The text of this file is executed in the student's kernel, so it imports nothing from the project.
It digests the code behind the built-in functions, behind the comparisons that tests use, and behind
IPython's own execution. A notebook that replaces one of them changes the digest. The check raises
the price of a forged mark; it cannot make forging impossible, because the student's code and the
tests share one process.
"""

import builtins
import hashlib
import math
import sys

EXECUTION = [
    *("run_cell", "run_cell_async", "run_ast_nodes", "run_code", "showtraceback", "_showtraceback"),
    *("do_execute", "execute_request", "send"),
    *("__call__", "write_format_data", "compute_format_data"),
]
NUMPY = "abs all allclose any array array_equal asarray isclose isfinite isinf isnan max min sum"
NUMPY_TESTING = "assert_allclose assert_array_equal assert_equal"


def describe(thing):
    """Return what tells one implementation of a function from another."""
    code = getattr(thing, "__code__", None)
    where = getattr(thing, "__module__", ""), getattr(thing, "__qualname__", "")
    return repr((type(thing).__qualname__, where, code and (code.co_code, code.co_names)))


def members(owner, names):
    """Describe the named attributes."""
    return [describe(getattr(owner, name, None)) for name in names]


def digest(parts):
    """Return one short digest of many descriptions."""
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def interpreter_fingerprint(shell):
    """Digest the built-in functions and IPython's execution of cells."""
    parts = []
    for module in (builtins, math):
        names = sorted(n for n, v in vars(module).items() if callable(v) and n[0] != "_")
        parts += names + members(module, names)
    kernel = shell.kernel
    for instance in (shell, kernel, kernel.session, shell.displayhook):
        parts += members(type(instance), EXECUTION)
        parts += [name for name in EXECUTION if name in vars(instance)]
    parts += [type(sys.displayhook).__qualname__, repr(shell.custom_exceptions)]
    parts += [repr(len(shell.ast_transformers)), repr(len(shell.input_transformers_post))]
    return digest([*parts, repr(sys.gettrace())])


def numpy_fingerprint():
    """Digest NumPy's comparisons, or return "-" where NumPy is not in use."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return "-"
    testing = __import__("numpy.testing").testing
    return digest(members(numpy, NUMPY.split()) + members(testing, NUMPY_TESTING.split()))


def fingerprints():
    """Return both digests, in the kernel."""
    from IPython import get_ipython

    return f"{interpreter_fingerprint(get_ipython())} {numpy_fingerprint()}"
