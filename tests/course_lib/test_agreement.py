"""Agreement sentences: number, place and attractors are what the words say."""

import random
from collections import Counter

import pytest

from course_lib.corpora.agreement import ADVERBS, NOUNS, VERBS, agreement, sentence

PLURALS = set(NOUNS.values())


def test_gold_is_what_the_words_say() -> None:
    for s in agreement(400, seed=0, phrases=(0, 4), adverbs=(0, 3)):
        nouns = [word for word in s.words if word in PLURALS or word in NOUNS]
        assert s.words[0] == "the"
        assert s.plural == (s.words[1] in PLURALS)
        assert s.words[s.verb] in (VERBS.values() if s.plural else VERBS)
        assert s.attractors == tuple(noun in PLURALS for noun in nouns[1:])
        assert s.congruent == (set(s.attractors) <= {s.plural})
        assert len(s.words) == s.verb + 2
        between = s.words[2 : s.verb]
        assert s.distance == len(between) + 1
        assert sum(word in ADVERBS for word in between) == len(between) - 3 * len(s.attractors)


def test_the_wrong_form_differs_in_the_verb_alone() -> None:
    for s in agreement(50, seed=1):
        differ = [i for i, (a, b) in enumerate(zip(s.words, s.wrong, strict=True)) if a != b]
        assert differ == [s.verb]
        assert s.wrong[s.verb] in (VERBS if s.plural else VERBS.values())


def test_ranges_are_drawn_evenly_and_include_both_ends() -> None:
    drawn = agreement(3000, seed=2, phrases=(1, 3), adverbs=(0, 2))
    counts = Counter(len(s.attractors) for s in drawn)
    assert set(counts) == {1, 2, 3}
    assert min(counts.values()) > 850
    assert {s.verb - 2 - 3 * len(s.attractors) for s in drawn} == {0, 1, 2}
    assert 1350 < sum(s.plural for s in drawn) < 1650
    assert agreement(9, seed=2) == agreement(9, seed=2) != agreement(9, seed=3)


def test_number_and_attractors_can_be_set() -> None:
    rng = random.Random(0)
    for plural in (False, True):
        s = sentence(rng, 3, 1, plural=plural, attractors=not plural)
        assert (s.plural, s.attractors, s.congruent) == (plural, (not plural,) * 3, False)
        assert sentence(rng, 2, 0, plural, plural).congruent
    assert sentence(rng, 0, 0).congruent, "without a noun between nothing attracts"
    with pytest.raises(ValueError, match="-1 phrases"):
        sentence(rng, -1, 0)
