"""Make the submissions that `class_table.toml` describes."""

import copy
import json
import tomllib
from pathlib import Path

import nbformat
from course_cases import cell, solved
from nbformat.v4 import new_code_cell

NAME = "varied"
POINTS = {
    "values-test": 2,
    "surprise-test": 3,
    "share-test": 4,
    "rescale-test": 3,
    "slope-test": 2,
    "decay-test": 2,
    "squares-test": 2,
    "total-test": 1,
    "fill-test": 2,
}
TABLE = tomllib.loads(Path(__file__).with_name("class_table.toml").read_text(encoding="utf-8"))
HONEST = list(TABLE)[: list(TABLE).index("answer_deleted")]

SPY = """
import itertools, os, re, sys
secret = re.compile("(from both|over the who)[ ](sides|le class)|OTHER-STUDENTS[-]SECRET")
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

NETWORK = """
import socket, urllib.request
try:
    print("REACHED", urllib.request.urlopen("http://127.0.0.1:PORT/secret", timeout=3).read())
except OSError as error:
    print("no network:", error)
"""

OVERWRITE = """
import glob, os, sqlite3
for pattern in ("ROOT/**/*", "/home/**/gradebook.db", "/tmp/**/gradebook.db", "/dev/shm/**/*.db"):
    for path in glob.glob(pattern, recursive=True):
        try:
            open(path, "w").write("overwritten")
        except OSError:
            pass
try:
    os.makedirs("ROOT", exist_ok=True)
    base = sqlite3.connect("ROOT/gradebook.db")
    base.execute("UPDATE grade SET manual_score = 0, auto_score = 0")
    base.commit()
except Exception as error:
    print(error)
"""


def marks(student):
    """Return the automatic scores that the table states, by test."""
    lost = TABLE[student].get("lost", {})
    if lost == "everything" or "reason" in TABLE[student]:
        return dict.fromkeys(POINTS, 0.0)
    return {name: float(points - lost.get(name, 0)) for name, points in POINTS.items()}


def submission(course, student, *, port=0):
    """Return ``{file name: bytes}`` of one row of the table."""
    row = TABLE[student]
    notebook = solved(course, NAME)
    edit = globals().get(f"edit_{row['edit']}") if "edit" in row else None
    if row.get("edit") == "blank":
        notebook = nbformat.read(course.require(NAME), as_version=4)
    for grade_id, source in row.get("cells", {}).items():
        cell(notebook, grade_id).source = source.strip("\n")
    own = [[before, code] for before, code in row.get("extra", [])]
    own += [["share", SPY]] if row.get("edit") == "spy" else []
    own += [["", SPY]] if row.get("edit") == "late_spy" else []
    own += [["share", NETWORK]] if row.get("edit") == "network" else []
    own += [["share", OVERWRITE]] if row.get("edit") == "overwriter" else []
    for before, code in own:
        code = code.strip("\n").replace("PORT", str(port)).replace("ROOT", str(course.root))
        place = notebook.cells.index(cell(notebook, before)) if before else len(notebook.cells)
        notebook.cells.insert(place, new_code_cell(code))
    files = {name: text.encode() for name, text in row.get("files", {}).items()}
    content = edit(notebook) if edit else notebook
    if isinstance(content, dict) and not isinstance(content, nbformat.NotebookNode):
        return {**files, **content}
    if isinstance(content, nbformat.NotebookNode):
        content = nbformat.writes(content).encode()
    return {**files, f"{NAME}.ipynb": content}


def _move(notebook, grade_id, place):
    notebook.cells.insert(place, notebook.cells.pop(notebook.cells.index(cell(notebook, grade_id))))


def edit_texts(notebook):
    texts = [c for c in notebook.cells if c.metadata.nbgrader.grade_id.startswith("text-")]
    texts[0].source = "# My homework"
    notebook.cells.remove(texts[-1])
    return notebook


def edit_reordered(notebook):
    _move(notebook, "decay", 3)
    _move(notebook, "decay-test", 4)
    _move(notebook, "why", 0)
    return notebook


def edit_renamed(notebook):
    return {"varied (1) final.ipynb": nbformat.writes(notebook).encode()}


def edit_crlf(notebook):
    for each in notebook.cells:
        each.source = each.source.replace("\n", "\r\n")
    return nbformat.writes(notebook).replace("\n", "\r\n").encode()


def edit_half_a_character(notebook):
    cell(notebook, "why").source = "half an emoji EMOJI"
    cell(notebook, "values").source += "\nhalf = 'EMOJI'"
    notebook.metadata.title = "EMOJI"
    return nbformat.writes(notebook).replace("EMOJI", "\\ud83d").encode()


def edit_bom(notebook):
    return b"\xef\xbb\xbf" + nbformat.writes(notebook).encode()


def edit_utf16(notebook):
    return nbformat.writes(notebook).encode("utf-16")


def edit_kernel(notebook):
    notebook.metadata.kernelspec = {"name": "ir", "display_name": "R", "language": "R"}
    return notebook


def edit_without_why(notebook):
    notebook.cells.remove(cell(notebook, "why"))
    return notebook


def edit_without_share_test(notebook):
    notebook.cells.remove(cell(notebook, "share-test"))
    return notebook


def edit_share_test_edited(notebook):
    cell(notebook, "share-test").source = "4.0"
    return notebook


def edit_share_test_disguised(notebook):
    test = cell(notebook, "share-test")
    test.metadata.nbgrader.update(solution=True, locked=False)
    test.cell_type = "markdown"
    del test["outputs"], test["execution_count"]
    return notebook


def edit_share_test_twice(notebook):
    notebook.cells.append(copy.deepcopy(cell(notebook, "share-test")))
    return notebook


def edit_more_points(notebook):
    for name in POINTS:
        cell(notebook, name).metadata.nbgrader.points = 1000
    return notebook


def edit_tags(notebook):
    for each in notebook.cells:
        each.metadata.tags = ["skip-execution", "raises-exception"]
    return notebook


def edit_not_json(notebook):
    return b"this is no notebook"


def edit_other_json(notebook):
    return json.dumps({"a": [1, 2]}).encode()


def edit_deep_json(notebook):
    return b"[" * 100_000


def edit_empty_file(notebook):
    return b""


def edit_not_utf8(notebook):
    return b"\xff\x80\x00" + nbformat.writes(notebook).encode()[:300]


def edit_no_notebook(notebook):
    return {"answers.docx": b"my answers"}
