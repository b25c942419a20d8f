"""A small English of students, witches, movies and fish, with known entropy.

It has what a language model must learn: agreement of subject and verb, also across a phrase
whose noun has the other number ("the student near the witches studies"); kinds of words that
occur in the same contexts; verbs that fit only their own subjects and objects, sometimes many
words away; and one idiom whose end depends on its first words.

No sentence has two derivations. Every person belongs to one scene and number, so the subject
fixes both; a noun phrase has at most one modifier, so nothing can attach to two places; every
verb form belongs to one verb, number and tense; clauses are joined to the right only.
"""

from course_lib.corpora.grammars import PCFG, Rule

# Each scene: people and adjectives for them; verbs with an object (singular, plural, past);
# things and adjectives for them; verbs without an object; places. Frequent words come first.
SCENES = {
    "school": (
        "student/students teacher/teachers professor/professors girl/girls",
        "young clever patient",
        "studies/study/studied opens/open/opened explains/explain/explained",
        "book/books slide/slides paper/papers poem/poems",
        "new long difficult",
        "thinks/think/thought writes/write/wrote",
        "library school classroom",
    ),
    "cinema": (
        "actor/actors critic/critics director/directors fan/fans",
        "famous tired serious",
        "watches/watch/watched reviews/review/reviewed praises/praise/praised",
        "movie/movies film/films scene/scenes story/stories",
        "great favorite boring",
        "laughs/laugh/laughed waits/wait/waited",
        "cinema theater lobby",
    ),
    "village": (
        "witch/witches wizard/wizards sailor/sailors cook/cooks",
        "green old kind",
        "catches/catch/caught eats/eat/ate brings/bring/brought",
        "fish/fishes apple/apples potion/potions letter/letters",
        "red fresh strange",
        "arrives/arrive/arrived sleeps/sleep/slept",
        "village house harbor",
    ),
    "winter": (
        "boy/boys child/children dog/dogs neighbor/neighbors",
        "happy little loud",
        "finds/find/found throws/throw/threw carries/carry/carried",
        "ball/balls sled/sleds toy/toys hat/hats",
        "round blue broken",
        "plays/play/played runs/run/ran",
        "snow park garden",
    ),
}
DETERMINERS = {"sg": "the this every one", "pl": "the these some two"}
PRESENT = 0.65


def english() -> PCFG:
    """The grammar; no model's perplexity on its sentences can stay below `perplexity_floor`."""
    rules: dict[str, list[Rule]] = {
        "S": [(0.82, ("Clause",)), (0.15, ("Clause", "Join", "S")), (0.03, ("Thanks",))],
        "Join": _frequent_first("and because while"),
        "Thanks": [(1.0, (*["so", "long", "and", "thanks", "for", "all", "the"], "Gift"))],
        "Gift": _frequent_first("fish wishes"),
    }
    kinds = [(scene, number) for scene in SCENES for number in DETERMINERS]
    share = 1 / len(kinds)
    rules["Clause"] = [(share, (f"Person.{s}.{n}", f"Doing.{s}.{n}")) for s, n in kinds]
    rules["Person"] = [(share, (f"Person.{s}.{n}",)) for s, n in kinds]
    for number, determiners in DETERMINERS.items():
        rules[f"Det.{number}"] = _frequent_first(determiners)
    for scene, lexicon in SCENES.items():
        rules |= _words(scene, *lexicon) | _phrases(scene)
    return PCFG("S", rules)


def _phrases(scene: str) -> dict[str, list[Rule]]:
    rules: dict[str, list[Rule]] = {
        f"Thing.{scene}": [(0.6, (f"Thing.{scene}.sg",)), (0.4, (f"Thing.{scene}.pl",))],
        f"Made.{scene}": [
            (0.5, (f"Person.{scene}.{number}", f"Verb.{scene}.{number}")) for number in DETERMINERS
        ],
    }
    for number in DETERMINERS:
        det, which = f"Det.{number}", f"{scene}.{number}"
        rules[f"Person.{which}"] = [
            (0.50, (det, f"Noun.{which}")),
            (0.20, (det, f"Adj.{scene}", f"Noun.{which}")),
            (0.18, (det, f"Noun.{which}", "near", "Person")),
            (0.12, (det, f"Noun.{which}", "who", f"Doing.{which}")),
        ]
        rules[f"Thing.{which}"] = [
            (0.60, (det, f"Object.{which}")),
            (0.30, (det, f"Quality.{scene}", f"Object.{which}")),
            (0.10, (det, f"Object.{which}", "that", f"Made.{scene}")),
        ]
        rules[f"Doing.{which}"] = [
            (0.55, (f"Verb.{which}", f"Thing.{scene}")),
            (0.25, (f"Act.{which}",)),
            (0.20, (f"Act.{which}", "in", "the", f"Place.{scene}")),
        ]
    return rules


def _words(
    scene: str, people: str, adjectives: str, verbs: str, things: str, qualities: str, acts: str,
    places: str,
) -> dict[str, list[Rule]]:  # fmt: skip
    rules = {
        f"Adj.{scene}": _frequent_first(adjectives),
        f"Quality.{scene}": _frequent_first(qualities),
        f"Place.{scene}": _frequent_first(places),
    }
    for i, number in enumerate(DETERMINERS):
        for symbol, nouns in (("Noun", people), ("Object", things)):
            forms = [noun.split("/")[i] for noun in nouns.split()]
            rules[f"{symbol}.{scene}.{number}"] = _frequent_first(" ".join(forms))
        for symbol, doings in (("Verb", verbs), ("Act", acts)):
            rules[f"{symbol}.{scene}.{number}"] = _conjugated(doings, i)
    return rules


def _conjugated(verbs: str, number: int) -> list[Rule]:
    rules: list[Rule] = []
    for share, (forms,) in _frequent_first(verbs):
        *present, past = forms.split("/")
        rules += [(share * PRESENT, (present[number],)), (share * (1 - PRESENT), (past,))]
    return rules


def _frequent_first(words: str) -> list[Rule]:
    """Probability proportional to 1 / rank, as Zipf's law has it."""
    shares = [1 / rank for rank in range(1, len(words.split()) + 1)]
    return [(s / sum(shares), (word,)) for s, word in zip(shares, words.split(), strict=True)]
