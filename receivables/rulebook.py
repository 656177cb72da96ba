"""Which rows of the law hold for a person on a day; the strictest wins. The shapes of rows stand elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from receivables.cards.ceilings import ANY_NETWORK, ceiling_of
from receivables.closed_days import dates
from receivables.resolved import CardLimits, CreditLaw
from receivables.rule_rows import (
    EARLIEST,
    FEDERAL,
    LATEST,
    UNREVIEWED,
    CardNetwork,
    CardNotice,
    CarrierCode,
    CarrierLimit,
    ClosedDay,
    ContactHours,
    CreditClocks,
    DebitRatio,
    DebitReturn,
    OptOutWords,
    PlanLimits,
    Row,
    SenderLimit,
    Span,
)
from receivables.sender_limits import Pace, pace
from receivables.text_limits import TextLimits, strictest


class PlanLaw(NamedTuple):
    """What holds for one person's plan on one day: the strictest of all rows that may apply."""

    grace_days: int = 0
    grace_by: str = ""
    """The row it comes from, as a decision names it."""
    income_share_percent: float | None = None
    income_by: str = ""


NO_PLAN_LAW = PlanLaw()


class Rulebook(BaseModel):
    """All rows that were loaded together."""

    model_config = ConfigDict(frozen=True)

    contact_hours: tuple[ContactHours, ...] = ()
    card_notices: tuple[CardNotice, ...] = ()
    plan_limits: tuple[PlanLimits, ...] = ()
    debit_returns: tuple[DebitReturn, ...] = ()
    debit_ratios: tuple[DebitRatio, ...] = ()
    credit_clocks: tuple[CreditClocks, ...] = ()
    closed_days: tuple[ClosedDay, ...] = ()
    card_networks: tuple[CardNetwork, ...] = ()
    opt_out_words: tuple[OptOutWords, ...] = ()
    carrier_codes: tuple[CarrierCode, ...] = ()
    carrier_limits: tuple[CarrierLimit, ...] = ()
    sender_limits: tuple[SenderLimit, ...] = ()
    version: str = "none"

    def laws(self, states: Iterable[str], kind: str) -> Laws:
        """What holds for somebody who may be in any of these states and owes to a practice of this kind."""
        return _laws(self, tuple(states), kind)

    def overdue(self, day: date) -> list[Row]:
        """Rows in force whose next review has passed."""
        return [row for row in self.rows if row.in_force(day) and row.next_review < day]

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every row of every kind."""
        return (
            *self.contact_hours, *self.closed_days, *self.card_notices, *self.plan_limits, *self.debit_returns,
            *self.debit_ratios, *self.credit_clocks,
            *self.card_networks, *self.opt_out_words, *self.carrier_codes, *self.carrier_limits,
            *self.sender_limits,
        )  # fmt: skip

    def closed(self, day: date, place: str = FEDERAL) -> bool:
        """True when a jurisdiction's offices and banks rest on a day, of whatever year it is.

        An unreviewed row counts here: a silent day too many harms nobody.
        """
        return day in _closed_in(self, place, day.year)

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
        return _plan_law(self, tuple(states), kind, day)

    def debit_return(self, code: str, day: date) -> DebitReturn | None:
        """What a return code means on a day; None for a code without a row."""
        return next((row for row in self.debit_returns if row.code == code and row.in_force(day)), None)

    def ratios(self, kind: str, day: date) -> list[DebitRatio]:
        """The limits of returned debits for practices of a kind on a day, reviewed or not."""
        return [row for row in self.debit_ratios if kind in row.practice_types and row.in_force(day)]

    def credit_law(self, state: str, kind: str, day: date) -> CreditLaw | None:
        """The clocks of a credit whose owner lives in a state; None where no row is loaded.

        The row for all states holds for how soon it is given back. For the rest the state's own reviewed row does, and
        without one the shortest clocks of any.
        """
        rows = [row for row in self.credit_clocks if kind in row.practice_types and row.in_force(day)]
        everywhere = [row for row in rows if row.jurisdiction == FEDERAL and row.reviewer]
        own = [row for row in rows if row.jurisdiction == state and row.reviewer]
        own = own or [row for row in rows if row.jurisdiction == UNREVIEWED]
        if not own:
            return None
        return CreditLaw(
            min(row.give_back_days for row in (*own, *everywhere)),
            min((row.unclaimed_years for row in own if row.unclaimed_years is not None), default=None),
            max((row.letter_days_before for row in own if row.letter_days_before is not None), default=None),
            ", ".join(row.name for row in own),
        )

    def card_limits(self, network: str, day: date) -> CardLimits:
        """What a card of this network must keep to; of no known network, what the row `any` says."""
        in_force = [row for row in self.card_networks if row.in_force(day)]
        named = [row for row in in_force if row.network == network]
        rows, ceiling = named or [row for row in in_force if row.network == ANY_NETWORK], ceiling_of(network)
        return CardLimits(
            min((row.refusals_per_day for row in rows), default=ceiling.refusals_per_day),
            min((row.refusals_per_30_days for row in rows), default=ceiling.refusals_per_30_days),
            frozenset(code for row in rows for code in row.never_again),
        )

    def stop_words(self, day: date) -> frozenset[str]:
        """Messages that are a stop by themselves, as they are written in the rows; an unreviewed row counts."""
        return frozenset(word for row in self.opt_out_words if row.in_force(day) for word in row.words)

    def carrier_code(self, code: int, day: date) -> CarrierCode | None:
        """What an error code of the text provider means on a day; None for a code without a row."""
        return next((row for row in self.carrier_codes if row.code == code and row.in_force(day)), None)

    def text_limits(self, kind: str, day: date) -> TextLimits:
        """How long a text of a practice of this kind may be on a day."""
        return strictest(self.carrier_limits, kind, day)

    def pace(self, campaign: str | None, kind: str, day: date) -> Pace | None:
        """How many texts leave from a sending number registered like this; None where no row is loaded."""
        return pace(self.sender_limits, campaign, kind, day, self.text_limits(kind, day).parts)

    def unreviewed(self, states: Iterable[str], kind: str, day: date) -> list[str]:
        """Which of the states fall to the strictest default on a day."""
        return [state for state in states if not _reviewed(self, state, kind, day)]

    def without_plan_limits(self, states: Iterable[str], kind: str, day: date) -> list[str]:
        """Which of the states have no reviewed row about payment plans, so that the strictest holds."""
        rows = [row for row in self.plan_limits if row.reviewer and kind in row.practice_types and row.in_force(day)]
        return [state for state in states if state not in {row.jurisdiction for row in rows}]

    def __hash__(self) -> int:
        return hash(self.version)


@dataclass(frozen=True)
class RestDays:
    """Days on which banks rest, of every year; a container, since they have no end."""

    own: frozenset[date]
    """The practice's own."""
    book: Rulebook

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and (day in self.own or self.book.closed(day))


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
        if self._book.closed(day):
            return None
        start, end = EARLIEST, LATEST
        for place, row in self._placed(day):
            span = row.on(day)
            if span is None or (row.state_holidays and self._book.closed(day, place)):
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


@lru_cache(maxsize=4096)
def _plan_law(book: Rulebook, states: tuple[str, ...], kind: str, day: date) -> PlanLaw:
    in_force = [row for row in book.plan_limits if kind in row.practice_types and row.in_force(day)]
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


@lru_cache(maxsize=1024)
def _closed_in(book: Rulebook, place: str, year: int) -> frozenset[date]:
    """A year is worked out once, whichever year is asked for: there is no last one."""
    rows = [row for row in book.closed_days if row.jurisdiction == place]
    return frozenset(day for row in rows for day in dates(row.day, row.observed, year) if row.in_force(day))


def _reviewed(book: Rulebook, state: str, kind: str, day: date) -> list[ContactHours]:
    return [
        row for row in book.contact_hours
        if row.jurisdiction == state and row.reviewer and kind in row.practice_types and row.in_force(day)
    ]  # fmt: skip


def _default(row: Row, kind: str, day: date) -> bool:
    """The strictest default needs no review: it is the answer to there being none."""
    return row.jurisdiction == UNREVIEWED and kind in row.practice_types and row.in_force(day)
