"""One balance from posting to its end: hears facts, asks for decisions, rests, and has steps done. Decides nothing."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import VersioningBehavior
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.contract import Errand, Turn
    from receivables.case import Case
    from receivables.facts import AnyFact
    from receivables.fold import fold
    from receivables.steps import Close, Decision, Wait
    from workflows import search_attributes, wording
    from workflows.activity_options import DECIDE_LOCALLY_UP_TO, DECIDE_RETRY, DECIDE_TIMEOUT, STEPS
    from workflows.contract import (
        COLLECT_BALANCE,
        AcceptPlan,
        CloseCase,
        Ending,
        Entry,
        Life,
        NextStep,
        PauseOutreach,
        Published,
        ResumeOutreach,
        Status,
    )
    from workflows.hearing import Hearing


@workflow.defn(name=COLLECT_BALANCE, versioning_behavior=VersioningBehavior.PINNED)
class CollectBalance(Hearing):
    """The life of one patient balance."""

    @workflow.init
    def __init__(self, life: Life) -> None:
        """Everything the life needs is in its input: handlers may run before `run` does."""
        self._case: Case = life.case
        self._heard: list[AnyFact] = list(life.heard)
        self._published = life.published
        self._continue_every = life.continue_every
        self._decision: Decision | None = None
        self._closed = False
        self._told: datetime | None = None
        """The latest moment that whoever keeps the clock has told us has come."""
        self._timer: asyncio.Task[None] | None = None
        self._timer_for: datetime | None = None
        self._steps = 0

    @workflow.run
    async def run(self, life: Life) -> Ending:  # noqa: ARG002 - taken in by __init__, before any handler runs
        """Fold, decide, rest or act, until a decision says the balance is closed."""
        while True:
            self._fold_heard()
            decision = self._decision or await self._decide()
            if self._fold_heard():
                continue
            if isinstance(decision.step, Close):
                self._closed = True
                self._publish(decision)
                await workflow.wait_condition(workflow.all_handlers_finished)
                return wording.ending(self._case, decision.step)
            if decision.due(decision.decided_at) or await self._rest(decision):
                await self._act(decision)
            if self._should_start_afresh():
                await self._start_afresh()

    # --- the four moves of the loop ------------------------------------------------------------------------------

    def _fold_heard(self) -> bool:
        """Fold what the handlers recorded; True when anything was new, so that the decision is out of date."""
        heard, self._heard = self._heard, []
        known = set(self._case.handled)
        fresh = [fact for fact in heard if fact.fact_id not in known]
        for fact in fresh:
            self._case = fold(self._case, fact)
        if fresh:
            self._decision = None
        return bool(fresh)

    async def _decide(self) -> Decision:
        """A local activity: the answer is in history, the rules and the clock that gave it are not."""
        turn: Turn = await workflow.execute_local_activity(
            "decide", self._case, result_type=Turn, summary="Decide the next step",
            start_to_close_timeout=DECIDE_TIMEOUT, retry_policy=DECIDE_RETRY,
            local_retry_threshold=DECIDE_LOCALLY_UP_TO,
        )  # fmt: skip
        return self._absorb(turn)

    async def _act(self, decision: Decision) -> None:
        """Do the step. The activity asks the rules again on fresh facts first, and answers with what comes next."""
        kind = decision.step.kind
        turn: Turn = await workflow.execute_activity(
            kind, Errand(case=self._case, step=decision.step), result_type=Turn,
            summary=wording.step_summary(decision.step), **STEPS[kind],
        )  # fmt: skip
        self._absorb(turn)
        self._steps += 1

    async def _rest(self, decision: Decision) -> bool:
        """Until the moment comes or a fact arrives; True when it is time to act.

        One timer, replaced only when the moment changes, since each one costs.
        """
        if decision.act_at is None or decision.act_at - decision.decided_at >= LOOKED_UP_AFTER:
            self._publish(decision)
        if decision.act_at != self._timer_for:
            self._set_timer(decision)
        await workflow.wait_condition(lambda: bool(self._heard) or self._has_come(decision))
        if not self._has_come(decision):
            return False
        self._cancel_timer()
        if isinstance(decision.step, Wait):
            self._decision = None
        return not isinstance(decision.step, Wait) and not self._heard

    # --- their parts ---------------------------------------------------------------------------------------------

    def _absorb(self, turn: Turn) -> Decision:
        for fact in turn.facts:
            self._case = fold(self._case, fact)
        self._decision = turn.decision
        workflow.set_current_details(wording.details(self._case, turn.decision))
        return turn.decision

    def _publish(self, decision: Decision) -> None:
        """Let the case be found by where it stands; written only when a person would see a change, since it costs."""
        published = Published(stage=decision.stage, needs_staff=decision.needs_staff)
        if published != (self._published or FIRST_PUBLISHED):
            workflow.upsert_search_attributes(search_attributes.after(decision))
        self._published = published

    def _set_timer(self, decision: Decision) -> None:
        self._cancel_timer()
        self._timer_for = decision.act_at
        if decision.act_at is not None:
            rest = decision.act_at - decision.decided_at + timedelta(seconds=decision.spread_seconds)
            summary = wording.rest_summary(self._case, decision)
            self._timer = asyncio.create_task(workflow.sleep(max(rest, SHORTEST_REST), summary=summary))

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._timer_for = None

    def _has_come(self, decision: Decision) -> bool:
        """By the timer, or by being told: a moment that was told is compared, so it can't come too early to count."""
        if self._timer is not None and self._timer.done():
            return True
        return self._told is not None and decision.act_at is not None and decision.act_at <= self._told

    def _should_start_afresh(self) -> bool:
        info = workflow.info()
        if info.is_continue_as_new_suggested() or info.is_target_worker_deployment_version_changed():
            return True
        return 0 < self._continue_every <= self._steps

    async def _start_afresh(self) -> None:
        """Continue as new at a step boundary; a new worker version is taken up here and only here."""
        await workflow.wait_condition(workflow.all_handlers_finished)
        life = Life(case=self._case, heard=self._heard, published=self._published, continue_every=self._continue_every)
        workflow.continue_as_new(
            life, initial_versioning_behavior=workflow.ContinueAsNewVersioningBehavior.AUTO_UPGRADE
        )

    # --- requests with an answer ---------------------------------------------------------------------------------

    @workflow.update(description="Silence the agent, until a moment or until further notice.")
    def pause_outreach(self, order: PauseOutreach) -> Status:
        return self._record(order.fact(self._case))

    @workflow.update(description="Let the agent speak again.")
    def resume_outreach(self, order: ResumeOutreach) -> Status:
        return self._record(order.fact(self._case))

    @workflow.update(description="A person hands the case back to the agent.")
    def return_to_agent(self, order: ResumeOutreach) -> Status:
        return self._record(order.fact(self._case))

    @workflow.update(description="Set up a plan that was agreed by phone.")
    def accept_plan(self, order: AcceptPlan) -> Status:
        return self._record(order.fact(self._case))

    @workflow.update(description="End the case for a reason.")
    def close_case(self, order: CloseCase) -> Status:
        return self._record(order.fact(self._case))

    @pause_outreach.validator
    def _may_pause(self, order: PauseOutreach) -> None:  # noqa: ARG002 - the validator's form is the update's
        self._refuse_when_closed()

    @resume_outreach.validator
    def _may_resume(self, order: ResumeOutreach) -> None:  # noqa: ARG002 - the validator's form is the update's
        self._refuse_when_closed()

    @return_to_agent.validator
    def _may_return(self, order: ResumeOutreach) -> None:  # noqa: ARG002 - the validator's form is the update's
        self._refuse_when_closed()

    @accept_plan.validator
    def _may_accept(self, order: AcceptPlan) -> None:  # noqa: ARG002 - the validator's form is the update's
        self._refuse_when_closed()

    @close_case.validator
    def _may_close(self, order: CloseCase) -> None:  # noqa: ARG002 - the validator's form is the update's
        self._refuse_when_closed()

    # --- questions -----------------------------------------------------------------------------------------------

    @workflow.query(description="Where the case stands.")
    def status(self) -> Status:
        return wording.status(self._case, self._decision)

    @workflow.query(description="What has happened so far, oldest first.")
    def timeline(self) -> list[Entry]:
        return wording.timeline(self._case)

    @workflow.query(description="What comes next, when and why.")
    def next_step(self) -> NextStep:
        return NextStep(decision=self._decision)

    # --- parts of the requests -----------------------------------------------------------------------------------

    def _record(self, fact: AnyFact) -> Status:
        self._heard.append(fact)
        return wording.status(fold(self._case, fact), None)

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise ApplicationError("This balance is closed already; nothing more can be asked of it.", type="Closed")


FIRST_PUBLISHED = Published(stage=wording.FIRST_STAGE, needs_staff=False)
"""What the case desk writes at the start."""
SHORTEST_REST = timedelta(milliseconds=1)
LOOKED_UP_AFTER = timedelta(minutes=1)
"""Nobody looks a case up by a stage that is over sooner than this."""
