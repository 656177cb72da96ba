"""One line of an aged receivables file as an account with its amounts; sums over the whole file live elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from integrations.aged_receivables import cells
from integrations.aged_receivables.header_map import HeaderMap
from integrations.aged_receivables.refusal import Problems
from integrations.aged_receivables.table import Line, Table

Value = TypeVar("Value")

AMOUNTS: Final = ("total", "patient_portion", "insurance_estimate", "write_off_estimate", "unapplied_credit")
DATES: Final = ("service_date", "responsibility_date", "statement_date")
HOLDS: Final = (
    "statement_held", "returned_mail", "payment_plan", "contract", "collections", "dispute", "bankrupt", "deceased",
)  # fmt: skip
"""Reasons to leave a balance alone; the field's name is the hold reason."""
_NEEDED: Final = frozenset({"total", "patient_portion"})


@dataclass(frozen=True, slots=True)
class AgedBalance:
    """One account of the file. Amounts in cents; a credit is negative."""

    line: int
    account: str
    guarantor: str
    """The practice's own number of the guarantor, empty when the file has none."""
    total_cents: int
    patient_portion_cents: int
    """What the patient owes: the practice's own column, else the total less the estimates."""
    insurance_estimate_cents: int
    write_off_estimate_cents: int
    unapplied_credit_cents: int
    """Money the patient has paid that is not applied to a charge yet: negative."""
    buckets_cents: tuple[int, ...]
    oldest_days: int
    """First day of the oldest aging bucket that holds money owed, 0 when there is none."""
    dates: dict[str, date]
    """Service, responsibility and statement date, as far as the file has them."""
    hold_reasons: tuple[str, ...]


class RowReader:
    """Where each mapped column stands in this file, and how its cells are read."""

    def __init__(self, table: Table, header_map: HeaderMap, problems: Problems) -> None:
        """Every mapped column must be there once; FileRefused otherwise."""
        self.table, self.map, self.problems = table, header_map, problems
        self.places = {str(field): self._place(headers) for field, headers in header_map.columns.items()}
        self.bucket_places = [self._place(bucket.headers) for bucket in header_map.buckets]
        problems.settle()

    def row(self, line: Line) -> AgedBalance | None:
        """One account, or None when its line has problems (they are remembered)."""
        before = len(self.problems)
        if not self.table.check_width(line, self.problems):
            return None
        account = self.cell(line, self.places["account"])
        if not account:
            self.problems.found(line.number, self.header("account"), "the account is missing", "fill it in")
        amounts: dict[str, int] = {
            field: self.money(line, self.places[field], needed=field in _NEEDED)
            for field in AMOUNTS
            if field in self.places
        }
        buckets = tuple(self.money(line, place) for place in self.bucket_places)
        dates = self._dates(line)
        holds = tuple(field for field in HOLDS if field in self.places and self._yes(line, field))
        if len(self.problems) > before:
            return None
        self._check_sum(line, amounts, buckets)
        insurance, write_off = amounts.get("insurance_estimate", 0), amounts.get("write_off_estimate", 0)
        owed = [bucket.from_day for bucket, cents in zip(self.map.buckets, buckets, strict=True) if cents > 0]
        return AgedBalance(
            line=line.number,
            account=account,
            guarantor=self.cell(line, self.places["guarantor"]) if "guarantor" in self.places else "",
            total_cents=amounts["total"],
            patient_portion_cents=amounts.get("patient_portion", amounts["total"] - insurance - write_off),
            insurance_estimate_cents=insurance,
            write_off_estimate_cents=write_off,
            unapplied_credit_cents=amounts.get("unapplied_credit", 0),
            buckets_cents=buckets,
            oldest_days=max(owed, default=0),
            dates=dates,
            hold_reasons=holds,
        )

    def header(self, field: str) -> str:
        """The header of a field as this file writes it."""
        return self.table.header.cells[self.places[field]]

    def cell(self, line: Line, place: int) -> str:
        """A cell, empty when the line ends before it."""
        return line.cells[place] if place < len(line.cells) else ""

    def money(self, line: Line, place: int, *, needed: bool = False) -> int:
        """Cents; an empty cell is nothing unless the amount is needed."""
        if not needed and not self.cell(line, place):
            return 0
        return self._read(line, place, lambda text: cells.money(text, self.map.negatives), 0)

    def _yes(self, line: Line, field: str) -> bool:
        return self._read(line, self.places[field], cells.yes, otherwise=False)

    def _dates(self, line: Line) -> dict[str, date]:
        found: dict[str, date] = {}
        for field in DATES:
            if field in self.places:
                written = self._read(line, self.places[field], lambda text: cells.day(text, self.map.date_format), None)
                if written is not None:
                    found[field] = written
        return found

    def _read(self, line: Line, place: int, parse: Callable[[str], Value], otherwise: Value) -> Value:
        try:
            return parse(self.cell(line, place))
        except cells.WrongCellError as wrong:
            self.problems.found(line.number, self.table.header.cells[place], wrong.reason, wrong.mend)
            return otherwise

    def _place(self, headers: list[str]) -> int:
        place, line = self.table.place(headers), self.table.header.number
        if place is None:
            self.problems.found(line, headers[0], "this column is missing", "export it, or mend the header map")
        elif self.table.times(headers) > 1:
            self.problems.found(line, headers[0], "this column stands here twice", "export it once")
        return place or 0

    def _check_sum(self, line: Line, amounts: dict[str, int], buckets: tuple[int, ...]) -> None:
        made = sum(buckets) + amounts.get("unapplied_credit", 0)
        if buckets and made != amounts["total"]:
            reason = f"the aging columns make {cells.dollars(made)}, the total says {cells.dollars(amounts['total'])}"
            self.problems.found(line.number, self.header("total"), reason, "export again, or map every aging column")
