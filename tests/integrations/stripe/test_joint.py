"""One payment for several balances in Stripe's words: what is sent, what is heard, what its books say, what comes back."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from integrations.hearing import Known, Whose
from integrations.stripe.checkout import StripeCheckout, session_of, whose_of
from integrations.stripe.connection import Connection
from integrations.stripe.inbound import facts_of
from integrations.stripe.joint import MOST_PARTS, parts_of, words_of
from integrations.stripe.movements import StripeBooks
from receivables.facts import DisputeClosed, DisputeRaised, PaymentRecorded, PaymentReversed
from receivables.money import Cents
from receivables.ports import CheckoutOrder
from receivables.together import Share, TakenBack
from tests.integrations.world import World

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
SHARES = [Share("b1", Cents(20_00)), Share("b2", Cents(15_01))]
WORDS = {"practice": "lakeside", "balance": "b2", "part_1": "b1:2000", "part_2": "b2:1501"}
KNOWN = Known(payments={"stripe.pi_1": Whose("lakeside", "b1", shares=tuple(SHARES))})


def order(*shares: Share) -> CheckoutOrder:
    return CheckoutOrder(
        practice_id="lakeside", balance_id="b2", amount_cents=sum((one.amount_cents for one in shares), Cents(0)),
        statement_name="LAKESIDE FAMILY CARE", return_url="https://pay.example.com/p/c", language="en",
        cancel_url="https://pay.example.com/p/c", idempotency_key="together.1", shares=list(shares),
    )  # fmt: skip


def event(kind: str, **thing: Any) -> bytes:
    thing = {"object": kind.split(".", maxsplit=1)[0], "currency": "usd"} | thing
    told = {"id": f"evt_{kind}", "object": "event", "type": kind, "created": 1772463600, "data": {"object": thing}}
    return json.dumps(told).encode()


def heard(kind: str, **thing: Any) -> list[Any]:
    return facts_of(event(kind, **thing), AT, KNOWN).facts


def test_stripe_is_told_opaque_ids_and_cents_of_each_part_and_reads_them_back() -> None:
    told = session_of(order(*SHARES))
    assert told["metadata"] == told["payment_intent_data"]["metadata"] == WORDS
    assert told["line_items"][0]["price_data"]["unit_amount"] == 35_01
    assert whose_of(WORDS) == Whose("lakeside", "b2", shares=tuple(SHARES))
    assert parts_of({"practice": "lakeside", "balance": "b1"}) == ()
    many = [Share(f"b{place}", Cents(place)) for place in range(1, MOST_PARTS + 1)]
    assert parts_of(words_of(many)) == tuple(many)


def test_both_events_of_the_payment_tell_the_same_facts_one_for_each_balance() -> None:
    done = {"id": "cs_1", "mode": "payment", "payment_status": "paid", "payment_intent": "pi_1", "amount_total": 35_01}
    by_session = heard("checkout.session.completed", metadata=WORDS, **done)
    by_intent = heard("payment_intent.succeeded", id="pi_1", amount_received=35_01, metadata=WORDS)
    assert [(one.fact_id, one.balance_id, one.amount_cents) for one in by_session] == [
        ("stripe.pi_1.1", "b1", 20_00), ("stripe.pi_1.2", "b2", 15_01),
    ]  # fmt: skip
    assert [one.fact_id for one in by_intent] == [one.fact_id for one in by_session]
    assert all(isinstance(one, PaymentRecorded) for one in by_session)


def test_a_refund_of_all_takes_back_each_part_and_of_some_a_part_of_each() -> None:
    refund = {"id": "re_1", "status": "succeeded", "payment_intent": "pi_1", "metadata": {}}
    whole = heard("refund.created", amount=35_01, **refund)
    assert [(one.fact_id, one.payment_fact_id, one.balance_id, one.amount_cents) for one in whole] == [
        ("stripe.re_1.1", "stripe.pi_1.1", "b1", 20_00), ("stripe.re_1.2", "stripe.pi_1.2", "b2", 15_01),
    ]  # fmt: skip
    some = heard("refund.created", amount=10_00, **refund)
    assert [one.amount_cents for one in some] == [5_71, 4_29]
    assert all(isinstance(one, PaymentReversed) for one in some)


def test_a_dispute_and_its_end_reach_every_balance_of_the_payment() -> None:
    told = {"id": "dp_1", "amount": 35_01, "payment_intent": "pi_1", "metadata": {}}
    opened = heard("charge.dispute.created", status="needs_response", **told)
    assert [(one.balance_id, one.disputed_cents, one.payment_fact_id) for one in opened] == [
        ("b1", 20_00, "stripe.pi_1.1"), ("b2", 15_01, "stripe.pi_1.2"),
    ]  # fmt: skip
    closed = heard("charge.dispute.closed", status="won", **told)
    assert [(type(one), one.balance_id, one.dispute_fact_id) for one in closed] == [
        (DisputeClosed, "b1", "stripe.dp_1.1"), (DisputeClosed, "b2", "stripe.dp_1.2"),
    ]  # fmt: skip
    moved = heard("charge.dispute.closed", status="won", balance_transactions=[{"amount": -3501}, {"amount": 3501}], **told)
    assert [one.undoes for one in moved if isinstance(one, PaymentRecorded)] == [
        "stripe.dp_1.withdrawn.1", "stripe.dp_1.withdrawn.2",
    ]  # fmt: skip
    assert all(isinstance(one, DisputeRaised) for one in opened)


async def test_a_joint_payment_on_the_card_page_stands_in_the_processors_books_part_by_part(world: World) -> None:
    connection = Connection("sk_test_simulated0000000000000001", base_url=world.url, timeout_s=5)
    checkout = StripeCheckout(connection)
    page = await checkout.begin(order(*SHARES))
    world.pay_by_card(page.url)
    payment = world.ask("/_/payments")["payments"][-1]["payment_intent"]
    assert await checkout.whose(payment) == Whose("lakeside", "b2", shares=tuple(SHARES))
    found = [one async for page in StripeBooks(connection).movements(datetime(2020, 1, 1, tzinfo=UTC)) for one in page]
    mine = [one for one in found if one.fact_id.startswith(f"stripe.{payment}")]
    assert [(one.fact_id, one.balance_id, one.amount_cents) for one in mine] == [
        (f"stripe.{payment}.1", "b1", 20_00), (f"stripe.{payment}.2", "b2", 15_01),
    ]  # fmt: skip
    await connection.close()


class Recorded:
    """What the store would hold of one joint payment: each fact once, under its own name."""

    def __init__(self, parts: list[Share]) -> None:
        self.parts = parts
        self.back: dict[str, PaymentReversed] = {}
        self.undone: dict[str, PaymentRecorded] = {}

    def hear(self, kind: str, **thing: Any) -> None:
        taken = tuple(
            TakenBack(re.sub(r"\.\d+$", "", name), self._place(one), one.amount_cents, name in self.undone)
            for name, one in self.back.items()
        )
        known = Known(payments={"stripe.pi_1": Whose("lakeside", "b1", shares=tuple(self.parts), back=taken)})
        for fact in facts_of(event(kind, payment_intent="pi_1", metadata={}, **thing), AT, known).facts:
            if isinstance(fact, PaymentReversed):
                self.back.setdefault(fact.fact_id, fact)
            elif isinstance(fact, PaymentRecorded):
                assert fact.undoes is not None
                self.undone.setdefault(fact.undoes, fact)

    def _place(self, fact: PaymentReversed) -> int:
        return [part.balance_id for part in self.parts].index(fact.balance_id or "") + 1

    def left(self) -> list[int]:
        taken = [0] * len(self.parts)
        for name, one in self.back.items():
            again = self.undone[name].amount_cents if name in self.undone else 0
            assert again in (0, one.amount_cents), "what came to nothing came back to the cent"
            taken[self._place(one) - 1] += one.amount_cents - again
        return [int(part.amount_cents) - cents for part, cents in zip(self.parts, taken, strict=True)]


@pytest.mark.parametrize("seed", range(300))
def test_partial_refunds_of_a_joint_payment_come_to_its_parts_to_the_cent_however_they_are_heard(seed: int) -> None:
    random = Random(seed)
    cents = [random.choice((1, 2, 33_33, random.randrange(1, 20_000))) for _ in range(random.choice((2, 3, 7)))]
    parts = [Share(f"b{number}", Cents(amount)) for number, amount in enumerate(cents, 1)]
    whole, books, refunds = sum(cents), Recorded(parts), dict[str, int]()
    while (left := whole - sum(refunds.values())) > 0:
        name, amount = f"re_{len(refunds)}x{random.random()}"[:12], random.choice((1, left, random.randint(1, left)))
        refunds[name] = amount
        for _ in range(random.choice((1, 2))):
            books.hear("refund.created", id=name, status="succeeded", amount=amount)
        again = random.choice(sorted(refunds))
        books.hear("refund.updated", id=again, status="succeeded", amount=refunds[again])
        if random.random() < 0.2:
            books.hear("refund.failed", id=again, status="failed", amount=refunds[again])
            books.hear("refund.failed", id=again, status="failed", amount=refunds.pop(again))
        assert min(books.left()) >= 0, "more was taken of a part than was paid for it"
        assert sum(books.left()) == whole - sum(refunds.values())
        if len(books.back) > 200:
            break
    else:
        assert books.left() == [0] * len(parts)
