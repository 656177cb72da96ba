"""The SDK's HTTP client, able to go to a stand-in instead of Twilio; it adds nothing else and repeats nothing."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlsplit

from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response

SILENT = logging.Logger("twilio.silent", level=logging.CRITICAL + 1)  # noqa: LOG001 - outside the tree of loggers
"""The SDK logs addresses with phone numbers in them; they must not reach any log."""


class TwilioOverHttp(TwilioHttpClient):  # type: ignore[misc]
    """`base_url` replaces scheme and host of every request; the real host travels in X-Forwarded-Host."""

    def __init__(self, base_url: str | None, timeout_s: float) -> None:
        super().__init__(timeout=timeout_s, logger=SILENT)
        self._base_url = base_url.rstrip("/") if base_url else None
        if self._base_url is not None and self.session is not None:
            self.session.trust_env = False  # a stand-in is never behind a proxy

    def request(  # noqa: PLR0917 - the SDK calls it by position
        self, method: str, url: str, params: dict[str, object] | None = None, data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None, auth: tuple[str, str] | None = None, timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:  # fmt: skip
        """One request, made once, under the time-out given at the start."""
        if self._base_url is not None:
            real = urlsplit(url)
            headers = {**(headers or {}), "X-Forwarded-Host": real.netloc}
            url = self._base_url + url.removeprefix(f"{real.scheme}://{real.netloc}")
        answer: Any = super().request(method, url, params, data, headers, auth, timeout, allow_redirects)
        return answer
