"""Stripe's errors in the words of the trade; declines of cards are facts, not errors, and do not pass here."""

from __future__ import annotations

import stripe

from receivables.errors import CannotKnow, Refused, TryLater


def meaning(fault: stripe.StripeError) -> CannotKnow | TryLater | Refused:
    """What a failed request means. Every writing request carries an idempotency key, so a lost answer is TryLater.

    A server error is CannotKnow: Stripe replays it for the same key, so only a new key can succeed.
    """
    if isinstance(fault, stripe.APIConnectionError):
        return TryLater("The card processor could not be reached.")
    if isinstance(fault, stripe.RateLimitError) or fault.http_status in (409, 429, 503):
        return TryLater("The card processor is busy.")
    if isinstance(fault, stripe.AuthenticationError | stripe.PermissionError):
        return TryLater("The card processor does not accept the key that is set; a person must correct it.")
    if isinstance(fault, stripe.IdempotencyError):
        return Refused("The key of this order was used for another order.", "configuration")
    if isinstance(fault, stripe.InvalidRequestError):
        return Refused(f"The card processor refused the request ({fault.code or fault.http_status}).", "configuration")
    return CannotKnow(f"The card processor failed (answer {fault.http_status}).")
