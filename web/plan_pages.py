"""`/p/{code}/plan` and `/p/{code}/card`: choose a plan, see it, put a card on file for it; changes are elsewhere.

Agreeing to a plan and letting a card be charged are two steps, each with its own words (R-30). Nothing is decided
here: what may be chosen is worked out by the rules, and what was chosen is a fact.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from datetime import date, datetime

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from receivables.cards.ports import EnrollOrder
from receivables.errors import CannotKnow, Refused, TryLater
from receivables.facts import PlanAgreed
from receivables.plans.page import InForce, Look
from receivables.plans.terms import Due
from web.doorway import Door
from web.parts import WebParts
from web.pay_door import UNTRACED, PayDoor, form_of
from web.pay_views import Views, Visit
from web.plan_changes import PlanChanges, to
from web.plan_views import PlanViews, consent_of, terms_key

log = structlog.get_logger()
PATIENCE_S = 4.0
"""A plan is set up by its case within moments: so long the page waits to show it, instead of "in a moment"."""
LOOK_EVERY_S = 0.1
TOLD = ("agreed", "card", "moved", "changed", "asked", "stopped")
"""What a plan's page may say happened just now."""


class PlanPages:
    """The routes of paying in parts."""

    def __init__(self, parts: WebParts, views: Views) -> None:
        self._parts = parts
        self._door = PayDoor(parts, views)
        self.views = PlanViews(views)
        self._settled = views.settled

    def routes(self) -> list[Door]:
        """Everything under `/p/{code}/plan` and `/p/{code}/card`."""
        way = self._door.route
        return [
            way("/p/{code}/plan", self.show, "GET"),
            way("/p/{code}/plan", self._agree, "POST"),
            way("/p/{code}/card", self._ask_for_card, "GET"),
            way("/p/{code}/card", self._open_card_page, "POST"),
            way("/p/{code}/card/thanks", self._card_kept, "GET"),
            *PlanChanges(self, self._parts).routes(way),
        ]

    # --- seeing and choosing -------------------------------------------------------------------------------------

    async def show(self, visit: Visit, request: Request) -> Response:
        """The plan in force, what waits for the practice, or what can be chosen."""
        look = await self.look(visit)
        if look.in_force is not None:
            told = request.query_params.get("told", "")
            return self.views.in_force(visit, look.in_force, look.notices, told if told in TOLD else "")
        if not visit.payable:
            return self._settled(visit)
        if look.agreement is not None:
            return self.views.waiting(visit, look.agreement)
        return self.views.choices(visit, look.choices)

    async def _agree(self, visit: Visit, request: Request) -> Response:
        """The terms the patient has seen are agreed to, or nothing is."""
        look, form = await self.look(visit), await form_of(request)
        if look.in_force is not None or look.agreement is not None or not visit.payable:
            return await self.show(visit, request)
        wanted = form.get("terms", "")
        if not wanted:
            return self.views.choices(visit, look.choices, wrong="error_plan", status=422)
        chosen = next((choice for choice in look.choices if terms_key(choice.dues) == wanted), None)
        if chosen is None:
            return self.views.choices(visit, look.choices, changed=True, status=409)
        await self._report_agreement(visit, chosen.dues, chosen.joins)
        await self.until(visit, lambda now: now.in_force is not None)
        return to(visit, "plan", told="agreed")

    async def _report_agreement(self, visit: Visit, dues: list[Due], joins: str) -> None:
        """Named after the terms and the minute: pressing twice agrees once, and after an end it can be agreed anew."""
        now = await self._parts.clock.now()
        about = f"{terms_key(dues)}.{now:%Y%m%dT%H%M}"
        fact = PlanAgreed(
            fact_id=f"page.plan.{visit.page.balance_id}.{about}"[:200], at=now, source="page",
            practice_id=visit.page.practice_id, balance_id=visit.page.balance_id, installments=dues, by="page",
            joins=joins,
        )  # fmt: skip
        await self._parts.desk.report([fact])

    # --- a card for the plan --------------------------------------------------------------------------------------

    async def _ask_for_card(self, visit: Visit, request: Request) -> Response:
        look = await self.look(visit)
        if look.in_force is None or look.in_force.next is None:
            return await self.show(visit, request)
        return self.views.authorize(visit, look.in_force, look.notices)

    async def _open_card_page(self, visit: Visit, request: Request) -> Response:
        """The authorization is kept with its words before the card page opens."""
        look, form = await self.look(visit), await form_of(request)
        plan = look.in_force
        if plan is None or plan.next is None:
            return await self.show(visit, request)
        if form.get("agree") != "yes":
            return self.views.authorize(visit, plan, look.notices, wrong="error_authorize", status=422)
        if form.get("seen") != terms_key([left.due for left in plan.lefts]):
            return self.views.authorize(visit, plan, look.notices, changed=True, status=409)
        now = await self._parts.clock.now()
        order = enrollment_of(visit, plan, self._parts.settings.public_base_url, now.date())
        try:
            opened = await self._parts.vault.enroll(order)
        except (TryLater, CannotKnow, Refused) as fault:
            self._parts.metrics.happened("checkouts", "failed")
            log.warning("the card page could not be opened", fault=type(fault).__name__, practice_id=order.practice_id)
            return self.views.trouble(visit)
        consent = consent_of(self.views, visit, plan, look.notices)
        await self._parts.opened.keep_consent(
            opened.session_id, order.practice_id, order.balance_id, order.plan_id, consent, now
        )
        self._parts.metrics.happened("checkouts", "opened")
        return RedirectResponse(opened.url, 303, headers=UNTRACED)

    async def _card_kept(self, visit: Visit, request: Request) -> Response:
        """Back from the card page: the card is heard of from the vendor, usually while the patient waits here."""
        opened = await self._parts.opened.find(request.query_params.get("session", "")[:200])
        if opened is None or opened[1:3] != visit.page[:2] or opened.plan_id is None:
            return await self.show(visit, request)
        await self.until(visit, lambda now: _has_card_since(now, opened.created_at.replace(microsecond=0)))
        return to(visit, "plan", told="card")

    # --- looking --------------------------------------------------------------------------------------------------

    async def look(self, visit: Visit) -> Look:
        """Everything about paying in parts, as it stands now."""
        return await self._parts.plans.look(visit.page.practice_id, visit.page.balance_id)

    async def until(self, visit: Visit, seen: Callable[[Look], bool]) -> bool:
        """Look until it is seen, for as long as a person would wait without wondering."""
        for _ in range(int(PATIENCE_S / LOOK_EVERY_S)):
            if seen(await self.look(visit)):
                return True
            await asyncio.sleep(LOOK_EVERY_S)
        return False


def enrollment_of(visit: Visit, plan: InForce, base_url: str, day: date) -> EnrollOrder:
    """What the vendor is asked for. Pressing twice opens the same page; after a card was kept another one can be."""
    known = plan.mandate.card.payment_method_id if plan.mandate else ""
    about = "|".join((
        visit.code, plan.plan.plan_id, str(plan.plan.revision), known, day.isoformat(), visit.language, base_url,
        visit.practice.statement_name,
    ))  # fmt: skip
    address = f"{base_url}/p/{visit.code}"
    return EnrollOrder(
        practice_id=visit.page.practice_id, balance_id=visit.page.balance_id, plan_id=plan.plan.plan_id,
        statement_name=visit.practice.statement_name, language=visit.language,
        return_url=f"{address}/card/thanks?session={{CHECKOUT_SESSION_ID}}&lang={visit.language}",
        cancel_url=f"{address}/plan?lang={visit.language}",
        idempotency_key=f"card.{hashlib.sha256(about.encode()).hexdigest()}",
    )  # fmt: skip


def _has_card_since(look: Look, moment: datetime) -> bool:
    mandate = look.in_force.mandate if look.in_force is not None else None
    return mandate is not None and mandate.since >= moment
