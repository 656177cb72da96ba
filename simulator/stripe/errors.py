"""Stripe's error bodies as exceptions; the routes turn them into answers."""

from __future__ import annotations

from typing import Any


class StripeError(Exception):
    """A refused request. `status` is the HTTP status, `body` the content of `error`."""

    def __init__(self, status: int, kind: str, message: str, **more: Any) -> None:
        super().__init__(kind)
        self.status = status
        self.body: dict[str, Any] = {"type": kind, "message": message} | more
        code = more.get("code")
        if code:
            self.body["doc_url"] = f"https://docs.stripe.com/error-codes/{code.replace('_', '-')}"


def invalid(message: str, param: str | None = None, code: str | None = None) -> StripeError:
    """400: the request itself is wrong."""
    more = {name: value for name, value in (("param", param), ("code", code)) if value is not None}
    return StripeError(400, "invalid_request_error", message, **more)


def missing(kind: str, object_id: str, param: str = "id") -> StripeError:
    """404 for a path, 400 is never used: no such object."""
    return StripeError(
        404, "invalid_request_error", f"No such {kind}: '{object_id}'", code="resource_missing", param=param
    )
