"""The question banks, opened again by readers that know nothing of what wrote them."""

import html
import io
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from moodle_xml_parser.parser import parse_bytes

from course import questions
from course.__main__ import main
from course.questions import canvas_qti, moodle_xml, read_questions

pytestmark = pytest.mark.xdist_group("questions")

QUESTIONS = read_questions()
ALL = [asked for questions in QUESTIONS.values() for asked in questions]
QTI = {"q": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"}


def words(text):
    """Return a text's words, whatever it is marked up with; formulas are left out."""
    text = re.sub(r"\\\(.*?\\\)|\$.+?\$|<img [^>]*>", " ", text, flags=re.DOTALL)
    text = html.unescape(re.sub(r"<[a-z/][^>]*>", " ", text))
    text = text.translate(str.maketrans("‘’“”", "''\"\""))  # text2qti's quotation marks
    return re.sub(r"[\s*`_]+", "", text)


def formulas(text):
    """Return the TeX of a text of the book."""
    return [tex.strip() for tex in re.findall(r"\$(.+?)\$", text)]


def test_every_question_of_the_book_is_there():
    pages = Path(__file__).parents[2].joinpath("chapters").glob("*.md")
    assert len(ALL) == sum(page.read_text("utf-8").count("\n```{quiz}") for page in pages) >= 40
    assert all(sum(right for _, right, _ in answers) == 1 for _, answers in ALL)


def test_moodle_reads_what_was_asked():
    read = parse_bytes(moodle_xml(QUESTIONS))["multichoice"]
    assert len(read) == len(ALL)
    for found, (question, answers) in zip(read, ALL, strict=True):
        assert found.single
        assert words(found.text_pre_parse) == words(question)
        assert len(found.options) == len(answers)
        for option, (answer, right, why) in zip(found.options, answers, strict=True):
            assert words(option.answer) == words(answer)
            assert words(option.feedback) == words(why)
            assert option.score_fraction == (100 if right else 0)
    tex = re.findall(r"\\\((.*?)\\\)", " ".join(q.text_pre_parse for q in read))
    assert [t.replace("&lt;", "<") for t in tex] == [t for q, _ in ALL for t in formulas(q)]
    categories = ElementTree.fromstring(moodle_xml(QUESTIONS)).findall("./question/category/text")
    assert len({c.text for c in categories}) == len(QUESTIONS)


def opened(data):
    """Return the questions of a QTI archive: ``[(text, [(answer, right, why), …]), …]``."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        manifest = ElementTree.fromstring(archive.read("imsmanifest.xml"))
        named = {element.get("href") for element in manifest.iter() if element.get("href")}
        assert named <= set(archive.namelist())
        (path,) = (
            n for n in archive.namelist() if n.endswith(".xml") and "meta" not in n and "/" in n
        )
        root = ElementTree.fromstring(archive.read(path))
    found = []
    for item in root.iterfind(".//q:item", QTI):
        labels = {
            label.get("ident"): label.findtext(".//q:mattext", namespaces=QTI)
            for label in item.iterfind(".//q:response_label", QTI)
        }
        right, why = set(), {}
        for condition in item.iterfind(".//q:respcondition", QTI):
            chosen = condition.findtext(".//q:varequal", namespaces=QTI)
            if condition.findtext("q:setvar", namespaces=QTI) == "100":
                right.add(chosen)
            shown = condition.find("q:displayfeedback", QTI)
            if shown is not None:
                name = shown.get("linkrefid")
                said = item.find(f"q:itemfeedback[@ident='{name}']", QTI)
                why[chosen] = said.findtext(".//q:mattext", namespaces=QTI)
        text = item.findtext("q:presentation/q:material/q:mattext", namespaces=QTI)
        found.append((text, [(labels[i], i in right, why[i]) for i in labels]))
    return found


@pytest.mark.parametrize("chapter", QUESTIONS, ids=lambda chapter: chapter[0])
def test_canvas_reads_what_was_asked(chapter):
    asked = QUESTIONS[chapter]
    read = opened(canvas_qti(chapter[1], asked))
    assert len(read) == len(asked)
    for (text, options), (question, answers) in zip(read, asked, strict=True):
        assert words(text) == words(question)
        assert text.count("data-equation-content") == len(formulas(question))
        for (answer, right, why), stated in zip(options, answers, strict=True):
            assert (words(answer), right, words(why)) == (
                *(words(stated[0]), stated[1]),
                words(stated[2]),
            )


def test_what_is_special_to_xml_arrives_as_it_is():
    question = (
        "Is $a < b$ & `x < y > z` *so*?",
        [("$a<b$", True, "A & B"), ("<", False, "no")],
    )
    (read,) = parse_bytes(moodle_xml({("a", "A/B"): [question]}))["multichoice"]
    assert words(read.text_pre_parse) == words(question[0])
    assert words(read.options[1].answer) == "<"
    ((text, options),) = opened(canvas_qti("A", [question]))
    assert words(text) == words(question[0])
    assert [right for _, right, _ in options] == [True, False]


def test_without_questions_the_command_fails(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(questions, "REPOSITORY", tmp_path)
    assert main(["questions", "--course", str(tmp_path)]) == 1
    assert f"No chapter in {tmp_path / 'chapters'} has a question." in capsys.readouterr().err
    assert not (tmp_path / "results").exists()


def test_the_command_writes_both(tmp_path, capsys):
    assert main(["questions", "--course", str(tmp_path)]) == 0
    folder = tmp_path / "results" / "questions"
    assert f"{len(ALL)} questions" in capsys.readouterr().out
    assert len(parse_bytes((folder / "moodle.xml").read_bytes())["multichoice"]) == len(ALL)
    archives = sorted((folder / "canvas").glob("*.zip"))
    assert sum(len(opened(path.read_bytes())) for path in archives) == len(ALL)
