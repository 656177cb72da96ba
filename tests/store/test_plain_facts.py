"""Money and visits for known balances are kept in one statement, and it makes no difference to anybody."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from store.fact_book import FactBook
from store.fact_rows import row_of
from store.plain_facts import PLAIN, are_plain, keep_plain
from store.pool import Pool
from tests.store.told import NOON, adjusted, after, paid, posted, stopped, taken_back, wrote


@pytest.fixture
def book(pool: Pool) -> FactBook:
    return FactBook(pool)


async def test_what_names_no_balance_silences_somebody_or_comes_twice_takes_the_longer_way():
    assert are_plain([row_of(paid()), row_of(adjusted(1_00, NOON)), row_of(taken_back())])
    for odd in (posted(), wrote("hello"), stopped()):
        assert not are_plain([row_of(paid()), row_of(odd)])
    assert not are_plain([row_of(paid()), row_of(paid(cents=1_00))])
    assert not are_plain([])


async def test_a_plain_fact_is_kept_and_delivered_like_any_other(book: FactBook, pool: Pool):
    await book.keep([posted()], NOON)
    kept = await book.keep([paid("one", 20_00), paid("two", 30_00)], NOON)
    assert kept == [("one", "p1", ["b1"], True), ("two", "p1", ["b1"], True)]
    assert [delivery.fact.fact_id for delivery in await book.undelivered(10)] == [posted().fact_id, "one", "two"]
    assert await pool.fetchval("SELECT count(*) FROM facts WHERE waiting") == 0


async def test_known_ones_among_new_ones_keep_their_places(book: FactBook):
    await book.keep([posted(), paid("one", 20_00)], NOON)
    kept = await book.keep([paid("two", 1_00), paid("one", 20_00), paid("three", 2_00)], NOON)
    assert [(one.fact_id, one.new) for one in kept] == [("two", True), ("one", False), ("three", True)]
    assert all(one.balance_ids == ["b1"] for one in kept)


async def test_one_unknown_balance_and_nothing_is_kept_by_the_short_way(book: FactBook, pool: Pool):
    await book.keep([posted()], NOON)
    rows = [row_of(paid("one")), row_of(paid("stray", balance_id="b9"))]
    assert not await keep_plain(pool, rows, NOON)
    assert await pool.fetchval("SELECT count(*) FROM facts WHERE kind = 'payment_recorded'") == 0


async def test_a_payment_before_its_balance_waits_and_one_beside_it_does_not(book: FactBook):
    await book.keep([posted()], NOON)
    kept = await book.keep([paid("one"), paid("early", balance_id="b9")], NOON)
    assert [one.balance_ids for one in kept] == [["b1"], []]
    await book.keep([posted("b9")], NOON)
    told = {(delivery.balance_id, delivery.fact.fact_id) for delivery in await book.undelivered(10)}
    assert ("b9", "early") in told


async def test_a_payment_and_its_balance_reported_in_the_same_moment_always_meet(book: FactBook):
    for number in range(30):
        balance, at = f"b{number}", NOON + timedelta(seconds=number)
        await asyncio.gather(
            book.keep([paid(f"pay{number}", balance_id=balance, at=after(hours=1))], at),
            book.keep([posted(balance)], at),
        )
    told = {(delivery.balance_id, delivery.fact.fact_id) for delivery in await book.undelivered(100)}
    assert {(f"b{number}", f"pay{number}") for number in range(30)} <= told


def test_nothing_that_silences_is_plain():
    assert not PLAIN & {"contact_stopped", "consent_recorded", "delivery_failed", "reply_received", "contact_updated"}
