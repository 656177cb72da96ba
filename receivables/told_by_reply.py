"""What a reply tells of the person beside its effect on one balance: kept as facts, so that every agent knows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from receivables.case import Case
from receivables.facts import (
    AnyFact,
    AttorneyRepresents,
    BankruptcyFiled,
    ContactStopped,
    ContactUpdated,
    DeliveryFailed,
    GuarantorDeceased,
    ReadingCorrected,
    ReplyUnderstood,
)
from receivables.people import Channel, Guarantor, PointStatus
from receivables.plans.terms import Slots
from receivables.reading.correction import Correction

ENDINGS: dict[str, type[GuarantorDeceased | BankruptcyFiled | AttorneyRepresents]] = {
    "deceased": GuarantorDeceased, "bankruptcy": BankruptcyFiled, "attorney_represented": AttorneyRepresents,
}  # fmt: skip


def facts_told(read: ReplyUnderstood, case: Case) -> list[AnyFact]:
    """Stops, endings, a stranger's number and wishes, each under an id of its own that the same reply always gives.

    A stop in own words holds for every agent from this moment on, like the keyword (R-6); so does a death (R-45).
    """
    guarantor_id = case.guarantor.guarantor_id if case.guarantor else None
    told = list(_told(read, Whose(case.practice_id, case.balance_id, guarantor_id)))
    if case.guarantor is not None and (read.wants_language or read.wants_channel):
        head = _head(read, Whose(case.practice_id, case.balance_id, guarantor_id), "wish")
        told.append(ContactUpdated(**head, guarantor=_as_wished(case.guarantor, read)))
    return told


class Whose(NamedTuple):
    """The balance a reply reached, and who owes it."""

    practice_id: str
    balance_id: str
    guarantor_id: str | None


def facts_of_correction(
    reply: tuple[str, Channel], right: Correction, heard_by: Sequence[Whose], number: int, at: datetime
) -> list[AnyFact]:
    """What a person's reading of a reply (its fact id and channel) tells every balance that heard it, and every agent.

    `number` names the correction, so that a later one is told too.
    """
    facts: list[ReadingCorrected] = []
    for whose in heard_by:
        corrected = ReadingCorrected(
            fact_id=f"corrected.{number}.{_digest(whose.balance_id)}", at=at, source="staff",
            practice_id=whose.practice_id, balance_id=whose.balance_id, guarantor_id=whose.guarantor_id,
            reply_fact_id=reply[0], channel=reply[1], intent=right.intent, intents=right.intents, action=right.action,
            slots=Slots.model_validate(right.slots.model_dump()),
        )  # fmt: skip
        facts.append(corrected)
    return [*facts, *(fact for whose in heard_by[:1] for fact in _told(facts[0], whose))]


def _told(read: ReplyUnderstood | ReadingCorrected, whose: Whose) -> Iterator[AnyFact]:
    intents = {read.intent, *read.intents}
    if "opt_out" in intents:
        yield ContactStopped(**_head(read, whose, "stop"), channel=read.channel)
    if "wrong_person" in intents:
        yield DeliveryFailed(
            **_head(read, whose, "stranger"), channel=read.channel, status=PointStatus.wrong_person,
            because="Whoever answers there is somebody else.",
        )  # fmt: skip
    for intent, kind in ENDINGS.items():
        if intent in intents:
            yield kind(**_head(read, whose, intent))


def _as_wished(guarantor: Guarantor, read: ReplyUnderstood) -> Guarantor:
    wishes: dict[str, Any] = {"language": read.wants_language} if read.wants_language else {}
    if read.wants_channel is not None:
        wishes["preferred_channel"] = read.wants_channel
    return guarantor.model_copy(update=wishes)


def _head(read: ReplyUnderstood | ReadingCorrected, whose: Whose, what: str) -> dict[str, Any]:
    return {
        "fact_id": f"told.{_digest(read.reply_fact_id)}.{what}", "at": read.at, "source": "agent",
        "practice_id": whose.practice_id, "balance_id": whose.balance_id, "guarantor_id": whose.guarantor_id,
    }  # fmt: skip


def _digest(name: str) -> str:
    return sha256(name.encode()).hexdigest()[:16]
