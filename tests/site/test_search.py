"""The search finds the page that answers, in the asker's words, English or Chinese."""

import csv
import json
import re
import subprocess
import unicodedata
from pathlib import Path

import pytest
import snowballstemmer
from bs4 import BeautifulSoup, NavigableString
from docutils import nodes
from docutils.core import publish_doctree
from fontTools.ttLib import TTFont
from playwright.sync_api import expect

from tests.site.test_pages import CHAPTERS, arrive, axe
from tests.site.test_symptoms import SYMPTOMS
from website.sphinxext import search
from website.tools import node

HERE = Path(__file__).parent
HAN = re.compile(r"[\u3400-\u9fff]")
#: Of each symptom, by its short address, the anchor.
ANCHORS = {name: re.sub(r"\W+", "-", title.lower()).strip("-") for name, title in SYMPTOMS}
with (HERE / "symptoms.tsv").open(encoding="utf-8") as lines:
    #: What people type of their loss, with the symptoms that it may be.
    SAID = [[words, names.split(",")] for words, names in list(csv.reader(lines, "excel-tab"))[1:]]
with (HERE / "questions.tsv").open(encoding="utf-8") as lines:
    #: What people asked, as they typed it, with the pages that may answer.
    QUESTIONS = [[*row[:2], row[2].split(",")] for row in list(csv.reader(lines, "excel-tab"))[1:]]


@pytest.fixture(scope="module")
def ask(site):
    """Ask the search of the built site: lists of queries in, lists of answers out."""

    def asked(**queries):
        done = subprocess.run(
            [node(), str(HERE / "search.mjs"), str(site)],
            input=json.dumps(queries),
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(done.stdout)

    return asked


@pytest.fixture(scope="module")
def index(site):
    text = (site / "_static" / "search-index.js").read_text(encoding="utf-8")
    return json.loads(text.removeprefix("window.bookSearchIndex = ").rstrip(";\n"))


def stem(url):
    return Path(url).stem


def pages_found(ask, queries):
    return [[stem(page["url"]) for page in found] for found in ask(queries=queries)["found"]]


def test_the_page_that_answers_is_among_the_first_three(ask):
    found = pages_found(ask, [words for _, words, _ in QUESTIONS])
    nothing = [key for (key, _, _), pages in zip(QUESTIONS, found, strict=True) if not pages]
    assert not nothing
    there = {stem(name) for name in CHAPTERS}
    asked, missed = {True: [], False: []}, {True: [], False: []}
    for (key, words, wanted), pages in zip(QUESTIONS, found, strict=True):
        if there & set(wanted):  # a page that is not written yet cannot be found
            chinese = bool(HAN.search(words))
            asked[chinese].append(key)
            if not set(pages[:3]) & set(wanted):
                missed[chinese].append(f"{key} {words}: {pages[:4]}")
    assert len(asked[False]) >= 27
    assert len(asked[True]) >= 11
    assert len(missed[False]) <= 0.1 * len(asked[False]), "\n".join(missed[False])
    assert len(missed[True]) <= 0.4 * len(asked[True]), "\n".join(missed[True])


def test_a_symptom_in_peoples_words_leads_to_its_section(ask):
    """Three pages with three sections each are what a reader sees."""
    short = {anchor: name for name, anchor in ANCHORS.items()}
    missed = []
    for (words, wanted), pages in zip(
        SAID, ask(queries=[words for words, _ in SAID])["found"], strict=True
    ):
        shown = [url for page in pages[:3] for url in page["sections"][:3]]
        there = {short.get(url.partition("#")[2]) for url in shown if "diagnosis.html#" in url}
        if not there & set(wanted):
            missed.append(f"{words}: {shown}")
    assert len(SAID) > 60
    assert len(missed) <= 0.03 * len(SAID), "\n".join(missed)


def test_a_number_is_put_to_the_figure_that_takes_numbers(ask):
    taken = {
        "3.912": "3.912",
        "8": "8",
        "loss −0.7": "-0.7",
        "loss stuck at 5.3 for 10 classes": "5.3",
        "loss 8 after 3 epochs": "8",
        "loss is 2 times larger": None,
        "nan loss after epoch 3": None,
        "softmax of 3 classes": None,
        "keras 3 loss": None,
        "v1.2.3": None,
        "dropout 0.3, loss stuck at 5.3": "5.3",
        "loss 0.69 accuracy 0.5": "0.69",
        "学习率 0.001 loss 2.303": "2.303",
        "accuracy 0.98": None,
        "loss 40000": None,
        "loss 00": None,
        "loss 变成 4倍": None,
    }
    for (query, number), pages in zip(
        taken.items(), ask(queries=list(taken))["found"], strict=True
    ):
        settings = [page["setting"] for page in pages if "setting" in page]
        wanted = [f"chapters/diagnosis.html?diagnosis.number={number}"] if number else []
        assert settings == wanted, query
        assert not number or "diagnosis" in [stem(page["url"]) for page in pages[:2]], query


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("2.3026", "2.303"),
        ("15.94", "15.942"),
        ("1.4611", "1.461"),
        ("34.54", "34.5"),
        ("1.098", "1.099"),
    ],
)
def test_a_number_is_found_with_other_decimals(ask, typed, written):
    (page, *_), *_ = ask(queries=[typed])["found"]
    assert stem(page["url"]) == "diagnosis"
    assert written in "".join(words for words, mark in page["excerpt"] if mark)


def test_what_few_sections_say_of_a_number_outweighs_a_share_beside_it(ask):
    """Pasted lines of a log have an accuracy too, and numbers with powers of ten."""
    for line in ("loss: 8.0590 - acc: 0.5000", "loss: 1.6118e+01 - accuracy: 0.1"):
        (page, *_), *_ = ask(queries=[line])["found"]
        assert page["sections"][0].endswith("#" + ANCHORS["cap"]), line


def test_every_section_is_found_where_it_is(ask, site, index):
    """Most anchors follow from their titles, and are not in the index."""
    titles = [title for page in index["pages"] for anchor, title, *_ in page["sections"]]
    left_out = [anchor for page in index["pages"] for anchor, *_ in page["sections"]].count(None)
    assert left_out > len(titles) / 2
    found = {url for pages in ask(queries=titles)["found"] for p in pages for url in p["sections"]}
    ids = {
        page["url"]: set(re.findall(r'\bid="([^"]+)"', (site / page["url"]).read_text("utf-8")))
        for page in index["pages"]
    }
    assert len({url for url in found if "#" in url}) > 0.95 * (len(titles) - len(ids))
    for page, _, anchor in (url.partition("#") for url in found):
        assert not anchor or anchor in ids[page], (page, anchor)


def test_a_number_is_not_found_by_another(ask):
    near, zero = ask(queries=["stuck at 0.679", "stuck at 0.000"])["found"]
    for page in (*near, *zero):
        marked = {words for words, mark in page["excerpt"] if mark}
        assert not {"0.693", "0.68", "0.04", "0.01"} & marked


def test_the_words_of_a_table_of_links_are_those_of_the_sections():
    settings = {"doctitle_xform": False, "report_level": 5}
    document = publish_doctree(LINKED, settings_overrides=settings)
    assert search.asked_for(document) == {"the-first": "one, uno eins", "no-second": "two"}
    way = next(s for s in document.findall(nodes.section) if s["ids"] == ["ways"])
    assert "uno" not in search.own_text(way)[0]
    assert "three" in search.own_text(way)[0]
    assert "three" not in search.own_text(way, (nodes.table,))[0]


LINKED = """
Ways
====

========= ============================
one, uno  `The first`_
two       `No second`_
eins      `The first`_
three     `The first`_ and more
========= ============================

The first
---------

A text.

No second
---------

Another.
"""


def test_a_name_leads_to_the_page_that_explains_its_term(ask, index):
    assert len(index["terms"]) > 100
    for term in index["terms"]:
        assert term["page"] >= 0, f"{term['name']} names no page that explains it"
        assert any(HAN.search(name) for name in term["chinese"]), f"{term['name']} in Chinese?"
    names = [
        (name, stem(index["pages"][term["page"]]["url"]))
        for term in index["terms"]
        for name in (term["name"], *term["others"], *term["chinese"])
    ]
    found = pages_found(ask, [name for name, _ in names])
    wrong = [
        f"{name}: {pages[:4]}, not {page}"
        for (name, page), pages in zip(names, found, strict=True)
        if page not in pages[:3]
    ]
    assert all(found), [name for (name, _), pages in zip(names, found, strict=True) if not pages]
    assert len(wrong) <= 0.03 * len(names), "\n".join(wrong)


ENTRIES = """
Terms
=====

Mean squared error
------------------

The mean of the squares. See :any:`somewhere`.

*Also:* MSE, squared error, ``mse(a, b)``. *Chinese:* 均方误差, 平方误差.

Bit
---

A unit.

*Also:* {also}. *Chinese:* 比特.
"""


@pytest.mark.parametrize(
    ("also", "said"),
    [
        ("binary digit, shannon", []),
        ("binary digit, Squared-Error", ["also a name of “Mean squared error”"]),
        ("binary digit, , shannon", ["an empty name"]),
    ],
)
def test_the_glossary_gives_a_name_to_one_term_alone(monkeypatch, also, said):
    warnings = []
    monkeypatch.setattr(search.logger, "warning", lambda line, *parts, **_: warnings.append(parts))
    settings = {"doctitle_xform": False, "report_level": 5}
    document = publish_doctree(ENTRIES.format(also=also), settings_overrides=settings)
    error, bit = search.terms_of(document)
    assert (error.name, error.anchor) == ("Mean squared error", "mean-squared-error")
    assert error.others == ["MSE", "squared error", "mse(a, b)"]
    assert error.chinese == ["均方误差", "平方误差"]
    search.warn_of_names_given_twice("chapters/glossary", [error, bit])
    assert [fault for *_, fault in warnings] == said


def test_words_are_found_in_every_form_and_spelling(ask):
    same = {
        "normalisation": ["normalization", "normalising", "Normalised"],
        "KL divergence": [
            "kl divergences",
            "Kullback-Leibler divergence",
            "KL散度",
            "KL 散度",
            "相对熵",
        ],
        "overfitting": ["overfit", "Overfitting", "过拟合"],
        "mean squared error": ["MSE", "squared error", "MSELoss", "均方误差"],
    }
    for query, others in same.items():
        first, *rest = pages_found(ask, [query, *others])
        assert all({*pages[:2]} == {*first[:2]} for pages in rest), (query, first[:2], rest)


def test_what_only_joins_in_chinese_is_passed_over(ask):
    for words in ("loss为负", "Loss 变负数", "损失会变成负的吗", "损失都是负的"):
        (page, *_), *_ = ask(queries=[words])["found"]
        assert page["sections"][0].endswith("#" + ANCHORS["negative"]), words


def test_words_around_a_question_change_nothing(ask):
    plain, *dressed = ask(
        queries=[
            "softmax temperature",
            "what is the softmax temperature?",
            "softmax 的 temperature 是什么",
        ]
    )["found"]
    for found in dressed:
        assert [p["url"] for p in found] == [p["url"] for p in plain]


def test_part_of_a_query_is_enough_but_all_of_it_is_better(ask):
    beside, all_of_it = pages_found(ask, ["perplexity zebra", "perplexity uniform distribution"])
    assert beside[0] == "entropy"
    assert all_of_it[0] == "entropy"


def test_chapters_come_before_the_reference_folklore_and_benchmarks(ask, index):
    last = {stem(page["url"]) for page in index["pages"] if page["last"]}
    assert {"api", "folklore", "benchmarks", "glossary"} <= last
    for pages in pages_found(
        ask, ["softmax", "kl_divergence", "cross entropy", "learning rate", "熵"]
    ):
        assert pages[0] not in last


def test_slips_and_beginnings_are_understood(ask):
    kullback, temper, tempe = pages_found(
        ask, ["kulback leibler", "softmax temprature", "softmax tempe"]
    )
    assert "kl_divergence" in kullback[:2]  # the catalogue has a section of exactly that name
    assert temper[0] == tempe[0] == "softmax"


def test_a_query_that_breaks_off_within_a_name_is_taken_for_it(ask):
    broken = ["why is the log used in entr", "为什么用交叉"]
    entropy, cross = pages_found(ask, broken)
    assert "entropy" in entropy[:3]
    assert cross[0] == "cross_entropy"


def test_the_end_of_a_query_is_completed_to_a_term(ask):
    queries = ["difference between entropy and kl d", "why ms", "交叉", "entropy", "x", "zzzz"]
    kl, mse, chinese, within, short, none = ask(suggest=queries)["suggested"]
    assert kl[0]["query"] == "difference between entropy and KL divergence"
    assert (mse[0]["query"], mse[0]["name"]) == ("why MSE", "Mean squared error")
    assert (chinese[0]["query"], chinese[0]["name"]) == ("交叉熵", "Cross-entropy")
    assert "Cross-entropy" in [offer["name"] for offer in within]
    assert short == none == []


def test_how_a_figure_is_set_and_drawn_is_not_searched(index):
    codes = [code for page in index["pages"] for *_, code in page["sections"]]
    assert any("import ActivationExplorer" in code for code in codes)
    assert not any("view='function'" in code for code in codes)
    drawn = re.compile(r"new_figure\(\d|draw_lead_losses\(|<BookFigure")
    assert not any(drawn.search(code) for code in codes)


def test_where_nothing_is_found_the_nearest_terms_are_offered(ask):
    answers = ask(queries=["barcode", "过度拟合", "zzzz"], nearest=["barcode", "过度拟合", "zzzz"])
    assert answers["found"] == [[], [], []]
    barcode, overfit, none = [[term["name"] for term in near] for near in answers["near"]]
    assert "Code" in barcode
    assert overfit[0] == "Overfitting"
    assert none == []


def test_an_excerpt_shows_what_was_looked_for_and_formulas_as_text(ask, index):
    (first, *_), *_ = ask(queries=["softmax temperature"])["found"]
    marked = {words.lower() for words, mark in first["excerpt"] if mark}
    assert marked >= {"softmax", "temperature"}
    assert len("".join(words for words, _ in first["excerpt"])) < 320
    prose = [text for page in index["pages"] for _, _, text, *_ in page["sections"]]
    left = re.compile(r"\\[a-z]+|\\frac|\\left|[_^]\{|&=")
    assert not [found[0] for text in prose if (found := left.search(text))]


def test_a_quiz_is_found_by_its_question_and_answers_and_not_by_its_reasons(site, index):
    """The reasons say again what the chapter has said, and would double what readers load of it."""
    said = {
        page["url"]: " ".join(text for _, _, text, *_ in page["sections"])
        for page in index["pages"]
    }

    def longest(element):
        """Return the longest piece of text that no formula or code interrupts."""
        pieces = (
            " ".join(one.split()) for one in element.descendants if type(one) is NavigableString
        )
        return max(pieces, key=len, default="")

    found, left = 0, 0
    for name in CHAPTERS:
        page = BeautifulSoup((site / name).read_text(encoding="utf-8"), "html.parser")
        for hidden in page.select(".katex, .quiz-verdict"):
            hidden.extract()
        for quiz in page.select("fieldset.quiz"):
            for words in map(longest, quiz.select("legend, label")):
                assert words in said[name], name
                found += 1
            for words in map(longest, quiz.select(".quiz-why")):
                if len(words) > 40:  # a short one may stand in the chapter too
                    assert words not in said[name], name
                    left += 1
    assert min(found, left) > 100, (found, left)


@pytest.mark.parametrize(
    ("tex", "line"),
    [
        (r"\delta_{iy} \le \lambda", "δ_iy ≤ λ"),
        (r"L_\text{hinge} = \max_j s_j", "L_hinge = maxⱼ sⱼ"),
        (r"10^{-7} + e^{z_i - m}", "10⁻⁷ + e^(zᵢ − m)"),
        (r"\frac{1}{1 + e^{-x}}, \tfrac{\lambda}{2} \|W\|^2", "1/(1 + e^(−x)), λ/2 ‖W‖²"),
        (r"\hat y_n \leftarrow \mathbf{x}^\top w", "ŷₙ ← xᵀ w"),
    ],
)
def test_a_formula_is_a_line_of_text(tex, line):
    assert unicodedata.normalize("NFC", search.readable(tex)) == line


def test_the_stemmer_of_the_pages_is_snowballs(ask):
    reference = snowballstemmer.stemmer("english")
    stems = ask()["stems"]
    assert len(stems) > 3000
    # The book's own rule comes first: -ise and -ize are one word.
    spelt = re.compile(r"is(?=(?:e[drs]?|es|ers?|ing|ations?)$)")
    different = {
        word: (ours, theirs)
        for word, ours in stems.items()
        if ours != (theirs := reference.stemWord(spelt.sub("iz", word)))
    }
    # Snowball 3.0 on the pages, 3.1 in Python: some words differ.
    assert len(different) <= 0.001 * len(stems), different


def test_the_sites_font_has_every_chinese_character(site, index):
    glyphs = set(TTFont(site / "_static" / "fonts" / "chinese.woff2").getBestCmap())
    shown = {c for name in CHAPTERS for c in HAN.findall((site / name).read_text(encoding="utf-8"))}
    missing = {c for c in shown if ord(c) not in glyphs}
    assert len(shown) > 200
    assert not missing, "python -m website.fonts cuts the font again"


def test_chinese_is_marked_as_chinese(site):
    page = (site / "chapters" / "glossary.html").read_text(encoding="utf-8")
    assert '<span lang="zh-Hans">交叉熵, 交叉熵损失.</span>' in page
    assert not HAN.search(re.sub(r'<span lang="zh-Hans">[^<]*</span>', "", page))


def test_no_page_loads_the_search_before_the_reader_wants_it(server, page):
    arrive(page, server + "chapters/glossary.html")
    wanted = re.compile(r"minisearch|stemmer|search")
    assert not [url for url in page.watch.requests if wanted.search(url)]
    page.keyboard.press("Control+k")
    expect(page.get_by_label("Words to look for")).to_be_focused()
    assert len([url for url in page.watch.requests if wanted.search(url)]) == 5


@pytest.mark.parametrize("where", ["served", "disk"])
def test_a_question_is_typed_completed_and_answered(site, server, page, where):
    page.goto((server if where == "served" else site.as_uri() + "/") + "search.html")
    field = page.get_by_label("Words to look for")
    expect(field).to_have_role("combobox")
    expect(field).to_be_focused()
    field.press_sequentially("what is kl d")
    options = page.get_by_role("listbox").get_by_role("option")
    expect(options.first).to_have_text("KL divergence")
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    page.keyboard.press("ArrowUp")
    expect(field).not_to_have_attribute("aria-activedescendant", re.compile("."))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field).to_have_value("what is KL divergence")
    expect(field).to_have_attribute("aria-expanded", "false")
    results = page.locator("[data-search-results] > li")
    expect(results.first.locator("a").first).to_have_text("KL divergence")
    expect(page.get_by_role("status")).to_have_text(f"{results.count()} pages found")
    field.fill("barcode")
    expect(page.get_by_role("status")).to_contain_text("Nothing found")
    expect(page.get_by_role("link", name="Code", exact=True)).to_be_visible()
    field.fill("交叉熵")
    expect(results.first.locator("a").first).to_have_text("Cross-entropy")
    results.first.locator("ul a").first.click()
    expect(page.locator("h1")).to_contain_text("Cross-entropy")
    assert "#" in page.url


def test_escape_closes_the_suggestions_and_then_the_dialog(server, page):
    arrive(page, server + "chapters/entropy.html")
    page.keyboard.press("Control+k")
    field = page.get_by_label("Words to look for")
    field.fill("soft")
    options = page.locator("dialog").get_by_role("option")
    expect(options.first).to_be_visible()
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    expect(field).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(field).to_be_focused()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_among_results_and_suggestions(server, new_page, width, scheme):
    page = new_page(width=width, color_scheme=scheme)
    page.goto(server + "search.html")
    field = page.get_by_label("Words to look for")
    field.fill("why softmax")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-search-results] a").first).to_be_visible()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    field.fill("barcode")
    expect(page.get_by_role("status")).to_contain_text("Nothing found")
    assert axe(page) == []
