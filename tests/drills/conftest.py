"""One floor for all drills: each leaves it as it found it."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from drill_floor import Floor, floor


@pytest.fixture(scope="session")
async def drills() -> AsyncIterator[Floor]:
    # Not in pytest's own folder, which the database's user may not enter when root tests.
    with tempfile.TemporaryDirectory(prefix="collect-drills-") as folder:
        async with floor(Path(folder)) as running:
            yield running
