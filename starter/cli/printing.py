"""How commands speak: tables for people, one JSON document for programs, and one way to fail."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)
WIDE = 160
"""Columns of a table that goes to a file or another program."""


def as_json(document: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(document, default=str, ensure_ascii=False) + "\n")


def counted(number: int, thing: str) -> str:
    """`1 task`, `2 tasks`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table for people."""
    grid = Table(title=title, title_justify="left", header_style="bold", pad_edge=False, box=SIMPLE)
    for column in columns:
        grid.add_column(column, overflow="fold")
    for row in rows:
        grid.add_row(*("" if cell is None else str(cell) for cell in row))
    # Rows are never cut: what is not a terminal has no width, and a folded id can't be copied.
    out.print(grid, width=None if out.is_terminal else WIDE, crop=False)


def fail(problem: str, mend: str = "", *, wrong_use: bool = False) -> NoReturn:
    """Say what is wrong and how to mend it, and stop: exit code 1, or 2 when the command was used wrongly."""
    err.print(problem, style="red", markup=False, soft_wrap=True)
    if mend:
        err.print(mend, markup=False, soft_wrap=True)
    raise typer.Exit(2 if wrong_use else 1)
