"""How patience is measured: days between messages, what each segment has of its own, when a person calls; data only."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from receivables.money import Cents
from receivables.policy_section import Dollars, Section


class LadderSection(Section):
    """Days between messages (K8)."""

    clock: Literal["first_accepted"] = "first_accepted"
    email_day: int = Field(default=7, ge=1)
    phone_day: int = Field(default=15, ge=1)


SegmentName = Literal["small_reliable", "small_unproven", "large_reliable", "large_unproven"]
AtLeastThreeDays = Annotated[int, Field(ge=3, le=60)]
AtLeastAWeek = Annotated[int, Field(ge=7, le=60)]


class SegmentsSection(Section):
    """What each of the four segments has of its own (S68); what is not named here follows `ladder` and `escalation`."""

    reminder_days: dict[SegmentName, AtLeastThreeDays] = Field(default_factory=dict)
    """Silence before each further message."""
    call_days: dict[SegmentName, AtLeastThreeDays] = Field(default_factory=dict)
    """Silence before a call."""
    peace_days: dict[SegmentName, AtLeastThreeDays] = Field(default_factory=dict)
    """Rest after the patient paid, wrote or spoke with us."""
    call_again_days: dict[SegmentName, AtLeastAWeek] = Field(default={"small_unproven": 14})
    """Rest between calls nobody answers (R-13: a week at least)."""


class LettersSection(Section):
    """Letters to whom neither text nor e-mail reaches; they need a postal address on file."""

    most: int = Field(default=1, ge=0, le=3)
    """Since the patient was last heard; 0: none are written, and the call comes at once."""
    answer_days: int = Field(default=14, ge=7, le=45)
    """Silence after a letter before a call: it has to be printed, carried and read."""
    print_within_days: int = Field(default=3, ge=1, le=20)
    """Working days of the practice after which a person is asked to print what lies ready."""


class EscalationSection(Section):
    """When a person calls (K7)."""

    min_failed: int = Field(default=2, ge=1)
    min_days: int = Field(default=15, ge=1)
    firm_min_days: int = Field(default=10, ge=1)
    """The shorter wait when the tone is firm (S37)."""
    high_risk_over: Dollars = Cents(400_00)
    """Owed at least this with unanswered reminders and a slow or missing history: straight to a person (S89)."""
    high_risk_unanswered: int = Field(default=2, ge=1)
    call_again_days: int = Field(default=7, ge=7)
    """Rest after a call nobody answered (R-13: at most one call in seven days)."""
    max_calls: int = Field(default=3, ge=1)
