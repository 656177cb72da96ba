"""Terms of a plan that a person enters: refused with field and mend where no calendar or balance could hold them."""

from __future__ import annotations

from datetime import date, timedelta

from receivables.facts import PlanTerms
from web.problems import refuse

FURTHEST = timedelta(days=366)
"""A first payment further off is a slip of the pen."""


def check_terms(terms: PlanTerms, owed_cents: int, today: date, within: str = "") -> None:
    """Raises the answer 422; `within` is the field the terms stand in, such as `terms.`."""
    if terms.first_due_on < today:
        raise refuse(422, "this day has passed", "name today or a later day", field=f"{within}first_due_on")
    if terms.first_due_on - today > FURTHEST:
        mend = "name a day within a year; check the year"
        raise refuse(422, "the first payment would be more than a year away", mend, field=f"{within}first_due_on")
    if terms.down_payment_cents >= owed_cents:
        mend = "name less, or let the patient pay it"
        raise refuse(422, "the down payment is all that is owed", mend, field=f"{within}down_payment_cents")
    if terms.installments > owed_cents - terms.down_payment_cents:
        mend = "name fewer payments"
        raise refuse(422, "a payment would be less than a cent", mend, field=f"{within}installments")
