"""A few students at once on a real Hub; `benchmarks/hub_load.py` is the same with a class."""

import asyncio
import sys
from pathlib import Path

import pytest
from rich.console import Console

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import hub_load
from hub import accounts

pytestmark = pytest.mark.hub


def test_four_students_submit_and_nothing_is_lost(hub) -> None:
    outbound = hub.site.exchange / hub_load.COURSE / "outbound" / hub_load.HW
    if not outbound.exists():  # another test of this Hub may have released it
        hub_load.release(hub.site)
    passwords = hub_load.add_students(hub.site, 4)
    try:
        run = hub_load.run_class(hub.url, passwords, at_once=2, console=Console(quiet=True))
        students, failures = asyncio.run(run)
        assert failures == []
        assert [set(student.took) for student in students] == [set(hub_load.STEPS)] * 4
        assert hub_load.lost(hub.site, list(passwords)) == []
        # a check that cannot see a loss would see none
        assert hub_load.lost(hub.site, [f"{hub.site.prefix}student1"])
    finally:
        for name in passwords:
            accounts.remove_user(name)
