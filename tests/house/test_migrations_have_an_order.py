"""Two migrations of the same second stop every database from starting; that is seen here, before it is merged."""

from collections import Counter
from pathlib import Path

MIGRATIONS = sorted((Path(__file__).resolve().parents[2] / "store" / "migrations").glob("*.sql"))


def test_every_migration_has_a_moment_of_its_own() -> None:
    twice = [stamp for stamp, count in Counter(path.name[:14] for path in MIGRATIONS).items() if count > 1]
    assert not twice, f"re-time the later one of {twice}"


def test_every_migration_can_be_run_and_taken_back() -> None:
    for path in MIGRATIONS:
        lines = path.read_text().splitlines()
        assert "-- migrate:up" in lines, path.name
        assert "-- migrate:down" in lines, path.name
