"""The feedforward model against a loop over units, as the slide writes it."""

import math

import pytest
import torch

from course_lib.feedforward import FeedforwardLM, column_blocks

V, M, D, H, B = 11, 4, 3, 5, 2


@pytest.fixture
def model() -> FeedforwardLM:
    torch.manual_seed(3)
    return FeedforwardLM(V, M, D, H).double()


@pytest.fixture
def contexts() -> torch.Tensor:
    return torch.tensor([[2, 7, 4], [10, 0, 7]])


def slow_logits(model: FeedforwardLM, context: list[int]) -> list[float]:
    """h_j = tanh(sum_i W_ji x_i) with x_0 = 1, then y = U h with its bias: unit by unit."""
    E = model.embedding.weight.tolist()
    W, b = model.from_x.weight.tolist(), model.from_x.bias.tolist()
    U, a = model.to_logits.weight.tolist(), model.to_logits.bias.tolist()
    x = [1.0] + [number for word in context for number in E[word]]
    h = [
        math.tanh(sum(w * v for w, v in zip([b_j, *row], x, strict=True)))
        for b_j, row in zip(b, W, strict=True)
    ]
    return [
        a_k + sum(w * v for w, v in zip(row, h, strict=True)) for a_k, row in zip(a, U, strict=True)
    ]


def test_forward_is_the_slides_equation(model: FeedforwardLM, contexts: torch.Tensor) -> None:
    expected = torch.tensor(
        [slow_logits(model, context) for context in contexts.tolist()], dtype=torch.float64
    )
    torch.testing.assert_close(model(contexts), expected)


def test_gradients_are_finite_differences(model: FeedforwardLM, contexts: torch.Tensor) -> None:
    weights = list(model.parameters())

    def logits(*_: torch.Tensor) -> torch.Tensor:
        return model(contexts)

    assert torch.autograd.gradcheck(logits, weights)


def test_order_of_the_context_matters(model: FeedforwardLM) -> None:
    there, back = torch.tensor([[5, 6, 7]]), torch.tensor([[7, 6, 5]])
    assert not torch.allclose(model(there), model(back))


def test_each_position_has_columns_of_its_own(model: FeedforwardLM, contexts: torch.Tensor) -> None:
    blocks = column_blocks(model)
    assert blocks.shape == (M - 1, H, D)
    x = model.embedding(contexts)
    summed = sum(x[:, k] @ blocks[k].T for k in range(M - 1)) + model.from_x.bias
    torch.testing.assert_close(summed, model.from_x(x.flatten(1)))


def test_pretrained_vectors_are_copied() -> None:
    vectors = torch.randn(V, D)
    before = vectors.clone()
    model = FeedforwardLM(V, M, D, H, pretrained=vectors)
    torch.testing.assert_close(model.embedding.weight.detach(), before)
    with torch.no_grad():
        model.embedding.weight.zero_()
    torch.testing.assert_close(vectors, before)


@pytest.mark.parametrize("freeze", [True, False])
def test_frozen_vectors_stay_and_the_rest_moves(freeze: bool) -> None:
    torch.manual_seed(0)
    model = FeedforwardLM(V, M, D, H, pretrained=torch.randn(V, D), freeze=freeze)
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    weights = [p for p in model.parameters() if p.requires_grad]
    model(torch.tensor([[4, 5, 6]])).square().sum().backward()
    torch.optim.SGD(weights, lr=0.1).step()
    moved = {name for name, p in model.named_parameters() if not torch.equal(p, before[name])}
    assert ("embedding.weight" in moved) != freeze
    assert {"from_x.weight", "from_x.bias", "to_logits.weight", "to_logits.bias"} <= moved


def test_runs_where_its_weights_are() -> None:
    model = FeedforwardLM(V, M, D, H).to("meta")
    logits = model(torch.empty(B, M - 1, dtype=torch.int64, device="meta"))
    assert logits.shape == (B, V)
    assert logits.device.type == "meta"


def test_wrong_sizes_say_which() -> None:
    with pytest.raises(ValueError, match="M = 1"):
        FeedforwardLM(V, 1, D, H)
    with pytest.raises(ValueError, match=r"\(11, 4\).*\(11, 3\)"):
        FeedforwardLM(V, M, D, H, pretrained=torch.zeros(V, 4))
