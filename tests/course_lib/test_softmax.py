"""Heads against torch's adaptive softmax, plain cross-entropy, and each other."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from course_lib.softmax import AdaptiveSoftmax, FullSoftmax, Head, TiedSoftmax

B, T, H, D, V = 3, 4, 8, 5, 23


def drawn(*shape: int, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, dtype=torch.float64, generator=generator)


@pytest.fixture(params=["full", "tied", "tied, D = H", "adaptive"])
def head(request: pytest.FixtureRequest) -> Head:
    torch.manual_seed(1)
    made = {
        "full": lambda: FullSoftmax(H, V),
        "tied": lambda: TiedSoftmax(H, nn.Embedding(V, D)),
        "tied, D = H": lambda: TiedSoftmax(H, nn.Embedding(V, H)),
        "adaptive": lambda: AdaptiveSoftmax(H, V, [7, 15], shrink=2.0),
    }[request.param]().double()
    with torch.no_grad():
        for k, weight in enumerate(made.parameters()):
            weight.add_(drawn(*weight.shape, seed=k))
    return made


@pytest.fixture
def targets() -> torch.Tensor:
    return torch.tensor([[0, 6, 7, 14], [15, 22, -100, 9], [3, -100, 20, 1]])


def test_log_probs_are_normalised_and_give_the_nats(head: Head, targets: torch.Tensor) -> None:
    hs = drawn(B, T, H)
    log_probs = head.log_probs(hs)
    torch.testing.assert_close(log_probs.exp().sum(-1), torch.ones(B, T, dtype=torch.float64))
    nats = head.nats(hs, targets)
    for b in range(B):
        for t in range(T):
            target = targets[b, t]
            expected = 0.0 if target == -100 else -log_probs[b, t, target].item()
            assert nats[b, t].item() == pytest.approx(expected)


def test_gradients_are_finite_differences_and_padding_has_none(
    head: Head, targets: torch.Tensor
) -> None:
    hs = drawn(B, T, H).requires_grad_()
    assert torch.autograd.gradcheck(lambda *_: head.nats(hs, targets), [hs, *head.parameters()])
    head.nats(hs, targets).sum().backward()
    padding = (targets == -100)[:, :, None].expand_as(hs)
    assert not hs.grad[padding].any()
    assert hs.grad[~padding].all()


def test_full_is_linear_and_cross_entropy(targets: torch.Tensor) -> None:
    head, hs = FullSoftmax(H, V).double(), drawn(B, T, H)
    logits = hs @ head.to_logits.weight.T + head.to_logits.bias
    torch.testing.assert_close(
        head.nats(hs, targets).sum(),
        F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="sum"),
    )


def test_tied_uses_the_embedding_itself() -> None:
    embedding = nn.Embedding(V, H)
    head, hs = TiedSoftmax(H, embedding), drawn(B, T, H).float()
    logits = head.to_embedding(hs) @ embedding.weight.T + head.b_y
    torch.testing.assert_close(head(hs), logits)
    torch.testing.assert_close(head.to_logits(hs), logits)
    expected = (torch.einsum("bth,vh->btv", hs, embedding.weight)).log_softmax(-1)
    torch.testing.assert_close(head.log_probs(hs), expected)
    assert any(p is embedding.weight for p in head.parameters())


@pytest.mark.parametrize("cutoffs", [[7], [7, 15]])
def test_adaptive_is_torchs(cutoffs: list[int], targets: torch.Tensor) -> None:
    ours = AdaptiveSoftmax(H, V, cutoffs, shrink=2.0).double()
    theirs = nn.AdaptiveLogSoftmaxWithLoss(H, V, cutoffs, div_value=2.0, head_bias=True).double()
    with torch.no_grad():
        ours.to_first.load_state_dict(theirs.head.state_dict())
        for mine, tail in zip(ours.to_rare, theirs.tail, strict=True):
            mine[0].load_state_dict(tail[0].state_dict())
            mine[1].weight.copy_(tail[1].weight)
            mine[1].bias.zero_()  # torch's rare words have none
    hs = drawn(B, T, H).requires_grad_()
    keep = targets != -100
    ours.nats(hs, targets).sum().backward()
    mine = hs.grad.clone()
    hs.grad = None
    (-theirs(hs[keep], targets[keep]).output).sum().backward()
    torch.testing.assert_close(mine, hs.grad)
    torch.testing.assert_close(ours.to_first.weight.grad, theirs.head.weight.grad)
    torch.testing.assert_close(ours.to_rare[-1][0].weight.grad, theirs.tail[-1][0].weight.grad)
    torch.testing.assert_close(ours.log_probs(hs[0]), theirs.log_prob(hs[0]))


def test_in_bfloat16_the_sums_stay_float32(head: Head, targets: torch.Tensor) -> None:
    exact = head.nats(drawn(B, T, H), targets)
    head.float()
    with torch.autocast("cpu", torch.bfloat16):
        nats = head.nats(drawn(B, T, H).float(), targets)
    assert nats.dtype == torch.float32
    torch.testing.assert_close(nats, exact.float(), rtol=0.02, atol=0.1)


def test_more_rare_words_than_fit_one_kernel_shape() -> None:
    """130 rows in a cluster: each has its own nats, and its own gradient."""
    head = AdaptiveSoftmax(H, V, [7, 15], shrink=2.0).double()
    hs = drawn(130, H).requires_grad_()
    targets = torch.arange(130) % 8 + 15
    expected = -head.log_probs(hs).gather(1, targets[:, None])[:, 0]
    torch.testing.assert_close(head.nats(hs, targets), expected)
    weights = drawn(130, seed=4)
    want = torch.autograd.grad(weights @ expected, hs, retain_graph=True)
    torch.testing.assert_close(torch.autograd.grad(weights @ head.nats(hs, targets), hs), want)


def test_no_target_among_the_rare_words(targets: torch.Tensor) -> None:
    head = AdaptiveSoftmax(H, V, [7, 15])
    nats = head.nats(drawn(B, T, H).float(), targets.clamp(max=6))
    nats.sum().backward()
    assert torch.isfinite(nats).all()
    assert not head.to_rare[1][0].weight.grad.any()


def test_runs_where_its_weights_are() -> None:
    for head in (FullSoftmax(H, V), TiedSoftmax(H, nn.Embedding(V, D))):
        hs = torch.empty(B, T, H, device="meta")
        targets = torch.empty(B, T, dtype=torch.int64, device="meta")
        assert head.to("meta").nats(hs, targets).device.type == "meta"


@pytest.mark.parametrize("cutoffs", [[], [0], [5, 5], [9, 4], [V]])
def test_cutoffs_must_ascend_inside_the_vocabulary(cutoffs: list[int]) -> None:
    with pytest.raises(ValueError, match="ascend between 0 and V=23"):
        AdaptiveSoftmax(H, V, cutoffs)
