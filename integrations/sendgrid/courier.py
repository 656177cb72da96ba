"""Carries e-mails to SendGrid, once each; what SendGrid reports later is read in inbound.py."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any
from urllib.error import URLError

from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient

from integrations.sendgrid.errors import meaning
from receivables.errors import CannotKnow, NotReportedYet
from receivables.policy import Practice
from receivables.ports import Clock, Message, PolicyBook

TIMEOUT_S = 10.0
EVENTS_ARE_RETRIED_FOR = timedelta(hours=24)
"""SendGrid repeats its event reports for a rolling day: a mail without any event by then was never taken."""
REAL_HOST = "https://api.sendgrid.com"


class SendGridCourier:
    """The e-mail courier (ports.Courier). One instance serves all practices; `base_url` points at a stand-in."""

    def __init__(
        self, api_key: str, policies: PolicyBook, clock: Clock, *, base_url: str | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:  # fmt: skip
        sdk = SendGridAPIClient(api_key, host=(base_url or REAL_HOST).rstrip("/"))
        sdk.client.timeout = timeout_s  # the SDK waits for ever by default
        self._sdk: Any = sdk
        self._policies = policies
        self._clock = clock

    async def send(self, message: Message) -> str:
        """SendGrid's message id. Errors as the port says; nothing is retried here."""
        practice = self._policies.practice(message.practice_id)
        return await asyncio.to_thread(self._send, request_of(message, practice))

    async def find(self, message: Message, since: datetime) -> str | None:  # noqa: ARG002 - the port's own form
        """None once a day has passed since the first try, NotReportedYet before.

        SendGrid offers no lookup of a mail just handed in (its activity feed is a paid extra that lags). A mail it
        took shows itself by its events, which carry the touch id and mark the touch as accepted, so this question is
        asked only while no event has come. Sending again before the events' day is over could send twice.
        """
        until = since + EVENTS_ARE_RETRIED_FOR
        if await self._clock.now() < until:
            raise NotReportedYet("The e-mail provider has not reported yet whether it took the message.", until)
        return None

    def _send(self, request: dict[str, Any]) -> str:
        try:
            answer = self._sdk.send(request)
        except (HTTPError, URLError, HTTPException, OSError) as fault:
            raise meaning(fault) from None
        if answer.status_code != 202:
            raise CannotKnow(f"The e-mail provider gave an unexpected answer ({answer.status_code}).")
        return str(answer.headers.get("X-Message-Id") or "accepted-without-id")


def request_of(message: Message, practice: Practice) -> dict[str, Any]:
    """The body of Mail Send. Only opaque ids travel as arguments, because SendGrid keeps them long (R-24).

    Click tracking is off so that pay links stay the practice's own; opens are never acted upon, so they are not
    tracked. One-click unsubscribe follows RFC 8058.
    """
    body: dict[str, Any] = {
        "personalizations": [{"to": [{"email": message.to}], "custom_args": {"touch": message.touch_id}}],
        "from": {"email": practice.email, "name": practice.name},
        "subject": message.subject,
        "content": [{"type": "text/plain", "value": message.text}, {"type": "text/html", "value": message.html}],
        "tracking_settings": {
            "click_tracking": {"enable": False, "enable_text": False},
            "open_tracking": {"enable": False},
            "subscription_tracking": {"enable": False},
        },
    }
    if not message.html:
        body["content"].pop()
    if message.thread and practice.reply_domain:
        body["reply_to"] = {"email": f"r.{message.thread}@{practice.reply_domain}", "name": practice.name}
    body["headers"] = _headers(message)
    return body


def _headers(message: Message) -> dict[str, str]:
    """Every mail says that a machine sent it (RFC 3834), so that other machines do not answer."""
    headers = {"Auto-Submitted": "auto-replied" if message.answers else "auto-generated"}
    if message.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{message.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if message.in_reply_to:
        headers["In-Reply-To"] = headers["References"] = message.in_reply_to
    return headers
