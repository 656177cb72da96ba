"""Makes a practice's people and their balances from a seed; what they do later is in behavior."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from simulator.patients.traits import (
    AGING,
    ASSISTANCE_AMONG_CONSTRAINED,
    BAD_NUMBER,
    CLIMATES,
    GRIEVANCES,
    TRAITS,
    size_factor,
)

FIRST_NAMES = (
    "Karen", "Tom", "Sarah", "Mike", "Maria", "James", "Linda", "Robert", "Ana", "David", "Susan", "Luis", "Nancy",
    "Kevin", "Grace", "Omar", "Helen", "Brian", "Priya", "Carl", "Rosa", "Peter", "Julia", "Marcus", "Emily", "Sam",
    "Denise", "Victor", "Alice", "George", "Nina", "Paul", "Teresa", "Frank", "Laura", "Ivan", "Diane", "Hugo",
)  # fmt: skip
AREA_CODES = (
    312, 773, 708, 630, 847, 224, 331, 815, 872, 217, 309, 618, 414, 262, 608, 920, 715, 612, 651, 952, 763, 507, 218,
    320, 515, 319, 563, 641, 712, 314, 636, 573, 816, 417, 660, 214, 972, 469, 817, 713, 281, 832, 512, 210, 504, 225,
    985, 337, 318, 501, 479, 870, 405, 918, 580, 205, 256, 251, 334, 601, 662, 228, 615, 901, 731,
)  # fmt: skip
"""All on Central time; each has the hundred numbers 555-0100 to 555-0199."""
FAMILY_SHARE = 0.12
HORIZON_MONTHS = 3


@dataclass
class Debt:
    """One balance of a person. `alone_after_days` is when they would pay it unasked, None for not in 90 days."""

    balance_id: str
    responsibility_cents: int
    insurance_paid_cents: int
    service_days_before: int
    alone_after_days: float | None
    alone_where: str
    posts_at: datetime | None = None


@dataclass
class Person:
    """A guarantor with a personality. `number` is 1, 2, 3 … in the world; `bad_line` a landline or dead number."""

    guarantor_id: str
    first_name: str
    kind: str
    climate: str
    phone: str
    email: str
    bad_line: str | None
    bad_address: bool
    sms_consent: str
    email_consent: str
    grievance: str | None
    wants_assistance: bool
    history: dict[str, Any]
    patient_name: str
    debts: list[Debt] = field(default_factory=list)


def phone_number(place: int) -> str:
    """The fictional phone number at a place in the world, up to 6,500 of them."""
    area, line = AREA_CODES[(place // 100) % len(AREA_CODES)], place % 100
    return f"+1{area}55501{line:02d}"


def make_people(
    practice_id: str, balances: int, seed: int, climate: str, first_place: int, today: date
) -> list[Person]:
    """People who together have `balances` balances; the same arguments give the same people.

    ValueError when the world's name is unknown. `first_place` keeps phone numbers apart between practices.
    """
    if climate not in CLIMATES:
        raise ValueError(f"world: one of {', '.join(CLIMATES)}")
    dice = Random(f"people {seed} {practice_id}")
    people: list[Person] = []
    made = 0
    deck: list[str] = []
    while made < balances:
        deck = deck or shuffled_kinds(dice)
        person = _person(practice_id, len(people), first_place, climate, deck.pop(), dice, today)
        size = 2 if made + 1 < balances and dice.random() < FAMILY_SHARE else 1
        for _ in range(size):
            made += 1
            person.debts.append(_debt(f"{practice_id}-b{made:04d}", person, dice))
        people.append(person)
    return people


def shuffled_kinds(dice: Random) -> list[str]:
    """The kinds of the next hundred people: exact shares in random order, so that small worlds are typical too."""
    deck = [kind for kind, trait in TRAITS.items() for _ in range(round(trait.share * 100))]
    dice.shuffle(deck)
    return deck


def _person(
    practice_id: str, number: int, first_place: int, climate: str, kind: str, dice: Random, today: date
) -> Person:
    bad = dice.random()
    place = first_place + number
    grievance = dice.choices(list(GRIEVANCES), list(GRIEVANCES.values()))[0] if kind == "confused" else None
    name = dice.choice(FIRST_NAMES)
    return Person(
        guarantor_id=f"{practice_id}-g{number + 1:04d}", first_name=name, kind=kind, climate=climate,
        phone=phone_number(place), email=f"{name.lower()}.{place + 1:04d}@example.com",
        bad_line="landline" if bad < BAD_NUMBER * 0.6 else "unknown" if bad < BAD_NUMBER else None,
        bad_address=dice.random() < 0.02,
        sms_consent=dice.choices(("granted", "unknown", "denied"), (0.92, 0.05, 0.03))[0],
        email_consent=dice.choices(("granted", "unknown", "denied"), (0.84, 0.15, 0.01))[0],
        grievance=grievance, wants_assistance=kind == "constrained" and dice.random() < ASSISTANCE_AMONG_CONSTRAINED,
        history=_history(kind, dice, today), patient_name=name if dice.random() < 0.75 else dice.choice(FIRST_NAMES),
    )  # fmt: skip


_DAYS_TO_PAY = {
    "prompt": (1, 14, 6), "forgetful": (14, 58, 5), "constrained": (35, 110, 4), "confused": (10, 70, 3),
    "unreachable": (40, 130, 2), "refuser": (70, 150, 1),
}  # fmt: skip
"""Fastest and slowest earlier payment in days, and how many earlier balances at most."""


def _history(kind: str, dice: Random, today: date) -> dict[str, Any]:
    fastest, slowest, most = _DAYS_TO_PAY[kind]
    days = sorted(dice.randint(fastest, slowest) for _ in range(dice.randint(0, most)))
    history: dict[str, Any] = {
        "days_to_pay": days,
        "missed_installments": dice.choice((0, 0, 1, 2)) if kind in ("constrained", "refuser") else 0,
        "oldest_unpaid_days": max(days, default=0),
    }
    if days:
        paid_on = today - timedelta(days=dice.randint(45, 400))
        history["last_payment"] = {
            "paid_on": paid_on.isoformat(), "amount_cents": dice.randint(20, 220) * 100,
            "in_full": kind != "constrained",
        }  # fmt: skip
    return history


def _debt(balance_id: str, person: Person, dice: Random) -> Debt:
    owed = int(min(150_000, max(1_200, dice.lognormvariate(9.5, 0.75))))
    owed = owed // 100 * 100 if dice.random() < 0.5 else owed
    insured = int(owed * dice.uniform(0.4, 5.0)) if dice.random() < 0.85 else 0
    after = _alone_after_days(person, owed, dice)
    where = dice.choices(("mail", "front_desk", "portal", "phone"), (0.4, 0.25, 0.25, 0.1))[0]
    return Debt(balance_id, owed, insured, dice.randint(12, 48), after, where)


def _alone_after_days(person: Person, owed: int, dice: Random) -> float | None:
    """When the person would pay unasked: a chance in each month, smaller for large and old balances."""
    chance = TRAITS[person.kind].alone * CLIMATES[person.climate].alone * size_factor(owed)
    draws = [(dice.random(), dice.random()) for _ in range(HORIZON_MONTHS)]
    for month, (draw, within) in enumerate(draws):
        if draw < min(0.97, chance * AGING**month):
            return 30 * month + 1 + 29 * within
    return None
