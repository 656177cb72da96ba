"""What every stand-in needs of HTTP: guarding a route with faults, reading bodies, naming bad fields."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote_plus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.faults import Faults, hang, refusal

Endpoint = Callable[[Request], Awaitable[Response]]


def guarded(vendor: str, endpoint: Endpoint, faults: Faults) -> Endpoint:
    """The endpoint as a vendor's clients meet it: with whatever faults are in force around it."""

    async def answer(request: Request) -> Response:
        path, method = request.url.path, request.method
        said = unquote_plus(f"{path}?{request.url.query}\n{(await request.body()).decode(errors='replace')}")
        if faults.hit(vendor, ("outage",), path, method, said):
            return refusal(vendor, 503)
        if faults.hit(vendor, ("error_500",), path, method, said):
            return refusal(vendor, 500)
        if faults.hit(vendor, ("error_429",), path, method, said):
            return refusal(vendor, 429)
        if held := faults.hit(vendor, ("timeout_before",), path, method, said):
            await hang(request, held.seconds)
            return refusal(vendor, 503)
        response = await endpoint(request)
        if held := faults.hit(vendor, ("timeout_after_accept",), path, method, said):
            await hang(request, held.seconds)
            return refusal(vendor, 503)
        return response

    return answer


def plainly(endpoint: Endpoint) -> Endpoint:
    """A control route: a ValueError becomes 422 with its sentence, a LookupError 404."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except LookupError as missing:
            return JSONResponse({"error": str(missing.args[0]) if missing.args else "not found"}, 404)
        except ValueError as wrong:
            return JSONResponse({"error": str(wrong)}, 422)

    return answer


async def read_object(request: Request) -> dict[str, Any]:
    """The JSON object in a body; an empty body is an empty object. ValueError says what is wrong."""
    raw = await request.body()
    try:
        body = json.loads(raw) if raw else {}
    except ValueError:
        raise ValueError("the body is not JSON") from None
    if not isinstance(body, dict):
        raise ValueError("the body is a JSON object")
    return body


def need_text(body: dict[str, Any], field: str) -> str:
    """A text field that must be there."""
    value = body.get(field)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{field}: a text is needed")
    return value


def need_cents(body: dict[str, Any], field: str, least: int | None = None) -> int:
    """An amount in integer cents that must be there, at least `least` when given."""
    value = body.get(field)
    if isinstance(value, bool) or not isinstance(value, int) or (least is not None and value < least):
        floor = "" if least is None else f", at least {least}"
        raise ValueError(f"{field}: a whole number of cents is needed{floor}")
    return value


def need_count(body: dict[str, Any], field: str) -> int:
    """A whole number from zero that must be there."""
    value = body.get(field)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{field}: a whole number from 0 is needed")
    return value
