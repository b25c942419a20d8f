"""The language of two events against a second reading; what its groups promise."""

import re
from collections import Counter

import pytest

from course_lib import corpora
from course_lib.corpora import events
from course_lib.corpora.events import PERSON, VERB
from course_lib.corpora.loaders import LOADERS

MEANING = PERSON | VERB | {"who": "who"}
SENTENCE = re.compile(r"(.+?) (?:(was|were) )?(\w+ed)(?: (by))? (.+?)( \?)?")


def read(words: list[str]) -> tuple[str, frozenset[str], frozenset[str]]:
    """The verb, who and whom, by a regular expression."""
    left, be, verb, by, right, _ = SENTENCE.fullmatch(" ".join(words)).groups()
    assert bool(be) == bool(by)
    assert be != "were" or " and " in left
    sides = [
        {MEANING[name.replace("the ", "")] for name in s.split(" and ")} for s in (left, right)
    ]
    who, whom = reversed(sides) if be else sides
    return MEANING[verb], frozenset(who), frozenset(whom)


@pytest.fixture(scope="module")
def drawn():
    return {
        "paraphrases": events.paraphrases(50, 4, 20, seed=2),
        "similarity": events.graded(50, 4, 20, seed=2),
        "answers": events.questions(60, 5, 20, seed=2),
    }


def test_paraphrases_say_the_same_and_twins_do_not(drawn) -> None:
    for i, pair in enumerate(drawn["paraphrases"].train):
        assert pair.label == (read(pair.first) == read(pair.second))
        assert pair.label == (events.facts(pair.first) == events.facts(pair.second))
        assert pair.label == [1, 0, 0, 1][i % 4]


def test_each_sentence_is_in_a_pair_of_each_kind_and_twins_have_the_same_words(drawn) -> None:
    pairs = drawn["paraphrases"].train
    for i in range(0, len(pairs), 4):
        group = pairs[i : i + 4]
        for side in (0, 1):
            labels = {}
            for pair in group:
                labels.setdefault(tuple(pair[side]), []).append(pair.label)
            assert [sorted(each) for each in labels.values()] == [[0, 1], [0, 1]]
            assert len({tuple(sorted(pair[side])) for pair in group}) == 1


def test_paraphrases_are_told_in_every_way(drawn) -> None:
    told = [pair for pair in drawn["paraphrases"].train if pair.label]
    voices = Counter(("by" in p.first, "by" in p.second) for p in told)
    assert len(voices) == 4
    same_voice = [p for p in told if ("by" in p.first) == ("by" in p.second)]
    words = [w for p in same_voice for w in (p.first, p.second)]
    firsts = {PERSON[p.first[1]] == PERSON[p.second[1]] for p in same_voice}
    assert firsts == {True, False}, "two persons in either order"
    assert {word for p in told for word in p.first} >= {*PERSON, *VERB}
    assert all(MEANING.get(word, "") or word in "the and was were by" for w in words for word in w)


def test_grades_count_the_persons_in_their_roles(drawn) -> None:
    pairs = drawn["similarity"].train
    for i in range(0, len(pairs), 3):
        group = pairs[i : i + 3]
        assert [pair.label for pair in group] == [1, 0.5, 0]
        assert len({tuple(sorted(pair.second)) for pair in group}) == 1
        assert len({tuple(pair.first) for pair in group}) == 1
    for first, second, label in pairs:
        (verb, *one), (same_verb, *other) = read(first), read(second)
        kept = sum(len(a & b) for a, b in zip(one, other, strict=True))
        assert verb == same_verb
        assert label == kept / 4 == events.similarity(first, second)


def test_one_candidate_answers_and_all_have_the_same_words(drawn) -> None:
    for question, candidates, label in drawn["answers"].train:
        _, who, whom = read(question)
        told = [read(candidate) for candidate in candidates]
        right = [b == whom if who == {"who"} else a == who for _, a, b in told]
        assert right == [k == label for k in range(6)]
        assert right == [events.answers(question, candidate) for candidate in candidates]
        assert len({tuple(sorted(candidate)) for candidate in candidates}) == 1
        assert len(set(told)) == 6


def test_questions_ask_for_both_roles_and_the_answer_stands_anywhere(drawn) -> None:
    asked = drawn["answers"].train
    assert {("was" in q.question, "by" in q.candidates[0]) for q in asked} == {
        (True, True), (True, False), (False, True), (False, False),
    }  # fmt: skip
    assert all(q.question[0] == "who" and q.question[-1] == "?" for q in asked)
    assert {q.label for q in asked} == set(range(6))


def test_few_examples_are_in_two_splits_and_the_seed_decides(drawn) -> None:
    for name, draw in (("paraphrases", events.paraphrases), ("similarity", events.graded)):
        corpus = draw(300, 20, 60)
        train = {(tuple(p.first), tuple(p.second)) for p in corpus.train}
        seen = [(tuple(p.first), tuple(p.second)) in train for p in corpus.test]
        assert sum(seen) <= 0.01 * len(seen)
        assert draw(50, 4, 20, seed=2) == drawn[name]
        assert corpus.train[:40] != drawn[name].train[:40]


@pytest.mark.parametrize(
    "sentence",
    ["the king", "the king chased", "chased the king", "the king chased the fish",
     "the king ate the thief", "the king was chased the thief", "the king chased by the thief",
     "the king chased the thief with the sailor", ""],
)  # fmt: skip
def test_what_is_not_in_the_language_is_named(sentence: str) -> None:
    with pytest.raises(ValueError, match="not in the language"):
        events.facts(sentence.split())


def test_they_are_corpora_like_the_others() -> None:
    for name in ("paraphrases", "similarity", "answers"):
        assert corpora.info(name).citation
        assert corpora.where(name) is not None
        assert LOADERS[name] in (events.paraphrases, events.graded, events.questions)
