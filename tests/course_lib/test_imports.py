"""Importing the models loads nothing heavy beyond torch, so it takes no longer: no clock needed."""

import json
import subprocess
import sys

import pytest

# shapes, progress and the standard library cost little; these do
HEAVY = {"scipy", "matplotlib", "ipywidgets", "IPython", "pandas", "sacrebleu", "sentencepiece",
         "pooch", "babel", "nbformat", "nbgrader", "autograder"}  # fmt: skip
MODELS = [
    "text", "batching", "metrics", "ngram", "feedforward", "cells", "recurrent", "language_model",
    "softmax", "classify", "pairs", "attention", "seq2seq", "decode", "train", "gradients",
]  # fmt: skip


def loaded(code: str) -> set[str]:
    """Top-level packages in a fresh Python after this code."""
    ask = f"{code}\nimport json, sys\nprint(json.dumps(list(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in json.loads(done.stdout)}


def test_the_package_itself_loads_nothing() -> None:
    assert not loaded("import course_lib") & (HEAVY | {"torch", "numpy"})


def test_the_models_load_nothing_heavy_beyond_torch() -> None:
    models = loaded("\n".join(f"import course_lib.{name}" for name in MODELS))
    assert {"torch", "jaxtyping"} <= models
    assert not models & HEAVY


@pytest.mark.parametrize("name", ["matplotlib", "IPython"])
def test_a_heavy_import_would_be_found(name: str) -> None:
    assert name in loaded("import course_lib.plots") & HEAVY
