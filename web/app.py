"""Puts the process together: routes, refusals in one shape, and what every request passes."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from starter.bad_input import Problem, problems_in
from web.access import Gate
from web.audits_api import audits_router
from web.cases_api import cases_router
from web.codec import codec_routes
from web.consent_pages import ConsentPages
from web.contact_api import contact_router
from web.credits_api import credits_router
from web.documents import describe
from web.doorway import Doorway
from web.evidence_api import evidence_router
from web.facts_api import facts_route
from web.letters_api import letters_router
from web.operations import operations_routes
from web.parts import WebParts
from web.pay_page import PayPages
from web.pay_texts import read_sheets
from web.pay_views import Views
from web.plan_log_api import plan_log_router
from web.plan_pages import PlanPages
from web.problems import UnacceptableError, answer
from web.replies_api import replies_router
from web.sign_offs_api import sign_offs_router
from web.tasks_api import tasks_router
from web.together_pages import TogetherPages
from web.webhooks import webhook_routes

PLACES = ("body", "query", "path", "header")
"""Where FastAPI looked for a field; not part of its name."""


def create_app(parts: WebParts) -> FastAPI:
    """The whole of `/v1`, `/webhooks`, `/p`, `/codec` and the operators' pages."""
    app = FastAPI(
        title="Patient Balance Agent", version="1", docs_url=None, redoc_url=None, redirect_slashes=False
    )
    gate = Gate(parts.settings.api_tokens, parts.settings.signers)
    # The busiest doors first: routes are tried in order.
    app.router.routes[:0] = [facts_route(parts, gate), *webhook_routes(parts)]
    app.include_router(cases_router(parts, gate))
    app.include_router(tasks_router(parts, gate))
    app.include_router(evidence_router(parts, gate))
    app.include_router(plan_log_router(parts, gate))
    app.include_router(replies_router(parts, gate))
    app.include_router(contact_router(parts, gate))
    app.include_router(letters_router(parts, gate))
    app.include_router(sign_offs_router(parts, gate))
    app.include_router(audits_router(parts, gate))
    app.include_router(credits_router(parts, gate))
    views = Views(read_sheets(), parts.settings.checkout_origins)
    for pages in (
        PayPages(parts, views), TogetherPages(parts, views), PlanPages(parts, views), ConsentPages(parts, views),
    ):
        app.router.routes.extend(pages.routes())
    app.router.routes.extend(codec_routes(parts))
    app.router.routes.extend(operations_routes(parts.readiness, parts.metrics))
    _refusals(app)
    describe(app, parts.doormen)
    app.add_middleware(Doorway, metrics=parts.metrics)
    return app


def _refusals(app: FastAPI) -> None:
    @app.exception_handler(UnacceptableError)
    async def unacceptable(_: Request, fault: UnacceptableError) -> Response:
        return answer(fault.problems, fault.status, fault.headers)

    @app.exception_handler(RequestValidationError)
    async def misspelt(_: Request, fault: RequestValidationError) -> Response:
        return answer(problems_in(list(fault.errors()), skip=PLACES), 422)

    @app.exception_handler(HTTPException)
    async def plain(_: Request, fault: HTTPException) -> Response:
        problem, mend = PLAIN.get(fault.status_code, ("the request was refused", "see /openapi.json"))
        return answer([Problem(problem=problem, mend=mend)], fault.status_code, fault.headers)


PLAIN = {
    404: ("there is nothing at this address", "the addresses are in /openapi.json"),
    405: ("this address does not take this method", "the methods are in /openapi.json"),
}
