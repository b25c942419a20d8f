"""Recognising known mistakes by the messages they cause."""

from pathlib import Path

from autograder.misconceptions import Known, file_of, load, record

SHIFT = {"targets": "target 0: expected 4, got 3", "shape": "expected (4, 2), got (3, 2)"}
COUNT = {"shape": "expected (4, 2), got (3, 2)"}
SUMMED = {"padding": "loss 2.1, expected 1.4"}
KNOWN = Known({"not shifted": SHIFT, "M without the target": COUNT, "padding counted": SUMMED})


def test_an_equal_message_names_the_misconception() -> None:
    assert KNOWN.match({"padding": "loss 2.1, expected 1.4\n"}) == {"padding": "padding counted"}


def test_another_number_or_another_test_is_not_a_match() -> None:
    assert KNOWN.match({"padding": "loss 2.2, expected 1.4"}) == {}
    assert KNOWN.match({"shape": SUMMED["padding"]}) == {}
    assert KNOWN.match({"padding": ""}) == {}


def test_the_whole_picture_decides_between_two() -> None:
    assert KNOWN.match(SHIFT) == {"targets": "not shifted", "shape": "not shifted"}
    assert KNOWN.match(COUNT) == {"shape": "M without the target"}


def test_two_candidates_are_both_named_and_three_say_nothing() -> None:
    # the second failure fits nothing, so that no candidate explains the whole picture
    failing = {**COUNT, "other": "something new"}
    assert KNOWN.match(failing) == {"shape": "not shifted or M without the target"}
    three = Known(dict.fromkeys(("a", "b", "c"), COUNT))
    assert three.match(failing) == {}


def test_other_tests_have_other_messages(tmp_path: Path) -> None:
    path = file_of(tmp_path, "hw1")
    record(path, {"digest-1": {"padding counted": SUMMED}})
    assert load(path, "digest-1").match(SUMMED) == {"padding": "padding counted"}
    assert load(path, "digest-2").match(SUMMED) == {}
    assert [item.name for item in path.parent.iterdir()] == ["hw1.json"]


def test_no_record_or_a_broken_one_matches_nothing(tmp_path: Path) -> None:
    path = file_of(tmp_path, "hw1")
    assert load(path, "d").match(SUMMED) == {}
    path.parent.mkdir(parents=True)
    path.write_text("{")
    assert load(path, "d").match(SUMMED) == {}
    path.write_text("[]")
    assert load(path, "d").match(SUMMED) == {}
