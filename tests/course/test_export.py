"""Marks into the files of learning platforms: each in one row, and everything else as it was."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.__main__ import main
from course.export import export
from course.gradebook import merge_marks
from course.layout import CourseError
from course.roster import read_students, students_file
from course.tables import Table

pytestmark = pytest.mark.xdist_group("export")

POINTS = 9  # of the assignment `mini`


def quiet(line):
    """Print nothing."""


def graded(course, **scores):
    """Give students marks in the gradebook as grading does; one answer of each is not read."""
    cells = ("double-test", "share-test")
    given_marks = {}
    for student, score in scores.items():
        grades = dict(
            zip(cells, ([min(score, 2.0), False], [max(score - 2.0, 0.0), False]), strict=False)
        )
        marks = {"grades": {**grades, "why": [None, True]}, "comments": {}}
        given_marks[student] = (marks, None, None)
        course.path("submitted", student, "mini").mkdir(parents=True, exist_ok=True)
    with course.gradebook() as gradebook:
        merge_marks(gradebook, "mini", given_marks)
    return course


CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Mini (777),Other (778),Final Score\r\n"
    "    Points Possible,,,,,9.00,5,(read only)\r\n"
    '"Lee, Ann",4711,100,ann,A,,3,50\r\n'
    '"Poe, Bob",4712,101,bob,A,EX,"4",60\r\n'
    '"New, Ned",4713,102,ned,A,12.00,,\r\n'
    '"Student, Test",,,x,A,,,\r\n'
)


@pytest.fixture
def write(tmp_path):
    """Write a roster: `write(text)` returns its path."""

    def write(content, encoding="utf-8", name="a roster (1).csv"):
        data = content if isinstance(content, bytes) else content.encode(encoding)
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return write


def run(course, roster, *options, to="canvas", match="ID", column="Mini (777)"):
    """Export by the command line; return the exit status and the written file."""
    target = roster.with_name("out.csv")
    target.unlink(missing_ok=True)
    command = ["export", "mini", "--to", to, "--roster", str(roster), "--match", match]
    command += ["--column", column, "--output", str(target), "--course", str(course.root)]
    status = main([*command, *options])
    return status, target.read_bytes() if target.exists() else None


def test_one_column_changes_in_the_rows_of_those_who_have_a_mark(course, write, capsys):
    """Also `EX` and an earlier mark of someone without a submission stay, byte for byte."""
    graded(course, **{"4711": 6.0})
    status, data = run(course, write(CANVAS))
    assert status == 0
    assert data.decode() == CANVAS.replace(",ann,A,,", ",ann,A,6,")
    said = capsys.readouterr().out
    assert "answers that nobody has read yet, and that count as 0: 1\n" in said
    assert "no submission: 4712\nno submission: 4713" in said


def test_who_is_excused_stays_excused(course, write, capsys):
    """Canvas's `EX` is a person's decision, also about somebody who has handed in."""
    graded(course, **{"4711": 6.0, "4712": 5.0})
    status, data = run(course, write(CANVAS))
    assert status == 0
    assert data.decode() == CANVAS.replace(",ann,A,,", ",ann,A,6,")
    assert "left excused: 4712" in capsys.readouterr().out


@pytest.mark.parametrize("possible", ["9.00", "100", "4.5"])
def test_marks_are_scaled_to_canvass_points(course, write, possible):
    graded(course, **{"4711": 5.0})
    _, data = run(course, write(CANVAS.replace("9.00", possible)))
    row = list(csv.reader(io.StringIO(data.decode())))[2]
    assert row[5] == {"9.00": "5", "100": "55.56", "4.5": "2.5"}[possible]


@pytest.mark.parametrize("possible", ["", "0", "(read only)", "9,5"])
def test_without_the_platforms_maximum_nothing_is_written(course, write, capsys, possible):
    graded(course, **{"4711": 5.0})
    text = CANVAS.replace("9.00", f'"{possible}"')
    assert run(course, write(text)) == (1, None)
    assert "the maximum of Mini (777) is" in capsys.readouterr().err
    assert run(course, write(CANVAS.replace("Points Possible", ""))) == (1, None)
    assert "has no row 'Points Possible'" in capsys.readouterr().err


def test_an_id_that_is_another_ones_sis_id(course, write, capsys):
    """Neither of the two gets the other's mark; which is meant, only a declared table can say."""
    text = CANVAS.replace("4712,101", "4712,4711").replace("EX", "")
    graded(course, **{"4711": 6.0})
    assert run(course, write(text)) == (1, None)
    assert "'4711' is one person's ID and another's SIS User ID" in capsys.readouterr().err
    students_file(course).parent.mkdir(exist_ok=True)
    students_file(course).write_text(
        json.dumps({"column": "ID", "students": {n: [n, ""] for n in ("4711", "4712", "4713")}})
    )
    status, data = run(course, write(text))
    assert status == 0
    assert data.decode() == text.replace(",ann,A,,", ",ann,A,6,")
    # A student without work, whose other number is that of one with work.
    assert run(course, write(text), match="SIS User ID")[1] is None


def test_duplicates_stop(course, write, capsys):
    graded(course, **{"4711": 6.0})
    assert run(course, write(CANVAS.replace("4713", "4711"))) == (1, None)
    assert "ID '4711' stands in two rows" in capsys.readouterr().err
    twice = CANVAS.replace("Other (778)", "Mini (777)")
    assert run(course, write(twice)) == (1, None)
    assert "has 2 column 'Mini (777)'" in capsys.readouterr().err


def test_the_unmatched_are_listed_both_ways(course, write, capsys):
    graded(course, **{"00042": 6.0, "ann": 5.0, "cy d": 4.0, "4711": 3.0, "gone": 2.0})
    text = CANVAS.replace("4712", "42").replace("4713", "ANN")
    status, data = run(course, write(text))
    assert status == 1
    assert data.decode() == text.replace(",ann,A,,", ",ann,A,3,"), "what is near is not taken"
    said = capsys.readouterr()
    for line in (
        "no row for 00042; '42' differs in zeros, case or spaces",
        "no row for ann; 'ANN' differs in zeros, case or spaces",
        "no row for gone\n",
    ):
        assert line in said.out
    assert "Not every mark" in said.err
    students_file(course).write_text('{"column": "ID", "students": {"4711": ["4711", ""]}}')
    assert read_students(course)["column"] == "ID"
    assert run(course, write(CANVAS))[0] == 1
    assert "nobody known: 4712" in capsys.readouterr().out
    # Without any match nothing is written.
    assert run(course, write(CANVAS), match="SIS Login ID", column="Other (778)")[1] is not None
    capsys.readouterr()
    assert run(course, write(CANVAS), match="SIS User ID") == (1, None)
    assert "is that of a student with a mark" in capsys.readouterr().err


WORKSHEET = (
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    '"Last modified (submission)","Last modified (grade)","Feedback comments"\n'
    '"Participant 1","Ann Lee",ann@x.org,"Submitted",,100.00,Yes,-,-,\n'
    '"Participant 2","Bob Poe",bob@x.org,"Submitted",,100.00,No,-,-,\n'
    '"Participant 3","Cy Roe",cy@x.org,"Submitted",50.00,100.00,Yes,-,-,\n'
    '"Participant 4","Di Moe",di@x.org,"Submitted",50.00,100.00,Yes,-,"1 March 2027, 9:00 AM",\n'
    '"Participant 5","Ed Noe",ed@x.org,"No submission",70.00,100.00,Yes,-,-,\n'
)
MOODLE = {"to": "moodle", "match": "Identifier", "column": "Grade"}


def test_moodles_worksheet(course, write, capsys):
    """What Moodle would leave out without a word is listed."""
    graded(course, **{"1": 6.0, "2": 6.0, "3": 6.0, "4": 3.0})
    status, data = run(course, write(WORKSHEET), **MOODLE)
    assert status == 1
    expected = csv.reader(io.StringIO(WORKSHEET))
    table = list(csv.reader(io.StringIO(data.decode())))
    changed = {1: "66.67", 4: "33.33"}
    for number, row in enumerate(expected):
        row[4] = changed.get(number, row[4])
        assert table[number] == row
    said = capsys.readouterr().out
    assert "not written for 2: 'Grade can be changed' is No" in said
    assert "not written for 3: the worksheet is older" in said


def test_worksheets_that_moodle_would_not_take(course, write, capsys):
    graded(course, **{"1": 6.0})
    for change, why in (
        (("Maximum Grade", "Scale"), "asks for grades on a scale"),
        (("Maximum Grade", "Beste Bewertung"), "no column 'Maximum Grade'"),
        (("Last modified (grade)", "x"), "no column 'Last modified (grade)'"),
    ):
        assert run(course, write(WORKSHEET.replace(*change)), **MOODLE) == (1, None)
        assert why in capsys.readouterr().err
    graded(course, **{"1": 10.0})
    assert run(course, write(WORKSHEET), **MOODLE)[0] == 1
    assert "is above the maximum of 100" in capsys.readouterr().out


# ---- files --------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encodings_and_delimiters_are_kept(course, write, encoding, delimiter, newline):
    graded(course, **{"4711": 6.0})
    text = f"Student;ID;Mini{newline}Points Possible;;9{newline}Jörg Äpfel;4711;{newline}Zoë;4;EX"
    text = text.replace(";", delimiter)
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    status, data = run(course, write(mark + text, encoding), column="Mini")
    assert status == 0
    assert data == (mark + text.replace(f"4711{delimiter}", f"4711{delimiter}6")).encode(encoding)


BROKEN = {
    b"": "is empty",
    b"PK\x03\x04 and so on": "is a spreadsheet or an archive: save it as CSV",
    bytes(range(256)): "is no text in cp1252",
    "ID;Mini".encode("utf-16")[:-1]: "is no text in utf-16-le",
    b'ID,Mini\n"4711,\n4712,\n': "unexpected end of data",
    b"Student,ID,Mini\nLee, Ann,4711,\n": "row 2 has 4 cells under 3 titles",
    b"a,b;ID,c;Mini\n": "can be divided in two ways",
    b"\n\n": "has no column 'Mini'",
    b"Id,Mini\n1,1\n": "has no column 'ID'. Did you mean 'Id'?",
}


@pytest.mark.parametrize("data", BROKEN)
def test_what_cannot_be_read_is_explained(course, write, capsys, data):
    graded(course, **{"4711": 6.0})
    assert run(course, write(data), column="Mini") == (1, None)
    said = capsys.readouterr().err
    assert "roster (1).csv" in said
    assert BROKEN[data] in said
    assert run(course, write(b"x").with_name("absent.csv"), column="Mini") == (1, None)
    assert "cannot be read" in capsys.readouterr().err


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_an_error(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(data)
    try:
        table = Table(path)
    except CourseError:
        return
    assert table.data == data


CELLS = st.lists(st.text('ab,;"\n é', max_size=4), min_size=3, max_size=3)


@given(rows=st.lists(CELLS, min_size=1, max_size=5), where=st.integers(0, 4))
def test_one_cell_changes_and_no_other(tmp_path_factory, rows, where):
    path = tmp_path_factory.getbasetemp() / "cells.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([["ID", "Name", "Mark"], *rows])
    table = Table(path)
    table.put(where % len(rows), "Mark", "7.5")
    path.write_bytes(table.data)
    rows[where % len(rows)][2] = "7.5"
    assert Table(path).rows == rows


def test_exporting_a_course_by_its_function(course, write):
    graded(course, **{"4711": 6.0})
    export(course, "mini", "canvas", write(CANVAS), "ID", "Mini (777)", report=quiet)
    assert (course.root / "results" / "canvas_mini.csv").exists()
    with pytest.raises(CourseError, match="No released assignment"):
        export(course, "other", "canvas", write(CANVAS), "ID", "Mini (777)", report=quiet)
