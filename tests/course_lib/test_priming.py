"""Language models as steps: the same numbers as the models themselves give."""

import math

import numpy as np
import pytest
import torch

from course_lib.beam import beam_search
from course_lib.decode import greedy, sample
from course_lib.language_model import RecurrentLM, surprisals
from course_lib.ngram import AddK, KneserNey
from course_lib.priming import primed
from course_lib.text import BOS, EOS, PAD, UNK, Vocab

LINES = "so long and thanks for all the fish|so long for all|all the fish and the dogs|thanks"
SENTENCES = [line.split() for line in LINES.split("|")]
VOCAB = Vocab.from_tokens(word for sentence in SENTENCES for word in sentence)
PROMPTS = [VOCAB.encode(words.split()) for words in ("so long", "", "all the fish and", "so new")]


def network(kind, dropout=0.0):
    torch.manual_seed(0)
    model = RecurrentLM(len(VOCAB), 5, 7, kind, dropout).double()
    torch.nn.init.normal_(model.embedding.weight)
    return model


@pytest.mark.parametrize("kind", ["Elman", "GRU", "LSTM"])
@pytest.mark.parametrize("start", [BOS, EOS])
def test_a_network_goes_on_where_its_prompt_ends(kind, start):
    model = network(kind)
    step, last, state = primed(model, PROMPTS, start)
    for further in ([], [6], [6, 9]):  # the words read after the prompts
        if further:
            last = torch.full((4,), further[-1])
        log_probs, state = step(last, state)
        for i, prompt in enumerate(PROMPTS):
            with torch.no_grad():
                hs, _ = model(torch.tensor([[start, *prompt, *further]]))
                expected = model.head.log_probs(hs[0, -1])
            real = torch.arange(len(VOCAB)) != BOS
            real[PAD] = False
            torch.testing.assert_close(log_probs[i, real], expected[real])
            assert log_probs[i, [PAD, BOS]].tolist() == [-math.inf] * 2


def test_dropout_is_off_and_the_mode_stays():
    model = network("LSTM", dropout=0.5)
    model.train()
    one, other = (greedy(*primed(model, PROMPTS), max_tokens=9) for _ in range(2))
    assert one == other
    assert model.training


def test_a_network_scores_what_it_writes():
    model = network("GRU")
    for text in sample(*primed(model, [[]] * 9), generator=torch.Generator(), max_tokens=30):
        nats = surprisals(model, [text.ids])
        assert text.log_prob == pytest.approx(-nats[: len(text.ids) + text.ended].sum())


@pytest.mark.parametrize("smoothing", [AddK(1), AddK(2), AddK(3, 0.5), KneserNey(4)])
def test_an_ngram_model_sees_the_words_before(smoothing):
    model = smoothing.fit(SENTENCES, VOCAB)
    step, last, state = primed(model, PROMPTS)
    for further in ([], ["for"], ["for", "all"]):
        if further:
            last = torch.tensor(VOCAB.encode(further[-1:])).expand(4)
        log_probs, state = step(last, state)
        for row, prompt in zip(log_probs, PROMPTS, strict=True):
            expected = model.distribution([*VOCAB.decode(prompt), *further])
            np.testing.assert_allclose(row.exp(), expected, atol=1e-12)


def test_an_ngram_model_scores_what_it_writes():
    model = KneserNey(3).fit(SENTENCES, VOCAB)
    texts = sample(*primed(model, [[]] * 20), generator=torch.Generator(), max_tokens=60)
    for text in texts:
        assert text.ended
        assert model.sentence_nats(VOCAB.decode(text.ids)) == pytest.approx(-text.log_prob)
    assert any(UNK in text.ids for text in texts)
    assert len({tuple(text.ids) for text in texts}) > 10


def test_a_bigram_beam_finds_the_most_probable_sentence():
    model = AddK(2).fit(SENTENCES, VOCAB)
    (beam,) = beam_search(*primed(model, [[]]), K=50, max_tokens=12)
    assert VOCAB.decode(beam[0].ids) == ["thanks"]
    assert beam[0].log_prob == pytest.approx(math.log(1 / 4 * 1 / 2))


@pytest.mark.parametrize("model", [network("LSTM"), AddK(2).fit(SENTENCES, VOCAB)])
def test_no_prompt_is_not_an_empty_prompt(model):
    with pytest.raises(ValueError, match=r"\[\[\]\]"):
        primed(model, [])
