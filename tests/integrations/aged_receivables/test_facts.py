"""Rows of an aged receivables file become posted balances that know whom to write to, and nothing else."""

from datetime import UTC, date, datetime

from integrations.aged_receivables.facts import facts_of
from integrations.aged_receivables.patients import read_patients
from integrations.aged_receivables.reader import read_aged_receivables
from integrations.opaque_ids import balance_id_of
from integrations.remittances import facts as remittance_facts
from integrations.remittances.reader import read_remittances
from tests.integrations.aged_receivables.test_reading import FIVE, FIVE_FILE, FIVE_TOTALS, FOUR, FOUR_FILE
from tests.integrations.remittances.writer import Cas, Claim, Payment, write

AT = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
AS_OF = date(2026, 3, 31)
PEOPLE = read_patients(
    b"account,guarantor_id,first_name,phone,consent_sms,days_to_pay\n102,g-2,Ben,312-555-0143,granted,20\n", "p.csv"
)


def four(**given):
    read = read_aged_receivables(FOUR_FILE.encode(), "ar.csv", FOUR)
    return facts_of(read, practice_id="p7", as_of=AS_OF, at=AT, **given)


def five():
    read = read_aged_receivables(FIVE_FILE.encode(), "ar.csv", FIVE, expected=FIVE_TOTALS)
    return facts_of(read, practice_id="p7", as_of=AS_OF, at=AT)


def test_each_account_with_a_patient_share_is_posted_and_credits_are_not():
    ana, ben = four()
    assert (ana.patient_responsibility_cents, ben.patient_responsibility_cents) == (215_00, 1_000_00)
    assert ana.balance_id == balance_id_of("p7", "101")
    assert (ana.at, ana.source, ana.collectable) == (AT, "aged_receivables", True)


def test_no_account_number_or_name_leaves_the_file():
    told = "".join(fact.model_dump_json() for fact in five())
    for private in ("A-1", "A-3", "G1", "G2"):
        assert private not in told


def test_a_balance_that_is_followed_already_is_left_alone():
    (ben,) = four(known={balance_id_of("p7", "101")})
    assert ben.balance_id == balance_id_of("p7", "102")


def test_the_same_report_twice_gives_the_same_fact_ids_and_a_new_amount_another():
    assert [fact.fact_id for fact in four()] == [fact.fact_id for fact in four()]
    assert len({fact.fact_id for fact in four()}) == 2


def test_people_come_from_the_patient_file_by_account():
    ana, ben = four(households=PEOPLE)
    assert ana.guarantor.contact_points == []
    assert (ben.guarantor.first_name, ben.guarantor.contact_points[0].value) == ("Ben", "+13125550143")
    assert ben.history.days_to_pay == [20]


def test_a_held_account_is_not_collectable_and_says_why():
    first, third = five()
    assert (first.collectable, first.hold_reasons) == (True, [])
    assert (third.collectable, third.hold_reasons) == (False, ["payment_plan"])


def test_the_service_date_is_the_files_own_or_the_latest_it_can_be():
    first, third = five()
    assert (first.service_date, third.service_date) == (date(2026, 3, 2), date(2026, 1, 15))
    ana, ben = four()
    assert (ana.service_date, ben.service_date) == (AS_OF, date(2025, 12, 30))


def test_two_accounts_of_an_unknown_guarantor_belong_together():
    text = FIVE_FILE.replace("A-3;G2", "A-3;G1")
    read = read_aged_receivables(text.encode(), "ar.csv", FIVE, expected=FIVE_TOTALS)
    first, second = facts_of(read, practice_id="p7", as_of=AS_OF, at=AT)
    assert first.guarantor.guarantor_id == second.guarantor.guarantor_id


def test_a_patient_file_serves_remittances_too_and_an_account_is_one_balance_wherever_it_is_heard_of():
    claim = Claim("102", 50_00, (Cas("PR", "1", 25_00),))
    (fact,) = remittance_facts.facts_of(
        read_remittances(write(Payment((claim,))), "a.835"), practice_id="p7", at=AT, households=PEOPLE
    )
    assert fact.guarantor == PEOPLE["102"].guarantor
    assert fact.balance_id == four()[1].balance_id
