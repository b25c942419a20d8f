import hashlib
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from course_lib import corpora
from course_lib.corpora import registry, vectors
from course_lib.corpora.bitext import Bitext
from course_lib.corpora.corpus import split_by
from course_lib.corpora.english import english
from course_lib.corpora.loaders import LOADERS
from course_lib.text import UNK


@pytest.fixture
def provide(tmp_path, monkeypatch):
    """Small stand-ins for real files, under the real names."""
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(corpora.downloads, "cache_folder", lambda: tmp_path / "cache")

    def provide(name, **contents):
        data = registry.DATA[name]
        by_file = dict(zip(data.files, contents.values(), strict=True))
        for file, content in by_file.items():
            (tmp_path / file).parent.mkdir(exist_ok=True)
            (tmp_path / file).write_bytes(content)
        digests = {f: hashlib.sha256(c).hexdigest() for f, c in by_file.items()}
        monkeypatch.setitem(registry.DATA, name, replace(data, files=digests))

    return provide


def test_english_is_sampled_from_its_grammar():
    corpus = corpora.load("english")
    assert [len(s) for s in (corpus.train, corpus.valid, corpus.test)] == [10_000, 2_000, 2_000]
    grammar = english()
    assert all(grammar.derivations(sentence) == 1 for sentence in corpus.test[:10])
    assert set(corpus.vocab().words[4:]) == set(grammar.words), "train shows every word"


def test_vocabulary_comes_from_train_only():
    corpus = split_by("english", ["a b", "c d"], lambda s: s, str.split)
    corpus = replace(corpus, train=[["a", "b"]], test=[["z"]])
    assert "z" not in corpus.vocab()
    assert corpus.vocab().encode(["z"]) == [UNK]


def test_equal_keys_share_a_split():
    items = [(str(i % 50), i) for i in range(1000)]
    corpus = split_by("english", items, lambda item: item[0], lambda item: item)
    keys = [{key for key, _ in split} for split in (corpus.train, corpus.valid, corpus.test)]
    assert sum(map(len, keys)) == 50
    assert len(corpus.train) + len(corpus.valid) + len(corpus.test) == 1000
    assert all(keys)


def test_wikitext_by_article(provide):
    valid = "".join(
        f" \n = Article {i} = \n \n The <unk> of {i} .\n \n = = Part = = \n \n It ended .\n"
        for i in range(60)
    )
    test = " \n = Test = \n \n The test .\n"
    provide("wikitext2", valid=valid.encode(), test=test.encode())
    corpus = corpora.load("wikitext2")
    assert corpus.test == [["The", "test", "."]]
    assert len(corpus.train) + len(corpus.valid) == 120
    assert len(corpus.valid) > 0
    assert {len(s) for s in corpus.train + corpus.valid} == {3, 5}
    assert "<unk>" in corpus.train[0] + corpus.train[1]
    assert len(corpus.train) % 2 == 0, "an article stays whole"


def test_shakespeare_in_order(provide):
    lines = [f"Line {i}:" for i in range(100)]
    provide("tinyshakespeare", text="\n\n".join(lines).encode())
    corpus = corpora.load("tinyshakespeare")
    joined = [" ".join(s) for s in corpus.train + corpus.valid + corpus.test]
    assert joined == [f"Line {i} :" for i in range(100)]
    assert [len(corpus.train), len(corpus.valid), len(corpus.test)] == [90, 5, 5]


def test_names_are_strings_of_characters(provide):
    provide("names", text=b"emma\nolivia\n" + b"\n".join(b"x%d" % i for i in range(40)))
    corpus = corpora.load("names")
    assert "emma" in corpus.train + corpus.valid + corpus.test
    assert "x" in corpus.vocab()


def test_verses_are_pairs_and_chapters_stay_whole(provide):
    rows = [f"Gen.{c}.{v}\tIn {c}, {v}.\tEn {c}, {v}." for c in range(40) for v in range(3)]
    provide("bible_en_es", text="\n".join(rows).encode())
    corpus = corpora.load("bible_en_es")
    verse = Bitext(["In", "7", ",", "2", "."], ["En", "7", ",", "2", "."])
    assert verse in [*corpus.train, *corpus.valid, *corpus.test]
    assert all(len(split) % 3 == 0 for split in (corpus.train, corpus.valid, corpus.test))


def test_speeches_are_cut_into_sentences(provide):
    text = "".join(f"# 18{i}-A\nFellow citizens:\n\nWe met. We spoke.\n" for i in range(10, 60))
    provide("sotu", text=text.encode())
    corpus = corpora.load("sotu")
    assert corpus.train[:3] == [
        ["Fellow", "citizens", ":"], ["We", "met", "."], ["We", "spoke", "."]
    ]  # fmt: skip
    assert len(corpus.train) + len(corpus.valid) + len(corpus.test) == 150


def test_glove_from_either_form(provide, tmp_path):
    table = np.arange(150, dtype=np.float32).reshape(3, 50)
    lines = [f"{w} " + " ".join(map(str, row)) for w, row in zip("abc", table, strict=True)]
    provide("glove_first10000", text="\n".join(lines).encode())
    found = vectors.glove(["a", "c", "never"])
    assert found.keys() == {"a", "c"}
    np.testing.assert_array_equal(found["c"], table[2])

    np.save(tmp_path / "table.npy", np.asfortranarray(table[::-1]))
    provide("glove", words=b"c\nb\na\n", table=(tmp_path / "table.npy").read_bytes())
    again = vectors.glove(["a", "c", ""])
    assert again.keys() == {"a", "c"}
    np.testing.assert_array_equal(again["c"], table[2])
    assert again["c"].dtype == np.float32


def test_what_is_no_corpus_says_so():
    with pytest.raises(ValueError, match=r"get\('glove'\)"):
        corpora.load("glove")
    with pytest.raises(KeyError, match="there is no data set 'ptb'"):
        corpora.load("ptb")
    assert LOADERS.keys() <= set(corpora.names())


SLOW = {"sotu", "bible_en_es", "tatoeba_eng_spa"}
# sampled ones have tests of their own
READ = [name for name in LOADERS if "sampled" not in corpora.info(name).origin]


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.slow] if n in SLOW else []) for n in READ]
)
def test_real_data_where_it_is_present(name):
    if corpora.where(name) is None:
        pytest.skip(f"{name} is not here: set COURSE_DATA_DIR, or course data get {name}")
    corpus = corpora.load(name)
    assert min(map(len, (corpus.train, corpus.valid, corpus.test))) > 10
    assert corpus.licence == corpora.info(name).licence


def test_importing_is_lazy():
    """Neither a model nor a data room loads before it is used."""
    code = "import sys, course_lib; print(*(m for m in sys.modules if m.startswith('course_lib')))"
    clean = {k: v for k, v in os.environ.items() if not k.startswith("COV")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=clean)
    assert done.stdout.split() == ["course_lib"]


def test_judged_pairs_and_analogies(provide):
    wordsim = b"# Word 1\tWord 2\tHuman\nlove\tsex\t6.77\nMaradona\tfootball\t8.62\n"
    simlex = b"# comment\nold\tnew\t1.58\n"
    provide("word_similarity", wordsim=wordsim, simlex=simlex)
    assert vectors.word_pairs() == [("love", "sex", 6.77), ("maradona", "football", 8.62)]
    assert vectors.word_pairs("simlex999") == [("old", "new", 1.58)]
    provide("analogies", text=b": capitals\nAthens Greece Oslo Norway\n: family\nboy girl he she\n")
    assert vectors.analogies() == {
        "capitals": [("athens", "greece", "oslo", "norway")],
        "family": [("boy", "girl", "he", "she")],
    }


def test_package_docs_are_docs_with_a_name():
    labelled, docs = corpora.load("python_packages"), corpora.load("python_docs")
    assert {name for _, name in labelled.train} == {name for _, name in labelled.test}
    assert len({name for _, name in labelled.train}) == 8
    for split in ("train", "valid", "test"):
        whole = {tuple(sentence) for sentence in getattr(docs, split)}
        assert all(tuple(sentence) in whole for sentence, _ in getattr(labelled, split))
    assert sum(map(len, docs.train)) > 150_000
