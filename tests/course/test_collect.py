"""Downloads of Canvas and Moodle, folders, and archives that mean harm."""

import io
import stat
import zipfile

import nbformat
import pytest
from course_cases import solved

from course import archive as reading
from course.archive import safe_path
from course.collect import collect, collected_notes, usable_id
from course.intake import MAX_BYTES, PROBLEM
from course.layout import CourseError

pytestmark = pytest.mark.xdist_group("collect")


def archive(path, members):
    """Write a zip file; members are ``{name or ZipInfo: content}``."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return path


def quiet(line):
    """Print nothing."""


@pytest.fixture
def notebook(course):
    return nbformat.writes(solved(course, "mini"))


def submitted(course, student, file="mini.ipynb"):
    return course.path("submitted", student, "mini") / file


def test_canvas_download(course, notebook, tmp_path):
    source = archive(
        tmp_path / "submissions.zip",
        {
            "leeann_4711_90001_mini.ipynb": notebook,
            "poebob_LATE_4712_90002_mini-1.ipynb": notebook,
            "anon_4713_90003_my-solution.ipynb": notebook,
            "anon_4713_90004_notes.txt": "hello",
        },
    )
    students = collect(course, "mini", source, report=quiet)
    assert sorted(students) == ["4711", "4712", "4713"]
    assert submitted(course, "4711").read_text() == notebook
    assert submitted(course, "4712").read_text() == notebook, "Canvas's attempt number is taken off"
    assert submitted(course, "4713", "my-solution.ipynb").exists()
    assert submitted(course, "4713", "notes.txt").read_text() == "hello"
    assert "late" in collected_notes(course, "mini")["4712"][0]


@pytest.mark.parametrize("separator", ["/", ""])
@pytest.mark.parametrize("wrapper", ["", "CE101-mini-12345/"])
def test_moodle_download(course, notebook, tmp_path, separator, wrapper):
    members = {
        f"{wrapper}Ann Lee_5001_assignsubmission_file_{separator}mini.ipynb": notebook,
        f"{wrapper}Jörg Äpfel_5002_assignsubmission_file_{separator}mini.ipynb": notebook,
    }
    students = collect(course, "mini", archive(tmp_path / "m.zip", members), report=quiet)
    assert sorted(students) == ["5001", "5002"]
    assert students["5002"].name == "Jörg Äpfel"
    assert submitted(course, "5002").read_text() == notebook


def test_folders_and_plain_files(course, notebook, tmp_path):
    source = tmp_path / "in"
    (source / "ada" / "mini").mkdir(parents=True)
    (source / "ada" / "mini" / "mini.ipynb").write_text(notebook)
    (source / "ada" / "mini" / "timestamp.txt").write_text("2026-01-01 10:00:00 UTC")
    (source / "bob").mkdir()
    (source / "bob" / "mini.ipynb").write_text(notebook)
    (source / "bob" / "__pycache__").mkdir()
    (source / "bob" / "__pycache__" / "x.pyc").write_bytes(b"0")
    (source / "Zoë Quinn.ipynb").write_text(notebook)
    (source / "readme.txt").write_text("not a submission")
    (source / "bob" / "link.ipynb").symlink_to("/etc/passwd")
    lines = []
    students = collect(course, "mini", source, report=lines.append)
    zoe = usable_id("Zoë Quinn")
    assert sorted(students) == sorted(["ada", "bob", zoe])
    assert zoe.startswith("Zoe_Quinn-")
    assert submitted(course, "ada", "timestamp.txt").exists()
    assert submitted(course, zoe).exists()
    assert not submitted(course, "bob", "link.ipynb").exists(), "links are not followed"
    assert sorted(p.name for p in submitted(course, "bob").parent.iterdir()) == ["mini.ipynb"]
    assert any(line.startswith("ignored: readme.txt") for line in lines)


def test_a_student_who_hands_in_twice(course, notebook, tmp_path):
    later = notebook.replace("SOLUTION-MARKER", "LATER")
    source = archive(
        tmp_path / "c.zip",
        {
            "leeann_4711_90009_mini-1.ipynb": later,
            "leeann_4711_90001_mini.ipynb": notebook,
        },
    )
    collect(course, "mini", source, report=quiet)
    assert submitted(course, "4711").read_text() == later, (
        "the higher upload number is the later one"
    )
    assert "twice" in collected_notes(course, "mini")["4711"][0]
    # A second download replaces the first.
    collect(
        course, "mini", archive(tmp_path / "d.zip", {"x_4711_1_mini.ipynb": "{}"}), report=quiet
    )
    assert submitted(course, "4711").read_text() == "{}"


def test_ids_that_differ_stay_apart():
    names = ["a b", "a_b", "ä b", "..", "../x", "", "ann/../bob", "ANN", "ann", "x" * 300, "学生"]
    ids = [usable_id(name) for name in names]
    assert len(set(ids)) == len(ids)
    assert all("/" not in i and not i.startswith(".") and 0 < len(i) <= 100 for i in ids)
    assert usable_id("ann.lee@example.org") == "ann.lee@example.org"


@pytest.mark.parametrize(
    "name",
    ["../x", "/etc/passwd", "a/../../b", "C:\\x", "..\\x", "\\\\host\\x", "a\0b", "x" * 600],
)
def test_paths_that_lead_outside(name):
    assert not safe_path(name)


def test_path_traversal_in_a_download(course, notebook, tmp_path):
    target = tmp_path / "stolen.ipynb"
    members = {
        "leeann_4711_90001_mini.ipynb": notebook,
        "../../../stolen.ipynb": notebook,
        f"{target}": notebook,
        "bob/../../../../stolen.ipynb": notebook,
        "Eve_5009_assignsubmission_file_/../../../../stolen.ipynb": notebook,
    }
    before = {path for path in tmp_path.rglob("*") if course.root not in path.parents}
    lines = []
    source = archive(tmp_path / "evil.zip", members)
    students = collect(course, "mini", source, report=lines.append)
    after = {path for path in tmp_path.rglob("*") if course.root not in path.parents}
    assert after - before == {source}
    assert not list(course.root.rglob("stolen.ipynb"))
    assert submitted(course, "4711").exists()
    assert not students["4711"].problem
    assert "leads outside" in students["5009"].problem
    assert "leads outside" in submitted(course, "5009", PROBLEM).read_text()


def test_zip_bombs_cost_only_their_owner(course, notebook, tmp_path, monkeypatch):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("mini.ipynb", bytes(MAX_BYTES + 1))
    link = zipfile.ZipInfo("joe_4714_90004_mini.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as crowd:
        for number in range(200):
            crowd.writestr(f"{number}.txt", "x")
    members = {
        "leeann_4711_90001_mini.ipynb": notebook,
        "big_4712_90002_mini.ipynb": bytes(MAX_BYTES + 1),
        "zip_4713_90003_work.zip": inner.getvalue(),
        link: "/etc/passwd",
        "many_4715_90005_work.zip": many.getvalue(),
        "bad_4716_90006_work.zip": b"PK\3\4 not really a zip",
    }
    source = archive(tmp_path / "bombs.zip", members)
    students = collect(course, "mini", source, report=quiet)
    assert not students["4711"].problem
    problems = {student: found.problem for student, found in students.items()}
    assert "unpacks to more than 20 MiB" in problems["4712"]
    assert "unpacks to more than 20 MiB" in problems["4713"]
    assert "a link" in problems["4714"]
    assert "more than 100 files" in problems["4715"]
    assert "not a zip archive" in problems["4716"]
    total = sum(p.stat().st_size for p in (course.root / "submitted").rglob("*") if p.is_file())
    assert total < 100_000
    monkeypatch.setattr(reading, "MAX_TOTAL", 1000)
    again = collect(course, "mini", source, report=quiet)
    assert all(found.problem for found in again.values()), "the budget of the whole download holds"


def test_a_zip_inside_a_submission_is_unpacked(course, notebook, tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as zipped:
        zipped.writestr("folder/mini.ipynb", notebook)
        zipped.writestr("__MACOSX/folder/._mini.ipynb", "junk")
    source = archive(tmp_path / "z.zip", {"leeann_4711_90001_work.zip": inner.getvalue()})
    collect(course, "mini", source, report=quiet)
    assert submitted(course, "4711").read_text() == notebook
    assert len(list(submitted(course, "4711").parent.iterdir())) == 1


def test_nothing_to_collect(course, tmp_path):
    with pytest.raises(CourseError, match="There is no"):
        collect(course, "mini", tmp_path / "absent", report=quiet)
    (tmp_path / "broken.zip").write_bytes(b"PK\3\4")
    with pytest.raises(CourseError, match="not a zip archive"):
        collect(course, "mini", tmp_path / "broken.zip", report=quiet)
    (tmp_path / "empty").mkdir()
    with pytest.raises(CourseError, match="No submission"):
        collect(course, "mini", tmp_path / "empty", report=quiet)
    with pytest.raises(CourseError, match="No released assignment 'other'"):
        collect(course, "other", tmp_path / "empty", report=quiet)
