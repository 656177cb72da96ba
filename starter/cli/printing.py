"""How commands speak: tables for people, one JSON document for programs, and one way to fail."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)
WIDE = 160
"""Columns of a table that goes to a file or another program."""
UNBOUNDED = 10_000
"""To ask how wide a table would like to be."""


def as_json(document: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(document, default=str, ensure_ascii=False) + "\n")


def local(moment: str | None, zone: str) -> str:
    """`2026-03-02 14:00 CST`: on the practice's clock, as the reasons beside it speak; empty for no moment."""
    return f"{datetime.fromisoformat(moment).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M %Z}" if moment else ""


def counted(number: int, thing: str) -> str:
    """`1 task`, `2 tasks`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table for people; on a narrow terminal each row's name stands on a line of its own, whole, to be copied."""
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    grid = Table(title=title, title_justify="left", header_style="bold", pad_edge=False, box=SIMPLE)
    for column in columns:
        grid.add_column(column, overflow="fold")
    for row in cells:
        grid.add_row(*row)
    # Rows are never cut: what is not a terminal has no width of its own.
    where = out if out.is_terminal else Console(width=max(WIDE, out.width), highlight=False)
    if Measurement.get(where, where.options.update(width=UNBOUNDED), grid).maximum <= where.width:
        where.print(grid, crop=False)
        return
    where.print(title, style="italic")
    where.print(f"{columns[0]}: {', '.join(columns[1:])}", style="bold", markup=False)
    for row in cells:
        where.print(row[0], markup=False, soft_wrap=True)
        where.print(Padding(Text("   ".join(filter(None, row[1:]))), (0, 0, 0, 4)))


def fail(problem: str, mend: str = "", *, wrong_use: bool = False) -> NoReturn:
    """Say what is wrong and how to mend it, and stop: exit code 1, or 2 when the command was used wrongly."""
    err.print(problem, style="red", markup=False, soft_wrap=True)
    if mend:
        err.print(mend, markup=False, soft_wrap=True)
    raise typer.Exit(2 if wrong_use else 1)
