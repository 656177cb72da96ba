"""How many bytes of our own Postgres an open balance takes, with everything that is kept beside it."""

from __future__ import annotations

from receivables.decide import decide
from receivables.fold import open_case
from runtime.policy_files import PolicyFiles
from starter.bench.figures import Measured, alone
from starter.bench.lives import BEGIN
from starter.bench.people import posting
from starter.bench.real_practice import PRACTICES
from starter.bench.scale import Scale
from starter.bench.servers import Servers
from store.case_book import PostgresCaseBook
from store.fact_book import FactBook
from store.pool import Pool, open_pool

AT_MOST = 1_536
AT_ONCE = 200
BEFORE = 1_000
"""Not counted: every table that is in use has maps of its free room, 32 KB however many balances follow."""
SWEPT_EVERY = 1_000
"""Postgres does it by itself once a fifth of a table has changed; here nobody waits a minute for it."""
SIZES = """
    SELECT relname, pg_total_relation_size(oid) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""


async def measure(servers: Servers, scale: Scale) -> Measured:
    """Posted, delivered, decided once: what a balance is that waits for its first message."""
    pool = await open_pool(await servers.database(), min_size=2, max_size=2)
    try:
        begun = await _filled(pool, range(BEFORE))
        full = await _filled(pool, range(BEFORE, BEFORE + scale.open_balances))
    finally:
        await pool.close()
    each = {table: (full[table] - begun[table]) / scale.open_balances for table in full}
    largest = sorted(each, key=lambda table: each[table], reverse=True)[:4]
    note = ", ".join(f"{table} {each[table]:.0f}" for table in largest)
    return Measured(figures=[alone("storage: an open balance", "bytes", [sum(each.values())], AT_MOST, note=note)])


async def _filled(pool: Pool, numbers: range) -> dict[str, int]:
    await _fill(pool, numbers)
    await pool.execute("VACUUM")
    return await _sizes(pool)


async def _fill(pool: Pool, numbers: range) -> None:
    """As a practice's postings come: a few at a time, delivered and decided on, and swept up behind."""
    facts, cases, policies = FactBook(pool), PostgresCaseBook(pool), PolicyFiles(PRACTICES)
    for first in numbers[::AT_ONCE]:
        postings = [posting(number, BEGIN) for number in range(first, min(first + AT_ONCE, numbers.stop))]
        await facts.keep(postings, BEGIN)
        while waiting := await facts.undelivered(AT_ONCE):
            await facts.delivered(waiting)
        for fact in postings:
            case = open_case(fact)
            practice = policies.practice(case.practice_id)
            await cases.record(case, decide(case, policies.policy(case.practice_id), practice, BEGIN))
        if first % SWEPT_EVERY == 0:
            await pool.execute("VACUUM")


async def _sizes(pool: Pool) -> dict[str, int]:
    """With indexes and what is stored aside."""
    return {row["relname"]: row["pg_total_relation_size"] for row in await pool.fetch(SIZES)}
