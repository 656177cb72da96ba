"""Vaults over the running world; the card processor's odd days are made by the tests themselves."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from integrations.stripe.connection import Connection
from integrations.stripe.vault import StripeVault
from tests.integrations.stripe.charging import KEY
from tests.integrations.world import Still, World


@pytest.fixture
async def connection(world: World) -> AsyncIterator[Connection]:
    opened = Connection(KEY, base_url=world.url, timeout_s=10)
    yield opened
    await opened.close()


@pytest.fixture
def vault(connection: Connection, clock: Still) -> StripeVault:
    return StripeVault(connection, clock)


@pytest.fixture
async def hurried(world: World, clock: Still) -> AsyncIterator[StripeVault]:
    """One that does not wait for slow answers."""
    opened = Connection(KEY, base_url=world.url, timeout_s=0.7)
    yield StripeVault(opened, clock)
    await opened.close()
