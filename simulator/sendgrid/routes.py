"""SendGrid's routes for sending mail and for suppression lists: authentication, checks, answers and error bodies."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.clock import Clock
from simulator.faults import Faults
from simulator.http import Endpoint, guarded
from simulator.secrets import Keys
from simulator.sendgrid.checks import what_is_wrong
from simulator.sendgrid.mails import Mail, Mails


def sendgrid_routes(mails: Mails, keys: Keys, clock: Clock, faults: Faults) -> list[Route]:
    """Mail Send and the suppression lists."""
    desk = _Desk(mails, clock)

    def route(path: str, endpoint: Endpoint, *methods: str) -> Route:
        return Route(path, guarded("sendgrid", authenticated(endpoint, keys), faults), methods=list(methods))

    return [
        route("/v3/mail/send", desk.send, "POST"),
        route("/v3/suppression/{name}", desk.list_suppressed, "GET"),
        route("/v3/suppression/{name}/{email}", desk.forgive, "DELETE"),
    ]


class _Desk:
    def __init__(self, mails: Mails, clock: Clock) -> None:
        self._mails = mails
        self._clock = clock

    async def send(self, request: Request) -> Response:
        try:
            body = json.loads(await request.body())
        except ValueError:
            return refuse(400, "Bad Request")
        wrong = what_is_wrong(body)
        if wrong is not None:
            return refuse(400, wrong[1], wrong[0])
        message_id = self._mails.new_message_id()
        if not body.get("mail_settings", {}).get("sandbox_mode", {}).get("enable"):
            for mail in mails_of(body, message_id, self._clock):
                self._mails.accept(mail)
        return Response(status_code=202, headers={"X-Message-Id": message_id})

    async def list_suppressed(self, request: Request) -> Response:
        entries = self._mails.suppressed.get(request.path_params["name"])
        if entries is None:
            return refuse(404, "not found")
        return JSONResponse([{"email": email, "created": int(at.timestamp())} for email, at in entries.items()])

    async def forgive(self, request: Request) -> Response:
        entries = self._mails.suppressed.get(request.path_params["name"])
        if entries is None or entries.pop(request.path_params["email"], None) is None:
            return refuse(404, "not found")
        return Response(status_code=204)


def mails_of(body: dict[str, Any], message_id: str, clock: Clock) -> list[Mail]:
    """One mail for each recipient; what stands in a personalization wins over what stands at the top."""
    return [
        _mail(body, person, recipient["email"], message_id, clock)
        for person in body["personalizations"]
        for recipient in [*person["to"], *person.get("cc", []), *person.get("bcc", [])]
    ]


def _mail(body: dict[str, Any], person: dict[str, Any], to: str, message_id: str, clock: Clock) -> Mail:
    texts = {part["type"]: part["value"] for part in body.get("content", [])}
    arguments = _object(body.get("custom_args")) | _object(person.get("custom_args"))
    return Mail(
        message_id,
        body["from"]["email"],
        to.lower(),
        person.get("subject") or body.get("subject", ""),
        _filled(texts.get("text/plain", ""), person),
        _filled(texts.get("text/html", ""), person),
        clock.now,
        arguments={name: str(value) for name, value in arguments.items()},
        categories=list(body.get("categories", [])),
        headers=_object(body.get("headers")) | _object(person.get("headers")),
        asm_group_id=body.get("asm", {}).get("group_id"),
        reply_to=_object(body.get("reply_to")).get("email", ""),
    )


def authenticated(endpoint: Endpoint, keys: Keys) -> Endpoint:
    """The endpoint behind the API key."""

    async def answer(request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {keys.sendgrid_api_key}":
            return refuse(401, "The provided authorization grant is invalid, expired, or revoked")
        return await endpoint(request)

    return answer


def refuse(status: int, message: str, field: str | None = None) -> JSONResponse:
    """SendGrid's error body."""
    return JSONResponse({"errors": [{"message": message, "field": field, "help": None}]}, status)


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _filled(text: str, person: dict[str, Any]) -> str:
    for mark, value in _object(person.get("substitutions")).items():
        text = text.replace(mark, str(value))
    return text
