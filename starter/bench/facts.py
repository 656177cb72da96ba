"""Taking in facts against bare inserts of the same rows, and how fast remittance files are read."""

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
FLOOR = "one UNNEST insert of the same rows, made ready before, into a table without keys"


class Speed(NamedTuple):
    """Of one way to store a batch."""

    per_s: float
    cpu_ms: float
    """Of this process and Postgres, for each fact."""


Round = tuple[Speed, Speed]
"""Ours and the floor's."""


async def measure(servers: Servers, scale: Scale) -> Measured:
    """Batches of 500: new balances and payments for them in equal parts, then each kind by itself."""
    pool = await open_pool(await servers.database(), min_size=2, max_size=2)
    rounds: dict[str, list[Round]] = {"half balances, half payments": [], "new balances": [], "payments": []}
    try:
        await pool.execute(PLAIN_TABLE)
        await _both(servers, pool, [_postings(range(BATCH))])
        for turn in range(scale.rounds):
            first = BATCH * (1 + 2 * turn * scale.fact_batches)
            batches = _numbers(first, scale.fact_batches)
            more = _numbers(first + BATCH * scale.fact_batches, scale.fact_batches)
            for name, listed in zip(
                rounds,
                (map(_mixed, batches), map(_postings, more), map(_payments, more)),
                strict=True,
            ):
                rounds[name].append(await _both(servers, pool, list(listed)))
    finally:
        await pool.close()
    figures = [figure for name, measured in rounds.items() for figure in _figures(name, measured)]
    return Measured(figures=[*figures, _remittances(scale)])


def _figures(name: str, rounds: Sequence[Round]) -> list[Figure]:
    ours, bare = zip(*rounds, strict=True)
    return [
        beside(f"facts: {name}", "1/s", [one.per_s for one in ours], [one.per_s for one in bare], floor_is=FLOOR,
               target=0.25, at_most=False),
        beside(f"facts: {name}, CPU of each", "ms", [one.cpu_ms for one in ours], [one.cpu_ms for one in bare],
               floor_is=FLOOR),
    ]  # fmt: skip


async def _both(servers: Servers, pool: Pool, batches: Sequence[Sequence[AnyFact]]) -> Round:
    bare = await _insert(servers, pool, batches)
    return await _keep(servers, pool, batches), bare


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
