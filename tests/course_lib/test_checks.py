"""What a test cell calls: it must accept what is right, and say clearly what is not."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from course_lib import checks


def message(call, *args, **kwargs):
    with pytest.raises(AssertionError) as caught:
        call(*args, **kwargs)
    return str(caught.value)


# --- inputs ----------------------------------------------------------------------------------


def test_a_generator_depends_on_its_id_and_nothing_else():
    torch.manual_seed(3)
    first = checks.normal(checks.generator("a"), 4)
    torch.manual_seed(4)
    assert torch.equal(first, checks.normal(checks.generator("a"), 4))
    assert not torch.equal(first, checks.normal(checks.generator("b"), 4))


def test_drawn_inputs_have_the_asked_type_and_range():
    rng = checks.generator("range")
    assert checks.normal(rng, 2, 3).dtype == torch.float64
    assert checks.normal(rng, dtype=torch.float32).shape == ()
    drawn = checks.integers(rng, 7, 500, low=4)
    assert set(drawn.tolist()) == {4, 5, 6}


def test_the_device_comes_from_the_environment(monkeypatch):
    monkeypatch.delenv("COURSE_DEVICE", raising=False)
    assert checks.device() == torch.device("cpu")
    monkeypatch.setenv("COURSE_DEVICE", "meta")
    assert checks.integers(checks.generator("meta"), 3, 2).is_meta


# --- comparisons -----------------------------------------------------------------------------


@pytest.mark.parametrize("actual", [[1.0, 2.0], (1, 2), np.array([1, 2]), torch.tensor([1.0, 2.0])])
def test_close_takes_any_numbers(actual):
    checks.close(actual, [1.0, 2.0], "x")


def test_close_needs_no_gradient_and_no_writable_array():
    array = np.ones(3)
    array.flags.writeable = False
    checks.close(array, torch.ones(3, requires_grad=True), "x")


def test_close_names_the_first_difference_and_counts_all():
    text = message(
        checks.close, torch.tensor([[1.0, 2.0], [5.0, math.nan]]), torch.ones(2, 2), "h", "Hm?"
    )
    assert text == "h: expected 1 at [0, 1], got 2 (3 of 4 values differ). Hm?"


def test_close_shows_as_many_digits_as_tell_the_two_apart():
    text = message(checks.close, torch.tensor(1.00001).double(), torch.tensor(1.0).double(), "x")
    assert text == "x: expected 1, got 1.00001."


def test_close_is_as_strict_as_the_less_exact_side_allows():
    exact, rough = torch.tensor(1.0, dtype=torch.float64), torch.tensor(1.00002)
    checks.close(rough, exact, "x")
    message(checks.close, rough.double(), exact, "x")
    checks.close(rough.double(), exact, "x", rtol=1e-3)


def test_close_compares_infinities_and_nans_by_identity():
    checks.close([math.inf, math.nan], [math.inf, math.nan], "x")
    message(checks.close, [-math.inf], [math.inf], "x")
    assert message(checks.close, [math.nan], [1.0], "x").endswith("got nan (1 of 1 values differ).")


@pytest.mark.parametrize(
    ("actual", "seen"),
    [(None, "None (does the function end in `return`?)"), ("two", "'two'"), (object(), "a object")],
)
def test_close_says_what_is_no_number(actual, seen):
    assert message(checks.close, actual, 1.0, "x") == f"x: expected numbers, got {seen}."


def test_shapes_are_compared_before_values():
    text = message(checks.close, torch.ones(3, 2), torch.ones(2, 3), "d_W", "Transposed?")
    assert text == "d_W: expected shape (2, 3), got shape (3, 2). Transposed?"
    assert message(checks.shape, 4, (2,), "x") == "x: expected a tensor, got 4."


def test_equal_is_exact_for_tensors_and_plain_data():
    checks.equal(torch.tensor([1.0]), torch.tensor([1]), "ids")
    checks.equal({"a": [1]}, {"a": [1]}, "x")
    assert message(checks.equal, [1, 2], [1, 3], "ids") == "ids: expected [1, 3], got [1, 2]."
    text = message(checks.equal, torch.tensor([1, 12345]), torch.tensor([1, 12346]), "ids")
    assert text == "ids: expected 12346 at [1], got 12345 (1 of 2 values differ)."
    message(checks.equal, (1, 2), [1, 2], "a tuple is no list")
    assert len(message(checks.equal, list(range(999)), [], "long")) < 150


def test_dtype_names_both_types():
    checks.dtype(torch.ones(2), torch.float32, "x")
    text = message(checks.dtype, torch.ones(2), torch.float64, "x")
    assert text == "x: expected torch.float64, got torch.float32."
    message(checks.dtype, 1.0, torch.float64, "x")


@pytest.mark.parametrize(
    "edit",
    [
        lambda d: d["t"].add_(1),
        lambda d: d["l"].append(4),
        lambda d: d["n"].__setitem__("new", 0),
        lambda d: d["a"].fill(7),
        lambda d: d["t"].resize_(1),
    ],
)
def test_unchanged_sees_every_kind_of_edit(edit):
    values = {"t": torch.zeros(2), "l": [1, [2, 3]], "n": {"k": 1.5}, "a": np.zeros(3)}
    with checks.unchanged(**values):
        pass
    with (
        pytest.raises(AssertionError, match="` was changed by the call"),
        checks.unchanged(**values),
    ):
        edit(values)


# --- gradients and parameters ----------------------------------------------------------------


def cube(x, n):
    return x**3 * n


def test_same_gradients_accepts_another_way_to_the_same_function():
    rng = checks.generator("cube")
    x = checks.normal(rng, 3, 2)
    checks.same_gradients(lambda x, n: x * x * x * n, cube, rng, x=x, n=torch.tensor(2))
    assert x.grad is None


def test_same_gradients_allows_what_float32_costs():
    rng = checks.generator("float32")
    x = checks.normal(rng, 5, 4)
    checks.same_gradients(lambda x, n: cube(x.float(), n), cube, rng, x=x, n=2)


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        (lambda x, n: x.detach() ** 3 * n, "carries no gradient"),
        (lambda x, n: x**2 * x.detach() * n, "gradient with respect to `x`: expected"),
        (lambda x, n: (x**3 * n).sum(0), "result: expected shape (3, 2), got shape (2,)"),
        (lambda x, n: 3.5, "carries no gradient"),
    ],
)
def test_same_gradients_finds_a_broken_graph(wrong, text):
    rng = checks.generator("broken")
    assert text in message(checks.same_gradients, wrong, cube, rng, x=checks.normal(rng, 3, 2), n=2)


def test_an_input_without_a_gradient_counts_as_zero():
    rng = checks.generator("zero")
    a, b = checks.normal(rng, 2), checks.normal(rng, 2)
    text = message(checks.same_gradients, lambda a, b: a, lambda a, b: a * b, rng, a=a, b=b)
    assert text.startswith("gradient with respect to `a`")
    checks.same_gradients(lambda a, b: a * 2, lambda a, b: a * 2 + 0 * b, rng, a=a, b=b)


def test_weight_finds_by_shape_even_transposed():
    module = nn.Module()
    module.table = nn.Parameter(torch.arange(6.0).reshape(2, 3))
    module.register_buffer("frozen", torch.ones(4))
    assert torch.equal(checks.weight(module, 2, 3), module.table)
    assert torch.equal(checks.weight(module, 3, 2), module.table.T)
    assert checks.weight(module, 4).shape == (4,)
    assert "[(2, 3), (4,)]" in message(checks.weight, module, 5)


# --- beside the student's code ---------------------------------------------------------------


def helper(x):
    """nn.GRU is only named here."""
    return nn.functional.relu(x)


class Cell(nn.Module):
    def forward(self, x):
        return torch.tanh(x)


def test_uses_looks_at_code_and_not_at_text():
    assert checks.uses(helper, "torch.relu")
    assert not checks.uses(helper, "nn.GRU")
    assert checks.uses(Cell, "tanh")
    assert checks.uses(Cell(), "tanh")
    assert not checks.uses(len, "relu")
    assert "relu" in checks.source_of(helper)
    assert checks.source_of(len) == ""


class Proxy:
    """Stands for a function in another process, as the engine's proxies do."""

    def __init__(self, target):
        self.target, self.asked = target, []

    def __run_where_it_lives__(self, module, name, *arguments):
        self.asked.append((module, name))
        return getattr(checks, name)(self.target, *arguments)


def test_a_proxy_is_asked_where_its_code_lives():
    proxy = Proxy(helper)
    assert checks.uses(proxy, "relu")
    checks.one_device(proxy, torch.ones(2))
    assert proxy.asked == [
        ("course_lib.inspection", "find_source"),
        ("course_lib.inspection", "find_stray"),
    ]
