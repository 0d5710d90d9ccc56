"""Formulas for those who hear them, copy them or print them."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from website.contents import listed_pages

MATHML = re.compile(r"<math.*?</math>", re.DOTALL)
#: How many parts an element has; a browser refuses to draw one that has others.
PARTS = {
    **dict.fromkeys(("msub", "msup", "mfrac", "mroot", "mover", "munder"), 2),
    **dict.fromkeys(("msubsup", "munderover"), 3),
}


def local(node: ElementTree.Element) -> str:
    return node.tag.rpartition("}")[2]


@pytest.fixture(scope="module")
def formulas(site) -> set[str]:
    pages = [site / f"{name}.html" for name in listed_pages()]
    return {found for p in pages for found in MATHML.findall(p.read_text(encoding="utf-8"))}


def test_every_formula_is_read_aloud_as_what_it_means(formulas) -> None:
    assert len(formulas) > 500
    for formula in formulas:
        tree = ElementTree.fromstring(formula)
        for node in tree.iter():
            text = node.text or ""
            assert not set("∥∣") & set(text), f"spoken 'parallel to' or 'divides': {formula}"
            assert len(node) == PARTS.get(local(node), len(node)), f"{local(node)}: {formula}"
            assert "mathcolor" not in node.attrib, f"a colour is no part of it: {formula}"
            if local(node) == "mtext":
                assert text.strip(" \u2005\u2009\u200a\xa0"), f"a blank is read: {formula}"
            if local(node) == "mi":
                assert re.search(r"\w|[∂∇∞⊤]", text), f"{text!r} is no letter: {formula}"
            upright = [
                local(child) == "mi"
                and child.get("mathvariant") == "normal"
                and len(child.text or "") == 1
                and (child.text or "").isascii()
                for child in node
            ]
            assert not any(a and b for a, b in pairwise(upright)), (
                f"a name in single letters: {formula}"
            )


def test_the_divergence_and_its_kin_are_names_and_bars(formulas) -> None:
    text = "".join(formulas)
    assert '<mo stretchy="false">‖</mo>' in text
    assert "<mi>JS</mi>" in text
    assert '<mspace width="0.1667em"' in text


LISTEN = """() => window.addEventListener('copy', event => {
    window.copied = event.clipboardData.getData('text/plain');
    window.copiedHtml = event.clipboardData.getData('text/html');
})"""
SELECT = """([paragraph, inside]) => {
    const range = document.createRange();
    range.selectNodeContents(paragraph);
    if (inside) range.setStart(paragraph.querySelector('.katex-html').firstChild, 0);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
}"""


@pytest.mark.parametrize("inside", [False, True])
def test_a_sentence_with_a_formula_is_copied_once_as_tex(server, page, inside) -> None:
    page.goto(server + "chapters/kl_divergence.html")
    page.evaluate(LISTEN)
    item = page.locator("li", has=page.locator("[data-tex]")).filter(has_text="What the divergence")
    page.evaluate(SELECT, [item.element_handle(), inside])
    page.keyboard.press("Control+c")
    copied = page.evaluate("window.copied")
    tex = r"$D(P \,\|\, Q)$"
    whole = f"What the divergence {tex} of two distributions measures: evidence"
    assert (tex + whole.partition(tex)[2] if inside else whole) in copied
    assert "\n" not in copied.strip()
    assert "katex" not in page.evaluate("window.copiedHtml")


def test_a_display_is_copied_on_a_line_of_its_own_with_the_marks_behind_a_formula(
    server, page
) -> None:
    page.goto(server + "chapters/kl_divergence.html")
    page.evaluate(LISTEN)
    answer = page.locator(".quiz input[type=radio]").first
    answer.evaluate("input => input.click()")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")
    assert answer.is_checked(), "copying a quiz takes the reader's answer away"
    lines = page.evaluate("window.copied").splitlines()
    displays = [line for line in lines if line.startswith("$$")]
    assert len(displays) > 5
    text = "\n".join(lines)
    assert re.search(r"\$[^$\n]+\$[.,]", text)
    assert text.count("\u2061") == 0, "an invisible sign of the MathML"


@pytest.mark.parametrize("by", ["reader", "system"])
def test_paper_is_light_whatever_the_screen_is(server, new_page, by) -> None:
    page = new_page(color_scheme="dark" if by == "system" else "light")
    page.goto(server + "chapters/entropy.html")
    if by == "reader":
        page.evaluate("localStorage.setItem('mode', 'dark')")
        page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.emulate_media(media="print")
    for part in (".text p", ".text h2", ".text pre", ".math", "figcaption"):
        colour = page.locator(part).first.evaluate("e => getComputedStyle(e).color")
        red, green, blue = map(int, re.findall(r"\d+", colour)[:3])
        assert 0.2126 * red + 0.7152 * green + 0.0722 * blue < 120, (part, colour)


def test_a_solution_is_printed_if_it_is_open_and_other_folds_always(server, page) -> None:
    page.goto(server + "chapters/entropy.html")
    solutions = page.locator("details.solution")
    solutions.first.evaluate("fold => { fold.open = true }")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    opened = "folds => folds.map(fold => fold.open)"
    assert solutions.evaluate_all(opened) == [True, *[False] * (solutions.count() - 1)]
    others = page.locator("details:not(.solution)")
    assert all(others.evaluate_all(opened))
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert solutions.evaluate_all(opened) == [True, *[False] * (solutions.count() - 1)]
