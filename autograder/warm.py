"""What every grading process needs, loaded once: libraries, and what they build at first use."""

import importlib
import importlib.util
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

from autograder import sandbox
from autograder.sandbox import libc

USUAL = (
    *("resource", "tempfile", "IPython.core.interactiveshell", "numpy", "torch"),
    *("matplotlib.pyplot", "matplotlib_inline.backend_inline", "course_lib.checks"),
)


def load(required: Iterable[str]) -> None:
    """Import the usual libraries that are installed, and all of `required`.

    Raises:
        RuntimeError: a module starts a thread: a fork would not have it, but might wait for it.
        ImportError: a required module is missing, or one that is installed does not load.
    """
    usual = [name for name in USUAL if importlib.util.find_spec(name.partition(".")[0])]
    for name in (*required, *usual):
        importlib.import_module(name)
        if threads() > 1:
            raise RuntimeError(f"{name} starts threads when it is imported")


def warm() -> None:
    """Use each library once, on one thread, so that no child pays for it or needs its caches."""
    libraries()
    if shell := sys.modules.get("autograder.split.shell"):
        shell.warm()


def libraries() -> None:
    """The same for those that `load` has imported by now."""
    if "torch" in sys.modules:
        _torch()


@cache
def _torch() -> None:
    import torch

    torch.set_num_threads(1)
    # a GPU's TensorFloat-32 has three digits
    torch.backends.fp32_precision = "ieee"  # type: ignore[attr-defined]
    lstm = torch.nn.LSTM(3, 4)
    for rule in (torch.optim.SGD, torch.optim.Adam):
        optimiser = rule(lstm.parameters(), lr=0.1)
        states, _ = lstm(torch.ones(5, 2, 3))
        loss = torch.nn.functional.cross_entropy(states.flatten(0, 1), torch.zeros(10).long())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(lstm.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad()
    torch.testing.assert_close(loss, loss)
    torch.ones(2, 3, device="meta").relu().sum()  # two seconds of imports, for device checks
    torch.manual_seed(0)


def use_huge_pages() -> None:
    """Move what is loaded to huge pages, where the kernel can (Linux 6.1).

    A fork copies one entry for each of them, instead of 512.
    """
    with suppress(OSError):  # a kernel without huge pages, or one that hides them
        size = int(Path("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size").read_text())
        for line in Path("/proc/self/maps").read_text().splitlines():
            span, rights, _, _, inode, *name = line.split()
            if rights == "rw-p" and inode == "0" and name != ["[stack]"]:
                start, end = (int(edge, 16) for edge in span.split("-"))
                for page in range(-(-start // size) * size, end - size + 1, size):
                    with suppress(OSError):  # nothing is there
                        libc.madvise(page, size, libc.MADV_COLLAPSE)


def find_gpu() -> None:
    """Only look for it: a process that has begun with CUDA has no children that can use it.

    Raises:
        RuntimeError: torch finds none on this machine.
    """
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_available():
        raise RuntimeError("--device cuda: torch finds no GPU on this machine; use --device cpu")
    if torch.cuda.is_initialized():
        raise RuntimeError("a library used the GPU when it was imported: do not preload it")


def threads() -> int:
    """How many this process has."""
    return len(os.listdir("/proc/self/task"))


def source_folders() -> list[Path]:
    """Where the loaded modules outside Python's own folders have their source, to be readable.

    A package gives its folder, a single file only itself: others beside it may be secret. What is
    readable anyway is left out, for each rule costs every process some time.
    """
    found = set()
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if "." not in name and name != "__main__" and file:
            path = Path(file).resolve()
            found.add(path.parent if path.name == "__init__.py" else path)
    own = sandbox.python_paths()
    return sorted(path for path in found if not any(path.is_relative_to(o) for o in own))
