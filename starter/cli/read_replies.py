"""`collect read-replies`: patients' words in, what they mean out, line by line; nothing is stored or sent."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from starter.cli.printing import fail


def read_replies(
    train: Annotated[
        bool, typer.Option("--train", help="Train the next model on the committed replies and report on it.")
    ] = False,
    corrections: Annotated[
        Path | None, typer.Option(help="With --train: what `collect replies corrections` wrote, as JSON lines.")
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(help="With --train: draw confidence against what was right, as an SVG file.")
    ] = None,
    use: Annotated[bool, typer.Option("--use", help="With --train: replace the model in use if it is better.")] = False,
) -> None:
    """Read replies given as JSON lines.

    Reads {"id", "text", "channel": "sms|email|voice", "now", "context"?} on standard input and writes one line for
    each, in the same order; a line that cannot be read gets {"id", "line", "error"}.
    """
    if train:
        from starter.reading.corpus import corrections as read_corrections
        from starter.reading.report import train_and_report

        try:
            corrected = read_corrections(corrections) if corrections is not None else []
        except (OSError, ValueError) as wrong:
            problem = wrong.strerror if isinstance(wrong, OSError) else str(wrong)
            fail(f"--corrections: {problem}", "Write the file with collect replies corrections.", wrong_use=True)
        train_and_report(corrected, use=use, picture=picture)
        return
    if corrections is not None or use or picture is not None:
        fail("--corrections, --picture and --use go with --train", "Add --train.", wrong_use=True)
    from starter.reading.lines import answer_all

    answer_all(sys.stdin.buffer, sys.stdout)


def alone() -> None:
    """`collect read-replies` with options, without loading the other commands."""
    app = typer.Typer(name="collect", rich_markup_mode=None, pretty_exceptions_enable=False)
    app.callback()(lambda: None)
    app.command("read-replies")(read_replies)
    app()
