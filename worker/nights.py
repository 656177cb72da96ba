"""The nightly proofs of a simulated world: its clock, not the engine's, says when a practice's night has come."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from receivables.ports import PolicyBook
from receivables.proof import Proof, next_night

Prove = Callable[[str, datetime], Awaitable[Proof]]


class Nights:
    """Which practice's books are due; what the schedules of the engine do in production."""

    def __init__(self, policies: PolicyBook, practice_ids: Sequence[str], prove: Prove, nights_apart: int = 1) -> None:
        self._policies = policies
        self._practices = practice_ids
        self._prove = prove
        self._skipped = timedelta(days=nights_apart - 1)
        self._due: dict[str, datetime] = {}

    async def settle(self, now: datetime) -> datetime | None:
        """Prove what is due at or before `now`; the moment of the next night, None without practices."""
        for practice_id in self._practices:
            due = self._due.setdefault(practice_id, self._night_after(practice_id, now))
            if due <= now:
                await self._prove(practice_id, due)
                self._due[practice_id] = self._night_after(practice_id, now + self._skipped)
        return min(self._due.values(), default=None)

    def _night_after(self, practice_id: str, now: datetime) -> datetime:
        hour = self._policies.policy(practice_id).reconciliation.night_h
        return next_night(now, self._policies.practice(practice_id).time_zone, hour)
