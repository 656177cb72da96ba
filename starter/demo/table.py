"""The result of a demonstration as tables: what was collected and when, at what cost, beside the manual ladder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from receivables.money import Cents
from starter.demo.plan_table import plans_table, state_of
from starter.demo.run import PRACTICE, Outcome
from starter.demo.segment_table import segments_table

WINDOWS = (30, 60, 90)
BANDS = ((5_000, "under $50"), (15_000, "$50-150"), (30_000, "$150-300"), (50_000, "$300-500"), (None, "over $500"))


def show(outcome: Outcome, out: Console) -> None:
    """Print everything a newcomer wants to know, in words."""
    balances = list(outcome.record.balances.values())
    out.print(_collected(outcome, balances))
    out.print(segments_table(outcome.segments, outcome.record.balances, lambda mine: _within(mine, 1000)))
    out.print(_work(outcome, balances))
    out.print(plans_table(outcome, _within(balances, 1000)))
    out.print(_invariants(outcome))
    _look_around(outcome, out)


def _collected(outcome: Outcome, balances: Sequence[dict[str, Any]]) -> Table:
    title = "Collected (SIMULATION: assumed patients, not a forecast)"
    grid = Table(title=title, title_justify="left", box=SIMPLE, pad_edge=False)
    columns = [f"{who}\n{days} d" for who in ("agent", "manual") for days in WINDOWS]
    for column in ("balances", "posted", *columns):
        grid.add_column(column, justify="right", no_wrap=True)
    grid.columns[0].justify = "left"
    manual = {band["band"]: band for band in outcome.baseline["by_band"]}
    for name, mine in [*_by_band(balances), ("all", balances)]:
        if mine:
            other = outcome.baseline if name == "all" else manual.get(name, {})
            grid.add_row(
                f"{name} ({len(mine)})", Cents(_posted(mine)).as_dollars(),
                *(_share(_within(mine, days), _posted(mine)) if days <= outcome.wish.days else "-" for days in WINDOWS),
                *(_percent(other.get("collected_share", {}).get(str(days))) for days in WINDOWS),
                style="bold" if name == "all" else "",
            )  # fmt: skip
    return grid


def _work(outcome: Outcome, balances: Sequence[dict[str, Any]]) -> Table:
    paid = sum(1 for balance in balances if _within([balance], 1000) > 0)
    messages = len(outcome.record.messages)
    grid = Table(title="What it took", title_justify="left", show_header=False, box=SIMPLE, pad_edge=False)
    staffed = sum(1 for case in outcome.cases if case.get("tasks_opened"))
    rows = [
        ("messages sent", messages),
        ("messages for each balance that paid", f"{messages / paid:.1f}" if paid else "-"),
        ("balances that paid something", f"{paid} of {len(balances)}"),
        ("calls by the coordinator", outcome.coordinator.calls),
        ("calls under the manual ladder", outcome.baseline["calls"]),
        ("tasks worked on", ", ".join(f"{kind} {count}" for kind, count in sorted(outcome.coordinator.kinds.items()))),
        ("cases by stage now", ", ".join(f"{stage} {count}" for stage, count in _stages(outcome.cases))),
        ("real time", f"{outcome.took_s:.0f} s"),
    ]
    if staffed:
        rows.append(("balances a person worked on", staffed))
    for name, value in rows:
        grid.add_row(name, str(value))
    return grid


def _invariants(outcome: Outcome) -> Table:
    title = "Invariants, judged from the outside world's own records"
    grid = Table(title=title, title_justify="left", show_header=False, box=SIMPLE, pad_edge=False)
    for name, broken in outcome.broken.items():
        grid.add_row("[red]BROKEN[/red]" if broken else "[green]held[/green]", name, "\n".join(broken[:5]))
    return grid


def _look_around(outcome: Outcome, out: Console) -> None:
    running, data = outcome.running, outcome.wish.data_dir
    lines = [
        f"Temporal UI:   {running.temporal_ui}",
        f"The API:       {running.web}/openapi.json",
        f"One balance:   .venv/bin/collect cases show {_example(outcome)} --data {data}",
        f"Its workflow:  {running.temporal_ui}/namespaces/default/workflows/balance:{_example(outcome)}",
        f"All plans:     .venv/bin/collect plans log --practice {PRACTICE} --data {data}",
    ]
    if outcome.wish.stay:
        lines = ["\nLook around; Ctrl-C ends it.", *lines]
    else:
        again = f".venv/bin/collect up --simulated --data {data}"
        how = "It says so when an address is another one than now; Ctrl-C ends it."
        lines = [f"\nLook around: {again}", how, *lines]
    for line in lines:
        out.print(line, soft_wrap=True)


def _example(outcome: Outcome) -> str:
    """A balance with a plan, best one whose payments still come."""
    planned = sorted(outcome.plans, key=lambda one: state_of(one, outcome) != "running")
    cases = [case["case_id"] for case in outcome.cases]
    return next((f"{PRACTICE}:{one['balance_id']}" for one in planned), cases[0] if cases else f"{PRACTICE}:…")


def _by_band(balances: Sequence[dict[str, Any]]) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    floor = 0
    for limit, name in BANDS:
        top = limit if limit is not None else float("inf")
        yield name, [one for one in balances if floor <= int(one["responsibility_cents"]) < top]
        floor = limit or floor


def _posted(balances: Sequence[dict[str, Any]]) -> int:
    return sum(int(balance["responsibility_cents"]) for balance in balances)


def _within(balances: Sequence[dict[str, Any]], days: int) -> int:
    """Money within so many days of each balance's own posting, never more than its share."""
    total = 0
    for balance in balances:
        until = datetime.fromisoformat(balance["posted_at"]) + timedelta(days=days)
        early = (one for one in balance["payments"] if datetime.fromisoformat(one["recorded_at"]) <= until)
        total += min(sum(int(one["amount_cents"]) for one in early), int(balance["responsibility_cents"]))
    return total


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%" if whole else "-"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f}%"


def _stages(cases: Sequence[dict[str, Any]]) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for case in cases:
        counts[case["stage"]] = counts.get(case["stage"], 0) + 1
    return sorted(counts.items(), key=lambda pair: -pair[1])
