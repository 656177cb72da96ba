"""Who may call `/v1`: holders of a bearer token, compared in constant time; patients' pages need none."""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from fastapi import Request

from web.problems import refuse

MEND = "send the header Authorization: Bearer <token>, with a token from the settings (COLLECT_API_TOKEN)"


class Gate:
    """Lets in who carries one of the tokens."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self._tokens = [token.encode() for token in tokens if token]

    async def __call__(self, request: Request) -> None:
        """UnacceptableError (401) without a known token."""
        self.check(request.headers.get("authorization"))

    def check(self, header: str | None) -> None:
        """The same for a header's value. Every token is compared whatever the others gave."""
        scheme, _, token = (header or "").partition(" ")
        given = token.strip().encode()
        known = [hmac.compare_digest(given, one) for one in self._tokens]
        if scheme.lower() != "bearer" or not any(known):
            problem = "the token is missing" if not header else "the token is not known"
            raise refuse(401, problem, MEND, WWW_Authenticate='Bearer realm="collect"')
