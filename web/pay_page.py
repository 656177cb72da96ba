"""`/p/{code}`: the patient's page. It looks up what is owed now and opens the vendor's card page; it keeps no money."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from receivables.errors import CannotKnow, Refused, TryLater
from receivables.facts import ContactStopped, moment_key
from receivables.money import Cents
from receivables.people import Channel
from receivables.ports import CheckoutOrder
from web.bodies import FORM_BYTES, need_type, read
from web.doorway import Door, where
from web.parts import WebParts
from web.pay_amounts import Changed, Wrong, wished
from web.pay_texts import LOCALES, Language, read_sheets
from web.pay_views import Views, Visit
from web.problems import UnacceptableError

log = structlog.get_logger()
MINUTE = 60
LOOKS_A_MINUTE = 300
"""From one address: a whole neighborhood may share one behind a phone company."""
LOOKS_A_MINUTE_AT_ONE_CODE = 40
MISSES, MISSES_IN_S = 20, 600
"""Unknown codes from one address: somebody is guessing, or holds a broken link."""
UNTRACED = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
Endpoint = Callable[[Visit, Request], Awaitable[Response]]


class PayPages:
    """The page's routes."""

    def __init__(self, parts: WebParts) -> None:
        self._parts = parts
        self.views = Views(read_sheets(), parts.settings.checkout_origins)

    def routes(self) -> list[Door]:
        """Everything under `/p`."""
        return [
            self._route("/p/{code}", self._show, "GET"),
            self._route("/p/{code}", self._pay, "POST"),
            self._route("/p/{code}/thanks", self._thank, "GET"),
            self._route("/p/{code}/cancelled", self._cancel, "GET"),
            self._route("/p/{code}/stop-emails", self._ask_to_stop, "GET"),
            self._route("/p/{code}/stop-emails", self._stop, "POST"),
        ]

    def _route(self, path: str, endpoint: Endpoint, method: str) -> Door:
        async def answer(request: Request) -> Response:
            try:
                visit = await self._visit(request)
                return visit if isinstance(visit, Response) else await endpoint(visit, request)
            except UnacceptableError as refused:
                page = self.views.broken(spoken(request))
                page.status_code = refused.status
                return page
            except Exception as fault:  # noqa: BLE001 - a patient is told in words, whatever it was
                log.error("a patient's page failed", route=path, fault=type(fault).__name__, where=where(fault))
                return self.views.broken(spoken(request))

        return Door(path, answer, methods=[method])

    async def _visit(self, request: Request) -> Visit | Response:
        """The page behind the code, or the answer to whoever knocks too often or holds no valid code."""
        code, who, now = request.path_params["code"], visitor(request), await self._parts.clock.now()
        knocks = (
            (f"address:{who}", LOOKS_A_MINUTE),
            (f"code:{code}", LOOKS_A_MINUTE_AT_ONE_CODE),
        )
        for key, limit in knocks:
            if await self._parts.pages.too_often(key, now, limit, MINUTE):
                return self.views.busy(spoken(request), MINUTE)
        page = await self._parts.pages.open(code)
        if page is None or page.revoked:
            if await self._parts.pages.too_often(f"missed:{who}", now, MISSES, MISSES_IN_S):
                return self.views.busy(spoken(request), MISSES_IN_S)
            return self.views.lost(spoken(request))
        practice = self._parts.policies.practice(page.practice_id)
        return Visit(code, page, practice, _known(request.query_params.get("lang")) or _known(page.language) or "en")

    async def _show(self, visit: Visit, _: Request) -> Response:
        return self.views.owed(visit) if visit.payable else self.views.settled(visit)

    async def _pay(self, visit: Visit, request: Request) -> Response:
        if not visit.payable:
            return self.views.settled(visit)
        form = await _form(request)
        wish = wished(form, visit.page.outstanding_cents)
        if isinstance(wish, Changed):
            return self.views.owed(visit, changed=True, status=409)
        if isinstance(wish, Wrong):
            return self.views.owed(visit, wrong=wish.text, typed=form.get("amount", "")[:14], status=422)
        return await self._open_checkout(visit, wish)

    async def _open_checkout(self, visit: Visit, amount: Cents) -> Response:
        now = await self._parts.clock.now()
        order = order_of(visit, amount, self._parts.settings.public_base_url, now.date().isoformat())
        try:
            opened = await self._parts.checkout.begin(order)
        except (TryLater, CannotKnow, Refused) as fault:
            self._parts.metrics.happened("checkouts", "failed")
            log.warning("the card page could not be opened", fault=type(fault).__name__, practice_id=order.practice_id)
            return self.views.trouble(visit)
        await self._parts.opened.keep(opened.session_id, order.practice_id, order.balance_id, amount, now)
        self._parts.metrics.happened("checkouts", "opened")
        return RedirectResponse(opened.url, 303, headers=UNTRACED)

    async def _thank(self, visit: Visit, request: Request) -> Response:
        opened = await self._parts.opened.find(request.query_params.get("session", "")[:200])
        ours = opened is not None and opened[1:3] == visit.page[:2]
        return self.views.thanks(visit) if ours else await self._show(visit, request)

    async def _cancel(self, visit: Visit, request: Request) -> Response:
        return self.views.cancelled(visit) if visit.payable else await self._show(visit, request)

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


def order_of(visit: Visit, amount: Cents, base_url: str, day: str) -> CheckoutOrder:
    """What the vendor is asked for.

    The idempotency key names the code, the amount and the state of the money: pressing twice opens the same card page,
    and one that was paid on is not paid on again before its money is counted. Vendors' pages and keys live for a day,
    so the day is part of it, and so is all that would make it another order.
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


async def _form(request: Request) -> dict[str, str]:
    need_type(request, "application/x-www-form-urlencoded")
    body = await read(request, FORM_BYTES)
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=20)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


def visitor(request: Request) -> str:
    """The address that knocks; of IPv6 the part that belongs to one household."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return host if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))


def spoken(request: Request) -> Language:
    """The visitor's language while we do not know whose page it is: asked for in the address, or by the browser."""
    asked = _known(request.query_params.get("lang"))
    return asked or ("es" if request.headers.get("accept-language", "").lower().startswith("es") else "en")


def _known(language: str | None) -> Language | None:
    return language if language in LOCALES else None  # type: ignore[return-value]
