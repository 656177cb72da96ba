"""A damaged remittance is refused whole, with the segment, the reason and the mend."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.remittances.reader import read_remittances
from integrations.remittances.refusal import RemittanceRefused
from tests.integrations.remittances.test_reading import ANA, BEN
from tests.integrations.remittances.writer import Cas, Claim, Payment, Plb, Style, segments_of, write

FILE = write(
    [Payment((ANA, BEN.reversed("")), (Plb("WO", "R", -400_00),)), Payment((BEN,), trace="T2", control="0002")]
)
BARE = write(Payment((ANA, BEN)), Style(envelope=False))


def refusal_of(data):
    with pytest.raises(RemittanceRefused) as caught:
        read_remittances(data, "a.835")
    return caught.value


def changed(old, new, data=FILE):
    assert data.count(old) >= 1
    return refusal_of(data.replace(old, new, 1))


@pytest.mark.parametrize(
    "data", [FILE, BARE, write(Payment((ANA,)), Style(segment="\n"))], ids=["enveloped", "bare", "lines"]
)
def test_a_file_cut_short_anywhere_is_refused(data):
    for length in range(len(data)):
        refusal_of(data[:length])


def test_a_file_cut_short_inside_its_mark_or_ending_in_blanks_is_judged_by_its_content():
    assert read_remittances(FILE + b"\r\n\r\n\x1a", "a.835") == read_remittances(FILE + b"\r\n\r\n\x1a", "b.835")
    refusal_of(b"\xef\xbb")


def test_a_file_that_lost_any_one_segment_is_refused():
    segments = segments_of(FILE)
    for lost in range(len(segments)):
        rest = segments[:lost] + segments[lost + 1 :]
        refusal_of(b"~".join(rest) + b"~")


def test_a_file_in_which_any_one_segment_stands_twice_is_refused():
    segments = segments_of(FILE)
    for twice in range(len(segments)):
        refusal_of(b"~".join(segments[: twice + 1] + segments[twice:]) + b"~")


def test_without_an_envelope_a_lost_segment_is_refused_or_leaves_all_money_as_it_was():
    def money(data):
        return [
            (claim.patient_control_number, claim.charge_cents, claim.paid_cents, claim.patient_responsibility_cents)
            for remittance in read_remittances(data, "a.835")
            for claim in remittance.claims
        ]

    segments = segments_of(BARE)
    for lost in range(len(segments)):
        data = b"~".join(segments[:lost] + segments[lost + 1 :]) + b"~"
        try:
            assert money(data) == money(BARE)
            assert read_remittances(data, "a.835")[0].oddities
        except RemittanceRefused:
            pass


def test_the_refusal_names_segment_line_byte_reason_and_mend_but_no_patient():
    refused = refusal_of(FILE.replace(b"~", b"~\r\n").replace(b"CLP*ACCT-1*1*341.28*", b"CLP*ACCT-1*1*341.29*"))
    assert (refused.segment_number, refused.segment_id, refused.line) == (12, "CLP", 12)
    assert FILE.replace(b"~", b"~\r\n")[refused.byte - 1 :].startswith(b"CLP*")
    assert refused.reason == "CLP03 charges 341.29, but payment and adjustments make 341.28"
    assert str(refused).startswith("a.835: segment 12 (CLP), line 12, byte ")
    assert str(refused).endswith("nothing of the file was taken in.")
    for private in ("ACCT-1", "DOE", "ANA", "M100"):
        assert private not in str(refused)


def test_the_byte_counts_the_mark_and_letters_of_two_bytes():
    marked = write(Payment((ANA,)), Style(mark=b"\xef\xbb\xbf")).replace(b"OUR PAYER", "SEÑOR".encode())
    damaged = marked.replace(b"CLP*ACCT-1*1*", b"CLP*ACCT-1*99*")
    assert damaged[refusal_of(damaged).byte - 1 :].startswith(b"CLP*")


@pytest.mark.parametrize(
    ("old", "new", "segment", "reason"),
    [
        (b"IEA*1*000000907", b"IEA*1*000000908", "IEA", "IEA02 differs from ISA13"),
        (b"IEA*1*", b"IEA*2*", "IEA", "IEA01 does not agree with the 1 groups"),
        (b"GE*2*77", b"GE*1*77", "GE", "GE01 does not agree with the 2 transactions"),
        (b"GE*2*77", b"GE*2*78", "GE", "GE02 differs from GS06"),
        (b"*0002~GE", b"*0003~GE", "SE", "SE02 differs from ST02"),
        (b"ST*835*0001", b"ST*837*0001", "ST", "not a remittance"),
        (b"BPR*I*178.92*", b"BPR*I*178.93*", "BPR", "BPR02 says 178.93"),
        (b"BPR*I*178.92*", b"BPR*I**", "BPR", "BPR02 is missing"),
        (b"*341.28*88.92*", b"*341.28*88.920*", "CLP", "CLP04 has more than two decimals"),
        (b"*341.28*88.92*", b"*341.28*8,892*", "CLP", "CLP04 is not an amount"),
        (b"*341.28*88.92*", b"*341.28*NaN*", "CLP", "CLP04 is not an amount"),
        (b"*341.28*88.92*", b"*341.28*1E2*", "CLP", "CLP04 is not an amount"),
        (b"*341.28*88.92*", b"*341.28*\xd9\xa1*", "CLP", "CLP04 is not an amount"),
        (b"*88.92*105.26*", b"*88.92*105.27*", "CLP", "CLP05 says 105.27"),
        (b"*88.92*105.26*", b"*88.92**", "CLP", "CLP05 says 0.00"),
        (b"CLP*ACCT-1*1*", b"CLP**1*", "CLP", "CLP01"),
        (b"CLP*ACCT-1*1*", b"CLP*ACCT-1*77*", "CLP", "CLP02"),
        (b"CLP*ACCT-1*1*", b"CLQ*ACCT-1*1*", "CLQ", "no such segment"),
        (b"LX*1~CLP*ACCT-1*", b"LX*1~REF*ACCT-1*", "NM1", "its CLP is missing"),
        (b"CAS*CO*45*67.50", b"CAS*XX*45*67.5", "CAS", "CAS01"),
        (b"CAS*CO*45*67.50", b"CAS*CO**67.5", "CAS", "CAS02"),
        (b"CAS*CO*45*67.50", b"CAS*CO*45*", "CAS", "CAS03 is missing"),
        (b"CAS*CO*45*67.50", b"CAS*CO", "CAS", "one to six adjustments"),
        (b"CAS*CO*45*67.50", b"CAS*CO*45*67.50*x", "CAS", "CAS04 is not a number"),
        (b"DTM*472*20260105", b"DTM*472*20261305", "DTM", "DTM02 is not a date"),
        (b"PLB*1999999984*20261231*WO:R*-400", b"PLB*1999999984*20261231*WO:R", "PLB", "incomplete"),
        (b"PLB*1999999984*20261231*WO:R*-400", b"PLB*1999999984*20261231*WO:R*x", "PLB", "PLB04 is not an amount"),
        (b"N4*SPRINGFIELD", b"~N4*SPRINGFIELD", "", "empty segment"),
        (b"N4*SPRINGFIELD", b"N4*SPRING\x00FIELD", "ISA", "zero bytes"),
        (b"BPR*I*178.92", b"NTE*I*488.92", "NTE", "BPR should stand here"),
    ],
)
def test_a_damage_is_named_with_its_segment_and_reason(old, new, segment, reason):
    refused = changed(old, new)
    assert refused.segment_id == segment
    assert reason in refused.reason
    assert refused.mend


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"   ",
        b"PK\x03\x04",
        b"%PDF-1.7",
        b"account,total\nA,1.00\n",
        b"ISA*00*",
        b"GS*HP*A*B~",
        b"ISA" + b"*A" * 20,
        b"\xff\xfe",
    ],
)
def test_something_that_is_no_remittance_is_refused(text):
    refused = refusal_of(text)
    assert (refused.segment_number, refused.line, refused.byte) == (1, 1, 1)


def test_an_envelope_without_remittance_is_refused():
    isa, gs, *_, iea = segments_of(FILE)
    assert "before" in refusal_of(b"~".join([isa, gs]) + b"~").reason
    assert "no remittance" in refusal_of(b"~".join([isa, iea.replace(b"IEA*1", b"IEA*0")]) + b"~").reason
    assert "GS is incomplete" in refusal_of(b"~".join([isa, b"GS*HP", iea]) + b"~").reason


def test_a_remittance_that_holds_neither_claim_nor_provider_adjustment_is_refused():
    assert "without a claim (CLP)" in refusal_of(write(Payment(()))).reason


def test_a_claim_after_the_provider_adjustments_is_refused():
    plb = rb"PLB\*1999999984\*20261231\*WO:R\*-400~"
    data = re.sub(plb, b"", FILE).replace(b"LX*1~", b"LX*1~PLB*1999999984*20261231*WO:R*-400~", 1)
    assert "after the provider adjustments" in refusal_of(data).reason


def test_a_negative_share_of_a_claim_that_reverses_nothing_is_refused():
    claim = Claim("A", 10_00, (Cas("PR", "1", -5_00),))
    assert "negative although the claim reverses nothing" in refusal_of(write(Payment((claim,)))).reason


def test_a_share_above_a_million_dollars_is_refused():
    claim = Claim("A", 10_00, (Cas("PR", "1", 1_000_000_01),))
    assert "no patient owes that" in refusal_of(write(Payment((claim,)))).reason


def test_a_reversal_whose_share_is_neither_empty_nor_negated_is_refused():
    assert "takes back" in refusal_of(write(Payment((ANA.reversed("-105.25"),)))).reason


def test_a_file_without_envelope_whose_count_is_off_by_more_than_one_is_refused():
    segments = segments_of(BARE)
    data = b"~".join(one for one in segments if not one.startswith((b"N3", b"N4"))) + b"~"
    assert "SE01" in refusal_of(data).reason


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(FILE) - 1), st.binary(max_size=3), st.integers(0, 4))
def test_whatever_happens_to_a_few_bytes_the_answer_is_a_reading_or_a_refusal(at, put, cut):
    try:
        read = read_remittances(FILE[:at] + put + FILE[at + cut :], "a.835")
    except RemittanceRefused:
        return
    for remittance in read:
        paid = sum(claim.paid_cents for claim in remittance.claims)
        assert remittance.paid_cents == paid - sum(one.amount_cents for one in remittance.provider_adjustments)


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text("ISAGTEBPRCLN*~:0123456789 \n", max_size=300).map(str.encode)))
def test_arbitrary_bytes_are_refused_and_never_crash_the_reader(data):
    refusal_of(data)
