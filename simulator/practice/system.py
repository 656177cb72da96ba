"""The simulated practice-management system: what happens in its books and the signed events it sends about it."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from datetime import date, timedelta
from typing import Any

from simulator.clock import Clock
from simulator.http import need_cents, need_text
from simulator.moments import read_moment, write_moment
from simulator.practice.ledger import Balance, Ledger, LedgerPayment
from simulator.secrets import Keys
from simulator.webhooks import Callback, Sender

EVENTS_PATH = "/webhooks/practice-systems/simulated"
PASSED_ON = (
    "collectable", "hold_reasons", "breakdown", "sensitive", "good_faith_estimate_cents", "federal_payer"
)  # fmt: skip
"""What an event tells only where the practice knows it."""
RETRIES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))


class BooksClosedError(Exception):
    """Nothing is booked up to the lock date, which is the argument."""


class PracticeSystem:
    """Books things and tells the product. `echoes` says whether payments posted by the product come back as events."""

    def __init__(self, clock: Clock, sender: Sender, keys: Keys, echoes: bool = False) -> None:
        self.ledger = Ledger()
        self.echoes = echoes
        self._clock = clock
        self._sender = sender
        self._keys = keys
        self._events = 0

    def post_balance(self, given: dict[str, Any]) -> Balance:
        """Books a charge and the insurer's payment now and reports `balance_posted`.

        `given` has the fields of the event; ValueError names a bad one. Errors leave the books as they were.
        """
        now = self._clock.now
        body = {
            "practice_id": need_text(given, "practice_id"), "balance_id": need_text(given, "balance_id"),
            "posted_at": write_moment(read_moment(given.get("posted_at", write_moment(now)), "posted_at")),
            "patient_responsibility_cents": need_cents(given, "patient_responsibility_cents", 0),
            "insurance_paid_cents": need_cents({"insurance_paid_cents": 0} | given, "insurance_paid_cents", 0),
            "service_date": given.get("service_date", now.date().isoformat()),
            "claim_status": given.get("claim_status", "final"), "visit_kind": given.get("visit_kind", "visit"),
            "guarantor": given.get("guarantor"), "patient": given.get("patient"), "history": given.get("history") or {},
        }  # fmt: skip
        if not isinstance(body["guarantor"], dict):
            raise ValueError("guarantor: an object with guarantor_id, first_name and contact_points is needed")
        body |= {name: given[name] for name in PASSED_ON if name in given}
        balance = Balance(
            body["practice_id"], body["balance_id"], body["patient_responsibility_cents"],
            body["insurance_paid_cents"], body["service_date"], now, body,
            bool(given.get("collectable", True)), list(given.get("hold_reasons", [])),
        )  # fmt: skip
        self.ledger.open(balance)
        self._report("balance_posted", body)
        return balance

    def adjust(self, given: dict[str, Any]) -> Balance:
        """Re-adjudication: sets the patient's share, optionally the insurer's and the claim's state, and reports it."""
        balance = self.ledger.find(need_text(given, "balance_id"))
        share = need_cents(given, "patient_responsibility_cents", 0)
        reason = str(given.get("reason", "readjudicated"))
        if "insurance_paid_cents" in given:
            balance.insurance_paid_cents = need_cents(given, "insurance_paid_cents", 0)
        self.ledger.adjust(balance, share, reason, self._clock.now)
        self._report("balance_adjusted", {
            "practice_id": balance.practice_id, "balance_id": balance.balance_id, "reason": reason,
            "adjusted_at": write_moment(self._clock.now), "patient_responsibility_cents": share,
            "insurance_paid_cents": balance.insurance_paid_cents,
            "claim_status": given.get("claim_status", "final"),
        })  # fmt: skip
        return balance

    def take_payment(self, balance_id: str, amount_cents: int, where: str = "front_desk") -> LedgerPayment:
        """Patient money that reached the practice without the product, reported as `payment_recorded`."""
        now = self._clock.now
        payment = self.ledger.pay(balance_id, amount_cents, write_moment(now), "card", now, where=where)
        self._report_payment(payment)
        return payment

    def lock(self, given: dict[str, Any]) -> str:
        """Close a practice's books up to a day, as at the end of a month."""
        until = date.fromisoformat(need_text(given, "until")).isoformat()
        self.ledger.locked_until[need_text(given, "practice_id")] = until
        return until

    def post_payment(self, given: dict[str, Any]) -> LedgerPayment:
        """A payment written through the interface. There is no idempotency: the same call twice is money twice.

        BooksClosedError when its accounting day (`booked_on`, else the day of `paid_at`) is closed already.

        With a `practice_id`, money for a charge that is not in the books is taken on account of that practice.
        """
        balance_id = need_text(given, "balance_id")
        amount_cents = need_cents(given, "amount_cents")
        if amount_cents == 0:
            raise ValueError("amount_cents: zero moves no money; a negative amount is money given back")
        paid_at = write_moment(read_moment(given.get("paid_at"), "paid_at"))
        external_id, method = need_text(given, "external_id"), need_text(given, "method")
        booked_on = str(given.get("booked_on") or paid_at[:10])
        self._need_open(balance_id, given.get("practice_id"), booked_on)
        if balance_id not in self.ledger.balances and given.get("practice_id"):
            return self.ledger.take_on_account(
                need_text(given, "practice_id"), balance_id, amount_cents, paid_at, method, self._clock.now, external_id
            )
        payment = self.ledger.pay(
            balance_id, amount_cents, paid_at, method, self._clock.now, external_id, "interface"
        )
        payment.booked_on = booked_on
        if self.echoes:
            self._report_payment(payment)
        return payment

    def _need_open(self, balance_id: str, practice_id: object, booked_on: str) -> None:
        known = self.ledger.balances.get(balance_id)
        locked = self.ledger.locked_until.get(known.practice_id if known else str(practice_id), "")
        if booked_on <= locked:
            raise BooksClosedError(locked)

    def add_note(self, given: dict[str, Any]) -> dict[str, Any]:
        """A note on a balance."""
        balance = self.ledger.find(need_text(given, "balance_id"))
        note = {
            "note_id": f"note{len(self.ledger.notes) + 1:06d}", "balance_id": balance.balance_id,
            "text": need_text(given, "text"), "external_id": given.get("external_id"),
            "at": write_moment(self._clock.now),
        }  # fmt: skip
        self.ledger.notes.append(note)
        return note

    def read(self, balance_id: str) -> dict[str, Any]:
        """A balance as the interface shows it, read now."""
        balance = self.ledger.find(balance_id)
        return {
            "balance_id": balance.balance_id, "practice_id": balance.practice_id,
            "outstanding_cents": balance.outstanding_cents, "insurance_paid_cents": balance.insurance_paid_cents,
            "patient_responsibility_cents": balance.responsibility_cents, "collectable": balance.collectable,
            "hold_reasons": balance.hold_reasons, "read_at": write_moment(self._clock.now),
        }  # fmt: skip

    def read_all(self, practice_id: str) -> list[dict[str, Any]]:
        """Every balance of a practice, read now."""
        return [self.read(one.balance_id) for one in self.ledger.balances.values() if one.practice_id == practice_id]

    def _report_payment(self, payment: LedgerPayment) -> None:
        practice_id = self.ledger.find(payment.balance_id).practice_id
        self._report("payment_recorded", {"practice_id": practice_id} | vars(payment))

    def _report(self, kind: str, about: dict[str, Any]) -> None:
        self._events += 1
        event = {"event_id": f"evt-practice-{self._events:06d}", "type": kind} | about
        body = json.dumps({"events": [event]}, separators=(",", ":")).encode()
        self._sender.send(Callback("practice", EVENTS_PATH, body, self._headers, RETRIES))

    def _headers(self, url: str, body: bytes) -> dict[str, str]:
        stamp = str(int(time.time()))
        secret = self._keys.practice_webhook_secret.encode()
        signature = hmac.new(secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        return {"Content-Type": "application/json", "X-Practice-Timestamp": stamp, "X-Practice-Signature": signature}
