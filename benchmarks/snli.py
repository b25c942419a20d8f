"""The lecture's three SNLI encoders on the pairs that are here, and what all of SNLI would take.

    python benchmarks/snli.py [FOLDER] [--steps 200] [--epochs 0]

FOLDER holds snli_1.0_train.jsonl, …_dev.jsonl and …_test.jsonl, as SNLI's archive unpacks. Without
it: `snli_full` if you have confirmed it, else the data set `snli` (the official development pairs
to train on), else the lecture's generated inferences, which only show the time.

Each encoder takes so many steps, or with `--epochs` passes over the training pairs; the time of a
step gives the time of a pass over SNLI's 550,152. Beside them, the controls: hypothesis only and
bag of words. Time is the process's CPU time with one thread: on an idle machine, wall time.

Unlike the papers' models, ours learn their embeddings and compare by [u; v; |u - v|; u * v].
"""

import argparse
import itertools
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from rich.console import Console
from rich.progress import track
from rich.table import Table
from torch import Tensor, nn

from course_lib import corpora
from course_lib.batching import buckets
from course_lib.corpora.corpus import Corpus
from course_lib.corpora.nli import nli
from course_lib.corpora.pair import Pair, as_tensor, pair_vocab
from course_lib.corpora.real_pairs import snli_pairs
from course_lib.language_model import evaluating
from course_lib.metrics import bootstrap_interval
from course_lib.pair_controls import PairBagOfWords, SecondOnly
from course_lib.pairs import LSTMEncoder, PairClassifier
from course_lib.text import PAD

FULL, B, LONGEST, WARM_UP = 550_152, 64, 40, 3
Data = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Model:
    """What to train, from the size of the vocabulary, and what was published (source)."""

    build: Callable[[int], nn.Module]
    published: str
    lr: float = 1e-3


def _encoder(hidden_size: int, bidirectional: bool) -> Callable[[int], nn.Module]:
    def build(V: int) -> nn.Module:
        encoder = LSTMEncoder(V, hidden_size, hidden_size, bidirectional, dropout=0.2)
        return PairClassifier(encoder, 200, 3)

    return build


MODELS = {
    "hypothesis only, linear": Model(
        lambda V: SecondOnly(PairBagOfWords(V, 3)), "67.0, n-grams (Gururangan et al., 2018)", 1e-2
    ),
    "bag of words, linear": Model(
        lambda V: PairBagOfWords(V, 3), "78.2, n-grams of both (Bowman et al., 2015)", 1e-2
    ),
    "LSTM, 100D": Model(_encoder(100, False), "77.6 (Bowman et al., 2015)"),
    "LSTM, 300D": Model(_encoder(300, False), "80.6 (Bowman et al., 2016)"),
    "BiLSTM, 600D": Model(_encoder(300, True), "83.3 (Liu et al., 2016)"),
}


def load(folder: Path | None) -> tuple[str, Corpus[Pair]]:
    """What it is, and the pairs.

    Raises:
        FileNotFoundError: if the folder lacks a file.
        ValueError: if a file is not SNLI's.
    """
    if folder is not None:
        files = [folder / f"snli_1.0_{part}.jsonl" for part in ("train", "dev", "test")]
        splits = [list(snli_pairs(file.read_text("utf-8"))) for file in files]
        return str(folder), Corpus(*splits, *3 * ("see the folder",))
    for name in ("snli_full", "snli"):
        if corpora.where(name):
            return name, corpora.load(name)
    return "generated inferences", nli()


def batches(lengths: Sequence[int], seed: int) -> Iterator[list[int]]:
    """Rows of batches without end, pairs of similar length together."""
    generator = torch.Generator().manual_seed(seed)
    while True:
        yield from buckets(lengths, B, generator)


def train(model: nn.Module, data: Data, steps: int, lr: float, name: str) -> float:
    """Takes steps of Adam; CPU seconds of one, without the first few, which are slower."""
    inputs, labels = data
    optimizer = torch.optim.Adam(model.parameters(), lr=lr, fused=True)
    rows = itertools.islice(batches((inputs != PAD).sum(dim=(1, 2)).tolist(), 0), steps)
    start = time.process_time()
    for step, chosen in enumerate(track(rows, name, total=steps, transient=True)):
        if step == min(WARM_UP, steps - 1):
            start = time.process_time()
        loss = F.cross_entropy(model(inputs[chosen]), labels[chosen])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    return (time.process_time() - start) / (steps - min(WARM_UP, steps - 1))


def accuracy(model: nn.Module, data: Data) -> tuple[float, float, float]:
    """On all pairs, and its 95 % interval over them."""
    with evaluating(model):
        said = torch.cat([model(some).argmax(dim=1) for some in data[0].split(256)])
    right = (said == data[1]).double().numpy()
    return float(right.mean()), *bootstrap_interval(right, samples=500)


def projected(seconds: float) -> float:
    """Hours of one pass over all of SNLI's training pairs, from the seconds of a step."""
    return seconds * -(-FULL // B) / 3600


def compare(corpus: Corpus[Pair], options: argparse.Namespace) -> Table:
    """Train and test everything."""
    table = Table("model", "weights", "ms a step", f"hours for {FULL:,} pairs, one pass",
                  "test accuracy (95 %)", f"published, {FULL:,} pairs")  # fmt: skip
    vocab = pair_vocab(corpus.train)
    train_data, test_data = (
        (
            as_tensor([(p.first[:LONGEST], p.second[:LONGEST]) for p in pairs], vocab),
            torch.tensor([p.label for p in pairs]),
        )
        for pairs in (corpus.train, corpus.test)
    )
    steps = options.epochs * -(-len(corpus.train) // B) or options.steps
    for name, model in MODELS.items():
        torch.manual_seed(0)
        network = model.build(len(vocab))
        seconds = train(network, train_data, steps, model.lr, name)
        mean, low, high = accuracy(network, test_data)
        table.add_row(
            name,
            f"{sum(p.numel() for p in network.parameters()):,}",
            f"{1000 * seconds:.1f}",
            f"{projected(seconds):.2f}",
            f"{100 * mean:.1f} ({100 * low:.1f} to {100 * high:.1f})",
            model.published,
        )
    return table


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", help="with SNLI's three files")
    parser.add_argument("--steps", type=int, default=200, help="of each model")
    parser.add_argument("--epochs", type=int, default=0, help="instead of steps")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """2 if the folder does not have SNLI's files."""
    options = parse(arguments)
    torch.set_num_threads(1)
    try:
        source, corpus = load(options.folder)
    except (FileNotFoundError, ValueError) as error:
        print(f"snli: {error}", file=sys.stderr)
        return 2
    console = Console(width=None if sys.stdout.isatty() else 150)
    console.print(
        f"{source}: {len(corpus.train):,} pairs to train on, {len(corpus.test):,} to test"
    )
    table = compare(corpus, options)
    passes = options.epochs or options.steps * B / len(corpus.train)
    table.title = f"SNLI's encoders after {passes:.1f} passes over what is here"
    console.print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
