"""The practice system's own interface under /practice/v1, behind its key."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.faults import Faults
from simulator.http import Endpoint, guarded, plainly, read_object
from simulator.practice.system import PracticeSystem
from simulator.secrets import Keys


def practice_routes(system: PracticeSystem, keys: Keys, faults: Faults) -> list[Route]:
    """Payments (write, search), notes and balances."""

    def route(path: str, endpoint: Endpoint, method: str) -> Route:
        return Route(path, guarded("practice", authenticated(plainly(endpoint), keys), faults), methods=[method])

    async def post_payment(request: Request) -> Response:
        return JSONResponse(vars(system.post_payment(await read_object(request))), 201)

    async def find_payments(request: Request) -> Response:
        external_id = request.query_params.get("external_id")
        if not external_id:
            raise ValueError("external_id: name the payment that is looked for")
        return JSONResponse({"payments": [vars(payment) for payment in system.ledger.payments_with(external_id)]})

    async def post_note(request: Request) -> Response:
        return JSONResponse(system.add_note(await read_object(request)), 201)

    async def read_balance(request: Request) -> Response:
        return JSONResponse(system.read(request.path_params["balance_id"]))

    return [
        route("/practice/v1/payments", post_payment, "POST"),
        route("/practice/v1/payments", find_payments, "GET"),
        route("/practice/v1/notes", post_note, "POST"),
        route("/practice/v1/balances/{balance_id}", read_balance, "GET"),
    ]


def authenticated(endpoint: Endpoint, keys: Keys) -> Endpoint:
    """The endpoint behind the bearer key."""

    async def answer(request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {keys.practice_api_key}":
            return JSONResponse({"error": "the key is missing or wrong"}, 401)
        return await endpoint(request)

    return answer
