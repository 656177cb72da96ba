"""Any remittance that can be written is read back to the cent, and an independent parser reads the same."""

import io
from datetime import date
from pathlib import Path

import pytest
import pyx12.error_handler
import pyx12.params
import pyx12.x12context
import pyx12.x12file
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.remittances.netting import net
from integrations.remittances.reader import read_remittances
from tests.integrations.remittances.writer import Cas, Claim, Line, Payment, Plb, Style, write

signed = st.integers(-9_999_999_99, 9_999_999_99)
code = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=12)
number = st.from_regex(r"[A-Z0-9]([A-Z0-9 -]{0,12}[A-Z0-9])?", fullmatch=True)
day = st.dates(date(1900, 1, 1), date(2099, 12, 31)).map(lambda date: date.strftime("%Y%m%d"))
cas = st.one_of(
    st.builds(Cas, st.sampled_from(["CO", "OA", "PI"]), code, signed),
    st.builds(
        Cas,
        st.just("PR"),
        st.sampled_from(["1", "2", "3"]),
        st.integers(0, 20_000_00),
        st.sampled_from(["", "1", "2.5"]),
    ),
)
adjustments = st.lists(cas, max_size=8).map(tuple)
line = st.builds(Line, signed, adjustments, st.sampled_from(["HC:99213", "AD:D0120", "HC:99213:26"]), day)


@st.composite
def claims(draw):
    lines = tuple(draw(st.lists(line, max_size=3)))
    own = draw(adjustments)
    paid = sum(one.paid for one in lines) - sum(one.cents for one in own) if lines else draw(signed)
    claim = Claim(
        draw(number), paid, own, lines, draw(st.sampled_from(["1", "2", "3", "4", "19"])), draw(code),
        patient=(draw(code), draw(code), draw(code)), began=draw(st.one_of(st.just(""), day)),
    )  # fmt: skip
    if draw(st.booleans()):
        return claim
    return claim.reversed(draw(st.sampled_from(["", None])))


payments = st.builds(
    Payment,
    st.lists(claims(), min_size=1, max_size=3).map(tuple),
    st.lists(st.builds(Plb, st.sampled_from(["WO", "FB", "72"]), code, signed), max_size=8).map(tuple),
    code,
    day,
    code,
    control=st.from_regex(r"[0-9]{4,9}", fullmatch=True),
)
marks = st.lists(st.sampled_from(list("*:~|>^!'+\x1c\x1d\x1e")), min_size=3, max_size=3, unique=True)


@st.composite
def styles(draw):
    element, component, segment = draw(marks)
    segment = draw(st.sampled_from([segment, "\n"]))
    return Style(
        element, component, segment,
        line_end=draw(st.sampled_from(["", "\n", "\r\n"])) if segment != "\n" else "",
        version=draw(st.sampled_from(["005010X221A1", "004010X091A1"])),
        envelope=draw(st.booleans()),
        mark=draw(st.sampled_from([b"", b"\xef\xbb\xbf"])),
        interchange=draw(st.from_regex(r"[0-9]{9}", fullmatch=True)),
    )  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(payments, min_size=1, max_size=3), styles())
def test_what_is_written_is_read_back_to_the_cent(written, style):
    read = read_remittances(write(written, style), "a.835")
    assert len(read) == len(written)
    for one, payment in zip(read, written, strict=True):
        assert one.paid_cents == payment.total
        assert (one.trace, one.effective, one.payer_id) == (payment.trace, payment.effective, payment.payer)
        assert [plb.amount_cents for plb in one.provider_adjustments] == [plb.cents for plb in payment.plb]
        assert [plb.reference for plb in one.provider_adjustments] == [plb.reference for plb in payment.plb]
        for found, claim in zip(one.claims, payment.claims, strict=True):
            assert (found.patient_control_number, found.payer_control_number) == (claim.number, claim.payer_number)
            assert (found.charge_cents, found.paid_cents) == (claim.charge, claim.paid)
            assert found.patient_responsibility_cents == claim.patient_share
            told = [(one.group, one.reason, one.amount_cents) for one in found.all_adjustments()]
            assert told == [(one.group, one.reason, one.cents) for one in claim.all_cas]
            assert [line.paid_cents for line in found.lines] == [line.paid for line in claim.lines]


@settings(max_examples=80, deadline=None)
@given(st.lists(payments, min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_netting_never_invents_money(written, random):
    """Standing and reversed payments of all outcomes are the file's payments less what cancels to nothing."""
    read = read_remittances(write(written), "a.835")
    for outcome in net(read):
        assert outcome.patient_responsibility_cents >= 0
        possible = [
            claim.patient_responsibility_cents
            for remittance in read
            for claim in remittance.claims
            if claim.patient_control_number == outcome.patient_control_number and not claim.reverses
        ]
        assert outcome.patient_responsibility_cents <= sum(possible)


# --- against an independent parser --------------------------------------------------------------------------------

SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "samples" / "x12_835"
SAMPLE_FILES = {path.name: path.read_bytes() for path in sorted(SAMPLES.glob("*.835"))}

OWN = {
    "5010": write(Payment((Claim("A", 5_00, lines=(Line(5_00, (Cas("PR", "1", 7_05), Cas("CO", "45", 8_00))),)),))),
    "5010 reversal": write(
        Payment(
            (
                Claim("A", 50_00, (Cas("CO", "45", 75_00), Cas("PR", "1", 25_00))).reversed(),
                Claim("A", 60_00, (Cas("CO", "45", 75_00), Cas("PR", "1", 15_00))),
            ),
            (Plb("WO", "R", 5_00),),
        ),
        Style(line_end="\r\n"),
    ),
    "5010 several": write(
        [Payment((Claim(f"A{n}", 5_00, (Cas("PR", "3", n),)),), control=f"000{n}") for n in range(1, 5)],
        Style(element="|", component=">", segment="!"),
    ),
    "4010 dental": write(
        Payment((Claim("A", 5_00, lines=(Line(5_00, (Cas("PR", "1", 7_05),), "AD:D0120"),)),)),
        Style(version="004010X091A1"),
    ),
}
ENVELOPED = OWN | {name: data for name, data in SAMPLE_FILES.items() if data.startswith(b"ISA")}


def seen_by_pyx12(data):
    """(CLP01, CLP02, CLP03, CLP04, CLP05, sum of CAS, sum of CAS PR) of each claim, amounts as exact texts."""
    reader = pyx12.x12file.X12Reader(io.StringIO(data.decode()))
    found = []
    for segment in reader:
        if segment.get_seg_id() == "CLP":
            found.append([*(segment.get_value(f"CLP0{n}") or "" for n in range(1, 6)), 0, 0])
        elif segment.get_seg_id() == "CAS":
            for n in range(3, 19, 3):
                cents = exact(segment.get_value(f"CAS{n:02d}") or "0")
                found[-1][5] += cents
                found[-1][6] += cents if segment.get_value("CAS01") == "PR" else 0
    return [[*claim[:2], *map(exact, claim[2:5]), *claim[5:]] for claim in found]


def exact(text):
    whole, _, rest = (text or "0").lstrip("-").partition(".")
    return (-1 if text.startswith("-") else 1) * (int(whole or 0) * 100 + int(rest.ljust(2, "0") or 0))


@pytest.mark.parametrize("name", ENVELOPED)
def test_an_independent_parser_sees_the_same_claims_and_sums(name):
    data = ENVELOPED[name]
    ours = [
        [
            claim.patient_control_number,
            claim.status,
            claim.charge_cents,
            claim.paid_cents,
            claim.patient_responsibility_cents,
            sum(one.amount_cents for one in claim.all_adjustments()),
            sum(one.amount_cents for one in claim.all_adjustments() if one.group == "PR"),
        ]
        for remittance in read_remittances(data, name)
        for claim in remittance.claims
    ]
    assert ours == seen_by_pyx12(data)


@pytest.mark.parametrize("name", ENVELOPED)
def test_an_independent_parser_finds_the_same_claim_loops_by_its_own_maps(name):
    reader = pyx12.x12context.X12ContextReader(
        pyx12.params.params(), pyx12.error_handler.errh_null(), io.StringIO(ENVELOPED[name].decode())
    )
    loops = [
        (loop.get_value("CLP01"), exact(loop.get_value("CLP04") or "0"))
        for loop in reader.iter_segments("2100")
        if loop.id == "2100"
    ]
    ours = read_remittances(ENVELOPED[name], name)
    assert loops == [(claim.patient_control_number, claim.paid_cents) for one in ours for claim in one.claims]


# --- published files, where they are there ------------------------------------------------------------------------

SHARES = {
    "k_blue_cross_nc_sample.835": [142_54],
    "k_emedny_sample.835": [0, 0, 0],
    "k_united_healthcare_legacy_sample.835": [105_26, 115_13],
    "lfh_cob-contractural-adjustment.835": [0],
    "lfh_managed-care.835": [300_00, 600_00],
    "lfh_medicare-part-a.835": [0, 0],
    "lfh_secondary-payment.835": [0, 220_00],
    "lfh_tertiary-payment.835": [0],
}


@pytest.mark.parametrize("name", sorted(SAMPLE_FILES.keys() & SHARES.keys()) or ["none here"])
def test_the_patients_share_in_published_files_is_right_to_the_cent(name):
    read = read_remittances(SAMPLE_FILES[name], name) if name in SAMPLE_FILES else []
    shares = [claim.patient_responsibility_cents for one in read for claim in one.claims]
    assert shares == SHARES.get(name, [])


def test_every_published_file_is_read():
    for name, data in SAMPLE_FILES.items():
        assert read_remittances(data, name)
