"""The search attributes of a balance: plain text on the server, so no personal data, and few, since each costs room."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from temporalio.common import SearchAttributeKey, SearchAttributePair, SearchAttributeUpdate, TypedSearchAttributes

from receivables.case import Stage
from receivables.steps import Decision

PRACTICE_ID = SearchAttributeKey.for_keyword("PracticeId")
CASE_STAGE = SearchAttributeKey.for_keyword("CaseStage")
OUTSTANDING_CENTS = SearchAttributeKey.for_int("OutstandingCents")
NEXT_STEP_AT = SearchAttributeKey.for_datetime("NextStepAt")
NEEDS_STAFF = SearchAttributeKey.for_bool("NeedsStaff")

ALL = (PRACTICE_ID, CASE_STAGE, OUTSTANDING_CENTS, NEXT_STEP_AT, NEEDS_STAFF)


def at_start(practice_id: str, outstanding_cents: int, now: datetime) -> TypedSearchAttributes:
    """All five, as a balance starts: waiting, and due for evaluation at once."""
    return TypedSearchAttributes(
        [
            SearchAttributePair(PRACTICE_ID, practice_id),
            SearchAttributePair(CASE_STAGE, Stage.waiting.value),
            SearchAttributePair(OUTSTANDING_CENTS, int(outstanding_cents)),
            SearchAttributePair(NEXT_STEP_AT, now),
            SearchAttributePair(NEEDS_STAFF, False),
        ]
    )


def after(decision: Decision) -> list[SearchAttributeUpdate[Any]]:
    """What a decision changes; the practice never does."""
    at = NEXT_STEP_AT.value_set(decision.act_at) if decision.act_at else NEXT_STEP_AT.value_unset()
    return [
        CASE_STAGE.value_set(decision.stage.value),
        OUTSTANDING_CENTS.value_set(int(decision.outstanding_cents)),
        at,
        NEEDS_STAFF.value_set(decision.needs_staff),
    ]
