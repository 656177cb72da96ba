"""Products, prices and payment links: what can be sold; nothing is paid here."""

from __future__ import annotations

from typing import Any

from simulator.stripe.errors import invalid
from simulator.stripe.events import Events
from simulator.stripe.store import Obj, Store

LINE_FIELDS = {"price", "price_data", "quantity", "adjustable_quantity", "metadata", "tax_rates", "dynamic_tax_rates"}
LARGEST = 99_999_999


class Catalog:
    """Makes products, prices and links, and turns line items into amounts."""

    def __init__(self, store: Store, events: Events) -> None:
        self._store = store
        self._events = events
        self.link_items: dict[str, list[Obj]] = {}
        """The line items of each link."""

    def create_product(self, given: Obj) -> Obj:
        """A product, and its first price when one is described."""
        now = self._store.now()
        product = self._store.add({
            "id": given.get("id") or self._store.new_id("prod", 14), "object": "product",
            "active": given.get("active", True),
            "created": now, "default_price": None, "description": given.get("description"),
            "images": given.get("images", []),
            "livemode": False, "marketing_features": [], "metadata": given.get("metadata", {}), "name": given["name"],
            "package_dimensions": None, "shippable": None, "statement_descriptor": given.get("statement_descriptor"),
            "tax_code": None, "type": "service", "unit_label": None, "updated": now, "url": None,
        })  # fmt: skip
        self._events.report("product.created", product)
        if isinstance(given.get("default_price_data"), dict):
            product["default_price"] = self._price(given["default_price_data"], product["id"])["id"]
        return product

    def create_price(self, given: Obj) -> Obj:
        """A price of a product that exists or is described along with it."""
        if isinstance(given.get("product_data"), dict):
            product = self.create_product(given["product_data"])
        elif given.get("product"):
            product = self._store.get("product", given["product"], "product")
        else:
            raise invalid("Missing required param: product.", "product", "parameter_missing")
        return self._price(given, product["id"])

    def _price(self, given: Obj, product_id: str) -> Obj:
        amount = _amount(given.get("unit_amount"), "unit_amount")
        recurring = given.get("recurring")
        price = self._store.add({
            "id": self._store.new_id("price"), "object": "price", "active": given.get("active", True),
            "billing_scheme": "per_unit", "created": self._store.now(), "currency": currency_of(given),
            "custom_unit_amount": None,
            "livemode": False, "lookup_key": given.get("lookup_key"), "metadata": given.get("metadata", {}),
            "nickname": given.get("nickname"), "product": product_id, "recurring": _recurring(recurring),
            "tax_behavior": "unspecified", "tiers_mode": None, "transform_quantity": None,
            "type": "recurring" if recurring else "one_time", "unit_amount": amount, "unit_amount_decimal": str(amount),
        })  # fmt: skip
        self._events.report("price.created", price)
        return price

    def items_of(self, wanted: list[Any]) -> list[Obj]:
        """The line items of a page: each with its price and total in cents."""
        items = []
        for place, line in enumerate(wanted):
            if not isinstance(line, dict):
                raise invalid("Invalid array: each line item is an object", f"line_items[{place}]")
            unknown = line.keys() - LINE_FIELDS
            if unknown:
                name = f"line_items[{place}][{min(unknown)}]"
                raise invalid(f"Received unknown parameter: {name}", name, "parameter_unknown")
            price = self._line_price(line, place)
            quantity = _amount(line.get("quantity", "1"), f"line_items[{place}][quantity]")
            total = price["unit_amount"] * quantity
            product = self._store.objects[price["product"]]
            items.append({
                "id": self._store.new_id("li"), "object": "item", "amount_discount": 0, "amount_subtotal": total,
                "amount_tax": 0, "amount_total": total, "currency": price["currency"], "description": product["name"],
                "price": price, "quantity": quantity, "adjustable_quantity": None, "metadata": {},
            })  # fmt: skip
        return items

    def _line_price(self, line: Obj, place: int) -> Obj:
        if line.get("price"):
            return self._store.get("price", line["price"], f"line_items[{place}][price]")
        described = line.get("price_data")
        if not isinstance(described, dict):
            raise invalid("One is needed: price or price_data", f"line_items[{place}]", "parameter_missing")
        return self.create_price(described)

    def create_link(self, given: Obj, base: str) -> Obj:
        """A payment link; its page lives at this program."""
        link_id = self._store.new_id("plink")
        after = given.get("after_completion") or {"type": "hosted_confirmation"}
        if after.get("type") == "hosted_confirmation":
            after = {"type": "hosted_confirmation", "hosted_confirmation": {"custom_message": None}}
        intent_data = given.get("payment_intent_data")
        blank: Obj = {"capture_method": None, "description": None, "metadata": {}, "setup_future_usage": None,
                 "statement_descriptor": None, "statement_descriptor_suffix": None, "transfer_group": None}  # fmt: skip
        link = self._store.add({
            "id": link_id, "object": "payment_link", "active": True, "after_completion": after,
            "allow_promotion_codes": False, "application": None, "application_fee_amount": None,
            "application_fee_percent": None, "automatic_tax": {"enabled": False, "liability": None},
            "billing_address_collection": "auto", "consent_collection": None, "currency": "usd", "custom_fields": [],
            "custom_text": dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")),
            "customer_creation": given.get("customer_creation", "if_required"), "inactive_message": None,
            "invoice_creation": None, "livemode": False, "metadata": given.get("metadata", {}), "on_behalf_of": None,
            "optional_items": None, "payment_intent_data": blank | intent_data if intent_data else None,
            "payment_method_collection": "always", "payment_method_types": given.get("payment_method_types"),
            "phone_number_collection": {"enabled": False}, "restrictions": _restrictions(given),
            "shipping_address_collection": None, "shipping_options": [],
            "submit_type": given.get("submit_type", "auto"),
            "subscription_data": None, "tax_id_collection": {"enabled": False, "required": "never"},
            "transfer_data": None, "url": f"{base}/b/{link_id}",
        })  # fmt: skip
        self.link_items[link_id] = self.items_of(given["line_items"])
        self._events.report("payment_link.created", link)
        return link


def _restrictions(given: Obj) -> Obj | None:
    wanted = given.get("restrictions")
    if not isinstance(wanted, dict):
        return None
    limit = int(wanted.get("completed_sessions", {}).get("limit", 1))
    return {"completed_sessions": {"count": 0, "limit": limit}}


def _recurring(given: Any) -> Obj | None:
    if not isinstance(given, dict):
        return None
    count = int(given.get("interval_count", 1))
    return {"interval": given.get("interval", "month"), "interval_count": count, "meter": None,
            "trial_period_days": None, "usage_type": "licensed"}  # fmt: skip


def currency_of(given: Obj) -> str:
    """The currency of a request, in small letters; this account takes dollars and euros."""
    currency = str(given.get("currency", "")).lower()
    if currency not in ("usd", "eur"):
        raise invalid("Invalid currency: this account takes usd and eur", "currency")
    return currency


def _amount(value: Any, param: str) -> int:
    if value is None:
        raise invalid(f"Missing required param: {param}.", param, "parameter_missing")
    if not str(value).isdigit():
        raise invalid(f"Invalid integer: {value}", param, "parameter_invalid_integer")
    amount = int(value)
    if amount > LARGEST:
        raise invalid("Amount must be no more than $999,999.99", param, "amount_too_large")
    return amount
