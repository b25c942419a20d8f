"""Evaluation and next-word distributions against sums written out."""

import math

import pytest
import torch
from torch import nn

from course_lib.batching import as_stream, streams
from course_lib.feedforward import FeedforwardLM
from course_lib.language_model import (
    LAYERS,
    Kind,
    RecurrentLM,
    SharedDropout,
    by_sentence,
    evaluate,
    evaluate_streams,
    evaluating,
    last_window,
    next_word,
    surprisals,
    window_surprisals,
)
from course_lib.ngram import KneserNey
from course_lib.softmax import AdaptiveSoftmax
from course_lib.text import Vocab


class Table(nn.Module):
    """Logits looked up by the input word, with dropout that evaluation must switch off."""

    def __init__(self, table: torch.Tensor) -> None:
        super().__init__()
        self.table = nn.Parameter(table)
        self.dropout = nn.Dropout(0.9)

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        return self.dropout(self.table[words])


@pytest.fixture
def model() -> Table:
    return Table(torch.randn(5, 7, generator=torch.Generator().manual_seed(0)))


def test_nats_are_summed_over_real_tokens_of_all_batches(model: Table) -> None:
    batches = [
        (torch.tensor([[0, 1, 2], [3, 4, 0]]), torch.tensor([[6, 5, -100], [0, -100, -100]])),
        (torch.tensor([[4]]), torch.tensor([[2]])),
    ]
    expected = 0.0
    for word, target in [(0, 6), (1, 5), (3, 0), (4, 2)]:
        row = model.table[word].tolist()
        expected += math.log(sum(map(math.exp, row))) - row[target]
    nats, tokens = evaluate(model, batches)
    assert tokens == 4
    assert nats == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("training", [True, False])
def test_the_mode_is_left_as_it_was_and_no_graph_is_made(model: Table, training: bool) -> None:
    model.train(training)
    words = torch.tensor([1, 2])
    evaluate(model, [(words, words)])
    assert model.training is training
    windows = nn.Sequential(FeedforwardLM(9, 2, 4, 6), nn.Dropout(0.9)).train(training)
    distribution = next_word(windows, words[:, None])
    torch.testing.assert_close(distribution, windows[0](words[:, None]).softmax(-1).detach())
    assert windows.training is training
    assert not distribution.requires_grad


def test_next_word_is_a_distribution_in_evaluation_mode() -> None:
    torch.manual_seed(0)
    model = FeedforwardLM(9, 3, 4, 6)
    contexts = torch.tensor([[2, 5], [7, 8]])
    got = next_word(model, contexts)
    logits = model(contexts)
    expected = logits.exp() / logits.exp().sum(-1, keepdim=True)
    torch.testing.assert_close(got, expected.detach())


@pytest.mark.parametrize(
    ("ids", "M", "expected"),
    [
        ([], 3, [2, 2]),
        ([7], 4, [2, 2, 7]),
        ([7, 8], 3, [7, 8]),
        ([5, 6, 7, 8, 9], 3, [8, 9]),
        ([5, 6], 2, [6]),
    ],
)
def test_last_window_is_filled_from_the_left(ids: list[int], M: int, expected: list[int]) -> None:
    assert last_window(ids, M).tolist() == [expected]


V, D, H = 17, 4, 6
KINDS = list(LAYERS)
SENTENCES = [[5, 9, 16], [], [4, 4, 8, 12, 7], [11], [16, 5]]


def recurrent(kind: Kind = "LSTM", dropout: float = 0.5) -> RecurrentLM:
    torch.manual_seed(2)
    model = RecurrentLM(V, D, H, kind, dropout, AdaptiveSoftmax(H, V, [6, 11]))
    with torch.no_grad():
        for weight in model.parameters():
            weight.normal_()
    return model


def alone(model: RecurrentLM, sentence: list[int], start: int) -> list[float]:
    """Nats of one sentence, one word after the other, without batch or padding."""
    nats, state = [], None
    for word, target in zip([start, *sentence], [*sentence, 3], strict=True):
        hs, state = model(torch.tensor([[word]]), state)
        nats.append(-model.head.log_probs(hs)[0, 0, target].item())
    return nats


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("start", [2, 3])
def test_sentences_are_scored_as_if_alone(kind: Kind, start: int) -> None:
    model = recurrent(kind)
    scored = surprisals(model, SENTENCES, start, batch_size=2)
    assert model.training
    model.eval()
    expected = [n for sentence in SENTENCES for n in alone(model, sentence, start)]
    assert scored == pytest.approx(expected, rel=1e-4)


def test_no_sentences_have_no_surprisals() -> None:
    network, windows_model = RecurrentLM(9, D, H), FeedforwardLM(9, 4, D, H)
    for nats in (surprisals(network, []), window_surprisals(windows_model, [], 4)):
        assert nats.shape == (0,)
        assert by_sentence(nats, []).shape == (0, 2)


def test_all_models_score_the_same_tokens_in_the_same_order() -> None:
    words = [["b", "c"], [], ["a", "new", "c", "b"]]
    vocab = Vocab.from_tokens("abcab")
    ids = [vocab.encode(sentence) for sentence in words]
    counts = KneserNey(3).fit(words, vocab)
    windows_model = FeedforwardLM(len(vocab), 4, D, H)
    network = RecurrentLM(len(vocab), D, H)
    everyone = [
        counts.surprisals(words),
        surprisals(network, ids),
        window_surprisals(windows_model, ids, 4, batch_size=3),
    ]
    assert [len(nats) for nats in everyone] == [2 + 0 + 4 + 3] * 3
    for nats in everyone:
        rows = by_sentence(nats, words)
        assert rows[:, 1].tolist() == [3, 1, 5]
        assert rows[:, 0] == pytest.approx([nats[:3].sum(), nats[3], nats[4:].sum()])
    assert by_sentence(everyone[0], words)[2, 0] == pytest.approx(counts.sentence_nats(words[2]))
    with pytest.raises(ValueError, match="9 surprisals for 4 words and `</s>`"):
        by_sentence(everyone[0], words[:2])
    logits = windows_model(torch.tensor([[2, 2, 2], [2, 2, ids[0][0]]]))
    first = -logits.log_softmax(-1)[[0, 1], ids[0]]
    assert everyone[2][:2] == pytest.approx(first.tolist(), rel=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_streams_carry_their_state(kind: Kind) -> None:
    """In pieces of any length, the nats are those of the text read in one go."""
    model = recurrent(kind)
    text = as_stream(SENTENCES)
    nats, tokens = evaluate_streams(model, streams(text, 1, 4))
    assert model.training
    assert tokens == len(text) - 1 == sum(map(len, SENTENCES)) + len(SENTENCES)
    model.eval()
    inputs, targets = next(streams(text, 1, 99))
    log_probs = model.head.log_probs(model(inputs)[0])
    expected = -log_probs.gather(-1, targets[:, :, None]).sum().item()
    assert nats == pytest.approx(expected, rel=1e-5)
    reset = surprisals(model, SENTENCES, start=3).sum()
    assert nats != pytest.approx(reset, rel=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_states_are_those_of_torchs_layer_on_the_embeddings(kind: Kind) -> None:
    model = recurrent(kind, dropout=0.0)
    tokens = torch.tensor([[5, 9, 16], [4, 8, 1]])
    layer = LAYERS[kind](D, H, batch_first=True)
    layer.load_state_dict(model.rnn.state_dict())
    expected, _ = layer(model.embedding.weight[tokens])
    torch.testing.assert_close(model(tokens)[0], expected)


def test_dropout_drops_a_feature_at_all_steps_and_nothing_in_evaluation() -> None:
    torch.manual_seed(0)
    dropout = SharedDropout(0.25)
    x = torch.randn(40, 5, 50) + 9
    kept = dropout(x) / x
    assert (kept == kept[:, :1]).logical_or((kept - kept[:, :1]).abs() < 1e-6).all()
    assert ((kept.abs() < 1e-6) | ((kept - 4 / 3).abs() < 1e-5)).all()
    assert 0.2 < (kept[:, 0] == 0).float().mean() < 0.3
    assert (kept[0] != kept[1]).any()
    assert dropout.eval()(x) is x
    with pytest.raises(ValueError, match=r"p=1\.0"):
        SharedDropout(1.0)


def test_recurrent_model_runs_where_its_weights_are() -> None:
    model = RecurrentLM(V, D, H, dropout=0.5).to("meta")
    hs, (h, c) = model(torch.empty(2, 3, dtype=torch.int64, device="meta"))
    assert (hs.shape, hs.device.type) == ((2, 3, H), "meta")
    assert h.shape == c.shape == (1, 2, H)


def test_an_interrupted_evaluation_leaves_every_module_in_its_mode():
    model = nn.Sequential(nn.Dropout(), nn.Dropout().eval())

    def look():
        with evaluating(model):
            assert not model[0].training
            assert not torch.is_grad_enabled()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        look()
    assert [module.training for module in model.modules()] == [True, True, False]
    assert torch.is_grad_enabled()
