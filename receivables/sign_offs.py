"""What a practice signs before it holds: a policy or a message, drafted by one person and signed by one who may."""

from __future__ import annotations

from typing import Any, Literal, Protocol

from receivables.case import State
from receivables.policy import Policy
from receivables.reported_facts import Moment

Kind = Literal["policy", "message"]


class Draft(State):
    """Something that would hold, were it signed."""

    draft_id: int
    practice_id: str
    kind: Kind
    name: str
    """A message's folder; empty for the policy."""
    drafted_by: str
    drafted_at: Moment
    because: str
    content: dict[str, Any]
    """A policy's own values as its file has them, or a message's files with their texts."""
    signed_by: str | None = None
    signed_at: Moment | None = None
    version: str | None = None
    """A fingerprint of what was signed."""


class SignOff(State):
    """Something that holds from the moment it was signed until another one of its kind and name is."""

    sign_off_id: int
    """Rises with every sign-off; a practice's highest tells whether what was read of it is still what holds."""
    practice_id: str
    kind: Kind
    name: str
    content: dict[str, Any]
    version: str
    signed_by: str
    signed_at: Moment


class Overtaken(State):
    """Somebody else signed meanwhile: look at what holds now and decide again."""

    newest: int


class Renewing(Protocol):
    """Keeps what this process has read in step with what was signed."""

    async def renew(self) -> int:
        """Take in what was signed since; 0 when nothing was."""
        ...

    async def keep(self) -> None:
        """Renew every few seconds, for as long as the process lives."""
        ...


def behind(policy: Policy, newest: int | None) -> bool:
    """True when something was signed since this policy was read."""
    return (newest or 0) > policy.signed
