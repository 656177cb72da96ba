"""Checks over a whole aged receivables file: control totals, the count of rows, accounts that stand twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from integrations.aged_receivables import cells
from integrations.aged_receivables.header_map import HeaderMap, same_header
from integrations.aged_receivables.refusal import Problems
from integrations.aged_receivables.rows import AMOUNTS, AgedBalance, RowReader
from integrations.aged_receivables.table import Line


@dataclass(frozen=True, slots=True)
class ExpectedTotals:
    """Control totals a person read off the practice's own report."""

    rows: int
    total_cents: int


def split_totals(lines: Sequence[Line], header_map: HeaderMap, problems: Problems) -> tuple[list[Line], Line | None]:
    """The accounts' lines, and the totals row when the practice's files end in one."""
    if header_map.controls != "totals_row":
        return list(lines), None
    words = {same_header(word).rstrip(":") for word in header_map.totals_row}
    marks = [at for at, line in enumerate(lines) if same_header(_first_cell(line)).rstrip(":") in words]
    if not marks:
        last = lines[-1].number if lines else 1
        problems.found(last, "", "the totals row is missing, so the end of the file may be too", "export it again")
        return list(lines), None
    for line in lines[marks[0] + 1 :]:
        problems.found(line.number, "", "this line stands after the totals row", "export a single report a file")
    return list(lines[: marks[0]]), lines[marks[0]]


def _first_cell(line: Line) -> str:
    return next((cell for cell in line.cells if cell), "")


def check_totals_row(reader: RowReader, rows: Sequence[AgedBalance], totals: Line) -> None:
    """Every amount the totals row gives is the sum of its column; the total itself must be given."""
    columns = {
        reader.places[field]: sum(getattr(row, f"{field}_cents") for row in rows)
        for field in AMOUNTS
        if field in reader.places
    }
    for index, place in enumerate(reader.bucket_places):
        columns[place] = sum(row.buckets_cents[index] for row in rows)
    for place, made in columns.items():
        needed = place == reader.places["total"]
        if not needed and not reader.cell(totals, place):
            continue
        before = len(reader.problems)
        said = reader.money(totals, place, needed=needed)
        if said != made and len(reader.problems) == before:
            reason = f"the rows make {cells.dollars(made)}, the totals row says {cells.dollars(said)}"
            reader.problems.found(totals.number, reader.table.header.cells[place], reason, "export the file again")


def check_expected(reader: RowReader, rows: Sequence[AgedBalance], expected: ExpectedTotals | None) -> None:
    """The file has the rows and the total that the person who hands it over expects."""
    line = reader.table.header.number
    if expected is None:
        mend = "give the number of rows and the total of the practice's own report"
        reader.problems.found(line, "", "no control totals were given for this file", mend)
        return
    if len(rows) != expected.rows:
        reason = f"{expected.rows} rows were expected, {len(rows)} are here"
        reader.problems.found(line, "", reason, "export the file again, or correct the expected number")
    total = sum(row.total_cents for row in rows)
    if total != expected.total_cents:
        reason = f"a total of {cells.dollars(expected.total_cents)} was expected, the rows make {cells.dollars(total)}"
        reader.problems.found(line, reader.header("total"), reason, "export the file again, or correct the total")


def check_unique(reader: RowReader, rows: Sequence[AgedBalance]) -> None:
    """One account, one row: otherwise nobody could say which amount is owed."""
    first: dict[str, int] = {}
    for row in rows:
        if row.account in first:
            reason = f"the account of line {first[row.account]} stands here again"
            reader.problems.found(row.line, reader.header("account"), reason, "export one row an account")
        first.setdefault(row.account, row.line)


def check_count(reader: RowReader, rows: Sequence[AgedBalance], previous_rows: int | None) -> None:
    """A file that is much shorter than the one before is a partial export; nobody in it is taken for paid."""
    line = reader.table.header.number
    if not rows:
        reader.problems.found(line, "", "no account stands under the header", "export the file again")
    elif previous_rows is not None:
        least = previous_rows * (100 - reader.map.largest_drop_percent)
        if len(rows) * 100 < least:
            reason = f"{len(rows)} rows are here, {previous_rows} were in the file before"
            mend = f"export all accounts; a drop above {reader.map.largest_drop_percent} percent is not taken in"
            reader.problems.found(line, "", reason, mend)
