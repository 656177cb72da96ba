"""What a case must hold for a rule to have anything to say: a rule without its ground is not asked. No rule is here."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from receivables.case import Case
from receivables.rules import (
    RULES,
    answers,
    calls,
    money,
    plan_join,
    plan_run,
    plan_talk,
    replies,
    staff,
    stops,
    visits,
)
from receivables.rules.answer import Rule

GROUND: Mapping[Rule, str] = {
    replies.read_reply: "replies",
    answers.danger: "holds",
    answers.confirm_stop: "replies",
    money.post_payment: "payments",
    money.post_reversal: "reversals",
    replies.answer_needed: "holds",
    answers.answer_reply: "replies",
    stops.ended_by_a_person: "ended",
    stops.asked_by_a_bank: "holds",
    stops.permanent_stop: "holds",
    stops.protected: "holds",
    stops.not_collectable: "holds",
    money.reversal_without_payment: "reversals",
    money.debit_returned: "reversals",
    stops.contested: "holds",
    plan_talk.stopped_with_a_plan: "plan",
    plan_talk.plan_agreed: "agreement",
    plan_talk.plan_accepted: "wish",
    plan_talk.plan_wished: "wish",
    replies.plan_wanted: "holds",
    plan_run.plan_runs: "plan",
    visits.bundle_recall: "recall_due_at",
    visits.rebook_first: "holds",
    staff.paused: "holds",
    calls.calls_used_up: "calls",
    calls.call_again: "calls",
    plan_join.asked_to_join: "beside",
}
"""The field of the case that is empty whenever the rule leaves the question to the next one. A rule without one is
always asked. Most cases have neither replies nor payments nor holds, so two rules of three need not be asked."""
FIELDS = tuple(dict.fromkeys(GROUND.values()))


def rules_for(case: Case) -> tuple[Rule, ...]:
    """The rules that may have something to say, in their order."""
    return _with(tuple([bool(getattr(case, field)) for field in FIELDS]))


@cache
def _with(present: tuple[bool, ...]) -> tuple[Rule, ...]:
    there = {field for field, is_there in zip(FIELDS, present, strict=True) if is_there}
    return tuple(rule for rule in RULES if GROUND.get(rule) in {None, *there})
