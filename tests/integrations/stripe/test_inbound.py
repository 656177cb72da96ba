"""What Stripe tells about money: forged, stale, doubled, reordered and odd events included."""

from __future__ import annotations

import itertools
import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
import stripe

from integrations.hearing import Heard, Known, Whose
from integrations.stripe.inbound import asked, facts_of, taken_in
from receivables.facts import DisputeRaised, PaymentRecorded, PaymentReversed

SECRET = "whsec_test"
AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
CREATED = 1772463600
OURS = {"practice": "lakeside", "balance": "b1"}
KNOWN = Known(payments={"stripe.pi_1": Whose("lakeside", "b1")})


def event(kind: str, **thing: Any) -> bytes:
    thing = {"object": kind.split(".", maxsplit=1)[0], "currency": "usd"} | thing
    return json.dumps(
        {"id": f"evt_{kind}", "object": "event", "type": kind, "created": CREATED, "data": {"object": thing}}
    ).encode()


def session(kind: str = "completed", **more: Any) -> bytes:
    return event(f"checkout.session.{kind}", **{
        "id": "cs_1", "mode": "payment", "payment_status": "paid", "payment_intent": "pi_1", "amount_total": 47_00,
        "metadata": OURS, "client_reference_id": "lakeside:b1",
    } | more)  # fmt: skip


def refund(kind: str = "refund.created", **more: Any) -> bytes:
    return event(
        kind, **{"id": "re_1", "amount": 20_00, "status": "succeeded", "payment_intent": "pi_1", "metadata": {}} | more
    )


def dispute(kind: str, **more: Any) -> bytes:
    return event(f"charge.dispute.{kind}", id="dp_1", amount=47_00, payment_intent="pi_1", metadata={}, **more)


def heard(body: bytes, known: Known = KNOWN) -> Heard:
    return facts_of(body, AT, known)


def signed(body: bytes, at: float | None = None) -> dict[str, str]:
    stamp = int(time.time() if at is None else at)
    return {"stripe-signature": stripe.WebhookSignature.generate_signature_header(body.decode(), SECRET, stamp)}


def test_an_event_that_stripe_signed_is_taken_in_under_its_own_id_even_without_an_api_version() -> None:
    body = session()
    kept = taken_in(signed(body), body, SECRET)
    assert kept is not None
    assert (kept.key, kept.body) == ("evt_checkout.session.completed", body)


def test_forged_and_stale_events_are_turned_away() -> None:
    body = session()
    assert taken_in(signed(body), body + b" ", SECRET) is None
    assert taken_in(signed(body), body, "whsec_other") is None
    assert taken_in(signed(body, time.time() - 301), body, SECRET) is None
    for header in ("", "t=1", "t=x,v1=y", "é", "t=1,v1=é"):
        assert taken_in({"stripe-signature": header}, body, SECRET) is None
    assert taken_in({}, body, SECRET) is None
    assert taken_in(signed(body), b"\xff", SECRET) is None


def test_a_secret_that_is_being_replaced_works_beside_the_new_one() -> None:
    body = session()
    old, new = signed(body)["stripe-signature"], "v1=" + "0" * 64
    assert taken_in({"stripe-signature": f"{old},{new}"}, body, SECRET)


def test_sarah_pays_on_the_page_and_every_event_about_it_is_one_payment() -> None:
    bodies = [
        session(), session("async_payment_succeeded"),
        event("payment_intent.succeeded", id="pi_1", amount_received=47_00, metadata=OURS),
    ]  # fmt: skip
    facts = [fact for body in bodies for fact in heard(body).facts]
    assert {fact.fact_id for fact in facts} == {"stripe.pi_1"}
    assert len(facts) == 3
    first = facts[0]
    assert isinstance(first, PaymentRecorded)
    assert (first.practice_id, first.balance_id, first.amount_cents, first.where) == ("lakeside", "b1", 47_00, "page")
    assert first.paid_at == datetime.fromtimestamp(CREATED, UTC)
    assert not first.in_practice_ledger


@pytest.mark.parametrize(
    "more", [{"payment_status": "unpaid"}, {"payment_status": "no_payment_required"}, {"mode": "setup"}]
)
def test_completed_is_not_paid(more: dict[str, str]) -> None:
    assert heard(session(**more)) == Heard()


def test_our_ids_are_found_in_the_reference_when_metadata_is_missing() -> None:
    [paid] = heard(session(metadata={})).facts
    assert (paid.practice_id, paid.balance_id) == ("lakeside", "b1")


def test_the_practices_other_business_is_not_ours_and_worries_nobody() -> None:
    assert heard(session(metadata={}, client_reference_id=None, payment_intent="pi_other")) == Heard()
    assert heard(event("customer.created", id="cus_1")) == Heard()


def test_money_in_another_currency_is_shown_to_staff() -> None:
    told = heard(session(currency="eur"))
    assert told.facts == []
    assert "'eur'" in told.problems[0].sentence


def test_a_refund_is_one_reversal_however_often_it_is_told() -> None:
    bodies = [refund(), refund("refund.updated"), refund("charge.refund.updated"), refund(status="pending")]
    facts = [fact for body in bodies for fact in heard(body).facts]
    assert {fact.fact_id for fact in facts} == {"stripe.re_1"}
    first = facts[0]
    assert isinstance(first, PaymentReversed)
    assert (first.payment_fact_id, first.amount_cents, first.why) == ("stripe.pi_1", 20_00, "refund")


def test_refunds_listed_in_a_charge_are_the_same_reversals() -> None:
    listed = {"data": [{"id": "re_1", "amount": 20_00, "status": "succeeded"}]}
    body = event("charge.refunded", id="ch_1", payment_intent={"id": "pi_1"}, metadata=OURS, refunds=listed)
    assert heard(body).facts == heard(refund()).facts
    assert heard(event("charge.refunded", id="ch_1", payment_intent="pi_1", metadata=OURS)).facts == []


def test_a_refund_that_fails_later_comes_to_nothing_in_any_order() -> None:
    bodies = [refund(), refund("refund.updated", status="failed"), refund("refund.failed", status="failed")]
    for order in itertools.permutations(bodies):
        assert net(order) == 0
    assert net(bodies[2:]) == 0, "even when only the failure was heard"
    assert net([refund("refund.updated", status="canceled")]) == 0


def test_a_won_dispute_comes_to_nothing_and_a_lost_one_takes_the_payment_back() -> None:
    [raised] = heard(dispute("created")).facts
    assert isinstance(raised, DisputeRaised)
    assert raised.about == "chargeback"
    assert net([dispute("funds_withdrawn")]) == -47_00
    for order in itertools.permutations([dispute("created"), dispute("funds_withdrawn"), dispute("funds_reinstated")]):
        assert net(order) == 0
    assert net([dispute("funds_reinstated")]) == 0


def test_a_dispute_that_is_closed_tells_its_money_again_in_case_it_was_never_heard() -> None:
    for status, moved in (("won", [-47_00, 47_00]), ("lost", [-47_00]), ("warning_closed", [])):
        assert net([dispute("closed", status=status, balance_transactions=[{"amount": cents} for cents in moved])]) == sum(moved)
    assert heard(dispute("closed", status="under_review")).facts == []


def net(bodies: Any) -> int:
    """What the events come to when each fact id counts once."""
    facts = {fact.fact_id: fact for body in bodies for fact in heard(body).facts}
    total = 0
    for fact in facts.values():
        if isinstance(fact, PaymentRecorded | PaymentReversed):
            total += fact.amount_cents if isinstance(fact, PaymentRecorded) else -fact.amount_cents
    return total


def test_a_refund_or_dispute_asks_whose_payment_it_was_and_a_payment_of_ours_need_not() -> None:
    assert asked(refund()).payments == {"stripe.pi_1"}
    assert asked(dispute("created")).payments == {"stripe.pi_1"}
    assert asked(session()).payments == frozenset()
    assert asked(event("customer.created", id="cus_1")).payments == frozenset()


@pytest.mark.parametrize("body", [refund(), dispute("created"), dispute("funds_withdrawn")])
def test_money_taken_back_for_an_unknown_payment_is_shown_to_staff(body: bytes) -> None:
    assert heard(body, Known()).problems


@pytest.mark.parametrize("body", [b"{}", b"[]", b"not json", b'{"id": "evt_1", "type": "x", "created": 1, "data": {}}'])
def test_a_body_that_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json's own error is one of them
        heard(body)


def test_an_event_with_a_field_missing_or_of_the_wrong_kind_is_refused_and_nothing_is_half_told() -> None:
    for body in (
        session(amount_total="47.00"),
        session(amount_total=-5),
        session(metadata={"practice": "a b", "balance": "x"}),
    ):
        with pytest.raises(ValueError):  # noqa: PT011 - pydantic's error names the field
            heard(body)
