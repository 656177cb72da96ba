"""The embedded engine over a file against the same in memory."""

from __future__ import annotations

from starter.bench.figures import Measured, beside
from starter.bench.lives import minimal_practice
from starter.bench.processor_time import Stopwatch
from starter.bench.scale import Scale
from starter.bench.servers import Servers

WARMING_UP = 4


async def measure(servers: Servers, scale: Scale) -> Measured:
    """Batches of minimal lives, in alternation on both servers."""
    on_file, in_memory = await servers.client(), await servers.client(on_file=False)
    rates: dict[str, list[float]] = {"file": [], "memory": []}
    async with minimal_practice(on_file) as file, minimal_practice(in_memory) as memory:
        for practice in (file, memory):
            await practice.live(WARMING_UP)
        for _ in range(scale.rounds):
            for name, practice in (("memory", memory), ("file", file)):
                watch = Stopwatch({})
                await practice.live(scale.lives)
                rates[name].append(scale.lives / watch.spent().wall_s)
    return Measured(
        figures=[
            beside("engine: minimal lives, over a file", "1/s", rates["file"], rates["memory"],
                   floor_is="the same engine in memory", target=0.8, at_most=False)
        ]
    )  # fmt: skip
