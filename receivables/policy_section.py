"""What every part of a policy is made of: strict sections, and amounts written in dollars; no number stands here."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from receivables.money import Cents


def _dollars(amount: object) -> object:
    """Policies are written in dollars for people; inside they are cents."""
    return amount if isinstance(amount, Cents) else Cents.from_dollars(amount)  # type: ignore[arg-type]


Dollars = Annotated[Cents, BeforeValidator(_dollars)]


class Section(BaseModel):
    """One part of the policy; a misspelt key is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)
