"""The three sums every remittance must satisfy to the cent (X12 TR3 835, section 1.10.2); reading lives elsewhere."""

from __future__ import annotations

from integrations.remittances.refusal import Damaged
from integrations.remittances.shapes import ClaimPayment, Remittance
from receivables.money import LARGEST_CENTS

_ASK = "Ask the payer for a corrected remittance; nothing of the file was taken in."


def check(remittance: Remittance) -> None:
    """Damaged, naming the segment and the amounts, when a sum is off.

    charge = paid + adjustments; patient responsibility = adjustments of group PR;
    payment = sum of the claims' payments - sum of the provider adjustments.
    """
    total = 0
    for claim in remittance.claims:
        _check_claim(claim)
        total += claim.paid_cents
    total -= sum(adjustment.amount_cents for adjustment in remittance.provider_adjustments)
    if total != remittance.paid_cents:
        reason = (
            f"BPR02 says {_dollars(remittance.paid_cents)}, but claims less provider adjustments make {_dollars(total)}"
        )
        raise Damaged(remittance.segment_number, reason, _ASK)


def _check_claim(claim: ClaimPayment) -> None:
    adjusted = patient = 0
    correction_group = False
    for adjustment in claim.all_adjustments():
        adjusted += adjustment.amount_cents
        if adjustment.group == "PR":
            patient += adjustment.amount_cents
        elif adjustment.group == "CR":
            correction_group = True
    if claim.charge_cents != claim.paid_cents + adjusted:
        made = _dollars(claim.paid_cents + adjusted)
        reason = f"CLP03 charges {_dollars(claim.charge_cents)}, but payment and adjustments make {made}"
        raise Damaged(claim.segment_number, reason, _ASK)
    if claim.reverses:
        _check_reversed_share(claim, patient, correction_group)
    else:
        _check_share(claim, patient)


def _check_share(claim: ClaimPayment, patient: int) -> None:
    reported = claim.reported_responsibility_cents or 0
    if reported != patient:
        reason = f"CLP05 says {_dollars(reported)} for the patient, but the PR adjustments make {_dollars(patient)}"
        raise Damaged(claim.segment_number, reason, _ASK)
    if reported < 0:
        raise Damaged(claim.segment_number, "CLP05 is negative although the claim reverses nothing", _ASK)
    if reported > LARGEST_CENTS:
        raise Damaged(claim.segment_number, f"CLP05 is above {_dollars(LARGEST_CENTS)}: no patient owes that", _ASK)


def _check_reversed_share(claim: ClaimPayment, patient: int, correction_group: bool) -> None:
    """A 5010 reversal leaves CLP05 empty or negates the original share; in 4010 all is in group CR, without PR."""
    reported = claim.reported_responsibility_cents
    if reported is None or reported == patient or (correction_group and reported <= 0):
        return
    reason = f"CLP05 takes back {_dollars(reported)}, but the PR adjustments take back {_dollars(patient)}"
    raise Damaged(claim.segment_number, reason, _ASK)


def _dollars(cents: int) -> str:
    sign, whole = ("-", -cents) if cents < 0 else ("", cents)
    return f"{sign}{whole // 100}.{whole % 100:02d}"
