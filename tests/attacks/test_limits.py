"""What docs/security.md says is not promised: it happens as described there, and is told."""

import pytest
from hostile.arena import Arena
from hostile.attack import Attack
from hostile.forbidden import BY_LAYER, LAYER, SET_UP

pytestmark = pytest.mark.sandbox

DISARMED = Attack(
    "disarmed",
    "takes the tripwires away before it calls the forbidden layer",
    answers={
        "step": f"{SET_UP}def step(x, h, c, W, U, b):\n"
        "    from course_lib import by_hand\n    by_hand._armed.pop().cut()\n"
        f"{BY_LAYER.format(LAYER)}"
    },
    earns=2.0,  # it does not deserve them
    verdicts=("unusual",),
)


def test_tripwires_can_be_taken_away_for_the_points_of_that_task_only(arena: Arena) -> None:
    outcome = arena.grade(DISARMED)
    assert list(arena.faults(DISARMED, outcome)) == []
    assert "names _armed" in outcome.told
    assert arena.next_one() == 3.0
