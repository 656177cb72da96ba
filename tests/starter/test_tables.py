"""Tables on a terminal of eighty columns, and in a file: what names a row can always be copied."""

import io

import pytest
from rich.console import Console

from starter.cli import printing

TASK = "harbor_dental:cd15fc070ccaa42.no_contact.1"
COLUMNS = ("task", "kind", "expected", "due", "whom")
ROWS = [(TASK, "no contact", "$48", "2026-03-03 15:00 UTC", "Susan, no number on file"), ("p7:b1.call.1", "call", None, "soon", "[Al]")]


def printed(monkeypatch: pytest.MonkeyPatch, width: int) -> list[str]:
    terminal = Console(width=width, file=io.StringIO(), force_terminal=True, no_color=True, color_system=None, highlight=False)
    monkeypatch.setattr(printing, "out", terminal)
    printing.table("2 tasks", COLUMNS, ROWS)
    return [line.rstrip() for line in terminal.file.getvalue().splitlines()]


def test_on_a_narrow_terminal_a_name_is_never_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = printed(monkeypatch, 80)
    assert max(map(len, lines)) <= 80
    assert lines[lines.index(TASK) + 1] == "    no contact   $48   2026-03-03 15:00 UTC   Susan, no number on file"
    assert lines[lines.index("p7:b1.call.1") + 1] == "    call   soon   [Al]"


def test_on_a_wide_one_everything_stands_in_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    assert any(line.split() == ["task", "kind", "expected", "due", "whom"] for line in printed(monkeypatch, 140))


def test_what_goes_to_a_file_or_a_program_keeps_each_row_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    printing.table("2 tasks", COLUMNS, ROWS)
    assert any(TASK in line and "no number on file" in line for line in capsys.readouterr().out.splitlines())
