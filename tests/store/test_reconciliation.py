"""Every cent a patient pays is found at the processor, in our records and in the practice's ledger, or it is told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import pytest

from receivables.money import Cents
from receivables.ports import LedgerReading, Posting
from receivables.proof import LedgerEntry, Movement, Payout, Window
from store.fact_book import FactBook
from store.pool import Pool
from store.posting_book import PostgresPostingBook
from store.reconciliation import Reconciliation
from tests.store.told import NOON, after, paid, posted, taken_back

DAY = Window(since=after(days=-1), until=after(days=1))


def moved(fact_id: str = "stripe.pi_1", cents: int = 50_00, balance_id: str = "b1", practice_id: str = "p1") -> Movement:
    return Movement(
        reference=f"txn_{fact_id}", fact_id=fact_id, practice_id=practice_id, balance_id=balance_id,
        amount_cents=Cents(cents), at=NOON,
    )  # fmt: skip


async def pages(*movements: Movement) -> AsyncIterator[Sequence[Movement]]:
    for one in movements:
        yield [one]
    yield []


@dataclass
class Processor:
    """The processor's books in memory: all movements, and payouts with what each holds."""

    moves: Sequence[Movement] = ()
    sent: Sequence[tuple[Payout, Sequence[Movement]]] = ()
    breaks: bool = False

    async def movements(self, since: datetime) -> AsyncIterator[Sequence[Movement]]:
        yield self.moves
        if self.breaks:
            raise ConnectionError

    async def payouts(self, since: datetime) -> AsyncIterator[Sequence[Payout]]:
        yield [one for one, _ in self.sent]

    async def paid_out(self, payout: str) -> AsyncIterator[Sequence[Movement]]:
        for one, held in self.sent:
            if one.reference == payout:
                for movement in held:
                    yield [movement]


def posting(external_id: str, cents: int) -> Posting:
    return Posting(
        practice_id="p1",
        balance_id="b1",
        external_id=external_id,
        amount_cents=Cents(cents),
        paid_at=NOON,
        where="page",
    )


def shows(cents: int, balance_id: str = "b1", **after_noon: float) -> LedgerReading:
    return LedgerReading(balance_id=balance_id, outstanding_cents=Cents(cents), read_at=after(**after_noon))


@pytest.fixture
async def proof(pool: Pool) -> Reconciliation:
    await FactBook(pool).keep([posted("b1"), posted("b2"), paid("stripe.pi_1", 50_00)], NOON)
    return Reconciliation(pool, "p1")


async def confirm(pool: Pool, external_id: str = "stripe.pi_1", cents: int = 50_00) -> None:
    postings = PostgresPostingBook(pool)
    await postings.begin(posting(external_id, cents), NOON)
    await postings.confirmed(posting(external_id, cents), "L1", after(minutes=1))


async def processor_says(proof: Reconciliation, *movements: Movement, window: Window = DAY) -> list[tuple[object, ...]]:
    found = await proof.with_processor(pages(*movements), window)
    return [(one.kind, one.reference, one.cents, one.sentence) for one in found]


async def test_when_all_agree_there_is_nothing_to_tell(proof, pool):
    await confirm(pool)
    assert await processor_says(proof, moved()) == []
    assert await proof.with_postings(DAY) == []
    assert await proof.with_ledger([shows(165_00, hours=1)], [entry("stripe.pi_1", 50_00)], NOON) == []
    assert (await proof.totals()).model_dump(exclude_defaults=True) | {"taken_back_cents": 0} == {
        "processor_cents": 50_00, "paid_cents": 50_00, "taken_back_cents": 0, "posted_cents": 50_00,
    }  # fmt: skip


async def test_money_at_the_processor_that_we_do_not_know_is_found_once_it_had_time_to_arrive(proof):
    assert await processor_says(proof, moved(), moved("stripe.pi_2", 20_00), moved("stripe.re_2", -5_00)) == [
        ("not_recorded", "stripe.pi_2", -20_00, "The processor took $20 that is not in our records."),
        ("not_recorded", "stripe.re_2", 5_00, "The processor gave back $5 that is not in our records."),
    ]
    fresh = Window(since=after(days=-1), until=NOON)
    assert await processor_says(proof, moved(), moved("stripe.pi_2", 20_00), window=fresh) == []


async def test_the_practices_other_business_and_other_practices_are_nobodys_difference(proof):
    others = (moved("stripe.pi_9", practice_id="p2"), moved("stripe.pi_8", balance_id="", practice_id=""))
    assert await processor_says(proof, moved(), *others) == []
    assert proof.processor_cents == 50_00


async def test_money_of_ours_that_the_processor_does_not_know_is_found(proof, pool):
    await FactBook(pool).keep([taken_back("stripe.pi_1", 5_00).model_copy(update={"fact_id": "stripe.re_1"})], NOON)
    assert await processor_says(proof) == [
        ("not_at_processor", "stripe.pi_1", 50_00, "We recorded $50 that the processor does not report."),
        ("not_at_processor", "stripe.re_1", -5_00, "We recorded -$5 that the processor does not report."),
    ]
    assert await processor_says(proof, window=Window(since=after(days=1), until=after(days=2))) == []


@pytest.mark.parametrize(
    ("movement", "cents", "sentence"),
    [
        (moved(cents=50_01), -1, "The processor took $50.01, we recorded $50."),
        (moved(balance_id="b2"), 0, "The processor took $50 for another balance than we recorded it for."),
    ],
)
async def test_money_recorded_otherwise_is_found_to_the_cent(proof, movement, cents, sentence):
    assert await processor_says(proof, movement) == [("recorded_otherwise", "stripe.pi_1", cents, sentence)]


async def test_money_that_has_not_reached_the_practices_ledger_is_found(proof, pool):
    await FactBook(pool).keep([taken_back("stripe.pi_1", 5_00)], NOON)
    at_the_desk = paid("desk", 7_00).model_copy(update={"in_practice_ledger": True})
    await FactBook(pool).keep([at_the_desk, paid("stripe.late", 9_00)], after(hours=3))
    postings = PostgresPostingBook(pool)
    await postings.begin(posting("stripe.pi_1", 50_00), NOON)
    await postings.uncertain(posting("stripe.pi_1", 50_00))
    found = await proof.with_postings(Window(since=NOON, until=after(hours=2)))
    assert [(one.reference, one.cents, one.sentence) for one in found] == [
        ("back.stripe.pi_1", -5_00, "-$5 has not been seen in the practice's ledger (posting: not begun)."),
        ("stripe.pi_1", 50_00, "$50 has not been seen in the practice's ledger (posting: unknown)."),
    ]


async def test_a_payment_posted_with_another_amount_and_a_posting_without_a_payment_are_found(proof, pool):
    await confirm(pool, cents=5_00)
    await PostgresPostingBook(pool).begin(posting("ghost", 3_00), NOON)
    found = await proof.with_postings(DAY)
    assert [(one.kind, one.reference, one.cents) for one in found] == [
        ("not_posted", "stripe.pi_1", 45_00), ("posted_without_money", "ghost", -3_00),
    ]  # fmt: skip


def entry(external_id: str, cents: int) -> LedgerEntry:
    return LedgerEntry(external_id=external_id, amount_cents=Cents(cents))


@pytest.mark.parametrize(
    ("entries", "kind", "cents"),
    [
        ([], "gone_from_ledger", 50_00),
        ([entry("stripe.pi_1", 40_00)], "ledger_otherwise", 10_00),
        ([entry("stripe.pi_1", 50_00)] * 2, "ledger_otherwise", -50_00),
        ([entry("stripe.pi_1", 25_00)] * 2, "ledger_otherwise", 0),
        ([entry("stripe.pi_1", 50_00), entry("somebody-elses", 1_00)], None, 0),
    ],
)
async def test_what_was_in_the_ledger_must_still_be_there_once_and_whole(proof, pool, entries, kind, cents):
    await confirm(pool)
    found = await proof.with_ledger(None, entries, after(days=-2))
    assert [(one.kind, one.cents) for one in found] == ([(kind, cents)] if kind else [])


async def test_what_lies_before_the_window_and_what_a_system_cannot_show_is_not_held_against_it(proof, pool):
    await confirm(pool)
    assert await proof.with_ledger(None, [], after(days=2)) == []
    assert await proof.with_ledger(None, None, NOON) == []


async def test_a_ledger_that_shows_another_balance_is_found_but_postings_under_way_are_not_held_against_it(proof):
    assert await proof.with_ledger([shows(215_00, hours=1), shows(1, "never-posted")], None, NOON) == []
    [found] = await proof.with_ledger([shows(100_00, hours=2)], None, NOON)
    assert (found.kind, found.cents) == ("ledger_differs", 115_00)
    assert found.sentence == "The practice's ledger shows $100 owed where our records come to $215 owed."
