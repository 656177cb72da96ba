"""When a person may be contacted: local hours, Sundays, holidays, and the usual hour of a first message; no caps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from receivables.case import Case
from receivables.geography import zones_of_phone, zones_of_postal_code, zones_of_state
from receivables.people import Channel
from receivables.policy import ContactSection
from receivables.rule_rows import Span, span_of
from receivables.rulebook import NO_LAWS, Laws

ANY_DAY = ContactSection(window_local="08:00-21:00", sundays=True)
"""Hours of an answer to somebody who has just written: the outer limits of every day (R-1, R-8)."""
LOOK_AHEAD = timedelta(days=30)
WITHIN = timedelta(hours=24)
"""A first message leaves within a day of the posting (S24), even when the usual hour comes later than that."""
SUNDAY = 6


def next_permitted(
    moment: datetime, zones: Sequence[str], contact: ContactSection, laws: Laws = NO_LAWS
) -> datetime:
    """`moment` itself when it is inside the hours of every zone, else the first later moment that is.

    The hours of a day are those of the practice and those of every law that may hold there, whichever are narrower.

    When the hours never overlap, a moment 30 days later comes back: it is never now, so nothing is ever sent.
    """
    found = moment.astimezone(UTC)
    limit = found + LOOK_AHEAD
    places = [place(zone) for zone in zones]
    while found < limit:
        later = max((_next_in(found, there, contact, laws) for there in places), default=found)
        if later == found:
            return moment if found == moment else found
        found = later
    return limit


def answerable_at(moment: datetime, zones: Sequence[str]) -> datetime:
    """`moment` when an answer may leave then, else the first later one: narrower hours are for our own messages."""
    return next_permitted(moment, zones, ANY_DAY)


def first_touch_at(
    posted_at: datetime, zones: Sequence[str], contact: ContactSection, laws: Laws = NO_LAWS
) -> datetime:
    """When the first message is due: the usual hour of the posting day or of the next permitted one (S80).

    When that is more than a day after the posting, the first permitted moment instead (S24).
    """
    soonest = posted_at + timedelta(minutes=contact.first_touch_soonest_minutes)
    usual = next_permitted(_usual_hour(posted_at, soonest, place(zones[0]), contact, laws), zones, contact, laws)
    return usual if usual - posted_at <= WITHIN else min(usual, next_permitted(soonest, zones, contact, laws))


def days_later(moment: datetime, days: int, zone: str) -> datetime:
    """The same time of day on the patient's clock, whether or not the clocks were changed in between."""
    return (moment.astimezone(place(zone)) + timedelta(days=days)).astimezone(UTC)


def end_of_day(named: datetime, zone: str) -> datetime:
    """The last minute of a day that was named, kept as one of UTC's, where the practice is."""
    return datetime.combine(named.astimezone(UTC).date(), time(23, 59), tzinfo=place(zone)).astimezone(UTC)


def zones_of(case: Case, practice_zone: str) -> tuple[str, ...]:
    """Every zone the guarantor may be in, the likeliest first: on file, by address, by number.

    A zone on file says where in a state of two zones, or in an area code of two, somebody is. Where it contradicts
    the address or a number, both count, and contact is permitted only where the hours of all of them overlap (R-1).
    """
    guarantor = case.guarantor
    if guarantor is None:
        return (practice_zone,)
    on_file = guarantor.time_zone
    hints = [zones_of_postal_code(guarantor.postal_code or "") or zones_of_state(guarantor.state or "")]
    hints += [zones_of_phone(point.value) for point in guarantor.contact_points if point.channel is Channel.sms]
    found = [zone for zones in hints if on_file not in zones for zone in zones]
    first = on_file or (practice_zone if practice_zone in found else None)
    ordered = dict.fromkeys([first, *found] if first else found)
    return tuple(ordered) or (practice_zone,)


@cache
def place(zone: str) -> ZoneInfo:
    """The zone itself; asking ZoneInfo each time takes five times as long."""
    return ZoneInfo(zone)


@lru_cache(maxsize=256)
def hours(window_local: str) -> Span:
    """Start and end of the day's hours, cut to the outer limits; the end itself is already outside."""
    span = span_of(window_local)
    assert span is not None, "a policy's window always has hours"
    return span


def open_hours(day: date, contact: ContactSection, laws: Laws = NO_LAWS) -> Span | None:
    """The hours of one local day, None when nobody may be contacted on it."""
    if (day.weekday() == SUNDAY and not contact.sundays) or day in contact.holidays:
        return None
    lawful = laws.on(day)
    if lawful is None:
        return None
    start, end = hours(contact.window_local)
    start, end = max(start, lawful[0]), min(end, lawful[1])
    return (start, end) if start < end else None


def _next_in(moment: datetime, there: ZoneInfo, contact: ContactSection, laws: Laws) -> datetime:
    local = moment.astimezone(there)
    span = open_hours(local.date(), contact, laws)
    if span is not None:
        if span[0] <= local.time() < span[1]:
            return moment
        if local.time() < span[0]:
            return datetime.combine(local.date(), span[0], there).astimezone(UTC)
    day = local.date() + timedelta(days=1)
    for _ in range(LOOK_AHEAD.days):
        span = open_hours(day, contact, laws)
        if span is not None:
            return datetime.combine(day, span[0], there).astimezone(UTC)
        day += timedelta(days=1)
    return datetime.combine(day, time(), there).astimezone(UTC)


def _usual_hour(
    posted_at: datetime, soonest: datetime, there: ZoneInfo, contact: ContactSection, laws: Laws
) -> datetime:
    local = posted_at.astimezone(there)
    usual = datetime.combine(local.date(), contact.first_touch_local, there)
    if local >= usual:
        usual = datetime.combine(local.date() + timedelta(days=1), contact.first_touch_local, there)
    for _ in range(LOOK_AHEAD.days):
        if open_hours(usual.date(), contact, laws) is not None:
            break
        usual = datetime.combine(usual.date() + timedelta(days=1), contact.first_touch_local, there)
    return max(usual.astimezone(UTC), soonest)
