"""Reviews whose label a reader can check, twins of the same words, and SST as it is published."""

import re
from collections import Counter

import pytest

from course_lib import corpora
from course_lib.corpora import sentiment as room
from course_lib.corpora.sentiment import (
    ASPECTS,
    KINDS,
    TWINS,
    Review,
    aspect_reviews,
    matched_pairs,
    reviews,
)
from course_lib.corpora.sst import sst

SPLITS = ("train", "valid", "test")
OPENER = re.compile(r"^(overall ,|honestly ,|in the end ,|i think|we felt that|to me ,) ")


def judge(text: str) -> bool:
    """What a review says, read by rules that know nothing of how it was made."""
    text = OPENER.sub("", text)
    if match := re.fullmatch(r"though .* , (.*)", text):
        return judge(match[1])
    if " , but " in text:
        return judge(text.split(" , but ")[1])
    text = re.split(r" , (?:though|not) ", text)[0]
    text = re.sub(r"that (?:was not|wasn't|was) \w+ ", "", text)  # about something neutral
    clauses = text.split(" and ")
    if len(clauses) == 2 and {"extremely", "truly", "incredibly"} & set(clauses[1].split()):
        return polarity(clauses[1])
    return polarity(clauses[0])


def polarity(clause: str) -> bool:
    words = clause.split()
    good = {*room.GOOD, *room.VIRTUES, "favorite"} & set(words)
    bad = {*room.BAD, *room.FLAWS} & set(words)
    assert len(good) + len(bad) == 1, clause
    turns = sum(word in ("not", "wasn't", "without") for word in words)
    return bool(good) == (turns % 2 == 0)


@pytest.mark.parametrize("split", SPLITS)
def test_every_label_is_what_the_review_says(split):
    for review in reviews(400, 3, split):
        assert judge(" ".join(review.words)) == bool(review.label), review


def test_reviews_are_of_every_kind_and_balanced():
    drawn = reviews(3_000, 0)
    kinds = Counter(review.kind for review in drawn)
    assert kinds.keys() == KINDS.keys()
    assert min(kinds.values()) > 3_000 / 9 * 0.8
    assert kinds["plain"] == pytest.approx(1_000, rel=0.1)
    for kind in KINDS:
        labels = [review.label for review in drawn if review.kind == kind]
        assert sum(labels) == pytest.approx(len(labels) / 2, rel=0.2)


def test_twins_have_the_same_words_and_opposite_labels():
    pairs = matched_pairs(200, 1)
    for one, other in pairs:
        assert sorted(one.words) == sorted(other.words)
        assert one.words != other.words
        assert (one.label, other.label) == (1, 0)
        assert one.kind == other.kind
        assert not judge(" ".join(other.words))
        assert judge(" ".join(one.words))
    assert {one.kind for one, _ in pairs} == set(TWINS)


def test_splits_share_no_review_and_no_twin():
    bags = [
        {tuple(sorted(r.words)) for r in reviews(300, 0, split)}
        | {tuple(sorted(one.words)) for one, _ in matched_pairs(100, 5, split)}
        | {tuple(sorted(r.words)) for r in aspect_reviews(100, 2, split)}
        for split in SPLITS
    ]
    assert not bags[0] & bags[1]
    assert not bags[0] & bags[2]
    assert not bags[1] & bags[2]


def test_equal_seeds_draw_equal_reviews_and_more_changes_none():
    assert reviews(50, 4) == reviews(60, 4)[:50]
    assert reviews(50, 4) != reviews(50, 5)


def test_the_lectures_own_sentences_can_be_drawn():
    """And the second one's twin, which is the other way round."""
    sentence = "it was my favorite movie of 2016 , though it wasn't without problems"
    twin = "it wasn't my favorite movie of 2016 , though it was without problems"
    assert judge(sentence)
    assert not judge(twin)
    films, flaws = "|".join(room.FILMS), "|".join(room.FLAWS)
    form = rf"it was my favorite ({films}) of \d{{4}} , though it wasn't without ({flaws})"
    assert re.fullmatch(form, sentence)
    texts = {" ".join(review.words) for review in reviews(2_000, 0)}
    assert any(re.fullmatch(form, text) for text in texts)
    plain = rf"the ({'|'.join(room.NOUNS)}) was ({'|'.join(room.GOOD)})"
    assert re.fullmatch(plain, "the movie was great")
    assert any(re.fullmatch(plain, text) for text in texts)


def test_aspects_are_praised_or_not_each_by_its_own_clause():
    seen = Counter()
    for review in aspect_reviews(300, 0):
        clauses = re.split(r" , (?=the )| and ", OPENER.sub("", " ".join(review.words)))
        praised = dict.fromkeys(ASPECTS, False)
        for clause in clauses:
            (aspect,) = set(ASPECTS) & set(clause.split())
            praised[aspect] = polarity(clause)
        assert [int(yes) for yes in praised.values()] == review.labels
        seen[sum(review.labels)] += 1
    assert set(seen) == {0, 1, 2, 3}


def test_the_corpus_has_the_sizes_asked_for_and_its_terms():
    corpus = room.sentiment(30, 20, 10, seed=2)
    assert [len(part) for part in (corpus.train, corpus.valid, corpus.test)] == [30, 20, 10]
    first = reviews(1, 2)[0]
    assert corpus.train[0] == (first.words, first.label)
    assert isinstance(first, Review)
    assert "BSD" in corpus.licence
    assert corpora.where("sentiment") is not None


def test_sst_is_read_line_by_line(monkeypatch):
    files = {
        f"sst/stsa.{name}.{part}": f"{label} a {part} film , caf\u00e9\u0085s\n0 no\n".encode()
        for name, label in (("binary", 1), ("fine", 4))
        for part in ("train", "dev", "test")
    }
    monkeypatch.setattr("course_lib.corpora.sst.downloads.read", lambda name, file: files[file])
    assert sst().valid == [(["a", "dev", "film", ",", "caf\u00e9", "s"], 1), (["no"], 0)]
    assert sst(5).train[0][1] == 4
    with pytest.raises(ValueError, match="grades=3"):
        sst(3)


def test_sst_has_its_published_sizes_and_drops_the_neutral():
    if corpora.where("sst") is None:
        pytest.skip("sst is not here: set COURSE_DATA_DIR")
    two, five = sst(), sst(5)
    assert [len(part) for part in (two.train, two.valid, two.test)] == [6920, 872, 1821]
    assert [len(part) for part in (five.train, five.valid, five.test)] == [8544, 1101, 2210]
    for part in ("train", "valid", "test"):
        rated = [(w, int(grade > 2)) for w, grade in getattr(five, part) if grade != 2]
        assert getattr(two, part) == rated
