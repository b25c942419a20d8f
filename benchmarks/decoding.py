"""Decoding in batches against one sentence at a time: the same texts, in less time.

    python benchmarks/decoding.py [ROUNDS]

An LSTM language model learns the standard library's documentation for a moment; then it continues
the first words of sentences that it has not seen, 64 at a time and one at a time, with the same
code: until it says `</s>`, so that texts leave the batch one by one, and for equally many words
each. A translator with attention does the same with generated English sentences. The two take
turns, so that a busy machine slows both; a ratio is the median over rounds of the ratios within a
round. Time is the process's CPU time with one thread: on an idle machine, wall time.
"""

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import torch
from rich.console import Console
from rich.progress import track
from rich.table import Table

from course_lib import corpora
from course_lib.batching import as_stream, streams
from course_lib.beam import beam_search
from course_lib.decode import Hypothesis, greedy
from course_lib.language_model import RecurrentLM
from course_lib.priming import Primed, primed
from course_lib.seq2seq import Translator
from course_lib.text import BOS, EOS, PAD, UNK, Vocab
from course_lib.train import train, train_streams
from course_lib.translation import batches, translate

V, D, H = 4_000, 256, 256
STEPS = 150  # of training
SENTENCES, GIVEN = 128, 3  # how many, and how many words of each are given
B, K, MAX_TOKENS = 64, 5, 20

Prompts = Sequence[Sequence[int]]
Texts = list[Hypothesis]


@dataclass(frozen=True)
class Way:
    """How to write texts, so many at a time, and how many times faster 64 must be than one."""

    write: Callable[[Any, Prompts, int], Texts]
    demand: float


def by_greedy(start: Primed) -> Texts:
    """The most probable word, always."""
    return greedy(*start, max_tokens=MAX_TOKENS)


def by_beam(start: Primed) -> Texts:
    """The best text that a beam finds."""
    return [texts[0] for texts in beam_search(*start, K=K, max_tokens=MAX_TOKENS)]


def continued(decode: Callable[[Primed], Texts], never: Sequence[int], demand: float) -> Way:
    """Of a language model: prompts are continued."""

    def write(model: RecurrentLM, prompts: Prompts, size: int) -> Texts:
        texts = []
        for start in range(0, len(prompts), size):
            some = prompts[start : start + size]
            texts += decode(primed(model, some, start=EOS, never=never))
        return texts

    return Way(write, demand)


def translated(width: int, demand: float) -> Way:
    """Of a translator: sentences of similar length share a batch."""

    def write(model: Translator, sentences: Prompts, size: int) -> Texts:
        return translate(model, sentences, width, batch_size=size, max_tokens=MAX_TOKENS)

    return Way(write, demand)


WAYS = {
    f"{name}, {how}": continued(decode, never, demand)
    for name, decode, demand in (("greedy", by_greedy, 6.0), (f"beam of {K}", by_beam, 3.0))
    for how, never in (("until </s>", (PAD, BOS, UNK)), ("to the limit", (PAD, BOS, UNK, EOS)))
}
TRANSLATIONS = {
    "greedy, translations": translated(1, 6.0),
    f"beam of {K}, translations": translated(K, 3.0),
}


def trained() -> tuple[RecurrentLM, list[list[int]]]:
    """The language model, and prompts from the test split."""
    corpus = corpora.load("python_docs")
    sentences = [[word.lower() for word in sentence] for sentence in corpus.train]
    vocab = Vocab.from_tokens(chain.from_iterable(sentences), max_size=V)
    model = RecurrentLM(len(vocab), D, H)
    text = as_stream(vocab.encode(sentence) for sentence in sentences)
    train_streams(model, list(streams(text, 32, 24)), STEPS, lr=0.01)
    unseen = [sentence for sentence in corpus.test if len(sentence) > GIVEN]
    starts = [[word.lower() for word in sentence[:GIVEN]] for sentence in unseen]
    return model, [vocab.encode(words) for words in starts[:SENTENCES]]


def trained_translator() -> tuple[Translator, list[list[int]]]:
    """The translator, and sentences from the test split."""
    corpus = corpora.load("english_spanish")
    sides = zip(*((pair.source, pair.target) for pair in corpus.train), strict=True)
    english, spanish = (Vocab.from_tokens(chain.from_iterable(side)) for side in sides)
    examples = [(english.encode(pair.source), spanish.encode(pair.target)) for pair in corpus.train]
    model = Translator(len(english), len(spanish), D, H)
    train(model, batches(examples, B, torch.Generator().manual_seed(0)), STEPS, lr=0.005)
    return model, [english.encode(pair.source) for pair in corpus.test[:SENTENCES]]


def timed(way: Way, model: Any, prompts: Prompts, size: int) -> tuple[Texts, float]:
    """All texts, and the CPU seconds that they took."""
    begin = time.process_time()
    return way.write(model, prompts, size), time.process_time() - begin


def same(one: Texts, other: Texts) -> bool:
    """Equal words; or, where two continuations tie within rounding, equal probability.

    A product of large matrices sums in another order than one of small matrices.
    """
    return all(
        a.ids == b.ids or abs(a.log_prob - b.log_prob) < 1e-4
        for a, b in zip(one, other, strict=True)
    )


def measure(way: Way, model: Any, prompts: Prompts, rounds: int) -> tuple[Texts, list[list[float]]]:
    """The texts, and for each round the seconds one at a time and in batches; a first round warms
    up and is not counted.

    Raises:
        AssertionError: if the texts differ.
    """
    seconds = []
    for _ in range(rounds + 1):
        alone, slow = timed(way, model, prompts, 1)
        together, fast = timed(way, model, prompts, B)
        assert same(alone, together), "a text depends on its batch"
        seconds.append([slow, fast])
    return alone, seconds[1:]


def row(name: str, way: Way, texts: Texts, seconds: list[list[float]]) -> list[str]:
    """Of the table."""
    alone, together = (len(texts) / statistics.median(each) for each in zip(*seconds, strict=True))
    ratios = [slow / fast for slow, fast in seconds]
    return [
        name,
        f"{statistics.mean(len(text.ids) for text in texts):.1f}",
        f"{alone:,.0f}",
        f"{together:,.0f}",
        f"{statistics.median(ratios):.1f} × ({min(ratios):.1f} to {max(ratios):.1f})",
        f"{way.demand:g} ×",
    ]


def main() -> int:
    """1 if a demand is missed."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    torch.set_num_threads(1)
    console = Console(width=None if sys.stdout.isatty() else 110)
    table = Table("way", "words", "texts/s, one", f"texts/s, {B}", "ratio", "demand")
    missed = False
    for learn, ways in ((trained, WAYS), (trained_translator, TRANSLATIONS)):
        torch.manual_seed(0)
        model, prompts = learn()
        console.print(f"{type(model).__name__}, V={len(model.embedding.weight):,}, D={D}, H={H}")
        for name, way in track(ways.items(), "decoding", transient=True):
            texts, seconds = measure(way, model, prompts, rounds)
            table.add_row(*row(name, way, texts, seconds))
            missed |= statistics.median(slow / fast for slow, fast in seconds) < way.demand
    console.print("One thread; ratios: median (min to max)")
    console.print(table)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
