"""Callbacks, generators, exceptions, inputs edited in place, random numbers."""

import copy
import datetime
import enum
import io
import random
import re
import tempfile
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path, PurePath
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from autograder.split import guard
from autograder.split.errors import NotSupported

Student = Callable[..., Any]

SOURCE = '''
import collections, random
import numpy as np
import torch
from torch import nn

State = collections.namedtuple("State", "h c")

class TooShort(ValueError):
    pass

class Text(str):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    __hash__ = str.__hash__

class Liar(float):
    def __eq__(self, other): return True
    def __lt__(self, other): return True

class LyingTensor(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return True

def lies():
    return Text("no"), Liar(3), LyingTensor([1.0]), {Text("key"): 1}

def apply(callback, *args):
    return callback(*args)

def map_all(callback, items):
    return [callback(item) for item in items]

def count(n):
    for i in range(n):
        yield i
    return "end"

def check(words):
    if len(words) < 2:
        raise TooShort("two words at least", len(words))
    raise KeyError(words[0])

def bad_exit():
    raise SystemExit(0)

def strange():
    raise np.linalg.LinAlgError("singular")

def mine(x):
    """Doubles."""
    return 2 * x

class Vocab:
    def __init__(self, words):
        self.words = words
    def __len__(self):
        return len(self.words)
    def __getitem__(self, i):
        return self.words[i]
    def __contains__(self, word):
        return word in self.words
    def __enter__(self):
        return self
    def __exit__(self, *error):
        self.words = []
        return True

def state():
    return State(torch.ones(2), torch.zeros(2))

def fill(x):
    x += 1
    return x

def append(items, table):
    items.append(1)
    table["seen"] = True

def data_edit(x):
    x.data.zero_()

def grad_edit(x):
    x.grad.zero_()

def draw(generator=None):
    return torch.rand(3, generator=generator)

def draws():
    return random.random(), float(np.random.rand()), torch.rand(1).item()

def numpy_draw(generator):
    return generator.random()

def fit(model, x, y, steps):
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for _ in range(steps):
        optimiser.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses

def one_step(model, optimiser, x):
    optimiser.zero_grad()
    model(x).sum().backward()
    optimiser.step()

def slope(f, x):
    x = x.clone().requires_grad_()
    return torch.autograd.grad(f(x).sum(), x)[0]

def steal(thing, name):
    return getattr(thing, name)

def copied(thing):
    return thing.clone() if isinstance(thing, torch.Tensor) else thing.copy()

def deepen(callback, n):
    return callback(n)

def overwrite(path, text):
    path.parent.joinpath(path.name).write_text(text)
'''


@pytest.fixture
def s(student: Student) -> Any:
    return student(SOURCE)


def test_only_base_types_arrive(s: Any) -> None:
    text, number, tensor, table = s.lies()
    assert text != "yes"
    assert number == 3
    assert number != 4
    assert not number < 1
    assert type(text) is str
    assert type(number) is float
    assert type(tensor) is torch.Tensor
    assert not torch.equal(tensor, torch.zeros(1))
    assert type(next(iter(table))) is str


def test_callbacks_both_ways(s: Any) -> None:
    assert s.apply(lambda a, b: a - b, 5, 3) == 2
    assert s.map_all(s.mine, [1, 2]) == [2, 4]
    assert s.apply(s.apply, s.mine, 4) == 8
    assert s.apply(torch.tanh, torch.zeros(2)).tolist() == [0, 0]
    assert s.map_all(len, ["a", "bc"]) == [1, 2]
    x = torch.tensor([3.0], requires_grad=True)
    weight = torch.tensor([5.0], requires_grad=True)
    out = s.apply(lambda v: weight * v**2, 2 * x)
    out.backward()
    assert x.grad.item() == pytest.approx(5 * 8 * 3)
    assert weight.grad.item() == pytest.approx(36)
    torch.testing.assert_close(s.slope(torch.sin, torch.ones(2)), torch.cos(torch.ones(2)))
    torch.testing.assert_close(s.slope(lambda v: v**3, torch.ones(2)), torch.full((2,), 3.0))


def test_nested_callbacks_end(s: Any) -> None:
    def down(n: int) -> int:
        return 0 if n == 0 else 1 + s.deepen(down, n - 1)

    assert down(6) == 6


def test_exceptions_of_callbacks_come_back_but_are_not_told(s: Any) -> None:
    error = ZeroDivisionError("the secret is 42")

    def fail() -> None:
        raise error

    with pytest.raises(ZeroDivisionError) as caught:
        s.apply(fail)
    assert caught.value is error
    s.link.ask(
        "run",
        "def told(callback):\n    try:\n        callback()\n    except ZeroDivisionError as e:\n"
        "        return repr(e) + repr(e.__dict__) + repr(e.__traceback__.tb_frame.f_locals)",
    )
    assert "42" not in s.told(fail)


def test_generators_and_iterators(s: Any) -> None:
    numbers = s.count(3)
    assert next(numbers) == 0
    assert list(numbers) == [1, 2]
    assert list(numbers) == []

    def words() -> Iterator[str]:
        yield "a"
        yield "b"

    assert s.map_all(str.upper, words()) == ["A", "B"]


def test_exceptions(s: Any) -> None:
    with pytest.raises(ValueError, match="two words"):
        s.check(["a"])
    with pytest.raises(s.TooShort) as caught:
        s.check([])
    assert caught.value.args == ("two words at least", 0)
    with pytest.raises(KeyError):
        s.check("ab")
    with pytest.raises(Exception, match="0") as left:
        s.bad_exit()
    assert type(left.value).__name__ == "SystemExit"
    with pytest.raises(ValueError, match="singular"):
        s.strange()


def test_objects(s: Any) -> None:
    import inspect

    vocab = s.Vocab(["a", "b"])
    assert len(vocab) == 2
    assert vocab[1] == "b"
    assert "a" in vocab
    assert list(vocab) == ["a", "b"]
    assert vocab == vocab
    assert vocab != s.Vocab(["a", "b"])
    vocab.words = ["z"]
    assert vocab[0] == "z"
    assert isinstance(vocab, s.Vocab)
    assert not isinstance(3, s.Vocab)
    with vocab as same:
        assert same is vocab
        raise ValueError
    assert len(vocab) == 0
    twin = copy.deepcopy(vocab)
    twin.words = ["q"]
    assert len(vocab) == 0
    assert s.mine.__doc__ == "Doubles."
    assert s.mine.__name__ == "mine"
    assert str(inspect.signature(s.mine)) == "(x)"
    state = s.state()
    assert state.h.tolist() == [1, 1]
    with pytest.raises(AttributeError):
        _ = vocab.nothing
    with pytest.raises(RuntimeError, match="student's process"):
        bool(vocab)
    with pytest.raises(RuntimeError, match="student's process"):
        _ = vocab + 1
    with pytest.raises(RuntimeError, match="cannot subclass"):
        type("Mine", (s.Vocab,), {})


@pytest.mark.parametrize(
    "make",
    [
        lambda: [1, [2]],
        lambda: {"a": 1},
        lambda: {1},
        lambda: bytearray(b"a"),
        lambda: np.arange(3),
        lambda: torch.arange(3.0),
        lambda: torch.ones(2, requires_grad=True),
        lambda: torch.ones(2, requires_grad=True) * 2,
    ],
)
def test_what_is_returned_as_it_came_is_no_copy(s: Any, make: Callable[[], Any]) -> None:
    s.link.ask("run", "def same(x, y=None):\n    return x if y is None else y")
    given, other = make(), make()
    assert s.same(given) is given
    assert s.same(other, y=given) is given
    assert s.same(copy.copy(given) if isinstance(given, list) else 3) is not given
    assert s.copied(given) is not given


def test_what_is_edited_and_returned_is_the_tests_own(s: Any) -> None:
    x = torch.zeros(2)
    s.link.changes_allowed = True
    assert s.fill(x) is x
    assert x.tolist() == [1, 1]


def test_changed_inputs_are_named(s: Any) -> None:
    x = torch.ones(2)
    with pytest.raises(AssertionError, match="`fill` changed its argument `x` in place"):
        s.fill(x)
    assert x.tolist() == [1, 1]
    with pytest.raises(AssertionError, match="`items`"):
        s.append([], {})
    leaf = torch.ones(2, requires_grad=True)
    with pytest.raises(AssertionError, match="`data_edit` changed its argument `x`"):
        s.data_edit(leaf)
    assert leaf.tolist() == [1, 1]
    leaf.grad = torch.ones(2)
    with pytest.raises(AssertionError, match="in place"):
        s.grad_edit(leaf)
    assert leaf.grad.tolist() == [1, 1]
    assert s.mine(leaf).tolist() == [2, 2]


def test_changed_inputs_where_allowed(s: Any) -> None:
    s.link.changes_allowed = True
    x, items, table = torch.ones(2), [0], {}
    s.fill(x)
    s.append(items, table)
    assert x.tolist() == [2, 2]
    assert (items, table) == ([0, 1], {"seen": True})
    leaf = torch.ones(2, requires_grad=True)
    s.data_edit(leaf)
    assert leaf.tolist() == [0, 0]
    array = np.ones(2)
    s.fill(array)
    assert array.tolist() == [2, 2]


def test_changed_inputs_inside_others(student: Callable[..., Any]) -> None:
    s = student(
        "def edit(parts, table):\n"
        "    parts[0].zero_()\n    parts[1][0].add_(2)\n    parts[2] = 'new'\n    parts.append(5)\n"
        "    table['a'][1].mul_(3)\n    table['b'] = (1, 2)\n    table['c'] = parts[0] + 1"
    )
    s.link.changes_allowed = True
    a, b, c = torch.ones(2), torch.ones(3), torch.ones(4)
    inner, pair = [b], (7, c)
    parts, table = [a, inner, "old"], {"a": pair, "b": (1, 3)}
    s.edit(parts, table)
    assert [t.tolist() for t in (a, b, c)] == [[0, 0], [3, 3, 3], [3, 3, 3, 3]]
    assert parts[0] is a
    assert parts[1] is inner
    assert inner[0] is b
    assert parts[2:] == ["new", 5]
    assert table["a"] is pair
    assert table["b"] == (1, 2)
    assert table["c"].tolist() == [1, 1]


def test_random_numbers(s: Any) -> None:
    torch.manual_seed(1)
    first = s.draw()
    assert not torch.equal(first, s.draw())
    torch.manual_seed(1)
    assert torch.equal(first, s.draw())
    torch.manual_seed(1)
    assert torch.equal(first, torch.rand(3))
    generator = torch.Generator().manual_seed(2)
    one, two = s.draw(generator), s.draw(generator)
    assert not torch.equal(one, two)
    assert torch.equal(one, s.draw(generator.manual_seed(2)))
    random.seed(3)
    np.random.seed(3)  # noqa: NPY002
    torch.manual_seed(3)
    there = s.draws()
    random.seed(3)
    np.random.seed(3)  # noqa: NPY002
    torch.manual_seed(3)
    here = random.random(), float(np.random.rand()), torch.rand(1).item()  # noqa: NPY002
    assert there == here
    assert s.numpy_draw(np.random.default_rng(5)) == np.random.default_rng(5).random()
    assert s.numpy_draw(random.Random(5)) == random.Random(5).random()


def test_the_student_cannot_seed_the_checker(s: Any) -> None:
    torch.manual_seed(1)
    s.draw()
    before = torch.get_rng_state()
    s.link.ask("run", "torch.manual_seed(0); torch.set_default_dtype(torch.float64)")
    s.draw()
    assert torch.equal(before, torch.get_rng_state())
    assert torch.get_default_dtype() == torch.float32


def test_a_tests_module_in_the_students_training_loop(s: Any) -> None:
    x, y = torch.randn(8, 3), torch.randn(8, 2)
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    twin = copy.deepcopy(model)
    with pytest.raises(AssertionError, match="in place"):
        s.fit(model, x, y, 1)
    assert all(map(torch.equal, model.parameters(), twin.parameters()))
    s.link.changes_allowed = True
    losses = s.fit(model, x, y, 3)
    optimiser = torch.optim.SGD(twin.parameters(), lr=0.1)
    for seen in losses:
        optimiser.zero_grad()
        loss = nn.functional.mse_loss(twin(x), y)
        loss.backward()
        optimiser.step()
        assert seen == pytest.approx(loss.item(), rel=1e-5)
    for a, b in zip(model.parameters(), twin.parameters(), strict=True):
        torch.testing.assert_close(a, b)


@pytest.mark.parametrize("allowed", [False, True])
def test_a_tests_module_is_switched_over_there_time_after_time(s: Any, allowed: bool) -> None:
    """Between calls nothing over there holds the module, which must not cost it its parts."""
    s.link.ask("run", JUDGE)
    s.link.changes_allowed = allowed
    for layer in (nn.RNN(3, 4), nn.LSTM(3, 4)):
        model = nn.Sequential(nn.Embedding(5, 3), nn.Dropout(0.5), layer)
        expected, _ = model.eval()(torch.arange(5))
        for training in (True, False, True, True, False):
            seen, _ = s.judge(model.train(training), torch.arange(5))
            torch.testing.assert_close(seen, expected)
            assert [part.training for part in model.modules()] == [training] * 4


JUDGE = """
def judge(model, x):
    before = model.training
    model.eval()
    with torch.no_grad():
        seen = model(x)
    model.train(before)
    return seen
"""


def test_a_tests_optimiser_in_the_students_step(s: Any) -> None:
    s.link.ask("run", "net = nn.Linear(2, 1)")
    net = s.net
    before = net.weight.detach().clone()
    s.one_step(net, torch.optim.SGD(net.parameters(), lr=1.0), torch.ones(1, 2))
    torch.testing.assert_close(net.weight.detach(), before - 1)


def test_too_much_data_is_an_error_with_a_reason(s: Any) -> None:
    s.link.ask("run", "def much():\n    return [10**9] * 5_000_000\nnet = nn.Linear(2, 1)")
    with pytest.raises(ValueError, match="too much to send"):
        s.much()
    net = s.net
    with torch.no_grad():
        net.weight += 1
    with pytest.raises(ValueError, match="too much to send"):
        s.much()
    x = torch.ones(1, 2)
    torch.testing.assert_close(net(x), nn.functional.linear(x, net.weight, net.bias))


@pytest.mark.parametrize("name", ["__globals__", "_hidden", "__code__", "__func__", "__self__"])
def test_what_a_student_cannot_reach(s: Any, name: str) -> None:
    for thing in (Keeper(), Keeper().method, lambda: 1, (n for n in "ab")):
        with pytest.raises(AttributeError):
            s.steal(thing, name)


def test_a_students_hook_on_a_tests_module_stays_there(s: Any) -> None:
    model = nn.Linear(2, 2)
    s.link.ask("run", "def hook(model):\n    model.register_forward_hook(lambda *a: a[-1] * 0)")
    wanted = model(torch.ones(2))
    s.hook(model)
    assert torch.equal(model(torch.ones(2)), wanted)


class Keeper:
    _hidden = 1

    def method(self) -> int:
        return 1


def test_public_parts_of_a_tests_object(s: Any) -> None:
    keeper = Keeper()
    keeper.shown = [1, 2]
    assert s.steal(keeper, "shown") == [1, 2]
    assert s.apply(keeper.method) == 1


def opened(thing: Any) -> set[str]:
    """What of a test's object the tested code can have."""
    found = set()
    for name in dir(thing):
        try:
            guard.attribute(thing, name)
        except Exception:
            continue
        found.add(name)
    return found


def public(kind: type) -> set[str]:
    return {name for name in dir(kind) if not name.startswith("_")}


READING = {"exists", "is_dir", "is_file", "read_bytes", "read_text"}
OF_AN_ARRAY = {
    *("T", "dtype", "ndim", "shape", "size", "item", "tolist"),
    *("astype", "copy", "flatten", "ravel", "reshape"),
}
CHANGING = {"add_param_group", "load_state_dict", "register_step_pre_hook"}


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a checker stands: in a folder without libraries."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_is_open_of_a_librarys_objects(elsewhere: Path) -> None:
    path = elsewhere / "words.txt"
    path.write_text("a")
    table = np.array([(b"a", 1)], dtype=[("name", "S4"), ("age", "i4")])
    net = nn.Linear(2, 1)
    with tempfile.NamedTemporaryFile() as temporary, open(path) as file:
        assert opened(path) == public(PurePath) | READING
        assert opened(table) == opened(np.array([None, 1])) == OF_AN_ARRAY
        assert not opened(file) & public(io.TextIOWrapper)
        assert opened(temporary) == {"delete", "file", "name"}
        assert opened(net) == {"bias", "in_features", "out_features", "training", "weight"}
        optimiser = torch.optim.SGD(net.parameters(), 1.0)
        assert not opened(optimiser) & {
            "add_param_group",
            "load_state_dict",
            "register_step_pre_hook",
        }
        assert {"param_groups", "step", "zero_grad"} <= opened(optimiser)
        assert not opened(random) | opened(io.StringIO) | opened(path.write_text)


class Colour(enum.Enum):
    RED = 1


def test_harmless_objects_of_libraries_are_open(elsewhere: Path) -> None:
    harmless = {
        Fraction(2, 6): {"numerator", "limit_denominator"},
        datetime.datetime(2020, 1, 2): {"year", "isoformat", "date"},
        re.compile("(a)b"): {"match", "sub", "groups"},
        random.Random(0): {"random", "choice"},
        io.StringIO("a"): {"read", "write", "getvalue"},
        torch.distributions.Categorical(torch.ones(3)): {"sample", "log_prob", "probs", "entropy"},
    }
    assert [kind for kind, names in harmless.items() if not names <= opened(kind)] == []
    assert "set_default_validate_args" not in opened(torch.distributions.Normal(0.0, 1.0))
    assert {"name", "value"} <= opened(Colour.RED)


def test_a_tests_own_classes_are_open_and_what_they_inherit_is_not(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Words(type(elsewhere)):  # type: ignore[misc]
        def count(self) -> int:
            return len(self.read_text())

    class Lazy:
        def __getattr__(self, name: str) -> str:
            return name

    assert "count" not in opened(Words("a"))
    for kind in (Words, Lazy):
        monkeypatch.setattr(kind, "__module__", "__main__")
    assert "count" in opened(Words("a"))
    assert "write_text" not in opened(Words("a"))
    assert guard.attribute(Lazy(), "anything") == "anything"
    (elsewhere / "beside_the_notebook.py").write_text("class Tool:\n    def use(self): pass\n")
    monkeypatch.syspath_prepend(elsewhere)
    import beside_the_notebook  # type: ignore[import-not-found]

    assert opened(beside_the_notebook.Tool()) == {"use"}


def test_a_students_code_cannot_write_through_a_tests_path(s: Any, elsewhere: Path) -> None:
    helper = elsewhere / "helper.py"
    helper.write_text("right = 1")
    with pytest.raises(AttributeError, match="`write_text` of the test's PosixPath cannot be used"):
        s.overwrite(helper, "wrong")
    assert helper.read_text() == "right = 1"
    assert s.steal(helper, "name") == "helper.py"


EQUAL = """
from dataclasses import dataclass

@dataclass
class Point:
    x: int

class Plain:
    pass

class Half:
    def __eq__(self, other):
        return True

def half():
    return Half()

one, plain, other = Point(1), Plain(), Plain()
"""


@pytest.mark.parametrize(
    "compared",
    [
        lambda names: names.half() == 0.5,
        lambda names: Fraction(1, 2) == names.half(),
        lambda names: names.half() != Fraction(1, 3),
        lambda names: names.Point(1) == names.Point(1),
        lambda names: names.Point(1) in [names.Point(1)],
    ],
)
def test_an_equality_that_cannot_be_asked_is_not_false(student: Any, compared: Any) -> None:
    with pytest.raises(NotSupported, match="compare its attributes"):
        compared(student(EQUAL))


def test_an_object_is_itself_and_nothing_else(student: Any) -> None:
    names = student(EQUAL)
    one, plain, other, half = names.one, names.plain, names.other, names.half
    assert one == one is not None
    assert one != None  # noqa: E711
    assert one in [None, one]
    assert {one: 1, plain: 2}[one] == 1
    assert plain == plain != other
    assert [plain, other].index(other) == 1
    assert plain != 3
    assert half == half
