"""A fingerprint of what a mark relies on inside the kernel, compared after every test cell.

The text of this file is executed in the student's kernel, so it imports nothing from the project.
It digests the code behind the built-in functions, behind the comparisons that tests use, and behind
IPython's own execution, and looks whether ``math`` and ``np`` still are these modules. A notebook
that replaces one of them changes the digest. The check raises the price of a forged mark; it cannot
make forging impossible, because the student's code and the tests share one process.
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
# What tests know imported modules as.
MODULES = {"math": "math", "np": "numpy", "numpy": "numpy"}
SHADOWS = "_shadowed_by_the_student"


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
    for name, module in MODULES.items():
        known_as = shell.user_ns.get(name)
        parts.append(repr(known_as is None or known_as is sys.modules.get(module)))
    return digest([*parts, repr(sys.gettrace())])


def numpy_fingerprint():
    """Digest NumPy's comparisons, or return "-" where NumPy is not in use."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return "-"
    testing = __import__("numpy.testing").testing
    return digest(members(numpy, NUMPY.split()) + members(testing, NUMPY_TESTING.split()))


def fingerprints():
    """Return both digests, in the kernel; then give the student's names back."""
    from IPython import get_ipython

    shell = get_ipython()
    found = f"{interpreter_fingerprint(shell)} {numpy_fingerprint()}"
    for name, value in vars(shell).pop(SHADOWS, {}).items():
        shell.user_ns.setdefault(name, value)
    return found


def set_aside(names):
    """Hide the student's variables of these names, so that a test finds the built-in functions.

    NumPy's functions stay: their code is checked, and ``from numpy import *`` is no forgery.
    """
    from IPython import get_ipython

    shell, numpy = get_ipython(), sys.modules.get("numpy")
    space, aside = shell.user_ns, {}
    for name in names:
        if name in space and not (numpy and space[name] is getattr(numpy, name, None)):
            aside[name] = space.pop(name)
    vars(shell)[SHADOWS] = aside
