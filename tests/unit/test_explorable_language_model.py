"""The language model's explorable: what a text costs, and what one sees of it."""

import json
import math
import re

import numpy as np
import pytest

from lib.explorables import LanguageModelExplorer, StateError
from lib.explorables._base import REGISTRY
from lib.language import CharacterModel, NGramModel
from tests.page_side import ROOT

VIEW = ROOT / "lib" / "explorables" / "js" / "explorables"


def test_a_misspelt_word_stands_out() -> None:
    wrong = LanguageModelExplorer()
    right = LanguageModelExplorer(text=wrong.text.replace("lettre", "letter"))
    costs = wrong.costs() / np.log(2)
    assert wrong.text[costs.argmax()] == "r"
    assert costs.argmax() == 16 != wrong.place
    assert wrong.bits > right.bits + 0.3
    assert wrong.highest == costs.max() > right.highest
    # What stands before the fault costs the same.
    np.testing.assert_array_equal(wrong.costs()[:16], right.costs()[:16])


def test_more_context_costs_less_and_counting_costs_more() -> None:
    bits = [LanguageModelExplorer(context=c).bits for c in ("0", "1", "2", "4", "8", "16", "all")]
    assert bits == sorted(bits, reverse=True)
    one = LanguageModelExplorer()
    assert one.bits < one.triples < one.pairs < one.letters < one.uniform == np.log2(80)


def test_what_it_shows_is_what_the_models_say() -> None:
    text = "My new number is 555 0142."
    one = LanguageModelExplorer(text=text, place=17, temperature=1.5)
    model = CharacterModel.load()
    costs = model.surprisals("\n" + text, temperature=1.5)[1:]
    np.testing.assert_array_equal(one.costs(), costs)
    assert one.perplexity == pytest.approx(2**one.bits)
    assert one.per_byte == pytest.approx(one.bits)
    np.testing.assert_allclose(
        one.next_probs(), model.next_probs("\n" + text[:17], temperature=1.5)
    )
    assert one.next_probs()[model.alphabet.index("5")] == pytest.approx(np.exp(-costs[17]))
    assert one.pairs * len(text) == pytest.approx(
        NGramModel.load(2).surprisals("\n" + text)[1:].sum() / np.log(2)
    )


def test_curly_signs_are_read_as_straight_ones_and_stay_what_they_are() -> None:
    curly = LanguageModelExplorer(text="“It’s late” – he said.")
    straight = LanguageModelExplorer(text='"It\'s late" - he said.')
    assert curly.values == straight.values
    assert curly.text.startswith("“")


def test_a_place_beyond_the_end_is_the_end_and_of_no_text_no_cost_is_known() -> None:
    beyond, end = (LanguageModelExplorer(text="It is", place=p) for p in (4000, 5))
    assert beyond.values == end.values
    empty = LanguageModelExplorer(text="")
    known = {key for key, value in empty.values.items() if math.isfinite(value)}
    assert known == {"uniform", "entropy"}
    unknown = empty.values.keys() - known
    assert {empty.shown[key].text(empty.values[key]) for key in unknown} == {"–"}
    assert empty.entropy > 2
    assert "no text" in empty.describe()
    empty.figure()


@pytest.mark.parametrize(
    ("given", "kept"),
    [("a\r\nb\rc", "a\nb\nc"), ("\ud800x\udfff", "\ufffdx\ufffd"), ("\x00", "\x00")],
)
def test_a_text_is_kept_as_a_page_can_hold_it(given: str, kept: str) -> None:
    one = LanguageModelExplorer(text=given)
    assert one.text == kept
    assert len(one.costs()) == len(kept)
    one.mount_html()


def test_a_text_of_thousands_of_characters_has_room_and_a_longer_one_is_refused() -> None:
    long = "The last train is often late. " * 133
    assert LanguageModelExplorer(text=long).bits < 2.5
    with pytest.raises(StateError, match="at most 4000 characters, got 4001"):
        LanguageModelExplorer(text="x" * 4001)


def test_the_picture_holds_any_text(recwarn) -> None:
    LanguageModelExplorer(text="$x$ 世\U0001f600\n\tdone " * 30).mount_html()
    assert not recwarn.list


def test_the_tables_know_the_network_s_alphabet() -> None:
    for order in (1, 2, 3):
        table = NGramModel.load(order)
        assert table.alphabet == CharacterModel.load().alphabet
        for context in ("", "\n", "Th", "世"):
            assert table.next_probs(context).sum() == pytest.approx(1, abs=1e-12)
            assert table.next_probs(context).min() > 0
    with pytest.raises(ValueError, match=r"order must be one of \[1, 2, 3\], got 4"):
        NGramModel.load(4)


def test_its_arrays_are_sent_by_name_and_never_saved() -> None:
    one = LanguageModelExplorer()
    assert [asset.name for asset in one.needs] == ["character_model", "character_ngrams"]
    saved = json.dumps(one.get_state(), default=str)
    assert len(saved) < 130_000
    assert REGISTRY["language_model"] is LanguageModelExplorer


def test_the_page_reads_the_same_signs_as_straight() -> None:
    script = (VIEW / "language_model" / "reader.js").read_text(encoding="utf-8")
    table = re.search(r"const \[CURLY, STRAIGHT\] = \['(.*)', `(.*)`\];", script)
    page = dict(zip(table[1].replace(r"\u00a0", "\xa0"), table[2], strict=True))
    from lib.explorables.language_model import STRAIGHT

    assert page == {chr(k): v if isinstance(v, str) else chr(v) for k, v in STRAIGHT.items()}
