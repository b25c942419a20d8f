"""Reading what is secret: tests, other people's work, the environment, memory."""

from .attack import Attack, Link
from .calls import OPENAT

ATTEMPT = """
def attempt(name, act):
    try:
        print(name, 'gives', act())
    except BaseException as error:
        print(name, 'refused by', type(error).__name__)


"""


def _reads(name: str, tries: str, path: str) -> Attack:
    return Attack(
        name,
        tries,
        cell=ATTEMPT + f"attempt('reading', lambda: open({path!r}).read())",
        shows="reading refused by (PermissionError|FileNotFoundError)",
    )


WALK = """
import os

found = []
for folder, _, files in os.walk('/'):
    for name in files:
        if name.endswith(('.ipynb', '.db', 'token', 'secret.txt', 'kernel-1.json')):
            try:
                found.append(open(os.path.join(folder, name), errors='replace').read())
            except OSError:
                pass
print(len(found), 'of interest', found)
"""
MEMORY = """
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
libc.memmem.restype = ctypes.c_void_p
reader, writer = os.pipe()
word = b'-stset-neddih-eht-fo-yranac'[::-1]


def readable(address):
    # the kernel says so, where a look of our own would end us
    if libc.write(writer, ctypes.c_void_p(address), 1) != 1:
        return False
    os.read(reader, 1)
    return True


def search(*_):
    page, places = 4096, []
    start = id(places) // page * page
    for address in range(start - 2500 * page, start + 2500 * page, page):
        if readable(address):
            place = libc.memmem(ctypes.c_void_p(address), page, word, len(word))
            if place and abs(place - id(word)) > 64:
                places.append(place)
    raise LookupError(f'looked: {[ctypes.string_at(place, 31) for place in places]}')


mean_of = centre = guess = search
"""


def _looks(name: str, tries: str, search: str) -> Attack:
    """A function that looks for the test that calls it, and tells by an exception's text."""
    answer = (
        "import gc, inspect, linecache, sys\n\n\ndef mean_of(values):\n"
        "    found, word = set(), ' '.join(['### BEGIN', 'HIDDEN'])\n"
        f"{search}    raise LookupError(f'looked: {{sorted(found)}}')"
    )
    shows = r"LookupError: looked: \[\]"
    return Attack(name, tries, answers={"mean": answer}, shows=shows, plain="secret")


ATTACKS = [
    _reads(
        "source-notebook",
        "opens the instructor's notebook",
        "@COURSE@/source/hw1_host/hw1_host.ipynb",
    ),
    _reads(
        "others-work",
        "opens what another student handed in",
        "@COURSE@/submitted/other/hw1_host/hw1_host.ipynb",
    ),
    _reads("relative-path", "the same by a path full of ..", "../" * 12 + "@HOME@/secret.txt"),
    _reads("gradebook", "opens the gradebook", "@COURSE@/gradebook.csv"),
    _reads("exchange", "opens the exchange", "@COURSE@/exchange/host/inbound/other.txt"),
    _reads("token", "opens a token in the grader's home", "@HOME@/.jupyter/token"),
    _reads(
        "connection-file",
        "opens a kernel's connection file, with its key",
        "@HOME@/.local/share/jupyter/runtime/kernel-1.json",
    ),
    _reads("grader-environment", "reads the grader's environment", "/proc/@GRADER@/environ"),
    _reads("grader-command", "reads the grader's command and folder", "/proc/@GRADER@/cmdline"),
    Attack(
        "own-environment",
        "reads its own environment, as it is and as it was at the start",
        cell=ATTEMPT + "import os\nprint('environment', dict(os.environ))\n"
        "attempt('start', lambda: open('/proc/self/environ').read())",
        shows="start refused by PermissionError",
    ),
    Attack(
        "parent-environment",
        "reads the environment of its parent, the process that it was forked from",
        cell=ATTEMPT + "import os\n"
        "attempt('parent', lambda: open(f'/proc/{os.getppid()}/environ').read())",
        shows="parent refused by PermissionError",
    ),
    Attack(
        "all-processes",
        "goes through every process for environments, memory and open files",
        cell=ATTEMPT + "import os\nattempt('processes', lambda: os.listdir('/proc'))\n"
        "def near(pid):\n    return open(f'/proc/{pid}/maps').read(), open(f'/proc/{pid}/mem')\n"
        "for pid in range(os.getpid() - 2, os.getpid() + 3):\n"
        "    attempt('neighbour', lambda: near(pid))",
        shows="neighbour refused by (PermissionError|FileNotFoundError)",
    ),
    Attack(
        "checkers-memory",
        "reads the checker's memory with `process_vm_readv` and ptrace",
        cell="import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        "buffer = ctypes.create_string_buffer(64)\n"
        "for pid in range(os.getpid() - 3, os.getpid() + 4):\n"
        "    vector = (ctypes.c_void_p * 2)(ctypes.addressof(buffer), 64)\n"
        "    far = (ctypes.c_void_p * 2)(0x400000, 64)\n"
        "    one = libc.process_vm_readv(pid, vector, 1, far, 1, 0), ctypes.get_errno()\n"
        "    two = libc.ptrace(16, pid, 0, 0), ctypes.get_errno()\n"
        "    print('answers', one, two)",
        shows=r"answers \(-1, 1\) \(-1, 1\)",
    ),
    Attack(
        "whole-disk",
        "walks the whole disk for notebooks, databases and tokens",
        cell=WALK,
        shows="0 of interest",
    ),
    Attack(
        "link-at-run-time",
        "makes links to secrets in its own folder, and reads through them",
        cell=ATTEMPT + "import os\nos.symlink('@HOME@/secret.txt', 'mine.txt')\n"
        "attempt('link', lambda: open('mine.txt').read())\n"
        "attempt('hard link', lambda: os.link('@HOME@/secret.txt', 'hard.txt'))",
        shows="link refused by PermissionError(.|\\n)*hard link refused by PermissionError",
    ),
    Attack(
        "other-readers",
        "opens files through numpy, torch, mmap and raw system calls",
        cell=ATTEMPT + "import ctypes, mmap, os\nimport numpy as np\nimport torch\n"
        "path = '@HOME@/secret.txt'\n"
        "attempt('numpy', lambda: np.memmap(path, np.uint8, 'r')[:].tobytes())\n"
        "attempt('torch', lambda: torch.from_file(path, size=9, dtype=torch.uint8))\n"
        "attempt('fspath', lambda: np.genfromtxt(path, dtype=str))\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        f"call = {OPENAT}[os.uname().machine != 'x86_64']\n"
        "print('raw', libc.syscall(call, -100, path.encode(), 0), ctypes.get_errno())\n"
        "print('how', libc.syscall(437, -100, path.encode(), bytes(24), 24), ctypes.get_errno())",
        shows="numpy refused by (.|\\n)*torch refused by (.|\\n)*raw -1",
    ),
    Attack(
        "submitted-link",
        "hands in a data file that is a link to a secret",
        cell=ATTEMPT + "attempt('data', lambda: open('data.csv').read())",
        files={"data.csv": Link("@HOME@/secret.txt")},
        verdicts=("link",),
        shows="data refused by FileNotFoundError",
    ),
    Attack(
        "submitted-hard-link",
        "hands in a data file that is a hard link to another student's work",
        cell=ATTEMPT + "attempt('data', lambda: open('data.csv').read())",
        files={"data.csv": Link("@COURSE@/submitted/other/hw1_host/hw1_host.ipynb", hard=True)},
        verdicts=("link",),
        shows="data refused by FileNotFoundError",
    ),
    Attack(
        "notebook-is-a-link",
        "hands in a link to another student's notebook",
        files={"hw1_host.ipynb": Link("@COURSE@/submitted/other/hw1_host/hw1_host.ipynb")},
        verdicts=("link",),
    ),
    Attack(
        "linked-folder",
        "hands in a folder that is a link to the whole course",
        cell=ATTEMPT + "import os\nattempt('folder', lambda: os.listdir('all'))",
        files={"all": Link("@COURSE@")},
        verdicts=("link",),
        shows="folder refused by FileNotFoundError",
    ),
    _looks(
        "frames",
        "looks for the test in the frames above its function",
        "    frame = sys._getframe()\n"
        "    while frame:\n"
        "        for space in (frame.f_globals, frame.f_locals):\n"
        "            texts = [str(v) for v in list(space.values())]\n"
        "            found |= {v[v.index(word):][:200] for v in texts if word in v and v != word}\n"
        "        frame = frame.f_back\n",
    ),
    _looks(
        "garbage-collector",
        "looks for the test among all objects of its process",
        "    for thing in gc.get_objects():\n"
        "        if type(thing) in (dict, list, tuple):\n"
        "            inside = thing.values() if type(thing) is dict else thing\n"
        "            strings = [v for v in list(inside) if type(v) is str]\n"
        "            found |= {v[:200] for v in strings if word in v and v != word}\n",
    ),
    _looks(
        "notebook-history",
        "reads IPython's inputs, `In`, `_ih` and the history, while a test calls it",
        "    shell = get_ipython()\n"
        "    for known in (In, shell.user_ns['_ih'], shell.history_manager.input_hist_raw):\n"
        "        found |= {v[:200] for v in known if word in v}\n",
    ),
    _looks(
        "line-cache",
        "reads the source of all cells from `linecache` and `inspect`",
        "    texts = [str(entry[2:3]) for entry in list(linecache.cache.values())]\n"
        "    texts += [str(frame.code_context) for frame in inspect.stack()]\n"
        "    found |= {v[:200] for v in texts if word in v}\n",
    ),
    Attack(
        "own-memory",
        "searches its own memory, byte by byte, for words of the tests",
        cell=MEMORY,
        answers=dict.fromkeys(("mean", "centre", "guess"), "pass"),
        shows=r"LookupError: looked: \[\]",
        plain="secret",
    ),
    Attack(
        "descriptors",
        "looks for inherited descriptors and reads what waits in them",
        cell="import os, socket\nopen_ones = []\n"
        "for number in range(256):\n"
        "    try:\n        os.fstat(number)\n        open_ones.append(number)\n"
        "    except OSError:\n        pass\n"
        "print('descriptors', open_ones)\n"
        "peeked = socket.socket(fileno=os.dup(3))\n"
        "try:\n    print(peeked.recv(10**6, socket.MSG_PEEK | socket.MSG_DONTWAIT))\n"
        "except BlockingIOError:\n    print('nothing waits')",
        shows=r"descriptors \[0, 1, 2, 3\](.|\n)*nothing waits",
    ),
    Attack(
        "ahead-of-the-test",
        "listens on the connection for what the checker says next, in a thread",
        cell="import os, socket, threading, time\nheard = []\n\n\n"
        "def listen():\n    sock = socket.socket(fileno=os.dup(3))\n"
        "    while True:\n        try:\n"
        "            heard.append(sock.recv(10**5, socket.MSG_PEEK | socket.MSG_DONTWAIT))\n"
        "        except OSError:\n            pass\n        time.sleep(0.0005)\n\n\n"
        "threading.Thread(target=listen, daemon=True).start()\ntime.sleep(0.05)",
        answers={
            "guess": "def guess(n):\n    raise LookupError(f'overheard {len(heard)} {set(heard)}')"
        },
        shows=r"overheard \d",
    ),
    Attack(
        "questions-to-the-checker",
        "asks the checker for attributes, frames and globals through the engine's own link",
        cell=ATTEMPT + "import gc\n"
        "link = next(o for o in gc.get_objects() if type(o).__name__ == 'StudentLink')\n"
        "attempt('asking', lambda: link.ask('attr', link, '__globals__'))",
        shows="asking refused by NotSupported|asking refused by AttributeError",
    ),
]
