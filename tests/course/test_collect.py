"""Downloads of Canvas and Moodle, folders, and archives that mean harm."""

import io
import stat
import unicodedata
import zipfile
import zoneinfo

import nbformat
import pytest
from course_cases import solved
from hypothesis import given
from hypothesis import strategies as st

from course import archive as reading
from course import collect as collecting
from course.__main__ import main
from course.archive import MAX_BYTES, Found, safe_path
from course.collect import collect, make_plan
from course.grading import grade
from course.intake import PROBLEM, Unreadable, prepare
from course.layout import CourseError
from course.results import Results
from course.roster import Roster, read_students, usable_id
from course.tables import read_time

pytestmark = pytest.mark.xdist_group("collect")

BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")


def archive(path, members):
    """Write a zip file; members are ``{name or ZipInfo: content}``."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return path


def folder(path, members):
    """Write a folder; members are ``{name: content}``."""
    for name, content in members.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def quiet(line):
    """Print nothing."""


def plan_for(paths, layout, roster=None):
    """Return the plan for files of these names; each holds its own name."""
    found = [Found(path, path.encode()) for path in paths]
    return make_plan(found, layout, roster or Roster("folders"), "mini")


def class_of(plan):
    """Return the names of the files by student."""
    return {student: sorted(found.files) for student, found in plan.students.items()}


@pytest.fixture
def notebook(course):
    return nbformat.writes(solved(course, "mini"))


@pytest.fixture
def roster(tmp_path):
    """Write a roster: `roster("ID,SIS User ID", "4711,7", …)` returns its path."""

    def write(*lines, name="roster.csv"):
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        return tmp_path / name

    return write


def submitted(course, student, file="mini.ipynb"):
    return course.path("submitted", student, "mini") / file


# ---- layouts ------------------------------------------------------------------------------------


def test_canvas_download(course, notebook, tmp_path):
    source = archive(
        tmp_path / "submissions.zip",
        {
            "leeann_4711_90001_mini.ipynb": notebook,
            "poebob_LATE_4712_90002_mini-1.ipynb": notebook,
            "anon_4713_90003_my-solution.ipynb": notebook,
            "anon_4713_90004_notes.txt": "hello",
            "LATE_anon_x7Y2z_90005_mini.ipynb": notebook,
        },
    )
    plan = collect(course, "mini", source, "canvas", report=quiet)
    assert sorted(plan.students) == ["4711", "4712", "4713", "x7Y2z"]
    assert submitted(course, "4711").read_text() == notebook
    assert submitted(course, "4712").read_text() == notebook, "Canvas's attempt number is taken off"
    assert submitted(course, "4713", "my-solution.ipynb").exists()
    assert submitted(course, "4713", "notes.txt").read_text() == "hello"
    for late in ("4712", "x7Y2z"):
        assert "late" in Results(course, "mini").read("collected")[late][0]


@pytest.mark.parametrize("separator", ["/", "_/", "_"])
@pytest.mark.parametrize("wrapper", ["", "CE101-mini-12345/"])
def test_moodle_download(course, notebook, tmp_path, roster, separator, wrapper):
    members = {
        f"{wrapper}Ann Lee_5001_assignsubmission_file{separator}mini.ipynb": notebook,
        f"{wrapper}Jörg Äpfel_5002_assignsubmission_file{separator}mini.ipynb": notebook,
    }
    worksheet = roster(
        "Identifier,Full name,Email address",
        "Participant 5001,Ann Lee,ann@x.org",
        "Participant 5002,Jörg Äpfel,joerg@x.org",
        "Participant 5003,Ned New,ned@x.org",
    )
    source = archive(tmp_path / "m.zip", members)
    with pytest.raises(CourseError, match="grading worksheet"):
        collect(course, "mini", source, "moodle", report=quiet)
    plan = collect(
        course, "mini", source, "moodle", path=worksheet, match="Email address", report=quiet
    )
    assert sorted(plan.students) == ["ann@x.org", "joerg@x.org"]
    assert plan.absent == {"ned@x.org": "Ned New"}
    assert plan.students["joerg@x.org"].name == "Jörg Äpfel"
    assert submitted(course, "joerg@x.org").read_text() == notebook
    assert read_students(course)["students"]["ned@x.org"] == ["ned@x.org", "Ned New"]


def test_folders_and_plain_files(course, notebook, tmp_path):
    source = folder(
        tmp_path / "in",
        {
            "ada/mini/mini.ipynb": notebook,
            "ada/mini/timestamp.txt": "2026-01-01 10:00:00 UTC",
            "bob/mini.ipynb": notebook,
            "bob/__pycache__/x.pyc": b"0",
            "Zoë Quinn.ipynb": notebook,
            "bob/\x1b[2J.txt": "clears a terminal",
            "readme.txt": "not a submission",
        },
    )
    (source / "bob" / "link.ipynb").symlink_to("/etc/passwd")
    lines = []
    plan = collect(course, "mini", source, "folders", report=lines.append)
    zoe = usable_id("Zoë Quinn")
    assert sorted(plan.students) == sorted(["ada", "bob", zoe])
    assert zoe.startswith("Zoe_Quinn-")
    assert submitted(course, "ada").exists()
    assert not submitted(course, "ada", "timestamp.txt").exists(), "a student may have written it"
    assert submitted(course, zoe).exists()
    assert not submitted(course, "bob", "link.ipynb").exists(), "links are not followed"
    stored = sorted(p.name for p in submitted(course, "bob").parent.iterdir())
    assert stored == ["mini.ipynb", "\ufffd[2J.txt"]
    assert not any("\x1b" in line for line in lines)
    assert plan.ignored.keys() == {
        "ada/mini/timestamp.txt",
        "bob/__pycache__/x.pyc",
        "bob/link.ipynb",
        "readme.txt",
    }
    assert "ignored: readme.txt (no student in its name)" in lines


def test_a_dry_run_stores_nothing(course, notebook, tmp_path, roster, capsys):
    source = archive(tmp_path / "a class (1).zip", {"leeann_4711_90001_mini.ipynb": notebook})
    known = roster("Student,ID", '"Lee, Ann",4711', '"Poe, Bob",4712')
    before = {path: path.stat().st_mtime_ns for path in course.root.rglob("*")}
    options = ["--from", "canvas", "--roster", str(known), "--match", "ID", "--dry-run"]
    for command in ("collect", "grade"):
        assert main([command, "mini", str(source), *options, "--course", str(course.root)]) == 0
        said = capsys.readouterr().out.splitlines()
        assert said == [
            "read as: canvas, matched with roster.csv by ID",
            "4711 Lee, Ann: mini.ipynb",
            "no submission: 4712 Poe, Bob",
            "mini: 1 found",
        ]
    assert {path: path.stat().st_mtime_ns for path in course.root.rglob("*")} == before
    assert main(["grade", "mini", str(source), "--course", str(course.root)]) == 1
    assert "--from canvas, moodle or folders" in capsys.readouterr().err


def test_the_wrong_layout_is_no_layout(course, notebook, tmp_path, roster):
    known = roster("Identifier,ID", "Participant 5001,5001")
    names = {
        "canvas": "leeann_5001_90001_mini.ipynb",
        "moodle": "Ann_5001_assignsubmission_file/mini.ipynb",
    }
    for layout, other in (("canvas", "moodle"), ("moodle", "canvas")):
        source = archive(tmp_path / f"{layout}.zip", {names[layout]: notebook})
        with pytest.raises(CourseError, match="no student in its name"):
            collect(course, "mini", source, other, path=known, match="ID", report=quiet)
        with pytest.raises(CourseError, match=f"could be {layout.title()}'s"):
            collect(course, "mini", source, "folders", report=quiet)
    assert course.submissions("mini") == {}


TEXT = st.text("ab1_-. ÄéÅ한", min_size=1, max_size=6).filter(lambda name: name.strip(". "))
FILES = st.sets(st.sampled_from(["data-1.csv", "data-2.csv", "old/mini.ipynb", "a_7_8_b.txt"]))
STRAY = [".DS_Store", "__MACOSX/._x", "readme.txt", "class/.DS_Store", "__MACOSX/class/ada/._m"]


@st.composite
def classes(draw):
    """Draw students' numbers and names, and the files of each."""
    numbers = draw(st.lists(st.integers(1, 10**5), min_size=2, max_size=5, unique=True))
    people = {}
    for number in numbers:
        name = unicodedata.normalize("NFC", draw(TEXT))
        people[str(number)] = (name, sorted({"mini.ipynb", *draw(FILES)}))
    return (
        people,
        draw(st.sampled_from(["", "class/", "a/b/"])),
        draw(st.sets(st.sampled_from(STRAY))),
    )


@pytest.mark.parametrize("layout", ["canvas", "moodle", "folders"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
@given(drawn=classes())
def test_any_download_gives_back_its_class(tmp_path_factory, layout, form, drawn):
    """Under stray files, folders around it, team names, numbers in names, decomposed letters."""
    people, outer, stray = drawn
    path = tmp_path_factory.getbasetemp() / f"{layout}-{form}.csv"
    rows = ["Identifier,ID,Full name", *(f"Participant {n},{n},student" for n in people)]
    path.write_text("\n".join(rows))
    paths, expected = [], {}
    for upload, (number, (name, files)) in enumerate(people.items(), 10**6):
        # As the platforms make a name fit: Canvas takes out what is no word, Moodle underscores.
        canvas = "".join(c for c in name.lower() if c.isalnum() or c == "_") or "x"
        # A number between underscores Canvas changes; one at the end may be another student's.
        if any(part.isdigit() for part in canvas.split("_")[1:]):
            canvas = canvas.replace("_", "")
        prefix = {
            "canvas": f"{canvas}_{number}_{upload}_",
            "moodle": f"{name.replace('_', ' ')}_{number}_assignsubmission_file/",
            "folders": f"{number}/",
        }[layout]
        files = [file for file in files if layout != "canvas" or "/" not in file]
        paths += [unicodedata.normalize(form, f"{outer}{prefix}{file}") for file in files]
        expected[number] = files
    paths += sorted(stray)
    plan = plan_for(paths, layout, Roster(layout, path, "ID"))
    assert class_of(plan) == expected
    composed = {unicodedata.normalize("NFC", p) for p in paths}
    assert plan.used | plan.ignored.keys() == composed
    assert not plan.used & plan.ignored.keys()
    assert plan.ignored.keys() == stray
    for student, found in plan.students.items():
        own = {item.data.decode() for item in found.files.values()}
        assert all(student in path for path in own), "nobody has another one's file"


def test_what_can_be_read_in_two_ways_stops(roster):
    inner = ["class/ada/mini.ipynb", "class/bob/mini.ipynb"]
    with pytest.raises(CourseError, match="could be a student or the folder of them all"):
        plan_for(inner, "folders")
    known = Roster("folders", roster("Username", "ada", "bob"), "Username")
    assert sorted(plan_for([*inner, "readme.txt"], "folders", known).students) == ["ada", "bob"]
    both = Roster("folders", roster("Username", "ada", "class"), "Username")
    with pytest.raises(CourseError, match="could be a student or the folder of them all"):
        plan_for(inner, "folders", both)
    assert list(plan_for(["ada/mini.ipynb", "ada/data.csv"], "folders").students) == ["ada"]
    for twice in (["ada/mini.ipynb", "ada.ipynb"], ["é/mini.ipynb", "é/mini.ipynb"]):
        with pytest.raises(CourseError, match=r"both ada.s|is there twice"):
            plan_for(twice, "folders")
    # A number that ends a name, or begins a file's.
    for name in ("team_7_4711_90001_mini.ipynb", "ann_4711_90001_2027_mini.ipynb"):
        with pytest.raises(CourseError, match=r"could be .*'s: give a roster"):
            plan_for([name], "canvas")
        known = Roster("canvas", roster("ID", "4711"), "ID")
        assert list(plan_for([name], "canvas", known).students) == ["4711"]
    known = Roster("canvas", roster("ID", "4711", "7"), "ID")
    with pytest.raises(CourseError, match="could be 4711 or 7's"):
        plan_for(["team_7_4711_90001_mini.ipynb"], "canvas", known)


def test_a_file_of_nobody_stops_and_what_is_near_is_offered(course, notebook, tmp_path, roster):
    """Nothing is stored, and nobody is taken for somebody else."""
    known = roster("Username,ID number", "00042,1", "Ann,2", "bob b,3")
    names = {"42": "00042", "ann": "Ann", "bobb": "bob b"}
    source = folder(tmp_path / "in", {f"{name}/mini.ipynb": notebook for name in names})
    with pytest.raises(CourseError) as caught:
        collect(course, "mini", source, "folders", path=known, match="Username", report=quiet)
    for name, near in names.items():
        assert f"{name}/mini.ipynb: the roster has no {name!r}. It has {near!r}" in str(
            caught.value
        )
    assert course.submissions("mini") == {}
    assert read_students(course) == {}
    half = roster("ID,SIS User ID", "1,A7", "2,")
    with pytest.raises(CourseError, match="the roster's row of '2' has nothing under 'SIS User"):
        plan_for(["ann_2_90001_mini.ipynb"], "canvas", Roster("canvas", half, "SIS User ID"))
    # Near two is near nobody.
    known = roster("Username", "042", "0042")
    with pytest.raises(CourseError, match=r"has no .42.\.$"):
        plan_for(["42/mini.ipynb"], "folders", Roster("folders", known, "Username"))


def test_one_table_of_who_is_who(course, notebook, tmp_path, roster):
    known = roster("Username,Email address", "ada,ada@x.org", "bob,bob@x.org")
    source = folder(tmp_path / "in", {"ada/mini.ipynb": notebook, "bob/mini.ipynb": notebook})
    collect(course, "mini", source, "folders", path=known, match="Username", report=quiet)
    for other in ({}, {"path": known, "match": "Email address"}):
        with pytest.raises(CourseError, match="knows its students by 'Username'"):
            collect(course, "mini", source, "folders", report=quiet, **other)
    # The same word for two people, in two columns.
    crossed = roster("Username,ID number", "ada,bob", "bob,7")
    with pytest.raises(CourseError, match="'bob' is one person's Username and another's ID number"):
        collect(course, "mini", source, "folders", path=crossed, match="Username", report=quiet)
    twice = roster("Username", "ada", "bob", "ada")
    with pytest.raises(CourseError, match="Username 'ada' stands in two rows"):
        collect(course, "mini", source, "folders", path=twice, match="Username", report=quiet)
    with pytest.raises(CourseError, match=r"no column .username.\. Did you mean 'Username'"):
        collect(course, "mini", source, "folders", path=known, match="username", report=quiet)
    with pytest.raises(CourseError, match="go together"):
        collect(course, "mini", source, "folders", path=known, report=quiet)


def test_a_teams_work_is_everyones_in_it(roster):
    """Of a team Moodle gives the group's number, which may be another participant's."""
    worksheet = roster(
        "Identifier,Full name,Group",
        "Participant 3,Ann Lee,Team_7: A",
        "Participant 4,Bob Poe,Team_7: A",
        "Participant 5,Cleo Roe,Default group",
        "Participant 6,Dan Moe,Team 8",
    )
    known = Roster("moodle", worksheet, "Identifier")
    paths = [
        "Team 7 A_6_assignsubmission_file/mini.ipynb",
        "Default group_assignsubmission_file/mini.ipynb",
    ]
    plan = plan_for(paths, "moodle", known)
    files = {s: f.files["mini.ipynb"].data.decode() for s, f in plan.students.items()}
    assert files == {"3": paths[0], "4": paths[0], "5": paths[1]}
    assert plan.absent == {"6": "Dan Moe"}
    # A page goes to each of them, by the participant's number; the file has the team's.
    assert {moodles(f.back + "mini.html") for f in plan.students.values()} == {3, 4, 5}
    with pytest.raises(CourseError, match="has no 'Team 9'"):
        plan_for(["Team 9_6_assignsubmission_file/mini.ipynb"], "moodle", known)


# ---- what goes back -----------------------------------------------------------------------------


def moodles(path):
    """Return whom Moodle gives a file of a zip with feedback, as its importer reads the name."""
    name, number, kind, plugin, rest = path.split("/")[0].split("_", 4)
    assert (kind, plugin, rest) == ("assignfeedback", "file", "")
    assert name.strip()
    return int(number)


def canvass(path, groups=()):
    """Return whose upload Canvas takes a file of such a zip for: user or anonymous id, upload."""
    name = path.rpartition("/")[2]
    name = next((name.removeprefix(f"{g}_") for g in groups if name.startswith(f"{g}_")), name)
    parts = [part for part in name.split("_") if part != "LATE"]
    assert not parts[-1].startswith("link")
    return tuple(parts[1:3] if parts[0] == "anon" else [p for p in parts if p.isdecimal()][:2])


@pytest.mark.parametrize("outer", ["", "submissions/"])
def test_each_platform_knows_whose_a_returned_page_is(roster, outer):
    """Canvas by one of the files that were handed in last, Moodle by the participant."""
    paths = {
        "leeann_4711_90001_mini.ipynb": ("4711", "90001"),
        "poe3_LATE_4712_90002_mini-1.ipynb": ("4712", "90002"),
        "anon_x7Y2z_90005_mini.ipynb": ("x7Y2z", "90005"),
        "LATE_anon_k2_90006_m_1_2.ipynb": ("k2", "90006"),
    }
    again = "leeann_4711_90009_mini-1.ipynb"
    files = [outer + path for path in [*paths, again]]
    backs = {f.back for f in plan_for(files, "canvas").students.values()}
    known = {*paths.values(), ("4711", "90009")} - {("4711", "90001")}
    assert {canvass(back + "mini.html") for back in backs} == known
    worksheet = roster(
        "Identifier,Full name,Email address",
        "Participant 5001,Ann_Marie O'Lee,ann@example.org",
        "Participant 5002,学 生,xue@example.org",
    )
    files = [f"{outer}A_{n}_assignsubmission_file/mini.ipynb" for n in (5001, 5002)]
    plan = plan_for(files, "moodle", Roster("moodle", worksheet, "Email address"))
    backs = {student: moodles(f.back + "mini.html") for student, f in plan.students.items()}
    assert backs == {"ann@example.org": 5001, "xue@example.org": 5002}
    assert plan_for(["ada/mini.ipynb"], "folders").students["ada"].back == ""


# ---- whose file counts --------------------------------------------------------------------------


def test_a_student_who_hands_in_twice(course, notebook, tmp_path):
    later = notebook.replace("SOLUTION-MARKER", "LATER")
    source = archive(
        tmp_path / "c.zip",
        {
            "leeann_4711_90009_mini-1.ipynb": later,
            "leeann_4711_90001_mini.ipynb": notebook,
        },
    )
    plan = collect(course, "mini", source, "canvas", report=quiet)
    assert submitted(course, "4711").read_text() == later, (
        "the higher upload number is the later one"
    )
    assert "twice" in Results(course, "mini").read("collected")["4711"][0]
    assert list(plan.ignored) == ["leeann_4711_90001_mini.ipynb"]
    # A second download replaces the first.
    second = archive(tmp_path / "d.zip", {"x_4711_1_mini.ipynb": "{}"})
    collect(course, "mini", second, "canvas", report=quiet)
    assert submitted(course, "4711").read_text() == "{}"


def test_an_older_copy_in_a_folder_is_not_graded(course, notebook):
    released = nbformat.read(course.require("mini"), as_version=4)
    old = notebook.replace("SOLUTION-MARKER", "OLD").encode()
    new = notebook.replace("SOLUTION-MARKER", "NEW").encode()
    packed = io.BytesIO()
    archive(packed, {"work/mini.ipynb": new, "work/old/mini.ipynb": old, "work/data.csv": "1"})
    outer = [Found("ada/x.zip", packed.getvalue()), Found("bob/mini.ipynb", new)]
    outer += [Found("bob/mini/mini.ipynb", old)]
    for student, found in make_plan(outer, "folders", Roster("folders"), "mini").students.items():
        files = {name: item.data for name, item in found.files.items()}
        prepared = prepare(files, released, "mini")
        assert "NEW" in nbformat.writes(prepared.notebook), student
        assert "other notebooks ignored" in prepared.notes[0]
    with pytest.raises(Unreadable, match="more than one notebook could be meant"):
        prepare({"a/mini.ipynb": old, "b/mini.ipynb": new}, released, "mini")


def test_a_zip_inside_a_submission_is_unpacked(course, notebook, tmp_path):
    inner = io.BytesIO()
    archive(inner, {"folder/mini.ipynb": notebook, "__MACOSX/folder/._mini.ipynb": "junk"})
    source = archive(tmp_path / "z.zip", {"leeann_4711_90001_work.zip": inner.getvalue()})
    plan = collect(course, "mini", source, "canvas", report=quiet)
    assert submitted(course, "4711").read_text() == notebook
    assert len(list(submitted(course, "4711").parent.iterdir())) == 1
    name = "leeann_4711_90001_work.zip"
    assert plan.used == {name, f"{name}/folder/mini.ipynb"}
    assert list(plan.ignored) == [f"{name}/__MACOSX/folder/._mini.ipynb"]


def test_ids_that_differ_stay_apart():
    names = ["a b", "a_b", "ä b", "..", "../x", "", "ann/../bob", "ANN", "ann", "x" * 300, "学生"]
    ids = [usable_id(name) for name in names]
    assert len(set(ids)) == len(ids)
    assert all("/" not in i and not i.startswith(".") and 0 < len(i) <= 100 for i in ids)
    assert usable_id("ann.lee@example.org") == "ann.lee@example.org"


# ---- times --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2027-03-02 00:30:00 +0100", "2027-03-01 23:30:00"),
        ("2027-03-02T00:30+01:00", "2027-03-01 23:30:00"),
        ("2027-03-01 23:30:00 UTC", "2027-03-01 23:30:00"),
        ("2027-03-01T23:30:00Z", "2027-03-01 23:30:00"),
        ("2027-03-01 23:30:00.000000 UTC", "2027-03-01 23:30:00"),
        ("2027-03-02 00:30", "2027-03-01 23:30:00"),
        ("Tuesday, 2 March 2027, 12:30 AM", "2027-03-01 23:30:00"),
        ("Thursday, 1 July 2027, 1:30\u202fPM", "2027-07-01 11:30:00"),
        ("2026-10-25 02:30", "2026-10-25 00:30:00"),
    ],
)
def test_times_are_read_with_their_zone(text, utc):
    assert str(read_time(text, BERLIN)) == utc


@pytest.mark.parametrize(
    "text",
    ["01/03/2027 23:30", "2027-03-01 23:30 CET", "2027-03-01", "yesterday", "2027-02-30 10:00 UTC"],
)
def test_a_time_that_cannot_be_read_stops(text, roster, course, tmp_path, notebook):
    with pytest.raises(ValueError, match="is not a time"):
        read_time(text, BERLIN)
    worksheet = roster(
        "Identifier,Last modified (submission)", "Participant 1,-", f'Participant 2,"{text}"'
    )
    source = archive(tmp_path / "m.zip", {"Ann_1_assignsubmission_file/mini.ipynb": notebook})
    command = ["collect", "mini", str(source), "--from", "moodle", "--roster", str(worksheet)]
    command += ["--match", "Identifier", "--zone", "Europe/Berlin", "--course", str(course.root)]
    assert main(command) == 1
    assert course.submissions("mini") == {}


def test_a_time_without_a_zone_needs_one(roster):
    with pytest.raises(ValueError, match="has no time zone; say which: --zone"):
        read_time("2027-03-01 23:30")
    worksheet = roster(
        "Identifier,Last modified (submission)", 'Participant 1,"Monday, 1 March 2027, 11:30 PM"'
    )
    with pytest.raises(CourseError, match="no time zone"):
        Roster("moodle", worksheet, "Identifier")


def test_times_come_from_the_platform_or_the_teacher(course, notebook, tmp_path, roster):
    """Never from a student's file, the archive's dates or those of files."""
    member = zipfile.ZipInfo("Ann_1_assignsubmission_file/mini.ipynb", (2001, 2, 3, 4, 5, 6))
    worksheet = roster(
        "Identifier,Last modified (submission)",
        'Participant 1,"Tuesday, 2 March 2027, 12:30 AM"',
        "Participant 2,-",
    )
    source = archive(
        tmp_path / "m.zip",
        {
            member: notebook,
            "Ann_1_assignsubmission_file/timestamp.txt": "1999-01-01 00:00:00 UTC",
            "Bob_2_assignsubmission_file/mini.ipynb": notebook,
            "Bob_2_assignsubmission_file/.problem": "mine",
        },
    )
    options = {"path": worksheet, "match": "Identifier", "zone": BERLIN}
    plan = collect(course, "mini", source, "moodle", report=quiet, **options)
    assert submitted(course, "1", "timestamp.txt").read_text() == "2027-03-01 23:30:00 UTC"
    assert [p.name for p in submitted(course, "2").parent.iterdir()] == ["mini.ipynb"]
    assert "no time is taken" in plan.ignored["Ann_1_assignsubmission_file/timestamp.txt"]
    # In folders, a column of the teacher's.
    known = roster("Username,Handed in", "ada,2027-03-02 00:30:00 +0100", "bob,")
    plan = plan_for(
        ["ada/mini.ipynb", "bob/mini.ipynb"],
        "folders",
        Roster("folders", known, "Username", "Handed in"),
    )
    assert [str(plan.students[s].time) for s in ("ada", "bob")] == ["2027-03-01 23:30:00", "None"]


def test_an_unreadable_time_beside_a_submission_stops_grading(course, notebook, sandbox):
    """Where nbgrader's exchange wrote it."""
    submitted(course, "ada").parent.mkdir(parents=True)
    submitted(course, "ada").write_text(notebook)
    submitted(course, "ada", "timestamp.txt").write_text("2027-03-01 23:30:00 CET")
    with pytest.raises(CourseError, match=r"timestamp.txt of ada: .* is not a time"):
        grade(course, "mini", report=quiet)


# ---- harm ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["../x", "/etc/passwd", "a/../../b", "C:\\x", "..\\x", "\\\\host\\x", "a\0b", "x" * 600],
)
def test_paths_that_lead_outside(name):
    assert not safe_path(name)


def test_path_traversal_in_a_download(course, notebook, tmp_path, roster):
    target = tmp_path / "stolen.ipynb"
    members = {
        "Ann_4711_assignsubmission_file/mini.ipynb": notebook,
        "../../../stolen.ipynb": notebook,
        f"{target}": notebook,
        "bob/../../../../stolen.ipynb": notebook,
        "Eve_5009_assignsubmission_file_/../../../../stolen.ipynb": notebook,
    }
    known = roster("Identifier", "Participant 4711", "Participant 5009")
    source = archive(tmp_path / "evil.zip", members)
    before = {path for path in tmp_path.rglob("*") if course.root not in path.parents}
    options = {"path": known, "match": "Identifier"}
    plan = collect(course, "mini", source, "moodle", report=quiet, **options)
    after = {path for path in tmp_path.rglob("*") if course.root not in path.parents}
    assert after == before
    assert not list(course.root.rglob("stolen.ipynb"))
    assert submitted(course, "4711").exists()
    assert not plan.students["4711"].problem
    assert "leads outside" in plan.students["5009"].problem
    assert "leads outside" in submitted(course, "5009", PROBLEM).read_text()
    assert len(plan.ignored) == 4


def test_zip_bombs_cost_only_their_owner(course, notebook, tmp_path, monkeypatch):
    inner = io.BytesIO()
    archive(inner, {"mini.ipynb": bytes(MAX_BYTES + 1)})
    link = zipfile.ZipInfo("joe_4714_90004_mini.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    many = io.BytesIO()
    archive(many, {f"{number}.txt": "x" for number in range(200)})
    members = {
        "leeann_4711_90001_mini.ipynb": notebook,
        "big_4712_90002_mini.ipynb": bytes(MAX_BYTES + 1),
        "zip_4713_90003_work.zip": inner.getvalue(),
        link: "/etc/passwd",
        "many_4715_90005_work.zip": many.getvalue(),
        "bad_4716_90006_work.zip": b"PK\3\4 not really a zip",
    }
    source = archive(tmp_path / "bombs.zip", members)
    students = collect(course, "mini", source, "canvas", report=quiet).students
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
    again = collect(course, "mini", source, "canvas", report=quiet).students
    assert all(found.problem for found in again.values()), "the budget of the whole download holds"


def test_a_full_disk_replaces_nothing(course, notebook, tmp_path, monkeypatch):
    collect(course, "mini", folder(tmp_path / "a", {"ada/mini.ipynb": notebook}), "folders")
    source = folder(tmp_path / "b", {"ada/mini.ipynb": "new"})

    def full(path, data):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(collecting.Path, "write_bytes", full)
        with pytest.raises(CourseError, match="No space left"):
            collect(course, "mini", source, "folders", report=quiet)
    assert submitted(course, "ada").read_text() == notebook
    long = folder(tmp_path / "c", {"ada/mini.ipynb": notebook})
    plan = make_plan(reading.read_files(long), "folders", Roster("folders"), "mini")
    plan.students["ada"].files["x" * 300] = Found("x", b"1")
    collecting._store(submitted(course, "ada").parent, plan.students["ada"], None)
    assert "name too long" in plan.students["ada"].notes[0], "a name of the student's own"


def test_nothing_to_collect(course, tmp_path):
    with pytest.raises(CourseError, match="There is no"):
        collect(course, "mini", tmp_path / "absent", "canvas", report=quiet)
    (tmp_path / "broken.zip").write_bytes(b"PK\3\4")
    with pytest.raises(CourseError, match="not a zip archive"):
        collect(course, "mini", tmp_path / "broken.zip", "canvas", report=quiet)
    (tmp_path / "empty").mkdir()
    with pytest.raises(CourseError, match="No submission"):
        collect(course, "mini", tmp_path / "empty", "folders", report=quiet)
    with pytest.raises(CourseError, match="No released assignment 'other'"):
        collect(course, "other", tmp_path / "empty", "folders", report=quiet)


def test_a_download_of_which_nothing_is_left_says_why(course, notebook, tmp_path):
    lines = []
    path = archive(tmp_path / "d.zip", {"../leeann_4711_9_mini.ipynb": notebook})
    with pytest.raises(CourseError, match="No submission"):
        collect(course, "mini", path, "canvas", report=lines.append)
    assert any("leads outside of it" in line for line in lines)


def test_a_dry_run_says_what_canvas_calls_late(course, notebook, tmp_path):
    lines = []
    members = {"leeann_LATE_4711_9_mini.ipynb": notebook, "poebob_4712_8_mini.ipynb": notebook}
    path = archive(tmp_path / "d.zip", members)
    collect(course, "mini", path, "canvas", dry_run=True, report=lines.append)
    assert [line.split()[0] for line in lines if "LATE" in line] == ["4711:"]
