"""Patients' texts that no webhook brought are asked for: at the start, hourly, and at once after trouble of our own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from integrations.hearing import Delivered
from receivables.errors import TryLater
from starter.relay import Relay
from starter.text_watch import TextWatch
from store.inbox import Inbox

NOON = datetime(2026, 3, 2, 18, tzinfo=UTC)


class World:
    """Provider, inbox and clock in one."""

    def __init__(self) -> None:
        self.moment = NOON
        self.texts = [Delivered("sms.SM1", b"MessageSid=SM1")]
        self.asked_since: list[datetime] = []
        self.kept: list[str] = []
        self.away = False
        self.watch = TextWatch(self.since, cast(Inbox, self), self)

    async def now(self) -> datetime:
        return self.moment

    async def since(self, moment: datetime) -> Sequence[Delivered]:
        self.asked_since.append(moment)
        if self.away:
            raise TryLater("away")
        return self.texts

    async def keep(self, vendor: str, key: str, *_: Any) -> bool:
        assert vendor == "twilio"
        self.kept.append(key)
        return self.kept.count(key) == 1

    async def later(self, **span: float) -> int:
        self.moment += timedelta(**span)
        return await self.watch.round()


async def test_at_the_start_three_days_are_asked_for_and_then_what_came_since() -> None:
    world = World()
    assert await world.later(minutes=0) == 1
    assert await world.later(minutes=59) == 0
    assert await world.later(minutes=1) == 0
    assert world.asked_since == [NOON - timedelta(days=3), NOON - timedelta(minutes=10)]
    assert world.kept == ["sms.SM1", "sms.SM1"]


async def test_a_provider_that_is_away_is_asked_again_a_minute_later_for_all_that_is_missing() -> None:
    world = World()
    world.away = True
    assert await world.later(minutes=0) == 0
    world.away = False
    assert await world.later(seconds=59) == 0
    assert await world.later(seconds=1) == 1
    assert world.asked_since[-1] == NOON + timedelta(minutes=1) - timedelta(days=3)


async def test_after_trouble_of_our_own_it_is_asked_at_once() -> None:
    world = World()
    await world.later(minutes=0)
    broken = False

    async def work() -> int:
        if broken:
            raise OSError
        return 0

    relay = Relay(work, after_trouble=world.watch.soon)
    await relay.once()
    assert await world.later(minutes=1) == 0
    assert len(world.asked_since) == 1
    broken = True
    with pytest.raises(OSError):  # noqa: PT011 - the outage itself
        await relay.once()
    broken = False
    await relay.once()
    await world.later(minutes=1)
    assert len(world.asked_since) == 2
