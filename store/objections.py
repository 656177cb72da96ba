"""What stands in the way of a touch, judged on a survey of the database; it reads and writes nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import asyncpg

from receivables.cohorts import left_alone
from receivables.conversation import CONFIRMED_WITHIN, FOR_SOMEBODY_IN_DANGER, STOP_CONFIRMED
from receivables.money import Cents
from receivables.people import REVOCABLE, Channel, Consent, ContactPoint, PointStatus, Purpose
from receivables.ports import NotBefore, Skipped
from receivables.rulebook import Laws
from receivables.windows import answerable_at, next_permitted, place
from store.asked import Asked
from store.caps import Room, next_room, silence_after_reply
from store.fact_rows import plain, point_of

READ_AGAIN = timedelta(minutes=1)
"""Every try reads the practice's ledger first, so the next one renews a stale reading."""
SILENCE_AGAIN = timedelta(hours=1)
"""A silence ends when a person releases it; until then it is looked at again."""
SUPPRESSED_BECAUSE = {
    "landline": "This number is a landline and takes no texts.",
    "dead": "This number is out of service.",
    "bounced": "Mail to this address comes back.",
    "complained": "Mail to this address was reported as unwanted.",
    "opted_out": "This contact point has opted out.",
    "wrong_person": "This contact point belongs to somebody else.",
}
ENDED_BECAUSE = {
    "guarantor_deceased": "The guarantor has died.",
    "bankruptcy_filed": "The guarantor has filed for bankruptcy: the automatic stay is in force.",
    "attorney_represents": "A lawyer acts for the guarantor.",
    "confidential_requested": "The person has asked for confidential communication, and nobody has arranged it yet.",
}
PURPOSE_WORDS: dict[Purpose, str] = {
    "billing": "messages about bills",
    "recall": "messages about recall visits",
    "care": "messages about appointments",
}


class Clock(NamedTuple):
    """Where the person may be, and the laws of those places."""

    zones: Sequence[str]
    laws: Laws


def objection_to(
    asked: Asked, survey: asyncpg.Record, there: Clock, *, reads_balances: bool
) -> Skipped | NotBefore | None:
    """The first thing in the way, None when the touch may leave now. The order is the policy."""
    return (
        _news(survey)
        or _silenced(asked, survey)
        or _ended(survey)
        or _with_people(asked, survey)
        or _left_alone(asked, survey)
        or _plain_recall(asked, survey)
        or _alone(asked, survey)
        or (_nothing_to_ask_for(asked, survey) if asked.names_money else None)
        or _not_consented(asked, survey)
        or (_not_now(asked, survey, there) if asked.outreach else _no_answer_now(asked, survey, there))
        or _asked_elsewhere(asked, survey)
        or (_stale(asked, survey) if reads_balances and asked.ledger_knows_it and asked.names_money else None)
    )


def point_on_file(survey: asyncpg.Record, channel: Channel, value: str) -> ContactPoint | None:
    """The contact point as the guarantor's latest description has it, None when it is not there any more."""
    points = (point_of(words) for words in survey["points"])
    return next((point for point in points if point.channel is channel and plain(point.value) == value), None)


def _news(survey: asyncpg.Record) -> Skipped | None:
    if not survey["news"]:
        return None
    return Skipped(because=f"News has arrived that the case has not heard: {', '.join(survey['news'])}.", news=True)


def _silenced(asked: Asked, survey: asyncpg.Record) -> NotBefore | None:
    if survey["silenced"] is None:
        return None
    return NotBefore(moment=asked.now + SILENCE_AGAIN, because=f"A person has silenced this: {survey['silenced']}")


def _ended(survey: asyncpg.Record) -> Skipped | None:
    return Skipped(because=ENDED_BECAUSE[survey["ended_by"][0]]) if survey["ended_by"] else None


def _with_people(asked: Asked, survey: asyncpg.Record) -> Skipped | None:
    """Sibling agents follow no facts of a case; what holds the case, or a person who is at it, holds them."""
    if not survey["with_people"] or asked.purposes == ["care"]:
        return None
    return Skipped(because="A balance of this person is held, or a person is at it.")


def _left_alone(asked: Asked, survey: asyncpg.Record) -> Skipped | None:
    """What a case's own rules say of its balance holds for whoever else would speak of money."""
    if asked.handled is not None or "billing" not in asked.purposes:
        return None
    because = left_alone(
        asked.practice_id, asked.guarantor_id, asked.policy, asked.now.date(), written_to=survey["written_to"]
    )
    return Skipped(because=because) if because else None


def _plain_recall(asked: Asked, survey: asyncpg.Record) -> Skipped | None:
    """Nobody is invited as if nothing were who owes much and has met every word about it with silence (S104)."""
    limit = asked.policy.recall.withhold_from
    if asked.purposes != ["recall"] or survey["unanswered_cents"] is None or survey["unanswered_cents"] < limit:
        return None
    owed = Cents(survey["unanswered_cents"]).as_dollars()
    return Skipped(because=f"{owed} is owed and was met with silence: the recall goes with the bill, in one message.")


def _alone(asked: Asked, survey: asyncpg.Record) -> Skipped | None:
    """A second message of one contact goes out with the first, or not at all."""
    if not asked.beside or survey["beside"] is not None or survey["earlier_id"] is not None:
        return None
    return Skipped(because="The message that this one goes with has not just left.")


def _nothing_to_ask_for(asked: Asked, survey: asyncpg.Record) -> Skipped | None:
    if not asked.balance_id or "billing" not in asked.purposes:
        return None
    outstanding, least = Cents(survey["outstanding_cents"]), asked.policy.min_balance_to_contact
    if outstanding <= 0:
        return Skipped(because="Nothing is owed any more.")
    if asked.outreach and outstanding < least:
        owed = outstanding.as_dollars()
        return Skipped(because=f"{owed} is below the {least.as_dollars()} from which the practice writes to people.")
    return None


def _not_consented(asked: Asked, survey: asyncpg.Record) -> Skipped | None:
    confirming = asked.message == STOP_CONFIRMED
    if confirming and (late := _may_not_confirm(asked, survey)):
        return late
    if survey["stopped"] and not confirming:
        return Skipped(because="The guarantor has stopped this channel.")
    if survey["point_status"] and not (confirming and survey["point_status"] == "opted_out"):
        return Skipped(because=SUPPRESSED_BECAUSE[survey["point_status"]])
    point = point_on_file(survey, asked.channel, asked.value)
    if point is None:
        return Skipped(because="This contact point is not on file for the guarantor any more.")
    return _not_agreed(asked, survey, point)


def _not_agreed(asked: Asked, survey: asyncpg.Record, point: ContactPoint) -> Skipped | None:
    elsewhere = survey["only_at"]
    if elsewhere is not None and asked.value not in {plain(value) for value in elsewhere}:
        return Skipped(because="The person has asked to be reached elsewhere only.")
    missing = [purpose for purpose in asked.purposes if not _agreed(point, purpose, survey)]
    if not missing:
        return None
    what = "" if missing == ["billing"] else f" to {' and '.join(PURPOSE_WORDS[purpose] for purpose in missing)}"
    return Skipped(because=f"There is no consent{what} on file for this contact point.")


def _may_not_confirm(asked: Asked, survey: asyncpg.Record) -> Skipped | None:
    """Once for a number or address, and within five minutes of the words that said stop (R-8)."""
    if survey["confirmed"]:
        return Skipped(because="The stop of this contact point has been confirmed already.")
    wrote = survey["last_reply_at"]
    if wrote is None or asked.now - wrote > CONFIRMED_WITHIN:
        return Skipped(because="A stop may be confirmed within five minutes only.")
    return None


def _agreed(point: ContactPoint, purpose: Purpose, survey: asyncpg.Record) -> bool:
    """The latest word with evidence; where there is none, the description and what it covers."""
    own = next((one for one in survey["consents"] if one["purpose"] == purpose), None)
    if own is not None:
        later = datetime.fromisoformat(own["given_at"]) > survey["described_at"]
        usable = point.status is PointStatus.usable or (point.status in REVOCABLE and later)
        return bool(usable and own["status"] == Consent.granted)
    return purpose in point.purposes and point.reachable


def _not_now(asked: Asked, survey: asyncpg.Record, there: Clock) -> NotBefore | None:
    """The hours, caps, gaps and silences; what lasts longest is the reason, moved into permitted hours."""
    now, contact = asked.now, asked.policy.contact
    rooms: list[Room | None] = [silence_after_reply(survey["last_reply_at"], now, contact)]
    for zone in there.zones:
        rooms.append(next_room(survey["guarantor_touches"], "the guarantor", now, place(zone), contact))
        rooms.append(next_room(survey["point_touches"], "this contact point", now, place(zone), contact))
    obstacle = max((room for room in rooms if room), key=lambda room: room.moment, default=None)
    if obstacle:
        moment = next_permitted(obstacle.moment, there.zones, contact, there.laws)
        return NotBefore(moment=moment, because=obstacle.because)
    permitted = next_permitted(now, there.zones, contact, there.laws)
    if permitted > now:
        return NotBefore(moment=permitted, because="It is outside the hours in which messages may be sent there.")
    return None


def _no_answer_now(asked: Asked, survey: asyncpg.Record, there: Clock) -> Skipped | NotBefore | None:
    """An answer to what a patient wrote: once a reply, a few a day to one point, inside the outer hours."""
    section, now = asked.policy.conversation, asked.now
    if survey["answered"]:
        return Skipped(because="This reply has been answered already, about another balance of the same person.")
    if survey["answers_lately"] >= section.max_answers_per_day:
        return Skipped(because=f"{section.max_answers_per_day} answers went to this contact point within a day.")
    wrote = survey["last_reply_at"]
    just_now = wrote is not None and now - wrote <= timedelta(minutes=section.safety_any_hour_minutes)
    if just_now and asked.message == FOR_SOMEBODY_IN_DANGER:
        return None
    permitted = answerable_at(now, there.zones)
    return NotBefore(moment=permitted, because="Answers wait for the morning there.") if permitted > now else None


def _asked_elsewhere(asked: Asked, survey: asyncpg.Record) -> NotBefore | None:
    """A yes must have one meaning: no second question about a plan while another balance's waits for its answer."""
    if survey["plan_asked_at"] is None:
        return None
    until = survey["plan_asked_at"] + timedelta(days=asked.policy.ladder.email_day)
    because = "A question about a plan of another balance of this person waits for its answer."
    return NotBefore(moment=until, because=because) if until > asked.now else None


def _stale(asked: Asked, survey: asyncpg.Record) -> NotBefore | None:
    read_at = survey["ledger_read_at"]
    fresh = timedelta(minutes=asked.policy.ledger.fresh_minutes)
    if read_at is not None and asked.now - read_at <= fresh:
        return None
    return NotBefore(moment=asked.now + READ_AGAIN, because="The practice's ledger has not been read recently.")
