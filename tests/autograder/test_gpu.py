"""Grading on a GPU: who may begin with CUDA, what is random there, and one contract with the CPU.

A stand-in for CUDA shows the scheduling without a GPU; the last test needs a real one.
"""

from collections import Counter
from pathlib import Path

import nbformat
import pytest
import torch
from conftest import STUBS

from autograder import warm
from autograder.bundle import load_bundles
from autograder.cases import cases_of
from autograder.course import Course
from autograder.job import Cell, Job, Limits, Role
from autograder.notebook import parse_submitted
from autograder.pool import run_all
from autograder.rebuild import rebuild
from autograder.split import rng
from autograder.zygote import Zygote, ZygoteFailed

HERE = Path(__file__).parent


@pytest.fixture
def on_a_gpu(monkeypatch):
    monkeypatch.setenv("COURSE_DEVICE", "cuda")


def using_it():
    """A cell and a test use it; the test says in which processes: its own, the student's twice."""
    student = Cell("a", Role.STUDENT, "import fake_cuda; first = fake_cuda.use()")
    told = """import fake_cuda
used = fake_cuda.use(), ask("first"), ask("fake_cuda.use()")
raise RuntimeError(" ".join(map(str, used)))"""
    return Job((student, Cell("b", Role.TEST, told, points=1.0)), limits=Limits(cell_seconds=20))


@pytest.mark.sandbox
def test_every_process_that_uses_a_gpu_is_used_once_and_forked_from_one_that_never_did(on_a_gpu):
    jobs = {f"s{i}": using_it() for i in range(5)}
    found = run_all(jobs, 2, ["fake_cuda"], path=[str(HERE)], roles=STUBS)
    said = [results[1].error.split() for _, results in found]
    assert all(word.isdecimal() for words in said for word in words), said
    assert all(first == second for _, first, second in said), "one process for a student's cells"
    used = Counter(process for checker, student, _ in said for process in (checker, student))
    assert len(used) == 2 * len(jobs)
    assert set(used.values()) == {1}


@pytest.mark.sandbox
def test_a_library_that_begins_with_cuda_is_refused_at_the_start(on_a_gpu):
    with pytest.raises(ZygoteFailed, match="used the GPU when it was imported: do not preload it"):
        Zygote(["fake_cuda_too_early"], path=[str(HERE)], roles=STUBS)


@pytest.mark.sandbox
@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_without_a_gpu_nobody_is_graded_on_one(on_a_gpu):
    with pytest.raises(ZygoteFailed, match="torch finds no GPU on this machine; use --device cpu"):
        Zygote(roles=STUBS, path=[str(HERE)])


def test_tensor_float_32_is_off_in_all_that_is_forked():
    warm.libraries()
    kinds = torch.backends.cuda.matmul, torch.backends.cudnn.conv, torch.backends.cudnn.rnn
    assert {kind.fp32_precision for kind in kinds} == {"ieee"}


@pytest.fixture
def gpu_seeds(monkeypatch):
    """What a GPU's generators are seeded with."""
    seeds = []
    monkeypatch.setattr(torch.cuda, "manual_seed_all", seeds.append)
    return seeds


def test_a_gpus_random_numbers_follow_the_tests_id(on_a_gpu, gpu_seeds):
    for name in ("one", "another", "one"):
        rng.seed_all(name)
    first, second, third = gpu_seeds
    assert first == third != second


@pytest.mark.parametrize("by", ["state", "seed"])
def test_they_follow_what_a_student_is_lent(on_a_gpu, gpu_seeds, by):
    lender, borrower = rng.Lender(), rng.Borrower()
    drawn = []
    for _ in range(2):
        (lender.seed_all if by == "seed" else rng.seed_all)("a test")
        gpu_seeds.clear()
        borrower.take(lender.news())
        drawn.append(gpu_seeds[-1])
        torch.rand(1)
    assert drawn[0] == drawn[1]
    gpu_seeds.clear()
    torch.rand(1)
    borrower.take(lender.news())
    assert gpu_seeds[-1] != drawn[0]


def test_on_the_cpu_no_gpu_is_touched(monkeypatch, gpu_seeds):
    monkeypatch.delenv("COURSE_DEVICE", raising=False)
    rng.seed_all("a test")
    assert gpu_seeds == []


@pytest.mark.gpu
@pytest.mark.slow
@pytest.mark.parametrize("name", ["hw1_feedforward_lm", "hw3_gated_cells"])
def test_the_reference_earns_all_points_on_a_real_one(name, on_a_gpu):
    course = Course.open(HERE.parents[1] / "assignments")
    (bundle,) = load_bundles(course, name).values()
    reference = next(cases_of(course, name, {name: bundle}))
    submitted = parse_submitted(nbformat.writes(reference.answers).encode())
    job = rebuild(submitted, bundle).job(course.settings.limits(), "split")
    ((_, results),) = run_all({"s": job}, 1, course.settings.preload, path=[str(course.root)])
    assert [(cell.id, cell.error) for cell in results if cell.error] == []
    assert sum(cell.score or 0 for cell in results) == sum(test.points for test in bundle.tests)
