"""What each state of paying in parts shows, and the words a card is authorized by; nothing is read or stored here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from babel.dates import format_date, format_skeleton
from starlette.responses import Response

from receivables.money import Cents
from receivables.plans.money import Left
from receivables.plans.page import Choice, InForce
from receivables.plans.plan import Agreement
from receivables.plans.terms import Due, PlanWish
from receivables.rule_rows import CardNotice
from store.checkouts import Consent
from web.pay_texts import LOCALES, Language, money
from web.pay_views import Views, Visit

AUTHORIZATION = ("authorize_what", "authorize_change", "authorize_stop", "authorize_keeper", "authorize_free")
"""The sentences of the authorization, in their order; the payments with their days stand after the first."""


class PlanViews:
    """Renders on the same sheets as the rest of the page."""

    def __init__(self, views: Views) -> None:
        self._views = views

    def choices(
        self, visit: Visit, found: Sequence[Choice], *, wrong: str = "", changed: bool = False, status: int = 200
    ) -> Response:
        """Every plan that may be chosen, with all amounts, days and its total."""
        if not found:
            return self._said(visit, "no_plan", ["no_plan"], link="", link_text="back")
        shown = [self._choice(visit, choice) for choice in found]
        return self._views.page("plans.html", visit, status, plans=shown, wrong=wrong, changed=changed, code=visit.code)

    def waiting(self, visit: Visit, agreement: Agreement) -> Response:
        """Agreed, and not in force yet: a person at the practice looks at it, or it takes a moment longer."""
        rows = [_row(due.amount_cents, due.due_on, visit.language) for due in agreement.installments]
        return self._said(
            visit, "plan_waiting", ["plan_waiting"], good=True, rows=rows, link="plan", link_text="look_again"
        )

    def in_force(self, visit: Visit, plan: InForce, notices: Sequence[CardNotice], told: str = "") -> Response:
        """The plan, payment by payment, and what can be done about it.

        Where the law wants something read before a card is used, paying leads to the page on which it stands.
        """
        gaps = plan_gaps(visit, plan)
        return self._views.page(
            "plan.html", visit, 200, gaps=gaps, code=visit.code, told=self._told(plan, told), plan=plan,
            rows=[_progress(left, visit.language) for left in plan.lefts], next=plan.next, charging=plan.charging,
            can_move=bool(plan.move_days), wishes=list(plan.may),
            under_way=any(left.on_its_way for left in plan.lefts),  # what is left is not known before it has come
            at_once=not any(notice.acknowledged for notice in notices),
            cents=int(visit.page.outstanding_cents), amount=f"{int(plan.next.cents) / 100:.2f}" if plan.next else "",
        )  # fmt: skip

    def authorize(
        self, visit: Visit, plan: InForce, notices: Sequence[CardNotice], *, wrong: str = "", changed: bool = False,
        status: int = 200,
    ) -> Response:  # fmt: skip
        """The words by which a card may be charged, and a tick that says so; it is a step of its own."""
        return self._views.page(
            "card.html", visit, status, gaps=plan_gaps(visit, plan), code=visit.code, wrong=wrong, changed=changed,
            seen=terms_key([left.due for left in plan.lefts]), sentences=AUTHORIZATION,
            rows=_coming(plan, visit.language), notices=[notice.words[visit.language] for notice in notices],
        )  # fmt: skip

    def move(self, visit: Visit, plan: InForce, *, wrong: str = "", status: int = 200) -> Response:
        """Days to which the next payment can be moved; without any, whom to call."""
        if plan.next is None or not plan.move_days:
            return self._said(visit, "no_move", ["no_move"], link="plan", link_text="back_to_plan")
        days = [(day.isoformat(), _weekday(day, visit.language)) for day in plan.move_days]
        return self._views.page(
            "move.html", visit, status, gaps=plan_gaps(visit, plan), code=visit.code, days=days, wrong=wrong
        )

    def change(
        self, visit: Visit, plan: InForce, wish: PlanWish, *, changed: bool = False, status: int = 200
    ) -> Response:
        """The payments as they would be after a skip or a smaller one; beyond policy, whom to call."""
        dues = plan.may.get(wish)
        if dues is None:
            return self._said(visit, f"no_{wish}", ["no_change"], link="plan", link_text="back_to_plan")
        came = {left.due.number: left.due.amount_cents - left.cents for left in plan.lefts}
        over = {left.due.number for left in plan.lefts if left.cents == 0 or left.on_its_way}
        coming = [(Cents(due.amount_cents - came[due.number]), due.due_on) for due in dues if due.number not in over]
        rows = [_row(cents, on, visit.language) for cents, on in coming]
        return self._views.page(
            "change.html", visit, status, gaps=plan_gaps(visit, plan), code=visit.code, wish=wish, changed=changed,
            rows=rows, total=money(sum((cents for cents, _ in coming), Cents(0)), visit.language), seen=terms_key(dues),
        )  # fmt: skip

    def cancel(self, visit: Visit, plan: InForce) -> Response:
        """Ending the plan: what happens then, before it is done."""
        first = "cancel_plan_card" if plan.charging else "cancel_plan"
        return self._said(visit, "cancel_plan", [first, "cancel_plan_then"], gaps=plan_gaps(visit, plan),
                          link="plan/cancel", button="cancel_plan_button", away="plan")  # fmt: skip

    def ended(self, visit: Visit) -> Response:
        """The plan is over, or there never was one."""
        return self._said(visit, "plan_ended", ["plan_ended"], good=True, link="", link_text="back")

    def stop(self, visit: Visit, plan: InForce) -> Response:
        """Ask once, since links are also opened by machines."""
        return self._said(visit, "stop_card", ["stop_card", "stop_card_then"], gaps=plan_gaps(visit, plan),
                          link="plan/stop", button="stop_card_button", away="plan")  # fmt: skip

    def trouble(self, visit: Visit) -> Response:
        """The card page could not be opened; the plan stands."""
        return self._said(visit, "trouble", ["trouble"], status=503, link="plan", link_text="back_to_plan")

    def authorization_text(self, visit: Visit, plan: InForce, notices: Sequence[CardNotice]) -> str:
        """Everything that stands on the page above the tick, as one text, for the record."""
        say = self._views.speaker(visit, plan_gaps(visit, plan))
        rows = [f"{row['day']}: {row['amount']}" for row in _coming(plan, visit.language)]
        first, *rest = (say(key) for key in AUTHORIZATION)
        law = [notice.words[visit.language] for notice in notices]
        return "\n".join([*law, first, *rows, *rest, say("authorize_tick")])

    def _choice(self, visit: Visit, choice: Choice) -> dict[str, Any]:
        language, dues = visit.language, choice.dues
        each = dues[0].amount_cents
        gaps = {"count": str(len(dues)), "each": money(each, language), "total": money(choice.total_cents, language)}
        say = self._views.speaker(visit, gaps)
        return {
            "key": terms_key(dues), "title": say("plan_title"), "total": gaps["total"],
            "rows": [_row(due.amount_cents, due.due_on, language) for due in dues], "needs_person": choice.needs_person,
            "joins": bool(choice.joins),
        }  # fmt: skip

    def _told(self, plan: InForce, told: str) -> str:
        """Only what can be seen to be so."""
        if told == "card" and not plan.charging:
            return "told_card_soon"
        if told == "stopped" and plan.charging:
            return ""
        return f"told_{told}" if told else ""

    def _said(self, visit: Visit, subject: str, sentences: list[str], *, link: str = "", **values: Any) -> Response:  # noqa: ANN401
        address = f"/p/{visit.code}{'/' if link else ''}{link}?lang={visit.language}"
        away = values.pop("away", "")
        if away:
            values |= {"away": f"/p/{visit.code}/{away}?lang={visit.language}", "away_text": "keep_plan"}
        return self._views.said(visit, subject, sentences, link=address, **values)


def plan_gaps(visit: Visit, plan: InForce) -> dict[str, str]:
    """What sentences about a plan in force may mention."""
    language, coming = visit.language, [left for left in plan.lefts if left.cents > 0]
    card = plan.mandate.card if plan.mandate else None
    return {
        "left": money(plan.left_cents, language), "count": str(len(coming)),
        "whole": money(plan.plan.total_cents, language), "parts": str(len(plan.plan.installments)),
        "next_amount": money(plan.next.cents, language) if plan.next else "",
        "next_day": _written(plan.next.due.due_on, language) if plan.next else "",
        "card": f"{card.brand.replace('_', ' ').title()} {card.last4}".strip() if card else "",
    }  # fmt: skip


def consent_of(views: PlanViews, visit: Visit, plan: InForce, notices: Sequence[CardNotice]) -> Consent:
    """The consent artefact: the words as they stood on the page, and the payments they cover (R-30, R-34)."""
    words = views.authorization_text(visit, plan, notices)
    return Consent(
        words=words, text_version=f"page.{hashlib.sha256(words.encode()).hexdigest()[:12]}", language=visit.language,
        terms=[left.due.model_copy(update={"amount_cents": left.cents}) for left in plan.lefts if left.cents > 0],
    )  # fmt: skip


def terms_key(dues: Sequence[Due]) -> str:
    """The same for the same payments: what a patient has seen is what they agree to."""
    written = json.dumps([due.model_dump(mode="json") for due in dues])
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def _row(amount: Cents, day: date, language: Language) -> dict[str, str]:
    return {"day": _written(day, language), "amount": money(amount, language)}


def _coming(plan: InForce, language: Language) -> list[dict[str, str]]:
    coming = [left for left in plan.lefts if left.cents > 0 and not left.on_its_way]
    return [_row(left.cents, left.due.due_on, language) for left in coming]


def _progress(left: Left, language: Language) -> dict[str, str]:
    """A line of the plan: its day, its amount, and how far it is."""
    state = "underway" if left.on_its_way else "made" if left.cents == 0 else "open"
    amount = left.due.amount_cents if state != "open" else left.cents
    return _row(amount, left.due.due_on, language) | {"state": state}


def _written(day: date, language: Language) -> str:
    return format_date(day, format="long", locale=LOCALES[language])


def _weekday(day: date, language: Language) -> str:
    """`Tuesday, March 17`: it fits into a list on a small phone."""
    return format_skeleton("EEEEMMMMd", day, locale=LOCALES[language])
