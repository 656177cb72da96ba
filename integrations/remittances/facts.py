"""From the netted claims of a file to facts about balances; pure, and the last place where a claim's number is seen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Literal, Protocol

from integrations.opaque_ids import balance_id_of, person_id_of
from integrations.remittances.netting import NettedClaim, PlacedClaim, net
from integrations.remittances.shapes import FORWARDED, RANKS, UNDECIDED, Person, Remittance
from receivables.breakdown import Breakdown
from receivables.facts import BalanceAdjusted, BalancePosted
from receivables.money import LARGEST_CENTS, Cents
from receivables.people import Guarantor, Patient, PaymentHistory

SOURCE = "x12_835"
MOST_CODES = 20
"""Reason codes of one claim that are kept; what has more is for a person to explain."""


class Household(Protocol):
    """Who owes for an account and who was treated, from the practice's patient file."""

    @property
    def guarantor(self) -> Guarantor:
        """The person who is written to."""
        ...

    @property
    def patient(self) -> Patient | None:
        """The person who was treated."""
        ...

    @property
    def history(self) -> PaymentHistory:
        """How the guarantor has paid so far."""
        ...


def facts_of(
    remittances: Sequence[Remittance],
    *,
    practice_id: str,
    at: datetime,
    households: Mapping[str, Household] | None = None,
    known: Collection[str] = (),
) -> list[BalancePosted | BalanceAdjusted]:
    """One fact for each claim number whose patient share is new or has changed; the same file gives the same ids.

    `at` is when the remittances were taken in. `households` are found by claim number (CLP01), then by the patient's
    number (NM109); without one the guarantor has no contact points, and the case asks staff. `known` are the ids of
    balances that exist already: they are adjusted. A share of nothing is only told when it may change an earlier one:
    a known balance, a reversal, or the answer of a secondary or later payer.
    """
    people = households or {}
    facts: list[BalancePosted | BalanceAdjusted] = []
    for outcome in net(remittances):
        balance_id = balance_id_of(practice_id, outcome.patient_control_number)
        changes = balance_id in known
        if outcome.patient_responsibility_cents > 0 and not changes:
            facts.append(_posted(outcome, practice_id, balance_id, at, people))
        elif changes or outcome.reversals or _after_another_payer(outcome):
            facts.append(_adjusted(outcome, practice_id, balance_id, at))
    return facts


def _posted(
    outcome: NettedClaim, practice_id: str, balance_id: str, at: datetime, people: Mapping[str, Household]
) -> BalancePosted:
    deciding = outcome.deciding[-1]
    household = people.get(outcome.patient_control_number) or people.get(_number_of(deciding.claim.patient))
    patient = household.patient if household else _patient(practice_id, outcome, deciding)
    holds = ["unreconciled"] if _names_several_patients(outcome) else []
    return BalancePosted(
        fact_id=outcome.key,
        at=at,
        source=SOURCE,
        practice_id=practice_id,
        balance_id=balance_id,
        patient_responsibility_cents=Cents(outcome.patient_responsibility_cents),
        insurance_paid_cents=_insurance_paid(outcome),
        service_date=_service_date(outcome, at),
        claim_status=_claim_status(outcome),
        breakdown=_breakdown(outcome),
        collectable=not holds,
        hold_reasons=holds,
        guarantor=household.guarantor if household else _guarantor(practice_id, outcome, deciding),
        patient=patient,
        history=household.history if household else PaymentHistory(),
    )


def _adjusted(outcome: NettedClaim, practice_id: str, balance_id: str, at: datetime) -> BalanceAdjusted:
    """An answer that comes after another payer's does not say what that one paid, so the figure is left alone."""
    later_payer_alone = _after_another_payer(outcome) and all(_rank(placed) > 1 for placed in outcome.standing)
    return BalanceAdjusted(
        fact_id=outcome.key,
        at=at,
        source=SOURCE,
        practice_id=practice_id,
        balance_id=balance_id,
        patient_responsibility_cents=Cents(outcome.patient_responsibility_cents),
        insurance_paid_cents=None if later_payer_alone else _insurance_paid(outcome),
        claim_status=_claim_status(outcome),
        breakdown=_breakdown(outcome),
        reason="corrected" if outcome.reversals else "readjudicated",
    )


def _claim_status(outcome: NettedClaim) -> Literal["final", "pending", "reversed"]:
    if not outcome.standing:
        return "reversed"
    waiting = any(placed.claim.status in FORWARDED | UNDECIDED for placed in outcome.deciding)
    return "pending" if waiting else "final"


def _breakdown(outcome: NettedClaim) -> Breakdown | None:
    """The payer's own amounts, when one payer decided one claim; several together are for a person to explain."""
    if len(outcome.standing) != 1 or _after_another_payer(outcome):
        return None
    claim = outcome.standing[0].claim
    adjustments: dict[str, int] = {}
    for one in claim.all_adjustments():
        code = f"{one.group}-{one.reason}"
        adjustments[code] = adjustments.get(code, 0) + one.amount_cents
    if len(adjustments) > MOST_CODES or not 0 <= claim.charge_cents <= LARGEST_CENTS:
        return None
    return Breakdown(billed_cents=Cents(claim.charge_cents), adjustments=adjustments)


def _after_another_payer(outcome: NettedClaim) -> bool:
    return any(_rank(placed) > 1 for placed in outcome.deciding)


def _names_several_patients(outcome: NettedClaim) -> bool:
    """Some billing software fills CLP01 with one fixed text: then people must not be asked for each other's money."""
    return len({_number_of(placed.claim.patient) for placed in outcome.deciding}) > 1


def _rank(placed: PlacedClaim) -> int:
    return RANKS.get(placed.claim.status, 0)


def _insurance_paid(outcome: NettedClaim) -> Cents:
    """Kept within what a fact may hold: hospital claims can be larger, and the figure only colors the wording."""
    return Cents(min(max(outcome.insurance_paid_cents, 0), LARGEST_CENTS))


def _service_date(outcome: NettedClaim, at: datetime) -> date:
    """Some payers send no date of service; the remittance's own is then the best that is known."""
    found = [placed.claim.service_date for placed in outcome.deciding]
    return min((day for day in found if day), default=outcome.deciding[-1].remittance.produced_on or at.date())


def _guarantor(practice_id: str, outcome: NettedClaim, deciding: PlacedClaim) -> Guarantor:
    """A guarantor nobody can be contacted about yet: a remittance holds no phone number and no address."""
    person = deciding.claim.insured or deciding.claim.patient or Person()
    number = person.id or outcome.patient_control_number
    name = _first_name(person) or _first_name(deciding.claim.patient) or "Patient"
    return Guarantor(guarantor_id=person_id_of(practice_id, number), first_name=name)


def _patient(practice_id: str, outcome: NettedClaim, deciding: PlacedClaim) -> Patient:
    number = _number_of(deciding.claim.patient) or outcome.patient_control_number
    return Patient(patient_id=person_id_of(practice_id, number), first_name=_first_name(deciding.claim.patient))


def _number_of(person: Person | None) -> str:
    return person.id if person else ""


def _first_name(person: Person | None) -> str:
    """Payers shout: `MARY` becomes `Mary`."""
    name = person.first_name.strip()[:60] if person else ""
    return name.title() if name.isupper() else name
