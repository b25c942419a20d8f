"""Forging results: on the wire, in files, and as numbers that are no scores."""

from .attack import Attack

FRAME = """
import os
import struct

import msgpack


def frame(message, bulk=b''):
    body = msgpack.packb(message)
    os.write(3, struct.pack('!II', len(body), len(bulk)) + body + bulk)


"""


def _guess(name: str, tries: str, value: str, shows: str) -> Attack:
    answer = f"def guess(n):\n    return {value}"
    return Attack(name, tries, answers={"guess": answer}, shows=shows)


NO_POINTS = "instead of points"

ATTACKS = [
    Attack(
        "protocol-on-stdout",
        "prints what a result looks like between the engine's processes",
        cell="import json, os\n"
        "print(json.dumps({'op': 'done', 'cell': 2, 'result': {'score': 10.0, 'verdict': None}}))\n"
        "os.write(1, b'{\"op\": \"finished\"}\\n')\nos.write(2, b'score: 10')",
        shows="score(.*)10.0",
    ),
    Attack(
        "answer-in-advance",
        "writes an answer before the question is asked",
        cell=FRAME + "frame({'k': 'ok', 'v': None})",
        verdicts=("protocol",),
    ),
    Attack(
        "exception-in-advance",
        "answers the engine's own question with an exception",
        cell=FRAME + "frame({'k': 'raise', 'v': "
        "['error', 'ValueError', 'ValueError', ['x'], None, '', None]})",
        verdicts=("protocol",),
    ),
    Attack(
        "exception-for-names",
        "answers with an exception when the test asks for its functions",
        cell="import gc\n"
        "link = next(o for o in gc.get_objects() if type(o).__name__ == 'StudentLink')\n"
        "def refuse(*args):\n    raise StopIteration('no names')\n"
        "link.handlers['begin'] = link.handlers['name'] = refuse",
        shows="StopIteration: no names",
    ),
    Attack(
        "runs-code-in-the-checker",
        "asks the checker to run a cell",
        cell=FRAME + "frame({'k': 'ask', 'op': 'run', 'v': ['list', ['import os; os._exit(0)']]})",
        verdicts=("protocol",),
    ),
    Attack(
        "library-in-the-checker",
        "sends `os.system` as a library's function",
        cell=FRAME + "frame({'k': 'ok', 'v': ['library', 'os', 'system']})",
        verdicts=("protocol",),
    ),
    Attack(
        "half-a-frame",
        "announces four gigabytes and sends three bytes",
        cell="import os\nos.write(3, b'\\xff\\xff\\xff\\xff\\0\\0\\0\\0abc')",
        verdicts=("protocol",),
    ),
    Attack(
        "hangs-up",
        "closes its connection to the checker and goes on computing",
        cell="import os, time\nos.close(3)\ntime.sleep(0.05)",
        verdicts=("exited",),
    ),
    Attack(
        "many-descriptors",
        "sends its own descriptors to the checker until that has none left",
        cell="import socket, os\nsock = socket.socket(fileno=os.dup(3))\nsock.setblocking(False)\n"
        "sent = 0\ntry:\n    for _ in range(64):\n"
        "        socket.send_fds(sock, [b'\\0'], [0] * 200)\n        sent += 200\n"
        "except OSError as error:\n    print('stopped', error)\nprint('sent', sent > 0)",
        verdicts=("protocol",),
    ),
    Attack(
        "result-as-output",
        "shows a notebook result while the test runs, which nbgrader reads as a score",
        cell="import gc\n"
        "link = next(o for o in gc.get_objects() if type(o).__name__ == 'StudentLink')",
        answers={
            "guess": "def guess(n):\n"
            "    link.show({'output_type': 'execute_result', 'execution_count': 1,\n"
            "               'metadata': {}, 'data': {'text/plain': '2.0'}})\n    return -90.0"
        },
        shows="text/plain(.*)2.0",
    ),
    Attack(
        "wrong-type-of-names",
        "answers for its functions with more and stranger things than were asked for",
        cell="import gc\n"
        "link = next(o for o in gc.get_objects() if type(o).__name__ == 'StudentLink')\n"
        "link.handlers['begin'] = lambda names: [[2.0, 3.0]] * 99",
        verdicts=("protocol",),
    ),
    Attack(
        "news-of-tensors",
        "sends new contents for tensors that belong to the checker",
        cell=FRAME + "tensor = ['tensor', ['float32', [4], 'cpu', None], 0, 16]\n"
        "news = [['c', number, tensor, None, False, False, True] for number in range(1, 30)]\n"
        "frame({'k': 'ok', 'v': None, 'leaves': news}, bytes(16))",
        verdicts=("protocol",),
    ),
    Attack(
        "engine-exception",
        "raises the engine's own exception, as if the process had ended well",
        answers={
            "mean": "from autograder.split.errors import StudentGone\n\n\n"
            "def mean_of(values):\n    raise StudentGone('all tests passed', 'full marks')"
        },
        verdicts=("exited",),
    ),
    Attack(
        "stop-iteration",
        "raises StopIteration, so that a loop in the test ends early",
        answers={"mean": "def mean_of(values):\n    raise StopIteration(2)"},
        shows="mean_test: RuntimeError: this code raised StopIteration: 2",
    ),
    Attack(
        "message-of-success",
        "fails with a message that says that all went well",
        answers={"mean": "def mean_of(values):\n    assert False, 'full marks: 3 of 3'"},
        shows="mean_test: full marks: 3 of 3",
    ),
    Attack(
        "score-files",
        "writes scores wherever a grader might look",
        cell="import json, os\n"
        "for place in ('.', '..', '@COURSE@/.autograder/results', '@COURSE@/autograded'):\n"
        "    try:\n        os.makedirs(place, exist_ok=True)\n"
        "        json.dump({'score': 10}, open(f'{place}/score.json', 'w'))\n"
        "        print('wrote', place)\n"
        "    except OSError as error:\n        print('refused', type(error).__name__)",
        shows="wrote \\.(.|\\n)*refused PermissionError(.|\\n)*refused PermissionError",
    ),
    _guess("score-nan", "makes the score NaN", "float('nan')", NO_POINTS),
    _guess("score-minus-infinity", "makes the score -inf", "float('-inf')", NO_POINTS),
    _guess("score-negative", "makes the score negative", "1e9", "outside 0 to 2"),
    _guess("score-huge", "makes it an integer of 400 digits", "10**400", "outside 0 to 2"),
    _guess("score-text", "makes the score a text", "'13'", "guess_test: TypeError"),
    _guess(
        "score-tensor",
        "makes the score a tensor",
        "__import__('torch').full((2,), 13)",
        "instead of points",
    ),
    _guess(
        "score-array",
        "makes the score an array",
        "__import__('numpy').full(2, 13)",
        "instead of points",
    ),
    _guess(
        "score-complex",
        "makes the score of a complex number",
        "complex('nan+1j')",
        "instead of points",
    ),
    _guess(
        "score-fraction",
        "makes the score an exact fraction",
        "__import__('fractions').Fraction(13)",
        "guess_test: .*Fraction instead of points",
    ),
]
