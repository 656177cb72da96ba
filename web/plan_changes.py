"""`/p/{code}/plan/{move, skip, smaller, cancel, stop}`: a plan is changed or ended, asked once before.

What may be changed is worked out by the rules; what was wished is a fact, and its case does it. No script is needed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from functools import partial
from typing import Protocol

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from receivables.facts import AutopayStopped, PlanChangeAsked, moment_key
from receivables.plans.page import InForce, Look
from receivables.plans.terms import PlanWish
from web.doorway import Door
from web.parts import WebParts
from web.pay_door import UNTRACED, Endpoint, form_of
from web.pay_views import Visit
from web.plan_views import PlanViews, terms_key

Way = Callable[[str, Endpoint, str], Door]
KINDNESSES: tuple[PlanWish, ...] = ("skip", "smaller")


class Watched(Protocol):
    """The pages on which a plan is seen."""

    views: PlanViews

    async def show(self, visit: Visit, request: Request) -> Response:
        """The plan as it stands."""
        ...

    async def look(self, visit: Visit) -> Look:
        """Everything about it, for deciding what to show."""
        ...

    async def until(self, visit: Visit, seen: Callable[[Look], bool]) -> bool:
        """Look until it is seen, for a moment."""
        ...


class PlanChanges:
    """The routes of changing a plan in force."""

    def __init__(self, pages: Watched, parts: WebParts) -> None:
        self._pages = pages
        self._parts = parts
        self._views = pages.views

    def routes(self, way: Way) -> list[Door]:
        """Each change is asked about with GET, since links are also opened by machines, and done with POST."""
        asked: dict[str, tuple[Endpoint, Endpoint]] = {
            "move": (self._with_plan(self._ask_when), self._with_plan(self._move)),
            "cancel": (self._ask_to_cancel, self._with_plan(self._cancel)),
            "stop": (self._with_plan(self._ask_to_stop), self._with_plan(self._stop)),
        }
        for wish in KINDNESSES:
            asked[wish] = (self._with_plan(partial(self._ask, wish)), self._with_plan(partial(self._change, wish)))
        return [
            way(f"/p/{{code}}/plan/{wish}", endpoint, method)
            for wish, both in asked.items()
            for endpoint, method in zip(both, ("GET", "POST"), strict=True)
        ]

    def _with_plan(self, answer: Callable[[Visit, Request, InForce], Awaitable[Response]]) -> Endpoint:
        """Where no plan is in force any more, what stands instead is shown."""

        async def endpoint(visit: Visit, request: Request) -> Response:
            plan = (await self._pages.look(visit)).in_force
            return await (answer(visit, request, plan) if plan is not None else self._pages.show(visit, request))

        return endpoint

    # --- move, skip, smaller ---------------------------------------------------------------------------------------

    async def _ask_when(self, visit: Visit, _request: Request, plan: InForce) -> Response:
        return self._views.move(visit, plan)

    async def _move(self, visit: Visit, request: Request, plan: InForce) -> Response:
        wanted = _day((await form_of(request)).get("day", ""))
        if plan.next is None or wanted is None or wanted not in plan.move_days:
            return self._views.move(visit, plan, wrong="error_day", status=422)
        return await self._wished(visit, plan, "move", "moved", wanted)

    async def _ask(self, wish: PlanWish, visit: Visit, _request: Request, plan: InForce) -> Response:
        return self._views.change(visit, plan, wish)

    async def _change(self, wish: PlanWish, visit: Visit, request: Request, plan: InForce) -> Response:
        """What was shown is done, or nothing is."""
        dues = plan.may.get(wish)
        if dues is None:
            return self._views.change(visit, plan, wish)
        if (await form_of(request)).get("seen") != terms_key(dues):
            return self._views.change(visit, plan, wish, changed=True, status=409)
        return await self._wished(visit, plan, wish, "changed", None)

    async def _wished(
        self, visit: Visit, plan: InForce, wish: PlanWish, done: str, move_to: date | None
    ) -> Response:
        """Named after the terms it would change, so that pressing twice changes them once."""
        before, day = plan.plan.revision, f".{move_to:%Y%m%d}" if move_to else ""
        await self._report(visit, plan, wish, f"page.{wish}.{plan.plan.plan_id}.{before}{day}", move_to)
        seen = await self._pages.until(
            visit, lambda now: now.in_force is not None and now.in_force.plan.revision > before
        )
        return to(visit, "plan", told=done if seen else "asked")

    # --- ending it, or its card --------------------------------------------------------------------------------------

    async def _ask_to_cancel(self, visit: Visit, _request: Request) -> Response:
        """Ending the plan is another thing than stopping its card payments, and is said so."""
        plan = (await self._pages.look(visit)).in_force
        return self._views.cancel(visit, plan) if plan is not None else self._views.ended(visit)

    async def _cancel(self, visit: Visit, _request: Request, plan: InForce) -> Response:
        await self._report(visit, plan, "cancel", f"page.cancel.{plan.plan.plan_id}")
        ended = await self._pages.until(visit, lambda now: now.in_force is None)
        return to(visit, "plan/cancel" if ended else "plan", told="" if ended else "asked")

    async def _ask_to_stop(self, visit: Visit, request: Request, plan: InForce) -> Response:
        return self._views.stop(visit, plan) if plan.charging else await self._pages.show(visit, request)

    async def _stop(self, visit: Visit, request: Request, plan: InForce) -> Response:
        """Stopping needs one press and no reason, and takes effect at once (R-30)."""
        if not plan.charging:
            return await self._pages.show(visit, request)
        now = await self._parts.clock.now()
        fact = AutopayStopped(
            fact_id=f"page.autopay.{plan.plan.plan_id}.{moment_key(now)}"[:200], at=now, source="page",
            practice_id=visit.page.practice_id, balance_id=visit.page.balance_id, plan_id=plan.plan.plan_id, by="page",
        )  # fmt: skip
        await self._parts.desk.report([fact])
        return to(visit, "plan", told="stopped")

    async def _report(
        self, visit: Visit, plan: InForce, wish: PlanWish, fact_id: str, move_to: date | None = None
    ) -> None:
        fact = PlanChangeAsked(
            fact_id=fact_id[:200], at=await self._parts.clock.now(), source="page",
            practice_id=visit.page.practice_id, balance_id=visit.page.balance_id, plan_id=plan.plan.plan_id, wish=wish,
            move_to=move_to, by="page",
        )  # fmt: skip
        await self._parts.desk.report([fact])


def to(visit: Visit, place: str, *, told: str) -> Response:
    """On to a page that can be loaded again without doing anything again."""
    word = f"told={told}&" if told else ""
    return RedirectResponse(f"/p/{visit.code}/{place}?{word}lang={visit.language}", 303, headers=UNTRACED)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
