"""Perplexity of counting and of neural language models on a word corpus, against CPU time.

    python benchmarks/language_models.py FOLDER [--seconds 15 60] [--seeds 3] [--long 480]

FOLDER holds three text files, one sentence a line, words between spaces, whose names contain
train, valid and test (ptb.train.txt, …). Every word, and the `</s>` that ends each line, is a
token to predict; words that the training text lacks are `<unk>`. There are two perplexities:

- alone: each sentence by itself. Comparable among all models.
- carried: the state goes on over sentences, as in what is published for the Penn Treebank.

CPU time is the process's, with one thread. A network's number of steps is fixed by a short
calibration before it trains, and its learning rate follows the steps, not the clock.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from recipes import LONG, NETWORKS, Recipe, train_for
from rich.console import Console
from rich.table import Table
from word_corpus import SPLITS, Corpus, read

from course_lib.batching import as_stream, streams
from course_lib.device import has_fast_bf16
from course_lib.language_model import RecurrentLM, by_sentence, evaluate_streams, surprisals
from course_lib.metrics import bootstrap_interval, perplexity
from course_lib.ngram import AddK, KneserNey
from course_lib.text import EOS

COUNTS = {
    "unigram": AddK(1, k=0.01),
    "bigram, Kneser-Ney": KneserNey(2),
    "3-gram, Kneser-Ney": KneserNey(3),
    "5-gram, Kneser-Ney": KneserNey(5),
}
STREAMS = 8  # in which the test text is read for "carried": up to 7 tokens at its end are left out


@dataclass(frozen=True)
class Score:
    """One trained model's perplexities."""

    valid: float
    alone: np.ndarray  # of the test split (sentences, 2): nats, tokens
    carried: float
    seconds: float


def score(model: RecurrentLM, corpus: Corpus, seconds: float) -> Score:
    """Of a network."""
    valid, test = (
        by_sentence(surprisals(model, corpus.ids[split], start=EOS), corpus.ids[split])
        for split in ("valid", "test")
    )
    text = as_stream(corpus.ids["test"])
    nats, tokens = evaluate_streams(model, streams(text, min(STREAMS, len(text) - 1), 200))
    return Score(rows_perplexity(valid), test, perplexity(nats, tokens), seconds)


def count(name: str, corpus: Corpus) -> Score:
    """An n-gram model; it has no state to carry."""
    start = time.process_time()
    model = COUNTS[name].fit(corpus.words["train"], corpus.vocab)
    seconds = time.process_time() - start
    valid, test = (
        by_sentence(model.surprisals(corpus.words[split]), corpus.words[split])
        for split in ("valid", "test")
    )
    return Score(rows_perplexity(valid), test, float("nan"), seconds)


def rows_perplexity(rows: np.ndarray) -> float:
    """Of sentences (nats, tokens): summed, divided once."""
    nats, tokens = rows.sum(axis=0)
    return perplexity(float(nats), int(tokens))


def row(name: str, scores: Sequence[Score]) -> list[str]:
    """A row of the table: means over seeds, and an interval over sentences for the first seed."""
    values = [rows_perplexity(s.alone) for s in scores]
    low, high = bootstrap_interval(scores[0].alone, rows_perplexity, samples=1000)
    seeds = f" ({min(values):.1f} to {max(values):.1f})" if len(values) > 1 else ""
    carried = np.mean([s.carried for s in scores])
    return [
        name,
        f"{np.mean([s.seconds for s in scores]):.0f}",
        f"{np.mean([s.valid for s in scores]):.1f}",
        f"{np.mean(values):.1f}{seeds}",
        f"{low:.1f} to {high:.1f}",
        "" if np.isnan(carried) else f"{carried:.1f}",
    ]


def runs(options: argparse.Namespace) -> list[tuple[str, Recipe, float, int]]:
    """What is trained: name, recipe, seconds, how many seeds."""
    planned = [
        (f"{name}, {seconds:g} s", recipe, seconds, options.seeds)
        for name, recipe in NETWORKS.items()
        for seconds in options.seconds
    ]
    if options.long:
        planned.append((f"LSTM, {options.long:g} s", LONG, options.long, 1))
    return planned


def compare(corpus: Corpus, options: argparse.Namespace, console: Console) -> Table:
    """Fit, train and score everything."""
    table = Table(
        "model", "CPU s", "valid", "test, alone (seeds)", "95 % over sentences", "carried"
    )
    for name in COUNTS:
        table.add_row(*row(name, [count(name, corpus)]))
    planned = runs(options)
    left = sum(seconds * seeds for _, _, seconds, seeds in planned)
    for name, recipe, seconds, seeds in planned:
        scores = []
        for seed in range(seeds):
            console.print(f"{name}, seed {seed}: about {left / 60:.0f} CPU minutes to go")
            model, spent = train_for(recipe, corpus, seconds, seed)
            scores.append(score(model, corpus, spent))
            left -= seconds
        table.add_row(*row(name, scores))
    return table


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="with train, valid and test text files")
    parser.add_argument(
        "--seconds", type=float, nargs="*", default=[15, 60], help="for each network"
    )
    parser.add_argument("--seeds", type=int, default=3, help="for each network")
    parser.add_argument(
        "--long", type=float, default=480, help="for the best LSTM; 0: leave it out"
    )
    options = parser.parse_args(arguments)
    if options.seeds < 1:
        parser.error(f"--seeds {options.seeds}: a network needs at least one")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """2 if there is no corpus in the folder."""
    options = parse(arguments)
    torch.set_num_threads(1)
    try:
        corpus = read(options.folder)
    except (FileNotFoundError, ValueError) as error:
        print(f"language_models: {error}", file=sys.stderr)
        return 2
    console = Console(width=None if sys.stdout.isatty() else 110)
    tokens = {split: sum(len(s) + 1 for s in corpus.words[split]) for split in SPLITS}
    console.print(f"V={len(corpus.vocab):,}; tokens: {tokens}; bfloat16: {has_fast_bf16()}")
    table = compare(corpus, options, console)
    table.title = "Perplexity"
    console.print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
