"""Who may call `/v1`, and with what kind of body; patients' pages and vendors' webhooks have their own ways in."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import Message, Receive

from web.bodies import REQUEST_BYTES, need_type, read
from web.problems import refuse

MEND = "send the header Authorization: Bearer <token>, with a token from the settings (COLLECT_API_TOKEN)"


class Gate:
    """Lets in who carries one of the tokens."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self._tokens = [token.encode() for token in tokens if token]

    def check(self, header: str | None) -> None:
        """UnacceptableError (401) unless the header carries a known token; all are compared, whichever fits."""
        scheme, _, token = (header or "").partition(" ")
        given = token.strip().encode()
        known = [hmac.compare_digest(given, one) for one in self._tokens]
        if scheme.lower() != "bearer" or not any(known):
            problem = "the token is missing" if not header else "the token is not known"
            raise refuse(401, problem, MEND, WWW_Authenticate='Bearer realm="collect"')


def guarded(gate: Gate) -> type[APIRoute]:
    """Routes that let nobody in without a token and read no body before; then only JSON, and not much of it."""

    class Guarded(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            answer = super().get_route_handler()

            async def guard(request: Request) -> Response:
                gate.check(request.headers.get("authorization"))
                if request.method == "GET":
                    return await answer(request)
                body = await read(request, REQUEST_BYTES)
                if body:
                    need_type(request, "application/json")
                return await answer(Request(request.scope, _replayed(body)))

            return guard

    return Guarded


def _replayed(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
