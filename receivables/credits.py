"""Money owed back to patients and its clocks (R-37): when somebody is reminded, when it is no longer ours; pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from receivables.books_policy import CreditSection
from receivables.case import State
from receivables.facts import Moment
from receivables.money import Cents

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


def clocks_of(since: date, section: CreditSection) -> list[Clock]:
    """Reminded of, to be given back, the letter of due diligence, and unclaimed property."""
    unclaimed = _years_after(since, section.unclaimed_years)
    return [
        Clock(stage="remind", on=since + timedelta(days=section.remind_days)),
        Clock(stage="give_back", on=since + timedelta(days=section.give_back_days)),
        Clock(stage="letter", on=unclaimed - timedelta(days=section.letter_days_before)),
        Clock(stage="unclaimed", on=unclaimed),
    ]


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


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # February 29
        return day.replace(year=day.year + years, day=28)
