"""Whom a coordinator calls about a task: read from the contact record when it is shown, and copied nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from receivables.people import Channel, ContactPoint, Guarantor, PointStatus
from store.fact_rows import plain, unpacked

NOT_THEIRS = (PointStatus.wrong_person, PointStatus.dead)
"""Not to be called. A landline, or a number that has opted out of texts, may be."""
REMARKS = {
    PointStatus.wrong_person: "belongs to somebody else: do not call it",
    PointStatus.dead: "out of service",
    PointStatus.landline: "a landline: it takes no texts",
    PointStatus.opted_out: "wants no more texts",
}


class Number(BaseModel):
    """A phone number on file."""

    number: str
    remark: str = ""
    """What has been learned about it."""


class Whom(BaseModel):
    """The guarantor as they are on file at this moment."""

    name: str
    language: str
    phone: str | None
    """The number to call; None when none is on file that is theirs."""
    numbers: list[Number]
    emails: list[str]


def whom_of(described: dict[str, Any] | None, learned: Mapping[str, str] | None) -> Whom | None:
    """From the stored description and what was learned about numbers since; None for a task about nobody."""
    if described is None:
        return None
    guarantor = unpacked(described, "unnamed")
    numbers = [(point.value, _status(point, learned or {})) for point in _points(guarantor, Channel.sms)]
    return Whom(
        name=guarantor.first_name, language=guarantor.language,
        phone=next((value for value, status in numbers if status not in NOT_THEIRS), None),
        numbers=[Number(number=value, remark=REMARKS.get(status, "")) for value, status in numbers],
        emails=[point.value for point in _points(guarantor, Channel.email)],
    )  # fmt: skip


def _points(guarantor: Guarantor, channel: Channel) -> list[ContactPoint]:
    return [point for point in guarantor.contact_points if point.channel is channel]


def _status(point: ContactPoint, learned: Mapping[str, str]) -> PointStatus:
    return PointStatus(learned.get(plain(point.value), point.status))
