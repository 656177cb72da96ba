"""One voice for one person: stops in their own words, the kill switch, a shared number, and agents at the same hour."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from calendar_desk import Calendar, Person
from test_fixtures import STEADY
from test_the_books_agree import about, audit


def texts_to(calendar: Calendar, who: Person) -> list[dict[str, Any]]:
    return [message for message in calendar.messages(who) if message["channel"] == "sms"]


@pytest.mark.parametrize("words", ["no mas", "please leave me alone"])
def test_a_stop_in_own_words_is_confirmed_once_and_then_there_is_silence(calendar: Calendar, words: str) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Ines")
    calendar.posted(who, 60_00, history=STEADY)
    calendar.day(0, "15:00")
    assert len(texts_to(calendar, who)) == 1
    calendar.reply(who, words)
    calendar.day(0, "15:10")
    first, confirmation = texts_to(calendar, who)
    assert "no more texts" in confirmation["body"]
    calendar.day(25, "12:00")
    assert texts_to(calendar, who) == [first, confirmation]


def test_the_kill_switch_pulled_mid_run_silences_at_once_and_what_was_held_back_goes_on(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    people = [calendar.person(name) for name in ("Ada", "Bob", "Cy")]
    for who in people[:2]:
        calendar.posted(who, 60_00, history=STEADY)
    quiet = {"practice_id": "lakeside", "because": "Wrong amounts.", "who": "MK"}
    calendar.day(0, "13:30")
    assert calendar.web.post("/v1/silences", json=quiet).status_code == 200
    try:
        calendar.posted(people[2], 60_00, history=STEADY)
        calendar.day(1, "15:00")
        assert [calendar.messages(who) for who in people] == [[], [], []]
        (told,) = [entry for entry in calendar.timeline(people[0]) if entry["kind"] == "not_sent"]
        assert told["because"][0] == "A person has silenced this: Wrong amounts."
        assert told["proof"]["times"] > 1
    finally:
        released = calendar.web.post("/v1/silences/release", json={"practice_id": "lakeside", "who": "MK"})
    assert released.status_code == 200
    calendar.day(1, "17:00")
    assert [len(calendar.messages(who)) for who in people] == [1, 1, 1]


def test_a_number_shared_by_two_guarantors_is_written_to_once_in_three_days(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    one, other = calendar.person("Una"), calendar.person("Otis")
    other.phone = one.phone
    only = {"contact_points": [{"channel": "sms", "value": one.phone, "consent": "granted"}]}
    calendar.posted(one, 60_00, history=STEADY, guarantor=only)
    calendar.posted(other, 60_00, history=STEADY, guarantor=only)
    calendar.day(2, "20:00")
    assert len(texts_to(calendar, one)) == 1
    calendar.day(4, "12:00")
    moments = [calendar.local(message["at"]) for message in texts_to(calendar, one)]
    assert len(moments) == 2
    assert (moments[1] - moments[0]).total_seconds() >= 72 * 3600


def test_three_agents_want_the_same_hour_and_one_speaks(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Tess")
    calendar.posted(who, 60_00, history=STEADY)
    calendar.day(0, "14:00")

    def asks(agent: str) -> dict[str, Any]:
        wish = {
            "touch_id": f"lakeside.{agent}.{who.guarantor_id}", "practice_id": "lakeside", "agent": agent,
            "guarantor_id": who.guarantor_id, "message": agent, "channel": "sms", "purposes": ["care"],
            "because": ["It is two o'clock."],
        }  # fmt: skip
        return dict(calendar.web.post("/v1/touches", json=wish).json())

    answers = [asks("front_desk"), asks("voice")]
    calendar.day(0, "15:00")
    spoken = len(calendar.messages(who)) + sum(answer["answer"] == "claimed" for answer in answers)
    assert spoken == 1
    assert all(answer["answer"] == "claimed" or answer["because"] for answer in answers)


def test_a_texas_sunday_and_the_panhandles_two_clocks(calendar: Calendar) -> None:
    """Posted on a Saturday evening: nobody is written to on Sunday, and on Monday not before nine on either clock."""
    calendar.start(weekday=5, hour=20, minute=30)
    texan, floridian = calendar.person("Tex"), calendar.person("Flo")
    texan.phone, floridian.phone = f"+1915{texan.phone[5:]}", f"+1850{floridian.phone[5:]}"
    for who, code, state in ((texan, "79901", "TX"), (floridian, "32401", "FL")):
        only = {
            "contact_points": [{"channel": "sms", "value": who.phone, "consent": "granted"}], "time_zone": None,
            "postal_code": code, "state": state,
        }  # fmt: skip
        calendar.posted(who, 60_00, history=STEADY, guarantor=only)
    calendar.day(1, "23:00")
    assert calendar.messages(texan) == calendar.messages(floridian) == []
    calendar.day(2, "23:00")
    for who, zones in ((texan, ("America/Chicago", "America/Denver")), (floridian, ("America/New_York", "America/Chicago"))):
        (text,) = calendar.messages(who)
        proof = next(entry["proof"] for entry in calendar.timeline(who) if entry["kind"] == "touch")
        assert set(proof["zones"]) == set(zones)
        assert f"{'TX' if who is texan else 'FL'}.contact_hours v1" in proof["rules"]
        for zone in zones:
            assert 9 <= calendar.local(text["at"]).astimezone(ZoneInfo(zone)).hour < 20


def test_a_family_with_four_balances_gets_one_message_with_one_link(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    bills = [calendar.person("Fay") for _ in range(4)]
    for bill in bills[1:]:
        bill.guarantor_id, bill.phone, bill.email = bills[0].guarantor_id, bills[0].phone, bills[0].email
    for bill, cents in zip(bills, (20_00, 30_00, 25_00, 15_00), strict=True):
        calendar.posted(bill, cents, history=STEADY)
    calendar.day(2, "20:00")
    (text,) = calendar.messages(bills[0])
    assert "4 open balances, $90 together" in text["body"]
    stories = [calendar.timeline(bill) for bill in bills]
    sent = [entry for story in stories for entry in story if entry["kind"] in {"touch", "message_sent"}]
    assert len(sent) == 4, "one touch, and each other case heard of it"
    assert {calendar.case(bill)["stage"] for bill in bills} == {"outreach"}
    page = calendar.web.get("/p/" + text["body"].partition("/p/")[2].split()[0]).text
    assert page.count("see and pay it") == 3
    calendar.reply(bills[0], "Can I pay this in three monthly payments?")
    calendar.day(7, "20:00")
    (_, answer) = calendar.messages(bills[0])
    assert "A person in our office will get back to you" in answer["body"], "nothing is agreed on or asked for"
    (task,) = [task for bill in bills for task in calendar.tasks(bill)]
    assert task["kind"] == "reply"
    assert all(bill.balance_id in task["summary"] for bill in bills)


def test_a_family_pays_two_balances_whole_and_a_third_in_part_on_one_card_page(
    calendar: Calendar, running: dict[str, str]
) -> None:
    """One payment at the processor, three in the practice's ledger, each once; and the books agree."""
    calendar.start(weekday=0, hour=9)
    bills = [calendar.person("Gil") for _ in range(3)]
    for bill in bills[1:]:
        bill.guarantor_id, bill.phone, bill.email = bills[0].guarantor_id, bills[0].phone, bills[0].email
    for bill, cents in zip(bills, (20_00, 30_00, 25_00), strict=True):
        calendar.posted(bill, cents, history=STEADY)
    calendar.day(0, "15:00")
    (text,) = calendar.messages(bills[0])
    link = "/p/" + text["body"].partition("/p/")[2].split()[0]
    page = calendar.web.get(f"{link}/together").text
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    codes = [part.partition('"')[0] for part in page.split('name="pay-')[1:]]
    assert (seen, len(codes)) == ("2000.3000.2500", 3)
    form = {f"pay-{code}": "yes" for code in codes} | {"seen": seen, "choice": "part", "amount": "60.00"}
    opened = calendar.web.post(f"{link}/together", data=form)
    assert opened.status_code == 303
    before = len(calendar.world.get("/_/payments").json()["payments"])
    card = {"email": bills[0].email, "cardNumber": "4242424242424242", "cardExpiry": "12 / 34", "cardCvc": "123", "billingName": ""}
    assert calendar.world.post(opened.headers["location"], data=card).status_code == 303
    calendar.settle()
    calendar.day(0, "15:10")
    made = calendar.world.get("/_/payments").json()["payments"][before:]
    assert [one["amount_cents"] for one in made] == [60_00]
    assert [calendar.case(bill)["outstanding_cents"] for bill in bills] == [0, 0, 15_00]
    assert [calendar.case(bill)["stage"] for bill in bills[:2]] == ["closed", "closed"]
    booked = calendar.world.get("/_/ledger", params={"practice": "lakeside"}).json()["payments"]
    for bill, cents in zip(bills, (20_00, 30_00, 10_00), strict=True):
        assert [one["amount_cents"] for one in booked if one["balance_id"] == bill.balance_id] == [cents]
    assert calendar.web.post(f"{link}/together", data=form).status_code in {303, 409}, "the old page is not paid twice"
    assert [calendar.case(bill)["outstanding_cents"] for bill in bills] == [0, 0, 15_00]
    _, proof = audit(running)
    assert [one for bill in bills for one in about(proof, bill.balance_id)] == []
