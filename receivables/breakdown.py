"""How an insurer came to the patient's share, in its own amounts and reason codes; the words for it are templates."""

from __future__ import annotations

from typing import NamedTuple

from pydantic import Field

from receivables.money import LARGEST_CENTS, Cents
from receivables.people import Strict

SHARE_OF = {"PR-1": "deductible", "PR-2": "coinsurance", "PR-3": "copay"}
"""The patient shares everybody has a word for (claim adjustment reason codes 1, 2, 3); others are not covered."""
NOT_COVERED = "not_covered"


class Breakdown(Strict):
    """What a remittance says of one claim. Nothing of it is clinical: no procedure, no diagnosis, no remark."""

    billed_cents: Cents = Field(ge=0, le=LARGEST_CENTS)
    adjustments: dict[str, int] = Field(default_factory=dict, max_length=20)
    """Cents by group and reason, such as `{"CO-45": 3000, "PR-1": 5000}`: why less was paid than billed."""

    @property
    def shares(self) -> list[Share]:
        """What the patient's share is made of, in the order of the codes; shares of one kind are one."""
        found: dict[str, int] = {}
        for code, cents in sorted(self.adjustments.items()):
            if code.startswith("PR-"):
                kind = SHARE_OF.get(code, NOT_COVERED)
                found[kind] = found.get(kind, 0) + cents
        return [Share(kind, Cents(cents)) for kind, cents in found.items() if cents]

    @property
    def share_cents(self) -> Cents:
        """The patient's share."""
        return Cents(sum(share.amount_cents for share in self.shares))

    @property
    def allowed_cents(self) -> Cents:
        """What the insurer lets the practice charge: billed, less what is nobody's to pay (groups other than PR)."""
        rest = sum(cents for code, cents in self.adjustments.items() if not code.startswith("PR-"))
        return Cents(self.billed_cents - rest)


class Share(NamedTuple):
    """A part of the patient's share: deductible, coinsurance, copay, or what the plan does not cover."""

    kind: str
    amount_cents: Cents
