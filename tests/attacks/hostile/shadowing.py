"""Files that stand in for libraries, or that Python and pytest run by themselves."""

from .attack import Attack, Link

LOUD = "print('SHADOW RAN')\nraise SystemExit('shadow')\n"
ANYTHING = """class Anything:
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *args, **kwargs):
        return self

    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return self

    def __rsub__(self, other):
        return 2.0


def __getattr__(name):
    return Anything()
"""
SEEN = "import {0}\nprint('library', '{0}', getattr({0}, '__file__', None))"

ATTACKS = [
    Attack(
        "torch-py",
        "hands in a torch.py in which everything is equal",
        cell=SEEN.format("torch"),
        answers={"centre": "def centre(x):\n    return x"},
        files={"torch.py": ANYTHING},
        shows="library torch .*site-packages",
    ),
    Attack(
        "numpy-package",
        "hands in a package numpy/ in which everything is equal",
        cell=SEEN.format("numpy"),
        answers={"centre": "def centre(x):\n    return x"},
        files={"numpy/__init__.py": ANYTHING, "numpy/testing.py": ANYTHING},
        shows="library numpy .*site-packages",
    ),
    Attack(
        "course-lib-package",
        "hands in its own course_lib with checks that pass",
        cell=SEEN.format("course_lib"),
        files={"course_lib/__init__.py": "", "course_lib/checks.py": ANYTHING},
        shows="library course_lib (?!.*scratch)",
    ),
    Attack(
        "standard-library",
        "hands in random.py, math.py, ast.py and contextlib.py",
        cell="import sys\n"
        "for name in ('random', 'math', 'ast', 'contextlib', 'colorsys'):\n"
        "    sys.modules.pop(name, None)\n    __import__(name)\nprint('all real')",
        files={f"{name}.py": LOUD for name in ("random", "math", "ast", "contextlib", "colorsys")},
        shows="all real",
    ),
    Attack(
        "sitecustomize",
        "hands in sitecustomize.py and usercustomize.py, which Python runs when it starts",
        cell="import sys\nprint('customised', 'sitecustomize' in sys.modules)",
        files={"sitecustomize.py": LOUD, "usercustomize.py": LOUD},
        shows="customised False",
    ),
    Attack(
        "pth-file",
        "hands in a .pth file whose import line runs at start",
        cell="import os, sys\nprint('pth', os.path.exists('evil.pth'), '@HOME@' in sys.path)",
        files={"evil.pth": "import os; os._exit(0)\n@HOME@\n"},
        shows="pth True False",
    ),
    Attack(
        "conftest",
        "hands in conftest.py, pytest.ini and setup.cfg for whoever runs pytest",
        files={"conftest.py": LOUD, "pytest.ini": "[pytest]\n", "setup.cfg": "[x]\n"},
        verdicts=("extra-file",),
        shows="pytest.ini was not asked for",
    ),
    Attack(
        "ipython-startup",
        "hands in a start-up file and a configuration for IPython",
        files={
            ".ipython/profile_default/startup/00.py": LOUD,
            "ipython_config.py": LOUD,
            ".ipython/profile_default/x.txt": "x",
        },
        verdicts=("extra-file",),
        shows="x.txt was not asked for",
    ),
    Attack(
        "nbgrader-config",
        "hands in an nbgrader_config.py that switches the tests off",
        files={"nbgrader_config.py": "c = get_config()\nc.Execute.enabled = False\n" + LOUD},
        cell="import os\nprint('config', os.path.exists('nbgrader_config.py'))",
        shows="config True",
    ),
    Attack(
        "instructors-file",
        "hands in the instructor's own module with other content",
        cell="import given_data\nprint('data', given_data.VALUES)",
        files={"given_data.py": "VALUES = 'forged'\n"},
        shows="data \\[1, 2, 3\\]",
    ),
    Attack(
        "written-later",
        "writes a module of Python's own while it runs",
        cell="open('wave.py', 'w').write('print(1)')\n"
        "import wave\nprint('wave comes from', wave.__file__)",
        shows="wave comes from .*/lib/python",
    ),
    Attack(
        "import-hook",
        "installs an import hook and a path hook that give everybody its own modules",
        cell="import builtins, sys\n"
        "real = builtins.__import__\n\n\n"
        "def fake(name, *args, **kwargs):\n"
        "    module = real(name, *args, **kwargs)\n"
        "    for function in ('allclose', 'equal', 'asarray'):\n"
        "        if hasattr(module, function):\n"
        "            setattr(module, function, lambda *a, **k: True)\n"
        "    return module\n\n\n"
        "builtins.__import__ = fake\nimport numpy, torch\n"
        "import torch.testing, numpy.testing\n"
        "torch.testing.assert_close = numpy.testing.assert_allclose = lambda *a, **k: None",
        answers={"centre": "def centre(x):\n    return x"},
        plain="points",
    ),
    Attack(
        "linked-module",
        "hands in a module that is a link to the instructor's notebook",
        cell="import os\nprint('link', os.path.exists('answers.py'))",
        files={"answers.py": Link("@COURSE@/source/hw1_host/hw1_host.ipynb")},
        verdicts=("link",),
        shows="link False",
    ),
    Attack(
        "bytecode",
        "hands in compiled bytecode and a zipped library",
        files={
            "__pycache__/torch.cpython-311.pyc": b"\xa7\r\r\n" + bytes(12),
            "python311.zip": b"PK\x05\x06" + bytes(18),
        },
        verdicts=("extra-file",),
        shows="python311.zip was not asked for",
    ),
]
