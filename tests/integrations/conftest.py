"""One simulated world and the shipped practices for all adapter tests; nothing of an adapter is set up here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from receivables.policy import Practice
from runtime.policy_files import PolicyFiles
from tests.integrations.world import ROOT, Still, World


@pytest.fixture(scope="session")
def policies() -> PolicyFiles:
    return PolicyFiles(ROOT / "practices")


@pytest.fixture(scope="session")
def lakeside(policies: PolicyFiles) -> Practice:
    return policies.practice("lakeside")


@pytest.fixture
def clock() -> Still:
    return Still()


@pytest.fixture(scope="session")
def running_world() -> Iterator[World]:
    world = World()
    yield world
    world.close()


@pytest.fixture
def world(running_world: World) -> Iterator[World]:
    """The world without any injected fault, before and after."""
    running_world.mend()
    yield running_world
    running_world.mend()
