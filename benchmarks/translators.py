"""The two translators of the comparison, and training for a given CPU time."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain

import torch
from torch import Tensor

from course_lib.attention import Kind
from course_lib.corpora.bitext import Strings
from course_lib.device import has_fast_bf16
from course_lib.seq2seq import Translator
from course_lib.softmax import TiedSoftmax
from course_lib.subwords import Subwords
from course_lib.train import one_cycle, train
from course_lib.translation import Example, padded, translate

MARGIN = 0.95  # of the budget is planned for: steps do not all take the same time
SHORT, CALIBRATION = 2, 30  # steps
BEAM, MAX_TOKENS = 5, 100  # of the search
Batches = Iterator[tuple[tuple[Tensor, Tensor], Tensor]]


@dataclass(frozen=True)
class Recipe:
    """A translator and how it is trained: the same with attention and without."""

    pieces: tuple[int, int] = (4000, 2000)  # a step scores all of the second: they cost most
    input_size: int = 128
    hidden_size: int = 256
    dropout: float = 0.04  # for each pass over the pairs beyond the third, at most 0.3
    joined: float = 0.3  # share of the pairs that are read two or three at a time
    tokens: int = 700  # of the targets of a batch
    lr: float = 6e-3
    clip: float = 1.0
    smoothing: float = 0.1
    alpha: float = 1.3  # of the beam


RECIPE = Recipe()


@dataclass(frozen=True)
class Coded:
    """Training pairs as ids, the subwords of both languages, and the CPU seconds of both."""

    source: Subwords
    target: Subwords
    examples: list[Example]
    seconds: float


@dataclass(frozen=True)
class Run:
    """What a trained model writes, by greedy search and by a beam; how it was trained."""

    greedy: list[str]
    beam: list[str]
    parameters: int
    steps: int
    seconds: float


def code(pairs: Sequence[Strings], recipe: Recipe) -> Coded:
    """Subwords are learned from these pairs alone; a sentence that comes twice counts once."""
    start = time.process_time()
    source, target = (
        Subwords.from_sentences(dict.fromkeys(side), size)
        for side, size in zip(zip(*pairs, strict=True), recipe.pieces, strict=True)
    )
    examples = [(source.encode(one), target.encode(other)) for one, other in pairs]
    return Coded(source, target, examples, time.process_time() - start)


def joined(examples: Sequence[Example], share: float, generator: torch.Generator) -> list[Example]:
    """That share of the pairs in groups of two or three, each a longer pair; the others alone.

    So a model meets long texts although few sentences are long.

    Source: Kondo et al. (2021), arXiv:2104.08478.
    """
    order = torch.randperm(len(examples), generator=generator).tolist()
    end = int(share * len(examples))
    sizes = torch.randint(2, 4, (end,), generator=generator).tolist()
    longer, start = [], 0
    for size in sizes:
        if start >= end:
            break
        group = [examples[row] for row in order[start : min(start + size, end)]]
        longer.append(tuple(list(chain.from_iterable(side)) for side in zip(*group, strict=True)))
        start += size
    return longer + [examples[row] for row in order[end:]]


def batches(examples: Sequence[Example], recipe: Recipe, generator: torch.Generator) -> Batches:
    """Without end: pairs of similar length, about equally many target tokens each time."""
    while True:
        some = joined(examples, recipe.joined, generator)
        some.sort(key=lambda pair: (len(pair[1]), len(pair[0])))
        groups, first = [], 0
        for last, (_, target) in enumerate(some):
            if (last - first + 1) * (len(target) + 1) > recipe.tokens and last > first:
                groups.append(some[first:last])
                first = last
        groups.append(some[first:])
        for at in torch.randperm(len(groups), generator=generator).tolist():
            yield padded(groups[at])


def dropout(recipe: Recipe, coded: Coded, steps: int) -> float:
    """None for pairs that are seen once or twice; the more, the more often they are seen."""
    tokens = sum(len(target) + 1 for _, target in coded.examples)
    return min(0.3, recipe.dropout * max(0.0, steps * recipe.tokens / tokens - 3))


def build(recipe: Recipe, coded: Coded, attention: Kind | None, steps: int) -> Translator:
    """A model as the recipe says: a word's output weights are its embedding, which saves time."""
    sizes = (len(coded.source), len(coded.target), recipe.input_size, recipe.hidden_size)
    model = Translator(*sizes, attention, dropout=dropout(recipe, coded, steps))
    model.to_logits = TiedSoftmax(recipe.hidden_size, model.embedding)
    return model


@contextmanager
def without_denormals() -> Iterator[None]:
    """Adam's averages for a word that does not occur shrink with each step, at last to numbers so
    small that a processor takes many times as long for them; here those are zero."""
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)


def take(model: Translator, coded: Coded, recipe: Recipe, steps: int, seed: int) -> float:
    """Trains; the CPU seconds that it took."""
    start = time.process_time()
    stream = batches(coded.examples, recipe, torch.Generator().manual_seed(seed))
    # without a cache, which would keep the weights of the first step for all
    fast = torch.autocast("cpu", torch.bfloat16, has_fast_bf16(), cache_enabled=False)
    with fast, without_denormals():
        train(
            model, stream, steps, recipe.lr, recipe.clip, one_cycle, recipe.smoothing,
            progress=steps > CALIBRATION,
        )  # fmt: skip
    return time.process_time() - start


def train_for(
    recipe: Recipe, coded: Coded, attention: Kind | None, seconds: float, seed: int
) -> tuple[Translator, int, float]:
    """A model trained for about `seconds` of CPU time, coding and calibration included; the number
    of its steps, and the time it took."""
    start = time.process_time() - coded.seconds
    trial = build(recipe, coded, attention, CALIBRATION)
    take(trial, coded, recipe, SHORT, seed)  # kernels are prepared
    # two lengths, for each begins by sorting all pairs, which is no step's cost
    short, long = (take(trial, coded, recipe, count, seed) for count in (SHORT, CALIBRATION))
    a_step = max(long - short, 1e-3) / (CALIBRATION - SHORT)
    steps = max(1, int((MARGIN * seconds - (time.process_time() - start)) / a_step))
    torch.manual_seed(seed)
    model = build(recipe, coded, attention, steps)
    take(model, coded, recipe, steps, seed)
    return model, steps, time.process_time() - start


def run(
    recipe: Recipe,
    coded: Coded,
    attention: Kind | None,
    sources: Sequence[str],
    seconds: float,
    seed: int,
) -> Run:
    """Trains a model, and translates these sentences."""
    model, steps, spent = train_for(recipe, coded, attention, seconds, seed)
    ids = [coded.source.encode(source) for source in sources]
    found = (translate(model, ids, K, recipe.alpha, max_tokens=MAX_TOKENS) for K in (1, BEAM))
    greedy, beam = ([coded.target.decode(text.ids) for text in texts] for texts in found)
    parameters = sum(p.numel() for p in model.parameters())
    return Run(greedy, beam, parameters, steps, spent)
