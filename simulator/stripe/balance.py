"""The account's balance: every movement, and the payouts that bring it to the bank; who pays is decided elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from simulator.agenda import Act
from simulator.stripe import shapes
from simulator.stripe.errors import invalid
from simulator.stripe.events import Events
from simulator.stripe.store import Obj, Store

AVAILABLE_AFTER = timedelta(days=2)
ARRIVES_AFTER = timedelta(days=1)
Later = Callable[[timedelta, str, Act], None]


class Balance:
    """Pays out automatically, as accounts do unless they are told otherwise: what has become available, once a day."""

    def __init__(self, store: Store, events: Events, later: Later) -> None:
        self._store = store
        self._events = events
        self._later = later
        self._waiting: list[str] = []
        """Movements that no payout holds yet, oldest first."""
        self._planned: set[int] = set()

    def move(self, amount: int, kind: str, source: str, fee: int = 0, currency: str = "usd") -> Obj:
        """A movement; a payout is planned for when it is available."""
        moved = shapes.balance_transaction(self._store.new_id("txn"), self._store.now(), amount, kind, source, fee)
        moved["currency"] = currency
        self._store.add(moved)
        self._waiting.append(moved["id"])
        day = moved["available_on"] // 86_400
        if day not in self._planned:
            self._planned.add(day)
            self._later(AVAILABLE_AFTER + timedelta(hours=1), "a payout is made", partial(self._pay_out, day))
        return moved

    async def _pay_out(self, day: int) -> None:
        """One payout over everything that is available now; a balance below nothing waits for better days."""
        self._planned.discard(day)
        now = self._store.now()
        due = [self._store.objects[one] for one in self._waiting]
        due = [one for one in due if one["available_on"] <= now and one["currency"] == "usd"]
        amount = sum(one["net"] for one in due)
        if amount <= 0:
            return
        for one in due:
            one["status"] = "available"
        arrival = now + int(ARRIVES_AFTER.total_seconds())
        payout = self._store.add(shapes.payout(self._store.new_id("po"), now, amount, arrival))
        drawn = shapes.balance_transaction(self._store.new_id("txn"), now, -amount, "payout", payout["id"])
        payout["balance_transaction"] = self._store.add(drawn | {"status": "available", "available_on": now})["id"]
        held = {one["id"] for one in due}
        self._waiting = [one for one in self._waiting if one not in held]
        self._store.paid_out |= dict.fromkeys([*held, drawn["id"]], payout["id"])
        self._events.report("payout.created", payout)
        self._later(ARRIVES_AFTER, "a payout arrives", partial(self._arrive, payout["id"]))

    async def _arrive(self, payout_id: str) -> None:
        payout = self._store.objects[payout_id]
        if payout["status"] == "in_transit":
            payout |= {"status": "paid", "reconciliation_status": "completed"}
            self._events.report("payout.paid", payout)

    def fail(self, payout: Obj) -> Obj:
        """The bank sends a payout back: its money is on the balance again."""
        if payout["status"] == "failed":
            raise invalid("This payout has failed already.")
        payout |= {
            "status": "failed", "failure_code": "account_closed",
            "failure_message": "The bank account has been closed",
        }  # fmt: skip
        back = self.move(payout["amount"], "payout_failure", payout["id"])
        back["reporting_category"] = "payout_reversal"
        payout["failure_balance_transaction"] = back["id"]
        self._events.report("payout.failed", payout)
        return payout
