"""Every shape a remittance comes in is read to the cent."""

from datetime import date
from decimal import Decimal

import pytest

from integrations.remittances.reader import read_remittances
from tests.integrations.remittances.writer import Cas, Claim, Line, Payment, Plb, Style, segments_of, write

ANA = Claim(
    "ACCT-1",
    paid=88_92,
    lines=(
        Line(88_92, (Cas("CO", "45", 67_50),)),
        Line(0, (Cas("PR", "1", 105_26), Cas("CO", "45", 79_60)), on="20260103"),
    ),
)
BEN = Claim(
    "ACCT-2", paid=310_00, cas=(Cas("PR", "2", 5_13), Cas("PR", "1", 1_10, "2"), Cas("CO", "45", 84_00)),
    status="2", payer_number="ICN-2", patient=("ROE", "BEN", "M200"), insured=("ROE", "EVA", "M200"), began="",
)  # fmt: skip

STYLES = {
    "5010 on one line": Style(),
    "5010 with line ends": Style(line_end="\n"),
    "5010 with carriage returns and line ends": Style(line_end="\r\n"),
    "5010 wrapped at 80 characters": Style(wrapped_at=80),
    "5010 with other separators": Style(element="|", component=">", segment="'"),
    "5010 with control characters between segments": Style(element="\x1d", component="\x1f", segment="\x1c"),
    "5010 whose segments end with a line end": Style(segment="\n"),
    "5010 whose segments end with a carriage return": Style(segment="\r", line_end="\n"),
    "dental 4010": Style(version="004010X091A1"),
    "without envelope": Style(envelope=False),
    "without envelope, on lines": Style(envelope=False, line_end="\r\n"),
    "without envelope, each segment a line": Style(envelope=False, segment="\n"),
    "without envelope, other separators": Style(envelope=False, element="|", component="^", segment="!"),
    "with a UTF-8 mark": Style(mark=b"\xef\xbb\xbf"),
    "with a UTF-16 mark": Style(mark=b"\xff\xfe", encoding="utf-16-le"),
    "without envelope, with a mark": Style(envelope=False, mark=b"\xef\xbb\xbf", line_end="\n"),
}


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES.keys())
def test_the_same_claims_are_read_from_every_shape(style):
    (remittance,) = read_remittances(write(Payment((ANA, BEN), (Plb("WO", "REF1", 10_00),)), style), "a.835")
    ana, ben = remittance.claims
    assert (ana.charge_cents, ana.paid_cents, ana.patient_responsibility_cents) == (341_28, 88_92, 105_26)
    assert (ben.charge_cents, ben.paid_cents, ben.patient_responsibility_cents) == (400_23, 310_00, 6_23)
    assert remittance.paid_cents == 388_92
    (plb,) = remittance.provider_adjustments
    assert (plb.reason, plb.reference, plb.amount_cents) == ("WO", "REF1", 10_00)


def test_a_claim_keeps_its_numbers_people_dates_and_adjustments():
    (remittance,) = read_remittances(write(Payment((ANA, BEN))), "a.835")
    ana, ben = remittance.claims
    assert (ana.patient_control_number, ana.payer_control_number, ana.status) == ("ACCT-1", "ICN-1", "1")
    assert (ana.facility_code, ana.frequency_code, ana.filing_indicator) == ("11", "1", "12")
    assert (ana.patient.first_name, ana.patient.last_name, ana.patient.id) == ("ANA", "DOE", "M100")
    assert (ben.insured.first_name, ben.insured.id, ana.insured) == ("EVA", "M200", None)
    assert ana.service_date == date(2026, 1, 5)
    assert [(line.procedure, line.units, line.serviced_on) for line in ana.lines] == [
        ("HC:99213", Decimal(1), date(2026, 1, 5)),
        ("HC:99213", Decimal(1), date(2026, 1, 3)),
    ]
    assert [(one.group, one.reason, one.amount_cents, one.quantity) for one in ben.adjustments] == [
        ("PR", "2", 5_13, None),
        ("PR", "1", 1_10, Decimal(2)),
        ("CO", "45", 84_00, None),
    ]


def test_the_service_date_comes_from_the_lines_when_the_claim_has_none():
    claim = Claim("A", 10_00, lines=(Line(4_00, on="20260109"), Line(6_00, on="20260107")), began="")
    (remittance,) = read_remittances(write(Payment((claim,))), "a.835")
    assert remittance.claims[0].service_date == date(2026, 1, 7)


def test_a_remittance_knows_its_payer_payee_trace_and_file():
    (remittance,) = read_remittances(write(Payment((ANA,)), Style(group="42")), "a.835")
    assert (remittance.payer_id, remittance.payer_name, remittance.payee_id) == (
        "1512345678",
        "OUR PAYER",
        "1999999984",
    )
    assert (remittance.trace, remittance.effective, remittance.produced_on) == ("TRACE1", "20260110", date(2026, 1, 10))
    assert remittance.file_identity[1:] == ("000000907", "42", "0001")
    assert len(remittance.file_identity[0]) == 64
    assert remittance.oddities == []


def test_a_file_with_several_remittances_gives_each():
    payments = [Payment((ANA,)), Payment((BEN,), trace="TRACE2", control="0002")]
    assert [one.trace for one in read_remittances(write(payments), "a.835")] == ["TRACE1", "TRACE2"]
    assert [one.trace for one in read_remittances(write(payments, Style(envelope=False)), "a.835")] == [
        "TRACE1",
        "TRACE2",
    ]


def test_two_interchanges_in_one_file_are_both_read():
    data = write(Payment((ANA,))) + b"\n" + write(Payment((BEN,), trace="TRACE2"), Style(interchange="000000908"))
    assert [one.interchange_control for one in read_remittances(data, "a.835")] == ["000000907", "000000908"]


def test_a_payment_without_claims_but_with_provider_adjustments_is_read():
    (remittance,) = read_remittances(write(Payment((), (Plb("FB", "BALANCE", -25_00),))), "a.835")
    assert (remittance.paid_cents, remittance.claims) == (25_00, [])


def test_a_5010_reversal_may_leave_the_patients_share_empty_or_negate_it():
    for share in ("", "-105.26"):
        (remittance,) = read_remittances(write(Payment((ANA.reversed(share), BEN), paid="221.08")), "a.835")
        reversal = remittance.claims[0]
        assert reversal.reverses
        assert (reversal.charge_cents, reversal.paid_cents) == (-341_28, -88_92)
        assert reversal.patient_responsibility_cents == -105_26


def test_a_4010_reversal_says_nothing_of_the_patients_share():
    data = write(Payment((ANA.reversed_in_4010(), BEN)), Style(version="004010X091A1"))
    reversal = read_remittances(data, "a.835")[0].claims[0]
    assert (reversal.charge_cents, reversal.patient_responsibility_cents) == (-341_28, 0)


def test_the_published_example_of_a_corrected_4010_claim_balances():
    claim = Claim("1234567890", 24_00, (Cas("PR", "1", 36_00), Cas("CO", "45", 40_00)), payer_number="")
    read = read_remittances(write(Payment((claim,))), "a.835")[0].claims[0]
    assert (read.charge_cents, read.patient_responsibility_cents) == (100_00, 36_00)


def test_a_line_that_only_reports_moves_no_money():
    claim = Claim("A", 10_00, extra=("SVC|HC:59426||||||742|742",))
    read = read_remittances(write(Payment((claim,))), "a.835")[0].claims[0]
    assert [(line.charge_cents, line.paid_cents) for line in read.lines] == [(0, 0)]


def test_amounts_are_exact_however_they_are_written():
    for text, cents in {"12": 1200, "12.": 1200, "12.5": 1250, ".5": 50, "0.07": 7, "-0.29": -29, "1.15": 115}.items():
        claim = Claim("A", 0, extra=(f"CAS|CO|45|{text}",))
        data = write(Payment((claim,))).replace(b"CLP*A*1*0*", f"CLP*A*1*{text}*".encode())
        assert read_remittances(data, "a.835")[0].claims[0].adjustments[0].amount_cents == cents


def test_a_file_without_envelope_whose_count_is_off_by_one_is_read_with_a_remark():
    data = write(Payment((ANA,)), Style(envelope=False))
    counted = len(segments_of(data))
    off_by_one = data.replace(f"SE*{counted}*".encode(), f"SE*{counted + 1}*".encode())
    (remittance,) = read_remittances(off_by_one, "a.835")
    assert f"SE01 counts {counted + 1} segments, {counted} are here" in remittance.oddities[0]


def test_an_acknowledgment_in_front_of_the_remittances_is_passed_over():
    data = write(Payment((ANA,))).replace(b"GS*HP", b"TA1*000000905*260109*1200*A*000~GS*HP")
    assert len(read_remittances(data, "a.835")) == 1


def test_empty_lines_at_the_end_of_a_file_whose_segments_are_lines_do_no_harm():
    data = write(Payment((ANA,)), Style(segment="\n")) + b"\n\n"
    assert len(read_remittances(data, "a.835")) == 1


def test_empty_places_for_adjustments_are_passed_over():
    claim = Claim("A", 10_00, extra=("CAS|CO|45|1|||||97|2", "CAS|OA|23|0|"))
    data = write(Payment((claim,), (Plb("WO", "R", 1_00),))).replace(b"CLP*A*1*10*10*", b"CLP*A*1*13*10*")
    (remittance,) = read_remittances(data.replace(b"WO:R*1~", b"WO:R*1***FB:S*0~"), "a.835")
    assert [one.amount_cents for one in remittance.claims[0].adjustments] == [1_00, 2_00, 0]
    assert [one.reason for one in remittance.provider_adjustments] == ["WO", "FB"]


def test_other_parties_and_other_dates_say_nothing_about_payer_payee_or_service():
    claim = Claim("A", 10_00, extra=("NM1|82|1|POE|CY||||XX|1999999984", "DTM|050|20260102", "DTM|233|20260106"))
    (remittance,) = read_remittances(write(Payment((claim,), extra=("N1|ZZ|SOMEONE", "DTM|009|x"))), "a.835")
    assert remittance.payer_name == "OUR PAYER"
    assert (remittance.claims[0].patient.first_name, remittance.claims[0].service_date) == ("ANA", date(2026, 1, 5))
