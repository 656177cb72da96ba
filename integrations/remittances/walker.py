"""From the segments of one ST to SE to a Remittance; whether its sums are right is checked elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Final

from integrations.remittances import elements
from integrations.remittances.envelope import Rows, Transaction
from integrations.remittances.refusal import RESEND, Damaged
from integrations.remittances.shapes import (
    CLAIM_STATUSES,
    GROUPS,
    Adjustment,
    ClaimPayment,
    Person,
    ProviderAdjustment,
    Remittance,
    ServiceLine,
)

_FIX_AMOUNT = "Have the sender correct the amount and send the file again; nothing of it was taken in."


def read_transaction(rows: Rows, transaction: Transaction, component: str, file_sha256: str) -> Remittance:
    """One remittance; Damaged names the segment that is missing, out of place or unreadable."""
    walk = _Walk(rows, transaction, component, file_sha256)
    for index in range(transaction.first + 2, transaction.last):
        walk.row = row = rows[index]
        walk.number = index + 1
        step = _STEPS.get(row[0])
        if step is not None:
            step(walk)
        elif row[0] not in _PASSED_OVER:
            raise Damaged(walk.number, "no such segment belongs in a remittance")
    result = walk.remittance
    if not result.claims and not result.provider_adjustments:
        raise Damaged(transaction.last + 1, "the remittance ends without a claim (CLP)")
    return result


class _Walk:
    """Where the reading stands: the segment at hand, and the claim and service line that are open."""

    def __init__(self, rows: Rows, transaction: Transaction, component: str, file_sha256: str) -> None:
        self.number = transaction.first + 2
        self.row = rows[transaction.first + 1]
        self.component = component
        self.claim: ClaimPayment | None = None
        self.line: ServiceLine | None = None
        if self.row[0] != "BPR":
            raise Damaged(self.number, "BPR should stand here, right after ST")
        self.remittance = Remittance(
            file_sha256=file_sha256,
            interchange_control=transaction.interchange_control,
            group_control=transaction.group_control,
            transaction_control=transaction.control,
            version=transaction.version,
            paid_cents=self.cents(2),
            payment_method=self.at(4),
            effective=self.at(16),
            segment_number=self.number,
            oddities=[transaction.oddity] if transaction.oddity else [],
        )

    def at(self, index: int) -> str:
        """Element `index` of the segment at hand, empty when it is not there."""
        return self.row[index] if index < len(self.row) else ""

    def cents(self, index: int) -> int:
        """An amount that must be there."""
        try:
            return elements.cents(self.at(index))
        except ValueError as wrong:
            raise Damaged(self.number, f"{self.row[0]}{index:02d} {wrong}", _FIX_AMOUNT) from None

    def day(self, index: int) -> date:
        """A date that must be there."""
        try:
            return elements.day(self.at(index))
        except ValueError as wrong:
            raise Damaged(self.number, f"{self.row[0]}{index:02d} {wrong}") from None

    def open_claim(self) -> ClaimPayment:
        """The claim the segment at hand belongs to."""
        if self.claim is None:
            raise Damaged(self.number, f"{self.row[0]} stands outside a claim: its CLP is missing")
        return self.claim


def _trace(walk: _Walk) -> None:
    walk.remittance.trace = walk.at(2)
    walk.remittance.payer_id = walk.at(3)


def _name_of_party(walk: _Walk) -> None:
    party = walk.at(1)
    if party == "PR":
        walk.remittance.payer_name = walk.at(2)
        walk.remittance.payer_id = walk.remittance.payer_id or walk.at(4)
    elif party == "PE":
        walk.remittance.payee_id = walk.at(4)


def _header_number(walk: _Walk) -> None:
    """LX opens a new bundle of claims, so the claim before it is complete."""
    walk.claim = walk.line = None


def _claim(walk: _Walk) -> None:
    if walk.remittance.provider_adjustments:
        raise Damaged(walk.number, "a claim (CLP) stands after the provider adjustments (PLB)")
    if not walk.at(1):
        raise Damaged(walk.number, "CLP01 (the claim's own number) is missing")
    if walk.at(2) not in CLAIM_STATUSES:
        raise Damaged(walk.number, "CLP02 is not a claim status that remittances know")
    walk.line = None
    walk.claim = ClaimPayment(
        patient_control_number=walk.at(1),
        status=walk.at(2),
        charge_cents=walk.cents(3),
        paid_cents=walk.cents(4),
        reported_responsibility_cents=walk.cents(5) if walk.at(5) else None,
        filing_indicator=walk.at(6),
        payer_control_number=walk.at(7),
        facility_code=walk.at(8),
        frequency_code=walk.at(9),
        position=len(walk.remittance.claims) + 1,
        segment_number=walk.number,
    )
    walk.remittance.claims.append(walk.claim)


def _adjustments(walk: _Walk) -> None:
    """CAS holds up to six triplets of reason, amount and quantity under one group."""
    claim = walk.open_claim()
    row, group = walk.row, walk.at(1)
    if group not in GROUPS:
        raise Damaged(walk.number, "CAS01 is not one of the groups CO, CR, OA, PI, PR")
    if len(row) < 4 or len(row) > 20:
        raise Damaged(walk.number, "CAS holds one to six adjustments, each with reason and amount")
    found = walk.line.adjustments if walk.line is not None else claim.adjustments
    for index in range(2, len(row), 3):
        if row[index]:
            found.append(Adjustment(group, row[index], walk.cents(index + 1), _quantity(walk, index + 2)))
        elif any(row[index : index + 3]):
            raise Damaged(walk.number, f"CAS{index:02d} (the reason of an adjustment) is missing")


def _quantity(walk: _Walk, index: int) -> Decimal | None:
    try:
        return elements.quantity(walk.at(index))
    except ValueError as wrong:
        raise Damaged(walk.number, f"{walk.row[0]}{index:02d} {wrong}") from None


def _name(walk: _Walk) -> None:
    claim, role = walk.open_claim(), walk.at(1)
    if role == "QC":
        claim.patient = Person(walk.at(3), walk.at(4), walk.at(9).strip())
    elif role == "IL":
        claim.insured = Person(walk.at(3), walk.at(4), walk.at(9).strip())


def _service(walk: _Walk) -> None:
    """SVC02 and SVC03 are left empty by some payers for a line that merely reports; it then moves no money."""
    claim = walk.open_claim()
    walk.line = ServiceLine(
        procedure=walk.at(1),
        charge_cents=walk.cents(2) if walk.at(2) else 0,
        paid_cents=walk.cents(3) if walk.at(3) else 0,
        units=_quantity(walk, 5),
    )
    claim.lines.append(walk.line)


def _date(walk: _Walk) -> None:
    """Dates of service only: 232 and 233 of the claim, 472 or 150 of a line; 405 is the remittance's own."""
    what = walk.at(1)
    if what == "405":
        walk.remittance.produced_on = walk.day(2)
    elif walk.claim is not None:
        if walk.line is not None and what in {"472", "150"}:
            walk.line.serviced_on = walk.day(2)
        elif what == "232":
            walk.claim.began_on = walk.day(2)
        elif what == "233":
            walk.claim.ended_on = walk.day(2)


def _provider_adjustments(walk: _Walk) -> None:
    """PLB holds up to six pairs of reason (with a reference) and amount."""
    walk.claim = walk.line = None
    row = walk.row
    if len(row) < 5:
        raise Damaged(walk.number, "PLB is incomplete", RESEND)
    for index in range(3, len(row), 2):
        if not any(row[index : index + 2]):
            continue
        reason, _, reference = row[index].partition(walk.component)
        amount = walk.cents(index + 1)
        walk.remittance.provider_adjustments.append(
            ProviderAdjustment(walk.at(1), reason, reference, amount, walk.number)
        )


_STEPS: Final[dict[str, Callable[[_Walk], None]]] = {
    "TRN": _trace,
    "N1": _name_of_party,
    "LX": _header_number,
    "CLP": _claim,
    "CAS": _adjustments,
    "NM1": _name,
    "SVC": _service,
    "DTM": _date,
    "PLB": _provider_adjustments,
}

_PASSED_OVER: Final = frozenset(
    {"AMT", "CUR", "LQ", "MIA", "MOA", "N2", "N3", "N4", "NTE", "PER", "QTY", "RDM", "REF", "TS2", "TS3"}
)
"""They belong in a remittance and say nothing that is needed here."""
