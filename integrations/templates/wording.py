"""The words a template may use, made from a case and a step, as each language writes amounts and dates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from typing import Any

import phonenumbers
from babel import Locale
from babel.dates import format_skeleton
from babel.numbers import format_currency

from receivables.case import Case
from receivables.contact import Kin
from receivables.offers import stands_until
from receivables.people import Channel
from receivables.plans.steps import PlanWords
from receivables.plans.terms import Due
from receivables.policy import Policy, Practice
from receivables.segments import history_of, segment
from receivables.steps import SendMessage
from receivables.text_parts import for_texts

ABOUT_THE_OFFER = "answer_offer"
"""Speaks of the offer that stands and makes none."""
LOCALES = {"en": "en_US", "es": "es_US"}
KEPT = 4096
"""How many amounts, days and numbers are remembered as they are written: forming one takes longer than a template."""


def words(
    case: Case, step: SendMessage, practice: Practice, policy: Policy, *, link: str, unsubscribe_url: str,
    family: Sequence[Kin] = (),
) -> dict[str, Any]:
    """Every name a template can use. Amounts are missing when the practice keeps them out of messages (R-21)."""
    guarantor = case.guarantor
    language = language_of(case, step)
    first_name = guarantor.first_name if guarantor else ""
    text, neutral = step.channel is Channel.sms, policy.sms_detail_level == "neutral"
    named: dict[str, Any] = {
        "practice": for_texts(practice.name) if text else practice.name,
        "phone": national(practice.phone),
        "postal_address": practice.postal_address,
        "assistance_url": practice.assistance_url or "",
        "booking_url": practice.booking_url or "",
        "kind": practice.kind,
        "first_name": for_texts(first_name) if text else first_name,
        "link": link,
        "unsubscribe_url": unsubscribe_url,
        "balances": 1 + len(family),
        "one_balance": one(1 + len(family), language),
        "tone": step.tone,
        "segment": segment(case.outstanding_cents, history_of(case, policy), policy).value,
        "neutral": neutral,
        "covered_most": step.covered_most,
        "mention_plan": step.mention_plan,
        "offer": step.offer is not None,
        "promised": _promised(case, language, short=text),
        "prefers": guarantor.preferred_channel if guarantor else None,
        "held_a_number": step.held_a_number,
        "files_refused": step.files_refused,
    }
    if not neutral:
        named |= {
            "amount": money(case.outstanding_cents + sum(kin.outstanding_cents for kin in family), language),
            "visit_date": day(case.service_date, language, short=text) if case.service_date else "",
            "bill": _bill(case, language),
        }
        offer = step.offer or (case.offer if step.message == ABOUT_THE_OFFER else None)
        if offer is not None:
            until = stands_until(offer, policy, practice.time_zone)
            named |= {
                "installments": offer.installments, "payments": payments(offer.each_cents, language),
                "until": day(until, language, short=text),
            }  # fmt: skip
        if step.plan is not None:
            named |= of_plan(step.plan, language, short=text, family=family)
    return named


def of_plan(plan: PlanWords, language: str, *, short: bool, family: Sequence[Kin] = ()) -> dict[str, Any]:
    """The payments of a plan with their days, and the one that a message is about.

    With a family the payments of one day are told as one sum, and how much of it is charged to a card.
    """

    def said(due: Due, more: int = 0) -> dict[str, str]:
        return {"amount": money(due.amount_cents + more, language), "day": day(due.due_on, language, short=short)}

    beside = sum(kin.outstanding_cents for kin in family)
    cards = [card for card in (plan.card, *(kin.card for kin in family)) if card]
    own = plan.about.amount_cents if plan.about and plan.card else 0
    by_card = own + sum(kin.outstanding_cents for kin in family if kin.card)
    return {
        "dues": [said(due) for due in plan.dues],
        "total": money(sum(due.amount_cents for due in plan.dues), language),
        "about": said(plan.about, beside) if plan.about else {},
        "reason": plan.reason,
        "card": ", ".join(dict.fromkeys(cards)),
        "card_part": money(by_card, language) if cards and len(cards) <= len(family) else "",
        "disclosures": plan.disclosures,
    }


def _bill(case: Case, language: str) -> dict[str, Any]:
    """How the insurer came to the share; empty when it did not say."""
    known = case.breakdown
    if known is None:
        return {}
    return {
        "billed": money(known.billed_cents, language),
        "allowed": money(known.allowed_cents, language),
        "insurer": money(case.insurance_paid_cents, language),
        "share": money(known.share_cents, language),
        "shares": [{"kind": one.kind, "amount": money(one.amount_cents, language)} for one in known.shares],
        "paid": money(case.paid_cents, language) if case.paid_cents > 0 else "",
    }


def _promised(case: Case, language: str, *, short: bool) -> str:
    """The day a promise named, empty when it named none."""
    promise = case.hold("promise")
    return day(promise.until.date(), language, short=short) if promise and promise.until else ""


def language_of(case: Case, step: SendMessage) -> str:
    """The language a patient wrote in is answered; otherwise the one on file speaks."""
    return step.language or (case.guarantor.language if case.guarantor else "en")


@lru_cache(KEPT)
def money(cents: int, language: str) -> str:
    """`$47` and `$1,047.50`: cents are written only when there are some."""
    pattern = "¤#,##0" if cents % 100 == 0 else "¤#,##0.00"
    amount = Decimal(int(cents)) / 100
    return format_currency(amount, "USD", format=pattern, locale=LOCALES[language], currency_digits=False)


@lru_cache(KEPT)
def day(moment: date, language: str, *, short: bool) -> str:
    """`Mar 3` or `March 3`; `3 mar` or `3 de marzo`."""
    return str(format_skeleton("MMMd" if short else "MMMMd", moment, locale=LOCALES[language]))


@lru_cache(KEPT)
def one(number: int, language: str) -> bool:
    """True when a language puts a noun beside this number in the singular (CLDR's plural rules)."""
    return bool(Locale.parse(LOCALES[language]).plural_form(number) == "one")


def payments(each_cents: Sequence[int], language: str) -> list[dict[str, Any]]:
    """Installments of the same amount together, in their order: at most two groups, since parts differ by a cent."""
    return [
        {"count": len(list(group)), "amount": money(cents, language)} for cents, group in groupby(map(int, each_cents))
    ]


@lru_cache(KEPT)
def national(phone: str) -> str:
    """A number in E.164 as people in the United States write it: `(312) 555-0142`."""
    return phonenumbers.format_number(phonenumbers.parse(phone), phonenumbers.PhoneNumberFormat.NATIONAL)
