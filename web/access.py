"""Who may call `/v1`, and with what kind of body; patients' pages and vendors' webhooks have their own ways in."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import Message, Receive

from web.bodies import REQUEST_BYTES, need_type, read
from web.problems import refuse

MEND = "send the header Authorization: Bearer <token>, with a token from the settings (COLLECT_API_TOKEN)"


class Gate:
    """Lets in who carries one of the tokens, and lets sign who carries their own."""

    def __init__(self, tokens: Sequence[str], signers: Mapping[str, str] | None = None) -> None:
        """`signers`: the token of each who may sign. Without any a stated name is taken for what it is."""
        self._signers = {name: token.encode() for name, token in (signers or {}).items()}
        self._tokens = [*(token.encode() for token in tokens if token), *self._signers.values()]

    def check(self, header: str | None) -> None:
        """UnacceptableError (401) unless the header carries a known token; all are compared, whichever fits."""
        scheme, _, token = (header or "").partition(" ")
        given = token.strip().encode()
        known = [hmac.compare_digest(given, one) for one in self._tokens]
        if scheme.lower() != "bearer" or not any(known):
            problem = "the token is missing" if not header else "the token is not known"
            raise refuse(401, problem, MEND, WWW_Authenticate='Bearer realm="collect"')


    def check_signer(self, header: str | None, who: str) -> None:
        """UnacceptableError (403) unless the token is that of `who`, where signers have tokens of their own."""
        if not self._signers:
            return
        given = (header or "").partition(" ")[2].strip().encode()
        own = [name for name, token in self._signers.items() if hmac.compare_digest(given, token)]
        if own != [who]:
            raise refuse(403, f"this token is not that of {who}", SIGN_MEND, field="who")


SIGN_MEND = "sign with your own token and the name it stands for (COLLECT_SIGNING_TOKENS)"


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
