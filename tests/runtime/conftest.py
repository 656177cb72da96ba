"""A data folder that was created once, and an ear for what is said while something starts."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.embedded_postgres import EmbeddedPostgres
from runtime.ports import any_free


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Not pytest's own: its next run closes that one to the user the database runs as when root tests."""
    with tempfile.TemporaryDirectory(prefix="collect-") as folder:
        yield Path(folder).resolve()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Path]:
    """A stopped database, to be copied."""
    with tempfile.TemporaryDirectory(prefix="collect-") as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", any_free(), Path(folder) / "postgres.log", throwaway=True)
        server.start(lambda sentence: None)
        server.stop()
        yield Path(folder)


@pytest.fixture
def said() -> list[str]:
    return []
