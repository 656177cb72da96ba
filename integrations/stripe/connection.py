"""One connection to Stripe's API through its official library, shared by this folder; it asks nothing by itself."""

from __future__ import annotations

import stripe

TIMEOUT_S = 15.0


class Connection:
    """The library's client. `base_url` points it at a stand-in.

    The library's own retries are off: a retry belongs to whoever knows the idempotency key. Call `close` at the end.
    """

    def __init__(self, api_key: str, *, base_url: str | None = None, timeout_s: float = TIMEOUT_S) -> None:
        self._http = stripe.HTTPXClient(timeout=timeout_s)
        self.stripe = stripe.StripeClient(
            api_key, http_client=self._http, max_network_retries=0,
            base_addresses={"api": base_url.rstrip("/")} if base_url else {},
        )  # fmt: skip

    async def close(self) -> None:
        """Let go of the sockets."""
        await self._http.close_async()  # type: ignore[no-untyped-call]
