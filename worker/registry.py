"""What a worker offers, complete: workflows and activities by name; a test compares it with what is called."""

from __future__ import annotations

from workflows.collect_balance import CollectBalance
from workflows.reconcile_practice import ReconcilePractice

WORKFLOWS = [CollectBalance, ReconcilePractice]
ACTIVITY_NAMES = (
    "decide", "send_message", "read_reply", "offer_plan", "create_plan", "charge_installment", "post_to_practice",
    "ask_staff", "prove_books",
)  # fmt: skip
