import itertools
import sysconfig
import tokenize
from pathlib import Path

import pytest

from course_lib import corpora
from course_lib.corpora import bundled


def splits(corpus):
    return corpus.train, corpus.valid, corpus.test


@pytest.mark.parametrize("load", [bundled.stdlib_code, bundled.prose, bundled.cldr_pairs])
def test_splits_are_disjoint_repeatable_and_about_80_10_10(load):
    corpus = load()
    assert splits(load()) == splits(corpus)
    sizes = [len(split) for split in splits(corpus)]
    assert sizes[0] == pytest.approx(0.8 * sum(sizes), rel=0.1)
    assert min(sizes) > 0.05 * sum(sizes)
    items = [{str(item) for item in split} for split in splits(corpus)]
    if load is not bundled.prose:  # the same short sentence may stand in two paragraphs
        assert all(not a & b for a, b in itertools.combinations(items, 2))
    assert corpus.licence
    assert corpus.citation


def test_code_is_whole_python_modules():
    corpus = bundled.stdlib_code()
    modules = [module for split in splits(corpus) for module in split]
    assert (Path(sysconfig.get_paths()["stdlib"]) / "argparse.py").read_text("utf-8") in modules
    assert sum(map(len, modules)) > 2_000_000
    list(tokenize.generate_tokens(iter(modules[0].splitlines(keepends=True)).__next__))
    assert "(" in corpus.vocab(), "a string is a sequence of characters"


def test_prose_is_sentences():
    corpus = bundled.prose()
    sentences = [sentence for split in splits(corpus) for sentence in split]
    assert sum(map(len, sentences)) > 30_000
    ends = sum(sentence[-1] in {".", ":", "!", "?", ")", '"'} for sentence in sentences)
    assert ends > 0.95 * len(sentences)
    assert not any("::" in "".join(sentence) for sentence in sentences)


def test_paragraphs_leave_out_what_is_not_prose():
    text = """The "while" statement
*********************

   while_stmt ::= "while" expression.

It tests. If it is true,
it runs:

   >>> while True: pass.

str.join(iterable)

   Return a string."""
    assert list(bundled.paragraphs(text)) == [
        ["It tests.", "If it is true, it runs:"],
        ["Return a string."],
    ]


def test_pairs_reorder_dates():
    corpus = bundled.cldr_pairs()
    pairs = {" ".join(pair.source): " ".join(pair.target) for s in splits(corpus) for pair in s}
    assert pairs["Friday , January 1 , 2016"] == "viernes , 1 de enero de 2016"
    assert pairs["South Africa"] == "Sudáfrica"
    assert len(pairs) > 2_500
    with pytest.raises(TypeError, match="two languages"):
        corpus.vocab()


def test_everything_bundled_is_here():
    for name in ("english", "python_code", "python_prose", "names_and_dates"):
        folder = corpora.where(name)
        assert folder is not None
        assert folder.is_dir()
        assert corpora.get(name) == folder
