"""Writes into the plan log what brings no terms into force: offers, ends, stops, refusals, questions to a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from receivables.case import Case, Offer
from receivables.facts import PlanRefused, moment_key
from receivables.plans.offers import dated
from receivables.plans.ports import PlanDecided, PlanLog
from receivables.plans.steps import CreatePlan, OfferPlan
from receivables.plans.terms import Due
from receivables.ports import PolicyBook
from receivables.steps import AskStaff, SendMessage
from receivables.view import View

ENDED = {
    "reply": "The patient asked in a reply to end the plan.",
    "page": "The patient ended the plan on the page.",
    "phone": "The patient asked by phone to end the plan.",
    "staff": "The practice ended the plan.",
    "review": "The plan was taken back in the review.",
}
STOPPED = {
    "reply": "The patient asked in a reply to stop automatic payments.",
    "page": "The patient stopped automatic payments on the page.",
    "phone": "The patient asked by phone to stop automatic payments.",
    "staff": "The practice stopped automatic payments.",
}
GOES_ON = "The plan goes on by reminders with a link."
BY_POLICY = {"reply", "page"}
"""What a patient does alone; a person of the practice was part of everything else."""
ABOUT_PLANS = {
    "plan_approval", "plan_to_set_up", "plan_broken", "plan_money_back", "plan_after_stop", "charge_failed",
}  # fmt: skip
"""Questions to a person that are decisions about a plan."""


class PlanDecisions:
    """The weekly reading sees what patients were told as well as what was agreed (S53)."""

    def __init__(self, policies: PolicyBook, log: PlanLog) -> None:
        self._policies = policies
        self._log = log

    async def stopped(self, case: Case) -> None:
        """A plan that is over before its last payment, or that charges no card any more; nothing when neither is."""
        plan, mandate = case.plan, case.mandate
        if plan is not None and plan.cancelled_at is not None and plan.ended_by:
            because = [ENDED[plan.ended_by], *([plan.ended_because] if plan.ended_because else [])]
            await self._write(
                case, name=f"{plan.plan_id}.ended", decision="cancelled", at=plan.cancelled_at, by=plan.ended_by,
                approved_by=_decider(plan.ended_by), installments=plan.installments, because=because,
            )  # fmt: skip
        if plan is not None and mandate is not None and mandate.plan_id == plan.plan_id and mandate.stopped_by:
            assert mandate.stopped_at is not None, "whoever stopped it did so at some moment"
            name = f"{plan.plan_id}.autopay_stopped.{moment_key(mandate.stopped_at)}"
            because = [STOPPED[mandate.stopped_by], GOES_ON]
            await self._write(
                case, name=name, decision="autopay_stopped", at=mandate.stopped_at, by=mandate.stopped_by,
                approved_by=_decider(mandate.stopped_by), installments=plan.installments, because=because,
            )  # fmt: skip

    async def offered(
        self, case: Case, step: OfferPlan | SendMessage, because: Sequence[str], at: datetime
    ) -> None:
        """An offer has left; `case` as it was when it was made, so that the wish it answers is still there.

        Where it names no days, its line has those on which its payments would fall if it were accepted at once.
        """
        offer = step.offer
        assert offer is not None, "only what holds an offer is told of here"
        dues = list(offer.dues) or self._dated(case, offer, at)
        reason = step.reason if isinstance(step, OfferPlan) else ""
        await self._write(
            case, name=step.touch_id, decision="countered" if reason else "offered", at=at, by=_asked_by(case),
            approved_by="policy", installments=dues, reason=reason, because=list(because),
        )  # fmt: skip

    async def handed(self, case: Case, step: AskStaff, because: Sequence[str], at: datetime) -> None:
        """A person was asked about a plan; nothing when the question is about something else."""
        if step.task_kind not in ABOUT_PLANS:
            return
        dues = step.dues or (case.plan.installments if case.plan is not None else [])
        await self._write(
            case, name=step.task_id, decision="handed", at=at, by=_asked_by(case), approved_by="person",
            installments=dues, because=list(because),
        )  # fmt: skip

    async def refused(self, case: Case, step: CreatePlan, fact: PlanRefused) -> None:
        """The law's yearly line stands against it."""
        await self._write(
            case, name=fact.fact_id, decision="refused", at=fact.at, by=step.by, approved_by="policy",
            installments=step.installments, because=[fact.because],
        )  # fmt: skip

    def _dated(self, case: Case, offer: Offer, at: datetime) -> list[Due]:
        policy, practice = self._policies.policy(case.practice_id), self._policies.practice(case.practice_id)
        return dated(View(case, policy, practice, at).situation, offer.each_cents)

    async def _write(self, case: Case, **line: Any) -> None:  # noqa: ANN401 - the fields of a line, checked by it
        policy = self._policies.policy(case.practice_id)
        await self._log.decided(
            PlanDecided(
                practice_id=case.practice_id, balance_id=case.balance_id, policy_version=policy.version,
                sample_share=policy.plan.log.sample_share, **line,
            )
        )  # fmt: skip


def _decider(by: str) -> str:
    return "policy" if by in BY_POLICY else "person"


def _asked_by(case: Case) -> str:
    asked = case.wish or case.agreement
    return asked.by if asked else "agent"
