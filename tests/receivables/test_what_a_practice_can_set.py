"""What a practice writes about its books, its look-back and its middle balances changes what is done, and on which day."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError
from stories import CHICAGO, PRACTICE, PROMPT, SLOW, STEADY, Story

from receivables.offers import situation_of
from receivables.people import PaymentHistory
from receivables.policy import Policy
from receivables.steps import SendMessage
from receivables.view import View


def kept_by(**sections: object) -> Story:
    return Story(policy=Policy.model_validate(sections))


def sent(story: Story) -> list[tuple[str, str]]:
    """Each message and the moment it left, as Chicago's clocks show it."""
    return [
        (one.step.message, f"{one.act_at.astimezone(CHICAGO):%a %d %H:%M}")
        for one in story.done
        if isinstance(one.step, SendMessage) and one.act_at is not None
    ]


# --- how soon the practice's system tells of a payment (K18) ---------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "leaves"), [("realtime", "Sat 21 09:00"), ("poll", "Sat 21 09:10"), ("nightly", "Mon 23 09:00")]
)
def test_after_a_part_payment_the_word_about_the_rest_waits_until_the_books_have_told_of_payments(mode: str, leaves: str) -> None:
    """Tom's $80 were due on day 14; on Saturday, five minutes before he would hear of it, he brings $30 to the desk."""
    tom = kept_by(ledger={"mode": mode}).posted(320_00, history=SLOW).until(0, "15:00")
    tom.writes("accept_plan", "confirm_plan").until(19, "8:55").pays(30_00).until(19, "8:56")
    waits = "There was a sign of a payment; the practice's system tells of payments"
    assert any(reason.startswith(waits) for reason in tom.decides().because) is (mode != "realtime")
    assert sent(tom.until(24, "12:00"))[-1] == ("plan_missed", leaves)


@pytest.mark.parametrize("intent", ["pay_now", "promise_to_pay", "already_paid"])
@pytest.mark.parametrize(("mode", "told"), [("realtime", None), ("poll", "Mon 02 15:15"), ("nightly", "Tue 03 02:00")])
def test_who_writes_of_paying_is_a_sign_of_a_payment_as_money_is(intent: str, mode: str, told: str | None) -> None:
    who = kept_by(ledger={"mode": mode}).posted(180_00, history=STEADY).until(0, "15:00")
    assert books(who) is None
    who.writes("ack_thanks", "no_action")
    assert books(who) is None
    assert books(who.writes(intent, "no_action")) == told


def books(story: Story) -> str | None:
    told = View(story.case, story.policy, PRACTICE, story.now).books_heard_at
    return f"{told.astimezone(CHICAGO):%a %d %H:%M}" if told else None


def test_a_word_about_a_missed_visit_names_no_money_and_waits_for_no_books() -> None:
    who = kept_by(ledger={"mode": "nightly"}).posted(180_00, history=STEADY)
    who.until(1, "10:00").pays(50_00).until(3, "16:00").pays(10_00).hears("appointment_missed").until(3, "17:00")
    assert sent(who)[-1] == ("rebooking", "Thu 05 16:00")


# --- how far back payments count (K6) --------------------------------------------------------------------------------

OLD_AND_NEW = {"days_to_pay": [70, 80, 5, 9], "paid_on": ["2023-01-09", "2023-06-01", "2024-03-02", "2025-11-20"]}


@pytest.mark.parametrize(("months", "payer"), [(24, "prompt"), (23, "prompt"), (36, "slow"), (3, "none")])
def test_payments_older_than_the_look_back_say_nothing(months: int, payer: str) -> None:
    """The balance posted on March 2, 2026."""
    who = kept_by(history={"lookback_months": months}).posted(320_00, history=OLD_AND_NEW)
    assert View(who.case, who.policy, PRACTICE, who.now).payer == payer


def test_who_used_to_pay_late_and_has_paid_at_once_for_two_years_is_not_offered_a_plan() -> None:
    """S63: no plan for those whose habit is full payment within fifteen days."""
    assert sent(Story().posted(320_00, history=OLD_AND_NEW).until(1, "15:00"))[0][0] == "first_notice"
    late = kept_by(history={"lookback_months": 60}).posted(320_00, history=OLD_AND_NEW).until(1, "15:00")
    assert sent(late)[0][0] == "plan_offer"


def test_what_a_payment_of_long_ago_carried_does_not_set_the_installments() -> None:
    history = SLOW | {"last_payment": {"paid_on": "2021-05-05", "amount_cents": 160_00, "in_full": False}}
    long_ago, lately = Story().posted(320_00, history=history), kept_by(history={"lookback_months": 120})
    lately.posted(320_00, history=history)
    assert [situation_of(one.case, one.policy, one.day0).carried for one in (long_ago, lately)] == [None, 160_00]


def test_a_source_that_leaves_the_days_out_has_counted_by_itself() -> None:
    undated = PaymentHistory(days_to_pay=[3, 5])
    assert undated.since(date(2026, 1, 1)).days_to_pay == [3, 5]


def test_days_that_do_not_belong_to_payments_are_refused() -> None:
    with pytest.raises(ValidationError, match="paid_on has one day for each of days_to_pay, in the same order"):
        PaymentHistory.model_validate({"days_to_pay": [3, 5], "paid_on": ["2026-01-01"]})


# --- balances between the two limits (K3) ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("band", "channel"), [({}, "email"), ({"mid_band": "cold_start"}, "sms"),
                          ({"mid_band": "cold_start", "mid_band_cold_start": ["email", "sms"]}, "email")]
)  # fmt: skip
def test_in_the_middle_the_channel_somebody_answers_on_is_learned_or_the_practice_says_where_to_begin(
    band: dict[str, object], channel: str
) -> None:
    """A practice that goes by the amount alone, and somebody who has answered e-mails before."""
    who = kept_by(channel={"precedence": ["balance_band"], **band})
    who.posted(200_00, history=STEADY, guarantor={"answers_by": "email"})
    step = who.decides().step
    assert isinstance(step, SendMessage)
    assert step.channel == channel


def test_outside_the_middle_the_amount_decides_whatever_was_learned() -> None:
    who = kept_by(channel={"precedence": ["balance_band"]})
    step = who.posted(100_00, history=PROMPT, guarantor={"answers_by": "email"}).decides().step
    assert isinstance(step, SendMessage)
    assert step.channel == "sms"


# --- the visit before the bill (K14) ---------------------------------------------------------------------------------


def test_the_bill_cannot_be_put_before_the_visit() -> None:
    with pytest.raises(ValidationError, match="booking_link_first"):
        Policy.model_validate({"recall": {"bundle": {"booking_link_first": False}}})
