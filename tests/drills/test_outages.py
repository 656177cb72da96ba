"""The database or the engine is away for a while: nothing is lost, nothing is done twice, and nobody who paid is chased."""

import httpx
from calendar_desk import Person
from drill_floor import Floor
from test_fixtures import STEADY, link_in


def quiet(sentence: str) -> None:
    """Nobody is watching."""


def reported(drills: Floor, who: Person, cents: int, name: str) -> httpx.Response:
    at = drills.calendar.now().isoformat()
    return drills.calendar.web.post("/v1/facts", json={
        "kind": "payment_recorded", "fact_id": f"{name}.{who.balance_id}", "at": at, "paid_at": at,
        "practice_id": who.practice_id, "balance_id": who.balance_id, "amount_cents": cents, "where": "mail",
    })  # fmt: skip


async def test_an_hour_without_the_database_delays_a_text_and_loses_nothing(drills: Floor) -> None:
    calendar = drills.calendar
    calendar.start(weekday=0, hour=9)
    texted, payer, writer = (calendar.person(name) for name in ("Tia", "Pat", "Wes"))
    calendar.posted(writer, 60_00, history=STEADY)
    calendar.day(0, "15:00")
    calendar.day(2, "9:00")
    for who in (texted, payer):
        calendar.posted(who, 60_00, history=STEADY)
    calendar.day(2, "13:30")

    drills.postgres.stop()
    drills.off_the_clock()
    refused = reported(drills, texted, 10_00, "early")
    assert refused.status_code == 500
    assert refused.json()["errors"][0]["mend"]
    assert calendar.web.get("/healthz").status_code == 200
    assert calendar.web.get("/readyz").status_code == 503
    # The vendors' webhooks are refused as well: they deliver again later.
    calendar.world.post("/_/practice/front-desk-payment", json={"balance_id": payer.balance_id, "amount_cents": 60_00})
    assert calendar.world.post(f"/_/patients/{writer.phone}/reply", json={"text": "I already paid this"}).is_success
    calendar.day(2, "14:30")
    assert calendar.messages(texted) == []
    drills.postgres.start(quiet)
    drills.on_the_clock()

    calendar.day(2, "14:31")
    assert len(calendar.messages(texted)) == 1
    assert reported(drills, texted, 10_00, "early").status_code == 202
    calendar.day(5, "12:00")
    assert calendar.case(texted)["outstanding_cents"] == 50_00
    assert len(calendar.messages(texted)) == 1
    assert calendar.messages(payer) == []
    assert calendar.case(payer)["close_reason"] == "paid"
    assert [task["kind"] for task in calendar.tasks(writer)] == ["already_paid"]


async def test_while_the_engine_is_away_facts_are_taken_pages_open_and_afterwards_all_goes_on(drills: Floor) -> None:
    calendar = drills.calendar
    calendar.start(weekday=0, hour=9)
    paying, new, texted = (calendar.person(name) for name in ("Pia", "Nan", "Tim"))
    calendar.posted(paying, 60_00, history=STEADY)
    calendar.day(0, "15:00")
    (text,) = calendar.messages(paying)
    calendar.day(2, "9:00")
    calendar.posted(texted, 60_00, history=STEADY)
    calendar.day(2, "13:30")

    drills.engine.stop()
    drills.off_the_clock()
    assert reported(drills, paying, 20_00, "mail").status_code == 202
    page = calendar.web.get(link_in(text["body"]))
    assert page.status_code == 200
    assert "$40" in page.text
    assert calendar.world.post("/_/practice/balances", json=posting(calendar, new)).is_success
    calendar.day(2, "14:30")
    assert calendar.messages(texted) == []
    drills.engine.start(quiet)
    drills.on_the_clock()

    calendar.day(3, "15:00")
    assert [len(calendar.messages(who)) for who in (paying, new, texted)] == [1, 1, 1]
    assert calendar.case(paying)["outstanding_cents"] == 40_00
    assert calendar.ledger(paying)["outstanding_cents"] == 40_00
    assert [await drills.runs(who) for who in (paying, new, texted)] == [1, 1, 1]


def posting(calendar, who: Person) -> dict[str, object]:  # type: ignore[no-untyped-def]
    return {
        "practice_id": who.practice_id, "balance_id": who.balance_id, "patient_responsibility_cents": 60_00,
        "insurance_paid_cents": 180_00, "service_date": calendar.today.isoformat(), "history": STEADY,
        "guarantor": {
            "guarantor_id": who.guarantor_id, "first_name": who.name, "time_zone": "America/Chicago",
            "contact_points": [{"channel": "sms", "value": who.phone, "consent": "granted"}],
        },
    }  # fmt: skip
