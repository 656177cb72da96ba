"""How `--help` lists commands: each with its whole first sentence, however narrow the terminal; nothing is run here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typer.core import TyperGroup

if TYPE_CHECKING:
    from typer._click.core import Context
    from typer._click.formatting import HelpFormatter

WHOLE = 1_000
"""Longer than any first sentence, so that none is cut at the width of the terminal."""


class Listing(TyperGroup):
    """A command with commands of its own."""

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Wrapped where a plain listing would end in dots."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, command.get_short_help_str(WHOLE)) for name, command in found if command and not command.hidden]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)
