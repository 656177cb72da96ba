"""A payment gets into the practice's ledger once, whatever is lost on the way."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from receivables.money import Cents
from receivables.ports import Posting
from store.case_book import UnknownBalanceError
from store.fact_book import FactBook
from store.pool import Pool
from store.posting_book import PostgresPostingBook
from store.sub_ledger import SubLedger
from tests.store.told import NOON, after, paid, posted

PAYMENT = Posting(
    practice_id="p1", balance_id="b1", external_id="stripe.pi_1", amount_cents=Cents(215_00), paid_at=NOON, where="page"
)


@pytest.fixture
async def book(pool: Pool) -> PostgresPostingBook:
    await FactBook(pool).keep([posted("b1"), posted("b2")], NOON)
    return PostgresPostingBook(pool)


async def test_a_first_try_is_new_and_a_second_one_is_in_doubt(book, pool):
    assert await book.begin(PAYMENT, NOON) == "new"
    assert await book.begin(PAYMENT, after(minutes=1)) == "in_doubt"
    await book.uncertain(PAYMENT)
    assert await pool.fetchval("SELECT state FROM postings") == "unknown"
    assert await book.begin(PAYMENT, after(minutes=2)) == "in_doubt"
    assert await pool.fetchval("SELECT tries FROM postings") == 3


async def test_what_was_seen_in_the_ledger_is_never_posted_again(book, pool):
    await book.begin(PAYMENT, NOON)
    await book.confirmed(PAYMENT, "L-77", after(minutes=1))
    assert await book.begin(PAYMENT, after(days=1)) == "confirmed"
    await book.uncertain(PAYMENT)
    await book.needs_human(PAYMENT, "late refusal")
    assert await pool.fetchval("SELECT (state, reference, confirmed_at) FROM postings") == (
        "confirmed",
        "L-77",
        after(minutes=1),
    )


async def test_what_was_refused_for_good_stays_with_a_person(book, pool):
    await book.begin(PAYMENT, NOON)
    await book.needs_human(PAYMENT, "The patient's chart is locked.")
    assert await book.begin(PAYMENT, NOON) == "needs_human"
    assert await pool.fetchval("SELECT because FROM postings") == "The patient's chart is locked."


async def test_the_same_payment_with_another_amount_or_balance_goes_to_a_person(book, pool):
    await book.begin(PAYMENT, NOON)
    assert await book.begin(PAYMENT.model_copy(update={"amount_cents": Cents(1_00)}), NOON) == "needs_human"
    other = PAYMENT.model_copy(update={"external_id": "stripe.pi_2"})
    await book.begin(other, NOON)
    assert await book.begin(other.model_copy(update={"balance_id": "b2"}), NOON) == "needs_human"


async def test_of_many_tries_at_once_only_one_is_new(book):
    known = await asyncio.gather(*(book.begin(PAYMENT, NOON) for _ in range(16)))
    assert sorted(known) == ["in_doubt"] * 15 + ["new"]


async def test_a_reversal_is_a_posting_of_its_own(book):
    reversal = PAYMENT.model_copy(update={"external_id": "back.stripe.pi_1", "amount_cents": Cents(-215_00)})
    assert await book.begin(PAYMENT, NOON) == "new"
    assert await book.begin(reversal, NOON) == "new"


async def test_money_for_a_balance_nobody_knows_is_an_error(book):
    with pytest.raises(UnknownBalanceError):
        await book.begin(PAYMENT.model_copy(update={"balance_id": "nobody"}), NOON)


async def test_a_payment_too_late_for_a_closed_month_goes_to_the_practice_on_the_day_it_stands_on_in_our_books(book, pool):
    ledger, own_day = SubLedger(pool), date(2026, 3, 2)
    payment = PAYMENT.model_copy(update={"booked_on": own_day})
    await FactBook(pool).keep([paid("stripe.pi_0", 15_00)], NOON)
    await ledger.close("p1", "UTC", date(2026, 3, 1))
    await FactBook(pool).keep([paid("stripe.pi_1", 200_00)], NOON)
    assert await book.late_for(payment) == date(2026, 4, 1)
    assert await book.late_for(payment.model_copy(update={"external_id": "stripe.pi_0"})) is None, "it was in time"


async def test_a_payment_of_a_closed_month_that_is_reported_later_goes_to_the_practices_first_open_day(book, pool):
    await SubLedger(pool).close("p1", "UTC", date(2026, 2, 1))
    await FactBook(pool).keep([paid("stripe.pi_1", 200_00)], NOON)
    payment = PAYMENT.model_copy(update={"booked_on": date(2026, 2, 20)})
    assert await pool.fetchval("SELECT booked_on FROM entries WHERE kind = 3") == date(2026, 3, 2), "it was told of then"
    assert await book.late_for(payment) == date(2026, 3, 1)
    assert await book.late_for(payment.model_copy(update={"booked_on": date(2026, 3, 1)})) is None


async def test_what_the_practice_has_closed_is_closed_in_our_books_too_and_the_lock_never_moves_back(book, pool):
    await SubLedger(pool).keep_calendar("p1", "America/Chicago")
    for day in (20, 10):
        await book.books_closed("p1", date(2026, 3, day))
        assert await pool.fetchval("SELECT (time_zone, locked_until) FROM calendars") == ("America/Chicago", date(2026, 3, 20))
    await FactBook(pool).keep([paid("stripe.pi_1", 15_00)], NOON)
    assert await pool.fetchval("SELECT booked_on FROM entries WHERE kind = 3") == date(2026, 3, 21)
