"""What a person says a reply means, where the reader was wrong; it labels training data and moves no account."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from receivables.plans.terms import Slots
from receivables.reading.intents import ACTIONS, tier

KINDS_OF_ACTION = frozenset(ACTIONS.values())


class RightSlots(Slots):
    """Amounts, counts, rhythms and days as the patient said them; a name that is not one of these is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    installments: int | None = Field(default=None, ge=1, le=60)


class Correction(BaseModel):
    """The right reading. Fields are validated in this order, each against those before it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    intent: str = Field(max_length=40, examples=["already_paid"])
    """The primary one."""
    intents: list[str] = Field(default_factory=list, max_length=10, validate_default=True)
    """All that are expressed, the primary one first; empty: the primary one alone."""
    action: str = Field(default="", max_length=60, validate_default=True)
    """Empty: the default action of the primary intent."""
    slots: RightSlots = RightSlots()

    @field_validator("intent")
    @classmethod
    def _known(cls, intent: str) -> str:
        return _listed(intent)

    @field_validator("intents")
    @classmethod
    def _ranked(cls, intents: list[str], info: ValidationInfo) -> list[str]:
        primary = info.data.get("intent")
        if primary is None:  # What is wrong with it is said already.
            return intents
        everything = list(dict.fromkeys([primary, *map(_listed, intents)]))
        first = min(everything, key=tier)
        if tier(first) < tier(primary):
            raise ValueError(f"{first} comes before {primary}; name it as the intent")
        if "auto_reply" in everything and len(everything) > 1:
            raise ValueError("a machine's answer says nothing else; leave the other intents out")
        return everything

    @field_validator("action")
    @classmethod
    def _fitting(cls, action: str, info: ValidationInfo) -> str:
        primary = info.data.get("intent")
        if primary is None:
            return action
        action = action or ACTIONS[primary]
        if action not in KINDS_OF_ACTION:
            raise ValueError(f"this action is not known; use one of {', '.join(sorted(KINDS_OF_ACTION))}")
        if action == "confirm_plan" and primary != "accept_plan":
            raise ValueError("only consent confirms a plan; name accept_plan as the intent, or another action")
        return action

    @property
    def gold(self) -> dict[str, Any]:
        """The label as training data has it; a day is a window of one day."""
        slots: dict[str, Any] = self.slots.model_dump(mode="json", exclude_none=True)
        if "date" in slots:
            slots["date"] = [[slots["date"], slots["date"]]]
        return {
            "intent": self.intent, "acceptable_intents": [], "also_intents": self.intents[1:], "action": self.action,
            "acceptable_actions": [] if self.action == ACTIONS[self.intent] else [self.action], "slots": slots,
            "slots_ignored": [],
        }  # fmt: skip


def _listed(intent: str) -> str:
    if intent not in ACTIONS:
        raise ValueError(f"this intent is not known; use one of {', '.join(ACTIONS)}")
    return intent
