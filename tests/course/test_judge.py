"""What crosses between runner and judge: plain data, exactly, and nothing else."""

import contextlib
import json
import math
from collections import deque
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course import runner_values
from course.judge import Judge
from course.limits import Limits
from course.plain import MAX_LINE, Malformed, Opaque, decode, read, update
from course.session import Fault

pytestmark = pytest.mark.xdist_group("judge")

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
LEAVES |= st.complex_numbers() | st.fractions()
PLAIN = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers(), inner, max_size=4)
        | st.sets(st.integers() | st.text(), max_size=4)
    ),
    max_leaves=12,
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from([*"ltszdicbrqaofnk", "<f8", "<U3", "|b1", "AAAA", "0x10", "AAAAAAAA8D8="]),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=15,
)
EXACT = {type(None), bool, int, float, complex, str, bytes, list, tuple, set, frozenset, dict}
EXACT |= {range, Fraction, Opaque, np.ndarray}


def sent(value):
    """Return what the judge has of a value of the runner's."""
    return decode(json.loads(json.dumps(runner_values.Encoder(lambda f: 0).encode(value))))


def same(a, b):
    """Return whether two values are alike to the bit, their types included."""
    if type(a) is not type(b):
        return False
    if isinstance(a, float):
        return (a == b and math.copysign(1, a) == math.copysign(1, b)) or (a != a and b != b)
    if isinstance(a, complex):
        return same(a.real, b.real) and same(a.imag, b.imag)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    return a == b


@given(PLAIN)
def test_plain_values_arrive_as_they_are(value):
    assert same(sent(value), value)


@pytest.mark.parametrize(
    "kind", ["?", "b", "B", "h", "H", "i", "I", "l", "L", "e", "f", "d", "g", "F", "D", "G"]
)
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0, 4)])
def test_arrays_arrive_as_they_are(kind, shape):
    array = np.arange(math.prod(shape)).astype(kind).reshape(shape)
    for each in (array, array.T, array.astype(array.dtype.newbyteorder(">"))):
        copy = sent(each)
        assert type(copy) is np.ndarray
        assert copy.dtype == array.dtype
        assert np.array_equal(copy, each)
        assert copy.flags.writeable
    if shape == (3,):
        number = sent(array[1])
        assert type(number) is type(array[1])
        assert number == array[1]


class Texts(str):
    __slots__ = ()

    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


class Table(dict):
    def items(self):
        return [("forged", 1)]


@pytest.mark.parametrize(
    ("value", "copy"),
    [
        (Texts("a"), "a"),
        (Table(a=1), {"a": 1}),
        (deque([1]), [1]),
        ({1: 2}.values(), [2]),
        (10**5000, 10**5000),
        (-(10**400), -(10**400)),
        (np.ma.array([1.0], mask=[True]), np.array([1.0])),
        (np.array(["ab", "c"]), np.array(["ab", "c"])),
    ],
    ids=range(8),
)
def test_relatives_of_plain_types_arrive_as_these(value, copy):
    arrived = sent(value)
    assert type(arrived) is type(copy)
    assert np.array_equal(arrived, copy)


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        object(),
        math,
        nested(10**4),
        "x" * 10**7,
        list(range(10**7)),
        1 << 10**8,
        np.zeros(10**7),
        np.array([object()]),
        np.array([(1, 2)], "i4,i4"),
        np.datetime64("now"),
    ],
    ids=range(10),
)
def test_what_is_not_plain_is_opaque(value):
    arrived = sent(value)
    assert type(arrived) is Opaque
    with pytest.raises(TypeError):
        arrived + 1
    assert arrived != 4


def all_of(value):
    """Yield a value and everything in it."""
    yield value
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from all_of(item)


@given(JSON)
def test_any_json_is_a_plain_value_or_malformed(form):
    try:
        value = decode(form)
    except Malformed:
        return
    assert all(type(v) in EXACT or isinstance(v, np.generic) for v in all_of(value))


@given(st.binary(max_size=60) | JSON.map(lambda form: json.dumps(form).encode()))
def test_any_line_is_a_message_or_malformed(line):
    with contextlib.suppress(Malformed):
        assert type(read(line)) is dict


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"null",
        b"{",
        b"[" * 10**6,
        b'{"a": ' * 10**5,
        b'{"a": ' + b"9" * 5000 + b"}",
        b"\xff",
        b" " * (MAX_LINE + 1),
    ],
    ids=range(8),
)
def test_lines_that_mean_harm(line):
    with pytest.raises(Malformed):
        read(line)


@pytest.mark.parametrize(
    "form",
    [
        ["x"],
        ["l", ["s", ["l"]]],
        ["d", [1]],
        ["d", [["l"], 1]],
        ["a", "|O", [1], "AAAAAAAAAAA="],
        ["a", "<f8", [-1, -1], "AAAAAAAAAAA="],
        ["a", "<f8", [2**70, 0], ""],
        ["a", "<f8", [1], "="],
        ["a", "<f8", [10**12], ""],
        ["i", "0x"],
        ["q", 1, 0],
        ["r", 0, 1, 0],
        ["f", 0],
        ["c", 1, 2],
        ["a", "<U1", [1], "////fw=="],
        {"a": 1},
        [],
        [[]],
        ["b", "?"],
        ["r", 1, 2],
    ],
    ids=range(20),
)
def test_forms_that_mean_harm(form):
    with pytest.raises(Malformed):
        decode(form)


def test_changes_are_brought_back_in_place():
    inner, array = [1, 2], np.zeros(3)
    target = [inner, array, "x", {"k": inner}]
    update(target, [[3, 4], np.ones(3), "y", {"k": [5]}])
    assert target == [inner, array, "y", {"k": inner}]
    assert inner == [5]
    assert array.tolist() == [1, 1, 1]
    update(array, np.ones(4))
    update(array, "no array")
    assert array.tolist() == [1, 1, 1]
    update(inner, [1, 2, 3])
    assert inner == [1, 2, 3]


class Played:
    """A session whose runner says what it was told to say."""

    waited, lost, process = 0.0, {}, None

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def wake(self, index):
        """Be ready."""

    def send(self, message):
        """Note what is asked."""
        self.asked.append(message)

    def receive(self, seconds):
        """Give the next answer."""
        if self.asked[-1].get("op") == "end":
            return {"end": 0}
        return self.answers.pop(0)

    def lose(self, index, error):
        """Forget the runner."""
        self.lost = {**self.lost, index: str(error)}


def judged(source, *answers, points=2.0, names=("f", "x"), seconds=2):
    session = Played(*answers)
    step = {"key": "t", "source": source, "visible": source, "names": list(names), "points": points}
    return Judge(session, Limits(cell_seconds=seconds)).test(step, 0), session


def value(form, **more):
    return {"value": form, "changed": [], "stderr": False, **more}


def raised(name):
    return {"error": name, "message": "SECRET", "changed": [], "stderr": False}


KNOWN = {"values": {"f": ["f", 0], "x": 3}}


@pytest.mark.parametrize(
    ("source", "answers", "score"),
    [
        ("assert f(2) == 4", [value(4)], 2),
        ("assert f(2) == 4", [value(5)], 0),
        ("assert f(2) == 4", [value(4, stderr=True)], 0),
        ("assert f(2) == 4", [value(4, stderr="no")], 0),
        ("assert f(2) == 4", [{"end": -14}], 0),
        ("assert f(2) == 4", [{"value": 4}], 0),
        ("assert f(2) == 4", [{"anything": 4}], 0),
        ("assert f(2) == 4", [{"call": 7, "args": [], "kwargs": {}}], 0),
        ("try:\n    f(2)\nexcept ValueError:\n    pass", [raised("ValueError")], 2),
        ("try:\n    f(2)\nexcept:\n    pass\n2.0", [raised("SystemExit")], 0),
        ("try:\n    f(2)\nexcept:\n    pass\n2.0", [{"end": -9}], 0),
        ("try:\n    f(2)\nexcept:\n    pass\n2.0", [{"value": ["?"]}], 0),
        ("a = [1]\nf(a)\nassert a == [7]", [value(None, changed=[[0, ["l", 7]]])], 2),
        ("a = [1]\nf(v=a)\nassert a == [7]", [value(None, changed=[["v", ["l", 7]]])], 2),
        ("assert f(lambda v: v + 1) == 9", [{"call": 0, "args": [8], "kwargs": {}}, value(9)], 2),
        ("g = lambda v: v\nassert f(g) is g", [value(["k", 0])], 2),
        ("assert list(f(2)) == [5]", [value(["n", 1]), value(5), raised("StopIteration")], 2),
        ("assert f(1)(2) == 3", [value(["f", 1]), value(3)], 2),
        ("earned = 0.5 + (x == 3)\nearned", [], 1.5),
        ("x - 1.0;", [], 2),
        ("-1.0", [], 0),
        ("2.5", [], 0),
        ("'2.0'", [], 0),
        ("float('nan')", [], 0),
        ("print(0)", [], 2),
        ("import sys\nsys.stderr.write('oh')\nNone", [], 0),
        ("raise SystemExit(2.0)", [], 0),
        ("assert y == 3", [], 0),
    ],
)
def test_a_cell_is_worth_what_plain_answers_make_it(source, answers, score):
    """Equal answers, equal marks: whoever gives them."""
    verdict, _ = judged(source, KNOWN, *answers)
    assert verdict.score == score
    again, _ = judged(source, KNOWN, *answers)
    assert again == verdict


def test_what_the_submission_says_in_an_error_is_not_kept():
    verdict, _ = judged("f(2)", KNOWN, raised("KeyError"))
    assert "SECRET" not in json.dumps(verdict.outputs)
    assert verdict.outputs[0].ename == "KeyError"
    assert verdict.outputs[0].evalue == "raised by the submission"


@pytest.mark.parametrize(
    "source",
    [
        "while True: pass",
        "raise MemoryError",
        "import not_there",
        "while True:\n  try: 1\n  except: 2",
    ],
)
def test_what_goes_wrong_in_a_test_is_no_zero(source):
    with pytest.raises(Fault):
        judged(source, KNOWN, seconds=0.2)


def test_a_student_without_a_module_gets_no_mark_for_it():
    assert judged("f(2)", KNOWN, raised("ModuleNotFoundError"))[0].score == 0


def test_questions_are_pickled_and_functions_stay():
    """What goes in is data; the tests' own functions are called where they are."""
    verdict, session = judged("f(lambda v: 1, max, [1.5], f)", KNOWN, value(None))
    assert verdict.score == 2
    runner = runner_values.Copy(None, {"f": len}, [])
    (args, kwargs) = runner.load(session.asked[1]["args"])
    assert isinstance(args[0], runner_values.Callback)
    assert args[1:] == (max, [1.5], len)
    assert kwargs == {}
