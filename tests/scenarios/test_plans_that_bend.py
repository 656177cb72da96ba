"""Plans that bend before they break: changed by text, missed and cured, a card that runs out, a person who approves."""

from datetime import date, timedelta

import pytest
from calendar_desk import Calendar, Person
from money_desk import fault
from plan_desk import agreed, charges, enroll, logged
from test_fixtures import SLOW, link_in


def says(calendar: Calendar, who: Person, day: int, hour: int, text: str) -> str:
    """What is answered within half an hour."""
    calendar.day(day, f"{hour}:00")
    calendar.reply(who, text)
    calendar.day(day, f"{hour}:30")
    return str(calendar.messages(who)[-1]["body"])


def test_smaller_and_skip_by_text_change_days_and_amounts_and_a_second_skip_is_a_persons_to_grant(
    calendar: Calendar,
) -> None:
    who = agreed(calendar, "Sol")
    smaller = says(calendar, who, 2, 12, "SMALLER")
    assert "is changed" in smaller
    assert smaller.count("$40 on ") == 1
    assert smaller.count("$120 on ") == 1, "half of it now, the other half with the last one"
    assert "is changed" in says(calendar, who, 4, 12, "skip this one please")
    assert "A person at our office" in says(calendar, who, 6, 12, "SKIP")
    (task,) = calendar.tasks(who)
    assert task["kind"] == "plan_approval"
    assert calendar.case(who)["stage"] == "on_plan", "the plan goes on while somebody looks at it"
    lines = [(line["decision"], line["change"]) for line in logged(calendar, who)]
    assert lines == [
        ("offered", ""), ("in_force", ""), ("in_force", "smaller"), ("in_force", "skip"), ("handed", ""),
    ]  # fmt: skip


def test_a_missed_payment_has_grace_and_a_word_then_a_person_and_paying_it_cures_the_plan(calendar: Calendar) -> None:
    who = agreed(calendar, "Mia")  # Without a card: reminded with a link.
    calendar.day(13, "12:00")
    reminder = calendar.messages(who)[-1]["body"]
    assert "$80 of your plan is due" in reminder
    calendar.day(16, "12:00")
    assert calendar.messages(who)[-1]["body"] == reminder, "days of grace"
    calendar.day(28, "12:00")
    word = calendar.messages(who)[-1]["body"]
    assert "has not reached us" in word
    assert "MOVE, SMALLER or SKIP" in word
    calendar.pay(who, 80_00, link_in(word))
    calendar.day(40, "12:00")
    assert calendar.tasks(who) == [], "it was put right in time"
    calendar.day(80, "12:00")
    assert "plan_broken" in [task["kind"] for task in calendar.tasks(who)], "the second one never came"
    handed = [line for line in logged(calendar, who) if line["decision"] == "handed"]
    assert any("did not come" in sentence for sentence in handed[0]["because"])


def test_a_card_that_runs_out_before_the_plan_does_is_announced_30_and_7_days_ahead(calendar: Calendar) -> None:
    who = agreed(calendar, "Eli")
    end = last_day_of(calendar.today + timedelta(days=45))
    enroll(calendar, who, expiry=f"{end:%m / %y}")
    calendar.day((end - calendar.today).days, "20:00")
    told = [one for one in calendar.messages(who) if "runs out before your payment plan is paid" in one["body"]]
    ahead = [(end - calendar.local(one["at"]).date()).days for one in told]
    assert len(ahead) == 2, ahead
    assert 26 <= ahead[0] <= 30, "on the day, or after the days between two messages"
    assert 3 <= ahead[1] <= 7


def test_a_plan_above_the_threshold_waits_for_a_person_while_the_conversation_goes_on(calendar: Calendar) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Ada")
    calendar.posted(who, 500_00, history=SLOW, guarantor={"preferred_channel": "sms"})
    assert "A person at our office" in says(calendar, who, 0, 15, "YES")
    (task,) = calendar.tasks(who)
    assert task["kind"] == "plan_approval"
    link = says(calendar, who, 0, 17, "can you send me the link please?")
    assert "A person at our office" not in link, "the conversation goes on"
    assert "/p/" in link
    assert [task["kind"] for task in calendar.tasks(who)] == ["plan_approval"]
    answer = calendar.web.post(f"/v1/tasks/{task['id']}/resolve", json={"who": "MK", "outcome": "plan_agreed"})
    assert answer.is_success, answer.text
    calendar.settle()
    calendar.day(0, "18:30")
    assert calendar.messages(who)[-1]["body"].count("$125 on ") == 4
    offered, handed, plan = logged(calendar, who)
    assert (offered["decision"], handed["outcome"], plan["approved_by"]) == ("offered", "plan_agreed", "person")


def test_card_payments_stopped_by_text_end_at_once_and_the_plan_goes_on_with_links(calendar: Calendar) -> None:
    who = agreed(calendar, "Ivo")
    enroll(calendar, who)
    calendar.day(16, "12:00")
    assert charges(calendar, who) == [80_00]
    assert "We will not charge your card" in says(calendar, who, 20, 12, "please stop autopay")
    calendar.day(50, "12:00")
    assert charges(calendar, who) == [80_00]
    assert calendar.case(who)["stage"] == "on_plan"
    reminder = [one["body"] for one in calendar.messages(who) if "of your plan is due" in one["body"]][-1]
    assert "We will charge" not in reminder
    assert "/p/" in reminder
    stopped = logged(calendar, who)[-1]
    assert (stopped["decision"], stopped["agreed_by"]) == ("autopay_stopped", "reply")


@pytest.mark.parametrize("kind", ["timeout_before", "timeout_after_accept"])
def test_a_confirmation_without_an_answer_leaves_once_and_a_card_page_without_one_is_asked_for_again(
    calendar: Calendar, kind: str
) -> None:
    calendar.start(weekday=0, hour=9)
    who = calendar.person("Gus")
    calendar.posted(who, 320_00, history=SLOW, guarantor={"preferred_channel": "sms"})
    calendar.day(0, "15:00")
    calendar.reply(who, "YES")
    fault(calendar, "twilio", kind, about=who.phone[1:])
    calendar.day(0, "16:30")
    calendar.world.delete("/_/faults")
    confirmed = [one["body"] for one in calendar.messages(who) if "your payment plan is set" in one["body"]]
    assert len(confirmed) == 1
    fault(calendar, "stripe", kind, path="/v1/checkout/sessions", method="POST", about=who.balance_id)
    page = link_in(confirmed[0]).partition("?")[0]
    seen = calendar.web.get(f"{page}/card").text.partition('name="seen" value="')[2].partition('"')[0]
    tick = {"seen": seen, "agree": "yes"}
    assert calendar.web.post(f"{page}/card", data=tick, timeout=60).status_code in {303, 503}
    calendar.world.delete("/_/faults")
    assert calendar.web.post(f"{page}/card", data=tick, timeout=60).status_code == 303


def last_day_of(day: date) -> date:
    """Of its month: a card works until then."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
