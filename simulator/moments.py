"""Reading and writing moments and durations as text; no clock is read here."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_DURATION = re.compile(
    r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)


def read_moment(text: object, field: str) -> datetime:
    """An ISO 8601 moment with its offset, in UTC. ValueError names the field and the mend."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError(f"{field}: write a moment with its offset, such as 2026-03-02T09:00:00-05:00")
    return moment.astimezone(UTC)


def read_duration(text: object, field: str) -> timedelta:
    """An ISO 8601 duration of weeks, days, hours, minutes, seconds. ValueError names the field and the mend."""
    found = _DURATION.fullmatch(text) if isinstance(text, str) and len(text) > 2 else None
    if found is None:
        raise ValueError(f"{field}: write a duration such as P7D, PT5M or P1DT12H")
    return timedelta(**{unit: float(number) for unit, number in found.groupdict().items() if number})


def write_moment(moment: datetime) -> str:
    """ISO 8601 in UTC, with the offset."""
    return moment.astimezone(UTC).isoformat()
