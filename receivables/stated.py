"""Where a patient says they can be reached: a new e-mail address, number or postal address in their own words.

Nothing is written there on the strength of a message: whoever holds a phone could redirect what is said about a bill. A
person confirms it, and then the record changes for every agent, with the patient's words as consent to it (R-4, R-22).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from receivables.people import NORTH_AMERICAN, Channel, Consent, ContactPoint, Guarantor
from receivables.plans.terms import Slots
from receivables.ports import ReadReplyAnswer
from receivables.reading.normal import spoken, words_of
from receivables.reported_facts import ConsentRecorded, ContactUpdated

Kind = Literal["email", "phone", "post"]
AN_EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9](?:[A-Za-z0-9-]*\.)+[A-Za-z]{2,24}")
A_NUMBER = re.compile(r"(?<![\w.@+-])(?:\+?1[\s.-]?)?\(?(\d{3})\)?[\s.-]?(\d{3})[\s.-]?(\d{4})(?![\w-]|\.\d)")
_ROAD = (
    r"(?:street|st|avenue|ave|road|rd|drive|dr|lane|ln|boulevard|blvd|court|ct|way|place|pl|circle|cir|highway|hwy|"
    r"parkway|pkwy|terrace|ter|trail|trl|box|calle|avenida)"
)
A_PLACE = re.compile(
    rf"\b(?:p\.?\s?o\.?\s?box\s+\d{{1,6}}|\d{{1,6}}\s+(?:[\w.'-]+\s+){{1,5}}?{_ROAD})\b\.?"
    r"(?:[\s,#]+[\w.'#-]+){0,7}?(?:[\s,]+(?P<state>[A-Z]{2}))?(?:[\s,]+(?P<zip>\d{5}(?:-\d{4})?))?(?=\W|$)",
    re.IGNORECASE,
)
"""A house number and a road, or a post office box; a town, state and ZIP code may follow."""
ZIP = re.compile(r"\b(?:(?P<state>[A-Z]{2})[\s,]+)?(?P<zip>\d{5}(?:-\d{4})?)\b(?!\s*(?:st|street|ave|rd)\b)")
NEWS_OF_IT = re.compile(
    r"\b(moved|moving|new|changed|change|update|my (email|e mail|number|phone|cell|address)|mude|mudamos|cambie|"
    r"cambio|nuevo|nueva|mi (correo|numero|telefono|celular|direccion))\b"
)
MAY_BE_AN_ADDRESS = {
    "propose_terms", "request_plan", "promise_to_pay", "unclear", "ack_thanks", "contact_preference", "bill_question",
}  # fmt: skip
OWN_WORDS = "in the patient's own words"
"""The version of the words of a consent that no form was used for."""


class Stated(BaseModel):
    """One address or number as it can be kept: an e-mail address, E.164, or the words of a postal address."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    value: str


class Said(NamedTuple):
    """The reply in which it was stated."""

    fact_id: str
    text: str
    channel: Channel
    at: datetime


def stated_in(text: str) -> list[Stated]:
    """What is named in it, each once; a number that cannot exist is none."""
    found = [Stated(kind="email", value=one.lower()) for one in AN_EMAIL.findall(text)]
    rest = AN_EMAIL.sub(" ", text)
    numbers = ("+1" + "".join(parts) for parts in A_NUMBER.findall(rest))
    found += [Stated(kind="phone", value=one) for one in numbers if re.match(NORTH_AMERICAN, one)]
    place = A_PLACE.search(rest)
    if place is not None:
        found.append(Stated(kind="post", value=" ".join(rest[place.start() :].split())[:120].rstrip(" .!")))
    return list(dict.fromkeys(found))


def with_stated(answer: ReadReplyAnswer, text: str) -> ReadReplyAnswer:
    """The reading, where a reader took a new address for talk of a plan: that somebody moved is in plain words."""
    words = words_of(spoken(text))
    mild = {answer.intent, *answer.intents} <= MAY_BE_AN_ADDRESS and answer.slots.amount_cents is None
    if not mild or not NEWS_OF_IT.search(words) or not stated_in(text):
        return answer
    return answer.model_copy(
        update={
            "intent": "contact_preference", "intents": ["contact_preference"], "action": "update_contact",
            "abstain": False, "slots": Slots(), "plan_wish": "",
        }
    )  # fmt: skip


def confirmed(
    said: Said, guarantor: Guarantor, practice_id: str, at: datetime
) -> list[ContactUpdated | ConsentRecorded]:
    """What a person's confirmation changes: the record as it is from now on, and consent in the patient's own words.

    The same reply always gives the same facts. Empty when it states nothing, or nothing that is not on file.
    """
    stated = stated_in(said.text)
    known = {point.value.lower() for point in guarantor.contact_points}
    new = [one for one in stated if one.kind != "post" and one.value not in known]
    post = next((one.value for one in stated if one.kind == "post"), "")
    moved = _moved(said.text) if post else {}
    letter = _on_an_envelope(post, guarantor)
    if not new and not moved:
        return []
    head = {"source": "staff", "practice_id": practice_id, "guarantor_id": guarantor.guarantor_id}
    key = sha256(said.fact_id.encode()).hexdigest()[:16]
    points = [ContactPoint(channel=_way(one), value=one.value, consent=Consent.granted) for one in new]
    kept = [one for one in guarantor.contact_points if letter is None or one.channel is not Channel.letter]
    at_home = [letter] if letter else []
    record = guarantor.model_copy(update={"contact_points": [*points, *at_home, *kept][:10], **moved})
    updated = ContactUpdated.model_validate(head | {"fact_id": f"stated.{key}", "at": at, "guarantor": record})
    return [updated, *_consents(new, said, head, key, at)]


def _consents(
    new: list[Stated], said: Said, head: dict[str, str], key: str, at: datetime
) -> Iterator[ConsentRecorded]:
    """Whoever gives a number or address for their bills agrees to hear of them there (R-4)."""
    for number, one in enumerate(new, start=1):
        yield ConsentRecorded.model_validate(
            head
            | {
                "fact_id": f"stated.{key}.{number}", "at": at, "channel": _way(one), "value": one.value,
                "purposes": ["billing"], "given_at": said.at, "wording_version": OWN_WORDS,
                "means": "email" if said.channel is Channel.email else "text",
            }
        )  # fmt: skip


def _way(one: Stated) -> Channel:
    return Channel.email if one.kind == "email" else Channel.sms


def _on_an_envelope(post: str, guarantor: Guarantor) -> ContactPoint | None:
    """The postal address under the name on file; None when its lines cannot be told for certain."""
    road, comma, town = (part.strip() for part in post.partition(","))
    if not comma or not ZIP.search(town):
        return None
    old = guarantor.point(Channel.letter)
    name = old.value.split("\n")[0] if old is not None else guarantor.first_name
    try:
        return ContactPoint(channel=Channel.letter, value=f"{name}\n{road}\n{town}", consent=Consent.granted)
    except ValidationError:
        return None


def _moved(text: str) -> dict[str, str]:
    """The postal code and the state, from which the hours of contact follow."""
    found = list(ZIP.finditer(text))
    if not found:
        return {}
    last = found[-1]
    return {"postal_code": last["zip"]} | ({"state": last["state"]} if last["state"] else {})
