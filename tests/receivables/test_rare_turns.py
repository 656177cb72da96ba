"""Turns that a life takes once in a thousand: what is told too late, twice, or to somebody who cannot be reached."""

from __future__ import annotations

from datetime import date

import pytest
from plan_stories import accepted, enrolled, say
from pydantic import ValidationError
from stories import CARD, PHONE, PRACTICE, SLOW, STEADY, Story, fact, guarantor
from test_rehearse import READER, posted

from receivables import rehearse
from receivables.contact import Wish
from receivables.meanings import certainty, named
from receivables.money import Cents
from receivables.people import ContactPoint
from receivables.policy import Policy
from receivables.reading.slots import Slots
from receivables.rehearse import lived, next_steps
from receivables.summaries import plan_so_far
from receivables.view import View


def seen(story: Story) -> View:
    return View(story.case, story.policy, PRACTICE, story.now)


# --- agents beside this one ------------------------------------------------------------------------------------------

WISH = {
    "touch_id": "p7.recall.g1.1", "practice_id": "p7", "guarantor_id": "g1", "message": "recall", "channel": "sms",
    "because": ["A recall visit is due."],
}  # fmt: skip


@pytest.mark.parametrize("agent", ["payment", "plan"])
def test_nobody_else_writes_in_the_name_of_the_cases(agent: str) -> None:
    with pytest.raises(ValidationError, match="touches about payments and plans are asked for by the cases"):
        Wish.model_validate(WISH | {"agent": agent})


def test_an_agent_needs_the_consent_that_its_kind_of_message_needs_unless_it_says_otherwise() -> None:
    assert Wish.model_validate(WISH | {"agent": "recall"}).needed == ["recall"]
    both = Wish.model_validate(WISH | {"agent": "recall", "purposes": ["billing", "recall"]})
    assert both.needed == ["billing", "recall"]


# --- numbers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["+19999999999", "+14115550142", "+11235550142", "+13120550142"])
def test_what_nobody_can_be_called_at_is_no_phone_number(number: str) -> None:
    with pytest.raises(ValidationError, match="this is no phone number"):
        ContactPoint.model_validate(PHONE | {"value": number})


# --- plans -----------------------------------------------------------------------------------------------------------


def test_a_plan_that_never_was_cannot_be_ended() -> None:
    story = Story().posted(320_00, history=SLOW).hears("plan_cancelled", plan_id="b1.plan.1", by="staff")
    assert story.case.plan is None
    assert story.until(1, "15:00").messages != []


def test_a_plan_that_was_ended_is_not_ended_again() -> None:
    story = accepted().until(5, "10:00").hears("plan_cancelled", plan_id="b1.plan.1", by="staff").until(6, "10:00")
    story.hears("plan_cancelled", plan_id="b1.plan.1", by="page")
    assert story.case.plan is not None
    assert story.case.plan.cancelled_at == story.moment(5, "10:00")


def test_a_wish_to_change_a_plan_without_one_is_answered_by_a_person() -> None:
    story = Story().posted(320_00, history=SLOW).until(0, "15:00")
    assert say(story, "move").until(0, "16:00").asked == ["reply"]


def test_who_cannot_be_written_to_is_offered_no_new_amounts_and_pays_no_more_than_is_owed() -> None:
    story = enrolled().until(3, "9:00").hears("contact_stopped").hears("balance_adjusted", patient_responsibility_cents=250_00)
    before = len(story.messages) + len(story.answers)
    story.until(120, "12:00")
    assert len(story.messages) + len(story.answers) == before
    assert story.case.outstanding_cents >= 0


def test_a_card_that_ends_before_its_holder_may_be_written_to_is_not_announced_afterwards() -> None:
    short = CARD | {"exp_month": 4, "exp_year": 2026}
    story = accepted().hears("card_enrolled", plan_id="b1.plan.1", card=short, authorization="seti_1")
    told = [message for message, _, _ in enrolled_until_may(story)]
    assert "card_expiring" not in told


def enrolled_until_may(story: Story) -> list[tuple[str, str, str]]:
    story.until(28, "9:00")
    story.case = story.case.model_copy(update={"not_before": story.moment(64, "9:00")})
    return story.until(70, "12:00").messages


def test_a_payment_by_link_beside_a_charge_that_is_still_under_way_counts_as_made() -> None:
    story = Story(card=["charged", "charged", "charged", "pending"])
    story = enrolled(story).until(110, "12:00").pays(80_00, plan_id="b1.plan.1", installment=4)
    assert plan_so_far(seen(story)) == "Plan: four payments, four payments made."


def test_terms_agreed_for_another_sum_by_somebody_who_cannot_be_written_to_any_more_are_set_up_by_a_person() -> None:
    story = Story().posted(320_00, history=SLOW, guarantor={"contact_points": [PHONE]}).until(1, "10:00")
    terms = [{"number": n, "amount_cents": 160_00, "due_on": date(2026, 3 + n, 2)} for n in (1, 2)]
    story.hears("plan_agreed", installments=terms, by="page").hears("balance_adjusted", patient_responsibility_cents=250_00)
    story.hears("contact_stopped", channel="sms").until(1, "11:00")
    assert story.asked == ["plan_to_set_up"]
    assert "$250 is owed now, which is not what was agreed on." in story.done[-1].because
    assert story.until(9, "11:00").asked == ["plan_to_set_up"], "once"


def test_a_yes_that_also_asks_to_change_the_plan_stays_a_yes() -> None:
    story = Story().posted(320_00, history=SLOW, guarantor={"preferred_channel": "sms"}).until(0, "15:00")
    story.writes("accept_plan", "confirm_plan", "request_plan").until(0, "16:00")
    assert story.case.plan is not None


def test_a_person_who_agrees_to_the_plan_that_is_running_sets_up_no_other() -> None:
    story = accepted().until(5, "10:00").hears("task_opened", task_id="t1", task_kind="call")
    story.hears("task_resolved", task_id="t1", outcome="plan_agreed").until(6, "10:00")
    assert story.case.plan is not None
    assert (story.case.plans, story.case.plan.revision, story.asked) == (1, 1, [])


def test_new_amounts_are_not_offered_to_somebody_who_took_back_the_only_number() -> None:
    story = Story().posted(320_00, history=SLOW, guarantor={"contact_points": [PHONE]}).until(0, "15:00")
    story.writes("accept_plan", "confirm_plan").until(3, "9:00").hears("contact_stopped", channel="sms")
    story.hears("balance_adjusted", patient_responsibility_cents=250_00).until(5, "9:00")
    assert "offer_plan" not in [one.step.kind for one in story.done]


# --- visits ----------------------------------------------------------------------------------------------------------


def test_while_the_coordinator_is_calling_no_message_speaks_of_the_recall() -> None:
    point = PHONE | {"purposes": ["billing", "recall"]}
    story = Story(resolve={"call": "no_answer"}).posted(180_00, history=STEADY, guarantor={"contact_points": [point]})
    story.until(18, "9:00").hears("recall_due").until(30, "12:00")
    assert story.asked != []
    assert "recall_bundle" not in [message for message, _, _ in story.messages]


# --- rehearsing ------------------------------------------------------------------------------------------------------


def test_a_rehearsal_ends_where_a_plan_would_begin() -> None:
    told = fact(
        "balance_posted", Story().now, "post", patient_responsibility_cents=320_00, insurance_paid_cents=960_00,
        service_date=Story().now.date(), guarantor=guarantor(preferred_channel="sms"), history=SLOW,
    )  # fmt: skip
    yes = fact("reply_received", Story().moment(0, "16:00"), "r1", channel="sms", text="YES")
    assert [one.what for one in lived([told, yes], Policy(), PRACTICE, Story().moment(60, "12:00"), READER)] == ["plan_offer"]


def test_a_rehearsal_ends_after_so_many_steps_whatever_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearse, "MOST_STEPS", 3)
    done = lived([posted()], Policy(), PRACTICE, Story().moment(40, "12:00"), READER)
    assert [one.what for one in done] == ["first_notice"]


def test_a_rehearsal_says_what_is_waited_for() -> None:
    texted_and_mailed = Story().posted(60_00, history=STEADY).until(12, "9:00")
    (step,) = next_steps(texted_and_mailed.case, (Policy(), Policy()), PRACTICE, texted_and_mailed.now).before
    assert (step.what, step.at) == ("wait for call", texted_and_mailed.moment(15, "14:00"))


# --- how replies are told --------------------------------------------------------------------------------------------


def test_what_somebody_named_is_told_in_words() -> None:
    slots = Slots(amount_cents=Cents(50_00), installments=2, frequency="biweekly", date=date(2026, 3, 20))
    assert named(slots) == "They named $50, two payments, every two weeks, Mar 20."
    assert named(Slots()) == ""
    assert certainty(0.94, "3f9c", abstain=False) == "94% sure, by reader 3f9c."
    assert certainty(0.4, "", abstain=True) == "Only 40% sure, so a person is asked."


def test_a_policy_knows_since_which_sign_off_it_holds() -> None:
    assert (Policy().signed, Policy().read_after(7).signed) == (0, 7)
