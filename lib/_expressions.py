"""Expressions of Python as data: computed here, and computed and shown as a formula on the page.

An expression holds numbers, names, texts, lists, ``+ - * / **``, comparisons, ``in``, ``a if b else
c`` and the functions in `FUNCTIONS`, which `js/math/expressions.js` has too.
"""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np

from lib.activations import sigmoid

#: A number, a name, or a list of what is done and what it is done to.
Tree = float | str | list[Any]


def softplus(x: float) -> float:
    return float(np.logaddexp(0.0, x))


#: What an expression may call. ``shown(a, b)`` is a, and stands as b in a formula.
FUNCTIONS = {
    "abs": abs,
    "exp": np.exp,
    "log": np.log,
    "log1p": np.log1p,
    "logsumexp": lambda *xs: float(np.logaddexp.reduce(xs)),
    "max": max,
    "min": min,
    "sgn": np.sign,
    "shown": lambda a, b: a,
    "sigmoid": sigmoid,
    "softplus": softplus,
    "sqrt": np.sqrt,
}
SIGNS: dict[type, str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.In: "in",
}


@cache
def _compiled(source: str) -> Any:
    return compile(source, "expression", "eval")


@np.errstate(all="ignore")
def evaluate(source: str, names: Mapping[str, Any]) -> Any:
    """Return the value of an expression, its names being given.

    >>> evaluate("max(0, margin - x)", {"margin": 1.0, "x": 0.25})
    0.75
    """
    return eval(_compiled(source), {"__builtins__": {}, **FUNCTIONS}, names)


def arguments(source: str, names: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Return the values of a call's arguments, those without and those with a name.

    >>> arguments("[x], [0.0], delta=2.0", {"x": 3.0})
    ([[3.0], [0.0]], {'delta': 2.0})
    """
    call = f"call({source})"
    given: tuple[list[Any], dict[str, Any]] = evaluate(
        call, {**names, "call": lambda *args, **options: (list(args), options)}
    )
    return given


@cache
def tree(source: str) -> Tree:
    """Return an expression as data.

    >>> tree("x - 1 if x > 1 else log(x)")
    ['if', ['>', 'x', 1], ['-', 'x', 1], ['log', 'x']]

    Raises
    ------
    ValueError
        If the page could not compute it.
    """
    return _tree(ast.parse(source, mode="eval").body, source)


def call_tree(source: str) -> dict[str, Any]:
    """Return the arguments of a call as data: a list, and the options by name."""
    call = ast.parse(f"call({source})", mode="eval").body
    assert isinstance(call, ast.Call)
    return {
        "args": [_tree(node, source) for node in call.args],
        "options": {str(k.arg): _tree(k.value, source) for k in call.keywords},
    }


def _tree(node: ast.expr, source: str) -> Tree:
    def inside(*nodes: ast.expr) -> list[Any]:
        return [_tree(n, source) for n in nodes]

    match node:
        case ast.Constant(value=str() as text):
            return ["text", [text]]
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Name(id=name):
            return name
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return ["list", *inside(*items)]
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -number
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return ["neg", *inside(operand)]
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in SIGNS:
            return [SIGNS[type(sign)], *inside(left, right)]
        case ast.Compare(left=left, ops=[sign], comparators=[right]) if type(sign) in SIGNS:
            return [SIGNS[type(sign)], *inside(left, right)]
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return ["if", *inside(test, body, orelse)]
        case ast.BoolOp(op=ast.And(), values=values):
            return ["and", *inside(*values)]
        case ast.Call(func=ast.Name(id=name), args=args) if name in FUNCTIONS:
            return [name, *inside(*args)]
    raise ValueError(f"the page cannot compute {ast.unparse(node)!r} in {source!r}")


def names_in(found: Tree) -> Iterator[str]:
    """Yield the names in an expression as data."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, list) and found[0] != "text":
        for part in found[1:]:
            yield from names_in(part)
