"""Tagged sentences: the CoNLL-U reader, the tagged grammar, what its left context can tell."""

import hashlib
import itertools
import math
from collections import Counter
from dataclasses import replace

import pytest

from course_lib import corpora
from course_lib.corpora import loaders, registry, tagged
from course_lib.corpora.conllu import tagged_sentences
from course_lib.corpora.english import english
from course_lib.corpora.grammars import PCFG


def row(index: str, word: str, upos: str = "_", xpos: str = "_") -> str:
    return "\t".join([index, word, word.lower(), upos, xpos, *["_"] * 5])


TEXT = "\n".join(
    [
        "# sent_id = 1",
        "# text = I don't - she does.",
        row("1", "I", "PRON", "PRP"),
        row("2-3", "don't"),
        row("2", "do", "AUX", "VBP"),
        row("3", "n't", "PART", "RB"),
        row("3.1", "know", "VERB", "VB"),
        row("4", "-", "PUNCT", ":"),
        row("5", "she", "PRON", "PRP"),
        row("6", "does", "VERB", "VBZ"),
        "",
        "# sent_id = 2",
        row("1", "100 000", "NUM", "CD"),
        "",
        "",
    ]
)


def test_words_have_lines_surface_tokens_and_empty_nodes_are_left_out() -> None:
    first, second = tagged_sentences(TEXT)
    assert first == (
        ["I", "do", "n't", "-", "she", "does"],
        ["PRON", "AUX", "PART", "PUNCT", "PRON", "VERB"],
    )
    assert second == (["100 000"], ["NUM"])
    (_, xpos), _ = tagged_sentences(TEXT, "xpos")
    assert xpos == ["PRP", "VBP", "RB", ":", "PRP", "VBZ"]


def test_the_last_sentence_needs_no_empty_line() -> None:
    assert list(tagged_sentences(TEXT.rstrip("\n"))) == list(tagged_sentences(TEXT))
    assert list(tagged_sentences("\n# nothing\n\n")) == []


def test_lines_that_are_no_words_are_named() -> None:
    with pytest.raises(ValueError, match="line 2 has 2 columns, not 10"):
        list(tagged_sentences("# text = a\n1\ta\n"))
    with pytest.raises(ValueError, match="line 2: word 3 follows 1 words"):
        list(tagged_sentences(row("1", "a") + "\n" + row("3", "b") + "\n"))


def test_web_treebank_in_its_official_splits(tmp_path, monkeypatch) -> None:
    data = registry.DATA["ud_english_ewt"]
    digests = {}
    for file, word in zip(data.files, "abc", strict=True):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(row("1", word, "X") + "\n\n")
        digests[file] = hashlib.sha256((tmp_path / file).read_bytes()).hexdigest()
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path))
    monkeypatch.setitem(registry.DATA, "ud_english_ewt", replace(data, files=digests))
    found = corpora.load("ud_english_ewt")
    assert [found.train, found.valid, found.test] == [[([w], ["X"])] for w in "abc"]
    assert "CC BY-SA" in found.licence


def words_only() -> PCFG:
    """The grammar without its tags."""
    rules = tagged.tagged_english().rules
    bare = {
        symbol: [
            (p, tuple(x if x in rules else tagged.split(x)[0] for x in right)) for p, right in some
        ]
        for symbol, some in rules.items()
    }
    return PCFG("S", bare)


def test_every_word_has_a_tag_and_the_words_of_english_keep_their_sentences() -> None:
    grammar = tagged.tagged_english()
    assert all("/" in word and all(tagged.split(word)) for word in grammar.words)
    bare = words_only()
    assert set(english().words) < set(bare.words)
    assert all(bare.derivations(words) == 1 for words in english().sample(12, seed=3))


def test_nobody_can_doubt_a_tag_who_reads_all() -> None:
    """One derivation, so one tag each: the gold tags are the only possible ones."""
    bare = words_only()
    for words, tags in tagged.sample(25, seed=5):
        assert bare.derivations(words) == 1
        assert len(words) == len(tags)


@pytest.mark.parametrize(
    ("sentence", "tags"),
    [
        ("the movie was great", "DT NN VBD JJ"),
        ("the boy plays in the snow", "DT NN VBZ IN DT NN"),
        ("the actor praised the movies", "DT NN VBD DT NNS"),
        ("the actor praised by the critic laughs", "DT NN VBN IN DT NN VBZ"),
        ("the boy finds her", "DT NN VBZ PRP"),
        ("the boys find her hat", "DT NNS VBP PRP$ NN"),
        ("the patient teacher studied that book", "DT JJ NN VBD DT NN"),
        ("the patient thought", "DT NN VBD"),
        ("the patients will study that book", "DT NNS MD VB DT NN"),
        ("the boys who will run play", "DT NNS WP MD VB VBP"),
        ("the book that the patients opened is long", "DT NN WDT DT NNS VBD VBZ JJ"),
        ("two favorites near one wizard laughed", "CD NNS IN CD NN VBD"),
        ("so long and thanks for all the wishes", "RB RB CC NNS IN PDT DT NNS"),
    ],
)
def test_tags_are_the_treebanks(sentence: str, tags: str) -> None:
    grammar = tagged.tagged_english()
    words = [f"{w}/{t}" for w, t in zip(sentence.split(), tags.split(), strict=True)]
    assert grammar.derivations(words) == 1
    assert words_only().derivations(sentence.split()) == 1


def test_which_words_are_ambiguous() -> None:
    two = {word: set(tags) for word, tags in tagged.possible_tags().items() if len(tags) > 1}
    assert two["her"] == {"PRP", "PRP$"}
    assert two["that"] == {"DT", "WDT"}
    assert two["patient"] == two["favorite"] == {"JJ", "NN"}
    past = {w for w, tags in two.items() if tags == {"VBD", "VBN"}}
    assert {"praised", "found", "caught", "studied"} <= past
    assert two["study"] == two["play"] == {"VB", "VBP"}
    assert "ate" not in two
    assert "eaten" not in two


def test_samples_are_reproducible_and_of_both_tags() -> None:
    once = tagged.sample(400, seed=1)
    assert once == tagged.sample(400, seed=1) != tagged.sample(400, seed=2)
    counts = Counter(pair for words, tags in once for pair in zip(words, tags, strict=True))
    for word, tag in [("her", "PRP"), ("her", "PRP$"), ("that", "DT"), ("that", "WDT")]:
        assert counts[word, tag] > 10


def test_the_corpus_has_the_words_and_tags_apart() -> None:
    data = loaders.tagged_english(train=20, valid=3, test=4)
    assert data.train + data.valid + data.test == tagged.sample(27, seed=0)
    assert [len(part) for part in (data.train, data.valid, data.test)] == [20, 3, 4]
    assert loaders.LOADERS["english_tagged"] is loaders.tagged_english
    assert corpora.where("english_tagged")


def test_beginnings_of_a_language_that_can_be_listed() -> None:
    rules = {
        "S": [(0.6, ("A", "b")), (0.3, ("A", "A")), (0.1, ("c",))],
        "A": [(0.5, ("a",)), (0.3, ("a", "b")), (0.2, ("c", "B"))],
        "B": [(0.7, ("b",)), (0.3, ("a", "a"))],
    }

    def made(parts: tuple[str, ...]) -> list[tuple[float, tuple[str, ...]]]:
        if not parts:
            return [(1.0, ())]
        heads = [(1.0, parts[:1])]
        if parts[0] in rules:
            heads = [(p * q, w) for p, right in rules[parts[0]] for q, w in made(right)]
        return [(p * q, w + rest) for p, w in heads for q, rest in made(parts[1:])]

    language = made(("S",))
    assert math.isclose(sum(p for p, _ in language), 1)
    for n in range(1, 6):
        for begin in itertools.product("abc", repeat=n):
            expected = sum(p for p, words in language if words[:n] == begin)
            assert math.isclose(tagged.beginning(rules, "S", begin), expected, abs_tol=1e-12)
    either = tagged.beginning(rules, "S", ["ac", "b"])
    assert math.isclose(
        either, sum(p for p, w in language if w[0] in "ac" and len(w) > 1 and w[1] == "b")
    )


@pytest.mark.parametrize("begin", ["the actor praised", "the patient near the boys found her"])
def test_a_beginning_ends_or_goes_on(begin: str) -> None:
    """P(begins so) is P(is just this) and of all the words that may come next."""
    grammar = tagged.tagged_english()
    possible = tagged.possible_tags()
    places = [[f"{word}/{tag}" for tag in possible[word]] for word in begin.split()]
    whole = sum(math.exp(grammar.log_prob(sentence)) for sentence in itertools.product(*places))
    longer = tagged.beginning(grammar.rules, "S", [*places, grammar.words])
    assert math.isclose(tagged.beginning(grammar.rules, "S", places), whole + longer)


def test_left_context_by_hand() -> None:
    """After a verb: "her" alone has .15; with a noun, .85 times .2."""
    *known, chances = tagged.given_the_left(["the", "boys", "carry", "her"])
    assert known == [{"DT": 1.0}, {"NNS": 1.0}, {"VBP": 1.0, "VB": 0.0}]
    assert math.isclose(chances["PRP"], 0.15 / (0.15 + 0.85 * 0.2))
    assert tagged.given_the_left(["the", "boys", "will", "run"])[3] == {"VB": 1.0, "VBP": 0.0}
    assert tagged.given_the_left(["the", "book", "that"])[2] == {"DT": 0.0, "WDT": 1.0}


def test_left_context_does_not_look_ahead() -> None:
    words = ["the", "actor", "praised", "her", "because", "the", "patient", "thought"]
    whole = tagged.given_the_left(words)
    for t in range(1, len(words)):
        before = tagged.given_the_left(words[:t])
        assert all(
            one == pytest.approx(other) for one, other in zip(before, whole[:t], strict=True)
        )
    assert 0 < whole[2]["VBN"] < 1, "undecided, although the sentence goes on with 'her'"


@pytest.mark.parametrize("words", [["the", "the"], ["the", "zebra"], ["the", "her"]])
def test_no_sentence_begins_so(words: list[str]) -> None:
    with pytest.raises(ValueError, match=f"no sentence begins with '{' '.join(words)}'"):
        tagged.given_the_left(words)
    assert tagged.given_the_left([]) == []
