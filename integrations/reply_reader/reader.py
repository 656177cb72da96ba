"""The reader of replies on cases; how one reply is understood is in understanding.py."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from integrations.reply_reader.classifier import Classifier
from integrations.reply_reader.understanding import understand
from receivables.case import Case
from receivables.offers import open_offer
from receivables.people import Channel
from receivables.ports import ReadReplyAnswer
from receivables.reading.situation import ASKED_BY, Situation, Terms


class TrainedReader:
    """`ports.ReplyReader`: the same text in the same situation always gets the same answer."""

    def __init__(self, zone_of: Callable[[str], str], classifier: Classifier | None = None) -> None:
        """`zone_of` names a practice's time zone."""
        self._zone_of = zone_of
        self._classifier = classifier or Classifier()

    def read(self, text: str, channel: Channel, case: Case) -> ReadReplyAnswer:
        """Every intent found, the most urgent as the primary one; days count from when the reply was written."""
        zone = ZoneInfo(self._zone_of(case.practice_id))
        found = understand(text, _situation(case, channel, _written(case, zone)), self._classifier)
        return ReadReplyAnswer(
            intent=found.intent, intents=found.intents, action=found.action, abstain=found.abstain, slots=found.slots,
            confidence=found.confidence, reader=self._classifier.version,
        )  # fmt: skip


def _written(case: Case, zone: ZoneInfo) -> date:
    unread = [reply for reply in case.replies if not reply.read] or case.replies[-1:]
    return (unread[0].at.astimezone(zone) if unread else datetime.now(zone)).date()


def _situation(case: Case, channel: Channel, today: date) -> Situation:
    last = case.touches[-1].message if case.touches else ""
    offer = open_offer(case)
    plan = case.running_plan
    stopped = channel in case.stopped_channels or case.hold("cease") is not None
    return Situation(
        means="email" if channel is Channel.email else "sms",
        today=today,
        last_outbound=ASKED_BY.get(last, last),
        balance_cents=case.outstanding_cents,
        offer=Terms(offer.installments, offer.each_cents[0]) if offer and not stopped else None,
        active_plan=Terms(len(plan.installments), plan.installments[-1].amount_cents) if plan else None,
        opted_out=stopped,
    )
