"""Which layers of the sandbox hold on this machine: each is tried by a forbidden act in a child.

Runs as `python -m autograder.sandbox.layers`, since only a process with one thread may fork.
"""

import errno
import json
import mmap
import os
import platform
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache, partial
from pathlib import Path

from autograder import sandbox
from autograder.job import Limits
from autograder.sandbox import landlock, libc, limits, seccomp

SMALL = Limits(memory_mb=64, file_mb=1)
OPTIONAL = ("Landlock network", "Landlock signals", "namespaces")
NOBODY = 65534
REFUSALS = (errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EFBIG, errno.ENOMEM)
Act = Callable[[Path], object]


@dataclass(frozen=True)
class Layer:
    """What was tried: whether it was refused as it must be, and in which words."""

    name: str
    ok: bool
    detail: str

    @property
    def mandatory(self) -> bool:
        """Without it nothing may be graded."""
        return self.name not in OPTIONAL


@cache
def mandatory_ok() -> bool:
    """Whether other people's code may be graded on this machine."""
    return all(layer.ok for layer in probe() if layer.mandatory)


def probe(secret: Iterable[Path] = ()) -> list[Layer]:
    """Try every layer in a process of its own; folders in `secret` must stay out of reach too."""
    if sys.platform != "linux":
        return [Layer("Linux", False, f"{sys.platform} has no sandbox: use Linux or WSL")]
    command = [sys.executable, "-P", "-s", "-m", "autograder.sandbox.layers"]
    command += [str(Path(path).resolve()) for path in secret]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if done.returncode:
        return [Layer("sandbox", False, done.stderr.strip()[-300:] or "the probe died")]
    return [Layer(**fields) for fields in json.loads(done.stdout)]


def main(secret: list[str]) -> None:
    """Print the layers as JSON."""
    json.dump([asdict(layer) for layer in layers([*map(Path, secret)])], sys.stdout)


def layers(secret: list[Path]) -> Iterable[Layer]:
    """Try each in a fork of this process, which must have one thread."""
    abi = landlock.version()
    sandbox.prepare()
    yield _try("Landlock", f"version {abi}: files outside cannot be opened", _files)
    yield _try("seccomp", f"{platform.machine()}: system calls by list", _calls)
    yield _try("no new privileges", "set-user-id programs gain nothing", _privileges)
    yield _try("memory limit", "a cell cannot take the machine's memory", _memory)
    yield _try("file limit", "no file grows past its limit", _file_size)
    yield _try("capabilities", "root's powers are given up", _capabilities)
    for name, act in (FORBIDDEN | {f"read {path}": _lister(path) for path in secret}).items():
        yield _try(f"student code: {name}", "refused", _inside(act))
    for name, act in ORDINARY.items():
        yield _try(f"student code: {name}", "works", partial(_enter, act))
    if abi >= 4:
        yield _try("Landlock network", "no TCP, beside seccomp", _tcp)
    if abi >= 6:
        yield _try("Landlock signals", "no signal leaves, beside seccomp", _signal)
    yield _try("namespaces", "own user and empty network, beside seccomp", _namespaces)


def _try(name: str, detail: str, act: Act) -> Layer:
    """Run `act` in a child: it returns if all is well, and raises if not."""
    reader, writer = os.pipe()
    with tempfile.TemporaryDirectory() as folder:
        pid = os.fork()
        if pid == 0:
            try:
                act(Path(folder))
                os._exit(0)
            except BaseException as error:
                os.write(writer, f"{type(error).__name__}: {error}".encode()[:300])
                os._exit(1)
        os.close(writer)
        with open(reader, "rb") as pipe:
            said = pipe.read().decode(errors="replace")
        _, status = os.waitpid(pid, 0)
    return Layer(name, status == 0, detail if status == 0 else said or f"died: {status}")


def _refused(act: Callable[[], object]) -> None:
    try:
        act()
    except MemoryError:
        return
    except OSError as error:
        if error.errno in REFUSALS:
            return
        raise
    raise AssertionError("the forbidden act was possible")


def _files(folder: Path) -> None:
    libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
    sandbox.restrict_files(folder)
    _refused(lambda: os.listdir("/"))
    _refused(lambda: _touch(folder.parent))


def _calls(_: Path) -> None:
    libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
    seccomp.install()
    _refused(socket.socket)
    _refused(os.fork)


def _privileges(folder: Path) -> None:
    libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
    if not libc.prctl(libc.PR_GET_NO_NEW_PRIVS):
        raise AssertionError("the kernel did not take it")
    if (user := user_of_a_set_user_id_program(folder)) not in (None, os.geteuid()):
        raise AssertionError(f"a set-user-id program ran as user {user}")


def user_of_a_set_user_id_program(folder: Path) -> int | None:
    """Whose rights a set-user-id program has when we start it; None where there is none to try."""
    if os.geteuid() == 0:  # whom another's program takes rights from, so that the same is seen
        command = [str(folder / "sleep"), "60"]
        try:
            shutil.copy("/bin/sleep", command[0])
            os.chown(command[0], NOBODY, -1)
            os.chmod(command[0], 0o4755)
        except OSError:
            return None
    else:
        command = [shutil.which("su") or ""]  # it waits for a password that never comes
        if not command[0] or not os.stat(command[0]).st_mode & stat.S_ISUID:
            return None
    pipe, null = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(command, stdin=pipe, stdout=null, stderr=null) as process:
        for _ in range(20):  # rights change a moment after the program has begun
            status = Path(f"/proc/{process.pid}/status").read_text()
            user = int(status.partition("\nUid:")[2].split()[1])
            if user != os.geteuid():
                break
            time.sleep(0.01)
        process.kill()
    return user


def _memory(_: Path) -> None:
    limits.apply(SMALL)
    _refused(lambda: bytearray(2 * SMALL.memory_mb * limits.MB))
    _refused(lambda: mmap.mmap(-1, 2 * limits.GB))


def _file_size(folder: Path) -> None:
    limits.apply(SMALL)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with open(folder / "large", "wb", buffering=0) as file:
        file.seek(SMALL.file_mb * limits.MB)
        _refused(lambda: file.write(b"x"))


def _capabilities(_: Path) -> None:
    limits.drop_capabilities(platform.machine())
    _refused(lambda: os.chroot("/"))


def _tcp(folder: Path) -> None:
    _files(folder)
    with socket.socket() as sock:
        _refused(lambda: sock.connect(("127.0.0.1", 9)))


def _signal(folder: Path) -> None:
    _files(folder)
    _refused(lambda: os.kill(os.getppid(), 0))


def _namespaces(_: Path) -> None:
    if not limits.leave_namespaces():
        raise OSError("not allowed here; the other layers do without")
    if {name for _, name in socket.if_nameindex()} - {"lo"}:
        raise AssertionError("the network is still there")


def _enter(act: Act, folder: Path) -> None:
    sandbox.enter(folder, SMALL)
    act(folder)


def _inside(act: Act) -> Act:
    return partial(_enter, lambda folder: _refused(lambda: act(folder)))


def _lister(path: Path) -> Act:
    return lambda _: os.listdir(path) if path.is_dir() else path.read_bytes()


def _touch(folder: Path) -> None:
    (folder / "autograder-probe").write_text("x")


def _thread(_: Path) -> None:
    thread = threading.Thread(target=len, args=("",))
    thread.start()
    thread.join()


FORBIDDEN: dict[str, Act] = {
    "another process's environment": lambda _: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
    "another process's memory": lambda _: os.open(f"/proc/{os.getppid()}/mem", os.O_RDWR),
    "write outside": lambda folder: _touch(folder.parent),
    "start a process": lambda _: os.fork(),
    "run a program": lambda _: os.execv("/bin/true", ["true"]),
    "signal another process": lambda _: os.kill(os.getppid(), 0),
    "open a socket": lambda _: socket.socket(),
    "change permissions": lambda folder: os.chmod(folder, 0o777),
}
ORDINARY: dict[str, Act] = {"write in its folder": _touch, "start a thread": _thread}

if __name__ == "__main__":
    with suppress(BrokenPipeError):
        main(sys.argv[1:])
