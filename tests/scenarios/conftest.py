"""One running system for all calendars, exactly as `collect up --simulated` starts it."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from calendar_desk import Calendar

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def running() -> Iterator[dict[str, str]]:
    # Not in pytest's own folder: its next run closes that one to the user the database runs as when root tests.
    with tempfile.TemporaryDirectory(prefix="collect-system-") as folder:
        yield from system_in(Path(folder))


def system_in(
    folder: Path, at: str = "2026-03-02T08:00:00-0600", nights_apart: int = 7
) -> Iterator[dict[str, str]]:
    """As it runs for anybody; but every night's proof of the books would be most of what many months cost."""
    command = [
        sys.executable, "-m", "starter", "up", "--simulated", "--data", str(folder / "data"),
        "--at", at,
    ]  # fmt: skip
    surroundings = os.environ | {"COLLECT_SIMULATED_NIGHTS_APART": str(nights_apart)}
    with (folder / "up.err").open("wb") as errors:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, env=surroundings)
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, (folder / "up.err").read_text()
        yield json.loads(line) | {"data": str(folder / "data")}
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        process.stdout.close()


def desk_of(running: dict[str, str]) -> Iterator[Calendar]:
    headers = {"Authorization": f"Bearer {running['token']}"}
    with (
        httpx.Client(base_url=running["web"], headers=headers, timeout=30) as web,
        httpx.Client(base_url=running["simulator"], timeout=60) as world,
    ):
        yield Calendar(web, world)
        assert world.get("/_/violations").json()["violations"] == []


@pytest.fixture(scope="session")
def calendar(running: dict[str, str]) -> Iterator[Calendar]:
    yield from desk_of(running)


@pytest.fixture
def begun_anew() -> Iterator[dict[str, str]]:
    """A system of its own, for calendars that look at a whole practice night by night or at a year long left."""
    with tempfile.TemporaryDirectory(prefix="collect-system-") as folder:
        yield from system_in(Path(folder), nights_apart=1)


@pytest.fixture
def new_calendar(begun_anew: dict[str, str]) -> Iterator[Calendar]:
    yield from desk_of(begun_anew)
