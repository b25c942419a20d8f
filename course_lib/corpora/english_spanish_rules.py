"""How a sentence is said in English and in Spanish, and which words say the same.

A sentence is a tree: clauses of subject and predicates, with English words at its leaves. English
is written from left to right; each phrase gives back its Spanish words, linked to the English
ones just written, and the phrase above puts them in Spanish order.

Links follow these conventions:

- A dropped subject pronoun is linked to its verb, whose ending says it: "she sang" is "cantó",
  both English words linked to it; with two verbs, to the first.
- "did" and "does" are linked to the verb, "not" to "no", "looked for" with both words to "buscó".
- A contraction has the links of both its parts: in "del castillo", "del" is linked to "from" and
  "the".
- The "a" before a person who is an object says nothing that English says: it has no link. "al" has
  that of its article.
- Where several words together say what several others do, each is linked to each: "every day" and
  "todos los días".
"""

from typing import NamedTuple, Union, no_type_check

from course_lib.corpora import english_spanish_words as lexicon
from course_lib.corpora.bitext import Bitext


class NounPhrase(NamedTuple):
    """“the green witch”; `noun` is in the singular.

    What is said more is a phrase ("from the city"), a predicate ("who sang"), or a clause whose
    object this is ("that the king bought").
    """

    determiner: str
    noun: str
    plural: bool = False
    adjectives: tuple[str, ...] = ()
    more: Union["Phrase", "Predicate", "Clause", None] = None


class Phrase(NamedTuple):
    """“near the tower”."""

    preposition: str
    noun_phrase: NounPhrase


class Predicate(NamedTuple):
    """“did not look for her in the garden”; `verb` is a key of `VERBS`."""

    verb: str
    negated: bool = False
    object: NounPhrase | str | None = None
    phrases: tuple[Phrase, ...] = ()
    adjective: str = ""
    says: Union["Clause", None] = None


class Clause(NamedTuple):
    """Who, as a pronoun or as one or two noun phrases, and what they did."""

    subject: str | tuple[NounPhrase, ...]
    predicates: tuple[Predicate, ...]


class Sentence(NamedTuple):
    """Clauses, with a connector between each and the next; all in one tense."""

    clauses: tuple[Clause, ...]
    connectors: tuple[str, ...] = ()
    past: bool = True
    opening: str = ""


def translate(sentence: Sentence) -> Bitext:
    """The sentence in English and in Spanish."""
    writer = _Writer(sentence.past)
    said: _Spanish = []
    if sentence.opening:
        links = writer.say(*sentence.opening.split())
        said += [
            (word, links) for word in lexicon.OPENINGS[sentence.past][sentence.opening].split()
        ]
    said += writer.clause(sentence.clauses[0])
    for connector, clause in zip(sentence.connectors, sentence.clauses[1:], strict=True):
        said.append((lexicon.CONNECTORS[connector], writer.say(connector)))
        said += writer.clause(clause)
    return _contracted(writer.english, said)


_Links = tuple[int, ...]
_Spanish = list[tuple[str, _Links]]
"""Words, each with the indices of the English words that it is linked to."""
_Agreement = tuple[int, bool, bool]
"""Person, whether plural, whether feminine."""


def _contracted(english: list[str], said: _Spanish) -> Bitext:
    """With "a el" as "al" and "de el" as "del"."""
    spanish: list[str] = []
    links = []
    for word, indices in said:
        if word == "el" and spanish and spanish[-1] in ("a", "de"):
            spanish[-1] += "l"
        else:
            spanish.append(word)
        links += [(i, len(spanish) - 1) for i in indices]
    return Bitext(english, spanish, frozenset(links))


def _agreement(subject: str | tuple[NounPhrase, ...]) -> _Agreement:
    if isinstance(subject, str):
        return lexicon.PRONOUNS[subject]
    plural = len(subject) > 1 or subject[0].plural
    return 3, plural, all(lexicon.NOUNS[part.noun].feminine for part in subject)


@no_type_check  # at run time, that is: so many small calls would take many times as long
class _Writer:
    """Writes English down, and gives back Spanish."""

    def __init__(self, past: bool) -> None:
        self.english: list[str] = []
        self.past = past

    def say(self, *words: str) -> _Links:
        """Writes English words; gives their indices."""
        start = len(self.english)
        self.english += words
        return tuple(range(start, start + len(words)))

    def clause(self, clause: Clause) -> _Spanish:
        agreement = _agreement(clause.subject)
        first, *others = clause.predicates
        if first.verb == "there be":
            return self.there_is(clause)
        subject, pronoun = self.subject(clause.subject)
        head, rest = self.predicate(first, agreement, pronoun)
        said = head + subject if lexicon.VERBS[first.verb].first else subject + head
        said += rest
        for predicate in others:
            said.append(("y", self.say("and")))
            head, rest = self.predicate(predicate, agreement)
            said += head + rest
        return said

    def there_is(self, clause: Clause) -> _Spanish:
        _, plural, _ = _agreement(clause.subject)
        verb = lexicon.VERBS["there be"]
        links = self.say("there", (verb.past if self.past else verb.present)[plural])
        said = [(verb.spanish_past[2][0] if self.past else verb.spanish_present[0], links)]
        said += self.subject(clause.subject)[0]
        for phrase in clause.predicates[0].phrases:
            said += self.phrase(phrase)
        return said

    def subject(self, subject: str | tuple[NounPhrase, ...]) -> tuple[_Spanish, _Links]:
        """What is said of it in Spanish, and the pronoun that is not."""
        if isinstance(subject, str):
            return [], self.say(subject)
        said: _Spanish = []
        for part in subject:
            if said:
                said.append(("y", self.say("and")))
            said += self.noun_phrase(part)
        return said, ()

    def predicate(
        self, predicate: Predicate, agreement: _Agreement, pronoun: _Links = ()
    ) -> tuple[_Spanish, _Spanish]:
        """The verb with what must stand before it, and what stands after it."""
        head, (form, links) = self.verb(predicate, agreement)
        rest: _Spanish = []
        thing = predicate.object
        if isinstance(thing, str):
            head.append((lexicon.OBJECT_PRONOUNS[thing], self.say(thing)))
        elif thing is not None:
            if lexicon.NOUNS[thing.noun].kind == "person":
                rest.append(("a", ()))
            rest += self.noun_phrase(thing)
        head.append((form, pronoun + links))
        if predicate.adjective:
            _, plural, feminine = agreement
            forms = lexicon.ADJECTIVES[predicate.adjective]
            rest.append((forms[2 * plural + feminine], self.say(predicate.adjective)))
        for phrase in predicate.phrases:
            rest += self.phrase(phrase)
        if predicate.says:
            rest.append(("que", self.say("that")))
            rest += self.clause(predicate.says)
        return head, rest

    def verb(self, predicate: Predicate, agreement: _Agreement) -> tuple[_Spanish, tuple]:
        """“no”, if so, and the Spanish verb with its links."""
        person, plural, _ = agreement
        verb, past = lexicon.VERBS[predicate.verb], self.past
        # "I was", "I sang", but no "I am" and "I sing": these two are for the past only.
        english = (verb.past if past else verb.present)[plural]
        spanish = verb.spanish_past[person - 1] if past else verb.spanish_present
        head: _Spanish = []
        if not predicate.negated:
            links = self.say(english)
        elif verb.base == "be":
            links = self.say(english)
            head.append(("no", self.say("not")))
        else:
            links = self.say("did" if past else ("does", "do")[plural])
            head.append(("no", self.say("not")))
            links += self.say(verb.base)
        if predicate.verb in lexicon.PARTICLES:
            links += self.say(lexicon.PARTICLES[predicate.verb])
        return head, (spanish[plural], links)

    def phrase(self, phrase: Phrase) -> _Spanish:
        links = self.say(phrase.preposition)
        said = [(word, links) for word in lexicon.PREPOSITIONS[phrase.preposition]]
        return said + self.noun_phrase(phrase.noun_phrase)

    def noun_phrase(self, phrase: NounPhrase) -> _Spanish:
        noun, plural = lexicon.NOUNS[phrase.noun], phrase.plural
        form = 2 * plural + noun.feminine
        following = (*phrase.adjectives, noun.english[plural])[0]
        vowel = phrase.determiner == "a" and following[0] in "aeiou"
        article = self.say("an" if vowel else phrase.determiner)
        said = [(lexicon.DETERMINERS[phrase.determiner][form], article)]
        after: _Spanish = []
        for adjective in phrase.adjectives:
            if adjective in lexicon.BEFORE_NOUN:
                said.append((lexicon.ADJECTIVES[adjective][form], self.say(adjective)))
            else:
                if after:
                    after.append(("y", self.say("and")))
                after.append((lexicon.ADJECTIVES[adjective][form], self.say(adjective)))
        said.append((noun.spanish[plural], self.say(noun.english[plural])))
        said += after
        return said + self.more(phrase) if phrase.more else said

    def more(self, phrase: NounPhrase) -> _Spanish:
        more = phrase.more
        if isinstance(more, Phrase):
            return self.phrase(more)
        if isinstance(more, Predicate):
            links = self.say("who")
            head, rest = self.predicate(more, _agreement((phrase,)))
            return [("que", links), *head, *rest]
        assert isinstance(more, Clause)
        links = self.say("that")
        subject, pronoun = self.subject(more.subject)
        head, rest = self.predicate(more.predicates[0], _agreement(more.subject), pronoun)
        return [("que", links), *head, *subject, *rest]
