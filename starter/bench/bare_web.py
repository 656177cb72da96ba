"""`python -m starter.bench.bare_web PORT`: checks who asks, inserts a row, answers; the floor for the web process."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import sys

import asyncpg
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TABLES = """
    CREATE TABLE IF NOT EXISTS bare_webhooks (key text PRIMARY KEY, body bytea NOT NULL);
    CREATE TABLE IF NOT EXISTS bare_facts (key text PRIMARY KEY, body bytea NOT NULL);
"""
KEEP_WEBHOOK = "INSERT INTO bare_webhooks VALUES ($1, $2) ON CONFLICT DO NOTHING"
KEEP_FACT = "INSERT INTO bare_facts VALUES ($1, $2) ON CONFLICT DO NOTHING"
POOL = 20


async def serve(port: int, database: str, secret: bytes) -> None:
    """Until it is told to stop."""
    async with asyncpg.create_pool(database, min_size=1, max_size=POOL) as pool:
        await pool.execute(TABLES)

        async def receive(request: Request) -> Response:
            body = await request.body()
            stamp, _, signature = request.headers["stripe-signature"].partition(",")
            signed = hmac.new(secret, f"{stamp[2:]}.".encode() + body, hashlib.sha256).hexdigest()
            if not hmac.compare_digest(signed, signature[3:]):
                return Response(status_code=400)
            await pool.execute(KEEP_WEBHOOK, json.loads(body)["id"], body)
            return Response(status_code=202)

        async def report(request: Request) -> Response:
            body = await request.body()
            if not hmac.compare_digest(request.headers["authorization"].encode(), b"Bearer " + secret):
                return Response(status_code=401)
            key = json.loads(body)["fact_id"]
            await pool.execute(KEEP_FACT, key, body)
            return JSONResponse({"fact_id": key}, 202)

        async def healthy(_: Request) -> Response:
            return Response("ok")

        routes = [
            Route("/webhooks/stripe", receive, methods=["POST"]), Route("/v1/facts", report, methods=["POST"]),
            Route("/healthz", healthy),
        ]  # fmt: skip
        config = uvicorn.Config(Starlette(routes=routes), port=port, log_config=None, access_log=False)
        await uvicorn.Server(config).serve()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), os.environ["COLLECT_DATABASE_URL"], os.environ["BENCH_SECRET"].encode()))
