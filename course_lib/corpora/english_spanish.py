"""A small English with its Spanish, word links included; every sentence has one translation.

What a translator must do here: put adjectives behind nouns ("the tall and sad king", "el rey alto
y triste"), except some ("el buen rey"); make article, noun and adjective agree; put the verb
first where somebody arrives, appears, falls ("llegó la bruja verde"), and not where somebody
sings; find a verb's ending from its subject; drop pronouns ("she sang", "cantó"), or put them
before the verb ("saw her", "la vio"); say one word in two ("near", "cerca de") and two in one
("did not sing", "no cantó"; "from the castle", "del castillo").

Some adjectives never meet some nouns in training (`UNSEEN`), though each is seen often with
others. Sentences from `unseen` hold at least one such meeting, so none has been memorised.
"""

import random
from collections.abc import Sequence
from itertools import pairwise

from course_lib.corpora.bitext import Bitext
from course_lib.corpora.corpus import Corpus, corpus
from course_lib.corpora.english_spanish_draw import Draw
from course_lib.corpora.english_spanish_rules import (
    Clause,
    NounPhrase,
    Predicate,
    Sentence,
    translate,
)
from course_lib.corpora.english_spanish_words import ADJECTIVES, NOUNS, QUALITIES

BANDS = ((3, 4), (5, 7), (8, 10), (11, 15), (16, 20), (21, 30))
"""Lengths of English sentences, in words, from and to."""
SHARES = (0.10, 0.20, 0.20, 0.20, 0.15, 0.15)
"""How much of the training split is in each band; in valid and test, all are equal."""
_SHAPES = ((1, 1, 0.0), (1, 1, 0.2), (1, 2, 0.4), (1, 3, 0.6), (2, 4, 0.6), (3, 5, 0.7))
"""Fewest and most clauses, and how full they are, for sentences that may be in each band."""

UNSEEN = {
    "witch": ("green", "French"), "wizard": ("blue", "tall"), "king": ("green", "brave"),
    "queen": ("blue", "old"), "girl": ("tall", "French"), "boy": ("young", "blue"),
    "woman": ("brave", "young"), "man": ("old", "green"), "actress": ("green", "young"),
    "actor": ("French", "tall"), "nun": ("blue", "brave"), "monk": ("old", "French"),
    "book": ("red", "new"), "letter": ("white", "old"), "apple": ("green", "small"),
    "sword": ("heavy", "blue"), "hat": ("white", "French"), "key": ("heavy", "red"),
    "mirror": ("old", "small"), "flower": ("blue", "new"), "pencil": ("green", "heavy"),
    "garden": ("small", "green"), "castle": ("white", "old"), "tower": ("red", "dark"),
    "house": ("blue", "big"), "forest": ("dark", "French"), "city": ("new", "white"),
    "bridge": ("red", "big"), "church": ("old", "blue"),
}  # fmt: skip
"""Adjectives that describe these nouns in no training and no validation sentence."""

THE_GREEN_WITCH = translate(
    Sentence(
        (Clause((NounPhrase("the", "witch", adjectives=("green",)),), (Predicate("arrive"),)),)
    )
)
""" "the green witch arrived", "llegó la bruja verde": the example of many lectures."""

_BAND = {length: k for k, (low, high) in enumerate(BANDS) for length in range(low, high + 1)}
_NOUN = {form: noun for noun, entry in NOUNS.items() for form in entry.english}
_SEEN = {
    noun: tuple(a for a in QUALITIES[entry.kind] if a not in UNSEEN[noun])
    for noun, entry in NOUNS.items()
}


def described(source: Sequence[str]) -> set[tuple[str, str]]:
    """Which adjective describes which noun (in the singular) in an English sentence.

    >>> sorted(described("the tall and sad kings saw the witch".split()))
    [('sad', 'king'), ('tall', 'king')]
    """
    pairs = set()
    for k, word in enumerate(source):
        before = k - 1 if word in _NOUN else -1
        while before >= 0 and source[before] in ADJECTIVES:
            pairs.add((source[before], _NOUN[word]))
            before -= 2 if source[before - 1] == "and" else 1
    return pairs


def is_unseen(source: Sequence[str]) -> bool:
    """Whether an adjective describes a noun that it never describes in training."""
    return any(adjective in UNSEEN[noun] for adjective, noun in described(source))


def english_spanish(
    train: int = 16_000, valid: int = 600, test: int = 1_200, seed: int = 0
) -> Corpus[Bitext]:
    """Pairs of sentences without a full stop; no English sentence occurs twice.

    No sentence has a combination of `UNSEEN`. The test split depends on `test` and `seed` alone.
    """
    rng, taken = random.Random(seed), set[str]()
    draw = Draw(rng, _SEEN)
    splits = [
        _fill(rng, draw, n, taken, shares)
        for n, shares in ((test, _EQUAL), (valid, _EQUAL), (train, SHARES))
    ]
    return corpus("english_spanish", *splits[::-1])


def unseen(n: int = 300, seed: int = 0) -> list[Bitext]:
    """`THE_GREEN_WITCH`, then n - 1 other sentences that each hold a combination of `UNSEEN`.

    Every band of lengths has about equally many.
    """
    rng, taken = random.Random(seed), {" ".join(THE_GREEN_WITCH.source)}
    draw = Draw(rng, {noun: _SEEN[noun] + 4 * UNSEEN[noun] for noun in NOUNS})
    others = _fill(rng, draw, n - 1, taken, _EQUAL, only_unseen=True)
    return [THE_GREEN_WITCH, *others]


_EQUAL = (1 / len(BANDS),) * len(BANDS)


def _fill(
    rng: random.Random,
    draw: Draw,
    n: int,
    taken: set[str],
    shares: Sequence[float],
    only_unseen: bool = False,
) -> list[Bitext]:
    """n pairs in any order, whose English is not taken yet; it is then."""
    ends = [round(n * sum(shares[:k])) for k in range(len(BANDS) + 1)]
    room = [end - start for start, end in pairwise(ends)]
    found = []
    for band, (fewest, most, full) in enumerate(_SHAPES):
        while room[band]:
            bitext = translate(draw.sentence(rng.randint(fewest, most), full))
            fits = _BAND.get(len(bitext.source))
            if fits is None or not room[fits] or (only_unseen and not is_unseen(bitext.source)):
                continue
            if (english := " ".join(bitext.source)) not in taken:
                taken.add(english)
                room[fits] -= 1
                found.append(bitext)
    rng.shuffle(found)
    return found
