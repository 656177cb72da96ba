"""Proving the books of many payments in one pass, and booking entries against a bare insert of the same rows."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import psutil

from receivables.facts import PaymentRecorded
from receivables.money import Cents
from receivables.money_ports import LedgerReading
from receivables.proof import LedgerEntry, Movement, Payout, Proof, Window
from receivables.proof_ports import Shown
from starter.bench.figures import Figure, Measured, alone, beside
from starter.bench.lives import BEGIN
from starter.bench.people import OWED, PRACTICE, posting
from starter.bench.people import payment as paid
from starter.bench.scale import Scale
from starter.bench.servers import Servers
from store.fact_book import FactBook
from store.pool import Connection, Pool, open_pool
from store.proof_book import PostgresProofBook
from store.sub_ledger import Delivered, book_within, lock_within

BATCH, PAGE = 500, 100
"""Payments that are stored at once; movements in a page of the processor."""
BALANCES = 2 * BATCH
SHARE = Cents(40)
"""Of what is owed: a hundred payments leave something open, so that every entry is of one kind."""
PAYMENTS_A_BATCH_OF_FACTS = 5_000
"""The full size comes to 100,000 payments."""
PAYOUTS = 30
PAID_AT = BEGIN + timedelta(days=1)
PROVEN_AT = BEGIN + timedelta(days=9)
FLOOR = "one UNNEST insert of the same rows into a table without keys, in a transaction each"
CONFIRMED = """
    INSERT INTO postings (balance, paid_at, begun_at, sent_at, confirmed_at, amount_cents, tries, practice_id,
        external_id, state, paid_where, reference)
    SELECT b.id, f.at, f.at, f.at, f.at, f.amount_cents, 1, f.practice_id, f.fact_id, 'confirmed', 'page', f.fact_id
    FROM facts f JOIN balances b USING (practice_id, balance_id) WHERE f.kind = 'payment_recorded'
"""
PLAIN = """
    CREATE TABLE plain (balance bigint, fact bigint, cents integer, booked_on date, debit smallint, credit smallint,
        kind smallint, part smallint)
"""
INSERT = """
    INSERT INTO plain SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::integer[], $4::date[], $5::smallint[],
        $6::smallint[], $7::smallint[], $8::smallint[])
"""
UNBOOK = "DELETE FROM entries WHERE fact = ANY ($1::bigint[])"


async def measure(servers: Servers, scale: Scale) -> Measured:
    """Everything agrees, as it nearly always does: the price of finding that out."""
    pool = await open_pool(await servers.database(), min_size=2, max_size=2)
    count = scale.fact_batches * PAYMENTS_A_BATCH_OF_FACTS
    try:
        booked = await _booked(await servers.database(), scale)
        await _fill(pool, count)
        seconds, megabytes = zip(*[await _pass(pool, count) for _ in range(scale.rounds)], strict=True)
    finally:
        await pool.close()
    words = f"one pass over {count:,} payments: processor, payouts, postings, practice ledger, sub-ledger"
    return Measured(
        figures=[
            alone("books: payments proven", "1/s", [count / spent for spent in seconds], note=words),
            alone("books: one pass", "s", seconds, note="the first books all payouts, the others find it done"),
            alone("books: memory of a pass", "MB", megabytes, note="of this process, above what it had before"),
            booked,
        ]
    )  # fmt: skip


async def _fill(pool: Pool, count: int) -> None:
    """Some balances, each paid many times: every batch of payments meets every second balance once."""
    book = FactBook(pool)
    await book.keep([posting(number, BEGIN) for number in range(BALANCES)], BEGIN)
    for first in range(0, count, BATCH):
        await book.keep([_payment(number) for number in range(first, first + BATCH)], PAID_AT)
    await pool.execute(CONFIRMED)
    await pool.execute("VACUUM ANALYZE")


def _payment(number: int) -> PaymentRecorded:
    one = paid(number % BALANCES, PAID_AT, SHARE)
    return one.model_copy(update={"fact_id": _fact_id(number)})


def _fact_id(number: int) -> str:
    return f"stripe.pi_{number:07d}"


# --- one pass --------------------------------------------------------------------------------------------------------


@dataclass
class Processor:
    """The processor's books, made up page by page as they would come over the wire."""

    count: int

    async def movements(self, since: datetime) -> AsyncIterator[Sequence[Movement]]:  # noqa: ARG002 - the port's
        """All of them."""
        for page in _pages(range(self.count)):
            yield page

    async def payouts(self, since: datetime) -> AsyncIterator[Sequence[Payout]]:  # noqa: ARG002 - the port's
        """One a day."""
        yield [
            Payout(reference=str(number), at=PROVEN_AT, status="paid",
                   amount_cents=Cents((SHARE - _fee()) * len(range(number, self.count, PAYOUTS))))
            for number in range(PAYOUTS)
        ]  # fmt: skip

    async def paid_out(self, payout: str) -> AsyncIterator[Sequence[Movement]]:
        """Every thirtieth payment."""
        for page in _pages(range(int(payout), self.count, PAYOUTS)):
            yield page


def _pages(numbers: range) -> Iterator[list[Movement]]:
    for first in range(0, len(numbers), PAGE):
        yield [
            Movement(
                reference=f"txn_{number}", fact_id=_fact_id(number), practice_id=PRACTICE, amount_cents=SHARE,
                balance_id=f"b{number % BALANCES}", fee_cents=_fee(), at=PAID_AT,
            )
            for number in numbers[first : first + PAGE]
        ]  # fmt: skip


def _fee() -> Cents:
    return Cents(10)


async def _pass(pool: Pool, count: int) -> tuple[float, float]:
    """Seconds, and megabytes above what was there before."""
    await pool.execute("DELETE FROM payouts")
    each = SHARE * (count // BALANCES)
    shown = Shown(
        balances=[
            LedgerReading(balance_id=f"b{one}", outstanding_cents=Cents(OWED - each), read_at=PROVEN_AT)
            for one in range(BALANCES)
        ],
        entries=[LedgerEntry(external_id=_fact_id(number), amount_cents=SHARE) for number in range(count)],
    )  # fmt: skip
    window = Window(since=BEGIN, until=PROVEN_AT)
    process, peak = psutil.Process(), [0]
    before = process.memory_info().rss
    watching = asyncio.create_task(_watch(process, peak))
    began = time.perf_counter()
    proof: Proof = await PostgresProofBook(pool).prove(PRACTICE, PROVEN_AT, window, Processor(count), shown)
    spent = time.perf_counter() - began
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    assert proof.agrees, f"the invented books agree, and yet: {proof.standing[:1]}"
    assert proof.totals.in_transit_cents == 0, "every payment was paid out"
    return spent, max(peak[0] - before, 0) / 1024**2


async def _watch(process: psutil.Process, peak: list[int]) -> None:
    while True:
        peak[0] = max(peak[0], process.memory_info().rss)
        await asyncio.sleep(0.02)


# --- booking ---------------------------------------------------------------------------------------------------------


async def _booked(database: str, scale: Scale) -> Figure:
    """Balances with a payment each: they are unbooked and booked again, in batches; beside it the rows alone."""
    booking: list[float] = []
    bare: list[float] = []
    pool = await open_pool(database, min_size=2, max_size=2)
    try:
        for first in range(0, scale.fact_batches * BATCH, BATCH):
            numbers = range(first, first + BATCH)
            await FactBook(pool).keep([posting(number, BEGIN) for number in numbers], BEGIN)
            await FactBook(pool).keep([paid(number, PAID_AT) for number in numbers], PAID_AT)
        await pool.execute(PLAIN)
        await pool.execute("VACUUM ANALYZE")
        batches = await _batches(pool)
        for _ in range(scale.rounds):
            await _unbook(pool, [row[1] for batch in batches for row in batch])
            bare.append(await _insert(pool, batches))
            booking.append(await _book(pool, batches))
    finally:
        await pool.close()
    return beside(
        "books: entries booked", "1/s", booking, bare, floor_is=FLOOR,
        note="with locks, order, keys and the check against over-application",
    )  # fmt: skip


async def _batches(pool: Pool) -> list[list[tuple[int, ...]]]:
    rows = await pool.fetch("SELECT * FROM entries WHERE kind = 3 ORDER BY fact")
    return [[tuple(row) for row in rows[first : first + BATCH]] for first in range(0, len(rows), BATCH)]


async def _unbook(pool: Pool, facts: list[int]) -> None:
    """Only a superuser who switches the rules off can do this; the product cannot."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute(UNBOOK, facts)


async def _insert(pool: Pool, batches: Sequence[Sequence[tuple[int, ...]]]) -> float:
    began = time.perf_counter()
    for batch in batches:
        await pool.execute(INSERT, *map(list, zip(*batch, strict=True)))
    return sum(map(len, batches)) / (time.perf_counter() - began)


async def _book(pool: Pool, batches: Sequence[Sequence[tuple[int, ...]]]) -> float:
    names = {row["id"]: row["balance_id"] for row in await pool.fetch("SELECT id, balance_id FROM balances")}
    began = time.perf_counter()
    for batch in batches:
        async with pool.acquire() as connection, connection.transaction():
            await _book_one(connection, batch, [(PRACTICE, names[row[0]]) for row in batch])
    return sum(map(len, batches)) / (time.perf_counter() - began)


async def _book_one(connection: Connection, batch: Sequence[tuple[int, ...]], balances: list[tuple[str, str]]) -> None:
    await lock_within(connection, balances)
    await book_within(connection, [Delivered(row[0], row[1]) for row in batch], frozenset())
