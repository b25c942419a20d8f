"""A tag for every word: the tagger, its batches, and the baseline to beat."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn

from course_lib.batching import buckets
from course_lib.corpora.conllu import Tagged
from course_lib.language_model import SharedDropout, evaluating
from course_lib.metrics import IGNORE
from course_lib.recurrent import StackedLSTM, reverse
from course_lib.text import PAD, UNK
from course_lib.word_parts import Example, shape

Context = Literal["word", "left", "right", "both"]


class Tagger(nn.Module):
    """Scores of each tag for each word, from the word's parts and its context.

    Args:
        sizes: of the vocabularies of the F parts of a word, the word itself first.
        num_tags: C.
        hidden_size: H of each direction.
        context: what a prediction may use: the word alone, also what is left of it, what is
            right of it, or both.
        word_size: the length of a word's embedding; those of its other parts have `part_size`.
        dropout: share of the features of embedded words and of hs that training sets to zero.
        unknown: share of the words that training hides, to learn to do with their other parts.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        num_tags: int,
        hidden_size: int,
        num_layers: int = 1,
        context: Context = "both",
        word_size: int = 64,
        part_size: int = 16,
        dropout: float = 0.0,
        unknown: float = 0.0,
    ) -> None:
        super().__init__()
        self.context, self.unknown = context, unknown
        widths = [word_size] + [part_size] * (len(sizes) - 1)
        self.embeddings = nn.ModuleList(map(nn.Embedding, sizes, widths))
        for weight in self.embeddings.parameters():
            nn.init.normal_(weight, std=0.3)
        self.dropout = SharedDropout(dropout)
        self.rnn = None
        encoded = sum(widths)
        if context != "word":
            two = context == "both"
            self.rnn = StackedLSTM(encoded, hidden_size, num_layers, two, dropout)
            encoded = self.rnn.output_size
        self.to_logits = nn.Linear(encoded, num_tags)

    def forward(self, features: Int64[Tensor, "B T F"]) -> Float[Tensor, "B T C"]:
        """Logits; a word of number `<pad>` is padding, where they mean nothing."""
        words, lengths = features[..., 0], (features[..., 0] != PAD).sum(dim=1)
        if self.training and self.unknown:
            hide = torch.rand(words.shape, device=words.device) < self.unknown
            words = words.masked_fill(hide & (words != PAD), UNK)
        columns = [words, *features[..., 1:].unbind(dim=-1)]
        x = [embed(column) for embed, column in zip(self.embeddings, columns, strict=True)]
        hs = self.dropout(torch.cat(x, dim=-1))
        if self.rnn is not None and self.context == "right":
            hs = reverse(self.rnn(reverse(hs, lengths), lengths)[0], lengths)
        elif self.rnn is not None:
            hs, _ = self.rnn(hs, lengths)
        return self.to_logits(self.dropout(hs))


def padded(examples: Sequence[Example]) -> tuple[Int64[Tensor, "B T F"], Int64[Tensor, "B T"]]:
    """One batch: features padded with `<pad>`, targets with -100."""
    features, targets = zip(*examples, strict=True)
    pad = nn.utils.rnn.pad_sequence
    return (
        pad(list(features), batch_first=True, padding_value=PAD),
        pad(list(targets), batch_first=True, padding_value=IGNORE),
    )


def batches(
    examples: Sequence[Example], batch_size: int, generator: torch.Generator
) -> Iterator[tuple[Tensor, Tensor]]:
    """Padded batches of sentences of similar length without end, each pass in a new order."""
    lengths = [len(targets) for _, targets in examples]
    while True:
        for rows in buckets(lengths, batch_size, generator):
            yield padded([examples[row] for row in rows])


def predict(
    model: nn.Module, features: Sequence[Int64[Tensor, "_ F"]], batch_size: int = 128
) -> list[Int64[Tensor, " _"]]:
    """The best tag of each word of each sentence, as numbers; in evaluation mode."""
    lengths = [len(some) for some in features]
    found: list[Tensor] = [torch.empty(0, dtype=torch.int64)] * len(features)
    for rows in buckets(lengths, batch_size):
        batch = nn.utils.rnn.pad_sequence([features[row] for row in rows], batch_first=True)
        with evaluating(model):
            best = model(batch).argmax(dim=-1)
        for row, tags in zip(rows, best, strict=True):
            found[row] = tags[: lengths[row]]
    return found


class MostFrequentTag:
    """The tag that each word has most often in training text, whatever stands beside it.

    A word that training does not have gets the tag most frequent among the words that training
    has once, and that look like it: among those of its `shape`, if there are any.
    """

    def __init__(self, train: Iterable[Tagged]) -> None:
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        seen_as: dict[str, str] = {}
        for words, tags in train:
            for word, tag in zip(words, tags, strict=True):
                counts[word.lower()][tag] += 1
                seen_as[word.lower()] = word
        once: dict[str, Counter[str]] = defaultdict(Counter)
        for word, some in counts.items():
            if some.total() == 1:
                once[shape(seen_as[word])] += some
        self.default = sum(counts.values(), Counter()).most_common(1)[0][0]
        self.by_shape = {key: some.most_common(1)[0][0] for key, some in once.items()}
        self.best = {word: some.most_common(1)[0][0] for word, some in counts.items()}

    def tag(self, words: Iterable[str]) -> list[str]:
        """One tag a word."""
        return [self._tag(word) for word in words]

    def _tag(self, word: str) -> str:
        unknown = self.by_shape.get(shape(word), self.default)
        return self.best.get(word.lower(), unknown)
