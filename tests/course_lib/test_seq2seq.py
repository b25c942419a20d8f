"""The translator against the equations step by step; padding, batches, devices, training."""

from itertools import product

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from course_lib.beam import beam_search
from course_lib.cells import LSTMCell
from course_lib.decode import greedy, sample
from course_lib.inspection import find_stray
from course_lib.recurrent import unfused, unroll_layers
from course_lib.seq2seq import Encoder, Translator
from course_lib.text import BOS, PAD
from course_lib.translation import padded, sources

V_SOURCE, V_TARGET, D, H = 11, 13, 5, 6
EXAMPLES = [([4, 5, 6], [7, 8]), ([9], [10, 11, 12, 4]), ([5, 5, 8, 10, 4], [6])]
KINDS = [None, "dot", "general", "additive"]
EVERY = list(product(KINDS, [False, True]))


def make(attention: str | None = "dot", input_feeding: bool = False, **options) -> Translator:
    torch.manual_seed(3)
    model = Translator(V_SOURCE, V_TARGET, D, H, attention, input_feeding, **options)
    for weight in model.parameters():
        torch.nn.init.normal_(weight, std=0.7)  # far from any special case
    return model.double()


def by_hand(model: Translator, source: list[int], words: list[int]) -> torch.Tensor:
    """The logits of one unpadded pair from the equations, one step at a time."""
    embedded = model.encoder.embedding(torch.tensor([source]))
    layer = [[unfused(model.encoder.rnn.forwards[0]), unfused(model.encoder.rnn.backwards[0])]]
    states, final = unroll_layers(layer, embedded, torch.tensor([len(source)]))
    states, final = states[0], final[0]
    h = torch.tanh(model.to_h0.weight @ final + model.to_h0.bias)
    c = model.to_c0.weight @ final + model.to_c0.bias
    cell, fed, logits = unfused(model.rnn), torch.zeros(H, dtype=torch.float64), []
    assert isinstance(cell, LSTMCell)
    for word in words:
        x = model.embedding.weight[word]
        x = torch.cat([x, fed]) if model.input_feeding else x
        h, c = (part[0] for part in cell(x[None], (h[None], c[None])))
        context = final
        if model.score is not None:
            scores = model.score(h[None, None], states[None])[0, 0]
            alpha = torch.exp(scores) / torch.exp(scores).sum()
            context = sum(a * state for a, state in zip(alpha, states, strict=True))
        fed = torch.tanh(model.combine.weight @ torch.cat([context, h]) + model.combine.bias)
        logits.append(model.to_logits.weight @ fed + model.to_logits.bias)
    return torch.stack(logits)


@pytest.mark.parametrize(("attention", "feeding"), EVERY)
def test_teacher_forcing_is_the_equations(attention: str | None, feeding: bool) -> None:
    model = make(attention, feeding)
    (source, tokens), _ = padded(EXAMPLES)
    logits = model(source, tokens)
    for b, (words, target) in enumerate(EXAMPLES):
        alone = by_hand(model, [*words, 3], [BOS, *target])
        torch.testing.assert_close(logits[b, : len(target) + 1], alone, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("feeding", [False, True])
def test_gradients_are_those_of_the_equations(feeding: bool) -> None:
    model = make("general", feeding)
    words, target = EXAMPLES[2]
    (source, tokens), _ = padded([EXAMPLES[2]])
    weights = list(model.parameters())
    fast = torch.autograd.grad(model(source, tokens).sin().sum(), weights)
    layers = by_hand(model, [*words, 3], [BOS, *target]).sin().sum()
    named = dict(model.named_parameters())
    # `unfused` copies an LSTM's weights, so that only the others have a path to the equations.
    own = [name for name in named if "rnn" not in name and "encoder" not in name]
    slow = torch.autograd.grad(layers, [named[name] for name in own])
    fast_of = dict(zip(named, fast, strict=True))
    for name, gradient in zip(own, slow, strict=True):
        torch.testing.assert_close(fast_of[name], gradient, rtol=1e-9, atol=1e-9, msg=name)


@given(st.data())
def test_one_word_at_a_time_is_teacher_forcing(data: st.DataObject) -> None:
    attention, feeding = data.draw(st.sampled_from(EVERY))
    word = st.integers(4, 10)
    examples = data.draw(
        st.lists(
            st.tuples(st.lists(word, max_size=6), st.lists(word, max_size=5)),
            min_size=1,
            max_size=4,
        )
    )
    model = make(attention, feeding)
    (source, tokens), _ = padded(examples)
    expected = model(source, tokens).log_softmax(-1)
    state = model.start(source)
    for t, last in enumerate(tokens.unbind(dim=1)):
        log_probs, state = model.step(last, state)
        torch.testing.assert_close(log_probs, expected[:, t], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("attention", "feeding"), EVERY)
def test_a_translation_does_not_depend_on_its_batch(attention: str | None, feeding: bool) -> None:
    model = make(attention, feeding)

    def decoded(source: torch.Tensor) -> list:
        last, state = torch.full((len(source),), BOS), model.start(source)
        generator = torch.Generator().manual_seed(1)
        found = [greedy(model.step, last, state, 8), beam_search(model.step, last, state, 3, 8)]
        if len(source) == len(EXAMPLES):  # a text's luck is drawn for its row
            sample(model.step, last, state, generator=generator, max_tokens=8)
        return found

    words = [words for words, _ in EXAMPLES]
    together = decoded(sources(words))
    for b, sentence in enumerate(words):
        alone = decoded(sources([sentence]))
        assert together[0][b].ids == alone[0][0].ids
        assert [text.ids for text in together[1][b]] == [text.ids for text in alone[1][0]]
        assert together[0][b].log_prob == pytest.approx(alone[0][0].log_prob, abs=1e-9)


def test_beam_search_keeps_each_hypothesis_own_state() -> None:
    """With as many hypotheses as there are texts, the search finds the best of them all."""
    model, limit = make("dot", input_feeding=True), 2
    source = sources([EXAMPLES[0][0]])
    found = beam_search(model.step, torch.tensor([BOS]), model.start(source), V_TARGET**2, limit)
    texts = [[], *([w] for w in range(V_TARGET) if w != 3)]
    said = [[*text, 3] for text in texts]  # </s> is 3, and counts
    with torch.no_grad():
        scored = [
            model(source, torch.tensor([[BOS, *text[:-1]]]))[0]
            .log_softmax(-1)[range(len(text)), text]
            .sum()
            .item()
            for text in said
        ]
    order = sorted(range(len(texts)), key=lambda k: -scored[k])
    assert [text.ids for text in found[0]] == [texts[k] for k in order]
    assert [text.log_prob for text in found[0]] == pytest.approx([scored[k] for k in order])


def test_dot_attention_costs_no_weight() -> None:
    def size(model: Translator) -> int:
        return sum(weight.numel() for weight in model.parameters())

    assert size(make("dot")) == size(make(None))
    assert size(make("general")) == size(make("dot")) + H * H
    assert size(make("additive")) == size(make("dot")) + 2 * H * H + 2 * H


def test_weights_are_rows_over_source_words() -> None:
    (source, tokens), _ = padded(EXAMPLES)
    weights = make("additive").weights(source, tokens)
    assert weights.shape == (3, tokens.shape[1], source.shape[1])
    torch.testing.assert_close(weights.sum(-1), torch.ones(tokens.shape, dtype=torch.float64))
    assert (weights.masked_select((source == PAD)[:, None]) == 0).all()
    fed = make("additive", input_feeding=True).weights(source, tokens)
    assert fed.shape == weights.shape
    assert not torch.allclose(fed, weights)


def test_without_attention_there_are_no_weights() -> None:
    (source, tokens), _ = padded(EXAMPLES)
    with pytest.raises(ValueError, match="no attention"):
        make(None).weights(source, tokens)


def test_without_attention_every_step_sees_the_same_context() -> None:
    """So that of the source's states only the final ones have an influence."""
    model = make(None)
    (source, tokens), _ = padded(EXAMPLES)
    encoded = model.encoder(source)
    blind = encoded._replace(states=torch.zeros_like(encoded.states))
    assert torch.equal(model.teach(encoded, tokens)[0], model.teach(blind, tokens)[0])
    seeing = make("dot")
    assert not torch.allclose(seeing.teach(encoded, tokens)[0], seeing.teach(blind, tokens)[0])


def test_encoder_reads_vectors_as_it_reads_words() -> None:
    torch.manual_seed(0)
    encoder = Encoder(V_SOURCE, D, 3).double()
    source = sources([words for words, _ in EXAMPLES])
    read = encoder.read(encoder.embedding(source), source != PAD)
    for one, other in zip(encoder(source), read, strict=True):
        assert torch.equal(one, other)
    assert read.states.shape == (3, 6, 6)
    assert torch.equal(read.final[:, :3], read.states[range(3), [3, 1, 5], :3])
    assert torch.equal(read.final[:, 3:], read.states[:, 0, 3:])


def test_dropout_lives_in_training_only() -> None:
    model = make("dot", dropout=0.5)
    inputs, _ = padded(EXAMPLES)
    assert not torch.equal(model(*inputs), model(*inputs))
    model.eval()
    assert torch.equal(model(*inputs), model(*inputs))


def test_an_odd_size_is_refused() -> None:
    with pytest.raises(ValueError, match="hidden_size=7 must be even"):
        Translator(V_SOURCE, V_TARGET, D, 7)


@pytest.mark.parametrize("feeding", [False, True])
def test_makes_no_tensor_on_another_device(feeding: bool) -> None:
    """Attention looks at the mask, which `meta` has not; its parts are tested by themselves."""
    inputs, _ = padded(EXAMPLES)
    assert find_stray(make(None, feeding).float(), *inputs) is None
