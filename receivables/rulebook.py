"""The law as dated, reviewed rows, and which of them hold for a person on a day; the strictest wins. No row is here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from functools import lru_cache
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

EARLIEST, LATEST = time(8), time(21)
"""Outer limits of any contact in the patient's local time (R-1); no row and no policy widens them."""
FEDERAL, UNREVIEWED = "US", "default"
"""Jurisdictions of rows that hold everywhere, and of those that hold where a state has no reviewed row of its own."""
SATURDAY, SUNDAY = 5, 6

Span = tuple[time, time]
PracticeKind = Literal["medical", "dental", "veterinary"]


def span_of(words: str) -> Span | None:
    """`09:00-20:00` as start and end, None for `none`. ValueError with the mend for anything else."""
    if words == "none":
        return None
    try:
        start, end = (time.fromisoformat(part) for part in words.split("-"))
    except ValueError:
        raise ValueError("write the hours as 09:00-20:00, each between 00:00 and 23:59, or as none") from None
    if max(start, EARLIEST) >= min(end, LATEST):
        raise ValueError("the hours must open before they close and overlap 08:00-21:00, the hours the law allows")
    return max(start, EARLIEST), min(end, LATEST)


def _checked(words: str) -> str:
    span_of(words)
    return words


HoursText = Annotated[str, AfterValidator(_checked)]


class Row(BaseModel):
    """One rule of one jurisdiction, with where it comes from and who has read it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[A-Za-z0-9_.-]{3,60}$")
    """The same for all versions of a rule; two versions are never in force on one day."""
    jurisdiction: str = Field(pattern=r"^([A-Z]{2}|default)$")
    """A state's two letters, `US` for all, `default` for states without a reviewed row."""
    practice_types: list[PracticeKind] = Field(min_length=1)
    entity_types: list[Literal["any", "nonprofit_hospital"]] = ["any"]
    effective_from: date
    effective_to: date | None = None
    """The last day it is in force."""
    source: str = Field(min_length=5)
    reviewer: str | None = None
    """None: nobody has reviewed it, so it does not count and the strictest default holds instead."""
    reviewed_on: date | None = None
    next_review: date
    version: int = Field(ge=1)

    @property
    def name(self) -> str:
        """As a proof names it."""
        return f"{self.id} v{self.version}"

    @model_validator(mode="after")
    def _in_order(self) -> Row:
        if self.effective_to is not None and self.effective_to < self.effective_from:
            raise ValueError("effective_to lies before effective_from; swap or correct them")
        if (self.reviewer is None) != (self.reviewed_on is None):
            raise ValueError("reviewer and reviewed_on belong together; give both, or neither while it is unreviewed")
        if self.reviewed_on is not None and self.next_review <= self.reviewed_on:
            raise ValueError("next_review must come after reviewed_on")
        return self

    def in_force(self, day: date) -> bool:
        """True from the first to the last day, both included."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


class ContactHours(Row):
    """When people may be contacted in a jurisdiction, on their own clock."""

    kind: Literal["contact_hours"] = "contact_hours"
    weekdays: HoursText
    saturdays: HoursText
    sundays: HoursText
    state_holidays: bool = False
    """True: also silent on the days the state's own calendar closes."""

    @field_validator("weekdays")
    @classmethod
    def _weekdays_have_hours(cls, words: str) -> str:
        if words == "none":
            raise ValueError("a rule that forbids every day is a stop, not hours; give weekdays some")
        return words

    def on(self, day: date) -> Span | None:
        """The hours of a day, None when nobody may be contacted on it."""
        return span_of(self.words_for(day))

    def words_for(self, day: date) -> str:
        """As the file says it."""
        return {SATURDAY: self.saturdays, SUNDAY: self.sundays}.get(day.weekday(), self.weekdays)


class CardNotice(Row):
    """What a patient must be told before a card is used or kept, in a jurisdiction."""

    kind: Literal["card_notice"] = "card_notice"
    acknowledged: bool = False
    """True: the patient ticks that it was read before a card page opens."""
    words: dict[Literal["en", "es"], str]
    """The approved text in each language of the page."""

    @field_validator("words")
    @classmethod
    def _in_every_language(cls, words: dict[str, str]) -> dict[str, str]:
        if set(words) != {"en", "es"} or not all(text.strip() for text in words.values()):
            raise ValueError("write the notice in en and in es")
        return words


class PlanLimits(Row):
    """What a jurisdiction asks of payment plans beyond what holds everywhere."""

    kind: Literal["plan_limits"] = "plan_limits"
    grace_days: int = Field(ge=0, le=366)
    """Days after a due day in which nothing follows from a payment that did not come."""
    income_share_percent: float | None = Field(default=None, gt=0, le=100)
    """The most of a month's income that a monthly payment may take; None: no such limit."""


class PlanLaw(NamedTuple):
    """What holds for one person's plan on one day: the strictest of all rows that may apply."""

    grace_days: int = 0
    grace_by: str = ""
    """The row it comes from, as a decision names it."""
    income_share_percent: float | None = None
    income_by: str = ""


NO_PLAN_LAW = PlanLaw()


class DebitReturn(Row):
    """What a bank's return code means, and whether the debit may be presented again (R-31)."""

    kind: Literal["debit_return"] = "debit_return"
    code: str = Field(pattern=r"^R\d\d$")
    words: str = Field(min_length=5, max_length=100)
    again_at_most: int = Field(ge=0, le=2)
    within_days: int = Field(default=0, ge=0, le=180)
    """Counted from the day it was first presented."""
    unauthorized: bool
    """The account holder did not permit it: whatever authorized it is void."""


class Rulebook(BaseModel):
    """All rows that were loaded together, with the state holidays they refer to."""

    model_config = ConfigDict(frozen=True)

    contact_hours: tuple[ContactHours, ...] = ()
    card_notices: tuple[CardNotice, ...] = ()
    plan_limits: tuple[PlanLimits, ...] = ()
    debit_returns: tuple[DebitReturn, ...] = ()
    holidays: dict[str, frozenset[date]] = Field(default_factory=dict)
    """Days closed by a state's own calendar, for states where a row asks for it."""
    version: str = "none"

    def laws(self, states: Iterable[str], kind: str) -> Laws:
        """What holds for somebody who may be in any of these states and owes to a practice of this kind."""
        return _laws(self, tuple(states), kind)

    def overdue(self, day: date) -> list[Row]:
        """Rows in force whose next review has passed."""
        rows: tuple[Row, ...] = (*self.contact_hours, *self.card_notices, *self.plan_limits, *self.debit_returns)
        return [row for row in rows if row.in_force(day) and row.next_review < day]

    def notices(self, states: Iterable[str], kind: str, day: date) -> list[CardNotice]:
        """What must be said before a card is used, for somebody who may be in any of these states.

        An unreviewed row counts here: a notice too many harms nobody.
        """
        places = {FEDERAL, *states}
        return [
            row for row in self.card_notices
            if row.jurisdiction in places and kind in row.practice_types and row.in_force(day)
        ]  # fmt: skip

    def plan_law(self, states: Iterable[str], kind: str, day: date) -> PlanLaw:
        """What a plan of somebody who may be in any of these states must keep to; no row at all: nothing more."""
        in_force = [row for row in self.plan_limits if kind in row.practice_types and row.in_force(day)]
        rows = [row for row in in_force if row.jurisdiction == FEDERAL and row.reviewer]
        for state in states:
            own = [row for row in in_force if row.jurisdiction == state and row.reviewer]
            rows += own or [row for row in in_force if row.jurisdiction == UNREVIEWED]
        grace = max(rows, key=lambda row: row.grace_days, default=None)
        shares = [row for row in rows if row.income_share_percent is not None]
        share = min(shares, key=lambda row: row.income_share_percent or 0, default=None)
        return PlanLaw(
            grace.grace_days if grace else 0, grace.name if grace else "",
            share.income_share_percent if share else None, share.name if share else "",
        )  # fmt: skip

    def debit_return(self, code: str, day: date) -> DebitReturn | None:
        """What a return code means on a day; None for a code without a row."""
        return next((row for row in self.debit_returns if row.code == code and row.in_force(day)), None)

    def unreviewed(self, states: Iterable[str], kind: str, day: date) -> list[str]:
        """Which of the states fall to the strictest default on a day."""
        return [state for state in states if not _reviewed(self, state, kind, day)]

    def without_plan_limits(self, states: Iterable[str], kind: str, day: date) -> list[str]:
        """Which of the states have no reviewed row about payment plans, so that the strictest holds."""
        rows = [row for row in self.plan_limits if row.reviewer and kind in row.practice_types and row.in_force(day)]
        return [state for state in states if state not in {row.jurisdiction for row in rows}]

    def __hash__(self) -> int:
        return hash(self.version)


NO_RULES = Rulebook()
"""Before any file is read; the outer limits in code hold even then."""


class Laws:
    """The rows that may hold for one person, resolved day by day: the strictest of them all."""

    def __init__(self, book: Rulebook, states: tuple[str, ...], kind: str) -> None:
        self._book = book
        self._states = states
        self._kind = kind
        self._days: dict[date, Span | None] = {}

    def on(self, day: date) -> Span | None:
        """The permitted hours of a day, None when there are none."""
        if day not in self._days:
            self._days[day] = self._work_out(day)
        return self._days[day]

    def rows(self, day: date) -> list[ContactHours]:
        """Those in force on a day, for the proof."""
        return list({row.name: row for _, row in self._placed(day)}.values())

    def _placed(self, day: date) -> list[tuple[str, ContactHours]]:
        """Each row with the place it is applied to."""
        book, kind = self._book, self._kind
        placed = [(FEDERAL, row) for row in _reviewed(book, FEDERAL, kind, day)]
        for state in self._states:
            own = _reviewed(book, state, kind, day) or [row for row in book.contact_hours if _default(row, kind, day)]
            placed += [(state, row) for row in own]
        return placed

    def _work_out(self, day: date) -> Span | None:
        start, end = EARLIEST, LATEST
        for place, row in self._placed(day):
            span = row.on(day)
            if span is None or (row.state_holidays and day in self._book.holidays.get(place, ())):
                return None
            start, end = max(start, span[0]), min(end, span[1])
        return (start, end) if start < end else None


NO_LAWS = Laws(NO_RULES, (), "")
"""The outer limits alone."""


def overlapping(rows: Iterable[Row]) -> tuple[Row, Row] | None:
    """Two rows of one id that are in force on one day, None when every day has one at most."""
    known: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda one: (one.id, one.effective_from)):
        for earlier in known.setdefault(row.id, []):
            if earlier.effective_to is None or earlier.effective_to >= row.effective_from:
                return earlier, row
        known[row.id].append(row)
    return None


@lru_cache(maxsize=4096)
def _laws(book: Rulebook, states: tuple[str, ...], kind: str) -> Laws:
    return Laws(book, states, kind)


def _reviewed(book: Rulebook, state: str, kind: str, day: date) -> list[ContactHours]:
    return [
        row for row in book.contact_hours
        if row.jurisdiction == state and row.reviewer and kind in row.practice_types and row.in_force(day)
    ]  # fmt: skip


def _default(row: Row, kind: str, day: date) -> bool:
    """The strictest default needs no review: it is the answer to there being none."""
    return row.jurisdiction == UNREVIEWED and kind in row.practice_types and row.in_force(day)
