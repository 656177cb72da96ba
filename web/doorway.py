"""What every request passes: an id, an access log without queries or codes, a count, an answer to our own faults."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import structlog
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from starter.bad_input import Problem
from web.metrics import Metrics
from web.problems import answer

log = structlog.get_logger("web.access")
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
OURS = Problem(
    problem="something went wrong on our side", mend="send the same request again; what was stored is not stored twice"
)
UNKNOWN_ROUTE = "(no route)"


class Doorway:
    """A plain ASGI wrapper: one object a request, no tasks and no copies of bodies."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on. Whatever is not HTTP is passed on untouched."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id, status, answering, began = uuid4().hex, 500, False, time.perf_counter()
        scope.setdefault("state", {})["request_id"] = request_id

        async def marked(message: Message) -> None:
            nonlocal status, answering
            if message["type"] == "http.response.start":
                answering = True
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await self._app(scope, receive, marked)
        except Exception as fault:  # noqa: BLE001 - its text may hold personal data, so nobody above may print it
            log.error("a request failed", fault=type(fault).__name__, where=where(fault), request_id=request_id)
            if not answering:
                await answer([OURS], 500)(scope, receive, marked)
        finally:
            seconds, route, method = time.perf_counter() - began, route_of(scope), method_of(scope)
            self._metrics.answered(method, route, status, seconds)
            log.info(
                "answered", method=method, route=route, status=status, ms=round(seconds * 1000, 1),
                request_id=request_id,
            )  # fmt: skip


class Door(Route):
    """A plain route that tells the access log which one it was."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As any route, with itself among what it found."""
        match, found = super().matches(scope)
        return match, found if match is Match.NONE else {**found, "route": self}


def where(fault: BaseException) -> str:
    """The file and line a fault arose in."""
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"


def route_of(scope: Scope) -> str:
    """The route's form, such as `/p/{code}`; the path itself is not kept, since codes and tokens in it are secrets."""
    route: Any = scope.get("route")
    return str(getattr(route, "path_format", UNKNOWN_ROUTE))


def method_of(scope: Scope) -> str:
    """The method, one of a few: a label must not grow with what strangers send."""
    method = str(scope["method"])
    return method if method in METHODS else "OTHER"
