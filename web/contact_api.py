"""`/v1/touches` and `/v1/silences`: who may contact whom now, and the kill switch; the claim itself is the store's."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from receivables.contact import Agent, Silence, Wish
from receivables.errors import UnknownPractice
from receivables.ports import AlreadySent, Claimed, InDoubt, NotBefore, Skipped
from store.case_book import UnknownBalanceError
from store.touch_book import UnknownPersonError, UnknownTouchError
from web.access import Gate, guarded
from web.documents import ANSWER, REFUSALS, SILENCE, example
from web.parts import WebParts
from web.problems import refuse

Who = Annotated[str, Field(min_length=1, max_length=40, pattern=r"\S", examples=["MK"])]
TouchName = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")]
Channels = Annotated[str, Field(pattern="^(sms|email|voice|letter)$", examples=["sms"])]


class Strictly(BaseModel):
    """The body of a request; a misspelt field is refused."""

    model_config = ConfigDict(extra="forbid")


class Left(Strictly):
    """The provider took the message."""

    provider_id: str = Field(min_length=1, max_length=200)
    text_hash: str = Field(min_length=8, max_length=128, description="SHA-256 of the words that left")


class Stayed(Strictly):
    """It never left."""

    because: str = Field(min_length=1, max_length=300)


class What(Strictly):
    """What is silenced; what is not named is silenced altogether."""

    practice_id: str | None = Field(default=None, max_length=64)
    agent: Agent | None = None
    channel: Channels | None = None
    message: str | None = Field(default=None, max_length=60, pattern="^[a-z][a-z0-9_]*$")
    who: Who


class Quiet(What):
    """Silence it, and why."""

    because: str = Field(min_length=1, max_length=300, examples=["The texts name a wrong amount."])


def contact_router(parts: WebParts, gate: Gate) -> APIRouter:
    """Asking for touches, telling what became of them, silencing and releasing."""
    router = APIRouter(prefix="/v1", tags=["contact"], route_class=guarded(gate))
    _touches(router, parts)
    _silences(router, parts)
    return router


def _touches(router: APIRouter, parts: WebParts) -> None:
    @router.post("/touches", responses=example(ANSWER) | REFUSALS)
    async def ask_for_touch(wish: Wish) -> dict[str, Any]:
        """May this agent contact this person now? `claimed` is the right to send once; everything else names a reason.

        Asked again with the same touch_id the answer is about the same touch. Whoever holds a claim sends at once
        and tells what became of it.
        """
        try:
            parts.policies.practice(wish.practice_id)
            await parts.signed.renew()
            answer = await parts.touches.ask(wish, await parts.clock.now())
        except UnknownPractice as unknown:
            raise refuse(422, str(unknown), "correct practice_id", field="practice_id") from None
        except UnknownPersonError:
            mend = "report balance_posted or contact_updated for this guarantor first"
            raise refuse(404, "nobody has described this person", mend, field="guarantor_id") from None
        except UnknownBalanceError:
            mend = "report its balance_posted first, or leave balance_id out"
            raise refuse(404, "this balance was never posted", mend, field="balance_id") from None
        except ValueError:
            mend = "choose another touch_id; put the practice, the agent and the occasion into it"
            raise refuse(409, "this touch_id belongs to another touch", mend, field="touch_id") from None
        return {"touch_id": wish.touch_id} | _said(answer, parts.settings.public_base_url)

    @router.post("/touches/{touch_id}/accepted", responses=example({"touch_id": "recall.p1.g7.1"}) | REFUSALS)
    async def accepted(touch_id: TouchName, left: Left) -> dict[str, Any]:
        """A provider took it: from here on it counts against every agent's caps."""
        try:
            await parts.touches.accepted(touch_id, left.provider_id, await parts.clock.now(), left.text_hash)
        except UnknownTouchError:
            mend = "ask for it with POST /v1/touches first"
            raise refuse(404, "no claim of this touch is open", mend, field="touch_id") from None
        return {"touch_id": touch_id}

    @router.post("/touches/{touch_id}/refused", responses=example({"touch_id": "recall.p1.g7.1"}) | REFUSALS)
    async def refused(touch_id: TouchName, stayed: Stayed) -> dict[str, Any]:
        """It never left: it does not count, and its place is free again."""
        await parts.touches.refused(touch_id, stayed.because)
        return {"touch_id": touch_id}


def _silences(router: APIRouter, parts: WebParts) -> None:
    @router.get("/silences", responses=example({"silences": [SILENCE]}) | REFUSALS)
    async def silences(practice_id: Annotated[str | None, Query(max_length=64)] = None) -> dict[str, list[Silence]]:
        """What is silenced now."""
        return {"silences": list(await parts.silences.in_force(practice_id))}

    @router.post("/silences", responses=example(SILENCE) | REFUSALS)
    async def silence(quiet: Quiet) -> Silence:
        """Silence a practice, an agent, a channel or a template at once, until it is released."""
        _known(parts, quiet.practice_id)
        wanted = Silence.model_validate(quiet.model_dump(mode="json") | {"since": await parts.clock.now()})
        return await parts.silences.silence(wanted)

    @router.post("/silences/release", responses=example(SILENCE) | REFUSALS)
    async def release(what: What) -> Silence:
        """End exactly this silence; what was held back goes on within the hour."""
        now = await parts.clock.now()
        ended = await parts.silences.release(
            Silence.model_validate(what.model_dump(mode="json") | {"since": now, "because": ""}), what.who, now
        )
        if ended is None:
            mend = "`collect silence` and GET /v1/silences list what is"
            raise refuse(404, "nothing exactly like this is silenced", mend)
        return ended


def _known(parts: WebParts, practice_id: str | None) -> None:
    try:
        if practice_id is not None:
            parts.policies.practice(practice_id)
    except UnknownPractice as unknown:
        raise refuse(422, str(unknown), "correct practice_id", field="practice_id") from None


OUR_OWN = {"kind", "pay_code", "moment", "news", "thread", "letter", "family"}
"""Fields of a claim that our own couriers need; another agent is told only what it may do."""


def _said(answer: Claimed | InDoubt | AlreadySent | NotBefore | Skipped, base: str) -> dict[str, Any]:
    said = answer.model_dump(mode="json", exclude=OUR_OWN)
    code = getattr(answer, "pay_code", "")
    moment = {"not_before": answer.model_dump(mode="json")["moment"]} if isinstance(answer, NotBefore) else {}
    page = {"pay_url": f"{base}/p/{code}"} if code else {}
    return {"answer": answer.kind} | said | moment | page
