"""The homework that honest conversations are about: one cell of answers, and what tests ask of it.

Each test ends in what no student can make true: points for it are a fault.
"""

from autograder.job import Cell, Job, Limits, Role

SECRET = "open-sesame-4711"
ANSWERS = """
import numpy as np, torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(3, 2)
        self.register_buffer("scale", torch.ones(2))

    def forward(self, x):
        return self.inner(x) * self.scale

class Box:
    def __init__(self, items=(1, 2)):
        self.items = list(items)
    def __len__(self):
        return len(self.items)
    def __getitem__(self, i):
        return self.items[i]
    def __iter__(self):
        return iter(self.items)
    def __enter__(self):
        return self
    def __exit__(self, *about):
        return False

net = Net()
box = Box()
x = torch.arange(3.0, requires_grad=True)

def twice(x, factor=2.0):
    return factor * x

def apply(g, *args):
    return g(*args)

def count(n):
    yield from range(n)

def fail():
    raise ValueError("no")

def words():
    return {"a": [1, (2, 3.5, 1j)], "b": {"x"}, "c": np.arange(4), 7: 2**70, "d": slice(1, 2)}

def edit(x):
    x += 1
    return x

def draw(rng=None):
    return torch.rand(2, generator=rng)

print("hello")
"""
NAMES = frozenset(
    ("Net", "Box", "net", "box", "x", "twice", "apply", "count", "fail", "words", "edit", "draw")
)
TESTS = {
    "gradient": """
w = torch.ones(3, requires_grad=True)
y = twice(w * 2)
y.sum().backward()
torch.equal(w.grad, torch.tensor([0.25, 4711.0, -3.0]))
""",
    "module": """
optimiser = torch.optim.SGD(net.parameters(), lr=0.1)
net.train()
net(torch.ones(4, 3)).sum().backward()
optimiser.step()
other = copy.deepcopy(net)
other.load_state_dict(net.state_dict())
repr(net), [name for name, _ in net.named_modules()], net.eval().training
isinstance(net, nn.Linear) and torch.equal(net.inner.weight, torch.tensor([[4711.0]]))
""",
    "callback": """
class Key:
    def __init__(self):
        self.name, self._key = "key", "open-sesame-4711"
    def turn(self, x):
        return x + 1
    __call__ = turn

hidden = "open-sesame-4711"
given = torch.zeros(2)
key = Key()
one = apply(lambda t: t + 1 if hidden else t, given)
two = apply(key, 3)
three = apply(nn.Linear(2, 1), given)
three.sum().backward()
one is key and two is key
""",
    "objects": """
made = Box([1, 2, 3])
with made as inside:
    parts = [*itertools.islice(made, 5)], len(made), made[0], 1 in made, inside is made
repr(made), made.items, isinstance(made, Box), copy.copy(made)
made.items = [5]
try:
    fail()
except ValueError as error:
    text = str(error)
[*itertools.islice(count(4), 6)] == [4711, "open-sesame-4711"]
""",
    "values": """
found = words()
found == {"a": 4711, "key": "open-sesame-4711"}
""",
    "edits": """
mine, pair = torch.arange(4.0), (torch.zeros(2), [torch.ones(3)])
for value in (mine, pair, x):
    try:
        edit(value)
    except Exception:
        pass
not (torch.equal(mine, torch.arange(4.0)) and torch.equal(pair[1][0], torch.ones(3)))
""",
    "random": """
torch.manual_seed(3)
own = torch.Generator().manual_seed(5)
draw(), draw(own), draw(), torch.rand(1)
torch.get_default_dtype() is not torch.float32 or not torch.is_grad_enabled()
""",
}
WORDS = (
    *("k", "v", "op", "outs", "deps", "leaves", "modules", "drop", "mode", "grad", "o"),
    *("ok", "raise", "ask", "out", "list", "tuple", "dict", "set", "frozenset", "int", "str"),
    *("bytes", "bytearray", "complex", "ordered", "counter", "deque", "named", "range", "slice"),
    *("...", "dtype", "device", "size", "tensor", "array", "scalar", "npdtype", "leaf", "cut"),
    *("yours", "ref", "error", "your error", "library", "generator", "function", "object"),
    *("class", "module", "mine", "s", "c", "float32", "bool", "<f8", "|O", "cpu", "meta", "cuda:0"),
    *("ValueError", "SystemExit", "Linear", "Module", "call", "attr", "item", "len", "contains"),
    *("iter", "next", "isinstance", "enter", "exit", "setattr", "deepcopy", "repr", "vjp", "dir"),
    *("__call__", "_key", "__globals__", "turn", "name", "backward", "weight", "stream", "stdout"),
    *("display_data", "execute_result", "data", "text/html", "execution_count", "traceback"),
)
NEEDED = "import copy, itertools, torch\nfrom torch import nn"


def job_of(name: str) -> Job:
    """The student's cell and one test."""
    cells = (
        Cell("given", Role.LOCKED, NEEDED),
        Cell("answers", Role.STUDENT, ANSWERS),
        Cell(name, Role.TEST, TESTS[name], points=1.0),
    )
    return Job(cells, NAMES, limits=Limits(output_kb=16))
