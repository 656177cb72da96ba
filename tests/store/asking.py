"""Asking for touches: the practices, the request, and what came of it."""

from __future__ import annotations

from datetime import datetime

from receivables.case import Case
from receivables.people import Channel
from receivables.policy import Policy, Practice
from receivables.ports import Claim, Claimed, NotBefore, Skipped, TouchRequest
from receivables.steps import SendMessage
from store.touch_book import PostgresTouchBook
from tests.store.told import NOON, PHONE, case_of, posted


class Policies:
    """Practice p1 keeps its ledger in files, p2 in a system that can be asked."""

    def practice(self, practice_id: str) -> Practice:
        return Practice(
            practice_id=practice_id, name="Lakeside", phone="+13125550100", time_zone="America/Chicago", state="IL",
            postal_address="1 Main St", email="desk@example.org", sms_from="+13125550101", statement_name="LAKESIDE",
            ledger="simulated" if practice_id == "p2" else "posting_file",
        )  # fmt: skip

    def policy(self, practice_id: str) -> Policy:
        return Policy()


def send(
    balance_id: str = "b1", now: datetime = NOON, n: int = 1, message: str = "first_notice", to: str = PHONE,
    case: Case | None = None, outreach: bool = True, **contact: object,
) -> TouchRequest:  # fmt: skip
    channel = Channel.email if "@" in to else Channel.sms
    step = SendMessage(touch_id=f"p1.{balance_id}.{message}.{n}", message=message, channel=channel)
    policy = Policy.model_validate({"version": "v7", "contact": contact})
    return TouchRequest(
        case=case or case_of(balance_id, posted(balance_id)), step=step, to=to, now=now, policy=policy,
        because=["It is two o'clock."], outreach=outreach,
    )  # fmt: skip


def answer(
    balance_id: str = "b1", now: datetime = NOON, to: str = PHONE, message: str = "answer_help", reply: str = "reply1",
    case: Case | None = None,
) -> TouchRequest:  # fmt: skip
    """A message that answers a reply."""
    request = send(balance_id, now, message=message, to=to, case=case, outreach=False)
    step = request.step.model_copy(update={"touch_id": f"p1.{balance_id}.answer.{reply}", "reply_fact_id": reply})
    return request.model_copy(update={"step": step})


async def claimed(touches: PostgresTouchBook, request: TouchRequest) -> None:
    assert isinstance(await touches.claim(request), Claimed)


def reason(claim: Claim) -> str:
    assert isinstance(claim, (Skipped, NotBefore)), claim
    return claim.because


async def sent(touches: PostgresTouchBook, request: TouchRequest) -> None:
    await claimed(touches, request)
    await touches.accepted(request.step.touch_id, "SM", request.now, "hash")
