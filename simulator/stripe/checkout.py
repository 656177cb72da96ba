"""Checkout sessions: made, paid on the hosted page, expired; the page's HTML and the card's charge are elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

from simulator.agenda import Agenda
from simulator.stripe import shapes
from simulator.stripe.catalog import Catalog
from simulator.stripe.customers import Customers
from simulator.stripe.errors import invalid
from simulator.stripe.events import Events
from simulator.stripe.payments import Payments
from simulator.stripe.store import Obj, Store

DAY, HALF_HOUR = 86_400, 1_800
HOSTED = ("hosted", "hosted_page")


class Checkout:
    """Sessions in the modes payment and setup."""

    def __init__(
        self, store: Store, events: Events, customers: Customers, payments: Payments, catalog: Catalog, agenda: Agenda
    ) -> None:
        self.items: dict[str, list[Obj]] = {}
        """The line items of each session."""
        self._wishes: dict[str, Obj] = {}
        self._store = store
        self._events = events
        self._customers = customers
        self._payments = payments
        self._catalog = catalog
        self._agenda = agenda

    def create(self, given: Obj, base: str) -> Obj:
        """A session; `base` is the address of this program, for the page's URL."""
        mode = given.get("mode", "payment")
        self._refuse_what_is_missing(given, mode)
        items = self._catalog.items_of(given.get("line_items", []))
        now = self._store.now()
        expires = given.get("expires_at", now + DAY)
        if not now + HALF_HOUR - 60 <= expires <= now + DAY + 60:
            raise invalid("`expires_at` must be between 30 minutes and 24 hours from now.", "expires_at")
        session = self._open(given, mode, items, expires, base)
        ends = datetime.fromtimestamp(expires, UTC)
        self._agenda.at(ends, "a checkout session expires", partial(self._run_out, session))
        return session

    def _refuse_what_is_missing(self, given: Obj, mode: str) -> None:
        if mode == "subscription":
            raise invalid("This account has no subscriptions", "mode")
        if mode == "payment" and not given.get("line_items"):
            raise invalid("Missing required param: line_items.", "line_items", "parameter_missing")
        if mode == "setup" and given.get("line_items"):
            raise invalid("You can not pass `line_items` in `setup` mode.", "line_items")
        named = given.get("payment_method_types") or given.get("allowed_payment_method_types")
        if mode == "setup" and not given.get("currency") and not named:
            raise invalid("`currency` is required in `setup` mode when using dynamic payment methods.", "currency")
        if given.get("ui_mode", "hosted_page") in HOSTED and not given.get("success_url"):
            raise invalid("You must specify `success_url`.", "success_url", "parameter_missing")
        if given.get("customer") and given.get("customer_email"):
            raise invalid("You may only specify one of these parameters: customer, customer_email.", "customer_email")
        self._customers.must_exist(given.get("customer"))

    def _open(self, given: Obj, mode: str, items: list[Obj], expires: int, base: str) -> Obj:
        session_id = self._store.new_id("cs_test", 58)
        total = sum(item["amount_total"] for item in items) if mode == "payment" else None
        session = self._store.add({
            "id": session_id, "object": "checkout.session", "adaptive_pricing": {"enabled": False},
            "after_expiration": None, "allow_promotion_codes": None, "amount_subtotal": total, "amount_total": total,
            "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
            "billing_address_collection": given.get("billing_address_collection"),
            "cancel_url": given.get("cancel_url"),
            "client_reference_id": given.get("client_reference_id"), "client_secret": None,
            "collected_information": None,
            "consent": None, "consent_collection": None, "created": self._store.now(),
            "currency": items[0]["currency"] if items else given.get("currency"), "currency_conversion": None,
            "custom_fields": [],
            "custom_text": dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")),
            "customer": given.get("customer"), "customer_account": None,
            "customer_creation": _customer_creation(given, mode),
            "customer_details": None, "customer_email": given.get("customer_email"), "discounts": [],
            "expires_at": expires, "invoice": None, "invoice_creation": None, "livemode": False,
            "locale": given.get("locale"), "metadata": given.get("metadata", {}), "mode": mode,
            "origin_context": None, "payment_intent": None, "payment_link": None,
            "payment_method_collection": "if_required", "payment_method_configuration_details": None,
            "payment_method_options": {}, "payment_method_types": shapes.ways(given),
            "payment_status": "no_payment_required" if mode == "setup" else "unpaid", "permissions": None,
            "phone_number_collection": {"enabled": False}, "recovered_from": None, "saved_payment_method_options": None,
            "setup_intent": None, "shipping_address_collection": None, "shipping_cost": None, "shipping_options": [],
            "status": "open", "submit_type": given.get("submit_type"), "subscription": None,
            "success_url": given.get("success_url"),
            "total_details": None if total is None else {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
            "ui_mode": "hosted_page", "url": f"{base}/c/pay/{session_id}", "wallet_options": None,
        })  # fmt: skip
        self.items[session_id] = items
        self._wishes[session_id] = given
        if mode == "setup":
            described = _object(given.get("setup_intent_data")) | {"customer": given.get("customer")}
            session["setup_intent"] = self._customers.create_setup(described)["id"]
        return session

    def complete(self, session: Obj, given: Obj) -> Obj:
        """The patient's press on Pay. A decline is raised as 402 and the session stays open."""
        self._must_be_open(session)
        expected = given.get("expected_amount")
        if expected is not None and session["mode"] == "payment" and expected != session["amount_total"]:
            raise invalid("The expected amount does not match the amount of the session.", "expected_amount")
        method = self._customers.method_of(given)
        if method is None:
            raise invalid("Missing required param: payment_method.", "payment_method", "parameter_missing")
        if method["type"] in self._wishes[session["id"]].get("excluded_payment_method_types", []):
            raise invalid("The payment method type is not offered in this session.", "payment_method")
        if session["mode"] == "setup":
            self._set_up(session, method)
        elif session["amount_total"] == 0:
            session["payment_status"] = "no_payment_required"
        else:
            self._pay(session, method)
        session |= {"status": "complete", "url": None, "customer_details": _who(method, session)}
        self._events.report("checkout.session.completed", session)
        self._count_for_link(session)
        return session

    def _count_for_link(self, session: Obj) -> None:
        """A link with a limit closes when as many sessions of it are complete."""
        link = self._store.objects.get(session["payment_link"] or "", {})
        limited = _object(_object(link.get("restrictions")).get("completed_sessions"))
        if limited:
            limited["count"] += 1
            if limited["count"] >= limited["limit"]:
                link["active"] = False
                self._events.report("payment_link.updated", link)

    def _pay(self, session: Obj, method: Obj) -> None:
        wishes = _object(self._wishes[session["id"]].get("payment_intent_data"))
        self._make_customer(session, method, wishes)
        intent = self._store.objects.get(session["payment_intent"] or "")
        if intent is None:
            known = ("currency", "customer")
            described = {"amount": session["amount_total"]} | {name: session[name] for name in known} | wishes
            intent = self._payments.create(described)
            session["payment_intent"] = intent["id"]
        if method["id"] in self._customers.debits:
            fails = self._customers.debits[method["id"]]
            self._payments.debit(intent, method, fails, partial(self._answered_late, session))
            return
        paid = self._payments.confirm(intent, {"payment_method": method["id"]})
        if paid["status"] == "requires_action":
            paid = self._payments.confirm(paid, {"payment_method": method["id"]})
        session["payment_status"] = "paid"

    def _answered_late(self, session: Obj, succeeded: bool) -> None:
        session["payment_status"] = "paid" if succeeded else "unpaid"
        self._events.report(f"checkout.session.async_payment_{'succeeded' if succeeded else 'failed'}", session)

    def _set_up(self, session: Obj, method: Obj) -> None:
        self._make_customer(session, method, {})
        intent = self._store.objects[session["setup_intent"]]
        intent["customer"] = session["customer"]
        done = self._customers.confirm_setup(intent, {"payment_method": method["id"]})
        if done["status"] == "requires_action":
            self._customers.confirm_setup(done, {"payment_method": method["id"]})

    def _make_customer(self, session: Obj, method: Obj, wishes: Obj) -> None:
        """A customer is made when the session says so, or when the card is to be kept."""
        needed = session["customer_creation"] == "always" or wishes.get("setup_future_usage")
        if session["customer"] is None and needed:
            who = method["billing_details"]
            email = session["customer_email"] or who["email"]
            session["customer"] = self._customers.create({"email": email, "name": who["name"]})["id"]

    def expire(self, session: Obj) -> Obj:
        """Ends an open session unpaid."""
        self._must_be_open(session)
        session |= {"status": "expired", "url": None}
        self._events.report("checkout.session.expired", session)
        return session

    async def _run_out(self, session: Obj) -> None:
        if session["status"] == "open":
            self.expire(session)

    def _must_be_open(self, session: Obj) -> None:
        if session["status"] != "open":
            raise invalid(f"Only open Checkout Sessions can be used; this one is {session['status']}.")

    def from_link(self, link: Obj, base: str) -> Obj:
        """The session that opening a payment link makes."""
        lines = self._catalog.link_items[link["id"]]
        items = [{"price": item["price"]["id"], "quantity": str(item["quantity"])} for item in lines]
        redirect = _object(link["after_completion"].get("redirect")).get("url")
        success = redirect or f"{base}/c/thanks"
        wishes = {"line_items": items, "metadata": dict(link["metadata"]), "success_url": success}
        if link["payment_intent_data"]:
            known = {name: value for name, value in link["payment_intent_data"].items() if value}
            wishes["payment_intent_data"] = known
        session = self.create(wishes, base)
        session["payment_link"] = link["id"]
        return session


def _customer_creation(given: Obj, mode: str) -> str | None:
    if given.get("customer"):
        return None
    return str(given.get("customer_creation", "always" if mode == "setup" else "if_required"))


def _object(value: Any) -> Obj:
    return value if isinstance(value, dict) else {}


def _who(method: Obj, session: Obj) -> Obj:
    details = method["billing_details"]
    email = session["customer_email"] or details["email"]
    return {
        "address": details["address"], "business_name": None, "email": email, "individual_name": None,
        "name": details["name"], "phone": details["phone"], "tax_exempt": "none", "tax_ids": None,
    }  # fmt: skip
