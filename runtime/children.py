"""Child processes that end with their parent, and what an earlier, killed parent left behind; no particular program."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

PR_SET_PDEATHSIG = 1
LOG_BYTES = 10_000_000
"""A log larger than this is set aside at the next start; one older log is kept."""
KEPT_VARIABLES = ("PATH", "HOME", "TMPDIR", "SSL_CERT_FILE")
"""All of our environment that a server of ours needs: it holds keys of vendors, which are nobody else's business."""


@dataclass(frozen=True)
class User:
    """Whom a child runs as."""

    uid: int
    gid: int


def start(
    command: Sequence[str], *, log: Path, end_signal: signal.Signals, as_user: User | None = None,
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:  # fmt: skip
    """Run a server of ours; its output goes to `log`. It gets `end_signal` when the thread that called this ends.

    That covers a SIGKILL of the whole process, but call it from the main thread only. Linux sees to it; elsewhere the
    next start finds what was left (`left_behind`).
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".1.log"))
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    with log.open("ab") as out:
        return subprocess.Popen(  # noqa: S603 - the commands are our own
            list(command), stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd="/", umask=0o077,
            env={**kept, "LC_ALL": "C", "TZ": "UTC", **(environment or {})}, start_new_session=True,
            user=as_user.uid if as_user else None, group=as_user.gid if as_user else None,
            extra_groups=[] if as_user else None,
            preexec_fn=ends_with_parent(end_signal),  # noqa: PLW1509 - one system call, no locks taken
        )  # fmt: skip


def ends_with_parent(how: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn`: on Linux the child gets this signal when its parent dies, however it dies."""
    if sys.platform != "linux":
        return lambda: None
    library, parent = ctypes.CDLL(None), os.getpid()

    def bind() -> None:
        library.prctl(PR_SET_PDEATHSIG, int(how), 0, 0, 0)
        if os.getppid() != parent:  # It died before we asked.
            os._exit(1)

    return bind


def end(process: subprocess.Popen[bytes], hows: Sequence[signal.Signals], within_s: float) -> None:
    """Ask a child to end, ever more firmly, and kill it when nothing helps."""
    for how in (*hows, signal.SIGKILL):
        if process.poll() is not None:
            return
        process.send_signal(how)
        try:
            process.wait(within_s)
        except subprocess.TimeoutExpired:
            continue


def left_behind(program: str, ours: Callable[[psutil.Process], bool]) -> list[psutil.Process]:
    """Running processes of a program that an earlier parent of ours started; others' are never touched."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.name() == program and ours(process):
                found.append(process)
        except psutil.Error:  # It ended while we looked, or it is another user's, who is not our earlier parent.
            continue
    return found


def end_left_behind(processes: Sequence[psutil.Process], how: signal.Signals, within_s: float) -> None:
    """End what was left behind, and wait until it is gone."""
    for process in processes:
        _signal(process, how)
    _, alive = psutil.wait_procs(processes, within_s)
    for process in alive:
        _signal(process, signal.SIGKILL)
    psutil.wait_procs(alive, within_s)


def _signal(process: psutil.Process, how: signal.Signals) -> None:
    try:
        process.send_signal(how)
    except psutil.NoSuchProcess:
        return


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], within_s: float) -> bool:
    """True when `ready` came true in time and the process lives, False otherwise."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline and process.poll() is None:
        if ready():
            return process.poll() is None
        time.sleep(0.02)
    return False


def last_words(log: Path, since: int) -> str:
    """The last complaint in a log from byte `since` on; empty when there is none."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(since if since <= log.stat().st_size else 0)
        lines = file.read().decode(errors="replace").splitlines()
    complaints = [line for line in lines if any(word in line for word in ("FATAL", "PANIC", "rror", "could not"))]
    return complaints[-1].strip()[:300] if complaints else ""
