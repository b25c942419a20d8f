"""Harming the grader: signals, and files that are not what they seem."""

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from .attack import Attack, Folder, Link, Pipe
from .calls import KERNEL, choice
from .reading import ATTEMPT

NOTEBOOK = "hw1_host.ipynb"


def _acts(name: str, tries: str, cell: str, shows: str, destroys: str = "") -> Attack:
    return Attack(name, tries, cell=ATTEMPT + cell, shows=shows, destroys=destroys)


def _is(name: str, tries: str, content: object, verdict: str, destroys: str = "") -> Attack:
    """The notebook itself is something else."""
    return Attack(name, tries, files={NOTEBOOK: content}, verdicts=(verdict,), destroys=destroys)


def _many_cells(notebook: NotebookNode) -> None:
    notebook.cells += [new_code_cell("1", id=f"c{i}") for i in range(2500)]


def _huge_cell(notebook: NotebookNode) -> None:
    notebook.cells.insert(0, new_code_cell("x = '" + "y" * 2**20 + "'", id="huge"))


def _surrogates(notebook: NotebookNode) -> None:
    notebook.cells.insert(
        0, new_code_cell("print('odd', len('\\ud800'))\nprint('\\ud800')", id="odd")
    )


DENIED = "PermissionError"
ATTACKS = [
    _acts(
        "kill-the-parent",
        "kills the process that it was forked from",
        "import os\nattempt('kill', lambda: os.kill(os.getppid(), 9))",
        f"kill refused by {DENIED}",
    ),
    _acts(
        "kill-the-grader",
        "kills the process that grades it, by its number and by a descriptor",
        "import os, signal\nattempt('kill', lambda: os.kill(@GRADER@, 9))\n"
        "attempt('handle', lambda: os.pidfd_open(@GRADER@))",
        f"kill refused by {DENIED}(.|\\n)*handle refused by ",
        "kills whoever runs the table",
    ),
    _acts(
        "kill-everybody",
        "signals its group and every process of its user",
        "import os\nattempt('group', lambda: os.killpg(0, 9))\n"
        "attempt('all', lambda: os.kill(-1, 9))",
        f"group refused by {DENIED}(.|\\n)*all refused by {DENIED}",
        "kills every process of the user",
    ),
    _acts(
        "kill-the-checker",
        "kills its neighbours one by one",
        "import os\nfor pid in range(os.getpid() - 3, os.getpid() + 4):\n"
        "    if pid != os.getpid():\n        attempt('neighbour', lambda: os.kill(pid, 9))",
        f"neighbour refused by {DENIED}",
        "kills processes that happen to be near",
    ),
    _acts(
        "signal-by-owner",
        "lets the kernel send signals for it: F_SETOWN, timers, queues",
        "import ctypes, fcntl, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        "attempt('owner', lambda: fcntl.fcntl(3, fcntl.F_SETOWN, os.getppid()))\n"
        f"(call,) = {choice('rt_sigqueueinfo')}\n"
        "print('queue', libc.syscall(call, os.getppid(), 9, bytes(128)), ctypes.get_errno())",
        f"owner refused by {DENIED}(.|\\n)*queue -1 1",
    ),
    _acts(
        "slow-down-the-grader",
        "takes the processor, limits and priority of its parent",
        "import os, resource\nattempt('priority', lambda: os.setpriority(0, os.getppid(), 19))\n"
        "attempt('limits', lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1)))\n"
        "attempt('core', lambda: os.sched_setaffinity(os.getppid(), {0}))",
        f"priority refused by {DENIED}(.|\\n)*limits refused by {DENIED}(.|\\n)*core refused",
    ),
    _acts(
        "write-outside",
        "writes by absolute paths and by ..",
        "import os\n"
        "for path in ('@COURSE@/gradebook.csv', '@HOME@/.bashrc', '../log', '/tmp/evil',\n"
        "             '/dev/shm/evil', '@COURSE@/source/hw1_host/hw1_host.ipynb'):\n"
        "    attempt('writing', lambda: open(path, 'a').write('x'))",
        f"(writing refused by {DENIED}(.|\\n)*){{6}}",
    ),
    _acts(
        "remove-outside",
        "removes and renames what is not its own",
        "import os, shutil\n"
        "attempt('unlink', lambda: os.unlink('@COURSE@/gradebook.csv'))\n"
        "attempt('rename', lambda: os.rename('@HOME@/secret.txt', 'mine.txt'))\n"
        "attempt('tree', lambda: shutil.rmtree('@COURSE@/exchange'))\n"
        "attempt('up', lambda: os.rename(os.getcwd(), os.getcwd() + '-moved'))",
        f"unlink refused by {DENIED}(.|\\n)*rename refused by {DENIED}(.|\\n)*"
        f"tree refused by {DENIED}(.|\\n)*up refused by",
        "removes the exchange",
    ),
    _acts(
        "permissions",
        "changes permissions, owners, times and attributes, its own files' too",
        "import os\nopen('own', 'w').close()\n"
        "for act in (lambda: os.chmod('@COURSE@', 0o777), lambda: os.chmod('own', 0o6777),\n"
        "            lambda: os.chown('own', 1, 1), lambda: os.utime('@HOME@/secret.txt'),\n"
        "            lambda: os.setxattr('own', 'user.x', b'y')):\n    attempt('change', act)",
        f"(change refused by {DENIED}(.|\\n)*){{5}}",
    ),
    _acts(
        "devices",
        "makes device files and pipes, and opens disks and terminals",
        "import os\nattempt('disk', lambda: os.mknod('disk', 0o60600, os.makedev(8, 0)))\n"
        "attempt('pipe', lambda: os.mkfifo('pipe'))\n"
        "for path in ('/dev/sda', '/dev/mem', '/dev/tty', '/dev/kmsg'):\n"
        "    attempt('opening', lambda: open(path, 'rb'))",
        f"disk refused by {DENIED}(.|\\n)*pipe refused by {DENIED}(.|\\n)*opening refused by",
    ),
    _acts(
        "ptrace",
        "attaches a debugger to its parent and neighbours",
        "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        "print('attach', libc.ptrace(16, os.getppid(), 0, 0), ctypes.get_errno())\n"
        "print('dumpable', libc.prctl(4, 1, 0, 0, 0), ctypes.get_errno())",
        r"attach -1 1(.|\n)*dumpable -1 1",
    ),
    _acts(
        "kernel",
        "asks for namespaces, mounts, keys, BPF, io_uring and new system calls",
        "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        f"calls = {choice(*KERNEL)}\n"
        "print('answers', {libc.syscall(n, 0, 0, 0, 0, 0, 0) for n in calls})",
        r"answers \{-1\}",
    ),
    _acts(
        "deep-folders",
        "leaves a thousand folders in each other, which are hard to remove",
        "import os\nfor depth in range(1000):\n    os.mkdir('d' * 20)\n    os.chdir('d' * 20)\n"
        "open('x', 'w').close()\nprint('deep', depth)",
        r"deep 999|\[disk\]",
    ),
    _acts(
        "odd-names",
        "leaves files whose names are not text, full of line ends and escape codes",
        "import os\n"
        "for name in (b'\\xff\\xfe', b'a\\nb', b'\\x1b[2J', b'-rf', b' ', b'x' * 255):\n"
        "    os.close(os.open(name, os.O_CREAT))\n"
        "os.symlink('@COURSE@', 'everything')\nos.symlink('loop', 'loop')\nprint('left', 8)",
        "left 8",
    ),
    _acts(
        "own-folder",
        "removes the folder that it works in",
        "import os, shutil\nhere = os.getcwd()\nshutil.rmtree(here, ignore_errors=True)\n"
        "print('left', os.listdir(here))\nattempt('again', lambda: os.rmdir(here))",
        "left \\[\\](.|\\n)*again refused",
    ),
    Attack(
        "submitted-odd-names",
        "hands in names with line ends, escape codes and markup",
        files={"a\nb.csv": "1", "\x1b[2J.csv": "2", "<b>x</b>.txt": "3", "-rf.csv": "4"},
        cell="import os\nprint(len([n for n in os.listdir() if n.endswith('csv')]), 'came along')",
        verdicts=("file-name", "extra-file"),
        shows="1 came along",
    ),
    Attack(
        "submitted-pipe",
        "hands in a named pipe, which blocks whoever opens it",
        files={"data.csv": Pipe(), "more.csv": Link("/dev/zero"), "loop.csv": Link("loop.csv")},
        verdicts=("not-a-file", "link"),
        destroys="blocks nbgrader for ever",
    ),
    _is(
        "notebook-is-a-pipe",
        "hands in a pipe as its notebook",
        Pipe(),
        "not-a-file",
        "blocks nbgrader",
    ),
    _is(
        "notebook-is-a-device",
        "hands in a link to /dev/zero",
        Link("/dev/zero"),
        "link",
        "fills memory",
    ),
    _is("notebook-is-a-folder", "hands in a folder as its notebook", Folder(), "not-a-file"),
    _is(
        "notebook-not-json", "hands in half a notebook", '{"cells": [{"cell_type": "co', "not-json"
    ),
    _is("notebook-too-deep", "hands in JSON nested a million times", "[" * 10**6, "too-deep"),
    _is("notebook-too-large", "hands in 33 MB", b" " * (33 * 2**20), "too-large"),
    _is("notebook-of-numbers", "hands in JSON that is no notebook", "[1, 2, 3]", "not-a-notebook"),
    Attack(
        "too-many-cells",
        "hands in thousands of cells",
        change=_many_cells,
        verdicts=("too-many-cells",),
    ),
    Attack(
        "huge-cell",
        "hands in a cell of a megabyte",
        change=_huge_cell,
        verdicts=("cell-too-large",),
    ),
    Attack(
        "not-unicode",
        "hands in and prints text that no file can hold",
        change=_surrogates,
        shows="odd 1",
    ),
]
