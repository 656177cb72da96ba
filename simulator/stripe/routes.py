"""Stripe's REST routes: key, version and idempotency headers, parameters in, objects and errors out."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.faults import Faults
from simulator.http import guarded
from simulator.secrets import Keys
from simulator.stripe.account import Account
from simulator.stripe.errors import StripeError, missing
from simulator.stripe.forms import read_form
from simulator.stripe.idempotency import Keyring
from simulator.stripe.operations import LISTS, Operation, operations
from simulator.stripe.parameters import check
from simulator.stripe.store import API_VERSION, Obj

KEY_STARTS = ("sk_test_", "rk_test_")


def stripe_routes(account: Account, keys: Keys, faults: Faults) -> list[Route]:
    """Every operation of the account, and the lists."""
    desk = _Desk(account, keys)
    routes = []
    for method, path, operation, run in operations(account):
        routes.append(Route("/v1" + path, guarded("stripe", desk.endpoint(operation, run), faults), methods=[method]))
    for path, kind in LISTS.items():
        listing = desk.endpoint("list", desk.listing(kind, "/v1" + path))
        routes.append(Route("/v1" + path, guarded("stripe", listing, faults), methods=["GET"]))
    nothing = desk.endpoint("read", desk.unknown)
    routes.append(Route("/v1/{rest:path}", guarded("stripe", nothing, faults), methods=["GET", "POST", "DELETE"]))
    return routes


class _Desk:
    def __init__(self, account: Account, keys: Keys) -> None:
        self._account = account
        self._keys = keys
        self._keyring = Keyring()
        self._requests = 0

    def endpoint(self, operation: str, run: Operation) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            self._requests += 1
            request_id = f"req_{self._requests:014d}"
            raw = (await request.body()).decode("utf-8", "replace")
            key = request.headers.get("idempotency-key") if request.method == "POST" else None
            fingerprint = f"{request.method} {request.url.path} {raw}"
            try:
                self._authenticate(request)
                earlier = self._keyring.begin(key, fingerprint, request_id) if key else None
            except StripeError as refused:
                return self._answer(request_id, refused.status, _error_body(refused, request_id), key)
            if earlier is not None and earlier.answer is not None:
                status, kept = earlier.answer
                return self._answer(request_id, status, kept, key, earlier.request_id)
            status, body, started = self._run(operation, run, request, raw, request_id, key)
            if key:
                self._keyring.finish(key, status, body, started)
            return self._answer(request_id, status, body, key)

        return answer

    def _run(
        self, operation: str, run: Operation, request: Request, raw: str, request_id: str, key: str | None
    ) -> tuple[int, bytes, bool]:
        """Status, body, and whether execution began (a 400 for bad parameters did not)."""
        self._account.events.request_id, self._account.events.idempotency_key = request_id, key
        try:
            given = check(operation, read_form(raw if request.method == "POST" else request.url.query))
            found = run(given, request.path_params, str(request.base_url).rstrip("/"))
            shown = self._account.store.expanded(found, given.get("expand", []))
            return 200, json.dumps(shown).encode(), True
        except StripeError as refused:
            return refused.status, _error_body(refused, request_id), refused.status not in (400, 404)
        finally:
            self._account.events.request_id = self._account.events.idempotency_key = None

    def _authenticate(self, request: Request) -> None:
        header = request.headers.get("authorization", "")
        given = header.removeprefix("Bearer ")
        if given != self._keys.stripe_api_key and not given.startswith(KEY_STARTS):
            text = "You did not provide an API key." if not header else "Invalid API Key provided."
            raise StripeError(401, "invalid_request_error", text)

    def listing(self, kind: str, url: str) -> Operation:
        def run(given: Obj, path: dict[str, str], base: str) -> Obj:
            if "customer_id" in path:
                given = given | {"customer": path["customer_id"]}
            return self._account.store.page(kind, url.format(**path), given)

        return run

    def unknown(self, given: Obj, path: dict[str, str], base: str) -> Obj:
        raise missing("route", "/v1/" + path["rest"])

    def _answer(
        self, request_id: str, status: int, body: bytes, key: str | None, original: str | None = None
    ) -> Response:
        headers = {"request-id": request_id, "stripe-version": API_VERSION}
        if key:
            headers |= {"idempotency-key": key, "original-request": original or request_id}
        if original:
            headers["idempotent-replayed"] = "true"
        return Response(body, status, headers, "application/json")


def _error_body(refused: StripeError, request_id: str) -> bytes:
    return json.dumps({"error": refused.body}).encode()
