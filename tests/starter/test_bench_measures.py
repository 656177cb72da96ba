"""What the bench measures is what it says: its lives, its files and its servers do what they are measured for."""

from collections.abc import Iterator

import pytest

from integrations.remittances.reader import read_remittances
from starter.bench import facts, life, plan_life, random_lives, storage
from starter.bench.lives import BEGIN
from starter.bench.people import payment, posting
from starter.bench.remittance_text import SEGMENTS_OF_CLAIM, remittance_text
from starter.bench.same_rows import Twins, written_so_far
from starter.bench.scale import Scale
from starter.bench.servers import Servers, servers
from store.fact_book import FactBook
from store.pool import open_pool

TINY = Scale(rounds=1, lives=2, open_balances=60, fact_batches=1, remittance_claims=10, random_lives=60)


@pytest.fixture(scope="module")
def running() -> Iterator[Servers]:
    with servers() as started:
        yield started


async def test_the_measured_life_makes_its_contacts_within_the_budget_of_events_and_actions(running: Servers) -> None:
    measured = {figure.name: figure for figure in (await life.measure(running, TINY)).figures}
    assert measured["life: events"].verdict == "met", measured["life: events"]
    assert measured["life: billable actions"].verdict == "met", measured["life: billable actions"]
    history = measured["life: history, encrypted"]
    assert history.floor is not None
    assert history.floor.median > 2_000, "a minimal life of 33 events cannot take less"


async def test_the_measured_plan_takes_at_most_one_action_more_than_is_aimed_at(running: Servers) -> None:
    measured = {figure.name: figure for figure in (await plan_life.measure(running, TINY)).figures}
    actions = measured["plan-life: billable actions"]
    assert actions.target == 34
    assert 26 < actions.value.median <= 35, "a bare workflow takes 26; see docs/how-to/read-the-bench.md"
    assert measured["plan-life: events"].value.median > actions.value.median
    assert measured["plan-life: history, encrypted"].value.median > 10_000


async def test_stored_bytes_are_of_rows_that_are_there(running: Servers) -> None:
    (figure,) = (await storage.measure(running, TINY)).figures
    assert figure.value.median > 400, "a balance without its fact, case, decision and delivery would take less"


async def test_the_floor_of_facts_inserts_every_row_that_they_left_behind(running: Servers) -> None:
    pool = await open_pool(await running.database(), max_size=1)
    twins = await Twins.of(pool)
    async with pool.acquire() as connection:
        before = await written_so_far(connection)
    await FactBook(pool).keep([posting(one, BEGIN) for one in range(10)], BEGIN)
    await FactBook(pool).keep([payment(one, BEGIN) for one in range(4)], BEGIN)
    async with pool.acquire() as connection:
        parts, rows = await twins.left_by(connection, before, 3)
        for part in parts:
            await connection.execute(part.statement, *part.columns)
        assert rows == 10 * 5 + 4 * 3
        for table in ("facts", "guarantors", "balances", "fact_deliveries", "entries"):
            differing = f"SELECT * FROM {table}", f"SELECT * FROM bare.{table}"
            texts = [sorted(str(tuple(row)) for row in await connection.fetch(one)) for one in differing]
            assert texts[0] == texts[1] != []
            keys = await connection.fetchval("SELECT count(*) FROM pg_index WHERE indrelid = $1::text::regclass", f"bare.{table}")
            assert keys == 1, "a primary key and nothing else"
    await pool.close()


async def test_facts_taken_in_are_held_against_all_their_rows(running: Servers) -> None:
    measured = {figure.name: figure for figure in (await facts.measure(running, TINY)).figures}
    assert measured["facts: new balances"].note == "5.0 rows for each fact"
    assert measured["facts: payments"].note == "3.0 rows for each fact"
    assert measured["facts: half balances, half payments"].target == 0.25


async def test_random_lives_are_lived_and_not_only_made(running: Servers) -> None:
    one, both = (await random_lives.measure(running, TINY)).figures
    assert one.floor is not None
    assert one.floor.median > 3 * one.value.median, "whoever only makes the facts is done much sooner"
    assert both.target == 2_000
    assert both.value.median == 2 * one.value.median


def test_the_measured_remittance_has_the_segments_that_are_counted() -> None:
    few, more = remittance_text(10), remittance_text(20)
    assert more.count(b"~") - few.count(b"~") == 10 * SEGMENTS_OF_CLAIM
    assert sum(len(one.claims) for one in read_remittances(more, "bench")) == 20
