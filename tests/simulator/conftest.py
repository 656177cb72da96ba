"""A running world and a stand-in product for the tests of the simulator; everything on loopback."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import stripe
import uvicorn
from sendgrid.helpers.eventwebhook import EventWebhook
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator

from simulator.app import build
from simulator.secrets import Keys
from simulator.world import World

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
"""A Monday, nine o'clock in Chicago."""


class Serving:
    """A web application on a free port of loopback, in a thread of its own."""

    def __init__(self, app: Starlette) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._server = uvicorn.Server(uvicorn.Config(app, port=self.port, log_level="critical", access_log=False))
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)

    def stop(self) -> None:
        self._server.should_exit = True  # it ends within a tenth of a second by itself; nobody waits for it


@dataclass
class Heard:
    """One callback that the stand-in product received."""

    path: str
    genuine: bool
    body: Any
    headers: dict[str, str]


@dataclass
class StandIn:
    """The product's side: verifies every callback with the vendors' own code and keeps it."""

    keys: dict[str, Any] = field(default_factory=dict)
    url: str = ""
    simulator: str = ""
    heard: list[Heard] = field(default_factory=list)
    answer: Callable[[Heard], Response] = lambda heard: Response(status_code=200)
    owed_cents: int = 21_500
    settled: list[str] = field(default_factory=list)
    next_due: Callable[[str], str | None] = lambda now: None
    stripe_events: list[Any] = field(default_factory=list)
    agreed: list[str] = field(default_factory=list)

    def at(self, path: str) -> list[Any]:
        return [one.body for one in self.heard if one.path == path]

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/webhooks/twilio/{what}", self.twilio, methods=["POST"]),
                Route("/webhooks/sendgrid/events", self.sendgrid, methods=["POST"]),
                Route("/webhooks/sendgrid/inbound", self.inbound, methods=["POST"]),
                Route("/webhooks/stripe", self.stripe, methods=["POST"]),
                Route("/webhooks/practice-systems/simulated", self.practice, methods=["POST"]),
                Route("/p/{code}", self.page, methods=["GET"]),
                Route("/p/{code}", self.pay, methods=["POST"]),
                Route("/p/{code}/thanks", self.thanks, methods=["GET"]),
                Route("/p/{code}/plan", self.plans, methods=["GET", "POST"]),
                Route("/p/{code}/card", self.card, methods=["GET", "POST"]),
                Route("/settle", self.settle, methods=["POST"]),
            ]
        )

    def _keep(self, request: Request, genuine: bool, body: Any) -> Response:
        heard = Heard(request.url.path, genuine, body, dict(request.headers))
        self.heard.append(heard)
        return self.answer(heard)

    async def twilio(self, request: Request) -> Response:
        form = await request.form()
        validator = RequestValidator(self.keys["twilio"]["auth_token"])
        url = self.url + request.url.path + (f"?{request.url.query}" if request.url.query else "")
        genuine = validator.validate(url, form, request.headers["X-Twilio-Signature"])
        return self._keep(request, genuine, dict(form))

    async def sendgrid(self, request: Request) -> Response:
        raw = await request.body()
        return self._keep(request, self._sendgrid_signed(request, raw), json.loads(raw))

    async def inbound(self, request: Request) -> Response:
        raw = await request.body()
        form = await request.form()
        return self._keep(request, self._sendgrid_signed(request, raw), dict(form))

    def _sendgrid_signed(self, request: Request, raw: bytes) -> bool:
        webhook = EventWebhook()
        key = webhook.convert_public_key_to_ecdsa(self.keys["sendgrid"]["public_key"])
        signature, stamp = (
            request.headers[f"X-Twilio-Email-Event-Webhook-{name}"] for name in ("Signature", "Timestamp")
        )
        return bool(webhook.verify_signature(raw.decode(), signature, stamp, key))

    async def stripe(self, request: Request) -> Response:
        raw = await request.body()
        try:
            event = stripe.Webhook.construct_event(
                raw, request.headers["Stripe-Signature"], self.keys["stripe"]["webhook_secret"]
            )
        except stripe.SignatureVerificationError:
            return self._keep(request, False, json.loads(raw))
        self.stripe_events.append(event)
        return self._keep(request, True, json.loads(raw))

    async def practice(self, request: Request) -> Response:
        import hashlib
        import hmac

        raw = await request.body()
        text = request.headers["X-Practice-Timestamp"].encode() + b"." + raw
        expected = hmac.new(self.keys["practice"]["webhook_secret"].encode(), text, hashlib.sha256).hexdigest()
        return self._keep(request, request.headers["X-Practice-Signature"] == expected, json.loads(raw))

    async def page(self, request: Request) -> Response:
        amount = f"{self.owed_cents / 100:.2f}"
        return HTMLResponse(
            f'<form method="post" action="{request.url.path}"><input type="hidden" name="token" value="t1">'
            f'<input name="amount" value="{amount}"><button type="submit" name="pay" value="now">Pay</button></form>'
        )

    async def pay(self, request: Request) -> Response:
        form = await request.form()
        assert form["token"] == "t1"
        cents = round(float(str(form["amount"])) * 100)
        client = stripe_client(self.simulator, self.keys)
        session = client.v1.checkout.sessions.create(
            {
                "mode": "payment",
                "success_url": f"{self.url}{request.url.path}/thanks?cs={{CHECKOUT_SESSION_ID}}",
                "line_items": [
                    {
                        "quantity": 1,
                        "price_data": {"currency": "usd", "unit_amount": cents, "product_data": {"name": "Balance"}},
                    }
                ],
                "metadata": {"case": "c1"},
            }
        )
        return RedirectResponse(str(session.url), 303)

    async def plans(self, request: Request) -> Response:
        """Two plans to choose from; what is chosen is kept."""
        if request.method == "POST":
            self.agreed.append(str((await request.form())["terms"]))
            return RedirectResponse(request.url.path, 303)
        options = "".join(f'<input type="radio" name="terms" value="plan{number}">' for number in (3, 4))
        return HTMLResponse(f'<form method="post" action="{request.url.path}">{options}<button>Agree</button></form>')

    async def card(self, request: Request) -> Response:
        if request.method == "GET":
            box = '<input type="checkbox" name="agree" value="yes">'
            return HTMLResponse(f'<form method="post" action="{request.url.path}">{box}<button>Go</button></form>')
        if (await request.form()).get("agree") != "yes":
            return HTMLResponse("tick the box", 422)
        client = stripe_client(self.simulator, self.keys)
        session = client.v1.checkout.sessions.create({
            "mode": "setup", "currency": "usd", "success_url": f"{self.url}/p/x/thanks", "metadata": {"plan": "one"},
        })  # fmt: skip
        return RedirectResponse(str(session.url), 303)

    async def thanks(self, request: Request) -> Response:
        return HTMLResponse("thank you")

    async def settle(self, request: Request) -> Response:
        now = (await request.json())["now"]
        self.settled.append(now)
        return JSONResponse({"next_due": self.next_due(now)})


@dataclass
class Stage:
    """The world, a client for its control routes, and the stand-in product."""

    world: World
    url: str
    product: StandIn
    keys: dict[str, Any]
    http: httpx.Client

    def get(self, path: str, **params: str) -> Any:
        answer = self.http.get(f"{self.url}/_{path}", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None, status: int | None = None) -> Any:
        answer = self.http.post(f"{self.url}/_{path}", json=body or {})
        assert answer.is_success if status is None else answer.status_code == status, answer.text
        return answer.json()

    def advance(self, by: str) -> Any:
        return self.post("/clock/advance", {"by": by})

    def settle(self) -> Any:
        return self.post("/clock/settle")


def stripe_client(url: str, keys: dict[str, Any]) -> stripe.StripeClient:
    return stripe.StripeClient(
        keys["stripe"]["api_key"],
        base_addresses={"api": url},
        http_client=stripe.RequestsClient(timeout=10),
        max_network_retries=0,
    )


@pytest.fixture
def stage() -> Iterator[Stage]:
    world = World(START, 7, Keys())
    simulator = Serving(build(world))
    product = StandIn(simulator=simulator.url)
    serving = Serving(product.app())
    product.url = serving.url
    with httpx.Client(timeout=120, trust_env=False) as client:
        product.keys = client.get(f"{simulator.url}/_/keys").json()
        client.post(f"{simulator.url}/_/product", json={"url": serving.url})
        yield Stage(world, simulator.url, product, product.keys, client)
    assert [vars(failure) for failure in world.clock.failures] == []
    serving.stop()
    simulator.stop()
