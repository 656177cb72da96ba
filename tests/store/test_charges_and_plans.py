"""Charges are written down before they are made and never twice; plans stand in a log that sums to the cent."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from receivables.cards.card import CardOnFile
from receivables.cards.facts import CardEnrolled
from receivables.cards.ports import ChargeOrder
from receivables.case import Case
from receivables.facts import PaymentRecorded, PlanCancelled
from receivables.money import Cents
from receivables.plans.ports import PlanDecided, PlanEntry, YearlyLine
from receivables.plans.terms import Due
from receivables.steps import AskStaff
from store.case_book import PostgresCaseBook, UnknownBalanceError
from store.charge_book import PostgresChargeBook
from store.fact_book import FactBook
from store.plan_log import PostgresPlanLog
from store.pool import Pool
from store.task_book import PostgresTaskBook
from tests.store.told import NOON, after, posted

CARD = CardOnFile(customer_id="cus_1", payment_method_id="pm_1", brand="visa", last4="4242")
DAYS = (datetime(2026, 4, 16).date(), datetime(2026, 5, 18).date())  # noqa: DTZ001 - only the days matter


def order(installment: int = 1, attempt: int = 1, balance_id: str = "b1") -> ChargeOrder:
    return ChargeOrder(
        practice_id="p1", balance_id=balance_id, plan_id="b1.plan.1", installment=installment, attempt=attempt,
        amount_cents=Cents(80_00), card=CARD, statement_name="LAKESIDE CARE",
        idempotency_key=f"b1.plan.1:installment:{installment}:try:{attempt}",
    )  # fmt: skip


def payment(installment: int = 1) -> PaymentRecorded:
    return PaymentRecorded(
        fact_id=f"stripe.pi_{installment}", at=NOON, practice_id="p1", balance_id="b1", amount_cents=Cents(80_00),
        paid_at=NOON, plan_id="b1.plan.1", installment=installment, attempt=1,
    )  # fmt: skip


def entry(revision: int = 1, parts: int = 2, balance_id: str = "b1", **more: object) -> PlanEntry:
    dues = [Due(number=n + 1, amount_cents=Cents(40_00), due_on=DAYS[n % 2]) for n in range(parts)]
    given = {"approved_by": "policy", "sample_share": 1.0, "at": NOON} | more
    return PlanEntry(
        practice_id="p1", balance_id=balance_id, plan_id=f"{balance_id}.plan.1", revision=revision, by="reply",
        change="", installments=dues, because=["They asked."], policy_version="v1", **given,
    )  # fmt: skip


def another(number: int = 1) -> PlanEntry:
    """Other terms of five payments."""
    return entry(parts=5).model_copy(update={"plan_id": f"b1.other.{number}"})


def enrolled(at: datetime = NOON) -> CardEnrolled:
    return CardEnrolled(
        fact_id=f"card.{at:%d%H%M}", at=at, practice_id="p1", balance_id="b1", plan_id="b1.plan.1", card=CARD
    )


@pytest.fixture
async def charges(pool: Pool) -> PostgresChargeBook:
    await FactBook(pool).keep([posted(), enrolled()], NOON)
    return PostgresChargeBook(pool)


@pytest.fixture
async def log(pool: Pool) -> PostgresPlanLog:
    await FactBook(pool).keep([posted()], NOON)
    return PostgresPlanLog(pool)


async def test_a_try_is_known_from_before_it_is_made_to_its_outcome(charges: PostgresChargeBook, pool: Pool):
    assert await charges.in_doubt("p1", "b1.plan.1") is None
    assert await charges.begin(order(), NOON, 15)
    assert await charges.in_doubt("p1", "b1.plan.1") == order()
    await charges.settled(order(), "charged", [payment()], NOON)
    assert await charges.in_doubt("p1", "b1.plan.1") is None
    (fact,) = [one for one in await PostgresCaseBook(pool).news("p1", "b1", []) if one.kind == "payment_recorded"]
    assert fact == payment()
    assert not [one for one in await FactBook(pool).undelivered(9) if one.fact.kind == "payment_recorded"]


async def test_a_try_is_begun_once_and_a_payment_is_never_charged_twice(charges: PostgresChargeBook):
    await charges.begin(order(), NOON, 15)
    with pytest.raises(ValueError, match="made before"):
        await charges.begin(order(), NOON, 15)
    await charges.settled(order(), "charged", [payment()], NOON)
    await charges.begin(order(attempt=2), NOON, 15)
    with pytest.raises(asyncpg.UniqueViolationError):
        await charges.settled(order(attempt=2), "charged", [], NOON)


async def test_one_try_of_a_plan_is_in_doubt_at_a_time_and_none_goes_beyond_four(charges: PostgresChargeBook):
    await charges.begin(order(), NOON, 15)
    with pytest.raises(asyncpg.UniqueViolationError):
        await charges.begin(order(installment=2), NOON, 15)
    await charges.never_left(order())
    assert await charges.begin(order(), NOON, 15)
    await charges.never_left(order())
    with pytest.raises(asyncpg.CheckViolationError):
        await charges.begin(order(attempt=5), NOON, 15)


async def test_a_card_refused_too_often_is_not_tried_over_any_plan(charges: PostgresChargeBook):
    for attempt in (1, 2):
        await charges.begin(order(attempt=attempt), NOON, 15)
        await charges.settled(order(attempt=attempt), "declined", [], NOON)
    assert not await charges.begin(order(installment=2), NOON, 2)
    assert await charges.begin(order(installment=2), after(days=31), 2)


async def test_a_card_refused_ten_times_within_a_day_rests_for_that_day(charges: PostgresChargeBook):
    for place in range(10):
        one = order(installment=1 + place // 2, attempt=1 + place % 2)
        assert await charges.begin(one, after(minutes=place), 15)
        await charges.settled(one, "declined", [], after(minutes=place))
    assert not await charges.begin(order(installment=9), after(hours=2), 15)
    assert await charges.begin(order(installment=9), after(hours=25), 15)


async def test_a_debit_that_came_back_makes_room_for_the_next_try(charges: PostgresChargeBook):
    await charges.begin(order(), NOON, 15)
    await charges.settled(order(), "pending", [], NOON)
    await charges.begin(order(attempt=2), NOON, 15)
    await charges.settled(order(attempt=2), "charged", [payment()], NOON)


async def test_nothing_is_charged_for_a_balance_nobody_posted(charges: PostgresChargeBook):
    with pytest.raises(UnknownBalanceError):
        await charges.begin(order(balance_id="nobody"), NOON, 15)


async def test_a_plan_is_logged_once_with_its_sum(log: PostgresPlanLog):
    await log.record(entry())
    await log.record(entry())
    (line,) = await log.list("p1")
    assert (line.id, line.total_cents, line.sampled, len(line.payments)) == ("p1:b1.plan.1", 80_00, True, 2)
    with pytest.raises(UnknownBalanceError):
        await log.record(entry(balance_id="nobody"))


async def test_plans_above_four_are_counted_by_calendar_year(log: PostgresPlanLog):
    await log.record(entry(parts=5, at=datetime(2025, 6, 1, tzinfo=UTC)))
    await log.record(entry(revision=2, parts=5))
    assert await log.record(another(), YearlyLine(most=1, at=NOON)) == 1
    assert await log.record(another(), YearlyLine(most=1, at=after(days=730))) is None


async def test_a_plan_of_new_years_eve_counts_for_the_year_that_ends_where_the_practice_is(log: PostgresPlanLog):
    there = ZoneInfo("America/Chicago")
    agreed = entry(parts=5, at=datetime(2026, 12, 31, 20, tzinfo=there))  # The new year in UTC.
    later = [due.model_copy(update={"due_on": due.due_on.replace(year=2027)}) for due in agreed.installments]
    await log.record(agreed.model_copy(update={"installments": later}))
    assert await log.record(another(), YearlyLine(most=1, at=datetime(2027, 6, 1, tzinfo=there))) == 1
    assert await log.record(another(), YearlyLine(most=1, at=datetime(2028, 6, 1, tzinfo=there))) is None


async def test_of_two_plans_agreed_to_in_the_same_second_one_counts_the_other(log: PostgresPlanLog, pool: Pool):
    line = YearlyLine(most=25, at=NOON)
    for number in range(24):
        assert await log.record(another(number), line) is None
    async with pool.acquire() as held, held.transaction():  # Both wait at the same door, then go through it at once.
        await held.execute("SELECT pg_advisory_xact_lock(hashtextextended('above_four:p1', 0))")
        both = asyncio.gather(*(log.record(another(number), line) for number in (24, 25)))
        await asyncio.sleep(0.3)
        assert not both.done()
    assert sorted(await both, key=str) == [25, None]
    assert len(await log.list("p1")) == 25


async def test_a_plan_that_is_in_the_log_is_not_held_against_itself(log: PostgresPlanLog):
    line = YearlyLine(most=1, at=NOON)
    assert await log.record(another(1), line) is None
    assert await log.record(another(1), line) is None
    assert await log.record(another(2), line) == 1


async def test_what_a_person_approved_is_not_picked_for_reading(log: PostgresPlanLog):
    await log.record(entry(approved_by="person"))
    assert await log.list("p1", unread=True) == []


async def test_a_plan_is_read_or_taken_back_with_the_fact_that_ends_it(log: PostgresPlanLog, pool: Pool):
    await log.record(entry())
    assert [line.plan_id for line in await log.list(unread=True)] == ["b1.plan.1"]
    assert await log.read("p1:b1.plan.1", "MK", NOON)
    assert await log.list("p1", unread=True) == []
    fact = await log.undo("p1:b1.plan.1", "MK", after(days=3), within=timedelta(days=14), because="too long")
    assert isinstance(fact, PlanCancelled)
    again = await log.undo("p1:b1.plan.1", "MK", after(days=4), within=timedelta(days=14), because="too long")
    assert again == fact
    assert "plan_cancelled" in [one.kind for one in await PostgresCaseBook(pool).news("p1", "b1", [])]
    assert not await log.read("p1:b1.plan.1", "MK", NOON)
    assert await log.undo("p1:none", "MK", NOON, within=timedelta(days=14), because="") is None


async def test_an_old_plan_is_not_taken_back_behind_the_patients_back(log: PostgresPlanLog):
    await log.record(entry())
    with pytest.raises(ValueError, match="14 days ago"):
        await log.undo("p1:b1.plan.1", "MK", after(days=15), within=timedelta(days=14), because="")


def decided(name: str = "b1.plan_terms.1", decision: str = "countered", **more: object) -> PlanDecided:
    dues = [Due(number=n + 1, amount_cents=Cents(40_00), due_on=DAYS[n]) for n in range(2)]
    reason = "most_payments" if decision == "countered" else ""
    given = {"by": "reply", "approved_by": "policy", "reason": reason, "because": ["6 payments are too many."]}
    return PlanDecided(
        practice_id="p1", balance_id="b1", name=name, decision=decision, at=after(hours=1), installments=dues,
        policy_version="v1", sample_share=1.0, **(given | more),
    )  # fmt: skip


async def test_a_counter_offer_stands_in_the_log_once_with_its_reasons_and_is_read(log: PostgresPlanLog):
    await log.record(entry())
    await log.decided(decided())
    await log.decided(decided())
    countered, plan = await log.list("p1", unread=True)
    assert (countered.id, countered.decision, countered.revision) == ("p1:b1.plan_terms.1", "countered", 0)
    assert (countered.change, countered.because) == ("most_payments", ["6 payments are too many."])
    assert (countered.total_cents, len(countered.payments), plan.decision) == (80_00, 2, "in_force")
    assert await log.read(countered.id, "MK", NOON)
    assert [line.id for line in await log.list("p1", unread=True)] == [plan.id]
    assert await log.record(another(), YearlyLine(most=1, at=NOON)) is None
    with pytest.raises(ValueError, match="agree on new ones"):
        await log.undo(countered.id, "MK", NOON, within=timedelta(days=14), because="")


async def test_a_plan_that_ended_stands_in_the_log_beside_its_terms(log: PostgresPlanLog):
    await log.record(entry())
    await log.decided(decided("b1.plan.1.ended", "cancelled", because=["The patient ended the plan on the page."]))
    ended, _ = await log.list("p1")
    assert (ended.id, ended.plan_id, ended.decision) == ("p1:b1.plan.1.ended", "b1.plan.1", "cancelled")
    assert (ended.sampled, ended.because) == (True, ["The patient ended the plan on the page."])


async def test_what_a_person_ended_is_not_picked_and_nothing_is_logged_for_a_balance_nobody_posted(log: PostgresPlanLog):
    await log.decided(decided("b1.plan.1.ended", "cancelled", approved_by="person", by="staff"))
    assert await log.list("p1", unread=True) == []
    with pytest.raises(UnknownBalanceError):
        await log.decided(decided().model_copy(update={"balance_id": "nobody", "name": "x"}))


async def test_what_a_person_was_asked_stands_in_the_log_with_what_they_answered(log: PostgresPlanLog, pool: Pool):
    asking = AskStaff(task_id="b1.plan_approval.1", task_kind="plan_approval", summary="Asked for six payments.")
    await PostgresTaskBook(pool).open(Case(practice_id="p1", balance_id="b1"), asking, NOON)
    await log.decided(decided("b1.plan_approval.1", "handed", approved_by="person"))
    (line,) = await log.list("p1")
    assert (line.decision, line.outcome, line.read_by) == ("handed", None, None)
    await PostgresTaskBook(pool).resolve("p1:b1.plan_approval.1", "plan_agreed", "MK", after(hours=2))
    (line,) = await log.list("p1")
    assert (line.outcome, line.read_by, line.read_at) == ("plan_agreed", "MK", after(hours=2))
    assert await log.list("p1", unread=True) == []


async def test_a_card_that_is_charged_no_more_and_the_yearly_line_stand_in_the_log(log: PostgresPlanLog):
    await log.decided(decided("b1.plan.1.autopay_stopped.20260302T180000Z", "autopay_stopped"))
    await log.decided(decided("refused.b1.plan.2.25", "refused", by="phone"))
    assert {(line.decision, line.plan_id) for line in await log.list("p1", unread=True)} == {
        ("autopay_stopped", "b1.plan.1"), ("refused", ""),
    }  # fmt: skip
