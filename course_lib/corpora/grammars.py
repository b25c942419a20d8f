r"""Languages whose entropy is known, so that a perplexity has a floor.

A sentence of a probabilistic context-free grammar is made by rewriting a start symbol until
only words are left, each rule drawn independently. The entropy of that process has a closed
form. Let $h_A$ be the entropy of the choice among A's rules, and $m_{AB}$ how many B a rewritten
A holds on average. The expected number of times that each symbol is rewritten solves
$e = e_{start} + M^\top e$, and the entropy of a sentence's derivation is $\sum_A e_A h_A$.
Where no sentence has two derivations, this is the entropy of the sentence itself. Divided by
the expected number of tokens, `</s>` included, it is the least nats per token that any model
can reach on much text; its exponential is the perplexity floor.

Source: Soule (1974), "Entropies of probabilistic grammars", Information and Control 25.
"""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from itertools import accumulate

import numpy as np

Rule = tuple[float, tuple[str, ...]]
"""A probability, and the symbols and words that it rewrites to."""


@dataclass(frozen=True)
class PCFG:
    """A probabilistic context-free grammar; a symbol without rules is a word.

    Raises:
        ValueError: if a symbol's probabilities do not sum to 1, a rule is empty, a symbol can
            become itself alone, or sentences have no finite expected length.
    """

    start: str
    rules: Mapping[str, Sequence[Rule]]

    def __post_init__(self) -> None:
        for symbol, rules in self.rules.items():
            total = math.fsum(p for p, _ in rules)
            if not math.isclose(total, 1, abs_tol=1e-9) or min(p for p, _ in rules) <= 0:
                raise ValueError(f"the probabilities of {symbol} must be > 0 and sum to 1: {total}")
            if not all(right for _, right in rules):
                raise ValueError(f"a rule of {symbol} is empty")
        if self.start not in self.rules:
            raise ValueError(f"the start symbol {self.start} has no rule")
        try:
            TopologicalSorter(self._renamings()).prepare()
        except CycleError as error:
            raise ValueError(f"{error.args[1]}: a symbol may not become itself alone") from error
        if max(abs(np.linalg.eigvals(self._means))) >= 1:
            raise ValueError("sentences grow without end: make recursive rules less probable")

    def _renamings(self) -> dict[str, set[str]]:
        return {
            symbol: {right[0] for _, right in rules if len(right) == 1} & self.rules.keys()
            for symbol, rules in self.rules.items()
        }

    @cached_property
    def words(self) -> list[str]:
        """All words of the language, sorted."""
        parts = {part for rules in self.rules.values() for _, right in rules for part in right}
        return sorted(parts - self.rules.keys())

    @cached_property
    def _means(self) -> np.ndarray:
        """M (symbols, symbols): how many B one rewritten A holds on average."""
        index = {symbol: i for i, symbol in enumerate(self.rules)}
        means = np.zeros((len(index), len(index)))
        for symbol, rules in self.rules.items():
            for p, right in rules:
                for part in right:
                    if part in index:
                        means[index[symbol], index[part]] += p
        return means

    @cached_property
    def _uses(self) -> dict[str, float]:
        """How often each symbol is rewritten in a sentence, on average."""
        start = np.array([symbol == self.start for symbol in self.rules], dtype=float)
        uses = np.linalg.solve(np.eye(len(start)) - self._means.T, start)
        return dict(zip(self.rules, uses.tolist(), strict=True))

    @property
    def sentence_entropy(self) -> float:
        """Nats of a derivation, which is a sentence's entropy if the grammar is unambiguous."""
        return math.fsum(
            -self._uses[symbol] * p * math.log(p)
            for symbol, rules in self.rules.items()
            for p, _ in rules
        )

    @property
    def sentence_length(self) -> float:
        """Expected number of words of a sentence, without `</s>`."""
        return math.fsum(
            self._uses[symbol] * p * sum(part not in self.rules for part in right)
            for symbol, rules in self.rules.items()
            for p, right in rules
        )

    @property
    def entropy(self) -> float:
        """Nats per token, each sentence's `</s>` counted as a token."""
        return self.sentence_entropy / (self.sentence_length + 1)

    @property
    def perplexity_floor(self) -> float:
        """The least perplexity that any language model can have on much text."""
        return math.exp(self.entropy)

    def sample(self, n: int, seed: int) -> list[list[str]]:
        """n independent sentences; the same seed gives the same ones."""
        rng = random.Random(seed)
        choices = {
            symbol: ([right for _, right in rules], list(accumulate(p for p, _ in rules)))
            for symbol, rules in self.rules.items()
        }
        return [self._sample_one(rng, choices) for _ in range(n)]

    def _sample_one(self, rng: random.Random, choices: dict) -> list[str]:
        words, stack = [], [self.start]
        while stack:
            part = stack.pop()
            if part in choices:
                rights, cumulative = choices[part]
                stack.extend(reversed(rng.choices(rights, cum_weights=cumulative)[0]))
            else:
                words.append(part)
        return words

    @cached_property
    def _edges(self) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
        """Words that each symbol can begin with, and end with; most parses die there."""
        return self._words_at(0), self._words_at(-1)

    def _words_at(self, end: int) -> dict[str, set[str]]:
        words: dict[str, set[str]] = {symbol: set() for symbol in self.rules}
        size = -1
        while size != (size := sum(map(len, words.values()))):
            for symbol, rules in self.rules.items():
                for _, right in rules:
                    words[symbol] |= words.get(right[end], {right[end]})
        return words

    def log_prob(self, sentence: Sequence[str]) -> float:
        """log P(sentence) in nats, summed over all its derivations; -inf outside the language."""
        probability = _Inside(self.rules, self._edges, sentence).total(self.start)
        return math.log(probability) if probability else -math.inf

    def derivations(self, sentence: Sequence[str]) -> int:
        """In how many ways the grammar makes the sentence; 0 outside the language."""
        counting = {s: [(1.0, right) for _, right in rules] for s, rules in self.rules.items()}
        return round(_Inside(counting, self._edges, sentence).total(self.start))


@dataclass
class _Inside:
    """The inside algorithm: the probability that a symbol makes the words from i to j."""

    rules: Mapping[str, Sequence[Rule]]
    edges: tuple[dict[str, set[str]], dict[str, set[str]]]
    sentence: Sequence[str]
    seen: dict[tuple, float] = field(default_factory=dict)

    def total(self, start: str) -> float:
        return self.of(start, 0, len(self.sentence)) if self.sentence else 0.0

    def of(self, symbol: str, i: int, j: int) -> float:
        if symbol not in self.rules:
            return float(j == i + 1 and self.sentence[i] == symbol)
        first, last = self.edges
        if self.sentence[i] not in first[symbol] or self.sentence[j - 1] not in last[symbol]:
            return 0.0
        key = (symbol, i, j)
        if key not in self.seen:
            rules = self.rules[symbol]
            self.seen[key] = math.fsum(p * self.of_all(right, i, j) for p, right in rules)
        return self.seen[key]

    def of_all(self, parts: tuple[str, ...], i: int, j: int) -> float:
        """The same for several symbols in a row, each of at least one word."""
        if len(parts) == 1:
            return self.of(parts[0], i, j)
        key = (parts, i, j)
        if key not in self.seen:
            rest, ends = parts[1:], range(i + 1, j - len(parts) + 2)
            self.seen[key] = math.fsum(
                first * self.of_all(rest, k, j) for k in ends if (first := self.of(parts[0], i, k))
            )
        return self.seen[key]
