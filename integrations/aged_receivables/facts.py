"""From the rows of an aged receivables file to facts about balances; pure, and the last place that sees an account."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from integrations.aged_receivables.patients import Household
from integrations.aged_receivables.reader import AgedReceivables
from integrations.aged_receivables.rows import AgedBalance
from integrations.opaque_ids import balance_id_of, digest, person_id_of
from receivables.facts import BalancePosted
from receivables.money import Cents
from receivables.people import Guarantor, PaymentHistory

SOURCE = "aged_receivables"


def facts_of(
    receivables: AgedReceivables,
    *,
    practice_id: str,
    as_of: date,
    at: datetime,
    households: Mapping[str, Household] | None = None,
    known: Collection[str] = (),
) -> list[BalancePosted]:
    """One posted balance for each account with a patient share that is not followed yet; credits give none.

    `as_of` is the day the report shows, `at` when it was taken in. Balances in `known` are left alone: the report
    shows what is left after payments, and taking payments off once more would be wrong; comparing is the nightly
    reconciliation's work. The same report gives the same fact ids.
    """
    people = households or {}
    facts = []
    for row in receivables.rows:
        if row.patient_portion_cents > 0 and balance_id_of(practice_id, row.account) not in known:
            household = people.get(row.account) or _nobody(practice_id, row)
            facts.append(_posted(row, household, practice_id=practice_id, as_of=as_of, at=at))
    return facts


def _posted(row: AgedBalance, household: Household, *, practice_id: str, as_of: date, at: datetime) -> BalancePosted:
    share = row.patient_portion_cents
    return BalancePosted(
        fact_id="aged." + digest(practice_id, row.account, as_of.isoformat(), str(share))[:40],
        at=at,
        source=SOURCE,
        practice_id=practice_id,
        balance_id=balance_id_of(practice_id, row.account),
        patient_responsibility_cents=Cents(share),
        service_date=_service_date(row, as_of),
        collectable=not row.hold_reasons,
        hold_reasons=list(row.hold_reasons),
        guarantor=household.guarantor,
        patient=household.patient,
        history=household.history,
    )


def _service_date(row: AgedBalance, as_of: date) -> date:
    """Without a date of service, the earliest day the file lets us infer: the balance is at least that old."""
    if "service_date" in row.dates:
        return row.dates["service_date"]
    return min([*row.dates.values(), as_of - timedelta(days=row.oldest_days)])


def _nobody(practice_id: str, row: AgedBalance) -> Household:
    """Nobody can be contacted about this balance yet, so its case will ask staff."""
    number = row.guarantor or row.account
    return Household(
        Guarantor(guarantor_id=person_id_of(practice_id, number), first_name="Patient"), None, PaymentHistory()
    )
