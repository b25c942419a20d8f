r"""n-gram language models by counting: maximum likelihood, add-k, Kneser-Ney.

All are one recursion over ever longer contexts, from the uniform distribution up:
$P(w \mid h) = \mathrm{own}(hw) + \mathrm{left}(h)\, P(w \mid h')$, where $h'$ is $h$ without its
oldest word. `own` is the share that an n-gram keeps, `left(h)` the share that is free after h;
after a context never seen everything is free. The kinds of smoothing differ only in `weigh`:
how much of each count is kept, and how much is freed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import torch
from jaxtyping import Float, Int64

from course_lib.ngram_counts import Counts, count_ngrams, n_words, stream, word_before
from course_lib.text import BOS, EOS, PAD, Vocab

Sentences = Iterable[Sequence[str]]
Weights = tuple[Float[np.ndarray, " n"], Float[np.ndarray, " contexts"]]


@dataclass(frozen=True)
class AddK:
    """k is added to every count; with k = 0 the maximum-likelihood n-gram model.

    `AddK(1)` is the unigram, `AddK(2)` the bigram model. After a context never seen all words
    are equally likely, whatever k is.
    """

    order: int
    k: float = 0.0

    def fit(self, sentences: Sentences, vocab: Vocab | None = None) -> "NgramLM":
        """A model of training sentences (see `NgramLM.fit`)."""
        return NgramLM.fit(sentences, self, vocab)

    def weigh(self, counts: Counts) -> Weights:
        """Shorter n-grams count only at the start of a sentence, where no longer one fits."""
        longest = counts.words_before is None
        kept = counts.count if longest else counts.count * counts.from_start
        return kept.astype(float), np.full(counts.n_contexts, self.k * counts.n_words)


@dataclass(frozen=True)
class KneserNey:
    """Interpolated Kneser-Ney: a shorter n-gram counts the *different* words before it.

    `modified` has three discounts for each length (of counts 1, 2, and 3 or more), otherwise
    there is one. They are estimated from how many n-grams occur once, twice, three and four
    times. Where text is too little or too regular for that, a count up to three gives up half
    (one discount: 0.5), so that no word becomes impossible.

    Source: Kneser and Ney (1995); Chen and Goodman (1999), sections 2.7 and 3.
    """

    order: int
    modified: bool = True

    def fit(self, sentences: Sentences, vocab: Vocab | None = None) -> "NgramLM":
        """A model of training sentences (see `NgramLM.fit`)."""
        return NgramLM.fit(sentences, self, vocab)

    def weigh(self, counts: Counts) -> Weights:
        """Each count loses a discount, which is freed for the shorter context."""
        count = counts.count
        if counts.words_before is not None:
            count = np.where(counts.from_start, count, counts.words_before)
        discount = discounts(count, self.modified)[np.minimum(count, 3)]
        freed = np.bincount(counts.contexts, weights=discount, minlength=counts.n_contexts)
        return count - discount, freed


def discounts(count: Int64[np.ndarray, " n"], modified: bool) -> Float[np.ndarray, "4"]:
    """What Kneser-Ney takes from a count of 0, 1, 2, and 3 or more."""
    n1, n2, n3, n4 = (int((count == i).sum()) for i in range(1, 5))
    if not modified:
        one = n1 / (n1 + 2 * n2) if n1 and n2 else 0.5
        return np.array([0, one, one, one])
    if not (n1 and n2 and n3 and n4):
        return np.array([0, 0.5, 1.0, 1.5])
    Y = n1 / (n1 + 2 * n2)
    three = np.array([1 - 2 * Y * n2 / n1, 2 - 3 * Y * n3 / n2, 3 - 4 * Y * n4 / n3])
    # On text that is not like natural text an estimate can be 0 or less: nothing would be freed.
    return np.array([0, *np.where(three > 0, three, [0.5, 1.0, 1.5])])


@dataclass(frozen=True)
class Level:
    """The recursion's two tables for n-grams of one length."""

    keys: Int64[np.ndarray, " n"]
    own: Float[np.ndarray, " n"]
    left: Float[np.ndarray, " contexts"]

    @classmethod
    def from_counts(cls, counts: Counts, smoothing: AddK | KneserNey) -> "Level":
        """Kept and freed counts, divided by their sum in each context."""
        kept, freed = smoothing.weigh(counts)
        total = freed + np.bincount(counts.contexts, weights=kept, minlength=counts.n_contexts)
        left = np.divide(freed, total, out=np.ones_like(total), where=total > 0)
        total_of = total[counts.contexts]
        own = np.divide(kept, total_of, out=np.zeros_like(kept), where=total_of > 0)
        return cls(counts.keys, own, left)

    def find(self, keys: Int64[np.ndarray, " m"]) -> Int64[np.ndarray, " m"]:
        """Index of each key, -1 where it never occurred."""
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[at] == keys, at, -1)


@dataclass(frozen=True)
class NgramLM:
    """P(word | the sentence so far); `<s>` and `<pad>` have probability 0.

    Sentences are lists of words without `<s>` and `</s>`. Words outside the vocabulary count
    as `<unk>`, which is a word like any other; `</s>` is predicted after each sentence.
    """

    vocab: Vocab
    levels: tuple[Level, ...]

    @classmethod
    def fit(
        cls, sentences: Sentences, smoothing: AddK | KneserNey, vocab: Vocab | None = None
    ) -> "NgramLM":
        """Count the n-grams of training sentences.

        Args:
            sentences: of the training split only.
            smoothing: with the order, `AddK` or `KneserNey`.
            vocab: the words that can be predicted; by default those of `sentences`.

        Raises:
            ValueError: if there are no sentences, or the order is below 1.
        """
        sentences = list(sentences)
        if not sentences or smoothing.order < 1:
            raise ValueError(f"{len(sentences)} sentences, order={smoothing.order}: need both")
        vocab = vocab or Vocab.from_tokens(chain.from_iterable(sentences))
        counts = count_ngrams(*stream(sentences, vocab), smoothing.order, len(vocab))
        return cls(vocab, tuple(Level.from_counts(level, smoothing) for level in counts))

    def surprisals(self, sentences: Sentences) -> Float[np.ndarray, " tokens"]:
        """Nats of each word and each `</s>`, in order; infinite where the probability is 0."""
        tokens, depth = stream(list(sentences), self.vocab)
        probs = np.full(len(tokens), 1 / n_words(len(self.vocab)))
        context = np.zeros(len(tokens), dtype=np.int64)
        for level in self.levels:
            seen = np.flatnonzero(context >= 0)
            found = level.find(context[seen] * len(self.vocab) + tokens[seen])
            own = np.where(found >= 0, level.own[found], 0.0)
            probs[seen] = own + level.left[context[seen]] * probs[seen]
            ended = np.full(len(tokens), -1)
            ended[seen] = found
            context = word_before(ended, depth)
        with np.errstate(divide="ignore"):
            return -np.log(probs[depth > 0])

    def total_nats(self, sentences: Sentences) -> tuple[float, int]:
        """Summed nats, and over how many tokens, each sentence's `</s>` included."""
        surprisals = self.surprisals(sentences)
        return float(surprisals.sum()), len(surprisals)

    def sentence_nats(self, sentence: Sequence[str]) -> float:
        """-log P of the sentence and its `</s>`."""
        return self.total_nats([sentence])[0]

    def distribution(self, context: Sequence[str] = ()) -> Float[np.ndarray, " V"]:
        """P of every word of the vocabulary after `context`, the sentence so far."""
        V = len(self.vocab)
        history = [BOS, *self.vocab.encode(context)]
        probs = np.full(V, 1 / n_words(V))
        probs[[PAD, BOS]] = 0
        for k, level in enumerate(self.levels):
            if k > len(history):
                break
            index = self._index(history[len(history) - k :])
            if index < 0:
                break
            low, high = np.searchsorted(level.keys, [index * V, (index + 1) * V])
            probs *= level.left[index]
            probs[level.keys[low:high] - index * V] += level.own[low:high]
        return probs

    def log_prob(self, word: str, context: Sequence[str] = ()) -> float:
        """log P(word | context) in nats; `context` is the sentence so far."""
        probability = self.distribution(context)[self.vocab.encode([word])[0]]
        return float(np.log(probability)) if probability > 0 else -np.inf

    def sample(
        self, generator: torch.Generator, context: Sequence[str] = (), max_words: int = 100
    ) -> list[str]:
        """Continue `context` word by word until `</s>`, which is left out, or `max_words`."""
        words = list(context)
        while len(words) < max_words:
            probs = torch.from_numpy(self.distribution(words))
            word = int(torch.multinomial(probs, 1, generator=generator))
            if word == EOS:
                break
            words.append(self.vocab.words[word])
        return words

    def _index(self, ngram: Sequence[int]) -> int:
        index = 0
        for level, word in zip(self.levels, ngram, strict=False):
            index = int(level.find(np.array([index * len(self.vocab) + word]))[0])
            if index < 0:
                break
        return index
