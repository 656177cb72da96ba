"""Child processes that end with their parent, and orphans of a killed one that are found and ended."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

PR_SET_PDEATHSIG = 1


def start(
    command: Sequence[str], *, log: Path, end_signal: signal.Signals, as_user: tuple[int, int] | None = None,
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:  # fmt: skip
    """Run a program whose output goes to `log`; on Linux it gets `end_signal` when this process dies, however it dies."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        return subprocess.Popen(  # noqa: S603 - the commands are our own
            list(command), stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=dict(environment or os.environ),
            start_new_session=True, preexec_fn=_before(end_signal, as_user),  # noqa: PLW1509 - nothing threads before
        )  # fmt: skip


def _before(end_signal: signal.Signals, as_user: tuple[int, int] | None) -> Callable[[], None]:
    library = ctypes.CDLL(None) if sys.platform == "linux" else None

    def before() -> None:
        if as_user is not None:
            os.setgroups([])
            os.setgid(as_user[1])
            os.setuid(as_user[0])
        # After the change of user: changing it clears the death signal.
        if library is not None:
            library.prctl(PR_SET_PDEATHSIG, int(end_signal), 0, 0, 0)

    return before


def end(process: subprocess.Popen[bytes], how: signal.Signals, within_s: float) -> None:
    """Ask a child to end, and insist when it does not."""
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(within_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def end_orphan(pid: int, program: str, how: signal.Signals, within_s: float = 20.0) -> bool:
    """End a process an earlier run left behind; True when there was one. A reused pid of another program is left alone."""
    try:
        orphan = psutil.Process(pid)
        if program not in orphan.name():
            return False
        orphan.send_signal(how)
        orphan.wait(within_s)
    except psutil.NoSuchProcess:
        return False
    except psutil.TimeoutExpired:
        orphan.kill()
    return True


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], within_s: float) -> bool:
    """True when `ready` came true in time, False when the process ended or time ran out first."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if ready():
            return True
        if process.poll() is not None:
            return False
        time.sleep(0.02)
    return False
