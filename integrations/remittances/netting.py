"""What is left of each claim once the whole file is read: a reversal and its correction never leave it separately."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from integrations.opaque_ids import digest
from integrations.remittances.shapes import PREDETERMINATION, RANKS, ClaimPayment, Remittance


@dataclass(slots=True)
class PlacedClaim:
    """A claim payment with the remittance it stands in and its key."""

    remittance: Remittance
    claim: ClaimPayment
    key: str


@dataclass(slots=True)
class NettedClaim:
    """Everything a file finally says about one patient control number (CLP01)."""

    patient_control_number: str
    standing: list[PlacedClaim] = field(default_factory=list)
    """Decisions that hold, in the order of the file; empty when all that is left is a reversal."""
    reversals: list[PlacedClaim] = field(default_factory=list)
    """Reversals of decisions that came in earlier files."""
    cancelled: int = 0
    """Decisions that were made and taken back within the file."""

    @property
    def deciding(self) -> list[PlacedClaim]:
        """The standing decisions of the last payer in line: they say what is left for the patient."""
        last = max((_rank(placed.claim) for placed in self.standing), default=0)
        return [placed for placed in self.standing if _rank(placed.claim) == last]

    @property
    def patient_responsibility_cents(self) -> int:
        """The patient's share after the last payer in line; a claim that was split counts with all its parts."""
        return sum(placed.claim.patient_responsibility_cents for placed in self.deciding)

    @property
    def insurance_paid_cents(self) -> int:
        """What all payers in this file pay for it together."""
        return sum(placed.claim.paid_cents for placed in self.standing)

    @property
    def key(self) -> str:
        """Stable name of this outcome, made of the keys of all the decisions in it."""
        return "835." + digest(*(placed.key for placed in (*self.reversals, *self.standing)))[:40]


def claim_key(remittance: Remittance, claim: ClaimPayment) -> str:
    """The same for the same decision wherever its file turns up again, re-wrapped or re-sent (64 hexadecimal digits).

    Made of the payer, the payment (TRN02 with BPR16, or ISA13 with ST02 when there is no trace), CLP01, CLP02, CLP07
    and the claim's position.
    """
    payer = remittance.payer_id or remittance.payer_name
    traced = (remittance.trace, remittance.effective)
    payment = traced if remittance.trace else (remittance.interchange_control, remittance.transaction_control)
    return digest(
        payer, *payment, claim.patient_control_number, claim.status, claim.payer_control_number, str(claim.position)
    )


def net(remittances: Sequence[Remittance]) -> list[NettedClaim]:
    """One outcome a patient control number, in the order of first appearance; predeterminations decide nothing.

    The same decision twice in one file counts once. What was decided and taken back within the file is gone, and so
    is a control number of which nothing else is left.
    """
    grouped: dict[str, list[PlacedClaim]] = {}
    seen: set[str] = set()
    for placed in _placed(remittances):
        if placed.key not in seen and placed.claim.status != PREDETERMINATION:
            seen.add(placed.key)
            grouped.setdefault(placed.claim.patient_control_number, []).append(placed)
    netted = (_net_one(number, group) for number, group in grouped.items())
    return [outcome for outcome in netted if outcome.standing or outcome.reversals]


def _placed(remittances: Sequence[Remittance]) -> Iterable[PlacedClaim]:
    for remittance in remittances:
        for claim in remittance.claims:
            yield PlacedClaim(remittance, claim, claim_key(remittance, claim))


def _net_one(number: str, group: list[PlacedClaim]) -> NettedClaim:
    outcome = NettedClaim(number)
    standing: list[PlacedClaim] = []
    for placed in group:
        if not placed.claim.reverses:
            standing.append(placed)
            continue
        original = next((earlier for earlier in reversed(standing) if _cancels(placed, earlier)), None)
        if original is None:
            outcome.reversals.append(placed)
        else:
            standing.remove(original)
            outcome.cancelled += 1
    outcome.standing = _latest(standing)
    return outcome


def _cancels(reversal: PlacedClaim, earlier: PlacedClaim) -> bool:
    """A decision before the reversal is its original when the amounts undo each other to the cent.

    Otherwise it is a correction that was put before its reversal: payers should not do that, but some do.
    """
    taken, made = reversal.claim, earlier.claim
    same_claim = taken.payer_control_number == made.payer_control_number or not taken.payer_control_number
    undone = taken.charge_cents == -made.charge_cents and taken.paid_cents == -made.paid_cents
    return same_claim and undone


def _latest(standing: list[PlacedClaim]) -> list[PlacedClaim]:
    """A payer that decides one of its claims twice without a reversal means the second decision."""
    last: dict[tuple[str, str], PlacedClaim] = {}
    for placed in standing:
        claim, remittance = placed.claim, placed.remittance
        last[remittance.payer_id or remittance.payer_name, claim.payer_control_number or placed.key] = placed
    return list(last.values())


def _rank(claim: ClaimPayment) -> int:
    return RANKS.get(claim.status, 0)
