"""The same test cells give the same scores in one process and in two."""

import ast
import contextlib
import io
from typing import Any

import pytest

from autograder.job import Cell, Role

LOCKED = "import math\nimport torch\nfrom torch import nn\n\nSIZES = (4, 5, 6)"
RIGHT = """
class Net(nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.hidden = nn.Linear(n_in, n_hidden)
        self.out = nn.Linear(n_hidden, n_out)

    def forward(self, x):
        if x.shape[-1] != self.hidden.in_features:
            raise ValueError(f"expected {self.hidden.in_features} features, got {x.shape[-1]}")
        return self.out(torch.tanh(self.hidden(x)))

def windows(tokens, M):
    return [tuple(tokens[i : i + M]) for i in range(len(tokens) - M + 1)]

def perplexity(nats, tokens):
    return math.exp(nats / tokens)

def softmax(x):
    return (x - x.max(-1, keepdim=True).values).exp() / (
        x - x.max(-1, keepdim=True).values).exp().sum(-1, keepdim=True)

def pairs(items):
    for i, item in enumerate(items):
        yield i, item

RATE = 0.1
"""
WRONG = {
    "no tanh": ("torch.tanh(self.hidden(x))", "self.hidden(x)"),
    "no check": ("raise ValueError(", "print("),
    "short windows": ("- M + 1", "- M"),
    "bits": ("math.exp(nats / tokens)", "2 ** (nats / tokens)"),
    "wrong axis": ("sum(-1, keepdim=True)", "sum(0, keepdim=True)"),
    "edits": ("return [tuple", "tokens.append(0)\n    return [tuple"),
    "nothing": ("yield i, item", "yield"),
    "syntax": ("def perplexity", "def def perplexity"),
    "rate": ("RATE = 0.1", "RATE = '0.1'"),
}
TESTS = [
    """
net = Net(*SIZES)
x = torch.randn(3, 4)
oracle = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 6))
oracle.load_state_dict(dict(zip(oracle.state_dict(), net.state_dict().values())))
torch.testing.assert_close(net(x), oracle(x))
net(x).sum().backward()
oracle(x).sum().backward()
for p, q in zip(net.parameters(), oracle.parameters()):
    torch.testing.assert_close(p.grad, q.grad)
""",
    """
try:
    Net(2, 3, 4)(torch.zeros(1, 3))
except ValueError as error:
    assert "2" in str(error), "name the sizes"
else:
    assert False, "a wrong size must raise"
""",
    """
words = list(range(7))
before = list(words)
found = windows(words, 3)
assert words == before, "input changed"
assert found == [tuple(before[i : i + 3]) for i in range(5)]
""",
    "assert math.isclose(perplexity(10 * math.log(7), 10), 7)",
    """
x = 100 * torch.randn(4, 6, dtype=torch.float64)
x.requires_grad_()
torch.testing.assert_close(softmax(x), torch.softmax(x, -1))
assert torch.autograd.gradcheck(softmax, (x / 100,))
""",
    "assert dict(pairs('ab')) == {0: 'a', 1: 'b'}\nassert next(pairs([5])) == (0, 5)",
    "score = 2.0 * isinstance(RATE, float)\nscore",
    "later = Net(1, 2, 3)\nassert isinstance(later, nn.Module) and isinstance(later, Net)",
    "assert [p.shape for p in later.parameters()][0] == (2, 1)",
]


def in_one_process(source: str) -> list[float]:
    """Scores by plain `exec`, as a kernel would give them."""
    space: dict[str, Any] = {"__name__": "__main__"}
    exec(LOCKED, space)
    with contextlib.suppress(SyntaxError):
        exec(source, space)
    scores = []
    for test in TESTS:
        tree = ast.parse(test)
        value = None
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                if isinstance(tree.body[-1], ast.Expr):
                    last = tree.body.pop()
                    exec(compile(tree, "t", "exec"), space)
                    value = eval(ast.unparse(last), space)
                else:
                    exec(test, space)
            scores.append(2.0 if value is None else float(value))
        except Exception:
            scores.append(0.0)
    return scores


@pytest.mark.parametrize("change", [None, *WRONG], ids=str)
def test_same_scores(grade: Any, change: str | None) -> None:
    source = RIGHT if change is None else RIGHT.replace(*WRONG[change])
    cells = [Cell("l", Role.LOCKED, LOCKED), Cell("s", Role.STUDENT, source)]
    cells += [Cell(f"t{i}", Role.TEST, test, 2.0) for i, test in enumerate(TESTS)]
    names = frozenset({"Net", "windows", "perplexity", "softmax", "pairs", "RATE"})
    results = grade(*cells, student_names=names)
    assert results["end"] == "finished"
    wanted = in_one_process(source)
    assert [results[f"t{i}"]["score"] for i in range(len(TESTS))] == wanted
    assert (sum(wanted) == 2.0 * len(TESTS)) == (change is None)
