"""A rehearsal says what a policy would do: the next step of open cases, and whole stretches lived through in memory."""

from __future__ import annotations

from datetime import timedelta

from stories import PRACTICE, STEADY, Story, fact, guarantor

from integrations.reply_reader.reader import TrainedReader
from receivables.facts import AnyFact
from receivables.policy import Policy
from receivables.rehearse import histories, lived, next_steps, standing

READER = TrainedReader(lambda _: PRACTICE.time_zone)
NARROW = Policy.model_validate({"contact": {"window_local": "10:00-12:00", "first_touch_local": "11:00"}})
POLICIES = (Policy(), NARROW)


def posted(cents: int = 60_00, **more: object) -> AnyFact:
    return fact(
        "balance_posted", Story().now, "post", patient_responsibility_cents=cents, insurance_paid_cents=cents * 3,
        service_date=Story().now.date() - timedelta(days=20), guarantor=guarantor(), history=STEADY, **more,
    )  # fmt: skip


def test_the_next_step_of_an_open_case_under_both_policies() -> None:
    story = Story()
    change = next_steps(standing([posted()], READER), POLICIES, PRACTICE, story.now)
    ((before,), (after,)) = change.before, change.after
    assert (before.what, before.channel, before.at) == ("first_notice", "sms", story.moment(0, "14:00"))
    assert (after.what, after.at) == ("first_notice", story.moment(0, "11:00"))
    assert change.differs
    assert "14:00" in " ".join(before.because)


def test_the_same_policy_twice_changes_nothing() -> None:
    change = next_steps(standing([posted()], READER), (Policy(), Policy()), PRACTICE, Story().now)
    assert not change.differs


def test_a_balance_nobody_answers_is_lived_through_to_the_call() -> None:
    story = Story()
    done = lived([posted()], Policy(), PRACTICE, story.moment(40, "12:00"), READER)
    assert [(one.what, one.channel) for one in done] == [
        ("first_notice", "sms"), ("follow_up", "email"), ("task call", ""),
    ]  # fmt: skip
    same = Story().posted(60_00, history=STEADY).until(40, "12:00")
    assert [(one.what, one.channel) for one in done if one.channel] == [(what, how) for what, how, _ in same.messages]


def test_what_happened_meanwhile_is_heard_when_it_happened() -> None:
    story = Story()
    paid = fact("payment_recorded", story.moment(3, "10:00"), "pay", amount_cents=60_00, paid_at=story.moment(3, "10:00"))
    late = fact("payment_recorded", story.moment(5, "10:00"), "more", amount_cents=5_00, paid_at=story.moment(5, "10:00"))
    change = histories([posted(), paid, late], POLICIES, PRACTICE, story.moment(40, "12:00"), READER)
    assert [one.what for one in change.before] == ["first_notice", "task credit"]
    assert change.balance_id == "b1"
    assert change.differs, "the first message leaves at another hour"


def test_replies_are_read_as_they_would_be_today() -> None:
    story = Story()
    wrote = fact("reply_received", story.moment(0, "16:00"), "r1", channel="sms", text="I already paid this")
    done = lived([posted(), wrote], Policy(), PRACTICE, story.moment(10, "12:00"), READER)
    assert [one.what for one in done][:2] == ["first_notice", "task already_paid"]
    case = standing([posted(), wrote], READER)
    assert case.replies[0].intent == "already_paid"
    (waiting,) = next_steps(case, POLICIES, PRACTICE, story.moment(1, "9:00")).before
    assert waiting.what.startswith("task already_paid")


def test_a_quiet_case_waits_and_a_closed_one_closes() -> None:
    small = next_steps(standing([posted(5_00)], READER), POLICIES, PRACTICE, Story().now)
    assert small.before[0].what == "wait"
    paid = fact(
        "payment_recorded", Story().now, "pay", amount_cents=60_00, paid_at=Story().now, in_practice_ledger=True
    )
    assert next_steps(standing([posted(), paid], READER), POLICIES, PRACTICE, Story().now).before[0].what == "close"
