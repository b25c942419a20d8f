"""Collect where every student's pod runs as the same account: the folder says who it was.

Each pod has `inbound/NAME` of the exchange mounted as its `inbound`, and nothing else of it, so
what lies there is NAME's, whatever it calls itself. In the course's nbgrader_config.py:

    c.ExchangeFactory.collect = "pod_collect.PodCollect"
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from autograder.collect import CheckedCollect
from autograder.inbox import Refused, opened


class PodCollect(CheckedCollect):
    """Collects from `inbound/NAME/NAME+ASSIGNMENT+TIME…`; other names are refused."""

    def _named(self) -> Iterator[tuple[str, str]]:
        for student in sorted(os.listdir(self.inbound_path)):
            for name in sorted(os.listdir(os.path.join(self.inbound_path, student))):
                if name.startswith(f"{student}+"):
                    yield student, name
                else:
                    self._tell(name, Refused(f"it lies in the folder of {student}"))

    @contextmanager
    def _opened(self, arrived: str, student: str) -> Iterator[tuple[int, int]]:
        with opened(os.path.join(self.inbound_path, student, arrived)) as top:
            yield top, os.fstat(top).st_uid
