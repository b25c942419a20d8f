"""Pairs of sentences that people wrote and judged: SNLI, its counterfactuals, STS-B."""

import csv
import io
import json
from collections.abc import Iterable, Iterator

from course_lib.corpora import downloads
from course_lib.corpora.corpus import Corpus, corpus, split_by
from course_lib.corpora.nli import LABELS
from course_lib.corpora.pair import Pair
from course_lib.text import tokenize


def snli() -> Corpus[Pair]:
    """Premise, hypothesis, and the label's number in `nli.LABELS`.

    Trained on the official **development** pairs, split by premise; test is the official one. So
    there are some 9,000 training pairs, where those who publish results have 550,152.
    """
    dev = list(snli_pairs(downloads.read("snli", "snli/snli_1.0_dev.jsonl").decode()))
    split = split_by("snli", dev, lambda pair: " ".join(pair.first), lambda pair: pair)
    test = snli_pairs(downloads.read("snli", "snli/snli_1.0_test.jsonl").decode())
    return corpus("snli", split.train + split.test, split.valid, list(test))


def snli_full() -> Corpus[Pair]:
    """All of SNLI in its official splits, once you have confirmed what the download brings."""
    read = (
        downloads.read("snli_full", f"snli_full/snli_1.0_{part}.jsonl").decode()
        for part in ("train", "dev", "test")
    )
    return corpus("snli_full", *(list(snli_pairs(text)) for text in read))


def snli_pairs(text: str) -> Iterator[Pair]:
    """From JSON lines as SNLI has them; pairs on whose label people did not agree (`-`) are left
    out, as is usual.

    Raises:
        ValueError: if a line is not such a pair; the message has its number.
    """
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            row = json.loads(line)
            label, sentences = row["gold_label"], (row["sentence1"], row["sentence2"])
            if label != "-":
                first, second = map(tokenize, sentences)
                if first and second:  # a few hypotheses of the training split are empty
                    yield Pair(first, second, LABELS.index(label))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"line {number} is not a pair of SNLI: {line[:60]!r}") from error


def counterfactual_nli() -> Corpus[Pair]:
    """SNLI pairs, and what people made of them by changing one sentence so that the label changes.

    Of each official split the original pairs come first, then four times as many revised ones.
    """
    return corpus(
        "counterfactual_nli",
        *(
            [pair for part in ("original", "revised_combined") for pair in _rows(part, split)]
            for split in ("train", "dev", "test")
        ),
    )


def _rows(part: str, split: str) -> Iterable[Pair]:
    file = f"counterfactual_nli/nli_{part}/{split}.tsv"
    text = downloads.read("counterfactual_nli", file).decode()
    for row in csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE):
        label = LABELS.index(row["gold_label"])
        yield Pair(tokenize(row["sentence1"]), tokenize(row["sentence2"]), label)


def stsb() -> Corpus[Pair]:
    """Two sentences and how similar people found them, from 0 (unrelated) to 5 (equivalent)."""
    texts = (
        downloads.read("stsb", f"stsb/stsb-en-{part}.csv").decode()
        for part in ("train", "dev", "test")
    )
    return corpus("stsb", *(list(_scored(text)) for text in texts))


def _scored(text: str) -> Iterator[Pair]:
    for first, second, score in csv.reader(io.StringIO(text)):
        yield Pair(tokenize(first), tokenize(second), float(score))
