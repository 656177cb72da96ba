"""`/p/{code}`: the patient's page. It looks up what is owed now and opens the vendor's card page; it keeps no money."""

from __future__ import annotations

import hashlib

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from receivables.errors import CannotKnow, Refused, TryLater
from receivables.facts import ContactStopped, moment_key
from receivables.money import Cents
from receivables.people import Channel
from receivables.plans.page import Look
from receivables.ports import CheckoutOrder
from store.checkouts import OpenedCheckout
from web.doorway import Door
from web.parts import WebParts
from web.pay_amounts import Changed, Wrong, wished
from web.pay_door import UNTRACED, PayDoor, form_of
from web.pay_views import Views, Visit
from web.plan_views import PlanViews

log = structlog.get_logger()


class PayPages:
    """The page's routes."""

    def __init__(self, parts: WebParts, views: Views) -> None:
        self._parts = parts
        self.views = views
        self._plan_views = PlanViews(views)

    def routes(self) -> list[Door]:
        """Everything about the amount and about e-mails."""
        door = PayDoor(self._parts, self.views)
        return [
            door.route("/p/{code}", self._show, "GET"),
            door.route("/p/{code}", self._pay, "POST"),
            door.route("/p/{code}/thanks", self._thank, "GET"),
            door.route("/p/{code}/cancelled", self._cancel, "GET"),
            door.route("/p/{code}/receipt", self._receipt, "GET"),
            door.route("/p/{code}/stop-emails", self._ask_to_stop, "GET"),
            door.route("/p/{code}/stop-emails", self._stop, "POST"),
        ]

    async def _show(self, visit: Visit, request: Request) -> Response:
        """What is owed; whoever has a plan sees the plan, and the amounts only when they ask for them."""
        if not visit.payable:
            return self.views.settled(visit)
        look = await self._look(visit)
        if look.in_force is not None and "pay" not in request.query_params:
            return self._plan_views.in_force(visit, look.in_force, look.notices)
        return self.views.owed(visit, look)

    async def _pay(self, visit: Visit, request: Request) -> Response:
        if not visit.payable:
            return self.views.settled(visit)
        form, look = await form_of(request), await self._look(visit)
        if any(notice.acknowledged for notice in look.notices) and form.get("read") != "yes":
            return self.views.owed(visit, look, wrong="error_notice", status=422)
        wish = wished(form, visit.page.outstanding_cents)
        if isinstance(wish, Changed):
            return self.views.owed(visit, look, changed=True, status=409)
        if isinstance(wish, Wrong):
            return self.views.owed(visit, look, wrong=wish.text, typed=form.get("amount", "")[:14], status=422)
        return await self._open_checkout(visit, wish)

    async def _open_checkout(self, visit: Visit, amount: Cents) -> Response:
        now = await self._parts.clock.now()
        closed = await self._parts.opened.closed(visit.page.practice_id, visit.page.balance_id)
        order = order_of(visit, amount, self._parts.settings.public_base_url, f"{now.date()}.{closed}")
        return await open_card_page(self._parts, order) or self.views.trouble(visit)

    async def _thank(self, visit: Visit, request: Request) -> Response:
        opened = await self._parts.opened.find(request.query_params.get("session", "")[:200])
        ours = opened is not None and opened[1:3] == visit.page[:2]
        return self.views.thanks(visit) if ours else await self._show(visit, request)

    async def _cancel(self, visit: Visit, request: Request) -> Response:
        return self.views.cancelled(visit) if visit.payable else await self._show(visit, request)

    async def _receipt(self, visit: Visit, _: Request) -> Response:
        return self.views.receipt(visit)

    async def _ask_to_stop(self, visit: Visit, _: Request) -> Response:
        return self.views.stop(visit, done=False)

    async def _stop(self, visit: Visit, _: Request) -> Response:
        """One click, as mail programs send it too (RFC 8058); a revocation of consent for e-mail (R-6)."""
        now = await self._parts.clock.now()
        fact = ContactStopped(
            fact_id=f"page.stop-emails.{visit.page.balance_id}.{moment_key(now)}", at=now, source="page",
            practice_id=visit.page.practice_id, balance_id=visit.page.balance_id, channel=Channel.email,
        )  # fmt: skip
        await self._parts.desk.report([fact])
        return self.views.stop(visit, done=True)

    async def _look(self, visit: Visit) -> Look:
        return await self._parts.plans.look(visit.page.practice_id, visit.page.balance_id)


async def open_card_page(parts: WebParts, order: CheckoutOrder) -> Response | None:
    """Lead to the vendor's page, which is the only one that can still be paid on; None while the vendor is away."""
    now = await parts.clock.now()
    if await parts.opened.cards_only(order.practice_id):
        other = {"cards_only": True, "idempotency_key": f"{order.idempotency_key}.cards"}
        order = order.model_copy(update=other)
    try:
        opened = await parts.checkout.begin(order)
    except (TryLater, CannotKnow, Refused) as fault:
        parts.metrics.happened("checkouts", "failed")
        log.warning("the card page could not be opened", fault=type(fault).__name__, practice_id=order.practice_id)
        return None
    await parts.opened.keep(
        opened.session_id, order.practice_id, order.balance_id, order.amount_cents, now, order.shares
    )
    await _close_others(
        parts, OpenedCheckout(opened.session_id, order.practice_id, order.balance_id, order.amount_cents, now)
    )
    parts.metrics.happened("checkouts", "opened")
    return RedirectResponse(opened.url, 303, headers=UNTRACED)


async def _close_others(parts: WebParts, opened: OpenedCheckout) -> None:
    """Only the newest page can be paid on, so that two of them never take more than is owed."""
    for other in await parts.opened.others(opened):
        try:
            await parts.checkout.expire(other.session_id)
        except (TryLater, CannotKnow, Refused) as fault:
            log.warning("an earlier page could not be closed", fault=type(fault).__name__)
            continue
        await parts.opened.ended(other.session_id, opened.created_at)


def order_of(visit: Visit, amount: Cents, base_url: str, day: str) -> CheckoutOrder:
    """What the vendor is asked for.

    The idempotency key names the code, the amount and the state of the money: pressing twice opens the same card page,
    and one that was paid on is not paid on again before its money is counted. Vendors' pages and keys live for a day,
    so the day is part of it, with how many pages were closed since, and so is all that would make it another order.
    """
    page = visit.page
    state = (page.responsibility_cents, page.paid_cents, len(page.payments))
    rest = (day, visit.language, visit.practice.statement_name, base_url)
    about = "|".join(map(str, (visit.code, amount, *state, *rest)))
    address = f"{base_url}/p/{visit.code}"
    return CheckoutOrder(
        practice_id=page.practice_id, balance_id=page.balance_id, amount_cents=amount,
        statement_name=visit.practice.statement_name, language=visit.language,
        return_url=f"{address}/thanks?session={{CHECKOUT_SESSION_ID}}&lang={visit.language}",
        cancel_url=f"{address}/cancelled?lang={visit.language}",
        idempotency_key=f"page.{hashlib.sha256(about.encode()).hexdigest()}",
    )  # fmt: skip
