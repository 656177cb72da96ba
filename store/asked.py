"""One touch that is asked for, by a case or by a sibling agent, in the one shape that claims are judged in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from receivables.case import Case
from receivables.contact import ALIKE, PURPOSE_OF, TOGETHER, Agent, Wish
from receivables.conversation import FREE_OF_MONEY
from receivables.people import Channel, Guarantor, Purpose
from receivables.policy import Policy
from receivables.ports import TouchRequest
from receivables.segments import history_of, segment
from store.fact_rows import plain


class Asked(NamedTuple):
    """All that a claim looks at."""

    practice_id: str
    guarantor_id: str
    balance_id: str
    """Empty when the touch is about no balance."""
    guarantor: Guarantor | None
    """As the asker knows the person; from here come zones and states."""
    touch_id: str
    agent: Agent
    purposes: Sequence[Purpose]
    message: str
    channel: Channel
    value: str
    now: datetime
    policy: Policy
    because: list[str]
    outreach: bool
    handled: list[str] | None
    """Facts the asker has heard; None when it follows no facts, and whoever is with people holds it back instead."""
    ledger_knows_it: bool
    reply_fact_id: str | None = None
    """The reply it answers."""
    segment: str = ""
    """Which of four the balance belongs to; empty when a sibling agent asks."""
    due_on: str | None = None
    """The day of the payment it reminds of."""
    beside: str = ""
    """The touch it is one contact with."""

    @property
    def takes_family(self) -> bool:
        """True when other balances that are due may be spoken of in the same message."""
        return self.outreach and self.agent is Agent.payment and bool(self.together)

    @property
    def together(self) -> list[str]:
        """Messages of the person's other balances that this one can speak for."""
        if self.message in ALIKE:
            return [self.message]
        return list(TOGETHER) if self.message in TOGETHER else []

    @property
    def names_money(self) -> bool:
        """True when it holds an amount, so that the sum must be certain."""
        return self.message not in FREE_OF_MONEY

    @property
    def case(self) -> Case:
        """Enough of a case to find out where the person is."""
        return Case(practice_id=self.practice_id, balance_id=self.balance_id or "none", guarantor=self.guarantor)


def asked_by_case(request: TouchRequest) -> Asked:
    """A balance's own next message."""
    case, step = request.case, request.step
    return Asked(
        practice_id=case.practice_id, guarantor_id=case.guarantor.guarantor_id if case.guarantor else "",
        balance_id=case.balance_id, guarantor=case.guarantor, touch_id=step.touch_id, agent=Agent(step.agent),
        purposes=step.purposes or [PURPOSE_OF[Agent(step.agent)]], message=step.message, channel=step.channel,
        value=plain(request.to),
        now=request.now, policy=request.policy, because=request.because, outreach=request.outreach,
        handled=case.handled, ledger_knows_it=request.ledger_knows_it, reply_fact_id=step.reply_fact_id,
        segment=segment(case.outstanding_cents, history_of(case, request.policy), request.policy).value,
        beside=step.beside,
        due_on=step.plan.about.due_on.isoformat() if step.plan is not None and step.plan.about is not None else None,
    )  # fmt: skip


def asked_by_agent(wish: Wish, guarantor: Guarantor, value: str, now: datetime, policy: Policy) -> Asked:
    """A sibling agent's touch. The practice's ledger must have been read recently when it speaks of a balance."""
    return Asked(
        practice_id=wish.practice_id, guarantor_id=wish.guarantor_id, balance_id=wish.balance_id or "",
        guarantor=guarantor, touch_id=wish.touch_id, agent=wish.agent, purposes=wish.needed, message=wish.message,
        channel=wish.channel, value=plain(value), now=now, policy=policy, because=wish.because,
        outreach=not wish.answers_patient, handled=None, ledger_knows_it=wish.balance_id is not None,
    )  # fmt: skip
