"""Subwords lose nothing that they know, and say what they do not."""

import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.subwords import SPACE, Subwords, normalised
from course_lib.text import SPECIALS, UNK

TEXT = [
    "the green witch arrived .",
    "the green witches arrived , and the boy saw the old house .",
    "llegó la bruja verde ; ¿vio la casa vieja?",
    "las brujas verdes vieron al niño en la nieve .",
]
CHARACTERS = sorted(set("".join(TEXT)))
known = st.text(CHARACTERS)


@pytest.fixture(scope="module")
def subwords():
    return Subwords.from_sentences(TEXT, 90)


def test_ids_0_to_3_are_the_special_tokens_of_the_course(subwords):
    assert subwords.words[:4] == SPECIALS
    assert len(subwords) == len(subwords.words) == 90
    assert set(CHARACTERS) - {" "} < set(subwords.words), "every character is a piece"
    assert not set(subwords.encode(" ".join(SPECIALS))) & {0, 2, 3}, "text is no special token"


@given(known)
def test_known_characters_come_back_exactly(subwords, text):
    ids = subwords.encode(text)
    assert subwords.decode(ids) == normalised(text)
    assert UNK not in ids
    assert [subwords.words[i] for i in ids] == subwords.pieces(text)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_pieces_of_any_text_are_the_text(subwords, text):
    pieces, ids = subwords.pieces(text), subwords.encode(text)
    assert "".join(pieces).replace(SPACE, " ") == " " * bool(pieces) + normalised(text)
    assert [i == UNK for i in ids] == [piece not in subwords.words for piece in pieces]


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    once = normalised(text)
    assert normalised(once) == once
    assert "  " not in once


def test_what_is_normalised():
    assert normalised(f" vio\ta\u00a0 la\n nin\u0303a{SPACE}.") == "vio a la niña ."


def test_merges_are_of_the_pair_that_is_most_frequent():
    # By hand: "ab" 6 times against "bc" 4; then "abc" 4 times.
    text = ["abc abc abc abc ab ab"]
    words = Subwords.from_sentences(text, 4 + 4 + 2).words
    letters = Counter({SPACE: 6, "a": 6, "b": 6, "c": 4})
    assert set(words[6:]) == set(letters)
    assert words[4] in {SPACE + "a", "ab"}
    assert words[5] == SPACE + "ab"


def test_frequent_words_are_whole_and_new_ones_are_spelled(subwords):
    assert subwords.pieces("the green") == [SPACE + "the", SPACE + "green"]
    assert len(subwords.pieces("greenhouse")) > 1


def test_a_new_character_is_unknown(subwords):
    ids = subwords.encode("the Ω witch")
    assert ids.count(UNK) == 1
    assert subwords.decode(ids) == "the <unk> witch"
    assert "Ω" in subwords.pieces("the Ω witch")


def test_special_ids_write_nothing(subwords):
    ids = subwords.encode("the witch")
    assert subwords.decode([2, *ids, 3, 0, 0]) == "the witch"
    assert subwords.decode([]) == subwords.decode([0]) == ""
    assert subwords.encode(" ") == subwords.pieces("") == []


def test_the_same_text_gives_the_same_pieces_and_other_text_others(subwords):
    again = Subwords.from_sentences(iter(TEXT), 90)
    assert again == subwords
    assert again.words == subwords.words
    assert Subwords(subwords.model).encode(TEXT[0]) == subwords.encode(TEXT[0])
    assert Subwords.from_sentences(TEXT[:3], 90).words != subwords.words


def test_a_sentence_of_any_length_counts():
    long = "witch " * 2_000 + "Ω"
    assert "Ω" in Subwords.from_sentences([*TEXT, long], 90).words


@pytest.mark.parametrize(("text", "size"), [(TEXT, 5_000), (["ab ab"], 50)])
def test_too_large_a_vocabulary_names_the_largest(text, size):
    with pytest.raises(ValueError, match=rf"size={size}: .* at most \d+") as error:
        Subwords.from_sentences(text, size)
    most = int(str(error.value).split()[-1])
    assert len(Subwords.from_sentences(text, most)) == most
    with pytest.raises(ValueError, match=rf"at most {most}"):
        Subwords.from_sentences(text, most + 1)


def test_too_small_a_vocabulary_names_what_its_characters_take():
    least = len(CHARACTERS) + len(SPECIALS)  # a space is a piece too
    assert len(Subwords.from_sentences(TEXT, least)) == least
    for size in (least - 1, 4):
        with pytest.raises(ValueError, match=rf"size={size}: .* are {least}; ask for more"):
            Subwords.from_sentences(TEXT, size)


@pytest.mark.parametrize("text", [[], [""], [" \t", SPACE]])
def test_no_text_is_an_error(text):
    with pytest.raises(ValueError, match="no text"):
        Subwords.from_sentences(text, 20)


@pytest.mark.parametrize("i", [-1, 90])
def test_an_id_of_no_piece_is_an_error(subwords, i):
    with pytest.raises(IndexError, match=f"id {i} .* 90 pieces"):
        subwords.decode([5, i])


def test_learning_says_nothing():
    code = f"from course_lib.subwords import Subwords; Subwords.from_sentences({TEXT!r}, 90)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout == done.stderr == b""
