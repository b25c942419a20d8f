"""BLEU of two translators with equally many parameters, with attention and without, by length.

    python benchmarks/translation.py FOLDER [--from 1 --to 2] [--minutes 5] [--seeds 3]

FOLDER holds parallel text, as `course_lib.corpora.bitext.from_folder` reads it: one table such as
Tatoeba's spa.txt, of which --from and --to are columns, split by source sentence with a test that
is stratified by length; or files such as train.de and train.en, whose endings they are.

Each model gets so many minutes of the process's CPU time, with one thread; learning subwords,
encoding the text and calibration are counted. A model's number of steps is fixed by a short
calibration before it trains, and its learning rate follows the steps, not the clock. Both are made
by the same recipe (`translators.py`). It was chosen on validation sentences, but for the size of
the target's vocabulary: when that was tried, they still shared some sentences with the test.

BLEU is sacrebleu's, of detokenised text with its case, against one reference each. Where the test
was stratified, its long sentences are many: in the first table each sentence counts as often as
sentences of its length occur in the text; the second table has each length by itself, and the test
as it is.
"""

import argparse
import math
import statistics
import sys
from bisect import bisect
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import torch
from rich.console import Console
from rich.table import Table
from sacrebleu.metrics import BLEU
from translators import RECIPE, Coded, Recipe, Run, code, run

from course_lib.corpora import bitext
from course_lib.corpora.bitext import Splits, Strings
from course_lib.device import has_fast_bf16
from course_lib.metrics import bleu
from course_lib.translation import BANDS, bleu_by_length

MODELS = {"dot attention": "dot", "without": None}
WITH, WITHOUT = MODELS
SEARCHES = ("greedy", "beam of 5")
LONG = f"{BANDS[-1]}+"


class Asked(NamedTuple):
    """Of the mean over seeds: BLEU with attention, by how much it is more than without, and how
    many times as much on sentences of 16 and more words. 0 asks nothing."""

    text: str
    bleu: float
    gain: float = 0.0
    ratio: float = 0.0


ASKED_MINUTES = 5.0
ASKED = {
    ("1", "2"): Asked("Tatoeba, English to Spanish", 40, 14, 3),
    ("de", "en"): Asked("Multi30k, German to English", 38),
}
Runs = dict[str, list[Run]]


@dataclass(frozen=True)
class Scores:
    """What a test says of all runs: BLEU of each seed."""

    overall: dict[tuple[str, str], list[float]]  # of a model and a search
    by_length: dict[str, dict[str, list[float]]]  # of a band and a model, by the beam; and of all
    sentences: dict[str, int]  # in a band

    def ratio(self, band: str) -> float:
        """Of the means over seeds."""
        values = self.by_length[band]
        return _ratio(statistics.mean(values[WITH]), statistics.mean(values[WITHOUT]))


def _ratio(more: float, less: float) -> float:
    if less:
        return more / less
    return math.inf if more else math.nan


def words(pair: Strings) -> int:
    """Of the source."""
    return len(pair[0].split())


def occurrence(test: Sequence[Strings], text: Sequence[Strings]) -> list[int]:
    """How many times each pair of a test stratified by length must count, so that each band of
    `BANDS` has the share that it has in the text."""
    in_test, in_text = (
        Counter(bisect(BANDS, words(pair)) for pair in some) for some in (test, text)
    )
    bands = (bisect(BANDS, words(pair)) for pair in test)
    return [round(1000 * in_text[band] / in_test[band]) for band in bands]


def score(runs: Runs, test: Sequence[Strings], times: Sequence[int] | None = None) -> Scores:
    """Of translations of the test's sources; `times` for the overall score."""
    references = [target for _, target in test]
    lengths = list(map(words, test))
    overall: dict[tuple[str, str], list[float]] = {}
    by_length: dict[str, dict[str, list[float]]] = {}
    sentences = {}
    for name, each in runs.items():
        for found in each:
            for search, texts in zip(SEARCHES, (found.greedy, found.beam), strict=True):
                overall.setdefault((name, search), []).append(bleu(texts, references, times))
            bands = bleu_by_length(found.beam, references, lengths)
            bands["the test"] = bleu(found.beam, references), len(test)
            for band, (value, n) in bands.items():
                by_length.setdefault(band, {}).setdefault(name, []).append(value)
                sentences[band] = n
    return Scores(overall, by_length, sentences)


def signature(test: Sequence[Strings]) -> str:
    """Of sacrebleu: what a score must carry to be compared."""
    metric, references = BLEU(), [target for _, target in test]
    metric.corpus_score(references, [references])
    return str(metric.get_signature())


def each(values: Sequence[float]) -> str:
    """The mean, and every seed's value."""
    return f"{statistics.mean(values):.1f} ({' '.join(f'{value:.1f}' for value in values)})"


def overall_table(scores: Scores, runs: Runs) -> Table:
    """BLEU of all test sentences."""
    title = "BLEU, lengths as they occur: mean (of each seed)"
    table = Table("model", *SEARCHES, "steps", "CPU minutes", title=title)
    for name, some in runs.items():
        values = [each(scores.overall[name, search]) for search in SEARCHES]
        steps = statistics.mean(found.steps for found in some)
        minutes = statistics.mean(found.seconds for found in some) / 60
        table.add_row(name, *values, f"{steps:,.0f}", f"{minutes:.2f}")
    return table


def length_table(scores: Scores) -> Table:
    """BLEU in each band of source lengths."""
    table = Table(
        "words", "sentences", *MODELS, "ratio", title=f"BLEU by length of the source, {SEARCHES[1]}"
    )
    for band, values in scores.by_length.items():
        ratios = map(_ratio, values[WITH], values[WITHOUT])
        of_each = " ".join(f"{ratio:.1f}" for ratio in ratios)
        row = [each(values[name]) for name in MODELS]
        table.add_row(
            band, f"{scores.sentences[band]:,}", *row, f"{scores.ratio(band):.2f} ({of_each})"
        )
    return table


def missed(scores: Scores, asked: Asked) -> list[str]:
    """Which demands the means over seeds do not meet."""
    best = {name: statistics.mean(scores.overall[name, SEARCHES[1]]) for name in MODELS}
    ratio = scores.ratio(LONG) if LONG in scores.by_length else 0.0
    reached = {
        f"BLEU {best[WITH]:.1f}, {asked.bleu:g} asked": best[WITH] >= asked.bleu,
        f"{best[WITH] - best[WITHOUT]:+.1f} by attention, {asked.gain:+g} asked": (
            best[WITH] - best[WITHOUT] >= asked.gain or not asked.gain
        ),
        f"{ratio:.2f} × at {LONG} words, {asked.ratio:g} × asked": ratio >= asked.ratio,
    }
    return [what for what, met in reached.items() if not met]


def compare(splits: Splits, options: argparse.Namespace, console: Console) -> Runs:
    """Trains every model with every seed, and translates the test with each."""
    recipe: Recipe = RECIPE
    coded: Coded = code(splits.train, recipe)
    sources = [source for source, _ in splits.test]
    runs: Runs = {name: [] for name in MODELS}
    left = len(MODELS) * options.seeds * options.minutes
    for seed in range(options.seeds):
        for name, attention in MODELS.items():
            console.print(f"{name}, seed {seed}: about {left:.0f} CPU minutes to go")
            done = run(recipe, coded, attention, sources, options.minutes * 60, seed)
            console.print(f"{done.steps:,} steps")
            runs[name].append(done)
            left -= options.minutes
    return runs


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="of parallel text")
    parser.add_argument("--from", dest="source", default="1", help="column, or ending of files")
    parser.add_argument("--to", dest="target", default="2", help="column, or ending of files")
    parser.add_argument("--minutes", type=float, default=5, help="of CPU time for each model")
    parser.add_argument("--seeds", type=int, default=3, help="for each model")
    options = parser.parse_args(arguments)
    if options.seeds < 1:
        parser.error(f"--seeds {options.seeds}: a model needs at least one")
    if options.minutes <= 0:
        parser.error(f"--minutes {options.minutes:g}: a model needs some time")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """1 if a demand is missed, 2 if the folder holds no parallel text."""
    options = parse(arguments)
    try:
        splits = bitext.from_folder(options.folder, options.source, options.target)
        if not all(splits):
            raise ValueError(f"{options.folder}: too few pairs for three splits")
    except (OSError, ValueError) as error:
        print(f"translation: {error}", file=sys.stderr)
        return 2
    torch.set_num_threads(1)
    console = Console(width=None if sys.stdout.isatty() else 110)
    sizes = ", ".join(f"{len(part):,} {name}" for name, part in splits._asdict().items())
    console.print(f"pairs: {sizes}; bfloat16: {has_fast_bf16()}")
    runs = compare(splits, options, console)
    is_table = options.source.isdecimal()  # which `from_folder` splits, with a stratified test
    times = occurrence(splits.test, splits.train) if is_table else None
    scores = score(runs, splits.test, times)
    sizes_of_models = sorted({found.parameters for some in runs.values() for found in some})
    console.print(overall_table(scores, runs), length_table(scores))
    console.print(f"parameters: {sizes_of_models}; sacrebleu: {signature(splits.test)}")
    asked = ASKED.get((options.source, options.target))
    if asked is None or options.minutes < ASKED_MINUTES:
        console.print(f"Nothing is asked of this text in {options.minutes:g} minutes.")
        return 0
    console.print(f"Asked of {asked.text} in {ASKED_MINUTES:g} CPU minutes; missed:")
    console.print("\n".join(missed(scores, asked)) or "nothing")
    return int(bool(missed(scores, asked)))


if __name__ == "__main__":
    sys.exit(main())
