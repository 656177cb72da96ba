"""Asks a person: opens one task with everything needed to finish it in one go."""

from __future__ import annotations

from temporalio import activity

from activities.boundary import boundary
from activities.contract import Errand, Turn
from activities.deciding import Deciding
from receivables.facts import TaskOpened
from receivables.fold import fold
from receivables.ports import TaskBook
from receivables.steps import AskStaff


class Staff:
    """`ask_staff`."""

    def __init__(self, deciding: Deciding, tasks: TaskBook) -> None:
        self._deciding = deciding
        self._tasks = tasks

    @activity.defn(name="ask_staff")
    @boundary
    async def ask_staff(self, errand: Errand) -> Turn:
        """The turn holds `task_opened`; the same task id twice opens one task."""
        now = await self._deciding.clock.now()
        case, news = await self._deciding.refresh(errand.case)
        step = errand.step
        if isinstance(step, AskStaff) and self._deciding.stands(step, case, now):
            fresh = self._deciding.consider(case, now)
            asking = fresh.step if isinstance(fresh.step, AskStaff) else step
            await self._tasks.open(case, asking, now)
            if self._deciding.plans:
                await self._deciding.plans.handed(case, asking, fresh.because, now)
            opened = TaskOpened(
                fact_id=f"task.{step.task_id}", at=now, source="agent", practice_id=case.practice_id,
                balance_id=case.balance_id, task_id=step.task_id, task_kind=step.task_kind, dues=step.dues,
            )  # fmt: skip
            news.append(opened)
            case = fold(case, opened)
        return await self._deciding.turn(case, news, now)
