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


def modules(code: str) -> set[str]:
    """All that a fresh Python has loaded after this code."""
    ask = f"{code}\nimport json, sys\nprint(json.dumps(list(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


def loaded(code: str) -> set[str]:
    """The same by top-level packages."""
    return {name.partition(".")[0] for name in modules(code)}


def test_the_package_itself_loads_nothing() -> None:
    assert not loaded("import course_lib") & (HEAVY | {"torch", "numpy"})


def test_the_models_load_nothing_heavy_beyond_torch() -> None:
    models = loaded("\n".join(f"import course_lib.{name}" for name in MODELS))
    assert {"torch", "jaxtyping"} <= models
    assert not models & HEAVY


def test_what_every_lecture_imports_does_not_wait_for_statistics() -> None:
    everything = modules("import course_lib.widgets, course_lib.plots, course_lib.embeddings")
    assert "scipy.sparse" in everything
    assert "scipy.stats" not in everything


@pytest.mark.parametrize("name", ["matplotlib", "IPython"])
def test_a_heavy_import_would_be_found(name: str) -> None:
    assert name in loaded("import course_lib.plots") & HEAVY
