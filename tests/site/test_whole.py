"""The site as a whole: its policy holds, it works without a network, from an archive, on paper."""

import re
import zipfile

import pytest
import yaml
from fontTools.ttLib import TTFont
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.site.test_pages import CHAPTERS, LAID, PAGES, ROOT, arrive
from website.archive import FOLDER, pack
from website.contents import listed_pages, parts
from website.pdf import articles_of, typeset

CHAPTER = "chapters/cross_entropy.html"
TITLE = "Cross-Entropy: From Surprise to Training"


@pytest.mark.parametrize("name", PAGES)
def test_policy_names_no_other_host_and_allows_no_inline_script_but_one(site, name):
    text = (site / name).read_text(encoding="utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)[1]
    assert "default-src 'none'" in policy
    assert not re.search(r"https?:|\*|unsafe-eval", policy)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert "unsafe-inline" not in rules["script-src"]
    assert "unsafe-inline" not in rules["style-src"]
    before = text[: text.index("Content-Security-Policy")]
    assert "<script" not in before
    assert "<link" not in before
    assert not re.search(
        r"<(script|link|img|iframe|source)[^>]+(src|href)=\"(https?:)?//",
        re.sub(r'<link rel="canonical"[^>]*>', "", text),
    )


@pytest.mark.parametrize("where", ["served", "disk"])
def test_policy_is_enforced(site, server, browser, where):
    page = browser.new_page()
    page.goto(server if where == "served" else (site / "index.html").as_uri())
    blocked = page.evaluate(
        """() => new Promise(done => {
          const seen = [];
          addEventListener('securitypolicyviolation', event => {
            seen.push(event.effectiveDirective);
            if (seen.length === 3) done(seen.sort());
          });
          const script = document.createElement('script');
          script.textContent = 'window.ran = true';
          document.head.append(script);
          const style = document.createElement('style');
          style.textContent = 'body { color: red }';
          document.head.append(style);
          const image = new Image();
          image.src = 'https://example.org/pixel.png';
        })"""
    )
    assert blocked == ["img-src", "script-src-elem", "style-src-elem"]
    assert page.evaluate("window.ran") is None
    page.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_front_page_opens_with_a_figure_that_comes_to_life(server, browser, width):
    page = browser.new_page(viewport={"width": width, "height": 844})
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(server + "index.html", wait_until="load")
    cover, figure = page.locator(".hero .cover"), page.locator(".hero figure.explorable")
    expect(cover).to_be_visible()
    assert cover.bounding_box()["y"] < 600, "the first look does not show it"
    assert not [url for url in asked if "explorables" in url], "a script comes before the reader"
    page.mouse.move(200, 300)
    page.mouse.move(210, 310)
    expect(page.locator(".hero figure[data-ready]")).to_be_visible()
    expect(cover).to_be_hidden()
    expect(figure.get_by_role("slider", name="Prediction Q")).to_be_visible()
    page.close()


@pytest.mark.parametrize("where", ["served", "disk"])
def test_search_finds_sections_and_leads_there(site, server, page, where):
    base = server if where == "served" else site.as_uri() + "/"
    page.goto(base + "search.html?q=kullback")
    hit = page.locator("[data-search-results] a").first
    expect(hit).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("found")
    hit.click()
    expect(page).to_have_url(re.compile("/chapters/"))
    expect(page).not_to_have_title(re.compile("Page not found|^$"))
    expect(page.locator("h1")).to_have_count(1)


def test_search_dialog_opens_with_a_key_and_closes_with_another(server, page):
    arrive(page, server + CHAPTER)
    page.keyboard.press("/")  # a bare character does nothing (WCAG 2.1.4)
    page.keyboard.press("Control+k")
    field = page.get_by_label("Words to look for")
    expect(field).to_be_focused()
    field.fill("entropi")  # a slip: close enough
    expect(page.locator("dialog li a").first).to_be_visible()
    field.fill("zzzz")
    expect(page.locator("dialog")).to_contain_text("Nothing found")
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()


def test_theme_is_the_systems_until_chosen_and_then_kept(server, new_page):
    page = new_page(color_scheme="dark")
    page.goto(server)
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    button = page.get_by_role("button", name="Colour theme")
    button.click()
    page.goto(server + CHAPTER)
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    expect(button).to_have_accessible_name("Colour theme: light")


def test_first_stop_of_the_keyboard_skips_to_the_text_and_focus_shows(server, page):
    page.goto(server + CHAPTER)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    assert skip.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Tab")
        shown = page.evaluate(
            """() => {
              const focused = document.activeElement;
              const outlined = (e) => parseFloat(getComputedStyle(e).outlineWidth) >= 2
                && getComputedStyle(e).outlineStyle !== 'none';
              const ringed = (e) => parseFloat(getComputedStyle(e).strokeWidth) >= 2
                && getComputedStyle(e).stroke !== 'none';
              return focused === document.body || outlined(focused)
                || [...focused.querySelectorAll('.grip, .target')].some(ringed);
            }"""
        )
        assert shown, page.evaluate("document.activeElement.outerHTML.slice(0, 200)")


LAST = ".text > section > section:last-of-type"
SKIPPED = "selector => getComputedStyle(document.querySelector(selector)).contentVisibility"


def test_a_long_page_lays_out_its_end_after_its_beginning(server, page):
    page.route("**/site.js", lambda route: route.abort())  # what the style sheet does by itself
    page.watch.faults.clear()
    page.goto(server + CHAPTER)
    assert page.evaluate(SKIPPED, LAST) == "auto"
    page.emulate_media(media="print")
    assert page.evaluate(SKIPPED, LAST) == "visible"
    page.watch.faults.clear()  # the script that was kept away


SHIFTS = """() => new Promise(done => new PerformanceObserver(list =>
    done(list.getEntries().reduce((sum, shift) => sum + shift.value, 0))
).observe({ type: 'layout-shift', buffered: true }) || setTimeout(() => done(0), 500))"""


def test_a_long_page_is_whole_soon_and_stands_still_meanwhile(server, new_page):
    page = new_page(width=390, height=844)
    page.goto(server + CHAPTER)
    figure = page.locator("figure.explorable").first
    before = figure.bounding_box()["y"]
    assert before < 844
    page.wait_for_function(LAID)
    page.evaluate("document.fonts.ready")
    assert page.evaluate(SKIPPED, LAST) == "visible"
    assert figure.bounding_box()["y"] == before
    assert page.evaluate(SHIFTS) <= 0.02


@pytest.mark.parametrize("by", ["address", "click", "back"])
def test_a_link_into_a_long_page_arrives(server, page, by):
    """At the heading, however much above it had not been laid out."""
    target = "chapters/api.html#lib.training.SoftmaxRegression"
    page.goto(server + "chapters/api.html")  # from now on the fonts are there at once
    page.wait_for_load_state("networkidle")
    if by == "click":
        page.goto("about:blank")
        page.goto(server + "chapters/api.html")
        page.evaluate("hash => { location.hash = hash }", target.partition("#")[2])
    else:
        page.goto(server)
        page.goto(server + target)
    page.wait_for_function(LAID)
    if by == "back":  # to where the reader was, not to the heading
        page.evaluate("scrollBy(0, 300)")
        page.wait_for_timeout(300)
        held = page.evaluate("scrollY")
        page.goto(server + "index.html")
        page.go_back()
        page.wait_for_function(LAID)
        page.wait_for_function("held => Math.abs(scrollY - held) < 50", arg=held)
        return
    heading = page.locator("[id='lib.training.SoftmaxRegression']").element_handle()
    arrived = "e => (top => top > 0 && top < 200)(e.getBoundingClientRect().top)"
    page.wait_for_function(arrived, arg=heading)


def test_without_script_pages_read_and_explorables_are_figures(site, browser):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto((site / CHAPTER).as_uri())
    expect(page.locator("figure.explorable img").first).to_be_visible()
    expect(page.get_by_role("navigation", name="Contents of the book")).to_be_visible()
    expect(page.get_by_role("button", name="Colour theme")).to_be_hidden()
    context.close()


def test_on_paper_explorables_are_their_figures(server, page):
    arrive(page, server + CHAPTER)
    page.emulate_media(media="print")
    figure = page.locator("figure.explorable").first
    expect(figure.locator(".explorable-fallback")).to_be_visible()
    expect(figure.locator(".ex")).to_be_hidden()
    expect(page.locator("header.bar")).to_be_hidden()


def test_archive_unpacks_into_a_site_that_works(site, tmp_path, page):
    target = tmp_path / "book.zip"
    assert pack(site, target) > len(PAGES)
    with zipfile.ZipFile(target) as archive:
        archive.extractall(tmp_path)
    home = tmp_path / FOLDER / "index.html"
    arrive(page, home.as_uri())
    page.goto(home.with_name("search.html").as_uri() + "?q=entropy")
    page.locator("[data-search-results] a").first.click()
    expect(page).to_have_url(re.compile("/chapters/"))
    page.locator(".katex").first.wait_for()


def test_every_glyph_of_every_formula_is_in_a_font(site):
    glyphs = set()
    for font in (site / "_static" / "katex" / "fonts").glob("*.woff2"):
        glyphs |= set(TTFont(font).getBestCmap())
    main = set(TTFont(site / "_static/katex/fonts/KaTeX_Main-Regular.woff2").getBestCmap())
    original = ROOT / "node_modules" / "katex" / "dist" / "fonts" / "KaTeX_Main-Regular.woff2"
    whole = set(TTFont(original).getBestCmap())
    for name in CHAPTERS:
        text = (site / name).read_text(encoding="utf-8")
        for formula in re.findall(
            r'class="katex-html"[^>]*>(.*?)</span></span></span></span>', text
        ):
            shown = {ord(c) for c in re.sub(r"<[^>]+>|&\w+;|\s", "", formula)} - {0x200B}
            assert not (shown - glyphs), (name, [chr(c) for c in shown - glyphs])
            cut = shown & whole - main - glyphs
            assert not cut, (name, [chr(c) for c in cut])


def test_katex_of_the_pages_is_katex_of_the_package():
    kept = ROOT / "website" / "static" / "katex" / "katex.min.js"
    published = ROOT / "node_modules" / "katex" / "dist" / "katex.min.js"
    assert kept.read_bytes() == published.read_bytes()


#: What a short book is made of: formulas, figures, quizzes, folds, links within it and out of it.
FEW = {
    *("chapters/cross_entropy", "chapters/learning_rate_decay"),
    *("chapters/bibliography", "chapters/cite"),
}


def test_every_page_of_the_book_is_made_ready_for_paper(site):
    articles = articles_of(site, list(parts().items()))
    assert list(articles) == listed_pages()
    for page, article in articles.items():
        assert len(article.select("h1")) == 1, page
        assert not article.select("script, fieldset input"), page
        assert len(article.get_text()) > 200, page


def assert_is_the_book(pdf, site, pages):
    """A PDF has these pages of the site in its outline and contents, each where they say."""
    reader = PdfReader(pdf)
    assert reader.metadata.title == TITLE
    outline = [entry for entry in reader.outline if not isinstance(entry, list)]
    headings = []
    for name in pages:
        text = (site / f"{name}.html").read_text(encoding="utf-8")
        heading = re.search(r"<h1>(.*?)<a class=\"headerlink\"", text, flags=re.S)[1]
        headings.append(re.sub(r"<[^>]+>", "", heading).strip())
    titles = [entry.title.strip() for entry in outline]
    assert [h for h in headings if h not in titles] == []
    starts = {entry.title.strip(): reader.get_destination_page_number(entry) for entry in outline}
    contents = "\n".join(page.extract_text() for page in reader.pages[:8])
    for heading in headings[1:]:
        number = starts[heading]
        page = reader.pages[number].extract_text()
        assert heading[:20] in " ".join(page.split())
        assert page.rstrip().endswith(str(number + 1)) or page.lstrip().startswith(str(number + 1))
        assert re.search(rf"{re.escape(heading[:20])}[^\n]*\s+{number + 1}\b", contents), heading
    chapter = headings.index("Cross-entropy")
    first, last = (starts[heading] for heading in headings[chapter : chapter + 2])
    text = "".join(page.extract_text() for page in reader.pages[first:last])
    assert "forecaster" in text
    for answer in ("a) The minimum", "b) The gradients", "c) At most"):
        assert answer in text, "the answers do not stand on lines"
    assert len(re.findall(r"Answer: [a-d]\.", text)) == 4
    assert "Bring the cross-entropy to zero" not in text, "a live figure has come to paper"


def test_pdf_holds_a_short_book(site, browser, tmp_path):
    listed = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    for part in listed["parts"]:
        part["chapters"] = [entry for entry in part["chapters"] if entry["file"] in FEW]
    listed["parts"] = [part for part in listed["parts"] if part["chapters"]]
    toc = tmp_path / "_toc.yml"
    toc.write_text(yaml.safe_dump(listed), encoding="utf-8")
    typeset(browser, site, toc, TITLE, tmp_path / "book.pdf")
    pages = listed_pages(toc)
    assert set(pages) == {"index", *FEW}
    assert_is_the_book(tmp_path / "book.pdf", site, pages)


@pytest.mark.stress
def test_pdf_holds_the_whole_book(site, browser, tmp_path):
    typeset(browser, site, ROOT / "_toc.yml", TITLE, tmp_path / "book.pdf")
    assert_is_the_book(tmp_path / "book.pdf", site, listed_pages())
