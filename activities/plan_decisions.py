"""Writes into the plan log what brings no terms into force: offers made to a wish, and plans that ended; once each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from receivables.case import Case
from receivables.plans.ports import PlanDecided, PlanLog
from receivables.plans.steps import OfferPlan
from receivables.ports import PolicyBook

ENDED = {
    "reply": "The patient asked in a reply to end the plan.",
    "page": "The patient ended the plan on the page.",
    "phone": "The patient asked by phone to end the plan.",
    "staff": "The practice ended the plan.",
    "review": "The plan was taken back in the review.",
}


class PlanDecisions:
    """The weekly reading sees what patients were told as well as what was agreed (S53)."""

    def __init__(self, policies: PolicyBook, log: PlanLog) -> None:
        self._policies = policies
        self._log = log

    async def ended(self, case: Case) -> None:
        """A plan that is over before its last payment, whoever ended it; nothing when none is."""
        plan = case.plan
        if plan is None or plan.cancelled_at is None or not plan.ended_by:
            return
        policy = self._policies.policy(case.practice_id)
        by_policy = plan.ended_by in {"reply", "page"}
        await self._log.decided(
            PlanDecided(
                practice_id=case.practice_id, balance_id=case.balance_id, name=f"{plan.plan_id}.ended",
                decision="cancelled", at=plan.cancelled_at, by=plan.ended_by,
                approved_by="policy" if by_policy else "person", installments=plan.installments,
                because=[ENDED[plan.ended_by], *([plan.ended_because] if plan.ended_because else [])],
                policy_version=policy.version, sample_share=policy.plan.log.sample_share,
            )
        )  # fmt: skip

    async def offered(self, case: Case, step: OfferPlan, because: Sequence[str], at: datetime) -> None:
        """An offer has left; `case` as it was when it was made, so that the wish it answers is still there."""
        policy = self._policies.policy(case.practice_id)
        asked = case.wish or case.agreement
        await self._log.decided(
            PlanDecided(
                practice_id=case.practice_id, balance_id=case.balance_id, name=step.touch_id,
                decision="countered" if step.reason else "offered", at=at, by=asked.by if asked else "agent",
                approved_by="policy", installments=step.offer.dues, reason=step.reason, because=list(because),
                policy_version=policy.version, sample_share=policy.plan.log.sample_share,
            )
        )  # fmt: skip
