"""A command that finds its packages imported is a process like any other."""

import os
import subprocess
import sys

import pytest

from tests.warm import warm

TOLD = """import os, sys
import told
if __name__ == "__main__":
    print(sys.argv[1:], os.getcwd(), os.environ["NAMED"], told.__file__)
    print("email.mime.base" in sys.modules)
    print(input(), file=sys.stderr)
    sys.exit(7)
"""


@pytest.fixture(scope="module")
def python():
    with warm("email.mime.base") as command:
        yield command


def run(command, tree, *arguments, **how):
    return subprocess.run(
        [*command, *arguments], cwd=tree, capture_output=True, text=True, input="asked\n", **how
    )


@pytest.mark.parametrize("arguments", [["-m", "told", "a b", "-c"], ["told.py", "a b", "-c"]])
def test_it_does_what_python_does(python, tmp_path, arguments):
    (tmp_path / "told.py").write_text(TOLD)
    environment = {**os.environ, "NAMED": "ü"}
    cold, hot = (run(p, tmp_path, *arguments, env=environment) for p in ([sys.executable], python))
    assert hot.returncode == cold.returncode == 7
    assert hot.stderr == cold.stderr == "asked\n"
    assert cold.stdout.endswith("False\n")
    assert hot.stdout == cold.stdout.replace("False", "True")


def test_each_command_has_the_modules_of_its_own_tree(python, tmp_path):
    for name in ("first", "second"):
        tree = tmp_path / name
        tree.mkdir()
        (tree / "told.py").write_text(f"print({name!r})")
        assert run(python, tree, "-m", "told").stdout == f"{name}\n"


def test_an_error_and_a_signal_are_told(python, tmp_path):
    (tmp_path / "told.py").write_text("1 / 0")
    failed = run(python, tmp_path, "-m", "told")
    assert failed.returncode == 1
    assert failed.stderr.rstrip().endswith("ZeroDivisionError: division by zero")
    (tmp_path / "told.py").write_text("import os; os.kill(os.getpid(), 9)")
    assert run(python, tmp_path, "-m", "told").returncode == 137
