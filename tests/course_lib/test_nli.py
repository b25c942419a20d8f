"""Labels of the NLI language against a second, slow reading of its sentences; its controls."""

import re
from collections import Counter
from itertools import groupby, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import corpora
from course_lib.corpora import nli
from course_lib.corpora.nli import CLAUSES, LABELS

CHILDREN, ANIMALS = ["boy", "girl", "baby"], ["dog", "cat", "horse"]
DOING = [("playing", "snow"), ("playing", "garden"), ("sleeping", "garden"),
         ("sleeping", "kitchen"), ("eating", "kitchen")]  # fmt: skip


@pytest.fixture(scope="module")
def small():
    return nli.nli(train=30, valid=5, test=30, seed=3)


def holds(text: str, world: dict[str, tuple[str, str]]) -> bool:
    """One sentence in one world, by sets of individuals."""
    for part in text.split(" and "):
        quantifier, noun, no, rest = re.fullmatch(
            r"(the|every|some|no|exactly one) (\w+) is (not )?(.+)", part
        ).groups()
        fit = set()
        for who, (act, place) in world.items():
            true = {
                "outside": place != "kitchen", "inside": place == "kitchen", act: True,
                f"in the {place}": True, f"{act} in the {place}": True,
            }.get(rest, False)  # fmt: skip
            if true != bool(no):
                fit.add(who)
        those = {"child": set(CHILDREN), "animal": set(ANIMALS)}.get(noun, {noun})
        count = len(those & fit)
        if not {"the": count == 1, "every": those <= fit, "some": count > 0, "no": count == 0,
                "exactly one": count == 1}[quantifier]:  # fmt: skip
            return False
    return True


def second_opinion(premise: str, hypothesis: str) -> str:
    """Only individuals that are named, or belong to a kind that is, can matter."""
    text = f"{premise} {hypothesis}"
    who = [name for name in CHILDREN if name in text or "child" in text]
    who += [name for name in ANIMALS if name in text or "animal" in text]
    worlds = (dict(zip(who, state, strict=True)) for state in product(DOING, repeat=len(who)))
    seen = {holds(hypothesis, world) for world in worlds if holds(premise, world)}
    return {(True,): "entailment", (False,): "contradiction"}.get(tuple(seen), "neutral")


def test_labels_are_those_of_a_second_reading(small) -> None:
    pairs = [p for p in small.test if not {"child", "animal"} <= {*p.first, *p.second}]
    assert Counter(pair.label for pair in pairs).keys() == {0, 1, 2}
    for first, second, label in pairs[:20]:
        assert second_opinion(" ".join(first), " ".join(second)) == LABELS[label]


@pytest.mark.parametrize(
    ("premise", "hypothesis", "label"),
    [
        ("the boy is playing in the snow", "the boy is outside", "entailment"),
        ("the boy is outside", "the boy is playing in the snow", "neutral"),
        ("the boy is sleeping", "the boy is in the snow", "contradiction"),
        ("every child is inside", "the baby is inside", "entailment"),
        ("the baby is inside", "every child is inside", "neutral"),
        ("exactly one animal is inside", "some animal is not inside", "entailment"),
        ("exactly one animal is inside", "no animal is outside", "contradiction"),
        ("no child is outside", "the girl is in the kitchen", "entailment"),
        ("the dog is eating", "the cat is eating", "neutral"),
    ],
)
def test_pairs_that_anyone_can_judge(premise: str, hypothesis: str, label: str) -> None:
    assert LABELS[nli.label(premise.split(), hypothesis.split())] == label
    assert second_opinion(premise, hypothesis) == label


@given(st.sampled_from(CLAUSES), st.sampled_from(CLAUSES))
def test_laws_of_inference(a: nli.Clause, b: nli.Clause) -> None:
    one, other = a.words(), b.words()
    forward, back = nli.label(one, other), nli.label(other, one)
    assert nli.label(one, one) == 0
    assert (forward == 2) == (back == 2), "contradiction goes both ways"
    if forward == 0:
        assert nli.label([*other, "and", *one], one) == 0
    assert nli.parse([*one, "and", *other]) == [a, b]


def test_groups_have_one_hypothesis_the_same_words_and_every_label(small) -> None:
    for split in (small.train, small.valid, small.test):
        assert len(split) % 3 == 0
        for i in range(0, len(split), 3):
            group = split[i : i + 3]
            assert [pair.label for pair in group] == [0, 1, 2]
            assert len({tuple(pair.second) for pair in group}) == 1
            assert len({tuple(sorted(pair.first)) for pair in group}) == 1
            assert all(nli.label(pair.first, pair.second) == pair.label for pair in group)


def test_no_group_is_in_two_splits_and_the_seed_decides(small) -> None:
    keys = [
        {(tuple(sorted(p.first)), tuple(p.second)) for p in split}
        for split in (small.train, small.valid, small.test)
    ]
    assert [len(k) for k in keys] == [30, 5, 30]
    assert not keys[0] & keys[2]
    assert not keys[0] & keys[1]
    assert nli.nli(30, 5, 30, seed=3) == small
    assert nli.nli(30, 5, 30, seed=4).train != small.train


def test_every_kind_of_sentence_comes_about() -> None:
    pairs = nli.nli(train=60, valid=0, test=0).train
    assert {" ".join(p.second).split(" is ")[0].rsplit(" ", 1)[0] for p in pairs} == {
        "the", "every", "some", "no", "exactly one",
    }  # fmt: skip
    assert any("not" in pair.first for pair in pairs)
    assert any("not" in pair.second for pair in pairs)
    starts = [len(list(group)) for _, group in groupby(pairs, key=lambda p: p.first[0])]
    assert len(starts) > 10, "the first word does not tell the group"


@pytest.mark.parametrize(
    "sentence",
    ["every child is not outside", "the child is outside", "the boy is running", "the boy", "",
     "every boy is outside", "some child is not not outside"],
)  # fmt: skip
def test_what_is_not_in_the_language_is_named(sentence: str) -> None:
    with pytest.raises(ValueError, match="not in the language"):
        nli.label(["the", "boy", "is", "outside"], sentence.split())


def test_an_impossible_premise_is_refused() -> None:
    outside, inside = (["the", "boy", "is", where] for where in ("outside", "inside"))
    with pytest.raises(ValueError, match="no world"):
        nli.label([*outside, "and", *inside], outside)


def test_it_is_a_corpus_like_the_others() -> None:
    assert corpora.info("nli").citation
    assert corpora.where("nli") is not None
