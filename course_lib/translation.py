"""From pairs of sentences to batches, and from a model to translations."""

from collections.abc import Iterator, Sequence

import torch
from jaxtyping import Int64
from torch import Tensor

from course_lib.batching import buckets, pad, shifted
from course_lib.beam import beam_search
from course_lib.corpora import bitext
from course_lib.decode import Hypothesis, greedy
from course_lib.language_model import evaluating
from course_lib.metrics import bleu
from course_lib.seq2seq import Translator
from course_lib.text import BOS, EOS

Ids = Sequence[int]
Example = tuple[Ids, Ids]  # a sentence and its translation, without special tokens
BANDS = tuple(low for low, _ in bitext.BANDS)  # the shortest source of each
# What the translators of lectures 13 and 14 have in common: they differ in attention alone.
SIZES = {"input_size": 64, "hidden_size": 128}
STEPS, LR, BATCH = 800, 0.01, 64


def sources(sentences: Sequence[Ids]) -> Int64[Tensor, "B S"]:
    """What an encoder reads: the words and `</s>`, padded."""
    return pad([[*sentence, EOS] for sentence in sentences])[0]


def padded(examples: Sequence[Example]) -> tuple[tuple[Tensor, Tensor], Tensor]:
    """One batch for `train`: (source, tokens), and targets.

    The decoder reads `<s> y1 … yn` and must say `y1 … yn </s>`.
    """
    source, target = zip(*examples, strict=True)
    tokens, targets = shifted(target)
    return (sources(source), tokens), targets


def batches(
    examples: Sequence[Example], batch_size: int, generator: torch.Generator
) -> Iterator[tuple[tuple[Tensor, Tensor], Tensor]]:
    """Batches of pairs of similar lengths without end, each pass in a new order."""
    lengths = [len(target) * 1000 + len(source) for source, target in examples]
    while True:
        for rows in buckets(lengths, batch_size, generator):
            yield padded([examples[row] for row in rows])


def translate(
    model: Translator,
    sentences: Sequence[Ids],
    K: int = 1,
    alpha: float = 1.0,
    batch_size: int = 64,
    max_tokens: int = 100,
) -> list[Hypothesis]:
    """The best translation that is found of each sentence, in evaluation mode.

    Args:
        K: beam width; 1 is greedy.
        alpha: how length counts in the ranking of a beam, see `beam.beam_search`.
    """
    found: list[Hypothesis] = [Hypothesis([], 0.0, ended=False)] * len(sentences)
    device = model.embedding.weight.device
    for rows in buckets([len(sentence) for sentence in sentences], batch_size):
        with evaluating(model):
            state = model.start(sources([sentences[row] for row in rows]).to(device))
            last = torch.full((len(rows),), BOS, device=device)
            if K == 1:
                texts = greedy(model.step, last, state, max_tokens)
            else:
                beams = beam_search(model.step, last, state, K, max_tokens, alpha)
                texts = [beam[0] for beam in beams]
        for row, text in zip(rows, texts, strict=True):
            found[row] = text
    return found


def bleu_by_length(
    hypotheses: Sequence[str],
    references: Sequence[str],
    lengths: Sequence[int],
    bands: Sequence[int] = BANDS,
) -> dict[str, tuple[float, int]]:
    """Corpus BLEU of the sentences in each band of source lengths, and how many those are.

    Args:
        lengths: of the sources, in words.
        bands: the shortest length of each band, ascending; a band ends where the next begins.

    Raises:
        ValueError: if a source is shorter than the first band, or the three differ in number.
    """
    if lengths and min(lengths) < bands[0]:
        raise ValueError(f"a source of {min(lengths)} words is shorter than the bands {bands}")
    rows = list(zip(hypotheses, references, lengths, strict=True))
    found = {}
    for k, low in enumerate(bands):
        high = bands[k + 1] - 1 if k + 1 < len(bands) else None
        some = [row for row in rows if row[2] >= low and (high is None or row[2] <= high)]
        if some:
            name = f"{low}+" if high is None else f"{low}-{high}"
            found[name] = (bleu([row[0] for row in some], [row[1] for row in some]), len(some))
    return found
