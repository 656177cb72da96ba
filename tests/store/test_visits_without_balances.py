"""What sibling agents report about people who owe nothing is kept and costs nothing more: nobody is woken by it."""

from __future__ import annotations

import pytest

from receivables.facts import AnyFact
from receivables.reported_facts import AppointmentBooked, AppointmentMissed, RecallDue
from store.case_book import PostgresCaseBook
from store.fact_book import FactBook
from store.pool import Pool
from tests.store.told import NOON, after, posted

HEAD = {"at": NOON, "source": "front_desk", "practice_id": "p1", "guarantor_id": "g9"}
VISITS = [
    AppointmentBooked.model_validate(HEAD | {"fact_id": "booked.1"}),
    AppointmentMissed.model_validate(HEAD | {"fact_id": "missed.1"}),
    RecallDue.model_validate(HEAD | {"fact_id": "recall.1"}),
]


@pytest.mark.parametrize("fact", VISITS, ids=lambda fact: fact.kind)
async def test_a_visit_of_somebody_without_a_balance_reaches_no_case_and_wakes_nobody(pool: Pool, fact: AnyFact) -> None:
    (kept,) = await FactBook(pool).keep([fact], NOON)
    assert kept.new
    assert kept.balance_ids == []
    assert await FactBook(pool).undelivered(10) == []
    assert await PostgresCaseBook(pool).unsettled() == 0
    assert await pool.fetchval("SELECT count(*) FROM cases") == 0


async def test_a_dormant_patient_who_comes_to_owe_is_handed_over_with_what_the_agents_reported(pool: Pool) -> None:
    """S111: the case hears of the booking that was made before there was anything to pay."""
    await FactBook(pool).keep(VISITS[:1], NOON)
    await FactBook(pool).keep([posted("b9", guarantor=posted().guarantor.model_copy(update={"guarantor_id": "g9"}),
                                      at=after(hours=1))], after(hours=1))  # fmt: skip
    news = await PostgresCaseBook(pool).news("p1", "b9", [])
    assert sorted(fact.kind for fact in news) == ["appointment_booked", "balance_posted"]
