"""The table of money events names tests that exist, so that it cannot promise what nobody holds."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = (ROOT / "docs" / "how-to" / "what-money-does.md").read_text()


def test_every_test_the_table_names_exists() -> None:
    tests = "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    named = set(re.findall(r"`(test_[a-z0-9_]+)`", TABLE))
    assert len(named) > 15
    assert sorted(name for name in named if f"def {name}(" not in tests) == []
    paths = re.findall(r"`(tests/[a-z_/]+\.py)`", TABLE)
    assert [path for path in paths if not (ROOT / path).is_file()] == []


def test_every_fact_that_moves_money_is_in_the_table() -> None:
    from store.sub_ledger import MONEY

    assert [kind for kind in MONEY | {"dispute_raised", "charge_declined", "charge_pending"} if f"`{kind}`" not in TABLE] == []
