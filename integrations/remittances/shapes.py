"""What one remittance says, as plain values in integer cents; reading, checking and netting live in their own files."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

REVERSAL = "22"
PREDETERMINATION = "25"
DENIED = "4"
FORWARDED = frozenset({"19", "20", "21", "23"})
"""Processed, and sent on to another payer whose answer is still to come."""
UNDECIDED = frozenset({"5", "10", "13", "15", "16", "17", "27"})
"""4010 only: received, suspended or under review."""
CLAIM_STATUSES = FORWARDED | UNDECIDED | {"1", "2", "3", DENIED, REVERSAL, PREDETERMINATION}

RANKS = {"1": 1, "19": 1, "2": 2, "20": 2, "3": 3, "21": 3}
"""Processed as primary, secondary or tertiary; a denial or anything else ranks below."""

GROUPS = frozenset({"CO", "CR", "OA", "PI", "PR"})
"""Contractual, correction or reversal (4010), other, payer initiated, patient responsibility."""


@dataclass(slots=True)
class Adjustment:
    """Why a payer paid less than was charged: a positive amount lowers the payment, a negative one raises it."""

    group: str
    reason: str
    amount_cents: int
    quantity: Decimal | None = None


@dataclass(slots=True)
class Person:
    """A patient (NM1 QC) or insured person (NM1 IL) as the payer names them."""

    last_name: str = ""
    first_name: str = ""
    id: str = ""


@dataclass(slots=True)
class ServiceLine:
    """One service of a claim (SVC). The procedure is kept as the payer wrote it, qualifier and modifiers included."""

    procedure: str
    charge_cents: int
    paid_cents: int
    units: Decimal | None = None
    adjustments: list[Adjustment] = field(default_factory=list)
    serviced_on: date | None = None


@dataclass(slots=True)
class ClaimPayment:
    """One claim as decided by the payer (CLP and what follows it). Diagnosis groups and remark codes are not kept."""

    patient_control_number: str
    status: str
    charge_cents: int
    paid_cents: int
    reported_responsibility_cents: int | None
    """CLP05 as sent; None when it was left empty."""
    filing_indicator: str
    payer_control_number: str
    facility_code: str
    frequency_code: str
    position: int
    """Ordinal of the claim in its remittance, from 1."""
    segment_number: int
    """Of its CLP in the file, for messages."""
    adjustments: list[Adjustment] = field(default_factory=list)
    lines: list[ServiceLine] = field(default_factory=list)
    patient: Person | None = None
    insured: Person | None = None
    began_on: date | None = None
    ended_on: date | None = None

    @property
    def reverses(self) -> bool:
        """True when this takes back an earlier decision about the same claim."""
        return self.status == REVERSAL

    @property
    def patient_responsibility_cents(self) -> int:
        """The patient's share; negative on a reversal."""
        if self.reported_responsibility_cents is not None:
            return self.reported_responsibility_cents
        return sum(adjustment.amount_cents for adjustment in self.all_adjustments() if adjustment.group == "PR")

    @property
    def service_date(self) -> date | None:
        """The first day of service: the claim's own, else the earliest of its lines, else its last day."""
        if self.began_on is not None:
            return self.began_on
        return min((line.serviced_on for line in self.lines if line.serviced_on), default=self.ended_on)

    def all_adjustments(self) -> list[Adjustment]:
        """Adjustments of the claim, then of each of its lines."""
        found = list(self.adjustments)
        for line in self.lines:
            found += line.adjustments
        return found


@dataclass(slots=True)
class ProviderAdjustment:
    """Money between payer and practice that belongs to no claim (PLB): a positive amount lowers the payment."""

    provider: str
    reason: str
    reference: str
    amount_cents: int
    segment_number: int


@dataclass(slots=True)
class Remittance:
    """One ST to SE: what one check or transfer of one payer is made of."""

    file_sha256: str
    interchange_control: str
    group_control: str
    transaction_control: str
    version: str
    """GS08, such as 005010X221A1; empty for a file without envelope."""
    paid_cents: int
    payment_method: str
    effective: str
    """BPR16 as sent: it is part of the payment's identity even when it is no date."""
    segment_number: int
    """Of its BPR in the file, for messages."""
    trace: str = ""
    payer_id: str = ""
    payer_name: str = ""
    payee_id: str = ""
    produced_on: date | None = None
    oddities: list[str] = field(default_factory=list)
    """Things a person should hear of although the remittance can be trusted."""
    claims: list[ClaimPayment] = field(default_factory=list)
    provider_adjustments: list[ProviderAdjustment] = field(default_factory=list)

    @property
    def file_identity(self) -> tuple[str, str, str, str]:
        """The bytes' digest and the three control numbers: ISA13, GS06, ST02."""
        return (self.file_sha256, self.interchange_control, self.group_control, self.transaction_control)
