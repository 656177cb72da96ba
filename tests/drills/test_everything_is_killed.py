"""SIGKILL of the whole `collect up` in the middle of a step: the same command again carries on, and says so."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from calendar_desk import Calendar, Person
from test_fixtures import STEADY

from runtime.ports import USUAL
from tests.runtime.port_rows import row_of_free_ports

ROOT = Path(__file__).resolve().parents[2]
BEGIN = "2026-03-02T08:00:00-0600"


class Command:
    """`collect up --simulated`, typed again and again in the same way."""

    def __init__(self, folder: Path) -> None:
        self._data = folder / "data"
        self._said = folder / "up.err"
        self._base = row_of_free_ports(len(USUAL))
        self._process: subprocess.Popen[bytes] | None = None

    @contextmanager
    def typed(self) -> Iterator[Calendar]:
        command = [
            sys.executable, "-m", "starter", "up", "--simulated", "--data", str(self._data), "--at", BEGIN,
            "--port-base", str(self._base),
        ]  # fmt: skip
        with self._said.open("wb") as errors:
            self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, env=dict(os.environ))
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, self.said
        running = json.loads(line)
        headers = {"Authorization": f"Bearer {running['token']}"}
        with (
            httpx.Client(base_url=running["web"], headers=headers, timeout=30) as web,
            httpx.Client(base_url=running["simulator"], timeout=60) as world,
            self._process.stdout,
        ):
            yield Calendar(web, world)
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            assert self._process.wait(60) == 0

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait(10)

    @property
    def said(self) -> str:
        return self._said.read_text()


def being_sent(calendar: Calendar, who: Person) -> bool:
    faults = calendar.world.get("/_/faults").json()["faults"]
    return any(fault["hits"] for fault in faults) and len(calendar.messages(who)) == 1


def test_after_a_kill_in_the_middle_of_a_text_the_same_command_carries_on_and_the_text_left_once() -> None:
    # Not in pytest's own folder, which the database's user may not enter when root tests.
    with tempfile.TemporaryDirectory(prefix="collect-kill-") as folder:
        command = Command(Path(folder))
        with command.typed() as calendar:
            who, later = calendar.person("Kay"), calendar.person("Leo")
            calendar.start(weekday=0, hour=9)
            for one in (who, later):
                calendar.posted(one, 60_00, history=STEADY)
            calendar.day(0, "13:59")
            hang = {"vendor": "twilio", "kind": "timeout_after_accept", "method": "POST", "count": 1, "seconds": 120}
            calendar.world.post("/_/faults", json=hang)
            to = calendar.now().replace(hour=14, minute=0)
            threading.Thread(target=move, args=(str(calendar.world.base_url), to.isoformat()), daemon=True).start()
            deadline = time.monotonic() + 120
            while not (being_sent(calendar, who) or being_sent(calendar, later)):
                assert time.monotonic() < deadline, "no text was being sent at its hour"
                time.sleep(0.02)
            command.kill()
        with command.typed() as again:
            assert "the simulated world goes on where it was" in command.said
            again._day0 = calendar._day0
            again.day(1, "12:00")
            assert [len(again.messages(one)) for one in (who, later)] == [1, 1]
            assert [again.case(one)["stage"] for one in (who, later)] == ["outreach", "outreach"]
            again.day(8, "12:00")
            assert [len(again.messages(one)) for one in (who, later)] == [2, 2]
            assert again.violations() == []


def move(world: str, to: str) -> None:
    try:
        httpx.post(f"{world}/_/clock/advance", json={"to": to}, timeout=30)
    except httpx.HTTPError:
        return  # It is killed meanwhile.
