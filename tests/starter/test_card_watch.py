"""What the card processor did not tell is asked for, at its time and no more often, and outages are waited out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from integrations.hearing import Delivered
from receivables.cards.card import CardOnFile
from receivables.errors import TryLater
from receivables.money import Cents
from starter.card_watch import CardWatch
from store.checkouts import Checkouts, OpenedCheckout
from store.inbox import Inbox

NOON = datetime(2026, 3, 2, 18, tzinfo=UTC)


class World:
    """Processor, inbox, pages and clock in one."""

    def __init__(self) -> None:
        self.moment = NOON
        self.events: list[Delivered] = []
        self.asked_since: list[datetime] = []
        self.kept: list[str] = []
        self.pages: list[OpenedCheckout] = []
        self.expired: list[str] = []
        self.idle: list[CardOnFile] = []
        self.dropped: list[str] = []
        self.away = False
        self.watch = CardWatch(self.since, self.expire, self.forget, cast(Inbox, self), cast(Checkouts, self), self)

    async def now(self) -> datetime:
        return self.moment

    async def since(self, moment: datetime) -> Sequence[Delivered]:
        self.asked_since.append(moment)
        if self.away:
            raise TryLater("away")
        return self.events

    async def expire(self, session_id: str) -> None:
        if self.away:
            raise TryLater("away")
        self.expired.append(session_id)

    async def forget(self, card: CardOnFile) -> None:
        if self.away:
            raise TryLater("away")
        self.dropped.append(card.payment_method_id)

    async def idle_cards(self) -> list[CardOnFile]:
        return self.idle

    async def forgotten(self, card: CardOnFile, _: datetime) -> None:
        self.idle.remove(card)

    async def keep(self, vendor: str, key: str, *_: Any) -> bool:
        assert vendor == "stripe"
        new = key not in self.kept
        self.kept.append(key)
        return new

    async def outdated(self, _: datetime) -> list[OpenedCheckout]:
        return self.pages

    async def ended(self, session_id: str, _: datetime) -> None:
        self.pages = [page for page in self.pages if page.session_id != session_id]

    async def later(self, **span: float) -> int:
        self.moment += timedelta(**span)
        return await self.watch.round()


@pytest.fixture
def world() -> World:
    return World()


async def test_at_the_start_the_last_days_are_asked_for_and_then_every_hour_what_came_since(world: World) -> None:
    world.events = [Delivered("evt_1", b"{}"), Delivered("evt_2", b"{}")]
    assert await world.watch.round() == 2
    assert await world.later(minutes=59) == 0
    assert await world.later(minutes=1) == 0, "the inbox knew them"
    assert world.asked_since == [NOON - timedelta(days=3), NOON - timedelta(minutes=10)]


async def test_while_the_processor_is_away_it_is_asked_again_soon_and_nothing_is_left_out(world: World) -> None:
    await world.watch.round()
    world.away = True
    await world.later(hours=1)
    await world.later(seconds=59)
    world.away, world.events = False, [Delivered("evt_3", b"{}")]
    assert await world.later(seconds=1) == 1
    assert world.asked_since[1:] == [NOON - timedelta(minutes=10)] * 2


async def test_a_page_that_asks_for_too_much_is_closed_once(world: World) -> None:
    world.pages = [OpenedCheckout("cs_1", "p1", "b1", Cents(215_00), NOON)]
    assert await world.watch.round() == 1
    assert await world.later(minutes=5) == 0
    assert world.expired == ["cs_1"]


async def test_a_page_that_could_not_be_closed_is_tried_again_a_minute_later(world: World) -> None:
    world.pages, world.away = [OpenedCheckout("cs_1", "p1", "b1", Cents(215_00), NOON)], True
    assert await world.watch.round() == 0
    world.away = False
    assert await world.later(seconds=30) == 0
    assert await world.later(seconds=30) == 1


async def test_a_card_that_serves_no_plan_any_more_is_given_back_once_however_long_the_processor_is_away(
    world: World,
) -> None:
    world.idle, world.away = [CardOnFile(customer_id="cus_1", payment_method_id="pm_1")], True
    assert await world.watch.round() == 0
    world.away = False
    assert await world.later(minutes=1) == 1
    assert await world.later(minutes=5) == 0
    assert world.dropped == ["pm_1"]
