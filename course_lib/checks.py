"""What test cells call: comparisons whose messages teach, inputs, gradients, the device check.

Every function returns None or raises an AssertionError whose text depends only on what was seen,
so that the same mistake always gives the same message. What a student wrote may be a proxy whose
code lives in another process; what must run beside that code goes through `where_it_lives`.
"""

import copy
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_leaves

from course_lib.by_hand import by_hand as by_hand
from course_lib.device import tolerances
from course_lib.inspection import find_source, find_stray, names_in, where_it_lives

Function = Callable[..., Tensor]

# --- inputs ----------------------------------------------------------------------------------


def device() -> torch.device:
    """Where tests run: the environment's COURSE_DEVICE, else the CPU; without TensorFloat-32."""
    torch.backends.fp32_precision = "ieee"  # type: ignore[attr-defined]
    return torch.device(os.environ.get("COURSE_DEVICE", "cpu"))


def generator(test_id: str) -> torch.Generator:
    """A CPU generator seeded by the test's id: a regrade draws the same data."""
    digest = hashlib.sha256(test_id.encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:7], "big"))


def normal(rng: torch.Generator, *sizes: int, dtype: torch.dtype = torch.float64) -> Tensor:
    """Standard normal numbers, drawn on the CPU and moved to `device()`."""
    return torch.randn(sizes, generator=rng, dtype=dtype).to(device())


def integers(rng: torch.Generator, high: int, *sizes: int, low: int = 0) -> Tensor:
    """Integers from `low` up to `high` - 1, drawn on the CPU and moved to `device()`."""
    return torch.randint(low, high, sizes, generator=rng).to(device())


# --- comparisons -----------------------------------------------------------------------------


def close(
    actual: Any, expected: Any, what: str, hint: str = "", rtol: float = 0.0, atol: float = 0.0
) -> None:
    """Assert that numbers agree within the tolerance of the less exact side.

    Args:
        actual, expected: tensors, arrays, numbers or lists of them; compared on the CPU in
            float64.
        what: names the quantity; the message starts with it.
        hint: how to think about a difference; the message ends with it.
        rtol, atol: at least this much is allowed.
    """
    seen, wanted = _tensor(actual, what, hint), _tensor(expected, "expected value")
    shape(seen, wanted.shape, what, hint)
    limits = [tolerances(t, device()) for t in (_precision(actual), _precision(expected))]
    rtol = max(rtol, *(limit[0] for limit in limits))
    atol = max(atol, *(limit[1] for limit in limits))
    seen, wanted = seen.double(), wanted.double()
    wrong = ~torch.isclose(seen, wanted, rtol=rtol, atol=atol, equal_nan=True)
    assert not wrong.any(), _difference(seen, wanted, wrong, what, hint)


def equal(actual: Any, expected: Any, what: str, hint: str = "") -> None:
    """Assert exact equality: of tensors value by value, of plain Python data by `==`."""
    if not isinstance(expected, Tensor):
        right = type(actual) is type(expected) and actual == expected
        assert right, _sentence(what, _short(expected), _short(actual), hint)
        return
    seen, wanted = _tensor(actual, what, hint), expected.detach().cpu()
    shape(seen, wanted.shape, what, hint)
    wrong = seen != wanted
    assert not wrong.any(), _difference(seen, wanted, wrong, what, hint)


def shape(actual: Any, expected: tuple[int, ...], what: str, hint: str = "") -> None:
    """Assert the shape of a tensor or an array."""
    assert hasattr(actual, "shape"), _sentence(what, "a tensor", _short(actual), hint)
    seen, wanted = tuple(actual.shape), tuple(expected)
    assert seen == wanted, _sentence(what, f"shape {wanted}", f"shape {seen}", hint)


def dtype(actual: Any, expected: Any, what: str, hint: str = "") -> None:
    """Assert the number type of a tensor or an array, e.g. `torch.float64`."""
    assert hasattr(actual, "dtype"), _sentence(what, "a tensor", _short(actual), hint)
    assert actual.dtype == expected, _sentence(what, str(expected), str(actual.dtype), hint)


def _tensor(value: Any, what: str, hint: str = "") -> Tensor:
    if isinstance(value, Tensor):
        return value.detach().cpu()
    try:
        return torch.tensor(value, dtype=None if hasattr(value, "dtype") else torch.float64)
    except (TypeError, ValueError, RuntimeError):
        raise AssertionError(_sentence(what, "numbers", _short(value), hint)) from None


def _precision(value: Any) -> torch.dtype:
    """The type whose tolerance applies; a plain Python number may have come from a float32."""
    if not hasattr(value, "dtype"):
        return torch.float32
    kind = value.dtype if isinstance(value, Tensor) else torch.tensor(value).dtype
    return kind if kind.is_floating_point else torch.float64


def _difference(seen: Tensor, wanted: Tensor, wrong: Tensor, what: str, hint: str) -> str:
    index = tuple(wrong.nonzero()[0].tolist())
    place = f" at {list(index)}" if index else ""
    count = f" ({int(wrong.sum())} of {wrong.numel()} values differ)" if index else ""
    first, second = _digits(wanted[index].item(), seen[index].item())
    return _sentence(what, first + place, second + count, hint)


def _digits(expected: float | int, actual: float | int) -> tuple[str, str]:
    """As many digits as tell the two apart; integers in full."""
    texts = str(expected), str(actual)
    for digits in (17, 7, 4) if isinstance(expected, float) else ():
        shorter = f"{expected:.{digits}g}", f"{actual:.{digits}g}"
        texts = shorter if shorter[0] != shorter[1] else texts
    return texts


def _sentence(what: str, expected: str, actual: str, hint: str) -> str:
    return f"{what}: expected {expected}, got {actual}." + (f" {hint}" if hint else "")


def _short(value: Any) -> str:
    if value is None:
        return "None (does the function end in `return`?)"
    if hasattr(value, "shape"):
        return f"a {type(value).__name__} of shape {tuple(value.shape)}"
    plain = isinstance(value, bool | int | float | str | list | tuple | dict | set)
    text = repr(value) if plain else f"a {type(value).__name__}"
    return text if len(text) <= 100 else text[:97] + "..."


@contextmanager
def unchanged(**values: Any) -> Iterator[None]:
    """Assert that the calls inside leave these arguments as they were."""
    before = copy.deepcopy(values)
    yield
    for name, value in values.items():
        now, then = tree_leaves(value), tree_leaves(before[name])
        same = len(now) == len(then) and all(map(_same, now, then))
        assert same, f"`{name}` was changed by the call: compute a new value instead of editing it."


def _same(now: Any, before: Any) -> bool:
    if hasattr(now, "shape"):
        return now.shape == before.shape and bool((now == before).all())
    return bool(now == before)


# --- gradients and parameters ----------------------------------------------------------------


def same_gradients(
    function: Function, oracle: Function, rng: torch.Generator, **inputs: Any
) -> None:
    """Assert that two functions have the same gradient with respect to every float input.

    Args:
        function, oracle: called with the inputs by position, in the order given.
        rng: draws the weights of the sum that is differentiated.
        inputs: floating-point tensors get gradients; everything else is passed as it is.
    """
    wanted, _, weights = _gradients(oracle, inputs, lambda out: normal(rng, *out.shape))
    seen, exactness, _ = _gradients(function, inputs, lambda _: weights)
    rtol, atol = tolerances(exactness, device())
    for name, gradient in wanted.items():
        got = torch.zeros_like(gradient) if seen[name] is None else seen[name]
        close(got, gradient, f"gradient with respect to `{name}`", rtol=rtol, atol=atol)


def _gradients(
    function: Function, inputs: dict[str, Any], weigh: Callable[[Tensor], Tensor]
) -> tuple[dict[str, Any], torch.dtype, Tensor]:
    own = {name: _leaf(value) for name, value in inputs.items()}
    output = function(*own.values())
    assert getattr(output, "requires_grad", False), (
        "the result carries no gradient: `.detach()`, `.data`, `.item()` and NumPy cut the graph."
    )
    weights = weigh(output)
    shape(output, weights.shape, "result")
    (output * weights.to(output.dtype)).sum().backward()
    gradients = {name: value.grad for name, value in own.items() if _is_float(value)}
    return gradients, output.dtype, weights


def _is_float(value: Any) -> bool:
    return isinstance(value, Tensor) and value.is_floating_point()


def _leaf(value: Any) -> Any:
    return value.detach().clone().requires_grad_() if _is_float(value) else copy.deepcopy(value)


def weight(module: nn.Module, *sizes: int) -> Tensor:
    """The only weight of a module with this shape, transposed where it is stored so.

    Asking by shape leaves names, `nn.Linear` or `nn.Parameter`, free to choose; give every size
    a different value. Parameters come before buffers.
    """
    own = [v.detach() for _, v in module.named_parameters()]
    stored = [v.detach() for v in module.state_dict().values()]
    found: list[Tensor] = []
    for values in (own, stored):
        found = found or [v for v in values if tuple(v.shape) == sizes]
        found = found or [v.T for v in values if v.ndim == 2 and tuple(v.shape) == sizes[::-1]]
    shapes = sorted(tuple(v.shape) for v in stored)
    assert len(found) == 1, f"expected one weight of shape {sizes} among the module's, got {shapes}"
    return found[0]


# --- beside the student's code ---------------------------------------------------------------


def uses(function: Any, name: str) -> bool:
    """Whether the code names `name` ("nn.LSTM": `LSTM`); False where no source can be found."""
    return name.rpartition(".")[2] in names_in(source_of(function))


def source_of(function: Any) -> str:
    """Source code of a student's function, class or module; "" where there is none to be found."""
    return where_it_lives(find_source, function)


def one_device(target: Any, *inputs: Any) -> None:
    """Assert, without a GPU, that a function or module makes no tensor on the wrong device.

    It runs on the `meta` device. Code whose path depends on data (`.item()`, `.tolist()`,
    boolean masks) cannot run there: it passes, because nothing can be said about it. Nor can a
    module of the student's that holds one of the test's own: let their code make both.
    """
    stray = where_it_lives(find_stray, target, *inputs)
    assert stray is None, stray
