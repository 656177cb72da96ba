"""What leaves a file is what it finally says: reversals and their corrections never leave it separately."""

from integrations.remittances.netting import claim_key, net
from integrations.remittances.reader import read_remittances
from tests.integrations.remittances.writer import Cas, Claim, Payment, Plb, Style, write

# The worked example of RFI 2442: paid 50, contractual 75, deductible 25.
FIRST = Claim("ACCT-1", 50_00, (Cas("CO", "45", 75_00), Cas("PR", "1", 25_00)))
SECOND = Claim("ACCT-1", 60_00, (Cas("CO", "45", 75_00), Cas("PR", "1", 15_00)), payer_number="ICN-9")


def netted(*payments, style=None):
    return net(read_remittances(write(list(payments), style), "a.835"))


def test_a_reversal_followed_by_its_correction_leaves_only_the_correction():
    for taken_back in (FIRST.reversed(), FIRST.reversed(""), FIRST.reversed_in_4010()):
        (outcome,) = netted(Payment((taken_back, SECOND)))
        assert outcome.patient_responsibility_cents == 15_00
        assert outcome.insurance_paid_cents == 60_00
        assert (len(outcome.standing), len(outcome.reversals)) == (1, 1)


def test_a_correction_put_before_its_reversal_still_stands():
    (outcome,) = netted(Payment((SECOND, FIRST.reversed())))
    assert outcome.patient_responsibility_cents == 15_00


def test_original_reversal_and_correction_in_one_file_leave_only_the_correction():
    (outcome,) = netted(Payment((FIRST, FIRST.reversed(), SECOND)))
    assert outcome.patient_responsibility_cents == 15_00
    assert (outcome.cancelled, outcome.reversals) == (1, [])


def test_a_correction_in_a_later_remittance_of_the_same_file_counts():
    reversal = Payment((FIRST.reversed(),), (Plb("WO", "R", -50_00),), paid="0")
    (outcome,) = netted(reversal, Payment((SECOND,), trace="T2", control="0002"))
    assert outcome.patient_responsibility_cents == 15_00


def test_a_reversal_alone_leaves_the_file_as_a_reversal():
    (outcome,) = netted(Payment((FIRST.reversed(),), (Plb("WO", "R", -50_00),)))
    assert (outcome.standing, len(outcome.reversals), outcome.patient_responsibility_cents) == ([], 1, 0)


def test_what_was_decided_and_taken_back_within_a_file_is_gone():
    assert netted(Payment((FIRST, FIRST.reversed()))) == []


def test_the_same_amounts_paid_again_after_a_reversal_stand():
    (outcome,) = netted(Payment((FIRST.reversed(), FIRST)))
    assert outcome.patient_responsibility_cents == 25_00


def test_a_reversal_takes_back_only_the_part_of_a_split_claim_it_names():
    other = Claim("ACCT-1", 50_00, (Cas("CO", "45", 75_00), Cas("PR", "1", 25_00)), payer_number="ICN-5")
    (outcome,) = netted(Payment((other, FIRST, FIRST.reversed())))
    assert [placed.claim.payer_control_number for placed in outcome.standing] == ["ICN-5"]


def test_a_claim_that_was_split_counts_with_all_its_parts():
    part = Claim("ACCT-1", 5_00, (Cas("PR", "3", 10_00),), payer_number="ICN-2")
    (outcome,) = netted(Payment((FIRST, part)))
    assert (outcome.patient_responsibility_cents, outcome.insurance_paid_cents) == (35_00, 55_00)


def test_the_last_payer_in_line_says_what_is_left_for_the_patient():
    secondary = Claim("ACCT-1", 20_00, (Cas("OA", "23", 125_00), Cas("PR", "2", 5_00)), status="2")
    for order in ((FIRST, secondary), (secondary, FIRST)):
        (outcome,) = netted(
            Payment((order[0],), payer="P1"), Payment((order[1],), payer="P2", trace="T2", control="0002")
        )
        assert (outcome.patient_responsibility_cents, outcome.insurance_paid_cents) == (5_00, 70_00)


def test_a_denial_does_not_outweigh_a_decision():
    denied = Claim("ACCT-1", 0, (Cas("PR", "96", 150_00),), status="4", payer_number="ICN-0")
    (outcome,) = netted(Payment((denied, FIRST)))
    assert outcome.patient_responsibility_cents == 25_00


def test_a_claim_decided_twice_without_a_reversal_counts_as_decided_last():
    again = Claim("ACCT-1", 60_00, (Cas("CO", "45", 75_00), Cas("PR", "1", 15_00)))
    (outcome,) = netted(Payment((FIRST, again)))
    assert outcome.patient_responsibility_cents == 15_00


def test_the_same_remittance_twice_in_one_file_counts_once():
    (outcome,) = netted(Payment((FIRST,)), Payment((FIRST,), control="0002"))
    assert outcome.insurance_paid_cents == 50_00


def test_a_predetermination_decides_nothing():
    assert netted(Payment((Claim("ACCT-1", 0, (Cas("PR", "1", 10_00),), status="25"),))) == []


def test_outcomes_keep_the_order_of_the_file():
    claims = tuple(Claim(f"ACCT-{n}", 1_00, payer_number=f"ICN-{n}") for n in (3, 1, 2))
    assert [one.patient_control_number for one in netted(Payment(claims))] == ["ACCT-3", "ACCT-1", "ACCT-2"]


def test_a_decision_keeps_its_key_when_its_file_is_wrapped_anew():
    payment = Payment((FIRST, SECOND))
    styles = (None, Style(interchange="000000999", group="5"), Style(envelope=False), Style(line_end="\n"))
    assert len({netted(payment, style=style)[0].key for style in styles}) == 1


def test_decisions_of_different_payments_have_different_keys():
    def keys(payment, style=None):
        (remittance,) = read_remittances(write(payment, style), "a.835")
        return [claim_key(remittance, claim) for claim in remittance.claims]

    found = [
        *keys(Payment((FIRST, FIRST))),
        *keys(Payment((FIRST,), trace="T2")),
        *keys(Payment((FIRST,), effective="20260111")),
        *keys(Payment((FIRST,), payer="P2")),
        *keys(Payment((FIRST,), trace="")),
        *keys(Payment((FIRST,), trace=""), Style(interchange="000000999")),
    ]
    assert len(set(found)) == len(found)
