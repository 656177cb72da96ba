"""Tells a patient's page about plans: the stored facts and the plan in force, judged by the published policy."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from receivables.case import Case
from receivables.fold import fold
from receivables.plans.page import Look, look_at
from receivables.plans.plan import Attempt, Mandate, Plan
from receivables.ports import Clock, PolicyBook
from store.case_book import PostgresCaseBook


class PlanDesk:
    """Reads only. The engine may be away: everything here is in the database."""

    def __init__(self, cases: PostgresCaseBook, policies: PolicyBook, clock: Clock) -> None:
        self._cases = cases
        self._policies = policies
        self._clock = clock

    async def look(self, practice_id: str, balance_id: str) -> Look:
        """What can be chosen, what is agreed, and what is in force."""
        practice, policy = self._policies.practice(practice_id), self._policies.policy(practice_id)
        now = await self._clock.now()
        case = await self._case(practice_id, balance_id)
        return look_at(case, policy, practice, now.astimezone(ZoneInfo(practice.time_zone)).date())

    async def _case(self, practice_id: str, balance_id: str) -> Case:
        """The case as far as its page needs it: what was reported, and what its workflow last said of the plan."""
        case = Case(practice_id=practice_id, balance_id=balance_id)
        for fact in await self._cases.news(practice_id, balance_id, []):
            case = fold(case, fact)
        shown = await self._cases.plan(practice_id, balance_id)
        if shown is None:
            return case
        recorded = shown["mandate"] and Mandate.model_validate(shown["mandate"])
        return case.model_copy(
            update={
                "plan": Plan.model_validate(shown["plan"]), "mandate": _later(case.mandate, recorded),
                "attempts": [Attempt.model_validate(one) for one in shown["attempts"]],
            }
        )  # fmt: skip


def _later(reported: Mandate | None, recorded: Mandate | None) -> Mandate | None:
    """A card put on file or an end of it is reported before its case has heard of it; what was said by text is not."""
    if reported is None or recorded is None:
        return reported or recorded
    if reported.since > recorded.since:
        return reported
    ends = {name: getattr(recorded, name) or getattr(reported, name) for name in ("stopped_at", "removed_at")}
    return recorded.model_copy(update=ends)
