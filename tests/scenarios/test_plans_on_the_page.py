"""Plans from the patient's page to the last payment, over the real SDK, with webhooks late, doubled, lost or in disorder."""

from typing import Any

import pytest
from calendar_desk import Calendar, Person
from plan_desk import KEY, charges
from test_fixtures import SLOW, link_in

KINDS = [("lost_callbacks",), ("late_callbacks",), ("duplicate_callbacks", "reorder_callbacks")]


def texted(calendar: Calendar, name: str, cents: int = 320_00, **more: Any) -> tuple[Person, str]:
    """Somebody who has got the first text, and the link in it; day 0 is the Monday of that text."""
    calendar.start(weekday=0, hour=9)
    who = calendar.person(name)
    calendar.posted(who, cents, history=SLOW, guarantor={"preferred_channel": "sms"}, **more)
    calendar.day(0, "15:00")
    (text, *_) = calendar.messages(who)
    return who, link_in(text["body"])


def on_page(calendar: Calendar, who: Person, link: str, **wish: Any) -> str:
    """What came of agreeing to a plan on the page, giving a card, both, or stopping its charges."""
    answer = calendar.world.post(f"/_/patients/{who.phone}/plan", json={"link": link} | wish, timeout=120)
    assert answer.is_success, answer.text
    calendar.settle()
    return str(answer.json()["outcome"])


def test_a_plan_chosen_on_the_page_is_confirmed_charged_on_its_days_and_ends_the_case(calendar: Calendar) -> None:
    who, link = texted(calendar, "Pia")
    assert on_page(calendar, who, link) == "kept"
    assert calendar.case(who)["stage"] == "on_plan"
    calendar.day(0, "20:00")
    assert charges(calendar, who) == [], "nothing is due yet"
    (given,) = calendar.web.get(f"/v1/cases/{who.practice_id}:{who.balance_id}/authorizations").json()["authorizations"]
    assert given["last4"] == "4242"
    assert sum(due["amount_cents"] for due in given["terms"]) == 320_00
    calendar.day(120, "12:00")
    assert sum(charges(calendar, who)) == 320_00
    assert calendar.ledger(who)["outstanding_cents"] == 0
    assert (calendar.case(who)["stage"], calendar.case(who)["close_reason"]) == ("closed", "paid")


def test_without_a_card_the_plan_stands_and_each_payment_is_asked_for_with_a_link(calendar: Calendar) -> None:
    who, link = texted(calendar, "Quin")
    assert on_page(calendar, who, link, card=None) == "agreed"
    assert calendar.case(who)["stage"] == "on_plan"
    before = len(calendar.messages(who))
    calendar.day(13, "20:00")
    assert charges(calendar, who) == []
    assert len(calendar.messages(who)) > before, "a reminder before the first date"


def test_a_card_that_is_declined_when_it_is_put_on_file_leaves_the_plan_without_one(calendar: Calendar) -> None:
    who, link = texted(calendar, "Rio")
    assert on_page(calendar, who, link, card="4000000000009995") == "declined"
    assert calendar.case(who)["stage"] == "on_plan"
    assert "Pay by card on each day" in calendar.web.get(link).text
    assert on_page(calendar, who, link, agree=False) == "kept"
    assert "There is nothing you need to do." in calendar.web.get(link).text


@pytest.mark.parametrize("kinds", KINDS, ids="+".join)
def test_a_plan_is_charged_once_a_date_however_the_processors_webhooks_behave(
    calendar: Calendar, kinds: tuple[str, ...]
) -> None:
    who, link = texted(calendar, "Sam", 120_00)
    for kind in kinds:
        calendar.world.post("/_/faults", json={"vendor": "stripe", "kind": kind, "count": 100_000, "copies": 3, "hours": 60})
    try:
        assert on_page(calendar, who, link) == "kept"
        calendar.day(50, "12:00")
    finally:
        calendar.world.delete("/_/faults")
    assert sorted(charges(calendar, who)) == [60_00, 60_00]
    assert calendar.ledger(who)["outstanding_cents"] == 0
    assert calendar.case(who)["close_reason"] == "paid"


def test_card_payments_stopped_on_the_page_are_never_charged_and_a_new_card_starts_them_again(calendar: Calendar) -> None:
    who, link = texted(calendar, "Tia")
    assert on_page(calendar, who, link, stop=True) == "no_plan", "nothing is charged yet, so nothing can be stopped"
    assert on_page(calendar, who, link) == "kept"
    assert on_page(calendar, who, link, stop=True) == "stopped"
    assert on_page(calendar, who, link, stop=True) == "no_plan", "it is stopped already"
    calendar.day(16, "12:00")
    assert charges(calendar, who) == []
    assert on_page(calendar, who, link, agree=False, card="5555555555554444") == "kept"
    calendar.day(50, "12:00")
    assert sum(charges(calendar, who)) > 0


def test_a_payment_moved_on_the_page_is_charged_on_its_new_day(calendar: Calendar) -> None:
    who, link = texted(calendar, "Ugo")
    assert on_page(calendar, who, link) == "kept"
    page = link.partition("?")[0]
    days = calendar.web.get(f"{page}/plan/move").text.split('<option value="')[1:]
    wanted = days[2].partition('"')[0]
    answer = calendar.web.post(f"{page}/plan/move", data={"day": wanted}, follow_redirects=True)
    assert "Done. Your next payment is now due on" in answer.text
    calendar.day(15, "12:00")
    assert charges(calendar, who) == []
    calendar.day(22, "12:00")
    assert len(charges(calendar, who)) == 1


def test_a_card_the_network_renewed_goes_on_without_anybody_being_asked(calendar: Calendar) -> None:
    who, link = texted(calendar, "Vic")
    assert on_page(calendar, who, link, card="4000000000000341") == "kept"
    calendar.day(14, "12:00")
    assert charges(calendar, who) == [], "declined"
    calendar.world.post(f"/_/cards/{kept_card(calendar, who)}", json={"updated": {"exp_year": 2036, "last4": "1881"}})
    calendar.settle()
    assert "1881" in calendar.web.get(link).text
    calendar.day(18, "12:00")
    assert len(charges(calendar, who)) == 1


def kept_card(calendar: Calendar, who: Person) -> str:
    """The processor's id of the card that is on file for this balance."""
    key = {"Authorization": f"Bearer {KEY}"}
    customers = calendar.world.get("/v1/customers", params={"limit": 100}, headers=key).json()["data"]
    (mine,) = [one["id"] for one in customers if one["metadata"].get("balance") == who.balance_id]
    (card,) = calendar.world.get(f"/v1/customers/{mine}/payment_methods", headers=key).json()["data"]
    return str(card["id"])
