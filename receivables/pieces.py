"""What somebody writes in several pieces is read piece by piece and as a whole; no words are kept here."""

from __future__ import annotations

from datetime import timedelta

from receivables.case import Case
from receivables.ports import ReadReplyAnswer
from receivables.spoken import Reply

UNSAID = ("unclear", "ack_thanks")
"""Readings of a piece that may be the end of a sentence begun before."""


def written_together(case: Case, reply_fact_id: str, within: timedelta) -> list[str]:
    """This reply and those just before it on the same channel, each shortly after the one before, in order."""
    run: list[Reply] = []
    last = next((reply for reply in case.replies if reply.fact_id == reply_fact_id), None)
    for reply in reversed(case.replies):
        if last is None or reply.channel is not last.channel or (reply.at, reply.fact_id) > (last.at, last.fact_id):
            continue
        if run and run[-1].at - reply.at > within:
            break
        run.append(reply)
    return [reply.fact_id for reply in reversed(run)] or [reply_fact_id]


def understood_together(alone: ReadReplyAnswer, whole: ReadReplyAnswer) -> ReadReplyAnswer:
    """A piece that says something by itself is taken at its word; one that does not is read with what came before."""
    return whole if alone.abstain or alone.intent in UNSAID else alone
