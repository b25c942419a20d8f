"""The checker's process: holds the tests, drives the student's process, gives the scores."""

import socket
from typing import Any

from autograder.job import Cell, CellResult, Job, Role
from autograder.names import learn
from autograder.split import execute, wire
from autograder.split.contract import job_from
from autograder.split.errors import StudentGone
from autograder.split.teacher import Teacher


class Checker:
    """One job against one student's process."""

    def __init__(self, supervisor: socket.socket, teacher: Teacher, order: dict[str, Any]) -> None:
        self.supervisor, self.teacher, self.job = supervisor, teacher, teacher.job
        self.start = order.get("start", 0)
        self.stop = order.get("stop", len(self.job.cells))
        self.skip = frozenset(order.get("skip", ()))
        self.untold = b""

    def run(self) -> None:
        """Run what is wanted and report it; ends early where the student's process is lost."""
        for i, cell in enumerate(self.job.cells[: self.stop]):
            told = i >= self.start
            if i in self.skip:
                continue
            if told:
                self.tell({"op": "start", "cell": i})
            result, gone = self.cell(cell)
            if told:
                self.tell({"op": "done", "cell": i, "result": vars(result)}, more=True)
            if gone:
                self.tell({"op": "lost", "cell": i})
                return
        self.tell({"op": "finished"})

    def cell(self, cell: Cell) -> tuple[CellResult, bool]:
        """The cell's result, and whether the student's process is gone."""
        try:
            return self.teacher.cell(cell), False
        except StudentGone as gone:
            score = 0.0 if cell.role is Role.TEST else None
            outputs = tuple(self.teacher.link.outputs)
            return CellResult(cell.id, outputs, str(gone), gone.verdict, score), True

    def tell(self, message: dict[str, Any], more: bool = False) -> None:
        """Report to the supervisor; with `more`, together with the next report."""
        self.untold += wire.packed(message)
        if not more:
            self.supervisor.sendall(self.untold)
            self.untold = b""


def serve(supervisor: socket.socket) -> None:
    """Receive one job and the socket to its student, run it, report each cell."""
    order, fds = wire.recv(supervisor, max_fds=1)
    job: Job = job_from(order["job"])
    learn(order.get("names", ()))
    execute.learn(order.get("code", {}))
    student = socket.socket(fileno=fds[0])
    student.setblocking(True)  # whoever made it may have set a timeout, which the system keeps
    teacher = Teacher(student, job, frozenset(order.get("reference", ())))
    checker = Checker(supervisor, teacher, order)
    if order.get("wait"):
        wire.recv(supervisor)
    checker.run()
    student.close()
