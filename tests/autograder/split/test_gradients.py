"""Gradients through the student's code equal those of the same code in this process."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

Student = Callable[..., Any]

SOURCE = """
import torch
from torch import nn

def affine(x, w, b):
    return x @ w.T + b

def step(x, h):
    return torch.tanh(0.5 * x + 0.9 * h), (x * h).sum()

def peek(x):
    with torch.no_grad():
        return 2 * x

def detached(x):
    return x.detach() * 3

def same(x):
    return x

def owner():
    return weight

def scaled(x):
    return weight * x

def own_backward(x):
    loss = (x**2).sum()
    loss.backward()
    return loss.item()

weight = torch.tensor([1.0, -2.0], dtype=torch.float64, requires_grad=True)
"""
LOCAL: dict[str, Any] = {}
exec(SOURCE, LOCAL)


def leaves(*sizes: tuple[int, ...]) -> list[torch.Tensor]:
    rng = torch.Generator().manual_seed(3)
    return [
        torch.randn(*size, generator=rng, dtype=torch.float64).requires_grad_() for size in sizes
    ]


@pytest.fixture
def s(student: Student) -> Any:
    return student(SOURCE)


def test_backward_of_several_inputs(s: Any) -> None:
    seen, wanted = leaves((3, 4), (2, 4), (2,)), leaves((3, 4), (2, 4), (2,))
    for function, inputs in ((s.affine, seen), (LOCAL["affine"], wanted)):
        out = function(*(2 * t for t in inputs[:1]), *inputs[1:])
        (out**2).sum().backward()
    for a, b in zip(seen, wanted, strict=True):
        torch.testing.assert_close(a.grad, b.grad, rtol=1e-12, atol=1e-12)


def test_gradient_with_respect_to_a_result_between_two_calls(s: Any) -> None:
    grads = []
    for step in (s.step, LOCAL["step"]):
        x, h0 = leaves((5,), (5,))
        h1, _ = step(x, h0)
        h2, extra = step(x, h1)
        grads.append(torch.autograd.grad(h2.sum() + extra, [h1, h0, x]))
    for a, b in zip(*grads, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-12, atol=1e-12)


def test_gradcheck(s: Any) -> None:
    assert torch.autograd.gradcheck(s.affine, tuple(leaves((2, 3), (4, 3), (4,))))
    assert torch.autograd.gradcheck(lambda x, h: s.step(x, h)[0], tuple(leaves((4,), (4,))))


def test_what_has_no_gradient(s: Any) -> None:
    (x,) = leaves((3,))
    assert not s.peek(x).requires_grad
    assert not s.detached(x).requires_grad
    with torch.no_grad():
        assert not s.affine(x, x[None], x[:1]).requires_grad
    assert not s.same(x.detach()).requires_grad


def test_a_leaf_stays_itself(s: Any) -> None:
    (x,) = leaves((3,))
    assert s.same(x) is x
    owned = s.owner()
    assert s.owner() is owned
    assert owned.is_leaf
    assert s.same(owned) is owned


def test_a_students_own_leaf_collects_gradients(s: Any) -> None:
    (x,) = leaves((2,))
    s.scaled(x).sum().backward()
    owned = s.owner()
    torch.testing.assert_close(owned.grad, x.detach())
    torch.testing.assert_close(x.grad, owned.detach())
    with torch.no_grad():
        owned -= 1
    torch.testing.assert_close(s.scaled(torch.ones(2)), owned.detach().clone())
    owned.grad = None
    assert s.owner().grad is None


def test_second_backward_raises_as_it_does_locally(s: Any) -> None:
    (x,) = leaves((3,))
    loss = s.step(x, x)[0].sum()
    loss.backward()
    with pytest.raises(RuntimeError, match="second time"):
        loss.backward()
    loss = s.step(x, x)[0].sum()
    loss.backward(retain_graph=True)
    loss.backward()


def test_second_derivatives_say_what_to_do(s: Any) -> None:
    (x,) = leaves((3,))
    with pytest.raises(RuntimeError, match="create_graph=True"):
        torch.autograd.grad(s.step(x, x)[0].sum(), x, create_graph=True)


def test_vmap_says_what_to_do(s: Any) -> None:
    with pytest.raises(TypeError, match="call the function in a loop"):
        torch.func.vmap(s.same)(torch.ones(3, 2))


def test_backward_inside_the_students_function(s: Any) -> None:
    (x,) = leaves((3,))
    s.own_backward(x)
    torch.testing.assert_close(x.grad, 2 * x.detach())


def test_nothing_is_kept(s: Any) -> None:
    (x,) = leaves((3,))
    for _ in range(3):
        s.step(x, 2 * x)[0].sum().backward()
    del x
    s.same(1)
    s.same(1)
    link = s.link
    assert not link.graph.outs
    assert not link.graph.cuts
    assert not [key for key in link.leaves.table if key[0] == "c"]


MODULES = """
import torch
from torch import nn

class Cell(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.inner = nn.Linear(n, n)
        self.gate = nn.Parameter(torch.zeros(n))
        self.register_buffer("count", torch.zeros(()))

    def forward(self, x, h=None):
        self.count += 1
        h = torch.zeros_like(x) if h is None else h
        return torch.tanh(self.inner(x) + torch.sigmoid(self.gate) * h)

    def grow(self):
        self.extra = nn.Parameter(torch.ones(2))

class Stack(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.cells = nn.ModuleList([Cell(n), Cell(n)])
        self.cells[1].inner.weight = self.cells[0].inner.weight
        self.drop = nn.Dropout(0.5)
        self.rnn = nn.LSTM(n, n, batch_first=True)

    def forward(self, x):
        for cell in self.cells:
            x = cell(x)
        return self.drop(self.rnn(x)[0])

def first(model):
    return model.cells[0]

def total(parameters):
    return sum(p.sum().item() for p in parameters)

def norm(model):
    return nn.utils.clip_grad_norm_(model.parameters(), 1e-3).item()

def sgd(model, x, lr, steps):
    for _ in range(steps):
        loss = model(x).pow(2).mean()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for p in model.parameters():
                p.data -= lr * p.grad
    return loss.item()

def is_training(model):
    return [m.training for m in model.modules()]
"""
HERE: dict[str, Any] = {"__name__": "here"}
exec(MODULES, HERE)


@pytest.fixture
def m(student: Student) -> Any:
    return student(MODULES)


def pair(m: Any, name: str, *args: Any) -> tuple[nn.Module, nn.Module]:
    """The student's module and one of this process with the same weights, in float64."""
    there, here = getattr(m, name)(*args).double(), HERE[name](*args).double()
    here.load_state_dict(there.state_dict())
    return there, here


def test_structure(m: Any) -> None:
    there, here = pair(m, "Stack", 3)
    assert [n for n, _ in there.named_parameters()] == [n for n, _ in here.named_parameters()]
    assert [n for n, _ in there.named_buffers()] == [n for n, _ in here.named_buffers()]
    assert isinstance(there, m.Stack)
    assert isinstance(there.rnn, nn.LSTM)
    assert isinstance(there.cells[1], m.Cell)
    assert there.cells[1].inner.weight is there.cells[0].inner.weight
    assert len(there.cells) == 2
    assert there.rnn.hidden_size == 3
    assert m.first(there) is there.cells[0]
    assert "LSTM(3, 3" in repr(there)
    assert type(there).__name__ == "Stack"
    assert issubclass(m.Stack, nn.Module)


def test_training_equals_local_training(m: Any) -> None:
    there, here = pair(m, "Stack", 3)
    x = torch.randn(2, 5, 3, dtype=torch.float64)
    losses = []
    for model in (there, here):
        model.eval()
        optimiser = torch.optim.Adam(model.parameters(), lr=0.1)
        for _ in range(4):
            optimiser.zero_grad()
            loss = model(x).pow(2).sum()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
        losses.append(loss)
    torch.testing.assert_close(*losses, rtol=1e-12, atol=1e-12)
    for a, b in zip(there.parameters(), here.parameters(), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-12, atol=1e-12)
    for a, b in zip(there.buffers(), here.buffers(), strict=True):
        torch.testing.assert_close(a, b)


def test_training_over_there_is_seen_here(m: Any) -> None:
    there, here = pair(m, "Cell", 3)
    x = torch.randn(2, 3, dtype=torch.float64)
    seen, wanted = m.sgd(there, x, 0.1, 3), HERE["sgd"](here, x, 0.1, 3)
    assert seen == pytest.approx(wanted, rel=1e-12)
    for a, b in zip(there.parameters(), here.parameters(), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-12, atol=1e-12)
        torch.testing.assert_close(a.grad, b.grad, rtol=1e-12, atol=1e-12)
    there.zero_grad()
    assert m.total(there.parameters()) == pytest.approx(HERE["total"](here.parameters()))


def test_gradients_made_here_are_seen_there(m: Any) -> None:
    there, here = pair(m, "Cell", 3)
    for model in (there, here):
        model(torch.ones(2, 3, dtype=torch.float64)).sum().backward()
    assert m.norm(there) == pytest.approx(HERE["norm"](here), rel=1e-12)
    torch.testing.assert_close(there.gate.grad, here.gate.grad)


def test_training_flag_and_freezing(m: Any) -> None:
    there = m.Stack(3)
    assert all(m.is_training(there))
    there.eval()
    assert not any(m.is_training(there))
    there.cells.train()
    assert sum(m.is_training(there)) == 5
    for parameter in there.parameters():
        parameter.requires_grad_(False)
    assert not there(torch.ones(1, 2, 3)).requires_grad


def test_changes_of_structure(m: Any) -> None:
    cell = m.Cell(2)
    cell.grow()
    assert torch.equal(cell.extra, torch.ones(2))
    cell.gate = nn.Parameter(torch.tensor([5.0, 5.0]))
    assert torch.equal(dict(cell.named_parameters())["gate"], torch.tensor([5.0, 5.0]))
    nn.init.constant_(cell.inner.weight, 0.0)
    nn.init.constant_(cell.inner.bias, 0.0)
    out = cell(torch.ones(1, 2), torch.ones(1, 2))
    torch.testing.assert_close(out, torch.tanh(torch.sigmoid(torch.full((1, 2), 5.0))))
    assert cell.count == 1


def test_functional_call_and_deepcopy(m: Any) -> None:
    import copy

    there, here = pair(m, "Cell", 2)
    x = torch.ones(1, 2, dtype=torch.float64)
    other = {name: 0.3 * p.detach() for name, p in here.named_parameters()}
    torch.testing.assert_close(
        torch.func.functional_call(there, other, (x,)),
        torch.func.functional_call(here, other, (x,)),
    )
    torch.testing.assert_close(there(x), here(x))
    twin = copy.deepcopy(there)
    nn.init.zeros_(twin.inner.weight)
    torch.testing.assert_close(there(x), here(x))
    assert twin.inner.weight is not there.inner.weight
    assert not torch.equal(twin(x), there(x))
