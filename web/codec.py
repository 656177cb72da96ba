"""The codec endpoint: makes encrypted payloads readable for the Temporal UI; it knows nothing of what is in them.

The UI calls it from the coordinator's browser and sends no header of ours unless it is told to pass on a log-in it does
not have here. So the permission is in the address: `/codec/<token>/decode`, an unguessable token that only the UI's
own configuration holds. It is compared in constant time, and access logs hold the route's form, never the address.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection

from starlette.requests import Request
from starlette.responses import Response

from web.bodies import CODEC_BYTES, need_type, read
from web.doorway import Door
from web.parts import Recode, WebParts
from web.problems import refuse

ASKED_HEADERS = "content-type, x-namespace, authorization"
"""What the UI announces before it asks from another origin."""


def codec_routes(parts: WebParts) -> list[Door]:
    """`encode` and `decode`; none at all without a token."""
    if not parts.settings.codec_token:
        return []
    return [_route(parts, name, recode) for name, recode in parts.recodes.items()]


def _route(parts: WebParts, name: str, recode: Recode) -> Door:
    async def translate(request: Request) -> Response:
        _let_in(request, parts.settings.codec_token)
        cross_origin = _headers(request.headers.get("origin", ""), parts.settings.ui_origins)
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=cross_origin)
        need_type(request, "application/json")
        try:
            answer = await recode(await read(request, CODEC_BYTES))
        except ValueError:
            raise refuse(
                400, "these payloads cannot be read", "they were made with a key that is not in COLLECT_PAYLOAD_KEYS",
            ) from None  # fmt: skip
        return Response(answer, media_type="application/json", headers=cross_origin)

    return Door(f"/codec/{{token}}/{name}", translate, methods=["POST", "OPTIONS"])


def _headers(origin: str, allowed: Collection[str]) -> dict[str, str]:
    """What lets the UI's page read the answer; any other page in the same browser may not."""
    shared = {"Vary": "Origin", "Cache-Control": "no-store"}
    if origin not in allowed:
        return shared
    return shared | {
        "Access-Control-Allow-Origin": origin, "Access-Control-Allow-Methods": "POST, OPTIONS",
        "Access-Control-Allow-Headers": ASKED_HEADERS, "Access-Control-Max-Age": "600",
    }  # fmt: skip


def _let_in(request: Request, token: str) -> None:
    if not hmac.compare_digest(request.path_params["token"].encode(), token.encode()):
        raise refuse(401, "the token in the address is not known", "copy the codec address from the UI's settings")
