"""Pooling that padding cannot touch, classifiers, and their losses, against loops and PyTorch."""

from itertools import islice

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

from course_lib.batching import keep_mask, pad
from course_lib.classify import (
    POOLINGS,
    BagOfWords,
    SequenceClassifier,
    hinge,
    labelled_batches,
    multi_label_nats,
    predict,
)
from course_lib.corpora.sentiment import matched_pairs
from course_lib.recurrent import StackedLSTM
from course_lib.text import Vocab

LENGTHS = [4, 1, 7, 3]
B, T, H, D, V, C = 4, 7, 6, 5, 11, 3


def by_loop(hs, lengths, pooling):
    rows = []
    for states, n in zip(hs, lengths, strict=True):
        real = states[:n]
        half = hs.shape[2] // 2
        rows.append(
            {
                "last": real[-1],
                "mean": sum(real) / n,
                "max": torch.stack([max(column) for column in real.T]),
                "final": torch.cat([real[-1, :half], real[0, half:]]),
            }[pooling]
        )
    return torch.stack(rows)


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("poison", [0.0, 1e4, float("nan")])
def test_pooling_is_over_real_words_and_nothing_else(pooling, poison):
    torch.manual_seed(0)
    keep = keep_mask(LENGTHS)
    # all states negative: a maximum that sees padding's zeros shows it
    real = -torch.rand(B, T, H, dtype=torch.float64) - 0.1
    hs = real.masked_fill(~keep[:, :, None], poison).requires_grad_()
    pooled = POOLINGS[pooling](hs, keep)
    torch.testing.assert_close(pooled, by_loop(real, LENGTHS, pooling))
    weights = torch.randn(B, H, dtype=torch.float64)
    (grad,) = torch.autograd.grad((pooled * weights).sum(), hs)
    assert (grad[~keep] == 0).all()
    leaf = real.clone().requires_grad_()
    (wanted,) = torch.autograd.grad((by_loop(leaf, LENGTHS, pooling) * weights).sum(), leaf)
    torch.testing.assert_close(grad, wanted)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_a_sentence_without_words_is_refused(pooling):
    with pytest.raises(ValueError, match="nothing to pool"):
        POOLINGS[pooling](torch.randn(2, 3, 4), keep_mask([3, 0]))


def test_final_states_are_those_of_packed_pytorch():
    torch.manual_seed(1)
    ours = StackedLSTM(D, H).double()
    theirs = nn.LSTM(D, H, batch_first=True, bidirectional=True).double()
    ends = ((ours.forwards[0], ""), (ours.backwards[0], "_reverse"))
    theirs.load_state_dict(
        {name + end: w for layer, end in ends for name, w in layer.state_dict().items()}
    )
    x, lengths = torch.randn(B, T, D, dtype=torch.float64), torch.tensor(LENGTHS)
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    _, (h_n, _) = theirs(packed)
    hs, final = ours(x, lengths)
    pooled = POOLINGS["final"](hs, keep_mask(LENGTHS))
    torch.testing.assert_close(pooled, torch.cat([h_n[0], h_n[1]], dim=1))
    torch.testing.assert_close(pooled, final)


def some_sentences():
    draw = torch.Generator().manual_seed(0)
    return [torch.randint(4, V, (n,), generator=draw).tolist() for n in LENGTHS]


@pytest.mark.parametrize("pooling", POOLINGS)
def test_a_sentence_is_classified_alike_alone_and_in_any_batch(pooling):
    torch.manual_seed(2)
    model = SequenceClassifier(V, D, H, C, pooling, num_layers=2).double()
    tokens, keep = pad(some_sentences())
    together = model(tokens, keep)
    assert together.shape == (B, C)
    wider = F.pad(tokens, (0, 3), value=5), F.pad(keep, (0, 3))
    torch.testing.assert_close(model(*wider), together)
    for sentence, logits in zip(some_sentences(), together, strict=True):
        torch.testing.assert_close(model(*pad([sentence]))[0], logits)


def test_poolings_differ_and_final_is_last_for_one_direction():
    one = {p: SequenceClassifier(V, D, H, C, p, bidirectional=False) for p in POOLINGS}
    two = {p: SequenceClassifier(V, D, H, C, p) for p in POOLINGS}
    batch = pad(some_sentences())
    for models, different in ((one, 3), (two, 4)):
        for model in models.values():
            model.load_state_dict(models["last"].state_dict())
        assert len({model(*batch)[0, 0].item() for model in models.values()}) == different
    torch.testing.assert_close(one["final"](*batch), one["last"](*batch))


def test_pretrained_vectors_are_copied_and_stay_if_frozen():
    vectors = torch.randn(V, D)
    before = vectors.clone()
    frozen = SequenceClassifier(V, D, H, C, pretrained=vectors, freeze=True)
    tuned = SequenceClassifier(V, D, H, C, pretrained=vectors)
    for model, moves in ((frozen, False), (tuned, True)):
        weights = [p for p in model.parameters() if p.requires_grad]
        optimizer = torch.optim.SGD(weights, lr=1.0)
        F.cross_entropy(model(*pad(some_sentences())), torch.tensor([0, 1, 2, 0])).backward()
        optimizer.step()
        assert torch.equal(model.embedding.weight, before) != moves
    assert torch.equal(vectors, before)
    with pytest.raises(ValueError, match=r"pretrained vectors are \(11, 4\)"):
        SequenceClassifier(V, D, H, C, pretrained=torch.randn(V, 4))


def test_dropout_is_for_training_only():
    model = SequenceClassifier(V, D, H, C, dropout=0.5)
    batch = pad(some_sentences())
    assert not torch.equal(model(*batch), model(*batch))
    model.eval()
    assert torch.equal(model(*batch), model(*batch))


def test_a_bag_of_words_is_a_linear_function_of_counts():
    model = BagOfWords(V, C).double()
    nn.init.normal_(model.embedding.weight)
    nn.init.normal_(model.bias)
    sentences = some_sentences()
    counts = torch.stack([torch.bincount(torch.tensor(s), minlength=V) for s in sentences])
    wanted = counts.double() @ model.embedding.weight + model.bias
    torch.testing.assert_close(model(*pad(sentences)), wanted)
    torch.testing.assert_close(model(*pad([s[::-1] for s in sentences])), wanted)


@settings(max_examples=12)
@given(st.integers(0, 10_000))
def test_no_bag_of_words_is_right_on_both_twins(seed):
    pairs = matched_pairs(9, seed, "train")
    vocab = Vocab.from_tokens(w for one, _ in pairs for w in one.words)
    model = BagOfWords(len(vocab), 2).double()
    nn.init.normal_(model.embedding.weight, generator=torch.Generator().manual_seed(seed))
    said = [
        predict(model, [vocab.encode(pair[i].words) for pair in pairs]).argmax(dim=1)
        for i in range(2)
    ]
    assert torch.equal(*said)


def test_hinge_against_a_loop_and_pytorch():
    torch.manual_seed(3)
    logits, labels = torch.randn(9, C).double() * 2, torch.arange(9) % C
    wanted = []
    for row, y in zip(logits.tolist(), labels.tolist(), strict=True):
        wrong = max(score for k, score in enumerate(row) if k != y)
        wanted.append(max(0.0, 1 + wrong - row[y]))
    assert 0 in wanted
    assert hinge(logits, labels).item() == pytest.approx(sum(wanted) / 9)
    two, yes = logits[:, :2], labels.clamp(max=1)
    torch.testing.assert_close(hinge(two, yes), 2 * F.multi_margin_loss(two, yes))


def test_hinge_lets_go_beyond_the_margin_and_cross_entropy_never_does():
    logits = torch.tensor([[3.0, 1.0, -2.0], [0.0, 0.5, -3.0]], requires_grad=True)
    labels = torch.tensor([0, 0])
    (grad,) = torch.autograd.grad(hinge(logits, labels), logits)
    torch.testing.assert_close(grad, torch.tensor([[0.0, 0.0, 0.0], [-0.5, 0.5, 0.0]]))
    (grad,) = torch.autograd.grad(F.cross_entropy(logits, labels), logits)
    assert (grad != 0).all()


def test_multi_label_nats_is_a_sum_over_classes_and_a_mean_over_sentences():
    torch.manual_seed(4)
    logits, labels = torch.randn(7, C).double(), torch.randint(2, (7, C)).double()
    p = torch.sigmoid(logits)
    nats = -torch.where(labels == 1, p, 1 - p).log().sum() / 7
    torch.testing.assert_close(multi_label_nats(logits, labels), nats)
    theirs = nn.MultiLabelSoftMarginLoss()(logits, labels) * C  # the same, averaged over classes
    torch.testing.assert_close(multi_label_nats(logits, labels), theirs)
    extreme = torch.tensor([[1e4, -1e4]])
    assert multi_label_nats(extreme, torch.tensor([[1.0, 0.0]])) == 0
    assert multi_label_nats(extreme, torch.tensor([[0.0, 0.0]])) == 1e4


@pytest.mark.parametrize("labels", [torch.arange(10), torch.arange(30.0).view(10, 3)])
def test_a_pass_has_every_sentence_once_with_its_own_label(labels):
    sentences = [[4 + i] * (1 + i % 4) for i in range(10)]
    batches = labelled_batches(sentences, labels, 4, torch.Generator().manual_seed(0))
    for _ in range(2):
        seen = []
        for tokens, keep, some in islice(batches, 3):
            assert torch.equal(keep, tokens != 0)
            assert torch.equal(some, labels[tokens[:, 0] - 4])
            seen += tokens[:, 0].tolist()
        assert sorted(seen) == list(range(4, 14))
    first, second = (
        next(labelled_batches(sentences, labels, 4, torch.Generator().manual_seed(s)))[0].tolist()
        for s in (0, 1)
    )
    assert first != second


@pytest.mark.parametrize("sentences", [[], [[4], [5]]])
def test_sentences_and_labels_must_be_as_many(sentences):
    with pytest.raises(ValueError, match="labels: need the same, not 0"):
        next(labelled_batches(sentences, torch.zeros(0), 4, torch.Generator()))


def test_predictions_come_in_order_without_dropout():
    model = SequenceClassifier(V, D, H, C, dropout=0.5)
    sentences = [*some_sentences(), [4], [5, 6]]
    logits = predict(model, sentences, batch_size=2)
    assert model.training
    assert not logits.requires_grad
    model.eval()
    for sentence, row in zip(sentences, logits, strict=True):
        torch.testing.assert_close(model(*pad([sentence]))[0], row)
