"""Since when a number is known to be somebody's: by their consent, else by whoever described them."""

from __future__ import annotations

from stories import PHONE, Story

from receivables.case import Case
from receivables.numbers import verified_on
from receivables.people import PointStatus

NUMBER = "+13125550142"
YES = {"guarantor_id": "g1", "channel": "sms", "value": NUMBER, "purposes": ["billing"], "means": "form",
       "wording_version": "sms-1"}  # fmt: skip


def test_the_description_says_it_until_a_consent_does_and_a_refusal_says_nothing() -> None:
    story = Story().posted(60_00, guarantor={"contact_points": [PHONE]})
    described = verified_on(story.case, NUMBER)
    assert described == story.case.described.at.date()
    story.hears("consent_recorded", given_at=story.moment(-300, "9:00"), **YES)
    agreed = verified_on(story.case, NUMBER)
    assert agreed == story.moment(-300, "9:00").date()
    assert verified_on(story.case, "+13125550143") == described
    story.hears("consent_recorded", given_at=story.now, **(YES | {"granted": False}))
    assert verified_on(story.case, NUMBER) == described


def test_of_somebody_nobody_described_there_is_no_day() -> None:
    assert verified_on(Case(practice_id="p1", balance_id="b1"), NUMBER) is None


def test_a_number_that_went_to_somebody_else_is_used_by_nobody_and_called_by_nobody_until_they_agree_anew() -> None:
    story = Story().posted(60_00, guarantor={"contact_points": [PHONE]})
    story.hears("delivery_failed", channel="sms", status="wrong_person", because="It was looked up.")
    (point,) = story.case.guarantor.contact_points
    assert (point.status, point.reachable) == (PointStatus.wrong_person, False)
    story.until(20, "20:00")
    assert not story.messages
    assert story.asked == ["no_contact"]
    story.hears("consent_recorded", given_at=story.now, **YES)
    (point,) = story.case.guarantor.contact_points
    assert point.reachable
