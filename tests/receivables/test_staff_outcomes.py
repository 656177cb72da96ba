"""Every answer of a person moves the case."""

from datetime import date, timedelta

import pytest
from stories import MAIL, PHONE, STEADY, Story, fact

from receivables.case import Case
from receivables.fold import fold
from receivables.steps import Close, SendMessage, Wait


def called(**fields: object) -> Story:
    """Nobody answered two messages, and a call task is open."""
    story = Story().posted(130_00, history=STEADY, **fields).until(15, "14:00")
    assert story.asked == ["call"]
    return story


def answer(story: Story, outcome: str, **fields: object) -> Story:
    return story.hears("task_resolved", task_id="b1.call.1", outcome=outcome, **fields)


def test_while_a_person_is_at_it_the_agent_is_silent() -> None:
    story = called().until(60, "12:00")
    decision = story.decides()
    assert isinstance(decision.step, Wait)
    assert (decision.stage, decision.needs_staff, decision.act_at) == ("with_staff", True, None)


@pytest.mark.parametrize(
    ("outcome", "end"),
    [("write_off", "written_off"), ("insurance_responsible", "insurance_responsible"), ("withdraw", "withdrawn")],
)
def test_a_person_ends_the_case(outcome: str, end: str) -> None:
    story = answer(called(), outcome)
    assert story.decides().step == Close(reason=end)  # type: ignore[arg-type]
    assert story.case.close_reason == end


def test_a_plan_agreed_on_the_phone_silences_the_ladder_until_it_is_paid() -> None:
    story = answer(called(), "plan_agreed").until(120, "12:00")
    decision = story.decides()
    assert (decision.stage, decision.act_at, len(story.messages)) == ("on_plan", None, 2)
    story.pays(130_00, in_practice_ledger=True)
    assert story.decides().step == Close(reason="paid")


def test_a_wrong_number_moves_to_what_is_left() -> None:
    story = answer(called(), "wrong_number")
    assert story.case.guarantor is not None
    assert story.case.guarantor.contact_points[0].status == "wrong_person"
    assert story.until(60, "12:00").asked == ["call", "contact_failed"]
    assert story.done[-1].because[0] == "The phone numbers on file do not reach the patient."
    two = {"contact_points": [PHONE, PHONE | {"value": "+13125550143"}, MAIL]}
    story = answer(called(guarantor=two), "wrong_number").until(21, "12:00")
    assert story.asked == ["call"]
    assert story.until(22, "20:00").asked == ["call", "call"]
    story = answer(called(guarantor={"contact_points": [PHONE]}), "wrong_number").until(16, "12:00")
    assert story.asked == ["call", "contact_failed"]


def test_a_dispute_or_a_need_for_help_heard_on_the_phone_becomes_its_own_task() -> None:
    for outcome in ("dispute", "assistance"):
        story = answer(called(), outcome).until(20, "12:00")
        assert story.asked == ["call", outcome]
        assert len(story.messages) == 2


@pytest.mark.parametrize(
    ("intent", "kind", "outcome", "again"),
    [("financial_hardship", "assistance", "assistance", 2), ("dispute_charge", "dispute", "dispute", 1)],
)
def test_a_person_who_leaves_it_as_it_is_is_not_asked_again_at_once(intent: str, kind: str, outcome: str, again: int) -> None:
    story = Story().posted(130_00, history=STEADY).until(0, "15:00").writes(intent, "human_callback").until(1, "12:00")
    assert story.asked == [kind]
    story.hears("task_resolved", task_id=f"b1.{kind}.1", outcome=outcome).until(20, "12:00")
    assert story.asked == [kind]
    assert story.until(35, "12:00").asked == [kind] * again, "help that is undecided comes back after 30 days"


def test_a_promise_without_a_date_holds_for_a_week() -> None:
    story = answer(called(), "will_pay")
    assert story.decides().act_at == story.now + timedelta(days=9)


def test_kept_paused_until_a_day() -> None:
    story = answer(called(), "keep_paused", resume_on=date(2026, 4, 10)).until(38, "12:00")
    assert len(story.messages) == 2
    assert len(story.until(45, "12:00").messages) == 3
    story = answer(called(), "keep_paused").until(90, "12:00")
    assert len(story.messages) == 2


def test_handed_back_to_the_agent_the_ladder_begins_again_at_once() -> None:
    story = answer(called(), "resume").until(16, "12:00")
    assert story.messages[-1][0] == "second_follow_up"
    assert "handed the case back" in " ".join(story.done[-1].because)
    story = answer(called(), "resume", resume_on=date(2026, 3, 25)).until(22, "12:00")
    assert len(story.messages) == 2


def test_a_call_done_leaves_the_patient_in_peace_for_a_week() -> None:
    story = answer(called(), "done").until(21, "20:00")
    assert len(story.messages) == 2
    assert story.until(22, "20:00").messages[-1] == ("second_follow_up", "sms", "Tue 24 14:00")


def test_new_contact_details_speak_for_themselves() -> None:
    story = answer(called(), "contact_updated").until(16, "20:00")
    assert len(story.messages) == 3


def test_an_answer_heard_before_the_question_closes_it() -> None:
    story = Story().posted(130_00)
    story.hears("task_resolved", task_id="b1.call.1", outcome="done")
    story.hears("task_opened", task_id="b1.call.1", task_kind="call")
    assert (story.case.open_tasks, story.case.resolved_early) == ([], [])
    assert story.case.asked["call"].times == 1


def test_the_same_task_opened_twice_is_one_task() -> None:
    story = called().hears("task_opened", task_id="b1.call.1", task_kind="call")
    assert len(story.case.open_tasks) == 1
    assert story.case.asked["call"].times == 1


def test_a_reply_after_unanswered_calls_ends_the_calling() -> None:
    story = answer(called(), "no_answer").until(16, "9:00").writes("ack_thanks", "no_action").until(22, "13:00")
    assert story.asked == ["call"]
    assert story.case.calls == []


def test_a_person_can_close_a_case_for_any_reason() -> None:
    story = Story().posted(130_00).hears("case_closed", reason="to_agency")
    assert story.decides().step == Close(reason="to_agency")


def test_an_answered_reply_gives_the_case_back() -> None:
    story = Story().posted(60_00, history=STEADY).until(0, "15:00").writes("bill_question", "answer_question")
    story.until(2, "12:00").hears("task_resolved", task_id="b1.reply.1", outcome="done").until(12, "12:00")
    assert [channel for _, channel, _ in story.messages] == ["sms", "sms"]
    assert isinstance(story.decides().step, SendMessage)


def test_notes_ticks_and_new_policies_change_nothing_but_what_was_heard() -> None:
    story = Story().posted(60_00)
    for kind in ("staff_note", "time_passed", "policy_changed"):
        after = fold(story.case, fact(kind, story.now, f"x.{kind}"))
        assert after.handled[-1] == f"x.{kind}"
        assert after.model_copy(update={"handled": story.case.handled}) == story.case


def test_a_life_survives_being_written_down_and_read() -> None:
    story = called()
    assert Case.model_validate_json(story.case.model_dump_json(exclude_defaults=True)) == story.case


def test_a_promise_ends_with_the_day_that_was_named_where_the_practice_is() -> None:
    story = answer(called(), "will_pay", will_pay_by=date(2026, 4, 9))
    (said,) = [why for why in story.decides().because if "promised to pay" in why]
    assert said == "The patient promised to pay. The agent is silent until Sat Apr 11 at 23:59."
