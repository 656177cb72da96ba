"""`/p/{code}/together`: several balances of one person paid on one card page; what each gets is settled here."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from receivables.money import Cents
from receivables.ports import CheckoutOrder
from receivables.rule_rows import CardNotice
from receivables.together import Due, Share, oldest_first, total_of
from web.doorway import Door
from web.parts import WebParts
from web.pay_amounts import LEAST_BY_CARD, Changed, Wrong, least, wished
from web.pay_door import UNTRACED, PayDoor, form_of
from web.pay_page import open_card_page
from web.pay_texts import money
from web.pay_views import Views, Visit

MOST_AT_ONCE = 40
"""As many parts as stand beside one payment at the vendor; nobody owes so many."""


class Shown(NamedTuple):
    """What is wrong with what was sent, and what was typed and ticked, so that nothing has to be done twice."""

    wrong: str = ""
    typed: str = ""
    unticked: frozenset[str] = frozenset()
    changed: bool = False
    status: int = 200


class TogetherPages:
    """The page's routes."""

    def __init__(self, parts: WebParts, views: Views) -> None:
        self._parts = parts
        self._views = views

    def routes(self) -> list[Door]:
        """Looking and paying."""
        door = PayDoor(self._parts, self._views)
        return [
            door.route("/p/{code}/together", self._show, "GET"),
            door.route("/p/{code}/together", self._pay, "POST"),
        ]

    async def _show(self, visit: Visit, _: Request) -> Response:
        return await self._page(visit, Shown())

    async def _pay(self, visit: Visit, request: Request) -> Response:
        """The amounts that were shown must still be owed: whoever paid one meanwhile is shown the rest anew."""
        form = await form_of(request)
        dues = _joint(visit)
        ticked = [(code, due) for code, due in dues if form.get(f"pay-{code}") == "yes"]
        unticked = frozenset(code for code, _ in dues) - {code for code, _ in ticked}
        told = Shown(typed=form.get("amount", "")[:14], unticked=unticked)
        if form.get("seen", "") != _seen(dues):
            return await self._page(visit, Shown(changed=True, status=409))
        if not ticked:
            return await self._page(visit, Shown(wrong="error_nothing_ticked", typed=told.typed, status=422))
        if any(notice.acknowledged for notice in await self._notices(visit)) and form.get("read") != "yes":
            return await self._page(visit, told._replace(wrong="error_notice", status=422))
        owed = [due for _, due in ticked]
        wish = _wish(form, total_of(owed))
        if isinstance(wish, Wrong):
            return await self._page(visit, told._replace(wrong=wish.text, status=422))
        order = self._order(visit, oldest_first(wish, owed), dues, await self._day(visit))
        return await open_card_page(self._parts, order) or self._views.trouble(visit)

    async def _page(self, visit: Visit, shown: Shown) -> Response:
        dues = _joint(visit)
        if len(dues) < 2 or not visit.payable:
            return RedirectResponse(f"/p/{visit.code}?lang={visit.language}", 303, headers=UNTRACED)
        language, ticked = visit.language, [due for code, due in dues if code not in shown.unticked]
        gaps = {
            "all_count": str(len(dues)), "all": money(total_of([due for _, due in dues]), language),
            "most": money(total_of(ticked), language), "least": money(least(total_of(ticked)), language),
        }  # fmt: skip
        notices = await self._notices(visit)
        rows = [
            {
                "code": code, "amount": money(due.outstanding_cents, language), "own": code == visit.code,
                "ticked": code not in shown.unticked,
            }
            for code, due in dues
        ]  # fmt: skip
        return self._views.page(
            "together.html", visit, shown.status, gaps=gaps, code=visit.code, rows=rows, seen=_seen(dues),
            wrong=shown.wrong, typed=shown.typed, changed=shown.changed, all_count=len(dues),
            notices=[notice.words[language] for notice in notices],
            to_read=any(notice.acknowledged for notice in notices),
        )  # fmt: skip

    def _order(
        self, visit: Visit, shares: list[Share], dues: list[tuple[str, Due]], day: str
    ) -> CheckoutOrder:
        """Named for the page's own balance; the same shares of the same amounts open the same card page again."""
        rest = (day, visit.language, visit.practice.statement_name)
        about = "|".join(map(str, (visit.code, shares, _seen(dues), *rest)))
        base = self._parts.settings.public_base_url
        return CheckoutOrder(
            practice_id=visit.page.practice_id, balance_id=visit.page.balance_id,
            amount_cents=sum((share.amount_cents for share in shares), Cents(0)), shares=shares,
            statement_name=visit.practice.statement_name, language=visit.language,
            return_url=f"{base}/p/{visit.code}/thanks?session={{CHECKOUT_SESSION_ID}}&lang={visit.language}",
            cancel_url=f"{base}/p/{visit.code}/cancelled?lang={visit.language}",
            idempotency_key=f"together.{hashlib.sha256(f'{base}|{about}'.encode()).hexdigest()}",
        )  # fmt: skip

    async def _notices(self, visit: Visit) -> list[CardNotice]:
        return (await self._parts.plans.look(visit.page.practice_id, visit.page.balance_id)).notices

    async def _day(self, visit: Visit) -> str:
        """A page lives for a day, and a closed one is not opened again under its old key."""
        closed = await self._parts.opened.closed(visit.page.practice_id, visit.page.balance_id)
        return f"{(await self._parts.clock.now()).date()}.{closed}.{len(visit.page.payments)}"


def _joint(visit: Visit) -> list[tuple[str, Due]]:
    return visit.joint[:MOST_AT_ONCE]


def _seen(dues: list[tuple[str, Due]]) -> str:
    """What was on the page, in one word: each balance's place and cents."""
    return ".".join(str(int(due.outstanding_cents)) for _, due in dues)


def _wish(form: Mapping[str, str], owed: Cents) -> Cents | Wrong:
    """A typed amount is meant whichever button was pressed: return in the field presses the first one."""
    typed = form.get("amount", "").strip()
    if not typed and owed < LEAST_BY_CARD:
        return Wrong("error_small")
    part = bool(typed) or form.get("choice") == "part"
    wish = wished({"choice": "part", "amount": typed} if part else {"choice": "full"}, owed)
    assert not isinstance(wish, Changed), "nothing was said of what had been seen"
    return wish
