"""Film reviews in which the order of the words decides, with gold labels of any number.

Every kind but the first two comes in **twins**: the same words in another order with the opposite
label. No function of the words alone, however clever, can get more than half of such a pair.

| kind | a review | its twin |
|---|---|---|
| plain | the movie was great (+) | – |
| negation | the plot was not great (−) | – |
| correction | the plot was great, not boring (+) | the plot was boring, not great (−) |
| scope | the movie that was not long was great (+) | the movie that was long was not great (−) |
| without | it was without problems and not without charm (+) | the same, exchanged (−) |
| contrast | the plot was dull, but the movie was great (+) | the plot was great, but … dull (−) |
| intensity | the cast was slightly dull and the plot extremely funny (+) | degrees exchanged (−) |

The rules are simpler than English: `not` turns a word round, the clause after `but`, and the one
that `though` does not open, decides, and of two joined by `and` the stronger one does.
"""

import random
import zlib
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Literal, NamedTuple

from course_lib.corpora.corpus import Corpus, corpus

Split = Literal["train", "valid", "test"]
Pick = random.Random

GOOD, BAD, NEUTRAL, VIRTUES, FLAWS, NOUNS, FILMS, WEAKLY, STRONGLY = map(
    str.split,
    (
        "great wonderful brilliant moving funny clever charming beautiful superb gripping fresh "
        "honest warm witty touching thrilling elegant lovely good bright delightful smart tender "
        "lively",
        "boring awful dull bad terrible clumsy tedious weak silly lifeless stale shallow messy "
        "annoying predictable bland hollow dreary poor ugly lazy painful flat cheap",
        "long short old new loud quiet famous foreign expensive recent",
        "charm wit warmth surprises humor heart",
        "problems flaws mistakes holes gaps clichés",
        "movie film acting plot music ending story cast dialogue scenery",
        "movie film comedy drama thriller musical",
        "slightly mildly somewhat",
        "extremely truly incredibly",
    ),
)
ASPECTS = ("acting", "plot", "music")
OPENERS = ["", "overall ,", "honestly ,", "in the end ,", "i think", "we felt that", "to me ,"]


class Review(NamedTuple):
    """A review as words, its label (1 praises, 0 does not) and its kind."""

    words: list[str]
    label: int
    kind: str


class AspectReview(NamedTuple):
    """A review as words, and for each of `ASPECTS` whether it is praised (1) or not (0)."""

    words: list[str]
    labels: list[int]


def reviews(n: int, seed: int, split: Split = "train") -> list[Review]:
    """n independent reviews, a third of them plain, as many of each label on average.

    The bag of words decides the split, so no two splits share a review, nor a review's twin.
    """
    rng = random.Random(seed)
    return list(islice((rng.choice(pair) for pair in _pairs(rng, [*KINDS, *PLAIN], split)), n))


def matched_pairs(n: int, seed: int, split: Split = "test") -> list[tuple[Review, Review]]:
    """n pairs of twins: a positive and a negative review of the same words."""
    rng = random.Random(seed)
    pairs = _pairs(rng, list(TWINS), split)
    return list(islice(((pair[0], pair[1]) for pair in pairs), n))


def aspect_reviews(n: int, seed: int, split: Split = "train") -> list[AspectReview]:
    """n independent reviews of one to three aspects, in any order; several may be praised."""
    rng = random.Random(seed)
    return list(islice(_about_aspects(rng, split), n))


def sentiment(
    train: int = 4_000, valid: int = 500, test: int = 1_000, seed: int = 0
) -> Corpus[tuple[list[str], int]]:
    """Reviews and their labels as a corpus of pairs (words, label)."""
    sizes: dict[Split, int] = {"train": train, "valid": valid, "test": test}
    parts = [
        [(review.words, review.label) for review in reviews(n, seed, split)]
        for split, n in sizes.items()
    ]
    return corpus("sentiment", *parts)


def _pairs(rng: Pick, kinds: list[str], split: Split) -> Iterator[list[Review]]:
    while True:
        kind = rng.choice(kinds)
        opener = rng.choice(OPENERS)
        texts = KINDS[kind](rng)
        found = [Review(f"{opener} {text}".split(), 1 - i, kind) for i, text in enumerate(texts)]
        found = found if kind in TWINS else [rng.choice(found)]
        if _split(found[0].words) == split:
            yield found


def _split(words: list[str]) -> Split:
    bucket = zlib.crc32(" ".join(sorted(words)).encode()) % 10
    return "train" if bucket < 8 else "valid" if bucket == 8 else "test"


# --- kinds: each gives a praising text, then one that does not ---------------------------------


def _subjects(rng: Pick, count: int) -> list[str]:
    """Different ones."""
    return [f"{rng.choice(['the', 'the', 'this'])} {noun}" for noun in rng.sample(NOUNS, count)]


def _subject(rng: Pick) -> str:
    return _subjects(rng, 1)[0]


def _not(rng: Pick) -> str:
    return rng.choice(["was not", "wasn't"])


def _said(rng: Pick, praise: bool) -> str:
    """A verb and what it says: was great, was not boring."""
    if rng.random() < 0.6:
        return f"was {rng.choice(GOOD if praise else BAD)}"
    return f"{_not(rng)} {rng.choice(BAD if praise else GOOD)}"


def _plain(rng: Pick) -> list[str]:
    form, subject = rng.randrange(3), _subject(rng)
    degree = rng.choice([*WEAKLY, *STRONGLY])
    texts = []
    for words in (GOOD, BAD):
        first, second = rng.sample(words, 2)
        said = (first, f"{degree} {first}", f"{first} and {second}")[form]
        texts.append(f"{subject} was {said}")
    return texts


def _negation(rng: Pick) -> list[str]:
    start = f"{_subject(rng)} {_not(rng)}"
    return [f"{start} {rng.choice(words)}" for words in (BAD, GOOD)]


def _correction(rng: Pick) -> list[str]:
    subject, good, bad = _subject(rng), rng.choice(GOOD), rng.choice(BAD)
    return [f"{subject} was {one} , not {other}" for one, other in ((good, bad), (bad, good))]


def _scope(rng: Pick) -> list[str]:
    """The word in the relative clause is neutral; only the main clause judges."""
    subject, aside, negated = _subject(rng), rng.choice(NEUTRAL), _not(rng)
    word, praise = rng.choice([(rng.choice(GOOD), True), (rng.choice(BAD), False)])
    inside = f"{subject} that {negated} {aside} was {word}"
    outside = f"{subject} that was {aside} {negated} {word}"
    return [inside, outside] if praise else [outside, inside]


def _without(rng: Pick) -> list[str]:
    flaw, virtue = rng.choice(FLAWS), rng.choice(VIRTUES)
    if rng.random() < 0.5:
        subject = rng.choice([_subject(rng), "it"])
        nouns = ((flaw, virtue), (virtue, flaw))
        return [f"{subject} was without {one} and not without {other}" for one, other in nouns]
    best = f"my favorite {rng.choice(FILMS)} of {rng.randrange(1990, 2025)}"
    join, noun = rng.choice([(", though it", flaw), ("and it", virtue)])
    verbs = (("was", "wasn't"), ("wasn't", "was"))
    return [f"it {one} {best} {join} {other} without {noun}" for one, other in verbs]


def _contrast(rng: Pick) -> list[str]:
    one, other = _subjects(rng, 2)
    good, bad = _said(rng, True), _said(rng, False)
    form = rng.randrange(3)
    texts = []
    for main, aside in ((good, bad), (bad, good)):
        texts.append(
            (
                f"{other} {aside} , but {one} {main}",
                f"{one} {main} , though {other} {aside}",
                f"though {other} {aside} , {one} {main}",
            )[form]
        )
    return texts


def _intensity(rng: Pick) -> list[str]:
    (one, other), first = _subjects(rng, 2), rng.random() < 0.5
    good, bad = rng.choice(GOOD), rng.choice(BAD)
    weak, strong = rng.choice(WEAKLY), rng.choice(STRONGLY)
    texts = []
    for of_good, of_bad in ((strong, weak), (weak, strong)):
        clauses = [f"{one} was {of_good} {good}", f"{other} was {of_bad} {bad}"]
        texts.append(" and ".join(clauses if first else clauses[::-1]))
    return texts


KINDS: dict[str, Callable[[Pick], list[str]]] = {
    "plain": _plain,
    "negation": _negation,
    "correction": _correction,
    "scope": _scope,
    "without": _without,
    "contrast": _contrast,
    "intensity": _intensity,
}
PLAIN = ["plain"] * 2  # so that words alone are worth something: three of nine
TWINS = tuple(kind for kind in KINDS if kind not in ("plain", "negation"))


def _about_aspects(rng: Pick, split: Split) -> Iterator[AspectReview]:
    while True:
        chosen = rng.sample(ASPECTS, rng.randint(1, 3))
        praised = {aspect: rng.random() < 0.5 for aspect in chosen}
        clauses = [f"the {aspect} {_said(rng, praised[aspect])}" for aspect in chosen]
        text = " , ".join(clauses[:-1]) + " and " if len(clauses) > 1 else ""
        words = f"{rng.choice(OPENERS)} {text}{clauses[-1]}".split()
        if _split(words) == split:
            yield AspectReview(words, [int(praised.get(aspect, False)) for aspect in ASPECTS])
