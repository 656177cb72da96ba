"""Secrets an installation makes for itself and keeps, readable by its user only; given ones never come here."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from runtime.trouble import Trouble


def kept_secret(path: Path, make: Callable[[], str] = lambda: secrets.token_urlsafe(32)) -> str:
    """The secret in this file, made at first use. Two processes that start at once agree on one.

    Trouble when the file cannot be read or written by this user.
    """
    try:
        return _read(path) or _made(path, make())
    except PermissionError:
        raise Trouble(
            f"the secret {path} belongs to another user; run as that user, or choose another folder with --data"
        ) from None


def _read(path: Path) -> str:
    return path.read_text().strip() if path.exists() else ""


def _made(path: Path, value: str) -> str:
    """Written beside its place and linked into it whole: nobody ever reads half a secret."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True) if path.exists() and not _read(path) else None
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(value)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return _read(path)
    finally:
        draft.unlink()
    return value
