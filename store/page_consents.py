"""What a person has agreed to, number by number and address by address, for their own page; it changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import asyncpg

from receivables.people import Channel, ContactPoint, PointStatus, Purpose
from store.fact_rows import plain, unpacked
from store.pool import Pool
from store.queries import queries

PURPOSES: tuple[Purpose, ...] = ("billing", "care", "recall")
ELECTRONIC = (Channel.sms, Channel.email)
UNUSABLE = (PointStatus.landline, PointStatus.dead, PointStatus.bounced, PointStatus.wrong_person)
"""Nobody can be written to there, whatever they agree to; or it was found to be somebody else's."""


class Reached(NamedTuple):
    """A number or address, and what may be written there now."""

    channel: Channel
    value: str
    agreed: tuple[Purpose, ...]
    stopped: bool
    """They once stopped it."""


class PageConsents(NamedTuple):
    """What the page may offer."""

    guarantor_id: str
    points: Sequence[Reached]
    ended: bool
    """Everything has stopped for a reason that only a person can lift."""


class PostgresPageConsents:
    """Reads them."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sql = queries("page_consents")

    async def of(self, practice_id: str, balance_id: str) -> PageConsents | None:
        """As they stand now; None for a balance that was never posted.

        A person who has asked to be reached elsewhere only is shown those ways and no others.
        """
        row = await self._pool.fetchrow(self._sql["reached"], practice_id, balance_id)
        if row is None:
            return None
        described = unpacked(row["described"], row["guarantor_id"]).contact_points
        only = None if row["only_at"] is None else {plain(value) for value in row["only_at"]}
        points = [
            point for point in described
            if point.channel in ELECTRONIC and (only is None or plain(point.value) in only)
        ]  # fmt: skip
        known = await self._pool.fetch(self._sql["suppressed"], [plain(point.value) for point in points])
        learned = {(one["channel"], one["value"]): one for one in known}
        found = [_reached(point, row, learned.get((point.channel.value, plain(point.value)))) for point in points]
        return PageConsents(row["guarantor_id"], [one for one in found if one is not None], row["ended"])


def _reached(point: ContactPoint, row: asyncpg.Record, learned: asyncpg.Record | None) -> Reached | None:
    status = PointStatus(learned["status"]) if learned else point.status
    if status in UNUSABLE:
        return None
    stops = [datetime.fromisoformat(one["at"]) for one in row["stopped"] if one["channel"] == point.channel.value]
    if learned:
        stops.append(learned["since"])
    elif status is not PointStatus.usable:
        stops.append(row["described_at"])
    stopped_at = max(stops, default=None)
    words = {
        one["purpose"]: one for one in row["consents"]
        if (one["channel"], one["value"]) == (point.channel.value, plain(point.value))
    }  # fmt: skip
    agreed = tuple(purpose for purpose in PURPOSES if _agrees(point, words.get(purpose), purpose, stopped_at))
    return Reached(point.channel, point.value, agreed, stopped_at is not None)


def _agrees(
    point: ContactPoint, word: Mapping[str, Any] | None, purpose: Purpose, stopped_at: datetime | None
) -> bool:
    """Their latest word with evidence, unless a stop came after it; without one, the practice's record."""
    if word is not None:
        return bool(word["granted"]) and (stopped_at is None or datetime.fromisoformat(word["at"]) > stopped_at)
    return stopped_at is None and point.reachable and purpose in point.purposes
