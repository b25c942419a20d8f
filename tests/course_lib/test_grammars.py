import itertools
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.corpora.english import english
from course_lib.corpora.grammars import PCFG

# Finite: every sentence can be written down.
FINITE = PCFG(
    "S",
    {
        "S": [(0.5, ("NP", "V")), (0.5, ("NP", "V", "NP"))],
        "NP": [(0.7, ("the", "N")), (0.3, ("N",))],
        "N": [(0.25, ("boy",)), (0.75, ("snow",))],
        "V": [(0.9, ("plays",)), (0.1, ("sees",))],
    },
)


def enumerate_finite():
    """Every sentence of FINITE with its probability, by a product over its parts."""
    noun = {("boy",): 0.25, ("snow",): 0.75}
    phrase = {("the", *n): 0.7 * p for n, p in noun.items()} | {n: 0.3 * p for n, p in noun.items()}
    verb = {("plays",): 0.9, ("sees",): 0.1}
    language = Counter()
    for (a, p), (v, q) in itertools.product(phrase.items(), verb.items()):
        language[(*a, *v)] += 0.5 * p * q
        for b, r in phrase.items():
            language[(*a, *v, *b)] += 0.5 * p * q * r
    return language


def test_a_finite_language_by_enumeration():
    language = enumerate_finite()
    assert sum(language.values()) == pytest.approx(1)
    entropy = -sum(p * math.log(p) for p in language.values())
    length = sum(p * len(s) for s, p in language.items())
    assert FINITE.sentence_entropy == pytest.approx(entropy)
    assert FINITE.sentence_length == pytest.approx(length)
    assert FINITE.entropy == pytest.approx(entropy / (length + 1))
    assert FINITE.perplexity_floor == pytest.approx(math.exp(entropy / (length + 1)))
    for sentence in itertools.chain(language, [("the",), ("boy", "snow"), (), ("fish",)]):
        expected = math.log(language[sentence]) if language[sentence] else -math.inf
        assert FINITE.log_prob(sentence) == pytest.approx(expected)
        assert FINITE.derivations(sentence) == (sentence in language)
    assert FINITE.words == ["boy", "plays", "sees", "snow", "the"]


def test_samples_follow_the_probabilities():
    language, n = enumerate_finite(), 4000
    seen = Counter(map(tuple, FINITE.sample(n, seed=1)))
    assert set(seen) <= set(language)
    for sentence, p in language.items():
        assert seen[sentence] / n == pytest.approx(p, abs=4.5 * math.sqrt(p * (1 - p) / n))


@given(st.floats(0.05, 0.95))
def test_a_geometric_language_in_closed_form(p):
    """S -> a S | a: the length is geometric, and so is the number of coin tosses."""
    grammar = PCFG("S", {"S": [(p, ("a", "S")), (1 - p, ("a",))]})
    coin = -(p * math.log(p) + (1 - p) * math.log(1 - p))
    assert grammar.sentence_length == pytest.approx(1 / (1 - p))
    assert grammar.sentence_entropy == pytest.approx(coin / (1 - p))
    assert grammar.log_prob(["a"] * 5) == pytest.approx(4 * math.log(p) + math.log(1 - p))


def test_all_derivations_of_an_ambiguous_sentence_are_summed():
    grammar = PCFG("S", {"S": [(0.3, ("S", "S")), (0.7, ("a",))]})
    for n in range(1, 8):
        catalan = math.comb(2 * n - 2, n - 1) // n
        assert grammar.derivations(["a"] * n) == catalan
        expected = math.log(catalan * 0.3 ** (n - 1) * 0.7**n)
        assert grammar.log_prob(["a"] * n) == pytest.approx(expected)


def test_the_same_seed_gives_the_same_sentences():
    grammar = english()
    assert grammar.sample(20, seed=4) == grammar.sample(20, seed=4)
    assert grammar.sample(20, seed=4) != grammar.sample(20, seed=5)
    assert grammar.sample(20, seed=4) == grammar.sample(40, seed=4)[:20]


def test_english_entropy_equals_monte_carlo_over_exact_sentence_probabilities():
    grammar = english()
    sentences = grammar.sample(250, seed=11)
    nats = np.array([-grammar.log_prob(s) for s in sentences])
    tokens = np.array([len(s) + 1 for s in sentences])
    estimate = nats.sum() / tokens.sum()
    error = np.std(nats - estimate * tokens) / tokens.mean() / math.sqrt(len(tokens))
    assert error < 0.04
    assert grammar.entropy == pytest.approx(estimate, abs=4 * error)


def test_english_sentences_have_one_derivation():
    grammar = english()
    long = [s for s in grammar.sample(150, seed=12) if len(s) >= 12]
    assert {grammar.derivations(s) for s in long} == {1}


def test_english_words_belong_to_one_kind():
    """What the argument for unambiguity rests on: a word tells its scene and number."""
    grammar = english()
    kinds = {}
    for symbol, rules in grammar.rules.items():
        for _, right in rules:
            if len(right) == 1 and right[0] not in grammar.rules:
                kinds.setdefault(right[0], set()).add(symbol)
    shared = {word: symbols for word, symbols in kinds.items() if len(symbols) > 1}
    assert shared.pop("the") == {"Det.sg", "Det.pl"}
    assert shared.pop("fish") == {"Gift", "Object.village.sg"}
    # Past forms do not show number; the subject does.
    for symbols in shared.values():
        assert {symbol.rsplit(".", 1)[0] for symbol in symbols} in (
            {f"{kind}.{scene}"}
            for kind in ("Verb", "Act")
            for scene in ("school", "cinema", "village", "winter")
        )


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("the students study the book", "the students studies the book"),
        ("the boy near the witches plays", "the boy near the witches play"),
        ("the boy plays in the snow", "the boy plays in the library"),
        (
            "the fan watched the movie that the critics praise",
            "the fan watched the movie that the critics praises",
        ),
        ("the green witch arrived", "the difficult witch arrived"),
        ("so long and thanks for all the fish", "so long and thanks for all the books"),
        (
            "the fan watches the movie that the critic who waits praises",
            "the fan watches the movie that the critic who waits praise",
        ),
    ],
)
def test_english_agrees(good, bad):
    grammar = english()
    assert grammar.log_prob(good.split()) > -math.inf
    assert grammar.log_prob(bad.split()) == -math.inf


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"S": [(0.5, ("a",))]}, "sum to 1"),
        ({"S": [(0.5, ("a",)), (0.5, ())]}, "empty"),
        ({"S": [(0.5, ("S", "S")), (0.5, ("a",))]}, "without end"),
        ({"A": [(1.0, ("a",))]}, "start symbol S"),
    ],
)
def test_a_wrong_grammar_says_why(rules, message):
    with pytest.raises(ValueError, match=message):
        PCFG("S", rules)


def test_a_rule_of_one_symbol_may_not_lead_back():
    with pytest.raises(ValueError, match="itself"):
        PCFG("S", {"S": [(0.5, ("A",)), (0.5, ("a",))], "A": [(1.0, ("S",))]})
