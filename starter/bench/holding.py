"""`python -m starter.bench.holding KIND COUNT FIRST`: a worker that holds open lives and prints what each takes, in KB.

A process of its own, since memory that others have used and given back hides what is measured.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Awaitable, Callable
from uuid import uuid4

import psutil
from temporalio.client import Client

from runtime.encryption import encrypted_converter
from starter.bench.engine_work import SETTLE_S
from starter.bench.lives import BEGIN, minimal_practice
from starter.bench.people import posting
from starter.bench.real_practice import RealPractice, real_practice

WARMING_UP = 50
ADDRESS, DATABASE, KEY = "BENCH_TEMPORAL", "BENCH_DATABASE", "BENCH_KEY"


async def hold(kind: str, count: int, first: int) -> float:
    """KB of resident memory for each of `count` lives that rest in the worker's cache."""
    key = bytes.fromhex(os.environ[KEY])
    client = await Client.connect(os.environ[ADDRESS], data_converter=encrypted_converter({"bench": key}, "bench"))
    if kind == "minimal":
        async with minimal_practice(client) as floor:

            async def start(some: range) -> None:
                ids = [f"minimal-{uuid4().hex}" for _ in some]
                await floor.open(ids, 2)
                await floor.come_to(ids, 1)

            return await _grown(start, count, first)
    async with real_practice(client, os.environ[DATABASE], BEGIN, f"r{uuid4().hex}") as product:
        return await _grown(lambda some: post(product, some), count, first)


async def post(product: RealPractice, numbers: range) -> None:
    """Posted, decided once, at rest."""
    await product.desk.report([posting(one, BEGIN) for one in numbers])
    await product.settle()
    await asyncio.sleep(SETTLE_S)


async def _grown(start: Callable[[range], Awaitable[None]], count: int, first: int) -> float:
    await start(range(first, first + WARMING_UP))
    before = _resident_kb()
    await start(range(first + WARMING_UP, first + WARMING_UP + count))
    return (_resident_kb() - before) / count


def _resident_kb() -> float:
    gc.collect()
    return psutil.Process().memory_info().rss / 1024


if __name__ == "__main__":
    print(asyncio.run(hold(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))), flush=True)
