"""The bytes of a CSV file as a header and numbered lines of cells; what a cell means is read elsewhere."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass

from integrations.aged_receivables.header_map import same_header
from integrations.aged_receivables.refusal import FileRefused, Problem, Problems

_TITLE_LINES = 20
"""Reports print titles above their header; it is looked for in the first lines only."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file and the line it begins on, counted from 1."""

    number: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the lines under it; empty lines are left out."""

    header: Line
    lines: list[Line]

    def place(self, spellings: list[str]) -> int | None:
        """Index of the column with one of these headers, or None."""
        wanted = {same_header(spelling) for spelling in spellings}
        return next((at for at, cell in enumerate(self.header.cells) if same_header(cell) in wanted), None)

    def times(self, spellings: list[str]) -> int:
        """How many columns have one of these headers."""
        wanted = {same_header(spelling) for spelling in spellings}
        return sum(same_header(cell) in wanted for cell in self.header.cells)

    def check_width(self, line: Line, problems: Problems) -> bool:
        """False, with a problem, when the line has more or fewer cells than the header."""
        wide, here = len(self.header.cells), len(line.cells)
        if here == wide or (here > wide and not any(line.cells[wide:])):
            return True
        problems.found(
            line.number, "", f"{here} cells stand under {wide} headers", "put cells that hold a separator in quotes"
        )
        return False


def read_table(data: bytes, name: str, delimiter: str, is_header: Callable[[list[str]], bool]) -> Table | None:
    """The table, or None when no header is found in the first lines; FileRefused when this is no CSV text at all."""
    lines = _lines(_decode(data, name), name, delimiter)
    for at, line in enumerate(lines[:_TITLE_LINES]):
        if is_header([same_header(cell) for cell in line.cells]):
            return Table(line, lines[at + 1 :])
    return None


def _decode(data: bytes, name: str) -> str:
    """UTF-8 with or without its mark, else the Windows code page that spreadsheet programs still write."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text and not text.startswith(("PK\x03\x04", "%PDF")):
            return text
    raise FileRefused(name, [Problem(1, "", "this is not a CSV text file", "save the export as CSV (UTF-8)")])


def _lines(text: str, name: str, delimiter: str) -> list[Line]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found: list[Line] = []
    begins = 1
    try:
        for cells in rows:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                found.append(Line(begins, stripped))
            begins = rows.line_num + 1
    except csv.Error:
        problem = Problem(begins, "", "the quotes of this line do not match", "close every quote that is opened")
        raise FileRefused(name, [problem]) from None
    return found
