"""One simulated world for all adapter tests, and one clock; nothing of an adapter is set up here."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest

from receivables.policy import Practice
from receivables.ports import Message
from receivables.people import Channel
from runtime.policy_files import PolicyFiles

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


class Still:
    """A clock that stands where it is put."""

    def __init__(self, now: datetime = NOW) -> None:
        self.moment = now

    async def now(self) -> datetime:
        return self.moment


@pytest.fixture(scope="session")
def policies() -> PolicyFiles:
    return PolicyFiles(ROOT / "practices", date(2026, 3, 2))


@pytest.fixture(scope="session")
def lakeside(policies: PolicyFiles) -> Practice:
    return policies.practice("lakeside")


@pytest.fixture
def clock() -> Still:
    return Still()


@pytest.fixture(scope="session")
def world() -> Iterator[httpx.Client]:
    """The simulator as a process of its own, spoken to over HTTP."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "simulator", "--port", str(port)], cwd=ROOT)
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=15, trust_env=False)
    try:
        for _ in range(300):
            try:
                if client.get("/_/clock").status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        yield client
    finally:
        client.close()
        process.terminate()
        process.wait(10)


@pytest.fixture
def sound_world(world: httpx.Client) -> Iterator[httpx.Client]:
    """The world without any injected fault, before and after."""
    world.delete("/_/faults")
    yield world
    world.delete("/_/faults")


def a_text(to: str = "+13125550142", touch_id: str = "b1.first_notice.1", text: str = "Hello") -> Message:
    return Message(channel=Channel.sms, to=to, text=text, touch_id=touch_id, practice_id="lakeside")
