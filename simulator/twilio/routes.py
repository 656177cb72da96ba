"""Twilio's REST routes for messages and lookups: authentication, requests, answers and error bodies."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.faults import Faults
from simulator.http import Endpoint, guarded
from simulator.secrets import Keys
from simulator.twilio.texts import STATUS_PATH, Text, Texts

BASE = "/2010-04-01/Accounts/{account}"
E164 = re.compile(r"\+[1-9]\d{6,14}")
MESSAGES = {
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource was not found"),
    21211: (400, "Invalid 'To' Phone Number"),
    21212: (400, "Invalid 'From' Phone Number"),
    21408: (400, "Permission to send an SMS has not been enabled for the region indicated by the 'To' number"),
    21602: (400, "Message body is required"),
    21603: (400, "A 'From' phone number is required"),
    21604: (400, "A 'To' phone number is required"),
    21609: (400, "The 'StatusCallback' URL is not a valid URL"),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21612: (400, "Message cannot be sent with the current combination of 'To' and/or 'From' parameters"),
    21614: (400, "'To' number is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
}


def twilio_routes(texts: Texts, keys: Keys, faults: Faults) -> list[Route]:
    """Messages (create, list, read, cancel or redact, delete) and Lookup v2."""
    desk = _Desk(texts, keys)

    def route(path: str, endpoint: Endpoint, *methods: str) -> Route:
        return Route(path, guarded("twilio", desk.authenticated(endpoint), faults), methods=list(methods))

    return [
        route(BASE + "/Messages.json", desk.create, "POST"),
        route(BASE + "/Messages.json", desk.list_all, "GET"),
        route(BASE + "/Messages/{sid}.json", desk.read, "GET"),
        route(BASE + "/Messages/{sid}.json", desk.update, "POST"),
        route(BASE + "/Messages/{sid}.json", desk.delete, "DELETE"),
        route("/v2/PhoneNumbers/{number}", desk.lookup, "GET"),
    ]


class _Desk:
    def __init__(self, texts: Texts, keys: Keys) -> None:
        self._texts = texts
        self._keys = keys
        pair = f"{keys.twilio_account_sid}:{keys.twilio_auth_token}"
        self._basic = "Basic " + base64.b64encode(pair.encode()).decode()

    def authenticated(self, endpoint: Endpoint) -> Endpoint:
        async def answer(request: Request) -> Response:
            if request.headers.get("authorization") != self._basic:
                return error(20003)
            if request.path_params.get("account", self._keys.twilio_account_sid) != self._keys.twilio_account_sid:
                return error(20404)
            return await endpoint(request)

        return answer

    async def create(self, request: Request) -> Response:
        form = await request.form()
        to, sender, service = (str(form.get(name, "")) for name in ("To", "From", "MessagingServiceSid"))
        body, callback = str(form.get("Body", "")), str(form.get("StatusCallback", "")) or STATUS_PATH
        wrong = self._what_is_wrong(to, sender or service, body, callback)
        if wrong is not None:
            return error(wrong)
        line = sender or self._texts.last_line
        text = self._texts.accept(line, to, body, service or None, callback)
        return JSONResponse(self._shown(text), 201)

    def _what_is_wrong(self, to: str, sender: str, body: str, callback: str) -> int | None:
        checks = (
            (21604, not to),
            (21211, not E164.fullmatch(to)),
            (21603, not sender),
            (21212, sender.startswith("+") and not E164.fullmatch(sender)),
            (21602, not body),
            (21617, len(body) > 1600),
            (21609, callback != STATUS_PATH and not re.match(r"https?://[^\s]+$", callback)),
        )
        failed = next((code for code, bad in checks if bad), None)
        line = sender if sender.startswith("+") else self._texts.last_line
        blocked = {(line, to), (sender, to)} & self._texts.stopped
        return failed or self._texts.numbers.refusal_of(to) or (21610 if blocked else None)

    async def list_all(self, request: Request) -> Response:
        query = request.query_params
        size, page = min(int(query.get("PageSize", 50)), 1000), int(query.get("Page", 0))
        found = [text for text in reversed(self._texts.all.values()) if matches(text, dict(query))]
        shown = found[page * size : (page + 1) * size]
        path = request.url.path

        def uri(number: int) -> str:
            return path + "?" + urlencode(dict(query) | {"PageSize": size, "Page": number})

        more = len(found) > (page + 1) * size
        return JSONResponse({
            "messages": [self._shown(text) for text in shown], "page": page, "page_size": size,
            "start": page * size, "end": page * size + max(0, len(shown) - 1), "uri": uri(page),
            "first_page_uri": uri(0), "next_page_uri": uri(page + 1) if more else None,
            "previous_page_uri": uri(page - 1) if page else None,
        })  # fmt: skip

    async def read(self, request: Request) -> Response:
        text = self._texts.all.get(request.path_params["sid"])
        return error(20404) if text is None else JSONResponse(self._shown(text))

    async def update(self, request: Request) -> Response:
        text, form = self._texts.all.get(request.path_params["sid"]), await request.form()
        if text is None:
            return error(20404)
        if form.get("Status") == "canceled" and text.status in ("accepted", "queued", "scheduled"):
            text.status = "canceled"
        if form.get("Body") == "":
            text.body = ""
        return JSONResponse(self._shown(text))

    async def delete(self, request: Request) -> Response:
        return Response(status_code=204) if self._texts.all.pop(request.path_params["sid"], None) else error(20404)

    async def lookup(self, request: Request) -> Response:
        number = request.path_params["number"]
        valid = E164.fullmatch(number) is not None
        wanted = request.query_params.get("Fields", "").split(",")
        answer: dict[str, Any] = dict.fromkeys(LOOKUP_FIELDS) | {
            "calling_country_code": "1", "country_code": "US", "phone_number": number, "valid": valid,
            "national_format": f"({number[2:5]}) {number[5:8]}-{number[8:]}",
            "validation_errors": [] if valid else ["INVALID_LENGTH"],
            "url": f"https://lookups.twilio.com/v2/PhoneNumbers/{number}",
        }  # fmt: skip
        if "line_type_intelligence" in wanted and valid:
            answer["line_type_intelligence"] = {
                "error_code": None, "mobile_country_code": "310", "mobile_network_code": "120",
                "carrier_name": "Simulated Mobile", "type": self._texts.numbers.line_type(number),
            }  # fmt: skip
        if "reassigned_number" in wanted and valid:
            answer["reassigned_number"] = self._reassigned(number, request.query_params.get("LastVerifiedDate", ""))
        return JSONResponse(answer)

    def _reassigned(self, number: str, verified: str) -> dict[str, Any]:
        try:
            since = datetime.strptime(verified, "%Y%m%d").replace(tzinfo=UTC).date()
        except ValueError:
            return {"last_verified_date": None, "is_number_reassigned": None, "error_code": INVALID_PARAMETER}
        return {
            "last_verified_date": since.isoformat(), "error_code": None,
            "is_number_reassigned": self._texts.numbers.reassigned(number, since),
        }  # fmt: skip

    def _shown(self, text: Text) -> dict[str, Any]:
        path = f"/2010-04-01/Accounts/{self._keys.twilio_account_sid}/Messages/{text.sid}"
        code = text.error_code
        return {
            "account_sid": self._keys.twilio_account_sid, "api_version": "2010-04-01", "body": text.body,
            "date_created": rfc2822(text.created), "date_sent": rfc2822(text.sent),
            "date_updated": rfc2822(text.updated),
            "direction": text.direction, "error_code": code,
            "error_message": None if code is None else MESSAGES.get(code, (0, "Message delivery failed"))[1],
            "from": text.sender, "messaging_service_sid": text.service_sid, "num_media": "0",
            "num_segments": str(text.segments), "price": None, "price_unit": "USD", "sid": text.sid,
            "status": text.status, "subresource_uris": {"media": path + "/Media.json"}, "to": text.to,
            "uri": path + ".json",
        }  # fmt: skip


INVALID_PARAMETER = 60600
"""What this world answers for one part of a lookup that lacks what it needs."""
LOOKUP_FIELDS = (
    "caller_name", "sim_swap", "call_forwarding", "line_status", "line_type_intelligence", "identity_match",
    "reassigned_number", "sms_pumping_risk", "phone_number_quality_score", "pre_fill",
)  # fmt: skip


def error(code: int) -> JSONResponse:
    """Twilio's error body for one of its codes."""
    status, text = MESSAGES[code]
    more = f"https://www.twilio.com/docs/errors/{code}"
    return JSONResponse({"code": code, "message": text, "more_info": more, "status": status}, status)


def rfc2822(moment: datetime | None) -> str | None:
    """A moment as Twilio's 2010 interface writes it."""
    return None if moment is None else format_datetime(moment.astimezone(UTC))


def matches(text: Text, query: dict[str, str]) -> bool:
    """Whether a text passes the list's filters; a day without hours stands for the whole day."""
    if query.get("To", text.to) != text.to or query.get("From", text.sender) != text.sender:
        return False
    stamp = (text.sent or text.created).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    after, before, exactly = (query.get(name) for name in ("DateSent>", "DateSent<", "DateSent"))
    return (
        (after is None or stamp[: len(after)] >= after)
        and (before is None or stamp[: len(before)] <= before)
        and (exactly is None or stamp[: len(exactly)] == exactly)
    )
