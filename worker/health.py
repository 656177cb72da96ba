"""Says whether this worker lives; what it is doing is shown by the engine's own UI."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route


def app() -> Starlette:
    """`GET /healthz`."""

    async def alive(_: Request) -> PlainTextResponse:
        return PlainTextResponse("ok")

    return Starlette(routes=[Route("/healthz", alive)])
