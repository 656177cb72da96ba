"""When a person may be contacted: local hours, Sundays, holidays, and the usual hour of a first message; no caps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from receivables.case import Case
from receivables.geography import zones_of_phone, zones_of_postal_code, zones_of_state
from receivables.people import Channel
from receivables.policy import EARLIEST, LATEST, ContactSection

LOOK_AHEAD = timedelta(days=30)
WITHIN = timedelta(hours=24)
"""A first message leaves within a day of the posting (S24), even when the usual hour comes later than that."""
SUNDAY = 6


def next_permitted(moment: datetime, zones: Sequence[str], contact: ContactSection) -> datetime:
    """`moment` itself when it is inside the hours of every zone, else the first later moment that is.

    When the hours never overlap, a moment 30 days later comes back: it is never now, so nothing is ever sent.
    """
    found = moment.astimezone(UTC)
    limit = found + LOOK_AHEAD
    places = [place(zone) for zone in zones]
    while found < limit:
        later = max((_next_in(found, there, contact) for there in places), default=found)
        if later == found:
            return moment if found == moment else found
        found = later
    return limit


def first_touch_at(posted_at: datetime, zones: Sequence[str], contact: ContactSection) -> datetime:
    """When the first message is due: the usual hour of the posting day or of the next permitted one (S80).

    When that is more than a day after the posting, the first permitted moment instead (S24).
    """
    soonest = posted_at + timedelta(minutes=contact.first_touch_soonest_minutes)
    usual = next_permitted(_usual_hour(posted_at, soonest, place(zones[0]), contact), zones, contact)
    return usual if usual - posted_at <= WITHIN else min(usual, next_permitted(soonest, zones, contact))


def days_later(moment: datetime, days: int, zone: str) -> datetime:
    """The same time of day on the patient's clock, whether or not the clocks were changed in between."""
    return (moment.astimezone(place(zone)) + timedelta(days=days)).astimezone(UTC)


def zones_of(case: Case, practice_zone: str) -> tuple[str, ...]:
    """Every zone the guarantor may be in, the likeliest first: the one on file, else those of address and phones."""
    guarantor = case.guarantor
    if guarantor is None:
        return (practice_zone,)
    if guarantor.time_zone is not None:
        return (guarantor.time_zone,)
    found = [*zones_of_postal_code(guarantor.postal_code or "")]
    if not found:
        found = [*zones_of_state(guarantor.state or "")]
    for point in guarantor.contact_points:
        if point.channel is Channel.sms:
            found += zones_of_phone(point.value)
    ordered = dict.fromkeys(found)
    if practice_zone in ordered:
        return (practice_zone, *(zone for zone in ordered if zone != practice_zone))
    return tuple(ordered) or (practice_zone,)


def place(zone: str) -> ZoneInfo:
    """The zone itself; ZoneInfo keeps each once."""
    return ZoneInfo(zone)


@lru_cache(maxsize=256)
def hours(window_local: str) -> tuple[time, time]:
    """Start and end of the day's hours, cut to the outer limits; the end itself is already outside."""
    start, end = (time.fromisoformat(part) for part in window_local.split("-"))
    return max(start, EARLIEST), min(end, LATEST)


def _next_in(moment: datetime, there: ZoneInfo, contact: ContactSection) -> datetime:
    start, end = hours(contact.window_local)
    local = moment.astimezone(there)
    if _open_day(local, contact):
        if start <= local.time() < end:
            return moment
        if local.time() < start:
            return datetime.combine(local.date(), start, there).astimezone(UTC)
    return datetime.combine(local.date() + timedelta(days=1), start, there).astimezone(UTC)


def _open_day(local: datetime, contact: ContactSection) -> bool:
    return (contact.sundays or local.weekday() != SUNDAY) and local.date() not in contact.holidays


def _usual_hour(posted_at: datetime, soonest: datetime, there: ZoneInfo, contact: ContactSection) -> datetime:
    local = posted_at.astimezone(there)
    usual = datetime.combine(local.date(), contact.first_touch_local, there)
    if local >= usual:
        usual = datetime.combine(local.date() + timedelta(days=1), contact.first_touch_local, there)
    for _ in range(LOOK_AHEAD.days):
        if _open_day(usual, contact):
            break
        usual = datetime.combine(usual.date() + timedelta(days=1), contact.first_touch_local, there)
    return max(usual.astimezone(UTC), soonest)
