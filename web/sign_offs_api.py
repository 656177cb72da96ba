"""`/v1/policies` and `/v1/messages`: what a practice drafts and signs; every refusal names the place and the mend."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from receivables.errors import BadPolicy, UnknownPractice
from receivables.sign_offs import Overtaken
from starter.bad_input import Problem
from starter.sign_off_desk import NotASigner, SignedBefore, Unfit, UnknownDraft
from web.access import Gate, guarded
from web.documents import REFUSALS, example
from web.parts import WebParts
from web.problems import UnacceptableError, refuse

PracticeName = Annotated[str, Path(max_length=64, examples=["lakeside"])]
Who = Annotated[str, Field(min_length=1, max_length=40, pattern=r"\S", examples=["owner"])]
Because = Annotated[str, Field(min_length=1, max_length=300, examples=["Fewer reminders, as the team decided."])]
HOLDS = {
    "practice_id": "lakeside", "policy_version": "2b663b265885", "sign_off": 4, "values": {"ladder": {"email_day": 9}},
}  # fmt: skip
PUBLISHED = {"practice_id": "lakeside", "policy_version": "77c0a9b3d112", "sign_off": 5, "cases_told": 61}
APPROVED = {"draft_id": 7, "practice_id": "lakeside", "message": "follow_up", "version": "0c91aa27b3de", "sign_off": 6}


class Strictly(BaseModel):
    """A body; a misspelt field is refused."""

    model_config = ConfigDict(extra="forbid")


class Publishing(Strictly):
    """What changes in the policy, and who answers for it."""

    values: dict[str, Any] = Field(min_length=1, examples=[{"ladder": {"email_day": 9}}])
    """In the form of policy.yaml, amounts in dollars; what is not named stays."""
    seen: int = Field(ge=0)
    """`sign_off` of the policy that the preview was made against."""
    who: Who
    because: Because


class Drafting(Strictly):
    """Another wording of a message."""

    files: dict[str, str] = Field(min_length=1, max_length=8, examples=[{"sms.en.txt": "{{ practice }}: Hi …"}])
    """Only the files that are worded differently."""
    who: Who
    because: Because


class Approving(Strictly):
    """Who signs."""

    who: Who


def sign_offs_router(parts: WebParts, gate: Gate) -> APIRouter:
    """Reading what holds, drafting, and signing."""
    router = APIRouter(prefix="/v1", tags=["sign-offs"], route_class=guarded(gate))
    desk = parts.sign_offs

    @router.get("/policies/{practice_id}", responses=example(HOLDS) | REFUSALS)
    async def show_policy(practice_id: PracticeName) -> dict[str, Any]:
        """What holds now: the practice's own values beside the default policy, and the sign-off they rest on."""
        with _refusing():
            return await desk.policy(practice_id)

    @router.post("/policies/{practice_id}", responses=example(PUBLISHED) | REFUSALS)
    async def publish_policy(practice_id: PracticeName, publishing: Publishing, asked: Request) -> dict[str, Any]:
        """Publish a policy. Every open case looks again, and whatever is queued is judged by it before it leaves.

        `collect policy rehearse` shows the effect first; `seen` makes sure that it is the effect on what holds.
        """
        gate.check_signer(asked.headers.get("authorization"), publishing.who)
        with _refusing():
            told = await desk.publish(
                practice_id, publishing.values, publishing.seen, publishing.who, publishing.because
            )
        if isinstance(told, Overtaken):
            mend = "GET /v1/policies/{practice_id}, rehearse again and publish with its sign_off"
            raise refuse(409, "something was signed since the preview was made", mend, field="seen")
        return told

    @router.get("/messages/{practice_id}", responses=REFUSALS)
    async def approved_texts(practice_id: PracticeName) -> dict[str, Any]:
        """Texts that the practice approved here; all others are those of its files and of the default ones."""
        with _refusing():
            return {"practice_id": practice_id, "texts": await desk.texts(practice_id)}

    @router.post("/messages/{practice_id}/{message}/drafts", responses=REFUSALS)
    async def draft_message(
        practice_id: PracticeName, message: Annotated[str, Path(max_length=60, pattern="^[a-z][a-z0-9_]*$")],
        drafting: Drafting,
    ) -> dict[str, Any]:  # fmt: skip
        """Keep another wording as a draft; patients read what they read until somebody who may approves it."""
        with _refusing():
            number = await desk.draft_message(practice_id, message, drafting.files, drafting.who, drafting.because)
        return {"draft_id": number, "practice_id": practice_id, "message": message}

    @router.get("/drafts", responses=REFUSALS)
    async def drafts(practice_id: str | None = None) -> dict[str, Any]:
        """Drafts of messages and policies, the newest first, with who signed them."""
        return {"drafts": [draft.model_dump(mode="json") for draft in await desk.drafts(practice_id)]}

    @router.post("/drafts/{draft_id}/approve", responses=example(APPROVED) | REFUSALS)
    async def approve_draft(draft_id: int, approving: Approving, asked: Request) -> dict[str, Any]:
        """Sign the draft of a message: it holds from this answer on."""
        gate.check_signer(asked.headers.get("authorization"), approving.who)
        with _refusing():
            return await desk.approve(draft_id, approving.who)

    return router


@contextmanager
def _refusing() -> Iterator[None]:
    """The desk's refusals in the shape of all refusals."""
    try:
        yield
    except UnknownPractice as unknown:
        mend = "use the name of a folder under practices/"
        raise refuse(404, str(unknown) or "there is no such practice", mend, field="practice_id") from None
    except BadPolicy as fault:
        raise refuse(422, str(fault), "correct this value; what is live stays live", field="values") from None
    except Unfit as unfit:
        mend = "correct it and draft again; what is live stays live"
        raise UnacceptableError(
            422, *(Problem(field="files", problem=fault, mend=mend) for fault in unfit.faults)
        ) from None
    except NotASigner:
        mend = "somebody listed under `signers` in the practice's practice.yaml signs"
        raise refuse(403, "this person may not sign for the practice", mend, field="who") from None
    except UnknownDraft:
        mend = "`collect messages drafts` and GET /v1/drafts list them"
        raise refuse(404, "there is no such draft", mend, field="draft_id") from None
    except SignedBefore:
        raise refuse(409, "this draft was signed before", "draft it anew if it is to hold again") from None
