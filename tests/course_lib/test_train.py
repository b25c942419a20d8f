"""The loop against hand-written updates; batches against their definition."""

from itertools import islice

import pytest
import torch
from torch import nn

from course_lib.train import shuffled, train


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
