"""Judges a finished demonstration from the outside world's own records; nothing the product says of itself is used."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starter.demo.charges import Vendor, judged_charges

FIRST_HOUR, LAST_HOUR = 8, 21
GRACE = timedelta(seconds=1)
ANSWERED_WITHIN = timedelta(hours=40)
"""What is written on a Saturday evening is answered when the hours begin again on Monday."""


@dataclass(frozen=True)
class Record:
    """What the outside world holds: messages, ledger, payments, and who is who."""

    messages: list[dict[str, Any]]
    balances: dict[str, dict[str, Any]]
    """By balance id: posted_at, responsibility_cents, payments; see `by_balance`."""
    payments: list[dict[str, Any]]
    people: list[dict[str, Any]]
    stops: dict[str, datetime]
    """Phone numbers that texted STOP, and when, from the text provider's own list."""
    violations: list[Any]
    zone: ZoneInfo
    replies: list[dict[str, Any]] = field(default_factory=list)
    """What people wrote, agreed to on the page or by telephone, or had approved, and is answered in writing:
    `guarantor_id` and `at`."""
    vendor: Vendor = field(default_factory=Vendor)
    """What the card vendor lists."""


def by_balance(ledger: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The practice's own ledger, balance by balance."""
    posted = {charge["balance_id"]: charge["posted_at"] for charge in ledger["charges"]}
    found: dict[str, dict[str, Any]] = {
        one["balance_id"]: {
            "posted_at": posted[one["balance_id"]],
            "responsibility_cents": one["patient_responsibility_cents"],
            "payments": [],
        }
        for one in ledger["balances"]
    }
    for payment in ledger["payments"]:
        if payment["balance_id"] in found:
            found[payment["balance_id"]]["payments"].append(payment)
    return found


def judged(record: Record) -> dict[str, list[str]]:
    """Each invariant with what broke it; all lists are empty when everything held."""
    return {
        "no message after payment was visible": list(_after_payment(record)),
        "no message after a stop": list(_after_stop(record)),
        "no message outside the permitted hours": list(_outside_hours(record)),
        "no message twice": list(_twice(record)),
        "no more messages than the caps allow": list(_over_caps(record)),
        "every payment is in the practice's ledger once": list(_ledger(record)),
        **judged_charges(record.vendor, record.balances),
        "the simulated vendors were spoken to correctly": [str(violation) for violation in record.violations],
    }


def _at(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


def _messages_of(record: Record, person: dict[str, Any]) -> list[dict[str, Any]]:
    mine = {person["phone"], person["email"]}
    return sorted((one for one in record.messages if one["to"] in mine), key=lambda one: str(one["at"]))


SAYS_SO = ("you owe nothing on it", "ya no debe nada")
"""The one message that is about nothing being owed."""


def _after_payment(record: Record) -> Iterator[str]:
    """A message counts as late when nothing was owed on any of the guarantor's balances as it was accepted."""
    for person in record.people:
        ids = [debt["balance_id"] for debt in person["balances"]]
        mine = [record.balances[balance_id] for balance_id in ids if balance_id in record.balances]
        for message in _messages_of(record, person):
            owed = sum(max(_owed_at(balance, _at(message["at"]) - GRACE), 0) for balance in mine)
            if owed <= 0 and not any(words in message["body"] for words in SAYS_SO):
                yield f"message {message['id']} at {message['at']}"


def _owed_at(balance: dict[str, Any], moment: datetime) -> int:
    if _at(balance["posted_at"]) > moment:
        return 0
    paid = sum(int(payment["amount_cents"]) for payment in balance["payments"] if _at(payment["recorded_at"]) <= moment)
    return int(balance["responsibility_cents"]) - paid


def _after_stop(record: Record) -> Iterator[str]:
    """One confirmation within five minutes is permitted (R-8)."""
    for message in record.messages:
        stopped = record.stops.get(message["to"])
        if stopped and _at(message["at"]) > stopped + timedelta(minutes=5):
            yield f"message {message['id']} at {message['at']}"


def _outside_hours(record: Record) -> Iterator[str]:
    for message in record.messages:
        local = _at(message["at"]).astimezone(record.zone)
        if not FIRST_HOUR <= local.hour < LAST_HOUR or local.weekday() == 6:
            yield f"message {message['id']} at {local.isoformat()}"


def _twice(record: Record) -> Iterator[str]:
    seen = Counter((message["to"], message["subject"], message["body"]) for message in record.messages)
    for count in seen.values():
        if count > 1:
            yield f"one text was sent {count} times"


def _over_caps(record: Record) -> Iterator[str]:
    """One a day, two in seven days, six in thirty, 72 hours apart, over all balances and channels of a guarantor.

    An answer to what they wrote is no outreach: the first message after each of their replies.
    """
    for person in record.people:
        who = person["guarantor_id"]
        replies = [_at(reply["at"]) for reply in record.replies if reply["guarantor_id"] == who]
        yield from _crowded(who, _without_answers([_at(one["at"]) for one in _messages_of(record, person)], replies))


def _without_answers(moments: list[datetime], replies: list[datetime]) -> list[datetime]:
    left = list(moments)
    for reply in replies:
        answer = next((moment for moment in left if reply <= moment <= reply + ANSWERED_WITHIN), None)
        if answer is not None:
            left.remove(answer)
    return left


def _crowded(who: str, moments: list[datetime]) -> Iterator[str]:
    for place, moment in enumerate(moments):
        earlier = moments[:place]
        if earlier and moment - earlier[-1] < timedelta(hours=72):
            yield f"{who}: two messages within 72 hours at {moment.isoformat()}"
        if _within(earlier, moment, timedelta(days=7)) >= 2:
            yield f"{who}: three messages within seven days at {moment.isoformat()}"
        if _within(earlier, moment, timedelta(days=30)) >= 6:
            yield f"{who}: seven messages within thirty days at {moment.isoformat()}"


def _within(earlier: Iterable[datetime], moment: datetime, span: timedelta) -> int:
    return sum(1 for one in earlier if moment - one < span)


def _ledger(record: Record) -> Iterator[str]:
    """Money the card vendor took and money in the practice's books, payment by payment."""
    booked: dict[str, int] = defaultdict(int)
    times: Counter[str] = Counter()
    for balance in record.balances.values():
        for payment in balance["payments"]:
            if payment["external_id"]:
                booked[payment["external_id"]] += int(payment["amount_cents"])
                times[payment["external_id"]] += 1
    taken = {f"stripe.{payment['payment_intent']}": int(payment["amount_cents"]) for payment in record.payments}
    for fact_id in sorted(taken.keys() | booked.keys()):
        if taken.get(fact_id) != booked.get(fact_id) or times[fact_id] != 1:
            yield f"{fact_id}: taken {taken.get(fact_id)}, booked {booked.get(fact_id)} in {times[fact_id]} entries"
