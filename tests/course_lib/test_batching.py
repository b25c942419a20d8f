import itertools

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from course_lib.batching import as_stream, buckets, keep_mask, pad, shifted, streams, windows
from course_lib.text import BOS, EOS, PAD

sentences = st.lists(st.lists(st.integers(4, 99), max_size=7), max_size=6)


def test_windows_on_the_lecture_example():
    contexts, targets = windows([[10, 11, 12]], M=4)
    assert contexts.tolist() == [[2, 2, 2], [2, 2, 10], [2, 10, 11], [10, 11, 12]]
    assert targets.tolist() == [10, 11, 12, EOS]


@given(sentences, st.integers(2, 5))
def test_windows_never_cross_sentences(sentences, M):
    contexts, targets = windows(sentences, M)
    expected = []
    for sentence in sentences:
        for t, target in enumerate([*sentence, EOS]):
            context = sentence[max(0, t - M + 1) : t]
            expected.append(([BOS] * (M - 1 - len(context)) + context, target))
    assert contexts.shape == (len(expected), M - 1)
    assert list(zip(contexts.tolist(), targets.tolist(), strict=True)) == expected


def test_a_window_needs_a_context():
    with pytest.raises(ValueError, match="M=1"):
        windows([[4]], M=1)


@given(st.integers(1, 5), st.integers(1, 7), st.integers(0, 60))
def test_streams_continue_row_by_row(B, T, n):
    ids = list(range(100, 101 + B + n))
    batches = list(streams(ids, B, T))
    tokens = torch.cat([tokens for tokens, _ in batches], dim=1)
    targets = torch.cat([targets for _, targets in batches], dim=1)
    assert torch.equal(targets, tokens + 1), "a target is the next word of the text"
    assert torch.equal(tokens[:, 1:], tokens[:, :-1] + 1)
    assert torch.equal(tokens[1:, 0], tokens[:-1, -1] + 1), "streams lie end to end"
    assert tokens[0, 0] == 100
    assert len(ids) - 1 - B < tokens.numel() <= len(ids) - 1
    assert all(tokens.shape[1] == T for tokens, _ in batches[:-1])


def test_streams_too_short():
    with pytest.raises(ValueError, match="3 words are too few for B=3"):
        streams([4, 5, 6], B=3, T=2)
    for B, T in [(0, 2), (2, 0), (2, -1)]:
        with pytest.raises(ValueError, match=f"B={B} streams of T={T} steps"):
            streams(range(9), B, T)


@given(st.lists(st.lists(st.integers(4, 99), max_size=7), max_size=6), st.sampled_from([0, -100]))
def test_pad_keeps_every_word_in_place(sequences, value):
    tokens, keep = pad(sequences, value=value)
    T = max(map(len, sequences), default=0)
    assert tokens.tolist() == [[*row, *[value] * (T - len(row))] for row in sequences]
    assert [row[kept].tolist() for row, kept in zip(tokens, keep, strict=True)] == sequences
    assert torch.equal(keep, keep_mask([len(row) for row in sequences]))


@given(st.lists(st.integers(0, 30), max_size=40), st.integers(1, 7), st.integers(0, 3) | st.none())
def test_buckets_hold_each_sequence_once_with_least_padding(lengths, batch_size, seed):
    generator = None if seed is None else torch.Generator().manual_seed(seed)
    batches = buckets(lengths, batch_size, generator)
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    assert sorted(map(len, batches), reverse=True) == [
        min(batch_size, len(lengths) - start) for start in range(0, len(lengths), batch_size)
    ]
    ranges = sorted((min(lengths[i] for i in b), max(lengths[i] for i in b)) for b in batches)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(ranges))


def test_buckets_shuffle_only_with_a_generator():
    lengths = [3] * 50
    assert buckets(lengths, 10)[0] == list(range(10))
    assert buckets(lengths, 10, torch.Generator().manual_seed(1)) != buckets(lengths, 10)
    with pytest.raises(ValueError, match="batch_size=0"):
        buckets(lengths, 0)


def test_one_stream_has_every_sentence_between_its_ends():
    assert as_stream([[7, 8], [], [9]]).tolist() == [EOS, 7, 8, EOS, EOS, 9, EOS]


def test_shifted_pads_inputs_and_targets_apart():
    tokens, targets = shifted([[7, 8], [], [9]])
    assert tokens.tolist() == [[BOS, 7, 8], [BOS, PAD, PAD], [BOS, 9, PAD]]
    assert targets.tolist() == [[7, 8, EOS], [EOS, -100, -100], [9, EOS, -100]]
    assert shifted([[7]], start=EOS)[0].tolist() == [[EOS, 7]]
