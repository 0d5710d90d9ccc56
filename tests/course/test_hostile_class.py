"""A class with every kind of bad submission in it, graded in one go with real nbgrader.

Each submission ends with a mark or a reason; nobody else's mark changes; nothing outside the course
is touched.
"""

import copy
import datetime
import http.server
import json
import os
import shutil
import threading
from pathlib import Path

import nbformat
import pytest
from course_cases import LIMITS, SOURCES, cell, solved, submit
from nbformat.v4 import new_code_cell

from course.feedback import feedback
from course.gradebook import snapshot
from course.grading import SCRATCH, Journal, Local, grade, scratch_root
from course.layout import Course
from course.release import release

pytestmark = pytest.mark.xdist_group("hostile_class")

FULL = 6.0
DUE = datetime.datetime(2026, 3, 1, 12, 0)
GOOD = ("perfect", "witness")


def with_code(notebook, code, *, before="double-code"):
    """Insert a student's own cell."""
    place = notebook.cells.index(cell(notebook, before))
    notebook.cells.insert(place, new_code_cell(code))
    return notebook


def edited(course, **sources):
    """Return the solved notebook with some cells' sources replaced."""
    notebook = solved(course, "mini")
    for grade_id, source in sources.items():
        cell(notebook, grade_id.replace("_", "-")).source = source
    return notebook


def without(course, grade_id):
    notebook = solved(course, "mini")
    notebook.cells.remove(cell(notebook, grade_id))
    return notebook


SPY = """
import itertools, os, re, sys
secret = re.compile("(HIDDEN|SOLUTION)[-]MARKER|OTHER-STUDENTS[-]SECRET")
skip = ("/proc", "/sys", "/usr", "/lib", "/dev", sys.prefix, sys.base_prefix)
skip += ("/etc/alternatives",)  # links into /usr: megabytes of programs
found, read = [], 0
def look(path):
    global read
    try:
        with open(path, errors="replace") as stream:
            text = stream.read(5_000_000)
    except OSError:
        return
    read += 1
    if secret.search(text):
        found.append(path)
for folder, folders, files in itertools.chain(os.walk("/dev/shm"), os.walk("/")):
    folders[:] = [f for f in folders if not os.path.join(folder, f).startswith(skip)]
    for name in files:
        look(os.path.join(folder, name))
for process in os.listdir("/proc"):
    for name in ("environ", "cmdline", "mounts"):
        look(f"/proc/{process}/{name}")
found += [line for line in In if "BEGIN " + "HIDDEN" in line]
print("SPY READ", read > 10, "AND FOUND", found)
"""

# What the tests left behind in the process they ran in: this can be read, but not handed out.
AFTERWARDS = """
import linecache
print("LEFT BEHIND", [text for _, _, lines, _ in linecache.cache.values() for text in lines])
"""

NETWORK = """
import socket, urllib.request
try:
    print("REACHED", urllib.request.urlopen("http://127.0.0.1:{port}/secret", timeout=3).read())
except OSError as error:
    print("no network:", error)
"""

OVERWRITE = """
import glob, os, sqlite3
for pattern in ("{root}/**/*", "/home/**/gradebook.db", "/tmp/**/gradebook.db", "/dev/shm/**/*.db"):
    for path in glob.glob(pattern, recursive=True):
        try:
            open(path, "w").write("overwritten")
        except OSError:
            pass
try:
    os.makedirs("{root}", exist_ok=True)
    base = sqlite3.connect("{root}/gradebook.db")
    base.execute("UPDATE grade SET manual_score = 0, auto_score = 0")
    base.commit()
except Exception as error:
    print(error)
"""

# Attempts to be given points for a wrong answer, all from inside the kernel.
FORGERIES = {
    "forge_shell": """
import asyncio
shell = get_ipython()
async def quiet(self, *args, **kwargs):
    from IPython.core.interactiveshell import ExecutionResult
    return ExecutionResult(None)
type(shell).run_cell_async = quiet
""",
    "forge_transform": """
get_ipython().input_transformers_post.append(
    lambda lines: ["4.0\\n"] if any("earned" in line for line in lines) else []
    if any("assert" in line for line in lines) else lines)
""",
    "forge_builtins": """
import builtins
builtins.sum = lambda *args: 1.0
class Always:
    def __eq__(self, other): return True
    def __neg__(self): return self
double = lambda x: Always()
builtins.float = lambda *args: 4.0
""",
    "forge_error_hook": """
get_ipython().set_custom_exc((Exception,), lambda *args, **kwargs: None)
""",
    "forge_module": """
class Always:
    def __getattr__(self, name): return lambda *args, **kwargs: True
math = Always()
""",
    "forge_numpy": """
import sys
import numpy
sys.modules.pop("numpy")
class numpy:
    allclose = staticmethod(lambda *args, **kwargs: True)
np = numpy
""",
    "forge_exit": """
class Quit:
    def __eq__(self, other):
        import os
        os._exit(0)
double = lambda x: Quit()
""",
}


# A test that calls the student's own `sum` would pass this.
GUESS = "def share(values):\n    return [1.0] if len(values) == 1 else [0.3, 0.3]"
SHARE = """
def share(values):
    total = 0
    for value in values:
        total += value
    return [value / total for value in values]
"""


def hostile_class(course, port):
    """Return ``{student: (file name, content)}``."""
    perfect = solved(course, "mini")
    blank = nbformat.read(course.root / "release" / "mini" / "mini.ipynb", as_version=4)
    text = nbformat.writes(perfect)
    reordered = copy.deepcopy(perfect)
    reordered.cells.append(reordered.cells.pop(reordered.cells.index(cell(reordered, "why"))))
    reordered.cells.insert(
        0, reordered.cells.pop(reordered.cells.index(cell(reordered, "share-code")))
    )
    kernel = copy.deepcopy(perfect)
    kernel.metadata.kernelspec = {"name": "ir", "display_name": "R", "language": "R"}
    tagged = edited(course, double_code="def double(x): return 0")
    for tag_cell in tagged.cells:
        tag_cell.metadata.tags = ["skip-execution", "raises-exception"]
    twice = copy.deepcopy(perfect)
    twice.cells.append(copy.deepcopy(cell(twice, "double-test")))
    points = edited(course, double_code="def double(x): return 0")
    cell(points, "double-test").metadata.nbgrader.points = 1000
    cell(points, "share-test").metadata.nbgrader.points = 1000
    disguised = edited(course, double_code="def double(x): return 0")
    cell(disguised, "double-test").metadata.nbgrader.update(solution=True, locked=False)
    cell(disguised, "double-test").cell_type = "markdown"
    del cell(disguised, "double-test")["outputs"], cell(disguised, "double-test")["execution_count"]
    wrong = "def double(x): return 0\n"
    loop = "def double(x):\n while True:\n  try:\n   pass\n  except:\n   pass\n"
    students = {
        "perfect": perfect,
        "witness": with_code(solved(course, "mini"), "diary = 'OTHER-STUDENTS-SECRET'"),
        "blank": blank,
        "partly": edited(course, share_code="def share(values):\n    return [0.25, 0.75]"),
        "wrong": edited(course, double_code=wrong, share_code="def share(values):\n    return []"),
        "reordered": reordered,
        "test_deleted": without(course, "double-test"),
        "answer_deleted": without(course, "why"),
        "test_edited": edited(course, double_code=wrong, double_test="assert True"),
        "tags": tagged,
        "twice": twice,
        "points": points,
        "disguised": disguised,
        "syntax_error": edited(course, double_code="def double(x) return 2 * x"),
        "infinite_loop": edited(course, double_code="while True:\n    pass"),
        "stubborn_loop": edited(course, double_code=loop),
        "memory_hog": edited(
            course, double_code="hog = []\nwhile True:\n    hog.append(bytearray(10**7))"
        ),
        "fork_bomb": edited(
            course,
            double_code="import os\nwhile True:\n try:\n  os.fork()\n except OSError:\n  pass",
        ),
        "huge_output": with_code(
            solved(course, "mini"), "for _ in range(3000):\n    print('x' * 100)"
        ),
        "flood": with_code(solved(course, "mini"), "while True:\n    print('x' * 10**6)"),
        "disk_hog": with_code(
            solved(course, "mini"),
            "try:\n    for i in range(10**6):\n"
            "        with open(f'file{i}', 'wb') as f:\n            f.write(b'0' * 10**6)\n"
            "except OSError as error:\n    print('disk:', error)\n",
        ),
        "spy": with_code(solved(course, "mini"), SPY),
        "late_spy": with_code(solved(course, "mini"), SPY, before="why"),
        "afterwards": with_code(solved(course, "mini"), AFTERWARDS, before="why"),
        "overwriter": with_code(solved(course, "mini"), OVERWRITE.format(root=course.root)),
        "network": with_code(solved(course, "mini"), NETWORK.format(port=port)),
        "not_json": "this is no notebook",
        "other_json": json.dumps({"a": [1, 2]}),
        "deep_json": "[" * 100_000,
        "zero_bytes": b"",
        "wrong_kernel": kernel,
        "not_utf8": b"\xff\x80\x00" + text.encode("utf-8")[:300],
        "utf16": text.encode("utf-16"),
        "with_bom": b"\xef\xbb\xbf" + text.encode(),
        "result_before_error": edited(
            course,
            double_code="def double(x):\n    get_ipython().displayhook(2.0)\n    return 0",
        ),
    }
    hiding = "abs = float = lambda *args: 4.0\ndef sum(values):\n    return 1.0\n"
    students["hides_builtins"] = with_code(
        edited(course, double_code=wrong, share_code=GUESS), hiding
    )
    students["uses_their_names"] = with_code(
        edited(course, share_code=SHARE), "sum = 0\nlen = 'a word'\n"
    )
    students["uses_their_names"].cells.append(new_code_cell("print('still', sum, len)"))
    for name, code in FORGERIES.items():
        notebook = edited(course, double_code=wrong, share_code="def share(values):\n    return []")
        students[name] = with_code(notebook, code, before="double-test")
    return students


class _Secret(http.server.BaseHTTPRequestHandler):
    requests = []

    def do_GET(self):
        self.requests.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"secret")

    def log_message(self, *args):
        """Say nothing."""


def fingerprint(folder):
    """Return what a folder holds, to see whether anything was touched."""
    return {
        str(path.relative_to(folder)): path.stat().st_mtime_ns
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def graded(sandbox, released, tmp_path_factory):
    """The hostile class, graded once: ``(course, results, gradebook, before and after)``."""
    root = tmp_path_factory.mktemp("hostile")
    shutil.copytree(released.root, root / "course")
    course = Course(root / "course")
    outside = root / "outside"
    outside.mkdir()
    (outside / "diary.txt").write_text("OTHER-STUDENTS-SECRET")
    release(course, ["mini"], due=DUE, sources=SOURCES)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Secret)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for student, content in hostile_class(course, server.server_port).items():
        submit(course, student, content)
    submit(course, "renamed", solved(course, "mini"), file="mini (1) final.ipynb")
    submit(course, "late", solved(course, "mini"), timestamp="2026-03-02 12:00:00 UTC")
    submit(course, "no_notebook", "my answers", file="answers.docx")
    watched = [course.root / "source", course.root / "release", course.root / "submitted", outside]
    before = [fingerprint(folder) for folder in watched]
    lines = []
    results = grade(course, "mini", engine=Local(3), limits=LIMITS, report=lines.append)
    after = [fingerprint(folder) for folder in watched]
    server.shutdown()
    server.server_close()
    return {
        "course": course,
        "results": results,
        "book": snapshot(course, "mini"),
        "untouched": before == after,
        "requests": list(_Secret.requests),
        "lines": lines,
    }


def marks(graded, student):
    """Return the automatic scores of the two tests."""
    grades = graded["book"]["mini", student, "mini"]["grades"]
    return grades["double-test"][0], grades["share-test"][0]


def output(graded, student):
    """Return everything that a submission's cells gave out."""
    path = graded["course"].path("autograded", student, "mini") / "mini.ipynb"
    notebook = nbformat.read(path, as_version=4)
    return "\n".join(json.dumps(c.outputs) for c in notebook.cells if c.cell_type == "code")


def notes(graded, student):
    return " | ".join(graded["results"][student].notes)


def test_everyone_has_a_mark_or_a_reason(graded):
    students = set(graded["course"].submissions("mini"))
    assert set(graded["results"]) == students
    assert {student for _, student, _ in graded["book"]} == students
    for student, result in graded["results"].items():
        assert result.marks or result.reason, student
        assert not result.failed, (student, result.reason)
    assert len(graded["lines"]) == len(students) + 1, (
        "one line of progress for each, and a last one"
    )


@pytest.mark.parametrize("student", GOOD)
def test_good_work_is_not_harmed(graded, student):
    assert marks(graded, student) == (2.0, 4.0)
    assert graded["results"][student].notes == []
    assert graded["book"]["mini", student, "mini"]["grades"]["why"][3], (
        "the answer waits for a human"
    )


@pytest.mark.parametrize(
    ("student", "expected"),
    [
        ("blank", (0.0, 0.0)),
        ("partly", (2.0, 2.5)),
        ("wrong", (0.0, 0.0)),
        ("renamed", (2.0, 4.0)),
        ("late", (2.0, 4.0)),
        ("reordered", (2.0, 4.0)),
        ("answer_deleted", (2.0, 4.0)),
        ("twice", (2.0, 4.0)),
        ("test_edited", (0.0, 4.0)),
        ("tags", (0.0, 4.0)),
        ("points", (0.0, 4.0)),
        ("disguised", (0.0, 4.0)),
        ("syntax_error", (0.0, 4.0)),
        ("infinite_loop", (0.0, 4.0)),
        ("huge_output", (2.0, 4.0)),
        ("disk_hog", (2.0, 4.0)),
        ("spy", (2.0, 4.0)),
        ("overwriter", (2.0, 4.0)),
        ("network", (2.0, 4.0)),
        ("wrong_kernel", (2.0, 4.0)),
        ("utf16", (2.0, 4.0)),
        ("with_bom", (2.0, 4.0)),
        ("result_before_error", (0.0, 4.0)),
        ("hides_builtins", (0.0, 0.0)),
        ("uses_their_names", (2.0, 4.0)),
        ("memory_hog", (0.0, 0.0)),
        ("fork_bomb", (0.0, 0.0)),
        ("flood", (0.0, 0.0)),
    ],
)
def test_marks(graded, student, expected):
    assert marks(graded, student) == expected, graded["results"][student]


def test_a_deleted_test_cell_earns_nothing(graded):
    grades = graded["book"]["mini", "test_deleted", "mini"]["grades"]
    assert grades["double-test"][0] in (None, 0.0)
    assert grades["double-test"][3], "a person may decide otherwise"
    assert graded["book"]["mini", "test_deleted", "mini"]["score"] == 4.0
    assert "test cell double-test was deleted" in notes(graded, "test_deleted")


@pytest.mark.parametrize(
    ("student", "note"),
    [
        ("renamed", "the notebook was renamed: mini (1) final.ipynb"),
        ("reordered", "another order"),
        ("twice", "double-test is there 2 times"),
        ("test_edited", "edited and put back: double-test"),
        ("disguised", "edited and put back: double-test"),
        ("wrong_kernel", "asked for the kernel 'ir'"),
        ("answer_deleted", "cell why was deleted"),
        ("memory_hog", "400 MiB"),
        ("flood", "stopped: "),
    ],
)
def test_notes(graded, student, note):
    assert note in notes(graded, student)


@pytest.mark.parametrize(
    ("student", "reason"),
    [
        ("not_json", "not JSON"),
        ("other_json", "not a notebook"),
        ("deep_json", "not JSON"),
        ("zero_bytes", "the file is empty"),
        ("not_utf8", "not UTF-8"),
        ("no_notebook", "no notebook in the submission (found: answers.docx)"),
    ],
)
def test_reasons(graded, student, reason):
    assert reason in graded["results"][student].reason
    assert graded["book"]["mini", student, "mini"]["score"] == 0.0


def test_late_work_is_late(graded):
    book = graded["book"]
    assert book["mini", "late", "mini"]["timestamp"] > DUE
    assert book["mini", "perfect", "mini"]["timestamp"] is None


def test_a_loop_that_swallows_interrupts_ends(graded):
    assert marks(graded, "stubborn_loop")[0] == 0.0


def test_limits_are_reported_where_they_strike(graded):
    assert "output beyond 64 KiB is not kept" in output(graded, "huge_output")
    assert "disk:" in output(graded, "disk_hog")
    assert len(output(graded, "huge_output")) < 200_000


@pytest.mark.parametrize("student", ["spy", "late_spy"])
def test_nothing_secret_can_be_read(graded, student):
    seen = output(graded, student)
    assert "SPY READ True AND FOUND []" in seen, seen


def test_feedback_does_not_hand_out_hidden_tests(graded):
    """What a student's code finds in its own process after the tests ran stays off the page."""
    assert "HIDDEN-MARKER" in output(graded, "afterwards"), "the attempt found something to show"
    feedback(graded["course"], "mini", report=lambda line: None)
    for student in graded["results"]:
        page = graded["course"].path("feedback", student, "mini") / "mini.html"
        assert "HIDDEN-MARKER" not in page.read_text(encoding="utf-8"), student
    folder = graded["course"].root / "feedback"
    assert "twice two is four" in (folder / "wrong/mini/mini.html").read_text()
    assert "the file is empty" in (folder / "zero_bytes/mini/mini.html").read_text()


@pytest.mark.parametrize("student", sorted(FORGERIES))
def test_forged_points_do_not_count(graded, student):
    assert marks(graded, student) == (0.0, 0.0), graded["results"][student]
    if student != "forge_exit":
        assert graded["results"][student].tampered


def test_names_of_built_in_functions_are_given_back(graded):
    assert "still 0 a word" in output(graded, "uses_their_names")
    assert not graded["results"]["uses_their_names"].tampered


def test_there_is_no_network(graded):
    assert "no network" in output(graded, "network")
    assert graded["requests"] == []


def test_nothing_outside_is_touched(graded):
    assert graded["untouched"]
    own = f"{SCRATCH}{os.getpid()}-*"
    assert not list(Path(scratch_root()).glob(own)), "no job directory is left behind"


def test_nobody_elses_mark_depends_on_the_company(graded, course, sandbox):
    """The good submissions alone earn what they earned among the hostile ones."""
    for student in GOOD:
        folder = course.path("submitted", student, "mini")
        shutil.copytree(graded["course"].path("submitted", student, "mini"), folder)
    grade(course, "mini", engine=Local(1), limits=LIMITS, report=lambda line: None)
    alone = snapshot(course, "mini")
    assert alone == {key: graded["book"][key] for key in alone}
    assert len(alone) == len(GOOD)


def test_a_second_run_changes_nothing(graded, sandbox):
    lines = []
    grade(graded["course"], "mini", limits=LIMITS, report=lines.append)
    assert lines == [f"mini: 0 graded, {len(graded['results'])} already graded"]
    assert snapshot(graded["course"], "mini") == graded["book"]
    assert set(Journal(graded["course"], "mini").merged()) == set(graded["results"])
