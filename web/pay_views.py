"""What each state of the patient's page shows, and the headers every page carries; nothing is read or stored here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import HTMLResponse, Response

from receivables.money import Cents
from receivables.plans.page import Look
from receivables.policy import Practice
from receivables.together import Due, total_of
from store.pay_links import PayPage
from web.pay_amounts import LEAST_BY_CARD, least
from web.pay_texts import Language, Sheets, day, money, phone

NOTHING_MORE: Mapping[str, object] = {
    "good": False, "payments": [], "rows": [], "link": "", "link_text": "", "button": "", "away": "", "away_text": "",
    "others": [],
}  # fmt: skip
"""What a page of a few sentences leaves out unless it is told otherwise."""


@dataclass(frozen=True)
class Visit:
    """One look at one patient's page."""

    code: str
    page: PayPage
    practice: Practice
    language: Language

    @property
    def payable(self) -> bool:
        """True when there is an amount that may be asked for."""
        return self.page.outstanding_cents > 0 and not self.page.closed

    @property
    def joint(self) -> list[tuple[str, Due]]:
        """Codes and amounts of all that may be paid together, the oldest first; this page's own is among them."""
        page = self.page
        own = (self.code, Due(page.balance_id, page.outstanding_cents))
        others = [(one.older, one.code, Due(one.balance_id, one.outstanding_cents)) for one in page.others if one.joins]
        before = [(code, due) for older, code, due in others if older]
        return [*before, own, *((code, due) for older, code, due in others if not older)]

    @property
    def gaps(self) -> dict[str, str]:
        """Everything a sentence may mention."""
        owed = self.page.outstanding_cents
        return {
            "practice": self.practice.name, "first_name": self.page.first_name, "phone": phone(self.practice.phone),
            "amount": money(Cents(abs(owed)), self.language), "most": money(owed, self.language),
            "least": money(least(owed), self.language),
        }  # fmt: skip


class Views:
    """Renders; every answer carries the same headers."""

    def __init__(self, sheets: Sheets, checkout_origins: Sequence[str]) -> None:
        self._sheets = sheets
        self._headers = headers(sheets.style_hash, checkout_origins)

    def owed(
        self, visit: Visit, look: Look, *, wrong: str = "", typed: str = "", changed: bool = False, status: int = 200
    ) -> Response:
        """The amount, a button for all of it, a way to pay over time, and a field for a part."""
        page, language = visit.page, visit.language
        first = look.choices[0] if look.choices and look.leading else None
        gaps = {"count": str(len(first.dues)), "each": money(first.dues[0].amount_cents, language)} if first else {}
        joint = visit.joint
        gaps |= {"all_count": str(len(joint)), "all": money(total_of([due for _, due in joint]), language)}
        return self.page(
            "owed.html", visit, status, gaps=gaps, code=visit.code, wrong=wrong, typed=typed, changed=changed,
            joint=len(joint) > 1, over_time=first is not None,
            notices=[notice.words[language] for notice in look.notices],
            to_read=any(notice.acknowledged for notice in look.notices),
            payable=page.outstanding_cents >= LEAST_BY_CARD, cents=int(page.outstanding_cents),
            amount=money(page.outstanding_cents, language), share=money(page.responsibility_cents, language),
            paid=money(page.paid_cents, language) if page.paid_cents else "", others=self._others(visit),
        )  # fmt: skip

    def settled(self, visit: Visit) -> Response:
        """Paid: thank you. Closed for another reason, or never owed: nothing to pay, and no thanks for nothing."""
        page = visit.page
        if page.outstanding_cents > 0 or page.paid_cents <= 0:
            return self.said(visit, "nothing", ["nothing"])
        sentences = ["paid", "credit"] if page.outstanding_cents < 0 else ["paid"]
        link = f"/p/{visit.code}/receipt?lang={visit.language}"
        return self.said(
            visit, "paid", sentences, good=True, payments=self._payments(visit), link=link, link_text="receipt",
            others=self._others(visit),
        )  # fmt: skip

    def receipt(self, visit: Visit) -> Response:
        """Every payment, for the patient's own papers; it can be printed."""
        page, paid = visit.page, money(visit.page.paid_cents, visit.language)
        return self.page(
            "receipt.html", visit, 200, payments=self._payments(visit), code=visit.code, gaps={"paid": paid},
            share=money(page.responsibility_cents, visit.language), paid=paid, counted=page.paid_cents > 0,
            left=money(max(page.outstanding_cents, Cents(0)), visit.language),
        )  # fmt: skip

    def thanks(self, visit: Visit) -> Response:
        """Back from the card page; the money itself is heard of from the vendor, usually seconds later."""
        if visit.page.outstanding_cents <= 0:
            return self.settled(visit)
        sentences = ["thanks", "thanks_owed"] if visit.payable else ["thanks"]
        link = f"/p/{visit.code}?lang={visit.language}"
        return self.said(visit, "thanks", sentences, good=True, link=link, link_text="look_again")

    def cancelled(self, visit: Visit) -> Response:
        """Back from the card page without paying."""
        return self.said(
            visit, "cancelled", ["cancelled"], link=f"/p/{visit.code}?lang={visit.language}", link_text="back"
        )

    def stop(self, visit: Visit, *, done: bool) -> Response:
        """Ask whether e-mails shall stop, since links are also opened by machines; or say that they have."""
        if done:
            return self.said(
                visit, "stopped", ["stopped"], good=True, link=f"/p/{visit.code}/messages?lang={visit.language}",
                link_text="consent_link",
            )  # fmt: skip
        return self.said(
            visit, "stop", ["stop"], link=f"/p/{visit.code}/stop-emails?lang={visit.language}", button="stop_button",
            away=f"/p/{visit.code}?lang={visit.language}", away_text="back",
        )  # fmt: skip

    def trouble(self, visit: Visit) -> Response:
        """The card page could not be opened."""
        return self.said(
            visit, "trouble", ["trouble"], status=503, link=f"/p/{visit.code}?lang={visit.language}", link_text="back"
        )

    def lost(self, language: Language) -> Response:
        """Unknown and revoked codes look the same."""
        return self._nobodys("lost", ["lost", "lost_mend"], language, 404)

    def busy(self, language: Language, seconds: int) -> Response:
        """Too many looks."""
        answer = self._nobodys("busy", ["busy"], language, 429)
        answer.headers["Retry-After"] = str(seconds)
        return answer

    def broken(self, language: Language) -> Response:
        """A fault of ours."""
        return self._nobodys("trouble", ["trouble"], language, 500)

    def _payments(self, visit: Visit) -> list[dict[str, Any]]:
        zone, language = visit.practice.time_zone, visit.language
        return [
            {
                "day": day(one.at, zone, language), "amount": money(one.amount_cents, language),
                "taken_back": one.amount_cents < 0,
            }
            for one in visit.page.payments
        ]  # fmt: skip

    def _others(self, visit: Visit) -> list[dict[str, str]]:
        language = visit.language
        return [
            {"link": f"/p/{one.code}?lang={language}", "amount": money(one.outstanding_cents, language)}
            for one in visit.page.others
        ]

    def said(
        self, visit: Visit, subject: str, sentences: list[str], *, status: int = 200,
        gaps: Mapping[str, str] | None = None, **values: object,
    ) -> Response:  # fmt: skip
        """A heading, a few sentences, and one thing to do."""
        shown = {**NOTHING_MORE, **values}
        return self.page("said.html", visit, status, gaps=gaps, subject=subject, sentences=sentences, **shown)

    def speaker(self, visit: Visit, gaps: Mapping[str, str]) -> Callable[[str], str]:
        """Sentences by key in the visitor's language."""
        return self._sheets.speaker(visit.language, {**visit.gaps, **gaps})

    def sentences(self, language: Language) -> Mapping[str, str]:
        """As they were approved, before their gaps are filled in."""
        return self._sheets.sentences[language]

    def page(
        self, template: str, visit: Visit, status: int, *, gaps: Mapping[str, str] | None = None, **values: object
    ) -> Response:
        """A whole page; `gaps` are what its sentences mention beside what all may."""
        other = "es" if visit.language == "en" else "en"
        known = {**visit.gaps, **(gaps or {})}
        html = self._sheets.render(
            template, visit.language, known, practice=visit.practice, other_language=other, **values
        )
        return HTMLResponse(html, status, headers=self._headers)

    def _nobodys(self, subject: str, sentences: list[str], language: Language, status: int) -> Response:
        html = self._sheets.render(
            "said.html", language, {}, practice=None, other_language="", subject=subject, sentences=sentences,
            **NOTHING_MORE,
        )  # fmt: skip
        return HTMLResponse(html, status, headers=self._headers)


def headers(style_hash: str, checkout_origins: Sequence[str]) -> dict[str, str]:
    """No script, no third party, no trace: the code in the address is the patient's key.

    `form-action` also governs where an answer to a form may lead, so the card page's origin stands there.
    """
    policy = {
        "default-src": "'none'", "style-src": f"'sha256-{style_hash}'", "img-src": "data:",
        "form-action": " ".join(["'self'", *checkout_origins]), "base-uri": "'none'", "frame-ancestors": "'none'",
    }  # fmt: skip
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow", "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY", "Cache-Control": "no-store", "Vary": "Accept-Language",
    }  # fmt: skip
