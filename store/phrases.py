"""Keeps reasons in short: phrases used over and over, and the numbers in them; `in_words` in schema.sql reads them."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from store.pool import Pool
from store.queries import queries

NUMBER = re.compile(r"[0-9#]+(?:[.,:][0-9#]+)*")
"""An amount, a time, a count. The mark that stands for one is taken for a number itself, so that nothing is lost."""
REMEMBERED = 5_000
"""Phrases; reasons that quote what somebody wrote would otherwise fill the memory."""


class Phrases:
    """The phrases one process has met."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sql = queries("phrases")
        self._ids: dict[str, int] = {}

    async def in_short(self, reasons: Sequence[str]) -> str:
        """`12|47|9:00;3`: phrase 12 with two numbers, then phrase 3. The same reasons always give the same text."""
        split = [(NUMBER.sub("#", reason), NUMBER.findall(reason)) for reason in reasons]
        ids = await self._of({phrase for phrase, _ in split})
        return ";".join("|".join([str(ids[phrase]), *numbers]) for phrase, numbers in split)

    async def whole(self, words: str) -> str:
        """The same for a word of ours without numbers of its own: a rule, a version."""
        return str((await self._of({words}))[words])

    async def _of(self, phrases: Set[str]) -> dict[str, int]:
        """New ones are kept in a transaction of their own: nobody waits for another's decision to be stored."""
        ids = {phrase: self._ids[phrase] for phrase in phrases if phrase in self._ids}
        if new := list(phrases - ids.keys()):
            await self._pool.execute(self._sql["learn"], new)
            found = {row["words"]: row["id"] for row in await self._pool.fetch(self._sql["known"], new)}
            if len(self._ids) > REMEMBERED:
                self._ids.clear()
            self._ids |= found
            ids |= found
        return ids
