"""The ruler and the runs of the diagnosis explorable, as a reader uses them."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from lib.diagnosis import hidden_fault
from lib.explorables import DiagnosisExplorer
from lib.explorables.diagnosis import FAULTS
from tests.browser.explorable import Driven, permalink


@pytest.fixture
def opened(site: Path, kept_page):
    """Open the explorable in a state, from the disk."""

    def open_state(explorable: DiagnosisExplorer, **options: object) -> Driven:
        options = {"width": 760, "height": 900, **options}
        page = (site / "embed" / "diagnosis.html").as_uri()
        return Driven.open(kept_page(**options), page + permalink(explorable), "diagnosis")

    return open_state


def test_a_typed_number_is_explained(opened) -> None:
    driven = opened(DiagnosisExplorer(classes=10, batch=32))
    entry = driven.mount.get_by_role("spinbutton", name="your loss, exact value")
    first = driven.mount.get_by_role("list", name="The nearest landmarks").locator("li").first
    for text, words in {
        "2,303": "2.3026: ln C = ln 10.",
        "1.46": "1.4612: ln(e + 9) − 1.",
        "73.7": "73.6827: 32 · ln 10.",
        "36.04": "36.0437: −ln 2⁻⁵².",
        "87.3365": "87.3365: −ln 2⁻¹²⁶.",
        "2.31": "Near, but not at, 2.3026: ln C = ln 10.",
        "8.059": "Near, but not at, 7.9712: −½ ln 2⁻²³.",
        "−0.1": "−0.1000: −1/C = −1/10.",
    }.items():
        entry.fill(text)
        entry.press("Enter")
        driven.settle()
        expect(first.locator("strong")).to_have_text(words)
    for text, words in {
        "7": "No landmark is within 0.3 percent. Worse",
        "10.5": "Worse than knowing nothing of 10 classes by 8.197 nats. Is it a sum, the first",
        "3.912": "No landmark is within 0.3 percent. It is near ln 50: are there 50 classes?",
        "1.10": "near ln 3: are there 3 classes?",
        "1.79": "near ln 6: are there 6 classes?",
        "4.6": "near ln 100: are there 100 classes?",
        "6.9": "near ln 1000: are there 1000 classes?",
        "10.82": "near ln 50257: are there 50257 classes?",
        "7.6246": "It is half of −ln(2 · 10⁻⁷): every second answer is surely wrong.",
        "4.4380": "Is it a sum, the first loss, or are there sure mistakes?",
        "14.506": "It is what Keras prints if one class is said to everything.",
        "1.386": "near ln 4: are there 4 classes, or two losses of ln 2, as in a GAN?",
        "5.9189": "It is ln 63 times 0.1/0.07, as SupContrast prints",
        "3.30": "No landmark is within 0.3 percent. Worse",
        "3.4657": "near ln 32, where a contrastive loss of a batch of 32 stands",
        "4.1431": "near ln 63, where a contrastive loss of a batch of 32, in two views",
        "17.27": "It is half of −ln 10⁻¹⁵: every second",
        "−0.8": "it goes from −1/C to −1",
        "−1.3": "Was NLLLoss given raw scores?",
    }.items():
        entry.fill(text)
        entry.press("Enter")
        driven.settle()
        expect(driven.mount.locator(".ex-landmarks li")).to_have_count(1)
        expect(first).to_contain_text(words)
    entry.fill("−0.1")
    entry.press("Enter")
    driven.rest()
    driven.mount.get_by_label("classes C", exact=True).press("ArrowRight")
    driven.rest()
    query = driven.page.url.partition("?")[2]
    assert {"diagnosis.number=-0.1", "diagnosis.classes=15"} <= set(query.split("&"))


def test_what_is_no_number_of_the_ruler_leads_to_its_symptom(opened) -> None:
    driven = opened(DiagnosisExplorer())
    entry = driven.mount.get_by_role("spinbutton", name="your loss, exact value")
    list_before = driven.mount.locator(".ex-landmarks")
    expect(list_before).to_be_visible()
    notice = driven.mount.locator(".ex-notice")
    way = notice.get_by_role("link", name="Causes and checks.")
    for text, symptom in {
        "nan": "nan",
        "−inf": "nan",
        "-2000": "negative",
        "1000000": "above-1",
    }.items():
        entry.fill(text)
        entry.press("Enter")
        expect(way).to_have_attribute("href", f"../chapters/diagnosis.html#{symptom}")
        assert ("Is yours a sum?" in notice.inner_text()) == (symptom == "above-1")
        expect(list_before).to_be_hidden()  # it says nothing of what was typed
    entry.fill("0.3")
    entry.press("Enter")
    expect(notice).to_be_empty()
    expect(list_before).to_be_visible()


def test_a_link_with_no_number_says_so_and_shows_no_diagnosis(site: Path, kept_page) -> None:
    page = kept_page(width=760, height=900)
    url = (site / "embed" / "diagnosis.html").as_uri() + "?diagnosis.number=nan"
    driven = Driven.open(page, url, "diagnosis")
    notice = driven.mount.locator(".ex-prompt + .ex-notice")
    expect(notice).to_contain_text(
        "The link does not fit this figure, which keeps its own: Your loss."
    )
    expect(driven.mount.locator(".ex-landmarks")).to_be_hidden()


def test_each_landmark_leads_to_its_symptom(opened) -> None:
    driven = opened(DiagnosisExplorer(classes=10, batch=32, smoothing=0.1))
    entry = driven.mount.get_by_role("spinbutton", name="your loss, exact value")
    links = driven.mount.locator(".ex-landmarks a:visible")
    for text, symptoms in {
        "0": ["zero"],
        "0.5": ["floor"],
        "2.303": ["stuck"],
        "1": ["differs"],
        "73.7": ["above-1"],
        "−0.1": ["negative"],
        "15.42": ["cap"],
        "16.11": ["cap"],
        "27.6": ["cap"],
        "7.7125": ["cap"],
        "14.506": ["cap"],
        "3.912": ["stuck"],
        "9": ["above-1"],
        "0.3": ["good"],
        "−5": ["negative"],
    }.items():
        entry.fill(text)
        entry.press("Enter")
        driven.settle()
        found = links.evaluate_all("all => all.map((one) => one.getAttribute('href'))")
        assert found == [f"../chapters/diagnosis.html#{name}" for name in symptoms], text
    page = (Path(driven.page.url.partition("?")[0].removeprefix("file://"))).parents[1]
    chapter = (page / "chapters" / "diagnosis.html").read_text(encoding="utf-8")
    view = (Path(__file__).parents[2] / "lib/explorables/static/view-diagnosis.js").read_text()
    named = set(re.findall(r'[,{]of:"([\w-]+)"', view))
    assert len(named) >= 7
    assert all(f'id="{name}"' in chapter for name in named | {"cap", "good", "nan"})


def test_buttons_that_do_nothing_look_so(opened) -> None:
    for scheme in ("light", "dark"):
        driven = opened(DiagnosisExplorer(view="curves", case=7, epochs=0), color_scheme=scheme)
        colour = "node => getComputedStyle(node).color + getComputedStyle(node).borderTopColor"
        name = driven.mount.get_by_role("button", name="dropout")
        off = name.evaluate(colour)
        driven.mount.get_by_role("button", name="Step").click()
        expect(name).to_be_enabled()
        assert off != name.evaluate(colour)


def test_sliders_of_numbers_of_all_sizes_step_evenly_in_ratios(opened) -> None:
    driven = opened(DiagnosisExplorer(classes=100, batch=64))
    for label, keys in {
        "classes C": {"ArrowRight": "200", "End": "200000", "Home": "2"},
        "batch": {"ArrowRight": "128", "End": "65536", "Home": "1"},
    }.items():
        slider = driven.mount.get_by_label(label, exact=True)
        for key, value in keys.items():
            slider.press(key)
            driven.settle()
            assert slider.get_attribute("aria-valuetext") == value


def name_it(driven: Driven, fault: str) -> None:
    driven.mount.get_by_role("button", name=FAULTS[fault], exact=True).click()
    driven.settle()


def test_three_in_a_row_solve_the_challenge_and_no_link_tells(opened) -> None:
    driven = opened(DiagnosisExplorer(view="curves", case=4, epochs=25))
    verdict = driven.mount.locator(".ex-verdict")
    for case in (4, 5, 6):
        fault = hidden_fault(case)
        assert not driven.solved()
        driven.rest()
        assert f"diagnosis.case={case}&" in driven.page.url
        assert fault not in driven.page.url
        assert fault not in driven.python()
        name_it(driven, fault)
        expect(verdict).to_contain_text(f"Right: {FAULTS[fault]}.")
        expect(verdict).to_contain_text(f"Right in a row: {case - 3}.")
        if case < 6:
            driven.mount.get_by_role("button", name="Next run").click()
            driven.mount.get_by_role("button", name="Step").click()
            driven.settle()
    assert driven.solved()


def test_a_wrong_name_shows_what_it_would_look_like_and_counts_from_0(opened) -> None:
    driven = opened(DiagnosisExplorer(view="curves", case=4, epochs=25, named=2))
    curves = driven.mount.locator(".curves path:visible")
    assert curves.count() == 4
    name_it(driven, "shuffled_labels")
    assert curves.count() == 8
    verdict = driven.mount.locator(".ex-verdict")
    expect(verdict).to_contain_text("Not “labels shuffled”")
    expect(verdict).to_contain_text(re.compile(r"The .+ rules it out: after epoch \d+ it is"))
    expect(driven.mount.locator(".ex-verdict")).to_contain_text("Right in a row: 0.")
    name_it(driven, hidden_fault(4))
    assert curves.count() == 4
    expect(driven.mount.locator(".ex-verdict")).to_contain_text("Right in a row: 1.")
    expect(driven.mount.get_by_role("button", name="softmax twice")).to_be_disabled()


def test_chance_is_no_evidence(opened) -> None:
    """The start is random but with equal weights, and so is what shuffled labels have right."""
    for case in (6, 9):
        fault = hidden_fault(case)
        for guess in FAULTS.keys() - {fault}:
            driven = opened(DiagnosisExplorer(view="curves", case=case, epochs=25, guess=guess))
            said = driven.mount.locator(".ex-verdict").inner_text()
            assert "Not “" in said
            if guess != "equal_weights":
                assert "at the start it is" not in said
                epoch = re.search(r"after epoch (\d+) it is", said)
                assert epoch is None or int(epoch[1]) >= 13
            if "shuffled_labels" in (guess, fault):
                assert "The share right in validation rules" not in said


def test_a_run_is_trained_when_asked(opened) -> None:
    driven = opened(DiagnosisExplorer(view="curves", case=7, epochs=0))
    slider = driven.mount.get_by_label("epochs", exact=True)
    driven.rest()
    expect(slider).to_have_value("0")
    expect(driven.mount.get_by_role("button", name="dropout")).to_be_disabled()
    driven.mount.get_by_role("button", name="Step").click()
    expect(slider).to_have_value("1")
    expect(driven.mount.get_by_role("button", name="dropout")).to_be_enabled()
    driven.mount.get_by_role("button", name="Play").click()
    expect(slider).to_have_value("25")
    driven.settle()
    ours = DiagnosisExplorer(view="curves", case=7, epochs=25)
    assert driven.values()["training_loss"] == pytest.approx(ours.training_loss, rel=1e-12)


def test_another_run_has_not_been_judged(opened) -> None:
    driven = opened(DiagnosisExplorer(view="curves", case=4, guess="dropout", epochs=5))
    driven.mount.get_by_label("run number", exact=True).press("ArrowRight")
    driven.settle()
    expect(driven.mount.locator(".ex-verdict")).to_contain_text("Let it train")


def test_as_many_shares_are_shown_as_there_are_classes(opened) -> None:
    state = {"frequencies": "given", "shares": [0.5, 0.2, 0.2, 0.1]}
    three = ["commonest class", "second", "third"]
    for classes, names in {
        2: ["commonest class", "the other"],
        3: three,
        4: [*three, "fourth"],
        9: [*three, "all others"],
    }.items():
        driven = opened(DiagnosisExplorer(classes=classes, **state))
        group = driven.mount.get_by_role("group", name="Shares of the classes")
        assert group.locator("label:visible").all_inner_texts() == names
        entries = group.get_by_role("spinbutton")
        expect(entries.last).to_have_value(f"{sum(state['shares'][len(names) - 1 :]):.2f}")
        entries.last.fill("0.4")
        entries.last.press("Enter")
        driven.settle()
        shown = [float(one.input_value()) for one in entries.all()]
        assert shown[-1] == 0.4
        assert sum(shown) == pytest.approx(1)
        assert f"shares={shown[:-1]}" in driven.python()


@pytest.mark.parametrize("case", range(1, 10))
@pytest.mark.parametrize("width", [390, 760, 1280])
def test_names_of_rules_do_not_stand_on_each_other(opened, case: int, width: int) -> None:
    driven = opened(DiagnosisExplorer(view="curves", case=case, epochs=25), width=width)
    names = driven.mount.locator(".rules text")
    boxes = [box for one in names.all() if (box := one.bounding_box()) and box["width"]]
    assert len(boxes) == 3
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            apart = (
                a["x"] >= b["x"] + b["width"]
                or b["x"] >= a["x"] + a["width"]
                or a["y"] >= b["y"] + b["height"] - 2
                or b["y"] >= a["y"] + a["height"] - 2
            )
            assert apart, (a, b)
