"""Natural language inference whose labels are proved: every world is looked at.

A world says of each of six individuals what it does and where. A sentence is true or false in
each world, so a pair's label is a fact: the premise entails the hypothesis if this is true in
every world where that is, contradicts it if in none, and is neutral otherwise.

Pairs come in threes that share a hypothesis. Their premises have the same words in another
order and different labels. So whoever sees only the hypothesis, only the words, or only how
many of them the two sentences share, gives all three one answer and is right exactly once.
"""

import random
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product
from typing import NamedTuple

import numpy as np

from course_lib.corpora.corpus import Corpus, corpus
from course_lib.corpora.pair import Pair

LABELS = ("entailment", "neutral", "contradiction")
KINDS = {"child": ("boy", "girl", "baby"), "animal": ("dog", "cat", "horse")}
STATES = (
    ("playing", "snow"), ("playing", "garden"), ("sleeping", "garden"), ("sleeping", "kitchen"),
    ("eating", "kitchen"),
)  # fmt: skip
OUTSIDE = ("snow", "garden")
INDIVIDUALS = tuple(name for names in KINDS.values() for name in names)
QUANTIFIERS = ("every", "some", "no", "exactly one")
NEGATABLE = ("the", "some")  # “every child is not outside” would have two readings
SUBJECTS = (
    *(("the", name) for name in INDIVIDUALS),
    *((*quantifier.split(), kind) for quantifier, kind in product(QUANTIFIERS, KINDS)),
)
PREDICATES = (
    *((act, "in", "the", place) for act, place in STATES),
    *(("in", "the", place) for place in sorted({place for _, place in STATES})),
    *((act,) for act in sorted({act for act, _ in STATES})),
    ("outside",),
    ("inside",),
)


class Clause(NamedTuple):
    """“the dog is not outside” as (the, dog), True, (outside,)."""

    subject: tuple[str, ...]
    negated: bool
    predicate: tuple[str, ...]

    def words(self) -> list[str]:
        """As a sentence."""
        return [*self.subject, "is", *["not"] * self.negated, *self.predicate]

    def is_proper(self) -> bool:
        """Whether the language has it."""
        known = self.subject in SUBJECTS and self.predicate in PREDICATES
        return known and (not self.negated or self.subject[0] in NEGATABLE)


CLAUSES = tuple(
    clause for parts in product(SUBJECTS, (False, True), PREDICATES)
    if (clause := Clause(*parts)).is_proper()
)  # fmt: skip


def parse(sentence: Sequence[str]) -> list[Clause]:
    """The clauses around each “and”.

    Raises:
        ValueError: if the sentence is not in the language.
    """
    clauses = []
    for part in " ".join(sentence).split(" and "):
        subject, _, rest = part.partition(" is ")
        predicate = rest.removeprefix("not ")
        clause = Clause(tuple(subject.split()), predicate != rest, tuple(predicate.split()))
        if not clause.is_proper():
            raise ValueError(f"“{part}” of “{' '.join(sentence)}” is not in the language")
        clauses.append(clause)
    return clauses


def label(premise: Sequence[str], hypothesis: Sequence[str]) -> int:
    """The index in `LABELS`, by looking at every world.

    Raises:
        ValueError: if the premise is true in no world (it would entail anything), or a sentence
            is not in the language.
    """
    given = truth(parse(premise))
    if not given:
        raise ValueError(f"no world makes “{' '.join(premise)}” true")
    return _verdict(given, truth(parse(hypothesis)))


def _verdict(given: int, said: int) -> int:
    both = given & said
    return 0 if both == given else 1 if both else 2


def truth(clauses: Sequence[Clause]) -> int:
    """In which worlds all of them are true: bit w is 1 where they are in world w."""
    worlds = -1
    for clause in clauses:
        worlds &= _clause_truth(clause)
    return worlds


@cache
def _worlds() -> np.ndarray:
    """All of them (worlds, individuals): the number of each one's state."""
    return np.array(list(product(range(len(STATES)), repeat=len(INDIVIDUALS))), dtype=np.int8)


@cache
def _clause_truth(clause: Clause) -> int:
    fits = np.array([_fits(*state, clause.predicate) for state in STATES])
    names, quantifier = _names(clause), " ".join(clause.subject[:-1])
    states = _worlds()[:, [INDIVIDUALS.index(name) for name in names]]
    number = (fits[states] != clause.negated).sum(axis=1)  # of these individuals, in each world
    true = {"some": number > 0, "no": number == 0, "exactly one": number == 1}.get(
        quantifier, number == len(names)
    )
    return int.from_bytes(np.packbits(true).tobytes(), "big")


def _names(clause: Clause) -> tuple[str, ...]:
    """Of the individuals that the subject is about."""
    noun = clause.subject[-1]
    return KINDS.get(noun, (noun,))


def _fits(act: str, place: str, predicate: tuple[str, ...]) -> bool:
    if len(predicate) == 1 and predicate[0] in ("outside", "inside"):
        return (place in OUTSIDE) == (predicate[0] == "outside")
    return set(predicate) <= {act, "in", "the", place}


def nli(train: int = 3_000, valid: int = 300, test: int = 500, seed: int = 0) -> Corpus[Pair]:
    """So many groups of three pairs, a group after the other: entailment, neutral,
    contradiction.

    No two groups have both the hypothesis and the premises' words in common.
    """
    drawn = _groups(random.Random(seed))
    splits = [[pair for _ in range(n) for pair in next(drawn)] for n in (train, valid, test)]
    return corpus("nli", *splits)


def _groups(rng: random.Random) -> Iterator[list[Pair]]:
    """Without end; each kind of subject is as frequent as any other."""
    by_kind: dict[str, list[Clause]] = {}
    for clause in CLAUSES:
        by_kind.setdefault(clause.subject[0], []).append(clause)
    kinds, seen = sorted(by_kind), set()
    while True:
        one, other = (rng.choice(by_kind[rng.choice(kinds)]) for _ in range(2))
        premises = _same_words(one, other)
        if len(premises) < len(LABELS):
            continue
        words = " ".join(sorted(one.words() + other.words()))
        given = {premise: truth(premise) for premise in premises}
        different = set(given.values())  # at most so many verdicts
        about = set(_names(one) + _names(other))
        for hypothesis in rng.sample(by_kind[rng.choice(kinds)], 20):
            if len(different) < len(LABELS) or about.isdisjoint(_names(hypothesis)):
                continue  # it cannot have all three labels
            said = _clause_truth(hypothesis)
            verdicts = {_verdict(worlds, said) for worlds in different}
            if len(verdicts) == len(LABELS) and (words, hypothesis) not in seen:
                seen.add((words, hypothesis))
                told = [(premise, _verdict(worlds, said)) for premise, worlds in given.items()]
                chosen = (rng.choice([p for p, v in told if v == k]) for k in range(len(LABELS)))
                yield [_pair(premise, hypothesis, k) for k, premise in enumerate(chosen)]
                break


def _same_words(*parts: Clause) -> list[tuple[Clause, ...]]:
    """Premises that exchange quantifiers, nouns, predicates or the “not” of two clauses."""
    made = [
        Clause((*one.subject[:-1], noun.subject[-1]), which.negated, said.predicate)
        for one, noun, which, said in product(parts, repeat=4)
    ]
    return sorted(
        (a, b)
        for a, b in set(zip(made, reversed(made), strict=True))  # b has all that a has not
        if a.is_proper() and b.is_proper() and a.subject != b.subject and truth([a, b])
    )


def _pair(premise: Sequence[Clause], hypothesis: Clause, number: int) -> Pair:
    one, other = premise
    return Pair([*one.words(), "and", *other.words()], hypothesis.words(), number)
