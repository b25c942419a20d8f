"""Reading proof files, and the submissions made from them."""

from pathlib import Path

import nbformat
import pytest

from autograder.bank import BankError, parse, read_bank, reference_sources, submission
from autograder.course import Course
from autograder.release import release_version

WRONG = """# misconception: divides by one too many.
# loses: mean_visible mean_hidden
# %% mean
import math


def mean_of(values):  # %% is no section here
    return sum(values) / (len(values) + 1)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for kind in ("wrong", "right"):
        (tmp_path / kind).mkdir()
    (tmp_path / "wrong" / "one_more.py").write_text(WRONG)
    (tmp_path / "right" / "numpy_mean.py").write_text("# variant: NumPy\n# %% mean\n# %% why\nyes")
    return tmp_path


def test_files_become_proofs(folder: Path) -> None:
    wrong, right = read_bank(folder)
    assert (wrong.label, wrong.right) == ("wrong/one_more", False)
    assert wrong.note == "divides by one too many"
    assert wrong.loses == {"mean_visible", "mean_hidden"}
    assert wrong.sections == {"mean": WRONG.split("# %% mean\n")[1].strip()}
    assert (right.label, right.loses) == ("right/numpy_mean", frozenset())
    assert right.sections == {"mean": "", "why": "yes"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("# loses: a\n# %% mean\n", "no `# misconception:"),
        ("# misconception: x\n# %% mean\n", "no `# loses:"),
        ("# misconception: x\n# loses:\n# %% mean\n", "no `# loses:"),
        ("# misconception: x\n# loses: a\n", "no section"),
        ("# misconception: x\n# loses: a\n# %% mean\n# %% mean\n", "two sections"),
    ],
)
def test_a_broken_file_says_what_is_missing(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "bad.py").write_text(text)
    with pytest.raises(BankError, match=f"bad.py: .*{says}"):
        parse(tmp_path / "bad.py", right=False)


def test_a_file_in_another_encoding_is_named(folder: Path) -> None:
    path = folder / "wrong" / "one_more.py"
    path.write_bytes("# misconception: fünf\n".encode("latin-1"))
    with pytest.raises(BankError, match=r"one_more\.py: byte 0xfc is not UTF-8; save it as UTF-8"):
        read_bank(folder)


def test_a_submission_is_the_release_with_answers(small_course: Course, folder: Path) -> None:
    path = small_course.folder("source", "hw1_means") / "hw1_means.ipynb"
    source = nbformat.read(path, as_version=4)
    release, answers = release_version(source), reference_sources(source)
    full = submission(release, answers, None)
    assert "BEGIN" not in "".join(cell.source for cell in full.cells)
    namespace: dict[str, object] = {}
    exec(full.cells[1].source, namespace)
    assert namespace["mean_of"]([1, 3]) == 2  # type: ignore[operator]
    assert full.cells[3].source == "", "hidden tests stay hidden"
    wrong = submission(release, answers, read_bank(folder)[0])
    assert "len(values) + 1" in wrong.cells[1].source
    assert wrong.cells[4].source == full.cells[4].source, "other answers are the reference's"
    assert "NotImplementedError" in release.cells[1].source, "the release stays as it was"


def test_an_unknown_cell_is_named(folder: Path) -> None:
    with pytest.raises(BankError, match=r"wrong/one_more.*`mean`"):
        submission(nbformat.v4.new_notebook(), {"why": ""}, read_bank(folder)[0])
