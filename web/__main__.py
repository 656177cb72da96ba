"""`python -m web`: serves until it is told to stop, and finishes what is being answered."""

from __future__ import annotations

import asyncio

import uvicorn

from runtime.checkout import check
from runtime.logs import set_up_logs
from runtime.settings import Settings, load_settings
from web.app import create_app
from web.wiring import opened

GRACE_S = 10


async def serve(settings: Settings) -> None:
    """Until SIGTERM or SIGINT."""
    async with opened(settings) as parts:
        config = uvicorn.Config(
            create_app(parts), host=settings.host, port=settings.web_port, log_config=None, access_log=False,
            server_header=False, timeout_graceful_shutdown=GRACE_S,
        )  # fmt: skip
        await uvicorn.Server(config).serve()


if __name__ == "__main__":
    check()
    chosen = load_settings()
    set_up_logs(as_json=chosen.log_json)
    asyncio.run(serve(chosen))
