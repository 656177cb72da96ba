"""An opt-out in the patient's own words is confirmed once, within five minutes, and then there is silence (R-8)."""

from __future__ import annotations

import pytest
from stories import STEADY, Story

from receivables.steps import SendMessage


def stopping(clock: str = "15:00", *more: str, channel: str = "sms", **guarantor: object) -> Story:
    story = Story().posted(60_00, history=STEADY, guarantor=guarantor).until(0, "14:30")
    story.now = story.moment(0, clock)
    return story.writes("opt_out", "opt_out", *more, channel=channel)


@pytest.mark.parametrize("channel", ["sms", "email"])
def test_a_stop_in_own_words_is_confirmed_once_where_it_was_said(channel: str) -> None:
    story = stopping(channel=channel)
    decision = story.decides()
    assert isinstance(decision.step, SendMessage)
    assert (decision.step.message, decision.step.channel) == ("answer_stopped", channel)
    assert decision.because[0] == "The patient said stop: the one permitted confirmation goes out."
    story.until(60, "12:00")
    assert [(message, sent) for message, sent, _ in story.answers] == [("answer_stopped", channel)]
    assert channel not in {sent for _, sent, _ in story.messages[1:]}


def test_after_five_minutes_it_is_too_late_to_confirm() -> None:
    story = stopping()
    story.now = story.moment(0, "15:06")
    step = story.decides().step
    assert not (isinstance(step, SendMessage) and step.message == "answer_stopped")


def test_at_night_nothing_is_confirmed() -> None:
    step = stopping("23:30").decides().step
    assert not (isinstance(step, SendMessage) and step.message == "answer_stopped")


def test_a_stop_with_a_death_in_it_is_met_with_silence() -> None:
    step = stopping("15:00", "deceased").decides().step
    assert not (isinstance(step, SendMessage) and step.message == "answer_stopped")


def test_a_second_stop_is_not_confirmed_again() -> None:
    story = stopping().until(0, "15:30").writes("opt_out", "opt_out")
    step = story.decides().step
    assert not (isinstance(step, SendMessage) and step.message == "answer_stopped")


def test_a_later_word_after_the_stop_is_for_its_own_answer() -> None:
    story = stopping().writes("ack_thanks", "no_action")
    step = story.decides().step
    assert not (isinstance(step, SendMessage) and step.message == "answer_stopped")


def test_what_could_not_be_confirmed_is_not_tried_on_and_on() -> None:
    story = stopping()
    step = story.decides().step
    assert isinstance(step, SendMessage)
    story.hears(
        "message_skipped", touch_id=step.touch_id, message=step.message, channel=step.channel,
        because="It is too late.", reply_fact_id=step.reply_fact_id,
    )  # fmt: skip
    again = story.decides().step
    assert not (isinstance(again, SendMessage) and again.message == "answer_stopped")
