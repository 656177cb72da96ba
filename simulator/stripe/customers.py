"""Customers, their cards and setup intents; charging stands in payments."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from simulator.stripe import shapes
from simulator.stripe.cards import CARDS, Card, Wallet, card_error
from simulator.stripe.errors import StripeError, invalid
from simulator.stripe.events import Events
from simulator.stripe.store import Obj, Store

BANK_DEBITS = ("us_bank_account", "sepa_debit")
FAILING_ACCOUNTS = ("000111111116", "000222222227", "IT60X0542811101000000123456", "DE62370400440532013001")
"""Published test accounts from which nothing can be collected."""


class Customers:
    """Keeps which real test card stands behind each payment method."""

    def __init__(self, store: Store, events: Events, wallet: Wallet) -> None:
        self.wallet = wallet
        self.authenticated: set[str] = set()
        """Payment methods that were set up for later use with authentication."""
        self.debits: dict[str, bool] = {}
        """Bank accounts by payment method, and whether collecting from each fails."""
        self.detached: set[str] = set()
        """Payment methods that were taken from a customer and cannot be used again."""
        self._cards: dict[str, Card] = {}
        self._store = store
        self._events = events

    def create(self, given: Obj) -> Obj:
        """A customer, with a first card when one is given."""
        found = self._store.add(shapes.customer(self._store.new_id("cus", 14), self._store.now(), given))
        if given.get("payment_method"):
            self.attach(self._method(given["payment_method"]), found["id"])
        elif isinstance(given.get("source"), str):
            method = self._method(given["source"])
            self.attach(method, found["id"])
            found["default_source"] = method["id"]
        self._events.report("customer.created", found)
        return found

    def must_exist(self, customer: str | None) -> None:
        """Raises when a named customer is unknown."""
        if customer:
            self._store.get("customer", customer, "customer")

    def create_method(self, given: Obj) -> Obj:
        """A payment method of type card, from a test card's number or token."""
        kind = given.get("type", "card")
        if kind in BANK_DEBITS and isinstance(given.get(kind), dict):
            return self._keep_debit(kind, given)
        if kind != "card":
            raise invalid("This account takes cards, us_bank_account and sepa_debit", "type")
        details = given.get("card") or {}
        card = self._card_from(details)
        return self._keep(card, given)

    def _card_from(self, details: Obj) -> Card:
        if "token" in details:
            card = self.wallet.by_token(details["token"])
        else:
            card = self.wallet.find(str(details.get("number", "")))
        if card is None:
            text = "Your card number is incorrect."
            raise StripeError(402, "card_error", text, code="incorrect_number", param="number")
        month, year = details.get("exp_month", card.exp_month), details.get("exp_year", card.exp_year)
        return replace(card, exp_month=int(month), exp_year=int(year))

    def _keep_debit(self, kind: str, given: Obj) -> Obj:
        made = shapes.debit_method(self._store.new_id("pm"), self._store.now(), kind, given)
        account = str(given[kind].get("iban") or given[kind].get("account_number", ""))
        self.debits[made["id"]] = account in FAILING_ACCOUNTS
        return self._store.add(made)

    def _keep(self, card: Card, given: Obj) -> Obj:
        method = self._store.add(shapes.payment_method(self._store.new_id("pm"), self._store.now(), card, given))
        self._cards[method["id"]] = card
        return method

    def method_of(self, given: Obj) -> Obj | None:
        """The payment method a request names or describes, or None."""
        if given.get("payment_method"):
            return self._method(given["payment_method"])
        described = given.get("payment_method_data")
        return self.create_method(described) if isinstance(described, dict) else None

    def _method(self, name: str) -> Obj:
        if name.startswith(("pm_card_", "tok_")):
            card = self.wallet.by_token(name)
            if card is not None:
                return self._keep(card, {})
        return self._store.get("payment_method", name, "payment_method")

    def attach(self, method: Obj, customer: str) -> Obj:
        """Saves a card to a customer; the cards that decline do so here already, but for one."""
        self.must_exist(customer)
        card = self._cards.get(method["id"])
        if card is not None and card.decline and card.at_attach:
            raise card_error(card)
        method["customer"] = customer
        self._events.report("payment_method.attached", method)
        return method

    def detach(self, method: Obj) -> Obj:
        """Removes a card from its customer, for good."""
        if method["customer"] is None:
            raise invalid("The payment method you provided is not attached to a customer so detachment is impossible.")
        previous = {"customer": method["customer"]}
        method["customer"] = None
        self.detached.add(method["id"])
        self._events.report("payment_method.detached", method, previous)
        return method

    def card_at_charge(self, method: Obj) -> Card:
        """How the card behaves now."""
        return self.wallet.at_charge(self._cards.get(method["id"], CARDS["4242424242424242"]), method["id"])

    def renew_card(self, method: Obj, given: Obj) -> Obj:
        """The card updater brings a new expiry or number; a declining card becomes a good one."""
        previous = {"card": dict(method["card"])}
        method["card"] |= {name: given[name] for name in ("exp_month", "exp_year", "last4") if name in given}
        self._cards[method["id"]] = CARDS["4242424242424242"]
        self._events.report("payment_method.automatically_updated", method, previous)
        return method

    def create_setup(self, given: Obj) -> Obj:
        """A setup intent, confirmed at once when asked."""
        self.must_exist(given.get("customer"))
        intent = self._store.add(shapes.setup_intent(self._store.new_id("seti"), self._store.now(), given))
        self._events.report("setup_intent.created", intent)
        if method := self.method_of(given):
            intent |= {"payment_method": method["id"], "status": "requires_confirmation"}
        return self.confirm_setup(intent, {}) if given.get("confirm") else intent

    def confirm_setup(self, intent: Obj, given: Obj) -> Obj:
        """Saves the card for later use. A decline is raised as 402."""
        if intent["status"] in ("succeeded", "canceled"):
            raise invalid(f"You cannot confirm this SetupIntent because it has a status of {intent['status']}.",
                          code="setup_intent_unexpected_state")  # fmt: skip
        method = self.method_of(given) or self._store.objects.get(intent["payment_method"] or "")
        if method is None:
            raise invalid("You cannot confirm this SetupIntent: a payment method is missing.", "payment_method")
        card = self._cards.get(method["id"], CARDS["4242424242424242"])
        if card.authenticate and intent["status"] != "requires_action":
            action: dict[str, Any] = {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}}
            intent |= {"status": "requires_action", "payment_method": method["id"], "next_action": action}
            self._events.report("setup_intent.requires_action", intent)
            return intent
        if card.decline and card.at_attach:
            error = card_error(card)
            intent |= {"status": "requires_payment_method", "payment_method": None}
            intent["last_setup_error"] = error.body | {"payment_method": method}
            self._events.report("setup_intent.setup_failed", intent)
            error.body["setup_intent"] = intent
            raise error
        if intent["customer"] and method["customer"] is None:
            self.attach(method, intent["customer"])
        self.authenticated.add(method["id"])
        intent |= {"status": "succeeded", "payment_method": method["id"], "next_action": None}
        self._events.report("setup_intent.succeeded", intent)
        return intent
