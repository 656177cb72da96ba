"""Sets payment plans up and changes them: the law's yearly line, the plan log, and a note in the practice's ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from temporalio import activity

from activities.boundary import boundary
from activities.contract import Errand, Turn
from activities.deciding import Deciding
from receivables.case import Case
from receivables.errors import CannotKnow, Refused, TryLater
from receivables.facts import AnyFact, PlanChanged, PlanRefused, PlanSetUp
from receivables.fold import fold
from receivables.plans.offers import beyond_down
from receivables.plans.ports import PlanEntry, PlanLog, YearlyLine
from receivables.plans.steps import CreatePlan
from receivables.ports import Note, PracticeLedger
from receivables.windows import place

NOTE_TRIES = 3
"""Attempts at the note; the plan does not wait longer for it, since its payments are posted one by one anyway."""


class Plans:
    """`create_plan`."""

    def __init__(self, deciding: Deciding, log: PlanLog, ledger_of: Callable[[str], PracticeLedger]) -> None:
        self._deciding = deciding
        self._log = log
        self._ledger_of = ledger_of

    @activity.defn(name="create_plan")
    @boundary
    async def create_plan(self, errand: Errand) -> Turn:
        """The turn holds `plan_set_up` or `plan_changed`; `plan_refused` when the law's line would be crossed."""
        now = await self._deciding.clock.now()
        case, news = await self._deciding.refresh(errand.case)
        step = errand.step
        if isinstance(step, CreatePlan) and self._deciding.stands(step, case, now):
            because = self._deciding.consider(case, now).because
            outcome = await self._set_up(case, step, now, because)
            if isinstance(outcome, PlanRefused) and self._deciding.plans:
                await self._deciding.plans.refused(case, step, outcome)
            news.append(outcome)
            case = fold(case, outcome)
        return await self._deciding.turn(case, news, now)

    def _line(self, case: Case, step: CreatePlan, now: datetime) -> YearlyLine | None:
        """More than four installments without the disclosures only so often a year (R-27); None where that is free."""
        rules = self._deciding.policies.policy(case.practice_id).plan
        beyond = beyond_down(step.installments, now.date())
        before = beyond_down(case.plan.installments) if case.plan is not None and step.revision > 1 else 0
        if beyond <= rules.max_installments or rules.tila_pack or before > rules.max_installments:
            return None
        there = place(self._deciding.policies.practice(case.practice_id).time_zone)
        return YearlyLine(most=rules.unpacked_a_year, at=now.astimezone(there))

    def _refusal(self, case: Case, step: CreatePlan, now: datetime, known: int) -> PlanRefused:
        rules = self._deciding.policies.policy(case.practice_id).plan
        because = (
            f"{known} plans of more than {rules.max_installments} payments were agreed to this year or last; "
            "one more needs the disclosures (R-27)."
        )
        return PlanRefused(
            fact_id=f"refused.{step.plan_id}.{known}", at=now, source="agent", practice_id=case.practice_id,
            balance_id=case.balance_id, because=because,
        )  # fmt: skip

    async def _set_up(self, case: Case, step: CreatePlan, now: datetime, because: list[str]) -> AnyFact:
        policy = self._deciding.policies.policy(case.practice_id)
        entry = PlanEntry(
            practice_id=case.practice_id, balance_id=case.balance_id, plan_id=step.plan_id, revision=step.revision,
            at=now, by=step.by, change=step.change, approved_by=step.approved_by, installments=step.installments,
            because=because, policy_version=policy.version, sample_share=policy.plan.log.sample_share,
        )  # fmt: skip
        known = await self._log.record(entry, self._line(case, step, now))
        if known is not None:
            return self._refusal(case, step, now, known)
        await self._note(entry)
        fact_id = f"plan.{step.plan_id}.{step.revision}"
        if step.revision == 1:
            return PlanSetUp(
                fact_id=fact_id, at=now, source="agent", practice_id=case.practice_id, balance_id=case.balance_id,
                plan_id=step.plan_id, installments=step.installments, by=step.by, reply_fact_id=step.reply_fact_id,
                joins=step.joins,
            )  # fmt: skip
        return PlanChanged(
            fact_id=fact_id, at=now, source="agent", practice_id=case.practice_id, balance_id=case.balance_id,
            plan_id=step.plan_id, revision=step.revision, installments=step.installments, change=step.change,
            by=step.by, reply_fact_id=step.reply_fact_id,
        )  # fmt: skip

    async def _note(self, entry: PlanEntry) -> None:
        """The practice's own people see the plan where they look: in their ledger."""
        payments = ", ".join(f"{due.amount_cents.as_dollars()} on {due.due_on:%b} {due.due_on.day}"
                             for due in sorted(entry.installments, key=lambda due: due.due_on))  # fmt: skip
        what = "Payment plan" if entry.revision == 1 else "Payment plan changed"
        note = Note(
            practice_id=entry.practice_id, balance_id=entry.balance_id,
            external_id=f"{entry.plan_id}.{entry.revision}", text=f"{what}: {payments}.",
        )  # fmt: skip
        try:
            await self._ledger_of(entry.practice_id).note(note)
        except (TryLater, CannotKnow):
            if activity.info().attempt < NOTE_TRIES:
                raise
        except Refused:
            return
