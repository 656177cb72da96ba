"""One Stripe account put together from its parts; the control routes and patients reach it here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from simulator.clock import Clock
from simulator.secrets import Keys
from simulator.stripe.balance import Balance
from simulator.stripe.cards import CARDS, Card, Wallet
from simulator.stripe.catalog import Catalog
from simulator.stripe.checkout import Checkout
from simulator.stripe.customers import Customers
from simulator.stripe.disputes import Disputes
from simulator.stripe.events import Events
from simulator.stripe.payments import Payments
from simulator.stripe.store import Obj, Store
from simulator.webhooks import Sender


class Account:
    """The parts of the account, wired."""

    def __init__(self, clock: Clock, sender: Sender, keys: Keys) -> None:
        self.store = Store(clock)
        self.events = Events(self.store, sender, keys)
        self.wallet = Wallet()
        self.customers = Customers(self.store, self.events, self.wallet)
        self.balance = Balance(self.store, self.events, clock.later)
        self.disputes = Disputes(self.store, self.events, self.balance)
        self.payments = Payments(self.store, self.events, self.customers, self.disputes, self.balance, clock.later)
        self.catalog = Catalog(self.store, self.events)
        self.checkout = Checkout(self.store, self.events, self.customers, self.payments, self.catalog, clock.agenda)

    def set_card(self, key: str, wish: dict[str, Any]) -> None:
        """How a card behaves from now on. `key` is a test card's number or a payment method's id.

        `{"updated": {"exp_year": 2036}}` is the card updater; `{"number": "4000000000009995", "times": 1}` makes it
        behave like that test card; `{"decline_code": …, "code": …, "advice_code": …}` spells a decline out;
        `{"behaviour": "ok"}` makes it good again. ValueError says what is wrong.
        """
        if isinstance(wish.get("updated"), dict):
            self.customers.renew_card(self.store.get("payment_method", key), wish["updated"])
            return
        times = wish.get("times")
        if times is not None and (not isinstance(times, int) or times < 1):
            raise ValueError("times: a whole number from 1")
        self.wallet.behave(key, _behaviour(wish), times)

    def payments_made(self) -> list[Obj]:
        """Money moved, oldest first: charges that succeeded, with what was refunded of them."""
        return [
            {
                "charge": one["id"], "payment_intent": one["payment_intent"], "amount_cents": one["amount"],
                "refunded_cents": one["amount_refunded"], "disputed": one["disputed"], "created": one["created"],
                "metadata": one["metadata"],
            }
            for one in reversed(self.store.all("charge"))
            if one["status"] == "succeeded"
        ]  # fmt: skip


def _behaviour(wish: dict[str, Any]) -> Card:
    if wish.get("behaviour") == "ok":
        return CARDS["4242424242424242"]
    if "number" in wish:
        card = CARDS.get(str(wish["number"]).replace(" ", ""))
        if card is None:
            raise ValueError("number: one of Stripe's published test cards, such as 4000000000009995")
        return replace(card, at_attach=False)
    if not wish.get("decline_code"):
        raise ValueError("say how the card behaves: updated, number, decline_code, or behaviour ok")
    return Card(
        "4000000000000341", decline=str(wish.get("code", "card_declined")), decline_code=str(wish["decline_code"]),
        advice_code=wish.get("advice_code"), network_advice_code=wish.get("network_advice_code"),
        network_decline_code=wish.get("network_decline_code"), at_attach=False,
    )  # fmt: skip
