"""A web process over fakes for each test, and an HTTP client that speaks to it within the process."""

from collections.abc import AsyncIterator

import httpx
import pytest
from web_world import TOKEN, World


@pytest.fixture
def world() -> World:
    return World(codec_token="codec-secret", ui_origins=("http://127.0.0.1:8233",))


@pytest.fixture
async def web(world: World) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=world.app, client=("198.51.100.7", 5))
    async with httpx.AsyncClient(transport=transport, base_url="http://internal:8080") as client:
        yield client


@pytest.fixture
async def api(web: httpx.AsyncClient) -> httpx.AsyncClient:
    web.headers["Authorization"] = f"Bearer {TOKEN}"
    return web
