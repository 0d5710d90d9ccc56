"""What `make lint` is told to overlook: little, and each with its reason; and what it runs with."""

import json
import re
import subprocess
import tomllib
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOST = 20

#: A comment that silences a check, and what stands behind it on its line.
COMMENT = re.compile(
    r"(?:#\s*(?:ruff:\s*)?noqa|#\s*type:\s*ignore|#\s*mypy:|#\s*pragma:|biome-ignore(?:-all|-start)?"
    r"|@ts-(?:ignore|expect-error|nocheck))(?P<rest>.*)"
)
#: The codes that it silences, which are no reason.
CODES = re.compile(r"^\s*(?:\[[\w, -]+\]|:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*|[\w/]+:)?")
SOURCES = (".py", ".js", ".mjs", ".ts")


def silenced(text: str) -> list[tuple[str, str]]:
    """Return each comment of a source that silences a check, with its reason."""
    found = COMMENT.finditer(text)
    return [(m.group(), CODES.sub("", m["rest"]).strip(" #*/-:—")) for m in found]


def exceptions(settings: str, start: str, end: str) -> list[tuple[str, str]]:
    """Return each exception between two lines of the settings, with the comment beside it."""
    lines = settings.partition(start)[2].partition(end)[0].strip().splitlines()
    parts = [line.partition("#") for line in lines]
    return [(code.strip(), reason.strip()) for code, _, reason in parts]


def everything_silenced() -> list[tuple[str, str]]:
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    found = []
    for name in names.splitlines():
        path = ROOT / name
        if name.endswith(SOURCES) and path.is_file() and path != Path(__file__):
            if "static" in path.parts:
                continue  # bundles and what others publish
            found += [(f"{name}: {what}", why) for what, why in silenced(path.read_text("utf-8"))]
    python = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    found += exceptions(python, "\nignore = [\n", "]\n")
    found += exceptions(python, "[tool.ruff.lint.per-file-ignores]\n", "\n[")
    found += off_in_biome()
    return found


def off_in_biome() -> list[tuple[str, str]]:
    lines = (ROOT / "biome.jsonc").read_text(encoding="utf-8").splitlines()
    return [
        (line.strip(), before.partition("//")[2].strip())
        for before, line in pairwise(lines)
        if '"off"' in line or '"options"' in line
    ]


def test_little_is_overlooked():
    found = everything_silenced()
    assert 5 <= len(found) <= MOST, "\n".join(what for what, _ in found)


def test_what_is_overlooked_has_its_reason():
    assert not [what for what, why in everything_silenced() if len(why.split()) < 3]


def test_a_comment_without_a_reason_is_noticed():
    ignored = "x = f()  # type: " + "ignore[attr-defined]"
    assert silenced(ignored)[0][1] == ""
    assert silenced(f"{ignored} # of the HTML builders")[0][1] == "of the HTML builders"
    assert silenced("import a  # no" + "qa: F401")[0][1] == ""
    assert silenced("// biome-" + "ignore lint/style/useTemplate: it is shorter")[0][1] == (
        "it is shorter"
    )
    assert silenced("// @ts-" + "expect-error")[0][1] == ""


def test_types_are_checked_strictly():
    mypy = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
    loosened = [option for rule in mypy["overrides"] for option in rule if option != "module"]
    assert mypy["strict"]
    assert mypy["files"] == ["lib", "website"]
    assert sorted(loosened) == ["ignore_missing_imports", "warn_return_any"]


def test_before_a_commit_the_same_programs_run():
    """The hooks call the project's own environment, and so its versions."""
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    scripts = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["scripts"]
    assert re.findall(r"^ +- repo: (.*)$", hooks, re.M) == ["local"]
    assert set(re.findall(r"^ +language: (.*)$", hooks, re.M)) == {"system"}
    for program in ("ruff check", "ruff format", "mypy", "biome"):
        assert program in hooks
    assert "biome ci" in scripts["lint"]
    assert "tsc -p" in scripts["lint"]
