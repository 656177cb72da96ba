"""The demonstration's result by segment: balance size and history (S68), as each balance's first touch was decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx
from rich.box import SIMPLE
from rich.table import Table

from receivables.money import Cents
from receivables.segments import Segment

WITHOUT = "no message of its own"
"""Paid, held or carried by another balance's message before its own was due."""
Paid = Callable[[Sequence[dict[str, Any]]], int]


async def segments_of(web: httpx.AsyncClient, cases: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The segment of each balance that was written to, from the proof of its first touch."""
    found = {}
    for case in cases:
        story = (await web.get(f"/v1/cases/{case['case_id']}/timeline")).json()["timeline"]
        proofs = (one["proof"] for one in story if one["kind"] == "touch" and one["proof"])
        if segment := next((proof["segment"] for proof in proofs if proof.get("segment")), ""):
            found[case["balance_id"]] = segment
    return found


def segments_table(segments: Mapping[str, str], balances: Mapping[str, dict[str, Any]], paid: Paid) -> Table:
    """One row a segment; together the rows are all balances."""
    grid = Table(title="By segment", title_justify="left", box=SIMPLE, pad_edge=False)
    for name in ("segment", "balances", "posted", "collected"):
        grid.add_column(name, justify="left" if name == "segment" else "right")
    for name in (*(segment.value for segment in Segment), ""):
        mine = [one for balance_id, one in balances.items() if segments.get(balance_id, "") == name]
        posted = sum(int(one["responsibility_cents"]) for one in mine)
        share = f"{100 * paid(mine) / posted:.0f}%" if posted else "-"
        grid.add_row(name.replace("_", ", ") or WITHOUT, str(len(mine)), Cents(posted).as_dollars(), share)
    return grid
