"""One floor for all drills: each leaves it as it found it, and one that fails takes its floor with it."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from drill_floor import Floor, floor

FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or call.excinfo is not None
    return report


class Building:
    """Has a floor ready for the next drill."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._floor: Floor | None = None

    async def ready(self) -> Floor:
        if self._floor is None:
            # Not in pytest's own folder, which the database's user may not enter when root tests.
            folder = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="collect-drills-"))
            self._floor = await self._stack.enter_async_context(floor(Path(folder)))
        return self._floor

    async def give_up(self) -> None:
        """What a failed drill left half done would trouble the next one."""
        self._floor = None
        await self._stack.aclose()


@pytest.fixture(scope="session")
async def building() -> AsyncIterator[Building]:
    drills = Building()
    yield drills
    await drills.give_up()


@pytest.fixture
async def drills(building: Building, request: pytest.FixtureRequest) -> AsyncIterator[Floor]:
    running = await building.ready()
    yield running
    if request.node.stash.get(FAILED, False):
        await building.give_up()
        return
    assert running.calendar.violations() == []
    assert running.calendar.world.get("/_/faults").json()["faults"] == []
