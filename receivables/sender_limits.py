"""How many texts leave from one sending number in a minute and in a day, so that none waits at the carriers.

What waits there is delivered later than its hour was looked up for, or not at all. It counts nothing itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from receivables.rule_rows import SenderLimit

DAY_ENDS_IN = ZoneInfo("America/Los_Angeles")
"""Where the carrier with a daily limit has its midnight."""
MINUTE = timedelta(minutes=1)


class Pace(NamedTuple):
    """What one sending number may send."""

    per_minute: int
    per_day: int
    by: str
    """The row it comes from, as a reason names it."""

    def a_minute_is_full(self) -> str:
        """The reason, in words."""
        return f"The practice's number sends {self.per_minute} texts a minute at most ({self.by}): it waits its turn."

    def the_day_is_full(self) -> str:
        """The reason, in words."""
        return f"The practice's number sends {self.per_day} texts a day at most ({self.by}): it waits for the next day."


def pace(rows: Sequence[SenderLimit], campaign: str | None, kind: str, day: date, parts: int) -> Pace | None:
    """What holds for a number registered as `campaign`, each text counted as the most `parts` it may have.

    A registration that is not stated, or without a reviewed row, is held to the strictest of all rows. None: no row.
    """
    in_force = [row for row in rows if kind in row.practice_types and row.in_force(day)]
    named = [row for row in in_force if row.campaign == campaign and row.reviewer] or in_force
    if not named:
        return None
    return Pace(
        max(1, int(min(row.parts_per_second for row in named) * 60) // parts),
        max(1, min(row.parts_per_day for row in named) // parts),
        min(named, key=lambda row: row.parts_per_second).name,
    )


def minute_of(now: datetime) -> datetime:
    """The minute it is, from its first second."""
    return now.replace(second=0, microsecond=0)


def carriers_day(now: datetime) -> date:
    """The day it is where the carriers count."""
    return now.astimezone(DAY_ENDS_IN).date()


def next_carriers_day(now: datetime) -> datetime:
    """When they begin to count anew."""
    return datetime.combine(carriers_day(now) + timedelta(days=1), time(), tzinfo=DAY_ENDS_IN)
