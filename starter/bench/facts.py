"""Taking in facts against bare inserts of all rows they leave behind, and how fast remittance files are read."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from integrations.remittances.reader import read_remittances
from receivables.facts import AnyFact
from starter.bench.figures import Figure, Measured, alone, beside
from starter.bench.lives import BEGIN
from starter.bench.people import payment, posting
from starter.bench.processor_time import Stopwatch
from starter.bench.remittance_text import SEGMENTS_OF_CLAIM, remittance_text
from starter.bench.same_rows import Twins, written_so_far
from starter.bench.scale import Scale
from starter.bench.servers import Servers
from store.fact_book import FactBook
from store.fact_rows import FactRow, row_of
from store.pool import Pool, open_pool

BATCH = 500
PLAIN_TABLE = """
    CREATE TABLE plain (at timestamptz, amount_cents integer, practice_id text, fact_id text, kind text, source text,
        balance_id text, guarantor_id text, body text)
"""
INSERT = """
    INSERT INTO plain SELECT * FROM unnest($1::timestamptz[], $2::integer[], $3::text[], $4::text[], $5::text[],
        $6::text[], $7::text[], $8::text[], $9::text[])
"""
FACTS_ALONE = "one UNNEST insert of the facts' own rows, made ready before, into a table without keys"
SAME_ROWS = "UNNEST inserts of all rows the same facts left behind, into tables with primary keys and nothing else"


class Speed(NamedTuple):
    """Of one way to store a batch."""

    per_s: float
    cpu_ms: float
    """Of this process and Postgres, for each fact."""


class Round(NamedTuple):
    """The same facts in three ways."""

    ours: Speed
    same_rows: Speed
    facts_alone: Speed
    rows: float
    """All that was left behind, for each fact."""


async def measure(servers: Servers, scale: Scale) -> Measured:
    """Batches of 500: new balances and payments for them in equal parts, then each kind by itself."""
    pool = await open_pool(await servers.database(), min_size=1, max_size=1)
    rounds: dict[str, list[Round]] = {"half balances, half payments": [], "new balances": [], "payments": []}
    try:
        twins = await Twins.of(pool)
        await pool.execute(PLAIN_TABLE)
        await _once(servers, pool, twins, [_postings(range(BATCH))])
        for turn in range(scale.rounds):
            first = BATCH * (1 + 2 * turn * scale.fact_batches)
            batches = _numbers(first, scale.fact_batches)
            more = _numbers(first + BATCH * scale.fact_batches, scale.fact_batches)
            for name, listed in zip(
                rounds,
                (map(_mixed, batches), map(_postings, more), map(_payments, more)),
                strict=True,
            ):
                rounds[name].append(await _once(servers, pool, twins, list(listed)))
    finally:
        await pool.close()
    figures = [figure for name, measured in rounds.items() for figure in _figures(name, measured)]
    return Measured(figures=[*figures, _remittances(scale)])


def _figures(name: str, rounds: Sequence[Round]) -> list[Figure]:
    ours, same = [one.ours for one in rounds], [one.same_rows for one in rounds]
    note = f"{rounds[0].rows:.1f} rows for each fact"
    return [
        beside(f"facts: {name}", "1/s", [one.per_s for one in ours], [one.per_s for one in same],
               floor_is=SAME_ROWS, target=0.25, at_most=False, note=note),
        beside(f"facts: {name}, CPU of each", "ms", [one.cpu_ms for one in ours], [one.cpu_ms for one in same],
               floor_is=SAME_ROWS),
        beside(f"facts: {name}, beside the facts' rows alone", "1/s", [one.per_s for one in ours],
               [one.facts_alone.per_s for one in rounds], floor_is=FACTS_ALONE),
    ]  # fmt: skip


async def _once(servers: Servers, pool: Pool, twins: Twins, batches: Sequence[Sequence[AnyFact]]) -> Round:
    count = sum(map(len, batches))
    async with pool.acquire() as connection:
        before = await written_so_far(connection)
    ours = await _keep(servers, pool, batches)
    async with pool.acquire() as connection:
        left, rows = await twins.left_by(connection, before, len(batches))
    watch = Stopwatch(servers.pids)
    for one in left:
        await pool.execute(one.statement, *one.columns)
    same = _speed(watch, batches)
    return Round(ours, same, await _insert(servers, pool, batches), rows / count)


def _numbers(first: int, batches: int) -> list[range]:
    return [range(first + batch * BATCH, first + (batch + 1) * BATCH) for batch in range(batches)]


def _postings(numbers: range) -> list[AnyFact]:
    return [posting(one, BEGIN) for one in numbers]


def _payments(numbers: range) -> list[AnyFact]:
    return [payment(one, BEGIN + timedelta(days=1)) for one in numbers]


def _mixed(numbers: range) -> list[AnyFact]:
    half = numbers[: len(numbers) // 2]
    return [*_postings(half), *_payments(half)]


async def _keep(servers: Servers, pool: Pool, batches: Sequence[Sequence[AnyFact]]) -> Speed:
    book, watch = FactBook(pool), Stopwatch(servers.pids)
    for batch in batches:
        await book.keep(batch, BEGIN)
    return _speed(watch, batches)


async def _insert(servers: Servers, pool: Pool, batches: Sequence[Sequence[AnyFact]]) -> Speed:
    """The same work for the wire and the disk, and nothing else."""
    ready = [list(zip(*(row_of(fact) for fact in batch), strict=True)) for batch in batches]
    assert len(FactRow._fields) == INSERT.count("$")
    watch = Stopwatch(servers.pids)
    for columns in ready:
        await pool.execute(INSERT, *columns)
    return _speed(watch, batches)


def _speed(watch: Stopwatch, batches: Sequence[Sequence[AnyFact]]) -> Speed:
    spent, count = watch.spent(), sum(map(len, batches))
    return Speed(count / spent.wall_s, (spent.cpu_ms["us"] + spent.cpu_ms["postgres"]) / count)


def _remittances(scale: Scale) -> Figure:
    """Claims with one service line; a line of the file is a segment."""
    rates = []
    for turn in range(scale.rounds):
        data = remittance_text(scale.remittance_claims, turn * scale.remittance_claims)
        began = time.perf_counter()
        claims = sum(len(one.claims) for one in read_remittances(data, "bench"))
        rates.append(claims * SEGMENTS_OF_CLAIM / (time.perf_counter() - began))
        assert claims == scale.remittance_claims, "every claim of the file is read"
    return alone("facts: remittance lines read", "1/s", rates, note="X12 835, walked and checked to the cent")
