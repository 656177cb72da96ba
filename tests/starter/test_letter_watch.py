"""Whoever waits for print is looked after once an hour, for every practice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from runtime.policy_files import PolicyFiles
from starter.letter_watch import LetterWatch
from store.letters import Letters

NOON = datetime(2026, 3, 2, 18, tzinfo=UTC)
PRACTICES = Path(__file__).parents[2] / "practices"


class World:
    """The tray and the clock in one."""

    def __init__(self) -> None:
        self.moment = NOON
        self.looked: list[tuple[str, datetime]] = []

    async def now(self) -> datetime:
        return self.moment

    async def watch(self, practice: Any, policy: Any, now: datetime) -> bool:
        self.looked.append((practice.practice_id, now))
        return bool(practice.practice_id == "lakeside")


async def test_every_practice_is_looked_at_once_an_hour() -> None:
    world = World()
    watch = LetterWatch(cast(Letters, world), PolicyFiles(PRACTICES), world)
    assert [await watch.round(), await watch.round()] == [1, 0]
    assert world.looked == [("harbor_dental", NOON), ("lakeside", NOON)]
    world.moment += timedelta(hours=1)
    assert await watch.round() == 1
