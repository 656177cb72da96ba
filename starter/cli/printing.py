"""How commands speak: tables for people, one JSON document for programs, and one way to fail."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def as_json(document: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(document, default=str, ensure_ascii=False) + "\n")


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table for people."""
    grid = Table(title=title, title_justify="left", header_style="bold", pad_edge=False)
    for column in columns:
        grid.add_column(column, overflow="fold")
    for row in rows:
        grid.add_row(*("" if cell is None else str(cell) for cell in row))
    out.print(grid)


def fail(problem: str, mend: str = "", *, wrong_use: bool = False) -> NoReturn:
    """Say what is wrong and how to mend it, and stop: exit code 1, or 2 when the command was used wrongly."""
    err.print(f"[red]{problem}[/red]" + (f"\n{mend}" if mend else ""))
    raise typer.Exit(2 if wrong_use else 1)
