"""Looks after letters that lie ready and that nobody prints: a person is asked, since nobody else would notice."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from receivables.ports import Clock
from runtime.policy_files import PolicyFiles
from store.letters import Letters

log = structlog.get_logger()
LOOK_EVERY = timedelta(hours=1)


class LetterWatch:
    """An errand of the relay."""

    def __init__(self, letters: Letters, policies: PolicyFiles, clock: Clock) -> None:
        self._letters = letters
        self._policies = policies
        self._clock = clock
        self._look_at: datetime | None = None

    async def round(self) -> int:
        """For how many practices a person was asked."""
        now = await self._clock.now()
        if self._look_at is not None and now < self._look_at:
            return 0
        self._look_at = now + LOOK_EVERY
        asked = 0
        for practice_id in self._policies.practice_ids():
            practice, policy = self._policies.practice(practice_id), self._policies.policy(practice_id)
            asked += await self._letters.watch(practice, policy, now)
        if asked:
            log.info("letters lie ready that nobody has printed", practices=asked)
        return asked
