"""The simulator's own signed callbacks, caught and read as the web and the relay would: nobody here signs by hand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from integrations.hearing import Delivered, Heard, Known, Whose
from integrations.practice_systems.simulated import inbound as practice
from integrations.sendgrid import inbound as sendgrid
from integrations.sendgrid.courier import SendGridCourier
from integrations.stripe import inbound as stripe
from integrations.stripe.checkout import StripeCheckout
from integrations.stripe.connection import Connection
from integrations.twilio import inbound as twilio
from integrations.twilio.courier import TwilioCourier
from receivables.facts import (
    BalancePosted,
    ContactStopped,
    DeliveryFailed,
    DisputeRaised,
    PaymentRecorded,
    PaymentReversed,
    ReplyReceived,
)
from receivables.money import Cents
from receivables.people import Channel, PointStatus
from receivables.ports import CheckoutOrder, Message
from runtime.policy_files import PolicyFiles
from runtime.rule_files import read_rules
from tests.integrations.odd_servers import Odd, answering
from tests.integrations.world import ROOT, Still, World

PUBLIC = "https://pay.example.com"
TOUCH = "b1.first_notice.1"
WHOSE = Whose("lakeside", "b1", "g1")
PHONE, MAIL = "+13125550177", "karen@example.org"
KNOWN = Known(
    touches={TOUCH: WHOSE}, points={(Channel.sms, PHONE): [WHOSE], (Channel.email, MAIL): [WHOSE]},
    lines={"+13125550101": "lakeside"}, rules=read_rules(ROOT / "practices"),
)  # fmt: skip


@pytest.fixture
def product(world: World) -> Iterator[Odd]:
    """Stands where our web would stand and keeps what it is sent."""
    with answering(204) as odd:
        world.tell("/_/product", url=odd.base_url, public_url=PUBLIC)
        yield odd


def caught(product: Odd, path: str, take: Callable[[str, dict[str, str], bytes], Delivered | None]) -> list[Delivered]:
    """What arrived at the path; every delivery must carry a good signature."""
    found = [
        take(PUBLIC + whole, {name.lower(): value for name, value in headers.items()}, body)
        for _, whole, headers, body in product.asked
        if whole.startswith(path)
    ]
    assert None not in found
    return [one for one in found if one is not None]


def forms(product: Odd, world: World, path: str) -> list[Delivered]:
    token = world.ask("/_/keys")["twilio"]["auth_token"]
    return caught(product, path, lambda url, headers, body: twilio.taken_in(url, headers, body, token))


def text(to: str = PHONE) -> Message:
    return Message(channel=Channel.sms, to=to, text="Hi", touch_id=TOUCH, practice_id="lakeside")


async def sent(world: World, policies: PolicyFiles, to: str = PHONE) -> None:
    keys = world.ask("/_/keys")["twilio"]
    await TwilioCourier(keys["account_sid"], keys["auth_token"], policies, PUBLIC, base_url=world.url).send(text(to))
    world.tell("/_/clock/settle")


async def test_a_texts_life_is_reported_under_our_touch(world: World, policies: PolicyFiles, product: Odd) -> None:
    await sent(world, policies)
    reports = forms(product, world, "/webhooks/twilio/status")
    ranks = [twilio.facts_of(one.body, world.now(), KNOWN).progress[0] for one in reports]
    assert [(one.touch_id, one.status) for one in ranks] == [(TOUCH, "sent"), (TOUCH, "delivered")]


async def test_a_landline_moves_the_case_whatever_the_order_and_number_of_reports(
    world: World, policies: PolicyFiles, product: Odd
) -> None:
    world.fault("twilio", "duplicate_callbacks", count=4, copies=3)
    world.fault("twilio", "reorder_callbacks", count=4)
    await sent(world, policies, "+15005550032")
    world.tell("/_/clock/advance", by="PT5M")
    reports = forms(product, world, "/webhooks/twilio/status")
    facts = {fact.fact_id: fact for one in reports for fact in twilio.facts_of(one.body, world.now(), KNOWN).facts}
    [failed] = facts.values()
    assert len(reports) > len({one.key for one in reports})
    assert isinstance(failed, DeliveryFailed)
    assert failed.status is PointStatus.landline


async def test_what_a_patient_texts_back_is_heard_and_stop_is_a_revocation(
    world: World, policies: PolicyFiles, product: Odd
) -> None:
    await sent(world, policies)
    for words in ("Can I pay the rest next month?", "STOP"):
        world.tell(f"/_/patients/{PHONE}/reply", text=words)
    world.tell("/_/clock/settle")
    kept = forms(product, world, "/webhooks/twilio/sms")
    reply, stopped = [fact for one in kept for fact in twilio.facts_of(one.body, world.now(), KNOWN).facts]
    assert isinstance(reply, ReplyReceived)
    assert reply.text == "Can I pay the rest next month?"
    assert isinstance(stopped, ContactStopped)


@pytest.mark.parametrize(
    ("outcome", "status"), [("bounce", PointStatus.bounced), ("spam_report", PointStatus.complained)]
)
async def test_a_bounced_or_reported_e_mail_is_heard(
    world: World, policies: PolicyFiles, product: Odd, clock: Still, outcome: str, status: PointStatus
) -> None:
    to = f"{outcome}@example.org"
    world.tell(f"/_/emails/{to}", outcome=outcome)
    message = Message(
        channel=Channel.email, to=to, subject="Hi", text="Hi", html="<p>Hi</p>", touch_id=TOUCH, practice_id="lakeside"
    )
    keys = world.ask("/_/keys")["sendgrid"]
    await SendGridCourier(keys["api_key"], policies, clock, base_url=world.url).send(message)
    world.tell("/_/clock/settle")
    kept = caught(
        product, "/webhooks/sendgrid/events",
        lambda _, headers, body: sendgrid.taken_in(headers, body, keys["public_key"], time.time()),
    )  # fmt: skip
    heard = [sendgrid.facts_of(one.body, world.now(), KNOWN) for one in kept]
    [failed] = [fact for one in heard for fact in one.facts]
    assert isinstance(failed, DeliveryFailed)
    assert (failed.status, failed.touch_id) == (status, TOUCH)
    assert any(progress.status == "processed" for one in heard for progress in one.progress)


async def paid(world: World, balance: str) -> tuple[Connection, str]:
    connection = Connection(world.ask("/_/keys")["stripe"]["api_key"], base_url=world.url)
    checkout = StripeCheckout(connection)
    page = await checkout.begin(
        CheckoutOrder(
            practice_id="lakeside", balance_id=balance, amount_cents=Cents(100_00), statement_name="LAKESIDE FAMILY CARE",
            return_url=f"{PUBLIC}/p/x", cancel_url=f"{PUBLIC}/p/x", language="en", idempotency_key=f"{balance}:1",
        )
    )  # fmt: skip
    world.pay_by_card(page.url)
    world.tell("/_/clock/settle")
    payments = world.ask("/_/payments")["payments"]
    [reference] = [one["payment_intent"] for one in payments if one["metadata"].get("balance") == balance]
    return connection, reference


def money(product: Odd, world: World, known: Known) -> dict[str, Any]:
    secret = world.ask("/_/keys")["stripe"]["webhook_secret"]
    kept = caught(product, "/webhooks/stripe", lambda _, headers, body: stripe.taken_in(headers, body, secret))
    told: list[Heard] = [stripe.facts_of(one.body, world.now(), known) for one in kept]
    assert not [problem for one in told for problem in one.problems]
    return {fact.fact_id: fact for one in told for fact in one.facts}


async def test_a_payment_and_its_chargeback_are_each_counted_once(world: World, product: Odd) -> None:
    connection, reference = await paid(world, "cb1")
    known = Known(payments={f"stripe.{reference}": Whose("lakeside", "cb1")})
    facts = money(product, world, known)
    payment = facts[f"stripe.{reference}"]
    assert isinstance(payment, PaymentRecorded)
    assert (payment.amount_cents, payment.balance_id, len(facts)) == (100_00, "cb1", 1)
    intent = await connection.stripe.v1.payment_intents.retrieve_async(reference)
    world.tell("/_/stripe/disputes", charge=str(intent.latest_charge))
    world.tell("/_/clock/settle")
    kinds = {type(fact) for fact in money(product, world, known).values()}
    assert kinds == {PaymentRecorded, DisputeRaised, PaymentReversed}
    await connection.close()


async def test_a_refund_in_stripes_own_desk_takes_the_payment_back_once(world: World, product: Odd) -> None:
    connection, reference = await paid(world, "re1")
    await connection.stripe.v1.refunds.create_async({"payment_intent": reference, "amount": 30_00})
    world.tell("/_/clock/settle")
    facts = money(product, world, Known(payments={f"stripe.{reference}": Whose("lakeside", "re1")}))
    [reversal] = [fact for fact in facts.values() if isinstance(fact, PaymentReversed)]
    assert (reversal.amount_cents, reversal.payment_fact_id) == (30_00, f"stripe.{reference}")
    await connection.close()


def test_what_happens_in_the_practices_system_is_heard(world: World, product: Odd) -> None:
    world.tell(
        "/_/practice/balances", practice_id="lakeside", balance_id="heard1", patient_responsibility_cents=215_00,
        insurance_paid_cents=680_00,
        guarantor={"guarantor_id": "g1", "first_name": "Karen", "contact_points": [
            {"channel": "sms", "value": PHONE, "consent": "granted"}]},
    )  # fmt: skip
    world.tell("/_/practice/front-desk-payment", balance_id="heard1", amount_cents=50_00)
    world.tell("/_/clock/settle")
    secret = world.ask("/_/keys")["practice"]["webhook_secret"]
    kept = caught(
        product, "/webhooks/practice-systems/simulated",
        lambda _, headers, body: practice.taken_in(headers, body, secret, time.time()),
    )  # fmt: skip
    heard = [practice.facts_of(one.body, world.now(), Known()) for one in kept]
    assert not [problem for one in heard for problem in one.problems]
    posted, payment = [fact for one in heard for fact in one.facts]
    assert isinstance(posted, BalancePosted)
    assert isinstance(payment, PaymentRecorded)
    assert (payment.amount_cents, payment.where, payment.in_practice_ledger) == (50_00, "front_desk", True)
