"""Collect where every student's pod runs as the same account: the folder says who it was.

Each pod has `inbound/NAME` of the exchange mounted as its `inbound`, and nothing else of it, so
what lies there is NAME's, whatever it calls itself. In the course's nbgrader_config.py:

    c.ExchangeFactory.collect = "pod_collect.PodCollect"
"""

import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from nbgrader.api import Gradebook, MissingEntry

from autograder.collect import CheckedCollect
from autograder.inbox import Refused, opened


class PodCollect(CheckedCollect):
    """Collects from `inbound/NAME/NAME+ASSIGNMENT+TIME…`; other names are refused."""

    def init_src(self) -> None:
        """Find the one submission of each student that is to be collected."""
        course, assignment = self.coursedir.course_id, self.coursedir.assignment_id
        self.inbound_path = os.path.join(self.root, course, "inbound")
        with Gradebook(self.coursedir.db_url, course) as gradebook:
            try:
                self.duedate = gradebook.find_assignment(assignment).duedate
            except MissingEntry:
                self.duedate = None
        found = defaultdict(list)
        for student in sorted(os.listdir(self.inbound_path)):
            if self.coursedir.student_id not in ("", "*", student):
                continue
            for name in sorted(os.listdir(os.path.join(self.inbound_path, student))):
                try:
                    if not name.startswith(f"{student}+"):
                        raise Refused(f"it lies in the folder of {student}")
                    if name.startswith(f"{student}+{assignment}+"):
                        found[student].append(self._arrived(name))
                except Refused as reason:
                    self._tell(name, reason)
        self.src_records = [self._chosen(arrived) for arrived in found.values() if arrived]

    @contextmanager
    def _opened(self, arrived: str, student: str) -> Iterator[tuple[int, int]]:
        with opened(os.path.join(self.inbound_path, student, arrived)) as top:
            yield top, os.fstat(top).st_uid
