"""Reads one reply; what follows from it is decided by the rules, never here."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from temporalio import activity

from activities.boundary import boundary
from activities.contract import Errand, Turn
from activities.deciding import Deciding
from receivables.facts import ReplyUnderstood
from receivables.fold import fold
from receivables.plan_speech import with_plan_speech
from receivables.ports import CaseBook, ReplyReader
from receivables.steps import ReadReply


class Replies:
    """`read_reply`."""

    def __init__(self, deciding: Deciding, cases: CaseBook, reader: ReplyReader) -> None:
        self._deciding = deciding
        self._cases = cases
        self._reader = reader

    @activity.defn(name="read_reply")
    @boundary
    async def read_reply(self, errand: Errand) -> Turn:
        """The turn holds `reply_understood`; the text itself stays in the database."""
        now = await self._deciding.clock.now()
        case, news = await self._deciding.refresh(errand.case)
        step = errand.step
        if isinstance(step, ReadReply) and self._deciding.stands(step, case, now):
            text = await self._cases.reply_text(case.practice_id, step.reply_fact_id)
            zone = ZoneInfo(self._deciding.policies.practice(case.practice_id).time_zone)
            answer = self._reader.read(text, step.channel, case)
            answer = with_plan_speech(answer, text, case, now.astimezone(zone).date())
            understood = ReplyUnderstood(
                fact_id=f"read.{step.reply_fact_id}"[:200], at=now, source="agent", practice_id=case.practice_id,
                balance_id=case.balance_id, reply_fact_id=step.reply_fact_id, channel=step.channel,
                intent=answer.intent, intents=answer.intents, action=answer.action, abstain=answer.abstain,
                slots=answer.slots, plan_wish=answer.plan_wish, confidence=answer.confidence, reader=answer.reader,
            )  # fmt: skip
            news.append(understood)
            case = fold(case, understood)
        return await self._deciding.turn(case, news, now)
