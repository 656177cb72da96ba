"""`/webhooks/…`: verifies, keeps the raw body once, answers; what it means is read from the inbox afterwards."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from web.bodies import read
from web.doorway import Door
from web.parts import Doorman, WebParts
from web.problems import refuse

SILENCE = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""TwiML that says nothing: an answer to a patient is a decision, and none is made here."""
TEXT_TO_US = "twilio/sms"
KEPT_HEADERS = ("content-type", "i-twilio-idempotency-token", "x-twilio-email-event-webhook-timestamp")
"""Beside the body, for whoever looks into a delivery later; signatures and addresses are not kept."""


def webhook_routes(parts: WebParts) -> list[Door]:
    """One route for each vendor endpoint that is configured."""
    return [_route(parts, path, doorman) for path, doorman in parts.doormen.items()]


def _route(parts: WebParts, path: str, doorman: Doorman) -> Door:
    public = f"{parts.settings.public_base_url}/webhooks/{path}"

    async def receive(request: Request) -> Response:
        body = await read(request, doorman.most_bytes)
        headers = dict(request.headers)
        delivered = doorman.take_in(address(public, request), headers, body)
        if delivered is None:
            parts.metrics.happened("forged_webhooks", path)
            raise refuse(400, "the signature is missing, wrong or too old", doorman.mend)
        kept = {name: headers[name] for name in KEPT_HEADERS if name in headers}
        new = await parts.inbox.keep(doorman.vendor, delivered.key, delivered.body, kept, await parts.clock.now())
        parts.metrics.happened("webhooks", "new" if new else "again")
        return Response(SILENCE, media_type="application/xml") if path == TEXT_TO_US else Response(status_code=204)

    return Door(f"/webhooks/{path}", receive, methods=["POST"])


def address(public: str, request: Request) -> str:
    """The address as the vendor knows it: the configured one, since behind a proxy the request's own differs."""
    query = request.scope["query_string"].decode("latin-1")
    return f"{public}?{query}" if query else public
