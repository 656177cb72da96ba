"""A web process over fakes for each test, an HTTP client within the process, and real Chromium for the browser tests."""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest
import uvicorn
from playwright.async_api import Browser, async_playwright
from real_stores import database, pool, real, refunds, settings
from web_world import TOKEN, World

__all__ = ["database", "pool", "real", "refunds", "settings"]
FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


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


@pytest.fixture
async def serve() -> AsyncIterator[Callable[[object], Awaitable[str]]]:
    """Serves an application on a free port of this machine until the test ends; gives its address."""
    async with AsyncExitStack() as stack:

        async def start(app: object) -> str:
            return await stack.enter_async_context(served(app))

        yield start


@asynccontextmanager
async def served(app: object) -> AsyncIterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none"))  # type: ignore[arg-type]
    running = asyncio.create_task(server._serve([listening]))
    while not server.started:  # noqa: ASYNC110 - uvicorn tells it by this flag only
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    await running
    listening.close()


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    program = os.environ.get("CHROMIUM_PATH") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    assert program, "the browser tests need Chromium: run deploy/ensure-chromium.sh, or set CHROMIUM_PATH"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        await browser.close()
