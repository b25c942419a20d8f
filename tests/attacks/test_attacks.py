"""Every attack in split mode, in the sandbox: nothing gained, nothing learned, nothing left."""

import re

import pytest
from hostile import ATTACKS, KINDS
from hostile.arena import HONEST, Arena, Outcome
from hostile.attack import Attack
from hostile.course import POINTS

pytestmark = pytest.mark.sandbox

BLANK = Attack("blank", "answers nothing")


@pytest.fixture(scope="module")
def blank(arena: Arena) -> Outcome:
    return arena.grade(BLANK)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_it_gets_nothing_and_harms_nobody(arena: Arena, attack: Attack, blank: Outcome) -> None:
    outcome = arena.grade(attack)
    assert list(arena.faults(attack, outcome)) == []
    # what shows that it was tried is not there without it
    assert not (attack.shows and re.search(attack.shows, blank.told))
    assert not {*attack.verdicts} & {verdict.name for verdict in blank.result.verdicts}
    if attack.plain:
        assert attack.plain in arena.plain_gain(attack)
    assert arena.next_one() == 3.0


def test_the_honest_are_graded_in_full(arena: Arena, blank: Outcome) -> None:
    assert arena.grade(HONEST).points == POINTS
    assert blank.points == 0.0
    assert blank.result.verdicts == ()


def test_there_are_many_and_each_can_fail() -> None:
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)
    assert all(KINDS.values())
    assert [a.name for a in ATTACKS if not (a.plain or a.shows or a.verdicts)] == []
    assert {attack.plain for attack in ATTACKS} <= {"", "points", "secret"}
