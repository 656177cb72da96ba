"""The practice system with an interface: lost answers, refusals, and its signed events."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from integrations.hearing import Heard, Known
from integrations.practice_systems.simulated.inbound import asked, facts_of, taken_in
from integrations.practice_systems.simulated.ledger import SimulatedLedger
from receivables.errors import CannotKnow, Refused, TryLater
from receivables.facts import BalanceAdjusted, BalancePosted, PaymentRecorded, PaymentReversed
from receivables.money import Cents
from receivables.ports import Note, Posting
from tests.integrations.odd_servers import NOWHERE, answering
from tests.integrations.world import NOW, World

KEY = "practice-simulated-0001"
SECRET = "practice-secret"
NOW_S = 1_772_463_600.0


def posting(balance: str, name: str = "pi_1", amount: int = 100_00) -> Posting:
    return Posting(
        practice_id="lakeside", balance_id=balance, external_id=f"stripe.{balance}.{name}",
        amount_cents=Cents(amount), paid_at=NOW, where="page",
    )  # fmt: skip


def opened(world: World, balance: str) -> str:
    world.tell(
        "/_/practice/balances", practice_id="lakeside", balance_id=balance, patient_responsibility_cents=215_00,
        guarantor={"guarantor_id": "g1", "first_name": "Karen", "contact_points": []},
    )  # fmt: skip
    return balance


async def test_a_posting_whose_answer_was_lost_is_found_and_not_made_again(world: World) -> None:
    payment = posting(opened(world, "lost1"))
    world.fault("practice", "timeout_after_accept", method="POST")
    ledger = SimulatedLedger(world.url, KEY, timeout_s=0.5)
    with pytest.raises(CannotKnow):
        await ledger.post(payment)
    assert await ledger.find_posting(payment) is not None
    await ledger.close()
    booked = [one for one in world.ask("/_/ledger", practice="lakeside")["payments"] if one["balance_id"] == "lost1"]
    assert len(booked) == 1


async def test_a_posting_that_never_arrived_is_not_found(world: World) -> None:
    payment = posting(opened(world, "lost2"))
    world.fault("practice", "timeout_before", method="POST")
    ledger = SimulatedLedger(world.url, KEY, timeout_s=0.5)
    with pytest.raises(CannotKnow):
        await ledger.post(payment)
    assert await ledger.find_posting(payment) is None
    await ledger.close()


@pytest.mark.parametrize("kind", ["timeout_before", "timeout_after_accept"])
async def test_a_note_whose_answer_was_lost_stands_once_when_it_is_written_again(world: World, kind: str) -> None:
    note = Note(practice_id="lakeside", balance_id=opened(world, f"note.{kind}"), external_id=f"plan.{kind}", text="A plan.")
    world.fault("practice", kind, method="POST")
    ledger = SimulatedLedger(world.url, KEY, timeout_s=0.5)
    with pytest.raises(TryLater):
        await ledger.note(note)
    for _ in range(2):
        await ledger.note(note)
    await ledger.close()
    notes = world.ask("/_/ledger", practice="lakeside")["notes"]
    assert len([one for one in notes if one["external_id"] == note.external_id]) == 1


async def test_a_payment_booked_twice_is_for_a_person_to_look_at(world: World) -> None:
    payment = posting(opened(world, "twice1"))
    ledger = SimulatedLedger(world.url, KEY)
    await ledger.post(payment)
    await ledger.post(payment)
    with pytest.raises(Refused):
        await ledger.find_posting(payment)
    await ledger.close()


async def test_money_for_a_charge_the_system_does_not_have_is_taken_on_account_until_the_charge_is_posted(
    world: World,
) -> None:
    payment = posting("filed1")
    ledger = SimulatedLedger(world.url, KEY)
    reference = await ledger.post(payment)
    assert await ledger.find_posting(payment) == reference
    assert await ledger.read_balance("lakeside", "filed1", NOW) is None
    booked = [one for one in world.ask("/_/ledger", practice="lakeside")["payments"] if one["balance_id"] == "filed1"]
    assert [one["amount_cents"] for one in booked] == [100_00]
    opened(world, "filed1")
    reading = await ledger.read_balance("lakeside", "filed1", NOW)
    assert reading is not None
    assert reading.outstanding_cents == 115_00
    await ledger.close()


async def test_another_practices_balance_is_not_read(world: World) -> None:
    opened(world, "other1")
    ledger = SimulatedLedger(world.url, KEY)
    assert await ledger.read_balance("harbor_dental", "other1", NOW) is None
    await ledger.close()


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (401, b"", TryLater), (429, b"", TryLater), (503, b"", TryLater), (422, b"", Refused), (404, b"", Refused),
        (500, b"", CannotKnow), (502, b"<html>", CannotKnow), (201, b"{}", CannotKnow), (201, b"nonsense", CannotKnow),
    ],
)  # fmt: skip
async def test_each_answer_to_a_posting_is_judged_once(status: int, body: bytes, expected: type[Exception]) -> None:
    with answering(status, body) as system:
        ledger = SimulatedLedger(system.base_url, KEY)
        with pytest.raises(expected):
            await ledger.post(posting("b1"))
        await ledger.close()
    assert len(system.asked) == 1


@pytest.mark.parametrize(
    ("status", "body"), [(500, b""), (200, b"nonsense"), (200, b"{}"), (200, b'{"payments": [{"amount_cents": 1.5}]}')]
)
async def test_while_the_system_cannot_be_asked_nothing_is_concluded(status: int, body: bytes) -> None:
    with answering(status, body) as system:
        ledger = SimulatedLedger(system.base_url, KEY)
        with pytest.raises(TryLater):
            await ledger.find_posting(posting("b1"))
        with pytest.raises(TryLater):
            await ledger.read_balance("lakeside", "b1", NOW)
        await ledger.close()


async def test_a_system_that_cannot_be_reached_has_certainly_done_nothing() -> None:
    ledger = SimulatedLedger(NOWHERE, KEY)
    for work in (ledger.post(posting("b1")), ledger.find_posting(posting("b1"))):
        with pytest.raises(TryLater):
            await work
    with pytest.raises(TryLater):
        await ledger.read_balance("lakeside", "b1", NOW)
    await ledger.close()


# --- its events ------------------------------------------------------------------------------------------------


def body_of(*events: dict[str, Any]) -> bytes:
    return json.dumps({"events": list(events)}).encode()


def headers(body: bytes, at: float = NOW_S, secret: str = SECRET) -> dict[str, str]:
    signature = hmac.new(secret.encode(), f"{int(at)}.".encode() + body, hashlib.sha256).hexdigest()
    return {"x-practice-timestamp": str(int(at)), "x-practice-signature": signature}


def heard(*events: dict[str, Any]) -> Heard:
    return facts_of(body_of(*events), NOW, Known())


POSTED = {
    "event_id": "evt-1", "type": "balance_posted", "practice_id": "lakeside", "balance_id": "b1",
    "posted_at": "2026-03-02T15:00:00+00:00", "patient_responsibility_cents": 215_00, "insurance_paid_cents": 680_00,
    "service_date": "2026-02-20", "claim_status": "final", "visit_kind": "visit", "patient": None, "history": {},
    "guarantor": {"guarantor_id": "g1", "first_name": "Karen", "contact_points": [
        {"channel": "sms", "value": "+13125550142", "consent": "granted"}]},
}  # fmt: skip
PAID = {
    "event_id": "evt-2", "type": "payment_recorded", "practice_id": "lakeside", "balance_id": "b1",
    "payment_id": "pay1", "amount_cents": 50_00, "paid_at": "2026-03-02T16:00:00+00:00", "method": "card",
    "external_id": None, "where": "front_desk", "recorded_at": "2026-03-02T16:00:00+00:00",
}  # fmt: skip
ADJUSTED = {
    "event_id": "evt-3", "type": "balance_adjusted", "practice_id": "lakeside", "balance_id": "b1",
    "reason": "readjudicated", "adjusted_at": "2026-03-02T17:00:00+00:00", "patient_responsibility_cents": 0,
    "insurance_paid_cents": 895_00, "claim_status": "final",
}  # fmt: skip


def test_care_told_of_by_people_only_an_estimate_and_a_federal_payer_are_heard_from_the_practices_system() -> None:
    told = {"sensitive": True, "good_faith_estimate_cents": 150_00, "federal_payer": True}
    (fact,) = heard(POSTED | told).facts
    assert told.items() <= fact.model_dump().items()


def test_events_the_practice_signed_are_taken_in_once_and_forged_or_stale_ones_are_not() -> None:
    body = body_of(POSTED)
    good = headers(body)
    assert taken_in(good, body, SECRET, NOW_S) == taken_in(headers(body, NOW_S + 9), body, SECRET, NOW_S + 9)
    assert taken_in(good, body + b" ", SECRET, NOW_S) is None
    assert taken_in(headers(body, secret="other"), body, SECRET, NOW_S) is None
    assert taken_in(good, body, SECRET, NOW_S + 301) is None
    assert taken_in(good, body, SECRET, NOW_S - 301) is None
    assert taken_in({}, body, SECRET, NOW_S) is None
    for timestamp in ("soon", "9" * 5000, "-1"):
        assert taken_in(good | {"x-practice-timestamp": timestamp}, body, SECRET, NOW_S) is None
    assert taken_in(good | {"x-practice-signature": "é"}, body, SECRET, NOW_S) is None


def test_each_event_is_the_fact_it_means() -> None:
    posted, paid, adjusted = heard(POSTED, PAID, ADJUSTED).facts
    assert isinstance(posted, BalancePosted)
    assert isinstance(paid, PaymentRecorded)
    assert isinstance(adjusted, BalanceAdjusted)
    assert (posted.fact_id, posted.patient_responsibility_cents, posted.guarantor.first_name) == (
        "simulated.evt-1",
        215_00,
        "Karen",
    )
    assert (paid.amount_cents, paid.where, paid.in_practice_ledger) == (50_00, "front_desk", True)
    assert (adjusted.patient_responsibility_cents, adjusted.reason) == (0, "readjudicated")
    assert asked(body_of(POSTED)).touches == frozenset()


def test_our_own_posting_that_comes_back_as_an_echo_is_no_new_money() -> None:
    assert heard(PAID | {"where": "interface", "external_id": "stripe.pi_1"}) == Heard()


def test_money_given_back_at_the_desk_is_a_reversal() -> None:
    [reversal] = heard(PAID | {"amount_cents": -50_00}).facts
    assert isinstance(reversal, PaymentReversed)
    assert (reversal.amount_cents, reversal.in_practice_ledger) == (50_00, True)


def test_a_reason_we_have_no_word_for_is_a_restatement() -> None:
    [adjusted] = heard(ADJUSTED | {"reason": "because"}).facts
    assert isinstance(adjusted, BalanceAdjusted)
    assert adjusted.reason == "restated"


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (POSTED | {"patient_responsibility_cents": 47.5}, "events.0.patient_responsibility_cents: "),
        (POSTED | {"patient_responsibility_cents": -1}, "events.0.patient_responsibility_cents: "),
        (POSTED | {"posted_at": "2026-03-02T15:00:00"}, "events.0.at: "),
        (POSTED | {"guarantor": {"guarantor_id": "g1", "first_name": "K", "contact_points": [{"channel": "sms", "value": "312"}]}},
         "a phone number is written in E.164"),
        (PAID | {"amount_cents": "50.00"}, "events.0: TypeError"),
        ({"event_id": "e", "type": "balance_posted"}, "events.0: KeyError"),
        ({"event_id": "e", "type": "party"}, "events.0.type: this kind of event is not known"),
        ("words", "events.0: TypeError"),
    ],
)  # fmt: skip
def test_a_bad_event_is_named_with_its_field_and_holds_up_no_other(event: Any, said: str) -> None:
    told = heard(event, PAID | {"event_id": "evt-9"})
    assert [fact.fact_id for fact in told.facts] == ["simulated.evt-9"]
    assert len(told.problems) == 1
    assert said in told.problems[0].sentence
    assert "Karen" not in told.problems[0].sentence


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"events": 1}', b"not json"])
def test_a_body_without_events_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json's own error is one of them
        facts_of(body, datetime.now(UTC), Known())
