"""The present moment: the machine's, or in the simulated world the simulator's."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx

from receivables.ports import Clock
from runtime.settings import Settings


class SystemClock:
    """The machine's clock."""

    async def now(self) -> datetime:
        """The present moment in UTC."""
        return datetime.now(UTC)


class SimulatedClock:
    """The one clock of a simulated world, read over HTTP each time: nobody keeps a copy that could be wrong."""

    def __init__(self, url: str) -> None:
        # A proxy of the machine's environment knows nothing of the simulated world.
        self._http = httpx.AsyncClient(base_url=url, timeout=10, trust_env=False)

    async def now(self) -> datetime:
        """Virtual time in UTC; httpx.HTTPError while the simulator is away."""
        answer = await self._http.get("/_/clock")
        answer.raise_for_status()
        return datetime.fromisoformat(answer.json()["now"]).astimezone(UTC)

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()


def clock_of(settings: Settings) -> Clock:
    """The clock these settings call for."""
    return SimulatedClock(settings.simulator_url) if settings.simulator_url else SystemClock()
