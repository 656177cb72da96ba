"""Estimates, age, sensitive care and confidential ways: nobody is written to, one person is asked, and only they lift it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from stories import MAIL, PHONE, STEADY, Story, fact, guarantor

from receivables.fold import fold
from receivables.money import Cents
from receivables.policy import Policy
from receivables.steps import Close, SendMessage, Wait

CHILD = {"patient_id": "p1", "of_age_on": "2026-01-15"}
HELD_AT_POSTING: list[tuple[str, dict[str, Any]]] = [
    ("sensitive", {"sensitive": True}),
    ("over_estimate", {"good_faith_estimate_cents": 200_00}),
    ("minor", {"guarantor": {"of_age_on": "2026-06-01"}}),
    ("minor", {"guarantor": {"relation": "self"}, "patient": CHILD | {"of_age_on": "2026-06-01"}}),
    ("came_of_age", {"guarantor": {"relation": "parent"}, "patient": CHILD}),
]


@pytest.mark.parametrize(("reason", "told"), HELD_AT_POSTING)
def test_what_people_must_look_at_first_is_never_written_about_by_itself(reason: str, told: dict[str, Any]) -> None:
    story = Story().posted(600_00, history=STEADY, **told).until(60, "12:00")
    assert story.messages == []
    assert story.asked == [reason]
    story.hears("task_resolved", task_id=f"b1.{reason}.1", outcome="done").until(90, "12:00")
    assert (story.messages, story.asked) == ([], [reason])
    assert isinstance(story.decides().step, Wait)


@pytest.mark.parametrize(("reason", "told"), HELD_AT_POSTING)
def test_a_person_lifts_it_by_answering_this_very_question(reason: str, told: dict[str, Any]) -> None:
    story = Story().posted(600_00, history=STEADY, **told).until(0, "10:00")
    beside = story.hears("task_resolved", task_id="b1.reply.9", outcome="resume").decides()
    assert not isinstance(beside.step, SendMessage), "the answer to another question lifts nothing"
    story.hears("task_resolved", task_id=f"b1.{reason}.1", outcome="resume")
    assert isinstance(story.decides().step, SendMessage)


@pytest.mark.parametrize("told", [
    {"guarantor": {"of_age_on": "2020-06-01"}},
    {"guarantor": {"relation": "parent"}, "patient": CHILD | {"of_age_on": "2026-08-01"}},
    {"guarantor": {"relation": "self"}, "patient": CHILD},
    {"good_faith_estimate_cents": 200_01},
])  # fmt: skip
def test_grown_people_parents_of_children_and_bills_near_the_estimate_are_written_to(told: dict[str, Any]) -> None:
    assert Story().posted(600_00, history=STEADY, **told).until(1, "18:00").messages


def test_turning_eighteen_leaves_what_the_parent_owes_and_asks_about_what_comes_new() -> None:
    """Care before the birthday is the parent's; the first visit after it is not asked of them by a machine."""
    parent = {"relation": "parent"}
    before = Story().posted(60_00, visit_days_ago=60, history=STEADY, guarantor=parent, patient=CHILD)
    assert date(2026, 3, 2).toordinal() - 60 < date(2026, 1, 15).toordinal()
    assert before.until(1, "18:00").messages
    after = Story().posted(60_00, visit_days_ago=20, history=STEADY, guarantor=parent, patient=CHILD)
    assert after.until(1, "18:00").messages == []
    assert after.asked == ["came_of_age"]


def test_a_dispute_of_the_estimate_stops_collection_and_charges_until_a_person_says_it_is_decided() -> None:
    story = Story().posted(600_00, history=STEADY).until(0, "16:00")
    sent = len(story.messages)
    story.hears("estimate_disputed").until(30, "12:00")
    assert (len(story.messages), story.asked) == (sent, ["estimate_dispute"])
    story.pays(600_00).until(31, "12:00")
    assert isinstance(story.decides().step, Close), "who pays all the same is thanked by the ledger"


def test_a_corrected_bill_near_the_estimate_is_asked_for_again() -> None:
    story = Story().posted(600_00, history=STEADY, good_faith_estimate_cents=150_00).until(1, "12:00")
    assert story.asked == ["over_estimate"]
    story.hears("task_resolved", task_id="b1.over_estimate.1", outcome="done")
    story.hears("balance_adjusted", patient_responsibility_cents=160_00, reason="corrected").until(25, "18:00")
    assert story.messages


def test_a_wish_for_confidential_ways_is_met_for_good() -> None:
    elsewhere = PHONE | {"value": "+13125550177"}
    points = {"contact_points": [PHONE, elsewhere, MAIL]}
    story = Story().posted(60_00, history=STEADY, guarantor=points)
    story.hears("confidential_requested", guarantor_id="g1", only_at=["+13125550177"]).until(9, "12:00")
    assert (story.messages, story.asked) == ([], ["confidential"])
    story.hears("task_resolved", task_id="b1.confidential.1", outcome="resume")
    story.hears("contact_updated", guarantor=guarantor(**points)).until(40, "12:00")
    assert {channel for _, channel, _ in story.messages} == {"sms"}
    assert story.case.guarantor is not None
    usable = [point.value for point in story.case.guarantor.contact_points if point.reachable]
    assert usable == ["+13125550177"]


def test_a_wish_for_the_post_only_leaves_nothing_to_write_to() -> None:
    story = Story().posted(60_00, history=STEADY).hears("confidential_requested", guarantor_id="g1").until(1, "12:00")
    story.hears("outreach_resumed", because="Arranged by post.")
    story.hears("task_resolved", task_id="b1.confidential.1", outcome="done").until(9, "12:00")
    assert (story.messages, story.asked) == ([], ["confidential", "no_contact"])


def test_the_latest_wish_counts_in_whatever_order_it_is_heard() -> None:
    story = Story().posted(60_00)
    first = fact("confidential_requested", story.moment(1, "9:00"), "c1", guarantor_id="g1", only_at=["+13125550142"])
    later = fact("confidential_requested", story.moment(2, "9:00"), "c2", guarantor_id="g1", only_at=["Pat@Example.com"])
    one, other = fold(fold(story.case, first), later), fold(fold(story.case, later), first)
    assert one.only_at == other.only_at
    assert one.only_at is not None
    assert one.only_at.values == ["pat@example.com"]


def test_a_federal_payers_share_is_not_waived_by_a_machine() -> None:
    policy = Policy(small_balance_writeoff_max=Cents(5_00))
    waived = Story(policy=policy).posted(4_00)
    assert isinstance(waived.decides().step, Close)
    kept = Story(policy=policy).posted(4_00, federal_payer=True)
    assert not isinstance(kept.decides().step, Close)


def test_what_is_written_meanwhile_is_answered_by_the_person_who_has_the_case() -> None:
    story = Story().posted(60_00, history=STEADY, sensitive=True).until(0, "12:00")
    story.writes("help", "answer_question").until(0, "16:00")
    assert (story.answers, story.asked) == ([], ["sensitive", "reply"])
