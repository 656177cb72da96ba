"""What a message must hold and must not, judged on what it reads like for one made-up person; it reads no files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from integrations.templates.letter_page import printed
from integrations.templates.letter_words import letter_for
from integrations.templates.reading_grade import grade
from integrations.templates.samples import ABOUT_ONE_PAYMENT, LINK, WITH_ALL_PAYMENTS, WITHOUT_AMOUNTS, Sample
from integrations.templates.wording import money, national
from receivables.conversation import ANSWERS, FREE_OF_MONEY
from receivables.people import Channel
from receivables.policy import Practice
from receivables.ports import Message
from receivables.text_limits import TextLimits
from receivables.text_parts import for_texts, parts_of

A_DAY = date(2026, 9, 28)
LONGEST_SUBJECT = 78
HIGHEST_GRADE = 6.0
IDENTITY = {"en": "automated assistant", "es": "asistente automatizado"}
YES = {"en": "YES", "es": "SI"}
"""The word that accepts an offer; an e-mail writes it with its accent, which would cost a text half its length."""
ABOUT_VISITS_ONLY = frozenset({"rebooking"})
WITHOUT_OFFER = frozenset({"first_notice", "family"})
BOOKING_FIRST = frozenset({"recall_bundle"})


@dataclass(frozen=True)
class Place:
    """The message that is looked at, and what may not stand in it."""

    practice: Practice
    message: str
    channel: Channel
    language: str
    forbidden: Mapping[str, Sequence[str]]
    """Beginnings of words, by what is wrong with them."""
    limits: TextLimits
    """How long a text may be."""

    @property
    def file(self) -> str:
        """As it is named in a fault."""
        return f"messages/{self.message}/{self.channel.value}.{self.language}"


def findings(where: Place, sample: Sample, message: Message, level: str) -> Iterator[str]:
    """One sentence per fault with its mend."""
    long = sample.step.plan is not None and sample.step.plan.disclosures
    most = where.limits.parts_of_terms if long else where.limits.parts
    if where.channel is Channel.letter:
        yield from _of_letter(where, message)
    else:
        yield from _of_text(where, message, most) if where.channel is Channel.sms else _of_mail(where, message)
    yield from _of_words(where, message)
    yield from _of_grade(where, sample, message)
    yield from _of_sense(where, sample, message, level)


def grade_of(practice: Practice, first_name: str, message: Message, language: str) -> float:
    """The years of school a filled message asks of its reader; names and addresses are not held against it."""
    names = (practice.name, for_texts(practice.name), practice.postal_address, first_name, for_texts(first_name))
    return grade(message.text, language, names)


def _of_grade(where: Place, sample: Sample, message: Message) -> Iterator[str]:
    name = sample.case.guarantor.first_name if sample.case.guarantor else ""
    found = grade_of(where.practice, name, message, where.language)
    if found > HIGHEST_GRADE:
        yield f"it reads at grade {found:.1f}; write shorter sentences and shorter words, grade 6 at most."


def _of_text(where: Place, message: Message, most: int) -> Iterator[str]:
    parts = parts_of(message.text)
    if parts.outside:
        yield f"{parts.outside!r} makes every part half as long; choose words without these letters."
    elif parts.count > most:
        yield f"it takes {parts.count} parts of a text; shorten it to {most}."
    if not message.text.startswith(f"{for_texts(where.practice.name)}:"):
        yield "it does not begin with the practice's name and a colon; carriers require it (R-10)."
    if where.message not in ANSWERS and not re.search(r"\bSTOP\b", message.text):
        yield "it does not say how to opt out; add the sentence with STOP (R-11)."
    if message.text.count(LINK) > 1 or (LINK in message.text and f"{LINK} " not in f"{message.text} "):
        yield "the link stands twice or touches other signs; set it once, between spaces."


def _of_mail(where: Place, message: Message) -> Iterator[str]:
    if not 0 < len(message.subject) <= LONGEST_SUBJECT:
        yield f"the subject has {len(message.subject)} characters; write 1 to {LONGEST_SUBJECT}."
    for kind, body in (("text", message.text), ("html", message.html)):
        for what, needed in (
            ("postal address (R-19)", where.practice.postal_address), ("link to stop e-mails", message.unsubscribe_url),
            ("practice's name", where.practice.name),
        ):  # fmt: skip
            if needed not in body:
                yield f"the {kind} part lacks the {what}; keep it in the frame."
    if f'<html lang="{where.language}">' not in message.html:
        yield "the html part does not name its language; screen readers need it."


def _of_letter(where: Place, message: Message) -> Iterator[str]:
    """It has to fit on its page, and say who writes and how to reach them; the page's address is printed below."""
    paragraphs = message.text.split("\n\n")
    try:
        letter = letter_for(where.practice, message.to.split("\n"), paragraphs, LINK, where.language, A_DAY)
        printed(letter)
    except ValueError as fault:
        yield f"{fault}."
    practice = where.practice
    for what, needed in (("practice's name", practice.name), ("practice's phone", national(practice.phone))):
        if needed not in message.text:
            yield f"it lacks the {what}; people who get mail call."


def _of_words(where: Place, message: Message) -> Iterator[str]:
    words = f"{message.subject}\n{message.text}\n{re.sub('<[^>]+>', ' ', message.html)}"
    for own in (where.practice.name, for_texts(where.practice.name), where.practice.postal_address,
                where.practice.assistance_url or "", where.practice.booking_url or "",
                message.unsubscribe_url, LINK):  # fmt: skip
        words = words.replace(own, " ") if own else words
    for wrong, beginnings in where.forbidden.items():
        found = _word_beginning_with(tuple(beginnings)).search(words)
        if found:
            yield f"{found.group()!r} may not stand in a message ({wrong}); say it another way."
    if IDENTITY[where.language] not in words:
        yield "it does not say that an automated assistant writes (R-20)."


@cache
def _word_beginning_with(beginnings: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(map(re.escape, beginnings)) + r")\w*", re.IGNORECASE)


def _of_sense(where: Place, sample: Sample, message: Message, level: str) -> Iterator[str]:
    """What must be there, or must not, for what was asked."""
    bodies: Mapping[str, str] = {"text": message.text, "html": message.html} if message.html else {"text": message.text}
    if where.message in ABOUT_VISITS_ONLY:
        yield from _of_visits(where, message, bodies)
        return
    amounts = _amounts(where, sample)
    for kind, body in bodies.items():
        if level == "neutral" and "$" in body:
            yield f"the {kind} part names an amount although the practice keeps amounts out (R-21)."
        if where.message in FREE_OF_MONEY:
            continue
        if where.channel is not Channel.letter and not re.search(re.escape(LINK) + r"(?!/)", body):
            yield f"the {kind} part lacks the link to the page."
        if where.message in BOOKING_FIRST and body.find(where.practice.booking_url or "") > body.find(LINK):
            yield f"the {kind} part shows the bill before the visit; the booking comes first (K14)."
        if level == "neutral":
            continue
        missing = [one for one in amounts if one not in body]
        if missing:
            yield f"the {kind} part lacks the amount{'' if len(amounts) == 1 else f' {missing[0]}'}."
        if where.message not in BOOKING_FIRST and where.channel is not Channel.letter:
            yield from _of_plans(where, sample, kind, body)


def _of_plans(where: Place, sample: Sample, kind: str, body: str) -> Iterator[str]:
    """The words that accept an offer or ask for one."""
    yes = YES[where.language]
    said = re.search(rf"\b{yes}\b", body.replace("SÍ", "SI"))
    if where.message not in WITHOUT_OFFER and sample.step.offer is not None and not said:
        yield f"the {kind} part makes an offer without the word {yes} to accept it."
    if sample.step.mention_plan and sample.step.offer is None and not re.search(r"\bPLAN\b", body):
        yield f"the {kind} part lacks the word PLAN that asks for installments."


def _of_visits(where: Place, message: Message, bodies: Mapping[str, str]) -> Iterator[str]:
    """Rebooking only (M10): no money is spoken of, and the way to a new visit is shown."""
    way = where.practice.booking_url or national(where.practice.phone)
    for kind, body in bodies.items():
        rest = body.replace(message.unsubscribe_url, "") if message.unsubscribe_url else body
        if "$" in rest or LINK in rest:
            yield f"the {kind} part speaks of money; this message is about the visit alone (M10)."
        if way not in body:
            yield f"the {kind} part does not show the way to a new visit."


def _amounts(where: Place, sample: Sample) -> list[str]:
    """What must be named: all payments, the one it is about, or the balance."""
    plan = sample.step.plan
    if where.message in WITHOUT_AMOUNTS:
        return []
    if plan is None or where.message not in ABOUT_ONE_PAYMENT | WITH_ALL_PAYMENTS:
        return [money(sample.case.outstanding_cents, where.language)]
    dues = [plan.about] if where.message in ABOUT_ONE_PAYMENT else plan.dues
    return [money(due.amount_cents, where.language) for due in dues if due is not None]
