"""Which balance a reply is about: that of the e-mail it answers, else the one last written about. It keeps nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from receivables.contact import TOGETHER
from receivables.facts import AnyFact, ReplyReceived
from receivables.people import Channel
from receivables.reported_facts import SpokenOf
from store.fact_rows import plain
from store.pool import Connection, Pool
from store.queries import queries

LATELY_DAYS = 7
"""Words that come later than so many days after a message are about the one they answer."""


class Thread(NamedTuple):
    """The balance of a conversation."""

    practice_id: str
    balance_id: str
    guarantor_id: str


class Threads:
    """Finds the conversation that words from outside belong to."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sql = queries("threads")

    async def of_contact(self, channel: Channel, value: str) -> list[Thread]:
        """For each practice the balance last written about; a closed one only when its person owes nothing else."""
        rows = await self._pool.fetch(self._sql["of_contact"], channel.value, plain(value))
        return [Thread(*row.values()) for row in rows]

    async def of_token(self, token: str) -> Thread | None:
        """The balance of the e-mail that carried this word in its reply address, None when none of ours did."""
        row = await self._pool.fetchrow(self._sql["of_token"], token)
        return Thread(*row.values()) if row else None


async def addressed(connection: Connection, facts: Sequence[AnyFact]) -> list[AnyFact]:
    """The facts, each reply that names only a person with the balance it is about: one case answers, not all.

    With it come the balances it may be about as well: a tie is a person's.
    """
    named = [await _addressed(connection, fact) if _names_a_person_only(fact) else fact for fact in facts]
    return [await _with_others(connection, fact) if isinstance(fact, ReplyReceived) else fact for fact in named]


async def _with_others(connection: Connection, fact: ReplyReceived) -> ReplyReceived:
    rows = await connection.fetch(
        queries("threads")["spoken_of"], fact.practice_id, fact.about_balance_id or fact.balance_id, fact.channel.value,
        sorted(TOGETHER), fact.at, LATELY_DAYS,
    )  # fmt: skip
    found = [SpokenOf.model_validate(dict(row)) for row in rows]
    several = len(found) > 1 and any(one.balance_id == (fact.about_balance_id or fact.balance_id) for one in found)
    return fact.model_copy(update={"may_mean": found if several else []})


def _names_a_person_only(fact: AnyFact) -> bool:
    return isinstance(fact, ReplyReceived) and fact.balance_id is None and fact.about_balance_id is None


async def _addressed(connection: Connection, fact: AnyFact) -> AnyFact:
    about = await connection.fetchval(queries("threads")["of_person"], fact.practice_id, fact.guarantor_id)
    return fact.model_copy(update={"about_balance_id": about})
