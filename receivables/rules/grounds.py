"""What a case must hold for a rule to have anything to say: a rule without its ground is not asked. No rule is here."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from operator import attrgetter

from receivables import holds
from receivables.case import Case
from receivables.rules import (
    RULES,
    answers,
    calls,
    ladder,
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
    answers.confirm_stop: "replies",
    money.post_payment: "payments",
    money.post_reversal: "reversals",
    answers.answer_reply: "replies",
    stops.ended_by_a_person: "ended",
    money.reversal_without_payment: "reversals",
    money.debit_returned: "reversals",
    plan_talk.stopped_with_a_plan: "plan",
    plan_talk.plan_agreed: "agreement",
    plan_talk.plan_accepted: "wish",
    plan_talk.plan_wished: "wish",
    plan_run.plan_runs: "plan",
    visits.bundle_recall: "recall_due_at",
    calls.calls_used_up: "calls",
    calls.call_again: "calls",
    plan_join.asked_to_join: "beside",
    money.share_gone: "touches",
    ladder.plan_after_a_month: "touches",
    calls.escalate: "touches",
    ladder.first_message_by_both: "touches",
    ladder.same_message_elsewhere: "touches",
    ladder.reminder: "touches",
}
"""The field of the case that is empty whenever the rule leaves the question to the next one. A rule without one is
always asked. Most cases have neither replies nor payments nor holds, so two rules of three need not be asked."""
HELD: Mapping[Rule, tuple[str, ...]] = {
    answers.danger: ("emergency",),
    replies.answer_needed: ("reply_needs_person",),
    stops.asked_by_a_bank: ("inquiry", "chargeback", "chargeback_lost"),
    stops.permanent_stop: holds.PERMANENT,
    stops.protected: holds.PROTECTED,
    stops.not_collectable: ("not_collectable",),
    stops.contested: holds.CONTESTED,
    replies.plan_wanted: ("plan_to_set_up",),
    visits.rebook_first: ("no_show",),
    staff.paused: holds.TIMED,
    ladder.promise_passed: ("promise",),
}
"""The holds of which the case has none whenever one of these rules leaves the question to the next one."""
FIELDS = tuple(dict.fromkeys(GROUND.values()))
NO_HOLDS: frozenset[str] = frozenset()
_fields_of = attrgetter(*FIELDS)


def rules_for(case: Case) -> tuple[Rule, ...]:
    """The rules that may have something to say, in their order."""
    reasons = frozenset([hold.reason for hold in case.holds]) if case.holds else NO_HOLDS
    return _with(tuple(map(bool, _fields_of(case))), reasons)


@lru_cache(maxsize=4096)
def _with(present: tuple[bool, ...], reasons: frozenset[str]) -> tuple[Rule, ...]:
    there = {field for field, is_there in zip(FIELDS, present, strict=True) if is_there}
    return tuple(rule for rule in RULES if GROUND.get(rule) in {None, *there} and _may_hold(rule, reasons))


def _may_hold(rule: Rule, reasons: frozenset[str]) -> bool:
    return rule not in HELD or not reasons.isdisjoint(HELD[rule])
