"""Touches of sibling agents: their numbers are looked up first, as the cases' are; who may is the store's word."""

from __future__ import annotations

from datetime import datetime, timedelta

from activities.lines import SAID, Lines
from receivables.contact import Agent, Wish
from receivables.errors import TryLater
from receivables.line_ports import LookedUp
from receivables.people import Channel, PointStatus
from receivables.ports import Claim, NotBefore
from store.touch_book import PostgresTouchBook

LOOK_AGAIN = timedelta(minutes=10)
"""The provider that knows numbers is away."""


class TouchDesk:
    """What `/v1/touches` speaks to."""

    def __init__(self, touches: PostgresTouchBook, lines: Lines) -> None:
        self._touches = touches
        self._lines = lines

    async def ask(self, wish: Wish, now: datetime) -> Claim:
        """May it be sent now? A number that is found to be a landline or somebody else's is closed for every agent.

        UnknownPersonError, UnknownBalanceError; ValueError for another touch's id.
        """
        if wish.channel is Channel.sms and not wish.answers_patient:
            try:
                await self._look(wish, now)
            except TryLater as away:
                return await self._touches.put_off(wish, NotBefore(moment=now + LOOK_AGAIN, because=str(away)), now)
        return await self._touches.ask(wish, now)

    async def _look(self, wish: Wish, now: datetime) -> None:
        number = await self._touches.number_of(wish)
        if number is None:
            return
        status = await self._lines.fault(number.value, number.verified_on, now)
        if status is None or (status is PointStatus.landline and wish.agent is Agent.voice):
            return
        await self._touches.point_looked_up(LookedUp(number.value, now, wish.practice_id), status, SAID[status])

    async def accepted(self, touch_id: str, provider_id: str, at: datetime, text_hash: str) -> None:
        """It left. UnknownTouchError when no claim of it is open."""
        await self._touches.accepted(touch_id, provider_id, at, text_hash)

    async def refused(self, touch_id: str, because: str) -> None:
        """It never left."""
        await self._touches.refused(touch_id, because)

    async def point_failed(self, value: str, channel: Channel, status: PointStatus) -> None:
        """A number or address has become unusable, for every agent: the post brought a letter back."""
        await self._touches.point_failed(value, channel, status)
