"""What people are shown about balances: where each stands, what comes next, and its whole story with reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from receivables.meanings import certainty, meaning, named
from receivables.plans.terms import Slots
from store.conversations import Line, conversation
from store.pool import Pool
from store.queries import queries
from store.sentences import (
    correction_sentence,
    decision_sentence,
    fact_sentence,
    posting_sentence,
    reading_sentence,
    task_sentence,
    touch_sentence,
    unsent_sentence,
)

WRITTEN_BY_PEOPLE = frozenset({"reply_received", "staff_note"})


class ReadModels:
    """Lists and stories. A case is named `{practice}:{balance}`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._sql = queries("read_models")

    async def cases(
        self, practice_id: str | None = None, stage: str | None = None, limit: int = 50, after: str | None = None
    ) -> list[dict[str, Any]]:
        """Cases in the order of their ids, from the one behind the id `after` on; money as stored at this moment."""
        behind = after.split(":", 1) if after else [None, None]
        rows = await self._pool.fetch(self._sql["cases"], practice_id, stage, limit, *behind, None)
        return [_case(row) for row in rows]

    async def case(self, practice_id: str, balance_id: str) -> dict[str, Any] | None:
        """One case, None when its balance was never posted."""
        row = await self._pool.fetchrow(self._sql["cases"], practice_id, None, 1, None, None, balance_id)
        return _case(row) if row else None

    async def timeline(self, practice_id: str, balance_id: str) -> list[dict[str, Any]]:
        """What happened, oldest first: at, kind, sentence, because, proof; what was written, only in `text`."""
        rows = _once(await self._pool.fetch(self._sql["timeline"], practice_id, balance_id))
        return [{"at": row["at"]} | TELL[row["origin"]](row["kind"], row["detail"]) for row in rows]

    async def conversation(self, practice_id: str, balance_id: str) -> Sequence[Line]:
        """What was said on both sides about a balance, oldest first."""
        async with self._pool.acquire() as connection:
            return await conversation(connection, practice_id, balance_id)


def _once(rows: Sequence[asyncpg.Record]) -> list[asyncpg.Record]:
    """Of two notes about one payment that came to nothing, the one with the bank's own code."""
    notes = [row["detail"] for row in rows if row["kind"] == "staff_note" and row["detail"].get("failed_payment")]
    notes.sort(key=lambda one: bool(one.get("return_code")))
    told = {one["failed_payment"]: one["fact_id"] for one in notes}
    repeated = {one["fact_id"] for one in notes} - set(told.values())
    return [row for row in rows if row["detail"].get("fact_id") not in repeated]


def _case(row: asyncpg.Record) -> dict[str, Any]:
    return {"case_id": f"{row['practice_id']}:{row['balance_id']}", **row}


def _entry(kind: str, sentence: str, because: list[str] | None, proof: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"kind": kind, "sentence": sentence, "because": because or [], "proof": proof}


def _fact(kind: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    proof = {"fact_id": detail["fact_id"], "source": detail["source"]}
    entry = _entry(kind, fact_sentence(kind, detail), _reasons(detail), proof)
    return entry | {"text": detail.get("text", "")} if kind in WRITTEN_BY_PEOPLE else entry


def _decision(_kind: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    proof = {"rule": detail["rule"], "act_at": detail["act_at"], "step": detail["step"]}
    return _entry("decision", decision_sentence(detail["step"]), detail["because"], proof)


def _touch(status: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    because = _reasons(detail) or detail["proof"]["because"]
    entry = _entry("touch", touch_sentence(status, detail), because, detail["proof"])
    return entry | ({"text": detail["words"]} if detail.get("words") else {})


def _reading(_kind: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    because = [certainty(detail["confidence"], detail["reader"], abstain=detail["abstain"])]
    proof = {name: detail[name] for name in ("reply_fact_id", "intents", "action", "confidence", "abstain", "reader")}
    sentence = reading_sentence(meaning(detail["intents"]), abstain=detail["abstain"])
    return _entry("reading", sentence, because + [word for word in [named(Slots(**detail["slots"]))] if word], proof)


def _correction(_kind: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    proof = {name: detail[name] for name in ("reply_fact_id", "intents", "action", "who", "reader")}
    because = [f"{detail['who']} says so; it was read otherwise."]
    return _entry("correction", correction_sentence(meaning(detail["intents"])), because, proof)


def _unsent(_kind: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    because = [detail["because"], *detail["proof"]["because"]]
    return _entry("not_sent", unsent_sentence(detail), because, detail["proof"])


def _posting(state: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    return _entry("posting", posting_sentence(state, detail), _reasons(detail), detail["proof"])


def _task(kind: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    return _entry("task", task_sentence(kind), [detail["summary"]], detail["proof"])


def _reasons(detail: Mapping[str, Any]) -> list[str]:
    return [detail["because"]] if detail.get("because") else []


TELL = {
    "fact": _fact, "decision": _decision, "touch": _touch, "unsent": _unsent, "posting": _posting, "task": _task,
    "reading": _reading, "correction": _correction,
}  # fmt: skip
