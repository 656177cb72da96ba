"""At most one process works on a data folder: the lock, and nothing about what is in the folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runtime.trouble import Trouble


class AlreadyRunning(Trouble):
    """Another process works on the same data; the message names its pid."""


@contextmanager
def owning(lock: Path, what: str) -> Iterator[None]:
    """Be the only one to run `what` while the context lasts. AlreadyRunning names the pid of the one who is.

    The kernel gives the lock back when its holder dies, however it dies, so a power cut leaves nothing to clear away.
    The file itself stays: removing it would let two processes lock two files of one name.
    """
    holder = _opened(lock)
    try:
        _lock(holder, what)
        yield
    finally:
        os.close(holder)


def _opened(lock: Path) -> int:
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        return os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except PermissionError:
        raise Trouble(
            f"{lock.parent} cannot be written by this user; run as its owner, or choose another folder with --data"
        ) from None
    except (FileExistsError, NotADirectoryError):
        raise Trouble(f"{lock.parent} is not a folder; choose another with --data") from None


def _lock(holder: int, what: str) -> None:
    try:
        fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pid = os.pread(holder, 20, 0).decode(errors="replace").strip()
        who = f" with pid {pid}" if pid else ""
        raise AlreadyRunning(
            f"{what} is already running{who} on this data; stop it first, or choose another folder with --data"
        ) from None
    os.ftruncate(holder, 0)
    os.pwrite(holder, f"{os.getpid()}\n".encode(), 0)
