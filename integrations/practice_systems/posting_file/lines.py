"""The posting file's format: one line per payment, then a line with count and sum; who writes when is in ledger.py."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import astuple, dataclass
from pathlib import Path

COLUMNS = ("record", "reference", "external_id", "balance_id", "amount_cents", "paid_at", "where")
POSTING, TOTAL = "POSTING", "TOTAL"


class DamagedFile(Exception):
    """A posting file's lines and its control totals do not agree."""


@dataclass(frozen=True)
class Line:
    """One payment, in cents; negative when money was given back. `paid_at` is ISO 8601 with its offset."""

    reference: str
    external_id: str
    balance_id: str
    amount_cents: int
    paid_at: str
    where: str


def read_lines(path: Path) -> list[Line]:
    """The payments of one file. DamagedFile names the file and line when they do not fit the control totals."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    if not rows or tuple(rows[0]) != COLUMNS:
        raise DamagedFile(f"Posting file {path.name}, line 1: the column names are not those the agent wrote.")
    lines = []
    for number, row in enumerate(rows[1:-1], start=2):
        if len(row) != len(COLUMNS) or row[0] != POSTING or not row[4].lstrip("-").isdigit():
            raise DamagedFile(f"Posting file {path.name}, line {number}: this is not a posting as the agent wrote it.")
        lines.append(Line(row[1], row[2], row[3], int(row[4]), row[5], row[6]))
    if rows[-1] != _total(path.stem, rows[-1][2] if len(rows[-1]) > 2 else "", lines):
        raise DamagedFile(f"Posting file {path.name}, line {len(rows)}: the control totals do not fit the lines.")
    return lines


def write_lines(path: Path, practice_id: str, lines: list[Line]) -> None:
    """Put the whole file in place at once: a reader sees the old one or the new one, never half of either."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((POSTING, *map(str, astuple(line))) for line in lines)
    writer.writerow(_total(path.stem, practice_id, lines))
    aside = path.with_suffix(".csv.part")
    with aside.open("w", newline="", encoding="utf-8") as file:
        file.write(text.getvalue())
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _total(day: str, practice_id: str, lines: list[Line]) -> list[str]:
    """`TOTAL, day, practice, count, sum in cents`, in the columns of the postings."""
    return [TOTAL, day, practice_id, str(len(lines)), str(sum(line.amount_cents for line in lines)), "", ""]
