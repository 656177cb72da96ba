"""What a case can do next, and the decision that says which, when and why."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from receivables.case import CloseReason, Offer, Stage, State
from receivables.facts import Moment
from receivables.money import Cents
from receivables.people import Channel, Purpose
from receivables.plans.steps import ChargeInstallment, CreatePlan, OfferPlan, PlanWords
from receivables.plans.terms import Due


class SendMessage(State):
    """Send one approved message to the guarantor."""

    kind: Literal["send_message"] = "send_message"
    touch_id: str
    """`{practice}.{balance}.{message}.{n}`: the business key of this touch, the same however often it is tried."""
    message: str
    """A folder of `practices/*/messages`."""
    channel: Channel
    tone: Literal["gentle", "plain", "firm"] = "plain"
    offer: Offer | None = None
    covered_most: bool = False
    """True when "insurance covered most" may be said (K22)."""
    mention_plan: bool = False
    """True when "Reply PLAN" is added (K2)."""
    reply_fact_id: str | None = None
    """The reply it answers: no outreach, so caps, gaps and silences do not count it. None for our own messages."""
    language: Literal["", "en", "es"] = ""
    """The language the patient wrote in; empty: as on file."""
    held_a_number: bool = False
    """Adds that card numbers are never needed in a message (R-35)."""
    files_refused: bool = False
    """Adds that pictures and files are not opened here."""
    agent: Literal["payment", "plan", "recall", "no_show"] = "payment"
    """In whose name it is claimed: an appointment's message is no reminder of a bill."""
    purposes: list[Purpose] = Field(default_factory=list)
    """What must be agreed to; empty: what is usual for the agent."""
    direct: bool = False
    """True for what the patient asked for or agreed to: it is no outreach and is not counted as any."""
    plan: PlanWords | None = None
    """What a message about a plan says."""
    confirms_revision: int | None = None
    """The terms of the plan that it puts in writing (M5)."""
    answers_wish: bool = False
    beside: str = ""
    """The touch it is one contact with: the same words by the other way, counted once for both."""


class ReadReply(State):
    """Read what the patient wrote."""

    kind: Literal["read_reply"] = "read_reply"
    reply_fact_id: str
    channel: Channel


class PostToPractice(State):
    """Post one payment (or its reversal, as a negative amount) to the practice's own ledger."""

    kind: Literal["post_to_practice"] = "post_to_practice"
    payment_fact_id: str
    """Also the external id in the practice's ledger."""
    amount_cents: Cents
    paid_at: Moment
    where: str = "other"


class AskStaff(State):
    """Open a task for a person, with everything needed to finish it in one go."""

    kind: Literal["ask_staff"] = "ask_staff"
    task_id: str
    """`{balance}.{task kind}.{n}`."""
    task_kind: Literal[
        "call", "no_contact", "dispute", "already_paid", "insurance", "assistance", "reply", "plan_to_set_up",
        "deceased", "bankruptcy", "attorney", "cease", "credit", "claim_open", "contact_failed", "chargeback",
        "emergency", "inquiry", "debit_returned", "chargeback_lost",
        "estimate_dispute", "over_estimate", "minor", "came_of_age", "sensitive", "confidential",
        "plan_approval", "charge_failed", "plan_broken", "plan_money_back", "plan_after_stop",
    ]  # fmt: skip
    summary: str
    """What happened, in sentences (M6 for calls)."""
    suggestion: str = ""
    do_not_say: list[str] = Field(default_factory=list)
    expected_cents: Cents = Cents(0)
    """What this task can be expected to bring in: the amount owed times the likelihood for this kind and age."""
    call: bool = False
    reply_fact_id: str | None = None
    dues: list[Due] = Field(default_factory=list)
    """The payments a person is asked to approve."""


class Wait(State):
    """Rest until a moment, or until a fact arrives when the decision names no moment."""

    kind: Literal["wait"] = "wait"
    next_step: str = ""
    """What is expected to come after the rest, in words."""


class Close(State):
    """End the case."""

    kind: Literal["close"] = "close"
    reason: CloseReason


Step = Annotated[
    SendMessage | ReadReply | OfferPlan | CreatePlan | ChargeInstallment | PostToPractice | AskStaff | Wait | Close,
    Field(discriminator="kind"),
]


class Decision(State):
    """One step, the moment to do it, and the reasons in words staff may read."""

    step: Step
    act_at: Moment | None = None
    """When to do the step; for a wait, when to look again (None: at the next fact)."""
    because: list[str]
    stage: Stage
    outstanding_cents: Cents
    needs_staff: bool = False
    decided_at: Moment
    spread_seconds: int = 0
    """Added to `act_at` by the engine's timer only, so that a thousand balances due at one hour do not wake at once."""
    policy_version: str = ""
    rule: str = ""
    """The name of the rule that answered."""

    def due(self, now: Moment) -> bool:
        """True when the step is to be done now and is not a wait."""
        return not isinstance(self.step, Wait) and (self.act_at is None or self.act_at <= now)
