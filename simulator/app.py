"""The one web application of the simulated world: every route, and the pump that lets callbacks follow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from simulator.clock import Failure, describe
from simulator.control import control_routes
from simulator.keeping import Kept, stop
from simulator.moments import write_moment
from simulator.people_routes import people_routes
from simulator.practice.routes import practice_routes
from simulator.sendgrid.routes import sendgrid_routes
from simulator.stripe.page import page_routes
from simulator.stripe.routes import stripe_routes
from simulator.twilio.routes import twilio_routes
from simulator.world import World


def build(world: World, kept: Kept | None = None) -> Starlette:
    """The application around a world, which is kept in a file when one is given."""

    @asynccontextmanager
    async def alive(app: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(world.clock.pump())]
        if kept is not None:
            tasks.append(asyncio.create_task(kept.keep(world)))
        yield
        for task in tasks:
            await stop(task)
        if kept is not None:
            kept.save(world)
        await world.http.aclose()
        await world.browsing.aclose()

    routes = [
        *control_routes(world),
        *people_routes(world),
        *twilio_routes(world.texts, world.keys, world.faults),
        *sendgrid_routes(world.mails, world.keys, world.clock, world.faults),
        *practice_routes(world.practice, world.keys, world.faults),
        *page_routes(world.stripe.store, world.stripe.checkout),
        *stripe_routes(world.stripe, world.keys, world.faults),
    ]

    async def broken(request: Request, error: Exception) -> Response:
        """A fault of this program itself: kept for `/_/violations`, never mistaken for a vendor's answer."""
        where = f"{request.method} {request.url.path.split('/')[1]}"
        world.clock.failures.append(Failure(write_moment(world.clock.now), f"{where}: {describe(error)}"))
        return PlainTextResponse("the simulated world itself is broken here; see /_/violations", 500)

    counting = Middleware(Counting, world=world)
    return Starlette(
        routes=routes, lifespan=alive, exception_handlers={Exception: broken}, middleware=[counting]
    )


class Counting:
    """Counts requests that may change the world."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        self._app = app
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on."""
        await self._app(scope, receive, send)
        if scope.get("method", "GET") != "GET":
            self._world.requests += 1
