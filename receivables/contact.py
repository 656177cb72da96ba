"""Who asks to contact a person, for what, and what they are answered; who may is settled where touches are claimed."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from pydantic import Field, model_validator

from receivables.case import State
from receivables.money import Cents
from receivables.people import Channel, OpaqueId, Purpose, Strict
from receivables.reported_facts import Moment

TouchId = str
"""Chosen by the asker, the same for the same touch however often it is asked for."""


class Agent(StrEnum):
    """Everyone who speaks to patients for a practice; together they keep one set of caps."""

    payment = "payment"
    plan = "plan"
    recall = "recall"
    no_show = "no_show"
    front_desk = "front_desk"
    voice = "voice"
    staff = "staff"


PURPOSE_OF: dict[Agent, Purpose] = {
    Agent.payment: "billing",
    Agent.plan: "billing",
    Agent.voice: "billing",
    Agent.staff: "billing",
    Agent.recall: "recall",
    Agent.no_show: "care",
    Agent.front_desk: "care",
}
"""What a person must have agreed to for an agent to write, unless the asker names another purpose (R-4)."""


class Wish(Strict):
    """An agent asks for one touch that it carries itself: a recall text, a voice call-back, a text by staff."""

    touch_id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")
    practice_id: OpaqueId
    guarantor_id: OpaqueId
    balance_id: OpaqueId | None = None
    """The balance it speaks of: then it must be owed, and the practice's ledger read recently."""
    agent: Agent
    purposes: list[Purpose] = Field(default_factory=list, max_length=3)
    """All of them must be agreed to; by default the agent's own."""
    message: str = Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")
    """What is said, in one name: `recall`, `voice_callback`."""
    channel: Channel
    to: str | None = Field(default=None, max_length=254)
    """The number or address; by default the first that may be used."""
    because: list[str] = Field(min_length=1, max_length=10)
    """Why, in words staff may read; kept with the touch."""
    answers_patient: bool = False
    """A direct answer in a conversation the patient opened: it counts against no cap (K19)."""

    @model_validator(mode="after")
    def _only_an_agent_of_its_own(self) -> Wish:
        if self.agent in {Agent.payment, Agent.plan}:
            raise ValueError("agent: touches about payments and plans are asked for by the cases; name another agent")
        return self

    @property
    def needed(self) -> list[Purpose]:
        """What must be agreed to."""
        return self.purposes or [PURPOSE_OF[self.agent]]


TOGETHER = frozenset({"first_notice", "follow_up", "second_follow_up", "firm_follow_up", "plan_offer"})
"""Messages about a bill that become one message when several balances of one person are due together."""


REMINDS_OF_A_PLAN = "plan_reminder"
"""One day's payments of joined plans are reminded of in one message."""
ALIKE = frozenset({REMINDS_OF_A_PLAN, "letter"})
"""Messages that speak for other balances only where those were about to get the very same one."""
ONE_CONTACT = timedelta(hours=2)
"""A text and an e-mail that leave so close to each other, and say the same, are one contact."""
ASKS_ABOUT_A_PLAN = frozenset({"plan_offer", "plan_terms", "plan_join"})
"""Messages that a plain yes would answer: of one person's balances only one asks at a time."""


class Kin(State):
    """Another balance of the same person that is due about now: the same message speaks of it."""

    balance_id: OpaqueId
    touch_id: str
    """The touch its own case had planned: it is done with this one."""
    message: str
    outstanding_cents: Cents
    """What is owed; for a reminder of a plan, the payment it is about."""
    card: str = ""
    """The card it is charged to, for a reminder of a plan."""


class Silence(State):
    """A person silenced something; what is not named is silenced altogether."""

    since: Moment
    practice_id: str | None = None
    agent: str | None = None
    channel: str | None = None
    message: str | None = None
    because: str
    who: str
    released_at: Moment | None = None
    released_by: str | None = None
