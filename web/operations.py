"""`/healthz`, `/readyz`, `/metrics`: for whoever runs the process; nothing about patients or balances is shown."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from web.doorway import Door
from web.metrics import CONTENT_TYPE, Metrics
from web.parts import Readiness

ANSWER_WITHIN_S = 3.0


def operations_routes(readiness: Mapping[str, Readiness], metrics: Metrics) -> list[Door]:
    """Alive, ready, counted."""

    async def alive(_: Request) -> Response:
        return JSONResponse({"alive": True})

    async def ready(_: Request) -> Response:
        faults = await asyncio.gather(*(_fault(check) for check in readiness.values()))
        found = dict(zip(readiness, faults, strict=True))
        well = not any(faults)
        body = {"ready": well, "checks": {name: fault or "ok" for name, fault in found.items()}}
        return JSONResponse(body, 200 if well else 503)

    async def count(_: Request) -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE)

    return [Door("/healthz", alive), Door("/readyz", ready), Door("/metrics", count)]


async def _fault(check: Readiness) -> str | None:
    """The kind of fault, without its text: that may hold addresses and passwords."""
    try:
        await asyncio.wait_for(check(), ANSWER_WITHIN_S)
    except Exception as fault:  # noqa: BLE001 - whatever it is, this process is not ready
        return type(fault).__name__
    return None
