"""Where policies and messages are drafted and signed: judged first, kept then, in force for every process at once."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from integrations.templates.checks import check_messages, names_of
from receivables.cohorts import too_late_to_draw
from receivables.errors import BadPolicy
from receivables.policy import Policy
from receivables.ports import Clock
from receivables.sign_offs import Draft, Overtaken
from receivables.windows import place
from runtime.policy_files import PolicyFiles, merged
from starter.signed import SignedRules, texts_of
from store.sign_offs import SignOffs


class Unfit(Exception):
    """A draft cannot be used; each fault names its place and its mend."""

    def __init__(self, *faults: str) -> None:
        super().__init__(faults[0])
        self.faults = faults


class NotASigner(Exception):
    """This person may not sign for the practice: somebody listed under `signers` in its practice.yaml does."""


class UnknownDraft(LookupError):
    """There is no such draft: `collect messages drafts` lists them."""


class SignedBefore(Exception):
    """The draft was signed before: draft it anew if it is to hold again."""


class SignOffDesk:
    """The one door for what a practice signs."""

    def __init__(  # noqa: PLR0917 - each of another kind
        self, book: SignOffs, policies: PolicyFiles, signed: SignedRules, practices_dir: Path, clock: Clock,
        ring: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        """`ring` wakes the relay: cases hear of a new policy within moments."""
        self._book = book
        self._policies = policies
        self._signed = signed
        self._practices_dir = practices_dir
        self._clock = clock
        self._ring = ring

    async def policy(self, practice_id: str) -> dict[str, Any]:
        """What holds now: version, sign-off and the practice's own values. UnknownPractice."""
        await self._signed.renew()
        policy = self._policies.policy(practice_id)
        return {
            "practice_id": practice_id, "policy_version": policy.version, "sign_off": policy.signed,
            "values": self._policies.own_values(practice_id),
        }  # fmt: skip

    async def publish(
        self, practice_id: str, overrides: Mapping[str, Any], seen: int, who: str, because: str
    ) -> dict[str, Any] | Overtaken:
        """Sign the policy with these values changed. All open cases look again; what is queued is judged by it.

        BadPolicy names the field and the mend; UnknownPractice; NotASigner; Overtaken when somebody signed after
        the preview was made.
        """
        await self._signed.renew()
        self._may_sign(practice_id, who)
        drafted = self._policies.draft(practice_id, overrides)
        values = merged(self._policies.own_values(practice_id), overrides)
        now = await self._clock.now()
        self._drawn_in_time(practice_id, drafted, now)
        published = await self._book.publish(practice_id, values, drafted.version, seen, who, because, now)
        if isinstance(published, Overtaken):
            return published
        await self._signed.renew()
        self._ring()
        return {
            "practice_id": practice_id, "policy_version": drafted.version, "sign_off": published[0],
            "cases_told": published[1],
        }  # fmt: skip

    def _drawn_in_time(self, practice_id: str, drafted: Policy, now: datetime) -> None:
        today = now.astimezone(place(self._policies.practice(practice_id).time_zone)).date()
        first = too_late_to_draw(self._policies.policy(practice_id), drafted, today)
        if first is not None:
            raise BadPolicy(
                f"holdout.starts: {drafted.holdout.starts} is past, and people have been written to since; "
                f"name {first} or a later day."
            )

    async def texts(self, practice_id: str) -> dict[str, str]:
        """Approved texts of a practice by `<message>/<file>`. UnknownPractice."""
        self._policies.practice(practice_id)
        return texts_of(await self._book.in_force()).get(practice_id, {})

    async def draft_message(
        self, practice_id: str, name: str, files: Mapping[str, str], who: str, because: str
    ) -> int:
        """Keep a draft of a message; nothing that patients read changes. Unfit with each fault; UnknownPractice."""
        await self._judge(practice_id, name, files)
        now = await self._clock.now()
        return await self._book.draft(practice_id, "message", name, files, who, because, now)

    async def approve(self, draft_id: int, who: str) -> dict[str, Any]:
        """The drafted message holds from now on, for every process. It is judged anew: what it builds on may differ.

        UnknownDraft, NotASigner, SignedBefore, Unfit.
        """
        draft = next(iter(await self._book.drafts(draft_id=draft_id, kind="message")), None)
        if draft is None:
            raise UnknownDraft("no draft of a message has this number")
        self._may_sign(draft.practice_id, who)
        await self._judge(draft.practice_id, draft.name, draft.content)
        version = hashlib.sha256(json.dumps(draft.content, sort_keys=True).encode()).hexdigest()[:12]
        signed = await self._book.sign(draft, who, version, await self._clock.now())
        if signed is None:
            raise SignedBefore
        await self._signed.renew()
        return {
            "draft_id": draft_id, "practice_id": draft.practice_id, "message": draft.name, "version": version,
            "sign_off": signed,
        }  # fmt: skip

    async def drafts(self, practice_id: str | None) -> list[Draft]:
        """Drafts of messages and policies, the newest first."""
        return await self._book.drafts(practice_id)

    async def _judge(self, practice_id: str, name: str, files: Mapping[str, str]) -> None:
        approved = await self.texts(practice_id)
        known = names_of(self._practices_dir, practice_id)
        if name not in known:
            raise Unfit(f"messages/{name}: no rule sends a message of this name; the messages are {', '.join(known)}.")
        texts = approved | {f"{name}/{file}": text for file, text in files.items()}
        faults = await asyncio.to_thread(
            check_messages, self._practices_dir, [practice_id], [name], {practice_id: texts}
        )
        if faults:
            raise Unfit(*faults)

    def _may_sign(self, practice_id: str, who: str) -> None:
        if who not in self._policies.practice(practice_id).signers:
            raise NotASigner
