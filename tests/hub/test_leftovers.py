"""A process whose parent is gone is found and ended, one that does not listen too."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEAF = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('deaf', flush=True); time.sleep(600)"
)
PARENT = f"""
import subprocess, sys
orphan = subprocess.Popen(
    [sys.executable, "-c", {DEAF!r}], stdout=subprocess.PIPE, start_new_session=True)
orphan.stdout.readline()
print(orphan.pid)
"""
GUARD = f"""
import subprocess, sys
sys.path.insert(0, {str(ROOT)!r})
from hub import leftovers
leftovers.adopt()
orphan = int(subprocess.check_output([sys.executable, "-c", {PARENT!r}]))
assert leftovers.children() == [orphan], leftovers.children()
leftovers.end(seconds=0.3)
print(orphan)
"""


def test_an_orphan_that_ignores_sigterm_is_ended():
    orphan = int(subprocess.check_output([sys.executable, "-c", GUARD], timeout=30))
    deadline = time.monotonic() + 5
    while Path(f"/proc/{orphan}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
