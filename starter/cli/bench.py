"""`collect bench`: what things cost, as ratios against a stated floor, measured in alternation on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from starter.cli.printing import as_json, err, fail, out

if TYPE_CHECKING:
    from starter.bench.figures import Chart, Figure, Spread
    from starter.bench.measures import Report

BAR = 60


def bench(
    rounds: Annotated[int, typer.Option(min=1, help="How often each comparison is repeated, in alternation.")] = 3,
    quick: Annotated[bool, typer.Option("--quick", help="Small counts: shows that all can be measured.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
    only: Annotated[list[str] | None, typer.Option(help="Only the measure of this name; may be repeated.")] = None,
) -> None:
    """Measure what things cost on this machine, each against a stated floor.

    It starts its own database and engine and throws them away. A missed target is said, and is no failure; exit code
    1 means that something could not be measured.
    """
    from starter.bench.measures import MEASURES, run
    from starter.bench.scale import scale
    from starter.bench.servers import servers

    names = only or list(MEASURES)
    if unknown := [name for name in names if name not in MEASURES]:
        fail(f"There is no measure {unknown[0]}.", f"There are: {', '.join(MEASURES)}.", wrong_use=True)
    with servers() as running:
        report = asyncio.run(run(names, scale(rounds, quick=quick), quick=quick, running=running, say=err.print))
    as_json(report.model_dump(mode="json")) if json_ else _show(report)
    if report.failed:
        raise typer.Exit(1)


def _show(report: Report) -> None:
    machine = report.machine
    out.print(
        f"{machine.cores} cores, {machine.memory_gb} GB, {machine.processor}, load {machine.load} at the start; "
        f"{report.rounds} rounds, median (least-most)" + ("; quick: rates mean little" if report.quick else ""),
        soft_wrap=True,
    )
    rows = [_row(figure) for figure in report.figures]
    _align([("figure", "value", "floor", "ratio", "target", "", "note"), *rows])
    for floor in dict.fromkeys(figure.floor_is for figure in report.figures if figure.floor_is):
        out.print(f"Floor: {floor}")
    for chart in report.charts:
        _draw(chart)
    for name, fault in report.failed.items():
        err.print(f"{name} could not be measured: {fault}", style="red", markup=False)


def _align(rows: Sequence[Sequence[str]]) -> None:
    """Wider than some terminals, and never folded: a folded table of numbers can't be read."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        words = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        out.print(words.rstrip(), markup=False, soft_wrap=True)


def _row(figure: Figure) -> tuple[str, ...]:
    sign = "<=" if figure.at_most else ">="
    return (
        figure.name, f"{_spread(figure.value)} {figure.unit}".strip(), _spread(figure.floor), _spread(figure.ratio),
        "" if figure.target is None else f"{sign} {figure.target:g}", figure.verdict, figure.note,
    )  # fmt: skip


def _spread(spread: Spread | None) -> str:
    if spread is None:
        return ""
    if spread.least == spread.most:
        return _number(spread.median)
    return f"{_number(spread.median)} ({_number(spread.least)}-{_number(spread.most)})"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _draw(chart: Chart) -> None:
    out.print(f"\n{chart.title}")
    highest = max((count for _, count in chart.bars), default=1) or 1
    for label, count in chart.bars:
        out.print(f"{label:>8} {'█' * round(BAR * count / highest)} {count}")
