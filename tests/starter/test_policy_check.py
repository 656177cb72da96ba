"""`collect policy check` says what cannot be used, and which rows of the law are due to be read again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from starter.cli import policy

ROOT = Path(__file__).parents[2] / "practices"


@pytest.fixture
def practices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("integrations.templates.checks.check_messages", lambda _: [])
    return Path(shutil.copytree(ROOT, tmp_path / "practices"))


def checked(practices: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(policy.app, ["check", "--practices", str(practices), *words])
    return done.exit_code, done.output


def changed(practices: Path, file: str, old: str, new: str) -> None:
    path = practices / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))


def test_a_row_whose_review_has_passed_is_named_and_still_holds(practices: Path) -> None:
    changed(practices, "_rules/contact_hours.yaml", "reviewed_on: 2026-11-02\n  next_review: 2027-05-03",
            "reviewed_on: 2020-01-01\n  next_review: 2020-06-01")  # fmt: skip
    code, said = checked(practices, "--json")
    told = json.loads(said)
    assert (code, told["faults"]) == (0, [])
    assert any("TX.contact_hours v1: its review was due on 2020-06-01" in row for row in told["overdue_reviews"])


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("_rules/contact_hours.yaml", 'source: "Reported as stricter, not confirmed: applied all the same (R-2)"',
         "source: null", "contact_hours.yaml, line"),
        ("_rules/contact_hours.yaml", "  - id: WA.contact_hours\n    jurisdiction: WA",
         ('  - {id: WA.contact_hours, jurisdiction: WA, version: 2, effective_from: 2026-03-01, weekdays: "08:00-20:00", '
         'saturdays: none, sundays: none}\n  - id: WA.contact_hours\n    jurisdiction: WA'), "both in force"),
        ("lakeside/practice.yaml", "America/Chicago", "America/Chicagoo", "practice.yaml, line"),
    ],
)  # fmt: skip
def test_a_row_without_source_overlapping_dates_or_a_zone_that_is_none_is_refused_with_its_place(
    practices: Path, file: str, old: str, new: str, said: str
) -> None:
    changed(practices, file, old, new)
    code, told = checked(practices, "--json")
    assert code == 1
    assert said in " ".join(json.loads(told)["faults"])
