"""Money as integer cents; the only place where an amount is divided. Formatting for people lives with the templates."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

LARGEST_CENTS = 100_000_000
"""One million dollars: no patient balance is larger, so a larger number is a slip of the keyboard or of the units."""


class Cents(int):
    """US cents. Integers only: a float, a text or a boolean is refused, never rounded."""

    def __add__(self, other: int) -> Cents:
        return Cents(int.__add__(self, other))

    __radd__ = __add__

    def __sub__(self, other: int) -> Cents:
        return Cents(int.__sub__(self, other))

    def __rsub__(self, other: int) -> Cents:
        return Cents(int(other) - int(self))

    def __neg__(self) -> Cents:
        return Cents(-int(self))

    def split(self, parts: int) -> list[Cents]:
        """`parts` amounts that differ by at most a cent and sum to the whole, the larger ones first."""
        if parts < 1:
            raise ValueError("an amount is split into one part or more")
        share, extra = divmod(int(self), parts)
        return [Cents(share + 1)] * extra + [Cents(share)] * (parts - extra)

    def as_dollars(self) -> str:
        """`$1,234.50`, and `$47` for whole dollars, as the staff reads amounts in reasons and summaries."""
        sign = "-" if self < 0 else ""
        whole, rest = divmod(abs(int(self)), 100)
        return f"{sign}${whole:,}" if rest == 0 else f"{sign}${whole:,}.{rest:02d}"

    @classmethod
    def from_dollars(cls, amount: str | int | Decimal) -> Cents:
        """Cents from dollars as people type them (`47`, `"47.50"`, `"$1,234.50"`); ValueError says what is wrong."""
        if isinstance(amount, (bool, float)):
            raise ValueError("write the amount as text or a whole number of dollars, not as a float")
        try:
            dollars = Decimal(str(amount).strip().removeprefix("$").replace(",", ""))
        except InvalidOperation:
            raise ValueError("this is not an amount in dollars; write it like 47.50") from None
        cents = dollars * 100 if dollars.is_finite() else Decimal("0.5")
        if cents != cents.to_integral_value():
            raise ValueError("an amount has at most two decimals")
        return cls(int(cents))

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        bounded = core_schema.int_schema(strict=True, ge=-LARGEST_CENTS, le=LARGEST_CENTS)
        return core_schema.no_info_after_validator_function(cls, bounded)
