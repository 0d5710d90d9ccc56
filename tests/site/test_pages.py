"""Every page of the site: light, private, whole without a network, usable by everyone."""

import json
import re
import subprocess
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from bs4 import BeautifulSoup
from PIL import Image
from playwright.sync_api import Page, expect

from lib.explorables import REGISTRY
from tests.browser.explorable import SETTLED
from tests.conftest import strict_page
from website.check import problems
from website.contents import listed_pages
from website.tools import node

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = [f"{name}.html" for name in listed_pages()]
EMBEDS = [f"embed/{name}.html" for name in sorted(REGISTRY)]
PAGES = [*CHAPTERS, "search.html", "404.html", *EMBEDS]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
BUDGET = 260 * 1000  # bytes on the wire, gzipped, for a first visit
WITH_ARRAYS = 600 * 1000  # where a figure needs arrays of the book's own
WHOLE_BOOK = 300 * 1000  # the same for the search's page, which brings the text of all pages
LAID = "() => 'laid' in document.documentElement.dataset || !document.querySelector('article.text')"
# What is laid out late asks for its fonts late.
LETTERED = (
    "() => new Promise(requestAnimationFrame).then(() => document.fonts.ready).then(() => {})"
)
# Whether the text stands in the book's own font: its widths are not those of the fallback.
OWN_FONT = """() => {
    const width = (family) => {
        const line = document.createElement('span');
        line.style.cssText = `position: absolute; font: 40px ${family}`;
        line.textContent = 'gradient';
        document.body.append(line);
        const { width } = line.getBoundingClientRect();
        line.remove();
        return width;
    };
    return width('"Source Serif", "Serif fallback"') !== width('"Serif fallback"');
}"""
# axe-core's rule that looks at colours; the others find the same in every theme: that links are
# underlined, which one of them wants, is no matter of the theme.
CONTRAST = "color-contrast"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# That rule takes most of axe-core's time, for thousands of words of code. It is shown three texts
# of each kind, unless the kind is known: alike in colour, in what lies behind them, and in size.
THREE_OF_A_KIND = """(known) => {
    const style = new Map();
    const of = (node) => style.get(node) ?? style.set(node, getComputedStyle(node)).get(node);
    const behind = new Map([[document.documentElement, '']]);
    const ground = (node) => {
        if (!behind.has(node)) {
            const { backgroundColor, backgroundImage, opacity, filter } = of(node);
            const own = [backgroundColor, backgroundImage, opacity, filter].join();
            const plain = own === 'rgba(0, 0, 0, 0),none,1,none';
            behind.set(node, ground(node.parentElement) + (plain ? '' : `/${own}`));
        }
        return behind.get(node);
    };
    const field = (node) => node.matches('input, select, textarea, button') && node.localName;
    const words = (node) => [...node.childNodes].some((child) => child.data?.trim());
    const kinds = new Map();
    const texts = [...document.body.querySelectorAll('*')].filter((node) =>
        (field(node) || words(node)) && node.getClientRects().length
        && node.checkVisibility({ visibilityProperty: true })
        && !node.closest('[aria-hidden=true]'));
    for (const node of texts) {
        const { color, fontSize, fontWeight, textShadow } = of(node);
        const large = parseFloat(fontSize) >= (fontWeight >= 700 ? 14 : 18) * 96 / 72;
        const kind = [color, large, textShadow, field(node), ground(node)].join('|');
        if (!kinds.has(kind)) kinds.set(kind, []);
        kinds.get(kind).push(node);
    }
    for (const kind of known) kinds.delete(kind);
    const three = (all) => [0, 0.5, 1].map((share) => all[Math.floor(share * (all.length - 1))]);
    return { kinds: [...kinds.keys()], texts: [...new Set([...kinds.values()].flatMap(three))] };
}"""
# Beside its MathML, which is read aloud, a formula has a picture of up to hundreds of boxes, hidden
# from assistive technology. axe-core would look at each of them twice to pass it over. What is
# emptied here keeps its size; told is how many of the boxes could have had the focus.
EMPTY_PICTURES = """() => {
    const pictures = [...document.querySelectorAll('.katex-html[aria-hidden=true]')];
    const sizes = pictures.map((picture) => {
        const { width, height } = picture.getBoundingClientRect();
        return [Math.max(width, picture.scrollWidth), height];
    });
    const within = 'a, button, input, select, textarea, summary, [tabindex]';
    const focusable = pictures.flatMap((picture) => [...picture.querySelectorAll(within)]);
    pictures.forEach((picture, i) => {
        picture.replaceChildren();
        picture.style.display = 'inline-block';
        [picture.style.width, picture.style.height] = sizes[i].map((pixels) => `${pixels}px`);
    });
    return focusable.length;
}"""
#: The kinds of texts that axe-core has found readable.
readable = set()


def arrive(page, address):
    """Open a page and wait until it is as a reader would find it."""
    page.goto(address, wait_until="load")
    look_around(page)


def look_around(page):
    """Bring an open page's explorables to life and have all of it laid out."""
    figures = page.locator("figure.explorable")
    if figures.count():
        figures.first.scroll_into_view_if_needed()
    expect(page.locator("figure.explorable:not([data-ready])")).to_have_count(0)
    page.evaluate("document.fonts.ready")
    page.keyboard.press("Shift")  # a reader who moves has the whole page laid out
    page.wait_for_function(LAID)
    page.evaluate(LETTERED)


def open_everything(page):
    page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
    for quiz in page.query_selector_all("fieldset.quiz"):
        quiz.query_selector("input").check()


def sticking_out(page):
    """Return the first elements that make a reader scroll the page sideways."""
    return page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
        [...document.querySelectorAll('body *')]
          .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
          .map(e => e.outerHTML.slice(0, 120)).slice(0, 5)"""
    )


def axe(page):
    """Return what axe-core finds wrong with the page, a line for each element."""
    assert page.evaluate(EMPTY_PICTURES) == 0, "what nobody is told of can have the focus"
    return axe_of(page, runOnly=STANDARDS, rules={CONTRAST: {"enabled": False}}) + contrast(page)


def contrast(page):
    """Return which texts axe-core finds hard to read, of the kinds that no page has had before."""
    few = page.evaluate_handle(THREE_OF_A_KIND, list(readable))
    kinds = few.evaluate("few => few.kinds")
    rule = {"type": "rule", "values": [CONTRAST]}
    found = axe_of(page, few.evaluate_handle("few => few.texts"), runOnly=rule) if kinds else []
    readable.update(kinds if not found else [])
    return found


def axe_of(page, within=None, **options):
    """Return what axe-core finds wrong within some elements, or on the whole page."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "([within, options]) => axe.run(within ? { include: within } : document,"
        " { ...options, resultTypes: ['violations'] })",
        [within, options],
    )
    # axe-core sees no text in MathML, which screen readers read.
    formula = "target => document.querySelector(target).querySelector('math') !== null"
    return [
        f"{violation['id']}: {element['html'][:150]} ({element['failureSummary'][:200]})"
        for violation in found["violations"]
        for element in violation["nodes"]
        if violation["id"] != "empty-table-header"
        or not page.evaluate(formula, element["target"][0])
    ]


def axe_in_the_dark(page):
    """Return what axe-core finds wrong with an open page's colours once the system is dark."""
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.wait_for_function(
        """() => [document.documentElement, ...document.querySelectorAll('.ex')]
            .every((part) => part.dataset.theme === 'dark')"""
    )
    page.evaluate(SETTLED)
    return contrast(page)


def test_nothing_is_empty_missing_or_broken(site):
    assert problems(site) == []


@dataclass
class Visit:
    """A first visit to a page: the bytes of what it asked for, before and after a look around."""

    name: str
    page: Page
    first: dict[str, int]
    then: dict[str, int]


@pytest.fixture(
    scope="module", params=[pytest.param(n, marks=pytest.mark.xdist_group(n)) for n in PAGES]
)
def visit(request, server, browser):
    """One visit to each page, for the tests that only look at it."""
    page = strict_page(browser, 1280, 800, color_scheme="light", reduced_motion="reduce")
    finished = []
    page.on("requestfinished", lambda request: finished.append(request))

    def sizes():
        # Asked for now: in the event's own handler the answer may come too late to be counted.
        return {one.url: max(0, one.sizes()["responseBodySize"]) for one in list(finished)}

    page.goto(server + request.param)
    page.wait_for_load_state("networkidle")
    first = sizes()
    look_around(page)
    page.wait_for_function("() => !document.querySelector('[data-drawing]')")
    yield Visit(request.param, page, first, sizes())
    page.context.close()


def test_first_visit_is_light_and_asks_no_one_else(visit):
    needy = [name for name, cls in REGISTRY.items() if cls.needs]
    shown = visit.page.locator(",".join(f'[data-explorable="{name}"]' for name in needy)).count()
    loaded = [url for url in visit.then if "/data-" in url]
    assert bool(loaded) == bool(shown), "arrays for a figure that needs them, and for no other"

    def within_budget(counted):
        most = WHOLE_BOOK if visit.name == "search.html" else WITH_ARRAYS if shown else BUDGET
        total = sum(counted.values())
        listing = "\n".join(f"{size:8} {url}" for url, size in sorted(counted.items()))
        assert total <= most, f"{total} bytes\n{listing}"

    within_budget(visit.first)
    sheets = sum(url.endswith(".css") for url in visit.first)
    assert sheets == 1, "a second sheet delays the first paint"
    # And once the first explorable answers; the pictures on the way to it came one by one.
    within_budget({url: size for url, size in visit.then.items() if "/_images/" not in url})
    assert {urlsplit(url).hostname for url in visit.then} == {"127.0.0.1"}
    heavy = re.compile(r"fontawesome|mathjax|require|html-manager|thebe|bootstrap", re.I)
    assert not [url for url in visit.then if heavy.search(url)]
    assert not visit.page.watch.faults, "\n".join(visit.page.watch.faults)


def test_axe_finds_nothing(visit, server):
    name, page = visit.name, visit.page
    open_everything(page)
    found = axe(page)
    assert not found, "\n".join(found)
    if name in EMBEDS:  # they take their theme when they are opened
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        arrive(page, server + name)
        open_everything(page)
    found = axe_in_the_dark(page)
    assert not found, "\n".join(found)
    assert not page.watch.faults, "\n".join(page.watch.faults)


def test_axe_finds_nothing_in_the_search_dialog_and_the_drawer(server, new_page):
    page = new_page(width=390, height=844)
    arrive(page, server + CHAPTERS[0])
    page.get_by_role("button", name="Contents of the book").click()
    expect(page.locator(".book-contents")).to_have_css("transform", "none")
    assert axe(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Search the book").click()
    page.get_by_label("Words to look for").fill("entropy")
    page.locator(".search-dialog li a").first.wait_for()
    assert axe(page) == []


def test_figures_are_dark_in_the_dark_and_keep_their_hues(site, new_page):
    def looks(scheme, medium="screen"):
        """Return how light the figure is and how much of it is teal and magenta."""
        page = new_page(color_scheme=scheme)
        page.goto((site / "chapters" / "cross_entropy.html").as_uri())
        page.emulate_media(color_scheme=scheme, media=medium)
        figure = page.locator("#fig-decomposition img")
        figure.scroll_into_view_if_needed()
        figure.evaluate("image => image.decode()")
        pixels = np.asarray(Image.open(BytesIO(figure.screenshot())).convert("RGB"), dtype=float)
        red, green, blue = np.moveaxis(pixels, -1, 0)
        teal = (green - red > 40) & (green >= blue)
        magenta = (red - green > 40) & (blue - green > 40)
        return pixels.mean(), teal.mean(), magenta.mean()

    light, dark, paper = looks("light"), looks("dark"), looks("dark", "print")
    assert dark[0] < 100 < 200 < light[0]
    assert paper[0] > 200
    for ours, theirs in zip(dark[1:], light[1:], strict=True):
        assert ours == pytest.approx(theirs, rel=0.1)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", ["chapters/gradients.html", "chapters/catalogue.html"])
def test_what_is_far_below_is_laid_out_when_the_reader_moves(server, new_page, name, width):
    page = new_page(width=width, height=800)
    page.add_init_script(
        "const after = setTimeout; window.setTimeout = (f, ms) => ms < 5000 && after(f, ms)"
    )
    page.goto(server + name)
    parts = page.locator(".text > section > section")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.text > section > section')]"
        ".every(part => part.style.containIntrinsicBlockSize)"
    )
    page.evaluate("() => dispatchEvent(new PointerEvent('pointermove'))")  # a pointer at rest
    page.evaluate("() => new Promise(done => requestIdleCallback(() => setTimeout(done, 50)))")
    assert page.locator("[data-laid]").count() == 0
    guesses = parts.evaluate_all(
        "parts => parts.map(p => 16 * /[0-9]+/.exec(p.style.containIntrinsicBlockSize)[0])"
    )
    page.mouse.move(200, 300)
    page.mouse.wheel(0, 300)
    page.wait_for_function(LAID)
    heights = parts.evaluate_all("parts => parts.map(p => p.getBoundingClientRect().height)")
    # Too tall rather than in the way of what follows, and not twice as tall all in all. A figure
    # that has come to life since is taller than its picture was.
    short = sum(guess < 0.9 * height for guess, height in zip(guesses, heights, strict=True))
    assert short <= 1
    assert 0.9 < sum(guesses) / sum(heights) < 2


# Nobody opens the page for lost addresses: a host shows it, and its links start from the root.
@pytest.mark.parametrize("name", [name for name in PAGES if name != "404.html"])
def test_page_opens_from_a_disk_on_a_narrow_screen(site, kept_page, name):
    page = kept_page(width=320, height=640)
    arrive(page, (site / name).as_uri())
    assert page.locator("h1").count() == 1
    formulas = page.locator(".katex").count()
    fonts = page.evaluate(
        "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)"
    )
    assert any("Source" in family for family in fonts)
    assert not formulas or any("KaTeX" in family for family in fonts)
    if name not in EMBEDS:  # they are framed in a served page, and go without the site's script
        page.wait_for_function(OWN_FONT)
    open_everything(page)
    assert sticking_out(page) == []


def test_html_is_valid(site, tmp_path):
    command = [node(), str(ROOT / "node_modules" / "html-validate" / "bin" / "html-validate.mjs")]
    config = ROOT / "tests" / "site" / "htmlvalidate.json"
    # A file, because a pipe is cut off when the program ends.
    report = tmp_path / "report.json"
    subprocess.run(
        [*command, "--config", str(config), "--formatter", f"json={report}", *PAGES],
        cwd=site,
        capture_output=True,
        text=True,
    )
    messages = [
        f"{Path(file['filePath']).name}:{m['line']}:{m['column']} {m['ruleId']}: {m['message']}"
        for file in json.loads(report.read_text(encoding="utf-8"))
        for m in file["messages"]
    ]
    assert messages == []


def test_no_line_begins_with_the_mark_behind_a_formula(site):
    """A browser may break a line behind a formula, so the mark must stand inside."""
    outside = re.compile(r"(?:</span>){4}[.,;:!?)](?![.,;:!?)]*</span>).{20}", re.S)
    for page in site.rglob("*.html"):
        assert not outside.findall(page.read_text(encoding="utf-8")), page


def test_names_in_a_table_break_at_their_joints(site):
    text = (site / "chapters" / "catalogue.html").read_text(encoding="utf-8")
    table = text[text.index("<table") : text.index("</table>")]
    assert re.sub(r"</?(span|code)[^>]*>", "", table).count("Gaussian<wbr>NLL<wbr>Loss") == 1


def test_the_reference_has_the_whole_sentence_of_each_property(site):
    """Sphinx takes what stands before a colon for the property's type."""
    text = (site / "chapters" / "api.html").read_text(encoding="utf-8")
    properties = BeautifulSoup(text, "html.parser").select("dl.py.property")
    assert len(properties) > 50
    texts = [" ".join(p.get_text().split()) for p in properties]
    assert [text for text in texts if re.search(r"\bType ?:", text)] == []


def test_titles_and_descriptions_are_there_and_differ(site):
    heads = {}
    for name in CHAPTERS:
        text = (site / name).read_text(encoding="utf-8")
        title = re.search(r"<title>(.*?)</title>", text)[1]
        description = re.search(r'<meta name="description" content="(.*?)">', text)[1]
        assert 20 <= len(description) <= 250, (name, description)
        assert "{" not in description
        heads[name] = (title, description)
    titles, descriptions = zip(*heads.values(), strict=True)
    assert len(set(titles)) == len(CHAPTERS)
    assert len(set(descriptions)) == len(CHAPTERS)


def test_page_carries_no_widget_state_and_no_data_url(site):
    for name in PAGES:
        text = (site / name).read_text(encoding="utf-8")
        assert "application/vnd.jupyter.widget-state" not in text, name
        assert "data:image" not in text, name


def test_every_picture_has_its_size_and_its_words(site):
    for name in PAGES:
        for image in re.findall(r"<img [^>]*>", (site / name).read_text(encoding="utf-8")):
            assert " alt=" in image, (name, image)
            assert " width=" in image, (name, image)
            assert " height=" in image, (name, image)
