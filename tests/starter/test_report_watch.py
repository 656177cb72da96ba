"""Texts whose last report never came are asked about: when it is overdue, ever more seldom, and for three days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from integrations.hearing import Delivered
from receivables.errors import TryLater
from starter.report_watch import AT_ONCE, ReportWatch
from store.inbox import Inbox
from store.touch_book import PostgresTouchBook, Unreported

NOON = datetime(2026, 3, 2, 18, tzinfo=UTC)


class World:
    """Provider, books and clock in one."""

    def __init__(self, *sids: str) -> None:
        self.moment = NOON
        self.sent = dict.fromkeys(sids, NOON)
        self.reports: dict[str, Delivered] = {}
        self.asked: list[tuple[str, float]] = []
        self.away = False
        self.watch = ReportWatch(
            self.last_on, ["status.{}.failed"], cast(PostgresTouchBook, self), cast(Inbox, self), self, timedelta(minutes=30)
        )

    async def now(self) -> datetime:
        return self.moment

    async def silent(self, vendor: str, keys: Sequence[str], after: datetime, until: datetime) -> list[Unreported]:
        assert (vendor, keys) == ("twilio", ["status.{}.failed"])
        return [Unreported(f"touch {sid}", sid, at) for sid, at in self.sent.items() if after < at <= until]

    async def last_on(self, touch_id: str, sid: str) -> Delivered | None:
        if self.away:
            raise TryLater("away")
        assert touch_id == f"touch {sid}"
        self.asked.append((sid, (self.moment - NOON) / timedelta(hours=1)))
        return self.reports.get(sid)

    async def keep(self, vendor: str, key: str, body: bytes, headers: Any, now: datetime) -> bool:
        self.sent.pop(key.split(".")[1])
        return (vendor, now) == ("twilio", self.moment)

    async def until(self, **span: float) -> int:
        """Rounds every minute; how many reports were found."""
        end, found = NOON + timedelta(**span), 0
        while self.moment <= end:
            found += await self.watch.round()
            self.moment += timedelta(minutes=1)
        return found


async def test_a_text_is_asked_about_after_half_an_hour_and_then_each_time_its_silence_has_doubled() -> None:
    world = World("SM1")
    await world.until(minutes=29)
    assert world.asked == []
    await world.until(hours=30)
    assert [hours for _, hours in world.asked] == [0.5, 1, 2, 4, 8, 16]


async def test_after_three_days_nothing_more_is_expected() -> None:
    world = World("SM1")
    await world.until(days=9)
    assert max(hours for _, hours in world.asked) == 64


async def test_a_report_is_kept_once_and_the_text_is_not_asked_about_again() -> None:
    world = World("SM1", "SM2")
    world.reports["SM1"] = Delivered("status.SM1.failed", b"")
    assert await world.until(hours=3) == 1
    assert world.asked == [("SM1", 0.5), ("SM2", 0.5), ("SM2", 1), ("SM2", 2)]


async def test_a_provider_that_is_away_is_asked_again_in_the_next_round() -> None:
    world = World("SM1")
    world.away = True
    await world.until(minutes=44)
    world.away = False
    await world.until(minutes=50)
    assert world.asked == [("SM1", 0.75)]


async def test_many_texts_are_asked_about_in_turn() -> None:
    world = World(*(f"SM{n}" for n in range(AT_ONCE + 20)))
    await world.until(minutes=30)
    assert len(world.asked) == AT_ONCE
    await world.until(minutes=35)
    assert len({sid for sid, _ in world.asked}) == AT_ONCE + 20
