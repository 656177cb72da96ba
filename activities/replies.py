"""Reads one reply and keeps what it tells of the person; what follows is decided by the rules, never here."""

from __future__ import annotations

from datetime import datetime, timedelta

from temporalio import activity

from activities.boundary import boundary
from activities.contract import Errand, Turn
from activities.deciding import Deciding
from receivables import wishes
from receivables.asked import asked_in
from receivables.case import Case
from receivables.facts import ReplyUnderstood
from receivables.fold import fold
from receivables.pieces import understood_together, written_together
from receivables.plans.speech import with_plan_speech
from receivables.ports import CaseBook, FactKeeper, ReadReplyAnswer, ReplyReader
from receivables.reading.certain import with_certain_stop
from receivables.reading.opinion import shown, with_opinion
from receivables.redacted import held_a_number
from receivables.reply_ports import Opinion, ReadingBook, SecondReading
from receivables.spoken import NOTHING_BUT_FILES
from receivables.stated import with_stated
from receivables.steps import ReadReply
from receivables.told_by_reply import facts_told
from receivables.what_we_are import asks_what_we_are, with_the_question


class Replies:
    """`read_reply`."""

    def __init__(  # noqa: PLR0917 - one of each kind
        self, deciding: Deciding, cases: CaseBook, facts: FactKeeper, reader: ReplyReader, readings: ReadingBook,
        second: SecondReading | None = None,
    ) -> None:  # fmt: skip
        """Without `second` nobody else is asked where the reader abstains."""
        self._deciding = deciding
        self._cases = cases
        self._facts = facts
        self._reader = reader
        self._readings = readings
        self._second = second

    @activity.defn(name="read_reply")
    @boundary
    async def read_reply(self, errand: Errand) -> Turn:
        """The turn holds `reply_understood`; the text itself stays in the database."""
        now = await self._deciding.clock.now()
        case, news = await self._deciding.refresh(errand.case)
        step = errand.step
        if isinstance(step, ReadReply) and self._deciding.stands(step, case, now):
            understood = await self._read(case, step, now)
            await self._readings.keep_reading(understood)
            told = facts_told(understood, case)
            await self._facts.keep(told, now)
            for fact in (understood, *told):
                news.append(fact)
                case = fold(case, fact)
        return await self._deciding.turn(case, news, now)

    async def _read(self, case: Case, step: ReadReply, now: datetime) -> ReplyUnderstood:
        """One reply, together with what was written just before it where it says little by itself."""
        within = timedelta(seconds=self._deciding.policies.policy(case.practice_id).conversation.together_seconds)
        pieces = written_together(case, step.reply_fact_id, within)
        texts = [await self._cases.reply_text(case.practice_id, piece) for piece in pieces]
        text = texts[-1]
        answer = self._understood(text, case, step, now)
        if len(texts) > 1:
            answer = understood_together(answer, self._understood("\n".join(texts), case, step, now))
        if answer.abstain and self._second is not None:
            answer = with_opinion(answer, await self._opinion(self._second, "\n".join(texts), case, step, now))
        intents = {answer.intent, *answer.intents} if not answer.abstain else set()
        wants_channel = "contact_preference" in intents and case.guarantor is not None
        return ReplyUnderstood(
            fact_id=f"read.{step.reply_fact_id}"[:200], at=now, source="agent", practice_id=case.practice_id,
            balance_id=case.balance_id, reply_fact_id=step.reply_fact_id, channel=step.channel,
            intent=answer.intent, intents=answer.intents, action=answer.action, abstain=answer.abstain,
            slots=answer.slots, plan_wish=answer.plan_wish, language=wishes.language_of(text),
            held_a_number=held_a_number(text), asks_what_we_are=asks_what_we_are(text), asks=asked_in(text),
            confidence=answer.confidence, reader=answer.reader,
            wants_language=wishes.language_wished(text) if "language_preference" in intents else "",
            wants_channel=wishes.channel_wished(text, case.guarantor) if wants_channel and case.guarantor else None,
        )  # fmt: skip

    def _understood(self, text: str, case: Case, step: ReadReply, now: datetime) -> ReadReplyAnswer:
        if text in NOTHING_BUT_FILES.values():
            return ReadReplyAnswer(intent="unclear", intents=["unclear"], action="answer_question")
        policy = self._deciding.policies.policy(case.practice_id)
        answer = with_the_question(self._reader.read(text, step.channel, case), text)
        answer = with_stated(answer, text)
        answer = with_certain_stop(answer, text, policy.rules.stop_words(now.date()))
        return with_plan_speech(answer, text, case)

    async def _opinion(self, second: SecondReading, text: str, case: Case, step: ReadReply, now: datetime) -> Opinion:
        """Asked once a reply, however often this is tried: a second answer would cost again and might differ."""
        known = await second.book.opinion_of(case.practice_id, step.reply_fact_id)
        if known is not None:
            return known
        names = [case.guarantor.first_name] if case.guarantor else []
        opinion = await second.reader.opinion(shown(text, names), step.channel)
        await second.book.keep_opinion(case.practice_id, step.reply_fact_id, opinion, now)
        if activity.in_activity():
            _counted(opinion)
        return opinion


def _counted(opinion: Opinion) -> None:
    meter = activity.metric_meter()
    labels = {"model": opinion.model, "outcome": opinion.outcome}
    meter.create_counter("reply_opinions", "Replies a second reader was asked about").add(1, labels)
    tokens = opinion.tokens_in + opinion.tokens_out
    meter.create_counter("reply_opinion_tokens", "Tokens it was sent and answered").add(tokens, labels)
    cost = opinion.cost_microdollars
    meter.create_counter("reply_opinion_microdollars", "Millionths of a dollar it cost").add(cost, labels)
