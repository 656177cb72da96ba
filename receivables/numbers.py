"""Since when a person's number is known to be theirs; numbers are looked up elsewhere."""

from __future__ import annotations

from datetime import UTC, date

from receivables.case import Case


def verified_on(case: Case, number: str) -> date | None:
    """The day (UTC) of the consent given for the number; without evidence, of the description that names it.

    It is what the proof of a message rests on, too. None when nobody has described the person.
    """
    agreed = case.agreed.get(number.strip().lower())
    said = agreed.said if agreed is not None and agreed.granted else case.described
    return None if said is None else said.at.astimezone(UTC).date()
