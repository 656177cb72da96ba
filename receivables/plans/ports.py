"""What plans need remembered outside the engine: the log of plans, and every try at charging, as Protocols."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from receivables.cards.ceilings import MOST_IN_A_DAY
from receivables.cards.ports import ChargeOrder
from receivables.case import State
from receivables.facts import AnyFact, Moment
from receivables.plans.terms import AgreedBy, Due


class PlanEntry(State):
    """One line of the plan log: terms that came into force."""

    practice_id: str
    balance_id: str
    plan_id: str
    revision: int
    at: Moment
    by: AgreedBy
    change: str
    approved_by: Literal["policy", "person"]
    installments: list[Due]
    because: list[str]
    policy_version: str
    sample_share: float
    """The share of plans approved by the policy that is picked for weekly reading (S53)."""


class YearlyLine(State):
    """How many plans of more than four installments may be agreed to in a year without the disclosures (R-27)."""

    most: int
    at: Moment
    """On the practice's clock, whose years are counted."""


PlanDecision = Literal["offered", "countered", "cancelled", "refused", "handed", "autopay_stopped"]
"""countered: something else was offered than what was asked. refused: the law's yearly line. handed: to a person."""


class PlanDecided(State):
    """One line of the plan log that brought no terms into force: an offer, a question to a person, an end."""

    practice_id: str
    balance_id: str
    name: str
    """Of the plan and its end or stop, of the message an offer was made in, of the task: one line for each."""
    decision: PlanDecision
    at: Moment
    by: Literal[AgreedBy, "review", "agent"]
    """Whose wish it answers; `agent`: the sum had changed, and nobody had asked."""
    approved_by: Literal["policy", "person"]
    installments: list[Due]
    """What was offered, asked for or refused, or the payments of the plan it is about."""
    reason: str = ""
    """Why another offer was made."""
    because: list[str]
    policy_version: str
    sample_share: float


class PlanLog(Protocol):
    """Every decision about a plan, for the coordinator's weekly reading (S53)."""

    async def record(self, entry: PlanEntry, line: YearlyLine | None = None) -> int | None:
        """Write it once: the same plan and revision again changes nothing, and is not held against the line.

        None when it is written. When the line stands against it nothing is: the plans of more than four installments
        that were agreed to, the larger count of this year and last. Two at once are counted one after the other.
        """
        ...

    async def decided(self, line: PlanDecided) -> None:
        """Write it once: the same name again changes nothing."""
        ...


class ChargeBook(Protocol):
    """Every try at charging a card, written down before it is made."""

    async def in_doubt(self, practice_id: str, plan_id: str) -> ChargeOrder | None:
        """A try of this plan that was begun and whose outcome is not known; None when there is none."""
        ...

    async def begin(
        self, order: ChargeOrder, now: Moment, most_refusals: int, most_in_a_day: int = MOST_IN_A_DAY
    ) -> bool:
        """Write the try down as begun; False when the card was refused too often over all plans to be tried again.

        The same try again is begun once; a try that is known never to have left is begun anew with what is owed now.
        """
        ...

    async def settled(self, order: ChargeOrder, outcome: str, facts: Sequence[AnyFact], now: Moment) -> None:
        """What became of it, and the facts that follow, in one transaction: money counts from that moment on."""
        ...

    async def never_left(self, order: ChargeOrder) -> None:
        """It is certain that nothing was charged."""
        ...
