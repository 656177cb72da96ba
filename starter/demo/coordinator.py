"""Plays the billing coordinator: works through the tasks each weekday, by the API, as far as hours allow."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from receivables.notices import NOTICE_KINDS

CALLS_A_DAY = 8
WHO = "coordinator"
VERDICTS = {
    "dispute": "resume", "already_paid": "resume", "insurance": "resume", "assistance": "resume", "reply": "resume",
    "plan_to_set_up": "plan_agreed", "plan_approval": "plan_agreed", "charge_failed": "done", "credit": "done",
    "no_contact": "keep_paused", "contact_failed": "keep_paused", "chargeback": "keep_paused",
    "chargeback_lost": "keep_paused", "inquiry": "keep_paused",
    "debit_returned": "resume", "claim_open": "done", **dict.fromkeys(NOTICE_KINDS, "done"),
}  # fmt: skip
"""What she decides on tasks that are not calls, once she has looked: usually that the bill is right after all."""
LOOKED = "Looked at it with the patient: the bill is right."
"""A contested bill is asked for again only with a reason."""
OUTCOMES = {
    "reached_will_pay": "will_pay", "plan_agreed": "plan_agreed", "wrong_number": "wrong_number",
    "dispute": "dispute", "assistance": "assistance", "no_answer": "no_answer",
}  # fmt: skip
"""How a simulated call ends, in the outcomes of a task."""


@dataclass
class Coordinator:
    """One person with a phone and a list."""

    web: httpx.AsyncClient
    world: httpx.AsyncClient
    practice_id: str
    calls: int = 0
    approved: list[tuple[str, datetime]] = field(default_factory=list)
    """Balances whose plan she approved, and when."""
    tasks_done: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    phones: dict[str, str] = field(default_factory=dict)
    """By balance, from the practice's own patient list."""

    async def work(self, now: datetime) -> None:
        """One morning: the most valuable tasks first, not more calls than there is time for."""
        wanted: dict[str, str | int] = {"practice_id": self.practice_id, "status": "open", "limit": 200}
        answer = await self.web.get("/v1/tasks", params=wanted)
        answer.raise_for_status()
        calls = 0
        for task in answer.json()["tasks"]:
            if task["kind"] == "call":
                if calls == CALLS_A_DAY:
                    continue
                calls += 1
                await self._call(task, now)
            else:
                verdict = VERDICTS.get(task["kind"], "keep_paused")
                await self._resolve(task, {"outcome": verdict} | ({"note": LOOKED} if verdict == "resume" else {}))
                if task["kind"] == "plan_approval":
                    self.approved.append((task["balance_id"], now))
            self.tasks_done += 1
            self.kinds[task["kind"]] = self.kinds.get(task["kind"], 0) + 1
        self.calls += calls

    async def _call(self, task: dict[str, Any], now: datetime) -> None:
        if task["balance_id"] not in self.phones:
            people = (await self.world.get("/_/people", params={"practice": self.practice_id})).json()["people"]
            self.phones = {debt["balance_id"]: one["phone"] for one in people for debt in one["balances"]}
        answer = (await self.world.post(f"/_/patients/{self.phones[task['balance_id']]}/call")).json()
        outcome = OUTCOMES[answer.get("outcome", "no_answer")]
        body: dict[str, Any] = {"outcome": outcome}
        if outcome == "will_pay":
            body["will_pay_by"] = answer.get("will_pay_by") or (now + timedelta(days=5)).date().isoformat()
        if outcome == "plan_agreed":
            body["terms"] = answer["terms"]
        await self._resolve(task, body)

    async def _resolve(self, task: dict[str, Any], body: dict[str, Any]) -> None:
        (await self.web.post(f"/v1/tasks/{task['id']}/claim", json={"who": WHO})).raise_for_status()
        answer = await self.web.post(f"/v1/tasks/{task['id']}/resolve", json={"who": WHO, **body})
        answer.raise_for_status()
