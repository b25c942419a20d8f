"""Part-of-speech tagging on the English Web Treebank: which context helps, over seeds.

    python benchmarks/tagging.py [SEEDS]

The treebank must be in `COURSE_DATA_DIR`. No setting was chosen on its test sentences, which the
table is of; each word counts once. Time is the wall time of training.
"""

import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from rich.console import Console
from rich.table import Table

from course_lib import corpora, tag_report, tagging
from course_lib.corpora.conllu import Tagged
from course_lib.metrics import bootstrap_interval
from course_lib.train import one_cycle, train
from course_lib.word_parts import Coder

PASSES, BATCH, DEMAND = 4, 32, 0.94
SIZES = {"word_size": 64, "part_size": 16, "dropout": 0.4, "unknown": 0.15}
WAYS: dict[str, tuple[tagging.Context, int]] = {
    "the word alone": ("word", 1),
    "left context": ("left", 256),
    "whole sentence": ("both", 128),
}


@dataclass(frozen=True)
class Run:
    """One training: right and all words of each test sentence (N, 2), and its seconds."""

    rows: np.ndarray
    seconds: float


def train_and_tag(
    seen: Sequence[Tagged], test: Sequence[Tagged], way: str, seed: int, passes: float = PASSES
) -> Run:
    """A tagger from scratch, scored on the test sentences."""
    coder, (context, hidden_size) = Coder.from_sentences(seen), WAYS[way]
    examples, exam = coder.encode(seen), coder.encode(test)
    torch.manual_seed(seed)
    sizes, C = [len(vocab) for vocab in coder.vocabs], len(coder.tags)
    model = tagging.Tagger(sizes, C, hidden_size, context=context, **SIZES)
    stream = tagging.batches(examples, BATCH, torch.Generator().manual_seed(seed))
    start = time.perf_counter()
    steps = max(1, round(passes * len(examples) / BATCH))
    train(model, stream, steps, lr=4e-3, clip=5.0, schedule=one_cycle)
    seconds = time.perf_counter() - start
    best = tagging.predict(model, [features for features, _ in exam])
    gold = [tags for _, tags in test]
    rows = tag_report.right_by_sentence([coder.decode(tags) for tags in best], gold)
    return Run(rows, seconds)


def gain(rows: np.ndarray) -> float:
    """Of rows (right, words, right of the other, words): by how much the first is better."""
    right, words, other, _ = rows.sum(axis=0)
    return float((right - other) / words)


def report(baseline: np.ndarray, runs: dict[str, list[Run]]) -> Table:
    """Accuracy of each way: its mean over seeds, and each seed's."""
    table = Table("may use", "accuracy", "of each seed", "seconds to train")
    table.add_row("most frequent tag", f"{tag_report.share_right(baseline):.2%}", "", "")
    for way, each in runs.items():
        shares = [tag_report.share_right(run.rows) for run in each]
        seconds = statistics.median(run.seconds for run in each)
        every = " ".join(f"{share:.2%}" for share in shares)
        table.add_row(way, f"{statistics.mean(shares):.2%}", every, f"{seconds:.0f}")
    return table


def main() -> int:
    """1 if the whole sentence is right on fewer words than demanded; 2 without the treebank."""
    seeds = range(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
    if corpora.where("ud_english_ewt") is None:
        print(f"put {corpora.info('ud_english_ewt').origin} into COURSE_DATA_DIR", file=sys.stderr)
        return 2
    data = corpora.load("ud_english_ewt")
    common = tagging.MostFrequentTag(data.train)
    gold = [tags for _, tags in data.test]
    baseline = tag_report.right_by_sentence([common.tag(words) for words, _ in data.test], gold)
    runs = {way: [train_and_tag(data.train, data.test, way, s) for s in seeds] for way in WAYS}
    console = Console(width=None if sys.stdout.isatty() else 110)
    console.print(report(baseline, runs))
    for whole, left in zip(runs["whole sentence"], runs["left context"], strict=True):
        pair = np.hstack([whole.rows, left.rows])
        low, high = bootstrap_interval(pair, gain)
        console.print(f"right context: {gain(pair):+.2%} of all words ({low:+.2%} to {high:+.2%})")
    reached = [tag_report.share_right(run.rows) for run in runs["whole sentence"]]
    return int(statistics.mean(reached) < DEMAND)


if __name__ == "__main__":
    sys.exit(main())
