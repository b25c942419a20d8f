"""Tensors and NumPy arrays as raw bytes, with every claim about them checked before use."""

import math
import re
from typing import Any

import numpy as np
import torch

NAMES = (
    *("bool", "uint8", "int8", "int16", "int32", "int64", "uint16", "uint32", "uint64"),
    *("float16", "bfloat16", "float32", "float64", "complex64", "complex128"),
    *("float8_e4m3fn", "float8_e5m2"),
)
DTYPES = {name: getattr(torch, name) for name in NAMES}
NUMPY = {
    name: np.dtype(name)
    for name in NAMES
    if name != "bfloat16" and not name.startswith(("float8", "uint16", "uint32", "uint64"))
}
NAME_OF = {dtype: name for name, dtype in DTYPES.items()}
USUAL = (torch.Tensor, torch.nn.Parameter)
NUMPY_DTYPE = re.compile(r"[<>|=]([biufc]|[SU])\d{1,9}|[<>][mM]8(\[\d{0,9}\w{1,2}\])?")
DEVICE = re.compile(r"cpu|meta|cuda(:\d{1,2})?")


class CannotCross(TypeError):
    """A value that has no form between two processes; the message says what to do."""


def tensor_bytes(tensor: torch.Tensor) -> tuple[list[Any], memoryview | bytes]:
    """A description, and the contents in order.

    Raises:
        CannotCross: for sparse, quantised and vmapped tensors.
    """
    if (usual := usual_bytes(tensor)) is not None:
        return usual
    with torch._C.DisableTorchFunctionSubclass(), torch.no_grad():
        if torch._C._functorch.is_functorch_wrapped_tensor(tensor):
            raise CannotCross(
                "torch.func transforms (vmap, grad, jvp) cannot reach into the student's process: "
                "call the function in a loop, or use torch.autograd.grad"
            )
        if tensor.layout != torch.strided or tensor.dtype not in NAME_OF:
            raise CannotCross(
                f"a tensor of layout {tensor.layout} and dtype {tensor.dtype} cannot cross "
                "between processes: make it dense first, e.g. with .to_dense()"
            )
        about: list[Any] = [NAME_OF[tensor.dtype], list(tensor.shape), tensor.device.type]
        if tensor.device.type == "meta":
            return [*about, None], memoryview(b"")
        plain = tensor.detach()
        strides = None if plain.is_contiguous() else _dense_strides(plain)
        if strides is not None:
            about.append(strides)
            plain = plain.as_strided((plain.numel(),), (1,))
        else:
            about.append(None)
        plain = plain.resolve_conj().resolve_neg().cpu().contiguous()
        content: Any = in_a_row(plain).view(torch.uint8).numpy()
        return about, memoryview(content)


def usual_bytes(tensor: torch.Tensor) -> tuple[list[Any], bytes] | None:
    """The same, quickly, for a tensor that has a `usual_view`; None for all others."""
    view = usual_view(tensor)
    if view is None:
        return None
    return [NAME_OF[tensor.dtype], list(view.shape), "cpu", None], view.tobytes()


def usual_view(tensor: torch.Tensor) -> np.ndarray | None:
    """NumPy's view of an ordinary tensor whose numbers are in order; None for all others."""
    if type(tensor) not in USUAL or tensor.dtype not in NAME_OF:
        return None
    try:
        view = tensor.detach().numpy()
    except (RuntimeError, TypeError):
        return None
    return view if view.flags.c_contiguous else None


def in_a_row(tensor: torch.Tensor) -> torch.Tensor:
    """A contiguous tensor with one axis, whose stride is 1 even where a single number's was not."""
    return tensor.as_strided((tensor.numel(),), (1,))


def _dense_strides(tensor: torch.Tensor) -> list[int] | None:
    """The strides of a transposed but gapless tensor; None for slices and expansions."""
    strides = list(tensor.stride())
    if tensor.is_conj() or tensor.is_neg() or tensor.storage_offset():
        return None
    return strides if _gapless(list(tensor.shape), strides) else None


def _gapless(shape: list[int], strides: list[int]) -> bool:
    expected = 1
    for stride, size in sorted((st, s) for st, s in zip(strides, shape, strict=True) if s != 1):
        if stride != expected:
            return False
        expected *= size
    return expected > 0


def tensor_from(about: list[Any], raw: bytearray) -> torch.Tensor:
    """The tensor that `tensor_bytes` described; owns `raw`.

    Raises:
        ValueError: the claims do not fit the bytes.
    """
    name, shape, device, strides = about
    dtype = DTYPES[name]
    size = math.prod(_sizes(shape)) * dtype.itemsize
    if not DEVICE.fullmatch(device):
        raise ValueError(f"no such device: {device!r}")
    if device == "meta":
        return torch.empty(shape, dtype=dtype, device="meta")
    if size != len(raw):
        raise ValueError(f"{len(raw)} bytes for a {name} tensor of shape {shape}")
    if not size:
        return torch.empty(shape, dtype=dtype, device=device)
    # nearly always so, and several times as quick
    if name in NUMPY and strides is None and device == "cpu":
        return torch.from_numpy(np.frombuffer(raw, NUMPY[name]).reshape(shape))
    flat = torch.frombuffer(raw, dtype=torch.uint8).view(dtype)
    if strides is None:
        return flat.reshape(shape).to(device)
    if len(_sizes(strides)) != len(shape) or not _gapless(shape, strides):
        raise ValueError("strides that leave the tensor's bytes")
    return flat.as_strided(shape, strides).to(device)


def _sizes(shape: Any) -> list[int]:
    small = isinstance(shape, list) and len(shape) <= 32
    if not small or any(type(s) is not int or not 0 <= s < 2**48 for s in shape):
        raise ValueError("not a shape")
    if math.prod(max(s, 1) for s in shape) >= 2**48:
        raise ValueError("not a shape that any memory holds")
    return shape


def array_bytes(array: Any) -> tuple[list[Any], memoryview]:
    """Like `tensor_bytes`, for a NumPy array or scalar."""
    if not NUMPY_DTYPE.fullmatch(array.dtype.str):
        raise CannotCross(f"a NumPy array of dtype {array.dtype} cannot cross between processes")
    plain = np.ndarray.__array__(array) if isinstance(array, np.ndarray) else np.array(array)
    return [array.dtype.str, list(plain.shape)], memoryview(plain.tobytes())


def array_from(about: list[Any], raw: bytearray) -> np.ndarray:
    """Like `tensor_from`."""
    name, shape = about
    if not (isinstance(name, str) and NUMPY_DTYPE.fullmatch(name)):
        raise ValueError("no such NumPy dtype")
    dtype = np.dtype(name)
    if math.prod(_sizes(shape)) * dtype.itemsize != len(raw):
        raise ValueError(f"{len(raw)} bytes for a {name} array of shape {shape}")
    return np.frombuffer(raw, dtype=dtype).reshape(shape)
