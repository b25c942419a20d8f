from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.text import BOS, EOS, PAD, SPECIALS, UNK, Vocab, tokenize

words = st.text("abcde", min_size=1, max_size=2)


@given(st.text())
def test_tokens_lose_only_white_space(text):
    assert "".join(tokenize(text)) == "".join(text.split())


def test_tokenize_the_lecture_examples():
    assert tokenize("So long, and thanks for all the fish!") == [
        *["So", "long", ",", "and", "thanks", "for", "all", "the", "fish", "!"]
    ]
    assert tokenize("movie of 2016, though it wasn't") == [
        *["movie", "of", "2016", ",", "though", "it", "wasn't"]
    ]
    assert tokenize("Llegó la bruja; 10,000 a 12:30.") == [
        *["Llegó", "la", "bruja", ";", "10,000", "a", "12:30", "."]
    ]
    assert tokenize("<s> a <unk> </s>x <b>") == ["<s>", "a", "<unk>", "</s>", "x", "<", "b", ">"]


def test_special_ids():
    assert (PAD, UNK, BOS, EOS) == (0, 1, 2, 3)
    assert Vocab.from_tokens([]).words == SPECIALS


@given(st.lists(words), st.integers(5, 12) | st.none(), st.integers(1, 3))
def test_vocab_keeps_the_most_frequent(tokens, max_size, min_count):
    vocab = Vocab.from_tokens(tokens, max_size, min_count)
    counts = Counter(tokens)
    kept, dropped = vocab.words[4:], set(counts) - set(vocab.words)
    assert len(vocab) <= (max_size or 10**9)
    assert all(counts[word] >= min_count for word in kept)
    assert list(kept) == sorted(kept, key=lambda word: (-counts[word], word))
    frequent = [word for word in dropped if counts[word] >= min_count]
    assert not frequent or len(vocab) == max_size
    assert all(counts[kept[-1]] >= counts[word] for word in frequent)


@given(st.lists(words, min_size=1))
def test_decode_undoes_encode_for_known_words(tokens):
    vocab = Vocab.from_tokens(tokens)
    assert vocab.decode(vocab.encode(tokens)) == tokens
    assert vocab == Vocab.from_tokens(reversed(tokens)), "the order of the text must not matter"


def test_unknown_words_become_unk():
    vocab = Vocab.from_tokens(["the", "students", "studied", "the", "book"])
    assert vocab.encode(["the", "slides"]) == [4, UNK]
    assert vocab.decode([4, UNK, EOS]) == ["the", "<unk>", "</s>"]
    assert "book" in vocab
    assert "slides" not in vocab


def test_unk_in_the_text_is_the_unknown_word():
    vocab = Vocab.from_tokens(["<unk>", "<unk>", "a", "</s>"])
    assert vocab.words == (*SPECIALS, "a")
    assert vocab.encode(["<unk>"]) == [UNK]


def test_errors_say_what_to_do():
    # An iterator, which the run-time type check cannot look into.
    with pytest.raises(TypeError, match="flatten"):
        Vocab.from_tokens(iter([["a", "b"]]))
    with pytest.raises(ValueError, match="no room"):
        Vocab.from_tokens(["a"], max_size=4)
    with pytest.raises(ValueError, match="twice"):
        Vocab((*SPECIALS, "a", "a"))
    with pytest.raises(ValueError, match="first words"):
        Vocab(("a", "b"))
    with pytest.raises(IndexError, match="id -1"):
        Vocab(SPECIALS).decode([-1])
