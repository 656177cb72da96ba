"""Made-up cases that every message must read well for; what is looked at is in checks.py."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import product
from typing import Literal, get_args

from integrations.templates.wording import words
from receivables.breakdown import Breakdown
from receivables.case import Case, Offer
from receivables.conversation import ANSWERS
from receivables.money import Cents
from receivables.people import ELECTRONIC, Channel, Guarantor, PaymentHistory
from receivables.plans.offers import Reason
from receivables.plans.steps import PlanWords
from receivables.plans.terms import Due
from receivables.policy import Policy, Practice
from receivables.steps import SendMessage

LINK = "https://pay.a-practice-with-a-long-name.com/p/7hQ2mXbR4tLcZ9sKdW1vNy"
ADDRESSES = {
    Channel.sms: "+13125550142", Channel.email: "pat@example.org",
    Channel.letter: "Maximiliana Featherstonehaugh\n1045 West Avenue\nApartment 1402\nChicago, IL 60614-1234",
}  # fmt: skip
BY_POST = frozenset({"letter"})
"""Messages that are printed, and sent in no other way."""
RELIABLE = "María Fernanda"
"""She has always paid in time; of the others nothing is known."""
PEOPLE = (("Sarah", 47_00), ("María Fernanda", 320_00), ("Maximiliana", 12_345_67))
NEEDS_OFFER = {"plan_offer", "plan_terms", "plan_join", "answer_offer"}
ABOUT_ONE_PAYMENT = {"plan_reminder", "plan_missed", "charge_declined"}
WITH_ALL_PAYMENTS = {"plan_confirmation", "plan_changed", "plan_terms", "plan_link", "autopay_stopped", "plan_join"}
WITHOUT_AMOUNTS = {"card_expiring"}
ABOUT_PLANS = ABOUT_ONE_PAYMENT | WITH_ALL_PAYMENTS | WITHOUT_AMOUNTS | {"plan_pending", "plan_cancelled"}
REASONS: tuple[Reason, ...] = get_args(Reason)
MANNERS: tuple[tuple[bool, bool, Literal["gentle", "plain", "firm"]], ...] = (
    (False, False, "plain"), (True, True, "gentle"), (False, True, "plain"), (True, False, "firm"),
)  # fmt: skip
"""Whether insurance covered most, whether PLAN is mentioned, and the tone; an answer knows only the first manner."""
WITH_DISCLOSURES = {"plan_terms", "plan_confirmation", "plan_changed"}
"""Messages that name every payment of a plan of more than four, with the disclosures that belong to it (R-27)."""
FOUR = 4
"""Other texts name so many payments at most."""
_AT = datetime(2026, 9, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Sample:
    """A case and a step as the rules could have made them."""

    case: Case
    step: SendMessage


def known_words() -> frozenset[str]:
    """Every name that a template may use, as the words are made for somebody with an offer and a plan."""
    practice = Practice(
        practice_id="p", name="Practice", phone="+13125550100", time_zone="America/Chicago", state="IL",
        postal_address="1 Way", email="a@example.org", sms_from="+13125550101", statement_name="PRACTICE",
    )  # fmt: skip
    found = {"notes"}
    for message in (*sorted(NEEDS_OFFER), "first_notice"):
        for sample in samples("p", message, Channel.email, "en"):
            found |= words(sample.case, sample.step, practice, Policy(), link=LINK, unsubscribe_url=LINK).keys()
    return frozenset(found)


def channels_of(message: str) -> tuple[Channel, ...]:
    """The ways a message can travel: each has words of its own."""
    return (Channel.letter,) if message in BY_POST else ELECTRONIC


def samples(practice_id: str, message: str, channel: Channel, language: str) -> Iterator[Sample]:
    """Every mixture of what a message may be asked to say; two installment amounts when cents are left over."""
    if message in ABOUT_PLANS:
        yield from _of_plans(practice_id, message, channel, language)
        return
    for name, cents in PEOPLE:
        for covered, mention, tone in MANNERS[:1] if message in ANSWERS else MANNERS[1:]:
            for installments in _offers(message):
                yield Sample(
                    _case(practice_id, language, name, cents),
                    SendMessage(
                        touch_id="b1.sample.1", message=message, channel=channel, covered_most=covered,
                        mention_plan=mention, tone=tone, offer=_offer(cents, installments),
                        held_a_number=message in ANSWERS and cents > 1000_00,
                        files_refused=message in ANSWERS and cents > 100_00,
                    ),
                )  # fmt: skip


def _of_plans(practice_id: str, message: str, channel: Channel, language: str) -> Iterator[Sample]:
    """With a card and without, in two to six payments, for every reason."""
    for name, cents in PEOPLE:
        for card, parts, reason in product(("", "Mastercard 4242"), (2, 4, 6), REASONS):
            each = Cents(cents).split(parts)
            days = [date(2026, 9, 28).replace(month=9 + number % 4) for number in range(parts)]
            dues = [Due(number=number, amount_cents=each[number], due_on=days[number]) for number in range(parts)]
            plan = PlanWords(dues=dues, about=dues[0], card=card, reason=reason, disclosures=parts > FOUR)
            offer = Offer(installments=parts, each_cents=each, offered_at=_AT, dues=dues)
            step = SendMessage(
                touch_id="b1.sample.1", message=message, channel=channel, plan=plan,
                offer=offer if message in NEEDS_OFFER else None,
            )  # fmt: skip
            spoken = parts <= FOUR or channel is Channel.email or message in WITH_DISCLOSURES
            if not (message == "card_expiring" and not card) and spoken:
                yield Sample(_case(practice_id, language, name, cents), step)


def _offers(message: str) -> tuple[int | None, ...]:
    if message in ANSWERS and message not in NEEDS_OFFER:
        return (None,)
    return (2, 4) if message in NEEDS_OFFER else (None, 4, 3)


def _case(practice_id: str, language: str, name: str, cents: int) -> Case:
    guarantor = Guarantor.model_validate({"guarantor_id": "g1", "first_name": name, "language": language})
    history = PaymentHistory(days_to_pay=[20, 25]) if name == RELIABLE else PaymentHistory()
    return Case(
        practice_id=practice_id, balance_id="b1", service_date=date(2026, 9, 28), guarantor=guarantor, history=history,
        patient_responsibility_cents=Cents(cents), insurance_paid_cents=Cents(3 * cents),
        breakdown=Breakdown(
            billed_cents=Cents(5 * cents), adjustments={"CO-45": cents, "PR-1": cents - 1000, "PR-2": 500, "PR-3": 500},
        ),
    )  # fmt: skip


def _offer(cents: int, installments: int | None) -> Offer | None:
    if installments is None:
        return None
    return Offer(installments=installments, each_cents=Cents(cents).split(installments), offered_at=_AT)
