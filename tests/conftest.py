"""What many tests start: a throwaway Postgres and a real Temporal server, once for the whole run."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

# Its plugin imports it while the run is summed up, if no test has; CPython 3.11 has failed there after long engine tests.
import hypothesis  # noqa: F401
import pytest
from temporalio.client import Client

from runtime.embedded_postgres import EmbeddedPostgres
from runtime.embedded_temporal import EmbeddedTemporal
from runtime.encryption import encrypted_converter
from runtime.ports import any_free

KEY = {"test": b"k" * 32}


@pytest.fixture(scope="session")
def throwaway_postgres() -> Iterator[EmbeddedPostgres]:
    # Not in pytest's own folder: its next run closes that one to the user the database runs as when root tests.
    with tempfile.TemporaryDirectory(prefix="collect-") as folder:
        server = EmbeddedPostgres(Path(folder) / "data", any_free(), Path(folder) / "postgres.log", throwaway=True)
        server.start(lambda sentence: None)
        yield server
        server.stop()


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedTemporal]:
    log = Path(tmp_path_factory.mktemp("temporal")) / "temporal.log"
    server = EmbeddedTemporal(None, any_free(), any_free(), log)
    server.start(lambda sentence: None)
    yield server
    server.stop()


@pytest.fixture(scope="session")
async def client(engine: EmbeddedTemporal) -> Client:
    return await Client.connect(engine.address, data_converter=encrypted_converter(KEY, "test"))
