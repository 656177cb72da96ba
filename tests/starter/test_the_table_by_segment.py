"""The demonstration's table by segment counts each balance once and agrees with what was paid."""

from __future__ import annotations

from rich.console import Console

from starter.demo.segment_table import WITHOUT, segments_table


def test_every_balance_stands_in_one_row_and_the_shares_are_of_its_own_money() -> None:
    balances = {f"b{number}": {"responsibility_cents": 100_00, "paid": number * 10_00} for number in range(5)}
    segments = {"b0": "small_reliable", "b1": "small_reliable", "b2": "large_unproven", "b3": "large_reliable"}
    console = Console(record=True, width=120)
    console.print(segments_table(segments, balances, lambda mine: sum(one["paid"] for one in mine)))
    rows = [line.split("  ") for line in console.export_text().splitlines()]
    cells = {row[0].strip(): [cell.strip() for cell in row[1:] if cell.strip()] for row in rows if row[0].strip()}
    assert cells["small, reliable"] == ["2", "$200", "5%"]
    assert cells["small, unproven"] == ["0", "$0", "-"]
    assert cells["large, unproven"] == ["1", "$100", "20%"]
    assert cells[WITHOUT] == ["1", "$100", "40%"]
