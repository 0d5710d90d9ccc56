"""Explorables in a real JupyterLab, and in Notebook 7: one state, of the kernel and the page."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import jupytext
import nbformat
import pytest
from playwright.sync_api import Browser, Page, expect

from lib.explorables import REGISTRY, Explorable
from tests.browser.explorable import ALIGNMENT, SETTLED, fonts_of, number
from tests.jupyter.lab import DIRTY, Lab, Notebook, notebook_from, running_lab
from tests.parity.test_parity import agree

pytestmark = pytest.mark.xdist_group("jupyter")

CHAPTERS = Path(__file__).resolve().parents[2] / "chapters"
CLASSES = pytest.mark.parametrize("cls", REGISTRY.values(), ids=REGISTRY)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("notebooks")


@pytest.fixture(scope="module")
def lab(live: None, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running_lab(folder, tmp_path_factory.mktemp("settings")) as running:
        yield running


@contextmanager
def unwatched(browser: Browser) -> Iterator[Page]:
    """Open a page that nobody watches: JupyterLab logs and asks more than a book page may."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    with unwatched(browser) as opened:
        yield opened


@pytest.fixture(scope="module")
def sheet(page: Page, lab: Lab, folder: Path) -> Notebook:
    """An open notebook of three cells, for one explorable after the other.

    The tests after those of the sheet open other notebooks in its place.
    """
    return Notebook(page, lab, write_notebook(folder, "sheet", "pass", "pass", "pass"))


@pytest.fixture(scope="module")
def sheet_of_notebook(
    live: None, browser: Browser, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Notebook]:
    """Return the same in Notebook 7."""
    settings = tmp_path_factory.mktemp("settings-of-notebook")
    path = write_notebook(folder, "plain", "pass", "pass", "pass")
    with running_lab(folder, settings, "notebook") as lab, unwatched(browser) as page:
        yield Notebook(page, lab, path)


@pytest.fixture(params=["sheet", "sheet_of_notebook"])
def either_sheet(live: None, request: pytest.FixtureRequest) -> Notebook:
    return request.getfixturevalue(request.param)


def write_notebook(folder: Path, name: str, *cells: str) -> Path:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    path = folder / f"{name}.ipynb"
    jupytext.write(notebook, path)
    return path


def shown(mount) -> dict[str, float]:
    mount.page.evaluate(SETTLED)
    pairs = mount.locator("output[data-quantity]").evaluate_all(
        "all => all.map(o => [o.dataset.quantity, o.dataset.value])"
    )
    return {key: number(value) for key, value in pairs}


@CLASSES
def test_page_and_kernel_share_one_state(cls: type[Explorable], sheet: Notebook) -> None:
    page = sheet.page
    show = f"from lib.explorables import {cls.__name__}\nexplorer = {cls.__name__}()\nexplorer"
    sheet.run_in_cell(0, show)
    sheet.run_in_cell(1, "explorer")
    mounts = sheet.explorables(cls.name)
    expect(mounts).to_have_count(2)
    first, second = mounts.nth(0), mounts.nth(1)
    assert shown(first) == shown(second)
    assert first.locator(".ex-formula math").count(), "the formula is not drawn"
    assert all(abs(away) <= 2 for away in first.locator(".ex-formula").evaluate(ALIGNMENT))
    assert fonts_of(page, ".ex-formula") == {"Explorable Formula True"}

    # From the page to the kernel, and to the other view of the same object.
    before = shown(first)
    control = first.locator('input[type="range"]:visible, .ex-mark[role="slider"]:visible').first
    control.press("Home")
    control.press("ArrowRight")
    moved = shown(first)
    assert moved != before
    printed = sheet.printed("print(*map(repr, explorer.values.values()), sep='\\n')")
    for ours, theirs in zip(printed.split(), moved.values(), strict=True):
        assert agree(float(ours), theirs)
    assert shown(second) == moved

    # From the kernel to the page; a bad state is an error in the cell and changes nothing.
    solution = cls.solutions[-1]
    trait = next(iter(cls.class_traits(state=True)))
    message = sheet.printed(
        "\n".join(f"explorer.{key} = {value!r}" for key, value in solution.items())
        + f"\ntry:\n    explorer.{trait} = object()\nexcept ValueError as error:\n    print(error)"
        + "\nprint(*map(repr, explorer.values.values()), sep='\\n')"
    )
    page.wait_for_function(
        "() => document.querySelectorAll('[data-challenge][data-solved]').length === 2"
    )
    said, *printed = message.splitlines()
    assert trait in said
    held = shown(first)
    assert shown(second) == held
    for ours, theirs in zip(printed, held.values(), strict=True):
        assert agree(float(ours), theirs)


# What each key makes of each kind of control, one after the other: key=value.
KEYS = {
    "input[type=range]:visible": "ArrowRight=2.1 ArrowLeft=2 PageUp=4 PageDown=2 ArrowUp=2.1"
    " ArrowDown=2 Home=-10 End=10",
    ".ex-mark:visible": "ArrowLeft=9.9 ArrowRight=10 ArrowDown=9.9 ArrowUp=10 PageDown=9 PageUp=10"
    " Shift+ArrowLeft=9 Home=-10 End=10",
    ".ex-slider:visible input:not([type=range])": "Control+a=10.0 Backspace= 3=3 x=3x Enter=10.0"
    " Control+a=10.0 4=4 Enter=4.0 ArrowUp=4.1 ArrowDown=4.0 PageUp=5.0 PageDown=4.0"
    " 7=4.07 Shift+Enter=4.1 Alt+Enter=4.1",
    "select:has([value=softmax_ce])": "ArrowDown=sigmoid_bce ArrowUp=sigmoid_mse End=softmax_ce"
    " Home=identity_mse s=sigmoid_mse",
    "input[type=checkbox]": "Space=true",
    "td button[aria-pressed=false]": "Enter=true Space=true",
    ".ex-python summary": "Enter=true Space=false",
}
# What runs, moves, changes, cuts and deletes cells, where a notebook has the focus.
NOTEBOOK_KEYS = [
    *("x", "m", "b", "a", "c", "v", "d", "d", "o", "1", "Shift+L", "j", "k"),
    *("Control+Backspace", "Control+Shift+M", "Control+Enter", "Escape"),
]
VALUE = """control => String(
    control.localName === 'summary' ? control.parentElement.open
    : control.ariaPressed ?? (control.type === 'checkbox' ? control.checked : control.value)
        ?? control.getAttribute('aria-valuenow'))"""
CELLS = """() => {
    const { content } = window.jupyterapp.shell.currentWidget;
    const cells = content.model.toJSON().cells.map(({ cell_type, source }) => [cell_type, source]);
    return [content.activeCellIndex, content.mode, cells, content.widgets[1].model.executionCount];
}"""


def test_every_key_moves_its_control_and_none_the_notebook(either_sheet: Notebook) -> None:
    sheet, page = either_sheet, either_sheet.page
    code = "from lib.explorables import ActivationExplorer\nActivationExplorer(view='pairing')"
    sheet.run_in_cell(0, "1")
    sheet.run_in_cell(1, code)
    mount = sheet.explorables("activation")
    expect(mount).to_have_count(1)
    mount.get_by_text("Show the Python").focus()
    cells = page.evaluate(CELLS)
    for selector, keys in KEYS.items():
        control = mount.locator(selector).first.element_handle()
        control.focus()
        for key, value in (pair.split("=") for pair in keys.split()):
            page.keyboard.press(key)
            page.evaluate(SETTLED)
            assert control.evaluate(VALUE) == value, (selector, key)
            assert page.evaluate(CELLS) == cells, (selector, key)
    for selector in (
        "input[type=range]:visible",
        ".ex-mark:visible",
        "input[type=checkbox]",
        "summary",
    ):
        control = mount.locator(selector).first.element_handle()
        control.focus()
        value = control.evaluate(VALUE)
        for key in NOTEBOOK_KEYS:
            page.keyboard.press(key)
            assert page.evaluate(CELLS) == cells, (selector, key)
        assert control.evaluate(VALUE) == value, selector

    # But saving saves.
    assert page.evaluate(DIRTY)
    sheet.save()


def example(page: str, of: str) -> str:
    """Return the code of a chapter's example: the block or cell that holds the line `of`."""
    text = (CHAPTERS / f"{page}.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```(?:python|\{code-cell\} ipython3)\n(.*?)^```$", text, re.M | re.S)
    (block,) = [block for block in blocks if of in block]
    return block


def test_explorables_compose_as_ipywidgets_do(either_sheet: Notebook) -> None:
    """As "Build your own" shows it: side by side, linked, and feeding a figure of the reader's."""
    sheet, page = either_sheet, either_sheet.page
    start = "from lib.explorables import CrossEntropyExplorer\n"
    linked = example("build_your_own", "from ipywidgets import link")
    sheet.run_in_cell(0, start + linked)
    sheet.run_in_cell(1, example("build_your_own", "from ipywidgets import HBox"))
    mounts = sheet.explorables("cross_entropy")
    expect(mounts).to_have_count(2)
    first, second = mounts.nth(0), mounts.nth(1)
    page.evaluate(SETTLED)
    assert abs(first.bounding_box()["y"] - second.bounding_box()["y"]) < 2
    for mount in (first, second):
        mount.locator(".ex-fold").evaluate("fold => fold.open = true")
    truth = ".ex-fold input[type=range]"
    assert first.locator(truth).first.input_value() == "0.2"
    first.locator(truth).first.press("ArrowRight")
    expect(second.locator(truth).first).to_have_js_property("value", "0.21")
    printed = sheet.printed("print(sure.p == doubtful.p, sure.p[0], len(seen))").split()
    assert printed == ["True", "0.21", "0"]

    # The prediction of one moves that one alone, and the reader's own figure.
    held = shown(second)
    first.locator('.ex-group[data-tone=q] input[type="range"]').first.press("ArrowLeft")
    figure = page.locator(".jp-OutputArea-output img[src*='image/png']")
    expect(figure).to_have_count(1)
    assert shown(second) == held
    printed = sheet.printed("print(len(seen), repr(seen[-1]))").split()
    assert printed[0] == "1"
    assert agree(float(printed[1]), shown(first)["cross_entropy"])


LOGITS = """from ipywidgets import HBox, link
from lib.explorables import SoftmaxExplorer
one, other = SoftmaxExplorer(), SoftmaxExplorer(temperature=2)
link((one, "logits"), (other, "logits"))
HBox([one, other])"""


def test_the_logits_of_one_are_those_of_another(either_sheet: Notebook) -> None:
    either_sheet.run_in_cell(1, "pass")
    either_sheet.run_in_cell(0, LOGITS)
    mounts = either_sheet.explorables("softmax")
    expect(mounts).to_have_count(2)
    first, second = mounts.nth(0), mounts.nth(1)
    before = shown(second)
    for moved, follows in ((first, second), (second, first)):
        slider = ".ex-group input[type=range]"
        moved.locator(slider).first.press("ArrowRight")
        value = moved.locator(slider).first.input_value()
        expect(follows.locator(slider).first).to_have_js_property("value", value)
    after = shown(second)
    assert after != before
    said = either_sheet.printed("print(one.logits == other.logits, repr(other.loss))").split()
    assert said[0] == "True"
    assert agree(float(said[1]), after["loss"])
    assert shown(first)["loss"] != after["loss"], "the temperatures are each one's own"


PREDICTIONS = """
import numpy as np
from lib.explorables import CalibrationExplorer
rng = np.random.default_rng(0)
p_valid = rng.random(100_000)
y_valid = (rng.random(100_000) < p_valid**1.5).astype(int)
mine = CalibrationExplorer(probs=p_valid, labels=y_valid, names=("p_valid", "y_valid"))
mine
"""


def test_a_hundred_thousand_predictions_come_from_the_kernel_and_are_not_saved(
    sheet: Notebook, folder: Path
) -> None:
    sheet.save()
    before_it = (folder / "sheet.ipynb").stat().st_size  # with the widgets of other tests
    sheet.run_in_cell(0, PREDICTIONS)
    sheet.run_in_cell(1, "mine")
    mounts = sheet.explorables("calibration")
    expect(mounts).to_have_count(2, timeout=60_000)
    first, second = mounts.nth(0), mounts.nth(1)
    before = shown(first)
    first.locator('input[type="range"]:visible').first.press("ArrowRight")
    after = shown(first)
    assert after["loss"] != before["loss"]
    assert shown(second) == after
    printed = sheet.printed("print(*map(repr, mine.values.values()), sep='\\n')")
    for ours, theirs in zip(printed.split(), after.values(), strict=True):
        assert agree(float(ours), theirs)
    script = first.locator("[data-python]").text_content()
    numbers = [line.split() for line in sheet.printed(script).splitlines()]
    for key, value in numbers:
        assert agree(float(value), after[key]), key
    sheet.save()
    more = (folder / "sheet.ipynb").stat().st_size - before_it
    assert more < 400_000, "the data alone take 1.6 MB"


GAME = """
from lib.explorables import GuessingGame
game = GuessingGame(text="".join(map(chr, [65, 32, 98, 97, 114, 100, 32, 120])))
game
"""


def test_a_game_is_played_by_keys_with_the_network_of_the_kernel(
    sheet: Notebook, folder: Path
) -> None:
    """On letters of the reader's own, which are shortcuts of the notebook too, and not saved."""
    sheet.run_in_cell(1, "pass")
    sheet.run_in_cell(0, GAME)
    cells = sheet.page.locator(".jp-Cell").count()
    mounts = sheet.explorables("guessing_game")
    expect(mounts).to_have_count(1)
    mount = mounts.first
    mount.get_by_role("textbox", name="Type a letter").focus()
    sheet.page.keyboard.type("xa b")
    mount.get_by_role("button", name="m", exact=True).focus()
    for key in "ydar":
        sheet.page.keyboard.press(key)
    after = shown(mount)
    assert (after["found"], after["left"]) == (5, 3)
    said = sheet.printed("print(game.ranks, repr(game.found_text))").strip()
    assert said == "[2, 1, 1, 3, 1] 'A bar'"
    printed = sheet.printed("print(*map(repr, game.values.values()), sep='\\n')")
    for ours, theirs in zip(printed.split(), after.values(), strict=True):
        assert agree(float(ours), theirs)
    assert sheet.page.locator(".jp-Cell").count() == cells
    sheet.run_in_cell(-1, "game.ranks = []")
    assert shown(mount)["left"] == 8
    sheet.save()
    assert "A bard" not in (folder / "sheet.ipynb").read_text(encoding="utf-8")


def test_a_text_is_typed_beside_the_notebook_s_keys_and_its_model_is_not_saved(
    sheet: Notebook, folder: Path
) -> None:
    sheet.save()
    before_it = (folder / "sheet.ipynb").stat().st_size
    show = "from lib.explorables import LanguageModelExplorer\n"
    sheet.run_in_cell(0, f"{show}model = LanguageModelExplorer(text='It is')\nmodel")
    mount = sheet.explorables("language_model").first
    expect(mount).to_be_visible(timeout=60_000)
    area = mount.get_by_label("Your text")
    area.press("Control+End")
    sheet.page.keyboard.type(" a b x dd")  # of which a notebook has shortcuts
    sheet.page.keyboard.press("Enter")
    sheet.page.keyboard.type("late.")
    typed = "It is a b x dd\nlate."
    expect(area).to_have_value(typed)
    expect(mount.locator("output[data-quantity=bits]")).not_to_have_text("– bits")
    values = shown(mount)
    printed = sheet.printed("print(repr(model.text), *map(repr, model.values.values()), sep='\\n')")
    text, *numbers = printed.splitlines()
    assert text == repr(typed)
    for ours, theirs in zip(numbers, values.values(), strict=True):
        assert agree(float(ours), theirs)
    sheet.printed("model.text = 'She put the letter on the table.'\nprint(model.bits)")
    expect(area).to_have_value("She put the letter on the table.")
    sheet.save()
    more = (folder / "sheet.ipynb").stat().st_size - before_it
    assert more < 300_000, "the weights alone take 380 kB as text"


def test_a_saved_notebook_opens_with_its_explorable(lab: Lab, folder: Path, page) -> None:
    code = "from lib.explorables import CrossEntropyExplorer\nCrossEntropyExplorer(unit='bits')"
    path = write_notebook(folder, "saved", code)
    notebook = Notebook(page, lab, path)
    notebook.run_all()
    expect(notebook.explorables()).to_have_count(1)
    notebook.save()
    lab.shut_down_kernel(path.name)
    outputs = nbformat.read(path, 4).cells[0].outputs[0].data
    assert {"image/png", "text/html", "text/plain"} <= outputs.keys()

    notebook = Notebook(page, lab, path, anew=True)
    expect(notebook.explorables()).to_have_count(1)
    assert "bits" in notebook.explorables().locator("output").first.inner_text()


def test_the_flagship_chapter_runs_from_top_to_bottom(lab: Lab, folder: Path, page) -> None:
    notebook = Notebook(page, lab, notebook_from(CHAPTERS / "cross_entropy.md", folder))
    notebook.run_all()
    assert page.locator('[data-mime-type="application/vnd.jupyter.stderr"]').count() == 0
    expect(notebook.explorables()).not_to_have_count(0)
