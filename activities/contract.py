"""What passes between a workflow and its activities; fields are only ever added, with defaults."""

from __future__ import annotations

from pydantic import Field

from receivables.case import Case, State
from receivables.facts import AnyFact
from receivables.steps import Decision, Step


class Errand(State):
    """The case as the workflow knows it, and the step it has resolved to do now."""

    case: Case
    step: Step


class Turn(State):
    """What happened, for the case to fold, and what is to be done next: every activity answers both.

    One answer for both saves a second trip to the server per step, and the next decision is made on the same
    reading of the world as the step it follows.
    """

    facts: list[AnyFact] = Field(default_factory=list)
    decision: Decision
