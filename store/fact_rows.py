"""Turns facts into lean rows and rows into facts; texts patients wrote leave the database only by their own query."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

import asyncpg

from receivables.facts import ANY_FACT, AnyFact, BalancePosted, ContactUpdated, ReplyReceived, StaffNote
from receivables.people import REVOCABLE, USUAL_PURPOSES, Channel, Consent, ContactPoint, Guarantor, PointStatus
from receivables.redacted import without_card_numbers

AMOUNT_FIELD = {
    "balance_posted": "patient_responsibility_cents",
    "balance_adjusted": "patient_responsibility_cents",
    "payment_recorded": "amount_cents",
    "payment_reversed": "amount_cents",
}
SHARED = ("kind", "fact_id", "at", "source", "practice_id", "guarantor_id")
"""Columns that every fact has and every balance hears unchanged."""

PERSONAL = frozenset(
    {
        "consent_recorded", "contact_stopped", "guarantor_deceased", "bankruptcy_filed", "attorney_represents",
        "confidential_requested", "contact_updated", "delivery_failed",
    }
)  # fmt: skip
"""About the person, so they reach all open balances of the guarantor even when reported for one."""
DESCRIBING = frozenset({"balance_posted", "contact_updated"})


class FactRow(NamedTuple):
    """A fact as it is stored."""

    at: datetime
    amount_cents: int | None
    practice_id: str
    fact_id: str
    kind: str
    source: str
    balance_id: str | None
    guarantor_id: str | None
    body: str


def row_of(fact: AnyFact) -> FactRow:
    """The lean row: columns for what is searched or summed, a body for every other field that says something."""
    if isinstance(fact, (ReplyReceived, StaffNote)):
        fact = fact.model_copy(update={"text": without_card_numbers(fact.text)})
    kind = fact.kind
    field = AMOUNT_FIELD.get(kind)
    if field and fact.balance_id is None:
        raise ValueError(f"{kind}: money belongs to one balance; add its balance_id")
    guarantor_id = fact.guarantor_id
    if isinstance(fact, (BalancePosted, ContactUpdated)):
        guarantor_id = fact.guarantor.guarantor_id
    return FactRow(
        fact.at, getattr(fact, field) if field else None, fact.practice_id, fact.fact_id, kind, fact.source,
        fact.balance_id, guarantor_id, _body(fact, _left_out(field)),
    )  # fmt: skip


@cache
def _left_out(field: str | None) -> set[str]:
    return {*SHARED, "balance_id", field or "kind"}


def _body(fact: AnyFact, left_out: set[str]) -> str:
    """Everything that stands in no column of its own and is not at its default, as JSON."""
    if not isinstance(fact, (BalancePosted, ContactUpdated)):
        return fact.model_dump_json(exclude=left_out, exclude_defaults=True)
    plain = fact.model_dump_json(exclude=left_out | {"guarantor"}, exclude_defaults=True)
    return _with(plain, "guarantor", _packed(fact.guarantor))


def _with(document: str, name: str, value: str) -> str:
    return f'{document[:-1]}{"," if len(document) > 2 else ""}"{name}":{value}}}'


def fact_of(row: asyncpg.Record, balance_id: str) -> AnyFact:
    """The fact as the balance hears it. A fact about the person that was reported for another balance names none."""
    named = row["balance_id"] if row["balance_id"] == balance_id else None
    fields = row["body"] | {name: row[name] for name in SHARED}
    if "guarantor" in fields:
        fields["guarantor"] = unpacked(fields["guarantor"], row["guarantor_id"])
    if row["amount_cents"] is not None:
        fields[AMOUNT_FIELD[row["kind"]]] = row["amount_cents"]
    return ANY_FACT.validate_python(fields | {"balance_id": named})


def _packed(guarantor: Guarantor) -> str:
    """A contact point takes one word list, `sms granted +13125550142`, and a third of the room of an object."""
    rest = guarantor.model_dump_json(exclude=IN_OTHER_PLACES, exclude_defaults=True)
    return _with(rest, "points", PLAINLY.encode([_words(point) for point in guarantor.contact_points]))


PLAINLY = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
IN_OTHER_PLACES = {"guarantor_id", "contact_points"}
"""The id stands in its own column, the points in words."""


def _words(point: ContactPoint) -> str:
    """`granted`, or `granted:billing,recall` when it covers something else than usual; a status other than usable."""
    covers = "" if point.purposes == USUAL_PURPOSES else f":{','.join(point.purposes)}"
    status = "" if point.status is PointStatus.usable else f"{point.status.value} "
    return f"{point.channel.value} {point.consent.value}{covers} {status}{_one_word(point.value)}"


def unpacked(guarantor: dict[str, Any], guarantor_id: str) -> Guarantor:
    """A description as it is stored, and the id from its own column."""
    points = [point_of(words) for words in guarantor["points"]]
    rest = {name: value for name, value in guarantor.items() if name != "points"}
    return Guarantor.model_validate(rest | {"guarantor_id": guarantor_id, "contact_points": points})


def point_of(words: str) -> ContactPoint:
    """A contact point from its words in a stored fact."""
    channel, consent, *status, value = words.split(" ")
    consent, _, purposes = consent.partition(":")
    point = ContactPoint(
        channel=Channel(channel), value=unquote(value) if channel == Channel.letter else value,
        consent=Consent(consent), status=PointStatus(*status or ["usable"]),
    )  # fmt: skip
    return point.model_copy(update={"purposes": tuple(purposes.split(","))}) if purposes else point


def reach_of(guarantor: Guarantor) -> list[str]:
    """The guarantor's contact points as they are searched."""
    return [reach(point.channel, point.value) for point in guarantor.contact_points]


def reach(channel: Channel, value: str) -> str:
    """A contact point in one word."""
    return f"{channel.value}:{plain(value)}"


def plain(value: str) -> str:
    """A phone number or address as it is compared: in lower case, and a postal address in one word."""
    return _one_word(value.strip()).lower()


def _one_word(value: str) -> str:
    """The lines of a postal address as one word, since everything that holds contact points has one word for each."""
    return quote(value, safe="") if "\n" in value else value


class Silence(NamedTuple):
    """What we have learned about contact points, who has stopped which channels, and who agreed where since."""

    points: Mapping[str, tuple[PointStatus, datetime]]
    """By `channel:value`, with since when."""
    stopped: Mapping[tuple[str, str, str], datetime]
    """By practice, guarantor and channel; the channel is empty when all are stopped."""
    agreed: Mapping[tuple[str, str, str], datetime]
    """When a person last agreed to messages about bills there: by practice, guarantor and `channel:value`."""


def narrowed(fact: AnyFact, silence: Silence) -> AnyFact:
    """The fact with its contact points as we know them to be: the source can only narrow, our own STOP always wins."""
    if not isinstance(fact, (BalancePosted, ContactUpdated)):
        return fact
    guarantor = fact.guarantor
    points = [_narrow(fact.practice_id, guarantor.guarantor_id, point, silence) for point in guarantor.contact_points]
    if points == guarantor.contact_points:
        return fact
    return fact.model_copy(update={"guarantor": guarantor.model_copy(update={"contact_points": points})})


def _narrow(practice_id: str, guarantor_id: str, point: ContactPoint, silence: Silence) -> ContactPoint:
    agreed = silence.agreed.get((practice_id, guarantor_id, reach(point.channel, point.value)))
    status, since = silence.points.get(reach(point.channel, point.value), (None, None))
    if status in REVOCABLE and agreed is not None and since is not None and agreed > since:
        status = None
    stopped = silence.stopped.get((practice_id, guarantor_id, point.channel.value))
    stopped_here = stopped is not None and (agreed is None or agreed <= stopped)
    if stopped_here or (practice_id, guarantor_id, "") in silence.stopped:
        status = PointStatus.opted_out
    if status is None:
        return point
    consent = Consent.denied if status is PointStatus.opted_out else point.consent
    return point.model_copy(update={"status": status, "consent": consent})


def described(facts: Iterable[AnyFact]) -> list[tuple[str, Guarantor]]:
    """Practice and guarantor of each fact that describes a person."""
    return [(fact.practice_id, fact.guarantor) for fact in facts if isinstance(fact, (BalancePosted, ContactUpdated))]
