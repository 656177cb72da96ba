"""The simulated practice system's ledger over HTTP; its events are read in inbound.py."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import httpx
from pydantic import TypeAdapter, ValidationError

from receivables.errors import BooksClosed, CannotKnow, Refused, TryLater
from receivables.facts import Moment
from receivables.money import Cents
from receivables.ports import LedgerReading, Note, Posting
from receivables.proof import LedgerEntry

TIMEOUT_S = 10.0
BUSY_STATUSES = {401, 403, 429, 503}
"""Too many requests, away, or a key that a person mends while the posting waits."""
_CENTS: TypeAdapter[Cents] = TypeAdapter(Cents)
_MOMENT: TypeAdapter[Moment] = TypeAdapter(Moment)


class SimulatedLedger:
    """The ledger (ports.PracticeLedger) of a practice system with an interface. Call `close` at the end.

    Like the real ones it has no idempotency key, so a posting in doubt is looked up before it is made again.
    """

    reads_balances = True

    def __init__(self, base_url: str, api_key: str, timeout_s: float = TIMEOUT_S) -> None:
        self._http = httpx.AsyncClient(
            base_url=f"{base_url.rstrip('/')}/practice/v1", headers={"Authorization": f"Bearer {api_key}"},
            timeout=timeout_s, trust_env=False,
        )  # fmt: skip

    async def read_balance(self, practice_id: str, balance_id: str, now: datetime) -> LedgerReading | None:
        """What the system says is owed; None when it does not know the balance."""
        try:
            answer = await self._http.get(f"/balances/{balance_id}")
            if answer.status_code == 404:
                return None
            body = answer.raise_for_status().json()
            if body["practice_id"] != practice_id:
                return None
            return _reading(body, now)
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            raise TryLater("The practice's ledger could not be read just now.") from None

    async def find_posting(self, posting: Posting) -> str | None:
        """The system's own id of the payment. All rows under our id are summed; a sum that differs is Refused."""
        try:
            answer = await self._http.get("/payments", params={"external_id": posting.external_id})
        except httpx.HTTPError:
            raise TryLater("The practice's system could not be asked about the posting.") from None
        if answer.status_code != 200:
            raise TryLater(f"The practice's system could not be asked about the posting (answer {answer.status_code}).")
        rows = _payments(answer)
        if not rows:
            return None
        if sum(row["amount_cents"] for row in rows) != posting.amount_cents:
            raise Refused("The practice's ledger shows this payment with another amount, or more than once.")
        return str(rows[0]["payment_id"])

    async def post(self, posting: Posting) -> str:
        """The system's own id of the payment it booked."""
        try:
            answer = await self._http.post("/payments", json={
                "practice_id": posting.practice_id, "balance_id": posting.balance_id,
                "amount_cents": int(posting.amount_cents),
                "external_id": posting.external_id, "method": "card", "paid_at": posting.paid_at.isoformat(),
                "booked_on": posting.booked_on.isoformat() if posting.booked_on else None,
            })  # fmt: skip
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            raise TryLater("The practice's system could not be reached.") from None
        except httpx.HTTPError:
            raise CannotKnow("The practice's system did not answer; the payment may have been booked.") from None
        if answer.status_code in BUSY_STATUSES:
            raise TryLater(f"The practice's system takes nothing just now (answer {answer.status_code}).")
        if 400 <= answer.status_code < 500:
            raise _refusal(answer)
        try:
            return str(answer.json()["payment_id"])
        except (ValueError, KeyError, TypeError):
            raise CannotKnow(f"The practice's system gave an unclear answer ({answer.status_code}).") from None

    async def balances_of(self, practice_id: str, now: datetime) -> list[LedgerReading] | None:
        """Everything the system shows of this practice."""
        return [_reading(row, now) for row in await self._all("/balances", practice_id, "balances")]

    async def entries_of(self, practice_id: str, since: datetime) -> list[LedgerEntry] | None:
        """What was written through the interface since a moment."""
        rows = await self._all("/payments", practice_id, "payments", since=since.isoformat())
        return [
            LedgerEntry(external_id=row["external_id"], amount_cents=_CENTS.validate_python(row["amount_cents"]))
            for row in rows
            if row.get("external_id")
        ]

    async def closed_until(self, practice_id: str) -> date | None:
        """The system's own lock date."""
        try:
            answer = await self._http.get("/lock-date", params={"practice_id": practice_id})
            day = answer.raise_for_status().json()["locked_until"]
            return date.fromisoformat(day) if day else None
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            raise TryLater("The practice's system does not say up to when its books are closed.") from None

    async def _all(self, path: str, practice_id: str, name: str, **more: str) -> list[dict[str, Any]]:
        try:
            answer = await self._http.get(path, params={"practice_id": practice_id} | more)
            if answer.status_code != 200:
                raise TryLater(f"The practice's system does not show its books just now (answer {answer.status_code}).")
            rows: list[dict[str, Any]] = answer.json()[name]
        except httpx.HTTPError:
            raise TryLater("The practice's system does not show its books just now.") from None
        except (ValueError, KeyError, TypeError):
            raise TryLater("The practice's system shows its books in an unclear form.") from None
        return rows

    async def note(self, note: Note) -> None:
        """Write a note beside the balance, unless one under our id is there: an earlier try may have got no answer."""
        try:
            there = await self._http.get("/notes", params={"external_id": note.external_id})
            if there.is_success and there.json()["notes"]:
                return
            if not there.is_success:
                raise TryLater(f"The practice's system does not show its notes just now (answer {there.status_code}).")
            answer = await self._http.post("/notes", json={
                "balance_id": note.balance_id, "text": note.text, "external_id": note.external_id,
            })  # fmt: skip
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            raise TryLater("The practice's system could not be reached for a note.") from None
        if answer.status_code in BUSY_STATUSES or answer.status_code >= 500:
            raise TryLater(f"The practice's system takes no notes just now (answer {answer.status_code}).")
        if answer.status_code >= 400:
            raise Refused(f"The practice's system refused a note (answer {answer.status_code}).")

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()


def _refusal(answer: httpx.Response) -> Refused:
    """Closed books are told apart: there the posting only has to take another day."""
    try:
        return BooksClosed(date.fromisoformat(answer.json()["locked_until"]))
    except (ValueError, KeyError, TypeError):
        return Refused(f"The practice's system refused the posting (answer {answer.status_code}).")


def _reading(body: dict[str, Any], now: datetime) -> LedgerReading:
    return LedgerReading(
        balance_id=body["balance_id"], outstanding_cents=_CENTS.validate_python(body["outstanding_cents"]),
        collectable=bool(body["collectable"]), hold_reasons=[str(reason) for reason in body["hold_reasons"]],
        read_at=_MOMENT.validate_python(body.get("read_at") or now),
    )  # fmt: skip


def _payments(answer: httpx.Response) -> list[dict[str, Any]]:
    try:
        rows: list[dict[str, Any]] = answer.json()["payments"]
        for row in rows:
            _CENTS.validate_python(row["amount_cents"])
    except (ValueError, KeyError, TypeError, ValidationError):
        raise TryLater("The practice's system gave an unclear answer about the posting.") from None
    return rows
