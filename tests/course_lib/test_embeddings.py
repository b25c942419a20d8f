"""Oracles: loops over words, finite differences, autograd through a plain restatement."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy.stats import spearmanr

from course_lib.embeddings import (
    CBOW,
    GloVe,
    WordVectors,
    analogy_accuracy,
    context_windows,
    cooccurrences,
    glove_loss,
    glove_weight,
    judged,
    negative_nats,
    noise,
    spearman,
    subsample,
)
from course_lib.text import PAD, Vocab

V, D, B, REACH = 11, 3, 5, 2
SENTENCES = [[4, 5, 6, 4, 7], [8], [9, 10], [5, 5, 6, 8, 9, 10, 4]]


def random_cbow(seed=0):
    torch.manual_seed(seed)
    model = CBOW(V, D).double()
    with torch.no_grad():
        model.to_logits.weight.normal_()
        model.embedding.weight[PAD + 1 :].normal_()
    return model


def batch(seed=1):
    g = torch.Generator().manual_seed(seed)
    contexts = torch.randint(PAD + 1, V, (B, 2 * REACH), generator=g)
    contexts[0, 0] = contexts[2, 3] = PAD
    contexts[1, 1] = contexts[1, 2]  # the same word twice counts twice
    return contexts, torch.randint(4, V, (B,), generator=g)


# --- CBOW ---------------------------------------------------------------------------------


@pytest.mark.parametrize("reach", [1, 2, 4])
def test_windows_against_a_loop(reach):
    contexts, targets = context_windows(SENTENCES, reach)
    expected = []
    for s in SENTENCES:
        for t, word in enumerate(s):
            around = [s[j] if 0 <= j < len(s) else PAD for j in range(t - reach, t + reach + 1)]
            if len(s) > 1:
                expected.append((around[:reach] + around[reach + 1 :], word))
    assert contexts.tolist() == [context for context, _ in expected]
    assert targets.tolist() == [word for _, word in expected]


def test_windows_of_nothing_and_of_no_reach():
    contexts, targets = context_windows([[4]], 2)
    assert contexts.shape == (0, 4)
    assert targets.shape == (0,)
    with pytest.raises(ValueError, match="reach=0"):
        context_windows(SENTENCES, 0)


def test_logits_are_w_times_the_sum_of_the_context():
    model, (contexts, _) = random_cbow(), batch()
    E, W = model.embedding.weight.tolist(), model.to_logits.weight.tolist()
    logits = model(contexts)
    assert logits.shape == (B, V)
    for b in range(B):
        total = [sum(E[c][d] for c in contexts[b].tolist() if c != PAD) for d in range(D)]
        for v in range(V):
            want = sum(W[v][d] * total[d] for d in range(D))
            assert logits[b, v].item() == pytest.approx(want, abs=1e-12)


def test_full_softmax_gradient_by_hand():
    """dL/dW = (p - y) s^T; every context word of a row receives W^T (p - y)."""
    model, (contexts, targets) = random_cbow(), batch()
    F.cross_entropy(model(contexts), targets, reduction="sum").backward()
    W = model.to_logits.weight.detach()
    miss = model(contexts).detach().softmax(1) - F.one_hot(targets, V)
    torch.testing.assert_close(model.to_logits.weight.grad, miss.T @ model.summed(contexts))
    by_hand = torch.zeros(V, D, dtype=torch.float64)
    for b in range(B):
        for c in contexts[b].tolist():
            by_hand[c] += W.T @ miss[b] if c != PAD else 0
    torch.testing.assert_close(model.embedding.weight.grad, by_hand)
    assert not model.embedding.weight.grad[PAD].any()


def test_negative_loss_against_a_loop():
    model, (contexts, targets) = random_cbow(), batch()
    negatives, k = torch.tensor([4, 9, 9, 2, 6, 10, 3]), 4
    E, W = model.embedding.weight.detach(), model.to_logits.weight.detach()

    def sigmoid(a, b):
        return 1 / (1 + math.exp(-float(a @ b)))

    total = 0.0
    for context, target in zip(contexts, targets, strict=True):
        s = sum(E[c] for c in context)
        total -= math.log(sigmoid(W[target], s))
        total -= k * sum(math.log(1 - sigmoid(W[n], s)) for n in negatives) / len(negatives)
    loss = negative_nats(model, contexts, targets, negatives, k)
    assert loss.item() == pytest.approx(total / B, rel=1e-10)


def finite_differences(loss, weight, step=1e-6):
    slopes = torch.zeros_like(weight)
    for at in np.ndindex(*weight.shape):
        values = []
        for sign in (1, -1):
            with torch.no_grad():
                weight[at] += sign * step
                values.append(loss().item())
                weight[at] -= sign * step
        slopes[at] = (values[0] - values[1]) / (2 * step)
    return slopes


def test_negative_gradient_against_finite_differences():
    model, (contexts, targets) = random_cbow(), batch()
    negatives = torch.tensor([4, 9, 9, 2, 6, 10, 3])

    def loss():
        return negative_nats(model, contexts, targets, negatives, k=3)

    loss().backward()
    W, E = model.to_logits.weight, model.embedding.weight
    torch.testing.assert_close(W.grad, finite_differences(loss, W), atol=1e-7, rtol=1e-5)
    want = finite_differences(loss, E)
    want[PAD] = 0  # the zero vector never learns
    torch.testing.assert_close(E.grad, want, atol=1e-7, rtol=1e-5)


def test_noise_is_flatter_than_the_counts():
    counts = torch.tensor([0.0, 1.0, 16.0, 81.0])
    torch.testing.assert_close(noise(counts), torch.tensor([0.0, 1.0, 8.0, 27.0]) / 36)


def test_subsampling_keeps_the_share_it_states():
    text = [[4, 5] * 20_000, [6]]
    counts = torch.zeros(V)
    counts[4], counts[5], counts[6] = 20_000, 20_000, 1
    kept = subsample(text, counts, 0.02, torch.Generator().manual_seed(0))
    assert kept[1] == [6], "a rare word always stays"
    share = kept[0].count(4) / 20_000
    assert share == pytest.approx((0.02 / 0.5) ** 0.5, abs=0.01)
    assert len(text[0]) == 40_000, "the input is unchanged"
    whole = subsample(text, counts, 1.0, torch.Generator())
    assert whole == text


# --- GloVe --------------------------------------------------------------------------------


@pytest.mark.parametrize("reach", [1, 3, 20])
def test_counts_against_brute_force(reach):
    table = np.zeros((V, V))
    for s in SENTENCES:
        for i in range(len(s)):
            for j in range(len(s)):
                if 0 < abs(i - j) <= reach:
                    table[s[i], s[j]] += 1 / abs(i - j)
    rows, columns, counts = cooccurrences(SENTENCES, V, reach)
    ours = np.zeros((V, V))
    for i, j, x in zip(rows, columns, counts, strict=True):
        assert ours[i, j] == 0, "each entry once"
        ours[i, j] = x
    np.testing.assert_allclose(ours, table, rtol=1e-6)
    assert (counts > 0).all()


def test_no_text_has_no_counts():
    with pytest.raises(ValueError, match="reach=0"):
        cooccurrences(SENTENCES, V, 0)
    rows, columns, counts = cooccurrences([[4]], V, 2)
    assert len(rows) == len(columns) == len(counts) == 0


def random_glove():
    torch.manual_seed(2)
    model = GloVe(V, D).double()
    for weight in model.parameters():
        torch.nn.init.normal_(weight)
    return model


def test_glove_loss_against_a_loop_and_its_gradient_by_hand():
    model, x_max = random_glove(), 0.9
    rows, columns, counts = cooccurrences(SENTENCES, V, 3)
    counts = counts.double()
    loss = glove_loss(model, rows, columns, counts, x_max)
    loss.backward()
    w, other = model.word.weight.detach(), model.other.weight.detach()
    total, slope = 0.0, torch.zeros_like(w)
    for i, j, x in zip(rows.tolist(), columns.tolist(), counts.tolist(), strict=True):
        weight = (x / x_max) ** 0.75 if x < x_max else 1.0
        biases = model.word_bias.weight[i].item() + model.other_bias.weight[j].item()
        error = float(w[i] @ other[j]) + biases - math.log(x)
        total += weight * error**2
        slope[i] += 2 * weight * error * other[j]
    assert loss.item() == pytest.approx(total / len(counts), rel=1e-10)
    torch.testing.assert_close(model.word.weight.grad, slope / len(counts))
    torch.testing.assert_close(model.vectors(), w + other)
    assert not model.vectors().requires_grad


def test_glove_weight_rises_to_one():
    counts = torch.tensor([0.5, 8.0, 16.0, 1000.0])
    want = torch.tensor([(0.5 / 16) ** 0.75, 0.5**0.75, 1.0, 1.0])
    torch.testing.assert_close(glove_weight(counts, 16.0), want)


def test_perfect_vectors_have_no_loss():
    """If ln X has rank D plus biases, the loss at those factors is zero."""
    model = random_glove()
    rows, columns = torch.cartesian_prod(torch.arange(V), torch.arange(V)).T
    counts = model(rows, columns).exp().detach()
    assert glove_loss(model, rows, columns, counts).item() < 1e-20


# --- vectors ------------------------------------------------------------------------------

WORDS = ("king", "queen", "man", "woman", "fish")


def some_vectors():
    return WordVectors(WORDS, torch.randn(5, 4, generator=torch.Generator().manual_seed(3)))


def cosine(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True)) / math.sqrt(
        sum(x * x for x in a) * sum(y * y for y in b)
    )


def test_neighbours_against_a_loop():
    vectors = some_vectors()
    rows = dict(zip(WORDS, vectors.matrix.tolist(), strict=True))
    for word in WORDS:
        others = [(w, cosine(rows[word], rows[w])) for w in WORDS if w != word]
        others.sort(key=lambda pair: -pair[1])
        found = vectors.nearest(word, 3)
        assert [w for w, _ in found] == [w for w, _ in others[:3]]
        assert [c for _, c in found] == pytest.approx([c for _, c in others[:3]], abs=1e-6)
    assert len(vectors.nearest("fish", 99)) == 4


def test_analogy_leaves_its_question_out():
    king, queen, man = torch.eye(3, 4)
    rows = torch.stack([king + man, queen + man, king, queen, torch.tensor([0, 0, 0, 1.0])])
    vectors = WordVectors(("king", "queen", "man", "woman", "fish"), rows)
    ((word, score),) = vectors.analogy("man", "woman", "king")
    assert word == "queen"
    query = rows[3] - rows[2] + F.normalize(rows[0], dim=0)
    assert score == pytest.approx(cosine(query.tolist(), rows[1].tolist()), abs=1e-6)


def test_analogies_are_scored_beside_the_lazy_answer():
    angles = torch.tensor([0.0, 0.1, 2.0, 2.1, 2.15, 4.0])  # king queen | man woman lady | fish
    rows = torch.stack([angles.cos(), angles.sin()], dim=1)
    vectors = WordVectors(("king", "queen", "man", "woman", "lady", "fish"), rows)
    questions = [("king", "queen", "man", "woman"), ("man", "lady", "king", "fish")]
    by_hand = []
    for a, b, c, _ in questions:
        query = vectors[b] - vectors[a] + vectors[c]
        others = [w for w in vectors.words if w not in (a, b, c)]
        by_hand.append(max(others, key=lambda w: cosine(query.tolist(), vectors[w].tolist())))
    right = sum(found == q[3] for found, q in zip(by_hand, questions, strict=True)) / 2
    # nearest to man is woman; nearest to king that is no part of the question is queen
    assert analogy_accuracy(vectors, questions) == (right, 0.5)
    with pytest.raises(ValueError, match="no questions"):
        analogy_accuracy(vectors, [])
    with pytest.raises(KeyError, match="no vector for 'boy'"):
        analogy_accuracy(vectors, [("king", "queen", "man", "boy")])


def test_vectors_of_a_vocabulary_leave_special_tokens_out():
    vocab = Vocab.from_tokens(["a", "b", "b"])
    table = torch.arange(12.0).reshape(6, 2).requires_grad_()
    vectors = WordVectors.of_vocab(vocab, table)
    assert vectors.words == ("b", "a")
    assert "<pad>" not in vectors
    assert torch.equal(vectors.matrix, table.detach()[4:])
    assert not vectors.matrix.requires_grad


def test_vectors_of_a_dict():
    vectors = WordVectors.of_dict({"a": np.float32([3, 4]), "b": np.float32([4, 3])})
    assert vectors.cosine("a", "b") == pytest.approx(24 / 25)
    assert vectors["a"].tolist() == pytest.approx([0.6, 0.8])


def test_errors_name_what_is_wrong():
    with pytest.raises(KeyError, match="no vector for 'witch' among 5 words"):
        some_vectors().nearest("witch")
    with pytest.raises(ValueError, match="1 different words for 2 vectors"):
        WordVectors(("a", "a"), torch.ones(2, 3))


def test_spearman_over_covered_pairs_only():
    vectors = some_vectors()
    pairs = [("king", "queen", 8.0), ("man", "fish", 1.0), ("king", "witch", 9.0),
             ("woman", "man", 7.5), ("fish", "queen", 1.0)]  # fmt: skip
    rows = judged(vectors, pairs)
    assert rows[:, 0].tolist() == [8.0, 1.0, 7.5, 1.0]
    assert rows[1, 1] == pytest.approx(vectors.cosine("man", "fish"))
    assert spearman(rows) == pytest.approx(spearmanr(*rows.T).statistic)
    assert spearman([(1, 10.0), (2, 100.0), (3, 100.5)]) == pytest.approx(1)
    assert judged(vectors, [("witch", "wizard", 5.0)]).shape == (0, 2)
