"""What a student's objects look like to a test."""

from collections.abc import Callable
from typing import Any

import pytest
import torch

Student = Callable[..., Any]


def test_functions_and_instances(student: Student) -> None:
    s = student("""
def f(x, w=2):
    return x * w
class A:
    def __init__(self, n):
        self.n = n
    def twice(self):
        return 2 * self.n
""")
    f = s.f
    assert f(3) == 6
    assert f(3, w=4) == 12
    a = s.A(4)
    assert a.twice() == 8
    assert a.n == 4
    assert isinstance(a, s.A)
    with pytest.raises(TypeError):
        f(1, 2, 3)


def test_gradients(student: Student) -> None:
    f = student("def f(x, w=2):\n    return x * w").f
    x = torch.randn(3, dtype=torch.float64, requires_grad=True)
    f(x).sum().backward()
    assert torch.equal(x.grad, torch.full((3,), 2.0, dtype=torch.float64))
    assert torch.autograd.gradcheck(f, (x,))


NET = """
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(3, 4)
        self.b = nn.Linear(4, 2)
        self.register_buffer("scale", torch.ones(1))
    def forward(self, x):
        return self.b(torch.tanh(self.a(x))) * self.scale
def train(model, x, steps):
    opt = torch.optim.SGD(model.parameters(), lr=.1)
    for _ in range(steps):
        opt.zero_grad()
        loss = model(x).pow(2).sum()
        loss.backward()
        opt.step()
    return loss.item()
"""


def test_training_a_module_equals_local_training(student: Student) -> None:
    s = student(NET)
    net = s.Net()
    assert isinstance(net, torch.nn.Module)
    assert [n for n, _ in net.named_parameters()] == ["a.weight", "a.bias", "b.weight", "b.bias"]
    x = torch.randn(5, 3)
    local = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2))
    weights = [value for name, value in net.state_dict().items() if name != "scale"]
    local.load_state_dict(dict(zip(local.state_dict(), weights, strict=True)))
    optimisers = [(m, torch.optim.Adam(m.parameters())) for m in (net, local)]
    for _ in range(5):
        for model, optimiser in optimisers:
            optimiser.zero_grad()
            model(x).pow(2).sum().backward()
            optimiser.step()
    assert torch.equal(net(x), local(x))
    s.train(net, x, 3)
    assert not torch.equal(net(x), local(x))
