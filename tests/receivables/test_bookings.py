"""A visit that is booked by somebody who owes moves the next word about the bill; who was won back is handed over."""

from __future__ import annotations

from stories import STEADY, Story

from receivables.steps import AskStaff, SendMessage


def test_s110_a_booking_in_the_morning_moves_the_first_word_to_the_next_day_and_says_so() -> None:
    story = Story().posted(215_00, history=STEADY).until(0, "11:00").hears("appointment_booked")
    decision = story.decides()
    assert decision.act_at == story.moment(1, "11:00")
    assert "A visit was booked at 11:00 today: the bill is not spoken of for 24 hours." in decision.because
    story.until(1, "20:00")
    assert [at for _, _, at in story.messages] == ["Tue 03 11:00"]


def test_s110_a_booking_days_before_the_next_word_moves_nothing() -> None:
    story = Story().posted(60_00, history=STEADY).until(3, "10:00").hears("appointment_booked").until(7, "20:00")
    assert [at for _, _, at in story.messages] == ["Mon 02 14:00", "Mon 09 14:00"]
    assert not any("booked" in reason for one in story.done for reason in one.because)


def test_s110_a_booking_just_before_a_reminder_moves_it_by_a_day_and_the_ladder_goes_on() -> None:
    story = Story().posted(60_00, history=STEADY).until(7, "13:00").hears("appointment_booked").until(20, "12:00")
    assert [at for _, _, at in story.messages] == ["Mon 02 14:00", "Tue 10 13:00"]
    assert story.asked == ["call"]


def test_s111_who_was_won_back_is_left_in_peace_then_gently_reminded_and_not_called() -> None:
    """Day 0 first notice, day 7 reminder, day 14 the recall agent wins her back: no call on day 15, a kind word later."""
    story = Story().posted(60_00, history={"days_to_pay": [60, 70]}).until(14, "10:00")
    assert len(story.messages) == 2
    story.hears("appointment_booked", starts_at=story.moment(25, "9:00"), reactivated=True).until(20, "20:00")
    assert (len(story.messages), story.asked) == (2, [])
    story.until(21, "20:00")
    word = story.done[-1]
    assert isinstance(word.step, SendMessage)
    assert (word.step.message, word.step.tone) == ("second_follow_up", "gentle")
    assert "The patient had been away and came back on Mon Mar 16 at 10:00: the bill is taken up gently." in word.because


def test_s111_the_person_who_calls_later_is_told_of_it_with_the_visit() -> None:
    story = Story(resolve={"call": "no_answer"}).posted(60_00, history=STEADY).until(16, "10:00")
    assert story.case.calls
    story.hears("appointment_booked", starts_at=story.moment(60, "9:00"), reactivated=True)
    assert story.case.calls == []
    story.until(50, "12:00")
    last = [one.step for one in story.done if isinstance(one.step, AskStaff)][-1]
    assert "They had been away and came back on Mar 18. The next visit is on Fri May 1 at 9:00." in last.summary


def test_a_later_booking_tells_of_its_own_visit_and_an_earlier_one_heard_late_changes_nothing() -> None:
    story = Story().posted(60_00, history=STEADY).until(2, "10:00")
    story.hears("appointment_booked", starts_at=story.moment(9, "9:00"))
    later = story.case
    story.now = story.moment(1, "10:00")
    story.hears("appointment_booked", starts_at=story.moment(5, "9:00"))
    assert (story.case.booked_at, story.case.visit_at) == (later.booked_at, later.visit_at)


def test_who_came_back_before_the_balance_posted_gets_their_first_word_in_time() -> None:
    story = Story()
    story.now = story.moment(-2, "10:00")
    story.hears("appointment_booked", reactivated=True)
    story.now = story.moment(0, "9:00")
    story.posted(60_00, history=STEADY).until(0, "20:00")
    assert [at for _, _, at in story.messages] == ["Mon 02 14:00"]


def test_two_visits_booked_in_one_call_are_known_by_the_later_one_in_either_order() -> None:
    days = (9, 5)
    seen = []
    for order in (days, days[::-1]):
        story = Story().posted(60_00, history=STEADY).until(2, "10:00")
        for day in order:
            story.hears("appointment_booked", starts_at=story.moment(day, "9:00"))
        seen.append(story.case.visit_at)
    assert seen[0] == seen[1] == story.moment(9, "9:00")
