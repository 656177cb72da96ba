"""Ten-line fakes of the books that the web process shows; no tests live here."""

from datetime import UTC, datetime
from typing import Any

from receivables.errors import CannotKnow, TryLater
from receivables.month import ClosedAlready, Month
from receivables.proof import Proof, Totals, Window
from receivables.refunds import GivenBack, NotGiven, RefundOrder
from web.documents import MONTH

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


class NoEvidence:
    async def pack(self, task_id, now):
        return None

    async def of(self, *_):
        return []

    async def ask(self, *_):
        return None


class FakeRefunds:
    """A card processor that gives back what it is asked to, unless it is in `trouble` with the next one."""

    def __init__(self) -> None:
        self.made: dict[str, GivenBack] = {}
        self.orders: dict[str, RefundOrder] = {}
        self.trouble = ""

    async def outcome_of(self, order):
        return self.made.get(order.key)

    async def give_back(self, order):
        trouble, self.trouble = self.trouble, ""
        if trouble == "away":
            raise TryLater("The card processor could not be reached.")
        if trouble == "refuses":
            return NotGiven(because="The card processor can no longer give this payment back: pay it by check.")
        self.orders[order.key] = order
        given = self.made.setdefault(order.key, GivenBack(reference=f"re_{len(self.made) + 1}", at=datetime.now(UTC)))
        if trouble == "answer lost":
            raise CannotKnow("The card processor may or may not have made this refund.")
        return given


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
