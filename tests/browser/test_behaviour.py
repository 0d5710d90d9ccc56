"""What some explorables do beyond the contract of all: play, turn, and meet an infinity."""

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import expect

from lib import explorables
from lib.explorables import (
    ContrastiveExplorer,
    CrossEntropyExplorer,
    Explorable,
    GradientExplorer,
    HingeExplorer,
    KLExplorer,
    LogLossExplorer,
    LossZooExplorer,
    ScheduleExplorer,
    SoftmaxExplorer,
    TrainingExplorer,
)
from tests.browser.explorable import Driven, permalink
from tests.parity.test_parity import agree

PALETTE = Path(explorables.__file__).parent / "palette.json"
PLAYERS = pytest.mark.parametrize(
    ("cls", "trait", "label"),
    [
        (GradientExplorer, "steps", "steps"),
        (ScheduleExplorer, "steps", "steps"),
        (TrainingExplorer, "epochs", "epochs"),
    ],
    ids=["gradient", "schedule", "training"],
)


@pytest.fixture
def opened(site: Path, kept_page):
    """Open an explorable in a state, from the disk: `opened(explorable, **page options)`."""

    def open_state(explorable: Explorable, **options: object) -> Driven:
        options = {"width": 760, "height": 900, **options}
        page = (site / "embed" / f"{explorable.name}.html").as_uri()
        return Driven.open(kept_page(**options), page + permalink(explorable), explorable.name)

    return open_state


def button(driven: Driven, name: str):
    return driven.mount.get_by_role("button", name=name, exact=True)


def count(driven: Driven, label: str) -> int:
    """Return how far the walk has come: what the slider says."""
    driven.settle()
    return int(driven.mount.get_by_label(label, exact=True).input_value())


@PLAYERS
def test_it_plays_when_asked_and_only_then(cls, trait, label, opened) -> None:
    most = cls.class_traits()[trait].maximum
    driven = opened(cls(**{trait: 0}))
    driven.rest()
    assert count(driven, label) == 0
    button(driven, "Step").press("Enter")
    assert count(driven, label) == 1
    button(driven, "Play").press("Enter")
    button(driven, "Pause").press("Enter")
    rest = count(driven, label)
    assert 1 <= rest < most
    driven.rest()
    assert count(driven, label) == rest
    button(driven, "Play").click()
    button(driven, "Start over").click()
    assert count(driven, label) == 0
    assert button(driven, "Play").count() == 1


@PLAYERS
def test_a_run_that_is_played_is_the_run_of_python(cls, trait, label, opened) -> None:
    most = cls.class_traits()[trait].maximum
    driven = opened(cls(**{trait: most - 12}))
    button(driven, "Play").click()
    button(driven, "Play").wait_for()
    assert count(driven, label) == most
    ours = cls(**{trait: most}).values
    for key, shown in driven.values().items():
        assert agree(shown, ours[key]), key


@PLAYERS
def test_reset_stops_it(cls, trait, label, opened) -> None:
    home = getattr(cls(), trait)
    driven = opened(cls(**{trait: 0}))
    button(driven, "Play").click()
    driven.mount.get_by_role("button", name="Reset").click()
    assert button(driven, "Play").count() == 1
    driven.rest()
    assert count(driven, label) == home


@PLAYERS
def test_a_page_that_was_away_goes_on_where_it_was(cls, trait, label, opened) -> None:
    driven = opened(cls(**{trait: 0}))
    button(driven, "Play").click()
    stalled = """() => new Promise((done) => requestAnimationFrame(() => {
        const range = document.querySelector('.ex-controls').querySelectorAll('input[type=range]');
        const read = () => Math.max(...[...range].filter((r) => r.labels[0].textContent === '%s')
            .map((r) => Number(r.value)));
        const before = read();
        for (const until = performance.now() + 1500; performance.now() < until;);
        requestAnimationFrame(() => requestAnimationFrame(() => done(read() - before)));
    }))"""
    assert driven.page.evaluate(stalled % label) < 15


@PLAYERS
def test_reduced_motion_goes_to_the_end_at_once(cls, trait, label, opened) -> None:
    driven = opened(cls(**{trait: 0}), reduced_motion="reduce")
    button(driven, "Play").click()
    assert count(driven, label) == cls.class_traits()[trait].maximum
    assert button(driven, "Play").count() == 1


@PLAYERS
def test_a_narrower_window_and_a_hand_on_the_slider_do_not_harm_it(
    cls, trait, label, opened
) -> None:
    driven = opened(cls(**{trait: 0}))
    button(driven, "Play").click()
    driven.page.set_viewport_size({"width": 320, "height": 700})
    driven.settle()
    assert driven.page.evaluate("() => document.documentElement.scrollWidth") <= 320
    slider = driven.mount.get_by_label(label, exact=True)
    expect(slider).not_to_have_value("0")  # the hand takes it from where it has got to
    slider.press("Home")
    assert count(driven, label) == 0
    assert button(driven, "Play").count() == 1


def test_pairs_descend_to_their_floor_and_go_back(opened) -> None:
    driven = opened(ContrastiveExplorer())
    home = driven.python()
    button(driven, "Start over").click()
    assert driven.python() == home, "there is no way back yet"
    loss = driven.values()["loss"]
    button(driven, "Step").click()
    button(driven, "Step").click()
    assert driven.values()["loss"] < loss
    button(driven, "Play").click()
    button(driven, "Pause").wait_for()
    button(driven, "Play").wait_for()
    assert driven.values()["loss"] == pytest.approx(driven.values()["floor"], abs=1e-5)
    assert driven.values()["found"] == 6
    button(driven, "Start over").click()
    assert driven.python() == home


def test_a_hand_on_a_point_stops_the_descent(opened) -> None:
    driven = opened(ContrastiveExplorer(temperature=0.2))
    button(driven, "Play").click()
    mark = driven.mount.get_by_role("slider", name="Text 3", exact=True)
    mark.press("End")
    expect(button(driven, "Play")).to_have_count(1)
    driven.rest()
    rest = driven.python()
    assert mark.get_attribute("aria-valuenow") == "180"
    driven.rest()
    assert driven.python() == rest
    button(driven, "Start over").click()
    button(driven, "Step").click()
    assert driven.python() != rest


def test_reduced_motion_descends_at_once(opened) -> None:
    driven = opened(ContrastiveExplorer(), reduced_motion="reduce")
    button(driven, "Play").click()
    assert driven.values()["loss"] == pytest.approx(driven.values()["floor"], abs=1e-5)
    assert button(driven, "Play").count() == 1


def test_numbers_are_taken_as_people_type_them(opened) -> None:
    driven = opened(SoftmaxExplorer(temperature=0.6))

    def held(label: str) -> float:
        driven.settle()
        entry = driven.mount.get_by_role("spinbutton", name=f"{label}, exact value")
        slider = driven.mount.get_by_label(label, exact=True)
        shown = float(slider.get_attribute("aria-valuetext").replace("−", "-"))
        assert float(entry.input_value()) == shown
        return float(entry.get_attribute("aria-valuenow"))

    temperature = driven.mount.get_by_role("spinbutton", name="Temperature T, exact value")
    for text, value in {"0,5": 0.5, "1/3": 1 / 3, "75 %": 0.75, "12e-1 ": 1.2}.items():
        temperature.fill(text)
        temperature.press("Enter")
        assert held("Temperature T") == value, text
    shift = driven.mount.get_by_role("spinbutton", name="Add to every z, exact value")
    shift.fill("−2,5")
    shift.press("Tab")  # a change of place commits as well
    assert held("Add to every z") == -2.5

    # The arrows step as the slider does, from what is typed; the wheel does nothing.
    temperature.fill("0.60")
    for key, value in {"ArrowUp": 0.61, "ArrowDown": 0.6, "PageUp": 0.7, "PageDown": 0.6}.items():
        temperature.press(key)
        assert held("Temperature T") == value, key
    temperature.press("Shift+ArrowDown")
    assert held("Temperature T") == 0.5
    temperature.hover()
    driven.page.mouse.wheel(0, 300)
    driven.rest()
    assert held("Temperature T") == 0.5


@pytest.mark.parametrize("label", ["positive", "negative"])
def test_every_loss_is_drawn_at_both_ends_of_its_inputs(label: str, opened) -> None:
    driven = opened(LossZooExplorer(label=label))
    names = driven.mount.get_by_label("Loss", exact=True)
    for name in LossZooExplorer.class_traits()["loss"].options:
        names.select_option(name)
        driven.settle()
        # The slider, the axis and the formula call the input by the same letter.
        slider = driven.mount.locator('input[type="range"]').first
        words = slider.evaluate("range => range.labels[0].textContent")
        assert driven.mount.locator(".ex-stage").get_by_text(words).count() == 1
        named = driven.mount.locator(".ex-formula mfrac").last.text_content()
        letter = "".join(named.split("∂")[-1].replace("\u2061", "").split())
        assert letter in words.replace(" ", "").replace("₁", "1")
        for key in ("Home", "End"):
            slider.press(key)
            driven.settle()
            drawn = driven.mount.locator(".ex-stage").inner_html()
            assert not re.search(r"NaN|Infinity|undefined", drawn), (name, key)


@pytest.mark.parametrize(
    ("cls", "surfaces", "pins", "ways"),
    [
        (SoftmaxExplorer, 1, 1, 0),
        (HingeExplorer, 2, 2, 2),
        (GradientExplorer, 2, 4, 2),
        (ScheduleExplorer, 1, 3, 2),
    ],
    ids=["softmax", "hinge", "gradient", "schedule"],
)
def test_marks_and_paths_of_a_map_lie_on_its_surface(
    cls, surfaces: int, pins: int, ways: int, opened
) -> None:
    driven = opened(cls(view="surface"))
    solid = driven.mount.locator(".ex-turntable:visible")
    driven.settle()
    assert solid.count() == surfaces
    assert solid.locator(".pin").count() == pins
    assert solid.locator(".way").count() == ways
    before = driven.fingerprint()
    driven.mount.get_by_label("Turn").press("ArrowRight")
    assert driven.fingerprint() != before


# How far the mark that is nearest to a press is from it, in pixels of the screen; on plots, across.
NEAREST = """([press, x, y]) => {
    const marks = [...press.closest('svg').querySelectorAll('.ex-mark .disc')];
    return Math.min(...marks.filter(m => m.getClientRects().length).map(mark => {
        const { left, top, width, height } = mark.getBoundingClientRect();
        const across = left + width / 2 - x;
        return press.matches('.ex-press') ? Math.abs(across)
            : Math.hypot(across, top + height / 2 - y);
    }));
}"""


@pytest.mark.parametrize("host", ["zoom: 2", "transform: scale(0.6)"])
def test_a_press_and_a_drag_land_where_they_are_on_a_host_that_scales(host: str, opened) -> None:
    for explorable in (
        HingeExplorer(),
        GradientExplorer(view="map"),
        ScheduleExplorer(),
        SoftmaxExplorer(view="map"),
        CrossEntropyExplorer(),
        LossZooExplorer(),
    ):
        driven = opened(explorable, width=1280)
        mouse = driven.page.mouse
        driven.page.locator("main").evaluate(
            "(main, style) => main.setAttribute('style', `${style}; transform-origin: 0 0`)", host
        )
        driven.rest()
        press = driven.mount.locator(".ex-area:visible, .ex-press:visible").first
        press.scroll_into_view_if_needed()
        box = press.bounding_box()
        x, y = box["x"] + 0.55 * box["width"], box["y"] + 0.7 * box["height"]
        mouse.click(x, y)
        driven.settle()
        assert press.evaluate(f"(press, at) => ({NEAREST})([press, ...at])", [x, y]) < 8, explorable
        mouse.move(x, y)
        mouse.down()
        mouse.move(x - 20, y - 30, steps=3)
        mouse.up()
        driven.settle()
        at = [x - 20, y - 30]
        assert press.evaluate(f"(press, at) => ({NEAREST})([press, ...at])", at) < 8, explorable


def test_scores_rise_with_what_is_added_and_probabilities_stay(opened) -> None:
    """The bars of the scores: in their height near 0, and in their numbers anywhere."""

    def seen(shift: float) -> tuple[list[str], list[str], list[float]]:
        driven = opened(SoftmaxExplorer(shift=shift))
        driven.settle()
        scores, shares = driven.mount.locator(".ex-frame:visible").all()
        heights = scores.locator("g.bar > rect:first-child").evaluate_all(
            "all => all.map(rect => Number(rect.getAttribute('height')))"
        )
        return *(s.locator("text.value").all_text_contents() for s in (scores, shares)), heights

    written, shares, heights = seen(0)
    assert written == ["3.2", "5.1", "−1.7"]
    for shift, moved in [(4, ["7.2", "9.1", "2.3"]), (50, ["53.2", "55.1", "48.3"])]:
        now, same, higher = seen(shift)
        assert (now, same) == (moved, shares)
        assert all(after > before for before, after in zip(heights[:2], higher, strict=False))

    driven = opened(SoftmaxExplorer(shift=50))
    driven.mount.get_by_role("slider", name="Score of cat").press("ArrowUp")
    driven.settle()
    assert driven.mount.locator("text.value").first.text_content() == "53.3"


@pytest.mark.parametrize("temperature", [0.02, 1, 10])
@pytest.mark.parametrize("shift", [-800, 0, 800])
def test_a_formula_is_whole_on_a_phone(temperature: float, shift: float, opened) -> None:
    driven = opened(SoftmaxExplorer(temperature=temperature, shift=shift), width=390)
    driven.rest()
    formula = driven.mount.locator(".ex-formula")
    assert formula.evaluate("f => f.scrollWidth - f.clientWidth") <= 0


def test_every_part_of_a_bar_has_its_name(opened) -> None:
    for probs in ([0.8, 0.7, 0.1], [0.99, 0.99, 0.01], [0.2, 0.9, 0.9]):
        for width in (390, 760):
            driven = opened(LogLossExplorer(probs=probs), width=width)
            driven.settle()
            bar = driven.mount.locator(".ex-frame:visible").last
            names = bar.locator("text.part")
            assert names.all_text_contents() == ["1", "2", "3"]
            boxes = [name.bounding_box() for name in names.all()]
            frame = bar.bounding_box()
            for box, after in pairwise(boxes):
                assert box["x"] + box["width"] <= after["x"]
            assert boxes[-1]["x"] + boxes[-1]["width"] <= frame["x"] + frame["width"]


@pytest.mark.parametrize("heads", [0, 3, 7, 10])
def test_the_line_of_the_optimum_says_what_it_is(heads: int, opened) -> None:
    driven = opened(LogLossExplorer(view="coin", heads=heads), width=390)
    driven.settle()
    name = driven.mount.get_by_text(f"share of heads, {heads / 10:g}")
    inner = name.bounding_box()
    outer = driven.mount.locator(".ex-frame:visible").last.bounding_box()
    assert outer["x"] <= inner["x"]
    assert inner["x"] + inner["width"] <= outer["x"] + outer["width"]


def test_the_sum_stands_at_the_end_of_its_bar(opened) -> None:
    """As near as the words let it, and on no other word."""
    for explorable in (
        CrossEntropyExplorer(),
        CrossEntropyExplorer(q=[0.01, 0.01, 0.98]),
        CrossEntropyExplorer(p=[1, 0, 0], q=[0.9, 0.05, 0.05]),
        CrossEntropyExplorer(p=[0.98, 0.01, 0.01], q=[0.5, 0.25, 0.25]),
        LogLossExplorer(),
    ):
        driven = opened(explorable, width=390)
        driven.settle()
        bar = driven.mount.locator(".ex-frame:visible").last
        total = bar.locator("text.total").bounding_box()
        names = [name.bounding_box() for name in bar.locator("text.part").all()]
        level = [name for name in names if abs(name["y"] - total["y"]) < total["height"]]
        before = max([bar.bounding_box()["x"], *(name["x"] + name["width"] for name in level)])
        assert total["x"] >= before
        rects = [part.bounding_box() for part in bar.locator("rect.part").all()]
        end = max(rect["x"] + rect["width"] for rect in rects)
        assert abs(total["x"] + total["width"] - end) < 3 or total["x"] - before < 40, explorable


def test_a_point_on_the_wrong_side_is_hollow(opened) -> None:
    """The reader's own as well as the others."""

    def fill(point: list[float]) -> str:
        driven = opened(TrainingExplorer(point=point))
        driven.settle()
        return driven.mount.locator(".ex-mark .disc").get_attribute("fill")

    deep, right = [-2.0, -2.0], [2.0, 2.0]
    wrong = [p for p in (deep, right) if TrainingExplorer(point=p).fit()[0].predict([p])[0] != 0]
    assert len(wrong) == 1
    paper = json.loads(PALETTE.read_text())["light"]["paper"]
    for point in (deep, right):
        assert (fill(point) == paper) == (point in wrong)


def test_two_fingers_do_not_turn_a_surface(opened, attached) -> None:
    driven = opened(HingeExplorer(view="surface"), width=390, has_touch=True, is_mobile=True)
    solid = driven.mount.locator(".ex-turntable:visible").first
    solid.locator(".pin").first.wait_for()
    solid.scroll_into_view_if_needed()
    before = driven.fingerprint()
    box = solid.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    session = attached(driven.page)

    def send(kind: str, *across: float) -> None:
        points = [{"x": x + dx, "y": y, "id": i} for i, dx in enumerate(across)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", -10)
    send("touchMove", -14)
    send("touchStart", -14, 10)
    for apart in range(20, 70, 10):
        send("touchMove", -apart, apart)
    send("touchEnd")
    assert driven.fingerprint() == before

    send("touchStart", 0)
    send("touchMove", 30)
    send("touchMove", 60)
    send("touchEnd")
    assert driven.fingerprint() != before


def test_a_descent_that_diverges_leaves_the_surface(opened) -> None:
    wild = ScheduleExplorer(view="surface", schedule="constant", init_value=0.5, steps=200)
    driven = opened(wild)
    solid = driven.mount.locator(".ex-turntable:visible")
    driven.settle()
    assert solid.locator(".pin").count() == 1
    assert "e+" not in solid.locator("svg").inner_html()


@pytest.mark.parametrize("fault", ["lost", "unreadable"])
def test_a_surface_whose_painter_does_not_come_leaves_the_map(fault, server, new_page) -> None:
    address = server + "embed/hinge.html?hinge.view=map"
    driven = Driven.open(new_page(width=760, height=900), address, "hinge")
    solid = driven.mount.locator(".ex-turntable").first
    view = driven.mount.get_by_label("view")
    held, painter = [], "**/explorables-3d.js"
    driven.page.route(painter, lambda route: held.append(route))
    with driven.page.expect_request(painter):
        view.select_option("surface")
    expect(solid).to_have_attribute("aria-busy", "true")
    if fault == "lost":
        held.pop().abort()
    else:
        held.pop().fulfill(body="<p>Sign in", content_type="text/javascript")
    expect(driven.mount.get_by_role("alert")).to_have_text("The 3-D view could not be loaded.")
    expect(solid).to_be_hidden()
    expect(driven.mount.get_by_label("Turn")).to_be_hidden()
    expect(driven.mount.locator(".ex-frame:visible").first).to_be_visible()
    said = "ERR_FAILED" if fault == "lost" else "Unexpected token"
    assert all(said in words for words in driven.page.watch.faults)
    driven.page.watch.faults.clear()

    driven.page.unroute(painter)
    view.select_option("map")
    driven.settle()  # two choices in one frame are one, and no news
    view.select_option("surface")  # who asks again is served
    driven.settle()
    assert solid.get_attribute("aria-busy") is None
    assert solid.locator(".pin").count() > 0


def test_surfaces_turn_together_and_are_fine_again_at_rest(opened) -> None:
    """What a hand leaves behind is what one turn to the same angle draws."""

    def turned(*angles: float) -> tuple[list[str], list[str]]:
        driven = opened(GradientExplorer(view="surface"))
        solid = driven.mount.locator(".ex-turntable:visible canvas")
        expect(solid).to_have_count(2)
        driven.page.wait_for_load_state("networkidle")
        driven.settle()
        pictures = "all => all.map(canvas => canvas.toDataURL())"
        before, numbers = solid.evaluate_all(pictures), driven.values()
        dial = driven.mount.get_by_label("Turn", exact=True)
        for angle in angles:
            dial.evaluate(
                """(range, angle) => {
                    range.value = angle;
                    range.dispatchEvent(new Event('input'));
                }""",
                angle,
            )
            driven.settle()
        driven.page.evaluate("() => new Promise(done => setTimeout(done, 400))")
        driven.settle()
        assert driven.values() == numbers
        return before, solid.evaluate_all(pictures)

    before, once = turned(1.2)
    _, hurried = turned(0.4, 0.8, 1.2)
    assert all(new != old for new, old in zip(once, before, strict=True))
    assert hurried == once


def test_the_mixture_is_drawn_where_it_is_measured_from(opened) -> None:
    driven = opened(KLExplorer(view="mixture", p=[0.6, 0.3, 0.1], q=[0.3, 0.2, 0.5]))
    bars = driven.mount.locator(".ex-frame:visible").first.locator(".bar .value")
    assert bars.all_text_contents()[-3:] == ["0.45", "0.25", "0.30"]
    driven = opened(KLExplorer(view="both"))
    assert driven.mount.locator(".ex-frame:visible").first.locator(".bar").count() == 6


def test_every_schedule_has_its_name_at_its_curve(opened) -> None:
    for chosen in ("cosine", "step", "constant"):
        driven = opened(ScheduleExplorer(schedule=chosen))
        plot = driven.mount.locator(".ex-frame:visible").nth(1)
        words = " ".join(plot.locator("text").all_text_contents())
        for name in ("constant", "step", "exponential", "1/t", "cosine"):
            assert name in words, (chosen, words)
        tops = sorted(
            box["y"] for one in plot.locator("text.name").all() if (box := one.bounding_box())
        )
        assert all(b - a >= 10 for a, b in pairwise(tops)), chosen
