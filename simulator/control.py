"""The routes under /_/: the clock, the product's address, what was seen, and acting by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.clock import BackwardsError, ParticipantError
from simulator.http import Endpoint, need_text, plainly, read_object
from simulator.moments import read_duration, read_moment, write_moment
from simulator.world import World


def control_routes(world: World) -> list[Route]:
    """Everything under /_/ but patients and practices."""
    desk = _Desk(world)

    def route(path: str, endpoint: Endpoint, method: str = "GET") -> Route:
        return Route("/_" + path, plainly(endpoint), methods=[method])

    return [
        route("/clock", desk.clock),
        route("/clock/advance", desk.advance, "POST"),
        route("/clock/settle", desk.settle, "POST"),
        route("/clock/participants", desk.join, "POST"),
        route("/clock/participants", desk.leave, "DELETE"),
        route("/keys", desk.keys),
        route("/product", desk.product, "POST"),
        route("/messages", desk.messages),
        route("/payments", desk.payments),
        route("/calls", desk.calls),
        route("/callbacks", desk.callbacks),
        route("/violations", desk.violations),
        route("/faults", desk.add_fault, "POST"),
        route("/faults", desk.list_faults),
        route("/faults", desk.clear_faults, "DELETE"),
        route("/cards/{key}", desk.set_card, "POST"),
        route("/phones/{phone}", desk.set_phone, "POST"),
        route("/emails/{address}", desk.set_email, "POST"),
        route("/stripe/disputes", desk.dispute, "POST"),
        route("/stripe/disputes/{dispute_id}/close", desk.close_dispute, "POST"),
        route("/stripe/refunds/{refund_id}/fail", desk.fail_refund, "POST"),
        route("/stripe/payouts/{payout_id}/fail", desk.fail_payout, "POST"),
        route("/stripe/payouts/{payout_id}/short", desk.short_payout, "POST"),
        route("/stripe/events/{event_id}/resend", desk.resend, "POST"),
    ]


class _Desk:
    def __init__(self, world: World) -> None:
        self._world = world

    async def clock(self, request: Request) -> Response:
        return JSONResponse({"now": write_moment(self._world.clock.now)})

    async def advance(self, request: Request) -> Response:
        body = await read_object(request)
        if ("to" in body) == ("by" in body):
            raise ValueError("give one of: to (a moment) or by (a duration such as P7D)")
        now = self._world.clock.now
        to = read_moment(body["to"], "to") if "to" in body else now + read_duration(body["by"], "by")
        return await self._move(to)

    async def settle(self, request: Request) -> Response:
        return await self._move(None)

    async def _move(self, to: Any) -> Response:
        clock = self._world.clock
        try:
            moments = await clock.advance(clock.now if to is None else to)
        except BackwardsError as backwards:
            return JSONResponse({"error": f"to: {backwards}", "now": write_moment(clock.now)}, 422)
        except ParticipantError as stuck:
            return JSONResponse({"error": str(stuck), "now": write_moment(clock.now)}, 502)
        return JSONResponse({"now": write_moment(clock.now), "moments": moments})

    async def join(self, request: Request) -> Response:
        self._world.clock.join(need_text(await read_object(request), "url"))
        return JSONResponse({"participants": self._world.clock.participants}, 201)

    async def leave(self, request: Request) -> Response:
        self._world.clock.participants.clear()
        return JSONResponse({"participants": []})

    async def keys(self, request: Request) -> Response:
        return JSONResponse(self._world.keys.as_json())

    async def product(self, request: Request) -> Response:
        body = await read_object(request)
        product = self._world.product
        product.url = need_text(body, "url").rstrip("/")
        product.public_url = (body.get("public_url") or product.url).rstrip("/")
        return JSONResponse({"url": product.url, "public_url": product.public_url})

    async def messages(self, request: Request) -> Response:
        return JSONResponse({"messages": self._world.messages(request.query_params.get("to"))})

    async def payments(self, request: Request) -> Response:
        return JSONResponse({"payments": self._world.stripe.payments_made()})

    async def calls(self, request: Request) -> Response:
        return JSONResponse({"calls": self._world.crowd.calls})

    async def callbacks(self, request: Request) -> Response:
        attempts = [vars(attempt) for attempt in self._world.sender.attempts]
        return JSONResponse({"attempts": attempts, "lost": self._world.sender.lost})

    async def violations(self, request: Request) -> Response:
        return JSONResponse({"violations": self._world.violations()})

    async def add_fault(self, request: Request) -> Response:
        return JSONResponse(self._world.faults.add(await read_object(request)).as_json(), 201)

    async def list_faults(self, request: Request) -> Response:
        return JSONResponse({"faults": [fault.as_json() for fault in self._world.faults.active]})

    async def clear_faults(self, request: Request) -> Response:
        self._world.faults.active.clear()
        return JSONResponse({"faults": []})

    async def set_card(self, request: Request) -> Response:
        self._world.stripe.set_card(request.path_params["key"].replace(" ", ""), await read_object(request))
        await self._world.clock.happen()
        return JSONResponse({"card": "set"})

    async def set_phone(self, request: Request) -> Response:
        told, phone = await read_object(request), request.path_params["phone"]
        if "reassigned_on" in told:
            self._world.texts.numbers.hand_on(phone, date.fromisoformat(need_text(told, "reassigned_on")))
            return JSONResponse({"reassigned_on": told["reassigned_on"]})
        outcome = need_text(told, "outcome")
        self._world.texts.numbers.set(phone, outcome)
        return JSONResponse({"outcome": outcome})

    async def set_email(self, request: Request) -> Response:
        outcome = need_text(await read_object(request), "outcome")
        self._world.mails.set_outcome(request.path_params["address"], outcome)
        await self._world.clock.happen()
        return JSONResponse({"outcome": outcome})

    async def dispute(self, request: Request) -> Response:
        body = await read_object(request)
        account = self._world.stripe
        paid = account.store.objects.get(need_text(body, "charge"))
        if paid is None or paid["object"] != "charge":
            raise LookupError("charge: there is no such charge")
        dispute = account.disputes.open(paid, str(body.get("reason", "general")))
        await self._world.clock.happen()
        return JSONResponse(dispute, 201)

    async def close_dispute(self, request: Request) -> Response:
        """How the bank decided: `won` is true or false."""
        dispute = self._find("dispute", request.path_params["dispute_id"])
        closed = self._world.stripe.disputes.close(dispute, won=bool((await read_object(request)).get("won")))
        await self._world.clock.happen()
        return JSONResponse(closed)

    async def fail_refund(self, request: Request) -> Response:
        """The bank sends a refund back."""
        failed = self._world.stripe.payments.fail_refund(self._find("refund", request.path_params["refund_id"]))
        await self._world.clock.happen()
        return JSONResponse(failed)

    def _find(self, kind: str, name: str) -> dict[str, Any]:
        found = self._world.stripe.store.objects.get(name)
        if found is None or found["object"] != kind:
            raise LookupError(f"there is no such {kind}")
        return found

    async def fail_payout(self, request: Request) -> Response:
        failed = self._world.stripe.balance.fail(self._find("payout", request.path_params["payout_id"]))
        await self._world.clock.happen()
        return JSONResponse(failed)

    async def short_payout(self, request: Request) -> Response:
        """A payout that does not come to what it holds: less `by` cents."""
        payout = self._find("payout", request.path_params["payout_id"])
        payout["amount"] -= int((await read_object(request))["by"])
        return JSONResponse(payout)

    async def resend(self, request: Request) -> Response:
        event = self._world.stripe.store.objects.get(request.path_params["event_id"])
        if event is None or event["object"] != "event":
            raise LookupError("there is no such event")
        self._world.stripe.events.resend(event)
        await self._world.clock.happen()
        return JSONResponse({"sent": event["id"]})
