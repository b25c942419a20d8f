"""Who did what to whom: paraphrases, graded similarity and answers, with gold by construction.

A sentence has two agents and two patients, and means the facts that it states: (verb, role,
person). Active or passive, which synonym, which of two persons first: these change the words and
not the facts. Persons who change sides change the facts and not the words. So examples come in
groups that differ in nothing but the order of their words and hold every answer equally often:
whoever sees only the words, or only how many of them two sentences share, gives a whole group
one answer.
"""

import random
from collections.abc import Callable, Sequence
from itertools import combinations
from typing import NamedTuple

from course_lib.corpora.corpus import Corpus, corpus
from course_lib.corpora.pair import Pair

PERSONS = (
    ("doctor", "physician"), ("lawyer", "attorney"), ("thief",), ("king",), ("sailor",),
    ("teacher",),
)  # fmt: skip
VERBS = (
    ("chased", "pursued"), ("helped", "assisted"), ("called", "phoned"), ("followed", "trailed")
)  # fmt: skip
PERSON, VERB = (
    {word: group[0] for group in groups for word in group} for groups in (PERSONS, VERBS)
)

Fact = tuple[str, str, str]
"""Verb, role, person: ("chased", "agent", "doctor"), by the first of their synonyms."""
Words = dict[str, str]
"""Which synonym to use for each meaning."""


class Event(NamedTuple):
    """Who did what to whom, by meanings."""

    verb: str
    agents: tuple[str, ...]
    patients: tuple[str, ...]

    def told(self, words: Words, passive: bool) -> list[str]:
        """In words; “who” may be the only agent, or the only patient."""
        agents, patients = (_listed([words[p] for p in side]) for side in self[1:])
        if passive:
            return [*patients, "was" if "who" in patients else "were", words[self.verb], "by",
                    *agents]  # fmt: skip
        return [*agents, words[self.verb], *patients]


class Question(NamedTuple):
    """A question, candidate sentences of which one answers it, and the number of that one."""

    question: list[str]
    candidates: list[list[str]]
    label: int


def facts(sentence: Sequence[str]) -> set[Fact]:
    """What a sentence states, read off its words; “who” stands for the person asked for.

    Raises:
        ValueError: if it is not in the language.
    """
    words = [word for word in sentence if word not in ("the", "and", "?")]
    at = next((k for k, word in enumerate(words) if word in VERB), 0)
    passive = words[at - 1 : at] in (["was"], ["were"]) and words[at + 1 : at + 2] == ["by"]
    before, after = words[: at - passive], words[at + 1 + passive :]
    agents, patients = (after, before) if passive else (before, after)
    if not (agents and patients and {*before, *after} <= {*PERSON, "who"}):
        raise ValueError(f"“{' '.join(sentence)}” is not in the language")
    return {
        (VERB[words[at]], role, PERSON.get(word, word))
        for role, side in (("agent", agents), ("patient", patients))
        for word in side
    }


def similarity(one: Sequence[str], other: Sequence[str]) -> float:
    """The share of their facts that two sentences have in common."""
    a, b = facts(one), facts(other)
    return len(a & b) / max(len(a), len(b))


def answers(question: Sequence[str], sentence: Sequence[str]) -> bool:
    """Whether the sentence tells who: it states what the question takes for granted."""
    return {fact for fact in facts(question) if fact[2] != "who"} <= facts(sentence)


# --- telling -------------------------------------------------------------------------------


def _listed(names: Sequence[str]) -> list[str]:
    """“the king and the sailor”; “who” has no article."""
    named = [[name] if name == "who" else ["the", name] for name in names]
    return [word for k, name in enumerate(named) for word in (["and", *name] if k else name)]


def _words(rng: random.Random) -> Words:
    chosen = {group[0]: rng.choice(group) for group in PERSONS + VERBS}
    return chosen | {"who": "who"}


def _event(rng: random.Random) -> Event:
    persons = rng.sample(sorted(set(PERSON.values())), 4)
    return Event(rng.choice(VERBS)[0], tuple(persons[:2]), tuple(persons[2:]))


def _meanings(event: Event) -> list[Event]:
    """The six ways to divide four persons into agents and patients; the event itself first."""
    persons = event.agents + event.patients
    return [
        Event(event.verb, agents, tuple(p for p in persons if p not in agents))
        for agents in combinations(persons, 2)
    ]


def _retold(rng: random.Random, event: Event, words: Words, passive: bool) -> list[str]:
    """With the two agents, and the two patients, in any order."""
    agents, patients = (tuple(rng.sample(side, len(side))) for side in event[1:])
    return Event(event.verb, agents, patients).told(words, passive)


# --- corpora -------------------------------------------------------------------------------


def paraphrases(
    train: int = 1_500, valid: int = 150, test: int = 300, seed: int = 0
) -> Corpus[Pair]:
    """So many groups of four pairs; label 1: both sentences say the same, 0: they do not.

    A group has two sentences that say the same, and their twins, in which persons have changed
    sides. Sentence and sentence, twin and twin are paraphrases; the two crossed pairs are not. So
    every sentence is in one pair of each kind.
    """
    return _grouped("paraphrases", _four_crossed, (train, valid, test), seed)


def _four_crossed(rng: random.Random) -> list[Pair]:
    event, *others = _meanings(_event(rng))
    both = (event, rng.choice(others))
    one, other = (
        [_retold(rng, meaning, words, passive) for meaning in both]
        for words, passive in [(_words(rng), rng.random() < 0.5) for _ in both]
    )
    return [Pair(one[i], other[j], int(i == j)) for i in (0, 1) for j in (0, 1)]


def graded(train: int = 2_000, valid: int = 200, test: int = 400, seed: int = 0) -> Corpus[Pair]:
    """So many groups of three pairs; the label is the share of facts in common: 1, 1/2 and 0.

    One agent changes sides with one patient, or both with both.
    """
    return _grouped("similarity", _three_grades, (train, valid, test), seed)


def _three_grades(rng: random.Random) -> list[Pair]:
    event = _event(rng)
    first = event.told(_words(rng), rng.random() < 0.5)
    same, *swapped, turned = _meanings(event)  # the last has the agents as its patients
    words, passive = _words(rng), rng.random() < 0.5
    return [
        Pair(first, _retold(rng, meaning, words, passive), grade)
        for meaning, grade in ((same, 1.0), (rng.choice(swapped), 0.5), (turned, 0.0))
    ]


def _grouped(
    name: str, group: Callable[[random.Random], list[Pair]], sizes: Sequence[int], seed: int
) -> Corpus[Pair]:
    rng = random.Random(seed)
    return corpus(name, *([pair for _ in range(n) for pair in group(rng)] for n in sizes))


def questions(
    train: int = 2_000, valid: int = 200, test: int = 600, seed: int = 0
) -> Corpus[Question]:
    """So many questions, each with the six sentences that four persons allow: the same words, six
    meanings, one of which answers."""
    rng = random.Random(seed)
    sizes = (train, valid, test)
    return corpus("answers", *([_question(rng) for _ in range(n)] for n in sizes))


def _question(rng: random.Random) -> Question:
    event, asking = _event(rng), _words(rng)
    who: tuple[str, ...] = ("who",)
    asked = event._replace(agents=who) if rng.random() < 0.5 else event._replace(patients=who)
    question = [*_retold(rng, asked, asking, passive=asked.patients == who), "?"]

    words, passive, meanings = _words(rng), rng.random() < 0.5, _meanings(event)
    rng.shuffle(meanings)
    told = [_retold(rng, meaning, words, passive) for meaning in meanings]
    return Question(question, told, meanings.index(event))
