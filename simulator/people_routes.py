"""The routes under /_/ that act for patients and practices by hand, make whole worlds and show the ledger."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator import baseline
from simulator.http import Endpoint, need_cents, need_count, need_text, plainly, read_object
from simulator.moments import write_moment
from simulator.patients.browser import GOOD_CARD
from simulator.patients.people import Person, make_people
from simulator.sendgrid.inbound import letter_of
from simulator.world import World


def people_routes(world: World) -> list[Route]:
    """Patients, practices, worlds and the ledger."""
    desk = _Desk(world)

    def route(path: str, endpoint: Endpoint, method: str = "POST") -> Route:
        return Route("/_" + path, plainly(endpoint), methods=[method])

    return [
        route("/patients/{who}/reply", desk.reply),
        route("/patients/{who}/pay", desk.pay),
        route("/patients/{who}/plan", desk.plan),
        route("/patients/{who}/call", desk.call),
        route("/patients/{who}/complain", desk.complain),
        route("/people", desk.people, "GET"),
        route("/world", desk.make_world),
        route("/baseline", desk.run_baseline, "GET"),
        route("/practice/balances", desk.post_balance),
        route("/practice/adjust", desk.adjust),
        route("/practice/front-desk-payment", desk.front_desk),
        route("/practice/lose-payments", desk.lose_payments),
        route("/practice/lock-date", desk.lock_date),
        route("/ledger", desk.ledger, "GET"),
    ]


class _Desk:
    def __init__(self, world: World) -> None:
        self._world = world

    async def reply(self, request: Request) -> Response:
        body = await read_object(request)
        to, who = need_text(body, "to") if "to" in body else None, request.path_params["who"]
        letter = letter_of(body) if "@" in who else None
        text = "" if letter is not None and (letter.html or letter.files) else need_text(body, "text")
        sid = self._world.crowd.write(who, text, to, letter)
        await self._world.clock.happen()
        return JSONResponse({"message_id": sid}, 201)

    async def pay(self, request: Request) -> Response:
        body = await read_object(request)
        link = self._link(request, body)
        amount = need_cents(body, "amount_cents", 1) if body.get("amount_cents") is not None else None
        visit = await self._world.browser.pay(link, amount, str(body.get("card") or GOOD_CARD).replace(" ", ""))
        await self._world.clock.happen()
        return JSONResponse(visit.as_json())

    async def plan(self, request: Request) -> Response:
        """Agrees to a plan on the page, gives a card for it, or both: `choice` is a place, `card` a number or null.

        With `stop` automatic payments are stopped there instead.
        """
        body = await read_object(request)
        link, card, visit = self._link(request, body), body.get("card", GOOD_CARD), None
        if body.get("stop"):
            visit = await self._world.browser.stop_card(link)
            await self._world.clock.happen()
            return JSONResponse(visit.as_json())
        if body.get("agree", True):
            visit = await self._world.browser.agree(link, int(body.get("choice", 0)))
            await self._world.clock.happen()
        if card is not None and (visit is None or visit.outcome == "agreed"):
            visit = await self._world.browser.give_card(link, str(card).replace(" ", ""))
            await self._world.clock.happen()
        return JSONResponse(visit.as_json() if visit else {"outcome": "nothing_asked"})

    def _link(self, request: Request, body: dict[str, Any]) -> str:
        link = str(body.get("link") or self._world.crowd.last_link(request.path_params["who"]) or "")
        if not link.startswith(("http://", "https://")):
            raise ValueError("link: a full address is needed, or a message with a link must have reached this patient")
        return link

    async def call(self, request: Request) -> Response:
        return JSONResponse(self._world.callers.call(request.path_params["who"]))

    async def complain(self, request: Request) -> Response:
        """The owner of an address marks the latest e-mail as spam, or unsubscribes."""
        how = (await read_object(request)).get("how", "spam_report")
        address = request.path_params["who"].lower()
        mail = next((mail for mail in reversed(self._world.mails.all) if mail.to == address), None)
        if mail is None:
            raise LookupError("no e-mail has been sent to this address")
        if how not in ("spam_report", "unsubscribe"):
            raise ValueError("how: spam_report or unsubscribe")
        (self._world.mails.complain if how == "spam_report" else self._world.mails.unsubscribe)(mail)
        await self._world.clock.happen()
        return JSONResponse({"how": how}, 201)

    async def people(self, request: Request) -> Response:
        people = self._world.practices.people.get(request.query_params.get("practice", ""))
        if people is None:
            raise LookupError("practice: there is no such practice; make one with POST /_/world")
        return JSONResponse({"people": [shown(person) for person in people], "deeds": self._world.crowd.deeds})

    async def make_world(self, request: Request) -> Response:
        body = {"balances": 100, "seed": self._world.seed, "post_over_days": 14} | await read_object(request)
        practice_id = need_text(body, "practice_id")
        people = self._world.practices.make(
            practice_id, need_count(body, "balances"), need_count(body, "seed"), str(body.get("world", "central")),
            need_count(body, "post_over_days"), str(body.get("time_zone", "America/Chicago")),
        )  # fmt: skip
        debts = [debt for person in people for debt in person.debts]
        return JSONResponse({
            "practice_id": practice_id, "guarantors": len(people), "balances": [debt.balance_id for debt in debts],
            "patient_responsibility_cents": sum(debt.responsibility_cents for debt in debts),
            "last_posting_at": write_moment(max(debt.posts_at for debt in debts if debt.posts_at is not None)),
        }, 201)  # fmt: skip

    async def run_baseline(self, request: Request) -> Response:
        """The manual ladder on a practice's own people, or on newly made ones when no practice is named."""
        query = request.query_params
        seed = int(query.get("seed", self._world.seed))
        practice_id = query.get("practice")
        if practice_id is not None:
            people = self._world.practices.people.get(practice_id)
            if people is None:
                raise LookupError("practice: there is no such practice; make one with POST /_/world")
        else:
            today = self._world.clock.now.date()
            count, climate = int(query.get("balances", 800)), query.get("world", "central")
            people = make_people("baseline", count, seed, climate, 0, today)
        return JSONResponse({"world": people[0].climate, "seed": seed} | baseline.run(people, seed))

    async def post_balance(self, request: Request) -> Response:
        balance = self._world.practice.post_balance(await read_object(request))
        await self._world.clock.happen()
        return JSONResponse(self._world.practice.read(balance.balance_id), 201)

    async def adjust(self, request: Request) -> Response:
        balance = self._world.practice.adjust(await read_object(request))
        await self._world.clock.happen()
        return JSONResponse(self._world.practice.read(balance.balance_id))

    async def front_desk(self, request: Request) -> Response:
        body = await read_object(request)
        where = str(body.get("where", "front_desk"))
        balance_id, cents = need_text(body, "balance_id"), need_cents(body, "amount_cents", 1)
        payment = self._world.practice.take_payment(balance_id, cents, where)
        await self._world.clock.happen()
        return JSONResponse(vars(payment), 201)

    async def lock_date(self, request: Request) -> Response:
        """The practice closes its books up to a day."""
        return JSONResponse({"locked_until": self._world.practice.lock(await read_object(request))})

    async def lose_payments(self, request: Request) -> Response:
        """Somebody at the practice deletes a balance's payments by hand, and says nothing."""
        balance = self._world.practice.ledger.find(need_text(await read_object(request), "balance_id"))
        lost = [vars(payment) for payment in balance.payments]
        balance.payments.clear()
        return JSONResponse({"lost": lost})

    async def ledger(self, request: Request) -> Response:
        practice_id = request.query_params.get("practice")
        if not practice_id:
            raise ValueError("practice: name the practice")
        return JSONResponse(self._world.practice.ledger.shown(practice_id))


def shown(person: Person) -> dict[str, Any]:
    """A person as `GET /_/people` lists them; the kind is a secret of this world."""
    debts = [
        {"balance_id": debt.balance_id, "responsibility_cents": debt.responsibility_cents,
         "posts_at": write_moment(debt.posts_at) if debt.posts_at else None}
        for debt in person.debts
    ]  # fmt: skip
    return {
        "guarantor_id": person.guarantor_id, "kind": person.kind, "phone": person.phone, "email": person.email,
        "bad_line": person.bad_line, "bad_address": person.bad_address, "balances": debts,
    }  # fmt: skip
