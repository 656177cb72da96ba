"""Claims become facts about balances: the patient's share, under an opaque id, with whoever may be written to."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest

from integrations.opaque_ids import balance_id_of
from integrations.remittances.facts import facts_of
from integrations.remittances.reader import read_remittances
from receivables.people import Channel, Consent, ContactPoint, Guarantor, Patient, PaymentHistory
from tests.integrations.remittances.writer import Cas, Claim, Payment, Style, write

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANA = Claim("ACCT-1", 50_00, (Cas("CO", "45", 75_00), Cas("PR", "1", 25_00)))
ANA_BALANCE = balance_id_of("p7", "ACCT-1")


@dataclass
class Home:
    guarantor: Guarantor
    patient: Patient | None = None
    history: PaymentHistory = field(default_factory=PaymentHistory)


EVA = Home(
    Guarantor(
        guarantor_id="g-1",
        first_name="Eva",
        contact_points=[ContactPoint(channel=Channel.sms, value="+13125550142", consent=Consent.granted)],
    ),
    Patient(patient_id="pt-1", first_name="Ana"),
    PaymentHistory(days_to_pay=[12, 20]),
)


def facts(*claims, style=None, **given):
    data = write(Payment(tuple(claims)), style)
    return facts_of(read_remittances(data, "a.835"), practice_id="p7", at=AT, **given)


def test_a_share_left_with_the_patient_is_a_posted_balance():
    (fact,) = facts(ANA)
    assert fact.kind == "balance_posted"
    assert (fact.patient_responsibility_cents, fact.insurance_paid_cents) == (25_00, 50_00)
    assert (fact.service_date, fact.claim_status, fact.at) == (date(2026, 1, 5), "final", AT)
    assert (fact.balance_id, fact.practice_id, fact.source) == (ANA_BALANCE, "p7", "x12_835")


def test_no_number_or_family_name_of_the_file_leaves_it():
    told = facts(ANA)[0].model_dump_json()
    for private in ("ACCT-1", "ICN-1", "M100", "DOE", "TRACE1"):
        assert private not in told


def test_a_practice_has_its_own_balance_ids():
    assert balance_id_of("p8", "ACCT-1") != ANA_BALANCE
    assert len(ANA_BALANCE) == 16


def test_a_share_of_nothing_is_no_fact():
    assert facts(Claim("ACCT-1", 150_00)) == []


def test_the_same_file_twice_gives_the_same_fact_ids():
    first, again = facts(ANA), facts(ANA, known={ANA_BALANCE})
    assert [fact.fact_id for fact in first] == [fact.fact_id for fact in again]


def test_a_known_balance_is_adjusted_even_to_nothing():
    (fact,) = facts(Claim("ACCT-1", 150_00), known={ANA_BALANCE})
    assert (fact.kind, fact.patient_responsibility_cents, fact.reason) == ("balance_adjusted", 0, "readjudicated")
    assert (fact.insurance_paid_cents, fact.claim_status) == (150_00, "final")


def test_a_corrected_claim_of_a_known_balance_tells_its_new_share_once():
    corrected = Claim("ACCT-1", 60_00, (Cas("CO", "45", 75_00), Cas("PR", "1", 15_00)))
    (fact,) = facts(ANA.reversed(), corrected, known={ANA_BALANCE})
    assert (fact.kind, fact.patient_responsibility_cents, fact.reason) == ("balance_adjusted", 15_00, "corrected")


def test_a_corrected_claim_of_an_unknown_balance_posts_it():
    corrected = Claim("ACCT-1", 60_00, (Cas("CO", "45", 75_00), Cas("PR", "1", 15_00)))
    (fact,) = facts(ANA.reversed(), corrected)
    assert (fact.kind, fact.patient_responsibility_cents) == ("balance_posted", 15_00)


def test_a_correction_to_nothing_is_told_even_of_an_unknown_balance():
    (fact,) = facts(ANA.reversed(), Claim("ACCT-1", 150_00))
    assert (fact.kind, fact.patient_responsibility_cents, fact.claim_status) == ("balance_adjusted", 0, "final")


def test_a_reversal_alone_leaves_nothing_to_ask_for_until_the_correction_comes():
    (fact,) = facts(ANA.reversed())
    assert (fact.kind, fact.patient_responsibility_cents, fact.claim_status) == ("balance_adjusted", 0, "reversed")
    assert fact.reason == "corrected"


def test_the_answer_of_a_second_payer_tells_the_share_and_leaves_the_first_payment_alone():
    (fact,) = facts(Claim("ACCT-1", 25_00, (Cas("OA", "23", 125_00),), status="2"))
    assert (fact.kind, fact.patient_responsibility_cents, fact.insurance_paid_cents) == ("balance_adjusted", 0, None)


@pytest.mark.parametrize("status", ["19", "20", "23", "13"])
def test_a_claim_sent_on_to_another_payer_is_pending(status):
    claim = Claim("ACCT-1", 50_00, (Cas("PR", "1", 25_00),), status=status)
    assert facts(claim)[0].claim_status == "pending"


def test_people_come_from_the_patient_file_by_account():
    (fact,) = facts(ANA, households={"ACCT-1": EVA})
    assert (fact.guarantor, fact.patient, fact.history) == (EVA.guarantor, EVA.patient, EVA.history)


def test_people_come_from_the_patient_file_by_the_patients_number():
    (fact,) = facts(ANA, households={"M100": EVA})
    assert fact.guarantor.guarantor_id == "g-1"


def test_without_a_patient_file_the_guarantor_has_no_contact_points():
    (fact,) = facts(ANA)
    assert fact.guarantor.contact_points == []
    assert (fact.guarantor.first_name, fact.patient.first_name) == ("Ana", "Ana")


def test_the_insured_person_is_taken_for_the_guarantor_when_nothing_else_is_known():
    claim = Claim("ACCT-1", 50_00, (Cas("PR", "1", 25_00),), insured=("DOE", "EVA", "M100"))
    (fact,) = facts(claim)
    assert (fact.guarantor.first_name, fact.patient.first_name) == ("Eva", "Ana")


def test_a_claim_that_names_nobody_still_becomes_a_balance():
    data = write(Payment((ANA,))).replace(b"NM1*QC*1*DOE*ANA****MI*M100", b"NM1*QC*1")
    (fact,) = facts_of(read_remittances(data, "a.835"), practice_id="p7", at=AT)
    assert (fact.guarantor.first_name, fact.patient.first_name) == ("Patient", "")


def test_two_balances_of_one_insured_person_belong_to_one_guarantor():
    first, second = facts(ANA, Claim("ACCT-2", 1_00, (Cas("PR", "1", 2_00),), payer_number="ICN-2"))
    assert first.guarantor.guarantor_id == second.guarantor.guarantor_id
    assert first.balance_id != second.balance_id


def test_one_number_used_for_several_patients_is_held_for_staff():
    ben = Claim("ACCT-1", 1_00, (Cas("PR", "1", 2_00),), payer_number="ICN-2", patient=("ROE", "BEN", "M200"))
    (fact,) = facts(ANA, ben)
    assert (fact.collectable, fact.hold_reasons) == (False, ["unreconciled"])


def test_without_any_date_of_service_the_remittances_own_date_is_used():
    (fact,) = facts(Claim("ACCT-1", 50_00, (Cas("PR", "1", 25_00),), began=""))
    assert fact.service_date == date(2026, 1, 10)


def test_a_hospital_payment_above_a_million_dollars_does_not_stop_the_patients_share():
    (fact,) = facts(Claim("ACCT-1", 2_000_000_00, (Cas("PR", "1", 25_00),)))
    assert (fact.patient_responsibility_cents, fact.insurance_paid_cents) == (25_00, 1_000_000_00)


def test_a_dental_4010_reversal_and_correction_net_out():
    corrected = Claim("ACCT-1", 60_00, (Cas("CO", "45", 75_00), Cas("PR", "1", 15_00)))
    (fact,) = facts(ANA.reversed_in_4010(), corrected, style=Style(version="004010X091A1"))
    assert fact.patient_responsibility_cents == 15_00
