"""A warm, single-threaded process that forks the engine's processes for the tests."""

import importlib
import os
import signal
import socket
import sys

from autograder.job import Limits
from autograder.split import shell, wire

ROLES = {
    "student": "autograder.split.student",
    "checker": "autograder.split.checker",
    "plain": "autograder.split.plain",
}


def main() -> None:
    """Fork a process for every socket that arrives on descriptor 0."""
    orders = socket.socket(fileno=0)
    for module in ROLES.values():
        importlib.import_module(module)
    importlib.import_module("torch").set_num_threads(1)
    shell.warm()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        try:
            order, (fd,) = wire.recv(orders, max_fds=1)
        except EOFError:
            return
        if os.fork() == 0:
            orders.close()
            sock = socket.socket(fileno=fd)
            serve = importlib.import_module(ROLES[order["role"]]).serve
            try:
                serve(sock, Limits(**order["limits"])) if order["role"] == "student" else serve(
                    sock
                )
            except BaseException:
                sys.excepthook(*sys.exc_info())
            os._exit(0)
        os.close(fd)


if __name__ == "__main__":
    main()
