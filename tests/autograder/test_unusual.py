"""Words that an instructor is told about, and honest code that has none of them."""

import json

import pytest
from small_course import SOLUTION, source_notebook

from autograder import bank, unusual
from autograder.bundle import make_bundle
from autograder.notebook import parse_submitted
from autograder.rebuild import rebuild

ATTACKS = {
    "import torch\ntorch.allclose = lambda *a: True": ["sets torch.allclose"],
    "if 1:\n    torch.nn.functional.softmax=f": ["sets torch.nn.functional.softmax"],
    "get_ipython().ast_transformers.append(x)": ["names ast_transformers"],
    "open('/proc/self/environ')": ["names /proc/self"],
    "import os, sys\nos.kill(os.getppid(), 9); sys._getframe()": [
        "names kill",
        "names getppid",
        "names _getframe",
    ],
    "(" * 10**5: [],
}
HONEST = """
import torch
torch.manual_seed(3)
torch.backends.cudnn.deterministic = True
model.weight.data[:] = 0
if torch.pi == 3 or x.torch == 2:
    forked, skill, runs = 1, 2, {"a": 1}
plain = torch.equal(a, b)
"""


@pytest.mark.parametrize(("source", "said"), ATTACKS.items(), ids=range(len(ATTACKS)))
def test_what_is_said(source: str, said: list[str]) -> None:
    assert unusual.found(source) == said


def test_honest_code_is_not_named() -> None:
    assert unusual.found(HONEST) == unusual.found(SOLUTION) == []


def test_only_the_students_own_cells_are_looked_at() -> None:
    bundle = make_bundle("hw1_means", source_notebook())
    metadata = {"nbgrader": {"grade_id": "mean"}}
    cells = [
        {"cell_type": "code", "source": "import gc; gc.get_objects()", "metadata": metadata},
        {"cell_type": "markdown", "source": "kill", "metadata": {}},
        {"cell_type": "code", "source": "np.mean = 3", "metadata": {}},
    ]
    rebuilt = rebuild(parse_submitted(json.dumps({"cells": cells}).encode()), bundle)
    found = [(v.cell, v.text) for v in rebuilt.verdicts if v.name == "unusual"]
    assert [cell for cell, _ in found] == ["mean", "extra:2"]
    assert "names get_objects" in found[0][1]
    assert "sets np.mean" in found[1][1]


def test_the_course_own_solutions_are_not_named() -> None:
    sources = bank.reference_sources(source_notebook()).values()
    assert [unusual.found(source) for source in sources] == [[]] * len(sources)
