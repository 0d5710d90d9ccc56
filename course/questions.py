"""The book's self-check questions as question banks: Moodle XML, and QTI as Canvas imports it."""

import re
from xml.etree import ElementTree

from markdown_it import MarkdownIt
from markupsafe import escape
from mdit_py_plugins.dollarmath import dollarmath_plugin
from text2qti.config import Config
from text2qti.qti import QTI
from text2qti.quiz import Quiz

from website.sphinxext.quiz import read_answers

from .layout import REPOSITORY, CourseError

QUIZ = re.compile(r"^```\{quiz\} +(.+)\n((?:.*\n)*?)^```$", re.MULTILINE)
# Moodle typesets what stands between \( and \).
MARKDOWN = MarkdownIt("commonmark").use(
    dollarmath_plugin, renderer=lambda tex, options: rf"\({escape(tex.strip())}\)"
)


def read_questions():
    """Return ``{(page, title): [(question, answers), …]}``, texts in Markdown with TeX in dollars.

    An answer is ``(text, right, why)``. Raises ValueError for what the book could not show either.
    """
    found = {}
    for path in sorted((REPOSITORY / "chapters").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        title = re.search(r"^# (.+)$", text, re.MULTILINE)
        for question, body in QUIZ.findall(text):
            answers = read_answers(body.splitlines())
            answers = [(" ".join(a["text"]), a["right"], " ".join(a["why"])) for a in answers]
            found.setdefault((path.stem, title[1]), []).append((question, answers))
    return found


def moodle_xml(questions):
    """Return the questions as Moodle's XML, in bytes, with a category for each chapter."""
    root = ElementTree.Element("quiz")
    for (_, title), asked in questions.items():
        category = ElementTree.SubElement(root, "question", type="category")
        _text(category, "category", f"$course$/top/Cross-Entropy/{title.replace('/', '//')}")
        for number, (question, answers) in enumerate(asked, 1):
            item = ElementTree.SubElement(root, "question", type="multichoice")
            _text(item, "name", f"{title} {number}")
            _text(item, "questiontext", MARKDOWN.render(question), format="html")
            settings = {"single": "true", "shuffleanswers": "true", "answernumbering": "none"}
            for name, value in settings.items():
                ElementTree.SubElement(item, name).text = value
            for text, right, why in answers:
                shown = {"fraction": "100" if right else "0", "format": "html"}
                answer = _text(item, "answer", MARKDOWN.render(text), **shown)
                _text(answer, "feedback", MARKDOWN.render(why), format="html")
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _text(parent, name, text, **attributes):
    element = ElementTree.SubElement(parent, name, attributes)
    ElementTree.SubElement(element, "text").text = text
    return element


def canvas_qti(title, asked):
    """Return one chapter's questions as a quiz for Canvas: a zip archive in bytes."""
    lines = [f"Quiz title: {title}", "Shuffle answers: true"]
    for number, (question, answers) in enumerate(asked, 1):
        lines += ["", f"{number}. {question}"]
        for letter, (text, right, why) in zip("abcdefghij", answers, strict=False):
            lines += [f"{'*' * right}{letter}) {text}", f"... {why}"]
    return QTI(Quiz("\n".join(lines), config=Config())).zip_bytes()


def write_questions(course, *, report=print):
    """Write ``moodle.xml`` and ``canvas/<chapter>.zip`` into the course's ``results/questions``."""
    questions = read_questions()
    if not questions:
        raise CourseError(f"No chapter in {REPOSITORY / 'chapters'} has a question.")
    folder = course.root / "results" / "questions"
    (folder / "canvas").mkdir(parents=True, exist_ok=True)
    (folder / "moodle.xml").write_bytes(moodle_xml(questions))
    for (page, title), asked in questions.items():
        (folder / "canvas" / f"{page}.zip").write_bytes(canvas_qti(title, asked))
    report(f"{sum(map(len, questions.values()))} questions, for Moodle and Canvas, in {folder}")
