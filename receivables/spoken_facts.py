"""What was found in the words of a patient, by the reader or by a person who corrects it; the words are not here."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from receivables.asked import Asks
from receivables.people import Channel
from receivables.plans.terms import PlanWish, Slots
from receivables.reported_facts import Fact, FactId
from receivables.wishes import Language


class ReplyUnderstood(Fact):
    """What a reply says, in the words of the reader's closed list; the text itself is not here."""

    kind: Literal["reply_understood"] = "reply_understood"
    reply_fact_id: FactId
    channel: Channel
    intent: str
    intents: list[str] = Field(default_factory=list)
    action: str
    abstain: bool = False
    slots: Slots = Slots()
    plan_wish: PlanWish = ""
    """What the patient wants of the plan, when they speak of one."""
    confidence: float = 1.0
    """The chance that the action is right."""
    reader: str = ""
    """The version of the reader, so that a decision can be traced to it."""
    language: Language = ""
    """The language it is written in, where that is plain."""
    wants_language: Language = ""
    wants_channel: Channel | None = None
    asks_what_we_are: bool = False
    """They ask whether a person or a machine is writing."""
    asks: Asks = ""
    """A plain question that the case can answer."""
    held_a_number: bool = False
    """A card or social-security number stood in it and was taken out."""


class ReadingCorrected(Fact):
    """A person says what a reply means, where it was read wrongly. Consent to a plan is never given this way."""

    kind: Literal["reading_corrected"] = "reading_corrected"
    reply_fact_id: FactId
    channel: Channel
    intent: str
    intents: list[str] = Field(default_factory=list)
    """All that are expressed, the primary one first."""
    action: str
    slots: Slots = Slots()
