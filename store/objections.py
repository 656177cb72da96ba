"""What stands in the way of a touch, judged on a survey of the database; it reads and writes nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

import asyncpg

from receivables.money import Cents
from receivables.people import Channel, ContactPoint
from receivables.ports import NotBefore, Skipped, TouchRequest
from receivables.rulebook import Laws
from receivables.windows import next_permitted, place
from store.caps import Room, next_room, silence_after_reply
from store.fact_rows import plain, point_of

READ_AGAIN = timedelta(minutes=1)
"""Every try reads the practice's ledger first, so the next one renews a stale reading."""
SUPPRESSED_BECAUSE = {
    "landline": "This number is a landline and takes no texts.",
    "dead": "This number is out of service.",
    "bounced": "Mail to this address comes back.",
    "complained": "Mail to this address was reported as unwanted.",
    "opted_out": "This contact point has opted out.",
    "wrong_person": "This contact point belongs to somebody else.",
}


class Clock(NamedTuple):
    """Where the person may be, and the laws of those places."""

    zones: Sequence[str]
    laws: Laws


def objection_to(
    request: TouchRequest, value: str, survey: asyncpg.Record, there: Clock, *, reads_balances: bool
) -> Skipped | NotBefore | None:
    """The first thing in the way, None when the touch may leave now. The order is the policy."""
    return (
        _news(survey)
        or _nothing_to_ask_for(request, survey)
        or _not_consented(request.step.channel, value, survey)
        or (_not_now(request, survey, there) if request.outreach else None)
        or (_stale(request, survey) if reads_balances and request.ledger_knows_it else None)
    )


def point_on_file(survey: asyncpg.Record, channel: Channel, value: str) -> ContactPoint | None:
    """The contact point as the guarantor's latest description has it, None when it is not there any more."""
    points = (point_of(words) for words in survey["points"])
    return next((point for point in points if point.channel is channel and plain(point.value) == value), None)


def _news(survey: asyncpg.Record) -> Skipped | None:
    if not survey["news"]:
        return None
    return Skipped(because=f"News has arrived that the case has not heard: {', '.join(survey['news'])}.", news=True)


def _nothing_to_ask_for(request: TouchRequest, survey: asyncpg.Record) -> Skipped | None:
    outstanding = Cents(survey["outstanding_cents"])
    if outstanding <= 0:
        return Skipped(because="Nothing is owed any more.")
    if outstanding < request.policy.min_balance_to_contact:
        least = request.policy.min_balance_to_contact.as_dollars()
        return Skipped(
            because=f"{outstanding.as_dollars()} is below the {least} from which the practice writes to people."
        )
    return None


def _not_consented(channel: Channel, value: str, survey: asyncpg.Record) -> Skipped | None:
    if survey["stopped"]:
        return Skipped(because="The guarantor has stopped this channel.")
    if survey["point_status"]:
        return Skipped(because=SUPPRESSED_BECAUSE[survey["point_status"]])
    point = point_on_file(survey, channel, value)
    if point is None:
        return Skipped(because="This contact point is not on file for the guarantor any more.")
    if not point.reachable:
        return Skipped(because="There is no consent on file for this contact point.")
    return None


def _not_now(request: TouchRequest, survey: asyncpg.Record, there: Clock) -> NotBefore | None:
    """The hours, caps, gaps and silences; what lasts longest is the reason, moved into permitted hours."""
    now, contact = request.now, request.policy.contact
    rooms: list[Room | None] = [silence_after_reply(survey["last_reply_at"], now, contact)]
    for zone in there.zones:
        rooms.append(next_room(survey["guarantor_touches"], "the guarantor", now, place(zone), contact))
        rooms.append(next_room(survey["point_touches"], "this contact point", now, place(zone), contact))
    obstacle = max((room for room in rooms if room), key=lambda room: room.moment, default=None)
    if obstacle:
        moment = next_permitted(obstacle.moment, there.zones, contact, there.laws)
        return NotBefore(moment=moment, because=obstacle.because)
    permitted = next_permitted(now, there.zones, contact, there.laws)
    if permitted > now:
        return NotBefore(moment=permitted, because="It is outside the hours in which messages may be sent there.")
    return None


def _stale(request: TouchRequest, survey: asyncpg.Record) -> NotBefore | None:
    read_at = survey["ledger_read_at"]
    fresh = timedelta(minutes=request.policy.ledger.fresh_minutes)
    if read_at is not None and request.now - read_at <= fresh:
        return None
    return NotBefore(moment=request.now + READ_AGAIN, because="The practice's ledger has not been read recently.")
