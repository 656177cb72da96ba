"""Rehearses a policy over open cases, over history, or over a file; it reads and compares, and sends nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from integrations.reply_reader.reader import TrainedReader
from receivables.facts import AnyFact
from receivables.policy import Policy, Practice
from receivables.rehearse import Change, Planned, histories, next_steps, standing
from store.histories import Histories


class Rehearsal:
    """One practice under the policy that is live and under a draft."""

    def __init__(self, practice: Practice, policies: tuple[Policy, Policy], now: datetime) -> None:
        self._practice = practice
        self._policies = policies
        self._now = now
        self._reader = TrainedReader(lambda _: practice.time_zone)

    async def of_open_cases(self, told: AsyncIterator[Sequence[AnyFact]]) -> list[Change]:
        """The next step of each open case."""
        cases = [standing(facts, self._reader) async for facts in told]
        return [next_steps(case, self._policies, self._practice, self._now) for case in cases]

    async def of_history(self, told: AsyncIterator[Sequence[AnyFact]]) -> list[Change]:
        """What each balance would have got until today, had nobody's answer depended on it."""
        return [histories(facts, self._policies, self._practice, self._now, self._reader) async for facts in told]

    def of_file(self, facts: Iterable[AnyFact], days: int) -> list[Change]:
        """What the people of a file would get in the coming days, were none of them to answer or pay."""
        until = self._now + timedelta(days=days)
        return [histories([fact], self._policies, self._practice, until, self._reader) for fact in facts]


async def over(kind: str, rehearsal: Rehearsal, book: Histories, practice_id: str, begin: datetime) -> list[Change]:
    """`open` or `history`."""
    if kind == "open":
        return await rehearsal.of_open_cases(book.of_open(practice_id))
    return await rehearsal.of_history(book.since(practice_id, begin))


def report(changes: Sequence[Change], policies: tuple[Policy, Policy]) -> dict[str, Any]:
    """Who would get what, what changes and why, in one document."""
    before, after = (Counter(_named(one) for change in changes for one in getattr(change, side)) for side in SIDES)
    names = sorted({*before, *after})
    return {
        "policy_version": policies[0].version, "draft_version": policies[1].version, "balances": len(changes),
        "changed": sum(change.differs for change in changes),
        "totals": [{"what": name, "before": before[name], "after": after[name]} for name in names],
        "balances_in_full": [change.model_dump(mode="json") | {"differs": change.differs} for change in changes],
    }  # fmt: skip


SIDES = ("before", "after")


def _named(planned: Planned) -> str:
    return " ".join(filter(None, (planned.what, planned.channel)))
