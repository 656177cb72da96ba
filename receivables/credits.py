"""Money owed back to patients and its clocks (R-37): when somebody is reminded, when it is no longer ours; pure."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Literal

from receivables.books_policy import CreditSection
from receivables.case import State
from receivables.facts import Moment
from receivables.money import Cents
from receivables.people import Guarantor
from receivables.resolved import CreditLaw
from receivables.states import state_of_postal_code

Stage = Literal["fresh", "remind", "give_back", "letter", "unclaimed"]


class Clock(State):
    """One moment in the life of a credit."""

    stage: Stage
    on: date


class Credit(State):
    """More was paid on a balance than is owed; it is never set against another person's balance."""

    practice_id: str
    balance_id: str
    cents: Cents
    since: Moment
    """When the balance last fell below nothing."""
    stage: Stage = "fresh"
    clocks: list[Clock]
    """All of them, the first one first."""
    next_on: date | None = None
    """The next one that has not come."""
    state: str = ""
    """Of the owner's last address, else the practice's: whose law it is."""
    law: str = ""
    """The rows that the clocks come from; empty where only the practice's policy speaks."""


def clocks_of(since: date, section: CreditSection, law: CreditLaw | None = None) -> list[Clock]:
    """Reminded of, given back, the letter of due diligence, unclaimed property: the shorter of law and policy."""
    years, letter, back = section.unclaimed_years, section.letter_days_before, section.give_back_days
    if law is not None:
        years, letter = min(years, law.unclaimed_years or years), max(letter, law.letter_days_before or letter)
        back = min(back, law.give_back_days)
    unclaimed = _years_after(since, years)
    return [
        Clock(stage="remind", on=since + timedelta(days=min(section.remind_days, back))),
        Clock(stage="give_back", on=since + timedelta(days=back)),
        Clock(stage="letter", on=max(unclaimed - timedelta(days=letter), since + timedelta(days=back))),
        Clock(stage="unclaimed", on=unclaimed),
    ]


def home_of(owner: Guarantor | None, practice_state: str) -> str:
    """The state whose law holds for what they are owed: that of the last address on file, else the practice's."""
    if owner is None:
        return practice_state
    return owner.state or state_of_postal_code(owner.postal_code or "") or practice_state


def stage_on(clocks: list[Clock], today: date) -> Stage:
    """The last one that has come."""
    passed = [clock.stage for clock in clocks if clock.on <= today]
    return passed[-1] if passed else "fresh"


def in_words(credit: Credit) -> str:
    """What a person is told when a clock has come."""
    amount = credit.cents.as_dollars()
    unclaimed = credit.clocks[-1].on
    said: dict[str, str] = {
        "fresh": "",
        "remind": f"{amount} has been owed to the patient since {credit.since:%Y-%m-%d} and was not given back yet.",
        "give_back": f"{amount} should be back with the patient by now: for VA and Medicare 60 days are the law.",
        "letter": f"{amount} becomes unclaimed property on {unclaimed}: the letter of due diligence is to be sent now.",
        "unclaimed": f"{amount} is unclaimed property since {unclaimed}: report it and hand it over as the state says.",
    }
    return said[credit.stage]


def as_it_is_now(summary: str, cents: Cents) -> str:
    """A task's words with today's sum: a part was given back, or the share has changed, since it was opened."""
    amount = cents.as_dollars()
    if cents > 0 and re.search(rf"{re.escape(amount)}(?![\d,]|\.\d)", summary):
        return summary
    now = f"By now the credit is {amount}." if cents > 0 else "By now nothing is owed back any more."
    return f"{summary} {now}"


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # February 29
        return day.replace(year=day.year + years, day=28)
