"""Who is worked and who is left to the practice's own way: by guarantor, by hash, the same on every machine and day."""

from __future__ import annotations

import hashlib
from datetime import date

from receivables.policy import Policy

BUCKETS = 2**64


def place_of(practice_id: str, guarantor_id: str, purpose: str) -> float:
    """Where a person falls between 0 and 1. Two purposes give two independent places."""
    digest = hashlib.sha256(f"{purpose}:{practice_id}:{guarantor_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / BUCKETS


def any_left_alone(policy: Policy) -> bool:
    """True where some people are left to the practice at all."""
    return policy.holdout.starts is not None or policy.golive.share < 1


def left_alone(
    practice_id: str, guarantor_id: str, policy: Policy, posted_on: date, *, written_to: bool = False
) -> str | None:
    """Why the agent leaves this person to the practice, None when it works them.

    The holdout is drawn among balances posted from its first day on, so that both arms are known before anything is
    done (K10); whoever was `written_to` stays worked when that day is moved, or the arm would hold people who were
    asked. A go-live share only ever grows: whoever is in it stays in it.
    """
    holdout, golive = policy.holdout, policy.golive
    started = not written_to and holdout.starts is not None and posted_on >= holdout.starts
    if started and place_of(practice_id, guarantor_id, "holdout") < holdout.share:
        return "This person is in the group that is left to the practice's own way, to measure the difference."
    if golive.share < 1 and place_of(practice_id, guarantor_id, "golive") >= golive.share:
        return f"The agent goes live with {golive.share:.0%} of the people; this one is not among them yet."
    return None


def too_late_to_draw(policy: Policy, draft: Policy, today: date) -> date | None:
    """The first day that a draft could name for the holdout when the one it names is past; None when it may stand.

    Balances posted since then were worked, other balances of the same people among them.
    """
    starts = draft.holdout.starts
    return today if starts is not None and starts < today and starts != policy.holdout.starts else None
