"""Stand-ins for the student and the checker: the same messages, and no more than tests need.

Student cells are `exec`ed in the student; in a test cell `ask("expression")` evaluates there.
A cell shows what it assigns to `outputs`.
"""

import socket
from contextlib import suppress

from autograder.split import wire


def student(sock, limits):
    names = {"sock": sock}
    while True:
        message, _ = wire.recv(sock)
        try:
            exec(message["run"], names)
            answer = eval(message["ask"], names)
            wire.send(sock, {"value": answer})
        except Exception as error:
            wire.send(sock, {"error": f"{type(error).__name__}: {error}"})


class _Lost(Exception):
    pass


def _asker(sock):
    def ask(expression="None", run=""):
        try:
            wire.send(sock, {"run": run, "ask": expression})
            answer, _ = wire.recv(sock)
        except (EOFError, OSError, wire.BrokenFrame) as error:
            raise _Lost from error
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["value"]

    return ask


def checker(main):
    message, fds = wire.recv(main, max_fds=1)
    if message["job"]["cells"][0]["source"] == "no checker":
        raise SystemExit("the checker did not start")
    ask = _asker(socket.socket(fileno=fds[0]))
    wire.recv(main)
    _cells(main, message, ask)


def plain(main):
    message, _ = wire.recv(main)
    wire.recv(main)
    names = {}

    def ask(expression="None", run=""):
        exec(run, names)
        return eval(expression, names)

    _cells(main, message, ask)


def _cells(main, message, ask):
    try:
        for i, cell in enumerate(message["job"]["cells"]):
            replay = i < message["start"]
            if i in message["skip"] or (replay and cell["role"] == "test"):
                continue
            if replay:
                with suppress(RuntimeError):
                    ask(run=cell["source"])
                for reference in message["reference"]:
                    ask(run=f"{reference} = 'reference'")
                continue
            wire.send(main, {"op": "start", "cell": i})
            result, lost = _one(cell, ask, main)
            wire.send(main, {"op": "done", "cell": i, "result": result})
            if lost:
                wire.send(main, {"op": "lost"})
                return
        wire.send(main, {"op": "finished"})
    except _Lost:
        wire.send(main, {"op": "lost"})


def _one(cell, ask, main):
    try:
        if cell["role"] != "test":
            outputs = ask("globals().pop('outputs', [])", run=cell["source"])
            return {"outputs": outputs, "error": None}, False
        names = {"ask": ask, "score": cell["points"], "main": main, "wire": wire}
        exec(cell["source"], names)
        outputs = names.get("outputs", [])
        return {"outputs": outputs, "error": None, "score": names["score"]}, False
    except _Lost:
        return {"outputs": [], "error": "lost", "score": 0}, True
    except Exception as error:
        return {"outputs": [], "error": str(error), "score": 0}, False
