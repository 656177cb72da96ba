"""Webhooks as they came in, verified by the caller, kept before they are understood and each only once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from receivables.redacted import without_card_numbers_in_body
from store.pool import Pool
from store.queries import queries

PATIENTS_WRITE_THROUGH = frozenset({"twilio", "sendgrid"})
"""Vendors whose webhooks carry what patients wrote: card numbers are taken out of the raw body too (R-35)."""


class InboxRow(NamedTuple):
    """One webhook."""

    id: int
    vendor: str
    key: str
    body: bytes
    headers: dict[str, str]
    received_at: datetime


class Inbox:
    """The first place anything from a vendor goes."""

    def __init__(self, pool: Pool, ring: Callable[[], None] = lambda: None) -> None:
        """`ring` wakes the relay where it runs in another process."""
        self._pool = pool
        self._ring = ring
        self._sql = queries("inbox")

    async def keep(self, vendor: str, key: str, body: bytes, headers: Mapping[str, str], now: datetime) -> bool:
        """Keep it; False when the vendor has told us before under the same key. Verify the signature before this."""
        if vendor in PATIENTS_WRITE_THROUGH:
            body = without_card_numbers_in_body(body)
        new = await self._pool.fetchval(self._sql["keep"], now, vendor, key, body, dict(headers)) is not None
        if new:
            self._ring()
        return new

    async def unread(self, limit: int) -> list[InboxRow]:
        """Webhooks nobody has made facts of yet, in order. Reading one twice is harmless: facts are kept once."""
        return [InboxRow(*row.values()) for row in await self._pool.fetch(self._sql["unread"], limit)]

    async def read(self, row_id: int) -> None:
        """Its facts have been reported."""
        await self._pool.execute(self._sql["read"], row_id)

    async def unreadable(self, row_id: int, because: str) -> None:
        """No fact can be made of it; a person looks at these."""
        await self._pool.execute(self._sql["unreadable"], row_id, because)
