"""A coordinator calls a person: whether they answer, what they say, and what they then do."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

from simulator.agenda import Act
from simulator.clock import Clock
from simulator.moments import write_moment
from simulator.patients.crowd import Crowd
from simulator.patients.people import Person
from simulator.patients.traits import CLIMATES, KEEPS_INSTALLMENT, TRAITS
from simulator.practice.system import PracticeSystem

INSTALLMENTS = 4
FIRST_DUE_DAYS = 2
"""By then the first part is paid by who keeps to it; the others follow each month."""


class Callers:
    """Plays the called side. Calls are made by people, so nothing of a telephone vendor is here."""

    def __init__(self, clock: Clock, crowd: Crowd, practice: PracticeSystem) -> None:
        self._clock = clock
        self._crowd = crowd
        self._practice = practice

    def call(self, phone: str) -> dict[str, Any]:
        """One call; LookupError when nobody has this number.

        `outcome` is reached_will_pay (with `will_pay_by`), plan_agreed (with `terms`), wrong_number, dispute,
        assistance or no_answer.
        """
        person = self._crowd.find(phone)
        earlier = sum(1 for call in self._crowd.calls if call["to"] == person.phone)
        dice = self._crowd.dice(person, f"call {earlier}")
        said = self._say(person, dice)
        record = {"to": person.phone, "guarantor_id": person.guarantor_id, "at": write_moment(self._clock.now)} | said
        self._crowd.calls.append(record)
        return said

    def _say(self, person: Person, dice: Random) -> dict[str, Any]:
        trait, climate = TRAITS[person.kind], CLIMATES[person.climate]
        if person.bad_line == "unknown":
            return {"reached": False, "outcome": "wrong_number"}
        if dice.random() > trait.answers_call * climate.calls:
            return {"reached": False, "outcome": "no_answer"}
        if person.grievance in ("already_paid", "insurance", "amount"):
            return {"reached": True, "outcome": "dispute", "about": person.grievance}
        if person.wants_assistance:
            return {"reached": True, "outcome": "assistance"}
        resolves = dice.random() < trait.resolves_call
        owed = self._crowd.owed_cents(person)
        if person.guarantor_id in self._crowd.planned or (dice.random() < trait.pays_in_parts and owed >= 10_000):
            self._pay_in_parts(person, owed, resolves, dice)
            first = (self._clock.now + timedelta(days=FIRST_DUE_DAYS)).astimezone(self._crowd.zone).date()
            terms = {"installments": INSTALLMENTS, "first_due_on": first.isoformat()}
            return {"reached": True, "outcome": "plan_agreed", "terms": terms}
        days = dice.randint(1, 7)
        if resolves:
            minutes = days * 1440 - dice.randint(60, 600)
            self._crowd.later(person, minutes, "a patient keeps a promise", self._payer(person, None))
        by = (self._clock.now + timedelta(days=days)).astimezone(self._crowd.zone).date()
        return {"reached": True, "outcome": "reached_will_pay", "will_pay_by": by.isoformat()}

    def _pay_in_parts(self, person: Person, owed: int, resolves: bool, dice: Random) -> None:
        """Monthly parts, the first within two days; who gives up pays nothing more."""
        part = owed // INSTALLMENTS
        for number in range(INSTALLMENTS):
            if not resolves or dice.random() > KEEPS_INSTALLMENT:
                return
            minutes = number * 30 * 1440 + dice.randint(30, 2_000)
            last = number == INSTALLMENTS - 1
            self._crowd.later(person, minutes, "a patient pays a part", self._payer(person, None if last else part))

    def _payer(self, person: Person, cents: int | None) -> Act:
        return partial(self._pay_by_telephone, person, cents)

    async def _pay_by_telephone(self, person: Person, cents: int | None) -> None:
        """At the practice: everything, or some cents of the open balances in their order."""
        left = self._crowd.owed_cents(person) if cents is None else cents
        for debt in person.debts:
            booked = self._practice.ledger.balances.get(debt.balance_id)
            amount = 0 if booked is None else min(left, booked.outstanding_cents)
            if amount > 0:
                self._practice.take_payment(debt.balance_id, amount, "phone")
                left -= amount
