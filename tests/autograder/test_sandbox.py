"""Every forbidden act is tried for real in a sandboxed child; ordinary work must still work."""

import errno
import os
import platform
import re
import struct
import sys
from pathlib import Path

import pytest

from autograder import sandbox
from autograder.sandbox import layers, seccomp, syscalls

sys.path.append(str(Path(__file__).parents[1] / "attacks"))
from hostile.calls import NUMBERS, OPENAT

pytestmark = pytest.mark.sandbox

RAW = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def raw(number, *arguments):
    answer = libc.syscall(ctypes.c_long(number), *(ctypes.c_long(a) for a in arguments))
    if answer < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
"""
COURSE = Path(__file__).parents[2]

FILES = {
    "users": "open('/etc/passwd')",
    "root": "import os; os.listdir('/')",
    "home": f"import os; os.listdir({str(Path.home())!r})",
    "tests": f"open({__file__!r})",
    "repository": f"import os; os.listdir({str(COURSE)!r})",
    "own environment": "open('/proc/self/environ')",
    "zygote's environment": "import os; open(f'/proc/{os.getppid()}/environ')",
    "zygote's memory": "import os; os.open(f'/proc/{os.getppid()}/mem', os.O_RDWR)",
    "main's command": f"open('/proc/{os.getpid()}/cmdline')",
    "other scratch folders": "import os; os.listdir('..')",
    "write beside": "open('../made', 'w')",
    "write to shared memory": "open('/dev/shm/made', 'w')",
    "write in a library": "import numpy; open(numpy.__file__, 'a')",
    "truncate a library": "import os, numpy; os.truncate(numpy.__file__, 0)",
    "remove a library": "import os, numpy; os.unlink(numpy.__file__)",
    "through a link": "import os; os.symlink('/etc/passwd', 'link'); open('link')",
    "hard link": "import os, numpy; os.link(numpy.__file__, 'linked')",
    "move out": "import os; os.rename('data.txt', '../../data.txt')",
    "terminal": "open('/dev/tty')",
    "disk": "import os; os.mknod('disk', 0o60600, os.makedev(8, 0))",
    "pipe": "import os; os.mkfifo('pipe')",
    "permissions": "import os; os.chmod('data.txt', 0o777)",
    "permissions by descriptor": "import os; os.fchmod(os.open('data.txt', os.O_RDONLY), 0o777)",
    "owner": "import os; os.chown('data.txt', 1, 1)",
    "times": "import os; os.utime('data.txt', (1, 1))",
    "attributes": "import os; os.setxattr('data.txt', 'user.a', b'x')",
}
PROCESSES = {
    "fork": "import os; os.fork()",
    "fork a terminal": "import os; os.forkpty()",
    "program": "import subprocess; subprocess.run(['/bin/true'])",
    "shell": "import os; os.posix_spawn('/bin/true', ['true'], {})",
    "exec": "import os; os.execv('/bin/true', ['true'])",
    "multiprocessing": "import multiprocessing as m; m.get_context('fork').Process().start()",
    "signal to the zygote": "import os; os.kill(os.getppid(), 0)",
    "signal to main": f"import os; os.kill({os.getpid()}, 0)",
    "signal to all": "import os; os.kill(-1, 0)",
    "signal to its group": "import os; os.kill(0, 0)",
    "signal by descriptor": "import fcntl, os; fcntl.fcntl(sock, fcntl.F_SETOWN, os.getppid())",
    "limits of others": "import os, resource as r; r.prlimit(os.getppid(), r.RLIMIT_CPU, (9, 9))",
    "processors of others": "import os; os.sched_setaffinity(os.getppid(), {0})",
    "root directory": "import os; os.chroot('.')",
    "user": "import os; os.setuid(65534)",
    "priority": "import os; os.setpriority(os.PRIO_PROCESS, os.getppid(), 10)",
    "scheduler": "import os; os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))",
}
NETWORK = {
    "internet": "import socket; socket.create_connection(('127.0.0.1', 9), 1)",
    "datagram": "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "local socket": "import socket; socket.socket(socket.AF_UNIX)",
    "raw": "import socket; socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
    "datagram pair": "import socket as s; s.socketpair(s.AF_UNIX, s.SOCK_DGRAM)",
    "anonymous file": "import os; os.memfd_create('x')",
    "type into a terminal": "import fcntl, sys; fcntl.ioctl(0, 0x5412, b'x')",
}


@pytest.mark.parametrize("code", FILES.values(), ids=FILES)
def test_files_out_of_reach(inside, code):
    with pytest.raises(RuntimeError, match=r"PermissionError|FileNotFoundError|OSError.*cross-dev"):
        inside(code)


@pytest.mark.parametrize("code", PROCESSES.values(), ids=PROCESSES)
def test_processes_out_of_reach(inside, code):
    with pytest.raises(RuntimeError, match="PermissionError"):
        inside(code)


@pytest.mark.parametrize("code", NETWORK.values(), ids=NETWORK)
def test_no_way_out(inside, code):
    with pytest.raises(RuntimeError, match="PermissionError"):
        inside(code)


RAW_CALLS = """
clone 56, clone3 435, vfork 58, ptrace 101, process_vm_readv 310, process_vm_writev 311,
pidfd_open 434, pidfd_send_signal 424, rt_sigqueueinfo 129, rt_tgsigqueueinfo 297, mount 165,
umount2 166, pivot_root 155, setns 308, unshare 272, keyctl 250, add_key 248, request_key 249,
bpf 321, io_uring_setup 425, userfaultfd 323, perf_event_open 298, personality 135, shmget 29,
shmat 30, semget 64, msgget 68, mq_open 240, memfd_secret 447, open_by_handle_at 304, fanotify 300,
inotify_init 253, reboot 169, init_module 175, kexec_load 246, swapon 167, sethostname 170,
settimeofday 164, adjtimex 159, syslog 103, acct 163, quotactl 179, iopl 172, setresuid 117,
capset 126, setpgid 109, setsid 112, seccomp 317, landlock 446, execveat 322, socket 41, connect 42,
accept 43, bind 49, listen 50, sendmmsg 307, mlock 149, kcmp 312, move_pages 279, vhangup 153
"""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="numbers of x86_64")
def test_system_calls_are_refused(inside):
    calls = dict(re.findall(r"(\w+) (\d+)", RAW_CALLS))
    ask = f"[attempt(int(n)) for n in {list(calls.values())}]"
    attempt = """
def attempt(number):
    try:
        raw(number, 0, 0, 0, 0, 0, 0)
    except OSError as error:
        return error.errno
"""
    answers = dict(zip(calls, inside(RAW + attempt, ask), strict=True))
    assert {n: a for n, a in answers.items() if a not in (errno.EPERM, errno.ENOSYS)} == {}


@pytest.mark.skipif(platform.machine() != "x86_64", reason="x32 is a mode of x86_64")
def test_the_x32_way_in_is_deadly(inside):
    with pytest.raises(EOFError):
        inside(RAW + "raw(0x40000000 + 39)")


def test_dumpable_cannot_be_set(inside):
    with pytest.raises(RuntimeError, match="PermissionError"):
        inside(RAW + "if libc.prctl(4, 1, 0, 0, 0): raise PermissionError(ctypes.get_errno())")


def test_memory_file_and_descriptor_limits(inside):
    assert inside("x = bytearray(100 * 2**20)", "len(x)", memory_mb=200) == 100 * 2**20
    with pytest.raises(RuntimeError, match="MemoryError"):
        inside("x = bytearray(300 * 2**20)", memory_mb=200)
    with pytest.raises(RuntimeError, match="Cannot allocate memory"):
        inside("import mmap; mmap.mmap(-1, 2 * 2**30)", memory_mb=200)
    with pytest.raises(RuntimeError, match="File too large"):
        inside("open('big', 'wb').write(bytes(2 * 2**20))", file_mb=1)
    with pytest.raises(RuntimeError, match="Too many open files"):
        inside("import os; [os.dup(0) for _ in range(50)]", open_files=32)


ORDINARY = {
    "read": "assert open('data.txt').read() == 'given'",
    "write": "open('a', 'w').write('x'); import os; os.mkdir('b'); os.rename('a', 'b/a')",
    "remove": "import os; os.unlink('data.txt')",
    "temporary": "import tempfile; tempfile.TemporaryFile().write(b'x'); tempfile.mkdtemp()",
    "late import": "import wave, colorsys, numpy.polynomial.hermite_e",
    "threads": "from concurrent.futures import ThreadPoolExecutor as T; T(4).submit(len, '')",
    "asyncio": "import asyncio; asyncio.run(asyncio.sleep(0))",
    "random": "import os, random, secrets; os.urandom(8); random.SystemRandom().random()",
    "own signals": "import os, signal; signal.signal(10, lambda *_: 0); os.kill(os.getpid(), 10)",
    "source": "import inspect, torch; inspect.getsource(torch.nn.LSTM)",
    "arrays": "import numpy as np; np.save('x.npy', np.eye(3)); assert np.load('x.npy').sum() == 3",
    "user": "import os, getpass; getpass.getuser(); os.path.expanduser('~')",
    "silence": "import sys; print('x', flush=True); print('y', file=sys.stderr, flush=True)",
    "figure": "from matplotlib.figure import Figure as F; f = F(); f.savefig('x.png')",
    "torch threads": "import torch; torch.set_num_threads(4); torch.eye(500) @ torch.eye(500)",
    "torch files": "import torch; torch.save(torch.ones(3), 'x.pt'); torch.load('x.pt')",
}


@pytest.mark.parametrize("code", ORDINARY.values(), ids=ORDINARY)
def test_ordinary_work_works(inside, code):
    inside(code)


def test_training_works(inside):
    code = """
import torch
x = torch.linspace(-1, 1, 20)[:, None]
model = torch.nn.Linear(1, 1)
optimiser = torch.optim.Adam(model.parameters(), lr=0.1)
for _ in range(200):
    optimiser.zero_grad()
    torch.nn.functional.mse_loss(model(x), 3 * x + 1).backward()
    optimiser.step()
"""
    assert inside(code, "model.weight.item()") == pytest.approx(3, abs=0.05)


def verdict(machine: str, number: int, *arguments: int) -> int:
    """What a filter for process 42 answers: the classic BPF machine, in as few words as it has."""
    six = (*arguments, 0, 0, 0, 0, 0, 0)[:6]
    data = struct.pack("=IIQ6Q", number, seccomp.AUDIT_ARCH[machine], 0, *six)
    code = list(struct.iter_unpack("=HBBI", seccomp.program(machine, 42)))
    position = accumulator = 0
    while True:
        operation, yes, no, operand = code[position]
        position += 1
        if operation == 0x20:
            (accumulator,) = struct.unpack_from("=I", data, operand)
        elif operation == 0x54:
            accumulator &= operand
        elif operation == 0x15:
            position += yes if accumulator == operand else no
        elif operation == 0x35:
            position += yes if accumulator >= operand else no
        else:
            return operand


ALLOW = 0x7FFF0000


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_allows_the_list_and_no_more(machine):
    always = set(syscalls.numbers(*syscalls.ALWAYS, machine=machine).values())
    allowed = {n for n in range(700) if verdict(machine, n, *[0xFFFF] * 6) == ALLOW}
    assert allowed == always
    assert len(always) > 120
    assert verdict(machine, 435) == 0x50000 | errno.ENOSYS


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("clone", (0x3D0F00,), (0x1200011,)),
        ("clone", (0x3D0F00,), (0x3D0F00 | 0x40000000,)),
        ("kill", (42, 9), (43, 9)),
        ("kill", (42, 9), (2**32 - 42, 9)),
        ("tgkill", (42, 42), (41, 42)),
        ("prctl", (15,), (4, 1)),
        ("fcntl", (5, 3), (5, 8, 41)),
        ("ioctl", (1, 0x5401), (0, 0x5412)),
        ("prlimit64", (0, 7), (41, 7)),
        ("sendto", (3, 1, 1, 0, 0), (3, 1, 1, 0, 2**40)),
        ("socketpair", (1, 1 | 0o2000000), (1, 2)),
        ("socketpair", (1, 1), (2, 1)),
        ("fallocate", (3, 0), (3, 1)),
    ],
)
def test_conditions_on_arguments(machine, name, good, bad):
    number = syscalls.numbers(syscalls.CONDITIONAL, machine=machine)[name]
    assert verdict(machine, number, *good) == ALLOW
    assert verdict(machine, number, *bad) == 0x50000 | errno.EPERM


@pytest.mark.parametrize(("machine", "column"), [("x86_64", 0), ("aarch64", 1)])
def test_calls_that_attacks_make_by_number_are_refused_on_both_machines(machine, column):
    calls = [numbers[column] for numbers in NUMBERS.values() if numbers[column] is not None]
    for arguments in ((), (17,), (0x1200011,), (2**64 - 1,) * 6):
        answers = {call: verdict(machine, call, *arguments) for call in calls}
        refused = (0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS)
        assert {call: a for call, a in answers.items() if a not in refused} == {}
    assert verdict(machine, OPENAT[column]) == ALLOW  # what the others are told from


HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}


@pytest.mark.parametrize("machine", HEADERS)
def test_numbers_are_the_kernels_own(machine):
    header = HEADERS[machine]
    if not header.exists():
        pytest.skip("needs the kernel's headers: apt-get install linux-libc-dev")
    found = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", header.read_text())
    official = {name: int(number) for name, number in found}
    official.setdefault("newfstatat", official.get("fstatat", -1))
    ours = syscalls.numbers(*syscalls.ALWAYS, syscalls.CONDITIONAL, machine=machine)
    assert ours == {name: official.get(name) for name in ours}
    column = [*HEADERS].index(machine)
    attacks = {name: numbers[column] for name, numbers in NUMBERS.items() if numbers[column]}
    assert attacks == {name: official.get(name) for name in attacks}


PROBE = """
import os, platform
from autograder import sandbox
from autograder.sandbox import layers, libc
from stub_filter import LANDLOCK, UNSHARE, deny
sandbox.prepare()
if "container" in sys.argv:
    deny(UNSHARE[platform.machine()])
if "old kernel" in sys.argv:
    deny(LANDLOCK)
if "user" in sys.argv and os.getuid() == 0:
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
    libc.prctl(libc.PR_SET_DUMPABLE, 1)
print([layer.name for layer in layers.layers([]) if layer.mandatory and not layer.ok])
"""


def test_this_machine_may_grade():
    assert [layer for layer in layers.probe() if layer.mandatory and not layer.ok] == []
    assert layers.mandatory_ok()


@pytest.mark.parametrize("where", [("user",), ("container",), ("user", "container")])
def test_the_mandatory_layers_need_no_rights(script, where):
    done = script(PROBE, *where)
    assert (done.stdout, done.stderr) == ("[]\n", "")


PRIVILEGES = """
import os, tempfile
from pathlib import Path
from autograder.sandbox import layers, libc
folder = Path(tempfile.mkdtemp())
if "user" in sys.argv and os.getuid() == 0:
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
free = not libc.prctl(libc.PR_GET_NO_NEW_PRIVS)
before = layers.user_of_a_set_user_id_program(folder)
layers._privileges(folder)
print(free, before == os.geteuid(), layers.user_of_a_set_user_id_program(folder) == os.geteuid())
"""


@pytest.mark.parametrize("who", [(), ("user",)], ids=["as we are", "as an ordinary user"])
def test_a_program_that_would_change_its_rights_is_tried(script, who):
    done = script(PRIVILEGES, *who)
    free, same_before, same_after = done.stdout.split()
    if free == "False" or same_before == "True":
        pytest.skip("set-user-id programs gain nothing here anyway")
    assert same_after == "True"


def test_a_missing_layer_is_found(script):
    done = script(PROBE, "old kernel")
    assert "Landlock" in done.stdout
    assert "student code: start a process" in done.stdout


@pytest.mark.parametrize("place", ["/usr/local/share/nbgrader/exchange", "/srv", "/home", "/var"])
def test_no_place_of_other_people_is_among_the_libraries(place):
    assert not [path for path in sandbox.python_paths() if Path(place).is_relative_to(path)]


def test_probe_tries_secret_folders(tmp_path):
    (tmp_path / "gradebook.db").touch()
    found = {layer.name: layer.ok for layer in layers.probe([tmp_path, tmp_path / "gradebook.db"])}
    assert found[f"student code: read {tmp_path}"]
    assert found[f"student code: read {tmp_path}/gradebook.db"]
