"""The English-Spanish language against sentences, words and links typed by hand."""

import random
import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib import corpora
from course_lib.corpora import english_spanish as language
from course_lib.corpora import english_spanish_draw
from course_lib.corpora.bitext import Bitext
from course_lib.corpora.english_spanish_draw import Draw
from course_lib.corpora.english_spanish_rules import (
    Clause,
    NounPhrase,
    Phrase,
    Predicate,
    Sentence,
    translate,
)
from course_lib.corpora.english_spanish_words import NOUNS


def n(words: str, more=None) -> NounPhrase:
    """ "the tall king"; a star marks a plural."""
    determiner, *adjectives, noun = words.split()
    return NounPhrase(determiner, noun.strip("*"), noun.endswith("*"), tuple(adjectives), more)


def said(subject, *predicates: Predicate, **options) -> Sentence:
    return Sentence((does(subject, *predicates),), **options)


def does(subject, *predicates: Predicate) -> Clause:
    who = (subject,) if isinstance(subject, NounPhrase) else subject
    return Clause(who, predicates)


DO, TO = Predicate, Phrase

# Each Spanish word with the numbers of the English words that say the same, from 0.
BY_HAND = [
    (said(n("the green witch"), DO("arrive")),
     "the green witch arrived", "llegó/3 la/0 bruja/2 verde/1"),
    (said(n("the green witch"), DO("sing")),
     "the green witch sang", "la/0 bruja/2 verde/1 cantó/3"),
    (said(n("the witch*"), DO("sing", negated=True)),
     "the witches did not sing", "las/0 brujas/1 no/3 cantaron/2,4"),
    (said(n("the old king"), DO("arrive", negated=True), past=False),
     "the old king does not arrive", "no/4 llega/3,5 el/0 rey/2 viejo/1"),
    (said("she", DO("dance")), "she danced", "bailó/0,1"),
    (said("I", DO("see", object="her")), "I saw her", "la/2 vi/0,1"),
    (said("we", DO("help", negated=True, object="them")),
     "we did not help them", "no/2 los/4 ayudamos/0,1,3"),
    (said(n("the queen"), DO("see", object=n("the king"))),
     "the queen saw the king", "la/0 reina/1 vio/2 al/3 rey/4"),
    (said(n("the queen"), DO("see", object=n("a brave woman"))),
     "the queen saw a brave woman", "la/0 reina/1 vio/2 a una/3 mujer/5 valiente/4"),
    (said("they", DO("see", object=n("the tower"))),
     "they saw the tower", "vieron/0,1 la/2 torre/3"),
    (said("he", DO("look", object=n("a apple")), past=False),
     "he looks for an apple", "busca/0,1,2 una/3 manzana/4"),
    (said("they", DO("look", object="him", negated=True), past=False),
     "they do not look for him", "no/2 lo/5 buscan/0,1,3,4"),
    (said(n("two young boy*"), DO("sleep", phrases=(TO("near", n("the bridge")),))),
     "two young boys slept near the bridge",
     "dos/0 niños/2 jóvenes/1 durmieron/3 cerca/4 del/4,5 puente/6"),
    (said(n("a good monk"), DO("come", phrases=(TO("from", n("the dark forest")),))),
     "a good monk came from the dark forest",
     "vino/3 un/0 buen/1 monje/2 del/4,5 bosque/7 oscuro/6"),
    (said(n("the poor tired sick nun"), DO("cry"), opening="last night"),
     "last night the poor tired and sick nun cried",
     "anoche/0,1 la/2 pobre/3 monja/7 cansada/4 y/5 enferma/6 lloró/8"),
    (said((n("the king"), n("the queen")), DO("be", adjective="tired")),
     "the king and the queen were tired",
     "el/0 rey/1 y/2 la/3 reina/4 estaban/5 cansados/6"),
    (said((n("this French actress"), n("the girl")), DO("be", True, adjective="sick"), past=False),
     "this French actress and the girl are not sick",
     "esta/0 actriz/2 francesa/1 y/3 la/4 niña/5 no/7 están/6 enfermas/8"),
    (said((n("a man"), n("a woman")), DO("appear")),
     "a man and a woman appeared", "aparecieron/5 un/0 hombre/1 y/2 una/3 mujer/4"),
    (said(n("many red pencil*"), DO("there be", phrases=(TO("in", n("the church")),))),
     "there were many red pencils in the church",
     "había/0,1 muchos/2 lápices/4 rojos/3 en/5 la/6 iglesia/7"),
    (said(n("a mirror"), DO("there be"), past=False, opening="every day"),
     "every day there is a mirror", "todos/0,1 los/0,1 días/0,1 hay/2,3 un/4 espejo/5"),
    (said(n("the wizard", DO("see", object="her")), DO("fall")),
     "the wizard who saw her fell", "cayó/5 el/0 mago/1 que/2 la/4 vio/3"),
    (said("she", DO("lose", object=n("the book", does(n("the boy*"), DO("buy"))))),
     "she lost the book that the boys bought",
     "perdió/0,1 el/2 libro/3 que/4 compraron/7 los/5 niños/6"),
    (said(n("the tall actor"), DO("say", says=does("they", DO("return", negated=True)))),
     "the tall actor said that they did not return",
     "el/0 actor/2 alto/1 dijo/3 que/4 no/7 volvieron/5,6,8"),
    (said("we", DO("give", object=n("the heavy sword"), phrases=(TO("to", n("the great king")),))),
     "we gave the heavy sword to the great king",
     "dimos/0,1 la/2 espada/4 pesada/3 al/5,6 gran/7 rey/8"),
    (said(n("the queen"), DO("arrive"), DO("sing", phrases=(TO("with", n("the nun*")),))),
     "the queen arrived and sang with the nuns",
     "llegó/2 la/0 reina/1 y/3 cantó/4 con/5 las/6 monjas/7"),
    (Sentence((does("I", DO("run", phrases=(TO("to", n("the castle")),))),
               does("he", DO("be", adjective="sad"))), ("because",)),
     "I ran to the castle because he was sad",
     "corrí/0,1 al/2,3 castillo/4 porque/5 estaba/6,7 triste/8"),
    (said(n("these great flower*", TO("of", n("the king"))), DO("arrive"), opening="suddenly"),
     "suddenly these great flowers of the king arrived",
     "de/0 repente/0 llegaron/7 estas/1 grandes/2 flores/3 del/4,5 rey/6"),
]  # fmt: skip


def by_hand(english: str, spanish: str) -> Bitext:
    words, links = [], set()
    for k, part in enumerate(spanish.split()):
        word, _, sources = part.partition("/")
        words.append(word)
        links |= {(int(source), k) for source in sources.split(",") if source}
    return Bitext(english.split(), words, frozenset(links))


@pytest.mark.parametrize(("tree", "english", "spanish"), BY_HAND, ids=[e for _, e, _ in BY_HAND])
def test_sentences_translated_by_hand(tree: Sentence, english: str, spanish: str) -> None:
    assert translate(tree) == by_hand(english, spanish)


def test_the_reference_sentence() -> None:
    wanted = by_hand("the green witch arrived", "llegó/3 la/0 bruja/2 verde/1")
    assert wanted == language.THE_GREEN_WITCH


# --- a sample, against tables of the test's own ----------------------------------------------

SIZES = {"train": 1_500, "valid": 60, "test": 120}


@pytest.fixture(scope="module")
def small():
    return language.english_spanish(**SIZES, seed=3)


@pytest.fixture(scope="module")
def pairs(small) -> list[Bitext]:
    return [*small.train, *small.valid, *small.test, *language.unseen(120, seed=5)]


# English stem: how its Spanish begins, for every noun, adjective and verb.
STEM_LINES = """
witch bruja wizard mago king rey queen reina girl niña boy niño woman,women mujer man,men hombre
actress actri actor actor nun monja monk monje book libro letter carta apple manzana
sword espada hat sombrero key llave mirror espejo flower flor pencil lápi garden jard
castle castillo tower torre house casa forest bosque city,cities ciudad bridge puente church iglesia
green verde blue azul red roj white blanc tall alt young j old viej French franc brave valiente
sad triste tired cansad sick enferm new nuev small pequeñ heavy pesad big grande
dark oscur good buen great gran poor pobre
arrive,arrives,arrived lleg appear,appears,appeared aparec fall,falls,fell ca
return,returns,returned v come,comes,came v escape,escapes,escaped escap sing,sings,sang cant
dance,dances,danced bail sleep,sleeps,slept d run,runs,ran corr
cry,cries,cried llor see,sees,saw v find,finds,found enc look,looks,looked bus
help,helps,helped ayud follow,follows,followed s buy,buys,bought compr lose,loses,lost p
give,gives,gave d say,says,said d be,is,are,was,were e|h did,does,do * not no
"""


def stems() -> dict[str, str]:
    table = {}
    entries = STEM_LINES.split()
    for english, spanish in zip(entries[::2], entries[1::2], strict=True):
        for word in english.split(","):
            for form in (word, f"{word}s", f"{word}es"):
                table.setdefault(form, spanish)
    return table


def test_content_words_are_linked_to_their_translation(pairs) -> None:
    begin = stems()
    for source, target, links in pairs:
        for k, word in enumerate(source):
            linked = [target[j] for i, j in links if i == k]
            assert linked, (word, source)
            if begin.get(word, "*") != "*":
                assert len(linked) == 1, (word, source)
                assert linked[0].startswith(tuple(begin[word].split("|"))), (word, linked, source)


def test_links_are_in_range_and_only_the_personal_a_has_none(pairs) -> None:
    people = {form for noun in NOUNS.values() if noun.kind == "person" for form in noun.spanish}
    found = 0
    for source, target, links in pairs:
        assert all(0 <= i < len(source) and 0 <= j < len(target) for i, j in links)
        for j in set(range(len(target))) - {j for _, j in links}:
            assert target[j] == "a"
            noun = next(word for word in target[j:] if re.fullmatch(NOUN, word))
            assert noun in people
            found += 1
    assert found > 100


# Gender and number of Spanish words, by the test's own table.
FEMININE = (
    "bruja reina niña mujer actriz monja carta manzana espada llave flor torre casa ciudad iglesia"
)
MASCULINE = (
    "mago rey niño hombre actor monje libro sombrero espejo lápiz jardín castillo bosque puente"
)


def plural(word: str) -> str:
    if word[-1] in "aeo":
        return f"{word}s"
    return word.replace("í", "í" if word == "lápiz" else "i").removesuffix("z") + (
        "ces" if word[-1] == "z" else "es"
    )


GENDER = {
    form: (number, gender)
    for gender, words in (("f", FEMININE), ("m", MASCULINE))
    for word in words.split()
    for number, form in (("s", word), ("p", plural(word)))
}
NOUN = "|".join(GENDER)
DETERMINER = {
    "el": "sm", "al": "sm", "del": "sm", "la": "sf", "los": "pm", "las": "pf", "un": "sm",
    "una": "sf", "este": "sm", "esta": "sf", "estos": "pm", "estas": "pf", "muchos": "pm",
    "muchas": "pf", "dos": "p", "tres": "p",
}  # fmt: skip
INVARIABLE = {"verde", "azul", "azule", "joven", "jóvene", "valiente", "triste", "grande", "gran",
              "pobre"}  # fmt: skip
ODD = {"francés": "sm", "buen": "sm", "franceses": "pm"}
QUALITY = re.compile(
    r"(?:verde|azul|azule|joven|jóvene|roj[oa]|blanc[oa]|alt[oa]|viej[oa]|francese|frances[ao]|"
    r"valiente|triste|cansad[oa]|enferm[oa]|nuev[oa]|pequeñ[oa]|pesad[oa]|grande|"
    r"oscur[oa]|buen[oa]|pobre)s?|francés|buen|gran"
)


def features(word: str) -> set[str]:
    """Of a determiner or an adjective: what it fits."""
    if word in DETERMINER or word in ODD:
        known = {**DETERMINER, **ODD}[word]
        return set(known) | (set("mf") if len(known) == 1 else set())
    number = "p" if word.endswith("s") else "s"
    stem = word.removesuffix("s") if number == "p" else word
    return {number} | (set("mf") if stem in INVARIABLE else {"f" if stem.endswith("a") else "m"})


def test_articles_nouns_and_adjectives_agree(pairs) -> None:
    checked = 0
    for _, target, _ in pairs:
        for k, word in enumerate(target):
            if word not in GENDER:
                continue
            wanted, start = set(GENDER[word]), k - 1
            while QUALITY.fullmatch(target[start]):
                start -= 1
            phrase = target[start:k]
            assert phrase[0] in DETERMINER, target
            end = k + 1
            while end < len(target) and (
                QUALITY.fullmatch(target[end])
                or (target[end] == "y" and QUALITY.fullmatch(target[end + 1])
                    and QUALITY.fullmatch(target[end - 1]))
            ):  # fmt: skip
                end += 1
            for other in [*phrase, *target[k + 1 : end]]:
                if other != "y":
                    assert wanted <= features(other), (other, word, target)
                    checked += 1
    assert checked > 5_000


def test_verbs_agree_with_their_subjects(small) -> None:
    """In sentences of one clause whose subject is all that stands before the verb."""
    ends = {"I": "[éíe]|(?:v|d)i", "we": ".*mos", "he": ".*[^ns]", "she": ".*[^ns]", "they": ".*n"}
    verbs = (
        stems().keys() - set(language.ADJECTIVES) - {f for x in NOUNS.values() for f in x.english}
    )
    many = {x.english[1] for x in NOUNS.values()}
    checked = 0
    for source, target, links in small.train:
        words = [k for k, word in enumerate(source) if word in verbs and word != "not"]
        auxiliary = source[words[0]] in ("did", "does", "do")
        if len(words) != 1 + auxiliary or "there" in source:
            continue
        before = source[: words[0]]
        heads = [word for word in before if word in {f for x in NOUNS.values() for f in x.english}]
        if heads:
            phrases = {"of", "from", "near", "with"} & set(before)
            joined = len(heads) > 1 and not phrases
            subject = "they" if joined or heads[0] in many else "he"
        else:
            subject = before[-1]
        (form,) = [target[j] for i, j in links if i == words[-1]]
        assert re.fullmatch(f".*(?:{ends[subject]})", form), (form, source, target)
        checked += 1
    assert checked > 500


def test_contractions_are_made(pairs) -> None:
    couples = {couple for _, target, _ in pairs for couple in pairwise(target)}
    assert not {("a", "el"), ("de", "el")} & couples
    words = {word for _, target, _ in pairs for word in target}
    assert {"al", "del"} <= words


def test_a_and_an(pairs) -> None:
    for source, _, _ in pairs:
        for article, word in pairwise(source):
            if article in ("a", "an"):
                assert (article == "an") == (word[0] in "aeiou"), source


# --- splits ----------------------------------------------------------------------------------

DETERMINERS = {"the", "a", "an", "this", "these", "many", "two", "three"}


def phrases(source: list[str]) -> set[tuple[str, str]]:
    """(word, noun) for each word between a determiner and the noun that follows it."""
    one = {form: noun for noun, entry in NOUNS.items() for form in entry.english}
    pairs, between = set(), []
    for word in source:
        if word in DETERMINERS:
            between = []
            continue
        if word in one:
            pairs |= {(other, one[word]) for other in between if other != "and"}
        between.append(word)
    return pairs


@settings(max_examples=8)
@given(st.integers(0, 10**6))
def test_no_training_sentence_has_what_is_held_out(seed: int) -> None:
    corpus = language.english_spanish(train=120, valid=12, test=24, seed=seed)
    banned = {(a, noun) for noun, adjectives in language.UNSEEN.items() for a in adjectives}
    assert ("green", "witch") in banned
    seen = [(" ".join(b.source), phrases(b.source)) for b in corpus.train + corpus.valid]
    assert not set.union(*(found for _, found in seen)) & banned
    for bitext in language.unseen(30, seed):
        assert phrases(bitext.source) & banned
        assert " ".join(bitext.source) not in dict(seen)


def test_held_out_words_are_all_trained_on_apart(small) -> None:
    found = [phrases(bitext.source) for bitext in small.train]
    words = {word for pairs in found for pair in pairs for word in pair}
    for noun, adjectives in language.UNSEEN.items():
        assert {noun, *adjectives} <= words
    banned = {(a, noun) for noun, adjectives in language.UNSEEN.items() for a in adjectives}
    novel = {pair for b in language.unseen(300) for pair in phrases(b.source)}
    assert len(novel & banned) > 0.9 * len(banned)


def test_described_reads_noun_phrases(pairs) -> None:
    for bitext in pairs:
        assert language.described(bitext.source) == phrases(bitext.source)
    assert language.described(["witch", "and", "two", "are", "green"]) == set()


def test_splits_share_no_english_sentence(small) -> None:
    splits = [{" ".join(b.source) for b in part} for part in (small.train, small.valid, small.test)]
    assert [len(split) for split in splits] == list(SIZES.values())
    assert len(set.union(*splits)) == sum(SIZES.values())


def test_every_band_of_lengths_is_filled(small) -> None:
    def counts(part: list[Bitext]) -> list[int]:
        return [sum(low <= len(b.source) <= high for b in part) for low, high in language.BANDS]

    assert counts(small.test) == [20] * 6
    assert counts(small.valid) == [10] * 6
    assert counts(small.train) == [150, 300, 300, 300, 225, 225]
    assert min(counts(language.unseen(301))) >= 50


def test_long_sentences_say_much(small) -> None:
    one = {form: noun for noun, entry in NOUNS.items() for form in entry.english}
    long = [b.source for b in small.train if len(b.source) > 20]
    nouns = [[one[word] for word in source if word in one] for source in long]
    assert sum(map(len, nouns)) / len(nouns) > 4.5
    assert sum(len(set(found)) == len(found) for found in nouns) / len(nouns) > 0.95


def test_the_test_split_does_not_depend_on_the_others(small) -> None:
    other = language.english_spanish(train=10, valid=7, test=SIZES["test"], seed=3)
    assert other.test == small.test
    assert language.english_spanish(**SIZES, seed=3) == small
    assert language.english_spanish(**SIZES, seed=4).test != small.test


FEW = {
    "_OF_KIND": {"person": ["queen", "king"], "thing": ["key"], "place": ["house"]},
    "_ARRIVE": ["come"],
    "_ALONE": ["sing"],
    "_TO_SOME": ["see"],
    "_ON_THINGS": ["see"],
    "_SINGULAR": ["the"],
    "_PLURAL": ["the"],
    "OBJECT_PRONOUNS": {"her": "la"},
    "STATES": ("sad",),
    "CONNECTORS": {"and": "y", "because": "porque"},
}


def test_a_sentence_has_one_tree_and_so_one_translation(monkeypatch) -> None:
    """With few words, many sentences are drawn again."""
    for name, words in FEW.items():
        monkeypatch.setattr(english_spanish_draw, name, words)
    rng = random.Random(0)
    draw = Draw(rng, dict.fromkeys(NOUNS, ("tall",)))
    known: dict[str, tuple[Sentence, Bitext]] = {}
    again = 0
    for _ in range(6_000):
        tree = draw.sentence(rng.choice([1, 2, 2]), rng.choice([0.3, 0.6]))
        found = tree, translate(tree)
        before = known.setdefault(" ".join(found[1].source), found)
        again += before is not found
        assert before == found
    assert again > 300


def test_training_shows_every_word_that_is_tested() -> None:
    corpus = language.english_spanish(train=5_000, valid=60, test=600)
    assert isinstance(corpus, corpora.Corpus)
    source = {word for b in corpus.train for word in b.source}
    target = {word for b in corpus.train for word in b.target}
    assert 120 <= len(source) <= 200
    assert 150 <= len(target) <= 290
    held_out = [*corpus.test, *language.unseen(400)]
    assert {word for b in held_out for word in b.source} <= source
    assert {word for b in held_out for word in b.target} <= target
