"""Where tensors live, how a run is seeded, and how close two results must be."""

import random

import numpy as np
import torch

_TOLERANCES = {
    torch.float64: (1e-7, 1e-8),
    torch.float32: (1e-4, 1e-5),
    torch.float16: (2e-3, 2e-3),
    torch.bfloat16: (2e-2, 1e-2),
}
# Accelerators sum in another order from run to run; float32 and below feel it.
_ACCELERATOR_FACTOR = 10


def pick_device(name: str = "auto") -> torch.device:
    """The device called `name`, or the fastest one present for "auto".

    Args:
        name: "auto", or what `torch.device` takes ("cpu", "cuda", "cuda:1", "mps").

    Raises:
        ValueError: if `name` is no device's name.
        RuntimeError: if this machine lacks the device asked for.
    """
    cuda, mps = torch.cuda.is_available(), torch.backends.mps.is_available()
    if name == "auto":
        return torch.device("cuda" if cuda else "mps" if mps else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        message = f"{name!r} is not a device; use 'auto', 'cpu', 'cuda' or 'mps'"
        raise ValueError(message) from error
    if not _present(device):
        raise RuntimeError(f"{name!r} is not available here; use 'cpu' or 'auto'")
    return device


def _present(device: torch.device) -> bool:
    if device.type == "cuda":
        return torch.cuda.is_available() and (device.index or 0) < torch.cuda.device_count()
    if device.type == "mps":
        return torch.backends.mps.is_available()
    return device.type in ("cpu", "meta")


def has_fast_bf16(device: torch.device | str = "cpu") -> bool:
    """Whether the hardware multiplies matrices in bfloat16, rather than imitating it slowly."""
    kind = torch.device(device).type
    if kind == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    abilities = torch.cpu.get_capabilities() if kind == "cpu" else {}
    return bool(abilities.get("amx_bf16") or abilities.get("avx512_bf16"))


def set_seed(seed: int) -> None:
    """Seed Python's, NumPy's and PyTorch's global generators, on every device."""
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - libraries that draw from the global state exist
    torch.manual_seed(seed)


def tolerances(dtype: torch.dtype, device: torch.device | str = "cpu") -> tuple[float, float]:
    """(rtol, atol) within which two ways to compute the same values must agree.

    Off the CPU, types below float64 get ten times as much; TensorFloat-32, which needs far
    more, is assumed off.

    Raises:
        TypeError: if `dtype` is no floating-point type: integers must be equal.
    """
    if dtype not in _TOLERANCES:
        raise TypeError(f"no tolerance for {dtype}: compare integers and booleans exactly")
    rtol, atol = _TOLERANCES[dtype]
    if torch.device(device).type == "cpu" or dtype == torch.float64:
        return rtol, atol
    return rtol * _ACCELERATOR_FACTOR, atol * _ACCELERATOR_FACTOR
