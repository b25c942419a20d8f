"""Pair models against by-hand computations; controls against what they must not see."""

import math
from fractions import Fraction
from itertools import permutations

import pytest
import torch
from scipy.stats import rankdata
from torch import nn

from course_lib.classify import BagOfWords
from course_lib.corpora.pair import Pair, as_tensor, pair_vocab
from course_lib.metrics import reciprocal_ranks
from course_lib.pair_controls import (
    OverlapClassifier,
    PairBagOfWords,
    SecondOnly,
    overlap,
    side_by_side,
    without_first,
)
from course_lib.pairs import (
    BagEncoder,
    CandidateRanker,
    LSTMEncoder,
    PairClassifier,
    PairScorer,
    pair_features,
)
from course_lib.text import PAD, UNK, Vocab

B, T, V, D, H, C, K = 5, 7, 11, 3, 4, 3, 6


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(0)


def sentences(*shape: int) -> torch.Tensor:
    """Ragged rows of ids without padding inside, of lengths from 1 to T."""
    tokens = torch.randint(1, V, (*shape, T))
    lengths = torch.randint(1, T + 1, shape)
    lengths.view(-1)[:2] = torch.tensor([1, T])
    return tokens.where(torch.arange(T) < lengths[..., None], PAD)


def encoder(**options) -> LSTMEncoder:
    return LSTMEncoder(V, D, H, **options).double()


def test_features_are_four_blocks_in_their_order() -> None:
    u, v = torch.tensor([[1.0, -2.0]]), torch.tensor([[3.0, 5.0]])
    assert pair_features(u, v).tolist() == [[1, -2, 3, 5, 2, 7, 3, -10]]
    assert pair_features(torch.zeros(2, 3, H), torch.ones(2, 3, H)).shape == (2, 3, 4 * H)


def test_the_gradient_reaches_both_sentences() -> None:
    u, v = (torch.randn(2, H, dtype=torch.float64, requires_grad=True) for _ in range(2))
    assert torch.autograd.gradcheck(pair_features, (u, v))


@pytest.mark.parametrize("pooling", ["final", "max", "mean", "last"])
@pytest.mark.parametrize("bidirectional", [True, False])
def test_a_sentence_is_encoded_by_itself(pooling: str, bidirectional: bool) -> None:
    encode, rows = encoder(pooling=pooling, bidirectional=bidirectional), sentences(B)
    together = encode(rows)
    assert together.shape == (B, encode.output_size)
    for row, encoded in zip(rows, together, strict=True):
        torch.testing.assert_close(encode(row[row != PAD][None])[0], encoded)


def test_the_encoder_is_embedding_lstm_and_its_ends() -> None:
    encode = encoder()
    tokens = torch.tensor([[4, 7, 5]])
    oracle = nn.LSTM(D, H, batch_first=True, bidirectional=True).double()
    ahead, back = encode.rnn.forwards[0], encode.rnn.backwards[0]
    for name, value in ahead.named_parameters():
        getattr(oracle, name).data = value
        getattr(oracle, name + "_reverse").data = dict(back.named_parameters())[name]
    _, (ends, _) = oracle(encode.embedding(tokens))
    torch.testing.assert_close(encode(tokens)[0], torch.cat([ends[0, 0], ends[1, 0]]))


def test_ready_vectors_are_copied_and_trained() -> None:
    vectors = torch.randn(V, D)
    for encode in (LSTMEncoder(V, D, H, vectors=vectors), BagEncoder(V, D, vectors=vectors)):
        assert torch.equal(encode.embedding.weight, vectors)
        encode(sentences(B)).sum().backward()
        assert encode.embedding.weight.grad.abs().sum() > 0
        with torch.no_grad():
            encode.embedding.weight.zero_()
        assert vectors.abs().min() > 0


def test_a_bag_is_the_mean_of_its_words_in_any_order() -> None:
    bag = BagEncoder(V, D)
    a, b = bag(torch.tensor([[4, 9, 9, PAD], [9, 4, 9, PAD]]))
    torch.testing.assert_close(a, b)
    E = bag.embedding.weight
    torch.testing.assert_close(a, (E[4] + 2 * E[9]) / 3)


def test_a_classifier_compares_what_one_encoder_says_of_both() -> None:
    model, pairs = PairClassifier(encoder(), 8, C).double(), sentences(B, 2)
    u, v = model.encoder(pairs[:, 0]), model.encoder(pairs[:, 1])
    hidden = torch.cat([u, v, abs(u - v), u * v], 1) @ model.from_features.weight.T
    hidden = torch.relu(hidden + model.from_features.bias)
    torch.testing.assert_close(model(pairs), model.to_logits(hidden))
    assert sum(isinstance(m, nn.Embedding) for m in model.modules()) == 1


def test_a_batch_does_not_mix_its_pairs() -> None:
    pairs = sentences(B, 2)
    classifier, scorer = (
        m.double() for m in (PairClassifier(encoder(), 8, C), PairScorer(encoder(), 8))
    )
    for model in (classifier, scorer):
        alone = torch.cat([model(pairs[k : k + 1]) for k in range(B)])
        torch.testing.assert_close(model(pairs), alone)
        assert len(model(pairs).unique(dim=0)) == B


def test_similarity_is_a_share_and_has_no_direction() -> None:
    model, pairs = PairScorer(encoder(), 8).double(), sentences(B, 2)
    scores = model(pairs)
    assert ((scores > 0) & (scores < 1)).all()
    torch.testing.assert_close(scores, model(pairs.flip(1)))


def test_candidates_are_scored_each_for_itself_against_the_question() -> None:
    model, groups = CandidateRanker(encoder(), 8).double(), sentences(B, 1 + K)
    scores = model(groups)
    assert scores.shape == (B, K)
    pair = PairClassifier(model.encoder, 8, 1).double()
    pair.load_state_dict(model.state_dict())
    for k in range(K):
        torch.testing.assert_close(pair(groups[:, [0, 1 + k]])[:, 0], scores[:, k])
    order = torch.randperm(K)
    shuffled = torch.cat([groups[:, :1], groups[:, 1:][:, order]], dim=1)
    torch.testing.assert_close(model(shuffled), scores[:, order])


def test_without_the_first_sentence_nothing_of_it_is_left() -> None:
    pairs = sentences(B, 2)
    before, other = pairs.clone(), pairs.clone()
    other[:, 0] = sentences(B)
    assert torch.equal(without_first(pairs), without_first(other))
    assert torch.equal(without_first(pairs)[:, 1], pairs[:, 1])
    assert without_first(pairs)[:, 0].tolist() == [[UNK] + [PAD] * (T - 1)] * B
    assert torch.equal(pairs, before)


def test_overlap_by_hand() -> None:
    group = torch.tensor([[[4, 5, 5, 6], [5, 6, 7, PAD], [4, 5, 6, PAD], [7, 8, PAD, PAD]]])
    torch.testing.assert_close(overlap(group), torch.tensor([[2 / 4, 1.0, 0.0]]))


def test_controls_as_models() -> None:
    """Each changes with what it may see and with nothing else."""
    pairs = sentences(B, 2)
    reordered = pairs.clone()
    for row in reordered.flatten(0, 1):
        words = row[row != PAD]
        row[: len(words)] = words.flip(0)
    other = pairs.clone()
    other[:, 0] = sentences(B)
    for model in (PairBagOfWords(V, C), OverlapClassifier(C), SecondOnly(PairBagOfWords(V, C))):
        for weight in model.parameters():
            nn.init.normal_(weight)
        torch.testing.assert_close(model(reordered), model(pairs))
        blind = isinstance(model, SecondOnly)
        assert torch.equal(model(other), model(pairs)) == blind
    model = PairBagOfWords(V, C)
    nn.init.normal_(model.bag.embedding.weight)
    with torch.no_grad():
        longer = torch.cat([pairs, torch.full((B, 2, 1), PAD)], dim=2)
        longer[:, 1, -1] = 7
        longer[:, 1] = longer[:, 1].sort(descending=True).values  # padding to the right again
        torch.testing.assert_close(
            model(longer) - model(pairs), model.second_votes()[7].expand(B, C)
        )


def test_columns_of_padding_are_not_read() -> None:
    model, pairs = PairClassifier(encoder(), 8, C).double(), sentences(B, 2)
    pairs[:, :, 4:] = PAD
    seen = []
    model.encoder.register_forward_hook(lambda module, given, output: seen.append(given[0].shape))
    torch.testing.assert_close(model(pairs), model(pairs[:, :, :4]))
    assert seen == [(2 * B, 4), (2 * B, 4)]


def test_side_by_side_counts_the_words_of_each_sentence_apart() -> None:
    pairs = sentences(B, 2)
    bag = BagOfWords(2 * V, C)
    nn.init.normal_(bag.embedding.weight)
    nn.init.normal_(bag.bias)
    flat = side_by_side(pairs, V)
    W = bag.embedding.weight
    for pair, logits in zip(pairs, bag(flat, flat != PAD), strict=True):
        votes = [W[i + k * V] for k in (0, 1) for i in pair[k].tolist() if i != PAD]
        torch.testing.assert_close(logits, torch.stack(votes).sum(0) + bag.bias)


def test_a_score_that_is_no_number_has_no_rank() -> None:
    scores = torch.tensor([[1.0, 2.0, 3.0], [math.nan, 1.0, math.nan]])
    with pytest.raises(ValueError, match="question 1 hold NaN"):
        reciprocal_ranks(scores, torch.tensor([0, 1]))


def test_reciprocal_ranks_without_ties_are_those_of_scipy() -> None:
    scores, labels = torch.randn(B, K), torch.randint(K, (B,))
    ranks = rankdata(-scores.numpy(), axis=1)[range(B), labels]
    torch.testing.assert_close(reciprocal_ranks(scores, labels), torch.tensor(1 / ranks).float())


@pytest.mark.parametrize("row", [[2, 2, 2, 2], [3, 2, 2, 1], [2, 3, 3, 2], [1, 3, 2, 2]])
@pytest.mark.parametrize("label", [0, 1, 3])
def test_ties_are_averaged_over_all_their_orders(row: list[int], label: int) -> None:
    inverse = []
    for order in permutations(range(4)):  # who comes first among equals
        ranked = sorted(range(4), key=lambda k: (-row[k], order[k]))
        inverse.append(Fraction(1, 1 + ranked.index(label)))
    got = reciprocal_ranks(torch.tensor([row]).float(), torch.tensor([label]))
    assert got.item() == pytest.approx(float(sum(inverse) / len(inverse)))


def test_groups_become_one_padded_tensor() -> None:
    pairs = [Pair(["a", "b", "c"], ["d"], 1), Pair(["b"], ["a", "z"], 0)]
    vocab = Vocab.from_tokens(["a", "b", "c", "d"])
    tokens = as_tensor([pair[:2] for pair in pairs], vocab)
    assert tokens.tolist() == [[[4, 5, 6], [7, 0, 0]], [[5, 0, 0], [4, UNK, 0]]]
    assert set(pair_vocab(pairs[:1]).words[4:]) == {"a", "b", "c", "d"}


@pytest.mark.parametrize("groups", [[[["a"]], [["a"], ["b"]]], [[["a"], []]], []])
def test_groups_that_make_no_tensor_are_refused(groups) -> None:
    with pytest.raises(ValueError, match="need one size"):
        as_tensor(groups, Vocab.from_tokens(["a"]))


def test_an_epoch_on_two_pairs_learns_them() -> None:
    """Order is all that tells them apart, so a bag cannot."""
    pairs = torch.tensor([[[4, 5, 6], [6, 5, 4]], [[4, 5, 6], [4, 5, 6]]])
    labels = torch.tensor([0, 1])
    for encode, learns in ((LSTMEncoder(V, D, H), True), (BagEncoder(V, D), False)):
        model = PairClassifier(encode, 8, 2)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
        for _ in range(40):
            loss = nn.functional.cross_entropy(model(pairs), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        assert (loss.item() < 0.1) == learns
