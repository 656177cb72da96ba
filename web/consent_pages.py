"""`/p/{code}/messages`: the patient says where and about what they may be written to; each word is kept as evidence."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from receivables.facts import ConsentRecorded, moment_key
from receivables.people import Channel, Purpose
from store.page_consents import PURPOSES, PageConsents, Reached
from web.doorway import Door
from web.parts import WebParts
from web.pay_door import UNTRACED, PayDoor, form_of
from web.pay_views import Views, Visit

SAID = ("consent_agree", *(f"consent_{purpose}" for purpose in PURPOSES))
"""The sentences that are agreed to."""


class ConsentPages:
    """The page's routes."""

    def __init__(self, parts: WebParts, views: Views) -> None:
        self._parts = parts
        self._views = views

    def routes(self) -> list[Door]:
        """Looking and saying."""
        door = PayDoor(self._parts, self._views)
        return [
            door.route("/p/{code}/messages", self._show, "GET"),
            door.route("/p/{code}/messages", self._say, "POST"),
        ]

    async def _show(self, visit: Visit, request: Request) -> Response:
        known = await self._known(visit)
        if known is None or known.ended or not known.points:
            return self._views.said(visit, "consent_call", ["consent_call"])
        rows = [
            {
                "name": name_of(visit.code, one), "kind": one.channel.value, "where": masked(one),
                "agreed": one.agreed, "start": one.stopped and one.channel is Channel.sms,
            }
            for one in known.points
        ]  # fmt: skip
        return self._views.page(
            "messages.html", visit, 200, code=visit.code, rows=rows, purposes=PURPOSES,
            saved="saved" in request.query_params,
        )  # fmt: skip

    async def _say(self, visit: Visit, request: Request) -> Response:
        """What is ticked is agreed to; what was agreed to and is not ticked any more is refused from now on (R-4)."""
        form, known = await form_of(request), await self._known(visit)
        if known is None or known.ended:
            return await self._show(visit, request)
        now = await self._parts.clock.now()
        wording = wording_of(self._views.sentences(visit.language), visit.language)
        facts = [
            ConsentRecorded(
                fact_id=f"page.consent.{visit.page.balance_id}.{name_of(visit.code, one)}.{word}.{moment_key(now)}",
                at=now, source="page", practice_id=visit.page.practice_id, balance_id=visit.page.balance_id,
                guarantor_id=known.guarantor_id, channel=one.channel, value=one.value, purposes=purposes,
                granted=word == "yes", given_at=now, means="form", wording_version=wording,
            )
            for one in known.points
            for word, purposes in _said(one, form, name_of(visit.code, one))
        ]  # fmt: skip
        if facts:
            await self._parts.desk.report(facts)
        there = f"/p/{visit.code}/messages?lang={visit.language}&saved=1"
        return RedirectResponse(there, 303, headers=UNTRACED)

    async def _known(self, visit: Visit) -> PageConsents | None:
        return await self._parts.consents.of(visit.page.practice_id, visit.page.balance_id)


def _said(one: Reached, form: dict[str, str], name: str) -> Iterator[tuple[str, list[Purpose]]]:
    ticked: list[Purpose] = [purpose for purpose in PURPOSES if form.get(f"{name}-{purpose}") == "yes"]
    refused: list[Purpose] = [purpose for purpose in one.agreed if purpose not in ticked]
    if ticked:
        yield "yes", ticked
    if refused:
        yield "no", refused


def name_of(code: str, one: Reached) -> str:
    """A point's name in the form: the same on every look, and nobody can read the number from it."""
    return hashlib.sha256(f"{code}|{one.channel.value}|{one.value}".encode()).hexdigest()[:12]


def masked(one: Reached) -> str:
    """`…42` or `k…@example.com`: whoever opens the link by mistake learns no number and no address."""
    if one.channel is Channel.sms:
        return f"…{one.value[-2:]}"
    box, _, domain = one.value.partition("@")
    return f"{box[:1]}…@{domain}"


def wording_of(sentences: Mapping[str, str], language: str) -> str:
    """`page.en.` and a fingerprint of the sentences agreed to: other words are another version by themselves."""
    words = "\n".join(sentences[key] for key in SAID)
    return f"page.{language}.{hashlib.sha256(words.encode()).hexdigest()[:12]}"
