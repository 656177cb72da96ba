"""Remittances of our own making in every shape that must be read; it shares no code with the reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


def dollars(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    return f"{sign}{whole}.{rest:02d}" if rest else f"{sign}{whole}"


@dataclass(frozen=True)
class Style:
    element: str = "*"
    component: str = ":"
    segment: str = "~"
    line_end: str = ""
    version: str = "005010X221A1"
    envelope: bool = True
    mark: bytes = b""
    encoding: str = "utf-8"
    interchange: str = "000000907"
    group: str = "77"
    wrapped_at: int = 0


@dataclass(frozen=True)
class Cas:
    group: str
    reason: str
    cents: int
    quantity: str = ""


@dataclass(frozen=True)
class Line:
    paid: int
    cas: tuple[Cas, ...] = ()
    procedure: str = "HC:99213"
    on: str = "20260105"


@dataclass(frozen=True)
class Claim:
    """Charge and patient responsibility follow from the payment and the adjustments unless given as text."""

    number: str
    paid: int
    cas: tuple[Cas, ...] = ()
    lines: tuple[Line, ...] = ()
    status: str = "1"
    payer_number: str = "ICN-1"
    share: str | None = None
    patient: tuple[str, str, str] = ("DOE", "ANA", "M100")
    insured: tuple[str, str, str] | None = None
    began: str = "20260105"
    extra: tuple[str, ...] = ()

    @property
    def all_cas(self) -> list[Cas]:
        return [*self.cas, *(cas for line in self.lines for cas in line.cas)]

    @property
    def charge(self) -> int:
        return self.paid + sum(cas.cents for cas in self.all_cas)

    @property
    def patient_share(self) -> int:
        return sum(cas.cents for cas in self.all_cas if cas.group == "PR")

    def reversed(self, share: str | None = None) -> Claim:
        """As 5010 takes it back: original groups, every amount negated (RFI 1147, 2442)."""

        def undo(cas: tuple[Cas, ...]) -> tuple[Cas, ...]:
            return tuple(Cas(one.group, one.reason, -one.cents) for one in cas)

        lines = tuple(Line(-line.paid, undo(line.cas), line.procedure, line.on) for line in self.lines)
        return Claim(
            self.number, -self.paid, undo(self.cas), lines, "22", self.payer_number,
            share, self.patient, self.insured, self.began,
        )  # fmt: skip

    def reversed_in_4010(self) -> Claim:
        """As 4010 takes it back: one group CR, nothing said of the patient's share (RFI 319)."""
        cas = (Cas("CR", "45", -(self.charge - self.paid)),)
        return Claim(self.number, -self.paid, cas, (), "22", self.payer_number, "", self.patient)


@dataclass(frozen=True)
class Plb:
    reason: str
    reference: str
    cents: int


@dataclass(frozen=True)
class Payment:
    claims: tuple[Claim, ...] = ()
    plb: tuple[Plb, ...] = ()
    trace: str = "TRACE1"
    effective: str = "20260110"
    payer: str = "1512345678"
    control: str = "0001"
    paid: str | None = None
    extra: tuple[str, ...] = field(default=())

    @property
    def total(self) -> int:
        return sum(claim.paid for claim in self.claims) - sum(plb.cents for plb in self.plb)


def write(payments: Sequence[Payment] | Payment, style: Style | None = None) -> bytes:
    style = style or Style()
    payments = [payments] if isinstance(payments, Payment) else list(payments)
    segments = [segment for payment in payments for segment in _transaction(payment)]
    if style.envelope:
        segments = [
            f"GS|HP|PAYER|PRACTICE|20260110|1200|{style.group}|X|{style.version}",
            *segments,
            f"GE|{len(payments)}|{style.group}",
            f"IEA|1|{style.interchange}",
        ]
    text = style.segment.join(_translated(one, style) for one in segments) + style.segment
    if style.envelope:
        text = _isa(style) + text
    if style.line_end:
        text = text.replace(style.segment, style.segment + style.line_end)
    if style.wrapped_at:
        width = style.wrapped_at
        text = "\r\n".join(text[at : at + width] for at in range(0, len(text), width))
    return style.mark + text.encode(style.encoding)


def segments_of(data: bytes, terminator: bytes = b"~") -> list[bytes]:
    return data.rstrip(b"\r\n").split(terminator)[:-1]


def _translated(segment: str, style: Style) -> str:
    return segment.translate({ord("|"): style.element, ord(":"): style.component})


def _isa(style: Style) -> str:
    free = next(mark for mark in "^{`" if mark not in (style.element, style.component, style.segment))
    repetition, version = ("U", "00401") if style.version.startswith("004") else (free, "00501")
    parts = [
        "ISA", "00", " " * 10, "00", " " * 10, "ZZ", "PAYER".ljust(15), "ZZ", "PRACTICE".ljust(15), "260110", "1200",
        repetition, version, style.interchange, "0", "P", style.component,
    ]  # fmt: skip
    return style.element.join(parts) + style.segment


def _transaction(payment: Payment) -> list[str]:
    amount = payment.paid if payment.paid is not None else dollars(payment.total)
    body = [
        f"ST|835|{payment.control}",
        f"BPR|I|{amount}|C|ACH|CCP|01|111|DA|33|{payment.payer}||01|111|DA|22|{payment.effective}",
        *([f"TRN|1|{payment.trace}|{payment.payer}"] if payment.trace else []),
        "DTM|405|20260110",
        "N1|PR|OUR PAYER",
        "N3|1 MAIN STREET",
        "N4|SPRINGFIELD|IL|62701",
        "N1|PE|OUR PRACTICE|XX|1999999984",
        *payment.extra,
        *(["LX|1"] if payment.claims else []),
    ]
    for claim in payment.claims:
        body += _claim(claim)
    body += [f"PLB|1999999984|20261231|{one.reason}:{one.reference}|{dollars(one.cents)}" for one in payment.plb]
    return [*body, f"SE|{len(body) + 1}|{payment.control}"]


def _claim(claim: Claim) -> list[str]:
    share = claim.share
    if share is None:
        share = dollars(claim.patient_share) if claim.patient_share else ""
    head = [claim.number, claim.status, dollars(claim.charge), dollars(claim.paid), share, "12", claim.payer_number]
    found = ["|".join(["CLP", *head, "11", "1"])]
    found += _cas(claim.cas)
    found.append(_name("QC", claim.patient))
    if claim.insured:
        found.append(_name("IL", claim.insured))
    if claim.began:
        found.append(f"DTM|232|{claim.began}")
    found += claim.extra
    for line in claim.lines:
        charge = line.paid + sum(cas.cents for cas in line.cas)
        found.append(f"SVC|{line.procedure}|{dollars(charge)}|{dollars(line.paid)}||1")
        found.append(f"DTM|472|{line.on}")
        found += _cas(line.cas)
    return found


def _name(role: str, person: tuple[str, str, str]) -> str:
    return f"NM1|{role}|1|{person[0]}|{person[1]}||||MI|{person[2]}"


def _cas(adjustments: Sequence[Cas]) -> list[str]:
    """Adjustments of one group that follow each other share a segment, six at most."""
    found: list[list[str]] = []
    last = ""
    for cas in adjustments:
        if cas.group != last or len(found[-1]) > 17:
            found.append(["CAS", cas.group])
            last = cas.group
        found[-1] += [cas.reason, dollars(cas.cents), cas.quantity]
    return ["|".join(segment).rstrip("|") for segment in found]
