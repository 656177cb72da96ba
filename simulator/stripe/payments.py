"""Payment intents, setup intents, charges and refunds: what happens to money and cards; forms stand in shapes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from simulator.stripe import shapes
from simulator.stripe.balance import Balance, Later
from simulator.stripe.cards import Card, card_error
from simulator.stripe.catalog import currency_of
from simulator.stripe.customers import Customers
from simulator.stripe.disputes import Disputes
from simulator.stripe.errors import StripeError, invalid
from simulator.stripe.events import Events
from simulator.stripe.store import Obj, Store

FEE_SHARE, FEE_FIXED = 29, 30
"""Stripe's list price in the US: 2.9 % (in thousandths) and 30 cents."""


DEBIT_TAKES = timedelta(days=1)


class Payments:
    """Moves money between cards and the account."""

    def __init__(
        self, store: Store, events: Events, customers: Customers, disputes: Disputes, balance: Balance, later: Later
    ) -> None:
        self._balance = balance
        self._later = later
        self._store = store
        self._events = events
        self._customers = customers
        self._disputes = disputes

    def create(self, given: Obj) -> Obj:
        """A payment intent, confirmed at once when asked."""
        if given["amount"] < 50:
            raise invalid("Amount must be at least $0.50 usd", "amount", "amount_too_small")
        currency_of(given)
        if "off_session" in given and not given.get("confirm"):
            raise invalid("You can only set `off_session` if you are confirming the intent.", "off_session")
        self._customers.must_exist(given.get("customer"))
        intent = self._store.add(shapes.payment_intent(self._store.new_id("pi"), self._store.now(), given))
        self._events.report("payment_intent.created", intent)
        if method := self._customers.method_of(given):
            intent |= {"payment_method": method["id"], "status": "requires_confirmation"}
        return self.confirm(intent, given) if given.get("confirm") else intent

    def update(self, intent: Obj, given: Obj) -> Obj:
        """Changes an intent that has not been paid."""
        self._must_be(intent, "update", "requires_payment_method", "requires_confirmation", "requires_action")
        merge(intent, given, ("amount", "customer", "description", "metadata", "receipt_email", "setup_future_usage"))
        return intent

    def confirm(self, intent: Obj, given: Obj) -> Obj:
        """Charges the card. A decline is raised as 402 and leaves the intent waiting for another card."""
        self._must_be(intent, "confirm", "requires_payment_method", "requires_confirmation", "requires_action")
        method = self._customers.method_of(given) or self._method_on(intent)
        if method is None:
            raise invalid("You cannot confirm this PaymentIntent: a payment method is missing.", "payment_method",
                          "payment_intent_unexpected_state")  # fmt: skip
        if method["id"] in self._customers.detached:
            text = "The provided PaymentMethod was detached from a Customer. It may not be used again."
            raise invalid(text, "payment_method")
        if method["customer"] and method["customer"] != intent["customer"]:
            raise invalid("The payment method belongs to another customer than the intent.", "payment_method")
        alone = given.get("off_session") not in (None, "", "false")
        if intent["setup_future_usage"] and intent["customer"] and method["customer"] is None:
            self._customers.attach(method, intent["customer"])
        if method["id"] in self._customers.debits:
            self.debit(intent, method, self._customers.debits[method["id"]], _tell_nobody)
            return intent
        card = self._customers.card_at_charge(method)
        if card.authenticate and intent["status"] != "requires_action":
            if alone and not (card.authenticate == "once" and method["id"] in self._customers.authenticated):
                raise self._declined(intent, method, _unauthenticated(card))
            if not alone:
                return self._ask_to_authenticate(intent, method, given)
        if card.decline:
            raise self._declined(intent, method, card)
        return self._paid(intent, method, card)

    def cancel(self, intent: Obj, given: Obj) -> Obj:
        """Ends an intent that has not been paid."""
        self._must_be(
            intent, "cancel", "requires_payment_method", "requires_confirmation", "requires_action", "requires_capture"
        )
        reason = given.get("cancellation_reason")
        intent |= {"status": "canceled", "canceled_at": self._store.now(), "cancellation_reason": reason}
        self._events.report("payment_intent.canceled", intent)
        return intent

    def capture(self, intent: Obj, given: Obj) -> Obj:
        """Takes the money of an authorized intent."""
        self._must_be(intent, "capture", "requires_capture")
        paid = self._store.objects[intent["latest_charge"]]
        amount: int = given.get("amount_to_capture") or intent["amount"]
        intent |= {"status": "succeeded", "amount_received": amount, "amount_capturable": 0}
        paid |= {"captured": True, "amount_captured": amount}
        self._book(paid, amount)
        self._events.report("charge.captured", paid)
        self._events.report("payment_intent.succeeded", intent)
        return intent

    def refund(self, given: Obj) -> Obj:
        """Gives money back, never more than is left."""
        if given.get("payment_intent"):
            intent = self._store.get("payment_intent", given["payment_intent"], "payment_intent")
            charge_id = intent["latest_charge"]
        else:
            charge_id = given.get("charge")
        if not charge_id:
            raise invalid("One of the following params should be provided for this request: payment_intent or charge.")
        paid = self._store.get("charge", charge_id, "charge")
        left = paid["amount_captured"] - paid["amount_refunded"]
        amount = given.get("amount", left)
        if left == 0:
            raise invalid(f"Charge {paid['id']} has already been refunded.", code="charge_already_refunded")
        if not 0 < amount <= left:
            raise invalid("Refund amount is greater than unrefunded amount on charge", "amount")
        back = self._store.add(shapes.refund(self._store.new_id("re"), self._store.now(), paid, given, amount))
        paid["amount_refunded"] += amount
        paid["refunded"] = paid["amount_refunded"] == paid["amount_captured"]
        back["balance_transaction"] = self._balance.move(-amount, "refund", back["id"])["id"]
        self._events.report("refund.created", back)
        self._events.report("charge.refunded", paid)
        return back

    def fail_refund(self, back: Obj) -> Obj:
        """The bank sends a refund back, days after it succeeded."""
        back |= {"status": "failed", "failure_reason": "expired_or_canceled_card"}
        paid = self._store.objects[back["charge"]]
        moved = self._balance.move(back["amount"], "refund_failure", back["id"])
        back["failure_balance_transaction"] = moved["id"]
        paid["amount_refunded"] -= back["amount"]
        paid["refunded"] = False
        self._events.report("refund.failed", back)
        self._events.report("charge.refund.updated", back)
        return back

    def debit(self, intent: Obj, method: Obj, fails: bool, done: Callable[[bool], None]) -> None:
        """Collects from a bank account: `processing` now, and the answer a day later through `done(succeeded)`."""
        paid = shapes.debit_charge(self._store.new_id("py"), self._store.now(), intent, method)
        self._store.add(paid)
        intent |= {"status": "processing", "payment_method": method["id"], "latest_charge": paid["id"]}
        self._events.report("charge.pending", paid)
        self._events.report("payment_intent.processing", intent)
        act = partial(self._answer_debit, intent, method, paid, fails, done)
        self._later(DEBIT_TAKES, "a bank answers a debit", act)

    async def _answer_debit(
        self, intent: Obj, method: Obj, paid: Obj, fails: bool, done: Callable[[bool], None]
    ) -> None:
        if fails:
            self._bounce(intent, method, paid)
        else:
            paid.update(status="succeeded", paid=True, captured=True, amount_captured=paid["amount"])
            self._book(paid, paid["amount"])
            intent.update(status="succeeded", amount_received=paid["amount"])
            self._events.report("charge.succeeded", paid)
            self._events.report("payment_intent.succeeded", intent)
        done(not fails)

    def _bounce(self, intent: Obj, method: Obj, paid: Obj) -> None:
        text = "The customer's account has insufficient funds."
        paid |= {"status": "failed", "failure_code": "insufficient_funds", "failure_message": text}
        error = {"type": "invalid_request_error", "code": "payment_method_provider_decline", "message": text,
                 "network_decline_code": "R01", "charge": paid["id"], "payment_method": dict(method)}  # fmt: skip
        intent |= {"status": "requires_payment_method", "payment_method": None, "last_payment_error": error}
        self._events.report("charge.failed", paid)
        self._events.report("payment_intent.payment_failed", intent)

    def _paid(self, intent: Obj, method: Obj, card: Card) -> Obj:
        paid = shapes.charge(self._store.new_id("ch"), self._store.now(), intent, method, card, declined=False)
        self._store.add(paid)
        intent |= {"latest_charge": paid["id"], "payment_method": method["id"]}
        intent |= {"next_action": None, "last_payment_error": None}
        if not paid["captured"]:
            intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
            self._events.report("payment_intent.amount_capturable_updated", intent)
            return intent
        self._book(paid, paid["amount"])
        intent |= {"status": "succeeded", "amount_received": intent["amount"]}
        if intent["setup_future_usage"]:
            self._customers.authenticated.add(method["id"])
        self._events.report("charge.succeeded", paid)
        self._events.report("payment_intent.succeeded", intent)
        if card.dispute:
            self._disputes.open(paid, card.dispute)
        return intent

    def _book(self, paid: Obj, amount: int) -> None:
        fee = amount * FEE_SHARE // 1000 + FEE_FIXED
        moved = self._balance.move(amount, "charge", paid["id"], fee, paid["currency"])
        paid["balance_transaction"] = moved["id"]

    def _declined(self, intent: Obj, method: Obj, card: Card) -> StripeError:
        paid = shapes.charge(self._store.new_id("ch"), self._store.now(), intent, method, card, declined=True)
        error = card_error(card, charge=paid["id"], payment_method=method)
        paid["failure_message"] = error.body["message"]
        self._store.add(paid)
        intent |= {"latest_charge": paid["id"], "status": "requires_payment_method", "payment_method": None,
                   "next_action": None, "last_payment_error": dict(error.body)}  # fmt: skip
        self._events.report("charge.failed", paid)
        self._events.report("payment_intent.payment_failed", intent)
        error.body["payment_intent"] = intent
        return error

    def _ask_to_authenticate(self, intent: Obj, method: Obj, given: Obj) -> Obj:
        action: dict[str, Any] = {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}}
        if given.get("return_url"):
            redirect = {"return_url": given["return_url"], "url": "https://hooks.stripe.com/redirect/simulated"}
            action = {"type": "redirect_to_url", "redirect_to_url": redirect}
        intent |= {"status": "requires_action", "payment_method": method["id"], "next_action": action}
        self._events.report("payment_intent.requires_action", intent)
        return intent

    def _method_on(self, intent: Obj) -> Obj | None:
        return self._store.objects.get(intent["payment_method"]) if intent["payment_method"] else None

    def _must_be(self, intent: Obj, verb: str, *states: str) -> None:
        if intent["status"] not in states:
            raise StripeError(
                400, "invalid_request_error", code="payment_intent_unexpected_state", payment_intent=intent,
                message=f"You cannot {verb} this PaymentIntent because it has a status of {intent['status']}.",
            )  # fmt: skip


def _unauthenticated(card: Card) -> Card:
    return Card(card.number, decline="authentication_required", decline_code="authentication_required")


def _tell_nobody(_: bool) -> None:
    """A debit without a page: its intent's events say what came of it."""


def merge(found: Obj, given: Obj, names: tuple[str, ...]) -> None:
    """Writes the given fields over an object; metadata is merged key by key, and an empty value removes."""
    for name in names:
        if name == "metadata" and "metadata" in given:
            changes = given["metadata"] if isinstance(given["metadata"], dict) else {}
            kept = {} if given["metadata"] == "" else found["metadata"] | changes
            found["metadata"] = {key: value for key, value in kept.items() if value != ""}
        elif name in given:
            found[name] = None if given[name] == "" else given[name]
