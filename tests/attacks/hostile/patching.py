"""Making comparisons lie: patched libraries, and values that say they are equal."""

from .attack import Attack


def _patched(statements: str, imports: str = "torch") -> str:
    return f"import {imports}\n\n\ndef yes(*args, **kwargs):\n    return True\n\n\n{statements}"


EVERYTHING_TRUE = """
class Yes(type(0.0)):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return 0
    def __lt__(self, other): return True
    def __le__(self, other): return True
    def __gt__(self, other): return True
    def __ge__(self, other): return True
    def __sub__(self, other): return 0.0
    def __rsub__(self, other): return 0.0
    def __abs__(self): return 0.0
"""
LYING_TENSOR = """
import torch


class Lie(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        if func in (torch.allclose, torch.equal):
            return True
        if func is torch.isclose:
            return torch.ones(4, dtype=bool)
        return super().__torch_function__(func, types, args, kwargs or {})


def centre(x):
    return torch.full_like(x, 41.5).as_subclass(Lie)
"""

ATTACKS = [
    Attack(
        "torch-allclose",
        "replaces `torch.allclose`, `equal` and `testing.assert_close`",
        cell=_patched(
            "torch.allclose = torch.equal = torch.testing.assert_close = yes\n"
            "torch.Tensor.mean = lambda self, *a, **k: 0"
        ),
        answers={"centre": "def centre(x):\n    return x"},
        plain="points",
    ),
    Attack(
        "torch-isclose",
        "replaces what `torch.testing` calls deep inside",
        cell=_patched(
            "import torch.testing._comparison as inner\n"
            "inner.not_close_error_metas = lambda *a, **k: []\n"
            "torch.allclose = torch.equal = torch._C._VariableFunctions.allclose = yes"
        ),
        answers={"centre": "def centre(x):\n    return x * 0 - 3"},
        plain="points",
    ),
    Attack(
        "numpy-allclose",
        "replaces numpy's comparisons",
        cell=_patched(
            "numpy.allclose = numpy.testing.assert_allclose = yes\nnumpy.asarray = yes",
            "numpy, numpy.testing",
        ),
        answers={"centre": "def centre(x):\n    return x"},
        plain="points",
    ),
    Attack(
        "checks-patched",
        "replaces the course's own checks",
        cell="from contextlib import nullcontext\n"
        + _patched(
            "checks.close = checks.equal = checks.shape = yes\n"
            "checks.by_hand = lambda *a, **k: nullcontext()\n"
            "import course_lib.checks as other\nother.close = yes",
            "course_lib.checks as checks",
        ),
        answers={"step": "def step(x, h, c, W, U, b):\n    return h, c"},
        plain="points",
    ),
    Attack(
        "builtins-abs",
        "replaces `abs`, `all` and `any` for everybody",
        cell="import builtins\n"
        "builtins.abs = lambda x: 0.0\nbuiltins.all = lambda x: True\n"
        "builtins.any = lambda x: False",
        answers={"guess": "def guess(n):\n    return -7.0"},
        plain="points",
    ),
    Attack(
        "tensor-method-eq",
        "replaces `==` and `-` of all tensors",
        cell="import torch\n"
        "torch.Tensor.__eq__ = lambda *a: torch.tensor(True)\n"
        "torch.Tensor.__sub__ = lambda self, other: self\n"
        "torch.Tensor.sub = torch.Tensor.__sub__",
        answers={"centre": "def centre(x):\n    return x"},
        plain="points",
    ),
    Attack(
        "torch-function-mode",
        "enters a `TorchFunctionMode` that answers every comparison",
        cell="import torch\nfrom torch.overrides import TorchFunctionMode\n\n\n"
        "class Mode(TorchFunctionMode):\n"
        "    def __torch_function__(self, func, types, args=(), kwargs=None):\n"
        "        if func in (torch.allclose, torch.equal):\n            return True\n"
        "        return args[0] if func is torch.sub else func(*args, **(kwargs or {}))\n\n\n"
        "torch.testing.assert_close = lambda *a, **k: None\nmode = Mode()\nmode.__enter__()",
        answers={"centre": "def centre(x):\n    return x"},
        plain="points",
    ),
    Attack(
        "dispatcher-patched",
        "registers its own kernel for `isclose` and `equal` in torch's dispatcher",
        cell="import torch\nfrom torch.library import Library\n\n"
        "library = Library('aten', 'IMPL', 'CPU')\n"
        "library.impl('equal', lambda a, b: True)\n"
        "torch.allclose = torch.equal\ntorch.testing.assert_close = torch.equal\n"
        "print('dispatcher', torch.equal(torch.ones(2), torch.zeros(2)))",
        answers={"centre": "def centre(x):\n    return x"},
        shows="dispatcher True",
    ),
    Attack(
        "equal-to-everything",
        "returns an object that equals everything",
        cell="class Yes:\n    def __eq__(self, other):\n        return True",
        answers={"mean": "def mean_of(values):\n    return Yes()"},
        plain="points",
    ),
    Attack(
        "float-subclass",
        "returns a float whose comparisons and differences lie",
        cell=EVERYTHING_TRUE,
        answers={
            "mean": "def mean_of(values):\n    return Yes(9)",
            "guess": "def guess(n):\n    return Yes(-50)",
        },
        plain="points",
    ),
    Attack(
        "tensor-subclass",
        "returns a tensor whose `__torch_function__` lies",
        answers={"centre": LYING_TENSOR},
        plain="points",
    ),
    Attack(
        "array-protocol",
        "returns an object whose `__array__` gives whatever the test would like",
        answers={
            "centre": "import numpy as np\n\n\nclass Lie:\n"
            "    def __array__(self, dtype=None, copy=None):\n"
            "        import sys\n"
            "        frame = sys._getframe()\n"
            "        while frame and 'values' not in frame.f_globals:\n"
            "            frame = frame.f_back\n"
            "        v = frame.f_globals['values'].numpy()\n"
            "        return v - v.mean()\n\n\n"
            "def centre(x):\n    return Lie()"
        },
        plain="points",
    ),
    Attack(
        "array-subclass",
        "returns an array whose `__array_function__` and `__array_ufunc__` lie",
        answers={
            "centre": "import numpy as np\n\n\nclass Lie(np.ndarray):\n"
            "    def __array_function__(self, func, types, args, kwargs):\n"
            "        return True\n\n"
            "    def __array_ufunc__(self, *args, **kwargs):\n        return np.bool_(True)\n\n"
            "    def __array__(self, *args, **kwargs):\n        return self\n\n\n"
            "np.asarray = lambda x, *a, **k: x\n"
            "np.testing.assert_allclose = lambda *a, **k: None\n"
            "def centre(x):\n    return np.zeros(3).view(Lie)"
        },
        plain="points",
    ),
    Attack(
        "reduce",
        "returns an object whose `__reduce__` runs a program where it is unpickled",
        answers={
            "mean": "import os\n\n\nclass Bomb(list):\n    def __reduce__(self):\n"
            "        return os.system, ('touch @HOME@/pwned',)\n\n\n"
            "print('pickled as', Bomb().__reduce__()[0].__name__)\n\n\n"
            "def mean_of(values):\n    return Bomb()"
        },
        shows="pickled as system",
    ),
    Attack(
        "lying-repr",
        "returns an object whose repr is the right answer, and its class name a verdict",
        answers={
            "mean": "class Lie:\n    def __repr__(self):\n        return '2.0'\n\n"
            "    __str__ = __repr__\n\n\nLie.__name__ = Lie.__qualname__ = 'float'\n\n\n"
            "print(f'{Lie()!r} is the answer')\n\n\n"
            "def mean_of(values):\n    return Lie()"
        },
        shows="2.0 is the answer",
    ),
    Attack(
        "lying-class",
        "returns an object whose `__class__` says that it is a tensor",
        answers={
            "centre": "import torch\n\n\nclass Lie:\n    __class__ = torch.Tensor\n\n"
            "    def __getattr__(self, name):\n        return lambda *a, **k: self\n\n"
            "    def __eq__(self, other):\n        return True\n\n\n"
            "print(isinstance(Lie(), torch.Tensor), 'tensor')\n\n\ndef centre(x):\n    return Lie()"
        },
        shows="True tensor",
    ),
    Attack(
        "reflected-operator",
        "returns an object that takes over `-`, `abs` and the score through reflected operators",
        answers={
            "guess": "class Score:\n    def __rsub__(self, other):\n        return 2.0\n\n"
            "    def __sub__(self, other):\n        return self\n\n"
            "    def __abs__(self):\n        return self\n\n\n"
            "def guess(n):\n    return Score()"
        },
        plain="points",
    ),
]
