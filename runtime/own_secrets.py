"""Secrets an installation makes for itself and keeps, readable by its user only; given ones never come here."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from runtime.trouble import Trouble


def kept_secret(path: Path, make: Callable[[], str] = lambda: secrets.token_urlsafe(32)) -> str:
    """The secret in this file, made at first use. Two processes that start at once agree on one.

    Trouble when the file is empty or another user's.
    """
    try:
        if not path.exists():
            _keep(path, make())
        kept = path.read_text().strip()
    except PermissionError:
        raise Trouble(
            f"the secret {path} belongs to another user; run as that user, or choose another folder with --data"
        ) from None
    if not kept:
        raise Trouble(f"the secret {path} is empty; restore it from the backup, or remove it to have a new one made")
    return kept


def _keep(path: Path, value: str) -> None:
    """Written beside its place and linked into it whole: nobody ever reads half a secret, and the first one stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, draft = tempfile.mkstemp(prefix=".", dir=path.parent)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(value)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        Path(draft).unlink()
