"""The book of every cent: nothing unbalanced, doubled, over-applied, changed or late gets in, whoever tries to write it."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime

import asyncpg
import pytest

from receivables.facts import AnyFact
from receivables.money import Cents
from receivables.month import ClosedAlready
from store.fact_book import FactBook, keep_within
from store.pool import Pool
from store.sub_ledger import Settled, SubLedger
from tests.store.told import NOON, adjusted, after, paid, posted, taken_back, wrote

ACCOUNTS = {1: "receivable", 2: "credit", 3: "in_transit", 4: "settled", 5: "fees", 6: "charges", 7: "adjustments"}
KINDS = {
    1: "charge", 2: "adjustment", 3: "payment", 4: "refund", 5: "chargeback", 6: "returned", 7: "correction",
    8: "settlement", 9: "fee",
}  # fmt: skip


async def keep(pool: Pool, *facts: AnyFact) -> None:
    await FactBook(pool).keep(facts, NOON)


async def entries(pool: Pool) -> list[tuple[str, str, str, int]]:
    """Kind, from which account, to which, and how many cents."""
    rows = await pool.fetch("SELECT kind, credit, debit, cents FROM entries ORDER BY balance, fact, part")
    return [(KINDS[row["kind"]], ACCOUNTS[row["credit"]], ACCOUNTS[row["debit"]], row["cents"]) for row in rows]


def card(reference: str, cents: int, **more) -> AnyFact:
    return paid(f"stripe.{reference}", cents, **more)


def back(reference: str, payment: str, cents: int, why: str = "refund") -> AnyFact:
    return taken_back(payment, cents).model_copy(update={"fact_id": reference, "why": why})


async def test_an_open_balance_costs_one_entry(pool: Pool):
    await keep(pool, posted("b1"), posted("b2", 0))
    assert await entries(pool) == [("charge", "charges", "receivable", 215_00)]


async def test_money_by_card_is_in_transit_and_money_at_the_desk_is_settled(pool: Pool):
    await keep(pool, posted())
    await keep(pool, card("pi_1", 100_00), paid("desk", 15_00))
    assert sorted((await entries(pool))[1:]) == [
        ("payment", "receivable", "in_transit", 100_00), ("payment", "receivable", "settled", 15_00),
    ]  # fmt: skip
    assert await SubLedger(pool).sums("p1") == (100_00, 0, 100_00, 15_00, 0)


async def test_what_is_paid_too_much_is_owed_back_and_a_refund_takes_it_from_there_first(pool: Pool):
    await keep(pool, posted(), card("pi_1", 250_00))
    await keep(pool, back("stripe.re_1", "stripe.pi_1", 50_00))
    assert (await entries(pool))[1:] == [
        ("payment", "receivable", "in_transit", 215_00), ("payment", "credit", "in_transit", 35_00),
        ("refund", "in_transit", "receivable", 15_00), ("refund", "in_transit", "credit", 35_00),
    ]  # fmt: skip
    assert await SubLedger(pool).sums("p1") == (15_00, 0, 200_00, 0, 0)


async def test_a_balance_is_readjudicated_up_and_down_and_below_what_was_paid(pool: Pool):
    await keep(pool, posted(), paid("desk", 100_00))
    for cents, days in ((320_00, 1), (250_00, 2), (60_00, 3), (90_00, 4), (999_00, 0)):
        await keep(pool, adjusted(cents, after(days=days)))
    assert (await entries(pool))[2:] == [
        ("adjustment", "adjustments", "receivable", 105_00), ("adjustment", "receivable", "adjustments", 70_00),
        ("adjustment", "receivable", "adjustments", 150_00), ("adjustment", "credit", "adjustments", 40_00),
        ("adjustment", "adjustments", "credit", 30_00),
    ]  # fmt: skip
    assert await SubLedger(pool).sums("p1") == (0, 10_00, 0, 100_00, 0)


async def test_a_chargeback_a_bounced_cheque_and_a_correction_are_told_apart(pool: Pool):
    await keep(pool, posted(), card("pi_1", 50_00), paid("cheque", 60_00), paid("typo", 70_00))
    await keep(
        pool, back("stripe.du_1.withdrawn", "stripe.pi_1", 50_00, "chargeback"), back("bounced", "cheque", 60_00, "returned"),
        back("mended", "typo", 70_00, "correction"),
    )  # fmt: skip
    assert sorted(entry[:3] for entry in (await entries(pool))[4:]) == [
        ("chargeback", "in_transit", "receivable"), ("correction", "settled", "receivable"),
        ("returned", "settled", "receivable"),
    ]  # fmt: skip
    await keep(pool, card("du_1.reinstated", 50_00))
    assert await SubLedger(pool).sums("p1") == (165_00, 0, 50_00, 0, 0)


async def test_money_heard_before_its_balance_is_booked_when_the_balance_posts(pool: Pool):
    await keep(pool, card("pi_1", 250_00))
    assert await entries(pool) == []
    await keep(pool, posted())
    assert sorted(await entries(pool)) == [
        ("charge", "charges", "receivable", 215_00), ("payment", "credit", "in_transit", 35_00),
        ("payment", "receivable", "in_transit", 215_00),
    ]  # fmt: skip


async def test_all_at_once_and_told_again_comes_to_the_same(pool: Pool):
    story = [posted(), card("pi_1", 100_00), adjusted(80_00, after(days=1)), back("stripe.re_1", "stripe.pi_1", 20_00)]
    await keep(pool, *story, *reversed(story))
    await keep(pool, *story)
    assert await SubLedger(pool).sums("p1") == (0, 0, 80_00, 0, 0)
    assert await SubLedger(pool).astray("p1") == []


async def test_a_payout_settles_what_was_in_transit_once_and_shows_what_the_processor_kept(pool: Pool):
    await keep(pool, posted(), card("pi_1", 100_00), paid("desk", 5_00))
    await keep(pool, back("stripe.re_1", "stripe.pi_1", 30_00))
    ledger = SubLedger(pool)
    movements = [
        Settled("stripe.pi_1", Cents(100_00), Cents(3_20)), Settled("stripe.re_1", Cents(-30_00), Cents(0)),
        Settled("desk", Cents(5_00), Cents(0)), Settled("stripe.pi_unknown", Cents(9_00), Cents(0)),
    ]  # fmt: skip
    for _ in range(2):
        await ledger.settle("p1", after(days=2), movements)
    assert await ledger.sums("p1") == (140_00, 0, 0, 71_80, 3_20)
    await keep(pool, back("stripe.du_1.withdrawn", "stripe.pi_1", 70_00, "chargeback"))
    await ledger.settle("p1", after(days=9), [Settled("stripe.du_1.withdrawn", Cents(-70_00), Cents(15_00))])
    assert await ledger.sums("p1") == (210_00, 0, 0, -13_20, 18_20)


# --- what the database itself refuses ----------------------------------------------------------------------------------

INSERT = """
    INSERT INTO entries (balance, fact, cents, booked_on, debit, credit, kind, part)
    SELECT b.id, f.id, $2, '2026-03-02', $3, $4, $5, $6 FROM balances b, facts f WHERE b.balance_id = 'b1' AND f.fact_id = $1
"""


@pytest.fixture
async def booked(pool: Pool) -> Pool:
    """$215 was posted and $200 paid; the notes are facts that nobody has booked."""
    await keep(pool, posted(), paid("pay1", 200_00), wrote("hello", "note1"), wrote("hello", "note2"))
    return pool


@pytest.mark.parametrize(
    ("entry", "rule"),
    [
        ((0, 3, 1, 3, 0), "entries_move_money"),
        ((-5_00, 3, 1, 3, 0), "entries_move_money"),
        ((5_00, 3, 3, 3, 0), "entries_"),
        ((5_00, 1, 4, 3, 0), "entries_between"),
        ((5_00, 6, 1, 1, 0), "entries_between"),
        ((5_00, 3, 1, 3, 1), "entries_between"),
        ((5_00, 4, 1, 8, 2), "entries_between"),
        ((5_00, 3, 1, 12, 0), "entries_between"),
        ((15_01, 3, 1, 3, 0), "entries_over_applied"),
        ((5_00, 3, 2, 3, 1), "entries_over_applied"),
        ((5_00, 2, 3, 4, 1), "entries_over_applied"),
    ],
)
async def test_an_unbalanced_misdirected_or_over_applied_entry_is_refused(booked: Pool, entry, rule):
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match=rule):
        await booked.execute(INSERT, "note1", *entry)


async def test_a_fact_is_booked_once(booked: Pool):
    with pytest.raises(asyncpg.UniqueViolationError, match="entries_once"):
        await booked.execute(INSERT, "pay1", 1_00, 4, 1, 3, 0)


@pytest.mark.parametrize(
    "steps",
    [
        [(90_00, 4, 3, 8, 2), (90_00, 4, 3, 8, 6)],
        [(90_00, 3, 4, 10, 4)],
        [(90_00, 4, 3, 8, 2), (89_99, 3, 4, 10, 4)],
        [(90_00, 4, 3, 8, 2), (90_00, 3, 4, 10, 4), (90_00, 3, 4, 10, 8)],
    ],
    ids=["settled twice", "failed and never settled", "failed by a cent less", "failed twice"],
)
async def test_money_is_settled_once_and_again_only_after_its_payout_failed_whole(pool: Pool, steps):
    await keep(pool, posted(), card("pi_1", 90_00))
    *good, bad = steps
    for step in good:
        await pool.execute(INSERT, "stripe.pi_1", *step)
    with pytest.raises(asyncpg.CheckViolationError, match="entries_settle_in_turn"):
        await pool.execute(INSERT, "stripe.pi_1", *bad)


@pytest.mark.parametrize("attempt", ["UPDATE entries SET cents = 1", "DELETE FROM entries", "TRUNCATE entries"])
async def test_an_entry_is_never_changed_or_removed(booked: Pool, attempt: str):
    with pytest.raises(asyncpg.CheckViolationError, match="entries_stay"):
        await booked.execute(attempt)
    assert len(await entries(booked)) == 2


async def test_a_fact_is_not_stored_without_its_entry_nor_the_entry_without_its_fact(booked: Pool):
    async with booked.acquire() as connection:
        begun = connection.transaction()
        await begun.start()
        await keep_within(connection, [paid("together", 1_00)], NOON)
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute("DELETE FROM entries")
        await begun.rollback()
    assert await booked.fetchval("SELECT count(*) FROM facts WHERE fact_id = 'together'") == 0
    assert len(await entries(booked)) == 2


async def test_two_who_pay_the_same_balance_at_once_are_both_booked_and_never_over_applied(pool: Pool):
    await keep(pool, posted())
    await asyncio.gather(*(keep(pool, paid(f"pay{number}", 50_00)) for number in range(12)))
    assert await SubLedger(pool).sums("p1") == (0, 385_00, 0, 600_00, 0)


async def test_of_two_who_write_past_the_desk_at_once_the_second_waits_and_is_refused(booked: Pool):
    async with booked.acquire() as one, booked.acquire() as other:
        begun = one.transaction()
        await begun.start()
        await one.execute(INSERT, "note1", 10_00, 4, 1, 3, 0)
        second = asyncio.create_task(other.execute(INSERT, "note2", 10_00, 4, 1, 3, 0))
        await asyncio.sleep(0.2)
        assert not second.done()
        await begun.commit()
        with pytest.raises(asyncpg.CheckViolationError, match="entries_over_applied"):
            await second


# --- months --------------------------------------------------------------------------------------------------------------

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
LATE_MARCH = datetime(2026, 4, 1, 4, 30, tzinfo=UTC)
"""Half past eleven at night on March 31 in Chicago."""


async def test_a_month_explains_its_closing_by_what_moved_in_it(pool: Pool):
    ledger = SubLedger(pool)
    await keep(pool, posted("old", 80_00, at=after(days=-20)), paid("early", 30_00, "old", at=after(days=-10)))
    await keep(
        pool, posted("b1", 215_00), card("pi_1", 250_00), back("stripe.re_1", "stripe.pi_1", 35_00),
        adjusted(60_00, after(days=3), "old"), paid("april", 10_00, "old", at=after(days=40)),
    )  # fmt: skip
    await FactBook(pool).keep([paid("april2", 5_00, "old", at=after(days=40))], after(days=41))
    month = await ledger.month("p1", MARCH)
    assert (month.opening_cents, month.charges_cents, month.adjustments_cents) == (50_00, 215_00, -20_00)
    assert (month.refunds_cents, month.closing_cents, month.agrees) == (35_00, 20_00, True)
    assert month.payments_cents == -260_00, "what is dated ahead of its report counts on the day it was reported"
    following = await ledger.month("p1", APRIL)
    assert (following.opening_cents, following.payments_cents, following.closing_cents) == (20_00, -5_00, 15_00)


async def test_days_are_counted_by_the_practices_own_clock(pool: Pool):
    ledger = SubLedger(pool)
    await ledger.keep_calendar("p1", "America/Chicago")
    await FactBook(pool).keep([posted(at=after(days=-1)), paid("late", 15_00, at=LATE_MARCH)], LATE_MARCH)
    assert (await ledger.month("p1", MARCH)).payments_cents == -15_00
    await ledger.keep_calendar("p1", "UTC")
    await FactBook(pool).keep([paid("later", 5_00, at=LATE_MARCH)], LATE_MARCH)
    assert (await ledger.month("p1", APRIL)).payments_cents == -5_00


async def test_what_is_late_for_a_closed_month_is_booked_after_it_and_the_month_stays_as_it_was(pool: Pool):
    ledger = SubLedger(pool)
    await keep(pool, posted(), paid("pay1", 100_00))
    closed = await ledger.close("p1", "UTC", MARCH)
    assert (closed.closed, closed.closing_cents) == (True, 115_00)
    await keep(pool, paid("late", 15_00), posted("b2", 40_00))
    assert (await ledger.month("p1", MARCH)) == closed
    april = await ledger.month("p1", APRIL)
    assert (april.opening_cents, april.payments_cents, april.charges_cents) == (115_00, -15_00, 40_00)
    assert await ledger.close("p1", "UTC", MARCH) == ClosedAlready(until=date(2026, 3, 31))
    assert await SubLedger(pool).astray("p1") == []


async def test_nobody_writes_into_a_closed_month(booked: Pool):
    await SubLedger(booked).close("p1", "UTC", MARCH)
    with pytest.raises(asyncpg.CheckViolationError, match="entries_in_open_months"):
        await booked.execute(INSERT, "note1", 1_00, 4, 1, 3, 0)


async def test_a_month_is_not_closed_while_somebody_books_in_it(booked: Pool):
    async with booked.acquire() as one:
        begun = one.transaction()
        await begun.start()
        await keep_within(one, [paid("slow", 5_00)], NOON)
        closing = asyncio.create_task(SubLedger(booked).close("p1", "UTC", MARCH))
        await asyncio.sleep(0.2)
        assert not closing.done()
        await begun.commit()
        assert (await closing).payments_cents == -205_00
