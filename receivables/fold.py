"""Folds facts into a case, in any order and any number of times; what is done next is decided elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from receivables.case import HANDLED_FACTS_KEPT, Case
from receivables.facts import AnyFact, BalancePosted
from receivables.folding import contact as fold_contact
from receivables.folding import corrections as fold_corrections
from receivables.folding import disputes as fold_disputes
from receivables.folding import money as fold_money
from receivables.folding import people as fold_people
from receivables.folding import plan as fold_plan
from receivables.folding import protected as fold_protected
from receivables.folding import replies as fold_replies
from receivables.folding import staff as fold_staff

Change = Callable[[Case, Any], None]
"""Changes a copy of the case; lists and parts are replaced, never changed in place."""


def open_case(fact: BalancePosted) -> Case:
    """The case as its first fact makes it."""
    return fold(Case(practice_id=fact.practice_id, balance_id=fact.balance_id), fact)


def fold(case: Case, fact: AnyFact) -> Case:
    """The case after one more fact; the case that was given stays as it is. A fact heard before changes nothing."""
    if fact.fact_id in case.handled:
        return case
    after = case.model_copy()
    change = CHANGES.get(fact.kind)
    if change is not None:
        change(after, fact)
    after.handled = [*case.handled[1 - HANDLED_FACTS_KEPT :], fact.fact_id]
    return after


CHANGES: dict[str, Change] = {
    "balance_posted": fold_money.balance_posted,
    "balance_adjusted": fold_money.balance_adjusted,
    "payment_recorded": fold_money.payment_recorded,
    "payment_reversed": fold_money.payment_reversed,
    "payment_posted": fold_money.payment_posted,
    "posting_handed_over": fold_money.posting_handed_over,
    "posting_delayed": fold_money.posting_delayed,
    "contact_updated": fold_people.contact_updated,
    "consent_recorded": fold_people.consent_recorded,
    "contact_stopped": fold_people.contact_stopped,
    "guarantor_deceased": fold_people.guarantor_deceased,
    "bankruptcy_filed": fold_people.bankruptcy_filed,
    "attorney_represents": fold_people.attorney_represents,
    "estimate_disputed": fold_protected.estimate_disputed,
    "confidential_requested": fold_people.confidential_requested,
    "dispute_raised": fold_disputes.dispute_raised,
    "dispute_closed": fold_disputes.dispute_closed,
    "assistance_requested": fold_people.assistance_requested,
    "appointment_missed": fold_people.appointment_missed,
    "appointment_cancelled": fold_people.appointment_missed,
    "recall_due": fold_people.recall_due,
    "appointment_booked": fold_people.appointment_booked,
    "message_sent": fold_contact.message_sent,
    "message_skipped": fold_contact.message_skipped,
    "delivery_failed": fold_contact.delivery_failed,
    "reply_received": fold_replies.reply_received,
    "reply_understood": fold_replies.reply_understood,
    "reading_corrected": fold_corrections.reading_corrected,
    "task_opened": fold_staff.task_opened,
    "task_resolved": fold_staff.task_resolved,
    "outreach_paused": fold_staff.outreach_paused,
    "outreach_resumed": fold_staff.outreach_resumed,
    "case_closed": fold_staff.case_closed,
    "card_enrolled": fold_plan.card_enrolled,
    "card_changed": fold_plan.card_changed,
    "card_removed": fold_plan.card_removed,
    "charge_declined": fold_plan.charge_declined,
    "charge_pending": fold_plan.charge_pending,
    "autopay_stopped": fold_plan.autopay_stopped,
    "plan_agreed": fold_plan.plan_agreed,
    "plan_change_asked": fold_plan.plan_change_asked,
    "plan_set_up": fold_plan.plan_set_up,
    "plan_changed": fold_plan.plan_changed,
    "plan_refused": fold_plan.plan_refused,
    "plan_cancelled": fold_plan.plan_cancelled,
    "plan_beside": fold_plan.plan_beside,
}
"""By kind of fact. Kinds that are missing here are remembered as heard and change nothing else."""
