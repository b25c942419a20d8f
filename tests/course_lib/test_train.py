"""The loop against hand-written updates; batches against their definition."""

import math
from itertools import islice, pairwise

import pytest
import torch
from torch import nn

from course_lib.batching import shifted, streams
from course_lib.language_model import LAYERS, Kind, RecurrentLM
from course_lib.train import detached, one_cycle, shuffled, train, train_streams


def one_batch(targets: torch.Tensor) -> list[tuple[torch.Tensor, torch.Tensor]]:
    generator = torch.Generator().manual_seed(1)
    return [(torch.randn(*targets.shape, 3, generator=generator), targets)]


def test_one_step_is_adams_first_step_against_the_gradient() -> None:
    torch.manual_seed(0)
    model = nn.Linear(3, 5, bias=False).double()
    inputs, targets = one_batch(torch.tensor([1, 4]))[0]
    inputs, lr = inputs.double(), 0.1
    before = model.weight.detach().clone()
    train(model, [(inputs, targets)], steps=1, lr=lr, progress=False)
    error = (inputs @ before.T).softmax(-1) - nn.functional.one_hot(targets, 5)
    gradient = error.T @ inputs / 2
    # Adam's first step has size lr wherever the gradient is well above its epsilon of 1e-8.
    expected = before - lr * gradient.sign()
    torch.testing.assert_close(model.weight.detach(), expected, rtol=1e-4, atol=1e-6)


def test_loss_is_nats_per_real_token() -> None:
    torch.manual_seed(0)
    model = nn.Linear(3, 5)
    targets = torch.tensor([[1, 4, -100], [2, -100, -100]])
    inputs = one_batch(targets)[0][0]
    chosen = [(0, 0), (0, 1), (1, 0)]
    log_probs = model(inputs).log_softmax(-1)
    expected = -sum(log_probs[b, t, targets[b, t]].item() for b, t in chosen) / len(chosen)
    losses = train(model, [(inputs, targets)], steps=1, progress=False)
    assert losses == pytest.approx([expected])


def test_label_smoothing_spreads_a_share_of_each_target_over_all_words() -> None:
    torch.manual_seed(0)
    model, share = nn.Linear(3, 5), 0.2
    targets = torch.tensor([1, 4, -100])
    inputs = one_batch(targets)[0][0]
    log_probs = model(inputs).log_softmax(-1)
    meant = (1 - share) * nn.functional.one_hot(targets[:2], 5) + share / 5
    expected = -(meant * log_probs[:2]).sum().item() / 2
    batches = [(inputs, targets)]
    losses = train(model, batches, steps=1, label_smoothing=share, progress=False)
    assert losses == pytest.approx([expected])


def test_each_step_has_the_schedules_share_of_the_rate() -> None:
    inputs, targets = one_batch(torch.tensor([1, 4]))[0]
    torch.manual_seed(0)
    model, asked = nn.Linear(3, 5, bias=False), []

    def schedule(done: float) -> float:
        asked.append(done)
        return (1.0, 0.0, 0.5)[len(asked) - 1]

    seen = []
    batches = ((inputs, targets) for _ in range(4) if seen.append(model.weight.clone()) is None)
    train(model, batches, steps=3, lr=0.1, schedule=schedule, progress=False)
    assert asked == pytest.approx([1 / 6, 3 / 6, 5 / 6])
    moved = [(b - a).abs().max().item() for a, b in pairwise([*seen, model.weight])]
    assert moved[0] == pytest.approx(0.1, rel=1e-3)  # Adam's first step
    assert moved[1] == 0
    assert 0 < moved[2] < 0.06


def test_a_model_may_take_several_inputs() -> None:
    torch.manual_seed(0)
    model, left, right = nn.Bilinear(3, 2, 5), torch.randn(4, 3), torch.randn(4, 2)
    targets = torch.tensor([1, 4, 0, 2])
    expected = nn.functional.cross_entropy(model(left, right), targets).item()
    losses = train(model, [((left, right), targets)], steps=1, progress=False)
    assert losses == pytest.approx([expected])


def test_padding_moves_nothing() -> None:
    targets = torch.tensor([[1, 4, -100]])
    inputs = one_batch(targets)[0][0]
    noisy = inputs.clone()
    noisy[0, 2] = 1e3
    trained = []
    for seen in (inputs, noisy):
        torch.manual_seed(0)
        model = nn.Linear(3, 5)
        train(model, [(seen, targets)] * 4, steps=4, progress=False)
        trained.append(model.weight.detach())
    torch.testing.assert_close(trained[0], trained[1])


def test_clipping_bounds_the_norm_of_all_gradients_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    norms = []

    class Spy(torch.optim.SGD):
        def step(self, closure: None = None) -> None:
            gradients = [p.grad.flatten() for g in self.param_groups for p in g["params"]]
            norms.append(float(torch.cat(gradients).norm()))

    monkeypatch.setattr(torch.optim, "Adam", Spy)
    model = nn.Linear(3, 5)
    inputs, targets = one_batch(torch.tensor([1, 4]))[0]
    train(model, [(1e4 * inputs, targets)], steps=1, clip=0.5, progress=False)
    assert norms == [pytest.approx(0.5, rel=1e-3)]


def test_frozen_weights_stay_and_the_loss_falls() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Embedding(6, 4), nn.Linear(4, 6))
    model[0].weight.requires_grad_(False)
    frozen = model[0].weight.clone()
    words = torch.arange(6)
    losses = train(model, [(words, words)] * 200, steps=200, lr=0.05, progress=False)
    assert torch.equal(model[0].weight, frozen)
    assert losses[-1] < 0.1 < losses[0]


def test_stops_with_the_batches_and_leaves_training_mode_on() -> None:
    model = nn.Linear(3, 5).eval()
    losses = train(model, one_batch(torch.tensor([1])), steps=9, progress=False)
    assert len(losses) == 1
    assert model.training


def test_every_pass_holds_each_example_once_beside_its_target() -> None:
    inputs = torch.arange(7)[:, None].expand(7, 2)
    batches = shuffled(inputs, torch.arange(7) * 10, 3, torch.Generator().manual_seed(0))
    passes = [[next(batches) for _ in range(3)] for _ in range(2)]
    orders = [torch.cat([x[:, 0] for x, _ in batch]).tolist() for batch in passes]
    assert [len(x) for x, _ in passes[0]] == [3, 3, 1]
    assert sorted(orders[0]) == sorted(orders[1]) == list(range(7))
    assert orders[0] != orders[1]
    assert all(torch.equal(x[:, 0] * 10, y) for batch in passes for x, y in batch)


def test_the_generator_decides_the_order() -> None:
    x = torch.arange(20)

    def first(seed: int) -> list[int]:
        batches = shuffled(x, x, 4, torch.Generator().manual_seed(seed))
        return torch.cat([batch for batch, _ in islice(batches, 5)]).tolist()

    torch.manual_seed(0)
    again = first(1)
    torch.manual_seed(99)
    assert first(1) == again != first(2)


def test_nothing_to_shuffle_says_so() -> None:
    none = torch.zeros(0, dtype=torch.int64)
    with pytest.raises(ValueError, match="0 inputs and 0 targets"):
        next(shuffled(none, none, 4, torch.Generator()))


TEXT = torch.randint(4, 13, (53,), generator=torch.Generator().manual_seed(5))


def language_model(kind: Kind = "LSTM") -> RecurrentLM:
    torch.manual_seed(4)
    return RecurrentLM(13, 3, 5, kind).double()


def chunk_nats(
    model: RecurrentLM, tokens: torch.Tensor, targets: torch.Tensor, state: object
) -> tuple[torch.Tensor, object]:
    hs, state = model(tokens, state)
    logits = hs @ model.head.to_logits.weight.T + model.head.to_logits.bias
    return nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten()), state


@pytest.mark.parametrize("kind", list(LAYERS))
@pytest.mark.parametrize("carry", [True, False])
def test_streams_are_trained_by_truncated_backpropagation(kind: Kind, carry: bool) -> None:
    """Against gradients by hand: numbers of the carried state, none of its history."""
    batches = list(streams(TEXT, 2, 7))
    model, ours = language_model(kind), language_model(kind)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    steps, state, expected = len(batches) + 2, None, []
    for step in range(steps):
        if not carry or step % len(batches) == 0:
            state = None
        loss, state = chunk_nats(model, *batches[step % len(batches)], state)
        grads = torch.autograd.grad(loss, list(model.parameters()))
        norm = torch.cat([g.flatten() for g in grads]).norm()
        for p, g in zip(model.parameters(), grads, strict=True):
            p.grad = g * min(1.0, 0.3 / norm.item())
        state = tuple(s.detach() for s in state) if kind == "LSTM" else state.detach()
        optimizer.param_groups[0]["lr"] = 0.01 * one_cycle((step + 0.5) / steps)
        optimizer.step()
        expected.append(loss.item())
    losses = train_streams(ours, batches, steps, 0.01, clip=0.3, carry=carry, progress=False)
    assert losses == pytest.approx(expected, rel=1e-4)
    # Where two of Adam's tiny numbers are divided, rounding shows.
    torch.testing.assert_close(list(ours.parameters()), list(model.parameters()), rtol=0, atol=1e-4)


def test_the_learning_rate_rises_for_a_tenth_and_ends_at_zero() -> None:
    shares = [one_cycle(done / 1000) for done in range(1001)]
    assert (shares[0], shares[50], shares[100]) == (0, 0.5, 1)
    assert shares[550] == pytest.approx(0.5)
    assert shares[325] == pytest.approx((1 + math.sqrt(0.5)) / 2)
    assert shares[1000] == pytest.approx(0)
    assert sorted(shares[100:], reverse=True) == shares[100:]


@pytest.mark.parametrize("steps", [0, 1, 2, 10])
def test_any_number_of_steps_can_be_taken(steps: int) -> None:
    batches = list(streams(TEXT, 2, 7))
    assert len(train_streams(language_model(), batches, steps, progress=False)) == steps


def test_padded_sentences_count_only_their_words() -> None:
    sentences = [[5, 9, 12, 7], [8], [6, 6]]
    model = language_model("GRU")
    nats, tokens = 0.0, 0
    for sentence in sentences:
        inputs, targets = torch.tensor([[2, *sentence]]), torch.tensor([[*sentence, 3]])
        mean, _ = chunk_nats(model, inputs, targets, None)
        nats, tokens = nats + mean.item() * len(targets[0]), tokens + len(targets[0])
    losses = train_streams(model, [shifted(sentences)], 1, carry=False, progress=False)
    assert losses == pytest.approx([nats / tokens])


def test_bfloat16_is_close_and_learns() -> None:
    batches = list(streams(TEXT, 2, 7))
    exact, fast = language_model().float(), language_model().float()
    expected = train_streams(exact, batches, 30, 0.02, progress=False)
    losses = train_streams(fast, batches, 30, 0.02, bf16=True, progress=False)
    assert losses == pytest.approx(expected, abs=0.1)
    assert losses[-1] < losses[0]
    assert all(p.dtype == torch.float32 for p in fast.parameters())


def test_detached_keeps_the_numbers_of_h_and_c() -> None:
    h, c = (torch.randn(2, 3, requires_grad=True) * 2 for _ in range(2))
    both = detached((h, c))
    assert torch.equal(both[0], h)
    assert torch.equal(both[1], c)
    assert not any(part.requires_grad for part in (*both, detached(h)))


def test_training_on_no_batch_says_why():
    with pytest.raises(ValueError, match="too short"):
        train_streams(RecurrentLM(7, 3, 4, "LSTM"), [], 5)
