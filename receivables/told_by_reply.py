"""What a reply tells of the person beside its effect on one balance: kept as facts, so that every agent knows it."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from receivables.case import Case
from receivables.facts import (
    AnyFact,
    AttorneyRepresents,
    BankruptcyFiled,
    ContactStopped,
    ContactUpdated,
    DeliveryFailed,
    GuarantorDeceased,
    ReplyUnderstood,
)
from receivables.people import Guarantor, PointStatus

ENDINGS: dict[str, type[GuarantorDeceased | BankruptcyFiled | AttorneyRepresents]] = {
    "deceased": GuarantorDeceased, "bankruptcy": BankruptcyFiled, "attorney_represented": AttorneyRepresents,
}  # fmt: skip


def facts_told(read: ReplyUnderstood, case: Case) -> list[AnyFact]:
    """Stops, endings, a stranger's number and wishes, each under an id of its own that the same reply always gives.

    A stop in own words holds for every agent from this moment on, like the keyword (R-6); so does a death (R-45).
    """
    return list(_told(read, case))


def _told(read: ReplyUnderstood, case: Case) -> Iterator[AnyFact]:
    intents = {read.intent, *read.intents}
    if "opt_out" in intents:
        yield ContactStopped(**_head(read, case, "stop"), channel=read.channel)
    if "wrong_person" in intents:
        yield DeliveryFailed(
            **_head(read, case, "stranger"), channel=read.channel, status=PointStatus.wrong_person,
            because="Whoever answers there is somebody else.",
        )  # fmt: skip
    for intent, kind in ENDINGS.items():
        if intent in intents:
            yield kind(**_head(read, case, intent))
    if case.guarantor is not None and (read.wants_language or read.wants_channel):
        yield ContactUpdated(**_head(read, case, "wish"), guarantor=_as_wished(case.guarantor, read))


def _as_wished(guarantor: Guarantor, read: ReplyUnderstood) -> Guarantor:
    wishes: dict[str, Any] = {"language": read.wants_language} if read.wants_language else {}
    if read.wants_channel is not None:
        wishes["preferred_channel"] = read.wants_channel
    return guarantor.model_copy(update=wishes)


def _head(read: ReplyUnderstood, case: Case, what: str) -> dict[str, Any]:
    reply = sha256(read.reply_fact_id.encode()).hexdigest()[:16]
    return {
        "fact_id": f"told.{reply}.{what}", "at": read.at, "source": "agent", "practice_id": case.practice_id,
        "balance_id": case.balance_id, "guarantor_id": case.guarantor.guarantor_id if case.guarantor else None,
    }  # fmt: skip
