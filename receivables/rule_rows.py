"""The shapes of the rows of the law: each dated, with where it comes from and who has read it; no row is here."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from receivables.cards.ceilings import ceiling_of
from receivables.closed_days import DayText

EARLIEST, LATEST = time(8), time(21)
"""Outer limits of any contact in the patient's local time (R-1); no row and no policy widens them."""
FEDERAL, UNREVIEWED = "US", "default"
"""Jurisdictions of rows that hold everywhere, and of those that hold where a state has no reviewed row of its own."""
SATURDAY, SUNDAY = 5, 6
MOST_CHARACTERS, MOST_PARTS, MOST_PARTS_OF_TERMS = 1600, 3, 4
"""The longest text of all; a row only shortens it."""
MOST_PARTS_PER_SECOND, MOST_PARTS_PER_DAY = 225, 200_000
"""The most that is granted to any registration; a row only slows it."""

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


class ClosedDay(Row):
    """A day of every year on which nobody is written to in a jurisdiction, and on which its banks rest."""

    kind: Literal["closed_day"] = "closed_day"
    called: str = Field(min_length=3, max_length=60)
    day: DayText
    observed: bool = False
    """True: on a weekend it is kept on the working day beside it as well."""


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
    administrative: bool
    """The account cannot be debited: closed, unknown, or a number that cannot be one."""


class DebitRatio(Row):
    """How many of a practice's bank debits may come back before somebody must do something (R-31)."""

    kind: Literal["debit_ratio"] = "debit_ratio"
    counts: Literal["unauthorized", "administrative", "overall"]
    at_most_per_mille: int = Field(ge=0, le=1000)
    """Of the debits presented; 5 is half a percent."""
    returned_at_least: int = Field(default=1, ge=1, le=10)
    """So many must have come back before their share says anything."""
    days: int = Field(ge=1, le=366)
    """Back from today."""


class CreditClocks(Row):
    """By when a credit is given back in a jurisdiction, and when what nobody took becomes the state's (R-37)."""

    kind: Literal["credit_clocks"] = "credit_clocks"
    give_back_days: int = Field(ge=1, le=60)
    unclaimed_years: int | None = Field(default=None, ge=1, le=10)
    """None: this row does not say."""
    letter_days_before: int | None = Field(default=None, ge=30, le=365)
    """How long before it becomes the state's the letter of due diligence goes out."""


class CardNetwork(Row):
    """How often one refused card may be tried on a network, and which of its answers are final (R-32, R-33)."""

    kind: Literal["card_network"] = "card_network"
    network: str = Field(pattern=r"^[a-z_]{2,20}$")
    """As the processor names it; `any` for cards of no known network."""
    refusals_per_day: int = Field(ge=1, le=10)
    refusals_per_30_days: int = Field(ge=1)
    never_again: list[str] = Field(default_factory=list)
    """The network's own codes after which the card is not tried any more."""

    @field_validator("refusals_per_30_days")
    @classmethod
    def _within_the_ceiling(cls, refusals: int, told: ValidationInfo) -> int:
        network = told.data.get("network", "")
        most = ceiling_of(network).refusals_per_30_days
        if network and refusals > most:
            raise ValueError(f"at most {most} for the network {network}: a row only lowers what the code allows")
        return refusals


class OptOutWords(Row):
    """Messages that mean a stop in a language when nothing else is said (R-6)."""

    kind: Literal["opt_out_words"] = "opt_out_words"
    language: Literal["en", "es"]
    words: list[Annotated[str, Field(min_length=2, max_length=60)]] = Field(min_length=1)


class CarrierLimit(Row):
    """How long a text may be: what the provider takes, and what carriers deliver whole."""

    kind: Literal["carrier_limit"] = "carrier_limit"
    most_characters: int = Field(ge=160, le=MOST_CHARACTERS)
    """Of the words that leave, whoever they are for."""
    most_parts: int = Field(ge=1, le=MOST_PARTS)
    """Of an approved wording, of 160 characters alone or 153 each."""
    most_parts_of_terms: int = Field(ge=1, le=MOST_PARTS_OF_TERMS)
    """Where the disclosures of a plan of more than four payments stand in it."""


class SenderLimit(Row):
    """How much the carriers take from one sending number, by how its campaign is registered with them (R-10)."""

    kind: Literal["sender_limit"] = "sender_limit"
    campaign: str = Field(pattern=r"^[a-z][a-z0-9_]{2,39}$")
    """As `campaign` in practice.yaml names it."""
    parts_per_second: float = Field(gt=0, le=MOST_PARTS_PER_SECOND)
    """Of all texts together, a text of three parts being three."""
    parts_per_day: int = Field(ge=100, le=MOST_PARTS_PER_DAY)
    """Until midnight Pacific time, when the strictest carrier begins to count anew."""


class CarrierCode(Row):
    """What an error code of the text provider means (R-9, R-10, R-12)."""

    kind: Literal["carrier_code"] = "carrier_code"
    code: int = Field(ge=10_000, le=99_999)
    means: Literal["opted_out", "bad_number", "landline", "unreachable", "content", "configuration"]
    words: str = Field(min_length=5, max_length=120)
    """For the record and for staff."""
