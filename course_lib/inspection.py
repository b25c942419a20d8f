"""Looking into a student's code: its source, and whether it would run on a GPU.

`checks` calls these in the process that has the code. A GPU is not needed: on the `meta` device
tensors have shapes and no data, and a dispatch mode sees every operation.
"""

import ast
import copy
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

from torch import Tensor, nn, no_grad
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map

_KEEP_DEVICE = (
    "Make new tensors where the inputs live: `x.new_zeros(...)`, "
    "`torch.zeros(..., device=x.device)`, or `register_buffer` for a module's constants."
)
_INDEXING = {"index", "index_put", "index_put_", "_index_put_impl_", "_unsafe_index"}


def where_it_lives(function: Callable[..., Any], target: Any, *arguments: Any) -> Any:
    """`function(target, *arguments)` in the process that has the target's code.

    A student's object may be a proxy whose code is elsewhere; it offers to run a library's
    function there, which takes plain data and returns it.
    """
    run = getattr(target, "__run_where_it_lives__", None)
    if run is None:
        return function(target, *arguments)
    return run(function.__module__, function.__name__, *arguments)


def find_source(code: Any) -> str:
    """The source of a function, a class or a module object; "" where there is none."""
    if isinstance(code, nn.Module):
        code = type(code)
    parts = [code]
    if inspect.isclass(code):  # inspect finds methods of interactive classes, not the classes
        parts = [value for value in vars(code).values() if inspect.isfunction(value)]
    try:
        return "\n".join(textwrap.dedent(inspect.getsource(part)) for part in parts)
    except (OSError, TypeError):
        return ""


def names_in(source: str) -> set[str]:
    """Names and attributes that the code mentions."""
    nodes = _nodes(source)
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return attributes | {node.id for node in nodes if isinstance(node, ast.Name)}


def _nodes(source: str) -> list[ast.AST]:
    try:
        return list(ast.walk(ast.parse(source)))
    except SyntaxError:  # a lambda, cut out of its line
        return []


def _names_a_gpu(source: str) -> bool:
    """Whether it says `.cuda(...)` or "cuda"."""
    for node in _nodes(source):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "cuda":
            return True
        if isinstance(node, ast.Constant) and str(node.value).startswith("cuda"):
            return True
    return False


def find_stray(target: Any, *inputs: Any) -> str | None:
    """What is wrong, or None; `checks.one_device` runs it in the process that has the code."""
    if _names_a_gpu(find_source(target)):
        return f"the code names `cuda`, so it works on no other device. {_KEEP_DEVICE}"
    watch = _Watch()
    try:
        if isinstance(target, nn.Module):
            target = copy.deepcopy(target).to("meta")
        inputs = tree_map(lambda v: v.to("meta") if isinstance(v, Tensor) else v, inputs)
        with no_grad(), watch:
            output = target(*inputs)
    except Exception:  # data-dependent code, whatever it raises; a stray tensor is in `watch`
        output = None
    if watch.stray is None and any(_is_stray(leaf) for leaf in tree_leaves(output)):
        return f"the result is on the CPU although the inputs are not. {_KEEP_DEVICE}"
    return watch.stray


def _is_stray(value: Any) -> bool:
    return isinstance(value, Tensor) and value.device.type == "cpu" and value.ndim > 0


class _Watch(TorchDispatchMode):
    """Stops at the first operation that mixes a meta tensor with a CPU tensor."""

    stray: str | None = None

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs, name = kwargs or {}, func.overloadpacket.__name__
        looked_at = [*args, *kwargs.values()]
        if name in _INDEXING:  # an index may stay on the CPU
            del looked_at[1]
        if name == "copy_" and args[0].is_meta:  # so may what is copied
            del looked_at[1]
        leaves = tree_leaves([*args, *kwargs.values()])
        strays = [leaf for leaf in tree_leaves(looked_at) if _is_stray(leaf)]
        if strays and any(isinstance(leaf, Tensor) and leaf.is_meta for leaf in leaves):
            size = tuple(strays[0].shape)
            self.stray = (
                f"a tensor of shape {size} is made on the CPU and meets data on another device in "
                f"`{name.strip('_')}`, which fails on a GPU. {_KEEP_DEVICE}"
            )
            raise RuntimeError(self.stray)
        return func(*args, **kwargs)
