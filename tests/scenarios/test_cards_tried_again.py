"""A practice that has the longer retries of refused cards, as calendars: what is tried when, and what ends it (K21)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from calendar_desk import HOLIDAYS, Calendar, Person
from money_desk import command, processor
from plan_desk import agreed, charges, enroll, refuse
from test_plans_on_the_page import kept_card

SOFT, LOST = "4000000000009995", "4000000000009987"


@pytest.fixture(scope="module", autouse=True)
def longer(running: dict[str, str]) -> Iterator[None]:
    """The practice publishes the longer retries; afterwards it goes back to the brief ones."""
    publish(running, "retry.mode=extended")
    yield
    publish(running, "retry.mode=brief")


def publish(running: dict[str, str], *settings: str) -> None:
    sets = [word for setting in settings for word in ("--set", setting)]
    done = command(running, "policy", "publish", "lakeside", *sets, "--who", "owner", "--because", "We ask longer.", "--yes")
    assert done[0] == 0, done[1]


def tries(calendar: Calendar, who: Person) -> list[datetime]:
    """When the processor was asked to charge this balance's card under its plan, oldest first, charged or refused."""
    made = [one.to_dict() for one in processor(calendar).v1.payment_intents.list({"limit": 100}).data]
    mine = [one for one in made if one["metadata"].get("balance") == who.balance_id and one["metadata"].get("plan")]
    return sorted(datetime.fromtimestamp(one["created"], calendar.zone) for one in mine)


def kinds(calendar: Calendar, who: Person) -> list[str]:
    return [task["kind"] for task in calendar.tasks(who)]


def test_a_soft_refusal_is_tried_after_48_hours_then_weekly_and_four_times_at_most(calendar: Calendar) -> None:
    who = agreed(calendar, "Xia")
    enroll(calendar, who)
    refuse(calendar, kept_card(calendar, who), times=9, like=SOFT)
    calendar.day(29, "20:00")
    assert len(tries(calendar, who)) == 3
    assert kinds(calendar, who) == [], "nobody is asked while a try is to come"
    calendar.day(36, "20:00")
    first, second, third, fourth = tries(calendar, who)
    assert second - first == timedelta(hours=48)
    for sooner, later in ((second, third), (third, fourth)):
        assert 7 <= (later.date() - sooner.date()).days <= 10, "a week, and on from a weekend or a holiday"
    assert sorted(kinds(calendar, who)) == ["charge_failed", "plan_broken"], "the payment is weeks late by now"
    assert charges(calendar, who) == []
    word = [one["body"] for one in calendar.messages(who) if "did not let us charge $80" in one["body"]]
    assert len(word) == 1, "told once, when all tries were made"
    calendar.day(43, "20:00")
    assert len(tries(calendar, who)) == 4


def paid_on(calendar: Calendar, who: Person, day: date) -> None:
    """The practice learns on which day of the month this person is paid."""
    points = [{"channel": "sms", "value": who.phone, "consent": "granted"}]
    guarantor = {
        "guarantor_id": who.guarantor_id, "first_name": who.name, "time_zone": "America/Chicago", "state": "IL",
        "preferred_channel": "sms", "contact_points": points, "pay_days": [day.day],
    }  # fmt: skip
    head = {"fact_id": f"paid.{who.balance_id}", "practice_id": who.practice_id, "balance_id": who.balance_id}
    calendar.report(kind="contact_updated", at=calendar.now().isoformat(), guarantor=guarantor, **head)


def test_a_third_try_waits_for_the_pay_day_and_where_it_brings_the_money_nobody_is_told(calendar: Calendar) -> None:
    who = agreed(calendar, "Xeno")
    enroll(calendar, who)
    days = [calendar.today + timedelta(days=number) for number in (24, 25, 28)]
    pay_day = next(day for day in days if day not in HOLIDAYS)
    paid_on(calendar, who, pay_day)
    refuse(calendar, kept_card(calendar, who), times=2, like=SOFT)
    calendar.day(29, "20:00")
    assert [made.date() - pay_day for made in tries(calendar, who)][2:] == [timedelta()], "a week on would be day 23"
    assert charges(calendar, who) == [80_00]
    assert calendar.ledger(who)["outstanding_cents"] == 240_00 == calendar.case(who)["outstanding_cents"]
    assert kinds(calendar, who) == []
    assert not any("did not let us charge" in one["body"] for one in calendar.messages(who))


def test_a_card_that_is_lost_meanwhile_is_left_alone_and_a_person_is_told(calendar: Calendar) -> None:
    who = agreed(calendar, "Xos")
    enroll(calendar, who)
    card = kept_card(calendar, who)
    refuse(calendar, card, times=9, like=SOFT)
    calendar.day(18, "20:00")
    assert len(tries(calendar, who)) == 2
    refuse(calendar, card, times=9, like=LOST)
    calendar.day(40, "20:00")
    assert len(tries(calendar, who)) == 3, "there would have been a fourth"
    assert "charge_failed" in kinds(calendar, who)
    assert "The card was refused for good." in str(calendar.timeline(who))


def test_the_networks_counter_ends_the_tries_before_the_mode_does(calendar: Calendar, running: dict[str, str]) -> None:
    publish(running, "retry.visa_max=2")
    try:
        who = agreed(calendar, "Xan")
        enroll(calendar, who)
        refuse(calendar, kept_card(calendar, who), times=2, like=SOFT)
        calendar.day(18, "20:00")
        assert kinds(calendar, who) == ["charge_failed"], "told at once: there is no third try to wait for"
        assert "The card was refused as often as the networks allow in a month." in str(calendar.timeline(who))
        calendar.day(40, "20:00")
        assert len(tries(calendar, who)) == 2
        assert charges(calendar, who) == [], "the third try would have brought the money"
    finally:
        publish(running, "retry.visa_max=15")
