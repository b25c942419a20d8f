"""Would this run on a GPU? Found out without one, on the `meta` device, which has no data."""

import copy
from typing import Any

from torch import Tensor, nn, no_grad
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map

_KEEP_DEVICE = (
    "On a GPU this fails. Make new tensors where the inputs live: `x.new_zeros(...)`, "
    "`torch.zeros(..., device=x.device)`, or `register_buffer` for a module's constants."
)
_INDEXING = {"index", "index_put", "index_put_", "_index_put_impl_", "_unsafe_index"}


def find_stray(target: Any, *inputs: Any) -> str | None:
    """What is wrong, or None; `checks.one_device` runs it in the process that has the code."""
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
                f"a CPU tensor of shape {size} meets the model's data in `{name.strip('_')}`. "
                f"{_KEEP_DEVICE}"
            )
            raise RuntimeError(self.stray)
        return func(*args, **kwargs)
