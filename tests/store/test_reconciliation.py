"""Every cent a patient pays is found at the vendor, in our records and in the practice's ledger, or somebody is told."""

from __future__ import annotations

import pytest

from receivables.money import Cents
from receivables.ports import LedgerReading, Posting, VendorPayment
from store.case_book import PostgresCaseBook
from store.fact_book import FactBook
from store.pool import Pool
from store.posting_book import PostgresPostingBook
from store.reconciliation import Reconciliation
from tests.store.told import NOON, after, paid, posted, taken_back


def theirs(reference: str = "pi_1", cents: int = 50_00, balance_id: str = "b1") -> VendorPayment:
    return VendorPayment(
        reference=reference, practice_id="p1", balance_id=balance_id, amount_cents=Cents(cents), at=NOON
    )


def posting(external_id: str, cents: int) -> Posting:
    return Posting(
        practice_id="p1",
        balance_id="b1",
        external_id=external_id,
        amount_cents=Cents(cents),
        paid_at=NOON,
        where="page",
    )


@pytest.fixture
async def proof(pool: Pool) -> Reconciliation:
    await FactBook(pool).keep([posted("b1"), posted("b2"), paid("stripe.pi_1", 50_00)], NOON)
    return Reconciliation(pool)


async def vendor_says(proof: Reconciliation, *payments: VendorPayment) -> list[tuple[object, ...]]:
    return [
        (found.kind, found.reference, found.cents, found.sentence)
        for found in await proof.with_vendor(payments, after(days=-1), after(days=1))
    ]


async def test_when_all_agree_there_is_nothing_to_tell(proof, pool):
    postings = PostgresPostingBook(pool)
    await postings.begin(posting("stripe.pi_1", 50_00), NOON)
    await postings.confirmed(posting("stripe.pi_1", 50_00), "L1", after(minutes=1))
    reading = LedgerReading(balance_id="b1", outstanding_cents=Cents(165_00), read_at=after(hours=1))
    await PostgresCaseBook(pool).ledger_read(reading, "p1")
    assert await vendor_says(proof, theirs()) == []
    assert await proof.with_ledger(after(days=1), NOON) == []
    assert await proof.totals() == [("p1", 50_00, 0, 50_00)]


async def test_money_at_the_vendor_that_we_do_not_know_is_found(proof):
    assert await vendor_says(proof, theirs(), theirs("pi_2", 20_00)) == [
        ("not_recorded", "pi_2", -20_00, "The vendor took $20 that is not in our records."),
    ]


async def test_money_of_ours_that_the_vendor_does_not_know_is_found(proof):
    assert await vendor_says(proof) == [
        ("not_at_vendor", "stripe.pi_1", 50_00, "We recorded $50 that the vendor does not report."),
    ]
    assert await proof.with_vendor([], after(days=1), after(days=2)) == []


@pytest.mark.parametrize(
    ("payment", "cents", "sentence"),
    [
        (theirs(cents=50_01), -1, "The vendor took $50.01, we recorded $50."),
        (theirs(balance_id="b2"), 0, "The vendor took $50 for another balance than we recorded it for."),
    ],
)
async def test_money_recorded_otherwise_is_found_to_the_cent(proof, payment, cents, sentence):
    assert await vendor_says(proof, payment) == [("recorded_otherwise", "pi_1", cents, sentence)]


async def test_money_that_has_not_reached_the_practices_ledger_is_found(proof, pool):
    await FactBook(pool).keep([taken_back("stripe.pi_1", 5_00)], NOON)
    at_the_desk = paid("desk", 7_00).model_copy(update={"in_practice_ledger": True})
    await FactBook(pool).keep([at_the_desk, paid("stripe.late", 9_00)], after(hours=3))
    postings = PostgresPostingBook(pool)
    await postings.begin(posting("stripe.pi_1", 50_00), NOON)
    await postings.uncertain(posting("stripe.pi_1", 50_00))
    found = await proof.with_ledger(after(hours=2), NOON)
    assert [(one.reference, one.cents, one.sentence) for one in found] == [
        ("back.stripe.pi_1", -5_00, "-$5 has not been seen in the practice's ledger (posting: not begun)."),
        ("stripe.pi_1", 50_00, "$50 has not been seen in the practice's ledger (posting: unknown)."),
    ]


async def test_a_posting_without_a_payment_behind_it_is_found(proof, pool):
    await PostgresPostingBook(pool).begin(posting("ghost", 3_00), NOON)
    found = await proof.with_ledger(NOON, NOON)
    assert [(one.kind, one.reference, one.cents) for one in found] == [("posted_without_money", "ghost", -3_00)]


async def test_a_ledger_that_shows_another_balance_is_found_but_postings_under_way_are_not_held_against_it(proof, pool):
    cases = PostgresCaseBook(pool)
    await cases.ledger_read(
        LedgerReading(balance_id="b1", outstanding_cents=Cents(215_00), read_at=after(hours=1)), "p1"
    )
    assert await proof.with_ledger(NOON, NOON) == []
    await cases.ledger_read(
        LedgerReading(balance_id="b1", outstanding_cents=Cents(100_00), read_at=after(hours=2)), "p1"
    )
    [found] = await proof.with_ledger(NOON, NOON)
    assert (found.kind, found.cents) == ("ledger_differs", 115_00)
    assert found.sentence == "The practice's ledger shows $100 owed where our records come to $215."
    assert await proof.with_ledger(NOON, after(hours=3)) == []
