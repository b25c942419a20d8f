"""What is done the quick way gives what the plain way would: states, contents, structures, code."""

import ast
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from IPython.core.compilerop import CachingCompiler
from torch import nn

from autograder.split import arrays, execute, rng, shell
from autograder.split.leaves import State
from autograder.split.modules import changed, structure

DRAWS: dict[str, tuple[str, Callable[[], object]]] = {
    "random": ("python", random.random),
    "gauss": ("python", lambda: random.gauss(0, 1)),
    "rand": ("numpy", lambda: np.random.rand()),  # noqa: NPY002
    "randn": ("numpy", lambda: np.random.randn()),  # noqa: NPY002
    "torch": ("torch", lambda: torch.rand(1)),
}


@pytest.mark.parametrize("name", DRAWS)
def test_one_draw_from_a_lent_source_is_noticed(name: str) -> None:
    kind, draw = DRAWS[name]
    lender = rng.Lender()
    rng.seed_all("a test")
    assert lender.news().keys() == {"python", "numpy", "torch"}
    assert lender.news() == {}
    for _ in range(3):  # of two normal numbers, the second is only taken from where it was kept
        draw()
        assert lender.news().keys() == {kind}
        assert lender.news() == {}


def drawn() -> list[object]:
    return [float(draw()) for _, draw in DRAWS.values()]  # type: ignore[arg-type]


def test_a_seed_says_what_the_state_after_it_would() -> None:
    lender = rng.Lender()
    rng.seed_all("a test")
    expected = drawn()
    lender.seed_all("a test")
    news = lender.news()
    assert [*map(type, news.values())] == [int] * 3
    of_the_checker = drawn()
    rng.Borrower().take(news)
    assert drawn() == expected != of_the_checker


@pytest.mark.parametrize("name", DRAWS)
def test_a_source_that_was_used_is_lent_by_its_state(name: str) -> None:
    kind, draw = DRAWS[name]
    lender = rng.Lender()
    rng.seed_all("a test")
    draw()
    expected = drawn()
    lender.seed_all("a test")
    draw()
    news = lender.news()
    assert {one for one in news if isinstance(news[one], int)} == rng.GLOBAL.keys() - {kind}
    rng.Borrower().take(news)
    assert drawn() == expected


def test_a_seed_that_did_not_arrive_is_lent_again() -> None:
    lender = rng.Lender()
    lender.seed_all("a test")
    news = lender.news()
    lender.take_back()
    assert lender.news() == news
    lender.arrived()
    assert lender.news() == {}


EDITS: dict[str, Callable[[torch.Tensor], object]] = {
    "in place": lambda x: x.add_(1),
    "through data": lambda x: x.data.mul_(2),
    "through NumPy": lambda x: x.detach().numpy().__setitem__(0, 7),
    "one number of a view": lambda x: x[1:, 1].fill_(3),
    "other data": lambda x: setattr(x, "data", x.data + 1),
    "other shape": lambda x: setattr(x, "data", x.data.reshape(-1)),
    "other type": lambda x: setattr(x, "data", x.data.to(torch.float64)),
    "transposed": lambda x: x.t_(),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_every_edit_of_a_shared_tensor_is_noticed(edit: Callable[[torch.Tensor], object]) -> None:
    tensor = torch.arange(9.0).reshape(3, 3)
    state = State(tensor)
    assert state.still_holds(tensor)
    edit(tensor)
    assert not state.still_holds(tensor)
    assert State(tensor).still_holds(tensor)


@pytest.mark.parametrize(
    "tensor",
    [
        torch.randn(3, 4).T,
        torch.randn(4, 6)[::2, 1:],
        torch.randn(3, dtype=torch.bfloat16),
        torch.randn(2, dtype=torch.complex64).conj(),
        torch.randn(3, 2).to_sparse(),
        torch.empty(0, 3),
        torch.tensor(5),
    ],
)
def test_unusual_tensors_have_states_too(tensor: torch.Tensor) -> None:
    state = State(tensor)
    assert state.still_holds(tensor)
    if tensor.numel() and tensor.layout == torch.strided:
        tensor.mul_(3)
        assert not state.still_holds(tensor)


def test_the_same_numbers_in_other_places_are_no_edit() -> None:
    tensor = torch.randn(3, 3)
    state = State(tensor)
    tensor.data = tensor.data.clone()
    assert state.still_holds(tensor)
    tensor.data = tensor.data.T.contiguous().T  # the same numbers, stored column by column
    assert state.still_holds(tensor)


def test_nothing_holds_for_what_did_not_arrive() -> None:
    assert not State(None).still_holds(torch.zeros(0))


@pytest.mark.parametrize("name", arrays.NAMES)
def test_quick_bytes_are_the_usual_ones(name: str) -> None:
    tensor = (torch.rand(2, 3, dtype=torch.float32) * 9).to(arrays.DTYPES[name])
    about, content = arrays.tensor_bytes(tensor)
    assert about == [name, [2, 3], "cpu", None]
    assert bytes(content) == bytes(arrays.in_a_row(tensor).view(torch.uint8).numpy())
    back = arrays.tensor_from(about, bytearray(content))
    assert back.dtype == tensor.dtype
    assert back.shape == tensor.shape
    assert bytes(arrays.tensor_bytes(back)[1]) == bytes(content)
    back.zero_()  # it owns its numbers


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(2, 3), nn.Parameter(torch.ones(2))
        self.register_buffer("c", torch.ones(1))


CHANGES: dict[str, Callable[[Any], object]] = {
    "mode": lambda net: net.eval(),
    "parameter": lambda net: setattr(net, "b", nn.Parameter(torch.ones(2))),
    "name": lambda net: (setattr(net, "d", net.b), delattr(net, "b")),
    "buffer": lambda net: setattr(net, "c", torch.ones(1)),
    "kept buffer": lambda net: net._non_persistent_buffers_set.add("c"),
    "child": lambda net: setattr(net, "a", nn.Linear(2, 3)),
    "one more": lambda net: setattr(net, "e", nn.ReLU()),
    "one less": lambda net: delattr(net, "a"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_change_of_a_structure_is_noticed(change: Callable[[Any], object]) -> None:
    net = Net()
    known = structure(net)
    assert not changed(known, net)
    with torch.no_grad():
        net.b.add_(1)  # a matter of its content
    assert not changed(known, net)
    change(net)
    assert changed(known, net)
    assert not changed(structure(net), net)


def test_a_cell_that_was_looked_at_is_not_parsed_again_to_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parse, parsed = CachingCompiler.ast_parse, []
    monkeypatch.setattr(
        CachingCompiler, "ast_parse", lambda *args, **named: parsed.append(args[1]) or parse(*args)
    )
    compiler, cell, other = shell.Compiler(), "x = 1\nx + 1\n", "y = 2\n"
    assert compiler.is_python(cell)
    assert compiler.is_python(cell)
    first = compiler.ast_parse(cell, filename="cell")
    assert parsed == [cell]
    second = compiler.ast_parse(cell)
    assert parsed == [cell, cell]
    assert first is not second  # an AST transformer changes the one it gets
    assert ast.dump(first) == ast.dump(second) == ast.dump(ast.parse(cell))
    assert not compiler.is_python("%time x\n")
    assert compiler.is_python(cell)
    assert ast.dump(compiler.ast_parse(other)) == ast.dump(ast.parse(other))


def test_cells_reach_another_process_compiled() -> None:
    cells = ["x = 3\nx + 1", "def f():\n    return 5\nf();", "no python", "%timeit 1"]
    told = execute.known(cells)
    assert [code is None for code in told.values()] == [False, False, True, False]
    spaces = [{}, execute.new_space()]
    expected = [execute.run(cell, spaces[0]) for cell in cells[:2]]
    execute.learn(told)
    assert all(execute._TOLD.pop(cell) for cell in (cells[0], cells[1], cells[3]))
    execute.learn(told)
    assert [execute.run(cell, spaces[1]) for cell in cells[:2]] == expected == [4, None]
    with pytest.raises(SyntaxError):
        execute.run(cells[2], {})
    execute._TOLD.clear()
