"""A promise to pay silences the agent until its day and a little longer, and is followed up once."""

from conversations import texted, wrote
from stories import Story


def promised(date: str | None, day: int = 0) -> Story:
    story = texted().until(day, "15:00")
    slots = {"date": date} if date else {}
    return wrote(story, "promise_to_pay", action="no_action", slots=slots)


def test_nothing_is_said_until_the_promised_day_and_its_grace_have_passed_and_then_once() -> None:
    story = promised("2026-03-20").until(60, "12:00")
    assert [(message, when) for message, _, when in story.messages[1:2]] == [("promise_follow_up", "Mon 23 09:00")]
    assert [message for message, _, _ in story.messages].count("promise_follow_up") == 1
    assert story.answers == []


def test_who_pays_by_the_day_hears_nothing() -> None:
    story = promised("2026-03-10").until(5, "12:00").pays(145_00, in_practice_ledger=True).until(60, "12:00")
    assert len(story.messages) == 1


def test_who_pays_in_part_is_not_told_that_nothing_came() -> None:
    story = promised("2026-03-10").until(5, "12:00").pays(45_00, in_practice_ledger=True).until(60, "12:00")
    assert "promise_follow_up" not in [message for message, _, _ in story.messages]


def test_a_promise_without_a_day_or_with_one_that_is_over_lasts_a_week() -> None:
    for date in (None, "2026-02-01"):
        story = promised(date).until(60, "12:00")
        assert story.messages[1][2] == "Wed 11 15:00"


def test_a_day_far_ahead_is_no_silence_for_ever() -> None:
    story = promised("2027-03-01").until(60, "12:00")
    assert story.messages[1][0] == "promise_follow_up"
    assert story.messages[1][2].startswith("Sat 18")
