"""A question about the bill is answered from the insurer's own amounts, and tasks about it come with the evidence."""

from conversations import later, only_a_person, texted, wrote

from receivables.breakdown import Breakdown
from receivables.money import Cents
from receivables.policy import Policy
from receivables.steps import AskStaff, SendMessage

CODES = {"CO-45": 55_00, "PR-1": 100_00, "PR-3": 25_00, "PR-96": 15_00, "PR-27": 5_00}
KNOWN = {"billed_cents": 500_00, "adjustments": CODES}


def test_the_share_is_told_apart_by_its_codes_and_makes_the_sum() -> None:
    known = Breakdown(billed_cents=Cents(500_00), adjustments=CODES)
    assert [(share.kind, int(share.amount_cents)) for share in known.shares] == [
        ("deductible", 100_00), ("not_covered", 20_00), ("copay", 25_00),
    ]  # fmt: skip
    assert (known.share_cents, known.allowed_cents) == (145_00, 445_00)


def test_a_question_is_answered_when_the_insurers_amounts_make_the_share() -> None:
    story = texted().hears("balance_adjusted", patient_responsibility_cents=145_00, breakdown=KNOWN)
    later(wrote(story, "bill_question"), seconds=20)
    step = story.decides().step
    assert isinstance(step, SendMessage)
    assert step.message == "answer_bill"


def test_without_them_or_where_amounts_stay_out_of_messages_a_person_explains() -> None:
    only_a_person(wrote(texted(), "bill_question"), "a person explains")
    other = texted().hears("balance_adjusted", patient_responsibility_cents=140_00, breakdown=KNOWN)
    only_a_person(wrote(other, "bill_question"), "a person explains")
    neutral = texted().hears("balance_adjusted", patient_responsibility_cents=145_00, breakdown=KNOWN)
    neutral.policy = Policy(sms_detail_level="neutral")
    only_a_person(wrote(neutral, "bill_question"), "a person explains")


def test_a_contested_bill_comes_to_the_person_with_its_evidence() -> None:
    story = texted().hears("balance_adjusted", patient_responsibility_cents=145_00, breakdown=KNOWN)
    story.pays(45_00, "pay1", where="front_desk", in_practice_ledger=True)
    story.hears("payment_reversed", payment_fact_id="pay1", amount_cents=5_00, in_practice_ledger=True)
    step = wrote(story, "already_paid", action="stop_dunning_and_human_review").decides().step
    assert isinstance(step, AskStaff)
    assert "billed $500, allowed $445" in step.summary
    assert "CO-45 $55" in step.summary
    assert "Payments: $45 on Mar 2 (front desk, in the ledger); $5 taken back." in step.summary
    assert "changed last by: readjudicated" in step.summary


def test_without_a_remittance_the_evidence_says_so() -> None:
    step = wrote(texted(), "insurance_issue", action="stop_dunning_and_human_review").decides().step
    assert isinstance(step, AskStaff)
    assert "its reason codes are not on record. Claim final." in step.summary
    assert "Payments: none on record for this balance." in step.summary
    bare = texted().hears("balance_adjusted", patient_responsibility_cents=145_00, breakdown={"billed_cents": 145_00})
    bare_step = wrote(bare, "dispute_charge", action="stop_dunning_and_human_review").decides().step
    assert isinstance(bare_step, AskStaff)
    assert "no reason codes" in bare_step.summary
