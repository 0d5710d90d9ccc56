"""README's commands, run as they are printed."""

import os
import re
import subprocess
import sysconfig
from pathlib import Path

import pytest
import yaml

from tests.site.test_build import Tree

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(language: str) -> list[str]:
    """Return the lines of the one block of commands in a language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return found.splitlines()


def plain(command: str) -> str:
    """Return a command as a shell of any system would see it."""
    return re.sub(r"^(py|python3)(?= )", "python", command.replace("\\Scripts\\", "/bin/"))


def test_windows_is_given_the_same_commands():
    assert list(map(plain, block("powershell"))) == list(map(plain, block("sh")))


@pytest.mark.parametrize(
    ("condition", "language"),
    [("runner.os != 'Windows'", "sh"), ("runner.os == 'Windows'", "powershell")],
)
def test_hosted_machines_run_the_commands_of_the_readme(condition, language):
    workflow = yaml.safe_load((ROOT / ".github/workflows/tests.yml").read_text(encoding="utf-8"))
    (step,) = (s for s in workflow["jobs"]["machines"]["steps"] if s.get("if") == condition)
    run = [
        plain(line.removesuffix(" --only chapters/entropy")) for line in step["run"].splitlines()
    ]
    printed = list(map(plain, block(language)))
    assert [line for line in run if line in printed] == printed


@pytest.mark.parametrize("program", ["build", "serve", "lab", "archive"])
def test_the_programs_that_stand_for_make_do_what_the_makefile_does(program):
    assert f"`website.{program}`" in README
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f"$(BIN)/python -m website.{program} " in makefile


def test_the_way_without_make_builds_a_book(live, tmp_path):
    """All but the download: what `lib` needs is met by the environment that runs the tests."""
    tree = Tree(tmp_path)
    tree.write("requirements.txt", "-e .\n")
    create, install, build = block("sh")
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]]),
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # which is pip's way to say: no isolation
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    environment.pop("PYTHONPATH", None)

    def run(command: str) -> str:
        result = subprocess.run(
            ["sh", "-c", command], cwd=tree.root, env=environment, capture_output=True, text=True
        )
        assert result.returncode == 0, command + result.stdout + result.stderr
        return result.stdout

    run(create)
    own = next((tree.root / ".venv").glob("lib/python*/site-packages"))
    # Before the new environment's own setuptools, which Python 3.11 puts there and which is old.
    line = f"import sys; sys.path.insert(1, {sysconfig.get_path('purelib')!r})\n"
    (own / "of-the-tests.pth").write_text(line, encoding="utf-8")
    said = run(install)
    assert "Requirement already satisfied: numpy>=2" in said
    assert "Successfully installed cross-entropy-book" in said
    where = run(".venv/bin/python -P -c 'import lib; print(lib.__file__)'").strip()
    assert Path(where) == tree.root / "lib" / "__init__.py", "another tree's library"
    run(build)
    assert "0.6931 first" in tree.page()
