"""The same facts told to the real system in every order end in the same case, message, ledger and money."""

from itertools import permutations
from typing import Any

from calendar_desk import Calendar, Person
from drill_floor import Floor
from test_fixtures import STEADY

AT = {"posted": 0, "adjusted": 5, "paid": 10, "returned": 15}
"""Minutes after nine at which each happened, however late it is heard."""


def facts(calendar: Calendar, who: Person) -> dict[str, dict[str, Any]]:
    def fact(name: str, kind: str, **more: Any) -> dict[str, Any]:
        at = calendar.now().replace(minute=AT[name]).isoformat()
        about = {"practice_id": who.practice_id, "balance_id": who.balance_id}
        return {"kind": kind, "fact_id": f"{name}.{who.balance_id}", "at": at, **about, **more}

    point = {"channel": "sms", "value": who.phone, "consent": "granted"}
    guarantor = {
        "guarantor_id": who.guarantor_id, "first_name": who.name, "time_zone": "America/Chicago", "contact_points": [point],
    }  # fmt: skip
    paid_at = calendar.now().replace(minute=AT["paid"]).isoformat()
    return {
        "posted": fact(
            "posted", "balance_posted", patient_responsibility_cents=200_00, insurance_paid_cents=600_00,
            service_date=calendar.today.isoformat(), history=STEADY, guarantor=guarantor,
        ),
        "adjusted": fact("adjusted", "balance_adjusted", patient_responsibility_cents=150_00),
        "paid": fact("paid", "payment_recorded", amount_cents=50_00, paid_at=paid_at, where="mail"),
        "returned": fact(
            "returned", "payment_reversed", payment_fact_id=f"paid.{who.balance_id}", amount_cents=20_00, why="returned"
        ),
    }  # fmt: skip


def outcome(calendar: Calendar, who: Person) -> dict[str, Any]:
    case = calendar.case(who)
    shown = {name: case[name] for name in ("stage", "outstanding_cents", "responsibility_cents", "paid_cents", "rule", "next_step_at")}
    booked = calendar.world.get("/_/ledger", params={"practice": who.practice_id}).json()["payments"]
    mine = sorted(one["amount_cents"] for one in booked if one["balance_id"] == who.balance_id)
    texts = [(message["channel"], message["at"], "$120" in message["body"]) for message in calendar.messages(who)]
    return shown | {"because": case["because"], "booked": mine, "texts": texts}


async def test_four_facts_in_all_their_orders_end_alike(drills: Floor) -> None:
    calendar = drills.calendar
    calendar.start(weekday=0, hour=9)
    calendar.day(0, "9:20")
    lives: dict[tuple[str, ...], Person] = {}
    for order in permutations(AT):
        who = lives[order] = calendar.person("Ori")
        told = facts(calendar, who)
        for name in order:
            assert calendar.web.post("/v1/facts", json=told[name]).status_code == 202
    calendar.settle()
    calendar.day(9, "12:00")
    outcomes = {order: outcome(calendar, who) for order, who in lives.items()}
    first = outcomes[tuple(AT)]
    assert first["outstanding_cents"] == 120_00
    assert first["booked"] == [-20_00, 50_00]
    assert len(first["texts"]) == 1
    assert {order: found for order, found in outcomes.items() if found != first} == {}
    assert [await drills.runs(who) for who in lives.values()] == [1] * 24
