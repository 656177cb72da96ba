"""Pages for cards: what was agreed to stays as it was given, and pages that ask for too much are found."""

from __future__ import annotations

import hashlib
from datetime import date

import asyncpg
import pytest

from receivables.cards.card import CardOnFile
from receivables.cards.facts import CardEnrolled
from receivables.case import CloseReason, Stage
from receivables.money import Cents
from receivables.plans.plan import Mandate, Plan
from receivables.plans.terms import Due
from receivables.steps import Close
from store.case_book import PostgresCaseBook, UnknownBalanceError
from store.checkouts import Checkouts, Consent, OpenedCheckout
from store.fact_book import FactBook
from store.pool import Pool
from tests.store.told import NOON, after, case_of, decision, paid, posted

TERMS = [Due(number=1, amount_cents=Cents(80_00), due_on=date(2026, 3, 17))]
CONSENT = Consent("I let Lakeside charge $80.00 on March 17, 2026.", "2026-11", "en", TERMS)
CARD = CardOnFile(customer_id="cus_1", payment_method_id="pm_1", brand="visa", last4="4242")


def enrolled(at_hours: float, number: int = 1, plan: str = "b1.plan.1", balance: str = "b1") -> CardEnrolled:
    return CardEnrolled(
        fact_id=f"stripe.seti_{number}", at=after(hours=at_hours), practice_id="p1", balance_id=balance, plan_id=plan,
        card=CARD, authorization=f"seti_{number}",
    )  # fmt: skip


@pytest.fixture
async def pages(pool: Pool) -> Checkouts:
    await FactBook(pool).keep([posted()], NOON)
    return Checkouts(pool)


async def test_a_consent_is_kept_with_its_words_and_terms_and_finds_its_card(pool: Pool, pages: Checkouts):
    for _ in range(2):
        await pages.keep_consent("cs_1", "p1", "b1", "b1.plan.1", CONSENT, NOON)
    assert await pages.find("cs_1") == OpenedCheckout("cs_1", "p1", "b1", None, NOON, "b1.plan.1")
    [waiting] = await pages.authorizations("p1", "b1")
    assert (waiting.last4, waiting.reference, waiting.authorized_at) == ("", "", None)
    await FactBook(pool).keep([enrolled(1)], after(hours=1))
    [given] = await pages.authorizations("p1", "b1")
    assert (given.last4, given.brand, given.reference) == ("4242", "visa", "seti_1")
    assert given.authorized_at == after(hours=1)
    assert given.text_sha256 == hashlib.sha256(CONSENT.words.encode()).hexdigest()
    assert (given.words, given.text_version, given.language) == (CONSENT.words, "2026-11", "en")
    assert given.terms == [{"number": 1, "amount_cents": 80_00, "due_on": "2026-03-17"}]


async def test_each_consent_belongs_to_the_card_that_followed_it(pool: Pool, pages: Checkouts):
    await pages.keep_consent("cs_1", "p1", "b1", "b1.plan.1", CONSENT, NOON)
    await pages.keep_consent("cs_2", "p1", "b1", "b1.plan.1", CONSENT, after(hours=2))
    await pages.keep_consent("cs_3", "p1", "b1", "b1.plan.2", CONSENT, after(hours=2))
    await FactBook(pool).keep([enrolled(3, 2), enrolled(1, 1)], after(hours=3))
    assert [one.reference for one in await pages.authorizations("p1", "b1")] == ["seti_1", "seti_2", ""]


async def test_a_consent_is_never_changed_and_belongs_to_a_balance_that_is_known(pool: Pool, pages: Checkouts):
    await pages.keep_consent("cs_1", "p1", "b1", "b1.plan.1", CONSENT, NOON)
    for change in ("UPDATE card_consents SET words = 'anything'", "DELETE FROM card_consents"):
        with pytest.raises(asyncpg.PostgresError):
            await pool.execute(change)
    with pytest.raises(UnknownBalanceError):
        await pages.keep_consent("cs_2", "p1", "nobody", "plan", CONSENT, NOON)


async def test_a_page_is_either_for_an_amount_or_for_a_plan(pool: Pool, pages: Checkouts):
    await pages.keep("cs_1", "p1", "b1", Cents(50_00), NOON)
    for change in ("mode = 'setup'", "plan_id = 'x'", "amount_cents = NULL", "amount_cents = 0", "mode = 'other'"):
        with pytest.raises(asyncpg.CheckViolationError):
            await pool.execute(f"UPDATE checkouts SET {change}")


async def test_pages_that_ask_for_more_than_is_owed_are_found_until_they_are_closed(pool: Pool, pages: Checkouts):
    for session, cents in (("cs_all", 215_00), ("cs_part", 100_00)):
        await pages.keep(session, "p1", "b1", Cents(cents), NOON)
    await pages.keep_consent("cs_card", "p1", "b1", "b1.plan.1", CONSENT, NOON)
    assert await pages.outdated(after(hours=1)) == []
    await FactBook(pool).keep([paid(cents=100_00)], after(hours=1))
    assert [one.session_id for one in await pages.outdated(after(hours=1))] == ["cs_all"]
    assert await pages.outdated(after(hours=26)) == [], "the vendor has closed it by itself"
    await pages.ended("cs_all", after(hours=1))
    assert await pages.outdated(after(hours=1)) == []


async def test_when_another_page_is_opened_the_ones_before_it_are_known(pages: Checkouts):
    await pages.keep("cs_1", "p1", "b1", Cents(215_00), NOON)
    await pages.keep("cs_2", "p1", "b1", Cents(100_00), after(hours=1))
    second = await pages.find("cs_2")
    assert second is not None
    assert [one.session_id for one in await pages.others(second)] == ["cs_1"]
    await pages.ended("cs_1", after(hours=1))
    assert await pages.others(second) == []


async def test_a_card_is_found_with_every_balance_it_serves(pool: Pool, pages: Checkouts):
    facts = FactBook(pool)
    await facts.keep([posted("b2", 90_00), enrolled(1), enrolled(2, 2, "b2.plan.1", "b2"), enrolled(3, 3)], NOON)
    assert await facts.balances_of_card("pm_1") == [("p1", "b1"), ("p1", "b2")]
    assert await facts.balances_of_card("pm_2") == []


async def test_a_card_is_idle_when_its_charges_were_stopped_or_its_plan_is_over_until_it_was_dropped(pool: Pool):
    facts, pages, cases = FactBook(pool), Checkouts(pool), PostgresCaseBook(pool)
    balances = ("charging", "stopped", "cancelled", "over", "removed")
    await facts.keep([posted(balance, 90_00) for balance in balances], NOON)
    for balance in balances:
        card = CARD.model_copy(update={"payment_method_id": f"pm_{balance}"})
        mandate = Mandate(plan_id="plan", card=card, since=NOON)
        if balance in {"stopped", "removed"}:
            mandate.stopped_at = NOON
        mandate.removed_at = NOON if balance == "removed" else None
        plan = Plan(plan_id="plan", installments=TERMS, agreed_at=NOON, agreed_by="page")
        plan.status = "cancelled" if balance == "cancelled" else "active"
        case = case_of(balance)
        case.plan, case.mandate = plan, mandate
        over = decision(Close(reason=CloseReason.paid), stage=Stage.closed) if balance == "over" else decision()
        await cases.record(case, over)
    idle = {card.payment_method_id: card for card in await pages.idle_cards()}
    assert set(idle) == {"pm_stopped", "pm_cancelled", "pm_over"}
    for _ in range(2):
        await pages.forgotten(idle["pm_over"], NOON)
    assert {card.payment_method_id for card in await pages.idle_cards()} == {"pm_stopped", "pm_cancelled"}


async def test_a_closed_case_is_not_told_of_its_card(pool: Pool, pages: Checkouts):
    facts = FactBook(pool)
    await facts.keep([enrolled(1)], NOON)
    await PostgresCaseBook(pool).record(case_of("b1"), decision(Close(reason=CloseReason.paid), stage=Stage.closed))
    assert await facts.balances_of_card("pm_1") == []
