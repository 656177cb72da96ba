"""The rules in their order: the first that answers decides, so the order is the policy; no rule is written here."""

from __future__ import annotations

from receivables.rules import answers, calls, ladder, money, replies, staff, stops, visits
from receivables.rules.answer import Rule

RULES: tuple[Rule, ...] = (
    stops.not_posted_yet,
    replies.read_reply,
    answers.danger,
    answers.confirm_stop,
    money.post_payment,
    money.post_reversal,
    replies.answer_needed,
    answers.answer_reply,
    stops.ended_by_a_person,
    money.credit,
    money.nothing_owed,
    stops.permanent_stop,
    stops.not_collectable,
    stops.claim_open,
    money.reversal_without_payment,
    stops.contested,
    replies.plan_wanted,
    staff.left_to_the_practice,
    visits.bundle_recall,
    staff.with_a_person,
    visits.rebook_first,
    staff.paused,
    money.small_write_off,
    stops.below_the_floor,
    stops.nobody_can_be_reached,
    ladder.plan_after_a_month,
    calls.calls_used_up,
    calls.call_again,
    calls.high_risk,
    calls.escalate,
    ladder.first_message,
    ladder.same_message_elsewhere,
    ladder.after_the_patient_was_heard,
    ladder.reminder,
    ladder.until_the_call,
)
"""Money first, since it ends most cases; then words of the patient; then what forbids contact; then contact."""
