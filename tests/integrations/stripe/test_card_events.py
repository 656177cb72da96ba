"""What Stripe tells about cards on file and charges of installments: each is one fact, however it is told."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from integrations.hearing import Asked, Heard, Known, Whose
from integrations.stripe.inbound import KINDS, asked, facts_of
from receivables.cards.card import CardOnFile
from receivables.cards.facts import CardChanged, CardEnrolled, CardRemoved, ChargeDeclined, ChargePending
from receivables.facts import DisputeClosed, DisputeRaised, PaymentRecorded, PaymentReversed, StaffNote
from tests.integrations.world import ROOT

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
CREATED = 1772463600
PLAN = {"practice": "lakeside", "balance": "b1", "plan": "b1.plan.1"}
TRY = PLAN | {"installment": "2", "attempt": "1", "try": "b1:installment:2:try:1"}
CARD = CardOnFile(customer_id="cus_1", payment_method_id="pm_1", brand="visa", last4="4242", exp_month=4, exp_year=2031)
METHOD = {
    "id": "pm_1", "object": "payment_method", "customer": "cus_1", "type": "card",
    "card": {"brand": "visa", "last4": "4242", "exp_month": 4, "exp_year": 2031},
}  # fmt: skip
KNOWN = Known(
    enrolled={"seti_1": CARD}, served={"pm_1": [Whose("lakeside", "b1"), Whose("lakeside", "b2")]},
    payments={"stripe.pi_1": Whose("lakeside", "b1")},
)  # fmt: skip


def event(kind: str, **thing: Any) -> bytes:
    thing = {"object": kind.split(".", maxsplit=1)[0]} | thing
    return json.dumps(
        {"id": f"evt_{kind}", "object": "event", "type": kind, "created": CREATED, "data": {"object": thing}}
    ).encode()


def heard(body: bytes, known: Known = KNOWN) -> Heard:
    return facts_of(body, AT, known)


def setup_done(**more: Any) -> bytes:
    return event("setup_intent.succeeded", **{"id": "seti_1", "payment_method": "pm_1", "metadata": PLAN} | more)


def page_done(**more: Any) -> bytes:
    return event("checkout.session.completed", **{
        "object": "checkout.session", "id": "cs_1", "mode": "setup", "setup_intent": "seti_1", "metadata": PLAN,
        "payment_status": "no_payment_required", "client_reference_id": "lakeside:b1",
    } | more)  # fmt: skip


def intent(kind: str, **more: Any) -> bytes:
    return event(f"payment_intent.{kind}", **{
        "id": "pi_1", "currency": "usd", "amount_received": 80_00, "metadata": TRY,
    } | more)  # fmt: skip


def test_a_card_that_was_put_on_file_is_one_fact_by_whichever_event_it_is_told() -> None:
    for body in (setup_done(), page_done(), page_done(setup_intent={"id": "seti_1"})):
        assert asked(body) == Asked(enrollments=frozenset({"seti_1"}))
        [fact] = heard(body).facts
        assert isinstance(fact, CardEnrolled)
        assert (fact.fact_id, fact.plan_id, fact.card) == ("stripe.seti_1", "b1.plan.1", CARD)
        assert (fact.practice_id, fact.balance_id, fact.authorization) == ("lakeside", "b1", "seti_1")


def test_a_card_somebody_else_put_on_file_at_the_practice_is_none_of_ours() -> None:
    for body in (setup_done(metadata={}), page_done(metadata={}), page_done(metadata={"plan": "x"}, client_reference_id=None)):
        assert heard(body).facts == []
    assert asked(setup_done(metadata={})) == Asked()
    assert heard(setup_done(), Known()).facts == [], "an authorization that put no card there"


@pytest.mark.parametrize("kind", ["automatically_updated", "updated"])
def test_a_renewed_card_is_told_to_every_plan_it_serves(kind: str) -> None:
    body = event(f"payment_method.{kind}", **METHOD | {"card": METHOD["card"] | {"exp_year": 2036, "last4": "1881"}})
    assert asked(body) == Asked(cards=frozenset({"pm_1"}))
    facts = heard(body).facts
    assert [fact.balance_id for fact in facts] == ["b1", "b2"]
    assert len({fact.fact_id for fact in facts}) == 2
    first = facts[0]
    assert isinstance(first, CardChanged)
    assert (first.card.exp_year, first.card.last4, first.card.payment_method_id) == (2036, "1881", "pm_1")
    assert heard(body, Known()).facts == [], "a card that serves no plan"


def test_a_card_that_was_taken_away_cannot_be_charged_any_more() -> None:
    facts = heard(event("payment_method.detached", **METHOD | {"customer": None})).facts
    assert all(isinstance(fact, CardRemoved) for fact in facts)
    assert len(facts) == 2


def test_the_answer_to_a_charge_and_its_webhook_are_one_fact() -> None:
    """The ids are those under which the charging activity tells what it was answered."""
    error = {"code": "card_declined", "decline_code": "lost_card", "network_decline_code": "41"}
    [declined] = heard(intent("payment_failed", last_payment_error=error)).facts
    assert isinstance(declined, ChargeDeclined)
    assert declined.fact_id == "declined.b1:installment:2:try:1"
    assert (declined.plan_id, declined.installment, declined.attempt) == ("b1.plan.1", 2, 1)
    assert (declined.reason, declined.again, declined.network_code) == ("lost_or_stolen", "never", "41")
    [pending] = heard(intent("processing")).facts
    assert isinstance(pending, ChargePending)
    assert (pending.fact_id, pending.vendor_reference) == ("pending.b1:installment:2:try:1", "pi_1")
    [paid] = heard(intent("succeeded")).facts
    assert isinstance(paid, PaymentRecorded)
    assert (paid.fact_id, paid.plan_id, paid.installment, paid.attempt) == ("stripe.pi_1", "b1.plan.1", 2, 1)
    assert paid.amount_cents == 80_00


def test_a_decline_on_a_page_or_of_the_practices_other_business_says_nothing() -> None:
    ours = {"practice": "lakeside", "balance": "b1"}
    for metadata in (ours, {}):
        assert heard(intent("payment_failed", metadata=metadata, last_payment_error={"code": "x"})) == Heard()
        assert heard(intent("processing", metadata=metadata)) == Heard()


@pytest.mark.parametrize("broken", [{"installment": "two"}, {"installment": "-1"}, {"attempt": ""}, {"attempt": "0"}])
def test_a_charge_with_a_spoiled_number_is_refused_and_nothing_is_half_told(broken: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"installment|attempt"):
        heard(intent("payment_failed", metadata=TRY | broken, last_payment_error={}))


def test_a_slow_payment_that_comes_to_nothing_is_written_down_and_moves_no_money() -> None:
    body = event(
        "checkout.session.async_payment_failed", object="checkout.session", id="cs_1", mode="payment",
        payment_status="unpaid", metadata={"practice": "lakeside", "balance": "b1"}, currency="usd", payment_intent="pi_1",
    )  # fmt: skip
    [note] = heard(body).facts
    assert isinstance(note, StaffNote)
    error = {"code": "insufficient_funds", "network_decline_code": "R01"}
    ours = {"practice": "lakeside", "balance": "b1"}
    [coded] = heard(intent("payment_failed", metadata=ours, last_payment_error=error)).facts
    assert (coded.return_code, coded.failed_payment) == ("R01", note.failed_payment)
    assert heard(event("checkout.session.expired", object="checkout.session", id="cs_1", metadata=PLAN)) == Heard()


def dispute(kind: str, **more: Any) -> bytes:
    thing = {"object": "dispute", "id": "du_1", "amount": 80_00, "currency": "usd", "payment_intent": "pi_1"} | more
    return event(f"charge.dispute.{kind}", **thing)


def test_a_banks_inquiry_is_told_from_a_chargeback_and_the_end_of_either_is_written_down() -> None:
    details = {"due_by": 1773500400}
    for status, about in (("warning_needs_response", "inquiry"), ("needs_response", "chargeback")):
        [raised] = heard(dispute("created", status=status, reason="general", evidence_details=details)).facts
        assert isinstance(raised, DisputeRaised)
        assert (raised.about, raised.payment_fact_id, raised.disputed_cents) == (about, "stripe.pi_1", 80_00)
        assert raised.answer_by == datetime(2026, 3, 14, 15, tzinfo=UTC)
        assert raised.reason == "general"
    for status, outcome in (("warning_closed", "inquiry_closed"), ("won", "won"), ("lost", "lost")):
        [ended] = heard(dispute("closed", status=status)).facts
        assert isinstance(ended, DisputeClosed)
        assert ended.outcome == outcome
    assert heard(dispute("closed", status="a status of tomorrow")).facts == []


def test_a_bank_debit_that_came_back_is_a_return_and_no_dispute() -> None:
    assert heard(dispute("created", status="lost", reason="debit_not_authorized")).facts == []
    [back] = heard(dispute("funds_withdrawn", status="lost", reason="debit_not_authorized")).facts
    assert isinstance(back, PaymentReversed)
    assert (back.why, back.payment_fact_id, back.return_code) == ("returned", "stripe.pi_1", "R10")


def test_every_kind_of_event_that_says_something_exists_at_stripe() -> None:
    from stripe.params._webhook_endpoint_create_params import WebhookEndpointCreateParams

    kinds = str(WebhookEndpointCreateParams.__annotations__["enabled_events"])
    assert [kind for kind in KINDS if f"'{kind}'" not in kinds] == []


def test_the_readme_names_the_events_to_switch_on() -> None:
    readme = (ROOT / "integrations" / "stripe" / "README.md").read_text()
    assert re.findall(r"^- `([a-z_.]+)`$", readme, re.MULTILINE) == sorted(KINDS)
