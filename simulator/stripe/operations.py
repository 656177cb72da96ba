"""The table of Stripe's operations: path, parameter list, and what runs; behaviour stands in the account's parts."""

from __future__ import annotations

from collections.abc import Callable

from simulator.stripe import shapes
from simulator.stripe.account import Account
from simulator.stripe.payments import merge
from simulator.stripe.store import Obj

Operation = Callable[[Obj, dict[str, str], str], Obj]
"""Takes the checked parameters, the path's ids and the base address; gives the object to answer."""

LISTS = {
    "/customers": "customer", "/payment_methods": "payment_method",
    "/customers/{customer_id}/payment_methods": "payment_method",
    "/setup_intents": "setup_intent", "/payment_intents": "payment_intent", "/charges": "charge", "/refunds": "refund",
    "/products": "product", "/prices": "price", "/checkout/sessions": "checkout.session",
    "/payment_links": "payment_link",
    "/disputes": "dispute", "/events": "event", "/webhook_endpoints": "webhook_endpoint",
    "/balance_transactions": "balance_transaction", "/payouts": "payout",
}  # fmt: skip


def operations(account: Account) -> list[tuple[str, str, str, Operation]]:
    """Method, path, parameter list and action of everything but lists."""
    return [*_people(account), *_money(account), *_pages(account), *_rest(account)]


def _people(account: Account) -> list[tuple[str, str, str, Operation]]:
    store, customers = account.store, account.customers

    def update_customer(given: Obj, path: dict[str, str], base: str) -> Obj:
        found = store.get("customer", path["id"])
        merge(found, given, ("address", "description", "email", "metadata", "name", "phone", "shipping"))
        settings = given.get("invoice_settings") or {}
        found["invoice_settings"] |= {name: settings[name] for name in ("default_payment_method",) if name in settings}
        account.events.report("customer.updated", found)
        return found

    def delete_customer(given: Obj, path: dict[str, str], base: str) -> Obj:
        found = store.get("customer", path["id"])
        account.events.report("customer.deleted", found)
        del store.objects[found["id"]]
        return {"id": found["id"], "object": "customer", "deleted": True}

    def update_method(given: Obj, path: dict[str, str], base: str) -> Obj:
        method = store.get("payment_method", path["id"])
        merge(method, given, ("metadata",))
        account.events.report("payment_method.updated", method)
        return method

    def attach(given: Obj, path: dict[str, str], base: str) -> Obj:
        method = customers.method_of({"payment_method": path["id"]}) or {}
        return customers.attach(method, given.get("customer", ""))

    def cancel_setup(given: Obj, path: dict[str, str], base: str) -> Obj:
        intent = store.get("setup_intent", path["id"])
        intent |= {"status": "canceled", "cancellation_reason": given.get("cancellation_reason")}
        account.events.report("setup_intent.canceled", intent)
        return intent

    return [
        ("POST", "/customers", "customers.create", lambda given, path, base: customers.create(given)),
        ("POST", "/customers/{id}", "customers.update", update_customer),
        ("DELETE", "/customers/{id}", "read", delete_customer),
        ("POST", "/payment_methods", "payment_methods.create",
         lambda given, path, base: customers.create_method(given)),
        ("POST", "/payment_methods/{id}", "payment_methods.update", update_method),
        ("POST", "/payment_methods/{id}/attach", "payment_methods.attach", attach),
        ("POST", "/payment_methods/{id}/detach", "payment_methods.detach",
         lambda given, path, base: customers.detach(store.get("payment_method", path["id"]))),
        ("POST", "/setup_intents", "setup_intents.create", lambda given, path, base: customers.create_setup(given)),
        ("POST", "/setup_intents/{id}/confirm", "setup_intents.confirm",
         lambda given, path, base: customers.confirm_setup(store.get("setup_intent", path["id"]), given)),
        ("POST", "/setup_intents/{id}/cancel", "setup_intents.cancel", cancel_setup),
        *_reads(account, "customers", "customer"), *_reads(account, "payment_methods", "payment_method"),
        *_reads(account, "setup_intents", "setup_intent"),
    ]  # fmt: skip


def _money(account: Account) -> list[tuple[str, str, str, Operation]]:
    store, payments = account.store, account.payments

    def on_intent(act: Callable[[Obj, Obj], Obj]) -> Operation:
        return lambda given, path, base: act(store.get("payment_intent", path["id"]), given)

    def charge_directly(given: Obj, path: dict[str, str], base: str) -> Obj:
        source = given.pop("source", None) or {"payment_method": "tok_visa"}
        method = {"payment_method": source} if isinstance(source, str) else source
        capture = "automatic" if given.pop("capture", True) else "manual"
        intent = payments.create(given | method | {"confirm": True, "capture_method": capture})
        return store.objects[intent["latest_charge"]]

    def update(kind: str, event: str, *names: str) -> Operation:
        def run(given: Obj, path: dict[str, str], base: str) -> Obj:
            found = store.get(kind, path["id"])
            merge(found, given, names)
            account.events.report(event, found)
            return found

        return run

    return [
        ("POST", "/payment_intents", "payment_intents.create", lambda given, path, base: payments.create(given)),
        ("POST", "/payment_intents/{id}", "payment_intents.update", on_intent(payments.update)),
        ("POST", "/payment_intents/{id}/confirm", "payment_intents.confirm", on_intent(payments.confirm)),
        ("POST", "/payment_intents/{id}/cancel", "payment_intents.cancel", on_intent(payments.cancel)),
        ("POST", "/payment_intents/{id}/capture", "payment_intents.capture", on_intent(payments.capture)),
        ("POST", "/charges", "charges.create", charge_directly),
        ("POST", "/charges/{id}", "charges.update",
         update("charge", "charge.updated", "metadata", "description", "receipt_email")),
        ("POST", "/refunds", "refunds.create", lambda given, path, base: payments.refund(given)),
        ("POST", "/refunds/{id}", "refunds.update", update("refund", "charge.refund.updated", "metadata")),
        *_reads(account, "payment_intents", "payment_intent"), *_reads(account, "charges", "charge"),
        *_reads(account, "refunds", "refund"), *_reads(account, "balance_transactions", "balance_transaction"),
        *_reads(account, "payouts", "payout"),
    ]  # fmt: skip


def _pages(account: Account) -> list[tuple[str, str, str, Operation]]:
    store, checkout, catalog = account.store, account.checkout, account.catalog

    def shown(session: Obj, given: Obj) -> Obj:
        if "line_items" not in given.get("expand", []):
            return session
        items = checkout.items[session["id"]]
        url = f"/v1/checkout/sessions/{session['id']}/line_items"
        return session | {"line_items": {"object": "list", "data": items, "has_more": False, "url": url}}

    def session_of(path: dict[str, str]) -> Obj:
        return store.get("checkout.session", path["id"])

    def line_items(given: Obj, path: dict[str, str], base: str) -> Obj:
        listed: Obj = shown(session_of(path), {"expand": ["line_items"]})["line_items"]
        return listed

    def update_link(given: Obj, path: dict[str, str], base: str) -> Obj:
        link = store.get("payment_link", path["id"])
        merge(link, given, ("active", "metadata"))
        account.events.report("payment_link.updated", link)
        return link

    return [
        ("POST", "/checkout/sessions", "checkout_sessions.create",
         lambda given, path, base: shown(checkout.create(given, base), given)),
        ("GET", "/checkout/sessions/{id}", "read", lambda given, path, base: shown(session_of(path), given)),
        ("GET", "/checkout/sessions/{id}/line_items", "list", line_items),
        ("POST", "/checkout/sessions/{id}/expire", "checkout_sessions.expire",
         lambda given, path, base: checkout.expire(session_of(path))),
        ("GET", "/payment_pages/{id}", "payment_pages.read", lambda given, path, base: session_of(path)),
        ("POST", "/payment_pages/{id}", "payment_pages.read", lambda given, path, base: session_of(path)),
        ("POST", "/payment_pages/{id}/confirm", "payment_pages.confirm",
         lambda given, path, base: checkout.complete(session_of(path), given)),
        ("POST", "/products", "products.create", lambda given, path, base: catalog.create_product(given)),
        ("POST", "/prices", "prices.create", lambda given, path, base: catalog.create_price(given)),
        ("POST", "/payment_links", "payment_links.create", lambda given, path, base: catalog.create_link(given, base)),
        ("POST", "/payment_links/{id}", "payment_links.update", update_link),
        *_reads(account, "products", "product"), *_reads(account, "prices", "price"),
        *_reads(account, "payment_links", "payment_link"),
    ]  # fmt: skip


def _rest(account: Account) -> list[tuple[str, str, str, Operation]]:
    store, disputes = account.store, account.disputes

    def register(given: Obj, path: dict[str, str], base: str) -> Obj:
        secret = store.new_id("whsec")
        return store.add(shapes.webhook_endpoint(store.new_id("we"), store.now(), given, secret))

    return [
        ("POST", "/disputes/{id}", "disputes.update",
         lambda given, path, base: disputes.update(store.get("dispute", path["id"]), given)),
        ("POST", "/disputes/{id}/close", "disputes.close",
         lambda given, path, base: disputes.close(store.get("dispute", path["id"]))),
        ("POST", "/webhook_endpoints", "webhook_endpoints.create", register),
        *_reads(account, "disputes", "dispute"), *_reads(account, "events", "event"),
        *_reads(account, "webhook_endpoints", "webhook_endpoint"),
    ]  # fmt: skip


def _reads(account: Account, name: str, kind: str) -> list[tuple[str, str, str, Operation]]:
    return [("GET", f"/{name}/{{id}}", "read", lambda given, path, base: account.store.get(kind, path["id"]))]
