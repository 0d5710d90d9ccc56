"""A teacher's morning: a clone of the book, and what Canvas, Moodle and a folder give of one class.

Run as a script, it makes the pictures of the page for instructors.
"""

import csv
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import nbformat

from tests.jupyter.lab import address
from website.chromium import launch

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = REPOSITORY / "chapters" / "for_instructors.md"
PICTURES = REPOSITORY / "chapters" / "images"
ASSIGNMENTS = ("entropy", "softmax")
CLASS = [f"student-{number:02}" for number in range(1, 7)]
FIRST = 4701
SIZE = {"width": 460, "height": 900}
TOTALS = "    Points Possible"

PROOF = """\
Let $C$ be the number of outcomes with $p_x > 0$ at first. Then

$$H(P) - \\log C = \\sum_x p_x \\log\\frac{1}{C p_x}
\\le \\sum_x p_x\\left(\\frac{1}{C p_x} - 1\\right) = 0,$$

and equality needs $C p_x = 1$ for every outcome."""
COMMENT = "Right, but which distribution over 64 symbols is it?"
REPLY = "It is as uncertain as a fair choice among 8, so 3 bits. Four symbols reach at most 4."


def clone(folder, python=(sys.executable,)):
    """Copy what a clone of the repository has, with two assignments and this environment.

    ``python`` begins its commands, but for formgrader, which a signal has to reach.
    """
    folder.mkdir(parents=True)
    skipped = shutil.ignore_patterns("node_modules", "__pycache__", "_build")
    for name in ("course", "lib", "website", "assignments", "chapters", "Makefile", "_toc.yml"):
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=skipped)
        else:
            shutil.copy(source, folder / name)
    for text in (folder / "assignments").glob("[!_]*.md"):
        if text.stem not in ASSIGNMENTS:
            text.unlink()
    for name in ("requirements.txt", "requirements-test.txt", "pyproject.toml", "_config.yml"):
        shutil.copy(REPOSITORY / name, folder / name)
    program = folder / ".venv" / "bin" / "python"
    program.parent.mkdir(parents=True)
    program.write_text(
        f'#!/bin/sh\ncase "$*" in *" formgrader "*) exec "{sys.executable}" "$@" ;; esac\n'
        f'exec {shlex.join(python)} "$@"\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    # What make asks to be newer than the requirements: nothing is to be installed.
    for stamp in (".python", ".book", ".test"):
        (folder / ".venv" / stamp).touch()


def work(course, student):
    """Return a student's notebook for `entropy`: each is one step further from the solution."""
    source = nbformat.read(course / "source" / "entropy" / "entropy.ipynb", as_version=4)
    notebook = nbformat.read(course / "release" / "entropy" / "entropy.ipynb", as_version=4)
    answers = {cell.metadata.nbgrader.grade_id: cell.source for cell in source.cells}
    left_out = ["perplexity", "codes", "binary-code", "entropy-code"][: CLASS.index(student)]
    for cell in notebook.cells:
        grade_id = cell.metadata.nbgrader.grade_id
        if cell.metadata.nbgrader.solution and grade_id not in left_out:
            cell.source = answers[grade_id].replace("### BEGIN SOLUTION", "").strip()
            cell.source = cell.source.replace("### END SOLUTION", "").strip()
        if grade_id in ("uniform", "perplexity-answer"):
            cell.source = PROOF if grade_id == "uniform" else REPLY
    return nbformat.writes(notebook)


def write_downloads(folder, course):
    """Write the downloads and rosters that the page names; the last of the class is absent."""
    names = {student: FIRST + number for number, student in enumerate(CLASS)}
    notebooks = {student: work(course, student) for student in CLASS[:-1]}
    with zipfile.ZipFile(folder / "submissions.zip", "w") as canvas:
        for student, text in notebooks.items():
            late = "LATE_" if student == CLASS[2] else ""
            who = f"{student.replace('-', '')}_{late}{names[student]}_{names[student] + 90000}"
            canvas.writestr(f"{who}_entropy.ipynb", text)
    with zipfile.ZipFile(folder / "moodle.zip", "w") as moodle:
        for student, text in notebooks.items():
            moodle.writestr(f"{student}_{names[student]}_assignsubmission_file/entropy.ipynb", text)
    for student, text in notebooks.items():
        target = folder / "handed-in" / student / "entropy.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def write(name, rows):
        with (folder / name).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)

    title = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Entropy (777)"]
    rows = [[s, n, s, s, "A", ""] for s, n in names.items()]
    write("gradebook.csv", [title, [TOTALS, "", "", "", "", "21.00"], *rows])
    title = ["Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade"]
    title += ["Grade can be changed", "Last modified (submission)", "Last modified (grade)"]
    title += ["Feedback comments"]
    time_of = "Monday, 1 March 2027, 10:00 AM"
    rows = [
        [f"Participant {n}", s, f"{s}@example.org", "", "", "21.00", "Yes", at, "-", ""]
        for s, n in names.items()
        for at in [time_of if s in notebooks else "-"]
    ]
    write("worksheet.csv", [title, *rows])
    rows = [[s, s, "2027-03-01 10:00 +0100" if s in notebooks else ""] for s in CLASS]
    write("class.csv", [["Username", "Name", "Handed in"], *rows])


def start_formgrader(book):
    """Start ``make course-formgrader`` as the page prints it, without a browser; return both.

    That is the process, to be ended with `end`, and formgrader's address.
    """
    settings = book / "jupyter"
    settings.mkdir(exist_ok=True)
    (settings / "jupyter_server_config.py").write_text(
        "c.ServerApp.port = 0\nc.ServerApp.open_browser = False\n"
        "c.ServerApp.allow_root = True\n"
        "c.IdentityProvider.token = ''\n"
    )
    places = {"JUPYTER_CONFIG_DIR": str(settings), "JUPYTER_RUNTIME_DIR": str(settings)}
    with (settings / "log.txt").open("w") as log:
        process = subprocess.Popen(
            ["make", "course-formgrader", "ASSIGNMENT=entropy"],
            cwd=book,
            env={**os.environ, **places},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        return process, address(settings, process, "", settings / "log.txt").rstrip("/")
    except AssertionError:
        end(process)
        raise


def end(process):
    """End a process and what it started."""
    os.killpg(process.pid, signal.SIGTERM)
    process.wait()


def pictures():
    """Take the pictures of the page, no wider than a phone."""
    with tempfile.TemporaryDirectory() as folder, launch() as browser:
        book = Path(folder, "book")
        clone(book)
        python = str(book / ".venv" / "bin" / "python")
        release = [python, "-m", "course", "release", "entropy"]
        subprocess.run(release, cwd=book, check=True)
        course = book / "_build" / "course"
        write_downloads(book, course)
        how = ["--from", "folders", "--roster", "class.csv", "--match", "Username"]
        grading = [python, "-m", "course", "grade", "entropy", "handed-in", *how]
        subprocess.run(grading, cwd=book, check=True)
        page = browser.new_page(viewport=SIZE, device_scale_factor=1.5)

        def take(name, element):
            page.wait_for_timeout(1000)
            page.locator(element).last.screenshot(path=PICTURES / f"instructors-{name}.png")

        process, formgrader = start_formgrader(book)
        try:
            page.goto(f"{formgrader}/formgrader/gradebook/entropy/entropy")
            page.wait_for_selector("tbody a")
            links = page.locator("tbody a").evaluate_all("all => all.map((a) => a.href)")
            addresses = sorted({link for link in links if "/submissions/" in link})
            for number, one in enumerate(addresses[:3]):
                page.goto(one)
                page.wait_for_selector("#perplexity-answer")
                page.wait_for_timeout(2000)
                page.locator("#uniform").fill("4")
                page.locator("#perplexity-answer").fill("2")
                page.locator("#perplexity-answer-comment").fill(COMMENT)
                page.keyboard.press("Tab")
                page.wait_for_timeout(1000)
                if number == 2:
                    take("answer", ".nbgrader_cell:has(#perplexity-answer)")
            page.goto(f"{formgrader}/formgrader/gradebook/entropy/entropy")
            page.wait_for_selector("tbody a")
            page.set_viewport_size({"width": 700, "height": 900})
            box = page.locator("table").bounding_box()
            box["width"] = page.locator("th").nth(5).bounding_box()["x"] - box["x"]
            page.screenshot(path=PICTURES / "instructors-list.png", clip=box)
            page.set_viewport_size(SIZE)
        finally:
            end(process)
        subprocess.run([python, "-m", "course", "report", "entropy"], cwd=book, check=True)
        subprocess.run([python, "-m", "course", "feedback", "entropy"], cwd=book, check=True)
        page.goto((course / "results" / "entropy.html").as_uri())
        page.locator("h2:has-text('What failed most')").evaluate("e => e.scrollIntoView()")
        box = page.locator("h2:has-text('What failed most') + ol").bounding_box()
        box["height"] = page.locator("ol > li").nth(4).bounding_box()["y"] - box["y"]
        page.screenshot(path=PICTURES / "instructors-summary.png", clip=box)
        read = next(
            f for f in course.glob("feedback/*/*/*.html") if COMMENT in f.read_text("utf-8")
        )
        page.goto(read.as_uri())
        take("feedback", ".nbgrader_cell:has([name='perplexity-answer'])")


if __name__ == "__main__":
    pictures()
