"""A payment gets into the practice's ledger once, whatever is lost on the way."""

from __future__ import annotations

import asyncio

import pytest

from receivables.money import Cents
from receivables.ports import Posting
from store.case_book import UnknownBalanceError
from store.fact_book import FactBook
from store.pool import Pool
from store.posting_book import PostgresPostingBook
from tests.store.told import NOON, after, posted

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
