"""What docs/security.md says is not promised: it happens as described there, and is told."""

import pytest
from hostile.arena import Arena
from hostile.attack import Attack
from hostile.forbidden import LAYER, SET_UP

pytestmark = pytest.mark.sandbox

DISARMED = Attack(
    "disarmed",
    "takes the tripwires away, calls the forbidden layer, and puts the same ones back",
    answers={
        "step": f"{SET_UP}def step(x, h, c, W, U, b):\n"
        "    from course_lib import by_hand\n    by_hand._armed[-1].cut()\n"
        f"    h, c = filled({LAYER}, W, U, b)(x, (h, c))\n"
        "    by_hand._armed[-1].lay()\n    return h, c"
    },
    earns=2.0,  # it does not deserve them
    verdicts=("unusual",),
)


def test_tripwires_can_be_put_back_for_the_points_of_that_task_only(
    arena: Arena,
) -> None:
    outcome = arena.grade(DISARMED)
    assert list(arena.faults(DISARMED, outcome)) == []
    assert "names _armed" in outcome.told
    assert arena.next_one() == 3.0
