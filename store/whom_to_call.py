"""Whom a coordinator calls about a task: read from the contact record when it is shown, and copied nowhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
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
    only_at: list[str] | None = None
    """The only ways they want to be reached (R-22); nothing else on file is shown. Empty: by post, or as arranged."""


def whom_of(
    described: dict[str, Any] | None, learned: Mapping[str, str] | None, only_at: Sequence[str] | None = None
) -> Whom | None:
    """From the stored description and what was learned about numbers since; None for a task about nobody.

    After a wish for confidential communication only the ways it names are there to be used.
    """
    if described is None:
        return None
    guarantor = unpacked(described, "unnamed")
    permitted = None if only_at is None else {plain(value) for value in only_at}
    numbers = [(point.value, _status(point, learned or {})) for point in _points(guarantor, Channel.sms, permitted)]
    return Whom(
        name=guarantor.first_name, language=guarantor.language,
        phone=next((value for value, status in numbers if status not in NOT_THEIRS), None),
        numbers=[Number(number=value, remark=REMARKS.get(status, "")) for value, status in numbers],
        emails=[point.value for point in _points(guarantor, Channel.email, permitted)],
        only_at=None if only_at is None else list(only_at),
    )  # fmt: skip


def _points(guarantor: Guarantor, channel: Channel, permitted: Set[str] | None) -> list[ContactPoint]:
    return [
        point for point in guarantor.contact_points
        if point.channel is channel and (permitted is None or plain(point.value) in permitted)
    ]  # fmt: skip


def _status(point: ContactPoint, learned: Mapping[str, str]) -> PointStatus:
    return PointStatus(learned.get(plain(point.value), point.status))
