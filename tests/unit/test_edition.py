"""An edition has one number, and what names it says the same; what is published has been tested."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version
from setuptools.config.pyprojecttoml import read_configuration

import lib
from website.sphinxext.citation import CITATION, citation

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = ROOT / ".github" / "workflows"


def data(path: Path) -> dict:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_the_package_takes_its_version_from_the_library() -> None:
    assert str(Version(lib.__version__)) == lib.__version__
    assert read_configuration(ROOT / "pyproject.toml")["project"]["version"] == lib.__version__


def test_the_citation_file_names_this_edition_and_dates_it_if_it_is_out() -> None:
    cited = data(CITATION)
    assert cited["version"] == lib.__version__
    assert ("date-released" in cited) is not Version(lib.__version__).is_prerelease


def test_the_changelog_begins_with_this_edition() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    editions = re.findall(r"^## (\S+?)(?:, (in preparation)| - (\d{4}-\d\d-\d\d))$", text, re.M)
    assert len(editions) == len(re.findall("^## ", text, re.M)), "a heading of another form"
    numbers = [Version(number) for number, *_ in editions]
    assert numbers == sorted(numbers, reverse=True)
    version = Version(lib.__version__)
    newest, unfinished, day = editions[0]
    assert newest == version.base_version
    assert bool(unfinished) is version.is_prerelease
    assert not any(unfinished for _, unfinished, _ in editions[1:])
    if day:
        assert data(CITATION)["date-released"] == date.fromisoformat(day)
    parts = re.split("^## .*$", text, flags=re.M)[1:]
    for part in parts:
        assert re.findall("^### (.*)$", part, re.M) == ["Readers", "Teachers", "Contributors"]


@pytest.mark.parametrize(
    ("version", "edition", "year"),
    [
        ("3.0.0", "Version 3.0.0", "2031"),
        ("3.0.0.dev0", "Version 3.0.0.dev0, in preparation", "2030"),
    ],
)
def test_a_citation_says_which_edition_and_whether_it_is_out(
    tmp_path: Path, version: str, edition: str, year: str
) -> None:
    path = tmp_path / "CITATION.cff"
    path.write_text(
        "title: A Book\nauthors: [{name: Somebody}]\ndate-released: 2031-05-06\n", encoding="utf-8"
    )
    address = "https://example.org/"
    sentence, entry = citation(address, copyright_year="2030", version=version, path=path)
    assert sentence == f"Somebody ({year}). *A Book*. {edition}. <{address}>"
    assert f"  note   = {{{edition}}},\n" in entry
    assert f"  year   = {{{year}}},\n" in entry


def test_pages_are_published_only_from_the_commit_that_the_tests_passed() -> None:
    jobs = data(WORKFLOWS / "publish.yml")["jobs"]
    (tests,) = (n for n, job in jobs.items() if job.get("uses") == "./.github/workflows/tests.yml")

    def needs(name: str) -> set[str]:
        direct = jobs[name].get("needs", [])
        direct = {direct} if isinstance(direct, str) else set(direct)
        return direct.union(*map(needs, direct))

    writing = {n for n, job in jobs.items() if "write" in job.get("permissions", {}).values()}
    assert writing == {"publish", "notebooks"}
    for name in writing | {"build"}:
        assert tests in needs(name), name
        assert not re.search(r"always|failure|cancelled", str(jobs[name].get("if", ""))), name


@pytest.mark.parametrize("path", sorted(WORKFLOWS.glob("*.yml")), ids=lambda path: path.stem)
def test_a_workflow_may_read_and_no_more_unless_a_job_says_so(path: Path) -> None:
    workflow = data(path)
    assert workflow["permissions"] == {"contents": "read"}
    for name, job in workflow["jobs"].items():
        assert "timeout-minutes" in job or "uses" in job or name in {"publish", "notebooks"}
        for step in job.get("steps", []):
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False, name


def test_dependabot_knows_every_package_that_the_book_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    named = {Requirement(line).name for group in groups for line in group} | {"torch"}
    python, *_ = data(ROOT / ".github" / "dependabot.yml")["updates"]
    allowed, ignored = (
        {entry["dependency-name"]: entry.get("versions") for entry in python[key]}
        for key in ("allow", "ignore")
    )
    never = {name for name, versions in ignored.items() if versions is None}
    assert allowed.keys() | never == named
    assert not allowed.keys() & never
