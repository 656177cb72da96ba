"""The practice system's own interface under /practice/v1, behind its key."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.faults import Faults
from simulator.http import Endpoint, guarded, plainly, read_object
from simulator.moments import read_moment
from simulator.practice.system import BooksClosedError, PracticeSystem
from simulator.secrets import Keys


def practice_routes(system: PracticeSystem, keys: Keys, faults: Faults) -> list[Route]:
    """Payments and notes (write, search) and balances."""

    def route(path: str, endpoint: Endpoint, method: str) -> Route:
        return Route(path, guarded("practice", authenticated(plainly(endpoint), keys), faults), methods=[method])

    async def post_payment(request: Request) -> Response:
        return _booked(system, await read_object(request))

    async def lock_date(request: Request) -> Response:
        practice_id = request.query_params.get("practice_id", "")
        return JSONResponse({"locked_until": system.ledger.locked_until.get(practice_id)})

    async def find_payments(request: Request) -> Response:
        return _found(system, request)

    async def list_balances(request: Request) -> Response:
        practice_id = request.query_params.get("practice_id")
        if not practice_id:
            raise ValueError("practice_id: whose balances are wanted")
        return JSONResponse({"balances": system.read_all(practice_id)})

    async def post_note(request: Request) -> Response:
        return JSONResponse(system.add_note(await read_object(request)), 201)

    async def find_notes(request: Request) -> Response:
        return _notes(system, request)

    async def read_balance(request: Request) -> Response:
        return JSONResponse(system.read(request.path_params["balance_id"]))

    return [
        route("/practice/v1/payments", post_payment, "POST"),
        route("/practice/v1/payments", find_payments, "GET"),
        route("/practice/v1/lock-date", lock_date, "GET"),
        route("/practice/v1/notes", post_note, "POST"),
        route("/practice/v1/notes", find_notes, "GET"),
        route("/practice/v1/balances", list_balances, "GET"),
        route("/practice/v1/balances/{balance_id}", read_balance, "GET"),
    ]


def _found(system: PracticeSystem, request: Request) -> Response:
    wanted = request.query_params
    if external_id := wanted.get("external_id"):
        found = system.ledger.payments_with(external_id)
    elif practice_id := wanted.get("practice_id"):
        since = read_moment(wanted.get("since", "1970-01-01T00:00:00Z"), "since")
        found = system.ledger.payments_of(practice_id, since)
    else:
        raise ValueError("external_id: name the payment that is looked for, or practice_id for all of them")
    return JSONResponse({"payments": [vars(payment) for payment in found]})


def _notes(system: PracticeSystem, request: Request) -> Response:
    external_id = request.query_params.get("external_id")
    if not external_id:
        raise ValueError("external_id: name the note that is looked for")
    return JSONResponse({"notes": [one for one in system.ledger.notes if one["external_id"] == external_id]})


def _booked(system: PracticeSystem, given: dict[str, Any]) -> Response:
    try:
        return JSONResponse(vars(system.post_payment(given)), 201)
    except BooksClosedError as closed:
        words = "booked_on: the accounting period is closed"
        return JSONResponse({"error": words, "locked_until": str(closed)}, 409)


def authenticated(endpoint: Endpoint, keys: Keys) -> Endpoint:
    """The endpoint behind the bearer key."""

    async def answer(request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {keys.practice_api_key}":
            return JSONResponse({"error": "the key is missing or wrong"}, 401)
        return await endpoint(request)

    return answer
