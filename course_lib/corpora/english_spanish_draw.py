"""Sentences of the English-Spanish language, drawn at random as trees.

No noun and no verb occurs twice in a sentence while there are others, so a long one is much to
remember. And no sentence has two trees, so none has two translations: objects are not joined by
"and"; "and" joins no clause to one with two subjects; a second verb follows only where it can
have but one subject (not "saw the witch who danced and sang").
"""

import random
from collections.abc import Mapping, Sequence
from typing import no_type_check

from course_lib.corpora.english_spanish_rules import (
    Clause,
    NounPhrase,
    Phrase,
    Predicate,
    Sentence,
)
from course_lib.corpora.english_spanish_words import (
    CONNECTORS,
    NOUNS,
    OBJECT_PRONOUNS,
    OPENINGS,
    OPINIONS,
    PRONOUNS,
    STATES,
    VERBS,
)

_OF_KIND = {kind: [n for n, noun in NOUNS.items() if noun.kind == kind] for kind in OPINIONS}
_PLAIN = [verb for verb in VERBS if verb not in ("be", "there be", "say")]
_ARRIVE = [verb for verb in _PLAIN if VERBS[verb].first]
_TO_SOME = [verb for verb in _PLAIN if VERBS[verb].objects]
_ALONE = [verb for verb in _PLAIN if verb not in _ARRIVE + _TO_SOME]
_ON_THINGS = [verb for verb in _TO_SOME if "thing" in VERBS[verb].objects and verb != "give"]
_OF_THINGS = ["arrive", "appear", "fall"]
_SINGULAR = ["the"] * 6 + ["a"] * 3 + ["this"]
_PLURAL = ["the"] * 5 + ["these", "many", "two", "three"]
_INDEFINITE = (["a"], ["many", "two", "three"])
_OF_PLACES = (_SINGULAR, ["the", "the", "these"])
_SORTS = ("green", "blue", "red", "white"), ("young", "old", "new"), ("small", "big", "great")
_SORT = {adjective: k for k, sort in enumerate(_SORTS) for adjective in sort}


@no_type_check  # at run time, that is: so many small calls would take many times as long
class Draw:
    """Draws sentences in which a noun has, beside opinions, only the qualities given for it."""

    def __init__(self, rng: random.Random, qualities: Mapping[str, Sequence[str]]) -> None:
        self.random, self.pick, self.qualities = rng.random, rng.choice, qualities
        self.used: set[str] = set()
        self.pronouns: Sequence[str] = ()
        self.full = 0.0

    def sentence(self, clauses: int, full: float) -> Sentence:
        """So many clauses; the larger `full` (0 to 1), the more each says."""
        past = self.random() < 0.7
        # "I sing" and "we sing" are not in the language: the present has the third person only.
        self.pronouns = list(PRONOUNS) if past else ["he", "she", "they"]
        self.used, self.full = set(), full
        parts, connectors = [self.clause("")], []
        while len(parts) < clauses:
            connectors.append(self.fresh(list(CONNECTORS)))
            parts.append(self.clause(connectors[-1]))
        still = parts[0].predicates[0].verb in ("be", "there be")
        openings = [word for word in OPENINGS[past] if not (still and word == "suddenly")]
        opening = self.pick(openings) if full and self.random() < 0.15 else ""
        return Sentence(tuple(parts), tuple(connectors), past, opening)

    def fresh(self, words: Sequence[str]) -> str:
        """One that the sentence has not yet, if a few tries find any."""
        for _ in range(9):
            if (word := self.pick(words)) not in self.used:
                break
        self.used.add(word)
        return word

    def clause(self, connector: str) -> Clause:
        """What may follow a connector: "" at the start, "that" after "said"."""
        kind = self.random()
        if kind < 0.05:
            return self.there_is()
        if kind < 0.11 and self.full and connector != "that":
            said = Predicate("say", says=self.clause("that"))
            return Clause(self.subject(connector), (said,))
        if kind < 0.18:
            return self.state(connector)
        return self.action(connector)

    def state(self, connector: str) -> Clause:
        """“I was” and “they were” are not in the language: who is it, women or men?"""
        negated = self.random() < 0.2
        if self.random() < 0.3:
            return Clause(
                self.pick(["he", "she"]),
                (Predicate("be", negated, adjective=self.pick(STATES)),),
            )
        people = self.people(connector)
        adjective = self.other_state([word for part in people for word in part.adjectives])
        return Clause(people, (Predicate("be", negated, adjective=adjective),))

    def other_state(self, said: Sequence[str]) -> str:
        """No “sad king” who “was sad”."""
        return self.pick([word for word in STATES if word not in said] or STATES)

    def there_is(self) -> Clause:
        thing = self.noun_phrase(self.pick(("person", "thing")), self.full, _INDEFINITE)
        phrases = () if _has_clause(thing) else self.phrases("there be", 0.8)
        return Clause((thing,), (Predicate("there be", phrases=phrases),))

    def action(self, connector: str) -> Clause:
        verb = self.verb(_ARRIVE, _ALONE, _TO_SOME)
        moves = VERBS[verb].first
        if verb in _OF_THINGS and self.random() < 0.25:
            thing = self.noun_phrase("thing", 0.4 * self.full)
            return Clause((thing,), (self.predicate(verb, 0.0 if thing.more else 0.5),))
        # "llegó la bruja que cantó" ends there: what followed would be said of the singing.
        subject = self.subject(connector)
        ends = moves and any(not isinstance(part, str) and part.more for part in subject)
        first = self.predicate(verb, 0.0 if ends else 0.2 + 0.4 * self.full)
        follows = connector in ("", "and", "but") and not ends and not _has_clause(first.object)
        if follows and self.random() < 0.4 * self.full:
            second = self.predicate(self.verb(_ARRIVE, _ALONE, _TO_SOME), 0.3 * self.full)
            return Clause(subject, (first, second))
        return Clause(subject, (first,))

    def verb(self, *lists: Sequence[str]) -> str:
        return self.fresh(self.pick(lists))

    def subject(self, connector: str) -> str | tuple[NounPhrase, ...]:
        return self.pick(self.pronouns) if self.random() < 0.3 else self.people(connector)

    def people(self, connector: str) -> tuple[NounPhrase, ...]:
        if connector != "and" and self.random() < 0.15 * self.full:
            return self.noun_phrase("person"), self.noun_phrase("person")
        return (self.noun_phrase("person", 0.4 * self.full),)

    def predicate(self, verb: str, phrase: float, more: float = 0.4) -> Predicate:
        """`phrase` and `more` are the probabilities of a phrase and of a described object."""
        negated = self.random() < 0.18
        if verb == "give":
            receiver = Phrase("to", self.noun_phrase("person"))
            return Predicate(verb, negated, self.noun_phrase("thing"), (receiver,))
        thing: NounPhrase | str | None = None
        if kinds := VERBS[verb].objects:
            kind = self.pick(kinds)
            if kind == "person" and self.random() < 0.35:
                thing = self.pick(list(OBJECT_PRONOUNS))
            else:
                thing = self.noun_phrase(kind, more * self.full)
        return Predicate(
            verb, negated, thing, () if _has_clause(thing) else self.phrases(verb, phrase)
        )

    def phrases(self, verb: str, probability: float) -> tuple[Phrase, ...]:
        if not self.random() < probability:
            return ()
        return (self.phrase(self.pick(VERBS[verb].prepositions), 0.3 * self.full),)

    def phrase(self, preposition: str, more: float = 0.0) -> Phrase:
        """What stands after a preposition is a person after "with", "for" and "of"."""
        kind = "person" if preposition in ("with", "for", "of") else "place"
        noun_phrase = self.noun_phrase(kind, more if kind == "place" else 0.0)
        if preposition == "in" and noun_phrase.noun == "bridge":
            preposition = "on"
        return Phrase(preposition, noun_phrase)

    def noun_phrase(
        self,
        kind: str,
        more: float = 0.0,
        determiners: tuple[Sequence[str], Sequence[str]] = (_SINGULAR, _PLURAL),
    ) -> NounPhrase:
        noun, plural = self.fresh(_OF_KIND[kind]), self.random() < 0.35
        determiner = self.pick((_OF_PLACES if kind == "place" else determiners)[plural])
        adjectives = self.adjectives(noun, kind)
        said = self.described(kind, adjectives) if self.random() < more else None
        return NounPhrase(determiner, noun, plural, adjectives, said)

    def adjectives(self, noun: str, kind: str) -> tuple[str, ...]:
        full = self.full
        opinions, qualities = OPINIONS[kind], self.qualities[noun]
        found = [self.pick(opinions)] if self.random() < 0.05 + 0.1 * full else []
        if self.random() < 0.3 + 0.25 * full:
            found.append(self.pick(qualities))
        if self.random() < 0.1 * full:
            found.append(self.pick(qualities))
        # No “green and blue”, no “great big”: two of a sort say the same, or cannot both be.
        kept: dict[int | str, str] = {}
        for adjective in found:
            kept.setdefault(_SORT.get(adjective, adjective), adjective)
        return tuple(kept.values())

    def described(self, kind: str, adjectives: Sequence[str]) -> Phrase | Predicate | Clause:
        """What is said more of a person, a thing, a place."""
        if kind == "place":
            return self.phrase(self.pick(("of", "near")))
        if kind == "thing":
            return self.phrase("of") if self.random() < 0.4 else self.what_somebody_did()
        if self.random() < 0.5:
            return self.who_did_something(adjectives)
        return (
            self.phrase("from")
            if self.random() < 0.6
            else Phrase("with", self.noun_phrase("thing"))
        )

    def who_did_something(self, adjectives: Sequence[str]) -> Predicate:
        if self.random() < 0.15:
            return Predicate("be", adjective=self.other_state(adjectives))
        verb = self.verb(_ARRIVE, _ALONE, _TO_SOME)
        return self.predicate(verb, 0.2, 0.0)

    def what_somebody_did(self) -> Clause:
        verb, negated = self.verb(_ON_THINGS), self.random() < 0.15
        subject = self.pick(self.pronouns) if self.random() < 0.3 else (self.noun_phrase("person"),)
        return Clause(subject, (Predicate(verb, negated),))


def _has_clause(thing: NounPhrase | str | None) -> bool:
    return isinstance(thing, NounPhrase) and isinstance(thing.more, Predicate | Clause)
