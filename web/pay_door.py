"""What every request to a patient's page passes: the code, the knocks, and words for whatever goes wrong."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

import structlog
from starlette.requests import Request
from starlette.responses import Response

from web.bodies import FORM_BYTES, need_type, read
from web.doorway import Door, where
from web.parts import WebParts
from web.pay_texts import LOCALES, Language
from web.pay_views import Views, Visit
from web.problems import UnacceptableError

log = structlog.get_logger()
MINUTE = 60
LOOKS_A_MINUTE = 300
"""From one address: a whole neighborhood may share one behind a phone company."""
LOOKS_A_MINUTE_AT_ONE_CODE = 40
MISSES, MISSES_IN_S = 20, 600
"""Unknown codes from one address: somebody is guessing, or holds a broken link."""
UNTRACED = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
Endpoint = Callable[[Visit, Request], Awaitable[Response]]


class PayDoor:
    """Opens to whoever holds a valid code and does not knock too often."""

    def __init__(self, parts: WebParts, views: Views) -> None:
        self._parts = parts
        self._views = views

    def route(self, path: str, endpoint: Endpoint, method: str) -> Door:
        """The endpoint behind the door."""

        async def answer(request: Request) -> Response:
            try:
                visit = await self._visit(request)
                return visit if isinstance(visit, Response) else await endpoint(visit, request)
            except UnacceptableError as refused:
                page = self._views.broken(spoken(request))
                page.status_code = refused.status
                return page
            except Exception as fault:  # noqa: BLE001 - a patient is told in words, whatever it was
                log.error("a patient's page failed", route=path, fault=type(fault).__name__, where=where(fault))
                return self._views.broken(spoken(request))

        return Door(path, answer, methods=[method])

    async def _visit(self, request: Request) -> Visit | Response:
        """The page behind the code, or the answer to whoever knocks too often or holds no valid code."""
        code, who, now = request.path_params["code"], visitor(request), await self._parts.clock.now()
        knocks = (
            (f"address:{who}", LOOKS_A_MINUTE),
            (f"code:{code}", LOOKS_A_MINUTE_AT_ONE_CODE),
        )
        for key, limit in knocks:
            if await self._parts.pages.too_often(key, now, limit, MINUTE):
                return self._views.busy(spoken(request), MINUTE)
        page = await self._parts.pages.open(code)
        if page is None or page.revoked:
            if await self._parts.pages.too_often(f"missed:{who}", now, MISSES, MISSES_IN_S):
                return self._views.busy(spoken(request), MISSES_IN_S)
            return self._views.lost(spoken(request))
        practice = self._parts.policies.practice(page.practice_id)
        return Visit(code, page, practice, _known(request.query_params.get("lang")) or _known(page.language) or "en")


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a posted form; of a field sent twice the first."""
    need_type(request, "application/x-www-form-urlencoded")
    body = await read(request, FORM_BYTES)
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=64)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


def visitor(request: Request) -> str:
    """The address that knocks; of IPv6 the part that belongs to one household."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return host if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))


def spoken(request: Request) -> Language:
    """The visitor's language while we do not know whose page it is: asked for in the address, or by the browser."""
    asked = _known(request.query_params.get("lang"))
    return asked or ("es" if request.headers.get("accept-language", "").lower().startswith("es") else "en")


def _known(language: str | None) -> Language | None:
    return language if language in LOCALES else None  # type: ignore[return-value]
