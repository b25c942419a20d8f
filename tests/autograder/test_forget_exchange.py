"""`autograder forget` in the exchange: exactly one student's, for ids that begin alike."""

import shutil
from pathlib import Path

import pytest
from fake_engine import hand_in
from nbgrader.exchange.default import ExchangeReleaseFeedback
from small_exchange import IDS, STAMPS, everything, exchange, filled, page_of, secret_of

from autograder import cli
from autograder.course import Course, CourseError
from autograder.forget import steps
from autograder.locks import held


@pytest.fixture
def course(released: Course, tmp_path: Path) -> Course:
    return filled(released, tmp_path)


def forget(course: Course, student: str, *words: str) -> int:
    return cli.main(["forget", student, *words, "--course", str(course.root)])


@pytest.mark.parametrize("student", IDS)
def test_one_goes_and_those_who_are_called_alike_stay(course: Course, student: str) -> None:
    before = everything(course)
    tops = [*(exchange(course) / "inbound").glob(f"{student}+hw1_means+*")]
    expected = {path for path in before if any(path.is_relative_to(top) for top in tops)}
    expected |= {page_of(course, student, stamp) for stamp in STAMPS}
    assert len(expected) == 2 * (1 + 6 + 1)
    assert forget(course, student, "--yes") == 0
    assert before - everything(course) == expected
    assert forget(course, student) == 2, "there is nobody of that name any more"


def test_it_lists_them_first_and_says_where_it_does_not_look(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    before = everything(course)
    assert forget(course, "ada") == 1
    said = capsys.readouterr().out
    assert said.count("exchange/means/inbound/ada+hw1_means+") == 2
    assert said.count("exchange/means/feedback/") == 2
    assert "ada.b" not in said
    (rest,) = [line for line in said.splitlines() if line.startswith("not looked at")]
    assert all(word in rest for word in ("homes", "backups", "exported", "work that is nowhere"))
    assert everything(course) == before
    shutil.rmtree(exchange(course))
    hand_in(course, "ada")
    forget(course, "ada")
    assert f"there is none in {exchange(course)}" in capsys.readouterr().out


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # nbgrader's
def test_feedback_is_found_by_what_was_collected(course: Course) -> None:
    """nbgrader's own release, after the exchange's inbound was emptied."""
    shutil.rmtree(exchange(course) / "inbound")
    stamp = "2026-10-02 08:00:00.000000 UTC"
    for student in ("ada", "ada.b"):
        for step in ("submitted", "feedback"):
            folder = course.folder(step, "hw1_means", student)
            folder.mkdir(parents=True)
            (folder / "hw1_means.html").write_text(f"well done, {student}")
            (folder / "timestamp.txt").write_text(stamp)
            (folder / "submission_secret.txt").write_text(secret_of(student, stamp))
    course.directory.assignment_id = "hw1_means"
    ExchangeReleaseFeedback(coursedir=course.directory, config=course.config).start()
    theirs = page_of(course, "ada", stamp)
    assert theirs.read_text() == "well done, ada"
    theirs.with_name(f"{theirs.stem}-tmp.html").write_text("of a release that was killed")
    before = set((exchange(course) / "feedback").iterdir())
    assert forget(course, "ada", "--yes") == 0
    gone = before - set((exchange(course) / "feedback").iterdir())
    assert {path.name[:32] for path in gone} == {theirs.stem}
    assert len(gone) == 2


def test_a_link_in_a_students_name_leads_to_nobody_elses_work(course: Course) -> None:
    victim = next((exchange(course) / "inbound").glob("ada.b+*"))
    link = victim.with_name("ada+hw1_means+2026-10-03 09:00:00.000000 UTC")
    link.symlink_to(victim)
    inside = next((exchange(course) / "inbound").glob("ada+hw1*")) / "data" / "all"
    inside.symlink_to(victim)
    theirs = {path for path in everything(course) if "ada.b" in str(path)}
    pages = {page_of(course, "ada.b", stamp) for stamp in STAMPS}
    assert forget(course, "ada", "--yes") == 0
    assert not link.is_symlink()
    assert {path for path in theirs | pages if not path.exists()} == set()


def test_nobody_may_write_receipts_meanwhile(course: Course) -> None:
    with held(course.hidden / "locks" / "receipts.lock"):
        assert forget(course, "ada", "--yes") == 2
    assert len(steps(course, "ada")) == 4


def test_an_exchange_that_cannot_be_listed_is_no_empty_one(course: Course) -> None:
    shutil.rmtree(exchange(course) / "inbound")
    (exchange(course) / "inbound").touch()
    with pytest.raises(CourseError, match="cannot be listed"):
        steps(course, "ada")
