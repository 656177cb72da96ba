"""Whatever the program believes: the database writes down no charge that money, mandate, stop or a final no forbid."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from receivables.cards.card import CardOnFile
from receivables.cards.ceilings import CEILINGS, MOST_IN_A_DAY, ceiling_of
from receivables.cards.facts import CardChanged, CardEnrolled, CardRemoved, ChargeDeclined, ChargePending
from receivables.cards.ports import ChargeOrder
from receivables.errors import TryLater
from receivables.facts import AnyFact, AutopayStopped, PaymentRecorded, PlanCancelled, PlanChangeAsked
from receivables.money import Cents
from receivables.plans.plan import Mandate, Plan
from receivables.plans.terms import Due
from store.case_book import PostgresCaseBook
from store.charge_book import PostgresChargeBook
from store.fact_book import FactBook
from store.pool import Connection, Pool
from store.queries import queries
from tests.store.told import NOON, adjusted, after, case_of, decision, posted, taken_back

CARD = CardOnFile(customer_id="cus_1", payment_method_id="pm_1", brand="visa", last4="4242")
PLAN = "b1.plan.1"
HEAD: dict[str, Any] = {"practice_id": "p1", "balance_id": "b1"}
IN_AN_HOUR = after(hours=1)


def order(cents: int = 80_00, installment: int = 1, attempt: int = 1) -> ChargeOrder:
    return ChargeOrder(
        plan_id=PLAN, installment=installment, attempt=attempt, amount_cents=Cents(cents), card=CARD,
        statement_name="LAKESIDE", idempotency_key=f"{PLAN}:installment:{installment}:try:{attempt}", **HEAD,
    )  # fmt: skip


def enrolled(fact_id: str = "card", at=NOON, plan_id: str = PLAN, card: CardOnFile = CARD) -> CardEnrolled:  # type: ignore[no-untyped-def]
    return CardEnrolled(fact_id=fact_id, at=at, plan_id=plan_id, card=card, **HEAD)


def declined(again: str, at=IN_AN_HOUR) -> ChargeDeclined:  # type: ignore[no-untyped-def]
    what = {"plan_id": PLAN, "installment": 1, "attempt": 1, "reason": "generic", "again": again}
    return ChargeDeclined.model_validate({"fact_id": f"declined.{again}", "at": at, **what, **HEAD})


@pytest.fixture
async def facts(pool: Pool) -> FactBook:
    book = FactBook(pool)
    await book.keep([posted(), enrolled()], NOON)
    return book


@pytest.fixture
def charges(pool: Pool, facts: FactBook) -> PostgresChargeBook:
    return PostgresChargeBook(pool)


async def test_nothing_above_what_is_owed_at_that_moment_is_charged(charges: PostgresChargeBook, facts: FactBook):
    with pytest.raises(TryLater, match="Less is owed"):
        await charges.begin(order(215_01), NOON, 15)
    await facts.keep([adjusted(100_00, at=IN_AN_HOUR)], IN_AN_HOUR)
    with pytest.raises(TryLater, match="Less is owed"):
        await charges.begin(order(100_01), IN_AN_HOUR, 15)
    assert await charges.begin(order(100_00), IN_AN_HOUR, 15)


async def test_a_debit_under_way_counts_until_its_outcome_is_told_and_then_once(
    charges: PostgresChargeBook, facts: FactBook
):
    what: dict[str, Any] = {"plan_id": PLAN, "installment": 1, "attempt": 1}
    await charges.begin(order(115_00), NOON, 15)
    under_way = ChargePending(fact_id="pending.1", at=NOON, vendor_reference="pi_1", **what, **HEAD)
    await charges.settled(order(115_00), "pending", [under_way], NOON)
    with pytest.raises(TryLater, match="Less is owed"):
        await charges.begin(order(100_01, installment=2), NOON, 15)
    came = PaymentRecorded(
        fact_id="stripe.pi_1", at=IN_AN_HOUR, paid_at=IN_AN_HOUR, amount_cents=Cents(115_00), **what, **HEAD
    )
    await facts.keep([came], IN_AN_HOUR)
    assert await charges.begin(order(100_00, installment=2), IN_AN_HOUR, 15)
    await charges.never_left(order(installment=2))
    await facts.keep([taken_back("stripe.pi_1", 115_00)], IN_AN_HOUR)
    assert await charges.begin(order(200_00, installment=2), IN_AN_HOUR, 15)


@pytest.mark.parametrize(
    "other",
    [{"plan_id": "b1.plan.2"}, {"card": CARD.model_copy(update={"payment_method_id": "pm_9"})}],
    ids=["another plan", "another card"],
)
async def test_nothing_is_charged_without_a_mandate_for_this_plan_and_card(pool: Pool, other: dict[str, Any]):
    await FactBook(pool).keep([posted(), enrolled(**other)], NOON)
    with pytest.raises(TryLater, match="No card may be charged"):
        await PostgresChargeBook(pool).begin(order(), NOON, 15)


STOPS: list[AnyFact] = [
    AutopayStopped(fact_id="s", at=IN_AN_HOUR, plan_id=PLAN, **HEAD),
    PlanCancelled(fact_id="s", at=IN_AN_HOUR, plan_id=PLAN, by="review", **HEAD),
    PlanChangeAsked(fact_id="s", at=IN_AN_HOUR, plan_id=PLAN, wish="cancel", **HEAD),
    CardRemoved(fact_id="s", at=IN_AN_HOUR, payment_method_id="pm_1", **HEAD),
]


@pytest.mark.parametrize("stop", STOPS, ids=lambda stop: stop.kind)
async def test_nothing_is_charged_after_a_stop_until_a_card_is_allowed_anew(
    charges: PostgresChargeBook, facts: FactBook, stop: AnyFact
):
    await facts.keep([stop], IN_AN_HOUR)
    with pytest.raises(TryLater, match="stopped"):
        await charges.begin(order(), after(hours=2), 15)
    await facts.keep([enrolled("card.again", after(hours=3))], after(hours=3))
    assert await charges.begin(order(), after(hours=3), 15)


async def test_a_stop_by_text_counts_as_its_case_recorded_it(charges: PostgresChargeBook, pool: Pool):
    due = Due(number=1, amount_cents=Cents(80_00), due_on=NOON.date())
    plan = Plan(plan_id=PLAN, installments=[due], agreed_at=NOON, agreed_by="reply")
    mandate = Mandate(plan_id=PLAN, card=CARD, since=NOON, stopped_at=IN_AN_HOUR, stopped_by="reply")
    case = case_of().model_copy(update={"plan": plan, "mandate": mandate})
    await PostgresCaseBook(pool).record(case, decision(at=IN_AN_HOUR))
    with pytest.raises(TryLater, match="stopped"):
        await charges.begin(order(), after(hours=2), 15)


@pytest.mark.parametrize("again", ["never", "new_card", "with_the_patient"])
async def test_nothing_is_charged_after_a_final_no_until_the_card_is_renewed(
    charges: PostgresChargeBook, facts: FactBook, again: str
):
    await facts.keep([declined(again)], IN_AN_HOUR)
    with pytest.raises(TryLater, match="for good"):
        await charges.begin(order(attempt=2), after(days=3), 15)
    assert await charges.begin(order(installment=2), after(days=3), 15), "another payment is asked of it anew"
    await charges.never_left(order(installment=2))
    await facts.keep([CardChanged(fact_id="new", at=after(days=4), card=CARD, **HEAD)], after(days=4))
    assert await charges.begin(order(attempt=2), after(days=4), 15)


async def test_a_soft_no_leaves_the_next_try_open(charges: PostgresChargeBook, facts: FactBook):
    await facts.keep([declined("later")], IN_AN_HOUR)
    assert await charges.begin(order(attempt=2), after(days=3), 15)


ANY_NUMBER = 99
"""As a program that had forgotten the networks' ceilings would ask."""


async def refused(charges: PostgresChargeBook, times: int, apart: timedelta, card: CardOnFile = CARD) -> None:
    """So many soft refusals of the card, the first at noon."""
    for place in range(times):
        one = order(installment=1 + place // 4, attempt=1 + place % 4).model_copy(update={"card": card})
        assert await charges.begin(one, NOON + place * apart, ANY_NUMBER, ANY_NUMBER)
        await charges.settled(one, "declined", [], NOON + place * apart)


async def test_no_card_is_tried_again_in_a_day_above_what_any_network_allows(charges: PostgresChargeBook):
    await refused(charges, MOST_IN_A_DAY, timedelta(hours=1))
    with pytest.raises(TryLater, match="networks allow"):
        await charges.begin(order(installment=9), after(hours=23, minutes=59), ANY_NUMBER, ANY_NUMBER)
    assert await charges.begin(order(installment=9), after(hours=24), ANY_NUMBER, ANY_NUMBER)


@pytest.mark.parametrize("brand", ["visa", "mastercard", "discover", ""])
async def test_no_card_is_tried_again_in_a_month_above_what_its_own_network_allows(pool: Pool, brand: str):
    card, most = CARD.model_copy(update={"brand": brand}), ceiling_of(brand).refusals_per_30_days
    await FactBook(pool).keep([posted(), enrolled(card=card)], NOON)
    charges, last = PostgresChargeBook(pool), order(installment=10).model_copy(update={"card": card})
    await refused(charges, most, timedelta(hours=20), card)
    with pytest.raises(TryLater, match="networks allow"):
        await charges.begin(last, after(days=29, hours=23), ANY_NUMBER, ANY_NUMBER)
    assert await charges.begin(last, after(days=30), ANY_NUMBER, ANY_NUMBER)


async def test_the_database_and_the_rules_name_the_same_ceilings(pool: Pool):
    for network, ceiling in CEILINGS.items():
        assert tuple(await pool.fetchrow("SELECT * FROM ceiling_of($1)", network)) == ceiling


def of_another_plan() -> ChargeOrder:
    return order().model_copy(update={"plan_id": "b1.plan.2", "idempotency_key": "b1.plan.2:installment:1:try:1"})


async def test_the_last_try_of_a_card_is_taken_by_one_plan_and_not_by_two_at_once(
    charges: PostgresChargeBook, facts: FactBook, pool: Pool
):
    await facts.keep([enrolled("card.2", plan_id="b1.plan.2")], NOON)
    await refused(charges, 1, timedelta())
    async with pool.acquire() as held, held.transaction():  # Both wait at the same door, then go through it at once.
        await held.execute("SELECT pg_advisory_xact_lock(hashtextextended('card:pm_1', 0))")
        orders = (order(installment=9), of_another_plan())
        both = asyncio.gather(*(charges.begin(one, IN_AN_HOUR, 2) for one in orders), return_exceptions=True)
        await asyncio.sleep(0.3)
        assert not both.done()
    assert sorted(type(answer).__name__ for answer in await both) == ["TryLater", "bool"]


async def written(connection: Connection, one: ChargeOrder) -> int | None:
    """The try's number, written down past all that the program would ask first."""
    row: int | None = await connection.fetchval(
        queries("charge_book")["begin"], one.practice_id, one.balance_id, IN_AN_HOUR, one.amount_cents, one.installment,
        one.attempt, one.plan_id, one.card.payment_method_id, one.statement_name, one.idempotency_key,
        one.card.model_dump(mode="json"),
    )  # fmt: skip
    return row


async def test_of_two_transactions_that_never_counted_the_database_lets_one_take_the_last_try(
    charges: PostgresChargeBook, facts: FactBook, pool: Pool
):
    await facts.keep([enrolled("card.2", plan_id="b1.plan.2")], NOON)
    await refused(charges, MOST_IN_A_DAY - 1, timedelta(minutes=1))
    async with pool.acquire() as first, pool.acquire() as second:
        async with first.transaction():
            assert await written(first, order(installment=9))
            waits = asyncio.create_task(written(second, of_another_plan()))
            await asyncio.sleep(0.3)
            assert not waits.done()
        with pytest.raises(asyncpg.CheckViolationError) as forbidden:
            await waits
    assert forbidden.value.constraint_name == "charges_within_the_networks_ceilings"


async def test_a_try_under_way_counts_as_a_refusal_until_its_outcome_is_known(
    charges: PostgresChargeBook, facts: FactBook
):
    await facts.keep([enrolled("card.2", plan_id="b1.plan.2")], NOON)
    await refused(charges, 1, timedelta())
    assert await charges.begin(of_another_plan(), IN_AN_HOUR, 2)
    with pytest.raises(TryLater, match="under way"):
        await charges.begin(order(installment=9), IN_AN_HOUR, 2)
    await charges.settled(of_another_plan(), "charged", [], IN_AN_HOUR)
    assert await charges.begin(order(installment=9), IN_AN_HOUR, 2)
