"""What staff reads in the UI: every step, rest and event of a case has its words, short enough for the server."""

from datetime import UTC, date, datetime

import pytest

from receivables.case import Case, CloseReason, Hold, Offer, OpenTask, Payment, Reversal, Stage
from receivables.money import Cents
from receivables.people import Channel, Guarantor
from receivables.plans.steps import OfferPlan
from receivables.spoken import Reply, Touch
from receivables.steps import AskStaff, Close, Decision, PostToPractice, ReadReply, SendMessage, Step, Wait
from workflows import wording

NOON = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (SendMessage(touch_id="t", message="first_notice", channel=Channel.sms), "SMS: first notice"),
        (SendMessage(touch_id="t", message="plan_offer", channel=Channel.email), "E-mail: plan offer"),
        (SendMessage(touch_id="t", message="letter", channel=Channel.letter), "Letter"),
        (ReadReply(reply_fact_id="r", channel=Channel.sms), "Read the patient's reply"),
        (OfferPlan(touch_id="t", channel=Channel.sms, offer=Offer(installments=2, each_cents=[Cents(65_00)] * 2, offered_at=NOON)),
         "SMS: offer a plan of 2 payments"),
        (PostToPractice(payment_fact_id="p", amount_cents=Cents(100_00), paid_at=NOON), "Post a payment of $100 to the practice's ledger"),
        (PostToPractice(payment_fact_id="p", amount_cents=Cents(-5_50), paid_at=NOON), "Post a reversal of $5.50 to the practice's ledger"),
        (AskStaff(task_id="t", task_kind="no_contact", summary="s"), "Ask staff: no contact"),
        (Wait(next_step="call"), "Wait: call"),
        (Wait(), "Wait"),
        (Close(reason=CloseReason.written_off), "Close: written off"),
    ],
)  # fmt: skip
def test_a_step_reads_as_a_sentence(step: Step, words: str) -> None:
    assert wording.step_summary(step) == words


def decision(step: Step, act_at: datetime | None = None) -> Decision:
    return Decision(
        step=step,
        act_at=act_at,
        because=["Because."],
        stage=Stage.outreach,
        outstanding_cents=Cents(50_00),
        decided_at=NOON,
    )


def in_phoenix() -> Case:
    who = Guarantor(guarantor_id="g1", first_name="Pat", time_zone="America/Phoenix")
    return Case(practice_id="p7", balance_id="b1", guarantor=who)


def test_a_rest_names_what_it_waits_for_on_the_patients_clock() -> None:
    unknown, there = Case(practice_id="p7", balance_id="b1"), in_phoenix()
    assert wording.rest_summary(unknown, decision(Wait(next_step="call"), NOON)) == "Wait: call, Mon 02 Mar 18:00 UTC"
    assert wording.rest_summary(there, decision(Wait(next_step="call"), NOON)) == "Wait: call, Mon 02 Mar 11:00 MST"
    assert wording.rest_summary(there, decision(Wait())) == "Wait, the next fact"


def test_no_summary_is_longer_than_the_server_takes() -> None:
    assert len(wording.step_summary(Wait(next_step="ü" * 300)).encode()) <= wording.SUMMARY_BYTES


def full_case() -> Case:
    return Case(
        practice_id="p7", balance_id="b1", posted_at=NOON, service_date=date(2026, 2, 20),
        patient_responsibility_cents=Cents(150_00),
        payments=[Payment(fact_id="pay", amount_cents=Cents(100_00), paid_at=NOON, where="page")],
        reversals=[Reversal(fact_id="rev", payment_fact_id="pay", amount_cents=Cents(10_00), at=NOON)],
        touches=[
            Touch(touch_id="t1", message="first_notice", channel=Channel.sms, at=NOON),
            Touch(touch_id="t2", message="follow_up", channel=Channel.email, at=NOON, failed=True),
        ],
        replies=[
            Reply(fact_id="r1", channel=Channel.sms, at=NOON, read=True, intent="request_plan"),
            Reply(fact_id="r2", channel=Channel.email, at=NOON),
        ],
        holds=[Hold(reason="dispute", since=NOON)],
        offer=Offer(installments=2, each_cents=[Cents(75_00)] * 2, offered_at=NOON),
        open_tasks=[OpenTask(task_id="b1.dispute.1", kind="dispute", opened_at=NOON)],
    )  # fmt: skip


def test_the_timeline_tells_everything_the_case_remembers() -> None:
    told = [entry.what for entry in wording.timeline(full_case())]
    assert told == [
        "Balance posted; the share is $150",
        "SMS sent: first notice",
        "E-mail sent: follow up (not delivered)",
        "The patient wrote back by SMS: request plan",
        "The patient wrote back by E-mail: not read yet",
        "Paid $100 (page), due",
        "Taken back $10, due",
        "Silent: dispute",
        "Staff asked: dispute",
    ]
    assert wording.timeline(Case(practice_id="p7", balance_id="b1")) == []


def test_the_details_are_a_table_with_the_next_step_and_why() -> None:
    shown = wording.details(full_case(), decision(Wait(next_step="their answer")))
    for words in (
        "| Owed now | $50 |",
        "| Holds | dispute |",
        "| With staff | dispute |",
        "at once, or at the next fact",
        "- Because.",
    ):
        assert words in shown
    bare = wording.details(Case(practice_id="p7", balance_id="b1"), decision(Wait(), NOON))
    assert "| Messages sent | 0 |" in bare
    assert "Mon 02 Mar 2026 18:00 UTC" in bare
    assert "| When | Mon 02 Mar 2026 11:00 MST |" in wording.details(in_phoenix(), decision(Wait(), NOON))
