"""When caps and gaps leave room for one more touch: pure arithmetic on moments, without the database or the hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from receivables.policy import ContactSection

LOOK_BACK = timedelta(days=31)
"""Touches older than this can no longer stand in the way."""


class Room(NamedTuple):
    """The earliest moment with room, and what stands in the way before it."""

    moment: datetime
    because: str


def next_room(
    touches: Sequence[datetime], whose: str, now: datetime, zone: ZoneInfo, contact: ContactSection
) -> Room | None:
    """Room for one more outreach after earlier ones to the same person or point; None when there is room now.

    `whose` names the subject in the reason. Of several obstacles the one that lasts longest is given.
    """
    if not touches:
        return None
    latest = max(touches)
    obstacles = [
        _daily(touches, whose, now, zone, contact.max_per_day),
        _rolling(touches, whose, now, timedelta(days=7), contact.max_per_7d),
        _rolling(touches, whose, now, timedelta(days=30), contact.max_per_30d),
        Room(
            latest + timedelta(hours=contact.min_gap_h),
            f"The last message to {whose} is less than {contact.min_gap_h} hours ago.",
        ),
    ]
    return max((room for room in obstacles if room and room.moment > now), key=lambda room: room.moment, default=None)


def silence_after_reply(last_reply_at: datetime | None, now: datetime, contact: ContactSection) -> Room | None:
    """No message shortly after the patient wrote: somebody may be answering, or they may be about to pay."""
    if last_reply_at is None:
        return None
    moment = last_reply_at + timedelta(hours=contact.silence_after_reply_h)
    because = f"The patient wrote less than {contact.silence_after_reply_h} hours ago."
    return Room(moment, because) if moment > now else None


def _daily(touches: Sequence[datetime], whose: str, now: datetime, zone: ZoneInfo, most: int) -> Room | None:
    today = now.astimezone(zone).date()
    if sum(touch.astimezone(zone).date() == today for touch in touches) < most:
        return None
    midnight = datetime.combine(today + timedelta(days=1), time(), tzinfo=zone)
    return Room(midnight, f"{whose.capitalize()} was contacted today already.")


def _rolling(touches: Sequence[datetime], whose: str, now: datetime, span: timedelta, most: int) -> Room | None:
    within = sorted(touch for touch in touches if touch > now - span)
    if len(within) < most:
        return None
    because = f"{whose.capitalize()} was contacted {len(within)} times within {span.days} days."
    return Room(within[len(within) - most] + span, because)
