"""The device check without a GPU: it catches stray tensors and never blames what it cannot run."""

import pytest
import torch
from torch import nn

from course_lib import checks

B, D, H, V = 3, 4, 5, 7
X = torch.randn(B, D)
IDS = torch.tensor([[1, 2], [0, 6], [3, 3]])


class Right(nn.Module):
    """All that is legal: buffers, an LSTM, a CPU index, scalars, new tensors where x lives."""

    def __init__(self):
        super().__init__()
        self.lookup = nn.Embedding(V, D)
        self.rnn = nn.LSTM(D, H, batch_first=True)
        self.register_buffer("scale", torch.full((H,), 2.0))

    def forward(self, ids):
        hs, _ = self.rnn(self.lookup(ids))
        out = hs.new_zeros(len(ids), H)
        out[:, 0] = 1.0
        rows = torch.arange(len(ids))
        return out + hs[rows, -1] * self.scale * torch.tensor(0.5)


def test_a_right_module_passes_and_stays_where_it_was():
    model = Right()
    checks.one_device(model, IDS)
    assert all(p.device.type == "cpu" for p in model.parameters())


class KeepsATensor(nn.Module):
    def __init__(self):
        super().__init__()
        self.W = torch.randn(D, H)  # neither parameter nor buffer

    def forward(self, x):
        return x @ self.W


STRAYS = {
    "matmul": lambda x: x @ torch.zeros(D, H),
    "linear": lambda x: nn.functional.linear(x, torch.zeros(H, D)),
    "add": lambda x: x + torch.zeros(B, D),
    "where": lambda x: torch.where(torch.ones(B, D, dtype=torch.bool), x, 0.0),
    "gather": lambda x: x.gather(1, torch.zeros(B, 1, dtype=torch.int64)),
    "mask": lambda x: x.masked_fill(torch.ones(B, D, dtype=torch.bool), 0.0),
    "cat": lambda x: torch.cat([torch.zeros(B, 1), x], dim=1),
    "assignment": lambda x: torch.zeros(B, D).copy_(x),
    "indexed value": lambda x: x.clone().index_put((torch.arange(2),), torch.zeros(2, D)),
    "indexed": lambda x: torch.zeros(9, 2)[x.long()[:, 0]],
    "result": lambda x: torch.zeros(len(x)),
    "swallowed": lambda x: _swallow(x),
    "module": KeepsATensor(),
}


def _swallow(x):
    try:
        return x + torch.zeros(B, D)
    except Exception:
        return x


@pytest.mark.parametrize("target", STRAYS.values(), ids=STRAYS)
def test_stray_tensors_are_caught(target):
    with pytest.raises(AssertionError, match=r"on the CPU.*Make new tensors where the inputs live"):
        checks.one_device(target, X)


def test_an_embedding_of_cpu_ids_is_caught():
    with pytest.raises(AssertionError, match="embedding"):
        checks.one_device(lambda E: nn.functional.embedding(IDS, E), torch.randn(V, D))


LEGAL = {
    "cpu index": lambda x: x[torch.arange(2), torch.tensor([0, 1])],
    "index assignment": lambda x: x.clone().index_put_((torch.arange(2),), x[:2]),
    "copied in": lambda x: x.clone().copy_(torch.zeros(B, D)),
    "moved": lambda x: x + torch.zeros(B, D).to(x.device),
    "new where x lives": lambda x: x + torch.zeros(B, D, device=x.device),
    "scalar tensor": lambda x: x * torch.tensor(2.0),
    "a number": lambda x: len(x),
}
NOT_CHECKABLE = {
    "item": lambda x: x.sum().item() * x,
    "tolist": lambda x: [row.tolist() for row in x],
    "boolean mask": lambda x: x[x > 0].sum(),
    "branch": lambda x: x if x.sum() > 0 else -x,
    "numpy": lambda x: x.numpy().sum(),
    "failing": lambda x: x.no_such_method(),
}


@pytest.mark.parametrize(
    "target", {**LEGAL, **NOT_CHECKABLE}.values(), ids={**LEGAL, **NOT_CHECKABLE}
)
def test_legal_and_uncheckable_code_passes(target):
    checks.one_device(target, X)


def calls_cuda(x):
    return x.cuda() if torch.cuda.is_available() else x


def names_cuda(x):
    return x.to("cuda:0")


def asks_for_cuda(x):
    """Naming cuda in a docstring, or asking whether it is there, is harmless."""
    return x * torch.cuda.is_available()


def test_code_that_names_a_gpu_is_caught():
    for target in (calls_cuda, names_cuda):
        with pytest.raises(AssertionError, match="names `cuda`"):
            checks.one_device(target, X)
    checks.one_device(asks_for_cuda, X)
