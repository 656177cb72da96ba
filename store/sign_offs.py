"""Drafts of policies and messages, and who signed which: append-only; what they say is judged by whoever keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from receivables.facts import PolicyChanged
from receivables.sign_offs import Draft, Kind, Overtaken, SignOff
from store.fact_book import keep_within
from store.pool import Connection, Pool
from store.queries import queries


class SignOffs:
    """Of several signed drafts of a practice, kind and name the latest holds."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sql = queries("sign_offs")

    async def draft(  # noqa: PLR0917 - each of another kind
        self, practice_id: str, kind: Kind, name: str, content: Mapping[str, Any], who: str, because: str, now: datetime
    ) -> int:
        """Keep a draft and answer with its number. Nothing holds by it."""
        number: int = await self._pool.fetchval(
            self._sql["draft"], now, practice_id, kind, name, who, because, dict(content)
        )
        return number

    async def drafts(
        self, practice_id: str | None = None, draft_id: int | None = None, kind: Kind | None = None
    ) -> list[Draft]:
        """The newest first."""
        rows = await self._pool.fetch(self._sql["drafts"], practice_id, draft_id, kind)
        return [Draft.model_validate(dict(row)) for row in rows]

    async def sign(self, draft: Draft, who: str, version: str, now: datetime) -> int | None:
        """The draft holds from now on, for every process; None when it was signed before."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(self._sql["lock"], draft.practice_id)
            signed: int | None = await connection.fetchval(self._sql["sign"], draft.draft_id, now, who, version)
            return signed

    async def publish(  # noqa: PLR0917 - each of another kind
        self, practice_id: str, values: Mapping[str, Any], version: str, seen: int, who: str, because: str,
        now: datetime,
    ) -> tuple[int, int] | Overtaken:  # fmt: skip
        """Sign a policy, and tell every open case in the same transaction, so that none is forgotten.

        `seen` is the sign-off that the preview was made against: Overtaken when there is a later one. Answers with
        the sign-off and the number of cases told.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(self._sql["lock"], practice_id)
            newest = await connection.fetchval(self._sql["newest_of"], practice_id)
            if newest != seen:
                return Overtaken(newest=newest)
            draft = await connection.fetchval(
                self._sql["draft"], now, practice_id, "policy", "", who, because, dict(values)
            )
            signed: int = await connection.fetchval(self._sql["sign"], draft, now, who, version)
            return signed, await self._tell_cases(connection, practice_id, signed, version, because, now)

    async def _tell_cases(  # noqa: PLR0917 - each of another kind
        self, connection: Connection, practice_id: str, signed: int, version: str, because: str, now: datetime
    ) -> int:
        rows = await connection.fetch(self._sql["open_cases"], practice_id)
        facts = [
            PolicyChanged(
                fact_id=f"policy.{signed}.{row['balance_id']}", at=now, source="staff", practice_id=practice_id,
                balance_id=row["balance_id"], version=version, because=because,
            )
            for row in rows
        ]  # fmt: skip
        await keep_within(connection, facts, now)
        return len(facts)

    async def newest(self) -> int:
        """The latest sign-off of all practices, 0 when there is none: cheap enough to be asked every few seconds."""
        number: int = await self._pool.fetchval(self._sql["newest"])
        return number

    async def newest_of(self, practice_id: str) -> int:
        """The latest sign-off of one practice, 0 when there is none."""
        number: int = await self._pool.fetchval(self._sql["newest_of"], practice_id)
        return number

    async def in_force(self) -> list[SignOff]:
        """All that holds now."""
        return [SignOff.model_validate(dict(row)) for row in await self._pool.fetch(self._sql["in_force"])]
