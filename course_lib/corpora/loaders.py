"""From verified files to a `Corpus`: how each data set is cut into items and splits."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from course_lib.corpora import (
    bitext,
    bundled,
    downloads,
    events,
    long_texts,
    nli,
    real_pairs,
    tagged,
)
from course_lib.corpora.bitext import Bitext
from course_lib.corpora.conllu import Tagged, tagged_sentences
from course_lib.corpora.corpus import Corpus, corpus, split_by
from course_lib.corpora.english import english
from course_lib.corpora.english_spanish import english_spanish
from course_lib.corpora.sentiment import sentiment
from course_lib.corpora.sst import sst
from course_lib.text import tokenize


def toy_english(
    train: int = 10_000, valid: int = 2_000, test: int = 2_000, seed: int = 0
) -> Corpus[list[str]]:
    """Sentences sampled from the grammar whose entropy is known."""
    drawn = english().sample(train + valid + test, seed)
    return corpus("english", drawn[:train], drawn[train : train + valid], drawn[train + valid :])


def tagged_english(
    train: int = 10_000, valid: int = 2_000, test: int = 2_000, seed: int = 0
) -> Corpus[Tagged]:
    """Sentences with a part of speech for each word, from a grammar, so that all are right."""
    drawn = tagged.sample(train + valid + test, seed)
    return corpus(
        "english_tagged", drawn[:train], drawn[train : train + valid], drawn[train + valid :]
    )


def ud_english_ewt() -> Corpus[Tagged]:
    """Words and universal tags of the English Web Treebank, in its official splits."""
    texts = (
        downloads.read("ud_english_ewt", f"ud_english_ewt/en_ewt-ud-{part}.conllu").decode()
        for part in ("train", "dev", "test")
    )
    return corpus("ud_english_ewt", *(list(tagged_sentences(text)) for text in texts))


def sotu() -> Corpus[list[str]]:
    """Sentences of the State of the Union addresses, split by speech."""
    text = downloads.read("sotu", "sotu/speeches.txt").decode()
    speeches = re.split(r"^# (.+)$", text, flags=re.MULTILINE)[1:]
    pairs = (
        (title, sentence)
        for title, speech in zip(speeches[::2], speeches[1::2], strict=True)
        for paragraph in bundled.paragraphs(speech)
        for sentence in paragraph
    )
    return split_by("sotu", pairs, lambda pair: pair[0], lambda pair: tokenize(pair[1]))


def wikitext2() -> Corpus[list[str]]:
    """Paragraphs as the file has them, `<unk>` included, without headings.

    The official validation articles are split into train and valid; test is the official one.
    """
    read = partial(downloads.read, "wikitext2")
    articles = split_by(
        "wikitext2",
        _paragraphs(read("wikitext2/wiki.valid.tokens").decode()),
        lambda pair: pair[0],
        lambda pair: pair[1].split(),
    )
    test = [p.split() for _, p in _paragraphs(read("wikitext2/wiki.test.tokens").decode())]
    return corpus("wikitext2", articles.train + articles.test, articles.valid, test)


def _paragraphs(text: str) -> Iterator[tuple[str, str]]:
    title = ""
    for line in text.split("\n"):
        if re.fullmatch(r" = [^=].* = ", line):
            title = line
        elif line.strip() and not line.startswith(" = "):
            yield title, line


def tinyshakespeare() -> Corpus[list[str]]:
    """Lines of verse, cut in order: the first 90 % train, then 5 % each."""
    text = downloads.read("tinyshakespeare", "tinyshakespeare/input.txt").decode()
    lines = [tokenize(line) for line in text.split("\n") if line.strip()]
    first, second = len(lines) * 90 // 100, len(lines) * 95 // 100
    return corpus("tinyshakespeare", lines[:first], lines[first:second], lines[second:])


def names() -> Corpus[str]:
    """First names, each a string of characters."""
    items = downloads.read("names", "names/names.txt").decode().split()
    return split_by("names", items, str, str)


def tatoeba_eng_spa() -> Corpus[Bitext]:
    """Short everyday sentences, split by `bitext.held_out`.

    As strings, and in the other direction, `bitext.from_folder(get("tatoeba_eng_spa"), "1", "2")`
    has them.
    """
    text = downloads.read("tatoeba_eng_spa", "tatoeba_eng_spa/spa.txt").decode()
    splits = bitext.held_out(bitext.read_tsv(text))
    return corpus("tatoeba_eng_spa", *([bitext.as_words(pair) for pair in part] for part in splits))


def bible_en_es() -> Corpus[Bitext]:
    """English and Spanish verses, split by chapter."""
    text = downloads.read("bible_en_es", "bible_en_es/kjv_rv1909.tsv").decode()
    rows = (line.split("\t") for line in text.splitlines())
    return split_by(
        "bible_en_es",
        rows,
        lambda row: row[0].rsplit(".", 1)[0],
        lambda row: bitext.as_words((row[1], row[2])),
    )


LOADERS: Mapping[str, Callable[[], Corpus[Any]]] = {
    "english": toy_english,
    "english_tagged": tagged_english,
    "nli": nli.nli,
    "paraphrases": events.paraphrases,
    "similarity": events.graded,
    "answers": events.questions,
    "english_spanish": english_spanish,
    "sentiment": sentiment,
    "python_code": bundled.stdlib_code,
    "python_prose": bundled.prose,
    "python_docs": bundled.docs,
    "python_packages": bundled.package_docs,
    "python_wrapped": long_texts.wrapped_prose,
    "names_and_dates": bundled.cldr_pairs,
    "sotu": sotu,
    "wikitext2": wikitext2,
    "tinyshakespeare": tinyshakespeare,
    "names": names,
    "tatoeba_eng_spa": tatoeba_eng_spa,
    "bible_en_es": bible_en_es,
    "linux_kernel": long_texts.linux_kernel,
    "war_and_peace": long_texts.war_and_peace,
    "ud_english_ewt": ud_english_ewt,
    "sst": sst,
    "snli": real_pairs.snli,
    "snli_full": real_pairs.snli_full,
    "counterfactual_nli": real_pairs.counterfactual_nli,
    "stsb": real_pairs.stsb,
}
