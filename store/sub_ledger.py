"""The double-entry book of every cent: written with the facts that move money, summed for whoever asks."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from receivables.money import Cents
from receivables.month import ClosedAlready, Month
from store.pool import Connection, Pool
from store.queries import queries

MONEY = frozenset({"balance_posted", "balance_adjusted", "payment_recorded", "payment_reversed"})


class Delivered(NamedTuple):
    """A money fact that has just reached a balance."""

    balance: int
    fact: int


class Sums(NamedTuple):
    """What stands on each account of a practice."""

    receivable_cents: Cents
    credit_cents: Cents
    in_transit_cents: Cents
    settled_cents: Cents
    fee_cents: Cents


class Settled(NamedTuple):
    """A movement that was paid out to the practice's bank, or drawn from it."""

    fact_id: str
    cents: Cents
    """Signed as the processor moved it, before the fee."""
    fee_cents: Cents


async def lock_within(connection: Connection, balances: Sequence[tuple[str, str]]) -> None:
    """Before money of these (practice, balance) is stored: nobody else books theirs until the transaction ends."""
    sql, practices = queries("sub_ledger"), [practice for practice, _ in balances]
    await connection.execute(sql["lock_out_closing"], practices)
    await connection.execute(sql["lock"], practices, [balance for _, balance in balances])


async def book_within(connection: Connection, delivered: Sequence[Delivered], new: frozenset[int]) -> None:
    """Book facts that were delivered in this transaction; each balance's in their order, `new` balances' opening first.

    A fact that changes no sum, such as a re-posting of the same share, leaves no entry.
    """
    first, rest = dict[int, int](), list[Delivered]()
    for one in delivered:
        if one.balance in new and one.balance not in first:
            first[one.balance] = one.fact
        else:
            rest.append(one)
    if delivered:
        columns = [list(first), list(first.values()), [one.balance for one in rest], [one.fact for one in rest]]
        await connection.execute(queries("sub_ledger")["book"], *columns)


class SubLedger:
    """Sums of entries, settlement, and months."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sql = queries("sub_ledger")

    async def sums(self, practice_id: str) -> Sums:
        """What stands on each account now."""
        [row] = await self._pool.fetch(self._sql["sums"], practice_id)
        return Sums(**{name: Cents(cents) for name, cents in row.items()})

    async def astray(self, practice_id: str) -> list[tuple[str, Cents, Cents]]:
        """(balance, by its entries, by its facts) where the two differ."""
        rows = await self._pool.fetch(self._sql["astray"], practice_id)
        return [(row["balance_id"], Cents(row["entries_cents"]), Cents(row["facts_cents"])) for row in rows]

    async def settle(self, practice_id: str, at: datetime, movements: Sequence[Settled]) -> None:
        """What a payout brought to the practice's bank; told again it changes nothing; strange money is left out.

        What came back with a failed payout may be settled once more.
        """
        await self._pool.execute(
            self._sql["settle"], practice_id, at, [one.fact_id for one in movements],
            [one.cents for one in movements], [one.fee_cents for one in movements],
        )  # fmt: skip

    async def unsettle(self, practice_id: str, at: datetime, fact_ids: Sequence[str]) -> None:
        """What a payout held that the bank sent back: what was settled is in transit again; told again, nothing."""
        await self._pool.execute(self._sql["unsettle"], practice_id, at, list(fact_ids))

    async def keep_calendar(self, practice_id: str, time_zone: str) -> None:
        """From now on the practice's days are counted by this clock; what is booked stays on its day."""
        await self._pool.execute(self._sql["keep_calendar"], practice_id, time_zone)

    async def month(self, practice_id: str, first: date) -> Month:
        """A calendar month of the practice, from its first day."""
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            return await self._month(connection, practice_id, first)

    async def close(self, practice_id: str, time_zone: str, first: date) -> Month | ClosedAlready:
        """Close a month: nothing is booked up to its last day any more, what comes late is booked after it."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(self._sql["lock_month"], practice_id)
            until = await connection.fetchval(self._sql["locked_until"], practice_id)
            if until is not None and until >= _last(first):
                return ClosedAlready(until=until)
            await connection.execute(self._sql["close_month"], practice_id, time_zone, _last(first))
            return await self._month(connection, practice_id, first)

    async def follow(self, practice_id: str, until: date) -> None:
        """The practice's own system has closed its books up to a day: what is late is booked after it here too."""
        async with self._pool.acquire() as connection, connection.transaction():
            known = await connection.fetchval(self._sql["locked_until"], practice_id)
            if known is None or known < until:
                await connection.execute(self._sql["lock_month"], practice_id)
                await connection.execute(self._sql["follow"], practice_id, until)

    async def _month(self, connection: Connection, practice_id: str, first: date) -> Month:
        last = _last(first)
        [sums] = await connection.fetch(self._sql["month"], practice_id, first, last)
        [end] = await connection.fetch(self._sql["standing_at"], practice_id, last)
        until = await connection.fetchval(self._sql["locked_until"], practice_id)
        return Month(
            practice_id=practice_id, first_day=first, last_day=last, open_balances=end["open"],
            receivable_cents=end["receivable_cents"], credit_cents=end["credit_cents"],
            closed=until is not None and until >= last, **dict(sums),
        )  # fmt: skip


def _last(first: date) -> date:
    return first.replace(day=monthrange(first.year, first.month)[1])
