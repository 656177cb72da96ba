"""What staff reads: summaries, reasons, amounts and moments in plain words."""

from datetime import UTC, datetime

import pytest
from stories import KAREN, PRACTICE, STEADY, Story

from receivables import summaries
from receivables.briefs import BRIEFS
from receivables.case import Case, Hold
from receivables.decide import decide
from receivables.facts import ANY_FACT
from receivables.fold import CHANGES
from receivables.policy import Policy
from receivables.rules import RULES
from receivables.steps import AskStaff
from receivables.view import View
from receivables.words import count, days, when


def view(story: Story) -> View:
    return View(story.case, story.policy, PRACTICE, story.now)


def test_counts_and_days_are_written_as_people_write_them() -> None:
    assert [count(1, "e-mail"), count(2, "e-mail"), count(12, "reply", "replies")] == ["one e-mail", "two e-mails", "12 replies"]
    assert [days(1), days(52)] == ["1 day", "52 days"]


def test_moments_are_told_on_the_patients_clock() -> None:
    now = datetime(2026, 3, 3, 3, 0, tzinfo=UTC)  # Still Monday evening in Chicago.
    told = [
        when(datetime(2026, 3, day, hour, 5, tzinfo=UTC), "America/Chicago", now)
        for day, hour in ((2, 15), (3, 20), (1, 20), (9, 19))
    ]
    assert told == ["at 9:05 today", "at 14:05 tomorrow", "at 14:05 yesterday", "on Mon Mar 9 at 14:05"]


def test_a_summary_says_when_nothing_was_sent_and_nothing_ever_paid() -> None:
    story = Story().posted(60_00, guarantor={"contact_points": []})
    step = story.decides().step
    assert isinstance(step, AskStaff)
    assert "Nothing was sent yet. No earlier payment is on record." in step.summary


def test_a_summary_names_what_was_paid_since_and_what_did_not_arrive() -> None:
    story = Story().posted(215_00, history=KAREN).until(0, "15:00")
    story.hears("delivery_failed", touch_id="p7.b1.first_notice.1", channel="sms", because="busy").pays(100_00)
    story.until(2, "10:00")
    words = summaries.summary(view(story), "call")
    assert "one text reminder (1 not delivered); the patient has paid, written or spoken with staff since" in words
    assert "Last payment: 1 day ago, $100 (partial)." in words
    story.pays(115_00)
    assert "Last payment: 0 days ago, $115 (full)." in summaries.summary(view(story), "credit")


def test_an_earlier_payment_in_full_is_called_so() -> None:
    last = {"paid_on": "2026-02-20", "amount_cents": 90_00, "in_full": True}
    story = Story().posted(60_00, history=STEADY | {"last_payment": last})
    assert "Last payment: 10 days ago, $90 (full)." in summaries.last_payment(view(story))
    bare = View(Case(practice_id="p7", balance_id="b1"), Policy(), PRACTICE, story.now)
    assert summaries.owed(bare) == "Owes $0."
    assert bare.days_since_visit == 0
    assert not bare.firm


def test_tasks_are_worth_less_the_older_the_balance() -> None:
    worth = [summaries.expected(view(Story().posted(100_00, visit_days_ago=age)), "call") for age in (10, 61, 91, 181)]
    assert worth == [54_00, 42_00, 30_00, 12_00]
    assert summaries.expected(view(Story().posted(100_00)), "credit") == 36_00
    assert summaries.expected(view(Story().posted(0).pays(5_00)), "credit") == 0


def test_every_kind_of_task_has_its_words() -> None:
    kinds = set(AskStaff.model_fields["task_kind"].annotation.__args__)  # type: ignore[union-attr]
    assert set(BRIEFS) == kinds


def test_every_kind_of_fact_is_folded_or_known_to_change_nothing() -> None:
    kinds = {member.model_fields["kind"].default for member in ANY_FACT._type.__args__[0].__args__}
    changes_nothing = kinds - set(CHANGES)
    assert changes_nothing <= {
        "appointment_cancelled", "recall_due", "staff_note", "policy_changed", "time_passed",
    }  # fmt: skip
    assert set(CHANGES) <= kinds


def test_every_rule_names_itself_once() -> None:
    names = [rule.__name__ for rule in RULES]
    assert len(names) == len(set(names))


def test_no_rule_speaks_of_a_case_it_was_not_asked_about() -> None:
    story = Story().posted(60_00)
    before = story.case.model_copy(deep=True)
    decide(story.case, story.policy, PRACTICE, story.now)
    assert story.case == before


@pytest.mark.parametrize("reason", list(Hold.model_fields["reason"].annotation.__args__))  # type: ignore[union-attr]
def test_every_hold_silences_the_agent(reason: str) -> None:
    story = Story().posted(60_00, history=STEADY)
    story.case.holds = [Hold(reason=reason, since=story.now)]  # type: ignore[arg-type]
    step = story.decides().step
    assert step.kind in {"wait", "ask_staff"} or (reason == "no_show" and step.message == "rebooking")


def test_a_summary_tells_what_they_wrote_by_its_meaning_and_never_its_words() -> None:
    story = Story().posted(215_00, history=KAREN).until(0, "15:00")
    assert summaries.written(view(story)) == ""
    story.writes("bill_question", "answer_question").writes("promise_to_pay", "no_action", abstain=True)
    assert summaries.written(view(story)) == "They wrote on Mar 2 (asks about the bill) and Mar 2 (not certain: will pay)."
    assert summaries.written(view(story)) in summaries.summary(view(story), "call")
    for _ in range(3):
        story.writes("unclear", "answer_question")
    assert summaries.written(view(story)).endswith("Mar 2 (says nothing clear), after one earlier message.")
