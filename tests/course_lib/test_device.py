import random

import numpy as np
import pytest
import torch

from course_lib.device import has_fast_bf16, pick_device, set_seed, tolerances


def test_auto_is_a_device_that_works():
    assert torch.ones(2, device=pick_device()).sum().item() == 2


def test_named_devices():
    assert pick_device("cpu") == torch.device("cpu")
    assert pick_device("meta").type == "meta"


def test_a_wrong_name_says_which_are_right():
    with pytest.raises(ValueError, match="'gpu' is not a device; use 'auto'"):
        pick_device("gpu")


def test_an_absent_device_says_what_to_use():
    with pytest.raises(RuntimeError, match="use 'cpu'"):
        pick_device("cuda:63")


def draw():
    return random.random(), np.random.rand(), torch.rand(1).item()  # noqa: NPY002


def test_a_seed_fixes_every_global_generator():
    set_seed(5)
    first = draw()
    second = draw()
    set_seed(5)
    assert draw() == first
    set_seed(6)
    other = draw()
    assert all(a != b and a != c for a, b, c in zip(first, second, other, strict=True))


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16, torch.float16])
def test_tolerances_pass_rounding_and_catch_a_wrong_scale(dtype):
    rtol, atol = tolerances(dtype)
    gen = torch.Generator().manual_seed(1)
    a, b = (torch.randn(40, 40, generator=gen, dtype=torch.float64) for _ in range(2))
    product = (a.to(dtype) @ b.to(dtype)).double()
    exact = a.to(dtype).double() @ b.to(dtype).double()
    unit = max(1.0, exact.abs().max().item())
    torch.testing.assert_close(product / unit, exact / unit, rtol=rtol, atol=atol)
    with pytest.raises(AssertionError):
        torch.testing.assert_close(product * 1.1, exact, rtol=rtol, atol=atol)


def test_tolerances_are_wider_on_an_accelerator_but_not_in_float64():
    assert tolerances(torch.float32, "cuda") > tolerances(torch.float32, "cpu")
    assert tolerances(torch.float64, "cuda") == tolerances(torch.float64)


def test_integers_have_no_tolerance():
    with pytest.raises(TypeError, match="exactly"):
        tolerances(torch.int64)


def test_bfloat16_is_what_the_processor_says(monkeypatch):
    for ability in ("amx_bf16", "avx512_bf16"):
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda name=ability: {name: True})
        assert has_fast_bf16()
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx2": True, "amx_bf16": False})
    assert not has_fast_bf16(torch.device("cpu"))
    assert not has_fast_bf16("meta")
