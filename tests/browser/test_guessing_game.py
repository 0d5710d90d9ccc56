"""Shannon's guessing game as it is played: by keys, buttons and links, and without its models."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from lib.explorables import GuessingGame
from lib.explorables.guessing_game import SENTENCES
from lib.language import CharacterModel, letter_guesses
from tests.browser.explorable import Driven, devtools, permalink
from tests.browser.test_hand import copied
from tests.parity.test_parity import agree, run_script

NAME = "guessing_game"
#: Letters in a row, blanks apart, by which a hidden text would be known.
WINDOW = 7


@pytest.fixture
def opened(site: Path, kept_page):
    """Open the game in a state, or by a link's parameters, from the disk."""

    def open_game(state: GuessingGame | str = "", **options: object) -> Driven:
        query = state if isinstance(state, str) else permalink(state)
        page = (site / "embed" / f"{NAME}.html").as_uri() + query
        return Driven.open(kept_page(**{"width": 760, "height": 900, **options}), page, NAME)

    return open_game


def entry(driven: Driven) -> Locator:
    return driven.mount.get_by_role("textbox", name="Type a letter")


def button(driven: Driven, name: str) -> Locator:
    return driven.mount.get_by_role("button", name=name, exact=True)


def said(driven: Driven) -> str:
    return driven.mount.locator("p.ex-sr[role=status]").inner_text()


def letters_of(text: str) -> str:
    return re.sub("[^a-z]", "", text.lower())


def rank_list(driven: Driven) -> list[int]:
    """Return the guesses for each letter, as the Python on screen has them."""
    return json.loads(re.search(r"^ranks = (.*)$", driven.python(), re.MULTILINE)[1])


def plan(sentence: str) -> Iterator[tuple[str, int]]:
    """Yield what is typed for each letter, the right one last, and the number of that guess."""
    for i, letter in enumerate(sentence.lower()):
        wrong = [other for other in "etaoinshz q" if other != letter][: (0, 2, 0, 0, 7, 1)[i % 6]]
        yield "".join(wrong) + letter, len(wrong) + 1


def test_a_whole_sentence_is_played_by_keys_alone(opened) -> None:
    sentence = SENTENCES[7]
    driven = opened(f"?{NAME}.sentence=8")
    keyboard = driven.page.keyboard
    for _ in range(10):
        if entry(driven).evaluate("entry => entry === document.activeElement"):
            break
        keyboard.press("Tab")
    expect(entry(driven)).to_be_focused()
    ranks = []
    for typed, rank in plan(sentence):
        keyboard.type(typed)
        ranks.append(rank)
        if len(ranks) == 2:
            assert said(driven) == "e, third guess; next letter."
    ours = GuessingGame(sentence=8, ranks=ranks)
    score = f"in {sum(ranks)} guesses; the network took {ours.network_guesses:.0f}."
    assert said(driven).endswith(f"All {len(sentence)} letters are found, {score}")
    shown = driven.values()
    assert list(shown) == list(ours.values)
    printed = run_script(driven.python())
    for key, value in ours.values.items():
        assert agree(shown[key], value), key
        assert agree(printed[key], value), key
    cells = driven.mount.locator(".ex-guessed span")
    assert cells.locator("b").all_inner_texts() == [*sentence.replace(" ", "␣")]
    assert cells.locator("i:nth-child(2)").all_inner_texts() == [*map(str, ranks)]
    # It is seen as well as said.
    seen = driven.mount.get_by_text(re.compile(r"in 132 guesses; the network took \d+\.$"))
    expect(seen.and_(driven.page.locator(":not(.ex-sr)"))).to_have_count(1)
    keyboard.type("e")
    assert said(driven) == "All letters are found: go on to the next sentence."
    assert driven.values() == shown

    # All of it comes back with the address.
    driven.rest()
    again = Driven.open(driven.page, driven.page.url, NAME)
    assert again.values() == shown


def test_a_table_has_the_guesses_of_both_for_each_letter(opened) -> None:
    driven = opened(GuessingGame(ranks=[3, 1, 1, 1, 4]))
    driven.mount.locator(".ex-tables summary").click()
    rows = driven.mount.get_by_role("table", name="Letter by letter").locator("tbody tr")
    expect(rows).to_have_count(5)
    surprisals, guesses = letter_guesses(CharacterModel.load(), "The t", before="\n")
    for i, (row, name) in enumerate(zip(rows.all(), ["t", "h", "e", "blank", "t"], strict=True)):
        assert row.locator("th, td").all_inner_texts() == [
            f"{i + 1}: {name}",
            "31114"[i],
            str(guesses[i]),
            f"{surprisals[i] / np.log(2):.2f}",
        ]


def test_a_letter_is_tried_once_and_is_told(opened) -> None:
    driven = opened()
    button(driven, "x").click()
    assert said(driven) == "x: no."
    expect(button(driven, "x")).to_have_attribute("aria-disabled", "true")
    entry(driven).press("x")
    assert said(driven) == "x has been tried here."
    expect(driven.mount.locator(".ex-tried")).to_have_text(["x"])
    entry(driven).press("X")
    entry(driven).press("7")
    button(driven, "x").focus()
    driven.page.keyboard.press("b")  # a key on any of the buttons
    assert said(driven) == "b: no."
    expect(entry(driven)).to_have_value("")
    button(driven, "t").press("Enter")
    assert said(driven) == "t, third guess; next letter."
    expect(driven.mount.locator(".ex-tried")).to_have_count(0)
    assert rank_list(driven) == [3]
    # What is told at rest is the score, once.
    driven.page.evaluate("() => new Promise(done => setTimeout(done, 900))")
    score = said(driven)
    assert score.startswith(
        "Sentence 1: 1 of 59 letters found, “T”, in 3 guesses; the network took"
    )
    button(driven, "q").click()
    driven.page.evaluate("() => new Promise(done => setTimeout(done, 900))")
    assert said(driven) == "q: no."


def test_after_a_mouse_letters_and_blanks_are_typed(opened) -> None:
    driven = opened()
    button(driven, "x").click()
    driven.page.keyboard.press("Space")
    assert said(driven) == "blank: no."
    button(driven, "Reveal this letter (27)").click()
    driven.page.keyboard.press("Space")
    assert rank_list(driven) == [27]
    assert said(driven) == "blank: no."
    button(driven, "Next sentence").click()
    driven.page.keyboard.press("q")
    assert said(driven) == "q: no."


def test_a_letter_that_is_shown_counts_as_the_last_guess(opened) -> None:
    driven = opened()
    entry(driven).press("x")
    button(driven, "Reveal this letter (27)").click()
    assert said(driven) == "t, shown; next letter."
    assert rank_list(driven) == [27]
    button(driven, "Undo").click()
    entry(driven).press("t")
    assert rank_list(driven) == [27]


def test_what_is_taken_back_is_counted_all_the_same(opened) -> None:
    driven = opened()
    for letter in "xq":
        button(driven, letter).click()
    tried = driven.mount.locator(".ex-tried")
    expect(tried).to_have_text(["q", "x"])
    for _ in "xq":
        button(driven, "Undo").click()
    expect(tried).to_have_count(0)
    button(driven, "z").click()
    expect(tried).to_have_text(["q", "x", "z"])
    button(driven, "t").click()
    assert rank_list(driven) == [4]
    button(driven, "Undo").click()
    assert rank_list(driven) == []
    button(driven, "t").click()
    assert rank_list(driven) == [4]
    button(driven, "Reset").click()
    button(driven, "t").click()
    assert rank_list(driven) == [4]


def test_each_guess_is_taken_back_alone_however_quickly_it_was_typed(opened) -> None:
    driven = opened()
    entry(driven).focus()
    driven.page.keyboard.type("thxe qtr")
    assert rank_list(driven) == [1, 1, 2, 1, 2, 1]
    for ranks in ([1, 1, 2, 1, 2], [1, 1, 2, 1], [1, 1, 2, 1], [1, 1, 2], [1, 1], [1, 1], [1], []):
        button(driven, "Undo").click()
        assert rank_list(driven) == ranks
    expect(button(driven, "Undo")).to_have_attribute("aria-disabled", "true")
    # Letters that come together, as a phone's keyboard may send them.
    entry(driven).fill("the")
    assert len(rank_list(driven)) == 3
    entry(driven).press("Control+z")
    assert len(rank_list(driven)) == 2


def test_a_reveal_is_no_guess(opened) -> None:
    driven = opened()
    for _ in range(30):
        button(driven, "Reveal this letter (27)").click()
    shown = driven.values()
    assert shown["own_guesses"] == 30 * 27
    assert agree(shown["upper"], np.log2(27))
    expect(driven.mount.locator("[data-solved]")).to_have_count(0)
    won = opened(GuessingGame(**GuessingGame.solutions[0]))
    expect(won.mount.locator("[data-solved]")).to_have_count(1)


def test_another_sentence_begins_anew_and_undo_leads_back(opened) -> None:
    driven = opened()
    entry(driven).press("t")
    button(driven, "Next sentence").click()
    assert driven.values()["left"] == len(SENTENCES[1])
    assert rank_list(driven) == []
    button(driven, "Undo").click()
    assert rank_list(driven) == [1]
    number = driven.mount.get_by_role("spinbutton", name="Sentence, exact value")
    number.press("ArrowDown")  # there is none before the first
    assert rank_list(driven) == [1]
    number.fill(str(len(SENTENCES)))
    number.press("Enter")
    assert driven.values()["left"] == len(SENTENCES[-1])
    button(driven, "Next sentence").click()
    assert driven.values()["left"] == len(SENTENCES[0])


def tree_of(page: Page) -> str:
    """Return all that assistive technology is told of a page."""
    with devtools(page) as session:
        session.send("Accessibility.enable")
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
        session.send("Accessibility.disable")
    return " ".join(json.dumps([n.get("name"), n.get("value"), n.get("properties")]) for n in nodes)


def test_nothing_on_the_page_tells_what_is_hidden(opened) -> None:
    for number in (1, 17):
        sentence = SENTENCES[number - 1]
        for found in (0, 9, len(sentence) - WINDOW - 3):
            state = GuessingGame(sentence=number, ranks=[1] * found, tried=[26], rival=[2] * 30)
            driven = opened(state)
            driven.mount.locator("details").evaluate_all("all => all.forEach(d => d.open = true)")
            entry(driven).press("q")
            driven.rest()
            link = copied(driven)
            told = [driven.page.content(), tree_of(driven.page), driven.page.url, link]
            hidden = letters_of(sentence[found:])
            for text in map(letters_of, told):
                for i in range(len(hidden) - WINDOW + 1):
                    assert hidden[i : i + WINDOW] not in text, (number, found)
            # The same look finds what is not hidden.
            known = letters_of(sentence[:found])[:WINDOW]
            assert all(known in letters_of(text) for text in told[:2])
            assert "tried" not in link
            assert f"{NAME}.ranks" not in link


def test_the_page_s_own_address_tells_others_no_letter_and_a_reload_goes_on(opened) -> None:
    """What a phone's own button shares is the address."""
    driven = opened(GuessingGame(sentence=3), beside=True)
    for letter in "plea":
        entry(driven).press(letter)
    driven.rest()
    address = driven.page.url
    assert f"{NAME}.rival=1,1,1,1" in address
    assert f"{NAME}.ranks" not in address
    assert "tried" not in address
    assert len(address.partition("?")[2]) < 100
    driven.page.reload()
    driven.page.wait_for_selector(f'[data-explorable="{NAME}"][data-ready]')
    assert rank_list(Driven(driven.page, driven.mount)) == [1, 1, 1, 1]
    there = opened("?" + address.partition("?")[2])
    assert there.values() == GuessingGame(sentence=3, rival=[1, 1, 1, 1]).values


def test_a_link_is_a_challenge_without_a_letter(opened) -> None:
    ranks = [3, 1, 1, 1, 9, 1, 1]
    link = copied(opened(GuessingGame(sentence=3, ranks=ranks, tried=[1, 2])))
    there = opened("?" + link.partition("?")[2].partition("#")[0])
    ours = GuessingGame(sentence=3, rival=ranks)
    assert there.values() == ours.values
    assert there.mount.locator(".ex-guessed b").all_inner_texts()[:3] == ["?", "·", "·"]
    score = there.mount.get_by_text("Another player found")
    expect(score).to_have_text(
        "Another player found 7 letters in 17 guesses, at most 1.15 bits a letter. "
        "Can you do with fewer?"
    )
    for letter in "please":
        entry(there).press(letter)
    expect(score).to_have_text(
        "Another player found 7 letters in 17 guesses. For the first 6: you 6, they 16."
    )
    theirs = there.mount.locator(".ex-guessed i:nth-child(3)").all_inner_texts()
    assert theirs[:8] == ["3", "1", "1", "1", "9", "1", "", ""]
    # Whoever passes it on passes on the own score, and before the first letter the other's.
    assert f"{NAME}.rival=1,1,1,1,1,1" in copied(there)


def test_it_is_played_without_its_models_and_says_so(server: str, new_page) -> None:
    page = new_page(width=760, height=900)
    page.route("**/data-*.js", lambda route: route.abort())
    driven = Driven.open(page, f"{server}embed/{NAME}.html", NAME)
    missing = driven.mount.locator(".ex-asset")
    expect(missing).to_contain_text("Not loaded: the character model, the tables of letters.")
    for letter in "the":
        entry(driven).press(letter)
    ours = GuessingGame(ranks=[1, 1, 1])
    driven.settle()
    shown = dict(
        driven.mount.locator("output[data-quantity]").evaluate_all(
            "all => all.map(o => [o.dataset.quantity, o.textContent])"
        )
    )
    assert shown["upper"] == "0.000 bits"
    assert shown["network"] == shown["network_upper"] == shown["pairs"] == "– bits"
    assert (shown["own_guesses"], shown["network_guesses"]) == ("3", "–")
    faults, page.watch.faults[:] = page.watch.faults[:], []
    assert all("ERR_FAILED" in fault for fault in faults), faults

    page.unroute("**/data-*.js")
    button(driven, "Try again").click()
    expect(missing).to_be_hidden()
    for key, value in driven.values().items():
        assert agree(value, ours.values[key]), key


def test_a_formula_on_a_phone_is_large_enough_to_read(opened) -> None:
    driven = opened(GuessingGame(ranks=[2, 1, 1, 3, 1, 27, 1, 5, 2, 1]), width=347)
    driven.rest()
    formula = driven.mount.locator(".ex-formula")
    size = formula.evaluate("box => parseFloat(getComputedStyle(box.firstElementChild).fontSize)")
    assert size > 13
    assert formula.evaluate("box => box.scrollWidth <= box.clientWidth")
