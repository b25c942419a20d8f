"""Where a classifier looks: against finite differences, loops and a model that is linear."""

import pytest
import torch
from torch import nn

from course_lib.batching import keep_mask, pad
from course_lib.classify import BagOfWords, SequenceClassifier
from course_lib.saliency import (
    erasure,
    gradient_norms,
    gradient_times_input,
    input_gradients,
    log_odds,
    pooling_shares,
)
from course_lib.text import UNK

SENTENCES = [[4, 9, 5], [7], [5, 6, 10, 8, 4]]
V, D, H, C = 11, 3, 4, 3
LABELS = torch.tensor([2, 0, 1])


def some_model(**settings):
    torch.manual_seed(0)
    model = SequenceClassifier(V, D, H, C, **settings).double()
    nn.init.normal_(model.embedding.weight)
    return model


def test_log_odds_are_those_of_the_softmax():
    logits = torch.randn(5, 4, dtype=torch.float64)
    labels = torch.tensor([0, 3, 1, 2, 3])
    p = logits.softmax(dim=1)[torch.arange(5), labels]
    torch.testing.assert_close(log_odds(logits, labels), (p / (1 - p)).log())
    two = torch.tensor([[1e4, -1e4]])
    assert log_odds(two, torch.tensor([1])).item() == -2e4


@pytest.mark.parametrize("pooling", ["last", "mean", "max", "final"])
@pytest.mark.parametrize("freeze", [False, True])
def test_gradients_are_those_of_finite_differences(pooling, freeze):
    model = some_model(pooling=pooling, freeze=freeze)
    tokens, keep = pad(SENTENCES)
    x, grad = input_gradients(model, tokens, keep, LABELS)
    torch.testing.assert_close(x, model.embedding(tokens).detach())
    step = 1e-6
    for b, t, d in ((0, 0, 1), (0, 2, 0), (1, 0, 2), (2, 3, 1), (1, 2, 0)):
        change = torch.zeros_like(x)
        change[b, t, d] = step
        sides = [log_odds(model.classify(x + s * change, keep), LABELS)[b] for s in (1, -1)]
        assert grad[b, t, d].item() == pytest.approx(
            (sides[0] - sides[1]).item() / (2 * step), abs=1e-7
        )
    assert (grad[~keep] == 0).all()
    norms = gradient_norms(model, tokens, keep, LABELS)
    torch.testing.assert_close(norms, grad.square().sum(dim=2).sqrt())
    assert all(p.grad is None for p in model.parameters()), "looking trains nothing"
    with torch.no_grad():
        torch.testing.assert_close(gradient_norms(model, tokens, keep, LABELS), norms)


def test_each_sentence_is_looked_at_alone():
    model = some_model(pooling="max")
    together = gradient_times_input(model, *pad(SENTENCES), LABELS)
    for b, sentence in enumerate(SENTENCES):
        alone = gradient_times_input(model, *pad([sentence]), LABELS[b : b + 1])
        torch.testing.assert_close(together[b, : len(sentence)], alone[0])


def test_for_a_bag_of_words_gradient_times_input_is_erasure():
    bag = BagOfWords(V, 2).double()  # log-odds of two classes are linear in the words
    nn.init.normal_(bag.embedding.weight)
    with torch.no_grad():
        bag.embedding.weight[UNK] = 0
    tokens, keep = pad(SENTENCES)
    labels = LABELS.clamp(max=1)
    pushes = gradient_times_input(bag, tokens, keep, labels)
    votes = bag.embedding.weight[tokens]
    sign = 2.0 * labels - 1
    wanted = sign[:, None] * (votes[:, :, 1] - votes[:, :, 0]) * keep
    torch.testing.assert_close(pushes, wanted.detach())
    torch.testing.assert_close(erasure(bag, tokens, keep, labels), pushes)


def test_erasure_replaces_one_word_at_a_time():
    model = some_model(pooling="mean")
    tokens, keep = pad(SENTENCES)
    drops = erasure(model, tokens, keep, LABELS, stand_in=6)
    before = log_odds(model(tokens, keep), LABELS)
    for b, sentence in enumerate(SENTENCES):
        for t in range(len(sentence)):
            without = [*sentence[:t], 6, *sentence[t + 1 :]]
            after = log_odds(model(*pad([without])), LABELS[b : b + 1])[0]
            torch.testing.assert_close(drops[b, t], before[b] - after)
    assert (drops[~keep] == 0).all()
    assert drops[2, 1] == 0, "the stand-in itself"


def test_shares_of_the_pooled_vector():
    lengths = [3, 1, 5]
    keep, hs = keep_mask(lengths), -torch.rand(3, 5, 8, dtype=torch.float64)
    shares = {p: pooling_shares(hs, keep, p) for p in ("last", "mean", "max", "final")}
    for share in shares.values():
        torch.testing.assert_close(share.sum(dim=1), torch.ones(3).double())
        assert (share[~keep] == 0).all()
    for b, n in enumerate(lengths):
        ends = torch.zeros(5).double()
        ends[n - 1] += 0.5
        ends[0] += 0.5
        torch.testing.assert_close(shares["final"][b], ends)
        assert shares["last"][b, n - 1] == 1
        torch.testing.assert_close(shares["mean"][b, :n], torch.full((n,), 1 / n).double())
        winners = hs[b, :n].argmax(dim=0).bincount(minlength=5) / 8
        torch.testing.assert_close(shares["max"][b], winners.double())
