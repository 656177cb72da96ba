"""Ten-line fakes of the books that the web process shows; no tests live here."""

from datetime import UTC, datetime
from typing import Any

from receivables.month import ClosedAlready, Month
from receivables.proof import Proof, Totals, Window
from web.documents import MONTH

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


class NoEvidence:
    async def pack(self, task_id, now):
        return None

    async def of(self, practice_id, zone, section, now):
        return []


class FakeAudits:
    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.practice_ids = ["lakeside"]
        self.broken: Exception | None = None

    async def prove(self, practice_id):
        if self.broken:
            raise self.broken
        self.asked.append(practice_id)
        window = Window(since=NOW, until=NOW)
        return [Proof(practice_id=practice_id or "lakeside", at=NOW, window=window, totals=Totals())]

    async def month(self, practice_id, first):
        return Month.model_validate(MONTH | {"practice_id": practice_id, "first_day": first})

    async def close(self, practice_id, time_zone, first):
        if first in self.asked:
            return ClosedAlready(until=first)
        self.asked.append(first)
        return (await self.month(practice_id, first)).model_copy(update={"closed": True})
