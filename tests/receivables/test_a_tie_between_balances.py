"""A reply that may mean either of two balances goes to a person, who is told of both; the other is silent meanwhile."""

import pytest
from conversations import texted

from receivables.steps import AskStaff

BOTH = [
    {"balance_id": "b1", "outstanding_cents": 145_00, "service_date": "2026-02-03"},
    {"balance_id": "b2", "outstanding_cents": 70_00},
]
SAID = {
    "request_plan": "offer_plan", "propose_terms": "propose_terms", "promise_to_pay": "note_promise",
    "bill_question": "answer_bill",
}  # fmt: skip


def reads(story, intent, about=None, **more):
    story.hears("reply_received", "r1", channel="sms", about_balance_id=about, may_mean=BOTH)
    return story.hears(
        "reply_understood", reply_fact_id="r1", channel="sms", intent=intent, intents=[intent],
        action=SAID.get(intent, "answer"), **more,
    )  # fmt: skip


@pytest.mark.parametrize("intent", sorted(SAID))
def test_what_concerns_one_of_two_bills_is_a_persons_and_both_are_named(intent) -> None:
    story = reads(texted(), intent)
    assert [hold.reason for hold in story.case.holds] == ["reply_needs_person"]
    assert story.case.wish is None
    story.until(0, "16:00")
    assert (story.asked, [one for one, _, _ in story.answers]) == (["reply"], ["answer_person"])
    summary = next(one.step.summary for one in story.done if isinstance(one.step, AskStaff))
    assert "it may mean any of these: b1, $145 of the visit on Feb 3; b2, $70. Ask which, and write there." in summary


def test_the_other_balance_is_silent_for_a_week_and_then_goes_on() -> None:
    story = reads(texted(), "request_plan", about="b2").until(6, "20:00")
    assert (story.asked, story.answers) == ([], [])
    assert "a person was asked to find out. The agent is silent until" in story.decides().because[0]
    assert [one for one, _, _ in story.messages] == ["first_notice"]
    assert len(story.until(14, "20:00").messages) > 1


def test_a_third_balance_that_nobody_wrote_about_hears_nothing_of_it() -> None:
    story = texted()
    both = [{"balance_id": "b2", "outstanding_cents": 70_00}, {"balance_id": "b3", "outstanding_cents": 70_00}]
    story.hears("reply_received", "r1", channel="sms", about_balance_id="b2", may_mean=both)
    story.hears(
        "reply_understood", reply_fact_id="r1", channel="sms", intent="request_plan", intents=["request_plan"],
        action="offer_plan",
    )  # fmt: skip
    assert story.case.holds == []


@pytest.mark.parametrize(("cents", "tied"), [(145_00, False), (70_00, True), (50_00, True), (None, True)])
def test_an_amount_that_only_this_balance_has_says_which(cents, tied) -> None:
    story = reads(texted(), "promise_to_pay", slots={"amount_cents": cents})
    assert [hold.reason for hold in story.case.holds] == ["reply_needs_person" if tied else "promise"]


@pytest.mark.parametrize("intent", ["pay_now", "accept_plan", "already_paid", "opt_out"])
def test_what_means_all_of_them_or_an_offer_is_no_tie(intent) -> None:
    assert not reads(texted(), intent).case.replies[0].tied
