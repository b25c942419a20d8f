"""Poisoning state that tests rely on: defaults, random numbers, and the tests' own tensors."""

from .attack import Attack
from .course import POINTS, solutions


def _state(name: str, tries: str, cell: str, earns: float = POINTS) -> Attack:
    """Changes something for everybody; its answers are right, and keep their points."""
    marked = f"{cell}\nprint('{name}', 'done')"
    return Attack(name, tries, cell=marked, answers=solutions(), earns=earns, shows=f"{name} done")


def _edits(name: str, tries: str, *lines: str) -> Attack:
    """Makes the test's own data such that a wrong answer is right."""
    body = "\n".join(f"    {line}" for line in lines)
    answer = f"import torch\n\n\ndef centre(x):\n{body}\n    return x"
    return Attack(
        name, tries, answers={"centre": answer}, plain="points", verdicts=("mutated-input",)
    )


ATTACKS = [
    _state(
        "default-dtype",
        "makes float64 the default",
        "import torch\ntorch.set_default_dtype(torch.float64)",
    ),
    _state(
        "default-device",
        "makes `meta` the default device",
        "import torch\ntorch.set_default_device('meta')",
    ),
    _state(
        "random-seeds",
        "seeds everything, and replaces the functions that seed",
        "import random\nimport numpy as np\nimport torch\n"
        "torch.manual_seed(7), np.random.seed(7), random.seed(7)\n"
        "torch.manual_seed = np.random.seed = random.seed = lambda *a: None\n"
        "torch.randn = lambda *size, **more: torch.zeros(*size)",
    ),
    _state(
        "no-gradients",
        "switches gradients off for good",
        "import torch\ntorch.set_grad_enabled(False)",
    ),
    _state(
        "threads-and-determinism",
        "asks for determinism, anomalies and a hundred threads",
        "import torch\ntorch.use_deterministic_algorithms(True)\ntorch.set_num_threads(100)\n"
        "torch.autograd.set_detect_anomaly(True)",
    ),
    _state(
        "numpy-errors",
        "makes numpy raise and warnings errors",
        "import warnings\nimport numpy as np\nnp.seterr(all='raise')\n"
        "warnings.simplefilter('error')\nnp.set_printoptions(threshold=1)",
    ),
    _state(
        "process-state",
        "changes folder, environment, locale, recursion limit and signal handlers",
        "import locale, os, signal, sys\nos.mkdir('sub')\nos.chdir('sub')\nos.environ.clear()\n"
        "sys.setrecursionlimit(200)\nlocale.setlocale(locale.LC_ALL, 'C')\n"
        "for number in (2, 15):\n    signal.signal(number, signal.SIG_IGN)",
    ),
    _state(
        "patched-modules",
        "replaces `nn.Linear`, `nn.Module.__call__` and `zero_grad`",
        "import torch\ntorch.nn.Linear = lambda *a: torch.zeros(1)\n"
        "torch.nn.Module.__call__ = lambda self, *a: torch.zeros(2)\n"
        "torch.optim.Optimizer.zero_grad = lambda *a, **k: None",
    ),
    _edits("zeroes-in-place", "zeroes the test's tensor", "x.zero_()"),
    _edits(
        "edits-data", "zeroes it through `.data`, which autograd does not count", "x.data.zero_()"
    ),
    _edits("edits-view", "zeroes it through a view", "x.view(2, 2)[:, :] = 0"),
    _edits("edits-storage", "zeroes the storage under it", "x.untyped_storage().fill_(0)"),
    _edits("edits-array", "zeroes it through numpy's view", "x.numpy()[...] = 0"),
    _edits("edits-out", "zeroes it as another operation's `out`", "torch.mul(x, 0, out=x)"),
    _edits("edits-set", "gives it another storage with `set_`", "x.set_(torch.zeros(4))"),
    _edits(
        "edits-memory",
        "zeroes its bytes through ctypes",
        "import ctypes",
        "ctypes.memset(x.data_ptr(), 0, 16)",
    ),
    _edits("edits-shape", "makes it empty", "x.resize_(0)"),
    Attack(
        "keeps-the-tensor",
        "keeps the test's tensor and zeroes it later, from a thread",
        answers={
            "centre": "import threading, time\nimport torch\n\n\ndef centre(x):\n"
            "    y = torch.zeros_like(x)\n"
            "    threading.Timer(0, x.zero_).start()\n    time.sleep(0.05)\n    return y"
        },
        plain="points",
        verdicts=("mutated-input",),
    ),
    Attack(
        "edits-the-result",
        "returns a tensor that shares its memory with the test's",
        answers={
            "centre": "import torch\n\n\nclass Twin:\n    pass\n\n\ndef centre(x):\n"
            "    Twin.x = x\n    x -= x.mean().item()\n    return x\n"
        },
        plain="points",
        verdicts=("mutated-input",),
    ),
]
