"""The present moment: the machine's in the real world, the simulator's in the simulated one, and nothing in between."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest

from runtime.clock import SimulatedClock, SystemClock, clock_of
from runtime.ports import any_free
from runtime.settings import load_settings


class World(BaseHTTPRequestHandler):
    """A simulator that knows nothing but the time."""

    now = "2026-03-02T09:00:00-06:00"

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/_/clock" else 404)
        self.end_headers()
        self.wfile.write(f'{{"now": "{World.now}"}}'.encode())

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def simulator() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), World)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


async def test_in_the_simulated_world_time_moves_only_when_the_simulator_moves_it(simulator: str) -> None:
    clock = SimulatedClock(simulator)
    assert await clock.now() == datetime(2026, 3, 2, 15, tzinfo=UTC)
    assert (await clock.now()).utcoffset() == timedelta(0)
    World.now = "2026-03-09T09:00:00-06:00"
    assert await clock.now() == datetime(2026, 3, 9, 15, tzinfo=UTC)
    await clock.close()


async def test_the_machines_proxy_is_never_asked_for_virtual_time(simulator: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    clock = SimulatedClock(simulator)
    assert await clock.now()
    await clock.close()


async def test_while_the_simulator_is_away_there_is_no_time_rather_than_a_wrong_one() -> None:
    clock = SimulatedClock(f"http://127.0.0.1:{any_free()}")
    with pytest.raises(httpx.HTTPError):
        await clock.now()
    await clock.close()


async def test_the_settings_say_which_clock_it_is(tmp_path: Path, simulator: str) -> None:
    real = clock_of(load_settings(tmp_path))
    assert isinstance(real, SystemClock)
    assert abs(await real.now() - datetime.now(UTC)) < timedelta(seconds=5)
    virtual = clock_of(load_settings(tmp_path, simulator_url=simulator))
    assert isinstance(virtual, SimulatedClock)
    assert (await virtual.now()).year == 2026
    await virtual.close()
