"""Stripe's published test cards and how each behaves; nothing is charged here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from simulator.stripe.errors import StripeError


@dataclass(frozen=True)
class Card:
    """A test card. `decline` is the error code of a charge, `at_attach` whether saving it fails too."""

    number: str
    brand: str = "visa"
    decline: str | None = None
    decline_code: str | None = None
    at_attach: bool = True
    authenticate: str | None = None
    """`always`: every payment; `once`: only until it was set up for later use."""
    dispute: str | None = None
    advice_code: str | None = None
    network_advice_code: str | None = None
    network_decline_code: str | None = None
    exp_month: int = 12
    exp_year: int = 2034


def _declined(number: str, code: str, decline_code: str | None, advice: str, network: str, **more: str | bool) -> Card:
    card = Card(number, decline=code, decline_code=decline_code, advice_code=advice, network_decline_code=network)
    return replace(card, **more)  # type: ignore[arg-type]


_LATER, _NEVER, _CONFIRM = "try_again_later", "do_not_try_again", "confirm_card_data"
CARDS = {
    card.number: card
    for card in (
        Card("4242424242424242"),
        Card("4000056655665556"),
        Card("5555555555554444", "mastercard"),
        Card("378282246310005", "amex"),
        _declined("4000000000000002", "card_declined", "generic_decline", _LATER, "05"),
        _declined("4000000000009995", "card_declined", "insufficient_funds", _LATER, "51", network_advice_code="02"),
        _declined("4000000000009987", "card_declined", "lost_card", _NEVER, "41", network_advice_code="03"),
        _declined("4000000000009979", "card_declined", "stolen_card", _NEVER, "43", network_advice_code="03"),
        _declined("4000000000006975", "card_declined", "card_velocity_exceeded", _LATER, "65"),
        _declined("4000000000000069", "expired_card", "expired_card", _CONFIRM, "54", network_advice_code="01"),
        _declined("4000000000000127", "incorrect_cvc", "incorrect_cvc", _CONFIRM, "N7"),
        _declined("4000000000000119", "processing_error", "processing_error", _LATER, "96"),
        _declined("4000000000000341", "card_declined", "generic_decline", _LATER, "05", at_attach=False),
        Card("4000002500003155", authenticate="once"),
        Card("4000002760003184", authenticate="always"),
        Card("4000000000000259", dispute="fraudulent"),
        Card("4000000000001976", dispute="inquiry"),
        Card("4000000000000077"),
    )
}
BY_TOKEN = {
    "visa": "4242424242424242", "mastercard": "5555555555554444", "amex": "378282246310005",
    "visa_debit": "4000056655665556", "bypassPending": "4000000000000077",
    "chargeDeclined": "4000000000000002", "visa_chargeDeclined": "4000000000000002",
    "chargeDeclinedInsufficientFunds": "4000000000009995", "visa_chargeDeclinedInsufficientFunds": "4000000000009995",
    "chargeDeclinedLostCard": "4000000000009987", "visa_chargeDeclinedLostCard": "4000000000009987",
    "chargeDeclinedStolenCard": "4000000000009979", "visa_chargeDeclinedStolenCard": "4000000000009979",
    "chargeDeclinedExpiredCard": "4000000000000069", "chargeDeclinedIncorrectCvc": "4000000000000127",
    "chargeDeclinedProcessingError": "4000000000000119", "chargeDeclinedVelocityLimitExceeded": "4000000000006975",
    "chargeCustomerFail": "4000000000000341", "authenticationRequired": "4000002760003184",
    "authenticationRequiredOnSetup": "4000002500003155", "createDispute": "4000000000000259",
    "createDisputeInquiry": "4000000000001976",
}  # fmt: skip
MESSAGES = {
    "generic_decline": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
    "authentication_required": "Your card was declined. This transaction requires authentication.",
    "card_velocity_exceeded": "Your card was declined for making repeated attempts too frequently.",
}


def card_error(card: Card, **more: Any) -> StripeError:
    """402 with the card's decline facts; facts the network did not give are left out."""
    facts = {
        "code": card.decline, "decline_code": card.decline_code, "advice_code": card.advice_code,
        "network_advice_code": card.network_advice_code, "network_decline_code": card.network_decline_code,
    }  # fmt: skip
    known = {name: value for name, value in facts.items() if value is not None}
    message = MESSAGES.get(card.decline_code or "", MESSAGES["generic_decline"])
    return StripeError(402, "card_error", message, **known, **more)


class Wallet:
    """Every card in the world: the published ones and those whose behaviour was set by hand."""

    def __init__(self) -> None:
        self._by_hand: dict[str, tuple[Card, int | None]] = {}

    def find(self, number: str) -> Card | None:
        """The published card with this number, written with or without spaces; None when there is none."""
        return CARDS.get(number.replace(" ", "").replace("-", ""))

    def by_token(self, token: str) -> Card | None:
        """The card behind `pm_card_…` or `tok_…`."""
        name = token.removeprefix("pm_card_").removeprefix("tok_")
        number = BY_TOKEN.get(name)
        return None if number is None else CARDS[number]

    def behave(self, key: str, card: Card, times: int | None) -> None:
        """From now on the card number or payment method `key` behaves like `card`, for some charges or for good."""
        self._by_hand[key] = (card, times)

    def at_charge(self, card: Card, payment_method: str) -> Card:
        """How a card behaves at the charge that is being made now; counts down a behaviour set by hand."""
        for key in (payment_method, card.number):
            if key in self._by_hand:
                behaviour, times = self._by_hand[key]
                if times is not None and times <= 1:
                    del self._by_hand[key]
                elif times is not None:
                    self._by_hand[key] = (behaviour, times - 1)
                return behaviour
        return card
