"""Sends requests that were written before, over a few kept connections: as little work as a client can do."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import re
import time
from collections.abc import Iterator, Sequence
from uuid import uuid4

CONNECTIONS = 16
DONE = b"\r\n\r\n"
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


class NotTaken(Exception):
    """A server refused what it should take, so its speed says nothing."""


async def knock(port: int, requests: Sequence[bytes]) -> float:
    """Seconds until all were answered with success. NotTaken at the first that was not."""
    waiting = iter(requests)
    began = time.perf_counter()
    await asyncio.gather(*(_connection(port, waiting) for _ in range(CONNECTIONS)))
    return time.perf_counter() - began


async def _connection(port: int, waiting: Iterator[bytes]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for request in waiting:
            writer.write(request)
            answer = await reader.readuntil(DONE)
            if not answer.startswith(b"HTTP/1.1 2"):
                raise NotTaken(f"a request was answered with {answer[9:12].decode()}")
            if length := LENGTH.search(answer):
                await reader.readexactly(int(length[1]))
    finally:
        writer.close()
        await writer.wait_closed()


def card_events(count: int, secret: bytes, practice_id: str) -> list[bytes]:
    """Signed requests with a payment each, all different."""
    return [_request(uuid4().hex, secret, practice_id) for _ in range(count)]


def _request(key: str, secret: bytes, practice_id: str) -> bytes:
    now = int(time.time())
    owner = {"practice_id": practice_id, "balance_id": "b1"}
    money = {"amount_received": 4700, "currency": "usd"}
    thing = {"id": f"pi_{key}", "object": "payment_intent", "metadata": owner, **money}
    event = {
        "id": f"evt_{key}", "object": "event", "type": "payment_intent.succeeded", "created": now, "livemode": False,
        "api_version": "2025-01-01", "pending_webhooks": 1, "request": {"id": None, "idempotency_key": None},
        "data": {"object": thing},
    }  # fmt: skip
    body = json.dumps(event).encode()
    signature = hmac.new(secret, f"{now}.".encode() + body, hashlib.sha256).hexdigest()
    return _post("/webhooks/stripe", f"Stripe-Signature: t={now},v1={signature}", body)


def payments(count: int, token: str, practice_id: str, balances: Sequence[str]) -> list[bytes]:
    """Requests of a sibling with one payment each, all different, over these balances."""
    return [_payment(uuid4().hex, token, practice_id, balances[place % len(balances)]) for place in range(count)]


def _payment(key: str, token: str, practice_id: str, balance_id: str) -> bytes:
    fact = {
        "kind": "payment_recorded", "fact_id": f"pay.{key}", "at": "2026-03-03T15:00:00Z", "source": "bench",
        "practice_id": practice_id, "balance_id": balance_id, "amount_cents": 4700, "paid_at": "2026-03-03T15:00:00Z",
        "where": "front_desk",
    }  # fmt: skip
    return _post("/v1/facts", f"Authorization: Bearer {token}", json.dumps(fact).encode())


def _post(path: str, header: str, body: bytes) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{header}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
