"""Batches by their definition, translations in any batch, and BLEU by length by sacrebleu."""

from collections import Counter
from itertools import islice

import pytest
import sacrebleu
import torch

from course_lib import translation
from course_lib.seq2seq import Translator
from course_lib.text import BOS, EOS, PAD
from course_lib.train import one_cycle, train

EXAMPLES = [([4, 5, 6], [7, 8]), ([9], [10, 11, 12, 4]), ([5, 5, 8, 10, 4], [])]


def test_a_batch_shifts_the_translation() -> None:
    (source, tokens), targets = translation.padded(EXAMPLES)
    assert source.tolist() == [
        [4, 5, 6, EOS, PAD, PAD],
        [9, EOS, PAD, PAD, PAD, PAD],
        [5, 5, 8, 10, 4, EOS],
    ]
    assert tokens.tolist() == [[BOS, 7, 8, PAD, PAD], [BOS, 10, 11, 12, 4], [BOS] + [PAD] * 4]
    assert targets.tolist() == [[7, 8, EOS, -100, -100], [10, 11, 12, 4, EOS], [EOS] + [-100] * 4]


def test_each_pass_has_every_pair_once_and_similar_lengths_together() -> None:
    examples = [([4] * (1 + k % 7), [5] * (k % 5)) for k in range(83)]
    draw = torch.Generator().manual_seed(0)
    stream = translation.batches(examples, 8, draw)
    passes = [list(islice(stream, 11)) for _ in range(2)]
    for each in passes:
        seen: Counter[tuple[int, int]] = Counter()
        for (source, _), targets in each:
            lengths = (source != PAD).sum(1) - 1, (targets >= 0).sum(1) - 1
            seen.update(zip(*(part.tolist() for part in lengths), strict=True))
            assert lengths[1].max() - lengths[1].min() <= 1
        assert seen == Counter((len(source), len(target)) for source, target in examples)
    shapes = [[targets.shape for _, targets in each] for each in passes]
    assert shapes[0] != shapes[1]


@pytest.fixture(scope="module")
def reverser() -> Translator:
    """Learns to say a sentence backwards."""
    torch.manual_seed(0)
    draw = torch.Generator().manual_seed(0)
    examples = []
    for n in torch.randint(1, 6, (600,), generator=draw).tolist():
        words = torch.randint(4, 9, (n,), generator=draw).tolist()
        examples.append((words, words[::-1]))
    model = Translator(9, 9, 8, 32)
    stream = translation.batches(examples, 32, draw)
    train(model, stream, 220, lr=0.02, schedule=one_cycle, progress=False)
    return model


def test_translations_come_in_the_order_of_the_sentences(reverser: Translator) -> None:
    sentences = [[4, 5, 6, 7], [8], [5, 4], [7, 7, 8, 4, 6], [6, 5]]
    for K in (1, 3):
        for batch_size in (1, 2, 64):
            texts = translation.translate(reverser, sentences, K, batch_size=batch_size)
            assert [text.ids for text in texts] == [words[::-1] for words in sentences]
            assert all(text.ended for text in texts)
    assert reverser.training  # as it was


def test_a_limit_ends_what_does_not_end(reverser: Translator) -> None:
    for K in (1, 2):
        (text,) = translation.translate(reverser, [[4, 5, 6, 7]], K, max_tokens=2)
        assert text.ids == [7, 6]
        assert not text.ended


def test_no_sentence_gives_no_translation(reverser: Translator) -> None:
    assert translation.translate(reverser, []) == []


def test_bleu_of_each_band_is_that_of_its_sentences() -> None:
    references = ["the green witch arrived late", "a cat sat on the mat", "so long", "x y z w v u"]
    hypotheses = ["the green witch arrived", "a cat sat on a mat", "so long", "x y z w v u"]
    lengths = [4, 5, 1, 30]
    found = translation.bleu_by_length(hypotheses, references, lengths)
    assert list(found) == ["1-4", "5-7", "16+"]
    assert [n for _, n in found.values()] == [2, 1, 1]
    short = sacrebleu.corpus_bleu([hypotheses[0], hypotheses[2]], [[references[0], references[2]]])
    assert found["1-4"][0] == short.score
    assert found["16+"][0] == pytest.approx(100)


def test_bands_must_hold_every_sentence() -> None:
    with pytest.raises(ValueError, match="a source of 0 words is shorter"):
        translation.bleu_by_length(["a"], ["a"], [0])
