"""Asks Stripe for the events it has made, for when its webhooks do not arrive; what they mean is read in inbound.py."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

import stripe

from integrations.hearing import Delivered
from integrations.stripe.connection import Connection
from integrations.stripe.errors import meaning
from integrations.stripe.inbound import KINDS

PAGE = 100
KINDS_AT_ONCE = 20
"""Stripe takes no more in one question."""


class StripeEvents:
    """Stripe's own record of events, which reaches back thirty days."""

    def __init__(self, connection: Connection) -> None:
        self._events = connection.stripe.v1.events

    async def since(self, moment: datetime) -> list[Delivered]:
        """Events that say something, made at or after the moment, the oldest first, as their webhooks would be kept.

        The keys are the events' own ids, so that one that did arrive is known already. TryLater or CannotKnow when
        Stripe is away.
        """
        found: list[stripe.Event] = []
        try:
            for kinds in _batches():
                listed = await self._events.list_async(
                    {"created": {"gte": int(moment.timestamp())}, "types": kinds, "limit": PAGE}
                )
                found += [event async for event in listed.auto_paging_iter()]
        except stripe.StripeError as fault:
            raise meaning(fault) from None
        found.reverse()  # Stripe lists the newest first; those of one second keep the order in which they were made
        in_order = sorted(found, key=lambda event: event.created)
        return [Delivered(event.id, json.dumps(event.to_dict()).encode()) for event in in_order]


def _batches() -> Iterator[list[str]]:
    """The kinds worth asking for, in as many questions as needed."""
    kinds = sorted(KINDS)
    return (kinds[start : start + KINDS_AT_ONCE] for start in range(0, len(kinds), KINDS_AT_ONCE))
