"""Pages made of students' work run no script of it; those for students ask no other host."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from course_cases import cell, solved, submit
from hypothesis import given
from hypothesis import strategies as st
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from course.__main__ import main
from course.engines import Local
from course.formgrader import first_unread
from course.grading import grade
from course.inert import ADDRESS, IMAGE, MAX_MARKDOWN, TAGS, TOO_MUCH, inert_markdown, make_inert
from course.layout import Course
from course.report import write_report
from tests.jupyter.lab import address

pytestmark = pytest.mark.xdist_group("inert")

HIT = "document.documentElement.dataset.hit="
SPY = "http://192.0.2.1/spy"
MARKUP = [
    f"<script>{HIT}1</script>",
    f"<img src=x onerror={HIT}2>",
    f"<svg onload={HIT}3><animate onbegin={HIT}3></svg>",
    f"<iframe srcdoc='<script>parent.{HIT}4</script>'></iframe>",
    f"<details open ontoggle={HIT}5>x</details>",
    f"<style>@import url({SPY}6);</style><link rel=stylesheet href={SPY}7>",
    f"<meta http-equiv=refresh content='0;url={SPY}8'><base href={SPY}9>",
    f"<form action={SPY}10><button autofocus onfocus={HIT}10>b</button></form>",
    f"<a href='javascript:{HIT}11'>a</a> <a href='data:text/html,<script>1</script>'>b</a>",
    f"<video src={SPY}12><object data={SPY}13></object><embed src={SPY}14>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={HIT}15></style></table></math>",
    f"<noscript><p title='</noscript><img src=x onerror={HIT}16>'></noscript>",
    f"<img src={SPY}17><table background={SPY}18><tr><td>x</td></tr></table>",
    f"<input id=double-test value=9 autofocus onfocus={HIT}19><textarea class=comment>",
]
MARKDOWN = [
    *MARKUP,
    f"[a](javascript:{HIT}21) [b](JaVa&#115;cript:{HIT}22) [c](java&Tab;script:{HIT}23)",
    f"[a](<javascript:{HIT}24>) [b](\n javascript:{HIT}25) <javascript:{HIT}26>",
    f"[a][r] ![b][s]\n\n[r]: javascript:{HIT}27\n[s]: data:image/svg+xml,{SPY}28",
    f"```mermaid\n<img src=x onerror={HIT}29>\n```",
    f"$<img src=x onerror={HIT}30>$ $$<script>{HIT}31</script>$$",
    f"\\begin{{align}}<img src=x onerror={HIT}32>\\end{{align}}",
    f'[x](https://example.org "\\" onmouseover={HIT}33 \\"") `<script>{HIT}34</script>`',
    f"- [ ] <img src=x onerror={HIT}35>\n\n| a |\n|---|\n| <script>{HIT}36</script> |",
    "![here](attachment:a.png) ![gone](attachment:gone.png)",
    f"\\href{{javascript:{HIT}37}}{{x}} $\\href{{javascript:{HIT}38}}{{click}}$",
]
SHOWS = """
from IPython.display import HTML, SVG, Javascript, Latex, Markdown, display
for text in {markup!r}:
    display(HTML(text), Markdown(text), Latex("$" + text + "$"))
display(Javascript({hit!r} + "41"))
for kind in ("application/javascript", "application/vnd.jupyter.widget-view+json", "x/y"):
    display({{kind: {hit!r} + "42", "text/html": "<script>" + {hit!r} + "43</script>"}}, raw=True)
display(SVG("<svg xmlns='http://www.w3.org/2000/svg'><script>" + {hit!r} + "45</script></svg>"))
display({{"image/png": "x' onerror='" + {hit!r} + "46"}}, raw=True)
print("<script>" + {hit!r} + "47</script>\\x1b[31m")
raise ValueError("<script>" + {hit!r} + "48</script>")
"""


def hostile(course):
    """Return a notebook that tries everything, in every kind of cell."""
    notebook = solved(course, "mini")
    cell(notebook, "why").source = "\n\n".join(MARKDOWN)
    texts = [new_markdown_cell(text) for text in MARKDOWN]
    for each in texts:
        each.attachments = {"a.png": {f'image/png" onerror="{HIT}51': "x", "image/png": "x"}}
    notebook.cells[1:1] = [
        *texts,
        *map(new_raw_cell, MARKUP),
        new_raw_cell(MARKUP[0], metadata={"raw_mimetype": "text/html"}),
        new_code_cell(SHOWS.format(markup=MARKUP, hit=HIT)),
        new_code_cell(f"# {MARKUP[0]}"),
    ]
    cell(notebook, "double-code").source += f"\nraise ValueError({MARKUP[0]!r})"
    return notebook


@pytest.fixture(scope="module")
def graded(sandbox, released, tmp_path_factory):
    course = Course(tmp_path_factory.mktemp("inert") / "course")
    shutil.copytree(released.root, course.root)
    submit(course, "ada", hostile(course))
    plain = solved(course, "mini")
    cell(plain, "why").source = "They are parts of $\\sum_x p_x = 1$."
    submit(course, "bob", plain)
    results = grade(course, "mini", engine=Local(1), report=lambda line: None)
    assert results["ada"].score == results["bob"].score == 6
    assert main(["feedback", "mini", "--course", str(course.root)]) == 0
    write_report(course, "mini", report=lambda line: None)
    return course


def look_at(browser, address):
    """Open a page, follow whatever could be a script, and return what it did and asked for."""
    with browser.new_context() as context:
        page, asked = context.new_page(), []
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: asked.append(f"dialog {dialog.message}"))
        page.goto(address)
        # Every link that does not merely lead away is followed, seen or not.
        page.evaluate(
            "for (const a of document.links) if (!/^(https?|mailto|file):/.test(a.href)) a.click()"
        )
        page.wait_for_timeout(300)
        return page.evaluate("document.documentElement.dataset.hit"), asked, page.content()


@pytest.mark.parametrize("page", ["feedback/ada/mini/mini", "results/mini", "results/_overview"])
def test_pages_on_the_disk_run_nothing_and_ask_nobody(graded, browser, page):
    address = (graded.root / f"{page}.html").as_uri()
    hit, asked, _ = look_at(browser, address)
    assert hit is None
    assert [url for url in asked if not url.startswith(("data:", "file:"))] == []
    text = (graded.root / f"{page}.html").read_text(encoding="utf-8")
    assert "Content-Security-Policy" in text.partition("</head>")[0]
    assert "<script" not in text


@pytest.fixture
def formgrader(graded, tmp_path):
    """Formgrader as the command opens it; yields its address."""
    options = ["--no-browser", "--port=0", "--allow-root", "--IdentityProvider.token="]
    code = (
        "import sys; from pathlib import Path; from course.layout import Course\n"
        "from course.formgrader import formgrader\n"
        "formgrader(Course(Path(sys.argv[1])), 'mini', options=sys.argv[2:])"
    )
    with (tmp_path / "log.txt").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(graded.root), *options],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "JUPYTER_RUNTIME_DIR": str(tmp_path)},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield address(tmp_path, process, "", tmp_path / "log.txt").rstrip("/")
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def test_formgrader_opens_where_answers_wait_and_runs_nothing(graded, formgrader, browser):
    count, first = first_unread(graded, "mini")
    assert count == 2
    with urllib.request.urlopen(formgrader) as page:
        assert page.url == formgrader + first, "it opens on an answer that nobody has read"
    with graded.gradebook() as book:
        submissions = {s.student.id: s.id for s in book.notebook_submissions("mini", "mini")}
    hit, asked, shown = look_at(
        browser, f"{formgrader}/formgrader/submissions/{submissions['ada']}/"
    )
    assert hit is None
    assert [url for url in asked if not url.startswith((formgrader, "data:"))] == []
    assert "Because" not in shown
    assert "Student's answer" in shown, "the page of formgrader, with something to mark"
    shown = look_at(browser, f"{formgrader}/formgrader/submissions/{submissions['bob']}/")[2]
    assert "<math" in shown, "formulas need no script"
    assert 'id="why"' in shown
    with graded.gradebook() as book:
        for student in submissions:
            mark = book.find_grade("why", "mini", "mini", student)
            mark.manual_score, mark.needs_manual_grade = 1.0, False
        book.db.commit()
    assert first_unread(graded, "mini") == (0, "/formgrader/gradebook/mini/mini")


def rendered(source):
    """Return Markdown as nbconvert's pages show it."""
    return MarkdownWithMath(renderer=IPythonRenderer(escape=False)).render(source)


PIECES = [*"<>[]()!:*`$\\|#-\"'&;/ \n", "script", "img src=x", " onerror=1", "javascript:", "&lt;"]
PIECES += [
    "&#106;",
    "java",
    "\t",
    "```mermaid\n",
    "https://",
    "<b>",
    "</b>",
    "<!--",
    "-->",
    "<?",
    "a",
]
PIECES += [
    "\\begin{a}",
    "\\end{a}",
    "\n\n",
    "    ",
    "> ",
    "~~",
    "](",
    "]:",
    "][",
    "data:",
    "<a href=",
]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_no_markdown_becomes_markup_that_carries_anything(source):
    soup = BeautifulSoup(rendered(inert_markdown(source)), "html.parser")
    for tag in soup.find_all(True):
        assert tag.name in TAGS | {"input", "del"}, source
        for name, value in tag.attrs.items():
            assert not name.startswith("on"), source
            if name in ("href", "src"):
                assert re.match(f"{ADDRESS}|{IMAGE}", value), source


@pytest.mark.parametrize(
    "source",
    [
        "If $a<b$ and $c > d$, then $[0, 1]$ holds.",
        "$$\\begin{aligned} f(x) &= x \\\\ &< 3 \\end{aligned}$$",
        "- one\n- two\n\n> a quotation\n\n| a | b |\n|---|---|\n| 1 | 2 |",
        "See [the book](https://example.org/a?b=1&c=2) and <https://example.org>.",
        "x<sub>1</sub> is **not** `a < b`, it is `f[0](x)`.<br>",
        "```python\nif a[1]: print(x<y)\n```",
        "![a plot](data:image/png;base64,AAAA)",
    ],
)
def test_honest_answers_look_as_before(source):
    before, after = (
        BeautifulSoup(rendered(s), "html.parser") for s in (source, inert_markdown(source))
    )
    assert "".join(before.text.split()) == "".join(after.text.split())
    kinds = [
        [(t.name, t.get("href")) for t in s(True) if t.name != "span"] for s in (before, after)
    ]
    assert kinds[0] == kinds[1]


@pytest.mark.parametrize(
    "text",
    [
        "<div>" * 20_000,
        "<" * 200_000,
        "&" * 200_000,
        "<!--" * 60_000,
        "<b>x</b>" * 30_000,
        "x" * 10**7,
    ],
    ids=["deep", "tags", "entities", "comments", "flat", "long"],
)
def test_what_takes_too_long_to_sanitise_is_not_shown(text):
    """A cell that shows it would keep its judge busy for minutes."""
    cells = [
        new_code_cell(outputs=[new_output("display_data", data={"text/html": text})]),
        new_code_cell(outputs=[new_output("display_data", data={"text/html": "<b>last</b>"})]),
    ]
    notebook = new_notebook(cells=[*cells, new_markdown_cell(text), new_raw_cell(text)])
    started = time.process_time()
    make_inert(notebook)
    assert time.process_time() - started < 5
    assert notebook.cells[0].outputs[0].data["text/html"] == TOO_MUCH
    assert (notebook.cells[2].source == TOO_MUCH) == (len(text) > MAX_MARKDOWN)


def test_honest_outputs_stay(sandbox, course):
    """Tables, pictures and formulas are shown to whoever reads them."""
    notebook = solved(course, "mini")
    table = "<style>td{color:red}</style><table><tr><td colspan='2'>7</td></tr></table>"
    picture = "<svg xmlns='http://www.w3.org/2000/svg'><circle r='3'/></svg>"
    notebook.cells.append(
        new_code_cell(
            "from IPython.display import HTML, SVG, Latex, display\n"
            f"display(HTML({table!r}), SVG({picture!r}), Latex('$x^2$'))"
        )
    )
    cell(notebook, "why").source = "As $\\frac{1}{2} < 1$, it is:\n\n$$a &= b$$\n\n$\\wrong{$"
    submit(course, "ada", notebook)
    grade(course, "mini", engine=Local(1), report=lambda line: None)
    page = course.path("autograded", "ada", "mini") / "mini.ipynb"
    outputs = nbformat.read(page, as_version=4).cells[-1].outputs
    assert (
        outputs[0].data["text/html"]
        == '<table><tbody><tr><td colspan="2">7</td></tr></tbody></table>'
    )
    assert "circle" in outputs[1].data["image/svg+xml"]
    assert main(["feedback", "mini", "--course", str(course.root)]) == 0
    text = (course.path("feedback", "ada", "mini") / "mini.html").read_text(encoding="utf-8")
    assert text.count("<math") == 4 - 1, "two formulas of the answer, one of the output"
    assert "<mfrac>" in text
    assert "wrong" in text
    assert '<td colspan="2">7</td>' in text


FIGURES = [
    """from lib.explorables import SoftmaxExplorer
explorer = SoftmaxExplorer(temperature=2)
explorer""",
    f"""from IPython.display import HTML
forged = explorer.mount_html().replace("<img ", "<img onload={HIT}61 onerror={HIT}62 ")
HTML(forged.replace("</figure>", "<script>{HIT}63</script></figure>"))""",
]


def test_a_figure_of_the_book_is_shown_as_its_picture(sandbox, course, browser):
    """To whoever reads the page, with and without scripts; a forged one does nothing else."""
    notebook = solved(course, "mini")
    notebook.cells += [new_code_cell(source) for source in FIGURES]
    submit(course, "ada", notebook)
    grade(course, "mini", engine=Local(1), report=lambda line: None)
    assert main(["feedback", "mini", "--course", str(course.root)]) == 0
    page = course.path("feedback", "ada", "mini") / "mini.html"
    for scripts in (True, False):
        with browser.new_context(java_script_enabled=scripts) as context:
            shown, asked = context.new_page(), []
            shown.on("request", lambda request, asked=asked: asked.append(request.url))
            shown.goto(page.as_uri())
            pictures = shown.locator('img[alt^="Softmax"]')
            assert pictures.count() == 2
            for picture in pictures.all():
                assert picture.bounding_box()["height"] > 100
                assert picture.evaluate("img => img.complete && img.naturalWidth") > 100
            words = shown.locator("body").inner_text()
            assert words.count("its script has not run here") == 2
            assert "schema" not in words, "the state is for a script"
            assert shown.locator("html").get_attribute("data-hit") is None
            assert [url for url in asked if not url.startswith(("data:", "file:"))] == []


def test_one_page_that_cannot_be_made_keeps_nobody_from_theirs(
    sandbox, course, monkeypatch, capsys
):
    for student in ("ada", "bob"):
        submit(course, student, solved(course, "mini"))
    grade(course, "mini", engine=Local(1), report=lambda line: None)
    (course.path("autograded", "ada", "mini") / "mini.ipynb").write_text("no notebook any more")
    assert main(["feedback", "mini", "--course", str(course.root)]) == 1
    assert "could be made for: ada" in capsys.readouterr().err
    pages = {s: course.path("feedback", s, "mini") / "mini.html" for s in ("ada", "bob")}
    assert "could not be shown" in pages["ada"].read_text(encoding="utf-8")
    assert "6.0 / 9.0" in pages["bob"].read_text(encoding="utf-8")
