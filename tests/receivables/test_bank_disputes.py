"""Chargebacks and inquiries to their end: won goes on by itself, lost is told by a person, in every order of the facts."""

from itertools import permutations

import pytest
from plan_stories import charges, enrolled
from stories import Story

from receivables.facts import DisputeRaised
from receivables.folding.disputes import dispute_raised

CHARGED_BACK = ("dispute_raised", {"about": "chargeback", "fact_id": "du", "payment_fact_id": "pi"})
TAKEN = ("payment_reversed", {"fact_id": "du.withdrawn", "payment_fact_id": "pi", "amount_cents": 40_00, "why": "chargeback"})
BACK = ("payment_recorded", {"fact_id": "du.reinstated", "amount_cents": 40_00, "undoes": "du.withdrawn"})


def closed(outcome: str) -> tuple[str, dict[str, str]]:
    return "dispute_closed", {"fact_id": "du.closed", "dispute_fact_id": "du", "payment_fact_id": "pi", "outcome": outcome}


def paid() -> Story:
    story = Story().posted(60_00).until(3, "10:00")
    return story.pays(40_00, "pi").until(3, "10:01")


@pytest.mark.parametrize("order", list(permutations([CHARGED_BACK, TAKEN, closed("won"), BACK])))
def test_a_dispute_that_is_won_leaves_the_balance_as_it_was_and_the_case_goes_on(order) -> None:
    story = paid()
    before = (story.case.outstanding_cents, story.case.holds)
    for kind, more in order:
        story.hears(kind, **more | ({"paid_at": story.now} if kind == "payment_recorded" else {}))
    assert (story.case.outstanding_cents, story.case.holds) == before
    sent = len(story.messages)
    story.until(30, "20:00")
    assert len(story.messages) > sent
    assert "chargeback" not in [task.kind for task in story.case.open_tasks]


def test_until_the_money_of_a_dispute_that_was_won_is_back_nobody_is_asked_for_it() -> None:
    story = paid().hears(CHARGED_BACK[0], **CHARGED_BACK[1]).hears(TAKEN[0], **TAKEN[1])
    story.hears(closed("won")[0], **closed("won")[1]).until(40, "20:00")
    assert story.case.hold("chargeback") is not None
    assert len(story.messages) == 1


def test_the_person_who_was_asked_about_a_dispute_is_not_asked_again_when_it_is_closed() -> None:
    story = paid().hears(CHARGED_BACK[0], **CHARGED_BACK[1]).hears(TAKEN[0], **TAKEN[1]).until(4, "10:00")
    story.hears(closed("won")[0], **closed("won")[1]).until(5, "10:00")
    assert (story.asked, story.case.open_tasks) == (["chargeback"], [])


@pytest.mark.parametrize("order", list(permutations([CHARGED_BACK, TAKEN, closed("lost")])))
def test_a_dispute_that_is_lost_takes_the_money_once_and_a_person_tells_the_patient(order) -> None:
    story = paid()
    for kind, more in order:
        story.hears(kind, **more)
    story.until(40, "20:00")
    assert story.case.outstanding_cents == 60_00
    assert story.asked == ["chargeback_lost"]
    assert len(story.messages) == 1, "no dunning until it is released"
    story.hears("task_resolved", task_id="b1.chargeback_lost.1", outcome="resume").until(90, "20:00")
    assert len(story.messages) > 1


def test_a_plan_whose_payment_was_disputed_goes_on_once_it_is_won_and_a_person_has_said_how() -> None:
    story = enrolled().until(46, "10:00")
    payment = story.case.payments[-1].fact_id
    story.hears("payment_reversed", fact_id="du.withdrawn", payment_fact_id=payment, amount_cents=80_00, why="chargeback")
    story.until(48, "10:00")
    assert story.asked == ["chargeback"]
    story.hears("dispute_closed", fact_id="du.closed", dispute_fact_id="du", payment_fact_id=payment, outcome="won")
    story.hears("payment_recorded", fact_id="du.reinstated", amount_cents=80_00, undoes="du.withdrawn", paid_at=story.now)
    before = len(charges(story))
    story.until(80, "20:00")
    assert (story.asked, len(charges(story))) == (["chargeback", "plan_money_back"], before)
    story.hears("task_resolved", task_id="b1.plan_money_back.1", outcome="done").until(110, "20:00")
    assert len(charges(story)) > before


def test_an_inquiry_that_is_closed_lets_the_case_go_on_and_another_dispute_still_holds_it() -> None:
    story = paid().hears("dispute_raised", about="inquiry", fact_id="q1", payment_fact_id="pi")
    story.hears("dispute_raised", about="inquiry", fact_id="q2", payment_fact_id="other").until(4, "10:00")
    story.hears("dispute_closed", fact_id="q1.closed", dispute_fact_id="q1", payment_fact_id="pi", outcome="inquiry_closed")
    assert story.case.hold("inquiry") is not None
    story.hears("dispute_closed", fact_id="q2.closed", dispute_fact_id="q2", outcome="inquiry_closed").until(5, "10:00")
    assert story.case.hold("inquiry") is None
    assert story.case.open_tasks == []


def test_a_bank_that_asks_after_the_case_was_ended_is_answered_by_a_person_all_the_same() -> None:
    story = paid().hears("case_closed", reason="written_off").until(5, "10:00")
    story.hears(CHARGED_BACK[0], **CHARGED_BACK[1]).until(6, "10:00")
    assert story.asked == ["chargeback"]


def test_a_refund_that_failed_says_so_in_the_task_about_the_credit() -> None:
    story = Story().posted(60_00)
    story.hears("payment_recorded", fact_id="pi", amount_cents=80_00, paid_at=story.now).until(1, "10:00")
    story.hears("task_resolved", task_id="b1.credit.1", outcome="done")
    story.hears("payment_reversed", fact_id="re", payment_fact_id="pi", amount_cents=20_00, why="refund").until(2, "10:00")
    story.hears("payment_recorded", fact_id="re.failed", amount_cents=20_00, undoes="re", paid_at=story.now).until(3, "10:00")
    assert story.asked == ["credit", "credit"]
    assert "A refund of $20 came back: the bank could not deliver it." in [one.step for one in story.done if one.step.kind == "ask_staff"][-1].summary


def test_the_same_dispute_heard_of_twice_is_one() -> None:
    story = paid().hears(CHARGED_BACK[0], **CHARGED_BACK[1]).hears(CHARGED_BACK[0], **CHARGED_BACK[1])
    assert len(story.case.disputes) == 1


def test_a_dispute_that_is_told_again_long_after_it_was_handled_is_the_same_dispute() -> None:
    """A case remembers only so many facts it has handled; what banks ask may come again after more than that."""
    story = paid().hears(CHARGED_BACK[0], **CHARGED_BACK[1])
    told = DisputeRaised.model_validate(
        {"at": story.now, "source": "stripe", "practice_id": "p1", "balance_id": "b1"} | CHARGED_BACK[1]
    )
    before = story.case.model_copy(deep=True)
    dispute_raised(story.case, told)
    assert (story.case.disputes, story.case.holds) == (before.disputes, before.holds)
