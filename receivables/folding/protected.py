"""Folds what keeps machines out by law or by a person's wish: estimates, age, sensitive care, confidential ways."""

from __future__ import annotations

from receivables import holds
from receivables.agreed import Mark, OnlyAt
from receivables.case import Case
from receivables.facts import BalancePosted, ConfidentialRequested, EstimateDisputed, Fact
from receivables.money import Cents
from receivables.people import ContactPoint, Guarantor, Patient

FAR_ABOVE_AN_ESTIMATE = Cents(400_00)
"""From here on the patient may have the bill reviewed (45 CFR 149.620; R-39); a number of the law, so no setting."""
ANSWER_FOR_CHILDREN = ("parent", "guardian")


def estimate_disputed(case: Case, fact: EstimateDisputed) -> None:
    """Nothing is collected while the dispute is pending (R-39)."""
    holds.put(case, "estimate_dispute", fact.at)


def confidential_requested(case: Case, fact: ConfidentialRequested) -> None:
    """A person arranges it; from then on only the ways that were named are used, whatever else is on file (R-22)."""
    holds.put(case, "confidential", fact.at)
    if case.only_at is None or case.only_at.said.yields_to(fact.at, fact.fact_id):
        values = [value.strip().lower() for value in fact.only_at]
        case.only_at = OnlyAt(values=values, said=Mark(at=fact.at, fact_id=fact.fact_id))


def of_the_visit(case: Case, fact: BalancePosted) -> None:
    """Care that people tell of, and children who have come of age: a person is asked (R-26, R-46)."""
    if fact.sensitive:
        holds.put(case, "sensitive", fact.at)
    if _came_of_age(fact):
        holds.put(case, "came_of_age", fact.at)
    if fact.guarantor.relation == "self" and fact.patient is not None and _under_age(fact.patient, fact):
        holds.put(case, "minor", fact.at)


def of_the_guarantor(case: Case, guarantor: Guarantor, fact: Fact) -> None:
    """Nobody under age is asked for money: a parent or guardian is to be found (R-46)."""
    if _under_age(guarantor, fact):
        holds.put(case, "minor", fact.at)


def against_the_estimate(case: Case) -> None:
    """Looked at whenever the share or the estimate has changed, so that every order gives the same."""
    case.holds = [hold for hold in case.holds if hold.reason != "over_estimate"]
    if case.estimate_cents is None or case.priced is None:
        return
    if case.patient_responsibility_cents - case.estimate_cents >= FAR_ABOVE_AN_ESTIMATE:
        holds.put(case, "over_estimate", case.priced.at)


def closed_by_wish(case: Case, point: ContactPoint) -> bool:
    """True when the person has named where they may be reached, and this is not there."""
    return case.only_at is not None and point.value.strip().lower() not in case.only_at.values


def _came_of_age(fact: BalancePosted) -> bool:
    grown = fact.patient.of_age_on if fact.patient else None
    return fact.guarantor.relation in ANSWER_FOR_CHILDREN and grown is not None and grown <= fact.service_date


def _under_age(who: Guarantor | Patient, fact: Fact) -> bool:
    return who.of_age_on is not None and fact.at.date() < who.of_age_on
