"""Takes a decision on what is known now, and keeps it; the rules themselves are in receivables/rules."""

from __future__ import annotations

from datetime import datetime
from zlib import crc32

from temporalio import activity

from activities.boundary import boundary
from activities.contract import Turn
from activities.plan_decisions import PlanDecisions
from receivables.case import Case
from receivables.decide import decide
from receivables.facts import AnyFact
from receivables.fold import fold
from receivables.plans.steps import ChargeInstallment
from receivables.ports import CaseBook, Clock, PolicyBook
from receivables.sign_offs import Renewing, behind
from receivables.steps import Decision, SendMessage, Step


class Deciding:
    """The one way from a case to a recorded decision, used by itself and by every acting activity."""

    def __init__(
        self, clock: Clock, policies: PolicyBook, cases: CaseBook, signed: Renewing | None = None,
        plans: PlanDecisions | None = None,
    ) -> None:  # fmt: skip
        """`signed` takes in what a practice signed; without one the policies never change while this runs.

        `plans` logs what is decided about plans; without one nobody reads it.
        """
        self.clock = clock
        self.plans = plans
        self.policies = policies
        self._signed = signed
        self._cases = cases

    @activity.defn(name="decide")
    @boundary
    async def decide(self, case: Case) -> Turn:
        """The case's next step with its reasons, on all facts that are stored, heard by the workflow or not."""
        case, news = await self.refresh(case)
        return await self.turn(case, news, await self.clock.now())

    async def refresh(self, case: Case) -> tuple[Case, list[AnyFact]]:
        """The case with the stored facts it has not heard of yet folded in, and those facts."""
        news = await self._cases.news(case.practice_id, case.balance_id, case.handled)
        for fact in news:
            case = fold(case, fact)
        return case, news

    async def turn(self, case: Case, facts: list[AnyFact], now: datetime) -> Turn:
        """Decide, keep the decision, and answer with it and the facts that led to it."""
        if self.plans is not None:
            await self.plans.stopped(case)
        policy, decision = self.policies.policy(case.practice_id), self.consider(case, now)
        newest = await self._cases.record(case, decision)
        if behind(policy, newest):
            await self.renew()  # Another case may have had it taken in already: what counts is what this decision knew.
            if self.policies.policy(case.practice_id).signed > policy.signed:
                decision = self.consider(case, now)
                await self._cases.record(case, decision)
        return Turn(facts=facts, decision=decision)

    async def renew(self) -> None:
        """Take in what was signed since."""
        if self._signed is not None:
            await self._signed.renew()

    def consider(self, case: Case, now: datetime) -> Decision:
        """The decision without keeping it: a step asks itself whether it still stands."""
        practice = self.policies.practice(case.practice_id)
        policy = self.policies.policy(case.practice_id)
        decision = decide(case, policy, practice, now)
        step = decision.step
        ours = isinstance(step, SendMessage) and step.reply_fact_id is None and not step.direct
        if (ours or isinstance(step, ChargeInstallment)) and not decision.due(now):
            decision.spread_seconds = crc32(case.balance_id.encode()) % (policy.contact.spread_minutes * 60 + 1)
        return decision

    def stands(self, step: Step, case: Case, now: datetime) -> bool:
        """True when the rules, asked again, still want this very step now."""
        again = self.consider(case, now)
        return again.due(now) and again.step.model_dump(exclude=NOT_IDENTITY) == step.model_dump(exclude=NOT_IDENTITY)


NOT_IDENTITY = {
    "summary",
    "suggestion",
    "do_not_say",
    "expected_cents",
    "tone",
    "offer",
    "covered_most",
    "mention_plan",
    "plan",
    "dues",
    "reason",
}
"""Fields of a step that may be worded anew on fresher facts without making it another step."""
