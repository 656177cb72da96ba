"""Whom neither text nor e-mail reaches gets a letter, then a call; without an address on file, the call."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError
from stories import MAIL, PHONE, STEADY, Story

from receivables.people import ContactPoint
from receivables.policy import Policy
from receivables.steps import AskStaff, SendMessage, Wait

HOME: dict[str, Any] = {"channel": "letter", "value": "Sarah Hill\n45 Elm Street, Apt 2\nChicago, IL 60614"}
LANDLINE = PHONE | {"status": "landline"}
BOUNCED = MAIL | {"status": "bounced"}


def days_of(story: Story, kind: str) -> list[int]:
    return [
        (one.decided_at.astimezone(story.zone).date() - story.day0).days
        for one in story.done if isinstance(one.step, AskStaff) and one.step.task_kind == kind
    ]  # fmt: skip


def test_a_bounced_address_and_a_landline_with_an_address_on_file_get_a_letter_and_then_a_call() -> None:
    who = {"contact_points": [LANDLINE, BOUNCED, HOME]}
    story = Story(resolve={"call": "no_answer"}).posted(60_00, guarantor=who, history=STEADY).until(0, "20:00")
    assert story.messages == [("letter", "letter", "Mon 02 09:00")]
    rest = story.decides()
    assert isinstance(rest.step, Wait)
    assert rest.step.next_step == "call"
    assert "a call is due on" in rest.because[1]
    assert story.until(13, "20:00").asked == []
    story.until(60, "12:00")
    assert story.asked == ["call", "call", "call", "contact_failed"]
    assert days_of(story, "call") == [14, 21, 28]
    assert [message for message, _, _ in story.messages] == ["letter"]
    first = story.done[1]
    assert first.because[-1] == "The letter was not answered."
    assert isinstance(first.step, AskStaff)
    assert "Sent so far: one letter; nothing came back." in first.step.summary


def test_a_bounced_address_and_a_landline_without_an_address_on_file_are_called() -> None:
    story = Story().posted(60_00, guarantor={"contact_points": [LANDLINE, BOUNCED]}, history=STEADY).until(1, "12:00")
    assert (story.messages, story.asked) == ([], ["call"])
    assert story.done[0].because[-1] == "No letter can be written."


def test_two_messages_that_came_back_are_followed_by_a_letter() -> None:
    story = Story().posted(60_00, guarantor={"contact_points": [PHONE, MAIL, HOME]}, history=STEADY).until(0, "14:00")
    story.hears("delivery_failed", touch_id="p7.b1.first_notice.1", channel="sms", because="busy").until(3, "14:00")
    story.hears("delivery_failed", touch_id="p7.b1.first_notice.2", channel="email", because="full").until(19, "12:00")
    assert [channel for _, channel, _ in story.messages] == ["sms", "email", "letter"]
    assert story.done[2].because[0] == "Two messages could not be delivered."
    assert story.asked == []
    assert story.until(21, "12:00").asked == ["call"]


def test_a_letter_that_was_withdrawn_is_written_anew_and_one_that_came_back_is_not() -> None:
    who = {"contact_points": [LANDLINE, HOME]}
    story = Story().posted(60_00, guarantor=who, history=STEADY).until(0, "12:00")
    lost = {"channel": "letter", "touch_id": "p7.b1.letter.1"}
    story.hears("delivery_failed", **lost, because="What is owed has changed.").until(4, "12:00")
    assert [one.step.touch_id for one in story.done if isinstance(one.step, SendMessage)] == [
        "p7.b1.letter.1", "p7.b1.letter.2",
    ]  # fmt: skip
    story.hears(
        "delivery_failed", channel="letter", touch_id="p7.b1.letter.2", status="bounced", because="The letter came back."
    )
    story.until(5, "12:00")
    assert (len(story.messages), story.asked) == (2, ["call"])
    story.hears("task_resolved", task_id="b1.call.1", outcome="will_pay")
    assert len(story.until(60, "12:00").messages) == 2


def test_a_number_found_while_the_letter_came_back_begins_with_the_first_words() -> None:
    story = Story().posted(60_00, guarantor={"contact_points": [LANDLINE, HOME]}, history=STEADY).until(0, "12:00")
    new = {"guarantor_id": "g1", "first_name": "Sarah", "contact_points": [PHONE | {"value": "+13125550199"}, HOME]}
    story.hears("contact_updated", guarantor=new)
    story.hears(
        "delivery_failed", channel="letter", touch_id="p7.b1.letter.1", status="bounced", because="The letter came back."
    ).until(4, "12:00")
    assert [(message, channel) for message, channel, _ in story.messages] == [
        ("letter", "letter"), ("first_notice", "sms"),
    ]  # fmt: skip


@pytest.mark.parametrize("points", [[PHONE, HOME], [PHONE, MAIL, HOME]])
def test_whoever_stopped_every_way_gets_no_letter_and_no_call_by_itself(points: list[dict[str, Any]]) -> None:
    story = Story().posted(60_00, guarantor={"contact_points": points}, history=STEADY).until(0, "10:00")
    for point in points[:-1]:
        story.hears("contact_stopped", channel=point["channel"])
    assert story.until(40, "12:00").messages == []
    assert story.asked in (["contact_failed"], ["no_contact"])


@pytest.mark.parametrize("fact", [{"channel": "letter"}, {"channel": None}])
def test_who_wants_no_letters_gets_none(fact: dict[str, Any]) -> None:
    story = Story().posted(60_00, guarantor={"contact_points": [LANDLINE, HOME]}, history=STEADY)
    assert story.hears("contact_stopped", **fact).until(30, "12:00").messages == []


def test_a_practice_that_wants_no_letters_calls_at_once() -> None:
    policy = Policy()
    none = policy.model_copy(update={"letters": policy.letters.model_copy(update={"most": 0})})
    who = {"contact_points": [LANDLINE, HOME]}
    story = Story(policy=none).posted(60_00, guarantor=who, history=STEADY).until(1, "12:00")
    assert (story.messages, story.asked) == ([], ["call"])


def test_a_letter_the_claim_refused_for_good_is_followed_by_the_call_and_a_put_off_one_waits() -> None:
    story = Story().posted(60_00, guarantor={"contact_points": [LANDLINE, HOME]}, history=STEADY)
    skipped = {"touch_id": "p7.b1.letter.1", "message": "letter", "channel": "letter"}
    story.hears("message_skipped", **skipped, because="cap", not_before=story.moment(2, "8:00"))
    decision = story.decides()
    assert decision.act_at == story.moment(2, "9:00")
    assert "The last try did not leave: cap" in decision.because
    story.hears("message_skipped", "f99", **skipped, because="not permitted")
    assert story.until(3, "12:00").asked == ["call"]


def test_nobody_to_call_after_a_letter_is_for_a_person_to_decide() -> None:
    story = Story().posted(60_00, guarantor={"contact_points": [HOME]}, history=STEADY).until(15, "12:00")
    assert (len(story.messages), story.asked) == (1, ["contact_failed"])


@pytest.mark.parametrize(
    "value", ["Sarah Hill", "Sarah\nno code here", "A\nB\nC\nD\nChicago, IL 60614", "Sarah\n\nChicago, IL 60614",
              f"{'x' * 51}\nChicago, IL 60614", " Sarah\nChicago, IL 60614"],
)  # fmt: skip
def test_what_does_not_fit_an_envelope_is_refused_with_the_mend(value: str) -> None:
    with pytest.raises(ValidationError, match="2 to 4 lines"):
        ContactPoint.model_validate({"channel": "letter", "value": value})


def test_nobody_answers_by_letter_as_far_as_facts_are_told() -> None:
    with pytest.raises(ValidationError, match="use sms or email here"):
        Story().hears("reply_received", channel="letter")


def test_a_pause_tells_the_reason_of_whoever_paused() -> None:
    story = Story().posted(60_00, history=STEADY).hears("outreach_paused", because="She calls back on Friday.")
    assert story.decides().because == [
        "A person silenced the agent until further notice.", "Their reason: She calls back on Friday.",
    ]  # fmt: skip
