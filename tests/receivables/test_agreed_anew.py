"""A stop holds until the person says otherwise themselves, with evidence and later than the stop; nobody else ends it."""

from __future__ import annotations

from itertools import permutations

import pytest
from pydantic import ValidationError
from stories import MAIL, PHONE, STEADY, Story, fact

from receivables.case import Case
from receivables.fold import fold
from receivables.people import Channel
from receivables.steps import AskStaff

OTHER = PHONE | {"value": "+13125550143"}
YES = {"guarantor_id": "g1", "channel": "sms", "value": "+13125550142", "purposes": ["billing"], "means": "form",
       "wording_version": "sms-1"}  # fmt: skip


def stopped_story() -> Story:
    story = Story().posted(60_00, history=STEADY, guarantor={"contact_points": [PHONE, OTHER]}).until(0, "15:00")
    return story.hears("contact_stopped", channel="sms").until(3, "12:00")


def reachable(case: Case) -> list[str]:
    assert case.guarantor is not None
    return [point.value for point in case.guarantor.contact_points if point.reachable]


def test_a_consent_given_after_the_stop_opens_the_number_it_names_and_no_other() -> None:
    story = stopped_story()
    assert story.asked == ["contact_failed"]
    story.hears("task_resolved", task_id="b1.contact_failed.1", outcome="done")
    story.hears("consent_recorded", given_at=story.now, **YES)
    assert reachable(story.case) == ["+13125550142"]
    assert len(story.until(12, "20:00").messages) > 1


@pytest.mark.parametrize("why", ["earlier", "refused", "recall only", "another channel"])
def test_anything_less_leaves_the_stop_as_it_is(why: str) -> None:
    story = stopped_story()
    said = YES | {"given_at": story.now}
    said |= {
        "earlier": {"given_at": story.moment(-9, "9:00")}, "refused": {"granted": False},
        "recall only": {"purposes": ["recall"]}, "another channel": {"channel": "email", "value": "pat@example.com"},
    }[why]  # fmt: skip
    story.hears("consent_recorded", **said)
    assert story.case.stopped_channels == [Channel.sms]


def test_each_number_is_opened_by_its_own_consent() -> None:
    story = stopped_story()
    story.hears("consent_recorded", given_at=story.now, **YES)
    story.hears("consent_recorded", given_at=story.now, **(YES | {"value": "+13125550143"}))
    assert reachable(story.case) == ["+13125550142", "+13125550143"]


def test_a_stop_after_the_new_consent_stops_again() -> None:
    story = stopped_story()
    story.hears("consent_recorded", given_at=story.now, **YES).until(4, "9:00")
    story.hears("contact_stopped", channel="sms")
    assert story.case.stopped_channels == [Channel.sms]


def test_stop_consent_and_description_give_the_same_case_in_every_order() -> None:
    story = Story().posted(60_00, guarantor={"contact_points": [PHONE, OTHER, MAIL]})
    told = [
        fact("contact_stopped", story.moment(1, "9:00"), "s1", channel="sms"),
        fact("delivery_failed", story.moment(1, "10:00"), "s2", channel="sms", status="opted_out", because="21610"),
        fact("consent_recorded", story.moment(2, "9:00"), "c1", given_at=story.moment(2, "9:00"), **YES),
        fact("contact_stopped", story.moment(0, "9:00"), "s3", channel="sms"),
    ]
    found = set()
    for order in permutations(told):
        case = story.case
        for one in order:
            case = fold(case, one)
        found.add((tuple(case.stopped_channels), tuple(reachable(case))))
    assert found == {((), ("+13125550142", "pat@example.com"))}


def test_a_number_of_somebody_else_is_used_again_once_it_is_verified() -> None:
    story = Story().posted(60_00, history=STEADY, guarantor={"contact_points": [PHONE]}).until(0, "15:00")
    story.hears("delivery_failed", channel="sms", status="wrong_person", because="somebody else").until(1, "9:00")
    assert reachable(story.case) == []
    story.hears("consent_recorded", given_at=story.now, **YES)
    assert reachable(story.case) == ["+13125550142"]


def test_a_dead_number_stays_dead_whatever_is_agreed_to() -> None:
    story = Story().posted(60_00, history=STEADY, guarantor={"contact_points": [PHONE]}).until(0, "15:00")
    story.hears("delivery_failed", channel="sms", status="dead", because="no such number").until(1, "9:00")
    story.hears("consent_recorded", given_at=story.now, **YES)
    assert reachable(story.case) == []


@pytest.mark.parametrize(("means", "lifted"), [("form", True), ("phone", False)])
@pytest.mark.parametrize("how", ["the task", "the case"])
def test_no_contact_at_all_ends_by_a_person_after_the_guarantor_asked_in_writing(
    means: str, lifted: bool, how: str
) -> None:
    story = Story().posted(60_00, history=STEADY).hears("contact_stopped").until(3, "12:00")
    story.hears("consent_recorded", given_at=story.now, **(YES | {"means": means})).until(4, "12:00")
    assert story.case.hold("cease") is not None, "a machine lifts nothing"
    if how == "the task":
        story.hears("task_resolved", task_id="b1.cease.1", outcome="resume")
    else:
        story.hears("outreach_resumed", because="They wrote to us.")
    assert (story.case.hold("cease") is None) == lifted


@pytest.mark.parametrize(
    ("stops", "wants"), [(["sms"], "texts"), (["email"], "e-mails"), (["email", "sms"], "e-mails or texts")],
)  # fmt: skip
def test_who_has_stopped_the_only_way_is_told_of_as_such_and_not_as_out_of_reach(stops: list[str], wants: str) -> None:
    points = [{"sms": PHONE, "email": MAIL}[channel] for channel in stops]
    story = Story().posted(60_00, guarantor={"contact_points": points}).until(0, "15:00")
    for channel in stops:
        story.hears("contact_stopped", channel=channel)
    task = story.decides().step
    assert isinstance(task, AskStaff)
    assert task.task_kind == "contact_failed"
    assert f"The patient wants no more {wants}, and there is no other way to write to them." in task.summary
    assert "explicit new consent" in task.suggestion
    assert "no longer reach" not in task.summary


def test_who_has_stopped_before_any_message_left_is_told_of_in_the_same_words() -> None:
    story = Story().posted(60_00, guarantor={"contact_points": [PHONE]}).hears("contact_stopped", channel="sms")
    task = story.decides().step
    assert isinstance(task, AskStaff)
    assert (task.task_kind, task.summary.partition(",")[0]) == ("no_contact", "The patient wants no more texts")


def test_a_consent_by_a_way_that_does_not_exist_is_refused_for_the_way_alone() -> None:
    with pytest.raises(ValidationError) as refused:
        fact("consent_recorded", Story().now, "consent", **(YES | {"channel": "fax"}), given_at=Story().now)
    assert [problem["loc"][-1] for problem in refused.value.errors()] == ["channel"]
