"""How varied generated text is: within a text, and among texts."""

from collections.abc import Hashable, Sequence

Text = Sequence[Hashable]


def ngrams(text: Text, n: int) -> list[tuple[Hashable, ...]]:
    """All runs of n words, in order, repeated ones too.

    Raises:
        ValueError: if n is below 1.
    """
    if n < 1:
        raise ValueError(f"n={n} must be at least 1")
    return [tuple(text[i : i + n]) for i in range(len(text) - n + 1)]


def distinct(texts: Sequence[Text], n: int) -> float:
    """Different n-grams over all n-grams of all texts together: 1 if none occurs twice.

    The more text, the lower it gets: compare equal amounts.

    Raises:
        ValueError: if no text has n words.

    Source: Li et al. (2016), arXiv:1510.03055, section 4.4.
    """
    found = [ngram for text in texts for ngram in ngrams(text, n)]
    if not found:
        raise ValueError(f"no text has {n} words")
    return len(set(found)) / len(found)


def repeated(text: Text, n: int) -> float:
    """Share of a text's n-grams that it already had: 0 if none, near 1 in a loop.

    Source: Welleck et al. (2020), arXiv:1908.04319, section 6 (seq-rep-n).
    """
    found = ngrams(text, n)
    return 1 - len(set(found)) / len(found) if found else 0.0


def self_bleu(texts: Sequence[Sequence[str]], n: int = 4) -> float:
    """Mean BLEU-n in [0, 100] of each text against all others: 100 if all are alike.

    By sacrebleu, on words as they are. A text shorter than n words counts its shorter n-grams
    only. The more texts, the higher it gets: compare equal numbers.

    Raises:
        ValueError: if there are fewer than two texts.

    Source: Zhu et al. (2018), arXiv:1802.01886, section 3.2.
    """
    if len(texts) < 2:
        raise ValueError(f"{len(texts)} texts: each needs another to be compared with")
    from sacrebleu.metrics import BLEU  # a slow import

    bleu = BLEU(tokenize="none", effective_order=True, max_ngram_order=n)
    lines = [" ".join(text) for text in texts]
    scores = [
        bleu.sentence_score(line, lines[:i] + lines[i + 1 :]).score for i, line in enumerate(lines)
    ]
    return sum(scores) / len(scores)
