"""The faults of `python -m tests.faults` can be planted, and every folder of tests has some."""

import pytest

from tests.faults import FAULTS, ROOT, Fault, failure, harmed


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_its_text_is_still_there(fault: Fault) -> None:
    assert harmed(fault) != (ROOT / fault.file).read_text(encoding="utf-8")
    assert (ROOT / fault.tests.split()[0].split("::")[0]).is_file()


def test_every_folder_of_tests_has_one_and_no_two_share_a_name() -> None:
    folders = {path.parent for path in (ROOT / "tests").glob("*/test_*.py")}
    folders |= {path.parent for path in (ROOT / "tests").glob("*/*.test.mjs")}
    tried = {(ROOT / fault.tests.split("::")[0].split()[0]).parent for fault in FAULTS}
    folders.remove(ROOT / "tests" / "engines")  # whose browsers not every machine has
    assert len(folders) >= 10
    assert folders <= tried
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


def test_a_text_that_is_gone_or_there_twice_is_refused(tmp_path) -> None:
    fault = Fault("sign", "a.py", "x - y", "y - x", "tests/unit")
    (tmp_path / "a.py").write_text("d = x - y\n")
    assert harmed(fault, tmp_path) == "d = y - x\n"
    for text in ("d = y - x\n", "d = x - y\ne = x - y\n"):
        (tmp_path / "a.py").write_text(text)
        with pytest.raises(LookupError, match="not once"):
            harmed(fault, tmp_path)


def test_the_line_of_a_failure_is_the_one_that_says_what_is_wrong() -> None:
    of_pytest = """\
tests/site/test_a.py:7: in test_a
    check(1)
tests/site/test_a.py:3: in check
    assert x == 2
E   AssertionError:
E   one is not two
=== short test summary info ===
FAILED tests/site/test_a.py::test_a[x - y] - AssertionError:
"""
    test = "tests/site/test_a.py::test_a[x - y]"
    assert failure(of_pytest) == (test, "tests/site/test_a.py:3: one is not two")
    of_node = """\
not ok 1 - a sum
  error: |-
    1 !== 2
  stack: |-
    check (file:///somewhere/tests/js/a.test.mjs:3:1)
    test (file:///somewhere/tests/js/a.test.mjs:7:1)
"""
    assert failure(of_node) == ("a sum", "tests/js/a.test.mjs:3: 1 !== 2")
    of_a_docstring = """\
131     >>> print(1 - 1)
Expected:
    2
Got:
    0

lib/a.py:131: DocTestFailure
FAILED lib/a.py::lib.a
"""
    assert failure(of_a_docstring) == ("lib/a.py::lib.a", "lib/a.py:131: 0")
    assert failure("ERROR tests/site/test_a.py::test_a - the book does not build") is None
