"""The guessing game in Python: its sentences, its own text, and what it tells of what is hidden."""

import itertools
import json

import numpy as np
import pytest

from benchmarks.language_model.sources import EVERYDAY
from lib.explorables import GuessingGame, StateError, generate
from lib.explorables._base import STATIC
from lib.explorables.guessing_game import LONGEST, SENTENCES
from lib.information import entropy
from lib.language import LETTERS, CharacterModel, NGramModel, guessing_bounds, letter_guesses
from tests.page_side import page_answers


def test_the_sentences_are_many_and_of_27_letters() -> None:
    assert len(set(SENTENCES)) == len(SENTENCES) >= 12
    for sentence in SENTENCES:
        assert 40 <= len(sentence) <= LONGEST
        assert set(sentence.lower()) <= set(LETTERS)
        assert sentence == sentence.capitalize()  # as the page uncovers them
        assert sentence.split(" ") == sentence.split()
        assert sentence not in EVERYDAY
    # The numbers on screen tell one from the next.
    assert all(len(a) != len(b) for a, b in itertools.pairwise(SENTENCES))


def test_the_page_does_not_hold_them_in_plain_words() -> None:
    words = {word.lower() for sentence in SENTENCES for word in sentence.split() if len(word) > 4}
    plain = {word for sentence in SENTENCES for word in generate.covered(sentence).split()}
    assert not words & plain
    for file in (STATIC / "view-guessing_game.js", STATIC / "guessing_game.mjs"):
        script = file.read_text(encoding="utf-8").lower()
        for sentence in SENTENCES:
            assert sentence[:12].lower() not in script
            assert generate.covered(sentence) in script
    assert json.loads(generate.sentence_text()) == [*map(generate.covered, SENTENCES)]


def test_what_is_longer_than_the_sentence_does_not_count() -> None:
    length = len(SENTENCES[7])
    ranks = [1, 2, 3] * 30
    game = GuessingGame(sentence=8, ranks=ranks)
    assert (game.found, game.left, game.found_text) == (length, 0, SENTENCES[7])
    assert (game.lower, game.upper) == guessing_bounds(ranks[:length])


def test_before_the_first_letter_nothing_but_the_alphabet_is_known() -> None:
    values = GuessingGame().values
    assert values.pop("found") == 0
    assert values.pop("left") == len(SENTENCES[0])
    assert values.pop("own_guesses") == values.pop("network_guesses") == 0
    assert values.pop("lower") == 0
    assert values.pop("upper") == np.log2(27)
    # Of the models there is no number yet.
    assert set(values.values()) == {np.inf}
    for key in values:
        assert GuessingGame.quantities[key].text(np.inf) == "–"


def test_letters_that_were_shown_give_no_bound() -> None:
    """One who was shown all of them has shown nothing."""
    game = GuessingGame(ranks=[27] * 30)
    assert (game.own_guesses, game.lower) == (27 * 30, 0)
    assert game.upper == pytest.approx(np.log2(27), rel=1e-14)
    mixed = GuessingGame(ranks=[27, 1, 1, 1, 1])
    assert mixed.upper == pytest.approx(entropy([0.2, 0.8], base=2) + np.log2(27) / 5)


def test_its_challenge_is_not_met_by_chance_or_by_being_shown() -> None:
    won = GuessingGame.solutions[0]["ranks"]
    shown = [1] * 29 + [27]
    least = [GuessingGame(ranks=[1] * 29), GuessingGame(ranks=[1] * 30)]
    shown_all = GuessingGame(ranks=[27] * 59)
    games = [GuessingGame(ranks=won), GuessingGame(ranks=shown), shown_all, *least]
    assert games[1].own_guesses < games[1].network_guesses  # and yet
    solved = [answer["solved"] for answer in page_answers(games)]
    assert solved == [True, False, False, False, True]
    # As many guesses as the network needs are not fewer.
    _, theirs = letter_guesses(CharacterModel.load(), SENTENCES[0], before="\n")
    same = [int(rank) for rank in theirs]
    fewer = [*same]
    fewer[same.index(max(same))] -= 1
    games = [GuessingGame(ranks=ranks) for ranks in (same, fewer)]
    assert [answer["solved"] for answer in page_answers(games)] == [False, True]
    # A table of triples never needs fewer, wherever it stops.
    for sentence in SENTENCES:
        counts = [
            np.cumsum(letter_guesses(model, sentence, before="\n")[1])[29:]
            for model in (NGramModel.load(3), CharacterModel.load())
        ]
        assert np.all(counts[0] > counts[1]), sentence


def test_the_network_plays_the_same_letters() -> None:
    game = GuessingGame(sentence=5, ranks=[1] * 20)
    surprisals, guesses = letter_guesses(CharacterModel.load(), SENTENCES[4][:20], before="\n")
    assert game.network == pytest.approx(surprisals.mean() / np.log(2))
    assert (game.network_lower, game.network_upper) == guessing_bounds(guesses)
    assert game.letters > game.pairs > game.triples > game.network


def test_a_reader_s_own_sentence_is_hidden_and_not_saved() -> None:
    game = GuessingGame(text="Où est le café? It's number 9, on the left", ranks=[1, 2])
    whole = "Ou est le cafe Its number on the left"
    assert (game.found_text, game.found, game.left) == ("Ou", 2, len(whole) - 2)
    for told in (repr(game), game.describe(), json.dumps(game.get_state(), default=str)):
        assert "cafe" not in told
    assert "cafe" not in game.mount_html()
    assert GuessingGame(text=whole, ranks=[1, 2]).values == game.values


@pytest.mark.parametrize("text", ["", "123", " ? ", "a" * (LONGEST + 1), 7])
def test_a_text_that_cannot_be_played_is_refused(text: object) -> None:
    with pytest.raises(StateError, match="text must"):
        GuessingGame(text=text)


def test_a_link_holds_the_guesses_as_another_player_s() -> None:
    game = GuessingGame(sentence=4, ranks=[1, 2], tried=[5], rival=[9])
    there = {"sentence": 4, "ranks": [], "tried": [], "rival": [1, 2]}
    assert game.shared() == there
    assert GuessingGame(**there).shared() == there


def test_it_says_what_was_found_and_not_what_is_hidden() -> None:
    assert GuessingGame(sentence=2).describe() == (
        "Sentence 2, of 55 letters from a to z and blanks, is hidden."
    )
    words = GuessingGame(sentence=2, ranks=[1]).describe()
    assert words.startswith("Sentence 2: 1 of 55 letters found, in 1 guess; ")
    assert "neighbour" not in words
    assert words.endswith(
        "the network took 7. By them a letter has at most 0.000 bits, and at least 0.000 if they "
        "were ideal; by the network's, 0.000 to 0.000."
    )
