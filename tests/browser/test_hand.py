"""The reader's hand on every explorable: what it hits, takes back, links to and keeps."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from lib import activations, information, losses
from lib.explorables import REGISTRY, Explorable
from tests.browser.explorable import Driven, permalink
from tests.parity.test_parity import agree
from tests.states import random_explorables

CLASSES = pytest.mark.parametrize("cls", REGISTRY.values(), ids=REGISTRY)
PHONE = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}
ARROWS = ["ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"]
OPPOSITE = [(ARROWS[i], ARROWS[i ^ 1]) for i in range(4)]
CONTROL = 'input[type="range"]:visible'


@pytest.fixture
def opened(site: Path, kept_page):
    """Open an explorable's embed page from the disk: `opened(cls, query, **page options)`."""

    def open_embed(cls: type[Explorable], query: str = "", **options: object) -> Driven:
        address = (site / "embed" / f"{cls.name}.html").as_uri() + query
        return Driven.open(kept_page(**{"width": 760, "height": 900, **options}), address, cls.name)

    return open_embed


def views(driven: Driven) -> list[str]:
    """Return the values of the trait `view`, or one that is empty where there is none."""
    chosen = driven.mount.locator('select[data-control="view"]')
    if not chosen.count():
        return [""]
    return chosen.locator("option").evaluate_all("all => all.map(option => option.value)")


def show(driven: Driven, view: str) -> None:
    """Bring a view on screen, with all that is folded."""
    if view:
        driven.mount.locator('select[data-control="view"]').select_option(view)
    driven.mount.locator(".ex-fold").evaluate_all("all => all.forEach(fold => fold.open = true)")
    driven.settle()


def button(driven: Driven, name: str) -> Locator:
    return driven.mount.get_by_role("button", name=name, exact=True)


# ---- links --------------------------------------------------------------------------------------


def copied(driven: Driven) -> str:
    """Return what *Copy link* copies."""
    driven.page.evaluate(
        """() => Object.defineProperty(navigator, 'clipboard', { configurable: true, value: {
            writeText: async text => { window.copiedText = text; } } })"""
    )
    button(driven, "Copy link").click()
    driven.page.wait_for_function("() => window.copiedText")
    return driven.page.evaluate("() => window.copiedText")


@CLASSES
def test_a_link_holds_what_differs_and_leads_back(cls: type[Explorable], opened) -> None:
    assert urlsplit(copied(opened(cls))).query == ""
    for explorable in random_explorables(cls, 1, seed=11):
        # An old link, with all traits and another figure's: it works, and what it copies is short.
        old = f"{permalink(explorable)}&kl-7.p=1,0,0&{cls.name}.hide=prompt&lang=en"
        link = copied(opened(cls, old))
        home, there = cls().state, explorable.shared()
        names = {key for key, _ in parse_qsl(urlsplit(link).query)}
        differing = {f"{cls.name}.{key}" for key in there if there[key] != home[key]}
        assert names == differing | {f"{cls.name}.hide", "lang"}
        shown = opened(cls, "?" + urlsplit(link).query).values()
        for key, ours in cls(**there).values.items():
            assert agree(shown[key], ours), (explorable, key)


def test_a_link_into_a_chapter_leads_to_its_figure(site: Path, new_page) -> None:
    chapter = (site / "chapters" / "softmax.html").as_uri()
    page = new_page(width=1280, height=800)
    page.goto(chapter + "?softmax.temperature=2")
    mounts = page.locator('[data-explorable="softmax"]')
    third = Driven(page, mounts.nth(2))
    expect(third.mount).to_have_attribute("data-ready", "true")
    third.mount.scroll_into_view_if_needed()
    third.mount.locator(CONTROL).last.press("ArrowRight")
    third.rest()
    assert "softmax.temperature=2" in page.url  # the page's own address holds all its figures
    link = copied(third)
    assert urlsplit(link).fragment == "figure-softmax-3"
    names = [key for key, _ in parse_qsl(urlsplit(link).query)]
    assert names
    assert all(name.startswith("softmax-3.") for name in names), names

    for width, height in ((1280, 800), (390, 844)):
        fresh = new_page(width=width, height=height)
        fresh.goto(link)
        expect(fresh.locator("figure.explorable[data-ready]")).to_have_count(
            fresh.locator("figure.explorable").count()
        )
        there = Driven(fresh, fresh.locator("#figure-softmax-3"))
        there.rest()
        assert there.values() == third.values()
        top = there.mount.bounding_box()["y"]
        assert 0 <= top < 120, f"the figure is {top} pixels down at {width}"


def test_a_skip_link_leads_to_the_first_figure(server: str, new_page) -> None:
    page = new_page(width=1280, height=800)
    page.goto(server + "chapters/softmax.html")
    for _ in range(2):
        page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the interactive figure")
    expect(skip).to_be_focused()
    assert skip.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    figure = page.locator("figure.explorable").first
    expect(figure).to_have_attribute("data-ready", "true")
    page.keyboard.press("Tab")
    assert figure.evaluate("figure => figure.contains(document.activeElement)")


# ---- fingers ------------------------------------------------------------------------------------

# The controls of which a finger that comes down 21 pixels from the middle hits something else.
MISSED = """mount => [...mount.querySelectorAll(
    'input, textarea, select, button, summary, .ex-mark[role=slider]')].filter(control => {
    const shown = control.checkVisibility() && getComputedStyle(control).display !== 'none';
    if (!shown || control.closest('.ex-tables, .ex-python div')) return false;
    control.scrollIntoView({ block: 'center', behavior: 'instant' });
    const hits = (x, y) => {
        const hit = document.elementFromPoint(x, y);
        return hit && (control.contains(hit) || hit.closest('label')?.control === control
            || hit.closest('.ex-mark'));
    };
    const { left, right, top, bottom } = (control.querySelector('.target, .grip') ?? control)
        .getBoundingClientRect();
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const narrow = right - left < 43.9 && !control.matches('[type=checkbox]');
    return narrow || !hits(x, y - 21) || !hits(x, y + 21);
}).map(control => control.getAttribute('aria-label') ?? control.outerHTML.slice(0, 120))"""


@CLASSES
def test_a_finger_hits_every_control(cls: type[Explorable], opened) -> None:
    driven = opened(cls, **PHONE)
    for view in views(driven):
        show(driven, view)
        assert driven.mount.evaluate(MISSED) == [], view


# How much of the charts that differ from before is on the screen, above the control.
SEEN = """control => {
    const mount = control.closest('figure');
    const line = control.getBoundingClientRect().top;
    const charts = [...mount.querySelectorAll('.ex-stage .ex-frame, .ex-stage table')]
        .filter(chart => chart.checkVisibility());
    return charts.map(chart => {
        const { top, bottom, height } = chart.getBoundingClientRect();
        const covered = Math.max(0, Math.min(bottom, line, innerHeight) - Math.max(top, 0));
        return [chart.querySelector('svg')?.innerHTML ?? chart.innerHTML, covered / height];
    });
}"""


@CLASSES
def test_a_chart_stays_in_view_while_its_control_is_held(cls: type[Explorable], opened) -> None:
    driven = opened(cls, **PHONE)
    for view in views(driven):
        if view == "surface":
            continue  # its surface is on a canvas; the map in its place is looked at
        show(driven, view)
        for control in driven.mount.locator(CONTROL).element_handles():
            control.evaluate("control => control.scrollIntoView({ block: 'center' })")
            driven.settle()
            before = control.evaluate(SEEN)
            control.press("ArrowRight" if control.input_value() == "0" else "ArrowLeft")
            driven.settle()
            after = control.evaluate(SEEN)
            shares = [
                share for (was, _), (now, share) in zip(before, after, strict=True) if was != now
            ]
            name = control.evaluate("control => control.labels[0].textContent")
            assert not shares or max(shares) >= 0.6, (view, name, shares)


@pytest.mark.parametrize("name", ["hinge", "schedule", "gradient", "training", "kl"])
def test_paired_plots_stand_one_above_the_other_on_a_phone(name: str, opened) -> None:
    driven = opened(REGISTRY[name], **PHONE)
    for view in views(driven):
        show(driven, view)
        boxes = [box.bounding_box() for box in driven.mount.locator(".ex-frame:visible").all()]
        assert len(boxes) >= 2
        for above, below in pairwise(boxes):
            assert below["y"] >= above["y"] + above["height"] - 1
            assert above["width"] > 300


@pytest.mark.parametrize(
    "name", ["softmax", "hinge", "gradient", "schedule", "cross_entropy", "entropy"]
)
@pytest.mark.parametrize("width", [390, 1280])
def test_words_stand_beside_a_surface_and_it_fills_its_place(name: str, width: int, opened) -> None:
    driven = opened(REGISTRY[name], f"?{name}.view=surface", **{**PHONE, "width": width})
    solid = driven.mount.locator(".ex-turntable:visible").first
    solid.locator("text.height").first.wait_for()
    assert solid.locator("text.height").count() >= 3
    hint = solid.locator("text.hint")
    expect(hint).to_have_text("↻ drag to turn")
    # What of the canvas is painted, and what words stand on, in its own pixels.
    look = """solid => {
        const canvas = solid.querySelector('canvas');
        const { width, height } = canvas;
        const copy = Object.assign(document.createElement('canvas'), { width, height });
        const pen = copy.getContext('2d', { willReadFrequently: true });
        pen.drawImage(canvas, 0, 0);
        const { data } = pen.getImageData(0, 0, width, height);
        const filled = (x, y) => data[4 * (Math.round(y) * width + Math.round(x)) + 3] > 200;
        const rows = [];
        for (let y = 0; y < height; y++) {
            for (let x = 0; x < width; x++) if (filled(x, y)) { rows.push(y); break; }
        }
        const box = canvas.getBoundingClientRect();
        const ratio = width / box.width;
        const texts = [...solid.querySelectorAll('text.post, text.height, text.words')];
        const on = texts.filter(text => {
            const r = text.getBoundingClientRect();
            let count = 0, all = 0;
            for (let x = r.left; x < r.right; x++) for (let y = r.top + 2; y < r.bottom - 2; y++) {
                all += 1;
                count += filled((x - box.left) * ratio, (y - box.top) * ratio);
            }
            return count > 0.12 * all;
        });
        return [on.map(text => text.textContent), (rows.at(-1) - rows[0]) / height];
    }"""
    dial = driven.mount.get_by_label("Turn", exact=True)
    for _ in range(4):
        on, share = solid.evaluate(look)
        assert on == []
        assert share > 0.55
        for _ in range(8):
            dial.press("PageUp")
        driven.settle()
    expect(hint).to_have_text("")


# ---- keys ---------------------------------------------------------------------------------------


@CLASSES
def test_home_and_end_lead_to_the_ends_of_a_mark(cls: type[Explorable], opened) -> None:
    driven = opened(cls)
    for view in views(driven):
        show(driven, view)
        for mark in driven.mount.locator('.ex-mark[role="slider"]:visible').element_handles():
            for key, end in (("Home", "min"), ("End", "max"), ("Home", "min")):
                mark.press(key)
                driven.settle()
                now = float(mark.get_attribute("aria-valuenow"))
                wanted = float(mark.get_attribute(f"aria-value{end}"))
                assert now == pytest.approx(wanted, abs=5e-3), (
                    view,
                    mark.get_attribute("aria-label"),
                    key,
                )


@CLASSES
def test_a_mark_that_moves_in_two_directions_says_so(cls: type[Explorable], opened) -> None:
    driven = opened(cls)
    for view in views(driven):
        show(driven, view)
        for mark in driven.mount.locator('.ex-mark[role="slider"]:visible').element_handles():
            if "bar" in mark.get_attribute("class"):
                continue  # it goes up and down
            start, there = driven.python(), set()
            for key, back in OPPOSITE:
                mark.press(key)
                there.add(now := driven.python())
                if now != start:
                    mark.press(back)
            both = len(there - {start}) > 2  # a line has two ways, whatever keys lead there
            said = mark.get_attribute("aria-roledescription")
            label = mark.get_attribute("aria-label")
            if both:
                assert said == "slider in two directions", label
            if said:
                keys = mark.evaluate(
                    "mark => document.getElementById(mark.getAttribute('aria-describedby'))"
                    ".textContent"
                )
                assert "Arrow keys" in keys
                assert "Home and End" in keys


@CLASSES
def test_every_control_names_its_trait(cls: type[Explorable], opened) -> None:
    driven = opened(cls)
    traits = set(cls().state)
    for view in views(driven):
        show(driven, view)
        named = driven.mount.locator(
            "input:visible, select:visible, .ex-mark[role=slider]:visible"
        ).evaluate_all(
            """all => all.filter(c => !c.closest('.ex-dials') && !c.id.startsWith('ex-presets'))
                .map(c => [c.dataset.control ?? '', c.getAttribute('aria-label') ?? c.id])"""
        )
        for control, name in named:
            assert control, name
            assert set(control.split()) <= traits, (control, name)


# ---- what is done can be taken back -------------------------------------------------------------


@CLASSES
def test_what_was_done_is_taken_back_and_put_back(cls: type[Explorable], opened) -> None:
    driven = opened(cls)
    keyboard = driven.page.keyboard
    states = [driven.python()]
    assert button(driven, "Undo").get_attribute("aria-disabled") == "true"
    controls = driven.mount.locator(f'{CONTROL}, .ex-mark[role="slider"]:visible')
    for control in controls.element_handles()[:3]:
        if control.evaluate("c => c.closest('.ex-dials') !== null"):
            continue
        before = driven.python()
        control.focus()
        for key in ("ArrowLeft", "ArrowLeft", "Shift+ArrowRight", "ArrowUp"):
            keyboard.press(key)
        if (now := driven.python()) == before:
            keyboard.press("Home")
            now = driven.python()
        if now != before:
            states.append(now)
    assert len(states) > 1
    button(driven, "Reset").click()
    assert driven.python() == states[0]

    # Reset is a step as all others.
    for state in reversed(states):
        if state != driven.python():
            keyboard.press("Control+z")
        assert driven.python() == state
    assert button(driven, "Undo").get_attribute("aria-disabled") == "true"
    for state in states[1:]:
        keyboard.press("Control+Shift+z")
        assert driven.python() == state
    button(driven, "Undo").click()
    assert driven.python() == states[-2]
    assert driven.mount.locator(".ex-sr[role=status]").last.inner_text()


def test_what_two_controls_changed_is_two_steps_without_keys_and_pointer(opened) -> None:
    """As voice control changes them: an event of each, one right after the other."""
    driven = opened(REGISTRY["log_loss"], "?log_loss.view=coin")
    states = [driven.python()]
    for label, values in {"θ": (0.3, 0.4), "heads of 10": (4, 5)}.items():
        driven.mount.get_by_label(label, exact=True).evaluate(
            """(range, values) => {
                for (const value of values) {
                    range.value = value;
                    range.dispatchEvent(new Event('input', { bubbles: true }));
                }
                range.dispatchEvent(new Event('change', { bubbles: true }));
            }""",
            values,
        )
        states.append(driven.python())
    assert len(set(states)) == 3
    for state in (states[1], states[0]):
        button(driven, "Undo").dispatch_event("click")
        driven.settle()
        assert driven.python() == state
    assert button(driven, "Undo").get_attribute("aria-disabled") == "true"


def test_a_drag_is_one_step_and_typing_is_the_browsers(opened) -> None:
    driven = opened(REGISTRY["kl"])
    home = driven.python()
    mark = driven.mount.locator('.ex-mark[role="slider"]').first
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    mouse = driven.page.mouse
    mouse.move(box["x"] + box["width"] / 2, box["y"] + 30)
    mouse.down()
    for dy in (10, 25, 40):
        mouse.move(box["x"] + box["width"] / 2, box["y"] + 30 + dy)
        driven.settle()
    mouse.up()
    assert driven.python() != home
    driven.page.keyboard.press("Control+z")
    assert driven.python() == home

    entry = driven.mount.get_by_role("spinbutton").first
    entry.fill("0.2")
    entry.press("Enter")
    typed = driven.python()
    entry.press("End")
    entry.press_sequentially("5")
    entry.press("Control+z")
    assert driven.python() == typed
    assert entry.input_value() != "0.205"
    entry.press("Escape")


@CLASSES
def test_the_last_line_of_a_challenge_is_more_than_a_word(cls: type[Explorable], opened) -> None:
    driven = opened(cls, **PHONE)
    for view in views(driven):
        show(driven, view)
        last = driven.mount.locator(".ex-kept")
        assert len(last.inner_text().split()) == 2
        assert last.evaluate("words => words.getClientRects().length") == 1
    assert driven.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# ---- challenges ---------------------------------------------------------------------------------


def solve(driven: Driven) -> None:
    """Solve the challenge of *surprise* by hand: often enough what is likely each time."""
    for label, value in (("Probability p", "0.9"), ("Times in a row", "30")):
        entry = driven.mount.get_by_role("spinbutton", name=f"{label}, exact value")
        entry.fill(value)
        entry.press("Enter")
    driven.settle()


def test_a_solved_challenge_is_seen_said_once_and_kept(site: Path, new_page) -> None:
    address = (site / "embed" / "surprise.html").as_uri()
    page = new_page(**PHONE)
    driven = Driven.open(page, address, "surprise")
    chip = driven.mount.locator(".ex-solved")
    said = driven.mount.locator("[data-challenge] [role=status]")
    expect(chip).to_be_hidden()
    solve(driven)
    assert driven.solved()
    expect(chip).to_have_text("Solved")
    box = chip.bounding_box()
    assert 0 < box["y"] < 844 - box["height"], "the hand is elsewhere, and the chip out of sight"
    expect(said).to_contain_text("Challenge solved: ")

    page.reload()
    again = Driven.open(page, address, "surprise")
    assert not again.solved()
    expect(chip).to_have_text("Solved before")
    expect(chip).to_be_visible()
    solve(again)
    assert again.solved()
    expect(chip).to_have_text("Solved")
    expect(said).to_have_text("")  # it is no news

    # Other figures have their own, and what else is kept there does no harm.
    for text in ('{"surprise": 1}', "[", "null", '["kl"]'):
        page.evaluate("text => localStorage.setItem('cross-entropy-book.solved', text)", text)
        fresh = Driven.open(page, address + "?x", "surprise")
        expect(fresh.mount.locator(".ex-solved")).to_be_hidden()


def test_a_link_to_a_solution_solves_it_for_nobody(site: Path, new_page) -> None:
    page = new_page(width=760, height=900)
    address = (site / "embed" / "kl.html").as_uri()
    solved = Driven.open(page, address + "?kl.p=0.6,0.3,0.1&kl.q=0.1,0.3,0.6", "kl")
    assert solved.solved()
    assert solved.mount.locator("[data-challenge] [role=status]").inner_text() == ""
    fresh = Driven.open(page, address, "kl")
    expect(fresh.mount.locator(".ex-solved")).to_be_hidden()


# ---- for those who do not see charts ------------------------------------------------------------


# Views with one chart that is neither curves nor bars nor a map: the numbers say what it shows.
WITHOUT_SERIES = {"diagnosis ruler", "entropy tiles", "softmax precision", "training"}

# The axes that count.
WHOLE = {"layers", "epoch", "step", "step t", "flips multiplied"}


@CLASSES
def test_the_numbers_are_offered_as_tables(cls: type[Explorable], opened) -> None:
    driven = opened(cls)
    fold = driven.mount.locator(".ex-tables")
    assert fold.locator("table").count() == 0
    fold.locator("summary").click()
    sentences = []
    for view in views(driven):
        show(driven, view)
        driven.rest()
        tables = fold.locator("table")
        expect(tables.first).to_be_visible()
        assert "undefined" not in fold.inner_text().replace("NaN", "undefined") or cls.name in {
            "activation",
            "softmax",
        }
        read = tables.first.locator("tbody tr").evaluate_all(
            "all => all.map(row => [...row.children].map(cell => cell.textContent))"
        )
        outputs = driven.mount.locator("output[data-quantity]").all_inner_texts()
        assert [value for _, value in read] == outputs
        charts = driven.mount.locator(
            ".ex-stage .ex-frame:visible svg, .ex-stage table:visible, .ex-lettering:visible"
        ).count()
        assert tables.count() == 1 + charts - (f"{cls.name} {view}".strip() in WITHOUT_SERIES), view
        assert fold.evaluate("fold => fold.scrollWidth <= fold.clientWidth + 1")
        sentences += fold.locator("p").all_inner_texts()
    assert sentences
    assert all(text.endswith(".") for text in sentences)


def tables_of(driven: Driven) -> list[list[list[str]]]:
    """Return each table of the charts that are seen: its rows, the headings first."""
    return driven.mount.locator(".ex-tables table").evaluate_all(
        "all => all.slice(1).map(table => [...table.rows].map("
        "row => [...row.cells].map(cell => cell.textContent)))"
    )


def written(text: str) -> float:
    """Read a number as the explorables write it."""
    digits = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
    plain = text.replace("−", "-").replace(" × 10", "e").translate(digits)
    return float(plain.replace("∞", "inf"))


def same(text: str, value: float) -> bool:
    """Whether a text is this value, to the digits that the text has."""
    shown = written(text)
    if not np.isfinite(value) or not np.isfinite(shown):
        return shown == value
    mantissa, _, power = f"{text}".replace("−", "-").partition(" × 10")
    decimals = len(mantissa.partition(".")[2])
    unit = 10.0**-decimals * (abs(shown / written(mantissa)) if power else 1)
    return (text == "0" and value == 0) or abs(shown - value) <= 0.5001 * unit


def coin(theta: float, heads: int) -> float:
    return losses.binary_cross_entropy(np.full(10, theta), np.arange(10) < heads)


# What the library says of a row: by the explorable, the view and the heads of a table's columns.
KNOWN = {
    ("surprise", "", "probability p", "information content −log p"): lambda x, _: (
        information.self_information(x)
    ),
    ("entropy", "binary", "P(black) = 1 − P(not black)", "H(black or not)"): lambda x, s: (
        information.binary_entropy(x, base=BASES[s.unit])
    ),
    ("log_loss", "events", "predicted probability p", "it happened: −ln p"): lambda x, _: (
        losses.binary_cross_entropy([x], [1])
    ),
    ("log_loss", "events", "predicted probability p", "it did not: −ln(1 − p)"): lambda x, _: (
        losses.binary_cross_entropy([x], [0])
    ),
    ("log_loss", "coin", "θ", "mean loss"): lambda x, s: coin(x, s.heads),
    ("log_loss", "coin", "θ", "likelihood"): lambda x, s: np.exp(
        -10 * s.repeats * (coin(x, s.heads) - coin(s.heads / 10, s.heads))
    ),
    ("activation", "function", "x", "f(x)"): lambda x, s: getattr(activations, s.activation)(x),
    ("activation", "function", "x", "f′(x)"): lambda x, s: getattr(
        activations, f"{s.activation}_grad"
    )(x),
    ("cross_entropy", "map", "", "H(P, Q)"): lambda q, s: information.cross_entropy(
        s.p, q, base=BASES[s.unit]
    ),
    ("entropy", "triangle", "", "H(P)"): lambda q, s: information.entropy(q, base=BASES[s.unit]),
}
BASES = {"nats": None, "bits": 2, "bans": 10}


def test_tables_agree_with_the_library(opened) -> None:
    met = set()
    for name, cls in REGISTRY.items():
        driven = opened(cls)
        driven.mount.locator(".ex-tables summary").click()
        for view in views(driven):
            show(driven, view)
            driven.rest()
            chosen = driven.mount.locator('select[data-control="unit"]')
            unit = {"unit": chosen.input_value()} if chosen.count() else {}
            state = cls(**unit, **({"view": view} if view else {}))
            for heads, *rows in tables_of(driven):
                assert all(head.count("(") == head.count(")") for head in heads), heads
                if heads[0] in WHOLE:
                    assert all(row[0].isdigit() for row in rows), (name, view, rows)
                for k, head in enumerate(heads):
                    true = KNOWN.get((name, view, heads[0], head))
                    for row in rows if true else ():
                        places = [row[0]] if heads[0] else row[1:4]
                        at = [float(Fraction(x.replace("−", "-"))) for x in places]
                        if not heads[0]:
                            assert sum(at) == pytest.approx(1), row
                        met.add((name, view, heads[0], head))
                        assert same(row[k], float(true(at[0] if heads[0] else at, state))), (
                            name,
                            view,
                            head,
                            row,
                        )
    assert met == set(KNOWN)


def test_a_table_follows_the_state_and_says_the_shape(opened) -> None:
    driven = opened(REGISTRY["surprise"])
    fold = driven.mount.locator(".ex-tables")
    fold.locator("summary").click()
    driven.rest()
    words = fold.locator("p").first
    expect(words).to_contain_text("grows without bound towards 0 and falls to 0.000 at 1.000")
    driven.mount.locator('select[data-control="unit"]').select_option("bits")
    driven.rest()
    expect(words).to_contain_text("grows without bound towards 0 and falls to 0.000")
    before = fold.locator("table").first.inner_text()
    driven.mount.locator(CONTROL).first.press("ArrowRight")
    driven.rest()
    assert fold.locator("table").first.inner_text() != before


# ---- copies -------------------------------------------------------------------------------------

COPY = """([from, to]) => {
    const range = document.createRange();
    range.setStartBefore(from);
    range.setEndAfter(to);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    const data = new DataTransfer();
    from.dispatchEvent(new ClipboardEvent('copy', {
        clipboardData: data, bubbles: true, cancelable: true }));
    return data.getData('text/plain');
}"""


def test_a_live_formula_is_copied_once_as_tex(server: str, site: Path, new_page) -> None:
    page = new_page(width=1280, height=800)
    page.goto(server + "chapters/kl_divergence.html")
    figure = page.locator("figure.explorable").first
    figure.scroll_into_view_if_needed()
    expect(figure).to_have_attribute("data-ready", "true")
    driven = Driven(page, figure)
    driven.rest()
    math = figure.locator(".ex-formula math")
    tex = math.get_attribute("data-tex")
    assert tex.startswith(r"\begin{aligned} D (P \| Q) & = ")
    parts = [math.locator("mn").first, math.locator("mn").last]
    handles = [part.element_handle() for part in parts]
    assert page.evaluate(COPY, handles).strip() == tex
    challenge = figure.locator("[data-challenge] strong").element_handle()
    both = page.evaluate(COPY, [handles[0], challenge])
    assert both.count(tex) == 1
    assert "Challenge" in both

    # Where no page does it, as in a notebook.
    embed = Driven.open(page, (site / "embed" / "kl.html").as_uri(), "kl")
    embed.rest()
    inner = embed.mount.locator("math mn")
    ends = [inner.first.element_handle(), inner.last.element_handle()]
    assert page.evaluate(COPY, ends) == tex
    embed.mount.locator(CONTROL).first.press("ArrowRight")
    embed.rest()
    assert embed.mount.locator("math").get_attribute("data-tex") != tex
