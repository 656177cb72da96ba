"""How a rule answers: the few shapes a decision can have, so that each rule is only its question and its reasons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from receivables import summaries
from receivables.case import Stage
from receivables.plans.terms import Due
from receivables.steps import AskStaff, Close, Decision, Step, Wait
from receivables.view import View

Rule = Callable[[View], Decision | None]
"""Answers, or leaves the question to the next rule."""


def step(view: View, doing: Step, *because: str, at: datetime | None = None) -> Decision:
    """Do this, now or at a moment."""
    stage = view.stage
    if isinstance(doing, AskStaff):
        stage = Stage.with_staff
    elif isinstance(doing, Close):
        stage = Stage.closed
    return Decision(
        step=doing,
        act_at=at,
        because=list(because),
        stage=stage,
        outstanding_cents=view.owed,
        needs_staff=stage is Stage.with_staff or bool(view.case.open_tasks),
        decided_at=view.now,
        policy_version=view.policy.version,
    )


def wait(view: View, *because: str, until: datetime | None = None, next_step: str = "") -> Decision:
    """Rest, until a moment or the next fact."""
    return step(view, Wait(next_step=next_step), *because, at=until)


def ask(
    view: View, kind: str, *because: str, reply_fact_id: str | None = None, call: bool = False,
    dues: Sequence[Due] = (),
) -> Decision:  # fmt: skip
    """Ask a person, with everything needed to finish in one go."""
    asked = view.case.asked.get(kind)
    brief = summaries.brief(view, kind, reply_fact_id)
    task = AskStaff(
        task_id=f"{view.case.balance_id}.{kind}.{asked.times + 1 if asked else 1}",
        task_kind=kind,
        summary=summaries.summary(view, kind, reply_fact_id, brief),
        suggestion=brief.suggestion,
        do_not_say=list(brief.do_not_say),
        expected_cents=summaries.expected(view, kind),
        call=call,
        dues=list(dues),
        reply_fact_id=reply_fact_id,
    )
    return step(view, task, *because)


def ask_once(view: View, kind: str, because: str) -> Decision:
    """Ask a person, and rest in silence once they have been asked."""
    if view.may_ask(kind):
        return ask(view, kind, because, "A person has to look at it.")
    return wait(view, because, "A person has been asked; the agent is silent until they answer.")
