"""Where the running system is: `collect up` writes it down, the other commands read it."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import httpx
from pydantic import BaseModel


class Running(BaseModel):
    """Addresses of a running system, as printed by `collect up` when it is ready."""

    ready: bool = True
    web: str
    simulator: str | None = None
    temporal: str
    temporal_ui: str | None = None
    database: str
    token: str


def write(data_dir: Path, running: Running) -> None:
    """Keep the addresses, readable by this user only: they hold the token."""
    path = data_dir / "running.json"
    draft = path.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_text(running.model_dump_json())
    draft.rename(path)


def forget(data_dir: Path) -> None:
    """The system has stopped."""
    (data_dir / "running.json").unlink(missing_ok=True)


def find(data_dir: Path) -> Running | None:
    """The running system: from COLLECT_URL and COLLECT_API_TOKEN when set, else as `collect up` left it.

    A token alone, such as a signer's own, is used in place of the one that was left.
    """
    url, token = os.environ.get("COLLECT_URL"), os.environ.get("COLLECT_API_TOKEN")
    if url and token:
        return Running(web=url, token=token, temporal="", database="")
    path = data_dir / "running.json"
    if not path.exists():
        return None
    left = Running.model_validate(json.loads(path.read_text()))
    return left.model_copy(update={"token": token}) if token else left


def system_now(data_dir: Path) -> datetime:
    """The running system's present moment: virtual in a simulated world, this machine's otherwise."""
    running = find(data_dir)
    if running is None or running.simulator is None:
        return datetime.now(UTC)
    answer = httpx.get(f"{running.simulator}/_/clock", timeout=10)
    return datetime.fromisoformat(answer.raise_for_status().json()["now"])
