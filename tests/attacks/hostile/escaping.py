"""Escaping limits: processes, threads, time, memory, disk, output."""

from .attack import Attack
from .calls import choice

QUICK = {"cell_seconds": 0.6}
SMALL = {"memory_mb": 64}
DENIED = "PermissionError|Operation not permitted|BlockingIOError"


def _spawns(name: str, tries: str, cell: str, destroys: str = "") -> Attack:
    return Attack(name, tries, cell=cell, shows=DENIED, destroys=destroys)


def _spins(
    name: str, tries: str, cell: str, verdict: str = "timeout", destroys: str = ""
) -> Attack:
    verdicts, limits = (verdict,), QUICK if verdict == "timeout" else {}
    return Attack(name, tries, cell=cell, verdicts=verdicts, limits=limits, destroys=destroys)


ATTACKS = [
    _spawns(
        "fork-bomb",
        "forks until the machine has no processes left",
        "import os\nwhile True:\n    os.fork()",
        "takes every process of the machine",
    ),
    _spawns(
        "double-fork",
        "leaves a daemon behind, in a session of its own",
        "import os, time\n"
        "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        "        time.sleep(120)\n    os._exit(0)",
    ),
    _spawns(
        "subprocess",
        "starts a program that goes on after the notebook",
        "import subprocess\nsubprocess.Popen(['sleep', '120'], start_new_session=True)",
    ),
    _spawns(
        "multiprocessing",
        "starts workers with multiprocessing, by every method it has",
        "import multiprocessing as m\n"
        "for method in ('forkserver', 'spawn', 'fork'):\n"
        "    try:\n        m.get_context(method).Process(target=print).start()\n"
        "        print('started', method)\n"
        "    except BaseException as error:\n        print(method, type(error).__name__)\n"
        "import os\nos.posix_spawn('/bin/sleep', ['sleep', '120'], {})",
    ),
    _spawns(
        "raw-clone",
        "calls clone and vfork without the C library's help",
        "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        f"for number in {choice('clone', 'fork', 'vfork', 'clone3')}:\n"
        "    answer = libc.syscall(number, 17, 0, 0, 0, 0)\n"
        "    if answer == 0:\n        os._exit(0)\n"
        "    print(number, answer, os.strerror(ctypes.get_errno()))",
    ),
    _spins(
        "threads",
        "starts threads without end, each asleep",
        "import threading, time\nthreading.stack_size(32768)\n"
        "while True:\n    try:\n        threading.Thread(target=time.sleep, args=(99,)).start()\n"
        "    except RuntimeError:\n        time.sleep(0.1)",
        "threads",
        "takes every thread of the machine",
    ),
    _spins("endless-loop", "never ends", "while True:\n    pass"),
    _spins(
        "catches-everything",
        "goes on whatever is raised in it",
        "import time\nwhile True:\n    try:\n        time.sleep(9)\n"
        "    except BaseException:\n        continue",
    ),
    _spins(
        "ignores-signals",
        "ignores every signal and sleeps",
        "import signal, time\n"
        "for number in {*signal.valid_signals()} - {9, 19}:\n"
        "    signal.signal(number, signal.SIG_IGN)\nwhile True:\n    time.sleep(9)",
    ),
    _spins(
        "stops-itself",
        "stops its own process, so that it never answers",
        "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
    ),
    _spins(
        "holds-the-interpreter",
        "computes in C for hours, where no Python signal handler runs",
        "sum(range(10**13))",
    ),
    _spins(
        "regular-expression",
        "needs longer than the universe for a pattern",
        "import re\nre.match(r'(a+)+$', 'a' * 64 + '!')",
    ),
    _spins(
        "endless-repr",
        "shows an object whose repr never ends",
        "class Slow:\n    def __repr__(self):\n        while True:\n            pass\n\n\nSlow()",
    ),
    Attack(
        "slow-in-a-test",
        "takes for ever when a test calls it, and answers the others",
        answers={
            "mean": "def mean_of(values):\n    while not values:\n        pass\n"
            "    return sum(values) / len(values)"
        },
        earns=1.0,
        verdicts=("timeout",),
        limits={"cell_seconds": 1.2},
    ),
    Attack(
        "timer",
        "sets timers and alarms that end its process during somebody's test",
        cell="import signal\nsignal.signal(signal.SIGALRM, signal.SIG_DFL)\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.05)\n",
        answers={
            "mean": "import time\n\n\ndef mean_of(values):\n    time.sleep(0.2)\n    return 2"
        },
        verdicts=("killed",),
    ),
    Attack(
        "memory",
        "takes all memory, byte by byte",
        cell="hoard = []\nwhile True:\n    hoard.append(bytearray(2**22))",
        verdicts=("memory",),
        limits=SMALL,
        destroys="takes the machine's memory",
    ),
    Attack(
        "memory-of-torch",
        "asks torch, numpy and mmap for a terabyte",
        cell="import mmap\nimport numpy as np\nimport torch\n"
        "tries = [lambda: torch.empty(2**40), lambda: np.ones(2**37)]\n"
        "for act in (*tries, lambda: mmap.mmap(-1, 2**40)):\n"
        "    try:\n        act()\n        print('got it')\n"
        "    except BaseException as error:\n        print('no', type(error).__name__)",
        shows="no RuntimeError(.|\\n)*no .*MemoryError(.|\\n)*no OSError",
        limits=SMALL,
        destroys="takes the machine's memory",
    ),
    Attack(
        "memory-in-a-test",
        "returns a tensor that is far larger than what it sends: an expansion of one number",
        answers={
            "centre": "import torch\n\n\ndef centre(x):\n    return torch.zeros(1).expand(2**38)"
        },
        verdicts=("memory",),
        limits=SMALL,
    ),
    Attack(
        "large-file",
        "writes one file without end",
        cell="with open('large', 'wb', buffering=0) as file:\n"
        "    while True:\n        file.write(bytes(2**18))",
        shows="File too large",
        destroys="fills the disk",
    ),
    _spins(
        "many-files",
        "writes files until the disk is full",
        "import time\nfor i in range(40):\n    open(str(i), 'wb').write(bytes(2**20 - 1))\n"
        "time.sleep(9)",
        "disk",
        "fills the disk",
    ),
    _spins(
        "inodes",
        "makes empty files until the disk has no names left",
        "import time\ni = 0\nwhile True:\n    open(str(i), 'w').close()\n    i += 1",
        "disk",
        "takes every inode of the disk",
    ),
    Attack(
        "sparse-file",
        "makes a sparse file of a terabyte, by seek, truncate and fallocate",
        cell="import os\nfd = os.open('sparse', os.O_CREAT | os.O_RDWR)\n"
        "for act in (lambda: os.ftruncate(fd, 2**40), lambda: os.posix_fallocate(fd, 0, 2**40),\n"
        "            lambda: os.pwrite(fd, b'x', 2**40)):\n"
        "    try:\n        act()\n        print('grew')\n"
        "    except OSError as error:\n        print('refused', error.strerror)",
        shows="refused File too large(.|\\n)*refused File too large(.|\\n)*refused File too large",
    ),
    Attack(
        "open-files",
        "opens files until the machine has no handles left",
        cell="import os\nhoard = []\nwhile True:\n    hoard.append(os.open('/dev/null', 0))",
        shows="Too many open files",
        destroys="takes the machine's file handles",
    ),
    Attack(
        "sockets",
        "opens sockets of every kind, to send the tests away",
        cell="import socket\n"
        "for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, 16, 17, 38):\n"
        "    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):\n"
        "        try:\n            print('open', socket.socket(family, kind))\n"
        "        except OSError as error:\n            print('no', error.errno)\n"
        "socket.create_connection(('127.0.0.1', 9), 1)",
        shows="no 1(.|\\n)*PermissionError",
    ),
    Attack(
        "output-flood",
        "prints without end",
        cell="while True:\n    print('flood ' * 1000)",
        verdicts=("output",),
        shows="output beyond 32 kB is not kept",
        destroys="fills the notebook, and memory with it",
    ),
    Attack(
        "output-past-the-stream",
        "sends outputs past IPython, one frame after the other",
        cell="import gc\n"
        "link = next(o for o in gc.get_objects() if type(o).__name__ == 'StudentLink')\n"
        "for _ in range(400):\n    link.show({'output_type': 'display_data', 'metadata': {},\n"
        "               'data': {'text/plain': 'x' * 10**5}})",
        shows="output beyond 32 kB is not kept",
    ),
    Attack(
        "huge-repr",
        "ends a cell in a text of ten megabytes, and fails with one",
        cell="'x' * 10**7",
        answers={"mean": "def mean_of(values):\n    raise ValueError('y' * 10**7)"},
        shows="mean_test: ValueError: y{9}(.|\\n)*output beyond 32 kB is not kept",
    ),
    Attack(
        "deep-recursion",
        "calls itself for ever, and returns a list of lists of lists",
        cell="def again():\n    return again()\n\n\nagain()",
        answers={
            "mean": "def mean_of(values):\n    found = []\n    for _ in range(10**5):\n"
            "        found = [found]\n    return found"
        },
        shows="RecursionError(.|\\n)*deep cannot cross",
    ),
    Attack(
        "deep-recursion-in-c",
        "recurses in C until the stack ends",
        cell="import sys\nsys.setrecursionlimit(10**9)\n\n\n"
        "def again(n):\n    return sorted([n], key=again)\n\n\nagain(0)",
        verdicts=("killed",),
    ),
    Attack(
        "compression-bomb",
        "unpacks some kilobytes into a quarter of a gigabyte",
        cell="import gzip\npacked = gzip.compress(bytes(2**22)) * 64\n"
        "print('packed', len(packed))\ngzip.decompress(packed)",
        verdicts=("memory",),
        limits=SMALL,
    ),
    Attack(
        "callback-storm",
        "answers a question with questions, without end",
        cell="import gc\n"
        "link = next(o for o in gc.get_objects() if type(o).__name__ == 'StudentLink')",
        answers={
            "mean": "from contextlib import suppress\n\n\ndef mean_of(values):\n"
            "    while True:\n        with suppress(Exception):\n            link.ask('len', 5)"
        },
        verdicts=("timeout",),
        limits=QUICK,
    ),
    Attack(
        "many-kinds-of-objects",
        "returns thousands of objects of classes that the checker has never seen",
        answers={
            "mean": "def mean_of(values):\n"
            "    return [type(f'K{i}', (), {'__len__': lambda self: 2})() for i in range(5000)]"
        },
        verdicts=("protocol",),
    ),
    Attack(
        "limits-raised",
        "raises its own limits",
        cell="import resource\n"
        "for name in ('AS', 'DATA', 'FSIZE', 'NOFILE', 'CORE'):\n"
        "    limit = getattr(resource, f'RLIMIT_{name}')\n"
        "    try:\n        resource.setrlimit(limit, (2**50, 2**50))\n"
        "        print('raised', name)\n"
        "    except (ValueError, OSError) as error:\n        print('kept', name)",
        shows="kept AS(.|\\n)*kept DATA(.|\\n)*kept FSIZE(.|\\n)*kept NOFILE(.|\\n)*kept CORE",
    ),
]
