"""The one web application of the simulated world: every route, and the pump that lets callbacks follow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from starlette.applications import Starlette

from simulator.control import control_routes
from simulator.people_routes import people_routes
from simulator.practice.routes import practice_routes
from simulator.sendgrid.routes import sendgrid_routes
from simulator.stripe.page import page_routes
from simulator.stripe.routes import stripe_routes
from simulator.twilio.routes import twilio_routes
from simulator.world import World


def build(world: World) -> Starlette:
    """The application around a world."""

    @asynccontextmanager
    async def alive(app: Starlette) -> AsyncIterator[None]:
        pump = asyncio.create_task(world.clock.pump())
        yield
        pump.cancel()
        with suppress(asyncio.CancelledError):
            await pump
        await world.http.aclose()

    routes = [
        *control_routes(world),
        *people_routes(world),
        *twilio_routes(world.texts, world.keys, world.faults),
        *sendgrid_routes(world.mails, world.keys, world.clock, world.faults),
        *practice_routes(world.practice, world.keys, world.faults),
        *page_routes(world.stripe.store, world.stripe.checkout),
        *stripe_routes(world.stripe, world.keys, world.faults),
    ]
    return Starlette(routes=routes, lifespan=alive)
