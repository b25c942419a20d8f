"""The small English of `english` with a part of speech for every word, and words that have two.

The tags are those of the Penn Treebank. Four kinds of words have two of them:

* "praised" and its like are VBD in "the actor praised the movie" and VBN in "the actor praised by
  the critic": what comes *after* decides (the garden path of Bever, 1970);
* "her" is PRP in "finds her" and PRP$ in "finds her hat": what comes after decides;
* "patient" and "favorite" are JJ before a noun and NN else: what comes after decides;
* "study" and its like are VB after "will" and VBP else: what came *before* decides.

Two more need no particular side: "that" is WDT after a noun and DT else, "long" is RB in "so long"
and JJ else. Every word of the grammar carries
its tag ("fish/NN"), so gold tags are exact, and since no sentence has two derivations, whoever
reads all of it can know every tag.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from course_lib.corpora.conllu import Tagged
from course_lib.corpora.english import SCENES, english
from course_lib.corpora.grammars import PCFG, Rule

_ALWAYS = {
    **dict.fromkeys(["near", "in", "for", "because", "while", "by"], "IN"),
    **dict.fromkeys(["the", "this", "every", "these", "some"], "DT"),
    **dict.fromkeys(["one", "two"], "CD"),
    **{"and": "CC", "so": "RB", "long": "RB", "thanks": "NNS", "all": "PDT"},
    **{"who": "WP", "that": "WDT", "fish": "NN", "wishes": "NNS"},
}
"""Words that rules name beside symbols, and those of symbols that hold several kinds."""

DONE = {
    "school": "studied/opened/explained",
    "cinema": "watched/reviewed/praised",
    "village": "caught/eaten/brought",
    "winter": "found/thrown/carried",
}
DONE_TO_PEOPLE = {
    "school": "studied",
    "cinema": "watched/praised",
    "village": "caught/brought",
    "winter": "found/carried",
}
NOUNS_LIKE_ADJECTIVES = {"school": "patient", "cinema": "favorite"}


def split(tagged: str) -> tuple[str, str]:
    """A word of the grammar, "fish/NN", as word and tag."""
    word, _, tag = tagged.rpartition("/")
    return word, tag


@cache
def tagged_english() -> PCFG:
    """The grammar of `english`, tagged, with rules for "the movie was great", for "praised by",
    for "her", for people called patient or favorite, for "will study" and for "that movie"."""
    rules: dict[str, list[Rule]] = {
        symbol: [
            (p, tuple(_tagged(symbol, k, part, known) for part in right))
            for k, (p, right) in enumerate(some)
        ]
        for known in [english().rules]
        for symbol, some in known.items()
    }
    _add(rules, "Det.sg", 0.1, [("that/DT",)])
    for number, tag in (("sg", "NN"), ("pl", "NNS")):
        rules[f"Which.{number}"] = [(0.8, (f"Det.{number}",)), (0.2, ("her/PRP$",))]
        for scene, noun in NOUNS_LIKE_ADJECTIVES.items():
            plural = "s" if number == "pl" else ""
            _add(rules, f"Noun.{scene}.{number}", 0.08, [(f"{noun}{plural}/{tag}",)])
    rules["Be.sg"] = [(0.5, ("is/VBZ",)), (0.5, ("was/VBD",))]
    rules["Be.pl"] = [(0.5, ("are/VBP",)), (0.5, ("were/VBD",))]
    for scene in SCENES:
        _add_scene(rules, scene)
    said = [(f"Thing.{s}.{n}", f"Be.{n}", f"Quality.{s}") for s in SCENES for n in ("sg", "pl")]
    _add(rules, "Clause", 0.2, said)
    return PCFG("S", rules)


def _tagged(symbol: str, k: int, part: str, known: Mapping[str, Sequence[Rule]]) -> str:
    """A word with its tag, as the k-th choice of `symbol`; a symbol stays as it is."""
    if part in known:
        return part
    kind, plural = symbol.split(".")[0], symbol.endswith(".pl")
    if kind in ("Noun", "Object"):
        tag = "NNS" if plural else "NN"
    elif kind in ("Verb", "Act"):  # present and past take turns
        tag = "VBD" if k % 2 else "VBP" if plural else "VBZ"
    else:
        tag = {"Place": "NN", "Adj": "JJ", "Quality": "JJ"}.get(kind) or _ALWAYS[part]
    return f"{part}/{tag}"


def _add(
    rules: dict[str, list[Rule]], symbol: str, share: float, rights: Sequence[tuple[str, ...]]
) -> None:
    """New choices, equally likely, that take `share` of the symbol's uses."""
    old = [(p * (1 - share), right) for p, right in rules[symbol]]
    rules[symbol] = old + [(share / len(rights), right) for right in rights]


def _add_scene(rules: dict[str, list[Rule]], scene: str) -> None:
    for symbol, done in (("Done", DONE[scene]), ("DoneTo", DONE_TO_PEOPLE[scene])):
        forms = done.split("/")
        shares = [1 / rank for rank in range(1, len(forms) + 1)]  # frequent first
        rules[f"{symbol}.{scene}"] = [
            (share / sum(shares), (f"{form}/VBN",))
            for share, form in zip(shares, forms, strict=True)
        ]
    for number in ("sg", "pl"):
        which = f"{scene}.{number}"
        for symbol in ("Verb", "Act"):
            forms = [split(right[0])[0] for _, right in rules[f"{symbol}.{scene}.pl"][::2]]
            _add(rules, f"{symbol}.{which}", 0.2, [("will/MD", f"{form}/VB") for form in forms])
        noun = (f"Det.{number}", f"Noun.{which}")
        _add(rules, f"Person.{which}", 0.1, [(*noun, f"DoneTo.{scene}", "by/IN", "Person")])
        rules[f"Thing.{which}"] = [
            (p, (f"Which.{number}", *right[1:])) for p, right in rules[f"Thing.{which}"]
        ]
        thing = (f"Which.{number}", f"Object.{which}")
        _add(rules, f"Thing.{which}", 0.05, [(*thing, f"Done.{scene}", "by/IN", "Person")])
    _add(rules, f"Thing.{scene}", 0.15, [("her/PRP",)])


def sample(n: int, seed: int) -> list[Tagged]:
    """n independent sentences with their tags; the same seed gives the same ones."""
    sentences = []
    for tagged in tagged_english().sample(n, seed):
        words, tags = zip(*map(split, tagged), strict=True)
        sentences.append((list(words), list(tags)))
    return sentences


@cache
def possible_tags() -> Mapping[str, tuple[str, ...]]:
    """The tags of each word in the language; more than one makes it ambiguous."""
    tags: dict[str, list[str]] = {}
    for word, tag in map(split, tagged_english().words):
        tags.setdefault(word, []).append(tag)
    return {word: tuple(some) for word, some in tags.items()}


def given_the_left(words: Sequence[str]) -> list[dict[str, float]]:
    """For each word P(its tag | the words up to and including it): what reading forwards can know.

    Exact: how probable it is that a sentence begins so, with each tag in turn. No tagger that
    reads from left to right is right more often than one that chooses the most probable of these.

    Raises:
        ValueError: if no sentence of the language begins with these words.
    """
    tags = possible_tags()
    places = [[f"{word}/{tag}" for tag in tags.get(word, ())] for word in words]
    sums = _Beginning(tagged_english().rules, places)
    found = []
    for t, word in enumerate(words):
        some = tags.get(word, ())
        chances = dict.fromkeys(some, 1.0)
        if len(some) > 1 or t == len(words) - 1:
            chances = {tag: sums.chance("S", t, [f"{word}/{tag}"]) for tag in some}
        total = math.fsum(chances.values())
        if not total:
            raise ValueError(f"no sentence begins with {' '.join(words[: t + 1])!r}")
        found.append({tag: chance / total for tag, chance in chances.items()})
    return found


def beginning(
    rules: Mapping[str, Sequence[Rule]], symbol: str, places: Sequence[Collection[str]]
) -> float:
    """How probable it is that what the symbol makes begins with these words, and maybe goes on.

    At each place several words may stand; the rules are without left recursion.
    """
    return _Beginning(rules, places).chance(symbol, len(places) - 1, places[-1])


@dataclass
class _Beginning:
    """Sums over derivations; what a symbol makes at a place is worked out once."""

    rules: Mapping[str, Sequence[Rule]]
    places: Sequence[Collection[str]]
    seen: dict[tuple[str, int], dict[int, float]] = field(default_factory=dict)
    fits: dict[tuple[str, int], bool] = field(default_factory=dict)

    def chance(self, symbol: str, t: int, last: Collection[str]) -> float:
        """That what the symbol makes begins with places 0 to t - 1 and one of `last`."""
        self._t, self._last = t, last
        self._done: dict[tuple[tuple[str, ...], int], float] = {}
        return self._of((symbol,), 0)

    def _of(self, parts: tuple[str, ...], i: int) -> float:
        """That symbols in a row make all from place i to t, and maybe more."""
        if i > self._t:
            return 1.0
        if not parts:
            return 0.0
        if (parts, i) not in self._done:
            chance = self._one(parts[0], i)
            for end, p in self.ends(parts[0], i).items():
                if end <= self._t:
                    chance += p * self._of(parts[1:], end)
            self._done[parts, i] = chance
        return self._done[parts, i]

    def _one(self, symbol: str, i: int) -> float:
        """That one symbol makes all of that, and maybe more."""
        if symbol not in self.rules:
            return float(i == self._t and symbol in self._last)
        if not self._begins(symbol, i):
            return 0.0
        return math.fsum(p * self._of(right, i) for p, right in self.rules[symbol])

    def _begins(self, symbol: str, i: int) -> bool:
        """Whether the symbol can begin with a word of place i: most cannot."""
        if symbol not in self.rules:
            return symbol in self.places[i]
        if (symbol, i) not in self.fits:
            some = self.rules[symbol]
            self.fits[symbol, i] = any(self._begins(right[0], i) for _, right in some)
        return self.fits[symbol, i]

    def ends(self, symbol: str, i: int) -> dict[int, float]:
        """That the symbol makes exactly the places from i to before k, for each such k."""
        if i == len(self.places) or not self._begins(symbol, i):
            return {}
        if symbol not in self.rules:
            return {i + 1: 1.0}
        if (symbol, i) not in self.seen:
            total: dict[int, float] = {}
            for p, right in self.rules[symbol]:
                for end, chance in self._through(right, i).items():
                    total[end] = total.get(end, 0.0) + p * chance
            self.seen[symbol, i] = total
        return self.seen[symbol, i]

    def _through(self, parts: tuple[str, ...], i: int) -> dict[int, float]:
        """The same for symbols in a row."""
        reached = {i: 1.0}
        for part in parts:
            further: dict[int, float] = {}
            for k, chance in reached.items():
                for end, p in self.ends(part, k).items():
                    further[end] = further.get(end, 0.0) + chance * p
            reached = further
        return reached
