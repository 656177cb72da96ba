"""A practice's aged receivables as checked rows, all or nothing; turning rows into facts lives next door."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from integrations.aged_receivables import controls
from integrations.aged_receivables.controls import ExpectedTotals
from integrations.aged_receivables.header_map import AgingBasis, HeaderMap, same_header
from integrations.aged_receivables.refusal import FileRefused, Problem, Problems
from integrations.aged_receivables.rows import AgedBalance, RowReader
from integrations.aged_receivables.table import Table, read_table


@dataclass(frozen=True, slots=True)
class AgedReceivables:
    """A whole file: its identity, its rows and what their age is counted from."""

    sha256: str
    aging_basis: AgingBasis
    rows: list[AgedBalance]
    total_cents: int


def read_aged_receivables(
    data: bytes,
    name: str,
    header_map: HeaderMap,
    *,
    previous_rows: int | None = None,
    expected: ExpectedTotals | None = None,
) -> AgedReceivables:
    """Every row of the file; FileRefused lists each problem with line, column and mend, and then nothing is taken in.

    `previous_rows` is the count of the file before this one; a file that is much shorter is taken for a partial one.
    `expected` is needed when the header map says `controls: expected`.
    """
    problems = Problems(name)
    table = _table(data, name, header_map)
    reader = RowReader(table, header_map, problems)
    lines, totals = controls.split_totals(table.lines, header_map, problems)
    rows = [row for line in lines if (row := reader.row(line)) is not None]
    problems.settle()
    controls.check_unique(reader, rows)
    controls.check_count(reader, rows, previous_rows)
    if totals is not None:
        controls.check_totals_row(reader, rows, totals)
    elif header_map.controls == "expected" or expected is not None:
        controls.check_expected(reader, rows, expected)
    problems.settle()
    return AgedReceivables(sha256(data).hexdigest(), header_map.aging_basis, rows, sum(row.total_cents for row in rows))


def _table(data: bytes, name: str, header_map: HeaderMap) -> Table:
    """The header is the first line that names the account and the total."""
    account, total = header_map.columns["account"], header_map.columns["total"]

    def is_header(cells: list[str]) -> bool:
        return all(any(same_header(spelling) in cells for spelling in field) for field in (account, total))

    table = read_table(data, name, header_map.delimiter, is_header)
    if table is None:
        reason = f'no line names the columns "{account[0]}" and "{total[0]}"'
        raise FileRefused(name, [Problem(1, "", reason, "export with headers, or mend the header map")])
    return table
