"""Balances nobody has heard of are kept in one call with what came with them, and it makes no difference to anybody."""

from __future__ import annotations

import asyncio

import pytest

from receivables.facts import AnyFact
from store.fact_book import FactBook, keep_within
from store.fact_rows import row_of
from store.new_balances import keep_new, opening
from store.pool import Pool
from store.sub_ledger import SubLedger
from tests.store.told import NOON, after, karen, mails, paid, posted, stopped, texts, wrote


@pytest.fixture
def book(pool: Pool) -> FactBook:
    return FactBook(pool)


def opens(*facts: AnyFact) -> bool:
    return opening(facts, [row_of(fact) for fact in facts]) is not None


async def in_one_call(pool: Pool, *facts: AnyFact) -> bool:
    found = opening(facts, [row_of(fact) for fact in facts])
    assert found is not None, "this list takes the longer way from the beginning"
    return await keep_new(pool, found, NOON)


async def stored(pool: Pool) -> dict[str, int]:
    tables = ("facts", "guarantors", "balances", "fact_deliveries", "entries")
    return {table: await pool.fetchval(f"SELECT count(*) FROM {table}") for table in tables}


def test_only_new_balances_and_plain_facts_about_them_go_this_way():
    assert opens(posted(), posted("b2"))
    assert opens(paid(), posted())
    assert not opens(paid())
    assert not opens(posted(), paid(balance_id="b2"))
    assert not opens(posted(), wrote("hello"))
    assert not opens(posted(), posted(at=after(hours=1)))
    assert not opens(posted("b1"), paid(), paid(cents=1_00))


async def test_both_ways_leave_the_same_behind(pool: Pool, book: FactBook):
    facts = [posted("b1"), posted("b2", guarantor=karen("g2")), posted("b3", 0), paid("one", 20_00), paid("two", 30_00)]
    assert await in_one_call(pool, *facts)
    short = await stored(pool)
    others = [fact.model_copy(update={"practice_id": "p2"}) for fact in facts]
    async with pool.acquire() as connection, connection.transaction():
        await keep_within(connection, others, NOON)
    assert await stored(pool) == {table: count * 2 for table, count in short.items()}
    told = [(one.practice_id, one.balance_id, one.fact.fact_id) for one in await book.undelivered(20)]
    assert [one[1:] for one in told if one[0] == "p1"] == [one[1:] for one in told if one[0] == "p2"]
    assert await SubLedger(pool).sums("p1") == await SubLedger(pool).sums("p2")
    assert await SubLedger(pool).astray("p1") == []
    reach = await pool.fetch("SELECT reach FROM guarantors ORDER BY guarantor_id, practice_id")
    assert reach[0] == reach[1] != []


async def test_a_posting_comes_before_the_payment_that_stood_before_it_in_the_list(pool: Pool, book: FactBook):
    assert await in_one_call(pool, paid("early", 20_00), posted())
    assert [one.fact.fact_id for one in await book.undelivered(10)] == [posted().fact_id, "early"]


async def test_of_a_family_posted_in_one_list_the_latest_description_counts(pool: Pool, book: FactBook):
    older = posted("b1", guarantor=karen("g1", texts("+13125550199")))
    newer = posted("b2", guarantor=karen("g1", mails("new@example.com")), at=after(hours=1))
    assert await in_one_call(pool, newer, older)
    described = await pool.fetchval("SELECT f.fact_id FROM guarantors g JOIN facts f ON f.id = g.described_by")
    assert described == newer.fact_id
    assert await pool.fetchval("SELECT count(DISTINCT guarantor) FROM balances") == 1


async def test_one_known_balance_and_none_is_kept_this_way(pool: Pool, book: FactBook):
    await book.keep([posted()], NOON)
    before = await stored(pool)
    assert not await in_one_call(pool, posted("b2", guarantor=karen("g2")), posted(at=after(hours=1)))
    assert not await in_one_call(pool, posted("b2", guarantor=karen("g2")), posted())
    assert await stored(pool) == before


async def test_a_payment_that_is_known_already_takes_its_new_balance_back_too(pool: Pool, book: FactBook):
    await book.keep([posted(), paid("once", 1_00)], NOON)
    before = await stored(pool)
    assert not await in_one_call(pool, posted("b2"), paid("once", 1_00, balance_id="b2"))
    assert await stored(pool) == before
    kept = await book.keep([posted("b2"), paid("once", 1_00, balance_id="b2")], NOON)
    assert [one.new for one in kept] == [True, False]


async def test_what_has_waited_or_was_said_before_reaches_the_balance_by_the_longer_way(pool: Pool, book: FactBook):
    await book.keep([paid("early", balance_id="b7")], NOON)
    assert not await in_one_call(pool, posted("b7"))
    assert await in_one_call(pool, posted("b1"))
    await book.keep([stopped()], NOON)
    assert not await in_one_call(pool, posted("b8"))
    kept = await book.keep([posted("b7"), posted("b8")], NOON)
    assert [one.new for one in kept] == [True, True]
    told = {(one.balance_id, one.fact.fact_id) for one in await book.undelivered(20)}
    assert {("b7", "early"), ("b7", "stop1"), ("b8", "stop1")} <= told


async def test_a_stop_and_a_new_balance_of_somebody_known_always_meet(pool: Pool, book: FactBook):
    for number in range(20):
        person = f"g{number}"
        await book.keep([posted(f"old{number}", guarantor=karen(person))], NOON)
        await asyncio.gather(
            book.keep([stopped(f"stop{number}", person, None)], NOON),
            book.keep([posted(f"new{number}", guarantor=karen(person))], NOON),
        )
    told = {(one.balance_id, one.fact.fact_id) for one in await book.undelivered(200)}
    assert {(f"new{number}", f"stop{number}") for number in range(20)} <= told


async def test_lists_that_share_a_family_and_a_fact_are_each_kept_once(pool: Pool, book: FactBook):
    lists = [[posted("shared"), posted(f"b{turn}", guarantor=karen(f"g{turn % 3}"))] for turn in range(12)]
    kept = await asyncio.gather(*(book.keep(one, NOON) for one in lists))
    assert sum(one.new for pair in kept for one in pair) == 13
    assert await stored(pool) == {
        "facts": 13, "guarantors": 3, "balances": 13, "fact_deliveries": 13, "entries": 13,
    }  # fmt: skip
