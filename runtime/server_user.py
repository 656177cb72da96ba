"""Whom a server runs as that refuses to run as root, and what that user must be let through to; nothing else."""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Callable
from pathlib import Path

from runtime.children import User
from runtime.trouble import Trouble

UNPRIVILEGED = "nobody"
"""Every system has this user."""
READABLE = stat.S_IRGRP | stat.S_IROTH
PASSABLE = stat.S_IXGRP | stat.S_IXOTH


def server_user(folder: Path) -> User | None:
    """None to run as ourselves; as root, the folder's owner, or for a new folder the unprivileged user.

    Trouble when the folder is another user's and we are not root: its server could not read it either.
    """
    try:
        owner = folder.stat()
    except FileNotFoundError:
        owner = None
    except PermissionError:
        raise Trouble(f"{folder.parent} is closed to this user; choose another folder with --data") from None
    if os.geteuid() != 0:
        if owner is not None and owner.st_uid != os.geteuid():
            raise Trouble(f"{folder} belongs to another user; run as that user, or choose another folder with --data")
        return None
    if owner is not None and owner.st_uid != 0:
        return User(owner.st_uid, owner.st_gid)
    try:
        entry = pwd.getpwnam(UNPRIVILEGED)
    except KeyError:
        raise Trouble(f"the database cannot run as root, and there is no user {UNPRIVILEGED}; add one") from None
    return User(entry.pw_uid, entry.pw_gid)


def let_through(user: User, data: Path, programs: Path, say: Callable[[str], None]) -> None:
    """As root: the server's user owns its data, may run its programs, and may pass (not read) the folders above."""
    for folder in (data, programs):
        for above in folder.parents:
            mode = above.stat().st_mode if above.exists() else stat.S_IXOTH
            if not mode & stat.S_IXOTH:
                above.chmod(mode | stat.S_IXOTH)
                say(f"let other users pass through {above} (not read it), since the database does not run as root")
    if not (programs / "postgres").stat().st_mode & stat.S_IXOTH:
        _open_to_all(programs.parents[1])
    if data.exists() and data.stat().st_uid == 0:
        for path in (data, *data.rglob("*")):
            os.chown(path, user.uid, user.gid, follow_symlinks=False)


def _open_to_all(package: Path) -> None:
    """A package installed under a strict umask: its files are public anyway."""
    for path in (package, *package.rglob("*"), *package.with_name(f"{package.name}.libs").rglob("*")):
        runs = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
        path.chmod(path.stat().st_mode | READABLE | (PASSABLE if runs else 0))
