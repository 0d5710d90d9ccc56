"""Compile pyproject.toml's extras into the two requirements files.

``requirements.txt`` is what readers, Binder and the build install; ``requirements-test.txt``
adds what tests and courses need, constrained to the same versions. torch stands apart: the
index's metadata for it names gigabytes of CUDA packages that a CPU build does not need.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "requirements.txt"
TEST = ROOT / "requirements-test.txt"
TORCH = "torch==2.13.0"
HEADER = "# Compiled from pyproject.toml by `make lock`; do not edit.\n"


def compile_extras(extras: list[str], constraint: Path | None = None) -> list[str]:
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal"]
    command += ["--python-version", "3.11", "--no-annotate", "--no-header", "--upgrade"]
    for extra in extras:
        command += ["--extra", extra]
    if constraint:
        command += ["--constraint", str(constraint)]
    out = subprocess.run(
        [*command, str(ROOT / "pyproject.toml")], check=True, capture_output=True, encoding="utf-8"
    )
    return out.stdout.splitlines()


def main() -> None:
    book = compile_extras(["book"])
    BOOK.write_text(HEADER + "\n".join([*book, "-e .", ""]), encoding="utf-8")
    constraint = ROOT / "_build" / "constraint.txt"
    constraint.parent.mkdir(exist_ok=True)
    constraint.write_text("\n".join(book), encoding="utf-8")
    extra = [
        line for line in compile_extras(["book", "course", "test"], constraint) if line not in book
    ]
    TEST.write_text(
        HEADER + "\n".join(["-r requirements.txt", *extra, TORCH, ""]), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
