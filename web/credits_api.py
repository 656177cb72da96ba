"""`/v1/credits`: what is owed back to patients, with its clocks, and giving it back on a person's word."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from receivables.books_policy import Role
from receivables.credits import Credit
from receivables.errors import UnknownPractice
from receivables.money import LARGEST_CENTS, Cents
from receivables.redacted import without_card_numbers
from receivables.refunds import How, NotRefundable, Refund, RefundWish
from web.access import Gate, guarded
from web.cases_api import CaseId
from web.documents import CREDIT, REFUND, REFUSALS, example
from web.parts import WebParts
from web.problems import refuse

PracticeName = Annotated[str | None, Query(max_length=64, examples=["lakeside"])]
Amount = Annotated[int, Field(strict=True, gt=0, le=LARGEST_CENTS)]


class GiveBack(BaseModel):
    """Who decides that a credit goes back, how and why."""

    model_config = ConfigDict(extra="forbid")
    credit_cents: Amount = Field(
        description="the credit as the queue shows it: the same wish for it again is the same refund"
    )
    cents: Amount | None = Field(default=None, description="a part of it; left out, all of it")
    how: How = Field(default="card", description="card: to the card it came from; else it was given back at the desk")
    who: str = Field(min_length=1, max_length=40, pattern=r"\S", examples=["MK"])
    role: Role
    because: str = Field(min_length=1, max_length=400, pattern=r"\S", examples=["Paid twice."])
    note: str = Field(default="", max_length=200, examples=["check 1041"], description="needed but for a card")
    in_practice_ledger: bool = Field(default=False, description="the practice has entered it by itself")


def credits_router(parts: WebParts, gate: Gate) -> APIRouter:
    """The queue, and what leaves it."""
    router = APIRouter(prefix="/v1/credits", tags=["audits"], route_class=guarded(gate))

    @router.get("", responses=example({"credits": [CREDIT]}) | REFUSALS)
    async def list_credits(practice_id: PracticeName = None) -> dict[str, list[Credit]]:
        """Credits of one practice, or of each, the oldest first; a refund that is heard of takes one off the list."""
        now, found = await parts.clock.now(), list[Credit]()
        for one in parts.audits.practice_ids if practice_id is None else [practice_id]:
            try:
                practice, policy = parts.policies.practice(one), parts.policies.policy(one)
            except UnknownPractice:
                raise refuse(
                    422, "no such practice is configured", "see practices/", field="practice_id"
                ) from None
            found += await parts.credits.of(practice, policy, now)
        return {"credits": found}

    @router.get("/{case_id}/refunds", responses=example({"refunds": [REFUND]}) | REFUSALS)
    async def list_refunds(case_id: CaseId) -> dict[str, list[Refund]]:
        """What was given back of a balance, the latest first, with what became of each part."""
        practice_id, _, balance_id = case_id.partition(":")
        return {"refunds": list(await parts.refunds.of(practice_id, balance_id))}

    @router.post("/{case_id}/refund", responses=example(REFUND) | REFUSALS)
    async def give_back(case_id: CaseId, wish: GiveBack, asked: Request) -> Refund:
        """Give a credit back: to the card, or noted as given back at the desk. Never more than the credit, and once.

        A part that is still `asked` got no answer from the card processor: it is looked after, and nothing has to be
        repeated. One that is `refused` says why; the credit stands. Each role has a limit in the policy
        (`credits.refund_most`); who has which role stands in `practice.yaml`, and whoever has a token signs with it.
        """
        practice_id, _, balance_id = case_id.partition(":")
        gate.check_signer(asked.headers.get("authorization"), _signs(parts, practice_id, wish))
        if wish.how != "card" and not wish.note.strip():
            raise refuse(422, "it is not said how it was given back", "add note, such as check 1041", field="note")
        if wish.cents is not None and wish.cents > wish.credit_cents:
            raise refuse(422, "this is more than the credit", "ask for no more than credit_cents", field="cents")
        done = await parts.refunds.ask(practice_id, balance_id, _wish(wish))
        if done is None:
            raise refuse(404, "there is no such balance", "GET /v1/credits lists the credits", field="case_id")
        if isinstance(done, NotRefundable):
            raise refuse(403 if done.field == "role" else 409, done.problem, done.mend, field=done.field)
        return done

    return router


def _signs(parts: WebParts, practice_id: str, wish: GiveBack) -> str:
    """Whose token it has to be: the person's where the practice gave them a role, else the role's own."""
    try:
        roles = parts.policies.practice(practice_id).roles
    except UnknownPractice:
        return wish.role
    return wish.who if wish.who in roles else wish.role


def _wish(given: GiveBack) -> RefundWish:
    return RefundWish(
        credit_cents=Cents(given.credit_cents), cents=Cents(given.cents or given.credit_cents), how=given.how,
        role=given.role, who=without_card_numbers(given.who), because=without_card_numbers(given.because),
        note=without_card_numbers(given.note).strip(), in_practice_ledger=given.in_practice_ledger,
    )  # fmt: skip
