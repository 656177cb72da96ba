"""`collect up` on a busy machine: a port that somebody else was quicker to take is noticed, and others are chosen."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from runtime.ports import PortTaken, any_free
from starter import system
from starter.processes import Processes
from starter.system import ROOT, Wish


class Stranger(BaseHTTPRequestHandler):
    """Another program, which says that all is well whatever it is asked."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def taken() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", any_free()), Stranger) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield server.server_port
        server.shutdown()
        serving.join()


async def test_a_stranger_who_answers_at_our_port_is_not_taken_for_our_process(taken: int, tmp_path: Path) -> None:
    processes = Processes(root=ROOT, logs=tmp_path, environment={})
    with pytest.raises(PortTaken, match=f"port {taken} was taken by another program while the simulator was starting"):
        await processes.start("simulator", "--port", str(taken), health=f"http://127.0.0.1:{taken}/_/clock")
    await processes.stop()


def starts(*outcomes: Exception | None) -> tuple[Any, list[Exception | None]]:
    """What becomes of one start after the other."""
    left = list(outcomes)

    @asynccontextmanager
    async def once(wish: Wish, say: system.Say) -> AsyncIterator[str]:
        if (fault := left.pop(0)) is not None:
            raise fault
        yield "up"

    return once, left


async def test_ports_that_others_were_quicker_to_take_are_chosen_anew_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    once, left = starts(PortTaken("port 5433 was taken"), PortTaken("port 8085 was taken"), None)
    monkeypatch.setattr(system, "_system", once)
    said: list[str] = []
    async with system.system(Wish(Path()), said.append) as up:
        assert up == "up"
    assert said == ["port 5433 was taken; starting again on others", "port 8085 was taken; starting again on others"]
    assert left == []


async def test_a_machine_on_which_no_port_stays_free_is_given_up_with_the_last_ones_name(monkeypatch: pytest.MonkeyPatch) -> None:
    once, left = starts(*[PortTaken("port 7233 was taken")] * 9)
    monkeypatch.setattr(system, "_system", once)
    with pytest.raises(PortTaken, match="port 7233"):
        async with system.system(Wish(Path()), lambda sentence: None):
            raise AssertionError
    assert len(left) == 9 - system.STARTS


async def test_ports_that_were_asked_for_are_never_exchanged_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    once, left = starts(PortTaken("port 9001 is taken"), None)
    monkeypatch.setattr(system, "_system", once)
    with pytest.raises(PortTaken, match="port 9001"):
        async with system.system(Wish(Path(), port_base=9000), lambda sentence: None):
            raise AssertionError
    assert left == [None]
