"""Subject and verb that must agree, with as much between them as you like.

"the boys near the tree often greet her": between subject and verb stand prepositional phrases,
whose nouns may have the other number (**attractors**), and adverbs, which have none. So distance
and attraction can be varied apart.

Source: the task of Linzen, Dupoux and Goldberg (2016), arXiv:1611.01368; the nouns between are
drawn as in the controlled sentences of Lakretz et al. (2019), arXiv:1903.07435.
"""

import random
from dataclasses import dataclass

NOUNS = {
    "boy": "boys", "girl": "girls", "student": "students", "teacher": "teachers",
    "author": "authors", "doctor": "doctors", "farmer": "farmers", "witch": "witches",
    "tree": "trees", "car": "cars", "house": "houses", "table": "tables",
}  # fmt: skip
VERBS = {
    "greets": "greet", "sees": "see", "likes": "like", "avoids": "avoid",
    "knows": "know", "remembers": "remember",
}  # fmt: skip
PREPOSITIONS = ["near", "behind", "beside", "above"]
ADVERBS = ["often", "really", "always", "still"]
OBJECTS = ["her", "him", "them", "it"]
_OTHER_FORM = VERBS | {plural: singular for singular, plural in VERBS.items()}


@dataclass(frozen=True)
class Agreement:
    """A sentence with one subject and its verb."""

    words: tuple[str, ...]
    plural: bool
    """The number of the subject."""
    verb: int
    """Where the verb stands; the subject stands at 1."""
    attractors: tuple[bool, ...]
    """The number of each noun between subject and verb; True is plural."""

    @property
    def distance(self) -> int:
        """Words from the subject to the verb; 1 where the verb is next."""
        return self.verb - 1

    @property
    def congruent(self) -> bool:
        """Whether every noun between has the subject's number."""
        return all(number == self.plural for number in self.attractors)

    @property
    def wrong(self) -> tuple[str, ...]:
        """The same sentence with the other form of the verb."""
        other = _OTHER_FORM[self.words[self.verb]]
        return (*self.words[: self.verb], other, *self.words[self.verb + 1 :])


def sentence(
    rng: random.Random,
    phrases: int,
    adverbs: int,
    plural: bool | None = None,
    attractors: bool | None = None,
) -> Agreement:
    """One sentence with so many prepositional phrases and adverbs between subject and verb.

    Args:
        plural: the subject's number; drawn if None.
        attractors: the number of all nouns between; each is drawn if None.

    Raises:
        ValueError: if a count is negative.
    """
    if phrases < 0 or adverbs < 0:
        raise ValueError(f"{phrases} phrases, {adverbs} adverbs: both must be at least 0")
    plural = rng.random() < 0.5 if plural is None else plural
    words = ["the", _noun(rng, plural)]
    numbers = []
    for _ in range(phrases):
        numbers.append(rng.random() < 0.5 if attractors is None else attractors)
        words += [rng.choice(PREPOSITIONS), "the", _noun(rng, numbers[-1])]
    words += [rng.choice(ADVERBS) for _ in range(adverbs)]
    verb = rng.choice(list(VERBS))
    position = len(words)
    words += [VERBS[verb] if plural else verb, rng.choice(OBJECTS)]
    return Agreement(tuple(words), plural, position, tuple(numbers))


def agreement(
    n: int, seed: int, phrases: tuple[int, int] = (0, 3), adverbs: tuple[int, int] = (0, 2)
) -> list[Agreement]:
    """n sentences; how many phrases and adverbs each has is drawn from these ranges, both ends
    included."""
    rng = random.Random(seed)
    return [sentence(rng, rng.randint(*phrases), rng.randint(*adverbs)) for _ in range(n)]


def _noun(rng: random.Random, plural: bool) -> str:
    noun = rng.choice(list(NOUNS))
    return NOUNS[noun] if plural else noun
